"""A sales system promises orders of the moulding shop over a real channel."""

import threading
import time
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from client.calls import CallError, line
from jiaoqi.v1 import order_pb2, plan_pb2, promise_pb2
from jiaoqi.v1 import promise_service_pb2 as pb
from jiaoqi.v1.promise_service_pb2_grpc import PromiseServiceStub
from promising.settings import DeskSettings
from tests.wire.conftest import MONDAY, shop
from wire.edge import EdgeSettings

FRIDAY = MONDAY + timedelta(days=4)


def order(order_id="PO-1", item="cap-white", quantity=240, by=FRIDAY, latest=None, **fields):
    return order_pb2.Order(id=order_id, customer_id="C-1", lines=[line(1, item, quantity, by, latest)], **fields)


def test_an_order_is_promised_and_found_again_after_a_restart(serve):
    """240 white caps take two hours in CAP, which hangs in M1: 08:00 to 10:00. The same file still knows it."""
    with serve(shop()) as running, running.client() as client:
        promised = client.promise(order(), request_id="r-1")
        told = promised.promise.lines[0]
        assert told.outcome == promise_pb2.OUTCOME_ON_TIME
        assert told.promised_time.ToDatetime(UTC) == FRIDAY
        assert told.expected_time.ToDatetime(UTC) == MONDAY + timedelta(hours=2)
        assert promised.as_of.now_time.ToDatetime(UTC) == MONDAY
        assert promised.as_of.clock_mode == plan_pb2.CLOCK_MODE_MANUAL
    with serve() as running, running.client() as client:
        found = client.get_order("PO-1").promise
        assert found == promised.promise
        again = client.promise(order(), request_id="r-1")
        assert again.promise == promised.promise
        assert [operation.order_id for operation in client.schedule()] == ["PO-1"]
        assert client.check_plan() == []


def test_reasons_add_up_to_the_lead_time(running):
    """From the decision to the promised date not a second is missing."""
    with running.client() as client:
        told = client.promise(order()).promise.lines[0]
    total = sum((reason.share_duration.ToTimedelta() for reason in told.reasons), timedelta())
    assert total == FRIDAY - MONDAY


def test_all_that_is_wrong_with_a_request_is_told_together(running):
    """Every part for itself: lines, times, the order's own fields, and what stands beside the order."""
    lines = [line(1, "", 0, FRIDAY), line(1000001, "cap-white", 5, FRIDAY, MONDAY)]
    wrong = order_pb2.Order(id="PO-1", customer_id="", priority=10, channel_id=" ", lines=lines)
    wrong.lines[0].ClearField("requested_time")
    wrong.documents.add(name="", location="here")
    request = pb.PromiseRequest(request_id="", order=wrong, effort=77)
    with running.client() as client:
        with grpc.insecure_channel(running.address) as channel, pytest.raises(grpc.RpcError) as refused:
            PromiseServiceStub(channel).Promise(request)
        assert [found.field for found in CallError(refused.value).fields] == [
            "request_id",
            "order.lines[0].item_id",
            "order.lines[0].quantity",
            "order.lines[0].requested_time",
            "order.lines[1].line_no",
            "order.channel_id",
            "order.documents[0].name",
            "order.customer_id",
            "order.priority",
            "effort",
        ]
        with grpc.insecure_channel(running.address) as channel, pytest.raises(grpc.RpcError) as refused:
            PromiseServiceStub(channel).Quote(pb.QuoteRequest(order=wrong, effort=77))
        told = [found.field for found in CallError(refused.value).fields]
        assert ("order.lines[0].quantity" in told, "order.priority" in told, told[-1]) == (True, True, "effort")
        assert list(client.list_orders()) == []


def test_a_quote_changes_nothing(running):
    """After a quote the plan and the list of orders are as before."""
    with running.client() as client:
        before = client.clock().as_of
        quoted = client.quote(order())
        assert quoted.promise.lines[0].promised_time.ToDatetime(UTC) == FRIDAY
        assert client.clock().as_of == before
        assert list(client.list_orders()) == []


