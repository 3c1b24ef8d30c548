"""Tier 1: all unstarted work in a new order in which every promise holds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler import insert, movable, propagate
from scheduler.arrays import Ints
from scheduler.planning.core import INF
from scheduler.planning.decision import Backup, Decision
from scheduler.planning.leaning import Dispatched
from scheduler.planning.pinned import Pinned

PASSES = 10
"""Repair passes of one re-dispatch, per rule."""
PATIENCE = 3
"""Passes without less lateness in all before a rule is given up."""
FURTHER = 10
"""How much further late lines are advanced each time that a pass left as much lateness as the best."""
FAR_S = 1 << 40
"""What counts as late by more counts as late by this."""
GENERAL_LIMIT = 4000
"""Open operations up to which a plan with moulds or changeovers is re-dispatched at once."""


class Dispatching(Pinned):
    """Tier 1: all unstarted work in a new order in which every promise holds."""

    def redispatch(self, now_s: int) -> bool:
        """Put all unstarted work into a new order in which every promise holds; False if none was found."""
        self.advance(now_s)
        self._set_keys()
        self._passed_s = -INF
        self.orders_since_dispatch = 0
        if not (self._dispatch(self._backup if not self._single else None) or self._lean()):
            return False
        self._forget_blocked()
        self._resequenced = True
        self.version += 1
        return True

    def _redispatch_for(self, decision: Decision, ends: list[int]) -> list[int] | None:
        """Tier 1 for an order of which a line missed its time; the new ends, or None with the plan as it was."""
        targets, missed = self._targets(decision, ends)
        if not missed:
            return None
        self._settle()
        backup = self._backup()
        self._set_keys()
        self._aim(decision, targets)
        if not self._dispatch(self._backup if not self._single else None):
            self._restore_backup(backup)
            return None
        decision.backup = backup
        return [self._end(info) if info.count else end for info, end in zip(decision.infos, ends, strict=True)]

    def _targets(self, decision: Decision, ends: list[int]) -> tuple[list[int], bool]:
        """Until when each line should end, and whether one is late that could be in time with nothing else planned."""
        k = self._k
        targets = []
        missed = False
        for line, info, end in zip(decision.order.lines, decision.infos, ends, strict=True):
            target = self._wanted_s(decision, line, info.shipping_s)
            if info.count and end > target:
                if max(int(insert.bare_end(k.ops, k.z, info.x0, info.count)), info.stock_end_s) <= target:
                    missed = True
                else:
                    target = end
            targets.append(target)
        return targets, missed

    def _aim(self, decision: Decision, targets: list[int]) -> None:
        """Give the lines the deadlines that they should keep."""
        k = self._k
        for info, target in zip(decision.infos, targets, strict=True):
            k.lines[info.index] = (target, target, 0)
            rows = k.ops[info.x0 : info.x0 + info.count]
            rows[:, a.DEADLINE] = np.where(rows[:, a.TLAG] >= 0, target - rows[:, a.TLAG], INF)

    def _dispatch(self, save: Callable[[], Backup] | None) -> bool:
        """Find and install an order of all movable work that keeps every deadline; `N_KEY` holds the due times."""
        return self._around_pins(lambda: self._dispatch_rest(save))

    def _dispatch_rest(self, save: Callable[[], Backup] | None) -> bool:
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        moving, frozen, blocked = self._open_work()
        self._reserve_chunks(len(moving) + len(frozen))
        k = self._k
        if save is None:
            if len(frozen) and not propagate.forward_until(k.ops, k.z, int(used[frozen[-1], a.LABEL]) + 1):
                self._settle()
                k = self._k
            lines = k.lines[: len(self._lines)]
            stat = np.zeros(4, np.int64)
            found = bool(tier1.dispatch_single(k.ops, k.z, moving, frozen, blocked, PASSES, stat))
            if not found and lines[:, a.N_ADVANCE].any():
                # What helped last time may stand in the way now.
                lines[:, a.N_KEY] = lines[:, a.N_DEADLINE]
                found = bool(tier1.dispatch_single(k.ops, k.z, moving, frozen, blocked, PASSES, stat))
            if found:
                lines[:, a.N_ADVANCE] = lines[:, a.N_DEADLINE] - lines[:, a.N_KEY]
            return found
        self._settle()
        k = self._k
        order = np.empty(len(moving), np.int64)
        if len(moving) > GENERAL_LIMIT:
            return False
        return self._dispatch_general(save(), frozen, moving, order)

    def _lean(self) -> bool:
        """Order all movable work by due times as far as the plan as it stands allows: no promise breaks in that."""
        if not self._single:
            return False
        # Latest starts are those of the whole plan, with what is pinned still in it.
        self._settle()
        self._pass_tails_on()
        return self._around_pins(self._lean_rest)

    def _lean_rest(self) -> bool:
        moving, frozen, blocked = self._open_work()
        if not len(moving):
            return False
        self._reserve_chunks(len(moving) + len(frozen))
        k = self._k
        dispatched = Dispatched(k, moving, frozen)
        if not dispatched.repaired(k.lines[k.ops[moving, a.LINE], a.N_DEADLINE], PASSES):
            return False
        dispatched.install(frozen, blocked)
        return True

    def _set_keys(self) -> None:
        """Due times to dispatch by: deadlines, advanced as the last dispatch that kept every promise needed them."""
        lines = self._k.lines[: len(self._lines)]
        lines[:, a.N_KEY] = lines[:, a.N_DEADLINE] - lines[:, a.N_ADVANCE]

    def _forget_blocked(self) -> None:
        """Work of cancelled lines that no other work needs in its place any more is out of the plan: tell the store."""
        keys = np.empty(int(self._k.s[a.S_OPS]), np.int64)
        gone = movable.forget_blocked(self._k.ops, self._k.z, keys)
        self._removed += keys[:gone].tolist()

    def _open_work(self) -> tuple[Ints, Ints, Ints]:
        """Rows of the work that may move, of the frozen in rank order, and of the blocked."""
        ops = self._k.ops
        moving, frozen, blocked = (np.empty(int(self._k.s[a.S_OPS]) + 1, np.int64) for _ in range(3))
        moving = moving[: movable.split(ops, self._k.z, moving, frozen, blocked)]
        frozen, blocked = (rows[: int((rows == -1).argmax())] for rows in (frozen, blocked))
        return moving, frozen[np.lexsort((frozen, ops[frozen, a.LABEL]))], blocked

    def _dispatch_general(self, before: Backup, frozen: Ints, moving: Ints, order: Ints) -> bool:
        k = self._k
        lines = k.ops[moving, a.LINE]
        due = k.lines[:, a.N_KEY].copy()
        used = k.ops[: int(k.s[a.S_OPS])]
        blocked = np.flatnonzero((used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 1))
        for wait_s in (0, 4 * 3600):
            keys = due.copy()
            least, stale, times = INF, 0, 1
            for _ in range(PASSES):
                k.lines[:, a.N_KEY] = keys
                if self._pass_over(frozen, moving, order, wait_s):
                    used[blocked, a.STATE] = a.REMOVED
                    return True
                late = np.minimum(k.ops[moving, a.END] - k.ops[moving, a.DEADLINE], FAR_S)
                behind = late > 0
                self._restore_backup(before)
                lateness = int(late[behind].sum())
                stale = 0 if lateness < least else stale + 1
                if not lateness or stale >= PATIENCE:
                    break
                # A little further in front the same lines are late again: where nothing changed they jump.
                times = times * FURTHER if lateness == least else 1
                least = min(least, lateness)
                np.subtract.at(keys, lines[behind], times * late[behind])
        return False

    def _pass_over(self, frozen: Ints, moving: Ints, order: Ints, wait_s: int) -> bool:
        """One pass of the kernel, which begins to rank at 256: what has begun ranks before that meanwhile.

        Begun operations are counted from 1. From the 257th on moulds would seem to hang where they were long ago.
        """
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        begun = np.flatnonzero(used[:, a.STATE] == a.FIXED)
        ranks = used[begun, a.LABEL]
        used[begun, a.LABEL] = ranks - int(k.s[a.S_FIXRANK])
        laid = bool(tier1.dispatch_general(k.ops, k.z, frozen, moving, order, wait_s))
        used[begun, a.LABEL] = ranks
        return laid
