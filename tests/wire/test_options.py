"""Who asks for options gets them with the answer, and nobody else does."""

from datetime import UTC, timedelta

import grpc
import pytest

from client.calls import CallError
from jiaoqi.v1 import order_pb2, promise_pb2
from jiaoqi.v1 import promise_service_pb2 as pb
from jiaoqi.v1.promise_service_pb2_grpc import PromiseServiceStub
from tests.wire.conftest import MONDAY, shop
from tests.wire.test_access import callers as callers_of
from tests.wire.test_plant_service import line
from wire.roles import Role

NIGHT = MONDAY + timedelta(hours=12)


def order(order_id, quantity=240, by=MONDAY + timedelta(days=4), priority=5):
    lines = [line(1, "cap", quantity, by)]
    return order_pb2.Order(id=order_id, customer_id="C-1", priority=priority, lines=lines)


def options_of(answer):
    """Kinds and parts, the hours counted from Monday at eight."""
    hour = timedelta(hours=1)
    return [
        (
            promise_pb2.OptionKind.Name(option.kind),
            [(part.quantity, (part.promised_time.ToDatetime(UTC) - MONDAY) / hour) for part in option.parts],
        )
        for option in answer.promise.lines[0].options
    ]


def test_a_quote_and_a_promise_carry_options_by_field_mask(running):
    """2,400 caps by Monday night: 1,440 of them are had by then; the cost of the delay has no rate."""
    expected = [
        ("OPTION_KIND_SPLIT", [(960, 32), (1440, 12)]),
        ("OPTION_KIND_WHOLE", [(2400, 32)]),
    ]
    with running.client() as client:
        asked = order("PO-1", quantity=2400, by=NIGHT)
        assert options_of(client.quote(asked)) == []
        quoted = client.quote(asked, parts=["options"])
        assert options_of(quoted) == expected
        searches = {
            promise_pb2.OptionKind.Name(each.kind)[12:]: promise_pb2.OptionOutcome.Name(each.outcome)[15:]
            for each in quoted.promise.lines[0].option_searches
        }
        # What is looked for beside the desk ends as there is time.
        at_once = {kind: searches.pop(kind) for kind in ("SPLIT", "WHOLE", "FROZEN")}
        assert at_once == {"SPLIT": "FOUND", "WHOLE": "FOUND", "FROZEN": "NOT_APPLICABLE"}
        assert set(searches) == {"RESEQUENCE", "ALTERNATIVE", "OUTSIDE", "DISPLACE", "OVERTIME"}
        (cost,) = quoted.promise.lines[0].options[0].costs
        assert (cost.kind, cost.duration.ToTimedelta(), cost.HasField("cost_fen")) == (
            promise_pb2.COST_KIND_DELAY, timedelta(hours=20), False,
        )  # fmt: skip
        assert options_of(client.promise(asked, request_id="r-1", parts=["reasons", "options"])) == expected
        assert options_of(client.promise(asked, request_id="r-1")) == []
        assert options_of(client.get_order("PO-1")) == []
        assert options_of(client.get_order("PO-1", parts=["options"])) == expected


def test_an_option_is_accepted_by_one_call(running):
    """The split is promised as it was told; a retry gets the first answer; what nobody told is not found."""
    with running.client() as client:
        quoted = client.quote(order("PO-1", quantity=2400, by=NIGHT), parts=["options"])
        split = quoted.promise.lines[0].options[0]
        tried = client.accept_option(split.option_id, validate_only=True)
        assert (tried.accepted, tried.plan_moved_on, tried.promise.version) == (True, False, 0)
        made = client.accept_option(split.option_id, request_id="a-1")
        assert made.accepted
        assert [each.quantity for each in made.promise.lines] == [960, 1440]
        assert client.accept_option(split.option_id, request_id="a-1").promise == made.promise
        with pytest.raises(CallError) as refused:
            client.accept_option("o1-" + 24 * "0", request_id="a-2")
        assert refused.value.code is grpc.StatusCode.NOT_FOUND


def test_an_effort_that_is_none_is_refused(running):
    """The field is named, with what is allowed; with one that is known a date in time needs no search."""
    with running.client() as client:
        fine = client.quote(order("PO-1", quantity=240), until_deadline=True)
        assert not fine.promise.HasField("rescue")
        request = pb.QuoteRequest(order=order("PO-1"), effort=9)
        with pytest.raises(grpc.RpcError, match="EFFORT_UNTIL_DEADLINE"):
            PromiseServiceStub(client.channel).Quote(request, timeout=30)


def test_an_option_that_breaks_promises_is_for_planners(serve):
    """By 10:00 in front of SO-1 of priority 7: sales is refused with the line, the planner gets the receipt."""
    callers = callers_of(erp=Role.SALES, chen=Role.PLANNER)
    with serve(shop(), callers=callers) as served:
        with served.client(token="token-of-erp") as sales:
            sales.promise(order("SO-1", by=MONDAY + timedelta(hours=2), priority=7))
            quoted = sales.quote(order("PO-1", by=MONDAY + timedelta(hours=2)), parts=["options"])
            option = quoted.promise.lines[0].options[-1]
            assert option.kind == promise_pb2.OPTION_KIND_DISPLACE
            (row,) = option.displaced
            assert (row.order_id, row.delay_duration.ToTimedelta(), row.survives) == ("SO-1", timedelta(hours=2), False)
            with pytest.raises(CallError) as refused:
                sales.accept_option(option.option_id, request_id="a-1")
            assert refused.value.code is grpc.StatusCode.PERMISSION_DENIED
            assert refused.value.metadata == {
                "broken": "SO-1 line 1", "caller": "erp", "needed": "admin,planner",
            }  # fmt: skip
        with served.client(token="token-of-chen") as planner:
            made = planner.accept_option(option.option_id, request_id="a-1")
            assert (made.accepted, list(made.displaced)) == (True, [row])
