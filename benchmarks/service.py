"""Durable promises over gRPC from a server process, beside the least that a call and a commit cost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bare import METHOD as BARE
from benchmarks.bare import start_bare
from benchmarks.report import Ratio, Result, Row
from client.calls import JiaoqiClient
from client.process import start_server
from domain.orders import Order
from jiaoqi.v1 import order_pb2, promise_pb2, promise_service_pb2
from promising.plant_files import write_plant
from promising.settings import Redispatch
from simulators.load import Call, Course, at_rate, closed_loop, open_loop
from simulators.orderbooks import Lead, OrderBook, book_file, read_book
from simulators.postgresql import postgres_server

EMPTY = "/grpc.health.v1.Health/Check"
PROMISE = "/jiaoqi.v1.PromiseService/Promise"
QUOTE = "/jiaoqi.v1.PromiseService/Quote"
ON_TIME = promise_pb2.Outcome.Value("OUTCOME_ON_TIME")

HOW = """\
A server process on an empty SQLite file (synchronous FULL), fed by {callers} callers in one other process on the same
cores; {book}, mid lead, orders in the order of their arrival, manual clock set along between rounds; reasons on, load
and mould state off; a caller sends and keeps bytes, and reads them afterwards. An empty call is the same server's
health check. Empty calls and promises take turns in rounds; rates are over all rounds. Burst: tier 1 follows when
nobody waits. At half the top rate calls come at random times and their time runs from when they were due; the top
rate is that of the same part of the book in a burst just before, on a second server. `bare` is a server that only
writes a request of as many bytes as a promise adds to the store, in one synced commit with those waiting beside it,
under the same arrivals. PostgreSQL runs on the same cores and the same disk, with fsync and synchronous_commit on,
reached by TCP.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`rounds` of empty calls and promises in turn, `callers` at once; `orders` cuts the book short (None: whole)."""

    book: str = "3000-75"
    callers: int = 64
    rounds: int = 10
    empty_calls: int = 600
    warming: int = 200
    orders: int | None = None
    seed: int = 7


FULL = Settings()
QUICK = Settings(rounds=2, orders=1000)


@dataclass(slots=True)
class Load:
    """What one server took: courses by kind, and the bytes its store grew by for each promise."""

    courses: dict[str, list[Course]] = field(default_factory=dict)
    bytes_each: float = 0.0

    def rate(self, kind: str) -> float:
        """Calls per second over all rounds of a kind."""
        courses = self.courses[kind]
        return sum(len(course.answered) for course in courses) / sum(course.seconds for course in courses)

    def calls(self, kind: str) -> Course:
        """All rounds of a kind as one."""
        courses = self.courses[kind]
        return Course([call for course in courses for call in course.calls], sum(c.seconds for c in courses))


def run(settings: Settings, scratch: Path) -> Iterator[Row | Result]:
    """Yield each setting's row, then the whole; `scratch` is where the stores lie meanwhile."""
    result = Result(
        "service",
        "durable promises over gRPC",
        HOW.format(callers=settings.callers, book=settings.book),
        str(settings.seed),
    )
    scratch.mkdir(parents=True, exist_ok=True)
    book = read_book(book_file(settings.book), Lead.MID)
    loads: dict[str, Load] = {}
    for setting, redispatch, places in (
        ("idle", Redispatch.IDLE, _file(scratch)),
        ("idle, PostgreSQL", Redispatch.IDLE, _database(scratch)),
        ("after_each", Redispatch.AFTER_EACH, _file(scratch)),
    ):
        with places as store:
            loads[setting] = load = _burst(book, redispatch, settings, store)
        for kind, course in ((kind, load.calls(kind)) for kind in load.courses):
            result.summary.append(_row(f"{kind}, redispatch {setting}", course))
            yield result.summary[-1]
        found = load.rate("promise") / load.rate("empty")
        result.ratios.append(Ratio(f"promises ÷ empty calls per second, {setting}", found, "≥ 0.2, goal 0.4"))
        _keep(result, setting, load)
    half = _at_half_rate(book, loads["idle"], settings, scratch)
    for kind in half.courses:
        what = "promise, in a burst beside" if kind == "top" else f"{kind}, at half the top rate"
        result.summary.append(_row(what, half.calls(kind)))
        yield result.summary[-1]
    for percent in (50, 99):
        found = half.calls("promise").milliseconds(percent) / half.calls("bare").milliseconds(percent)
        result.ratios.append(Ratio(f"p{percent} of promise ÷ bare at half the top rate", found, "at most 5"))
    _keep(result, "half", half)
    yield result


@contextmanager
def _file(scratch: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=scratch) as folder:
        yield Path(folder, "store.sqlite")


@contextmanager
def _database(scratch: Path) -> Iterator[str]:
    with postgres_server(scratch) as postgres:
        yield postgres.url("postgres")


def _burst(book: OrderBook, redispatch: Redispatch, settings: Settings, store: Path | str) -> Load:
    load = Load()
    with start_server(store, _flags(redispatch)) as address:
        _prepare(address, book, settings)
        before = _size(store)
        for arrival, part in _parts(book, settings):
            _set_clock(address, arrival)
            _note(load, "empty", closed_loop(address, EMPTY, [b""] * settings.empty_calls, settings.callers))
            _note(load, "promise", closed_loop(address, PROMISE, part, settings.callers))
    load.bytes_each = (_size(store) - before) / len(load.calls("promise").calls)
    return load


