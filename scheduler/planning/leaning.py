"""A dispatch that leans on the plan as it stands, where one by due times alone breaks promises."""

from __future__ import annotations

import numpy as np

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler.arrays import Arrays, Ints

STEPS = 8
"""Steps from due times to the latest starts of the plan as it stands."""
PATIENCE = 3
"""Passes without less lateness in all before the next step."""


class Dispatched:
    """Plain machines dispatched by keys of single operations; `due` and `tails` are of the plan as it stands.

    A latest start is later, the later an operation comes on its machine: dispatched by latest starts alone a plan
    stays as it is, but for work that comes before its turn where a machine would be idle. So a plan that no due times
    lead to, one that the solver found, can still be put in order step by step.
    """

    def __init__(self, k: Arrays, moving: Ints, frozen: Ints) -> None:
        self._k, self._moving = k, moving
        count, lanes = len(moving), len(k.lanes)
        slot = np.full(int(k.s[a.S_OPS]), -1, np.int64)
        slot[moving] = np.arange(count)
        self._dense = np.zeros((count + 1, tier1.D_COLUMNS), np.int64)
        self._links = np.empty((int(k.s[a.S_EDGES]) + 1, 3), np.int64)
        tier1.condense(k.ops, k.z, moving, slot, self._dense, self._links)
        self._offset = np.zeros(lanes + 1, np.int64)
        self._offset[1:] = np.cumsum(np.bincount(self._dense[:count, tier1.D_LANE], minlength=lanes))
        self._free = np.array([tier1.base_end(k.ops, k.z, lane) for lane in range(lanes)], np.int64)
        np.maximum.at(self._free, k.ops[frozen, a.PLACES + a.P_LANE], k.ops[frozen, a.END])
        self._order, self._starts, self._ends = (np.empty(count, np.int64) for _ in range(3))
        self._queue, self._events = np.empty(count, np.int64), np.empty(2 * (count + lanes) + 1, np.int64)

    def repaired(self, due: Ints, passes: int) -> bool:
        """Whether an order that keeps every deadline was found, the more by due times the better.

        Each step is repaired as a dispatch by due times is: late lines are advanced by their lateness.
        """
        rows = self._k.ops[self._moving]
        lines, tails = rows[:, a.LINE], rows[:, a.TAIL]
        tails = np.where(tails < a.INF, tails, due)
        for step in range(1, STEPS + 1):
            keys = due + (tails - due) * step // STEPS
            least, stale = a.INF, 0
            for _ in range(passes):
                if not self._placed(keys):
                    return False
                late = np.maximum(self._ends - rows[:, a.DEADLINE], 0)
                lateness = int(late.sum())
                if not lateness:
                    return True
                stale = 0 if lateness < least else stale + 1
                least = min(least, lateness)
                if stale >= PATIENCE:
                    break
                advance = np.zeros(int(lines.max()) + 1, np.int64)
                np.add.at(advance, lines, late)
                keys -= advance[lines]
        return False

    def _placed(self, keys: Ints) -> bool:
        k = self._k
        placed = tier1.simulate(
            k.ops, k.z, self._dense, self._links, keys, self._free, self._offset, self._order, self._starts, self._ends,
            self._queue, self._events,
        )  # fmt: skip
        return int(placed) == len(keys)

    def install(self, frozen: Ints, blocked: Ints) -> None:
        """Make the order that was found last the plan's; what is `blocked` is out of it."""
        k = self._k
        tier1.install_single(
            k.ops, k.z, self._moving, frozen, blocked, self._dense, self._links, self._order, self._starts, self._ends
        )  # fmt: skip
