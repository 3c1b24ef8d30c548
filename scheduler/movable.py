"""Which operations may be put into another order: one pass over the wide rows. Compiled."""

from __future__ import annotations

from scheduler.arrays import BLOCKED, INF, KEY, LATEST, OPEN, REMOVED, S_OPS, STATE, Ints
from scheduler.compiled import kernel


@kernel
def split(ops: Ints, z: Ints, moving: Ints, frozen: Ints) -> int:
    """List the open operations that may move, and those that are frozen; how many may move.

    Both arrays are as long as there are rows. `frozen` ends with -1 where it isn't full.
    """
    n = m = 0
    for x in range(z[S_OPS]):
        if ops[x, STATE] != OPEN or ops[x, BLOCKED]:
            continue
        if ops[x, LATEST] >= INF:
            moving[n] = x
            n += 1
        else:
            frozen[m] = x
            m += 1
    if m < frozen.shape[0]:
        frozen[m] = -1
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
