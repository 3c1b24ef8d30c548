"""The clock passes: what begins becomes a fact, what enters the frozen zone keeps its latest start. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    E_COLUMNS,
    E_FROM,
    E_NIN,
    EIN,
    FETL,
    FIXED,
    INF,
    L_COLUMNS,
    L_HEAD,
    L_KIND,
    L_LASTFIX,
    LABEL,
    LATEST,
    MACHINE,
    OPEN,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    S_EXACT,
    S_FIXRANK,
    S_OPS,
    S_UNDO,
    SETTER,
    STAIL,
    START,
    STATE,
    TAIL,
    V_NPL,
    V_SPL,
    VAR,
    VIS,
    VTAIL,
    Z_EDGES,
    Z_LANES,
    Z_NLANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.lanes import last_before, link, unlink
from scheduler.propagate import backward_all, forward_all, push, push_back, push_predecessors


@kernel
def waits_for(ops: Ints, z: Ints, x: int) -> int:
    """An open operation that `x` waits for, whatever the setter does; -1 if there is none."""
    e = ops[x, EIN]
    while e >= 0:
        if ops[z[z[Z_EDGES] + e * E_COLUMNS + E_FROM], STATE] == OPEN:
            return z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        column = PLACES + p * P_WIDTH
        if z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_KIND] != SETTER:
            a = ops[x, column + P_PRV]
            if a >= 0 and ops[a, STATE] == OPEN:
                return a
    if ops[x, FETL] >= 0:
        a = last_before(ops, z, ops[x, FETL], ops[x, LABEL], x)
        if a >= 0 and ops[a, STATE] == OPEN:
            return a
    return -1


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
        w = waits_for(ops, z, y) if ops[y, STATE] == OPEN else -1
        if w >= 0:
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
            if z[z[Z_LANES] + lane * L_COLUMNS + L_KIND] == MACHINE:
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
    stack = np.empty(ops.shape[0], np.int64)
    n = 0
    while n < out.shape[0] // 2:
        x = next_visit(ops, z)
        if x < 0 or ops[x, VIS] >= release:
            break
        n = fix(ops, z, x, out, n, stack)
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
        for x in range(z[S_OPS]):
            if ops[x, STATE] == OPEN and ops[x, LATEST] >= INF and (ops[x, VIS] < frozen) and (n < out.shape[0]):
                ops[x, LATEST] = ops[x, VIS]
                push_back(ops, z, x)
                out[n] = x
                n += 1
    forward_all(ops, z)
    backward_all(ops, z)
    z[S_UNDO] = 0
    return n
