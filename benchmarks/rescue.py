"""Orders promised one by one, and where tiers 0 and 1 miss, a search for a rearrangement in another process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.arrivals import broken_of
from benchmarks.report import Ratio, Result, Row
from benchmarks.timing import milliseconds
from domain.checks import to_unix_down
from domain.orders import Order
from domain.promises import LinePromise, Outcome
from domain.rescues import Rescue
from scheduler.planner import Decision, Effort, Planner
from scheduler.processes import Processes, SolveFailed
from scheduler.rescuing import Found, Searching, Warming
from scheduler.verify import verify
from simulators.orderbooks import Lead, book_file, read_book

HOW = """\
In the process, manual clock set to each order's arrival; buffer, grid, frozen zone and release lead 0; a re-dispatch
after every order. Where tiers 0 and 1 miss, a warm process searches for so many seconds at most, one search at a time,
with one solver thread; what it finds is laid at the plan as it is and kept. `missed`: promised later than asked.
`proved`: the search proved that no rearrangement has the order in time with all promises kept, and no more could be
had. `cut off`: the time was over first. `failed`: its process did not answer in time. `broken`: planned end after the
promise when all are in. `breaches`: what the independent checker finds in the plan at the end. `ask` and `lay` are
what the deciding thread does before and after.
"""
ALONE = {
    ("3000-85", Lead.SHORT): 30, ("3000-85", Lead.MID): 2, ("3000-85", Lead.LONG): 2,
    ("3000-92", Lead.SHORT): 1234, ("3000-92", Lead.MID): 595, ("3000-92", Lead.LONG): 482,
}  # fmt: skip
"""Missed by tiers 0 and 1 alone, as `arrivals` measures them."""
FLOOR = {("3000-85", Lead.SHORT): 39, ("3000-85", Lead.MID): 7, ("3000-85", Lead.LONG): 5}
"""Missed by EDD with hindsight, no promise binding."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is run; `orders` cuts the books short (None: whole)."""

    cases: tuple[tuple[str, Lead, float], ...]
    orders: int | None = None


FULL = Settings(tuple((book, lead, s) for book in ("3000-85", "3000-92") for lead in Lead for s in (0.2, 1.0)))
QUICK = Settings((("3000-85", Lead.SHORT, 0.2),), orders=1050)


@dataclass(slots=True)
class Stream:
    """One book's course with one limit."""

    book: str
    lead: Lead
    seconds: float
    rows: list[Row] = field(default_factory=list)
    answers: dict[str, LinePromise] = field(default_factory=dict)
    broken: int = 0
    breaches: int = 0

    @property
    def missed(self) -> int:
        """Orders promised later than asked."""
        return sum(line.outcome is not Outcome.ON_TIME for line in self.answers.values())

    def count(self, rescue: Rescue) -> int:
        """Searches that ended so."""
        return sum(row["rescue"] == rescue.value for row in self.rows)

    @property
    def summary(self) -> Row:
        """Its row in the table."""
        spent = {name: [float(row[name]) for row in self.rows] for name in ("ask_s", "search_s", "lay_s")}
        moved = [int(row["moved"]) for row in self.rows if row["rescue"] == Rescue.FOUND.value]
        return {
            "book": self.book, "lead": self.lead.value, "seconds": self.seconds, "orders": len(self.answers),
            "missed": self.missed, "tiers 0+1": ALONE[self.book, self.lead],
            "EDD with hindsight": FLOOR.get((self.book, self.lead), "-"), "searched": len(self.rows),
            "found": self.count(Rescue.FOUND), "proved": self.count(Rescue.NONE),
            "cut off": self.count(Rescue.CUT_OFF), "failed": self.count(Rescue.UNAVAILABLE),
            "overtaken": self.count(Rescue.OVERTAKEN), "broken": self.broken,
            "breaches": self.breaches, "moved p50": float(np.median(moved)) if moved else 0.0,
            "search p50 ms": milliseconds(spent["search_s"], 50), "search p99 ms": milliseconds(spent["search_s"], 99),
            "ask p50 ms": milliseconds(spent["ask_s"], 50), "lay p50 ms": milliseconds(spent["lay_s"], 50),
        }  # fmt: skip


def run(settings: Settings) -> Iterator[Row | Result]:
    """Yield every case's row as it ends, then the whole."""
    result = Result("rescue", "asked times met by a rearrangement", HOW, "none, the books are files")
    with Processes(1, first=Warming()) as processes:
        for book, lead, seconds in settings.cases:
            stream = promise_all(book, lead, seconds, processes, settings.orders)
            result.summary.append(stream.summary)
            result.raw.setdefault(book, []).extend(stream.rows)
            if settings.orders is None:
                alone = ALONE[book, lead]
                what = (
                    f"missed in {book} {lead.value} with {seconds} s ÷ with tiers 0 and 1 ({stream.missed} ÷ {alone})"
                )
                result.ratios.append(Ratio(what, stream.missed / alone, "below 1, broken 0"))
            yield stream.summary
    yield result


def promise_all(book: str, lead: Lead, seconds: float, processes: Processes, limit: int | None) -> Stream:
    """Promise a book's orders in the order in which they come in."""
    read = read_book(book_file(book), lead)
    planner = Planner(read.plant, to_unix_down(read.start))
    stream = Stream(book, lead, seconds)
    for arrival, order in read.arrivals[:limit]:
        now_s = to_unix_down(arrival)
        decision = planner.decide(order, now_s, effort=Effort.TIER1)
        if decision.lines[0].outcome is not Outcome.ON_TIME:
            planner.undo(decision)
            decision = _searched(planner, order, now_s, stream, processes)
        planner.keep(decision)
        stream.answers[order.id] = decision.lines[0]
        planner.redispatch(now_s)
    stream.broken, stream.breaches = broken_of(planner, stream.answers), len(verify(planner.snapshot()))
    return stream


def _searched(planner: Planner, order: Order, now_s: int, stream: Stream, processes: Processes) -> Decision:
    """Ask, search, decide; the row is kept."""
    began = time.perf_counter()
    ask = planner.rescue_ask(order, now_s)
    asked = time.perf_counter()
    found = None
    if ask is not None and not isinstance(ask, Rescue):
        try:
            found = processes.do(Searching(ask, time.perf_counter, stream.seconds), stream.seconds)
        except SolveFailed:
            # As the desk has it: on a busy machine a search may not end in time, and costs itself.
            found = Found(Rescue.UNAVAILABLE, ask.version, ask.own)
        assert isinstance(found, Found)
    searched = time.perf_counter()
    decision = planner.decide(order, now_s, effort=Effort.TIER1, found=found)
    rescued = decision.rescued
    stream.rows.append(
        {
            "lead": stream.lead.value, "seconds": stream.seconds, "order": order.id,
            "rescue": "" if rescued is None else rescued.rescue.value,
            "moved": 0 if rescued is None else rescued.moved, "shifted": 0 if rescued is None else rescued.shifted,
            "ask_s": asked - began, "search_s": searched - asked, "lay_s": time.perf_counter() - searched,
        }
    )  # fmt: skip
    return decision