def test_validate_only_answers_like_a_promise_and_stores_nothing(running):
    """The dates are told, the order is not there."""
    with running.client() as client:
        told = client.promise(order(), validate_only=True).promise.lines[0]
        assert told.outcome == promise_pb2.OUTCOME_ON_TIME
        with pytest.raises(CallError) as missing:
            client.get_order("PO-1")
    assert missing.value.code is grpc.StatusCode.NOT_FOUND
    assert missing.value.metadata == {"kind": "order", "name": "PO-1"}


def test_a_date_after_the_latest_is_refused_with_the_earliest(running):
    """Wanted in an hour, at the latest in an hour and a half, possible in two."""
    asked = order(by=MONDAY + timedelta(hours=1), latest=MONDAY + timedelta(hours=1.5))
    with running.client() as client:
        told = client.promise(asked).promise.lines[0]
        assert list(client.schedule()) == []
    assert told.outcome == promise_pb2.OUTCOME_REFUSED
    assert told.refusal == "later_than_latest"
    assert told.earliest_time.ToDatetime(UTC) == MONDAY + timedelta(hours=2)
    assert not told.HasField("promised_time")


def test_on_time_only_refuses_a_later_date(running):
    """Who takes no later date gets none."""
    with running.client() as client:
        told = client.quote(order(by=MONDAY + timedelta(hours=1)), on_time_only=True).promise.lines[0]
    assert (told.outcome, told.refusal) == (promise_pb2.OUTCOME_REFUSED, "later_than_requested")


def test_the_field_mask_chooses_the_parts(running):
    """Load and moulds only when asked for; reasons unless left out."""
    with running.client() as client:
        plain = client.promise(order())
        assert plain.promise.lines[0].reasons
        assert not plain.load
        assert not plain.mould_state
        lean = client.get_order("PO-1", parts=["promise"])
        assert not lean.promise.lines[0].reasons
        full = client.get_order("PO-1", parts=["*"])
    assert full.promise.lines[0].reasons
    assert [load.resource_id for load in full.load] == ["M1", "M2"]
    assert len(full.load[0].days) >= 6
    assert [(state.mould_id, state.resource_id) for state in full.mould_state] == [("CAP", "M1")]


def test_load_around_the_date_shows_the_run(running):
    """A requested Monday shows Monday's two hours on M1."""
    with running.client() as client:
        client.promise(order(by=MONDAY + timedelta(hours=3)))
        full = client.get_order("PO-1", parts=["load"])
    runs = {load.resource_id: sum(day.run_duration.seconds for day in load.days) for load in full.load}
    assert runs == {"M1": 7200, "M2": 0}


def test_a_mould_in_use_says_until_when_and_for_whom(running):
    """At 09:00 the caps are in work until 10:00."""
    with running.client() as client:
        client.promise(order())
        client.set_clock(MONDAY + timedelta(hours=1))
        (state,) = client.get_order("PO-1", parts=["mould_state"]).mould_state
    assert state.activity == plan_pb2.MOULD_ACTIVITY_IN_USE
    assert state.order_id == "PO-1"
    assert state.until_time.ToDatetime(UTC) == MONDAY + timedelta(hours=2)


def test_an_unknown_part_is_refused_by_name(running):
    """The caller is told which parts there are."""
    with running.client() as client, pytest.raises(CallError) as refused:
        client.get_order("PO-1", parts=["pictures"])
    assert [field.field for field in refused.value.fields] == ["field_mask"]
    assert "mould_state" in refused.value.fields[0].problem


def test_wrong_fields_are_named_by_their_path_in_the_request(running):
    """An unknown item is a field of the request, wherever it was found out."""
    with running.client() as client, pytest.raises(CallError) as refused:
        client.promise(order(item="cup"))
    assert refused.value.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [field.field for field in refused.value.fields] == ["order.lines[0].item_id"]


