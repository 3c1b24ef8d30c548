"""A mould cracks, or a machine stands still, in a moulding plant: repair against dispatches of everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks import timing
from benchmarks.report import Ratio, Result, Row
from domain.calendars import Downtime
from domain.checks import to_unix_down
from domain.plant import Plant
from domain.values import replace
from scheduler.improve.fullplan import build
from scheduler.improve.shop import Wish
from scheduler.planner import Effort, Planner, Sequences
from scheduler.planning.stakes import Places, Stake
from scheduler.snapshot import PlanSnapshot
from scheduler.verify import verify
from simulators.mouldingbooks import START, MouldingBook, Recipe, generate

HOW = """\
Generated books of a moulding plant (12 machines, 48 moulds, colours, one setter crew; every order can begin once it
came in), planned at their start: one by one by insertion (`grown`), or by the best dispatch rule (`ruled`). Promised is
the asked time, or the planned end if that is later. A day into the book the mould, or the machine, with the most
work in the days after it is out for three days. `broken`: planned end after the promise. `moved`: operations that had
to leave their order on a machine, or the machine; `shifted`: those that start at another time; `dates`: orders that
end at another time. `best rule`: all that has not begun is dispatched anew, by the rule of EDD, slack, MOD, MDD and
ATCS that breaks the fewest. `ms`: how long the writer stands still.
"""
OUT_AFTER, OUT_FOR = timedelta(days=1, hours=4), timedelta(days=3)
WAYS = ("repair", "best rule")
Line = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Settings:
    """Orders of a book, its load, and seeds."""

    books: tuple[tuple[int, float], ...] = ((500, 0.85), (500, 1.0), (2000, 0.85))
    seeds: tuple[int, ...] = (1,)


FULL = Settings()
QUICK = Settings(books=((120, 0.85),), seeds=(1,))


def run(settings: Settings) -> Iterator[Row | Result]:
    """Yield each repair's row, then the whole."""
    seeds = ", ".join(map(str, settings.seeds))
    result = Result("repair-moulds", "a mould or a machine of a moulding plant is out for three days", HOW, seeds)
    for orders, load in settings.books:
        name = f"{orders} orders, load {load:g}"
        for start in ("grown", "ruled"):
            rows: list[Row] = []
            for seed in settings.seeds:
                rows += _both_out(f"{name}, seed {seed}", generate(Recipe(orders, seed, load=load)), start)
            result.raw[f"{orders}-{load:g}-{start}"] = rows
            for out in ("mould", "machine"):
                of = [[row for row in rows if (row["out"], row["way"]) == (out, way)] for way in WAYS]
                for mine in of:
                    row = _sum(name, mine)
                    result.summary.append(row)
                    yield row
                broken = [sum(int(row["broken"]) for row in mine) for mine in of]
                what = f"{name}, {start}, {out} out: broken by repair less by best rule"
                result.ratios.append(Ratio(what, float(broken[0] - broken[1]), "at most 0"))
    yield result


def _both_out(name: str, book: MouldingBook, start: str) -> Iterator[Row]:
    planner, promised = _planned(book, start)
    stakes = {
        (order.id, 1): Stake(promised[order.id, 1], order.priority) for _, order in book.arrivals
    }  # fmt: skip
    at = START + OUT_AFTER
    planner.advance(to_unix_down(at))
    for out in ("mould", "machine"):
        plant = _without(planner.snapshot(), out, at)
        for way in WAYS:
            plan = planner.scratch()
            stood = plan.stand()
            ends = {line: plan.expected(*line) for line in promised}
            began = timing.now()
            plan.repair(plant, to_unix_down(at), stakes)
            if way != "repair":
                began = timing.now()
                _rule(plan, stakes)
            spent = timing.since(began)
            yield {
                "book": name, "plan": start, "out": out, "way": way, "open operations": plan.open_operations,
                **_figures(plan, stood, ends, promised), "ms": 1000 * spent.wall_s, "CPU ms": 1000 * spent.cpu_s,
            }  # fmt: skip


def _figures(plan: Planner, stood: Places, ends: Mapping[Line, int], promised: Mapping[Line, int]) -> Row:
    moved, shifted, _ = plan.since(stood)
    after = {line: plan.expected(*line) for line in promised}
    return {
        "broken": sum(after[line] > by for line, by in promised.items()),
        "moved": moved,
        "shifted": shifted,
        "dates": sum(after[line] != ends[line] for line in promised),
        "breaches": len(verify(plan.snapshot())),
    }


def _sum(name: str, rows: list[Row]) -> Row:
    """Of all seeds; times are the longest."""
    found: dict[str, str | int | float] = {**rows[0], "book": name}
    for column in ("open operations", "broken", "moved", "shifted", "dates", "breaches"):
        found[column] = sum(int(row[column]) for row in rows)
    for column in ("ms", "CPU ms"):
        found[column] = max(float(row[column]) for row in rows)
    return found


def _planned(book: MouldingBook, start: str) -> tuple[Planner, dict[Line, int]]:
    """A plan of the whole book, and until when each order is promised to be there."""
    now_s = to_unix_down(START)
    planner = Planner(book.plant, now_s)
    due = {(order.id, 1): to_unix_down(order.lines[0].requested_time) for _, order in book.arrivals}
    for arrival, order in book.arrivals:
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT, hold_s=to_unix_down(arrival)))
    if start == "ruled":
        _rule(planner, {line: Stake(by) for line, by in due.items()})
    return planner, {line: max(by, planner.expected(*line)) for line, by in due.items()}


def _rule(planner: Planner, stakes: Mapping[Line, Stake]) -> None:
    """Dispatch everything by the rule that breaks the fewest, whatever promise that breaks."""
    last_s = planner.now_s + int(planner.plant.settings.horizon.total_seconds())
    wishes = {line: Wish(stake.by_s, 10 - stake.priority) for line, stake in stakes.items()}
    shop = planner.full_shop(wishes, bound=False)
    ruled = [listed for listed in build(shop) if listed.name != "as it stands"]
    best = min(ruled, key=lambda listed: listed.late)
    steps = tuple(planner.steps(shop, best.order))
    planner.adopt(Sequences(planner.version, steps), planner.now_s, dict.fromkeys(stakes, last_s))


def _without(snapshot: PlanSnapshot, out: str, at: datetime) -> Plant:
    """The plant without the mould, or the machine, that has the most to do in the days that it is out for."""
    plant, until = snapshot.plant, at + OUT_FOR
    work: dict[str, int] = {}
    for x in snapshot.operations:
        name = x.mould_id if out == "mould" else x.resource_id
        if name and (out == "mould" or plant.resource_by_id[name].changeover_class):
            overlap = min(x.end_s, to_unix_down(until)) - max(x.start_s, to_unix_down(at))
            work[name] = work.get(name, 0) + max(0, overlap)
    worst = max(work, key=lambda name: (work[name], name))
    return replace(plant, downtimes=(*plant.downtimes, Downtime(worst, at, until, planned=False)))
