"""A day's orders come on one stream: each is answered in its turn, and nobody else has to wait for all of them."""

import threading

import grpc

from client.calls import CallError, JiaoqiClient
from jiaoqi.v1 import import_service_pb2 as pb
from jiaoqi.v1 import promise_service_pb2
from promising.settings import DeskSettings
from tests.wire.conftest import shop
from tests.wire.test_plant_service import order
from wire.edge import EdgeSettings

PATH = "/jiaoqi.v1.ImportService/ImportOrders"
SMALL = DeskSettings(queue_limit=8)


def request(number: int, item: str = "cap", quantity: int = 10) -> promise_service_pb2.PromiseRequest:
    return promise_service_pb2.PromiseRequest(request_id=f"r-{number}", order=order(f"PO-{number}", item, quantity))


def requests(count: int) -> list[promise_service_pb2.PromiseRequest]:
    return [request(number) for number in range(count)]


class Held:
    """A desk whose writer stands still until it is let go."""

    def __init__(self, desk):
        self._gate, begun = threading.Event(), threading.Event()

        def hold():
            begun.set()
            self._gate.wait(60)

        self._thread = threading.Thread(target=desk._reading, args=(hold,))
        self._thread.start()
        begun.wait(60)

    def let_go(self):
        self._gate.set()
        self._thread.join()


def test_every_order_gets_its_answer_in_its_turn(running):
    """Promised, wrong, refused: the stream goes on, and what was promised stands."""
    with running.client() as client:
        bad = [request(0), request(1, "cup"), request(2, quantity=0), request(3)]
        bad.append(replace_latest(request(4, quantity=60_000)))
        found = list(client.import_orders(bad))
        assert [answer.index for answer in found] == [0, 1, 2, 3, 4]
        assert [answer.WhichOneof("outcome") for answer in found] == [
            "promise", "failure", "failure", "promise", "promise",
        ]  # fmt: skip
        wrong = found[1].failure
        assert (wrong.code, wrong.reason) == ("INVALID_ARGUMENT", "INVALID_INPUT")
        assert [(p.field, p.problem) for p in wrong.problems] == [
            ("order.lines[0].item_id", "no item 'cup' (allowed: the id of an item of the plant)")
        ]
        assert found[2].failure.problems[0].field == "order.lines[0].quantity"
        assert found[4].promise.promise.lines[0].refusal == "later_than_latest"
        assert [one.order.id for one in client.list_orders()] == ["PO-0", "PO-3", "PO-4"]
        stands, told = client.get_order("PO-3").promise, found[3].promise.promise
        assert (stands.etag, stands.lines[0].promised_time) == (told.etag, told.lines[0].promised_time)


def replace_latest(wanted: promise_service_pb2.PromiseRequest) -> promise_service_pb2.PromiseRequest:
    """The same order, which must not be later than asked for."""
    for line in wanted.order.lines:
        line.latest_time.CopyFrom(line.requested_time)
    return wanted


