"""Sequences: linked lanes with a chunk index over elastic gaps. Compiled."""

from __future__ import annotations

from scheduler.arrays import (
    CHUNK_MAX,
    END,
    FIXED,
    H_COUNT,
    H_DIRTY,
    H_FIRST,
    H_GAP,
    H_LANE,
    H_POS,
    INF,
    L_CAL,
    L_HEAD,
    L_LAST,
    L_NCH,
    LABEL,
    P_CHUNK,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    S_CHUNKS,
    S_FREECHUNK,
    STATE,
    TAIL,
    V_NPL,
    VAR,
    Arrays,
)  # fmt: skip
from scheduler.compiled import kernel
from scheduler.worktime import work_at


@kernel
def before(k: Arrays, a: int, b: int) -> bool:
    """Operation `a` has the lower rank."""
    if k.ops[a, LABEL] != k.ops[b, LABEL]:
        return k.ops[a, LABEL] < k.ops[b, LABEL]
    return a < b


@kernel
def place_on(k: Arrays, x: int, lane: int) -> int:
    """Column of the place that operation `x` has on `lane`; -1 if it has none."""
    n = k.var[k.ops[x, VAR], V_NPL]
    for p in range(n):
        column = PLACES + p * P_WIDTH
        if k.ops[x, column + P_LANE] == lane:
            return column
    return -1


@kernel
def next_on(k: Arrays, x: int, lane: int) -> int:
    """The operation after `x` on `lane`, which `x` is on."""
    return k.ops[x, place_on(k, x, lane) + P_NXT]


@kernel
def new_chunk(k: Arrays, lane: int, position: int, first: int, count: int) -> int:
    """Put a chunk into the lane's directory at `position`."""
    h = k.s[S_FREECHUNK]
    if h >= 0:
        k.s[S_FREECHUNK] = k.chunks[h, H_FIRST]
    else:
        h = k.s[S_CHUNKS]
        k.s[S_CHUNKS] = h + 1
    n = k.lanes[lane, L_NCH]
    for i in range(n, position, -1):
        moved = k.dirs[lane, i - 1]
        k.dirs[lane, i] = moved
        k.chunks[moved, H_POS] = i
    k.dirs[lane, position] = h
    k.lanes[lane, L_NCH] = n + 1
    k.chunks[h, H_FIRST] = first
    k.chunks[h, H_COUNT] = count
    k.chunks[h, H_GAP] = 0
    k.chunks[h, H_DIRTY] = 1
    k.chunks[h, H_POS] = position
    k.chunks[h, H_LANE] = lane
    return h


@kernel
def link(k: Arrays, x: int, column: int, prv: int) -> None:
    """Put `x` after `prv` (-1: at the head) on the lane of its place at `column`."""
    ops, lanes = k.ops, k.lanes
    lane = ops[x, column + P_LANE]
    if prv >= 0:
        at = place_on(k, prv, lane)
        nxt = ops[prv, at + P_NXT]
        ops[prv, at + P_NXT] = x
        h = ops[prv, at + P_CHUNK]
    else:
        nxt = lanes[lane, L_HEAD]
        lanes[lane, L_HEAD] = x
        h = k.dirs[lane, 0] if lanes[lane, L_NCH] > 0 else new_chunk(k, lane, 0, x, 0)
        k.chunks[h, H_FIRST] = x
    ops[x, column + P_PRV] = prv
    ops[x, column + P_NXT] = nxt
    ops[x, column + P_CHUNK] = h
    if nxt >= 0:
        ops[nxt, place_on(k, nxt, lane) + P_PRV] = x
        k.chunks[ops[nxt, place_on(k, nxt, lane) + P_CHUNK], H_DIRTY] = 1
    else:
        lanes[lane, L_LAST] = x
    k.chunks[h, H_COUNT] += 1
    k.chunks[h, H_DIRTY] = 1
    if k.chunks[h, H_COUNT] > CHUNK_MAX:
        split(k, lane, h)


@kernel
def split(k: Arrays, lane: int, h: int) -> None:
    """Halve an overfull chunk."""
    half = k.chunks[h, H_COUNT] // 2
    x = k.chunks[h, H_FIRST]
    for _ in range(half):
        x = next_on(k, x, lane)
    rest = k.chunks[h, H_COUNT] - half
    k.chunks[h, H_COUNT] = half
    k.chunks[h, H_DIRTY] = 1
    new = new_chunk(k, lane, k.chunks[h, H_POS] + 1, x, rest)
    for _ in range(rest):
        k.ops[x, place_on(k, x, lane) + P_CHUNK] = new
        x = next_on(k, x, lane)


