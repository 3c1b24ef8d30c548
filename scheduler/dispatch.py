"""Tier 1: all unstarted work put into a new order by a dispatch rule, repaired until every promise holds. Compiled."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    CAND0,
    CHUNK_MAX,
    DEADLINE,
    DUR,
    DUR0,
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
    H_COLUMNS,
    H_COUNT,
    H_FIRST,
    INF,
    L_CAL,
    L_COLUMNS,
    L_FREE0,
    L_HEAD,
    L_LAST,
    L_LASTFIX,
    L_NCH,
    LABEL,
    LABEL_SHIFT,
    LINE,
    N_COLUMNS,
    N_KEY,
    NBR,
    NBV,
    NCAND,
    P_CHUNK,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    REMOVED,
    S_EDGES,
    S_FLOOR,
    S_OPS,
    STAIL,
    START,
    STATE,
    TAIL,
    V_CAL,
    V_CALW,
    V_CHUNK,
    V_NPL,
    VAR,
    VIS,
    VTAIL,
    W_COLUMNS,
    W_END,
    W_START,
    Z_CHUNKS,
    Z_DIRS,
    Z_DIRW,
    Z_EDGES,
    Z_LANES,
    Z_LINES,
    Z_NLANES,
    Z_VAR,
    Z_VARW,
    Z_WIN,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.insert import choose
from scheduler.lanes import clear_lane, new_chunk, place_on
from scheduler.propagate import clear_queues
from scheduler.retime import late, retail, retime
from scheduler.worktime import align, backward, forward, window_at

(D_LANE, D_DUR, D_CAL, D_CHUNK, D_FIRST, D_KEY, D_OPEN, D_FROM) = range(8)
(D_START, D_END, D_CALW, D_LINE, D_DEADLINE, D_AFTER, D_WAITING, D_READY, D_COLUMNS) = range(8, 17)
"""Columns of the narrow rows that a dispatch works on: first the cache line that it reads in the order of the dispatch.
`D_KEY` to `D_END` are written by each run: the key, how many it still waits for, from when it may begin, start, end."""


ITEM_BITS = 24
"""A heap entry is a key shifted by this many bits, plus the item: ties go to the lower item."""
ITEM = (1 << ITEM_BITS) - 1


@kernel
def heap_put(heap: Ints, base: int, n: int, entry: int) -> None:
    """Push onto the binary heap of `n` entries at `base`."""
    i = n
    while i > 0:
        parent = (i - 1) >> 1
        if heap[base + parent] <= entry:
            break
        heap[base + i] = heap[base + parent]
        i = parent
    heap[base + i] = entry


@kernel
def heap_take(heap: Ints, base: int, n: int) -> int:
    """Pop the least entry of the heap of `n` entries at `base`."""
    top = heap[base]
    n -= 1
    if n > 0:
        entry = heap[base + n]
        i = 0
        while True:
            child = 2 * i + 1
            if child >= n:
                break
            if child + 1 < n and heap[base + child + 1] < heap[base + child]:
                child += 1
            if entry <= heap[base + child]:
                break
            heap[base + i] = heap[base + child]
            i = child
        heap[base + i] = entry
    return top


@kernel
def base_end(ops: Ints, z: Ints, lane: int) -> int:
    """When a lane is free of fixed and frozen work."""
    end = z[z[Z_LANES] + lane * L_COLUMNS + L_FREE0]
    a = z[z[Z_LANES] + lane * L_COLUMNS + L_LASTFIX]
    if a >= 0:
        end = max(end, ops[a, END])
    return end


(B_CAL, B_FROM, B_TO, B_COLUMNS) = range(4)
"""Columns of the window in which each machine's last work ended: calendar, begin, end."""


@kernel
def note_window(ops: Ints, z: Ints, beside: Ints, lane: int, c: int, end: int) -> None:
    """Note in which window of calendar `c` the last work of a machine ended: most of what follows fits there, too."""
    row = z[Z_WIN] + window_at(ops, z, c, end - 1) * W_COLUMNS
    beside[lane, B_CAL], beside[lane, B_FROM], beside[lane, B_TO] = c, z[row + W_START], z[row + W_END]


