"""Bounded load on a server of this machine: callers that wait for their answers, or calls made when they are due."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from queue import SimpleQueue
from random import Random
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

import grpc
from hdrh.histogram import HdrHistogram

CALLERS_MAX, CALLS_MAX, RATE_MAX = 256, 1_000_000, 20_000.0
WAITING, WAITING_MAX = 1024, 4096
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TIMEOUT_S = 60.0
AGAIN = ("UNAVAILABLE", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "CANCELLED")
"""How calls end that callers make again: the server was away, or too busy, or nobody knows."""
AGAIN_S = 0.25
"""How long callers wait before they do."""
RECONNECT = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.min_reconnect_backoff_ms", 100),
             ("grpc.max_reconnect_backoff_ms", 500)]  # fmt: skip
"""A server that comes back is found at once."""
SHED = "SHED"
"""Code of a call that was never made, because as many as allowed were waiting."""


class Due(NamedTuple):
    """A request and when to make it, in seconds after the beginning."""

    due_s: float
    method: str
    request: bytes


class Call(NamedTuple):
    """One call: when it was due (seconds after the first), how long its answer took from then, how it ended."""

    number: int
    due_s: float
    seconds: float
    code: str
    answer: bytes


@dataclass(frozen=True, slots=True)
class Course:
    """All calls of a run in the order of their requests, and how long it took, in seconds."""

    calls: Sequence[Call]
    seconds: float

    @property
    def answered(self) -> Sequence[Call]:
        """The calls that went well."""
        return [call for call in self.calls if call.code == "OK"]

    @property
    def rate(self) -> float:
        """Calls per second that went well."""
        return len(self.answered) / self.seconds

    def milliseconds(self, percent: float) -> float:
        """Return a percentile of the answered calls' times."""
        # What is beyond the greatest value that it can hold it would leave out.
        longest_s = max((call.seconds for call in self.answered), default=0.0)
        histogram = HdrHistogram(1, int(2 * max(TIMEOUT_S, longest_s) * 1e6), 3)
        for call in self.answered:
            histogram.record_value(max(1, round(call.seconds * 1e6)))
        return float(histogram.get_value_at_percentile(percent)) / 1e3


class Line:
    """A connection to one method of a server on this machine; requests and answers are bytes."""

    def __init__(self, address: str, method: str) -> None:
        """Connect to `address` (host:port); raises ValueError for any other machine."""
        host = address.rpartition(":")[0]
        if host not in LOOPBACK:
            raise ValueError(f"load is for this machine only: {address!r} is not one of {', '.join(LOOPBACK)}")
        # Without a pool of its own two lines would share one connection, and wait for each other.
        self._channel = grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1), *RECONNECT])
        grpc.channel_ready_future(self._channel).result(TIMEOUT_S)
        self.ask = self.to(method)

    def to(self, method: str) -> Any:
        """Return what asks another method over the same connection."""
        return self._channel.unary_unary(method)

    def close(self) -> None:
        """Hang up."""
        self._channel.close()


