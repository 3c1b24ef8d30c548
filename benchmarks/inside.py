"""Quotes and re-dispatches in the process, half-way through a book and when it is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks import timing
from benchmarks.report import Ratio, Result, Row
from benchmarks.timing import milliseconds
from domain.checks import to_unix_down
from domain.orders import Order
from domain.promises import Outcome
from scheduler.planner import Effort, Planner
from simulators.orderbooks import Lead, OrderBook, book_file, read_book

HOW = """\
Long lead, manual clock at each arrival, reasons on. A tier-0 row is a quote: placed, answered with reasons, undone.
`grown`: the plan half-way as tier 0 alone made it; `re-dispatched`: the same plan right after tier 1. Tier 1 is a
whole re-dispatch, each after one more order was kept, half-way and at (almost) 15,000 open operations, where the clock
stands at the book's start. The book's own 200 quotes are asked when all its orders are placed at its start, and tier 1
has run once.
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """`asked`: orders after the middle that are quoted, `rounds` times; `dispatches`: re-dispatches timed.

    `orders` cuts the books short (None: whole); `full_orders` is how many orders make 15,000 operations.
    """

    books: tuple[str, ...] = ("3000-85", "10000-85")
    asked: int = 500
    rounds: int = 4
    dispatches: int = 60
    orders: int | None = None
    full_orders: int = 3000


FULL = Settings()
QUICK = Settings(books=("3000-85",), asked=200, rounds=2, dispatches=20)


def run(settings: Settings) -> Iterator[Row | Result]:
    """Yield each figure's row, then the whole."""
    result = Result(
        "inside",
        "tier 0 and tier 1 in the process",
        HOW,
        "none, the books are files",
    )
    for name in settings.books:
        book = read_book(book_file(name), Lead.LONG)
        for measure in (_half_way, _at_size, _own_quotes):
            rows = measure(name, book, settings, result)
            result.summary += rows
            yield from rows
    p50 = {(str(row["book"]), str(row["what"])): float(row["p50 ms"]) for row in result.summary}
    for name in settings.books:
        spent = p50[name, "tier 1, half-way"] / p50[name, "tier 0, grown"]
        result.ratios.append(Ratio(f"{name}: tier 1 ÷ tier 0 half-way, p50", spent))
        changed = p50[name, "tier 0, re-dispatched"] / p50[name, "tier 0, grown"]
        result.ratios.append(Ratio(f"{name}: tier 0 re-dispatched ÷ grown, p50", changed))
    yield result


def _half_way(name: str, book: OrderBook, settings: Settings, result: Result) -> list[Row]:
    arrivals = book.arrivals[: settings.orders]
    half = len(arrivals) // 2
    planner = Planner(book.plant, to_unix_down(book.start))
    for arrival, order in arrivals[:half]:
        planner.keep(planner.decide(order, to_unix_down(arrival), effort=Effort.INSTANT))
    now_s = to_unix_down(arrivals[half][0])
    coming = [order for _, order in arrivals[half:]]
    asked = coming[: settings.asked] * settings.rounds
    rows = [_quotes(name, "tier 0, grown", planner, asked, now_s, Effort.INSTANT, result)]
    planner.redispatch(now_s)
    rows.append(_quotes(name, "tier 0, re-dispatched", planner, asked, now_s, Effort.INSTANT, result))
    rows.append(_dispatches(name, "tier 1, half-way", planner, coming[: settings.dispatches], now_s, result))
    return rows


def _at_size(name: str, book: OrderBook, settings: Settings, result: Result) -> list[Row]:
    """Re-dispatch with nothing begun yet and 15,000 operations open."""
    now_s = to_unix_down(book.start)
    orders = [order for _, order in book.arrivals[: settings.orders]][: settings.full_orders]
    last = max(1, len(orders) - settings.dispatches)
    planner = _placed(book, orders[:last], now_s)
    return [_dispatches(name, "tier 1, nothing begun", planner, orders[last:], now_s, result)]


def _own_quotes(name: str, book: OrderBook, settings: Settings, result: Result) -> list[Row]:
    now_s = to_unix_down(book.start)
    planner = _placed(book, [order for _, order in book.arrivals[: settings.orders]], now_s)
    planner.redispatch(now_s)
    return [
        _quotes(name, f"own quotes, {what}", planner, book.quotes, now_s, effort, result)
        for what, effort in (("tier 0", Effort.INSTANT), ("tier 0 and 1", Effort.TIER1))
    ]


def _placed(book: OrderBook, orders: Sequence[Order], now_s: int) -> Planner:
    planner = Planner(book.plant, now_s)
    for order in orders:
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
    return planner


def _quotes(
    name: str, what: str, planner: Planner, orders: Sequence[Order], now_s: int, effort: Effort, result: Result
) -> Row:
    rows: list[Row] = []
    for order in orders:
        began = timing.now()
        decision = planner.decide(order, now_s, effort=effort)
        planner.undo(decision)
        spent = timing.since(began)
        answered = int(decision.lines[0].outcome is not Outcome.REFUSED)
        rows.append({"what": what, "order": order.id, "answered": answered, **spent._asdict(),
                     "shifted": decision.shifted, "candidates": decision.candidates})  # fmt: skip
    result.raw[f"{name}-{what.replace(',', '').replace(' ', '-')}"] = rows
    return _summary(name, what, planner.open_operations, rows)


def _dispatches(name: str, what: str, planner: Planner, orders: Sequence[Order], now_s: int, result: Result) -> Row:
    rows: list[Row] = []
    for order in orders:
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
        began = timing.now()
        taken = planner.redispatch(now_s)
        spent = timing.since(began)
        rows.append({"what": what, "order": order.id, "answered": int(taken), **spent._asdict(),
                     "shifted": 0, "candidates": 0})  # fmt: skip
    result.raw[f"{name}-{what.replace(',', '').replace(' ', '-')}"] = rows
    return _summary(name, what, planner.open_operations, rows)


def _summary(name: str, what: str, operations: int, rows: Sequence[Row]) -> Row:
    walls, working = ([float(row[clock]) for row in rows] for clock in ("wall_s", "cpu_s"))
    shifted = sorted(int(row["shifted"]) for row in rows)
    return {
        "book": name,
        "what": what,
        "open operations": operations,
        "asked": len(rows),
        "answered": sum(int(row["answered"]) for row in rows),
        "p50 ms": milliseconds(walls, 50),
        "p95 ms": milliseconds(walls, 95),
        "p99 ms": milliseconds(walls, 99),
        "p50 CPU ms": milliseconds(working, 50),
        "p99 CPU ms": milliseconds(working, 99),
        "shifted p50": shifted[len(shifted) // 2],
        "shifted max": shifted[-1],
    }
