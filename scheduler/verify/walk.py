"""The checker's walk over a plan's columns, compiled: every operation re-timed where it ranks, by its own code.

The same rules as `ShopFloor` and `WorkingTime` state in plain Python, over tables that the checker made from the
plant. What it reads of the plan are ranks, chosen variants, bounds and stated times, nothing that re-timing derived
on the way to them.

`t` holds the checker's tables one after the other, found by the `T_` entries at its front; `floor` the state of each
lane, one row each, as the operations before leave it; `seen` what was found right at the last walk.
"""

from __future__ import annotations

from scheduler.arrays import (
    DEADLINE,
    DIS_E,
    DIS_S,
    DISM,
    DUR0,
    END,
    FET_E,
    FET_S,
    FETL,
    FIXED,
    INF,
    KEY,
    LABEL,
    LATEST,
    LOT,
    NBR,
    NBV,
    NMAINT,
    OPEN,
    SET_E,
    SET_S,
    SHOTS,
    START,
    STATE,
    VAR,
    Ints,
)
from scheduler.compiled import kernel

(T_VARIANTS, T_WIDTH, T_PATHS, T_MOUNT, T_DISMOUNT, T_COLOUR, T_MATERIAL, T_FETCH) = range(8)
(T_LANES, T_COLOURS, T_MATERIALS, T_SETTERS, T_HEADER) = range(8, 13)

# variants; Y_RUN to Y_SETUP are places of calendars, Y_NUM / Y_DEN pieces or shots are made per piece, rounded up
(Y_UNITS, Y_MOULD, Y_SETTER, Y_CREWS, Y_RUN, Y_LAG, Y_DISMOUNT, Y_SETUP, Y_NONE, Y_SHIFT, Y_CHUNK) = range(11)
(Y_FIXED_US, Y_PER_US, Y_NUM, Y_DEN, Y_MACHINE, Y_MAX, Y_PATHS, Y_NPATHS, Y_TAIL, Y_BY) = range(11, 21)
Y_LANES = 21

# calendars: first and count of windows (start, end, work before) and of downtimes (start, end); for each stretch of
# `BUCKET_S` from Q_T0 on the last window that starts at or before its begin
Q_WINDOW, Q_WINDOWS, Q_DOWN, Q_DOWNS, Q_BUCKET, Q_BUCKETS, Q_T0, Q_COLUMNS = range(8)
BUCKET_S = 1 << 15
G_POSITION, G_LAG, G_WORKING, G_COLUMNS = range(4)

# lanes
(F_FREE, F_MOUNTED, F_HANGS, F_COLOUR, F_MATERIAL, F_SHOTS, F_LIMIT, F_MAINTENANCE, F_COLUMNS) = range(9)
# lots: first row of `ops` and rows, pieces made, group of colour and of material; the lot that it goes into, the
# first of those that go into it, and the next that goes where it goes (-1: none)
N_ROW, N_LOT, N_COLOUR, N_MATERIAL, N_COUNT, N_INTO, N_FED, N_NEXT, N_COLUMNS = range(9)
# seen
(K_EARLIEST, K_VARIANT, K_RUN, K_START, K_END, K_TURN, K_DEADLINE, K_JOB, K_COUNT, K_WORK) = range(10)
K_COLUMNS = 16
"""So that a row is two lines of the processor's cache."""

DAWN = -(1 << 50)
BEYOND = 1 << 61
"""A time that lies after the last window known."""

(FINE, BAD_PLACE, BAD_DURATION, BAD_RANK, BAD_CHANGEOVER, BAD_MOUNTED, BAD_TIMES, BAD_DEADLINE, BAD_FROZEN) = range(9)
BAD_USE, BAD_MAINTENANCE, TOO_FAR = range(9, 12)


@kernel
def window_before(t: Ints, q: int, time: int) -> int:
    """Row of the last window that starts at or before `time`, or one before the first."""
    low, last = t[q + Q_WINDOW], t[q + Q_WINDOWS] - 1
    bucket = (time - t[q + Q_T0]) // BUCKET_S
    if bucket < 0 or last < 0:
        return -1
    i = t[t[q + Q_BUCKET] + min(bucket, t[q + Q_BUCKETS] - 1)]
    while i < last and t[low + 3 * (i + 1)] <= time:
        i += 1
    return i