def closed_loop(address: str, method: str, requests: Sequence[bytes], callers: int) -> Course:
    """Let `callers` threads ask in turn, each its next request as soon as its last is answered."""
    _check("callers", callers, CALLERS_MAX)
    _check("requests", len(requests), CALLS_MAX)
    line = Line(address, method)
    numbers = count()
    calls: list[Call] = []
    began = time.perf_counter()

    def caller() -> None:
        while (number := next(numbers)) < len(requests):
            started = time.perf_counter()
            code, answer = _ask(line, requests[number])
            calls.append(Call(number, started - began, time.perf_counter() - started, code, answer))

    threads = [Thread(target=caller, name=f"caller-{number}") for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    line.close()
    return Course(sorted(calls), seconds)


def at_rate(method: str, requests: Sequence[bytes], rate: float, seed: int) -> list[Due]:
    """Let the requests come at random times, `rate` a second in the mean."""
    _check("rate", rate, RATE_MAX)
    random = Random(seed)
    at = 0.0
    found = []
    for request in requests:
        found.append(Due(at, method, request))
        at += random.expovariate(rate)
    return found


def open_loop(
    address: str,
    dues: Sequence[Due],
    waiting: int = WAITING,
    *,
    patience_s: float = 0.0,
    heard: Callable[[Call], None] = lambda _: None,
) -> Course:
    """Make each call when it is due, whatever the answers do; `dues` are in order of time.

    A call's time runs from when it was due, so that a stalled server is not asked less. With `waiting` calls
    unanswered the next stand in line for `patience_s` from when they were due, and are shed then. A call that the
    server was away or too busy for is made again, the same request with the same id, for as long. `heard` is told each
    call as it ends, in threads of gRPC.
    """
    _check("requests", len(dues), CALLS_MAX)
    _check("waiting", waiting, WAITING_MAX)
    run = _OpenLoop(address, dues, waiting, patience_s, heard)
    try:
        return run.course()
    finally:
        run.close()


class _OpenLoop:
    """Calls that are under way, and those that wait to be made again."""

    def __init__(
        self, address: str, dues: Sequence[Due], waiting: int, patience_s: float, heard: Callable[[Call], None]
    ) -> None:
        self._dues, self._patience_s, self._heard = dues, patience_s, heard
        self._line = Line(address, dues[0].method)
        self._asks = {method: self._line.to(method) for method in {due.method for due in dues}}
        self._room, self._line_up, self._lock = waiting, deque[int](), Lock()
        self._calls: list[Call] = []
        self._over = Event()
        self._again: SimpleQueue[tuple[float, int] | None] = SimpleQueue()
        self._began = time.perf_counter()

    def course(self) -> Course:
        """Make all calls, and wait for all answers."""
        callers = Thread(target=self._ask_again, name="asking again")
        callers.start()
        self._began = time.perf_counter()
        try:
            for number, due in enumerate(self._dues):
                pause = self._began + due.due_s - time.perf_counter()
                if pause > 0:
                    time.sleep(pause)
                self._come(number)
            self._over.wait()
        finally:
            self._again.put(None)
            callers.join()
        return Course(sorted(self._calls), time.perf_counter() - self._began)

    def close(self) -> None:
        self._line.close()

    def _come(self, number: int) -> None:
        """Make a call that is due, where there is room for it; else it stands in line, or is shed."""
        with self._lock:
            if self._room:
                self._room -= 1
            elif self._patience_s:
                self._line_up.append(number)
                return
            else:
                self._note(Call(number, self._dues[number].due_s, 0.0, SHED, b""))
                return
        self._ask(number)

    def _give_way(self) -> None:
        """Give the room of a call that ended to the first in line whose patience has not ended."""
        now_s = time.perf_counter() - self._began
        while True:
            with self._lock:
                if not self._line_up:
                    self._room += 1
                    return
                number = self._line_up.popleft()
            due_s = self._dues[number].due_s
            if now_s - due_s < self._patience_s:
                self._ask(number)
                return
            self._note(Call(number, due_s, now_s - due_s, SHED, b""))

    def _ask(self, number: int) -> None:
        due = self._dues[number]
        self._asks[due.method].future(due.request, timeout=TIMEOUT_S).add_done_callback(
            lambda future: self._ended(number, future)
        )

    def _ended(self, number: int, future: Any) -> None:
        due_s, code = self._dues[number].due_s, future.code().name
        now = time.perf_counter()
        seconds = now - self._began - due_s
        if code in AGAIN and seconds + AGAIN_S < self._patience_s:
            self._again.put((now + AGAIN_S, number))
            return
        self._note(Call(number, due_s, seconds, code, future.result() if code == "OK" else b""))
        self._give_way()

    def _note(self, call: Call) -> None:
        self._heard(call)
        self._calls.append(call)
        if len(self._calls) == len(self._dues):
            self._over.set()

    def _ask_again(self) -> None:
        """Make calls again that are due again; all wait equally long, so the queue is in order of time."""
        while (found := self._again.get()) is not None:
            at, number = found
            time.sleep(max(0.0, at - time.perf_counter()))
            self._ask(number)


def _ask(line: Line, request: bytes) -> tuple[str, bytes]:
    try:
        return "OK", line.ask(request, timeout=TIMEOUT_S)
    except grpc.RpcError as error:
        return error.code().name, b""


def _check(name: str, value: float, limit: float) -> None:
    if not 0 < value <= limit:
        raise ValueError(f"{name}: {value} is out of range, more than 0 and at most {limit}")