@kernel
def simulate(
    ops: Ints, z: Ints, dense: Ints, links: Ints, keys: Ints, free0: Ints, offset: Ints, order: Ints, starts: Ints,
    ends: Ints, queue: Ints, events: Ints,
) -> int:  # fmt: skip
    """Event-driven dispatch of operations on one machine each, without changeovers; returns how many were placed.

    A machine that is free takes the waiting operation with the least of `keys`. Works on `dense` rows (see
    `dispatch_single`), not on the wide ones. Events are machines that become free (their number) and operations that
    become ready (their number after the machines), at seconds after the plan's floor. An operation that is ready when
    its machine asks next needs none: it waits there already.
    """
    lanes = z[Z_NLANES]
    zero = z[S_FLOOR]
    count = dense.shape[0] - 1
    free = free0.copy()
    asks = np.full(lanes, INF, np.int64)
    queued = np.zeros(lanes, np.int64)
    touched = np.zeros(lanes, np.int64)
    stack = np.empty(lanes, np.int64)
    beside = np.full((lanes, B_COLUMNS), -1, np.int64)
    n_events = 0
    for lane in range(lanes):
        if offset[lane + 1] > offset[lane]:
            at = align(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], free[lane])
            if at < INF:
                asks[lane] = at
                heap_put(events, 0, n_events, ((at - zero) << ITEM_BITS) + lane)
                n_events += 1
    for i in range(count):
        dense[i, D_KEY], dense[i, D_OPEN], dense[i, D_FROM] = keys[i] - zero, dense[i, D_WAITING], dense[i, D_READY]
        if dense[i, D_OPEN] == 0:
            lane = dense[i, D_LANE]
            at = align(ops, z, dense[i, D_CAL], dense[i, D_READY])
            if at <= asks[lane] and asks[lane] < INF:
                heap_put(queue, offset[lane], queued[lane], (dense[i, D_KEY] << ITEM_BITS) + i)
                queued[lane] += 1
            elif at < INF:
                heap_put(events, 0, n_events, ((at - zero) << ITEM_BITS) + lanes + i)
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
                heap_put(queue, offset[lane], queued[lane], (dense[i, D_KEY] << ITEM_BITS) + i)
                queued[lane] += 1
            if not touched[lane]:
                touched[lane] = 1
                stack[n] = lane
                n += 1
        for q in range(n):
            lane = stack[q]
            touched[lane] = 0
            if queued[lane] == 0 or free[lane] > t + zero:
                continue
            i = heap_take(queue, offset[lane], queued[lane]) & ITEM
            queued[lane] -= 1
            begin = max(free[lane], dense[i, D_FROM])
            start, end = begin, begin + dense[i, D_DUR]
            if beside[lane, B_CAL] != dense[i, D_CAL] or begin < beside[lane, B_FROM] or end > beside[lane, B_TO]:
                start, end = forward(ops, z, dense[i, D_CAL], begin, dense[i, D_DUR], dense[i, D_CHUNK])
                if end >= INF:
                    return placed
                note_window(ops, z, beside, lane, dense[i, D_CAL], end)
            dense[i, D_START], dense[i, D_END] = start, end
            order[placed] = i
            placed += 1
            free[lane] = at = end
            if end == beside[lane, B_TO]:
                at = align(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], end)
            asks[lane] = at
            if at < INF:
                heap_put(events, 0, n_events, ((at - zero) << ITEM_BITS) + lane)
                n_events += 1
            for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
                j = links[e, 0]
                at = end + links[e, 1]
                if links[e, 2] > 0:
                    _, at = forward(ops, z, dense[j, D_CALW], at, links[e, 2], 0)
                dense[j, D_FROM] = max(dense[j, D_FROM], at)
                dense[j, D_OPEN] -= 1
                if dense[j, D_OPEN] == 0:
                    other = dense[j, D_LANE]
                    at = dense[j, D_FROM]
                    here = beside[other, B_CAL] == dense[j, D_CAL] and beside[other, B_FROM] <= at
                    if not here or at >= beside[other, B_TO]:
                        at = align(ops, z, dense[j, D_CAL], at)
                    if at <= asks[other] and t + zero < asks[other] and asks[other] < INF:
                        heap_put(queue, offset[other], queued[other], (dense[j, D_KEY] << ITEM_BITS) + j)
                        queued[other] += 1
                    elif at < INF:
                        heap_put(events, 0, n_events, ((at - zero) << ITEM_BITS) + lanes + j)
                        n_events += 1
    for i in range(count):
        starts[i], ends[i] = dense[i, D_START], dense[i, D_END]
    return placed


