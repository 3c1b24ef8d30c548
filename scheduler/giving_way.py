"""A dispatch in which all keeps its old turn, but for what gives way so that promises hold. Compiled.

A machine that stood still falls behind by as much work as it missed, and what it does late has other machines fall
behind. Each takes its work in the old order. While not all of that can be done in time, the order whose work there is
longest and may wait longest gives way: it has until its promise then, no longer until the old start of its next work.
Where none is left that can, one promise is given up (after Moore 1968, with several due times).
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import INF, L_CAL, L_COLUMNS, Z_LANES, Z_NLANES, Ints
from scheduler.dispatch import (
    D_CAL,
    D_CALW,
    D_CHUNK,
    D_DUR,
    D_FIRST,
    D_FROM,
    D_LANE,
    D_LINE,
    D_OPEN,
    D_READY,
    D_WAITING,
    ITEM,
    ITEM_BITS,
    heap_put,
    heap_take,
)
from scheduler.improve.folder import kernel_of
from scheduler.worktime import align, backward, forward, work_at

NEVER = 1 << 38
"""Beyond every sum of working seconds; what is due by then or later comes where nobody is in time by its waiting."""
PRIORITIES = 2520
"""Divisible by every weight."""
SEEN = 4000
"""So many operations of a machine's queue are looked at."""
OLD, PROMISED = 0, 1
"""Levels of a line: due by the old start of its next work, by its promise; on those above that it is late."""

giving_kernel = kernel_of("giving_way", __file__)


@giving_kernel
def between(ops: Ints, z: Ints, dense: Ints, links: Ints, limits: Ints, stood: Ints, percent: int) -> Ints:
    """When each operation has to begin at the latest for nothing to end after its limit.

    What comes after it may use up so many percent of the time that it has from its old start on.
    """
    count = dense.shape[0] - 1
    found = np.empty(count, np.int64)
    for i in range(count - 1, -1, -1):
        t = limits[i]
        for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
            j = links[e, 0]
            limit = found[j]
            if -INF < limit < INF:
                if limit > stood[j]:
                    limit = stood[j] + (limit - stood[j]) * percent // 100
                limit -= links[e, 1]
                if links[e, 2] > 0:
                    limit = backward(ops, z, dense[j, D_CALW], limit, links[e, 2], 0)
            t = min(t, limit)
        found[i] = backward(ops, z, dense[i, D_CAL], t, dense[i, D_DUR], dense[i, D_CHUNK]) if t > -INF else -INF
    return found


@giving_kernel
def in_order(ops: Ints, z: Ints, dense: Ints, links: Ints, free0: Ints, order: Ints, starts: Ints, ends: Ints) -> int:
    """Time operations that every machine does in this order, idle until the next is ready; how many were placed."""
    count: int = dense.shape[0] - 1
    free = free0.copy()
    for i in range(count):
        dense[i, D_FROM] = dense[i, D_READY]
    for q in range(count):
        i = order[q]
        lane = dense[i, D_LANE]
        begin = max(free[lane], dense[i, D_FROM])
        starts[i], end = forward(ops, z, dense[i, D_CAL], begin, dense[i, D_DUR], dense[i, D_CHUNK])
        if end >= INF:
            return q
        ends[i] = free[lane] = end
        for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
            j = links[e, 0]
            at = end + links[e, 1]
            if links[e, 2] > 0:
                _, at = forward(ops, z, dense[j, D_CALW], at, links[e, 2], 0)
            dense[j, D_FROM] = max(dense[j, D_FROM], at)
    return count


@giving_kernel
def taken(queue: Ints, head: int, end: int, i: int) -> int:
    """Take an operation out of a machine's queue; where that begins then."""
    p = head
    while p < end - 1 and queue[p] != i:
        p += 1
    while p > head:
        queue[p] = queue[p - 1]
        p -= 1
    return head + 1


@giving_kernel
def queued(queue: Ints, head: int, end: int, due: Ints, i: int) -> int:
    """Put an operation into a machine's queue, which is in order of due times; where that begins then."""
    p = head - 1
    while p + 1 < end and (due[queue[p + 1]], queue[p + 1]) < (due[i], i):
        queue[p] = queue[p + 1]
        p += 1
    queue[p] = i
    return head - 1


@giving_kernel
def rooms(dense: Ints, queue: Ints, head: int, end: int, due: Ints, w: int, room: Ints) -> int:
    """The first place in a queue that is late when all is done in its order from `w` on, without a pause; -1 if none.

    `room` is by how much all before each place could begin later.
    """
    least = NEVER
    for p in range(head, end):
        i = queue[p]
        room[p] = least
        if due[i] < NEVER:
            w += dense[i, D_DUR]
            if w > due[i]:
                return p
            least = min(least, due[i] - w)
    return -1