def _at_half_rate(book: OrderBook, burst: Load, settings: Settings, scratch: Path) -> Load:
    """Half of the rate that the same part reached just before, on a server of its own.

    Minutes later a shared machine may be half as fast, and half of its rate nearly all that it can do.
    """
    load = Load()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(dir=scratch))
        address, top = (
            stack.enter_context(start_server(Path(folder, file), _flags(Redispatch.IDLE)))
            for file in ("store.sqlite", "top.sqlite")
        )
        bare = stack.enter_context(start_bare(Path(folder, "bare.sqlite")))
        _prepare(address, book, settings)
        _prepare(top, book, settings)
        content = os.urandom(max(1, round(burst.bytes_each)))
        open_loop(bare, at_rate(BARE, [content] * settings.warming, burst.rate("promise") / 2, settings.seed))
        for number, (arrival, part) in enumerate(_parts(book, settings)):
            seed = settings.seed + number
            _set_clock(top, arrival)
            _note(load, "top", closed_loop(top, PROMISE, part, settings.callers))
            rate = load.courses["top"][-1].rate / 2
            _set_clock(address, arrival)
            _note(load, "bare", open_loop(bare, at_rate(BARE, [content] * len(part), rate, seed)))
            _note(load, "empty", open_loop(address, at_rate(EMPTY, [b""] * len(part), rate, seed)))
            _note(load, "promise", open_loop(address, at_rate(PROMISE, part, rate, seed)))
    return load


def _flags(redispatch: Redispatch) -> list[str]:
    return ["--redispatch", redispatch.value, "--log-level", "error"]


def _prepare(address: str, book: OrderBook, settings: Settings) -> None:
    """Import the plant, set the clock, and warm both sides with calls that change nothing."""
    with JiaoqiClient(address) as client:
        client.import_plant(write_plant(book.plant))
        client.set_clock(book.start)
    quotes = [quote_message(order).SerializeToString() for _, order in book.arrivals[: settings.warming]]
    _check(closed_loop(address, QUOTE, quotes, settings.callers))
    _check(closed_loop(address, EMPTY, [b""] * settings.warming, settings.callers))


def quote_message(order: Order) -> promise_service_pb2.QuoteRequest:
    """The request for a quote, reasons on by default."""
    return promise_service_pb2.QuoteRequest(order=_message(order))


def _parts(book: OrderBook, settings: Settings) -> Iterator[tuple[datetime, list[bytes]]]:
    """Yield each round's time and requests: its orders come in from that time on."""
    arrivals = book.arrivals[: settings.orders]
    each = -(-len(arrivals) // settings.rounds)
    for first in range(0, len(arrivals), each):
        part = arrivals[first : first + each]
        yield part[0][0], [promise_message(order).SerializeToString() for _, order in part]


def _set_clock(address: str, time: datetime) -> None:
    with JiaoqiClient(address) as client:
        client.set_clock(time)


def promise_message(order: Order) -> promise_service_pb2.PromiseRequest:
    """The request for a promise, under the order's own id."""
    return promise_service_pb2.PromiseRequest(request_id=order.id, order=_message(order))


def _message(order: Order) -> order_pb2.Order:
    message = order_pb2.Order(
        id=order.id, customer_id=order.customer_id, priority=order.priority, channel_id=order.channel_id
    )
    for line in order.lines:
        row = message.lines.add(
            line_no=line.line_no, item_id=line.item_id, quantity=line.quantity,
            unit_price_fen=line.unit_price_fen, discount_fen=line.discount_fen,
        )  # fmt: skip
        row.requested_time.FromDatetime(line.requested_time)
    return message


def _note(load: Load, kind: str, course: Course) -> None:
    _check(course)
    load.courses.setdefault(kind, []).append(course)


def _check(course: Course) -> None:
    """A rate of calls that failed would be no rate."""
    failed = sorted({call.code for call in course.calls if call.code != "OK"})
    if failed:
        raise RuntimeError(f"{len(course.calls) - len(course.answered)} calls failed: {', '.join(failed)}")


def _size(store: Path | str) -> int:
    """Bytes of a file with its log; a database has none that could be counted."""
    if isinstance(store, str):
        return 0
    return sum(path.stat().st_size for path in store.parent.glob(f"{store.name}*"))


def _row(what: str, course: Course) -> Row:
    return {
        "what": what,
        "calls": len(course.calls),
        "per second": course.rate,
        "p50 ms": course.milliseconds(50),
        "p95 ms": course.milliseconds(95),
        "p99 ms": course.milliseconds(99),
        "on time": sum(_on_time(call) for call in course.calls) if what.startswith("promise") else "",
    }


def _on_time(call: Call) -> bool:
    promise = promise_service_pb2.PromiseResponse.FromString(call.answer).promise
    return all(line.outcome == ON_TIME for line in promise.lines)


def _keep(result: Result, setting: str, load: Load) -> None:
    for kind, courses in load.courses.items():
        rows = result.raw.setdefault(kind, [])
        for number, course in enumerate(courses, 1):
            rows += [
                {"setting": setting, "round": number, "call": call.number, "due_s": call.due_s, "seconds": call.seconds}
                for call in course.calls
            ]
