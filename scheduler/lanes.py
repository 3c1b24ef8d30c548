"""Sequences: linked lanes with a chunk index over elastic gaps. Compiled."""

from __future__ import annotations

from scheduler.arrays import (
    C_COLUMNS,
    C_COUNT,
    CHUNK_MAX,
    DUR,
    END,
    FIXED,
    H_COLUMNS,
    H_COUNT,
    H_DIRTY,
    H_FIRST,
    H_GAP,
    H_LANE,
    H_LONGEST,
    H_POS,
    H_WORK,
    INF,
    L_CAL,
    L_COLUMNS,
    L_HEAD,
    L_LAST,
    L_NCH,
    LABEL,
    MIXED,
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
    UNKNOWN,
    V_CAL,
    V_CALW,
    V_NPL,
    VAR,
    Z_CAL,
    Z_CHUNKS,
    Z_DIRS,
    Z_DIRW,
    Z_LANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.worktime import work_at


@kernel
def before(ops: Ints, z: Ints, a: int, b: int) -> bool:
    """Operation `a` has the lower rank."""
    if ops[a, LABEL] != ops[b, LABEL]:
        return ops[a, LABEL] < ops[b, LABEL]
    return a < b


@kernel
def place_on(ops: Ints, z: Ints, x: int, lane: int) -> int:
    """Column of the place that operation `x` has on `lane`; -1 if it has none."""
    n = z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]
    for p in range(n):
        column = PLACES + p * P_WIDTH
        if ops[x, column + P_LANE] == lane:
            return column
    return -1


@kernel
def next_on(ops: Ints, z: Ints, x: int, lane: int) -> int:
    """The operation after `x` on `lane`, which `x` is on."""
    return ops[x, place_on(ops, z, x, lane) + P_NXT]


@kernel
def new_chunk(ops: Ints, z: Ints, lane: int, position: int, first: int, count: int) -> int:
    """Put a chunk into the lane's directory at `position`."""
    h = z[S_FREECHUNK]
    if h >= 0:
        z[S_FREECHUNK] = z[z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST]
    else:
        h = z[S_CHUNKS]
        z[S_CHUNKS] = h + 1
    n = z[z[Z_LANES] + lane * L_COLUMNS + L_NCH]
    for i in range(n, position, -1):
        moved = z[z[Z_DIRS] + lane * z[Z_DIRW] + (i - 1)]
        z[z[Z_DIRS] + lane * z[Z_DIRW] + i] = moved
        z[z[Z_CHUNKS] + moved * H_COLUMNS + H_POS] = i
    z[z[Z_DIRS] + lane * z[Z_DIRW] + position] = h
    z[z[Z_LANES] + lane * L_COLUMNS + L_NCH] = n + 1
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST] = first
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] = count
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_GAP] = 0
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_DIRTY] = 1
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_POS] = position
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_LANE] = lane
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_WORK] = UNKNOWN
    return h


@kernel
def slot_of(z: Ints, h: int, x: int) -> int:
    """Where in `z` operation `x` of chunk `h` stands."""
    slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
    while z[slot] != x:
        slot += 1
    return slot


@kernel
def link(ops: Ints, z: Ints, x: int, column: int, prv: int) -> None:
    """Put `x` after `prv` (-1: at the head) on the lane of its place at `column`."""
    lane = ops[x, column + P_LANE]
    if prv >= 0:
        at = place_on(ops, z, prv, lane)
        nxt = ops[prv, at + P_NXT]
        ops[prv, at + P_NXT] = x
        h = ops[prv, at + P_CHUNK]
        slot = slot_of(z, h, prv) + 1
    else:
        nxt = z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD]
        z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = x
        h = (
            z[z[Z_DIRS] + lane * z[Z_DIRW] + 0]
            if z[z[Z_LANES] + lane * L_COLUMNS + L_NCH] > 0
            else new_chunk(ops, z, lane, 0, x, 0)
        )
        slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
    for i in range(z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT], slot, -1):
        z[i] = z[i - 1]
    z[slot] = x
    ops[x, column + P_PRV] = prv
    ops[x, column + P_NXT] = nxt
    ops[x, column + P_CHUNK] = h
    if nxt >= 0:
        ops[nxt, place_on(ops, z, nxt, lane) + P_PRV] = x
        z[z[Z_CHUNKS] + ops[nxt, place_on(ops, z, nxt, lane) + P_CHUNK] * H_COLUMNS + H_DIRTY] = 1
    else:
        z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = x
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] += 1
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_DIRTY] = 1
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_WORK] = UNKNOWN
    if z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] > CHUNK_MAX:
        split(ops, z, lane, h)


