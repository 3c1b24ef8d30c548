"""A sales system holds, confirms and changes orders over a real channel."""

from datetime import timedelta

import grpc
import pytest

from client.calls import CallError
from client.times import timestamp
from jiaoqi.v1 import plan_pb2, promise_pb2
from jiaoqi.v1.supply_service_pb2 import StockCount
from tests.wire.conftest import MONDAY
from tests.wire.test_promise_service import FRIDAY, order

HOUR = timedelta(hours=1)


def test_a_hold_is_taken_and_confirmed_as_quoted(running):
    """The hold tells until when, and the date if it were confirmed at once; the receipt what confirming changed."""
    with running.client() as client:
        held = client.promise(order(item="cap", by=MONDAY + HOUR), expire_time=MONDAY + 4 * HOUR).promise
        assert held.lines[0].state == promise_pb2.PROMISE_STATE_HELD
        assert held.hold.expire_time.seconds == (MONDAY + 4 * HOUR).timestamp()
        assert held.lines[0].confirmable_time.seconds == (MONDAY + 2 * HOUR).timestamp()
        answer = client.confirm("PO-1", quote_id=held.quote_id, etag=held.etag, request_id="r-1")
        assert answer.receipt.made
        (change,) = answer.receipt.lines
        assert change.before.state == promise_pb2.PROMISE_STATE_HELD
        assert change.before.promised_time.seconds == (MONDAY + 6 * HOUR).timestamp()
        assert change.after.state == promise_pb2.PROMISE_STATE_CONFIRMED
        assert change.after.promised_time.seconds == (MONDAY + 2 * HOUR).timestamp()
        assert not answer.promise.HasField("hold")
        again = client.confirm("PO-1", quote_id=held.quote_id, etag=held.etag, request_id="r-1")
        assert (again.promise, again.receipt) == (answer.promise, answer.receipt)
        kinds = [event.kind for answer in take(client.watch(after_sequence=0), 2) for event in answer.events]
    assert plan_pb2.EVENT_KIND_HELD in kinds
    assert plan_pb2.EVENT_KIND_CONFIRMED in kinds


def take(answers, count):
    """The first few answers of a stream."""
    return [next(answers) for _ in range(count)]


def test_a_hold_that_cannot_be_confirmed_as_quoted_stands_and_tells_what_can_be_had(running):
    """Declined is no error."""
    with running.client() as client:
        held = client.promise(order(item="cap", by=MONDAY + HOUR), expire_time=MONDAY + 4 * HOUR).promise
        client.promise(order("PO-2", item="cap", quantity=480, by=MONDAY + HOUR))
        answer = client.confirm("PO-1", quote_id=held.quote_id)
        assert not answer.receipt.made
        assert answer.receipt.refusal == "later_than_latest"
        assert answer.receipt.lines[0].offered_time.seconds == (MONDAY + 6 * HOUR).timestamp()
        assert answer.promise == client.get_order("PO-1").promise
        taken = client.confirm("PO-1", quote_id=held.quote_id, as_quoted_time=MONDAY + 6 * HOUR)
        assert taken.receipt.made


def test_a_hold_is_released_or_runs_out(running):
    """Both free the place; what is gone can't be confirmed."""
    with running.client() as client:
        client.promise(order("PO-1"), expire_time=MONDAY + 4 * HOUR)
        client.promise(order("PO-2"), expire_time=MONDAY + 4 * HOUR)
        assert client.release("PO-1", validate_only=True).receipt.made
        assert client.release("PO-1").promise.lines[0].state == promise_pb2.PROMISE_STATE_CANCELLED
        client.set_clock(MONDAY + 4 * HOUR)
        assert client.get_order("PO-2").promise.lines[0].state == promise_pb2.PROMISE_STATE_EXPIRED
        assert list(client.schedule()) == []
        with pytest.raises(CallError) as refused:
            client.confirm("PO-2")
        assert refused.value.code is grpc.StatusCode.FAILED_PRECONDITION


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"expire_time": MONDAY}, "expire_time"),
        ({"quote_id": "of nothing"}, "quote_id"),
    ],
)
def test_a_wrong_field_is_named_as_the_schema_names_it(running, fields, field):
    """And nothing is promised."""
    with running.client() as client:
        with pytest.raises(CallError) as refused:
            client.promise(order(), **fields)
        assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
        assert [found.field for found in refused.value.fields] == [field]
        assert list(client.list_orders()) == []


