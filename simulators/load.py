"""Bounded load on a server of this machine: callers that wait for their answers, or calls made when they are due."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from threading import BoundedSemaphore, Thread
from typing import Any, NamedTuple

import grpc
from hdrh.histogram import HdrHistogram

CALLERS_MAX, CALLS_MAX, RATE_MAX = 256, 1_000_000, 20_000.0
WAITING, WAITING_MAX = 1024, 4096
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TIMEOUT_S = 60.0
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
        histogram = HdrHistogram(1, int(2 * TIMEOUT_S * 1e6), 3)
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
        self._channel = grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])
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


def open_loop(address: str, dues: Sequence[Due], waiting: int = WAITING) -> Course:
    """Make each call when it is due, whatever the answers do; `dues` are in order of time.

    A call's time runs from when it was due, so that a stalled server is not asked less. With `waiting` calls
    unanswered the next are shed.
    """
    _check("requests", len(dues), CALLS_MAX)
    _check("waiting", waiting, WAITING_MAX)
    line = Line(address, dues[0].method)
    asks = {method: line.to(method) for method in {due.method for due in dues}}
    room = BoundedSemaphore(waiting)
    calls: list[Call] = []
    began = time.perf_counter()
    for number, due in enumerate(dues):
        pause = began + due.due_s - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        if not room.acquire(blocking=False):
            calls.append(Call(number, due.due_s, 0.0, SHED, b""))
            continue
        note = _noting(calls, number, due.due_s, began, room)
        asks[due.method].future(due.request, timeout=TIMEOUT_S).add_done_callback(note)
    for _ in range(waiting):
        room.acquire()
    seconds = time.perf_counter() - began
    line.close()
    return Course(sorted(calls), seconds)


def _noting(
    calls: list[Call], number: int, due_s: float, began: float, room: BoundedSemaphore
) -> Callable[[Any], None]:
    def note(future: Any) -> None:
        seconds = time.perf_counter() - began - due_s
        code = future.code().name
        calls.append(Call(number, due_s, seconds, code, future.result() if code == "OK" else b""))
        room.release()

    return note


def _ask(line: Line, request: bytes) -> tuple[str, bytes]:
    try:
        return "OK", line.ask(request, timeout=TIMEOUT_S)
    except grpc.RpcError as error:
        return error.code().name, b""


def _check(name: str, value: float, limit: float) -> None:
    if not 0 < value <= limit:
        raise ValueError(f"{name}: {value} is out of range, more than 0 and at most {limit}")
