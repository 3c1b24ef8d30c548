"""Work that a planner has pinned: it keeps its start, whatever is done to all other work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np

from scheduler import arrays as a
from scheduler import insert, propagate
from scheduler.arrays import Ints
from scheduler.planning.core import INF
from scheduler.planning.delivering import Delivering
from scheduler.records import PinFacts


class Pinned(Delivering):
    """Knows what is pinned, and keeps it in its place while the rest is put in another order.

    A pinned run waits for its start (`NBR`) and may not begin later (`LATEST`); where changeovers could lengthen, or
    a maintenance by shots stretch it, it may not end later either (`DEADLINE`).
    """

    def know_pins(self, pins: Mapping[int, PinFacts]) -> None:
        """Remember what is pinned, of a plan read from the store; what has begun since, or is gone, is left out."""
        self._pins = dict(pins)
        self._pins = {key: self._pins[key] for key in self.pinned}

    @property
    def pinned(self) -> Collection[int]:
        """Keys of pinned work that has not begun."""
        return set(self._k.ops[self._pinned_rows(), a.KEY].tolist()) if self._pins else frozenset()

    def _pinned_rows(self) -> list[int]:
        """Rows of pinned work that has not begun, by start."""
        if not self._pins:
            return []
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        held = np.isin(used[:, a.KEY], list(self._pins)) & (used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 0)
        rows = np.flatnonzero(held & (used[:, a.LATEST] < INF))
        return [int(x) for x in rows[np.lexsort((rows, used[rows, a.LABEL], used[rows, a.START]))]]

    def _bind_pins(self, rows: Sequence[int]) -> None:
        """Bound the ends of those of the rows that are pinned, once the deadline of their line was written."""
        for x in rows if self._pins and not self._k.s[a.S_EXACT] else ():
            facts = self._pins.get(int(self._k.ops[x, a.KEY]))
            if facts is not None and self._k.ops[x, a.STATE] == a.OPEN and self._k.ops[x, a.LATEST] < INF:
                self._k.ops[x, a.DEADLINE] = min(int(self._k.ops[x, a.DEADLINE]), facts.end_s)
                propagate.push_back(self._k.ops, self._k.z, x)
                self._pass_tails_on()

    def _let_go(self, x: int) -> None:
        """What is pinned may move again; the caller re-times it."""
        k = self._k
        row = k.ops[x]
        facts = self._pins.pop(int(row[a.KEY]))
        row[a.NBR], row[a.LATEST] = facts.ready_s, INF
        by_s = int(k.lines[int(row[a.LINE]), a.N_DEADLINE])
        row[a.DEADLINE] = by_s - int(row[a.TLAG]) if row[a.TLAG] >= 0 else INF
        self._changed.add(x)

    def _with_all_before(self, rows: Iterable[int]) -> set[int]:
        """Rows with all open work that they follow."""
        found: set[int] = set()
        ahead = list(rows)
        while ahead:
            x = ahead.pop()
            if x not in found and self._k.ops[x, a.STATE] == a.OPEN:
                found.add(x)
                ahead += self._preceding(x)
        return found

    def _around_pins(self, reorder: Callable[[], bool]) -> bool:
        """Put all else in another order, and the pinned work back at its start; False with the plan as it was."""
        rows = self._pinned_rows()
        if not rows:
            return reorder()
        self._settle()
        backup = self._backup()
        ends = self._set_aside(rows)
        found = reorder()
        self._k.ops[list(ends), a.DEADLINE] = list(ends.values())
        if found and all(self._put_pin_back(x) for x in rows):
            return True
        self._restore_backup(backup)
        return False

    def _set_aside(self, rows: Sequence[int]) -> dict[int, int]:
        """Take pinned work out of the sequences; what it follows must end in time: the deadlines that this has now."""
        k = self._k
        ends: dict[int, int] = {}
        for x in rows:
            e = int(k.ops[x, a.EIN])
            while e >= 0:
                y = int(k.edges[e, a.E_FROM])
                if k.ops[y, a.STATE] == a.OPEN and y not in rows:
                    by_s = int(k.ops[x, a.START] - k.edges[e, a.E_LAG] - k.edges[e, a.E_WLAG])
                    ends.setdefault(y, int(k.ops[y, a.DEADLINE]))
                    k.ops[y, a.DEADLINE] = min(int(k.ops[y, a.DEADLINE]), by_s)
                e = int(k.edges[e, a.E_NIN])
        # What follows goes on waiting for their ends: they are not gone, only out of the way.
        k.ops[list(rows), a.STATE] = a.FREE
        return ends

    def _put_pin_back(self, x: int) -> bool:
        """Put pinned work among the rest at its start; False if something would be late."""
        for _ in range(8):
            low, high = self._cut(x)
            if low >= high:
                return False
            if high - low < 2:
                self._spread_ranks()
                continue
            # What was noted before stays: a decision that is undone, or didn't come to this, goes back by it.
            self._k.s[a.S_FULL] = 0
            label = int(insert.label_between(self._k.ops, self._k.z, low, high, int(self._k.ops[x, a.START])))
            start = int(self._k.ops[x, a.START])
            if insert.try_label(self._k.ops, self._k.z, x, label):
                for y in self._preceding(x):
                    propagate.push_back(self._k.ops, self._k.z, y)
                self._pass_tails_on()
                return True
            self._k.ops[x, [a.START, a.STATE]] = start, a.FREE
            if self._k.s[a.S_FULL] != 1:
                return False
            self._lengthen_log()
        return False

    def _cut(self, x: int) -> tuple[int, int]:
        """Between which ranks an operation begins at its start: behind what is done by then, in front of the rest."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        mates = self._lane_mates(x)
        early = mates[used[mates, a.END] <= used[x, a.START]]
        later = mates[used[mates, a.END] > used[x, a.START]]
        low = max([int(self._k.s[a.S_FIXRANK]), *used[early, a.LABEL].tolist()])
        low = max([low, *(int(used[y, a.LABEL]) for y in self._preceding(x))])
        after = [y for y in self._following(x) if used[y, a.STATE] == a.OPEN]
        high = min([a.LABEL_MAX, *used[later, a.LABEL].tolist(), *used[after, a.LABEL].tolist()])
        return low, high

    def _lane_mates(self, x: int) -> Ints:
        """Rows that stand on a machine, mould or crew unit of `x`, open or fixed."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        variant = self.layout.var[int(k.ops[x, a.VAR])]
        lanes = [int(lane) for lane in variant[a.V_LANES : a.V_LANES + variant[a.V_NPL]]]
        lanes = [lane for lane in lanes if k.lanes[lane, a.L_KIND] != a.SETTER]
        found = np.zeros(len(used), bool)
        places = self.layout.var[used[:, a.VAR], a.V_NPL]
        for p in range(self.layout.places):
            found |= np.isin(used[:, a.PLACES + p * a.P_WIDTH + a.P_LANE], lanes) & (p < places)
        found &= np.isin(used[:, a.STATE], (a.OPEN, a.FIXED))
        found[x] = False
        return np.flatnonzero(found)

    def _preceding(self, x: int) -> list[int]:
        """What an operation follows in its routing."""
        return self._along(x, a.EIN, a.E_FROM, a.E_NIN)

    def _following(self, x: int) -> list[int]:
        """What follows an operation in its routing."""
        return self._along(x, a.EOUT, a.E_TO, a.E_NOUT)

    def _along(self, x: int, first: int, other: int, following: int) -> list[int]:
        k, found = self._k, []
        e = int(k.ops[x, first])
        while e >= 0:
            found.append(int(k.edges[e, other]))
            e = int(k.edges[e, following])
        return found
