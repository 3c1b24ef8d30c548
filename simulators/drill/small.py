"""Peak days against ordinary ones in small worlds, planned and carried out in this process: thousands of lines.

A world is a few weeks of the shop of `simulators.calibrate_shop`, in which one day of each week has three times the
orders of the others. All orders are for as soon as can be, so that every date is a later one; a buffer doesn't change
the plan then, and the same lines are counted by the date of each level. Buffers are learned from other worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calibration import Calibration, ExecutedLine, learned
from domain.orders import Order, OrderLine
from simulators.calibrate import lines_of
from simulators.calibrate_shop import FAMILIES, OPENING, factors, shop
from simulators.chance import Chance
from simulators.coverage import LEVELS, date_of
from simulators.drill.executed import Delivered
from simulators.executing import Execution

WEEKS, DAYS = 2, 6
ORDINARY, PEAK = 12, 36
"""Orders of a day."""
OPEN_HOURS = 12
"""Orders come from the opening on for so long."""
PIECES = (40, 400)
"""The fewest and the most that a line asks for."""
LEARNED = 6
"""Worlds that buffers are learned from."""
LEARNED_FROM = 1_000_000
"""The seed of the first of them: beyond those that are measured."""
SEEDS = 27
"""Worlds that are measured where nobody says how many: with 192 lines each more than 5,000."""
TOLD = 99
"""The level that days are compared by, percent."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was made, and whether it came in on a peak day."""

    made: ExecutedLine
    peak: bool


def orders(seed: int) -> list[tuple[datetime, Order]]:
    """The orders of a world, those of peak days by their ids."""
    chance = Chance("small world", seed)
    items = tuple(f"{family}-{n}" for family in FAMILIES for n in (1, 2, 3))
    found = []
    for week in range(WEEKS):
        peak = chance.below(DAYS)
        for day in range(DAYS):
            count, name = (PEAK, "peak") if day == peak else (ORDINARY, "ordinary")
            opens = OPENING + timedelta(weeks=week, days=day)
            times = sorted(chance.below(OPEN_HOURS * 3600) for _ in range(count))
            for number, second in enumerate(times):
                line = OrderLine(1, chance.one(items), chance.between(*PIECES), OPENING - timedelta(days=1))
                order = Order(f"{seed}-{week}-{day}-{number}-{name}", "customer", (line,))
                found.append((opens + timedelta(seconds=second), order))
    return found


def carried_out(seed: int, until: int | None = None) -> list[Line]:
    """The lines of a world, or of its first orders, in the order in which they were complete."""
    plant, arrivals = shop(), orders(seed)[:until]
    done = Execution(plant, factors(seed, 0), OPENING, arrivals[-1][0]).run(arrivals)
    return [Line(line, each.order.id.endswith("peak")) for each in done for line in lines_of([each], plant)]


def learn(count: int = LEARNED, world: Callable[[int], Sequence[Line]] = carried_out) -> Calibration:
    """Buffers of worlds that aren't measured."""
    lines = [line.made for number in range(count) for line in world(LEARNED_FROM + number)]
    return learned(lines, 1, OPENING)


def dated(lines: Sequence[Line], known: Calibration, level: int) -> list[Delivered]:
    """The lines with their dates of a level; without those of which too little is known."""
    found = []
    for line in lines:
        date = date_of(line.made, known, level)
        if date is not None:
            at, promised, there = (int(moment.timestamp()) for moment in (line.made.decided, date, line.made.completed))
            found.append(Delivered(at, at, promised, there, level))
    return found


def kept_percent(lines: Sequence[Delivered]) -> float:
    """Lines that were there by their dates; of none all were."""
    return 100 * sum(line.kept for line in lines) / len(lines) if lines else 100.0


def kept(lines: Sequence[Line], known: Calibration, level: int) -> tuple[float, float]:
    """Per cent of the lines of ordinary and of peak days that were there by their dates of a level."""
    ordinary, peak = ([line for line in lines if line.peak == each] for each in (False, True))
    return kept_percent(dated(ordinary, known, level)), kept_percent(dated(peak, known, level))


def by_level(lines: Sequence[Line], known: Calibration) -> list[Delivered]:
    """Each line once for each level, with its date of that level."""
    return [line for level in LEVELS for line in dated(lines, known, level)]