@kernel
def elapsed(t: Ints, q: int, time: int) -> int:
    """Working seconds before `time`."""
    i = window_before(t, q, time)
    if i < 0:
        return 0
    at = t[q + Q_WINDOW] + 3 * i
    return t[at + 2] + min(time, t[at + 1]) - t[at]


@kernel
def _first(t: Ints, q: int, time: int) -> int:
    """First working second at or after `time`."""
    low = t[q + Q_WINDOW]
    i = window_before(t, q, time)
    if i >= 0 and time < t[low + 3 * i + 1]:
        return time
    if i + 1 >= t[q + Q_WINDOWS]:
        return BEYOND
    return t[low + 3 * (i + 1)]


@kernel
def finish(t: Ints, q: int, start: int, work: int) -> int:
    """When `work` seconds are done that begin at or after `start`, pausing over whatever comes."""
    if work <= 0:
        return start
    low, count = t[q + Q_WINDOW], t[q + Q_WINDOWS]
    i = window_before(t, q, start)
    target = work
    if i >= 0:
        target += t[low + 3 * i + 2] + min(start, t[low + 3 * i + 1]) - t[low + 3 * i]
    i = max(i, 0)
    while i < count and t[low + 3 * i + 2] + t[low + 3 * i + 1] - t[low + 3 * i] < target:
        i += 1
    return t[low + 3 * i] + target - t[low + 3 * i + 2] if i < count else BEYOND


@kernel
def run_start(t: Ints, y: int, earliest: int, work: int) -> int:
    """Earliest start of a run of `work` seconds that pauses only over what its mode allows."""
    q = t[y + Y_RUN]
    start = earliest
    while True:
        start = _first(t, q, start)
        if start >= BEYOND:
            return BEYOND
        left = t[t[q + Q_WINDOW] + 3 * window_before(t, q, start) + 1] - start
        if left < (work if t[y + Y_NONE] else min(t[y + Y_CHUNK], work)):
            start += left
            continue
        if not t[y + Y_SHIFT]:
            return start
        hit = _downtime_end(t, q, start, finish(t, q, start, work))
        if hit == DAWN:
            return start
        start = hit


@kernel
def _downtime_end(t: Ints, q: int, start: int, end: int) -> int:
    """End of the first downtime with time in common with `[start, end)`, or `DAWN`."""
    low = t[q + Q_DOWN]
    left, right = 0, t[q + Q_DOWNS]
    while left < right:
        middle = (left + right) // 2
        if t[low + 2 * middle + 1] <= start:
            left = middle + 1
        else:
            right = middle
    if left == t[q + Q_DOWNS] or t[low + 2 * left] >= end:
        return DAWN
    return t[low + 2 * left + 1]


@kernel
def _arrival(ops: Ints, t: Ints, seen: Ints, lines: Ints, x: int, y: int, turn: int) -> int:
    """When all placed predecessors of `x` have ended and the lags are over; -1 when one ranks after it."""
    latest = DAWN
    row = lines[ops[x, LOT], N_ROW]
    for p in range(t[y + Y_NPATHS]):
        g = t[T_PATHS] + (t[y + Y_PATHS] + p) * G_COLUMNS
        before = row + t[g + G_POSITION]
        if ops[before, STATE] != OPEN and ops[before, STATE] != FIXED:
            continue
        if seen[before, K_TURN] != turn and seen[before, K_TURN] != INF:
            return -1
        over = ops[before, END] + t[g + G_LAG]
        if t[g + G_WORKING]:
            over = finish(t, t[y + Y_LAG], over, t[g + G_WORKING])
        latest = max(latest, over)
    fed = lines[ops[x, LOT], N_FED] if not t[y + Y_NPATHS] else -1
    while fed >= 0:
        for before in range(lines[fed, N_ROW], lines[fed, N_ROW] + lines[fed, N_COUNT]):
            if ops[before, STATE] == OPEN or ops[before, STATE] == FIXED:
                if seen[before, K_TURN] != turn and seen[before, K_TURN] != INF:
                    return -1
                tail = t[t[T_VARIANTS] + ops[before, VAR] * t[T_WIDTH] + Y_TAIL]
                latest = max(latest, ops[before, END] + tail)
        fed = lines[fed, N_NEXT]
    return latest


