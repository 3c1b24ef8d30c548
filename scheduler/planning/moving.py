"""A planner's hand: work pinned where it stands, let go again, or put to another time or machine."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scheduler import arrays as a
from scheduler import propagate, retime
from scheduler.arrays import Ints
from scheduler.planning.adopting import Adopting
from scheduler.planning.core import INF
from scheduler.planning.stakes import Places, Repair, Stake
from scheduler.records import PinFacts
from scheduler.worktime import forward

RANK_STEP = 1 << 16


class CannotMove(Exception):
    """Work that can't be where it is wanted; nothing is changed.

    `earliest_s` is when it could begin there, Unix seconds; None where that is not known.
    """

    def __init__(self, problem: str, earliest_s: int | None = None) -> None:
        self.problem, self.earliest_s = problem, earliest_s
        super().__init__(problem)


class Moving(Adopting):
    """Pins work, lets it go, and moves it by hand."""

    def standing(self, key: int) -> int:
        """The state of an operation: open, fixed, or free where it isn't in the plan (any more)."""
        x = self._row(key)
        state = a.FREE if x < 0 else int(self._k.ops[x, a.STATE])
        return state if state in (a.OPEN, a.FIXED) and not self._k.ops[x, a.BLOCKED] else a.FREE

    def order_of(self, key: int) -> str:
        """The order that an operation works for; empty where it isn't in the plan."""
        x = self._row(key)
        return "" if x < 0 or self.standing(key) == a.FREE else self._lines[int(self._k.ops[x, a.LOT])].order_id

    def pin(self, key: int) -> PinFacts:
        """Keep an operation that has not begun at the start that it has now. Raises KeyError for any other."""
        self._settle()
        x = self._open_row(key)
        row = self._k.ops[x]
        facts = PinFacts(int(row[a.NBR]), int(row[a.END]))
        self._hold_at(x, facts)
        propagate.push_back(self._k.ops, self._k.z, x)
        self._pass_tails_on()
        self._forget_passed()
        return facts

    def unpin(self, key: int) -> None:
        """Let a pinned operation move again. Raises KeyError for any other."""
        self._settle()
        x = self._open_row(key)
        if key not in self._pins:
            raise KeyError(key)
        k = self._k
        k.s[a.S_UNDO] = 0
        self._let_go(x)
        if k.ops[x, a.VIS] < self.now_s + self._frozen_s:
            k.ops[x, a.LATEST] = k.ops[x, a.VIS]
        if self._check is not None:
            self._check.rebound([x])
        propagate.push(k.ops, k.z, x)
        propagate.push_back(k.ops, k.z, x)
        self._settle()
        self._pass_tails_on()
        self._forget_passed()

    def move(
        self, key: int, start_s: int, resource_id: str, now_s: int, stakes: Mapping[tuple[str, int], Stake]
    ) -> tuple[Repair, PinFacts]:
        """Put an operation that has not begun to a time (Unix seconds), on a machine, and pin it there.

        It begins in the first working time from then on. All else makes room for it as for a break: what slack absorbs
        moves in time only, late lines are put in again elsewhere. The caller stores the plan at once. `stakes` as in
        `repair`.

        Raises
        ------
        KeyError
            For work that isn't in the plan, or has begun.
        CannotMove
            Where it can't begin then, or other work that is frozen or pinned would have to move.
        """
        self.advance(now_s)
        self._settle()
        x = self._open_row(key)
        self._passed_s = -INF
        backup, pins, changed = self._backup(), dict(self._pins), set(self._changed)
        before, at_stake = Places.of(self._k.ops[: int(self._k.s[a.S_OPS])]), self._all_stakes(stakes)
        try:
            done = self._moved(x, start_s, resource_id, at_stake, before)
        except CannotMove:
            self._restore_backup(backup)
            self._pins, self._changed = pins, changed
            raise
        self._tell(before, at_stake, done)
        self._resequenced = self._whole = True
        self._check = None
        self.version += 1
        return done, self._pins[key]

    # Inside.

    def _row(self, key: int) -> int:
        found = np.flatnonzero(self._k.ops[: int(self._k.s[a.S_OPS]), a.KEY] == key)
        return int(found[-1]) if len(found) else -1

    def _open_row(self, key: int) -> int:
        if self.standing(key) != a.OPEN:
            raise KeyError(key)
        return self._row(key)

    def _hold_at(self, x: int, facts: PinFacts) -> None:
        """Hold an operation at the start that it has."""
        row = self._k.ops[x]
        self._pins[int(row[a.KEY])] = facts
        row[a.NBR] = row[a.LATEST] = row[a.START]
        if not self._k.s[a.S_EXACT]:
            row[a.DEADLINE] = min(int(row[a.DEADLINE]), facts.end_s)
        self._changed.add(x)

    def _forget_passed(self) -> None:
        self._passed_s = -INF
        self.version += 1

    def _moved(self, x: int, start_s: int, resource_id: str, stakes: list[Stake], before: Places) -> Repair:
        k = self._k
        if int(k.ops[x, a.KEY]) in self._pins:
            self._let_go(x)
        k.ops[x, a.LATEST] = INF
        ready_s = int(k.ops[x, a.NBR])
        self._choose_way(x, start_s, resource_id)
        if not k.s[a.S_EXACT]:
            k.ops[x, a.T_FIRST : a.T_TAILS], k.ops[x, a.NMAINT] = -1, 0
        start_s, end_s = self._first_run(x, start_s)
        earliest_s = max(int(retime.run_ready(k.ops, k.z, x)), int(k.ops[x, a.NBV]), int(k.s[a.S_FLOOR]))
        if start_s < earliest_s:
            raise CannotMove("it cannot begin before what it follows, and its material, are there", earliest_s)
        k.ops[x, [a.START, a.VIS, a.END]] = start_s, start_s, end_s
        self._rank_at(x, start_s)
        info = self._lines[int(k.ops[x, a.LINE])]
        deadline_s = int(k.lines[info.index, a.N_DEADLINE])
        # Its own promise is the planner's to break.
        k.lines[info.index, a.N_DEADLINE] = INF
        k.ops[info.x0 : info.x0 + info.count, a.DEADLINE] = INF
        self._hold_at(x, PinFacts(ready_s, end_s))
        done = Repair()
        out = self._take_out_late(done)
        self._refuse_if_held(x, start_s, done)
        if out:
            self._put_back_best(out, stakes, before, done)
            self._refuse_if_held(x, start_s, done)
        self._settle()
        self._set_deadline(info, max(deadline_s, self._end(info)))
        return done

    def _choose_way(self, x: int, start_s: int, resource_id: str) -> None:
        """Give it the lanes on the machine on which it is in nobody's way that may not move; of several, its own."""
        k = self._k
        own = int(k.ops[x, a.VAR])
        # To another firm, too: the planner takes what that costs.
        ways = self._every_way(x)
        fitting = [c for c in ways if self._resource_of(int(k.cands[c, a.K_VAR])) == resource_id]
        if not fitting:
            can = sorted({self._resource_of(int(k.cands[c, a.K_VAR])) for c in ways})
            raise CannotMove(f"it cannot be done on {resource_id}, but on {', '.join(can)}")
        fitting.sort(key=lambda c: int(k.cands[c, a.K_VAR]) != own)
        best, least = fitting[0], INF
        for c in fitting:
            self._take_way(x, c)
            begin, end = self._first_run(x, start_s)
            mates = k.ops[self._lane_mates(x)]
            over = (mates[:, a.START] < end) & (mates[:, a.END] > begin)
            held = over & ((mates[:, a.STATE] == a.FIXED) | (mates[:, a.LATEST] < INF))
            cost = (begin - start_s) + (INF >> 8 if held.any() else 0) + int(over.sum())
            if cost < least:
                best, least = c, cost
        self._take_way(x, best)
        self._stay_in_way(np.array([x]))

    def _take_way(self, x: int, candidate: int) -> None:
        k = self._k
        k.ops[x, [a.VAR, a.DUR0, a.SHOTS]] = k.cands[candidate, [a.K_VAR, a.K_DUR, a.K_SHOTS]]
        variant = self.layout.var[int(k.ops[x, a.VAR])]
        for p in range(int(variant[a.V_NPL])):
            k.ops[x, a.PLACES + p * a.P_WIDTH + a.P_LANE] = variant[a.V_LANES + p]

    def _resource_of(self, variant: int) -> str:
        return self.layout.modes[int(self.layout.var[variant, a.V_MODE])][2].resource_id

    def _first_run(self, x: int, start_s: int) -> tuple[int, int]:
        """Start and end of a run in the first working time from a time on."""
        k = self._k
        variant = self.layout.var[int(k.ops[x, a.VAR])]
        calendar, chunk = int(variant[a.V_CAL]), int(variant[a.V_CHUNK])
        start, end = forward(k.ops, k.z, calendar, max(start_s, int(k.s[a.S_FLOOR])), int(k.ops[x, a.DUR0]), chunk)
        if end >= INF:
            raise CannotMove("there is no working time for it from then on, within the plant's horizon")
        return int(start), int(end)

    def _rank_at(self, x: int, start_s: int) -> None:
        """Rank it behind all that is done by its start or that it follows, and in front of all that follows it."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        opened = np.flatnonzero((used[:, a.STATE] == a.OPEN) & (np.arange(len(used)) != x))
        order: list[int] = opened[np.lexsort((opened, used[opened, a.LABEL]))].tolist()
        place = {y: i for i, y in enumerate(order)}
        mates: Ints = self._lane_mates(x)
        behind = {int(y) for y in mates[used[mates, a.END] > start_s]} | set(self._following(x))
        ahead = self._with_all_before(self._preceding(x))
        front = [*ahead, *(int(y) for y in mates[used[mates, a.END] <= start_s])]
        # Near its time, too: setters go to changeovers in the order of ranks.
        sooner = next((i for i, y in enumerate(order) if used[y, a.VIS] >= start_s), len(order))
        cut = max([sooner, *(1 + place[y] for y in front if y in place)])
        waits: list[int] = []
        rest: list[int] = []
        for y in order[:cut]:
            # What follows work that waits must wait with it, or its rank would be below.
            if y not in ahead and (y in behind or any(z in waits for z in self._preceding(y))):
                waits.append(y)
            else:
                rest.append(y)
        self._label([*rest, x, *waits, *order[cut:]])

    def _label(self, order: list[int]) -> None:
        """Give open operations labels in this order, behind all that is fixed."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        rows = np.array(order, np.int64)
        first = int(used[used[:, a.STATE] == a.FIXED, a.LABEL].max(initial=0)) + RANK_STEP
        step = np.arange(len(rows), dtype=np.int64) * RANK_STEP
        near = np.maximum(np.minimum(used[rows, a.VIS], INF >> 4) << a.LABEL_SHIFT, first)
        used[rows, a.LABEL] = np.maximum.accumulate(near - step) + step

    def _refuse_if_held(self, x: int, start_s: int, done: Repair) -> None:
        """Raise CannotMove where it doesn't begin as wanted, or work that is held would have to move."""
        ops = self._k.ops
        key = int(ops[x, a.KEY])
        others = [each for each in (*done.unpinned, *done.reopened) if each != key]
        if others:
            names = sorted({self._name(each) for each in others})
            raise CannotMove(f"frozen or pinned work is in its way: {', '.join(names)}")
        if key in done.unpinned or ops[x, a.STATE] != a.OPEN or ops[x, a.START] != start_s:
            began = int(ops[x, a.START])
            earliest = began if start_s < began < INF else None
            raise CannotMove("machine, mould or crew are not free, or not set up, by then", earliest)

    def _name(self, key: int) -> str:
        row = self._k.ops[self._row(key)]
        lot = self._lines[int(row[a.LOT])]
        step = self.plant.routing_by_id[lot.routing_id].operations[int(row[a.OPNO])].id
        return f"{lot.order_id}/{lot.line_no}/{step}"
