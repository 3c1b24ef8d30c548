"""What nobody reported counts as done as planned, unless what was reported of others says that it can't have been."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np

from scheduler import arrays as a
from scheduler.planning.core import INF
from scheduler.planning.reported import Moved, Reported


class Assumed:
    """Goes through what is fixed in order of time: what was reported stands, the rest follows from it."""

    def __init__(self, plan: Reported, late: set[int], moved: Moved) -> None:
        self._plan, self._late, self._moved = plan, late, moved
        self._on_lane: dict[int, list[int]] = {}
        """Operations by lane that were there, in order of time."""
        self._ends: dict[int, int] = {}
        """Ends of those whose reports may shift others; INF: it has not begun."""
        self._order: list[int] = []

    def opened(self, since: int) -> list[int]:
        """Operations that have not begun, in rank order; the others rank anew, in the order of time."""
        ops = self._plan._k.ops
        used = ops[: int(self._plan._k.s[a.S_OPS])]
        fixed = np.flatnonzero((used[:, a.STATE] == a.FIXED) & (used[:, a.END] > since)).tolist()
        waiting = [self._entry(x) for x in fixed]
        heapify(waiting)
        while waiting:
            x = heappop(waiting)[-1]
            if self._told(x):
                self._stands(x)
            else:
                bound = INF if x in self._late else self._bound(x)
                if bound >= self._plan.now_s and bound > ops[x, a.START]:
                    self._ends[x] = INF
                elif bound > ops[x, a.START]:
                    self._shift(x, bound)
                    heappush(waiting, self._entry(x))
                    continue
            self._order.append(x)
            for lane in self._plan._lanes(x):
                self._on_lane.setdefault(lane, []).append(x)
        self._rank()
        opened = [x for x in fixed if self._ends.get(x) == INF]
        return sorted(opened, key=lambda x: (int(ops[x, a.LABEL]), x))

    def _told(self, x: int) -> bool:
        return self._plan._has_begun(x) or x in self._plan._implied

    def _entry(self, x: int) -> tuple[int, bool, int, int]:
        row = self._plan._k.ops[x]
        return int(row[a.START]), not self._told(x), int(row[a.LABEL]), x

    def _bound(self, x: int) -> int:
        """Before what time `x` can't have begun, by what was reported of others."""
        plan = self._plan
        here = (y for lane in plan._lanes(x) for y in self._on_lane.get(lane, ()) if y in self._ends)
        bound = max((self._ends[y] for y in here), default=-INF)
        k = plan._k
        e = int(k.ops[x, a.EIN])
        while e >= 0:
            y = int(k.edges[e, a.E_FROM])
            if y in self._ends and k.ops[y, a.STATE] in (a.OPEN, a.FIXED):
                bound = max(bound, self._ends[y] + int(k.edges[e, a.E_LAG]))
            e = int(k.edges[e, a.E_NIN])
        return bound

    def _shift(self, x: int, start: int) -> None:
        plan = self._plan
        plan._shift(x, start, plan._end_from(x, start, int(plan._k.ops[x, a.DUR])))
        self._note(x)

    def _note(self, x: int) -> None:
        plan = self._plan
        plan._changed.add(x)
        self._moved.assumed.append(int(plan._k.ops[x, a.KEY]))
        self._ends[x] = plan._span(x)[1]

    def _stands(self, x: int) -> None:
        """`x` has begun: what was on its lanes is over, or has not begun, or goes on after it."""
        plan = self._plan
        start = plan._span(x)[0]
        for lane in plan._lanes(x):
            for y in list(self._on_lane.get(lane, ())):
                from_s, end = plan._span(y)
                if end <= start or self._ends.get(y) == INF:
                    continue
                said = plan._of(y)
                if plan._has_begun(y):
                    if said is not None and said.finished is None and end > plan.now_s:
                        self._go_on_behind(y, x)
                elif self._as_good_as_over(y, start) or any(plan._has_begun(z) for z in plan._successors(y)):
                    plan._shift(y, from_s, start)
                    self._note(y)
                else:
                    self._ends[y] = INF
        self._ends[x] = plan._span(x)[1]

    def _as_good_as_over(self, y: int, by_s: int) -> bool:
        """Most of it was done by then, if it ran as planned: what may not have been made counts as not made."""
        plan = self._plan
        start, end = plan._span(y)
        return 5 * plan._worked(y, start, by_s) >= 4 * plan._worked(y, start, end)

    def _go_on_behind(self, y: int, x: int) -> None:
        """Both have begun on one machine: `y`, which began before, has stood still since and goes on after `x`."""
        plan = self._plan
        left = plan._worked(y, plan._span(x)[0], plan._span(y)[1])
        plan._k.ops[y, a.END] = plan._end_from(y, plan._span(x)[1], left)
        plan._changed.add(y)
        self._ends[y] = plan._span(y)[1]
        self._order.append(x)
        self._behind(y)
        self._order.remove(x)

    def _behind(self, y: int) -> None:
        """Rank `y` last, and then what comes after it."""
        if y in self._order:
            self._order.remove(y)
            self._order.append(y)
        for z in self._plan._successors(y):
            if z in self._order:
                self._behind(z)

    def _rank(self) -> None:
        """Rank what has begun in the order of time, where it does not stand so."""
        plan = self._plan
        k = plan._k
        labels = k.ops[self._order, a.LABEL]
        if (labels[1:] > labels[:-1]).all():
            return
        for x in self._order:
            k.s[a.S_FIXRANK] += 1
            k.ops[x, a.LABEL] = k.s[a.S_FIXRANK]
            plan._changed.add(x)
