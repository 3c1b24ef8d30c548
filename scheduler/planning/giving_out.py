"""Work given to other firms, and taken back, on a copy of the plan that is only to be looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.planning.rescuing import Rescuing
from scheduler.planning.stakes import Repair, Stake

Line = tuple[str, int]


class GivingOut(Rescuing):
    """Gives work to other firms."""

    def could_go_out(self, order_id: str, line_no: int) -> list[tuple[int, int]]:
        """Operations of a line that may move and that other firms can do, each by key with its least seconds there."""
        self._settle()
        k, found = self._k, []
        moving = set(self._movable()[0].tolist())
        for info in self._by_order.get(order_id, []):
            for x in range(info.x0, info.x0 + info.count) if info.line_no == line_no else ():
                outside = [c for c in self._every_way(x) if self._is_outside(c)]
                if x in moving and outside and not self._is_outside(int(k.ops[x, a.CAND0])):
                    found.append((int(k.ops[x, a.KEY]), int(k.cands[outside, a.K_DUR].min())))
        return found

    def give_out(self, keys: Collection[int], stakes: Mapping[Line, Stake], *, back: bool = False) -> Repair:
        """Have these operations done outside, or `back` in the plant, and put the work right, as `repair` does.

        What they come to must be looked at: lines may be late for it. Raises KeyError for an operation that may not
        move, or that has no such way.
        """
        self._settle()
        rows = self._keyed(keys)
        k = self._k
        for x in rows.tolist():
            ways = [c for c in self._every_way(x) if self._is_outside(c) is not back]
            best = min(ways, key=lambda c: int(k.cands[c, a.K_DUR]))
            k.ops[x, [a.VAR, a.DUR0, a.SHOTS]] = k.cands[best]
            # Work outside writes no changeover: none may be left from the way it had before.
            k.ops[x, a.T_FIRST : a.START], k.ops[x, a.NMAINT] = -1, 0
        self._stay_in_way(rows)
        for p in range(self.layout.places):
            k.ops[rows, a.PLACES + p * a.P_WIDTH + a.P_LANE] = self.layout.var[k.ops[rows, a.VAR], a.V_LANES + p]
        return self.repair(self.plant, self.now_s, stakes)

    def _is_outside(self, candidate: int) -> bool:
        """A candidate row is a way outside of an operation that has others."""
        return bool(self.layout.ways[self._k.cands[candidate, a.K_VAR], 0])

    def _keyed(self, keys: Collection[int]) -> Ints:
        moving, _ = self._movable()
        row_of = dict(zip(self._k.ops[moving, a.KEY].tolist(), moving.tolist(), strict=True))
        rows = np.array([row_of[key] for key in keys], np.int64)
        if not (self.layout.ways[self._k.ops[rows, a.VAR], 1] > 0).all():
            raise KeyError("an operation has only one kind of way")
        return rows
