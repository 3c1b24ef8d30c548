"""Bounded load on a server of this machine: callers that wait for their answers, or calls that come at a rate."""

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

CALLERS_MAX, CALLS_MAX, RATE_MAX, WAITING_MAX = 256, 1_000_000, 20_000.0, 1024
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TIMEOUT_S = 60.0
SHED = "SHED"
"""Code of a call that was never made, because as many as allowed were waiting."""


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
        self.ask: Any = self._channel.unary_unary(method)

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


def open_loop(
    address: str, method: str, requests: Sequence[bytes], rate: float, seed: int, waiting: int = WAITING_MAX
) -> Course:
    """Ask at random times, `rate` calls a second in the mean, whatever the answers do.

    A call's time runs from when it was due, so that a stalled server is not asked less. With `waiting` calls
    unanswered the next are shed.
    """
    _check("rate", rate, RATE_MAX)
    _check("requests", len(requests), CALLS_MAX)
    _check("waiting", waiting, WAITING_MAX)
    line = Line(address, method)
    room = BoundedSemaphore(waiting)
    calls: list[Call] = []
    due_s = _arrivals(len(requests), rate, seed)
    began = time.perf_counter()
    for number, request in enumerate(requests):
        pause = began + due_s[number] - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        if not room.acquire(blocking=False):
            calls.append(Call(number, due_s[number], 0.0, SHED, b""))
            continue
        line.ask.future(request, timeout=TIMEOUT_S).add_done_callback(
            _noting(calls, number, due_s[number], began, room)
        )
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


def _arrivals(calls: int, rate: float, seed: int) -> list[float]:
    random = Random(seed)
    at = 0.0
    times = []
    for _ in range(calls):
        times.append(at)
        at += random.expovariate(rate)
    return times


def _check(name: str, value: float, limit: float) -> None:
    if not 0 < value <= limit:
        raise ValueError(f"{name}: {value} is out of range, more than 0 and at most {limit}")