@kernel
def split(ops: Ints, z: Ints, lane: int, h: int) -> None:
    """Halve an overfull chunk."""
    half = z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] // 2
    rest = z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] - half
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] = half
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_DIRTY] = 1
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_WORK] = UNKNOWN
    slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST + half
    new = new_chunk(ops, z, lane, z[z[Z_CHUNKS] + h * H_COLUMNS + H_POS] + 1, z[slot], rest)
    for i in range(rest):
        x = z[slot + i]
        z[z[Z_CHUNKS] + new * H_COLUMNS + H_FIRST + i] = x
        ops[x, place_on(ops, z, x, lane) + P_CHUNK] = new


@kernel
def unlink(ops: Ints, z: Ints, x: int, column: int) -> None:
    """Take `x` off the lane of its place at `column`."""
    lane, prv, nxt = (ops[x, column + P_LANE], ops[x, column + P_PRV], ops[x, column + P_NXT])
    h = ops[x, column + P_CHUNK]
    if prv >= 0:
        ops[prv, place_on(ops, z, prv, lane) + P_NXT] = nxt
    else:
        z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = nxt
    if nxt >= 0:
        at = place_on(ops, z, nxt, lane)
        ops[nxt, at + P_PRV] = prv
        z[z[Z_CHUNKS] + ops[nxt, at + P_CHUNK] * H_COLUMNS + H_DIRTY] = 1
    else:
        z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = prv
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] -= 1
    for i in range(slot_of(z, h, x), z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]):
        z[i] = z[i + 1]
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_DIRTY] = 1
    z[z[Z_CHUNKS] + h * H_COLUMNS + H_WORK] = UNKNOWN
    if z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT] == 0:
        n = z[z[Z_LANES] + lane * L_COLUMNS + L_NCH] - 1
        for i in range(z[z[Z_CHUNKS] + h * H_COLUMNS + H_POS], n):
            moved = z[z[Z_DIRS] + lane * z[Z_DIRW] + (i + 1)]
            z[z[Z_DIRS] + lane * z[Z_DIRW] + i] = moved
            z[z[Z_CHUNKS] + moved * H_COLUMNS + H_POS] = i
        z[z[Z_LANES] + lane * L_COLUMNS + L_NCH] = n
        z[z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST] = z[S_FREECHUNK]
        z[S_FREECHUNK] = h


@kernel
def clear_lane(ops: Ints, z: Ints, lane: int) -> None:
    """Forget the sequence of a lane."""
    for i in range(z[z[Z_LANES] + lane * L_COLUMNS + L_NCH]):
        h = z[z[Z_DIRS] + lane * z[Z_DIRW] + i]
        z[z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST] = z[S_FREECHUNK]
        z[S_FREECHUNK] = h
    z[z[Z_LANES] + lane * L_COLUMNS + L_NCH] = 0
    z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = -1
    z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = -1


@kernel
def last_before(ops: Ints, z: Ints, lane: int, label: int, x: int) -> int:
    """The last operation on `lane` whose rank is below `(label, x)`; -1 if there is none."""
    low, high = (0, z[z[Z_LANES] + lane * L_COLUMNS + L_NCH])
    while low < high:
        mid = (low + high) // 2
        f = z[z[Z_CHUNKS] + z[z[Z_DIRS] + lane * z[Z_DIRW] + mid] * H_COLUMNS + H_FIRST]
        if ops[f, LABEL] < label or (ops[f, LABEL] == label and f < x):
            low = mid + 1
        else:
            high = mid
    if low == 0:
        return -1
    h = z[z[Z_DIRS] + lane * z[Z_DIRW] + (low - 1)]
    slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
    low, high = (1, z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT])
    while low < high:
        mid = (low + high) // 2
        b = z[slot + mid]
        if ops[b, LABEL] < label or (ops[b, LABEL] == label and b < x):
            low = mid + 1
        else:
            high = mid
    return z[slot + low - 1]


@kernel
def mark_dirty(ops: Ints, z: Ints, x: int) -> None:
    """The gaps before and after `x` may have changed."""
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        column = PLACES + p * P_WIDTH
        z[z[Z_CHUNKS] + ops[x, column + P_CHUNK] * H_COLUMNS + H_DIRTY] = 1
        nxt = ops[x, column + P_NXT]
        if nxt >= 0:
            lane = ops[x, column + P_LANE]
            z[z[Z_CHUNKS] + ops[nxt, place_on(ops, z, nxt, lane) + P_CHUNK] * H_COLUMNS + H_DIRTY] = 1


@kernel
def gap_before(ops: Ints, z: Ints, lane: int, prv: int, b: int, ready: int) -> int:
    """Working time of the lane between the end of `prv` (and `ready`) and the latest start of `b`."""
    tail = ops[b, TAIL]
    if tail >= INF:
        return INF
    start = max(ready, ops[prv, END]) if prv >= 0 else ready
    if start >= tail:
        return 0
    return work_at(ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], tail) - work_at(
        ops, z, z[z[Z_LANES] + lane * L_COLUMNS + L_CAL], start
    )