def test_the_same_requests_get_the_stored_answers(running):
    """Nothing is decided again; another content under an id is refused in its turn."""
    with running.client() as client:
        first = list(client.import_orders(requests(5)))
        events = running.desk.last_event()
        again = list(client.import_orders([*requests(4), replace_order(request(4))]))
        assert [a.promise.promise.etag for a in again[:4]] == [a.promise.promise.etag for a in first[:4]]
        assert [a.promise.promise.lines[0].promised_time for a in again[:4]] == [
            a.promise.promise.lines[0].promised_time for a in first[:4]
        ]
        assert (again[4].failure.code, again[4].failure.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
        placed = [e for e in running.desk.events(events) if e.order_id]
        assert placed == []


def replace_order(wanted: promise_service_pb2.PromiseRequest) -> promise_service_pb2.PromiseRequest:
    """Another order under the same request id."""
    wanted.order.id = "PO-other"
    return wanted


def test_a_full_desk_slows_the_stream_and_refuses_nobody(serve):
    """With a line of 8, an import takes 4 places; a sale beside it finds room, and all 40 orders are promised."""
    with serve(shop(), desk_settings=SMALL) as served, served.client() as client:
        client.quote(order("warm"))
        held = Held(served.desk)
        answers, sold = [], []
        threads = [
            threading.Thread(target=lambda: answers.extend(client.import_orders(requests(40)))),
            threading.Thread(target=lambda: sold.append(client.promise(order("PO-shop")))),
        ]
        threads[0].start()
        while served.desk.status().queue < 4:
            pass
        threads[1].start()
        while served.desk.status().queue < 5:
            pass
        assert served.desk.status().queue == 5
        held.let_go()
        for thread in threads:
            thread.join(60)
    assert [answer.WhichOneof("outcome") for answer in answers] == ["promise"] * 40
    assert sold[0].promise.lines[0].promised_time.seconds


def test_a_caller_is_read_only_as_fast_as_his_orders_are_decided(serve):
    """While the desk stands still, most of two thousand fat orders stay where they are."""
    fat = [request(number) for number in range(2000)]
    for wanted in fat:
        for number in range(20):
            wanted.order.attributes[f"note-{number}"] = "x" * 1000
    taken = []

    def taking():
        for wanted in fat:
            taken.append(wanted.request_id)
            yield pb.ImportOrdersRequest(promise=wanted).SerializeToString()

    with serve(shop(), desk_settings=SMALL) as served:
        held = Held(served.desk)
        call = served.channel.stream_stream(PATH)(taking(), timeout=60)
        seen = -1
        while len(taken) != seen:
            seen = len(taken)
            threading.Event().wait(0.5)
        assert 4 <= seen < 2000
        call.cancel()
        held.let_go()


def test_a_caller_may_wait_for_each_answer(running):
    """The next order is sent only when the last is answered."""
    answered = threading.Semaphore(1)

    def one_by_one():
        for number in range(5):
            answered.acquire(timeout=60)
            yield pb.ImportOrdersRequest(promise=request(number)).SerializeToString()

    found = []
    for raw in running.channel.stream_stream(PATH)(one_by_one(), timeout=120):
        found.append(pb.ImportOrdersResponse.FromString(raw).index)
        answered.release()
    assert found == [0, 1, 2, 3, 4]


def test_bytes_that_are_no_message_take_their_turn(running):
    """The orders before and behind them are promised."""
    sent = [pb.ImportOrdersRequest(promise=request(number)).SerializeToString() for number in range(2)]
    raw = running.channel.stream_stream(PATH)(iter([sent[0], b"\x04", sent[1]]), timeout=120)
    found = [pb.ImportOrdersResponse.FromString(each) for each in raw]
    assert [answer.WhichOneof("outcome") for answer in found] == ["promise", "failure", "promise"]
    assert found[1].failure.code == "INVALID_ARGUMENT"


def test_imports_beyond_the_limit_are_refused_until_one_ends(serve):
    """An open stream holds threads of the server; sales go on beside it, and one that was left makes room."""
    settings = EdgeSettings(waiting_calls=80, import_limit=1)
    gate = threading.Event()

    def slow():
        yield pb.ImportOrdersRequest(promise=request(0)).SerializeToString()
        gate.wait(60)

    def refused(client) -> bool:
        try:
            (answer,) = client.import_orders(requests(1))
        except CallError as error:
            return error.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        return answer.promise.promise.order.id != "PO-0"

    with serve(shop(), edge_settings=settings) as served, served.client() as client:
        left = served.channel.stream_stream(PATH)(slow(), timeout=60)
        next(left)
        assert refused(client)
        assert client.promise(order("PO-shop")).promise.lines
        left.cancel()
        gate.set()
        while refused(client):
            pass


def test_a_broken_stream_goes_on_where_it_broke(serve):
    """The server stops after three answers and comes back: every order is promised once, in its turn."""
    with serve(shop()) as served:
        port = int(served.address.rpartition(":")[2])
        with served.client() as client:
            client.quote(order("warm"))
        client = JiaoqiClient(served.address, timeout_s=120)
        coming = client.import_orders(requests(30))
        found = [next(coming) for _ in range(3)]
    with serve(None, edge_settings=EdgeSettings(waiting_calls=80, port=port)) as served:
        found += coming
        orders = [one.order.id for one in client.list_orders()]
        promised = [event.order_id for event in served.desk.events() if event.kind == "promised"]
    client.close()
    assert [answer.index for answer in found] == list(range(30))
    assert [answer.promise.promise.order.id for answer in found] == [f"PO-{number}" for number in range(30)]
    assert sorted(orders) == sorted(promised) == sorted(f"PO-{number}" for number in range(30))