@kernel
def _piece_holds(t: Ints, q: int, earliest: int, work: int, start: int, end: int) -> int:
    """The end of a piece of changeover if it stands where it must, or `DAWN`, or `BEYOND`."""
    if work <= 0:
        return earliest if start < 0 or start == end else DAWN
    begin = _first(t, q, earliest)
    if begin >= BEYOND:
        return BEYOND
    over = finish(t, q, begin, work)
    if over >= BEYOND:
        return BEYOND
    return over if start == begin and end == over else DAWN


@kernel
def _judge_fixed(ops: Ints, t: Ints, floor: Ints, x: int, y: int, work: int, arrival: int, now: int) -> int:
    """What became a fact since the last walk: its places are its own, and it takes its time."""
    start, end = ops[x, START], ops[x, END]
    visit = start
    if ops[x, SET_S] >= 0:
        visit = min(visit, ops[x, SET_S])
    if ops[x, DIS_S] >= 0:
        visit = min(visit, ops[x, DIS_S])
    if visit < now or end <= now:
        return FINE
    q = t[y + Y_RUN]
    if elapsed(t, q, end) - elapsed(t, q, start) != work:
        return BAD_DURATION
    if start < arrival or ops[x, END] > ops[x, DEADLINE]:
        return BAD_TIMES
    for u in range(t[y + Y_UNITS]):
        if visit < floor[t[y + Y_LANES + u], F_FREE]:
            return BAD_USE
    for u in range(t[y + Y_CREWS]):
        if start < floor[t[y + Y_LANES + t[y + Y_UNITS] + u], F_FREE]:
            return BAD_USE
    if t[y + Y_MOULD] >= 0 and start < floor[t[y + Y_MOULD], F_FREE]:
        return BAD_USE
    return FINE


@kernel
def _judge(
    ops: Ints, t: Ints, floor: Ints, seen: Ints, lines: Ints, x: int, y: int, work: int, arrival: int, floor_s: int
) -> int:
    """Whether an open operation stands exactly where the sequences put it, within its bounds."""
    least = max(ops[x, NBV], floor_s)
    held = least
    for u in range(t[y + Y_UNITS]):
        held = max(held, floor[t[y + Y_LANES + u], F_FREE])
    machine, mould, setter = t[y + Y_MACHINE], t[y + Y_MOULD], t[y + Y_SETTER]
    by = floor[setter, F_FREE] if setter >= 0 else DAWN
    first = ops[x, START]
    colour, material = lines[ops[x, LOT], N_COLOUR], lines[ops[x, LOT], N_MATERIAL]
    if mould >= 0 or colour >= 0 or material >= 0:
        mounting = 0
        free = DAWN
        if mould >= 0:
            free = floor[mould, F_FREE]
        off = origin = -1
        dismount = fetch = 0
        if mould >= 0 and floor[mould, F_HANGS] != machine:
            off, origin = floor[machine, F_MOUNTED], floor[mould, F_HANGS]
            mounting = t[t[T_MOUNT] + machine * t[T_LANES] + mould]
            if off >= 0:
                dismount = t[t[T_DISMOUNT] + machine * t[T_LANES] + off]
            if origin >= 0:
                fetch = t[t[T_DISMOUNT] + origin * t[T_LANES] + mould]
        if ops[x, DISM] != off and (ops[x, DISM] >= 0 or dismount > 0):
            return BAD_MOUNTED
        if ops[x, FETL] != origin and (ops[x, FETL] >= 0 or fetch > 0):
            return BAD_MOUNTED
        earliest = max(held, by) if dismount > 0 else held
        over = _piece_holds(t, t[y + Y_DISMOUNT], earliest, dismount, ops[x, DIS_S], ops[x, DIS_E])
        if over == DAWN or over >= BEYOND:
            return BAD_CHANGEOVER if over == DAWN else TOO_FAR
        if dismount > 0:
            held = by = over
            first = min(first, ops[x, DIS_S])
        if origin >= 0:
            free = max(free, floor[origin, F_FREE])
        calendar = t[t[T_FETCH] + origin * t[T_SETTERS] + t[y + Y_BY]] if fetch > 0 else 0
        over = _piece_holds(t, calendar, max(least, free, by), fetch, ops[x, FET_S], ops[x, FET_E])
        if over == DAWN or over >= BEYOND:
            return BAD_CHANGEOVER if over == DAWN else TOO_FAR
        if fetch > 0:
            free = by = over
            first = min(first, ops[x, FET_S])
        held = max(held, free)
        setup = _setup(t, floor, y, machine, mounting, colour, material)
        over = _piece_holds(t, t[y + Y_SETUP], max(held, by), setup, ops[x, SET_S], ops[x, SET_E])
        if over == DAWN or over >= BEYOND:
            return BAD_CHANGEOVER if over == DAWN else TOO_FAR
        if setup > 0:
            held = over
            first = min(first, ops[x, SET_S])
    elif ops[x, SET_S] != ops[x, SET_E] or ops[x, DIS_S] != ops[x, DIS_E] or ops[x, FET_S] != ops[x, FET_E]:
        return BAD_CHANGEOVER
    earliest = max(held, ops[x, NBR], arrival)
    for u in range(t[y + Y_CREWS]):
        earliest = max(earliest, floor[t[y + Y_LANES + t[y + Y_UNITS] + u], F_FREE])
    if ops[x, END] > ops[x, DEADLINE]:
        return BAD_DEADLINE
    if first > ops[x, LATEST]:
        return BAD_FROZEN
    known = seen[x, K_EARLIEST] == earliest and seen[x, K_VARIANT] == ops[x, VAR] and seen[x, K_RUN] == work
    if known and seen[x, K_START] == ops[x, START] and seen[x, K_END] == ops[x, END]:
        return FINE
    start = run_start(t, y, earliest, work)
    end = finish(t, t[y + Y_RUN], start, work) if start < BEYOND else BEYOND
    if end >= BEYOND:
        return TOO_FAR
    if start != ops[x, START] or end != ops[x, END]:
        return BAD_TIMES
    seen[x, K_EARLIEST], seen[x, K_VARIANT], seen[x, K_RUN] = (earliest, ops[x, VAR], work)
    seen[x, K_START], seen[x, K_END] = (start, end)
    return FINE


