"""A ranked list of operations timed exactly by the kernel's own re-timing: all at once, or what a few moves change.

Every operation stands in its sequences (machine, mould, setter, crew) at one rank. A move takes it to another rank, or
to another machine or mould, and a sweep goes through the ranks behind: what reads nothing that changed is passed over.
Compiled.
"""

from __future__ import annotations

from scheduler.arrays import (
    DISD,
    DUR0,
    END,
    FETD,
    INF,
    K_COLUMNS,
    K_DUR,
    K_SHOTS,
    K_VAR,
    L_COLUMNS,
    L_HEAD,
    L_KIND,
    L_LAST,
    LABEL,
    MOULD,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    SETD,
    SHOTS,
    TLAG,
    V_LANES,
    V_NPL,
    VAR,
    Z_CANDS,
    Z_LANES,
    Z_NLANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.improve.compiled import search_kernel
from scheduler.improve.sequences import set_cost
from scheduler.improve.shop import BROKEN_WEIGHT, N_COST, N_DUE, N_END0, N_END1, N_LAST, N_POS, N_WEIGHT
from scheduler.insert import fresh
from scheduler.lanes import place_on
from scheduler.retime import retime

C_CHANGE, C_LABEL0, C_SIZE = 12, 13, 14
"""State beside that of `sequences`: working seconds of all changeovers, and the label below all movable ones."""
STEP = 1 << 20
"""Between the labels of neighbours when all are numbered anew."""
(W_NEXT, W_BACK, W_FORCED, W_LINE, W_CAND, W_COLUMNS) = range(6)
"""Columns by operation: next and last by rank (one row more stands before the first and behind the last), the trial
in which it is re-timed in any case, its line or -1, and its candidate."""
(D_DIRTY, D_TOUCHED, D_BASE, D_COLUMNS) = range(4)
"""Columns by lane: the trial in which its last operation so far changed, in which any did; its last unmovable one."""


@search_kernel
def variant(ops: Ints, z: Ints, x: int) -> int:
    """Where the row of the variant of `x` begins in `z`."""
    return z[Z_VAR] + ops[x, VAR] * z[Z_VARW]


@search_kernel
def line_cost(ops: Ints, lines: Ints, ends: Ints, n: int) -> int:
    """Weighted tardiness of a line, and what a broken deadline costs."""
    done = -INF
    for i in range(lines[n, N_END0], lines[n, N_END1]):
        done = max(done, ops[ends[i], END] + ops[ends[i], TLAG])
    cost = lines[n, N_WEIGHT] * max(0, done - lines[n, N_DUE])
    return cost + BROKEN_WEIGHT * max(0, done - lines[n, N_LAST])


@search_kernel
def change_of(ops: Ints, x: int) -> int:
    """Working seconds of the changeover before `x`."""
    return max(0, ops[x, SETD]) + max(0, ops[x, DISD]) + max(0, ops[x, FETD])


@search_kernel
def give(ops: Ints, z: Ints, work: Ints, x: int, candidate: int) -> None:
    """Let `x`, which stands nowhere, be done as a candidate row says."""
    row = z[Z_CANDS] + candidate * K_COLUMNS
    work[x, W_CAND] = candidate
    ops[x, VAR], ops[x, DUR0], ops[x, SHOTS] = z[row + K_VAR], z[row + K_DUR], z[row + K_SHOTS]
    fresh(ops, z, x)
    v = variant(ops, z, x)
    for p in range(z[v + V_NPL]):
        ops[x, PLACES + p * P_WIDTH + P_LANE] = z[v + V_LANES + p]


@search_kernel
def clear(ops: Ints, z: Ints, lanes: Ints) -> None:
    """Leave on every lane only what may not move."""
    for lane in range(z[Z_NLANES]):
        a = lanes[lane, D_BASE]
        z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = a
        if a >= 0:
            ops[a, place_on(ops, z, a, lane) + P_NXT] = -1
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = -1


@search_kernel
def append(ops: Ints, z: Ints, x: int) -> None:
    """Put `x` behind all on its lanes, and time it."""
    v = variant(ops, z, x)
    for p in range(z[v + V_NPL]):
        column = PLACES + p * P_WIDTH
        lane = ops[x, column + P_LANE]
        a = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
        ops[x, column + P_PRV], ops[x, column + P_NXT] = a, -1
        if a >= 0:
            ops[a, place_on(ops, z, a, lane) + P_NXT] = x
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = x
        z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = x
    retime(ops, z, x)


@search_kernel
def number(ops: Ints, work: Ints, c: Ints) -> None:
    """Give all movable operations labels in their order, with room between them."""
    sentinel = work.shape[0] - 1
    label = c[C_LABEL0]
    x = work[sentinel, W_NEXT]
    while x != sentinel:
        label += STEP
        ops[x, LABEL] = label
        x = work[x, W_NEXT]


@search_kernel
def time_all(
    ops: Ints, z: Ints, lines: Ints, ends: Ints, work: Ints, lanes: Ints, late: Ints, c: Ints, order: Ints, chosen: Ints
) -> bool:
    """Lay all movable operations in this order, done as `chosen` says; False when not all fit into working time."""
    clear(ops, z, lanes)
    sentinel = work.shape[0] - 1
    last = sentinel
    for k in range(order.shape[0]):
        work[last, W_NEXT], work[order[k], W_BACK] = order[k], last
        last = order[k]
    work[last, W_NEXT], work[sentinel, W_BACK] = sentinel, last
    number(ops, work, c)
    label0, good = c[C_LABEL0], True
    c[:] = 0
    c[C_LABEL0] = label0
    work[:, W_FORCED] = 0
    lanes[:, D_DIRTY] = 0
    lanes[:, D_TOUCHED] = 0
    for k in range(order.shape[0]):
        x = order[k]
        give(ops, z, work, x, chosen[k])
        append(ops, z, x)
        c[C_CHANGE] += change_of(ops, x)
        good = good and ops[x, END] < INF
    for n in range(lines.shape[0]):
        lines[n, N_COST], lines[n, N_POS] = 0, -1
    if good:
        for n in range(lines.shape[0]):
            set_cost(lines, late, c, n, line_cost(ops, lines, ends, n))
    return good


@search_kernel
def leave(ops: Ints, z: Ints, work: Ints, lanes: Ints, x: int, stamp: int) -> None:
    """Take `x` out of its lanes and ranks."""
    v = variant(ops, z, x)
    for p in range(z[v + V_NPL]):
        column = PLACES + p * P_WIDTH
        lane, a, b = ops[x, column + P_LANE], ops[x, column + P_PRV], ops[x, column + P_NXT]
        if a >= 0:
            ops[a, place_on(ops, z, a, lane) + P_NXT] = b
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = b
        if b >= 0:
            ops[b, place_on(ops, z, b, lane) + P_PRV] = a
            work[b, W_FORCED] = stamp
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = a
        lanes[lane, D_TOUCHED] = stamp
    work[work[x, W_BACK], W_NEXT] = work[x, W_NEXT]
    work[work[x, W_NEXT], W_BACK] = work[x, W_BACK]


@search_kernel
def last_on(ops: Ints, z: Ints, work: Ints, lanes: Ints, lane: int, after: int, label: int) -> int:
    """The last operation on `lane` below `label`, which is the first label behind `after`; -1: none."""
    if z[z[Z_LANES] + lane * L_COLUMNS + L_KIND] == MOULD:
        a = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
        while a >= 0 and ops[a, LABEL] > label:
            a = ops[a, place_on(ops, z, a, lane) + P_PRV]
        return a
    sentinel = work.shape[0] - 1
    a = after
    while a != sentinel:
        if place_on(ops, z, a, lane) >= 0:
            return a
        a = work[a, W_BACK]
    return lanes[lane, D_BASE]


@search_kernel
def enter(ops: Ints, z: Ints, work: Ints, lanes: Ints, x: int, after: int, stamp: int) -> None:
    """Put `x`, whose label is set, behind `after` in the ranks, and into its lanes."""
    nxt = work[after, W_NEXT]
    work[after, W_NEXT], work[x, W_BACK] = x, after
    work[x, W_NEXT], work[nxt, W_BACK] = nxt, x
    work[x, W_FORCED] = stamp
    v = variant(ops, z, x)
    for p in range(z[v + V_NPL]):
        column = PLACES + p * P_WIDTH
        lane = ops[x, column + P_LANE]
        a = last_on(ops, z, work, lanes, lane, after, ops[x, LABEL])
        if a >= 0:
            at = place_on(ops, z, a, lane) + P_NXT
            b = ops[a, at]
            ops[a, at] = x
        else:
            b = z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD]
            z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = x
        ops[x, column + P_PRV], ops[x, column + P_NXT] = a, b
        if b >= 0:
            ops[b, place_on(ops, z, b, lane) + P_PRV] = x
            work[b, W_FORCED] = stamp
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = x
        lanes[lane, D_TOUCHED] = stamp