PATIENCE = 3
"""Repair passes without less lateness in all before a rule is given up."""


@kernel
def condense(ops: Ints, z: Ints, moving: Ints, slot: Ints, dense: Ints, links: Ints) -> None:
    """Gather what a dispatch reads into narrow rows, once for all its passes. One more row ends the last links."""
    count = moving.shape[0]
    n = 0
    for i in range(count):
        x = moving[i]
        v = z[Z_VAR] + ops[x, VAR] * z[Z_VARW]
        dense[i, D_LANE], dense[i, D_DUR], dense[i, D_LINE] = ops[x, PLACES + P_LANE], ops[x, DUR0], ops[x, LINE]
        dense[i, D_CAL], dense[i, D_CALW], dense[i, D_CHUNK] = z[v + V_CAL], z[v + V_CALW], z[v + V_CHUNK]
        dense[i, D_DEADLINE], dense[i, D_AFTER] = ops[x, DEADLINE], 0
        waiting = 0
        ready = max(max(ops[x, NBV], z[S_FLOOR]), ops[x, NBR])
        e = ops[x, EIN]
        while e >= 0:
            row = z[Z_EDGES] + e * E_COLUMNS
            if slot[z[row + E_FROM]] >= 0:
                waiting += 1
            else:
                t = ops[z[row + E_FROM], END] + z[row + E_LAG]
                if z[row + E_WLAG] > 0:
                    _, t = forward(ops, z, dense[i, D_CALW], t, z[row + E_WLAG], 0)
                ready = max(ready, t)
            e = z[row + E_NIN]
        dense[i, D_WAITING], dense[i, D_READY] = waiting, ready
        dense[i, D_FIRST] = n
        e = ops[x, EOUT]
        while e >= 0:
            row = z[Z_EDGES] + e * E_COLUMNS
            j = slot[z[row + E_TO]]
            if j >= 0:
                links[n, 0], links[n, 1], links[n, 2] = j, z[row + E_LAG], z[row + E_WLAG]
                n += 1
            e = z[row + E_NOUT]
    dense[count, D_FIRST] = n
    for i in range(count - 1, -1, -1):
        for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
            j = links[e, 0]
            dense[i, D_AFTER] = max(dense[i, D_AFTER], dense[j, D_AFTER] + dense[j, D_DUR] + links[e, 1])


