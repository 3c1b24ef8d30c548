"""Dispatch rules on plain arrays: a machine that is free takes the waiting operation with the least key. Compiled."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from scheduler.arrays import INF, Ints
from scheduler.dispatch import heap_put, heap_take
from scheduler.improve.compiled import search_kernel
from scheduler.improve.sequences import arrival, run
from scheduler.improve.shop import (
    AFTER,
    DUR,
    END,
    IN0,
    IN1,
    K_OP,
    LINE,
    MACH,
    OUT0,
    OUT1,
    READY,
    START,
)


class DispatchRule(IntEnum):
    """What comes first, by the line's due time."""

    EDD = 0
    """Earliest due time."""
    SLACK = 1
    """Due less the work after the operation."""
    MOD = 2
    """Modified operation due time: `max(due - work after, now + its work)` (Baker and Bertrand 1982)."""
    MDD = 3
    """Modified due time: `max(due, now + the work left)`."""
    ATC = 4
    """Apparent tardiness cost: most `weight / work * exp(-slack / (k * mean work))` (Vepsalainen and Morton 1987)."""


SCALE = 1_000_000.0
OP_BITS = 20
OP = (1 << OP_BITS) - 1


@search_kernel
def key_of(ops: Ints, x: int, due: int, weight: int, now: int, rule: int, k: float, mean: float) -> float:
    """What is compared; the least goes first."""
    if rule == 0:
        return float(due)
    if rule == 1:
        return float(due - ops[x, AFTER])
    if rule == 2:
        return float(max(due - ops[x, AFTER], now + ops[x, DUR]))
    if rule == 3:
        return float(max(due, now + ops[x, AFTER] + ops[x, DUR]))
    slack = max(0, due - ops[x, AFTER] - ops[x, DUR] - now)
    return -SCALE * weight / ops[x, DUR] * np.exp(-slack / (k * mean))


@search_kernel
def dispatch(
    ops: Ints, links: Ints, free: Ints, z: Ints, due: Ints, weight: Ints, rule: int, k: float, order: Ints
) -> bool:
    """Dispatch all operations; `due` and `weight` are by operation. True when all fit into working time.

    Then `order` has them by their starts, and START and END their times.
    """
    count, machines, zero = ops.shape[0], free.shape[0], z[0]
    at = free.copy()
    waiting = np.zeros(count, np.int64)
    ready = np.empty(count, np.int64)
    room = np.zeros(machines + 1, np.int64)
    for i in range(count):
        room[ops[i, MACH] + 1] += 1
    for m in range(machines):
        room[m + 1] += room[m]
    queue, queued = np.empty(count, np.int64), np.zeros(machines, np.int64)
    events = np.empty(2 * count + machines + 1, np.int64)
    n = 0
    mean = 0.0
    for i in range(count):
        mean += ops[i, DUR] / count
        waiting[i] = ops[i, IN1] - ops[i, IN0]
        ready[i] = ops[i, READY]
        if waiting[i] == 0:
            heap_put(events, 0, n, ((max(ready[i], zero) - zero) << OP_BITS) + machines + i)
            n += 1
    for m in range(machines):
        heap_put(events, 0, n, ((max(at[m], zero) - zero) << OP_BITS) + m)
        n += 1
    touched = np.zeros(machines, np.int64)
    stack = np.empty(machines, np.int64)
    placed = 0
    while n > 0:
        t = events[0] >> OP_BITS
        tops = 0
        while n > 0 and events[0] >> OP_BITS == t:
            m = heap_take(events, 0, n) & OP
            n -= 1
            if m >= machines:
                i = m - machines
                m = ops[i, MACH]
                queue[room[m] + queued[m]] = i
                queued[m] += 1
            if touched[m] == 0:
                touched[m] = 1
                stack[tops] = m
                tops += 1
        now = t + zero
        for s in range(tops):
            m = stack[s]
            touched[m] = 0
            if queued[m] == 0 or at[m] > now:
                continue
            best, least = -1, 0.0
            for q in range(room[m], room[m] + queued[m]):
                key = key_of(ops, queue[q], due[queue[q]], weight[queue[q]], now, rule, k, mean)
                if best < 0 or key < least or (key == least and queue[q] < queue[best]):
                    best, least = q, key
            i = queue[best]
            queued[m] -= 1
            queue[best] = queue[room[m] + queued[m]]
            start, end = run(ops, z, i, max(now, ready[i]))
            if end >= INF:
                return False
            ops[i, START], ops[i, END] = start, end
            order[placed] = i
            placed += 1
            at[m] = end
            heap_put(events, 0, n, ((end - zero) << OP_BITS) + m)
            n += 1
            for e in range(ops[i, OUT0], ops[i, OUT1]):
                j = links[e, K_OP]
                waiting[j] -= 1
                if waiting[j] == 0:
                    for b in range(ops[j, IN0], ops[j, IN1]):
                        ready[j] = max(ready[j], arrival(ops, links, z, j, b))
                    heap_put(events, 0, n, ((max(ready[j], now) - zero) << OP_BITS) + machines + j)
                    n += 1
    return placed == count


@search_kernel
def due_of(ops: Ints, lines: Ints, links: Ints, ends: Ints, due: Ints, weight: Ints, order: Ints) -> None:
    """Due times and weights of all operations from the lines that they serve: the earliest; and the work AFTER each.

    `order` has predecessors first.
    """
    for i in range(due.shape[0]):
        due[i], weight[i] = INF, 1
        ops[i, AFTER] = 0
    for k in range(order.shape[0] - 1, -1, -1):
        i = order[k]
        n = ops[i, LINE]
        if n >= 0:
            due[i], weight[i] = lines[n, 0], lines[n, 1]
        for e in range(ops[i, OUT0], ops[i, OUT1]):
            j = links[e, K_OP]
            if due[j] < due[i]:
                due[i], weight[i] = due[j], weight[j]
            ops[i, AFTER] = max(ops[i, AFTER], ops[j, AFTER] + ops[j, DUR] + links[e, 1])
