"""Peak days against ordinary ones in small worlds, planned and carried out in this process: thousands of lines.

A world is a few weeks of the shop of `simulators.calibrate_shop`, in which one day of each week has three times the
orders of the others. All orders are for as soon as can be, so that every date is a later one. Buffers are learned from
other worlds: from some without any, and anew from more in which people were told dates with these, as a plant learns
again from what it made. Of what runs take each kind of day has its part of the long and of the short ones of each
family (stratified draws): days differ by how many orders they have, and not by luck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calibration import Calibration, ExecutedLine, learned
from domain.orders import Order, OrderLine
from domain.values import replace
from simulators.calibrate import lines_of
from simulators.calibrate_shop import FAMILIES, FINISHED, OPENING, shop
from simulators.chance import Chance, Spread
from simulators.drill.executed import Delivered, delivered
from simulators.executing import Execution, Factor

WEEKS, DAYS = 2, 6
ORDINARY, PEAK = 12, 36
"""Orders of a day."""
OPEN_HOURS = 12
"""Orders come from the opening on for so long."""
PIECES = (40, 400)
"""The fewest and the most that a line asks for."""
LEARNED, LEARNED_AGAIN = 6, 12
"""Worlds that buffers are learned from: at first, and anew by dates with these buffers."""
LEARNED_FROM = 1_000_000
"""The seed of the first of them: beyond those that are measured."""
SEEDS = 400
"""Worlds measured where nobody says how many: so many that the mean difference is known to a third of a point."""
TOLD = 95
"""The level of the dates that people are told, percent."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was made, until when it was promised, and whether it came in on a peak day."""

    made: ExecutedLine
    promised: datetime
    peak: bool


World = Callable[[int, Calibration | None], Sequence[Line]]
"""What becomes of the lines of a small world, by its seed and what is known when it begins."""


def orders(seed: int) -> list[tuple[datetime, Order]]:
    """The orders of a world, those of peak days by their ids.

    Each kind of day has each item as often, and quantities from all equal parts of their range.
    """
    chance = Chance("small world", seed)
    wanted = {"ordinary": _wanted(chance, WEEKS * (DAYS - 1) * ORDINARY), "peak": _wanted(chance, WEEKS * PEAK)}
    found = []
    for week in range(WEEKS):
        peak = chance.below(DAYS)
        for day in range(DAYS):
            count, name = (PEAK, "peak") if day == peak else (ORDINARY, "ordinary")
            opens = OPENING + timedelta(weeks=week, days=day)
            times = sorted(chance.below(OPEN_HOURS * 3600) for _ in range(count))
            for number, second in enumerate(times):
                item, quantity = wanted[name].pop()
                line = OrderLine(1, item, quantity, OPENING - timedelta(days=1))
                order = Order(f"{seed}-{week}-{day}-{number}-{name}", "customer", (line,))
                found.append((opens + timedelta(seconds=second), order))
    return found


def _wanted(chance: Chance, count: int) -> list[tuple[str, int]]:
    """Items and quantities of so many orders, in random order."""
    items = [f"{family}-{n}" for family in FAMILIES for n in (1, 2, 3)]
    sizes = [chance.spread_part(Spread(PIECES), part, count) for part in chance.shuffled(count)]
    return [(items[place % len(items)], size) for place, size in zip(chance.shuffled(count), sizes, strict=True)]


def factors(seed: int) -> Factor:
    """What runs take, drawn by what they are: the same in every plan.

    The n runs of a family on one kind of day are drawn from the n equal parts of its spread, one from each.
    """
    alike: dict[tuple[bool, str], list[str]] = {}
    for _, order in orders(seed):
        family = order.lines[0].item_id.rpartition("-")[0]
        alike.setdefault((_peak(order), family), []).append(order.id)
    parts: dict[tuple[str, str], tuple[int, int]] = {}
    for (peak, family), ids in alike.items():
        for operation in ("machine", "finish") if family in FINISHED else ("machine",):
            places = Chance("parts", seed, int(peak), family, operation).shuffled(len(ids))
            parts |= {(name, operation): (place, len(ids)) for name, place in zip(ids, places, strict=True)}

    def factor(order_id: str, item_id: str, operation_id: str, planned_s: int, mould_id: str) -> float:
        spread = FAMILIES[item_id.rpartition("-")[0]]
        chance = Chance("factor", seed, order_id, operation_id)
        return chance.spread_part(spread, *parts[order_id, operation_id]) / 1000

    return factor


def _peak(order: Order) -> bool:
    return order.id.endswith("peak")


def carried_out(seed: int, known: Calibration | None, until: int | None = None) -> list[Line]:
    """The lines of a world, or of its first orders, in the order in which they were complete.

    Dates are told by buffers of what is known; None: without.
    """
    plant, arrivals = replace(shop(TOLD), calibration=known), orders(seed)[:until]
    done = Execution(plant, factors(seed), OPENING, arrivals[-1][0]).run(arrivals)
    found = []
    for each in done:
        assert each.line.promised_time is not None
        found += [Line(made, each.line.promised_time, _peak(each.order)) for made in lines_of([each], plant)]
    return found


def learn(world: World = carried_out, first: int = LEARNED, again: int = LEARNED_AGAIN) -> Calibration:
    """Buffers of worlds that aren't measured."""
    lines = [line.made for number in range(first) for line in world(LEARNED_FROM + number, None)]
    known = learned(lines, 1, OPENING)
    lines = [line.made for number in range(again) for line in world(LEARNED_FROM + first + number, known)]
    return learned(lines, 2, OPENING)


def told(lines: Sequence[Line]) -> list[Delivered]:
    """The lines with the dates that people were told."""
    return [delivered(line.made, line.promised, TOLD) for line in lines]


def kept(lines: Sequence[Line]) -> tuple[float, float]:
    """Per cent of the lines of ordinary and of peak days that were there by the dates that people were told."""
    ordinary, peak = (
        [line.made.completed <= line.promised for line in lines if line.peak == day] for day in (False, True)
    )
    return _percent(ordinary), _percent(peak)


def _percent(kept: Sequence[bool]) -> float:
    """So many of so many; of none all were."""
    return 100 * sum(kept) / len(kept) if kept else 100.0
