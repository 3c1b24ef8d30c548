"""A dispatch that has orders end on the days on which they ended before a machine stood still. Compiled.

The machine that stood still falls behind by as much work as it missed. Work on it that may wait without its order
ending on another day waits, and where that isn't enough some orders give up their day: those with the longest work
there and the most time until their promise (after Moore 1968, with a second due time). All else keeps its old turn,
unless another operation would miss its latest start by it.
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

SEEN = 400
"""So many operations ahead are looked at for one that would begin too late."""
NEVER = 1 << 38
"""Beyond every sum of working seconds."""

keeping_kernel = kernel_of("keeping", __file__)


@keeping_kernel
def worked(ops: Ints, z: Ints, lanes: Ints, times: Ints) -> Ints:
    """Working seconds of each machine before each time."""
    found = np.empty(times.shape[0], np.int64)
    for i in range(times.shape[0]):
        if times[i] >= INF:
            found[i] = NEVER
        elif times[i] <= 0:
            found[i] = -1
        else:
            found[i] = work_at(ops, z, z[z[Z_LANES] + lanes[i] * L_COLUMNS + L_CAL], times[i])
    return found


@keeping_kernel
def latest(ops: Ints, z: Ints, dense: Ints, links: Ints, limits: Ints) -> Ints:
    """When each operation has to begin at the latest for nothing to end after its limit, were it never to wait."""
    count = dense.shape[0] - 1
    found = np.empty(count, np.int64)
    for i in range(count - 1, -1, -1):
        t = limits[i]
        for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
            j = links[e, 0]
            limit = found[j]
            if -INF < limit < INF:
                limit -= links[e, 1]
                if links[e, 2] > 0:
                    limit = backward(ops, z, dense[j, D_CALW], limit, links[e, 2], 0)
            t = min(t, limit)
        found[i] = backward(ops, z, dense[i, D_CAL], t, dense[i, D_DUR], dense[i, D_CHUNK]) if t > -INF else -INF
    return found


@keeping_kernel
def too_late(
    dense: Ints, by_day: Ints, by_promise: Ints, done: Ints, given: Ints, day_w: Ints, promise_w: Ints, w: int,
    but: int,
) -> int:  # fmt: skip
    """The first latest start missed when a machine does its work in their order from `w` on; `NEVER` if none is.

    `by_day` and `by_promise` are its operations by `day_w` and `promise_w`: latest starts in working seconds, for the
    day and, where that is given up, for the promise. `but` isn't done.
    """
    a = b = 0
    n = by_day.shape[0]
    for _ in range(SEEN):
        while a < n and (done[by_day[a]] or given[dense[by_day[a], D_LINE]] or by_day[a] == but):
            a += 1
        while b < n and (done[by_promise[b]] or not given[dense[by_promise[b], D_LINE]] or by_promise[b] == but):
            b += 1
        if a < n and (b >= n or day_w[by_day[a]] <= promise_w[by_promise[b]]):
            i = by_day[a]
            limit: int = day_w[i]
            a += 1
        elif b < n:
            i = by_promise[b]
            limit = promise_w[i]
            b += 1
        else:
            return NEVER
        if w > limit:
            return limit
        w += dense[i, D_DUR]
    return NEVER


@keeping_kernel
def to_give_up(
    dense: Ints, by_day: Ints, by_promise: Ints, done: Ints, given: Ints, day_w: Ints, promise_w: Ints, w: int
) -> int:  # fmt: skip
    """The operation whose order gives up its day for a machine to be in time from `w` on, -1 if none has to or can.

    Of those that come first: the longest work that may wait longest.
    """
    limit = too_late(dense, by_day, by_promise, done, given, day_w, promise_w, w, -1)
    chosen = -1
    most = 0
    if limit >= NEVER:
        return chosen
    for k in range(by_day.shape[0]):
        i = by_day[k]
        if day_w[i] > limit:
            break
        if not done[i] and not given[dense[i, D_LINE]] and promise_w[i] > limit:
            gain = (promise_w[i] - max(limit, w)) * dense[i, D_DUR]
            if gain > most:
                most, chosen = gain, i
    return chosen


(Q_TURN, Q_DAY, Q_PROMISE, Q_STOOD) = range(4)
"""Queues of each machine: by turn; of orders that keep their day, by latest start for it and by old start; of those
that gave it up, by latest start for the promise."""


@keeping_kernel
def put(heaps: Ints, held: Ints, kind: int, lane: int, base: int, key: int, i: int) -> None:
    """Put an operation into a queue of its machine."""
    heap_put(heaps[kind], base, held[kind, lane], (key << ITEM_BITS) + i)
    held[kind, lane] += 1


@keeping_kernel
def first_of(heaps: Ints, held: Ints, kind: int, lane: int, base: int, done: Ints, given: Ints, dense: Ints) -> int:
    """The first of a queue that isn't done, nor has given up its day where all keep it; -1 if there is none."""
    while held[kind, lane] > 0:
        i: int = heaps[kind, base] & ITEM
        if not done[i] and (kind in (Q_TURN, Q_PROMISE) or not given[dense[i, D_LINE]]):
            return i
        heap_take(heaps[kind], base, held[kind, lane])
        held[kind, lane] -= 1
    return -1


