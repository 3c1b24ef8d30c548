"""A machine stands still for two days: repair against an EDD re-dispatch of everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import product
from time import monotonic

from benchmarks import timing
from benchmarks.must_break import must_break
from benchmarks.report import Ratio, Result, Row
from benchmarks.timing import Spent
from domain.checks import to_unix_down
from domain.values import replace
from scheduler.improve.near import near
from scheduler.improve.resequence import Budget
from scheduler.planner import Effort, Planner
from scheduler.planning.going_back import Before
from scheduler.planning.stakes import Stake, longest_rise
from scheduler.processes import Stop
from scheduler.verify import verify
from simulators.orderbooks import Lead, OrderBook, book_file, read_book

HOW = """\
All orders of a book are planned at its start, by an EDD dispatch (`dispatched`) or one by one by insertion in the
order of their arrival (`grown`); promised is the due time, or the planned end if that is later. Then the book's outage
is reported at its beginning. `broken`: planned end after the promise. `moved`: operations that had to leave their order
on a machine, the fewest that explain the difference; `shifted`: operations that start at another time. `dates`: orders
whose planned end falls on another day of the plant, `later` those of them on a later one; `ends`: orders that end at
another time at all. What was promised to a customer changes for the `broken` alone. `EDD`: all that
has not begun is dispatched anew by due time. `near`: after the repair a plan nearer to the one before was searched for
{near} s, by one thread, as for a proposal; nobody waits for that. `must break`: a lower bound, the most that have to be
late on any one machine were it alone; `must move`: the same for dates that become later. The writer stands still for
the time of the repair.
"""
Lines = Mapping[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Settings:
    """`orders` cuts the books short (None: whole).

    `near_s` is how long a plan nearer to the one before is searched for, where a dispatch made that.
    """

    books: tuple[str, ...] = ("3000-75", "3000-85", "10000-85")
    orders: int | None = None
    near_s: float = 60.0


FULL = Settings()
QUICK = Settings(books=("3000-85",), near_s=5.0)


def run(settings: Settings) -> Iterator[Row | Result]:
    """Yield each repair's row, then the whole."""
    result = Result(
        "repair",
        "a machine stands still for two days",
        HOW.format(near=f"{settings.near_s:g}"),
        "none, the books are files",
    )
    for name in settings.books:
        book = read_book(book_file(name), Lead.LONG)
        for start in ("dispatched", "grown"):
            ways = ("repair", "near", "EDD") if start == "dispatched" else ("repair", "EDD")
            rows = [_repair(name, start, way, book, settings) for way in ways]
            mine, *nearer, edd = rows
            result.summary += rows
            result.raw[f"{name}-{start}"] = rows
            yield from rows
            of = f"{name}, {start}"
            result.ratios.append(Ratio(f"{of}: broken by repair less by EDD", _less(mine, edd, "broken"), "at most 0"))
            for each in nearer:
                what = f"{of}: broken near the plan before less by repair"
                result.ratios.append(Ratio(what, _less(each, mine, "broken"), "at most 0"))
            for each, what in product((mine, *nearer), ("moved", "dates")):
                if edd[what]:
                    told = f"{of}: {what} by {each['way']} ÷ by EDD"
                    result.ratios.append(Ratio(told, int(each[what]) / int(edd[what])))
    yield result


def _less(one: Row, other: Row, column: str) -> float:
    return float(one[column]) - float(other[column])


def _repair(name: str, start: str, way: str, book: OrderBook, settings: Settings) -> Row:
    orders = [order for _, order in book.arrivals[: settings.orders]]
    due = {(order.id, 1): to_unix_down(order.lines[0].requested_time) for order in orders}
    planner = Planner(book.plant, to_unix_down(book.start))
    for order in orders:
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
    if start == "dispatched":
        planner.dispatch_by(due)
    promised = {line: max(by, planner.expected(*line)) for line, by in due.items()}
    stakes = {(order.id, 1): Stake(promised[order.id, 1], order.priority) for order in orders}
    plant = replace(book.plant, downtimes=(*book.plant.downtimes, book.outage))
    now_s = to_unix_down(book.outage.start)
    planner.advance(now_s)
    before, ends = _sequences(planner), {line: planner.expected(*line) for line in promised}
    broken = replace(planner.snapshot(), plant=plant)
    least, days = must_break(broken, promised), must_break(broken, _days_end(planner, ends))
    stood, began = planner.taken_down(), timing.now()
    planner.repair(plant, now_s, stakes)
    spent = timing.since(began)
    if way == "near":
        began = timing.now()
        _bring_near(planner, stood, settings.near_s)
        spent = timing.since(began)
    if way == "EDD":
        began = timing.now()
        planner.dispatch_by(due)
        spent = timing.since(began)
    dates = _dates(planner, ends)
    row = _row(name, start, way, planner, promised, before, spent)
    return {**row, **dates, "must break": least, "must move": days}


def _bring_near(planner: Planner, stood: Before, seconds: float) -> None:
    """Search for a plan nearer to the one before, one thread for so long."""
    planner.take_delta()
    for _ in near(planner, stood, Budget(seconds, monotonic), Stop()):
        pass


def _row(
    name: str, start: str, way: str, planner: Planner, promised: Lines, before: Mapping[str, Sequence[tuple[int, int]]],
    spent: Spent,
) -> Row:  # fmt: skip
    after = _sequences(planner)
    stood = {key: start_s for lane in before.values() for key, start_s in lane}
    moved = 0
    for machine, lane in before.items():
        place = {key: number for number, (key, _) in enumerate(lane)}
        moved += len(lane) - longest_rise([place[key] for key, _ in after.get(machine, ()) if key in place])
    shifted = sum(start_s != stood[key] for lane in after.values() for key, start_s in lane if key in stood)
    return {
        "book": name,
        "plan": start,
        "way": way,
        "open operations": planner.open_operations,
        "broken": sum(planner.expected(*line) > by for line, by in promised.items()),
        "moved": moved,
        "shifted": shifted,
        "breaches": 0 if way == "EDD" else len(verify(planner.snapshot())),
        "ms": 1000 * spent.wall_s,
        "CPU ms": 1000 * spent.cpu_s,
    }


def _dates(planner: Planner, ends: Lines) -> Row:
    """Orders that end on another day than they were to, on a later one, and at another time."""
    zone = planner.plant.zone
    pairs = [(was, planner.expected(*line)) for line, was in ends.items()]
    days = [tuple(datetime.fromtimestamp(end, zone).date() for end in pair) for pair in pairs]
    return {
        "dates": sum(was != now for was, now in days),
        "later": sum(was < now for was, now in days),
        "ends": sum(was != now for was, now in pairs),
    }


def _days_end(planner: Planner, ends: Lines) -> Lines:
    """The last second of the day on which each order ends."""
    zone = planner.plant.zone
    next_days = {line: datetime.fromtimestamp(end, zone).date() + timedelta(days=1) for line, end in ends.items()}
    return {line: int(datetime.combine(day, time(), zone).timestamp()) - 1 for line, day in next_days.items()}


def _sequences(planner: Planner) -> dict[str, list[tuple[int, int]]]:
    """Key and start of all work that has not begun, by machine, in order."""
    found: dict[str, list[tuple[int, int]]] = {}
    for x in planner.snapshot().operations:
        if not x.fixed:
            found.setdefault(x.resource_id, []).append((x.key, x.start_s))
    return found