def test_a_promise_without_a_request_id_is_refused(running):
    """Without one a retry would count twice."""
    stub = PromiseServiceStub(running.channel)
    with pytest.raises(grpc.RpcError) as refused:
        stub.Promise(pb.PromiseRequest(order=order()))
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_request_id_with_another_content_is_refused(running):
    """One id, one request."""
    with running.client() as client:
        client.promise(order(), request_id="r-1")
        with pytest.raises(CallError) as refused:
            client.promise(order("PO-2"), request_id="r-1")
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


def test_a_cancelled_order_frees_its_place(running):
    """With the etag that was seen, and only with that one."""
    with running.client() as client:
        etag = client.promise(order()).promise.etag
        with pytest.raises(CallError) as refused:
            client.cancel("PO-1", etag="PO-1:99")
        assert refused.value.code is grpc.StatusCode.ABORTED
        client.cancel("PO-1", etag=etag, validate_only=True)
        assert len(list(client.schedule())) == 1
        cancelled = client.cancel("PO-1", etag=etag, reason="typed twice")
        assert cancelled.promise.lines[0].state == promise_pb2.PROMISE_STATE_CANCELLED
        assert cancelled.promise.etag != etag
        assert list(client.schedule()) == []


def test_equal_demand_is_told_and_not_merged(running):
    """The second answer names the first order."""
    with running.client() as client:
        client.promise(order(channel_id=""))
        second = client.promise(order("PO-2", salesperson="Li"))
    assert list(second.promise.duplicate_order_ids) == ["PO-1"]


def test_orders_are_listed_in_pages_of_their_first_answer(running):
    """Five orders in pages of two are five orders, once each."""
    names = [f"PO-{number}" for number in (3, 1, 2, 5, 4)]
    with running.client() as client:
        for name in names:
            client.promise(order(name, quantity=2))
        client.cancel("PO-2")
        assert [found.order.id for found in client.list_orders(page_size=2)] == names
        confirmed = client.list_orders(page_size=2, states=[promise_pb2.PROMISE_STATE_CONFIRMED])
        assert [found.order.id for found in confirmed] == ["PO-3", "PO-1", "PO-5", "PO-4"]
        assert list(client.list_orders(customer_id="C-2")) == []


def test_a_deadline_that_passed_decides_nothing(running):
    """A call with no time left is not promised."""
    with running.client(timeout_s=0.000001) as client, pytest.raises(CallError) as late:
        client.promise(order())
    assert late.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
    with running.client() as client:
        assert list(client.list_orders()) == []


def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(serve):
    """While the writer is busy one may wait, the next is told to come again."""
    settings = DeskSettings(queue_limit=1)
    with serve(shop(), desk_settings=settings) as running, running.client() as client:
        busy, go = threading.Event(), threading.Event()

        def hold():
            busy.set()
            go.wait(20)

        threads = [threading.Thread(target=running.desk._reading, args=(hold,))]
        threads[0].start()
        busy.wait(20)
        threads.append(threading.Thread(target=client.promise, args=(order("PO-1"),)))
        threads[1].start()
        while running.desk.status().queue < 1:
            time.sleep(0.005)
        started = time.monotonic()
        with pytest.raises(CallError) as refused:
            client.promise(order("PO-2"))
        assert time.monotonic() - started < 1
        go.set()
        for thread in threads:
            thread.join(20)
        assert refused.value.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert refused.value.retry_after_s > 0
        assert [found.order.id for found in client.list_orders()] == ["PO-1"]


def test_a_watch_tells_what_is_committed(running):
    """From its opening on, in the order of the log."""
    with running.client() as client:
        watch = client.watch()
        opened = next(watch)
        assert list(opened.events) == []
        client.promise(order())
        client.cancel("PO-1", reason="typed twice")
        seen = []
        while len(seen) < 2:
            # Between the two the desk may sequence the plan anew.
            seen += [event for event in next(watch).events if event.order_id]
    assert [(event.kind, event.order_id) for event in seen] == [
        (plan_pb2.EVENT_KIND_PROMISED, "PO-1"),
        (plan_pb2.EVENT_KIND_CANCELLED, "PO-1"),
    ]
    assert opened.sequence < seen[0].sequence < seen[1].sequence


