"""Orders of a book promised one by one as they come in: how many miss the time they ask for, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import timing
from benchmarks.report import Ratio, Result, Row
from benchmarks.timing import Spent, milliseconds
from domain.checks import from_unix, to_unix_down
from domain.orders import Order
from domain.promises import LinePromise, Outcome
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from simulators.orderbooks import Lead, book_file, read_book

NEVER = 0

HOW = """\
In the process, manual clock set to each order's arrival; buffer, grid, frozen zone and release lead 0. `missed`:
promised later than asked. `broken`: planned end after the promise when all are in. `breaches`: what the independent
checker finds in the plan at the end. `decide` is placing, answering with reasons and keeping, with the re-dispatch on
a miss where tier 1 is used.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A book with one of its leads; tier 1 after every `every` orders and on a miss (0: tier 0 alone)."""

    book: str
    lead: Lead
    every: int

    def __str__(self) -> str:
        return f"{self.book} {self.lead.value}, tier 1 {f'every {self.every}' if self.every else 'never'}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is run; `orders` cuts the books short (None: whole)."""

    cases: tuple[Case, ...]
    orders: int | None = None


EVERY = (1, 10, 100, NEVER)
FULL = Settings(
    (
        *(Case(book, lead, every) for book in ("3000-75", "3000-85") for lead in Lead for every in EVERY),
        Case("10000-85", Lead.LONG, 100),
        Case("10000-85", Lead.LONG, NEVER),
    )
)
QUICK = Settings(tuple(Case("3000-85", lead, every) for lead in Lead for every in (10, NEVER)), orders=600)
ALLOWED = {("3000-75", lead): 0 for lead in Lead} | {
    ("3000-85", Lead.SHORT): 50,
    ("3000-85", Lead.MID): 25,
    ("3000-85", Lead.LONG): 25,
}
"""Requested times that may be missed with tier 1 after every order."""


@dataclass(slots=True)
class Replay:
    """One case's course."""

    case: Case
    rows: list[Row]
    missed: int
    broken: int
    breaches: int
    seconds: float

    @property
    def summary(self) -> Row:
        """Its row in the table."""
        decided = [float(row["decide_s"]) for row in self.rows]
        working = [float(row["decide_cpu_s"]) for row in self.rows]
        again = [float(row["redispatch_s"]) for row in self.rows if row["redispatch_s"] != ""]
        return {
            "book": self.case.book,
            "lead": self.case.lead.value,
            "tier 1 every": str(self.case.every or "never"),
            "orders": len(self.rows),
            "missed": self.missed,
            "broken": self.broken,
            "breaches": self.breaches,
            "decide p50 ms": milliseconds(decided, 50),
            "decide p99 ms": milliseconds(decided, 99),
            "decide p99 CPU ms": milliseconds(working, 99),
            "tier 1 p50 ms": milliseconds(again, 50),
            "in all s": self.seconds,
        }


def run(settings: Settings) -> Iterator[Replay | Result]:
    """Yield every case as it ends, then the whole."""
    result = Result(
        "arrivals",
        "orders promised one by one as they come in",
        HOW,
        "none, the books are files",
    )
    replays = []
    for case in settings.cases:
        replay = promise_all(case, settings.orders)
        replays.append(replay)
        result.summary.append(replay.summary)
        result.raw.setdefault(case.book, []).extend(replay.rows)
        yield replay
    result.ratios = _ratios(replays, whole=settings.orders is None)
    yield result


def promise_all(case: Case, limit: int | None = None) -> Replay:
    """Promise a book's orders in the order in which they come in."""
    book = read_book(book_file(case.book), case.lead)
    planner = Planner(book.plant, to_unix_down(book.start))
    effort = Effort.TIER1 if case.every else Effort.INSTANT
    rows: list[Row] = []
    answers: dict[str, LinePromise] = {}
    began = timing.now()
    for count, (arrival, order) in enumerate(book.arrivals[:limit], 1):
        now_s = to_unix_down(arrival)
        line, decided = _promise(planner, order, now_s, effort)
        answers[order.id] = line
        again = case.every and count % case.every == 0
        dispatched = _redispatch(planner, now_s) if again else None
        rows.append(_row(case, order, now_s, line, decided, dispatched))
    seconds = timing.since(began).wall_s
    missed = sum(line.outcome is not Outcome.ON_TIME for line in answers.values())
    return Replay(case, rows, missed, broken_of(planner, answers), len(verify(planner.snapshot())), seconds)


def _promise(planner: Planner, order: Order, now_s: int, effort: Effort) -> tuple[LinePromise, Spent]:
    began = timing.now()
    decision = planner.decide(order, now_s, effort=effort)
    planner.keep(decision)
    return decision.lines[0], timing.since(began)


def _redispatch(planner: Planner, now_s: int) -> Spent:
    began = timing.now()
    planner.redispatch(now_s)
    return timing.since(began)


def _row(case: Case, order: Order, now_s: int, line: LinePromise, decided: Spent, dispatched: Spent | None) -> Row:
    late_s = (line.promised_time - line.requested_time).total_seconds() if line.promised_time else ""
    return {
        "lead": case.lead.value,
        "every": case.every,
        "order": order.id,
        "arrival": from_unix(now_s).isoformat(),
        "outcome": line.outcome.value,
        "late_s": late_s,
        "decide_s": decided.wall_s,
        "decide_cpu_s": decided.cpu_s,
        "redispatch_s": "" if dispatched is None else dispatched.wall_s,
        "redispatch_cpu_s": "" if dispatched is None else dispatched.cpu_s,
    }


def broken_of(planner: Planner, answers: dict[str, LinePromise]) -> int:
    """Lines that are planned to end after their promise."""
    promised = {order_id: line.promised_time for order_id, line in answers.items() if line.promised_time}
    return sum(from_unix(planner.expected(order_id, 1)) > time for order_id, time in promised.items())


def _ratios(replays: list[Replay], *, whole: bool) -> list[Ratio]:
    """Missed with tier 1 by missed without it; the aims hold for whole books."""
    alone = {(r.case.book, r.case.lead): r.missed for r in replays if r.case.every == NEVER}
    ratios = []
    for replay in replays:
        case = replay.case
        without = alone.get((case.book, case.lead), 0)
        if case.every == NEVER or not without:
            continue
        allowed = ALLOWED.get((case.book, case.lead)) if case.every == 1 and whole else None
        aim = "" if allowed is None else f"at most {allowed} missed, broken 0"
        found = f"missed with {case} ÷ with tier 0 alone ({replay.missed} ÷ {without})"
        ratios.append(Ratio(found, replay.missed / without, aim))
    return ratios
