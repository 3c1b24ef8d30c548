"""The clock passes: what begins becomes a fact, what enters the frozen zone keeps its latest start. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    E_FROM,
    E_NIN,
    EIN,
    FETL,
    FIXED,
    INF,
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
    Arrays,
)  # fmt: skip
from scheduler.compiled import kernel
from scheduler.lanes import last_before, link, unlink
from scheduler.propagate import backward_all, forward_all, push, push_back, push_predecessors


@kernel
def waits_for(k: Arrays, x: int) -> int:
    """An open operation that `x` waits for, whatever the setter does; -1 if there is none."""
    ops = k.ops
    e = ops[x, EIN]
    while e >= 0:
        if ops[k.edges[e, E_FROM], STATE] == OPEN:
            return k.edges[e, E_FROM]
        e = k.edges[e, E_NIN]
    for p in range(k.var[ops[x, VAR], V_NPL]):
        column = PLACES + p * P_WIDTH
        if k.lanes[ops[x, column + P_LANE], L_KIND] != SETTER:
            a = ops[x, column + P_PRV]
            if a >= 0 and ops[a, STATE] == OPEN:
                return a
    if ops[x, FETL] >= 0:
        a = last_before(k, ops[x, FETL], ops[x, LABEL], x)
        if a >= 0 and ops[a, STATE] == OPEN:
            return a
    return -1


@kernel
def fix(k: Arrays, x: int, out: np.ndarray, n: int, stack: np.ndarray) -> int:
    """Make the times of `x` facts, after all that it waits for; returns the count of fixed rows in `out`.

    A fixed operation takes the next rank below everything open, so that sequences stay in the order of time even
    where an operation without changeover stood before it in its setter's sequence.
    """
    ops = k.ops
    stack[0] = x
    depth = 1
    while depth > 0:
        y = stack[depth - 1]
        w = waits_for(k, y) if ops[y, STATE] == OPEN else -1
        if w >= 0:
            stack[depth] = w
            depth += 1
            continue
        depth -= 1
        if ops[y, STATE] != OPEN:
            continue
        s = k.var[ops[y, VAR], V_SPL]
        if s >= 0:
            column = PLACES + s * P_WIDTH
            a = ops[y, column + P_PRV]
            if a >= 0 and ops[a, STATE] == OPEN:
                last = k.lanes[ops[y, column + P_LANE], L_LASTFIX]
                unlink(k, y, column)
                k.s[S_FIXRANK] += 1
                ops[y, LABEL] = k.s[S_FIXRANK]
                link(k, y, column, last)
                push(k, ops[y, column + P_NXT])
        k.s[S_FIXRANK] += 1
        ops[y, LABEL] = k.s[S_FIXRANK]
        push_predecessors(k, y)
        ops[y, STATE] = FIXED
        for p in range(k.var[ops[y, VAR], V_NPL]):
            k.lanes[ops[y, PLACES + p * P_WIDTH + P_LANE], L_LASTFIX] = y
        ops[y, TAIL], ops[y, STAIL], ops[y, VTAIL] = ops[y, START], ops[y, START], ops[y, VIS]
        out[n] = y
        n += 1
    return n


@kernel
def first_open(k: Arrays, lane: int) -> int:
    """First open operation of a lane."""
    a = k.lanes[lane, L_LASTFIX]
    if a < 0:
        return k.lanes[lane, L_HEAD]
    for p in range(k.var[k.ops[a, VAR], V_NPL]):
        if k.ops[a, PLACES + p * P_WIDTH + P_LANE] == lane:
            return k.ops[a, PLACES + p * P_WIDTH + P_NXT]
    return -1


@kernel
def next_visit(k: Arrays) -> int:
    """The open operation whose visit begins first; -1 if there is none."""
    best, when = -1, INF
    if k.s[S_EXACT]:
        for lane in range(k.lanes.shape[0]):
            if k.lanes[lane, L_KIND] == MACHINE:
                x = first_open(k, lane)
                if x >= 0 and (k.ops[x, VIS] < when or (k.ops[x, VIS] == when and x < best)):
                    best, when = x, k.ops[x, VIS]
        return best
    for x in range(k.s[S_OPS]):
        if k.ops[x, STATE] == OPEN and k.ops[x, VIS] < when:
            best, when = x, k.ops[x, VIS]
    return best


@kernel
def fix_until(k: Arrays, release: int, out: np.ndarray) -> int:
    """Fix what begins before `release`, in order of time, as far as `out` has room."""
    stack = np.empty(k.ops.shape[0], np.int64)
    n = 0
    while n < out.shape[0] // 2:
        x = next_visit(k)
        if x < 0 or k.ops[x, VIS] >= release:
            break
        n = fix(k, x, out, n, stack)
    return n


@kernel
def advance(k: Arrays, release: int, frozen: int, out: np.ndarray) -> int:
    """Fix what begins before `release`, freeze what begins before `frozen`; the changed rows are in `out[:n]`."""
    n = 0
    if k.s[S_OPS] == 0:
        return 0
    x = next_visit(k)
    if x >= 0 and k.ops[x, VIS] < release:
        n = fix_until(k, release, out)
    if frozen > release:
        for x in range(k.s[S_OPS]):
            if k.ops[x, STATE] == OPEN and k.ops[x, LATEST] >= INF and k.ops[x, VIS] < frozen and n < out.shape[0]:
                k.ops[x, LATEST] = k.ops[x, VIS]
                push_back(k, x)
                out[n] = x
                n += 1
    forward_all(k)
    backward_all(k)
    k.s[S_UNDO] = 0
    return n
