"""Sequences of machines timed exactly: all at once, or what one change moves. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import INF, Ints
from scheduler.dispatch import heap_put
from scheduler.improve.compiled import search_kernel
from scheduler.improve.shop import (
    BROKEN_WEIGHT,
    CAL,
    CALW,
    CHUNK,
    DUR,
    END,
    IN0,
    IN1,
    K_LAG,
    K_OP,
    K_WLAG,
    LINE,
    LOGGED,
    MACH,
    MARK,
    N_COST,
    N_DATE,
    N_DUE,
    N_END0,
    N_END1,
    N_FROM,
    N_LAST,
    N_POS,
    N_UNTIL,
    N_WEIGHT,
    NXT,
    OUT0,
    OUT1,
    PLAIN,
    PRV,
    READY,
    SLOPE_S,
    START,
    TAIL,
)
from scheduler.worktime import backward, forward

(C_COST, C_STAMP, C_LOGGED, C_LINES, C_LATE, C_HEAP, C_TRIALS, C_TAKEN, C_FAILED, C_MOVED, C_FAR, C_COLUMNS) = range(12)
"""State: cost, number of the trial, length of the logs, of the list of late lines and of the heap; counts."""
OP_BITS = 20
OP = (1 << OP_BITS) - 1
"""A heap entry is twice the time by which an operation is re-timed, shifted by this many bits, plus the operation."""


@search_kernel
def run(ops: Ints, z: Ints, x: int, ready: int) -> tuple[int, int]:
    """Earliest start at or after `ready`, and the end."""
    if ops[x, CAL] == PLAIN:
        return (ready, ready + ops[x, DUR])
    return forward(ops, z, ops[x, CAL], ready, ops[x, DUR], ops[x, CHUNK])


@search_kernel
def arrival(ops: Ints, links: Ints, z: Ints, x: int, e: int) -> int:
    """When the predecessor of link `e` lets `x` start."""
    t = ops[links[e, K_OP], END] + links[e, K_LAG]
    if links[e, K_WLAG] > 0:
        if ops[x, CAL] == PLAIN:
            return t + links[e, K_WLAG]
        _, t = forward(ops, z, ops[x, CALW], t, links[e, K_WLAG], 0)
    return t


@search_kernel
def earliest(ops: Ints, links: Ints, free: Ints, z: Ints, x: int) -> int:
    """When what comes before `x` lets it start."""
    t = ops[x, READY]
    p = ops[x, PRV]
    t = max(t, ops[p, END] if p >= 0 else free[ops[x, MACH]])
    for e in range(ops[x, IN0], ops[x, IN1]):
        t = max(t, arrival(ops, links, z, x, e))
    return t


@search_kernel
def line_cost(ops: Ints, lines: Ints, ends: Ints, n: int) -> int:
    """Weighted tardiness of a line, and what another day than its own and a broken deadline cost."""
    done = -INF
    for i in range(lines[n, N_END0], lines[n, N_END1]):
        done = max(done, ops[ends[i], END] + ops[ends[i], TAIL])
    cost = lines[n, N_WEIGHT] * max(0, done - lines[n, N_DUE])
    if lines[n, N_DATE] > 0:
        missed = max(lines[n, N_FROM] - done, done - lines[n, N_UNTIL] + 1)
        if missed > 0:
            cost += lines[n, N_DATE] * (7 * SLOPE_S + 3 * min(missed, SLOPE_S)) // (10 * SLOPE_S)
    return cost + BROKEN_WEIGHT * max(0, done - lines[n, N_LAST])


@search_kernel
def set_cost(lines: Ints, late: Ints, c: Ints, n: int, cost: int) -> None:
    """Note what a line costs now, and whether it is among the late."""
    c[C_COST] += cost - lines[n, N_COST]
    lines[n, N_COST] = cost
    at = lines[n, N_POS]
    if cost > 0 and at < 0:
        lines[n, N_POS] = c[C_LATE]
        late[c[C_LATE]] = n
        c[C_LATE] += 1
    elif cost == 0 and at >= 0:
        c[C_LATE] -= 1
        moved = late[c[C_LATE]]
        late[at] = moved
        lines[moved, N_POS] = at
        lines[n, N_POS] = -1


@search_kernel
def time_all(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, z: Ints, order: Ints, late: Ints, c: Ints
) -> bool:
    """Link the machines as `order` (of which each operation's predecessors come first) has them, and time all."""
    last = np.full(free.shape[0], -1, np.int64)
    good = True
    for k in range(order.shape[0]):
        x = order[k]
        m = ops[x, MACH]
        ops[x, PRV], ops[x, NXT] = last[m], -1
        if last[m] >= 0:
            ops[last[m], NXT] = x
        last[m] = x
        ops[x, START], ops[x, END] = run(ops, z, x, earliest(ops, links, free, z, x))
        ops[x, MARK] = 0
        ops[x, LOGGED] = 0
        good = good and ops[x, END] < INF
    c[:] = 0
    for n in range(lines.shape[0]):
        lines[n, N_COST], lines[n, N_POS] = 0, -1
    for n in range(lines.shape[0]):
        set_cost(lines, late, c, n, line_cost(ops, lines, ends, n))
    return good


@search_kernel
def wake(ops: Ints, heap: Ints, c: Ints, x: int, key: int) -> None:
    """Queue `x` for re-timing."""
    if x >= 0 and ops[x, MARK] == 0:
        ops[x, MARK] = 1
        heap_put(heap, 0, c[C_HEAP], (key << OP_BITS) + x)
        c[C_HEAP] += 1


@search_kernel
def shift(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, z: Ints, late: Ints, heap: Ints, log: Ints,
    llog: Ints, c: Ints, most: int, limit: int,
) -> bool:  # fmt: skip
    """Re-time all that is queued and what it moves; False when that is more than `most`, or costs over `limit`.

    One long body: a call per operation that hands arrays on costs more than the re-timing itself.
    """
    zero = z[0]
    stamp, cost_now, queued, logged, lined, done = c[C_STAMP], c[C_COST], c[C_HEAP], c[C_LOGGED], c[C_LINES], 0
    good = True
    while queued > 0:
        # Take the least of the heap.
        x = heap[0] & OP
        queued -= 1
        if queued > 0:
            entry = heap[queued]
            i = 0
            child = 1
            while child < queued:
                if child + 1 < queued and heap[child + 1] < heap[child]:
                    child += 1
                if entry <= heap[child]:
                    break
                heap[i] = heap[child]
                i = child
                child = 2 * i + 1
            heap[i] = entry
        ops[x, MARK] = 0
        p = ops[x, PRV]
        t = max(ops[x, READY], ops[p, END] if p >= 0 else free[ops[x, MACH]])
        plain = ops[x, CAL] == PLAIN
        for e in range(ops[x, IN0], ops[x, IN1]):
            there = ops[links[e, K_OP], END] + links[e, K_LAG]
            if links[e, K_WLAG] > 0:
                if plain:
                    there += links[e, K_WLAG]
                else:
                    _, there = forward(ops, z, ops[x, CALW], there, links[e, K_WLAG], 0)
            t = max(t, there)
        end = t + ops[x, DUR]
        if not plain:
            t, end = forward(ops, z, ops[x, CAL], t, ops[x, DUR], ops[x, CHUNK])
        old = ops[x, END]
        if end == old and t == ops[x, START]:
            continue
        done += 1
        if end >= INF or done > most:
            good = False
            break
        if ops[x, LOGGED] != stamp:
            ops[x, LOGGED] = stamp
            log[logged, 0], log[logged, 1], log[logged, 2] = x, ops[x, START], old
            logged += 1
        ops[x, START], ops[x, END] = t, end
        if end == old:
            continue
        n = ops[x, LINE]
        if n >= 0:
            cost = line_cost(ops, lines, ends, n)
            if cost != lines[n, N_COST]:
                llog[lined] = n
                lined += 1
                c[C_COST] = cost_now
                set_cost(lines, late, c, n, cost)
                cost_now = c[C_COST]
                if cost_now > limit or lined >= llog.shape[0] - 1:
                    good = False
                    break
        # Queue what comes next on the machine and in the routing.
        for e in range(ops[x, OUT0] - 1, ops[x, OUT1]):
            y = links[e, K_OP] if e >= ops[x, OUT0] else ops[x, NXT]
            if y >= 0 and ops[y, MARK] == 0:
                ops[y, MARK] = 1
                entry = ((2 * (ops[y, START] - zero)) << OP_BITS) + y
                i = queued
                queued += 1
                while i > 0:
                    parent = (i - 1) >> 1
                    if heap[parent] <= entry:
                        break
                    heap[i] = heap[parent]
                    i = parent
                heap[i] = entry
    c[C_HEAP], c[C_LOGGED], c[C_LINES], c[C_COST] = queued, logged, lined, cost_now
    c[C_MOVED] += done
    return good


@search_kernel
def take_back(ops: Ints, lines: Ints, ends: Ints, late: Ints, heap: Ints, log: Ints, llog: Ints, c: Ints) -> None:
    """Restore times and costs of the last trial."""
    while c[C_HEAP] > 0:
        c[C_HEAP] -= 1
        ops[heap[c[C_HEAP]] & OP, MARK] = 0
    for i in range(c[C_LOGGED]):
        x = log[i, 0]
        ops[x, START], ops[x, END] = log[i, 1], log[i, 2]
    for i in range(c[C_LINES]):
        n = llog[i]
        set_cost(lines, late, c, n, line_cost(ops, lines, ends, n))


@search_kernel
def latest_starts(ops: Ints, links: Ints, lines: Ints, z: Ints, order: Ints, tails: Ints) -> None:
    """Latest start of each operation, in these sequences, with which no line ends later than it does or is due.

    `order` has what comes first first. All operations may start as late as that at once.
    """
    for k in range(order.shape[0] - 1, -1, -1):
        x = order[k]
        limit = INF
        n = ops[x, LINE]
        if n >= 0:
            limit = max(lines[n, N_DUE] - ops[x, TAIL], ops[x, END])
            limit = max(ops[x, END], min(limit, lines[n, N_LAST] - ops[x, TAIL]))
        if ops[x, NXT] >= 0:
            limit = min(limit, tails[ops[x, NXT]])
        for e in range(ops[x, OUT0], ops[x, OUT1]):
            y = links[e, K_OP]
            t = tails[y]
            if links[e, K_WLAG] > 0:
                if ops[y, CAL] == PLAIN:
                    t -= links[e, K_WLAG]
                else:
                    t = backward(ops, z, ops[y, CALW], t, links[e, K_WLAG], 0)
            limit = min(limit, t - links[e, K_LAG])
        if ops[x, CAL] == PLAIN:
            tails[x] = limit - ops[x, DUR]
        else:
            tails[x] = backward(ops, z, ops[x, CAL], limit, ops[x, DUR], ops[x, CHUNK])


@search_kernel
def sorted_by_machines(ops: Ints, links: Ints, order: Ints) -> bool:
    """Write into `order` an order in which what comes first on machines and in routings comes first; False: none."""
    count = ops.shape[0]
    waiting = np.zeros(count, np.int64)
    n = 0
    for x in range(count):
        waiting[x] = ops[x, IN1] - ops[x, IN0] + (ops[x, PRV] >= 0)
        if waiting[x] == 0:
            order[n] = x
            n += 1
    k = 0
    while k < n:
        x = order[k]
        k += 1
        for e in range(ops[x, OUT0] - 1, ops[x, OUT1]):
            y = links[e, K_OP] if e >= ops[x, OUT0] else ops[x, NXT]
            if y >= 0:
                waiting[y] -= 1
                if waiting[y] == 0:
                    order[n] = y
                    n += 1
    return n == count
