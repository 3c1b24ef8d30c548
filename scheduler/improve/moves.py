"""Moves on a ranked list: made, swept through the ranks behind, and taken back when they cost too much. Compiled.

What reads nothing that changed is passed over: on its lanes, on the machine where its mould hangs, or of the mould that
hangs on its own.
"""

from __future__ import annotations

from scheduler.arrays import (
    DISD,
    E_COLUMNS,
    E_FROM,
    E_NIN,
    E_NOUT,
    E_TO,
    EIN,
    END,
    EOUT,
    FETD,
    INF,
    L_COLUMNS,
    L_LOC0,
    L_MOUNT0,
    LABEL,
    MOUNTED,
    P_LANE,
    P_PRV,
    P_WIDTH,
    PLACES,
    PLAIN,
    SETD,
    T_END,
    T_FIRST,
    T_TAILS,
    V_CLASS,
    V_MPL,
    V_NPL,
    Z_EDGES,
    Z_LANES,
    Ints,
)
from scheduler.improve.compiled import search_kernel
from scheduler.improve.ranked import (
    C_CHANGE,
    C_LABEL0,
    D_DIRTY,
    D_TOUCHED,
    STEP,
    W_BACK,
    W_CAND,
    W_FORCED,
    W_LINE,
    W_NEXT,
    change_of,
    enter,
    give,
    leave,
    line_cost,
    number,
    variant,
)
from scheduler.improve.sequences import C_COST, C_LINES, C_LOGGED, C_MOVED, C_STAMP, set_cost
from scheduler.improve.shop import N_COST
from scheduler.retime import retime

(M_OP, M_AFTER, M_CAND, M_OLD, M_OLDCAND, M_BEHIND, M_COLUMNS) = range(7)
"""Columns of a move: the operation, behind which other one by rank, with which candidate; filled in: as it was, and
what stood behind it."""


@search_kernel
def note(ops: Ints, log: Ints, c: Ints, x: int) -> None:
    """Note the times of `x` for an undo."""
    n = c[C_LOGGED]
    log[n, T_END] = x
    for k in range(T_FIRST, T_END):
        log[n, k] = ops[x, k]
    c[C_LOGGED] = n + 1


@search_kernel
def within_routing(ops: Ints, z: Ints, work: Ints, x: int, after: int) -> int:
    """Behind which operation `x` comes when it shall come behind `after`, or as near to that as its routing lets it.

    Never `x` itself: where it is, when that is nearest.
    """
    sentinel = work.shape[0] - 1
    if after == x:
        after = work[x, W_BACK]
    e = ops[x, EIN]
    while e >= 0:
        y = z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]
        if work[y, W_CAND] >= 0 and (after == sentinel or ops[y, LABEL] > ops[after, LABEL]):
            after = y
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
    e = ops[x, EOUT]
    while e >= 0:
        y = z[z[Z_EDGES] + e * E_COLUMNS + E_TO]
        if work[y, W_CAND] >= 0 and after != sentinel and ops[y, LABEL] <= ops[after, LABEL]:
            after = work[y, W_BACK]
            if after == x:
                after = work[x, W_BACK]
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NOUT]
    return after


@search_kernel
def switch(ops: Ints, z: Ints, work: Ints, c: Ints, x: int, candidate: int) -> None:
    """Let `x`, which stands nowhere now, be done in another way."""
    c[C_CHANGE] -= change_of(ops, x)
    give(ops, z, work, x, candidate)


@search_kernel
def put(ops: Ints, z: Ints, work: Ints, lanes: Ints, c: Ints, x: int, after: int) -> None:
    """Put `x`, which stands nowhere now, behind `after`, with a label between its neighbours'."""
    sentinel = work.shape[0] - 1
    low = ops[after, LABEL] if after != sentinel else c[C_LABEL0]
    nxt = work[after, W_NEXT]
    high = ops[nxt, LABEL] if nxt != sentinel else low + 2 * STEP
    ops[x, LABEL] = (low + high) // 2
    enter(ops, z, work, lanes, x, after, c[C_STAMP])
    if high - low < 4:
        number(ops, work, c)


@search_kernel
def move(ops: Ints, z: Ints, work: Ints, lanes: Ints, log: Ints, c: Ints, moves: Ints, k: int) -> None:
    """Make move `k`; its operation is timed later."""
    x = moves[k, M_OP]
    after = within_routing(ops, z, work, x, moves[k, M_AFTER])
    moves[k, M_OLD], moves[k, M_OLDCAND] = work[x, W_BACK], work[x, W_CAND]
    moves[k, M_BEHIND] = work[x, W_NEXT]
    note(ops, log, c, x)
    leave(ops, z, work, lanes, x, c[C_STAMP])
    if moves[k, M_CAND] != work[x, W_CAND]:
        switch(ops, z, work, c, x, moves[k, M_CAND])
    put(ops, z, work, lanes, c, x, after)


@search_kernel
def unmove(ops: Ints, z: Ints, work: Ints, lanes: Ints, c: Ints, moves: Ints, k: int) -> None:
    """Take move `k` back; times are restored apart."""
    x = moves[k, M_OP]
    leave(ops, z, work, lanes, x, c[C_STAMP])
    if moves[k, M_OLDCAND] != work[x, W_CAND]:
        switch(ops, z, work, c, x, moves[k, M_OLDCAND])
    put(ops, z, work, lanes, c, x, moves[k, M_OLD])


