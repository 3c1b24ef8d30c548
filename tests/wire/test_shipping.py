"""Carriers and ship modes over a real channel: what is asked, answered, and refused by its field."""

import grpc
import pytest

from client.calls import CallError
from client.calls import line as line_of
from jiaoqi.v1 import order_pb2, promise_pb2
from tests.promising.carriers import local, shop_with

TUE_16, WED_16 = (int(local(f"2026-03-0{day} 16:00").timestamp()) for day in (3, 4))


@pytest.fixture
def client(serve):
    with serve(shop_with()) as running, running.client() as client:
        yield client


def order(ship_mode=order_pb2.SHIP_MODE_UNSPECIFIED, **changes):
    """1,080 caps, nine hours of work, and jars, by Tuesday 16:00."""
    asked = ((1, "cap", 1080), (2, "jar", 10))
    lines = [line_of(number, item, quantity, local("2026-03-03 16:00")) for number, item, quantity in asked]
    return order_pb2.Order(id="PO-1", customer_id="ACME", lines=lines, ship_mode=ship_mode, **changes)


def dates(promise):
    return [(line.quantity, line.promised_time.seconds) for line in promise.lines]


def test_each_ship_mode_is_answered_in_quote_and_promise(client):
    """By line, complete, and a part by the date, whose rest says of which line it is."""
    modes = {
        order_pb2.SHIP_MODE_UNSPECIFIED: [(1080, WED_16), (10, TUE_16)],
        order_pb2.SHIP_MODE_BY_LINE: [(1080, WED_16), (10, TUE_16)],
        order_pb2.SHIP_MODE_COMPLETE: [(1080, WED_16), (10, WED_16)],
        order_pb2.SHIP_MODE_PART_BY_DATE: [(960, TUE_16), (10, TUE_16), (120, WED_16)],
    }
    for mode, expected in modes.items():
        quote = client.quote(order(mode)).promise
        assert dates(quote) == expected
        assert {(line.carrier_id, line.region) for line in quote.lines} == {("sea", "north")}
    promise = client.promise(order(order_pb2.SHIP_MODE_PART_BY_DATE)).promise
    assert dates(promise) == expected
    assert [line.part_of_line_no for line in promise.order.lines] == [0, 0, 1]
    assert client.get_order("PO-1").promise == promise


def test_the_way_is_told_apart_from_the_work(client):
    """Packing, waiting for the others, the pick-up and the carrier; all adds up."""
    caps, jars = client.quote(order(order_pb2.SHIP_MODE_COMPLETE)).promise.lines
    kinds = {reason.kind: reason.share_duration.seconds for reason in jars.reasons}
    assert kinds[promise_pb2.REASON_KIND_OTHER_LINES] == 8 * 3600
    assert kinds[promise_pb2.REASON_KIND_CUT_OFF] == 23 * 3600
    told = [(reason.kind, reason.subject) for reason in caps.reasons]
    assert told == [
        (promise_pb2.REASON_KIND_PROCESS, ""), (promise_pb2.REASON_KIND_CUT_OFF, "sea"),
        (promise_pb2.REASON_KIND_SHIPPING, "sea"),
    ]  # fmt: skip
    for line in (caps, jars):
        lead = line.promised_time.seconds - int(local("2026-03-02 08:00").timestamp())
        assert sum(reason.share_duration.seconds for reason in line.reasons) == lead


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"region": "east"}, "order.region", "no carrier goes to 'east'"),
        ({"carrier_id": "rail"}, "order.carrier_id", "no carrier 'rail'"),
        ({"carrier_id": " sea"}, "order.carrier_id", "' sea' is not an id"),
        ({"region": "x" * 65}, "order.region", "is not an id"),
        ({"ship_mode": 9}, "order.ship_mode", "9 is unknown"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(client, changes, field, problem):
    """INVALID_ARGUMENT, in quotes and promises alike."""
    for call in (client.quote, client.promise):
        with pytest.raises(CallError) as refused:
            call(order(**changes))
        assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
        assert [(found.field, problem in found.problem) for found in refused.value.fields] == [(field, True)]