@kernel
def chunk_gap(ops: Ints, z: Ints, lane: int, h: int) -> int:
    """Longest elastic gap before an operation of the chunk; worked out again when something in it moved."""
    if z[z[Z_CHUNKS] + h * H_COLUMNS + H_DIRTY]:
        best = 0
        slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
        prv = ops[z[slot], place_on(ops, z, z[slot], lane) + P_PRV]
        for i in range(slot, slot + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]):
            b = z[i]
            if ops[b, STATE] != FIXED:
                gap = gap_before(ops, z, lane, prv, b, -INF)
                best = max(best, gap)
            prv = b
        z[z[Z_CHUNKS] + h * H_COLUMNS + H_GAP] = best
        z[z[Z_CHUNKS] + h * H_COLUMNS + H_DIRTY] = 0
    return z[z[Z_CHUNKS] + h * H_COLUMNS + H_GAP]


@kernel
def chunk_work(ops: Ints, z: Ints, h: int) -> int:
    """Working seconds of all that stands in a chunk; MIXED where some of it also goes by other hours than its machine.

    How long the longest takes is in `H_LONGEST` then.
    """
    chunk = z[Z_CHUNKS] + h * H_COLUMNS
    if z[chunk + H_WORK] == UNKNOWN:
        work, longest = (0, 0)
        for i in range(chunk + H_FIRST, chunk + H_FIRST + z[chunk + H_COUNT]):
            v = z[Z_VAR] + ops[z[i], VAR] * z[Z_VARW]
            windows = z[z[Z_CAL] + z[v + V_CALW] * C_COLUMNS + C_COUNT]
            if z[v + V_NPL] != 1 or z[z[Z_CAL] + z[v + V_CAL] * C_COLUMNS + C_COUNT] != windows:
                # A run that leaves out windows too short for it lasts for more of them than it works.
                work = MIXED
                break
            work += ops[z[i], DUR]
            longest = max(longest, ops[z[i], DUR])
        z[chunk + H_WORK], z[chunk + H_LONGEST] = (work, longest)
    return z[chunk + H_WORK]


@kernel
def gap_from(ops: Ints, z: Ints, lane: int, b: int, need: int, ready: int) -> int:
    """First operation from `b` on before which `need` working seconds fit after `ready`; -1: only at the lane's end."""
    if b < 0:
        return -1
    column = place_on(ops, z, b, lane)
    prv, h = (ops[b, column + P_PRV], ops[b, column + P_CHUNK])
    slot = slot_of(z, h, b)
    while True:
        first = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
        behind = first + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]
        if slot == first and chunk_gap(ops, z, lane, h) < need:
            slot = behind
            prv = z[slot - 1]
        while slot < behind:
            b = z[slot]
            if ops[b, STATE] != FIXED and ops[b, TAIL] > ready:  # noqa: SIM102 - the second test is dear
                if gap_before(ops, z, lane, prv, b, ready) >= need:
                    return b
            prv = b
            slot += 1
        position = z[z[Z_CHUNKS] + h * H_COLUMNS + H_POS] + 1
        if position >= z[z[Z_LANES] + lane * L_COLUMNS + L_NCH]:
            return -1
        h = z[z[Z_DIRS] + lane * z[Z_DIRW] + position]
        slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST


@kernel
def first_later(ops: Ints, z: Ints, lane: int, t: int) -> int:
    """First operation of the chunk in which latest starts pass `t`: no place before it can start after `t`."""
    low, high = (0, z[z[Z_LANES] + lane * L_COLUMNS + L_NCH])
    if high == 0:
        return -1
    while low < high:
        mid = (low + high) // 2
        if ops[z[z[Z_CHUNKS] + z[z[Z_DIRS] + lane * z[Z_DIRW] + mid] * H_COLUMNS + H_FIRST], TAIL] <= t:
            low = mid + 1
        else:
            high = mid
    return z[z[Z_CHUNKS] + z[z[Z_DIRS] + lane * z[Z_DIRW] + max(low - 1, 0)] * H_COLUMNS + H_FIRST]


@kernel
def first_ending_after(ops: Ints, z: Ints, lane: int, t: int) -> int:
    """First operation of the lane that ends after `t`, as heads stand; -1 if there is none."""
    low, high = (0, z[z[Z_LANES] + lane * L_COLUMNS + L_NCH])
    if high == 0:
        return -1
    while low < high:
        mid = (low + high) // 2
        if ops[z[z[Z_CHUNKS] + z[z[Z_DIRS] + lane * z[Z_DIRW] + mid] * H_COLUMNS + H_FIRST], END] <= t:
            low = mid + 1
        else:
            high = mid
    for position in range(max(low - 1, 0), z[z[Z_LANES] + lane * L_COLUMNS + L_NCH]):
        h = z[z[Z_DIRS] + lane * z[Z_DIRW] + position]
        slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
        for i in range(slot, slot + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]):
            if ops[z[i], END] > t:
                return z[i]
    return -1