@kernel
def _setup(t: Ints, floor: Ints, y: int, machine: int, mounting: int, colour: int, material: int) -> int:
    """Seconds of mounting, colour and material together, as the machine's class adds them up."""
    dye = resin = 0
    if colour >= 0 and floor[machine, F_COLOUR] >= 0:
        at = (machine * t[T_COLOURS] + floor[machine, F_COLOUR]) * t[T_COLOURS] + colour
        dye = t[t[T_COLOUR] + at]
    if material >= 0 and floor[machine, F_MATERIAL] >= 0:
        at = (machine * t[T_MATERIALS] + floor[machine, F_MATERIAL]) * t[T_MATERIALS] + material
        resin = t[t[T_MATERIAL] + at]
    return max(mounting, dye, resin) if t[y + Y_MAX] else mounting + dye + resin


@kernel
def _enter(ops: Ints, t: Ints, floor: Ints, lines: Ints, x: int, y: int, shots: int, due: int) -> None:
    """Let `x` take its place: what comes later finds the plant as `x` leaves it."""
    machine, mould, end = t[y + Y_MACHINE], t[y + Y_MOULD], ops[x, END]
    if mould >= 0:
        if floor[mould, F_HANGS] != machine:
            off, origin = floor[machine, F_MOUNTED], floor[mould, F_HANGS]
            if off >= 0:
                floor[off, F_HANGS] = -1
                if ops[x, DIS_S] >= 0:
                    floor[off, F_FREE] = max(floor[off, F_FREE], ops[x, DIS_E])
            if origin >= 0:
                floor[origin, F_MOUNTED] = -1
                if ops[x, FET_S] >= 0:
                    floor[origin, F_FREE] = max(floor[origin, F_FREE], ops[x, FET_E])
            floor[machine, F_MOUNTED] = mould
            floor[mould, F_HANGS] = machine
        floor[mould, F_FREE] = end
        floor[mould, F_SHOTS] += shots - due * floor[mould, F_LIMIT]
    setter = t[y + Y_SETTER]
    if setter >= 0:
        # Begun work ranks in the order in which it ends, not in that in which it was set up.
        if ops[x, DIS_E] > ops[x, DIS_S]:
            floor[setter, F_FREE] = max(floor[setter, F_FREE], ops[x, DIS_E])
        if ops[x, FET_E] > ops[x, FET_S]:
            floor[setter, F_FREE] = max(floor[setter, F_FREE], ops[x, FET_E])
        if ops[x, SET_E] > ops[x, SET_S]:
            floor[setter, F_FREE] = max(floor[setter, F_FREE], ops[x, SET_E])
    for u in range(t[y + Y_UNITS] + t[y + Y_CREWS]):
        floor[t[y + Y_LANES + u], F_FREE] = end
    colour, material = lines[ops[x, LOT], N_COLOUR], lines[ops[x, LOT], N_MATERIAL]
    if colour >= 0:
        floor[machine, F_COLOUR] = colour
    if material >= 0:
        floor[machine, F_MATERIAL] = material