@search_kernel
def reads_changed(ops: Ints, z: Ints, lanes: Ints, x: int, stamp: int) -> bool:
    """Something that the times of `x` follow from may have changed: on its lanes, or where its moulds hang."""
    v = variant(ops, z, x)
    for p in range(z[v + V_NPL]):
        if lanes[ops[x, PLACES + p * P_WIDTH + P_LANE], D_DIRTY] == stamp:
            return True
    if z[v + V_CLASS] == PLAIN:
        return False
    lane, a = ops[x, PLACES + P_LANE], ops[x, PLACES + P_PRV]
    held = ops[a, MOUNTED] if a >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_MOUNT0]
    if held >= 0 and lanes[held, D_TOUCHED] == stamp:
        return True
    m = z[v + V_MPL]
    if m < 0:
        return False
    column = PLACES + m * P_WIDTH
    a = ops[x, column + P_PRV]
    at = ops[a, PLACES + P_LANE] if a >= 0 else z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_LOC0]
    return bool(at >= 0 and lanes[at, D_TOUCHED] == stamp)


@search_kernel
def sweep(
    ops: Ints, z: Ints, lines: Ints, ends: Ints, work: Ints, lanes: Ints, late: Ints, log: Ints, llog: Ints, c: Ints,
    first: int, limit: int,
) -> bool:  # fmt: skip
    """Re-time from `first` on by rank what is forced or reads what changed; False when lines cost over `limit`.

    Or when something does not fit into working time any more.
    """
    sentinel, stamp = work.shape[0] - 1, c[C_STAMP]
    x = first
    while x != sentinel:
        following = work[x, W_NEXT]
        if work[x, W_FORCED] != stamp and not reads_changed(ops, z, lanes, x, stamp):
            x = following
            continue
        n = c[C_LOGGED]
        note(ops, log, c, x)
        retime(ops, z, x)
        same = True
        for k in range(T_FIRST, T_TAILS):
            if ops[x, k] != log[n, k]:
                same = False
                break
        v = variant(ops, z, x)
        for p in range(z[v + V_NPL]):
            lane = ops[x, PLACES + p * P_WIDTH + P_LANE]
            lanes[lane, D_DIRTY] = 0 if same else stamp
            if not same:
                lanes[lane, D_TOUCHED] = stamp
        if same:
            c[C_LOGGED] = n
            x = following
            continue
        c[C_MOVED] += 1
        c[C_CHANGE] += (
            change_of(ops, x) - max(0, log[n, SETD]) - max(0, log[n, DISD]) - max(0, log[n, FETD])
        )  # fmt: skip
        if ops[x, END] >= INF:
            return False
        if ops[x, END] != log[n, END]:
            e = ops[x, EOUT]
            while e >= 0:
                work[z[z[Z_EDGES] + e * E_COLUMNS + E_TO], W_FORCED] = stamp
                e = z[z[Z_EDGES] + e * E_COLUMNS + E_NOUT]
            n = work[x, W_LINE]
            if n >= 0:
                cost = line_cost(ops, lines, ends, n)
                if cost != lines[n, N_COST]:
                    llog[c[C_LINES]] = n
                    c[C_LINES] += 1
                    set_cost(lines, late, c, n, cost)
                    if c[C_COST] > limit:
                        return False
        x = following
    return True


@search_kernel
def attempt(
    ops: Ints, z: Ints, lines: Ints, ends: Ints, work: Ints, lanes: Ints, late: Ints, log: Ints, llog: Ints, c: Ints,
    moves: Ints, count: int, limit: int, margin: int, weight: int,
) -> bool:  # fmt: skip
    """Make `count` moves, in this order; taken back, and False, when they cost over `limit`.

    What counts is `weight` times the lines' cost plus the seconds of changeovers; a sweep is given up where the lines
    alone cost so much and `margin` more.
    """
    change = c[C_CHANGE]
    c[C_STAMP] += 1
    c[C_LOGGED] = c[C_LINES] = 0
    sentinel = work.shape[0] - 1
    for k in range(count):
        move(ops, z, work, lanes, log, c, moves, k)
    first, low = sentinel, INF << 2
    for k in range(count):
        for x in (moves[k, M_OP], moves[k, M_BEHIND]):
            if x != sentinel and ops[x, LABEL] < low:
                first, low = x, ops[x, LABEL]
    most = limit // weight + margin
    if (
        sweep(ops, z, lines, ends, work, lanes, late, log, llog, c, first, most)
        and weight * c[C_COST] + c[C_CHANGE] <= limit
    ):
        return True
    for k in range(count - 1, -1, -1):
        unmove(ops, z, work, lanes, c, moves, k)
    for n in range(c[C_LOGGED] - 1, -1, -1):
        x = log[n, T_END]
        for k in range(T_FIRST, T_END):
            ops[x, k] = log[n, k]
    for k in range(c[C_LINES]):
        n = llog[k]
        set_cost(lines, late, c, n, line_cost(ops, lines, ends, n))
    c[C_CHANGE] = change
    return False