@kernel
def unlink(k: Arrays, x: int, column: int) -> None:
    """Take `x` off the lane of its place at `column`."""
    ops, lanes = k.ops, k.lanes
    lane, prv, nxt = ops[x, column + P_LANE], ops[x, column + P_PRV], ops[x, column + P_NXT]
    h = ops[x, column + P_CHUNK]
    if prv >= 0:
        ops[prv, place_on(k, prv, lane) + P_NXT] = nxt
    else:
        lanes[lane, L_HEAD] = nxt
    if nxt >= 0:
        at = place_on(k, nxt, lane)
        ops[nxt, at + P_PRV] = prv
        k.chunks[ops[nxt, at + P_CHUNK], H_DIRTY] = 1
    else:
        lanes[lane, L_LAST] = prv
    k.chunks[h, H_COUNT] -= 1
    k.chunks[h, H_DIRTY] = 1
    if k.chunks[h, H_COUNT] == 0:
        n = lanes[lane, L_NCH] - 1
        for i in range(k.chunks[h, H_POS], n):
            moved = k.dirs[lane, i + 1]
            k.dirs[lane, i] = moved
            k.chunks[moved, H_POS] = i
        lanes[lane, L_NCH] = n
        k.chunks[h, H_FIRST] = k.s[S_FREECHUNK]
        k.s[S_FREECHUNK] = h
    elif k.chunks[h, H_FIRST] == x:
        k.chunks[h, H_FIRST] = nxt


@kernel
def clear_lane(k: Arrays, lane: int) -> None:
    """Forget the sequence of a lane."""
    for i in range(k.lanes[lane, L_NCH]):
        h = k.dirs[lane, i]
        k.chunks[h, H_FIRST] = k.s[S_FREECHUNK]
        k.s[S_FREECHUNK] = h
    k.lanes[lane, L_NCH] = 0
    k.lanes[lane, L_HEAD] = -1
    k.lanes[lane, L_LAST] = -1


@kernel
def last_before(k: Arrays, lane: int, label: int, x: int) -> int:
    """The last operation on `lane` whose rank is below `(label, x)`; -1 if there is none."""
    low, high = 0, k.lanes[lane, L_NCH]
    while low < high:
        mid = (low + high) // 2
        f = k.chunks[k.dirs[lane, mid], H_FIRST]
        if k.ops[f, LABEL] < label or (k.ops[f, LABEL] == label and f < x):
            low = mid + 1
        else:
            high = mid
    if low == 0:
        return -1
    h = k.dirs[lane, low - 1]
    a = k.chunks[h, H_FIRST]
    for _ in range(k.chunks[h, H_COUNT] - 1):
        b = next_on(k, a, lane)
        if k.ops[b, LABEL] > label or (k.ops[b, LABEL] == label and b >= x):
            break
        a = b
    return a


@kernel
def mark_dirty(k: Arrays, x: int) -> None:
    """The gaps before and after `x` may have changed."""
    for p in range(k.var[k.ops[x, VAR], V_NPL]):
        column = PLACES + p * P_WIDTH
        k.chunks[k.ops[x, column + P_CHUNK], H_DIRTY] = 1
        nxt = k.ops[x, column + P_NXT]
        if nxt >= 0:
            lane = k.ops[x, column + P_LANE]
            k.chunks[k.ops[nxt, place_on(k, nxt, lane) + P_CHUNK], H_DIRTY] = 1


@kernel
def gap_before(k: Arrays, lane: int, prv: int, b: int, ready: int) -> int:
    """Working time of the lane between the end of `prv` (and `ready`) and the latest start of `b`."""
    tail = k.ops[b, TAIL]
    if tail >= INF:
        return INF
    start = max(ready, k.ops[prv, END]) if prv >= 0 else ready
    if start >= tail:
        return 0
    return work_at(k, k.lanes[lane, L_CAL], tail) - work_at(k, k.lanes[lane, L_CAL], start)


@kernel
def chunk_gap(k: Arrays, lane: int, h: int) -> int:
    """Longest elastic gap before an operation of the chunk; worked out again when something in it moved."""
    if k.chunks[h, H_DIRTY]:
        best = 0
        b = k.chunks[h, H_FIRST]
        for _ in range(k.chunks[h, H_COUNT]):
            column = place_on(k, b, lane)
            if k.ops[b, STATE] != FIXED:
                gap = gap_before(k, lane, k.ops[b, column + P_PRV], b, -INF)
                best = max(best, gap)
            b = k.ops[b, column + P_NXT]
        k.chunks[h, H_GAP] = best
        k.chunks[h, H_DIRTY] = 0
    return k.chunks[h, H_GAP]


@kernel
def gap_from(k: Arrays, lane: int, b: int, need: int, ready: int) -> int:
    """First operation from `b` on before which `need` working seconds fit after `ready`; -1: only at the lane's end."""
    while b >= 0:
        column = place_on(k, b, lane)
        h = k.ops[b, column + P_CHUNK]
        if k.chunks[h, H_FIRST] == b and chunk_gap(k, lane, h) < need:
            position = k.chunks[h, H_POS] + 1
            if position >= k.lanes[lane, L_NCH]:
                return -1
            b = k.chunks[k.dirs[lane, position], H_FIRST]
            continue
        if k.ops[b, STATE] != FIXED and k.ops[b, TAIL] > ready:
            if gap_before(k, lane, k.ops[b, column + P_PRV], b, ready) >= need:
                return b
        b = k.ops[b, column + P_NXT]
    return -1


@kernel
def first_later(k: Arrays, lane: int, t: int) -> int:
    """First operation of the chunk in which latest starts pass `t`: no place before it can start after `t`."""
    low, high = 0, k.lanes[lane, L_NCH]
    if high == 0:
        return -1
    while low < high:
        mid = (low + high) // 2
        if k.ops[k.chunks[k.dirs[lane, mid], H_FIRST], TAIL] <= t:
            low = mid + 1
        else:
            high = mid
    return k.chunks[k.dirs[lane, max(low - 1, 0)], H_FIRST]