@kernel
def walk(
    ops: Ints, order: Ints, t: Ints, base: Ints, seen: Ints, lines: Ints, floor_s: int, now: int, turn: int,
    found: Ints,
) -> int:  # fmt: skip
    """Judge all operations of `order`, sorted by label; the number of those that are history from now on.

    Equal labels are put in the order of their keys. `base` is what history left; the fixed ones at the front of
    `order` are added to it.
    `found` gets the row of the first that is not right and what is wrong with it, or `FINE`.
    """
    for i in range(1, len(order)):
        k = i
        while k and ops[order[k - 1], LABEL] == ops[order[k], LABEL] and ops[order[k - 1], KEY] > ops[order[k], KEY]:
            order[k - 1], order[k] = (order[k], order[k - 1])
            k -= 1
    floor = base.copy()
    history = 0
    while history < len(order) and ops[order[history], STATE] == FIXED:
        history += 1
    found[0], found[1] = (-1, FINE)
    for i in range(len(order)):
        x = order[i]
        y = t[T_VARIANTS] + ops[x, VAR] * t[T_WIDTH]
        if seen[x, K_JOB] != ops[x, VAR] + 1:
            count = (lines[ops[x, LOT], N_LOT] * t[y + Y_NUM] + t[y + Y_DEN] - 1) // t[y + Y_DEN]
            seen[x, K_JOB], seen[x, K_COUNT] = (ops[x, VAR] + 1, count)
            seen[x, K_WORK] = max(1, (t[y + Y_FIXED_US] + count * t[y + Y_PER_US] + 999_999) // 1_000_000)
        count, work = seen[x, K_COUNT], seen[x, K_WORK]
        mould = t[y + Y_MOULD]
        shots = count if mould >= 0 else 0
        bad = FINE
        if ops[x, SHOTS] != shots:
            bad = BAD_PLACE
        elif ops[x, DUR0] != work:
            bad = BAD_DURATION
        due = 0
        if mould >= 0 and floor[mould, F_LIMIT] > 0:
            due = max(0, (floor[mould, F_SHOTS] + shots - 1) // floor[mould, F_LIMIT])
            work += due * floor[mould, F_MAINTENANCE]
        arrival = _arrival(ops, t, seen, lines, x, y, turn)
        if arrival == -1:
            bad = BAD_RANK
        elif arrival >= BEYOND:
            bad = TOO_FAR
        if seen[x, K_DEADLINE] < ops[x, DEADLINE] and seen[x, K_DEADLINE] and ops[x, DEADLINE] < INF:
            bad = BAD_DEADLINE
        if bad == FINE and ops[x, STATE] == FIXED:
            bad = _judge_fixed(ops, t, floor, x, y, work, arrival, now)
        elif bad == FINE and ops[x, NMAINT] != due:
            bad = BAD_MAINTENANCE
        elif bad == FINE:
            bad = _judge(ops, t, floor, seen, lines, x, y, work, arrival, floor_s)
        if bad != FINE:
            found[0], found[1] = (x, bad)
            return 0
        seen[x, K_DEADLINE] = ops[x, DEADLINE]
        seen[x, K_TURN] = turn if i >= history else INF
        _enter(ops, t, floor, lines, x, y, shots, due)
        if i == history - 1:
            base[:] = floor
    return history