@giving_kernel
def to_give(
    dense: Ints, queue: Ints, head: int, late: int, dues: Ints, level: Ints, weight: Ints, w: int
) -> tuple[int, int]:  # fmt: skip
    """The operation whose line is to be due later for the place `late` in a queue to be in time, and its level then.

    First what may wait until its promise, the longest that may wait longest; then what is late in any case; and then
    one promise is given up, for the longest work of the least weight.
    """
    by = queue[late]
    top = dues.shape[0]
    now = level[dense[by, D_LINE]]
    limit = dues[now, by]
    chosen, to, most = -1, top, 0
    for p in range(head, late + 1):
        i = queue[p]
        if level[dense[i, D_LINE]] == OLD and dues[PROMISED, i] > limit:
            gain = (dues[PROMISED, i] - max(limit, w)) * dense[i, D_DUR]
            if gain > most:
                chosen, to, most = i, PROMISED, gain
    if chosen >= 0:
        return chosen, to
    for p in range(head, late + 1):
        i = queue[p]
        now = level[dense[i, D_LINE]]
        if PROMISED < now < top:
            gain = max(1, dense[i, D_DUR]) * PRIORITIES // (weight[dense[i, D_LINE]] * now)
            if chosen < 0 or gain > most:
                chosen, most = i, gain
    if chosen < 0:
        for p in range(head, late + 1):
            i = queue[p]
            if level[dense[i, D_LINE]] <= PROMISED:
                gain = max(1, dense[i, D_DUR]) * PRIORITIES // weight[dense[i, D_LINE]]
                if chosen < 0 or gain > most:
                    chosen, most = i, gain
    to = max(PROMISED, level[dense[chosen, D_LINE]]) + 1
    while to < top and dues[to, chosen] <= limit:
        to += 1
    return chosen, to


@giving_kernel
def choose(
    dense: Ints, turn: Ints, first: int, queue: Ints, head: int, end: int, due: Ints, level: Ints, done: Ints,
    ready: Ints, stood_w: Ints, from_w: Ints, w: int, early_w: int, wait_w: int, room: Ints, top: int,
) -> tuple[int, int]:  # fmt: skip
    """What a free machine does at `w`, -1 for nothing; then what it waits for, -1 for whatever comes.

    What is first in its old turn; what gave way, or is late, in the time before that was to begin. Neither where
    something due sooner would be late by it: then what can be done before that, or it is waited for.
    """
    pick = awaited = -1
    for p in range(first, end):
        i = turn[p]
        if not done[i] and level[dense[i, D_LINE]] == OLD:
            if ready[i]:
                pick = i
                break
            # What is late loses its turn until it comes.
            if from_w[i] <= stood_w[i] and stood_w[i] > w:
                awaited = i
                break
    until_w = NEVER
    if pick >= 0 or awaited >= 0:
        until_w = stood_w[max(pick, awaited)]
    urgent = fits = soon = -1
    in_time = False
    for p in range(head, min(end, head + SEEN)):
        i = queue[p]
        now = level[dense[i, D_LINE]]
        if ready[i]:
            fit = dense[i, D_DUR] <= room[p]
            if now > OLD and fit and w + dense[i, D_DUR] <= until_w + early_w:
                return i, -1
            if urgent < 0:
                urgent = i
            if fits < 0 and now < top and fit:
                fits = i
            if i == pick:
                in_time = fit
        elif soon < 0 and now < top and from_w[i] > w:
            soon = i
    if pick >= 0 and not in_time:
        if fits >= 0:
            return fits, -1
        if soon >= 0 and from_w[soon] - w <= wait_w:
            return -1, soon
        return urgent, -1
    if pick < 0 and awaited < 0:
        return urgent, -1
    waited_for = pick < 0 and urgent >= 0 and level[dense[urgent, D_LINE]] > OLD
    if waited_for and due[urgent] - dense[urgent, D_DUR] <= until_w:
        return urgent, -1
    return pick, awaited


