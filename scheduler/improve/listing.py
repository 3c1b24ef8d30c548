"""Dispatch rules on ranked lists: of what can begin about now the least key goes next, timed exactly. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    CAND0,
    COL,
    COLC,
    E_COLUMNS,
    E_FROM,
    E_LAG,
    E_NIN,
    E_NOUT,
    E_TO,
    E_WLAG,
    EIN,
    END,
    EOUT,
    INF,
    K_COLUMNS,
    K_DUR,
    K_VAR,
    L_CLASS,
    L_COL0,
    L_COLUMNS,
    L_FREE0,
    L_LAST,
    L_LOC0,
    L_MAT0,
    L_MOUNT0,
    LABEL,
    MAT,
    MATC,
    MOUNTED,
    NBV,
    NCAND,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    PLAIN,
    S_FLOOR,
    SFREE,
    TLAG,
    V_CLASS,
    V_LANES,
    V_MPL,
    V_NPL,
    V_SPL,
    Z_CANDS,
    Z_COLOUR,
    Z_COLOURS,
    Z_COMBINE,
    Z_DISMOUNT,
    Z_EDGES,
    Z_LANES,
    Z_MATERIAL,
    Z_MATERIALS,
    Z_MOUNT,
    Z_NLANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.dispatch import ITEM, ITEM_BITS, heap_put, heap_take
from scheduler.improve.compiled import search_kernel
from scheduler.improve.ranked import C_LABEL0, STEP, W_CAND, W_LINE, append, clear, give, variant
from scheduler.improve.shop import N_DUE, N_WEIGHT
from scheduler.retime import retime, run_ready

SCALE = 1_000_000.0
FAR = 1 << 36
"""Beyond all times of a plan, and small enough for an entry of the heap."""
(G_DUE, G_WEIGHT, G_AFTER, G_WAITING, G_READY, G_COLUMNS) = range(6)
"""By operation: due time and weight of the line that it serves, the work after it, what it waits for, when it may."""


@search_kernel
def lane_free(ops: Ints, z: Ints, lane: int) -> int:
    """When the last on a lane is done."""
    a = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
    return ops[a, END] if a >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_FREE0]


@search_kernel
def changeover(ops: Ints, z: Ints, x: int, v: int, lane: int) -> int:
    """Working seconds of the changeover if `x` went next on a machine, its mould fetched or not."""
    klass = z[v + V_CLASS]
    if klass == PLAIN:
        return 0
    a = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
    if a >= 0:
        held, colour, material = ops[a, MOUNTED], ops[a, COLC], ops[a, MATC]
    else:
        row = z[Z_LANES] + lane * L_COLUMNS
        held, colour, material = z[row + L_MOUNT0], z[row + L_COL0], z[row + L_MAT0]
    spent = mounting = 0
    m = z[v + V_MPL]
    if m >= 0:
        mould = z[v + V_LANES + m]
        p = z[z[Z_LANES] + mould * L_COLUMNS + L_LAST]
        at = ops[p, PLACES + P_LANE] if p >= 0 else z[z[Z_LANES] + mould * L_COLUMNS + L_LOC0]
        if held != mould or (at >= 0 and at != lane):
            if held >= 0 and held != mould and klass >= 0:
                spent += z[z[Z_DISMOUNT] + klass * z[Z_NLANES] + held]
            if at >= 0 and at != lane:
                other = z[z[Z_LANES] + at * L_COLUMNS + L_CLASS]
                last = z[z[Z_LANES] + at * L_COLUMNS + L_LAST]
                hangs = last < 0 or ops[last, MOUNTED] == mould
                spent += z[z[Z_DISMOUNT] + other * z[Z_NLANES] + mould] if other >= 0 and hangs else 0
            mounting = z[z[Z_MOUNT] + klass * z[Z_NLANES] + mould] if klass >= 0 else 0
    if klass < 0:
        return spent
    c = o = 0
    if colour >= 0 and ops[x, COL] >= 0:
        c = z[z[Z_COLOUR] + (klass * z[Z_COLOURS] + colour) * z[Z_COLOURS] + ops[x, COL]]
    if material >= 0 and ops[x, MAT] >= 0:
        o = z[z[Z_MATERIAL] + (klass * z[Z_MATERIALS] + material) * z[Z_MATERIALS] + ops[x, MAT]]
    return spent + (max(mounting, c, o) if z[z[Z_COMBINE] + klass] else mounting + c + o)


@search_kernel
def outlook(ops: Ints, z: Ints, x: int, ready: int) -> tuple[int, int, int]:
    """About when `x` could begin its visit next, its changeover, and its run, in its best way by a rough count."""
    best_end, best_visit, best_change, best_run = INF, INF, 0, 1
    for k in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
        row = z[Z_CANDS] + k * K_COLUMNS
        v = z[Z_VAR] + z[row + K_VAR] * z[Z_VARW]
        change = changeover(ops, z, x, v, z[v + V_LANES])
        visit = max(ready - change, ops[x, NBV], z[S_FLOOR])
        for p in range(z[v + V_NPL]):
            lane = z[v + V_LANES + p]
            if p == z[v + V_SPL]:
                b = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
                if change > 0 and b >= 0:
                    visit = max(visit, ops[b, SFREE])
            else:
                visit = max(visit, lane_free(ops, z, lane))
        end = max(visit + change, ready) + z[row + K_DUR]
        if end < best_end:
            best_end, best_visit, best_change, best_run = end, visit, change, z[row + K_DUR]
    return best_visit, best_change, best_run


@search_kernel
def best_way(ops: Ints, z: Ints, work: Ints, x: int, label: int) -> int:
    """The candidate with which `x` ends first behind all others."""
    ops[x, LABEL] = label
    best, best_end = ops[x, CAND0], INF << 1
    for k in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
        give(ops, z, work, x, k)
        v = variant(ops, z, x)
        for p in range(z[v + V_NPL]):
            column = PLACES + p * P_WIDTH
            ops[x, column + P_PRV] = z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_LAST]
            ops[x, column + P_NXT] = -1
        retime(ops, z, x)
        if ops[x, END] < best_end:
            best, best_end = k, ops[x, END]
    return best


@search_kernel
def wanted(ops: Ints, z: Ints, lines: Ints, work: Ints, rows: Ints, goal: Ints) -> None:
    """Fill in due times, weights, work that comes after, and how many movable operations each waits for.

    `rows` are in rank order.
    """
    for i in range(rows.shape[0]):
        goal[rows[i], G_DUE], goal[rows[i], G_WEIGHT], goal[rows[i], G_AFTER] = INF, 1, 0
        goal[rows[i], G_WAITING] = 0
    for i in range(rows.shape[0] - 1, -1, -1):
        x = rows[i]
        n = work[x, W_LINE]
        if n >= 0:
            goal[x, G_DUE], goal[x, G_WEIGHT] = lines[n, N_DUE] - max(0, ops[x, TLAG]), lines[n, N_WEIGHT]
        run = z[z[Z_CANDS] + ops[x, CAND0] * K_COLUMNS + K_DUR]
        e = ops[x, EIN]
        while e >= 0:
            row = z[Z_EDGES] + e * E_COLUMNS
            y = z[row + E_FROM]
            if goal[x, G_DUE] < goal[y, G_DUE]:
                goal[y, G_DUE], goal[y, G_WEIGHT] = goal[x, G_DUE], goal[x, G_WEIGHT]
            lag = z[row + E_LAG] + z[row + E_WLAG]
            goal[y, G_AFTER] = max(goal[y, G_AFTER], goal[x, G_AFTER] + run + lag)
            e = z[row + E_NIN]


@search_kernel
def key_of(goal: Ints, x: int, run: int, change: int, now: int, rule: int, ahead: float, spread: float) -> float:
    """What is compared; the least goes first. `ahead` and `spread`: seconds by which urgency and changeovers fade."""
    due, after = goal[x, G_DUE], goal[x, G_AFTER]
    if rule == 0:
        return float(due)
    if rule == 1:
        return float(due - after)
    if rule == 2:
        return float(max(due - after, now + change + run))
    if rule == 3:
        return float(max(due, now + after + change + run))
    slack = max(0, due - after - run - now)
    return -SCALE * max(goal[x, G_WEIGHT], 1e-6) / run * np.exp(-slack / ahead - change / spread)


@search_kernel
def dispatch(
    ops: Ints, z: Ints, work: Ints, lanes: Ints, goal: Ints, rows: Ints, rule: int, ahead: float, spread: float,
    patience: int, c: Ints, order: Ints, chosen: Ints,
) -> bool:  # fmt: skip
    """List all operations: of those that can begin within `patience` of the first, the least key; False: no room.

    When an operation can begin is worked out again only when it could be its turn: lanes only fill up, so what was
    worked out before is the earliest.
    """
    clear(ops, z, lanes)
    count, zero = rows.shape[0], z[S_FLOOR]
    heap = np.empty(count + 1, np.int64)
    held, visit = np.empty(count, np.int64), np.empty(count, np.int64)
    change, run = np.empty(count, np.int64), np.empty(count, np.int64)
    waiting = np.zeros(ops.shape[0], np.int64)
    for i in range(count):
        work[rows[i], W_CAND] = ops[rows[i], CAND0]
    n = 0
    for i in range(count):
        x = rows[i]
        e = ops[x, EIN]
        while e >= 0:
            if work[z[z[Z_EDGES] + e * E_COLUMNS + E_FROM], W_CAND] >= 0:
                waiting[x] += 1
            e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
        if waiting[x] == 0:
            n = await_turn(ops, z, goal, heap, n, x)
    label = c[C_LABEL0]
    for placed in range(count):
        first, h = INF, 0
        while n > 0 and (heap[0] >> ITEM_BITS) + zero <= first + patience:
            x = heap_take(heap, 0, n) & ITEM
            n -= 1
            held[h] = x
            visit[h], change[h], run[h] = outlook(ops, z, x, goal[x, G_READY])
            first = min(first, visit[h])
            h += 1
        best, least = -1, 0.0
        for i in range(h):
            if visit[i] > first + patience:
                continue
            key = key_of(goal, held[i], run[i], change[i], visit[i], rule, ahead, spread)
            if best < 0 or key < least or (key == least and held[i] < held[best]):
                best, least = i, key
        if best < 0 or first >= INF:
            return False
        for i in range(h):
            if i != best:
                heap_put(heap, 0, n, ((min(visit[i], FAR) - zero) << ITEM_BITS) + held[i])
                n += 1
        x = held[best]
        label += STEP
        k = best_way(ops, z, work, x, label)
        give(ops, z, work, x, k)
        append(ops, z, x)
        if ops[x, END] >= INF:
            return False
        order[placed], chosen[placed] = x, k
        e = ops[x, EOUT]
        while e >= 0:
            y = z[z[Z_EDGES] + e * E_COLUMNS + E_TO]
            if work[y, W_CAND] >= 0:
                waiting[y] -= 1
                if waiting[y] == 0:
                    n = await_turn(ops, z, goal, heap, n, y)
            e = z[z[Z_EDGES] + e * E_COLUMNS + E_NOUT]
    return True


@search_kernel
def await_turn(ops: Ints, z: Ints, goal: Ints, heap: Ints, n: int, x: int) -> int:
    """Queue `x`, before which all has been listed, by when it could begin; the length of the queue."""
    goal[x, G_READY] = max(run_ready(ops, z, x), ops[x, NBV])
    visit, _, _ = outlook(ops, z, x, goal[x, G_READY])
    heap_put(heap, 0, n, ((min(visit, FAR) - z[S_FLOOR]) << ITEM_BITS) + x)
    return n + 1
