"""The clock passes: what begins becomes a fact, what enters the frozen zone keeps its latest start. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    CREW,
    DISD,
    E_COLUMNS,
    E_FROM,
    E_NIN,
    EIN,
    FETD,
    FETL,
    FIXED,
    HOLD,
    INF,
    L_COLUMNS,
    L_FREE0,
    L_HEAD,
    L_KIND,
    L_LASTFIX,
    L_LOC0,
    L_MOUNT0,
    LABEL,
    LATEST,
    MACHINE,
    MOUNTED,
    OPEN,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    PLAIN,
    S_EXACT,
    S_FIXRANK,
    S_FULL,
    S_HEAP,
    S_OPS,
    S_UNDO,
    SETD,
    SETTER,
    SFREE,
    STAIL,
    START,
    STATE,
    TAIL,
    V_CLASS,
    V_MPL,
    V_NPL,
    V_SPL,
    VAR,
    VIS,
    VTAIL,
    Z_EDGES,
    Z_HEAP,
    Z_LANES,
    Z_NLANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.lanes import before, last_before, link, unlink
from scheduler.propagate import backward_all, forward_all, forward_until, push, push_back, push_predecessors
from scheduler.retime import next_user


@kernel
def loose(ops: Ints, z: Ints, a: int, frozen: bool) -> bool:
    """Operation `a` is open; with `frozen`: and has no latest start yet."""
    return a >= 0 and ops[a, STATE] == OPEN and not (frozen and ops[a, LATEST] < INF)


@kernel
def changes_over(ops: Ints, z: Ints, x: int) -> bool:
    """The visit of `x` takes time of its setter."""
    return ops[x, DISD] + ops[x, FETD] + ops[x, SETD] > 0


@kernel
def taker(ops: Ints, z: Ints, x: int, lane: int, mould: int) -> int:
    """The last operation before `x` on machine `lane` that used another mould: it took `mould` off; -1 if none did."""
    a = last_before(ops, z, lane, ops[x, LABEL], x)
    found = -1
    while a >= 0:
        m = z[z[Z_VAR] + ops[a, VAR] * z[Z_VARW] + V_MPL]
        if m >= 0:
            if ops[a, PLACES + m * P_WIDTH + P_LANE] == mould:
                return found
            if ops[a, STATE] == FIXED:
                return -1
            found = a
        a = ops[a, PLACES + P_PRV]
    return found


@kernel
def waits_for_mould(ops: Ints, z: Ints, x: int, frozen: bool) -> int:
    """An operation that took the mould of `x` off elsewhere, or the machine's old mould away; -1 if there is none."""
    m = z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_MPL]
    if m < 0:
        return -1
    mould = ops[x, PLACES + m * P_WIDTH + P_LANE]
    p = ops[x, PLACES + m * P_WIDTH + P_PRV]
    at = ops[p, PLACES + P_LANE] if p >= 0 else z[z[Z_LANES] + mould * L_COLUMNS + L_LOC0]
    lane = ops[x, PLACES + P_LANE]
    if at >= 0 and at != lane:
        a = taker(ops, z, x, at, mould)
        if loose(ops, z, a, frozen):
            return a
    return -1


@kernel
def waits_for_fetch(ops: Ints, z: Ints, x: int, frozen: bool) -> int:
    """The operation before `x` that fetched away what hung in the machine of `x`; -1 if there is none."""
    if z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_CLASS] == PLAIN:
        return -1
    lane = ops[x, PLACES + P_LANE]
    a = ops[x, PLACES + P_PRV]
    held = ops[a, MOUNTED] if a >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_MOUNT0]
    if held < 0:
        return -1
    y = next_user(ops, z, ops[a, HOLD] if a >= 0 else -1, held)
    if y >= 0 and y != x and before(ops, z, y, x) and loose(ops, z, y, frozen):
        return y
    return -1


@kernel
def waits_for(ops: Ints, z: Ints, x: int, frozen: bool) -> int:
    """An open operation on which the times of `x` hang; -1 if there is none. With `frozen`: one not frozen yet."""
    e = ops[x, EIN]
    while e >= 0:
        if loose(ops, z, z[z[Z_EDGES] + e * E_COLUMNS + E_FROM], frozen):
            return z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        column = PLACES + p * P_WIDTH
        a = ops[x, column + P_PRV]
        if z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_KIND] != SETTER:
            if loose(ops, z, a, frozen):
                return a
        elif changes_over(ops, z, x):
            while a >= 0 and ops[a, STATE] == OPEN:
                if changes_over(ops, z, a) and loose(ops, z, a, frozen):
                    return a
                a = ops[a, column + P_PRV]
    if z[S_EXACT]:
        return -1
    if ops[x, FETL] >= 0:
        a = last_before(ops, z, ops[x, FETL], ops[x, LABEL], x)
        if loose(ops, z, a, frozen):
            return a
    a = waits_for_mould(ops, z, x, frozen)
    return a if a >= 0 else waits_for_fetch(ops, z, x, frozen)