def test_a_watch_of_one_order_from_the_beginning(running):
    """Who was away reads the log from his place on."""
    with running.client() as client:
        client.promise(order("PO-1"))
        client.promise(order("PO-2"))
        watch = client.watch(after_sequence=0, order_id="PO-2")
        next(watch)
        (event,) = next(watch).events
    assert event.order_id == "PO-2"


def test_watches_are_capped_and_do_not_starve_sales(serve):
    """With every watch taken, one more is refused, and sales go on."""
    settings = EdgeSettings(waiting_calls=8, watch_limit=3)
    with serve(shop(), edge_settings=settings) as running, running.client() as client:
        watches = [client.watch() for _ in range(3)]
        for watch in watches:
            next(watch)
        with pytest.raises(CallError) as refused:
            next(client.watch())
        assert refused.value.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert refused.value.retry_after_s == 5
        assert client.promise(order()).promise.lines[0].outcome == promise_pb2.OUTCOME_ON_TIME
        watches.pop().close()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                next(client.watch())
                break
            except CallError:
                time.sleep(0.05)
        else:
            pytest.fail("a closed watch kept its place")


def test_stopping_ends_watches_and_refuses_new_calls(serve):
    """A watch ends with UNAVAILABLE, so that its caller goes elsewhere; what was taken is answered."""
    with serve(shop()) as running, running.client(timeout_s=0.5) as client:
        stub = PromiseServiceStub(running.channel)
        watch = stub.Watch(pb.WatchRequest())
        next(watch)
        running.edge.stop(5.0)
        with pytest.raises(grpc.RpcError) as ended:
            next(watch)
        assert ended.value.code() is grpc.StatusCode.UNAVAILABLE
        with pytest.raises(CallError) as refused:
            client.promise(order())
        assert refused.value.code is grpc.StatusCode.UNAVAILABLE


def test_calls_that_come_while_stopping_are_told_to_come_back(serve):
    """They were cancelled by the library, without a word of what became of them."""
    with serve(shop()) as running, running.client(timeout_s=0.2) as client:
        running.edge._stopping.set()
        with pytest.raises(CallError) as refused:
            client.promise(order())
        assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.UNAVAILABLE, "DESK_STOPPED")
        assert refused.value.retry_after_s


def test_a_call_that_was_taken_is_answered_while_stopping(serve):
    """The writer is busy when the stop comes; the promise that waits still gets its answer."""
    with serve(shop()) as running, running.client() as client:
        busy, go = threading.Event(), threading.Event()

        def hold():
            busy.set()
            go.wait(20)

        answers = []
        holding = threading.Thread(target=running.desk._reading, args=(hold,))
        holding.start()
        busy.wait(20)
        asking = threading.Thread(target=lambda: answers.append(client.promise(order())))
        asking.start()
        while running.desk.status().queue < 1:
            time.sleep(0.005)
        stopping = threading.Thread(target=running.edge.stop, args=(10.0,))
        stopping.start()
        time.sleep(0.1)
        go.set()
        for thread in (holding, asking, stopping):
            thread.join(20)
        assert answers[0].promise.lines[0].outcome == promise_pb2.OUTCOME_ON_TIME


def test_times_of_the_schema_are_utc(running):
    """A date of the plant's zone crosses the wire as an instant."""
    with running.client() as client:
        told = client.quote(order(by=datetime.fromisoformat("2026-03-06T08:00:00+08:00")))
    assert told.promise.lines[0].requested_time.ToDatetime(UTC) == FRIDAY


def test_an_empty_mask_stands_for_reasons(running):
    """As unset as a mask can be."""
    stub = PromiseServiceStub(running.channel)
    told = stub.Quote(pb.QuoteRequest(order=order(), field_mask=FieldMask()))
    assert told.promise.lines[0].reasons
