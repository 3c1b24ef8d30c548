"""After a break all keeps its old turn, but for what gives way so that promises hold: few operations and dates move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler.arrays import Ints
from scheduler.planning.keeping_days import KeepingDays

if TYPE_CHECKING:
    from scheduler.planning.anew import Anew, Outcome, Stood

HOUR = 3600
LATER_W = 24 * HOUR
"""Working seconds by which what is late is due later from level to level."""
LEVELS = 15
"""So often; after that it comes when nothing else has to wait for it."""
WAIT_W = HOUR
"""A machine waits so long for what would be late if it did other work first, working seconds."""
OPERATIONS = 80_000
"""About so many are placed in all."""
LEAST = 2
"""Ways tried at least."""


class Way(Struct, frozen=True):
    """How long what gives way may wait: what comes after it may use up `percent` of its time until the promise.

    It may begin where the next has to wait for it `early_w` working seconds at most.
    """

    percent: int
    early_w: int


WAYS = (Way(95, 0), Way(97, 0), Way(95, HOUR), Way(97, HOUR))
RESCUES = (WAYS[0], WAYS[2])
"""Those tried for single lines."""


class GivingWay:
    """Dispatches of the work of an `Anew` in which machines keep the order where they can in which all stood."""

    def __init__(self, anew: Anew, stood: Stood) -> None:
        self._anew, self._stood = anew, stood
        self._days = KeepingDays(anew, stood)
        self._lane = self._days._lane
        self._turn = np.lexsort((stood.starts, self._lane))

    def outcomes(self) -> Iterator[Outcome]:
        """After a break one by each way; nothing where nothing is late in the old order."""
        stands = self._anew.in_turn(self._stood.starts)
        if stands is not None:
            late = np.unique(self._lane[stands.starts > self._stood.starts])
            yield from self._by(WAYS[: self._tries(LEAST)], self._days._day_s, late)

    def rescues(self, late: Ints) -> Iterator[Outcome]:
        """Where all stands as in an outcome in which these lines are late: one by each way of having them in time."""
        wanted_s = self._days._day_s.copy()
        wanted_s[late] = np.minimum(wanted_s[late], self._anew._by_s[late])
        lanes = np.unique(self._lane[np.isin(self._anew._line, late)])
        yield from self._by(RESCUES[: self._tries(1)], wanted_s, lanes)

    def _tries(self, least: int) -> int:
        return max(least, OPERATIONS // max(1, len(self._lane)))

    def _by(self, ways: Iterable[Way], wanted_s: Ints, late: Ints) -> Iterator[Outcome]:
        """One by each way where lines are wanted by these times, and these machines are late."""
        from scheduler import giving_way

        anew, days = self._anew, self._days
        k, count, calm = anew._k, len(self._lane), self._calm(late)
        if calm.all():
            return
        wanted, stood = (self._due_w(by_s, 0) for by_s in (wanted_s, days._day_s))
        for way in ways:
            promised = np.maximum(wanted, self._due_w(anew._by_s, way.percent))
            later = np.maximum(promised, stood)
            dues = np.array([wanted, promised, *(later + level * LATER_W for level in range(1, 1 + LEVELS))])
            level, starts = np.zeros(len(anew._by_s), np.int64), np.empty(count, np.int64)
            placed = giving_way.give_way(
                k.ops, k.z, anew._rows, anew._links, anew._free, anew._offset, self._turn, calm, days._stood_w, dues,
                anew._weights, way.early_w, WAIT_W, level, starts,
            )  # fmt: skip
            found = anew.in_turn(starts) if placed == count else None
            if found is not None:
                yield found

    def _calm(self, late: Ints) -> Ints:
        """Which machines do nothing for an order that needs one of these, nor for one that needs any of theirs."""
        line = self._anew._line
        calm = np.ones(len(self._anew._free), np.int64)
        while len(late):
            calm[late] = 0
            lines = np.zeros(len(self._anew._by_s), bool)
            lines[line[calm[self._lane] == 0]] = True
            beside = np.unique(self._lane[lines[line]])
            late = beside[calm[beside] == 1]
        return calm

    def _due_w(self, by_s: Ints, percent: int) -> Ints:
        """By when each operation has to end for lines to end by a time, in working seconds of its machine."""
        from scheduler import giving_way

        anew = self._anew
        limits = np.full(len(self._lane), a.INF, np.int64)
        limits[anew._ending] = np.minimum(a.INF, by_s[anew._line[anew._ending]] - anew._tail_s)
        starts = giving_way.between(
            anew._k.ops, anew._k.z, anew._rows, anew._links, limits, self._stood.starts, percent
        )  # fmt: skip
        found: Ints = self._days._worked(self._lane, starts) + anew._dense[:, tier1.D_DUR]
        return found