@kernel
def fix(ops: Ints, z: Ints, x: int, out: Ints, n: int, stack: Ints) -> int:
    """Make the times of `x` facts, after all that it waits for; returns the count of fixed rows in `out`.

    A fixed operation takes the next rank below everything open, so that sequences stay in the order of time even
    where an operation without changeover stood before it in its setter's sequence.
    """
    stack[0] = x
    depth = 1
    while depth > 0:
        y = stack[depth - 1]
        w = waits_for(ops, z, y, False) if ops[y, STATE] == OPEN else -1
        if w >= 0:
            if depth == stack.shape[0]:
                z[S_FULL] = 3
                return n
            stack[depth] = w
            depth += 1
            continue
        depth -= 1
        if ops[y, STATE] != OPEN:
            continue
        s = z[z[Z_VAR] + ops[y, VAR] * z[Z_VARW] + V_SPL]
        if s >= 0:
            column = PLACES + s * P_WIDTH
            a = ops[y, column + P_PRV]
            if a >= 0 and ops[a, STATE] == OPEN:
                last = z[z[Z_LANES] + ops[y, column + P_LANE] * L_COLUMNS + L_LASTFIX]
                unlink(ops, z, y, column)
                z[S_FIXRANK] += 1
                ops[y, LABEL] = z[S_FIXRANK]
                link(ops, z, y, column, last)
                push(ops, z, ops[y, column + P_NXT])
            if not changes_over(ops, z, y):
                # It hands on when the setter is free: by its new place, not by the one it leaves.
                b = ops[y, column + P_PRV]
                lane = ops[y, column + P_LANE]
                ops[y, SFREE] = ops[b, SFREE] if b >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_FREE0]
                push(ops, z, ops[y, column + P_NXT])
        z[S_FIXRANK] += 1
        ops[y, LABEL] = z[S_FIXRANK]
        push_predecessors(ops, z, y)
        ops[y, STATE] = FIXED
        for p in range(z[z[Z_VAR] + ops[y, VAR] * z[Z_VARW] + V_NPL]):
            z[z[Z_LANES] + ops[y, PLACES + p * P_WIDTH + P_LANE] * L_COLUMNS + L_LASTFIX] = y
        ops[y, TAIL], ops[y, STAIL], ops[y, VTAIL] = (ops[y, START], ops[y, START], ops[y, VIS])
        out[n] = y
        n += 1
    return n


@kernel
def first_open(ops: Ints, z: Ints, lane: int) -> int:
    """First open operation of a lane."""
    a = z[z[Z_LANES] + lane * L_COLUMNS + L_LASTFIX]
    if a < 0:
        return z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD]
    for p in range(z[z[Z_VAR] + ops[a, VAR] * z[Z_VARW] + V_NPL]):
        if ops[a, PLACES + p * P_WIDTH + P_LANE] == lane:
            return ops[a, PLACES + p * P_WIDTH + P_NXT]
    return -1


@kernel
def next_visit(ops: Ints, z: Ints) -> int:
    """The open operation whose visit begins first; -1 if there is none."""
    best, when = (-1, INF)
    if z[S_EXACT]:
        for lane in range(z[Z_NLANES]):
            kind = z[z[Z_LANES] + lane * L_COLUMNS + L_KIND]
            if kind in (MACHINE, CREW):
                x = first_open(ops, z, lane)
                if x >= 0 and (ops[x, VIS] < when or (ops[x, VIS] == when and x < best)):
                    best, when = (x, ops[x, VIS])
        return best
    for x in range(z[S_OPS]):
        if ops[x, STATE] == OPEN and ops[x, VIS] < when:
            best, when = (x, ops[x, VIS])
    return best


@kernel
def fix_until(ops: Ints, z: Ints, release: int, out: Ints) -> int:
    """Fix what begins before `release`, in order of time, as far as `out` has room."""
    stack = np.empty(z[S_OPS], np.int64)
    n = 0
    while n < out.shape[0] // 2 and z[S_FULL] != 3:
        x = next_visit(ops, z)
        if x < 0 or ops[x, VIS] >= release:
            break
        if z[S_HEAP] > 0 and ops[z[z[Z_HEAP]], LABEL] <= ops[x, LABEL]:
            # Where re-timing is pending, heads are too early at most: settle up to the first, and look again.
            forward_until(ops, z, ops[x, LABEL] + 1)
            continue
        n = fix(ops, z, x, out, n, stack)
    return n


@kernel
def freeze(ops: Ints, z: Ints, x: int, out: Ints, n: int, stack: Ints) -> int:
    """Bound the start of `x` by where it stands, and of all that it waits for; returns the count of rows in `out`."""
    stack[0] = x
    depth = 1
    while depth > 0:
        y = stack[depth - 1]
        w = waits_for(ops, z, y, True)
        if w >= 0:
            if depth == stack.shape[0]:
                z[S_FULL] = 3
                return n
            stack[depth] = w
            depth += 1
            continue
        depth -= 1
        if loose(ops, z, y, True):
            ops[y, LATEST] = ops[y, VIS]
            push_back(ops, z, y)
            out[n] = y
            n += 1
    return n


@kernel
def advance(ops: Ints, z: Ints, release: int, frozen: int, out: Ints) -> int:
    """Fix what begins before `release`, freeze what begins before `frozen`; the changed rows are in `out[:n]`."""
    n = 0
    if z[S_OPS] == 0:
        return 0
    x = next_visit(ops, z)
    if x >= 0 and ops[x, VIS] < release:
        n = fix_until(ops, z, release, out)
    if frozen > release:
        stack = np.empty(z[S_OPS], np.int64)
        forward_all(ops, z)
        for x in range(z[S_OPS]):
            if loose(ops, z, x, True) and ops[x, VIS] < frozen:
                n = freeze(ops, z, x, out, n, stack)
    if not z[S_EXACT]:
        forward_all(ops, z)
    backward_all(ops, z)
    z[S_UNDO] = 0
    return n
