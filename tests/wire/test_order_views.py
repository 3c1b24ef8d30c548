"""Who looks at an order sees its chain of operations and what happened to it."""

from datetime import UTC, timedelta

import grpc
import pytest

from client.calls import CallError, line
from jiaoqi.v1 import order_pb2, plan_pb2, promise_pb2
from jiaoqi.v1 import promise_service_pb2 as pb
from tests.scheduler.test_sourcing import NOW, hours
from tests.wire.conftest import MONDAY
from tests.wire.test_plant_service import order
from tests.wire.test_schedule import lamp_order


def chain_of(client, order_id):
    return list(client.get_order(order_id, parts=["chain"]).chain)


def waits_of(step):
    return [
        (
            promise_pb2.ReasonKind.Name(reason.kind),
            reason.share_duration.ToTimedelta(),
            reason.subject,
            [*reason.order_ids],
        )
        for reason in step.waits
    ]


def test_the_chain_tells_what_each_operation_follows_and_waits_for(lamps):
    """The second order's shades wait two hours for the press, its lamps for nothing but the shades."""
    with lamps.client() as client:
        client.promise(lamp_order("SO-1"))
        client.promise(lamp_order("SO-2"))
        first, second = chain_of(client, "SO-1"), chain_of(client, "SO-2")
    assert [step.operation.item_id for step in first] == ["shade", "lamp"]
    assert [waits_of(step) for step in first] == [[], []]
    shade, lamp = second
    assert shade.ready_time.ToDatetime(UTC) == NOW
    assert waits_of(shade) == [("REASON_KIND_MACHINE", timedelta(hours=2), "press", ["SO-1"])]
    assert (list(lamp.after_keys), lamp.ready_time.ToDatetime(UTC), waits_of(lamp)) == (
        [shade.operation.key],
        hours(4),
        [],
    )


def test_changeover_and_lead_are_waited_for_to_the_second(running):
    """Mounting LID takes an hour; behind a box it hangs there, and the colour changes. All waits add up."""
    with running.client() as client:
        client.promise(order("PO-1", item="lid"))
        alone = chain_of(client, "PO-1")
        client.promise(order("PO-2", item="box"))
        chains = [*chain_of(client, "PO-1"), *chain_of(client, "PO-2")]
    assert [waits_of(step) for step in alone] == [[("REASON_KIND_CHANGEOVER", timedelta(hours=1), "M2", [])]]
    assert waits_of(chains[0]) == [
        ("REASON_KIND_MOULD", timedelta(hours=3), "LID", ["PO-2"]),
        ("REASON_KIND_CHANGEOVER", timedelta(minutes=20), "M2", []),
    ]
    for step in chains:
        waited = sum((reason.share_duration.ToTimedelta() for reason in step.waits), timedelta())
        assert waited == step.operation.start_time.ToDatetime() - step.ready_time.ToDatetime()


def test_an_order_from_stock_has_no_chain(lamps):
    """Cables are there; nothing is made."""
    cables = order_pb2.Order(id="SO-3", customer_id="C-1", lines=[line(1, "cable", 5, hours(1))])
    with lamps.client() as client:
        client.promise(cables)
        assert chain_of(client, "SO-3") == []


def test_a_chain_is_part_of_an_order_only(running):
    """A quote has no such part."""
    with running.client() as client, pytest.raises(CallError) as refused:
        client.quote(order("PO-1"), parts=["chain"])
    assert [field.field for field in refused.value.fields] == ["field_mask"]


def test_the_history_tells_who_did_what_when_and_why(running):
    """Promised, amended, forced, cancelled: each with its version and what it changed."""
    with running.client(caller="sales") as client:
        first = client.promise(order("PO-1")).promise
        wanted = first.order
        wanted.lines[0].quantity = 120
        wanted.lines[0].requested_time.seconds += 86_400
        wanted.salesperson = "night desk"
        client.amend(wanted, etag=first.etag, reason="fewer, later")
        client.set_clock(MONDAY + timedelta(hours=1))
        client.cancel("PO-1", reason="typed twice")
        promised, amended, cancelled = client.history("PO-1")
    assert [entry.version for entry in (promised, amended, cancelled)] == [1, 2, 3]
    assert [entry.event.kind for entry in (promised, amended, cancelled)] == [
        plan_pb2.EVENT_KIND_PROMISED,
        plan_pb2.EVENT_KIND_AMENDED,
        plan_pb2.EVENT_KIND_CANCELLED,
    ]
    assert (amended.event.actor, amended.event.reason) == ("sales", "fewer, later")
    assert amended.event.event_time.ToDatetime(UTC) == MONDAY
    assert cancelled.event.event_time.ToDatetime(UTC) == MONDAY + timedelta(hours=1)
    (new,) = promised.line_changes
    assert (new.HasField("before"), new.after.quantity, new.after.state) == (
        False,
        240,
        promise_pb2.PROMISE_STATE_CONFIRMED,
    )
    (change,) = amended.line_changes
    assert (change.before.quantity, change.after.quantity) == (240, 120)
    assert change.after.promised_time.seconds - change.before.promised_time.seconds == 86_400
    assert [(each.line_no, each.field, each.before, each.after) for each in amended.content_changes] == [
        (0, "salesperson", "", "night desk"),
        (1, "requested_time", "2026-03-06T00:00:00+00:00", "2026-03-07T00:00:00+00:00"),
    ]
    assert list(cancelled.content_changes) == []


def test_the_history_comes_in_pages(running):
    """Three entries, one a page; each page knows what the version before held."""
    with running.client() as client:
        client.promise(order("PO-1"))
        for day in (5, 6):
            at = MONDAY + timedelta(days=day)
            client.force_date("PO-1", line_no=1, promised_time=at, reason="told by phone")
        whole = list(client.history("PO-1"))
        paged = list(client.history("PO-1", page_size=1))
    assert len(whole) == 3
    assert paged == whole


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.ListHistoryRequest(), "order_id"),
        (pb.ListHistoryRequest(order_id="PO-1", page_size=1001), "page_size"),
        (pb.ListHistoryRequest(order_id="PO-1", page_size=-1), "page_size"),
        (pb.ListHistoryRequest(order_id="PO-1", page_token="one"), "page_token"),
        (pb.ListHistoryRequest(order_id="PO-1", page_token="9" * 600), "page_token"),
    ],
)
def test_a_history_that_cannot_be_told_is_refused(running, request_, field):
    """By the field that is wrong."""
    with running.client() as client:
        client.promise(order("PO-1"))
        with pytest.raises(CallError) as refused:
            client._call(client._desk.ListHistory, request_)
    assert [each.field for each in refused.value.fields] == [field]


def test_an_order_that_is_unknown_has_no_history(running):
    """Not an empty one."""
    with running.client() as client, pytest.raises(CallError) as refused:
        list(client.history("PO-9"))
    assert refused.value.code is grpc.StatusCode.NOT_FOUND
