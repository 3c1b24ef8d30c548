"""Calibration: how much later than planned work is done, learned from work that was, and what that makes of a date.

The buffer behind a date is an order statistic of what like lines came to (split conformal prediction; Vovk, Gammerman
and Shafer, "Algorithmic Learning in a Random World", 2005): of n earlier slips the k-th smallest, k = ceil((n + 1) p),
is not exceeded by the next one with probability p or more, whatever they are distributed like, as long as the next one
is drawn like them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from domain.checks import check_range
from domain.errors import InvalidInput

LEVELS = (*range(5, 100, 5), 99)
"""Levels at which slips are kept, percent of lines that come to no more."""
LEAST = 30
"""Lines from which on a level is read off them; of fewer the coarser ones are asked."""
UNIT = 1_000_000
"""Slips are kept in millionths of the planned lead time."""
SLIP_MAX = 1_000 * UNIT


class BufferPolicy(StrEnum):
    """What stands behind a date that is later than asked for."""

    NONE = "none"
    FIXED = "fixed"
    """The plant's own figure, whatever the line is."""
    QUANTILE = "quantile"
    """As much as the plant's level says was enough for like lines."""


class LoadBand(StrEnum):
    """How much of its time in the plant a line waits for others, who are worked on: what load is to it."""

    FREE = "free"
    """It waits for nobody: nothing ahead of it can make it late."""
    LIGHT = "light"
    """Less than half."""
    BUSY = "busy"
    """Half to less than four fifths."""
    FULL = "full"
    """Four fifths and more."""

    @staticmethod
    def of(waiting_percent: int) -> LoadBand:
        """The band of a line that waits for so much of its time, 0 to 100."""
        if not waiting_percent:
            return LoadBand.FREE
        if waiting_percent < 50:
            return LoadBand.LIGHT
        return LoadBand.BUSY if waiting_percent < 80 else LoadBand.FULL


def waiting_percent(waits: int, works: int) -> int:
    """How much of its time a line waits for machine, mould or crew, which is else worked on; nights count for none."""
    return 100 * waits // max(1, waits + works)


class LearnedFrom(StrEnum):
    """What a confidence was read off."""

    CELL = "cell"
    """Lines of the same family, routing and load band."""
    FAMILY = "family"
    PLANT = "plant"
    FIXED = "fixed"
    """Nothing: too few lines were ever done, and the plant's fixed buffer stands in."""