@kernel
def dispatch_single(
    ops: Ints, z: Ints, moving: Ints, frozen: Ints, blocked: Ints, passes: int, stat: Ints
) -> bool:  # fmt: skip
    """Dispatch and repair: a pass that breaks promises is run again with the broken lines advanced by their lateness.

    The rule is the line's due time (earliest first), then the operation's: due less the work after it. The lines'
    `N_KEY` holds the due times to start from and, on success, those that worked. True if every deadline is kept: then
    `frozen` (in rank order) and after it the dispatched order are the sequences, and what is `blocked` is out of them.
    `stat` counts passes, and the lines broken in the last.
    """
    count = moving.shape[0]
    lanes = z[Z_NLANES]
    slot = np.full(z[S_OPS], -1, np.int64)
    for i in range(count):
        slot[moving[i]] = i
    whole = np.empty((count + 2) * D_COLUMNS, np.int64)
    skipped = -(whole.ctypes.data // 8) % D_COLUMNS
    dense = whole[skipped : skipped + (count + 1) * D_COLUMNS].reshape((count + 1, D_COLUMNS))
    links = np.empty((z[S_EDGES] + 1, 3), np.int64)
    condense(ops, z, moving, slot, dense, links)
    offset = np.zeros(lanes + 1, np.int64)
    for i in range(count):
        offset[dense[i, D_LANE] + 1] += 1
    free0 = np.empty(lanes, np.int64)
    for lane in range(lanes):
        offset[lane + 1] += offset[lane]
        free0[lane] = base_end(ops, z, lane)
    for i in range(frozen.shape[0]):
        lane = ops[frozen[i], PLACES + P_LANE]
        free0[lane] = max(free0[lane], ops[frozen[i], END])
    keys0 = np.empty(count, np.int64)
    keys = np.empty(count, np.int64)
    order, starts, ends = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    queue, events = np.empty(count, np.int64), np.empty(2 * (count + lanes) + 1, np.int64)
    for i in range(count):
        keys0[i] = z[z[Z_LINES] + dense[i, D_LINE] * N_COLUMNS + N_KEY]
    for rule in range(2):
        for i in range(count):
            z[z[Z_LINES] + dense[i, D_LINE] * N_COLUMNS + N_KEY] = keys0[i]
        least, stale = INF, 0
        for _ in range(passes):
            stat[0] += 1
            for i in range(count):
                keys[i] = z[z[Z_LINES] + dense[i, D_LINE] * N_COLUMNS + N_KEY] - rule * dense[i, D_AFTER]
            placed = simulate(ops, z, dense, links, keys, free0, offset, order, starts, ends, queue, events)
            if placed < count:
                return False
            broken = 0
            lateness = 0
            for i in range(count):
                if ends[i] > dense[i, D_DEADLINE]:
                    z[z[Z_LINES] + dense[i, D_LINE] * N_COLUMNS + N_KEY] -= ends[i] - dense[i, D_DEADLINE]
                    lateness += ends[i] - dense[i, D_DEADLINE]
                    broken += 1
            stat[1] = broken
            if broken == 0:
                install_single(ops, z, moving, frozen, blocked, dense, links, order, starts, ends)
                return True
            stale += 1
            if lateness < least:
                least, stale = lateness, 0
            if stale >= PATIENCE:
                break
    return False


@kernel
def append(ops: Ints, z: Ints, x: int, column: int) -> None:
    """Put `x` at the end of the lane of its place at `column`."""
    lane = ops[x, column + P_LANE]
    a = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
    n = z[z[Z_LANES] + lane * L_COLUMNS + L_NCH]
    h = z[z[Z_DIRS] + lane * z[Z_DIRW] + (n - 1)] if n > 0 else -1
    if h < 0 or z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] >= CHUNK_MAX * 3 // 4:
        h = new_chunk(ops, z, lane, n, x, 0)
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]] = x
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] += 1
    ops[x, column + P_PRV] = a
    ops[x, column + P_NXT] = -1
    ops[x, column + P_CHUNK] = h
    if a >= 0:
        ops[a, place_on(ops, z, a, lane) + P_NXT] = x
    else:
        z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = x
    z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = x


@kernel
def strip(ops: Ints, z: Ints) -> None:
    """Leave on every lane only its last fixed operation."""
    for lane in range(z[Z_NLANES]):
        clear_lane(ops, z, lane)
        a = z[z[Z_LANES] + lane * L_COLUMNS + L_LASTFIX]
        if a >= 0:
            append(ops, z, a, place_on(ops, z, a, lane))


@kernel
def append_ranked(ops: Ints, z: Ints, x: int, rank: int) -> int:
    """Append `x` to all its lanes at a rank above `rank`, re-time it, and return its rank."""
    ops[x, LABEL] = rank + 256
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        append(ops, z, x, PLACES + p * P_WIDTH)
    retime(ops, z, x)
    ops[x, LABEL] = max(rank + 256, min(ops[x, VIS], INF >> 4) << LABEL_SHIFT) if ops[x, VIS] < INF else rank + 256
    return ops[x, LABEL]


(I_PRV, I_NXT, I_AFTER, I_CHUNK) = (D_OPEN, D_FROM, D_WAITING, D_READY)
"""Columns of the narrow rows in which, once a dispatch is the plan, its places are worked out before they are written.
"""