@keeping_kernel
def gives_up(
    heaps: Ints, held: Ints, offset: Ints, dense: Ints, queued: Ints, done: Ints, given: Ints, promise_w: Ints,
    turn_given: Ints, behind: int, x: int,
) -> None:  # fmt: skip
    """The order of an operation gives up its day: what waits of it goes by its promise from now on."""
    line = dense[x, D_LINE]
    given[line] = 1
    i = x
    while i > 0 and dense[i - 1, D_LINE] == line:
        i -= 1
    while i < dense.shape[0] - 1 and dense[i, D_LINE] == line:
        if queued[i] and not done[i]:
            lane = dense[i, D_LANE]
            put(heaps, held, Q_PROMISE, lane, 2 * offset[lane], promise_w[i], i)
            if lane == behind:
                put(heaps, held, Q_TURN, lane, 2 * offset[lane], turn_given[i], i)
        i += 1


@keeping_kernel
def keep_days(
    ops: Ints, z: Ints, dense: Ints, links: Ints, free0: Ints, offset: Ints, behind: int, turn: Ints, turn_given: Ints,
    stood_w: Ints, early_w: int, day_w: Ints, promise_w: Ints, by_day: Ints, by_promise: Ints, near_w: int,
    spare_w: int, given: Ints, starts: Ints,
) -> int:  # fmt: skip
    """Dispatch operations on one machine each so that few end on another day; returns how many were placed.

    `behind` is the machine that stood still. What waits is taken in `turn`, there by `turn_given` when its day is given
    up; what would begin within `near_w` of its latest start, or after it, goes first. Where all that waits stood more
    than `early_w` later, what has given up its day goes first. The machine that is behind does what stood first,
    unless anything else would be late by it with `spare_w` to spare. `given` marks lines whose day is given up.
    """
    lanes = z[Z_NLANES]
    count = dense.shape[0] - 1
    free = free0.copy()
    touched, stack = np.zeros(lanes, np.int64), np.empty(lanes, np.int64)
    done, queued = np.zeros(count, np.int64), np.zeros(count, np.int64)
    # What gives up its day may lie twice in a queue.
    heaps, held = np.empty((4, 2 * count + 1), np.int64), np.zeros((4, lanes), np.int64)
    events = np.empty(2 * (count + lanes) + 1, np.int64)
    n_events = 0
    for lane in range(lanes):
        if offset[lane + 1] > offset[lane]:
            at = align(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], free[lane])
            if at < INF:
                heap_put(events, 0, n_events, (at << ITEM_BITS) + lane)
                n_events += 1
    for i in range(count):
        dense[i, D_OPEN], dense[i, D_FROM] = dense[i, D_WAITING], dense[i, D_READY]
        if dense[i, D_OPEN] == 0:
            at = align(ops, z, dense[i, D_CAL], dense[i, D_READY])
            if at < INF:
                heap_put(events, 0, n_events, (at << ITEM_BITS) + lanes + i)
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
                base = 2 * offset[lane]
                queued[i] = 1
                lost = given[dense[i, D_LINE]] == 1
                put(heaps, held, Q_TURN, lane, base, turn_given[i] if lost and lane == behind else turn[i], i)
                if lost:
                    put(heaps, held, Q_PROMISE, lane, base, promise_w[i], i)
                else:
                    put(heaps, held, Q_DAY, lane, base, day_w[i], i)
                    if lane == behind:
                        put(heaps, held, Q_STOOD, lane, base, stood_w[i], i)
            if not touched[lane]:
                touched[lane] = 1
                stack[n] = lane
                n += 1
        for q in range(n):
            lane = stack[q]
            touched[lane] = 0
            base = 2 * offset[lane]
            if free[lane] > t or first_of(heaps, held, Q_TURN, lane, base, done, given, dense) < 0:
                continue
            w = work_at(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], t)
            if lane == behind:
                i = 0
                while i >= 0:
                    i = to_give_up(dense, by_day, by_promise, done, given, day_w, promise_w, w)
                    if i >= 0:
                        gives_up(heaps, held, offset, dense, queued, done, given, promise_w, turn_given, behind, i)
            kept = first_of(heaps, held, Q_DAY, lane, base, done, given, dense)
            while lane != behind and kept >= 0 and day_w[kept] < w:
                gives_up(heaps, held, offset, dense, queued, done, given, promise_w, turn_given, behind, kept)
                kept = first_of(heaps, held, Q_DAY, lane, base, done, given, dense)
            lost_one = first_of(heaps, held, Q_PROMISE, lane, base, done, given, dense)
            i = first_of(heaps, held, Q_TURN, lane, base, done, given, dense)
            while lane == behind and given[dense[i, D_LINE]] and heaps[Q_TURN, base] >> ITEM_BITS != turn_given[i]:
                heap_take(heaps[Q_TURN], base, held[Q_TURN, lane])
                held[Q_TURN, lane] -= 1
                i = first_of(heaps, held, Q_TURN, lane, base, done, given, dense)
            if lane != behind and lost_one >= 0 and stood_w[i] > w + early_w:
                i = lost_one
            first = first_of(heaps, held, Q_STOOD, lane, base, done, given, dense) if spare_w >= 0 else -1
            if first >= 0:
                then = w + dense[first, D_DUR] + spare_w
                if too_late(dense, by_day, by_promise, done, given, day_w, promise_w, then, first) < NEVER:
                    first = -1
            if first >= 0:
                i = first
            else:
                if kept >= 0 and w + dense[i, D_DUR] + near_w > day_w[kept]:
                    i = kept
                if lost_one >= 0 and w + dense[i, D_DUR] + near_w > promise_w[lost_one]:
                    i = lost_one
            done[i] = 1
            begin = max(free[lane], dense[i, D_FROM])
            start, end = forward(ops, z, dense[i, D_CAL], begin, dense[i, D_DUR], dense[i, D_CHUNK])
            if end >= INF:
                return placed
            starts[i] = start
            placed += 1
            free[lane] = end
            at = align(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], end)
            if at < INF:
                heap_put(events, 0, n_events, (at << ITEM_BITS) + lane)
                n_events += 1
            for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
                j = links[e, 0]
                at = end + links[e, 1]
                if links[e, 2] > 0:
                    _, at = forward(ops, z, dense[j, D_CALW], at, links[e, 2], 0)
                dense[j, D_FROM] = max(dense[j, D_FROM], at)
                dense[j, D_OPEN] -= 1
                if dense[j, D_OPEN] == 0:
                    at = align(ops, z, dense[j, D_CAL], dense[j, D_FROM])
                    if at < INF:
                        heap_put(events, 0, n_events, (at << ITEM_BITS) + lanes + j)
                        n_events += 1
    return placed
