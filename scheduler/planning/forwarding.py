"""Late lines brought forward where room has come: a machine works again, or other work is done sooner."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from scheduler import arrays as a
from scheduler.planning.core import INF
from scheduler.planning.stakes import Stake

if TYPE_CHECKING:
    from scheduler.planning.repairing import Repairing

LEAST, OPERATIONS = 4, 150_000
"""How many late lines are tried at least; else as many as lay about so many operations again in all."""


def bring_forward(plan: Repairing, stakes: Sequence[Stake], tried: Container[int]) -> bool:
    """Insert lines again that miss their stakes and were not `tried` yet, the highest priority first.

    Only what is in time then stays so, no other promise breaks, and what is frozen or pinned stays. False if nothing
    was changed.
    """
    missed = [
        info.index
        for infos in plan._by_order.values()
        for info in infos
        if info.count and info.index not in tried and plan._end(info) > stakes[info.index].by_s
    ]
    missed.sort(key=lambda line: (stakes[line].priority, stakes[line].by_s, line))
    most = max(LEAST, OPERATIONS // max(1, int(plan._k.s[a.S_OPS])))
    brought = [_brought(plan, line, stakes[line]) for line in missed[:most]]
    plan._settle()
    return any(brought)


def _brought(plan: Repairing, line: int, stake: Stake) -> bool:
    """Take a line out and insert it again; back as it stood unless it is in time then."""
    k, info = plan._k, plan._lines[line]
    rows = [x for x in range(info.x0, info.x0 + info.count) if k.ops[x, a.STATE] == a.OPEN]
    if not rows or (k.ops[rows, a.LATEST] < INF).any():
        return False
    # What is queued for re-timing is not part of a backup: taken back, it would never be re-timed.
    plan._settle()
    plan._pass_tails_on()
    k, before = plan._k, plan._backup()
    k.ops[rows, a.STATE] = a.REMOVED
    k.ops[rows, a.DEADLINE] = INF
    if not len(plan._lay_again()):
        plan._k.lines[line, a.N_DEADLINE] = min(int(plan._k.lines[line, a.N_DEADLINE]), stake.by_s)
        if plan._put_in(line, rows) <= stake.by_s:
            return True
    plan._restore_backup(before)
    plan._lay_again()
    return False