class ExecutedLine(Struct, frozen=True):
    """A line that was made: from when to when it was planned at its decision, and when it was complete.

    `waiting_percent` is how much of its time it was planned to wait for others; None: nobody knows.
    """

    family: str
    routing_id: str
    decided: datetime
    planned: datetime
    completed: datetime
    waiting_percent: int | None = None

    def __post_init__(self) -> None:
        if self.planned - self.decided < timedelta(seconds=1):
            allowed = f"after the decision, {self.decided.isoformat()}"
            raise InvalidInput.one("planned_time", f"{self.planned.isoformat()} is out of range", allowed)
        if self.completed < self.decided:
            allowed = f"not before the decision, {self.decided.isoformat()}"
            raise InvalidInput.one("completed_time", f"{self.completed.isoformat()} is out of range", allowed)
        if self.waiting_percent is not None:
            check_range("waiting_percent", self.waiting_percent, 0, 100)

    @property
    def slip(self) -> int:
        """How much later it was than planned, in millionths of its planned lead time, rounded up."""
        late, lead = self.completed - self.planned, self.planned - self.decided
        return min(SLIP_MAX, -(-late * UNIT // lead))


Kind = tuple[str, str, LoadBand | None, LearnedFrom]
"""Family, routing, load band, and which of these it goes by: a family as a whole has neither routing nor band."""


class Cell(Struct, frozen=True):
    """What lines of a kind came to.

    `slips` are those at the first of LEVELS, in millionths of the planned lead time, never falling; for the others
    there were too few lines. `whole` tells what kind it is.
    """

    family: str
    routing_id: str
    band: LoadBand | None
    whole: LearnedFrom
    count: int
    slips: tuple[int, ...]

    def __post_init__(self) -> None:
        check_range("count", self.count, 1, 1_000_000_000)
        if len(self.slips) > len(LEVELS) or list(self.slips) != sorted(self.slips):
            raise InvalidInput.one("slips", "are too many, or fall", f"up to {len(LEVELS)} that never fall")

    def slip_at(self, level_percent: int) -> int | None:
        """What so many percent of the lines don't exceed; None: there are too few lines to tell."""
        place = LEVELS.index(level_percent)
        return self.slips[place] if self.count >= LEAST and place < len(self.slips) else None

    def level_of(self, slip: int) -> int:
        """The highest level whose slip is no more than this; 0: not even that of the lowest."""
        place = bisect_right(self.slips, slip) if self.count >= LEAST else 0
        return LEVELS[place - 1] if place else 0


@dataclass(frozen=True)
class Calibration:
    """What was learned at a time. `version` counts them from 1; `count` lines were learned from, others left out.

    `left_out` says of how many lines nothing could be learned, by a word for why.
    """

    version: int
    learned_at: datetime
    cells: tuple[Cell, ...]
    count: int
    left_out: tuple[tuple[str, int], ...] = ()
    actor: str = ""

    @cached_property
    def _by_kind(self) -> Mapping[Kind, Cell]:
        return {(cell.family, cell.routing_id, cell.band, cell.whole): cell for cell in self.cells}

    def find(self, family: str, routing_id: str, band: LoadBand | None, level_percent: int) -> Cell | None:
        """The narrowest kind that has lines enough to tell this level; None: not even the plant has."""
        known = self._by_kind
        for key in (
            (family, routing_id, band, LearnedFrom.CELL),
            (family, "", None, LearnedFrom.FAMILY),
            ("", "", None, LearnedFrom.PLANT),
        ):
            cell = known.get(key)
            if cell is not None and cell.slip_at(level_percent) is not None:
                return cell
        return None


class Confidence(Struct, frozen=True):
    """How sure a promised time is by what was learned.

    At least `level_percent` of the `count` lines that it was read off came to no more of their lead time than this line
    has; 0: fewer than the lowest level, or nothing is known. `version` is that of the calibration, 0: there was none.
    """

    level_percent: int
    count: int
    learned_from: LearnedFrom
    version: int


def learned(
    lines: Iterable[ExecutedLine],
    version: int,
    at: datetime,
    actor: str = "",
    left_out: Mapping[str, int] | None = None,
) -> Calibration:
    """What executed lines teach: of each kind the slip at every level that it has lines enough for."""
    slips: dict[Kind, list[int]] = {}
    count = 0
    for line in lines:
        slip = line.slip
        count += 1
        slips.setdefault(("", "", None, LearnedFrom.PLANT), []).append(slip)
        slips.setdefault((line.family, "", None, LearnedFrom.FAMILY), []).append(slip)
        if line.waiting_percent is not None:
            band = LoadBand.of(line.waiting_percent)
            slips.setdefault((line.family, line.routing_id, band, LearnedFrom.CELL), []).append(slip)
    cells = tuple(
        Cell(family, routing_id, band, whole, len(found), order_statistics(found))
        for (family, routing_id, band, whole), found in sorted(slips.items(), key=lambda each: _rank(each[0]))
    )
    return Calibration(version, at, cells, count, tuple(sorted((left_out or {}).items())), actor)


def order_statistics(slips: Iterable[int]) -> tuple[int, ...]:
    """The slip at each level, up to the first that there are too few for: the ceil((n + 1) p)-th smallest of n."""
    ordered = sorted(slips)
    places = (-(-(len(ordered) + 1) * level // 100) for level in LEVELS)
    return tuple(ordered[place - 1] for place in places if place <= len(ordered))


def _rank(kind: Kind) -> tuple[int, str, str, int]:
    family, routing_id, band, whole = kind
    wide = (LearnedFrom.PLANT, LearnedFrom.FAMILY, LearnedFrom.CELL).index(whole)
    return wide, family, routing_id, -1 if band is None else list(LoadBand).index(band)