@giving_kernel
def give_way(
    ops: Ints, z: Ints, dense: Ints, links: Ints, free0: Ints, offset: Ints, turn: Ints, calm: Ints, stood_w: Ints,
    dues: Ints, weight: Ints, early_w: int, wait_w: int, level: Ints, starts: Ints,
) -> int:  # fmt: skip
    """Dispatch operations on one machine each as they stood, but for what gives way; returns how many were placed.

    `turn` has the operations of each machine in their old order, those of a machine that is `calm` keep it. `dues` are
    the ends in working seconds by which each is due on each level, that of lines is in `level` before and after.
    `weight` is by line. What gave way may begin where the next has to wait for it `early_w` at most. A machine waits up
    to `wait_w` for what would be late if it did other work first.
    """
    lanes = z[Z_NLANES]
    count = dense.shape[0] - 1
    top = dues.shape[0]
    free = free0.copy()
    touched, stack = np.zeros(lanes, np.int64), np.empty(lanes, np.int64)
    done, ready = np.zeros(count, np.int64), np.zeros(count, np.int64)
    from_w, due, room = stood_w.copy(), np.empty(count, np.int64), np.empty(count, np.int64)
    first, head, queue = offset.copy(), offset.copy(), turn.copy()
    # A machine is asked when it is free, when something is ready, and when something was to begin that it waits for.
    events = np.empty(4 * (count + lanes) + 1, np.int64)
    n_events = 0
    for i in range(count):
        now = level[dense[i, D_LINE]]
        due[i] = dues[now, i] if now < top else NEVER + stood_w[i]
        dense[i, D_OPEN], dense[i, D_FROM] = dense[i, D_WAITING], dense[i, D_READY]
        if dense[i, D_OPEN] == 0:
            at = align(ops, z, dense[i, D_CAL], dense[i, D_READY])
            if at < INF:
                heap_put(events, 0, n_events, (at << ITEM_BITS) + lanes + i)
                n_events += 1
    for lane in range(lanes):
        a, b = offset[lane], offset[lane + 1]
        if b > a:
            queue[a:b] = queue[a:b][np.argsort(due[queue[a:b]], kind="mergesort")]
            at = align(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], free[lane])
            if at < INF:
                heap_put(events, 0, n_events, (at << ITEM_BITS) + lane)
                n_events += 1
    placed = 0
    while n_events > 0:
        t = events[0] >> ITEM_BITS
        n = 0
        while n_events > 0 and events[0] >> ITEM_BITS == t:
            lane = heap_take(events, 0, n_events) & ITEM
            n_events -= 1
            if lane >= lanes:
                i = lane - lanes
                lane = dense[i, D_LANE]
                ready[i] = 1
            if not touched[lane]:
                touched[lane] = 1
                stack[n] = lane
                n += 1
        for q in range(n):
            lane = stack[q]
            touched[lane] = 0
            end = offset[lane + 1]
            while first[lane] < end and done[turn[first[lane]]]:
                first[lane] += 1
            if free[lane] > t or first[lane] >= end:
                continue
            i = turn[first[lane]]
            awaited = -1
            if calm[lane]:
                if not ready[i]:
                    continue
            else:
                w = work_at(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], t)
                while True:
                    late = rooms(dense, queue, head[lane], min(end, head[lane] + SEEN), due, w, room)
                    if late < 0:
                        break
                    x, to = to_give(dense, queue, head[lane], late, dues, level, weight, w)
                    line = dense[x, D_LINE]
                    level[line] = to
                    while x > 0 and dense[x - 1, D_LINE] == line:
                        x -= 1
                    while x < count and dense[x, D_LINE] == line:
                        if not done[x]:
                            on = dense[x, D_LANE]
                            head[on] = taken(queue, head[on], offset[on + 1], x)
                            due[x] = dues[to, x] if to < top else NEVER + stood_w[x]
                            head[on] = queued(queue, head[on], offset[on + 1], due, x)
                        x += 1
                i, awaited = choose(
                    dense, turn, first[lane], queue, head[lane], end, due, level, done, ready, stood_w, from_w, w,
                    early_w, wait_w, room, top,
                )  # fmt: skip
            if i < 0:
                if awaited >= 0:
                    ahead = max(from_w[awaited], stood_w[awaited]) - w
                    at = align(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], t + ahead)
                    if at < INF:
                        heap_put(events, 0, n_events, (at << ITEM_BITS) + lane)
                        n_events += 1
                continue
            done[i] = 1
            head[lane] = taken(queue, head[lane], end, i)
            begin = max(t, free[lane], dense[i, D_FROM])
            starts[i], free[lane] = forward(ops, z, dense[i, D_CAL], begin, dense[i, D_DUR], dense[i, D_CHUNK])
            if free[lane] >= INF:
                return placed
            placed += 1
            at = align(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], free[lane])
            if at < INF:
                heap_put(events, 0, n_events, (at << ITEM_BITS) + lane)
                n_events += 1
            for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
                j = links[e, 0]
                at = free[lane] + links[e, 1]
                if links[e, 2] > 0:
                    _, at = forward(ops, z, dense[j, D_CALW], at, links[e, 2], 0)
                dense[j, D_FROM] = max(dense[j, D_FROM], at)
                dense[j, D_OPEN] -= 1
                calendar = z[z[Z_LANES] + dense[j, D_LANE] * L_COLUMNS + L_CAL]
                from_w[j] = max(from_w[j], work_at(ops, z, calendar, dense[j, D_FROM]))
                if dense[j, D_OPEN] == 0:
                    at = align(ops, z, dense[j, D_CAL], dense[j, D_FROM])
                    if at < INF:
                        heap_put(events, 0, n_events, (at << ITEM_BITS) + lanes + j)
                        n_events += 1
    return placed