@kernel
def install_single(
    ops: Ints, z: Ints, moving: Ints, frozen: Ints, blocked: Ints, dense: Ints, links: Ints, order: Ints, starts: Ints,
    ends: Ints,
) -> None:  # fmt: skip
    """Make `frozen` and then what was dispatched in `order` the sequences, with heads, tails and ranks.

    What is `blocked` is out of them. All is worked out on the narrow rows, which are used up by it; the wide ones are
    written once, in the order in which they lie in memory.
    """
    clear_queues(ops, z)
    for i in range(blocked.shape[0]):
        ops[blocked[i], STATE] = REMOVED
    strip(ops, z)
    rank = 0
    earlier = False
    for i in range(frozen.shape[0]):
        rank = max(rank, ops[frozen[i], LABEL])
        append(ops, z, frozen[i], PLACES)
        end = ops[frozen[i], END]
        retime(ops, z, frozen[i])
        earlier = earlier or ops[frozen[i], END] != end
    count = order.shape[0]
    last = np.full(z[Z_NLANES], -1, np.int64)
    labels, tails = np.empty(count, np.int64), np.empty(count, np.int64)
    for k in range(count):
        i = order[k]
        lane = dense[i, D_LANE]
        p = last[lane]
        h = dense[p, I_CHUNK] if p >= 0 else -1
        if h < 0 or z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] >= CHUNK_MAX * 3 // 4:
            h = new_chunk(ops, z, lane, z[z[Z_LANES] + lane * L_COLUMNS + L_NCH], moving[i], 0)
        z[z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]] = moving[i]
        z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] += 1
        dense[i, I_CHUNK], dense[i, I_NXT], dense[i, I_AFTER] = h, -1, -1
        if p >= 0:
            dense[i, I_PRV], dense[p, I_NXT], dense[p, I_AFTER] = moving[p], moving[i], i
        else:
            a = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
            dense[i, I_PRV] = a
            if a >= 0:
                ops[a, place_on(ops, z, a, lane) + P_NXT] = moving[i]
            else:
                z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = moving[i]
        last[lane] = i
        rank = max(rank + 256, min(starts[i], INF >> 4) << LABEL_SHIFT)
        labels[i] = rank
    for lane in range(z[Z_NLANES]):
        if last[lane] >= 0:
            z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = moving[last[lane]]
    for k in range(count - 1, -1, -1):
        i = order[k]
        limit = dense[i, D_DEADLINE]
        for e in range(dense[i, D_FIRST], dense[i + 1, D_FIRST]):
            j = links[e, 0]
            t = tails[j]
            if t < INF:
                if links[e, 2] > 0:
                    t = backward(ops, z, dense[j, D_CALW], t, links[e, 2], 0)
                limit = min(limit, t - links[e, 1])
        if dense[i, I_AFTER] >= 0:
            limit = min(limit, tails[dense[i, I_AFTER]])
        tails[i] = INF
        if limit < INF:
            tails[i] = backward(ops, z, dense[i, D_CAL], limit, dense[i, D_DUR], dense[i, D_CHUNK])
    for i in range(count):
        x = moving[i]
        ops[x, TAIL] = ops[x, STAIL] = ops[x, VTAIL] = tails[i]
        ops[x, START] = ops[x, VIS] = starts[i]
        ops[x, END], ops[x, DUR], ops[x, LABEL] = ends[i], dense[i, D_DUR], labels[i]
        ops[x, PLACES + P_PRV], ops[x, PLACES + P_NXT] = dense[i, I_PRV], dense[i, I_NXT]
        ops[x, PLACES + P_CHUNK] = dense[i, I_CHUNK]
    if earlier:
        # A cancelled operation that stood in front of frozen ones is gone: all behind them may begin earlier, too.
        for k in range(count):
            retime(ops, z, moving[order[k]])
    for i in range(frozen.shape[0] - 1, -1, -1):
        retail(ops, z, frozen[i])


@kernel
def evaluate(ops: Ints, z: Ints, x: int, rank: int) -> int:
    """Choose the candidate with which `x` ends earliest when appended now; its visit start."""
    best_end, best_start, best = (INF, INF, -1)
    ops[x, LABEL] = rank + 256
    for c in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
        choose(ops, z, x, c)
        n = z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]
        for p in range(n):
            column = PLACES + p * P_WIDTH
            ops[x, column + P_PRV] = z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_LAST]
            ops[x, column + P_NXT] = -1
        retime(ops, z, x)
        if ops[x, END] < best_end:
            best_end, best_start, best = (ops[x, END], ops[x, START], c)
    if best < 0:
        return INF
    choose(ops, z, x, best)
    n = z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]
    for p in range(n):
        column = PLACES + p * P_WIDTH
        ops[x, column + P_PRV] = z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_LAST]
        ops[x, column + P_NXT] = -1
    retime(ops, z, x)
    return best_start