def test_a_quote_id_of_a_quote_is_taken_by_a_promise(running):
    """The quote was asked before the order had its id."""
    with running.client() as client:
        quoted = client.quote(order("quote")).promise
        assert client.promise(order("PO-1"), quote_id=quoted.quote_id).promise.lines[0].promised_time == (
            quoted.lines[0].promised_time
        )


def test_an_order_is_amended_split_forced_and_closed(running):
    """Four changes, four events, each with its receipt; a retry of any gets the first answer."""
    with running.client() as client:
        standing = client.promise(order(item="cap", quantity=240)).promise
        amended = client.amend(order(item="cap", quantity=480), etag=standing.etag, request_id="r-1")
        (change,) = amended.receipt.lines
        assert (change.before.quantity, change.after.quantity) == (240, 480)
        split = client.split("PO-1", line_no=1, quantity=100, requested_time=MONDAY + 200 * HOUR)
        assert [(line.line_no, line.quantity) for line in split.promise.lines] == [(1, 380), (2, 100)]
        assert not split.receipt.lines[1].HasField("before")
        forced = client.force_date("PO-1", line_no=2, promised_time=MONDAY + 300 * HOUR, reason="agreed")
        assert forced.promise.lines[1].promised_time.seconds == (MONDAY + 300 * HOUR).timestamp()
        closed = client.close_order("PO-1")
        assert {line.state for line in closed.promise.lines} == {promise_pb2.PROMISE_STATE_FULFILLED}
        again = client.amend(order(item="cap", quantity=480), etag=standing.etag, request_id="r-1")
        assert (again.promise, again.receipt) == (amended.promise, amended.receipt)


def test_a_delivery_leaves_the_stock_with_the_order(running):
    """200 caps were counted, 120 of them delivered of 150 promised; what can't have been delivered is named."""
    counted = StockCount(item_id="cap", quantity=200, as_of_time=timestamp(MONDAY))
    with running.client() as client:
        client.upsert_supply([counted])
        client.set_clock(MONDAY + HOUR)
        standing = client.promise(order(item="cap", quantity=150)).promise
        for wrong, field in (
            ({"delivered": {1: 151}}, "deliveries[0].quantity"),
            ({"delivered": {2: 1}}, "deliveries[0].line_no"),
            ({"delivered_time": MONDAY + 2 * HOUR}, "delivered_time"),
            ({"delivered": dict.fromkeys(range(1, 202), 1)}, "deliveries"),
        ):
            with pytest.raises(CallError) as refused:
                client.close_order("PO-1", **wrong)
            assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
            assert [found.field for found in refused.value.fields] == [field]
        assert client.get_order("PO-1").promise == standing
        closed = client.close_order("PO-1", delivered={1: 120}, request_id="r-1")
        (issued,) = closed.receipt.issued
        assert (issued.line_no, issued.item_id, issued.quantity) == (1, "cap", 120)
        assert client.close_order("PO-1", delivered={1: 120}, request_id="r-1").receipt == closed.receipt
        assert b"cap,80," in client.export_plant()["stock.csv"]
        assert client.check_plan() == []


def test_wrong_changes_name_their_fields(running):
    """As the schema names them; the order stays as it is."""
    with running.client() as client:
        standing = client.promise(order()).promise
        wrong = (
            (lambda: client.amend(order(item="spoon"), etag=standing.etag), "order.lines[0].item_id"),
            (lambda: client.amend(order(quantity=300)), "etag"),
            (lambda: client.split("PO-1", line_no=1, quantity=0, requested_time=FRIDAY), "quantity"),
            (lambda: client.force_date("PO-1", line_no=1, promised_time=FRIDAY), "reason"),
        )
        for call, field in wrong:
            with pytest.raises(CallError) as refused:
                call()
            assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
            assert [found.field for found in refused.value.fields] == [field]
        assert client.get_order("PO-1").promise == standing
