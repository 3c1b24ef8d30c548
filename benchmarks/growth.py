"""How the cost of a quote grows with the plan, at the same density."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from benchmarks import timing
from benchmarks.dense import BLOCK_OPERATIONS, MACHINES, START, STEPS, dense_order, dense_orders, dense_plant
from benchmarks.report import Ratio, Result, Row
from benchmarks.timing import milliseconds
from domain.checks import to_unix_down
from domain.promises import Outcome
from scheduler.planner import Effort, Planner

HOW = """\
Twenty machines; on each, fifty operations (13 minutes in the mean, 74 % of a day) and then idle time, day after day,
placed by tier 0 one order at a time; no order begins more than a day before it is due. A quote (five operations;
placed, answered with reasons, undone) asks for an item and a day at random (`anywhere`) or for the first day
(`front`).
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """Sizes in operations, multiples of 1,000, the least first; `quotes` asked at each."""

    sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    quotes: int = 2_000
    seed: int = 7


FULL = Settings()
QUICK = Settings(sizes=(1_000, 10_000, 100_000), quotes=500)
ANYWHERE, FRONT = "anywhere", "front"


def run(settings: Settings) -> Iterator[Row | Result]:
    """Yield each size's row, then the whole."""
    result = Result(
        "growth",
        "tier 0 as the plan grows at the same density",
        HOW,
        str(settings.seed),
    )
    for size in settings.sizes:
        for row in _measure(size, settings, result):
            result.summary.append(row)
            yield row
    base = {row["where"]: row for row in reversed(result.summary) if row["operations"] == settings.sizes[0]}
    for row in result.summary:
        if row["operations"] != settings.sizes[0]:
            factor = float(row["p50 ms"]) / float(base[row["where"]]["p50 ms"])
            what = f"tier 0 p50, {row['where']}, at {row['operations']:,} operations ÷ at {settings.sizes[0]:,}"
            result.ratios.append(Ratio(what, factor, "at most 4"))
    yield result


def _measure(size: int, settings: Settings, result: Result) -> Iterator[Row]:
    blocks = max(1, size // BLOCK_OPERATIONS)
    now_s = to_unix_down(START)
    planner = Planner(dense_plant(blocks, settings.seed), now_s)
    late = 0
    began = timing.now()
    for order in islice(dense_orders(blocks, settings.seed), size // STEPS):
        decision = planner.decide(order, now_s, effort=Effort.INSTANT)
        planner.keep(decision)
        late += decision.lines[0].outcome is not Outcome.ON_TIME
    built_s = timing.since(began).wall_s
    for where in (ANYWHERE, FRONT):
        row = _quotes(planner, blocks, where, settings, result)
        yield {**row, "late": late, "building s": built_s}


def _quotes(planner: Planner, blocks: int, where: str, settings: Settings, result: Result) -> Row:
    random = Random(settings.seed + 1)
    now_s = to_unix_down(START)
    operations = planner.open_operations
    rows: list[Row] = []
    for number in range(settings.quotes):
        day = random.randrange(blocks) if where == ANYWHERE else 0
        order = dense_order(f"quote-{number}", random.randrange(MACHINES), day)
        began = timing.now()
        decision = planner.decide(order, now_s, effort=Effort.INSTANT)
        planner.undo(decision)
        spent = timing.since(began)
        rows.append({"operations": operations, "where": where, "day": day, "item": order.lines[0].item_id,
                     **spent._asdict(), "shifted": decision.shifted, "candidates": decision.candidates})  # fmt: skip
    result.raw.setdefault("quotes", []).extend(rows)
    walls, working = ([float(row[clock]) for row in rows] for clock in ("wall_s", "cpu_s"))
    return {
        "operations": operations,
        "where": where,
        "quotes": len(rows),
        "p50 ms": milliseconds(walls, 50),
        "p99 ms": milliseconds(walls, 99),
        "p50 CPU ms": milliseconds(working, 50),
        "p99 CPU ms": milliseconds(working, 99),
        "shifted p50": sorted(int(row["shifted"]) for row in rows)[len(rows) // 2],
    }
