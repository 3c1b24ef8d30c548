"""Load is bounded, counts every call, and goes to this machine only."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import grpc
import pytest

from simulators.load import SHED, Call, Course, Due, at_rate, closed_loop, open_loop

METHOD = "/test.Echo/Ask"


@pytest.fixture
def serve():
    """Start servers whose one method is the given function of the request."""
    servers = []

    def start(work, threads=16):
        server = grpc.server(ThreadPoolExecutor(threads))
        handler = grpc.unary_unary_rpc_method_handler(work)
        server.add_registered_method_handlers("test.Echo", {"Ask": handler})
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
        return f"127.0.0.1:{port}"

    yield start
    for server in servers:
        server.stop(0).wait()


def test_callers_share_the_requests_and_every_answer_is_kept(serve):
    """In the order of the requests, whoever asked."""
    address = serve(lambda request, _: request * 2)
    course = closed_loop(address, METHOD, [b"%d" % number for number in range(10)], callers=3)
    assert [call.answer for call in course.calls] == [b"%d%d" % (number, number) for number in range(10)]
    assert {call.code for call in course.calls} == {"OK"}


def test_as_many_callers_as_asked_for_wait_at_once(serve):
    """A server that answers only when four ask together answers all eight."""
    together = Barrier(4)
    address = serve(lambda request, _: str(together.wait(30) >= 0).encode())
    assert [call.answer for call in closed_loop(address, METHOD, [b""] * 8, callers=4).calls] == [b"True"] * 8


def test_a_call_that_fails_is_told_by_its_code(serve):
    """It is not among the answered."""

    def refuse_odd(request, context):
        if request == b"odd":
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "full")
        return request

    address = serve(refuse_odd)
    for course in (
        closed_loop(address, METHOD, [b"even", b"odd", b"even"], callers=1),
        open_loop(address, at_rate(METHOD, [b"even", b"odd", b"even"], rate=100.0, seed=1)),
    ):
        assert [call.code for call in course.calls] == ["OK", "RESOURCE_EXHAUSTED", "OK"]
        assert [call.number for call in course.answered] == [0, 2]


def test_calls_at_a_rate_do_not_wait_for_answers_and_the_excess_is_shed(serve):
    """The server answers nothing until all were due: three wait, the rest is never asked."""
    gate, asked = Event(), []

    def hold(request, _):
        asked.append(request)
        gate.wait(30)
        return request

    address = serve(hold)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(open_loop, address, at_rate(METHOD, [b"%d" % n for n in range(8)], 500.0, 1), 3)
        with pytest.raises(TimeoutError):
            run.result(timeout=0.5)
        gate.set()
        course = run.result(timeout=30)
    assert [call.code for call in course.calls] == ["OK"] * 3 + [SHED] * 5
    assert sorted(asked) == [b"0", b"1", b"2"]


def test_who_has_patience_stands_in_line_until_there_is_room(serve):
    """Three wait at a time, as many as may: all eight are answered, in the order in which they were due."""
    gate, asked = Event(), []

    def hold(request, _):
        asked.append(request)
        gate.wait(30)
        return request

    address = serve(hold, threads=1)
    dues = [Due(0.0, METHOD, b"%d" % number) for number in range(8)]
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(open_loop, address, dues, 3, patience_s=60.0)
        with pytest.raises(TimeoutError):
            run.result(timeout=0.3)
        gate.set()
        course = run.result(timeout=30)
    assert [(call.code, call.answer) for call in course.calls] == [("OK", b"%d" % number) for number in range(8)]
    assert asked[3:] == [b"3", b"4", b"5", b"6", b"7"]


def test_who_stood_in_line_too_long_is_shed_with_his_time(serve):
    """The only call that may wait is held up beyond the patience of the next two."""
    gate, begun = Event(), Event()

    def hold(request, _):
        begun.set()
        gate.wait(30)
        return request

    address = serve(hold)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(open_loop, address, [Due(0.0, METHOD, b"")] * 3, 1, patience_s=0.1)
        begun.wait(30)
        with pytest.raises(TimeoutError):
            run.result(timeout=0.3)
        gate.set()
        course = run.result(timeout=30)
    assert [call.code for call in course.calls] == ["OK", SHED, SHED]
    assert min(call.seconds for call in course.calls) >= 0.1


def test_the_same_seed_comes_at_the_same_times():
    """Another seed at others."""
    times = [[due.due_s for due in at_rate(METHOD, [b""] * 5, rate=1000.0, seed=seed)] for seed in (1, 1, 2)]
    assert times[0] == times[1] != times[2]


def test_calls_are_made_when_they_are_due_and_timed_from_then(serve):
    """The second comes 0.2 s after the first, over the same connection to another method."""
    address = serve(lambda request, _: request)
    course = open_loop(address, [Due(0.0, METHOD, b"a"), Due(0.2, "/test.Echo/Other", b"b")])
    assert [(call.due_s, call.code) for call in course.calls] == [(0.0, "OK"), (0.2, "UNIMPLEMENTED")]
    assert course.seconds >= 0.2


def test_a_stalled_server_is_charged_for_the_calls_that_came_meanwhile(serve):
    """Two are due at once, and the only thread is held up: the second's time has the first's in it."""
    gate, begun = Event(), Event()

    def hold(request, _):
        begun.set()
        gate.wait(30)
        return request

    address = serve(hold, threads=1)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(open_loop, address, [Due(0.0, METHOD, b"a"), Due(0.0, METHOD, b"b")])
        begun.wait(30)
        with pytest.raises(TimeoutError):
            run.result(timeout=0.2)
        gate.set()
        course = run.result(timeout=30)
    assert min(call.seconds for call in course.calls) >= 0.2


def test_percentiles_are_of_answered_calls():
    """A shed call took no time and counts for nothing."""
    calls = [Call(n, 0.0, (n + 1) / 1000, "OK", b"") for n in range(100)] + [Call(100, 0.0, 0.0, SHED, b"")]
    course = Course(calls, 2.0)
    assert course.rate == 50.0
    assert course.milliseconds(50) == pytest.approx(50, rel=0.001)
    assert course.milliseconds(99) == pytest.approx(99, rel=0.001)


def test_answers_that_took_many_minutes_count_for_percentiles():
    """Callers of the drill wait for up to five minutes; answers behind the second were left out once."""
    course = Course([Call(n, 0.0, 30.0 * (n + 1), "OK", b"") for n in range(10)], 300.0)
    assert course.milliseconds(100) == pytest.approx(300_000, rel=0.001)
    assert course.milliseconds(50) == pytest.approx(150_000, rel=0.001)


@pytest.mark.parametrize(
    ("callers", "requests"),
    [
        (0, 1),  # Nobody would ask.
        (257, 1),  # More threads than are good for this machine.
        (1, 0),  # There is nothing to ask.
    ],
)
def test_load_beyond_the_bounds_is_refused(callers, requests):
    """Before anything is connected."""
    with pytest.raises(ValueError, match="is out of range"):
        closed_loop("127.0.0.1:1", METHOD, [b""] * requests, callers)


@pytest.mark.parametrize("rate", [0.0, 20_001.0])
def test_rates_beyond_the_bounds_are_refused(rate):
    """So that nothing runs away."""
    with pytest.raises(ValueError, match="is out of range"):
        at_rate(METHOD, [b""], rate, seed=1)


def test_other_machines_are_never_loaded():
    """Only loopback addresses are taken."""
    with pytest.raises(ValueError, match="this machine only"):
        closed_loop("example.com:50051", METHOD, [b""], callers=1)


def test_callers_ask_again_under_the_same_request_until_their_patience_ends(serve):
    """The server is away for the first call of each; who has no patience has no answer. Its time counts in full."""
    asked = []

    def away_at_first(request, context):
        asked.append(request)
        if asked.count(request) == 1:
            context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        return request

    address = serve(away_at_first)
    dues = [Due(0.0, METHOD, b"a"), Due(0.0, METHOD, b"b")]
    heard = []
    course = open_loop(address, dues, patience_s=30.0, heard=heard.append)
    assert [(call.code, call.answer) for call in course.calls] == [("OK", b"a"), ("OK", b"b")]
    assert sorted(heard) == course.calls
    assert sorted(asked) == [b"a", b"a", b"b", b"b"]
    assert min(call.seconds for call in course.calls) >= 0.25
    assert open_loop(address, [Due(0.0, METHOD, b"c")]).calls[0].code == "UNAVAILABLE"