@kernel
def dispatch_general(ops: Ints, z: Ints, frozen: Ints, moving: Ints, order: Ints, patience: int) -> bool:
    """One pass over operations with moulds, changeovers and alternatives, in place: who can start first, by due time.

    Of the operations that can start within `patience` seconds of the first, the line with the least key goes next.
    True if every deadline holds; `order` and the arrays then are the plan. On False the lateness is in the ends.
    """
    zero = z[S_FLOOR]
    count = moving.shape[0]
    slot = np.full(z[S_OPS], -1, np.int64)
    waiting = np.zeros(count, np.int64)
    for i in range(count):
        slot[moving[i]] = i
    strip(ops, z)
    rank = 0
    good = True
    for i in range(frozen.shape[0]):
        x = frozen[i]
        rank = max(rank, ops[x, LABEL])
        for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
            append(ops, z, x, PLACES + p * P_WIDTH)
        retime(ops, z, x)
        good = good and (not late(ops, z, x))
    heap = np.empty(count + 1, np.int64)
    held = np.empty(count + 1, np.int64)
    held_key = np.empty(count + 1, np.int64)
    n = 0
    for i in range(count):
        e = ops[moving[i], EIN]
        while e >= 0:
            if slot[z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]] >= 0:
                waiting[i] += 1
            e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
        if waiting[i] == 0:
            heap_put(heap, 0, n, moving[i])
            n += 1
    for placed in range(count):
        best, best_key, first, h = (-1, INF, INF, 0)
        while n > 0 and (first >= INF or (heap[0] >> ITEM_BITS) + zero <= first + patience):
            x = heap_take(heap, 0, n) & ITEM
            n -= 1
            start = evaluate(ops, z, x, rank)
            if start >= INF:
                return False
            first = min(first, start)
            held[h] = x
            held_key[h] = start
            h += 1
        for j in range(h):
            key = z[z[Z_LINES] + ops[held[j], LINE] * N_COLUMNS + N_KEY]
            if held_key[j] <= first + patience and (key < best_key or (key == best_key and held[j] < best)):
                best, best_key = (held[j], key)
        for j in range(h):
            if held[j] != best:
                heap_put(heap, 0, n, ((held_key[j] - zero) << ITEM_BITS) + held[j])
                n += 1
        if best < 0:
            return False
        evaluate(ops, z, best, rank)
        rank = append_ranked(ops, z, best, rank)
        order[placed] = best
        good = good and (not late(ops, z, best))
        e = ops[best, EOUT]
        while e >= 0:
            j = slot[z[z[Z_EDGES] + e * E_COLUMNS + E_TO]]
            if j >= 0:
                waiting[j] -= 1
                if waiting[j] == 0:
                    heap_put(heap, 0, n, moving[j])
                    n += 1
            e = z[z[Z_EDGES] + e * E_COLUMNS + E_NOUT]
    if good:
        for i in range(count - 1, -1, -1):
            retail(ops, z, order[i])
        for i in range(frozen.shape[0] - 1, -1, -1):
            retail(ops, z, frozen[i])
    return good


@kernel
def load(ops: Ints, z: Ints, fixed: Ints, opened: Ints, behind: Ints) -> None:
    """Lay fixed operations (as they are) and open ones (re-timed), both in rank order; `behind` marks the late."""
    for lane in range(z[Z_NLANES]):
        clear_lane(ops, z, lane)
        z[z[Z_LANES] + lane * L_COLUMNS + L_LASTFIX] = -1
    for i in range(fixed.shape[0]):
        x = fixed[i]
        for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
            append(ops, z, x, PLACES + p * P_WIDTH)
            z[z[Z_LANES] + ops[x, PLACES + p * P_WIDTH + P_LANE] * L_COLUMNS + L_LASTFIX] = x
        retail(ops, z, x)
    for i in range(opened.shape[0]):
        x = opened[i]
        for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
            append(ops, z, x, PLACES + p * P_WIDTH)
        retime(ops, z, x)
        if late(ops, z, x):
            behind[x] = 1
    for i in range(opened.shape[0] - 1, -1, -1):
        retail(ops, z, opened[i])
