"""After a break few orders end on another day than they did: all work is dispatched anew where that moves less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler.arrays import Ints
from scheduler.planning.stakes import Places, Repair, Stake

if TYPE_CHECKING:
    from scheduler.planning.anew import Anew, Outcome, Stood
    from scheduler.planning.repairing import Repairing

MANY_DATES = 50
"""Fewer orders that end on another day are not worth a new order of all work."""
OPERATIONS_A_DATE = 4
"""A date that moves counts as much as so many operations that leave their order."""

HOUR = 3600
NEAR_W = HOUR // 2
"""What would begin so near to its latest start goes first, working seconds."""
SPARE_W = 4 * HOUR
"""Working seconds by which a promise is to be kept where the day is given up: others wait for the same machines."""
ADVANCED_W = 16 * HOUR
"""Orders late by more are not wanted sooner in the next dispatch: it would be in vain."""
FAR_MORE = 10
"""A way that breaks so many promises more than twice those of another is given up."""
OPERATIONS = 200_000
"""About so many are placed in all by each way."""
NEVER = 1 << 36
"""Beyond every sum of working seconds."""
LEAST, MOST = 2, 6
"""Dispatches by each way at least and at most."""


class Way(Struct, frozen=True):
    """How days are kept; all in working seconds but `share`.

    A latest start comes `share` of the work after it and `margin_w` sooner, for what waits on the way. The machine that
    is behind has what may wait longer than `wait_w` wait for as long as it may, and keeps the order in which all stood
    where nothing is late by it with `spare_w` to spare. What stood more than `early_w` later than now lets others pass.
    """

    share: float
    margin_w: int
    wait_w: int
    early_w: int
    spare_w: int


WAYS = (
    Way(0.25, HOUR // 2, 8 * HOUR, 4 * HOUR, 0),
    Way(0.0, 0, 8 * HOUR, 4 * HOUR, 2 * HOUR),
    Way(0.0, 0, 8 * HOUR, 0, 2 * HOUR),
)


class KeepingDays:
    """Dispatches of the work of an `Anew` for lines that `stood` so before a break."""

    def __init__(self, anew: Anew, stood: Stood) -> None:
        self._anew, self._stood = anew, stood
        self._lane = anew._dense[:, tier1.D_LANE].copy()
        self._line = anew._line
        next_day = np.searchsorted(stood.midnights, stood.ends, side="right")
        last_s = np.append(stood.midnights, a.INF)[next_day] - 1
        kept = stood.ends > -a.INF
        self._day_s = np.where(kept, np.minimum(last_s, np.maximum(anew._by_s, stood.ends)), anew._by_s)
        self._stood_w = self._worked(self._lane, stood.starts)

    def outcomes(self, broken: int) -> Iterator[Outcome]:
        """Dispatches by each way, each with what was late in the one before wanted sooner.

        A way is given up at once that breaks far more than the `broken` of what is known.
        """
        stands = self._anew._outcome(self._stood.starts)
        if stands is None:
            return
        late = np.flatnonzero(stands[0].starts > self._stood.starts)
        if not len(late):
            return
        # In their order, the first work that is late is late on the machine that stood still.
        behind = int(self._lane[late[self._stood.starts[late].argmin()]])
        self._calm = ~np.isin(self._lane, self._lane[late])
        passes = max(LEAST, min(MOST, OPERATIONS // max(1, len(self._line))))
        for way in WAYS:
            for found in self._by(way, behind, passes):
                yield found
                if found.broken > 2 * broken + FAR_MORE:
                    break

    def _by(self, way: Way, behind: int, passes: int) -> Iterator[Outcome]:
        from scheduler import keeping

        anew, dense = self._anew, self._anew._dense
        k, mine = anew._k, np.flatnonzero(self._lane == behind)
        more_w = (way.share * dense[:, tier1.D_AFTER]).astype(np.int64)
        day_w = self._latest_w(self._day_s) - more_w - way.margin_w
        promise_w = self._latest_w(anew._by_s) - more_w - SPARE_W
        sooner = np.zeros((2, len(anew._by_s)), np.int64)
        lanes = np.full(len(anew._by_s), behind)
        limits_w = [self._worked(lanes, by_s) for by_s in (self._day_s, anew._by_s)]
        for _ in range(passes):
            day, promise = day_w.copy(), promise_w - sooner[1][self._line]
            day[mine] -= sooner[0][self._line[mine]]
            turn, turn_given = self._turns(mine, day - way.wait_w, promise)
            given, starts = np.zeros(len(anew._by_s), np.int64), np.empty(len(dense), np.int64)
            placed = keeping.keep_days(
                k.ops, k.z, anew._rows, anew._links, anew._free, anew._offset, behind, turn, turn_given, self._stood_w,
                way.early_w, day, promise, mine[np.argsort(day[mine], kind="stable")],
                mine[np.argsort(promise[mine], kind="stable")], NEAR_W, way.spare_w, given, starts,
            )  # fmt: skip
            found = anew._outcome(starts) if placed == len(dense) else None
            if found is None:
                return
            yield found[0]
            ends_w = self._worked(lanes, found[0].ends)
            late = [np.maximum(0, ends_w - limit) for limit in limits_w]
            sooner[0] += np.where(late[0] < ADVANCED_W, late[0], 0)
            sooner[1] += np.where((late[1] > 0) & (late[1] < ADVANCED_W), late[1] + HOUR // 2, 0)

    def _turns(self, mine: Ints, wait_w: Ints, promise_w: Ints) -> tuple[Ints, Ints]:
        """Turns of all: as they stood, but on the machine that is behind by when they have waited long enough."""
        turn, turn_given = self._stood.starts.copy(), self._stood.starts.copy()
        stood_w = self._stood_w[mine]
        until = np.concatenate([np.maximum(stood_w, wait_w[mine]), np.maximum(stood_w, promise_w[mine])])
        order = np.lexsort((np.tile(self._stood.starts[mine], 2), until))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        turn[mine], turn_given[mine] = rank[: len(mine)], rank[len(mine) :]
        return turn, turn_given

    def _latest_w(self, by_s: Ints) -> Ints:
        """Latest starts for lines to end by a time, in working seconds of the machines."""
        from scheduler import keeping

        anew = self._anew
        limits = np.full(len(self._line), a.INF, np.int64)
        limits[anew._ending] = np.minimum(a.INF, by_s[self._line[anew._ending]] - anew._tail_s)
        starts = keeping.latest(anew._k.ops, anew._k.z, anew._rows, anew._links, limits)
        found = self._worked(self._lane, starts)
        # Where nothing is late all keeps its order.
        found[self._calm] = NEVER
        return found

    def _worked(self, lanes: Ints, times: Ints) -> Ints:
        from scheduler import keeping

        k = self._anew._k
        found: Ints = keeping.worked(k.ops, k.z, lanes, times)
        return found


def keep_days(plan: Repairing, stakes: Sequence[Stake], before: Places, done: Repair) -> None:
    """Dispatch all movable work anew where no promise breaks, but many orders would end on another day than before.

    Only if no promise breaks by it either, and if it moves less, dates and operations weighed against one another.
    """
    plan._settle()
    if plan._pinned_rows():
        return
    rows = plan._k.ops[before.rows]
    ends, was = plan._line_ends(rows, rows[:, a.END]), plan._line_ends(rows, before.ends)
    dates = plan._other_days(was, ends)
    if dates < MANY_DATES:
        return
    # Nobody's buffer is for keeping another's day.
    held = np.maximum(plan._k.lines[: len(ends), a.N_DEADLINE], ends).tolist()
    stakes = [Stake(min(stake.by_s, by_s), stake.priority) for stake, by_s in zip(stakes, held, strict=True)]
    late = sum(end > stake.by_s for stake, end in zip(stakes, ends.tolist(), strict=True))
    anew, moving = plan._anew(stakes)
    found = anew.search_days(plan._stood(before, moving), late, OPERATIONS_A_DATE * dates + plan._moves(before))
    done.tries += 1
    if found is not None:
        anew.install(found)
        plan._forget_blocked()
