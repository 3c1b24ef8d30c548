"""Which operations may be put into another order: one pass over the wide rows. Compiled."""

from __future__ import annotations

from scheduler.arrays import BLOCKED, INF, KEY, LATEST, OPEN, REMOVED, S_OPS, STATE, Ints
from scheduler.compiled import kernel


@kernel
def split(ops: Ints, z: Ints, moving: Ints, frozen: Ints, blocked: Ints) -> int:
    """List the open operations that may move, those that are frozen, and those that are blocked; how many may move.

    All arrays are longer than there are rows. `frozen` and `blocked` end with -1.
    """
    n = m = b = 0
    for x in range(z[S_OPS]):
        if ops[x, STATE] != OPEN:
            continue
        if ops[x, BLOCKED]:
            blocked[b] = x
            b += 1
        elif ops[x, LATEST] >= INF:
            moving[n] = x
            n += 1
        else:
            frozen[m] = x
            m += 1
    frozen[m] = blocked[b] = -1
    return n


@kernel
def forget_blocked(ops: Ints, z: Ints, keys: Ints) -> int:
    """Let go what was blocked and is out of the plan now; how many there are, whose keys are listed."""
    n = 0
    for x in range(z[S_OPS]):
        if ops[x, STATE] == REMOVED and ops[x, BLOCKED] == 1:
            ops[x, BLOCKED] = 0
            keys[n] = ops[x, KEY]
            n += 1
    return n
