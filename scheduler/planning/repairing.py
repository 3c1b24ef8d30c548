"""Repair: the same work in a plant of which something broke, with as few promises broken as can be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence, Set
from itertools import islice

import numpy as np

from domain.errors import WouldBreakReservations
from domain.plant import Plant
from scheduler import arrays as a
from scheduler import retime
from scheduler.arrays import Ints
from scheduler.planning.anew import Anew, Stood, midnights
from scheduler.planning.core import INF
from scheduler.planning.forwarding import bring_forward
from scheduler.planning.keeping_days import keep_days
from scheduler.planning.putting_back import PuttingBack, Try
from scheduler.planning.stakes import Places, Repair, Slip, Stake
from scheduler.translate import Layout
from scheduler.worktime import forward

CALENDARS = (a.V_CAL, a.V_CALW, a.V_CALS, a.V_CALD)
INSERTED = 4_000_000
"""Where there are moulds or changeovers an insertion takes time by all open operations, squared: so many times lines
may be spent on insertions; a list of everything takes as long as few of them."""

NEAR, ALL = 800, 4000
"""Operations that stand first are put in a new order on a list: so many, a list of more takes long for a repair; where
that leaves more than `MANY_BROKEN` promises broken all of them, if they are no more than that."""
MANY_BROKEN = 50


class Repairing(PuttingBack, ABC):
    """Repair: the same work in a plant of which something broke."""

    def repair(
        self, plant: Plant, now_s: int, stakes: Mapping[tuple[str, int], Stake], items: Set[str] = frozenset(),
        awaited_s: int = INF,
    ) -> Repair:  # fmt: skip
        """Take over a plant that differs in working time, and in stock and receipts of `items`; put the work right.

        What waited for material until `awaited_s` waits no longer than it must by the receipts as they are.

        First all is re-timed in its order: what slack absorbs moves in time only. Lines that would end after their
        deadline are taken out and inserted again, in several orders, so that no other promise breaks; for those that
        still miss their stake room is tried to be made. A line whose stake is missed gets its new end as deadline.
        Where nothing is missed, but many lines would end on another day, few wait for many if that moves less.
        `stakes` are by order and line; a line without one counts to its deadline. The caller stores the plan at once.

        Raises WouldBreakReservations when machines, moulds or modes differ, and then nothing has changed.
        """
        self.advance(now_s)
        self._settle()
        layout = Layout(plant, self.layout.first, self.layout.last)
        if not self._alike(layout):
            raise WouldBreakReservations(["the plant has other machines, moulds or modes: that is an import"])
        self._passed_s = -INF
        before = Places.of(self._k.ops[: int(self._k.s[a.S_OPS])])
        at_stake = self._all_stakes(stakes)
        work = self._work_of_begun()
        if items or awaited_s < INF:
            self._await(plant, items, stakes, awaited_s)
        recount = self.plant.moulds != plant.moulds
        self._work_by(plant, layout)
        if recount:
            self._count_shots(work)
        done = Repair()
        self._interrupt(work, done)
        out = self._take_out_late(done, () if self._single else self._in_the_break())
        if not self._single:
            self._put_back_or_list(out, at_stake, before, done)
        elif not out or self._put_back_best(out, at_stake, before, done):
            keep_days(self, at_stake, before, done)
        self._settle()
        if self._single:
            bring_forward(self, at_stake, out)
        self._tell(before, at_stake, done)
        self._resequenced = self._whole = True
        self._check = None
        self.version += 1
        return done

    def dispatch_by(self, due: Mapping[tuple[str, int], int]) -> None:
        """Put all movable work in order of due times (Unix seconds), whatever promise that breaks.

        What a planning desk without promises would do, to compare with; only for plans of single machines without
        changeovers. A line's deadline is its due time then, or its end if that is later. Raises ValueError for any
        other plan, or when not all fits before the horizon.
        """
        if not self._single:
            raise ValueError("only plans of single machines without changeovers are dispatched by due times alone")
        self._settle()
        stakes = [Stake(due.get((info.order_id, info.line_no), INF)) for info in self._lines]
        for info, stake in zip(self._lines, stakes, strict=True):
            self._k.lines[info.index] = (stake.by_s, stake.by_s, 0)
        anew, _ = self._anew(stakes)
        if not anew.install_by_line():
            raise ValueError("not all of the work fits before the horizon")
        self._forget_blocked()
        self._resequenced = self._whole = True
        self._check = None
        self.version += 1

    # -- the changed plant -------------------------------------------------------------------------------------

    def _alike(self, layout: Layout) -> bool:
        old = self.layout
        if layout.lane_owner != old.lane_owner or layout.var.shape != old.var.shape:
            return False
        kept = [c for c in range(layout.var.shape[1]) if c not in CALENDARS]
        return bool(np.array_equal(layout.var[:, kept], old.var[:, kept])) and [
            (routing.id, number, mode.id) for routing, number, mode in layout.modes
        ] == [(routing.id, number, mode.id) for routing, number, mode in old.modes]

    def _work_by(self, plant: Plant, layout: Layout) -> None:
        self.plant, self.layout = plant, layout
        # Both may name calendars that nothing else works by: only then are all of them known.
        lanes, fetch = layout.lanes(), layout.fetches()
        win, cal, bucket = layout.calendar_arrays()
        k = self._k.resized(var=layout.var, win=win, cal=cal, bucket=bucket, fetch=fetch)
        k.lanes[:, a.L_CAL] = lanes[:, a.L_CAL]
        k.chunks[: k.s.item(a.S_CHUNKS), [a.H_DIRTY, a.H_WORK]] = 1, a.UNKNOWN
        self._k = k

    def _work_of_begun(self) -> dict[int, int]:
        """Working seconds of each run that has begun, from `_known_s` of it to its end, by what was known before.

        Not from its duration: where it began may lie before the first day of the calendars.
        """
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        begun = (used[:, a.STATE] == a.FIXED) & (used[:, a.START] < self.now_s) & (used[:, a.END] > self.now_s)
        return {x: self._worked(x, self._known_s(x), int(used[x, a.END])) for x in np.flatnonzero(begun).tolist()}

    def _interrupt(self, work: Mapping[int, int], done: Repair) -> None:
        """Let what has begun go on after the break, and open again what was fixed and cannot begin as it was."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        fixed = np.flatnonzero((used[:, a.STATE] == a.FIXED) & (used[:, a.END] > self.now_s))
        fixed = fixed[np.lexsort((fixed, used[fixed, a.LABEL]))]
        late_until: dict[int, int] = {}
        reopened: list[int] = []
        ends: dict[int, int] = {}
        busy: dict[int, int] = {}
        for x in fixed.tolist():
            row = used[x]
            lanes = self.layout.var[row[a.VAR], a.V_LANES :]
            lanes = lanes[lanes >= 0].tolist()
            begun = row[a.VIS] < self.now_s and not self._never_began(x)
            if not begun and self._held_up(x, lanes, late_until, ends):
                reopened.append(x)
                ends[x] = INF
                late_until.update(dict.fromkeys(lanes, INF))
                continue
            if begun:
                self._set_up_sooner(x, busy, fixed)
            span = int(row[a.START]), int(row[a.END])
            start, end = self._span_of_begun(x, work.get(x, 0), self._could_follow(x, busy)) if begun else span
            busy.update((lane, max(busy.get(lane, 0), end)) for lane in self._held_lanes(x))
            if (start, end) != (row[a.START], row[a.END]):
                row[a.START], row[a.END], ends[x] = start, end, end
                self._bind_later(x)
                late_until.update(dict.fromkeys(lanes, end))
                self._changed.add(x)
                done.interrupted.append(int(row[a.KEY]))
        self._open_again(reopened, done)

    def _in_the_break(self) -> list[int]:
        """Open operations that could not be done where and when they stand."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        found: list[int] = []
        until: dict[int, int] = {}
        for x in np.flatnonzero((used[:, a.STATE] == a.FIXED) & (used[:, a.END] > self.now_s)).tolist():
            until.update((lane, max(until.get(lane, 0), int(used[x, a.END]))) for lane in self._held_lanes(x))
        for x in np.flatnonzero(used[:, a.STATE] == a.OPEN).tolist():
            row, variant = used[x], self.layout.var[used[x, a.VAR]]
            start, end = int(row[a.START]), int(row[a.END])
            calendar, chunk = int(variant[a.V_CAL]), int(variant[a.V_CHUNK])
            free = all(until.get(lane, 0) <= start for lane in self._held_lanes(x))
            stands = free and forward(k.ops, k.z, calendar, start, int(row[a.DUR]), chunk) == (start, end)
            if not stands:
                found.append(x)
        return found

    def _held_lanes(self, x: int) -> list[int]:
        """Machine, mould and crew units of an operation; setters only come for its changeover."""
        variant = self.layout.var[self._k.ops[x, a.VAR]]
        lanes: list[int] = variant[a.V_LANES : a.V_LANES + variant[a.V_NPL]].tolist()
        return [lane for lane in lanes if self._k.lanes[lane, a.L_KIND] != a.SETTER]

    def _never_began(self, x: int) -> bool:
        """A run that was taken to have begun, and that nobody told of, lies in a break that was told late."""
        row = self._k.ops[x]
        return bool(row[a.VIS] >= row[a.START]) and self._run_never_began(x)

    def _run_never_began(self, x: int) -> bool:
        """The same, whatever became of its changeover."""
        row = self._k.ops[x]
        if not self._known_s(x) <= row[a.START] < self.now_s:
            return False
        return not self._is_told_of(x) and self._worked(x, int(row[a.START]), self.now_s) <= 0

    def _is_told_of(self, x: int) -> bool:
        """Somebody reported something of the operation."""
        said = self._reports.get(int(self._k.ops[x, a.KEY]))
        # What was only told to be scrap of it is no mark of when it ran.
        return said is not None and bool(said.marks)

    def _bind_later(self, x: int) -> None:
        """Have the deadline of a line follow the end of what has begun of it: nothing can be done about that."""
        row, line = self._k.ops[x], self._k.lines[int(self._k.ops[x, a.LINE])]
        if row[a.TLAG] >= 0 and row[a.END] > row[a.DEADLINE]:
            row[a.DEADLINE] = row[a.END]
            line[a.N_DEADLINE] = max(int(line[a.N_DEADLINE]), int(row[a.END] + row[a.TLAG]))

    def _set_up_sooner(self, x: int, busy: Mapping[int, int], fixed: Ints) -> None:
        """Let a changeover of which the last part has not begun go on as soon as it could, `busy` as below.

        Where the old mould is off and the new one was to be hung up behind a break that is over by now.
        """
        k = self._k
        row, variant = k.ops[x], self.layout.var[k.ops[x, a.VAR]]
        old_s, calendar = int(row[a.SET_S]), int(variant[a.V_CALS])
        if old_s <= self.now_s or row[a.SETD] <= 0 or calendar < 0 or self._is_told_of(x):
            return
        from_s = max(self.now_s, int(row[a.DIS_E]), int(row[a.FET_E]))
        from_s = max(from_s, *(busy.get(lane, 0) for lane in self._held_lanes(x)))
        if variant[a.V_SPL] >= 0:
            setter = variant[a.V_LANES + variant[a.V_SPL]]
            others = k.ops[fixed[fixed != x]]
            spl = self.layout.var[others[:, a.VAR], a.V_SPL]
            same = (spl >= 0) & (self.layout.var[others[:, a.VAR], a.V_LANES + np.maximum(spl, 0)] == setter)
            for at in (a.DIS_S, a.FET_S, a.SET_S):
                ends = others[same & (others[:, at] >= 0) & (others[:, at] < old_s), at + 1]
                from_s = max(from_s, *ends.tolist(), 0)
        start, end = forward(k.ops, k.z, calendar, from_s, int(row[a.SETD]), 0)
        if end < row[a.SET_E]:
            row[a.SET_S], row[a.SET_E], row[a.SFREE] = start, end, end
            self._changed.add(x)

    def _could_follow(self, x: int, busy: Mapping[int, int]) -> int:
        """When a run whose changeover has begun could follow it and what is `busy` before it, by lane.

        When it begins in the plan where somebody told of it.
        """
        row = self._k.ops[x]
        if self._is_told_of(x):
            return int(row[a.START])
        pieces = (int(row[at]) for at in (a.DIS_E, a.FET_E, a.SET_E))
        return max(*pieces, *(busy.get(lane, 0) for lane in self._held_lanes(x)))

    def _span_of_begun(self, x: int, work: int, could_s: int) -> tuple[int, int]:
        """Start and end of a run that has begun, over whatever came, or whose changeover has.

        One that waits behind its changeover begins as soon as it could: what held it up may be over sooner.
        """
        k = self._k
        row, variant = k.ops[x], self.layout.var[k.ops[x, a.VAR]]
        start, end = int(row[a.START]), int(row[a.END])
        if start >= self.now_s or self._run_never_began(x):
            chunk = int(variant[a.V_CHUNK])
            # A lag that counts in working time grows with the break.
            start = max(min(start, could_s), self.now_s, int(retime.run_ready(k.ops, k.z, x)))
            start, end = forward(k.ops, k.z, int(variant[a.V_CAL]), start, int(row[a.DUR]), chunk)
            return int(start), int(end)
        # Less what was worked by what is known now: a break may be told late.
        left = work - self._worked(x, self._known_s(x), self.now_s)
        if left <= 0:
            return start, end
        return start, int(forward(k.ops, k.z, int(variant[a.V_CALW]), self.now_s, left, 0)[1])

    def _held_up(self, x: int, lanes: Sequence[int], late_until: dict[int, int], ends: dict[int, int]) -> bool:
        """A fixed operation that has not begun can't begin as it was."""
        k = self._k
        row = k.ops[x]
        if retime.run_ready(k.ops, k.z, x) > row[a.START]:
            return True
        if any(late_until.get(lane, -1) > row[a.VIS] for lane in lanes):
            return True
        e = int(row[a.EIN])
        while e >= 0:
            source = int(k.edges[e, a.E_FROM])
            if source in ends and self._lag_over(e, ends[source]) > row[a.START]:
                return True
            e = int(k.edges[e, a.E_NIN])
        variant = self.layout.var[row[a.VAR]]
        pieces = [(a.SET_S, a.SETD), (a.DIS_S, a.DISD)]
        for at, takes in pieces:
            if row[takes] > 0 and row[at] >= 0 and variant[a.V_CALS] >= 0:
                found = forward(k.ops, k.z, int(variant[a.V_CALS]), int(row[at]), int(row[takes]), 0)
                if found != (row[at], row[at + 1]):
                    return True
        run = forward(k.ops, k.z, int(variant[a.V_CAL]), int(row[a.START]), int(row[a.DUR]), int(variant[a.V_CHUNK]))
        return bool(run != (row[a.START], row[a.END]))

    # -- moulds, changeovers or a choice of machines -----------------------------------------------------------

    def _put_back_or_list(
        self, out: Mapping[int, list[int]], stakes: Sequence[Stake], before: Places, done: Repair
    ) -> None:
        """Put late lines back, where that takes little time, or everything in a new order, whichever breaks fewer."""
        bare = self._backup()
        tries: list[Try] = []
        if not out:
            tries.append(Try((*self._broken(stakes), self._moves(before)), bare))
        most = self._insertions(out) if out else 0
        for order in islice(self._orders(out, stakes), most):
            if tries and not tries[-1].cost[0]:
                break
            done.tries += 1
            self._put_all(order, out, stakes, before)
            tries.append(Try((*self._broken(stakes), self._moves(before)), self._backup()))
            self._restore_backup(bare)
        for most in (NEAR, ALL):
            least = min((each.cost[0] for each in tries), default=INF)
            if not least or (most > NEAR and (least <= MANY_BROKEN or not NEAR < self.open_operations <= most)):
                break
            if self._listed_anew(out, stakes, before, done, most):
                tries.append(Try((*self._broken(stakes), self._moves(before)), self._backup()))
            self._restore_backup(bare)
        if not tries:
            # Not all fits before the horizon.
            self._put_back_best(out, stakes, before, done, anew=False)
            return
        self._restore_backup(min(tries, key=lambda each: each.cost).arrays)
        self._forget_blocked()

    def _insertions(self, out: Mapping[int, list[int]]) -> int:
        """In how many orders there is time to put these lines back."""
        return INSERTED // max(1, len(out) * self.open_operations**2)

    def _broken(self, stakes: Sequence[Stake]) -> tuple[int, int]:
        """How many lines miss their stakes as the plan is, and what they count."""
        missed = [
            stakes[info.index]
            for infos in self._by_order.values()
            for info in infos
            if info.count and self._end(info) > stakes[info.index].by_s
        ]
        return len(missed), sum(10 - stake.priority for stake in missed)

    @abstractmethod
    def _listed_anew(
        self, out: Mapping[int, list[int]], stakes: Sequence[Stake], before: Places, done: Repair, most: int
    ) -> bool:
        """Put so many operations in a new order; of the planner that knows lists."""

    # -- which way is best -------------------------------------------------------------------------------------

    def _put_back_best(
        self,
        out: Mapping[int, list[int]],
        stakes: Sequence[Stake],
        before: Places,
        done: Repair,
        *,
        anew: bool = True,
    ) -> bool:
        """Put late lines back in several orders; where promises still break, dispatch all anew; keep the best.

        Without `anew` nothing is dispatched anew, and every deadline that holds goes on holding. True if they stand as
        they were put back, and no promise breaks.
        """
        bare = self._backup()
        tries: list[Try] = []
        most = None if self._single else max(1, self._insertions(out))
        for order in islice(self._orders(out, stakes), most):
            done.tries += 1
            tries.append(self._put_all(order, out, stakes, before))
            self._restore_backup(bare)
            if tries[-1].cost[0] == 0:
                break
        best = min(tries, key=lambda each: each.cost)
        # What is dispatched anew comes behind all that is held, and pinned work may be far ahead.
        free = anew and self._single and not self._pinned_rows()
        if best.cost[0] and free and self._dispatch_anew(best, out, stakes, before, done):
            return False
        self._restore_backup(best.arrays)
        return not best.cost[0]

    def _dispatch_anew(
        self, best: Try, out: Mapping[int, list[int]], stakes: Sequence[Stake], before: Places, done: Repair
    ) -> bool:
        """Put all movable work in a new order if fewer promises break so than in the best try; False if not."""
        for rows in out.values():
            self._k.ops[rows, a.STATE] = a.OPEN
        anew, moving = self._anew(stakes)
        found = anew.search(self._stood(before, moving))
        done.tries += 1
        if found is None or (found.broken, found.weight) >= best.cost[:2]:
            return False
        anew.install(found)
        self._forget_blocked()
        return True

    def _stood(self, before: Places, moving: Ints) -> Stood:
        """When work began before a break that may be dispatched anew, and when lines ended."""
        starts = np.zeros(int(self._k.s[a.S_OPS]), np.int64)
        starts[before.rows] = before.starts
        ends = self._line_ends(self._k.ops[before.rows], before.ends)
        return Stood(np.where(starts[moving] > 0, starts[moving], self.now_s), ends, self._midnights())

    def _line_ends(self, rows: Ints, ends: Ints) -> Ints:
        """When lines end of which these are operations, by line; below 0 for all others."""
        found, last = np.full(len(self._lines), -INF, np.int64), rows[:, a.TLAG] >= 0
        np.maximum.at(found, rows[last, a.LINE], ends[last] + rows[last, a.TLAG])
        return found

    def _other_days(self, was: Ints, ends: Ints) -> int:
        """How many lines end on another day of the plant than they did."""
        return len(Stood(was, was, self._midnights()).moved(ends))

    def _midnights(self) -> Ints:
        return midnights(self.plant.zone, self.layout.first, self.layout.last)

    def _anew(self, stakes: Sequence[Stake]) -> tuple[Anew, Ints]:
        """All movable work, ready to be dispatched anew, and its rows."""
        moving, frozen, blocked = self._open_work()
        self._reserve_chunks(len(moving) + len(frozen))
        by_s = np.array([stake.by_s for stake in stakes], np.int64)
        weights = np.array([10 - stake.priority for stake in stakes], np.int64)
        return Anew(self._k, moving, frozen, blocked, by_s, weights), moving

    def _all_stakes(self, stakes: Mapping[tuple[str, int], Stake]) -> list[Stake]:
        """What hangs on each line; on one of which nothing is said its deadline."""
        deadlines = self._k.lines[: len(self._lines), a.N_DEADLINE].tolist()
        return [
            stakes.get((info.order_id, info.line_no)) or Stake(deadline)
            for info, deadline in zip(self._lines, deadlines, strict=True)
        ]

    # -- what is told ------------------------------------------------------------------------------------------

    def _tell(self, before: Places, stakes: Sequence[Stake], done: Repair) -> None:
        ops = self._k.ops
        done.shifted = int((ops[before.rows, a.START] != before.starts).sum())
        done.moved = self._moves(before)
        for infos in self._by_order.values():
            for info in infos:
                if info.count:
                    stake = stakes[info.index]
                    gone = bool((ops[info.x0 : info.x0 + info.count, a.STATE] == a.REMOVED).any())
                    end = self._end(info)
                    if gone or end > stake.by_s:
                        done.slips.append(Slip(info.order_id, info.line_no, stake.by_s, None if gone else end))
