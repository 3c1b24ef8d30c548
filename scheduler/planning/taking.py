"""Everything laid again in its order, and the work taken out of which promises break."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler import propagate, retime
from scheduler.arrays import Ints
from scheduler.planning.core import INF
from scheduler.planning.resequencing import Resequencing
from scheduler.planning.stakes import Repair

ROOM = 1 << 24
"""Ranks that are left free below work that is open again: more than are ever taken while it stays so."""


class Taking(Resequencing):
    """Lays everything again in its order, and takes out what is late then."""

    def _lay_again(self) -> Ints:
        """Lay everything into its lanes in rank order and re-time what is open; the late ones."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        fixed = np.flatnonzero(used[:, a.STATE] == a.FIXED)
        fixed = fixed[np.lexsort((fixed, used[fixed, a.LABEL]))]
        variants = self.layout.var[used[fixed, a.VAR]]
        lanes = variants[:, a.V_LANES :]
        place, column = np.nonzero(lanes >= 0)
        last = np.full(len(k.lanes), -1, np.int64)
        # Of several on a lane the one that is assigned last counts: they rise.
        last[lanes[place, column]] = fixed[place]
        hangs: dict[int, int] = {}
        takers: dict[int, int] = {}
        for n in np.flatnonzero(variants[:, a.V_MPL] >= 0).tolist():
            # Who uses a machine next with another mould takes the one off that hangs there: it is asked for.
            x, machine = int(fixed[n]), int(lanes[n, 0])
            takers[hangs.get(machine, -1)] = x
            hangs[machine] = x
        users = set(last[last >= 0].tolist())
        users.update([takers[x] for x in users if x in takers])
        held = np.array(sorted(users, key=lambda x: (used[x, a.LABEL], x)), np.int64)
        opened = np.flatnonzero(used[:, a.STATE] == a.OPEN)
        opened = opened[np.lexsort((opened, used[opened, a.LABEL]))]
        self._reserve_chunks(len(opened) + len(held))
        k = self._k
        late = np.zeros(len(used), np.int64)
        propagate.clear_queues(k.ops, k.z)
        tier1.load(k.ops, k.z, held, opened, late)
        return np.flatnonzero(late)

    def _take_out_late(self, done: Repair, hit: Sequence[int] = ()) -> dict[int, list[int]]:
        """Take the open work of late lines out until no other is late; their rows by line.

        If anything is late, lines of rows that were `hit` come out first: left in their places they would have others
        wait with them, for their machine, a mould or a setter.
        """
        out: dict[int, list[int]] = {}
        while True:
            late = self._lay_again()
            ahead = [] if len(late) else self._ahead_of_their_turn(out)
            if ahead:
                self._open_again(ahead, done)
                for line in dict.fromkeys(self._k.ops[ahead, a.LINE].tolist()):
                    out[line] = sorted({*out.get(line, ()), *self._take(line, set(ahead), done)})
                continue
            if not len(late):
                return out
            k = self._k
            used = k.ops[: int(k.s[a.S_OPS])]
            if hit:
                self._unpin_late([x for x in self._pinned_rows() if x in set(hit)], done)
                for line in dict.fromkeys(used[list(hit), a.LINE].tolist()):
                    out[line] = self._take(line, set(hit), done)
                out = {line: rows for line, rows in out.items() if rows}
                hit = ()
                continue
            pinned = sorted(set(late.tolist()).intersection(self._pinned_rows()))
            if pinned and self._single:
                self._unpin_late(pinned, done)
                continue
            if pinned and len(pinned) == len(late):
                # The others may be late only behind the first, for a setter.
                x = min(pinned, key=lambda x: int(used[x, a.LABEL]))
                self._unpin_late([x], done)
                late = np.array([x])
            late = np.setdiff1d(late, self._pinned_rows())
            frozen = late[(used[late, a.LATEST] < INF) & (used[late, a.VIS] > used[late, a.LATEST])]
            if len(frozen):
                used[frozen, a.LATEST] = INF
                done.reopened += used[frozen, a.KEY].tolist()
                continue
            behind = set(late.tolist())
            for line in dict.fromkeys(used[late, a.LINE].tolist()):
                out[line] = sorted([*out.get(line, ()), *self._take(line, behind, done)])

    def _unpin_late(self, rows: Sequence[int], done: Repair) -> None:
        """Let go of pinned work that cannot begin as it was."""
        for x in rows:
            done.unpinned.append(int(self._k.ops[x, a.KEY]))
            self._let_go(x)

    def _take(self, line: int, late: Collection[int], done: Repair) -> list[int]:
        """Rows of the open operations of a line, out of the plan from the next laying on.

        What is pinned stays, with all that it follows: that is in time, or the pin would not hold.
        """
        info, k = self._lines[line], self._k
        rows = [x for x in range(info.x0, info.x0 + info.count) if k.ops[x, a.STATE] == a.OPEN]
        pinned = [x for x in self._pinned_rows() if x in rows]
        kept = self._with_all_before(pinned)
        if kept.intersection(late):
            self._unpin_late(pinned, done)
            kept = set()
        rows = [x for x in rows if x not in kept]
        k.ops[rows, a.STATE] = a.REMOVED
        k.ops[rows, a.DEADLINE] = INF
        k.ops[rows, a.LATEST] = INF
        return rows

    def _ahead_of_their_turn(self, out: Mapping[int, list[int]]) -> list[int]:
        """Work of which only the changeover has begun, where what it waits for is taken out, too late or behind.

        That ranks behind it when it was taken to have begun and is open again. Of the work itself nobody said that it
        has begun; that it had not, once, says nothing of the changeover.
        """
        if self._single:
            return []
        gone, k = {x for rows in out.values() for x in rows}, self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        waits = (used[:, a.STATE] == a.FIXED) & (used[:, a.START] >= self.now_s) & (used[:, a.VIS] < self.now_s)
        found = []
        for x in np.flatnonzero(waits).tolist():
            said = self._reports.get(int(used[x, a.KEY]))
            if said is None or not said.begun:
                late = retime.run_ready(k.ops, k.z, x) > used[x, a.START]
                ahead = [y for y in self._ahead_of(x) if used[y, a.STATE] == a.OPEN]
                behind = any(used[y, a.LABEL] > used[x, a.LABEL] for y in ahead)
                if behind or (late and ahead) or not gone.isdisjoint(self._ahead_of(x)):
                    found.append(x)
        return found

    def _ahead_of(self, x: int) -> Iterator[int]:
        """What comes right before an operation in its routing."""
        k = self._k
        e = int(k.ops[x, a.EIN])
        while e >= 0:
            yield int(k.edges[e, a.E_FROM])
            e = int(k.edges[e, a.E_NIN])

    def _open_again(self, rows: Sequence[int], done: Repair) -> None:
        """Fixed operations that may move again; they rank behind what is fixed and before all else."""
        if not rows:
            return
        self._changed.update(rows)
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        opened = used[:, a.STATE] == a.OPEN
        low = max(int(k.s[a.S_FIXRANK]), int(used[used[:, a.STATE] == a.FIXED, a.LABEL].max(initial=0)))
        if int(used[opened, a.LABEL].min(initial=a.LABEL_MAX)) - low < (len(rows) + 2) * ROOM:
            # What begins takes the next rank behind what has: that must never come to where open work stands.
            self._spread_ranks(low + (len(rows) + 2) * ROOM)
        high = int(used[opened, a.LABEL].min(initial=a.LABEL_MAX))
        step = min((high - low) // (len(rows) + 2), 1 << 30)
        ownerless = {info.index for info in self._leftover}
        for number, x in enumerate(rows, 1):
            if int(used[x, a.LINE]) in ownerless:
                # Released before its line was cancelled; in its place until a re-sequencing takes it out.
                used[x, a.BLOCKED], used[x, a.DEADLINE] = 1, INF
            used[x, a.T_FIRST : a.T_TAILS] = -1
            used[x, a.NMAINT] = 0
            used[x, [a.TAIL, a.STAIL, a.VTAIL]] = INF
            used[x, a.STATE], used[x, a.LATEST], used[x, a.LABEL] = a.OPEN, INF, low + number * step
            done.reopened.append(int(used[x, a.KEY]))
