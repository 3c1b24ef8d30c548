"""What nobody reported counts as done as planned, unless what was reported of others says that it can't have been."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

import numpy as np

from domain.checks import to_unix_up
from scheduler import arrays as a
from scheduler.planning.core import INF
from scheduler.planning.reported import Moved, Reported


class Assumed:
    """Goes through what is fixed in order of time: what was reported stands, the rest follows from it."""

    def __init__(self, plan: Reported, late: set[int], moved: Moved) -> None:
        self._plan, self._late, self._moved = plan, late, moved
        self._on_lane: dict[int, list[int]] = {}
        """Operations by lane that were there, in order of time."""
        self._beside: dict[int, list[int]] = {}
        """Operations by mould that they took off, or machine that they fetched theirs from."""
        self._ends: dict[int, int] = {}
        """Ends of those whose reports may shift others; INF: it has not begun."""
        self._order: dict[int, None] = {}
        self._later: list[int] = []
        """Operations whose ends were found to be others since it was last looked what follows them."""

    def opened(self, since: int, anew: bool) -> list[int]:
        """Operations that have not begun, in rank order; the others rank anew, in the order of time.

        `anew`: other work is in the sequences, so that changeovers of what has not begun may not be right any more.
        """
        plan = self._plan
        ops = plan._k.ops
        used = ops[: int(plan._k.s[a.S_OPS])]
        fixed = np.flatnonzero((used[:, a.STATE] == a.FIXED) & (used[:, a.END] >= since)).tolist()
        waiting = [self._entry(x) for x in fixed]
        heapify(waiting)
        while waiting:
            x = heappop(waiting)[-1]
            if self._told(x):
                self._end_by_next(x)
                self._stands(x)
            elif not self._over(x) and self._moves(x):
                heappush(waiting, self._entry(x))
                continue
            self._order[x] = None
            for lane in plan._lanes(x):
                self._on_lane.setdefault(lane, []).append(x)
            for lane, _, _ in self._away(x):
                self._beside.setdefault(lane, []).append(x)
            for y in self._to_go_through_again():
                heappush(waiting, self._entry(y))
        opened = [x for x in fixed if self._ends.get(x) == INF]
        if (self._rank() or anew or opened) and not plan._k.s[a.S_EXACT]:
            opened += [
                x
                for x in fixed
                if ops[x, a.VIS] >= plan.now_s and not self._told(x) and x not in opened and plan.known_by(x) is None
            ]
        return sorted(opened, key=lambda x: (int(ops[x, a.LABEL]), x))

    def _to_go_through_again(self) -> list[int]:
        """What was gone through, as its changeover began early, before it was known that what it waits for is later."""
        again = dict.fromkeys(y for x in self._later for y in self._behind(x))
        self._later.clear()
        for y in again:
            del self._order[y]
            for lane in self._plan._lanes(y):
                self._on_lane[lane].remove(y)
            for lane, _, _ in self._away(y):
                self._beside[lane].remove(y)
        return list(again)

    def _away(self, x: int) -> Iterator[tuple[int, int, int]]:
        """Mould that `x` took off, and machine that it fetched its own from, each with the time of that."""
        row = self._plan._k.ops[x]
        for lane, from_s, to_s in ((a.DISM, a.DIS_S, a.DIS_E), (a.FETL, a.FET_S, a.FET_E)):
            if row[lane] >= 0 and row[from_s] >= 0:
                yield int(row[lane]), int(row[from_s]), int(row[to_s])

    def _was_in_use(self, x: int) -> bool:
        """By what was reported, what `x` would have taken a mould off, or the mould, was in use by then."""
        return any(self._uses(y, *when) for lane, *when in self._away(x) for y in self._on_lane.get(lane, ()))

    def _uses(self, y: int, from_s: int, to_s: int) -> bool:
        """Reports say that `y` was there within a time."""
        return from_s < self._ends.get(y, -INF) < INF and int(self._plan._k.ops[y, a.VIS]) < to_s

    def _behind(self, x: int) -> Iterator[int]:
        """What was gone through and stands as planned behind `x`, in its line or where it is done, but too early."""
        plan, end, entry = self._plan, self._ends[x], self._entry(x)
        e = int(plan._k.ops[x, a.EOUT])
        while e >= 0:
            y = int(plan._k.edges[e, a.E_TO])
            if self._may_move(y) and plan._span(y)[0] < plan._lag_over(e, end):
                yield y
            e = int(plan._k.edges[e, a.E_NOUT])
        for lane in plan._lanes(x):
            for y in self._on_lane.get(lane, ()):
                if self._may_move(y) and entry < self._entry(y) < (end, False, 0, 0):
                    yield y

    def _may_move(self, x: int) -> bool:
        """`x` was gone through and stands as planned, and nothing says that it must be so."""
        if x not in self._order or self._told(x) or self._ends.get(x) == INF:
            return False
        return self._plan.known_by(x) is None and not self._plan.is_counted(x)

    def _over(self, x: int) -> bool:
        """Nobody reported `x`, but something that comes after it has begun: so it is over by then."""
        plan = self._plan
        by_s = plan.known_by(x)
        if by_s is None:
            return plan.is_counted(x)
        start, end = plan._span(x)
        if end > by_s:
            plan._shift(x, min(start, by_s - 1), by_s)
            self._note(x)
        return True

    def _end_by_next(self, x: int) -> None:
        """Nobody reported the end of `x`, and what comes after it has begun: it was over, at the last word on it."""
        plan = self._plan
        said, by_s = plan._of(x), plan.known_by(x)
        if said is None or said.finished is not None or by_s is None:
            return
        start, end = plan._span(x)
        over = max(start, by_s, to_unix_up(said.marks[-1].at))
        if end > over:
            plan._shift(x, start, over)
            self._note(x)

    def _moves(self, x: int) -> bool:
        """Whether `x` began later, by what was reported of others; it may not have begun at all."""
        plan = self._plan
        row = plan._k.ops[x]
        bound, held = (INF, INF) if x in self._late or self._was_in_use(x) else self._bound(x)
        if bound <= row[a.START] and held <= row[a.VIS]:
            return False
        if max(bound, held) >= plan.now_s:
            self._end(x, INF)
            return False
        start, end = plan.run_from(x, max(int(row[a.START]), bound, held))
        if start >= plan.now_s:
            self._end(x, INF)
            return False
        plan._shift(x, start, end)
        if held > row[a.VIS]:
            row[a.VIS] = start
        self._note(x)
        return True

    def _told(self, x: int) -> bool:
        return self._plan._has_begun(x) or x in self._plan._implied

    def _entry(self, x: int) -> tuple[int, bool, int, int]:
        row = self._plan._k.ops[x]
        told = self._told(x)
        return int(row[a.START if told else a.VIS]), not told, int(row[a.LABEL]), x

    def _bound(self, x: int) -> tuple[int, int]:
        """Before what times run and visit of `x` can't have begun, by what was reported of others."""
        plan = self._plan
        k = plan._k
        bound = held = -INF
        moved = x in self._ends
        for lane in plan._lanes(x):
            # What stands as planned has made way for `x` as it was planned, not for where it has moved.
            others = (y for y in self._on_lane.get(lane, ()) if moved or y in self._ends)
            end = max((self._ends.get(y, plan._span(y)[1]) for y in others), default=-INF)
            if k.lanes[lane, a.L_KIND] == a.CREW:
                bound = max(bound, end)
            else:
                held = max(held, end)
        e = int(k.ops[x, a.EIN])
        while e >= 0:
            y = int(k.edges[e, a.E_FROM])
            if k.ops[y, a.STATE] in (a.OPEN, a.FIXED) and (y in self._ends or self._told(y)):
                bound = max(bound, plan._lag_over(e, self._ends.get(y, plan._span(y)[1])))
            e = int(k.edges[e, a.E_NIN])
        return bound, held

    def _end(self, x: int, at_s: int) -> None:
        if self._ends.get(x) != at_s:
            self._ends[x] = at_s
            self._later.append(x)

    def _note(self, x: int) -> None:
        plan = self._plan
        plan._changed.add(x)
        self._moved.assumed.append(int(plan._k.ops[x, a.KEY]))
        self._end(x, plan._span(x)[1])

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
                elif plan.known_by(y) is not None or plan.is_counted(y) or self._as_good_as_over(y, start):
                    plan._shift(y, min(from_s, start - 1), start)
                    self._note(y)
                else:
                    self._end(y, INF)
        self._end(x, plan._span(x)[1])
        for lane in plan._lanes(x):
            for y in list(self._beside.get(lane, ())):
                if self._may_move(y) and any(at == lane and self._uses(x, *when) for at, *when in self._away(y)):
                    self._end(y, INF)

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
        self._end(y, plan._span(y)[1])

    def _rank(self) -> bool:
        """Rank what has begun in the order in which it ends, and nothing before what it waits for; False if it does."""
        plan = self._plan
        k = plan._k
        placed: dict[int, None] = {}
        mine = self._with_after()
        ends: dict[int, int] = {}
        for x in mine:
            self._last_end(x, mine, ends)
        for x in sorted(mine, key=lambda x: (ends[x], *plan._span(x)[::-1], int(k.ops[x, a.LABEL]))):
            self._place(x, mine, placed)
        rows = list(placed)
        labels = k.ops[rows, a.LABEL]
        if (labels[1:] > labels[:-1]).all():
            return False
        for x in rows:
            k.s[a.S_FIXRANK] += 1
            k.ops[x, a.LABEL] = k.s[a.S_FIXRANK]
            plan._changed.add(x)
        return True

    def _with_after(self) -> set[int]:
        """What is gone through, with all that has begun after it in its lines."""
        ops = self._plan._k.ops
        found: set[int] = set()
        ahead = list(self._order)
        while ahead:
            x = ahead.pop()
            if x not in found:
                found.add(x)
                ahead += [y for y in self._plan._successors(x) if ops[y, a.STATE] == a.FIXED]
        return found

    def _last_end(self, x: int, mine: set[int], ends: dict[int, int]) -> int:
        """When `x` and all that it follows have ended."""
        if x not in ends:
            before = (self._last_end(y, mine, ends) for y in self._plan._predecessors(x) if y in mine)
            ends[x] = max(self._plan._span(x)[1], *before, 0)
        return ends[x]

    def _place(self, x: int, mine: set[int], placed: dict[int, None]) -> None:
        if x not in placed:
            for y in self._plan._predecessors(x):
                if y in mine:
                    self._place(y, mine, placed)
            placed[x] = None
