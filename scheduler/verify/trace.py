"""The checker's walk where nothing but its own lanes and its line ties an operation: no mould, no changeover.

`walk` judges every operation of a plan; here the checker keeps a plan of its own in `rec`, one row for each row of
`ops`, and re-times only what differs from the last commit, with what follows from it: the next on each of its lanes,
old and new, and the other operations of its line. What the plan itself has re-timed so far is compared in the end.

`t` holds the tables of `walk`; `marks` the turn at which a line or a lane was last found changed.
"""

from __future__ import annotations

from scheduler.arrays import (
    DEADLINE,
    DIS_E,
    DIS_S,
    DUR0,
    END,
    FET_E,
    FET_S,
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
from scheduler.verify.walk import (
    BAD_CHANGEOVER,
    BAD_DEADLINE,
    BAD_DURATION,
    BAD_FROZEN,
    BAD_MAINTENANCE,
    BAD_PLACE,
    BAD_RANK,
    BAD_TIMES,
    BAD_USE,
    BEYOND,
    DAWN,
    F_FREE,
    FINE,
    G_COLUMNS,
    G_LAG,
    G_POSITION,
    G_WORKING,
    N_COUNT,
    N_FED,
    N_INTO,
    N_LOT,
    N_NEXT,
    N_ROW,
    T_PATHS,
    T_VARIANTS,
    T_WIDTH,
    TOO_FAR,
    Y_CREWS,
    Y_DEN,
    Y_FIXED_US,
    Y_LAG,
    Y_LANES,
    Y_NPATHS,
    Y_NUM,
    Y_PATHS,
    Y_PER_US,
    Y_RUN,
    Y_TAIL,
    Y_UNITS,
    elapsed,
    finish,
    run_start,
)

FACTS = (VAR, LOT, STATE, LABEL, KEY, NBV, NBR, DEADLINE, LATEST, DUR0, SHOTS)
"""Columns of the plan that are taken into a record, in the order of the record's first columns."""
(R_VAR, R_LOT, R_STATE, R_LABEL, R_KEY, R_NBV, R_NBR, R_DEADLINE, R_LATEST, R_WORK) = range(10)
(R_SHOTS, R_EARLIEST, R_START, R_END, R_PAST, R_TURN) = range(10, 16)
R_COLUMNS = 16
"""So that a record is two lines of the processor's cache."""
M_LOT, M_LANE, M_COLUMNS = range(3)


@kernel
def take_over(
    ops: Ints, live: Ints, t: Ints, rec: Ints, lines: Ints, marks: Ints, turn: int, gone: Ints, found: Ints
) -> int:
    """Take what changed in the rows of `live` into the record, and mark it with its line.

    `gone` gets label and variant of each place that was left; the number of them is returned. `found` gets the row
    of the first fact that can't be, and what is wrong with it, or `FINE`.
    """
    left = 0
    found[0], found[1] = (-1, FINE)
    for x in live:
        same = 0
        while same < len(FACTS) and rec[x, same] == ops[x, FACTS[same]]:
            same += 1
        fixed = ops[x, STATE] == FIXED
        if same == len(FACTS) and not (fixed and (rec[x, R_START] != ops[x, START] or rec[x, R_END] != ops[x, END])):
            continue
        stood = rec[x, R_STATE] == OPEN or rec[x, R_STATE] == FIXED
        stands = ops[x, STATE] == OPEN or fixed
        moved = rec[x, R_LABEL] != ops[x, LABEL] or rec[x, R_VAR] != ops[x, VAR] or rec[x, R_KEY] != ops[x, KEY]
        if stood:
            _mark_lot(lines, marks, rec[x, R_LOT], turn)
            if moved or not stands:
                gone[left, 0], gone[left, 1] = (rec[x, R_LABEL], rec[x, R_VAR])
                left += 1
        if stands:
            bad = _impossible(ops, t, rec, lines, x)
            if bad != FINE:
                found[0], found[1] = (x, bad)
                return left
        for c in range(len(FACTS)):
            rec[x, c] = ops[x, FACTS[c]]
        if fixed:
            rec[x, R_START], rec[x, R_END] = (ops[x, START], ops[x, END])
        rec[x, R_TURN] = turn
        _mark_lot(lines, marks, ops[x, LOT], turn)
    return left


@kernel
def _impossible(ops: Ints, t: Ints, rec: Ints, lines: Ints, x: int) -> int:
    """What is wrong with the facts of one operation, or `FINE`."""
    y = t[T_VARIANTS] + ops[x, VAR] * t[T_WIDTH]
    count = (lines[ops[x, LOT], N_LOT] * t[y + Y_NUM] + t[y + Y_DEN] - 1) // t[y + Y_DEN]
    if ops[x, DUR0] != max(1, (t[y + Y_FIXED_US] + count * t[y + Y_PER_US] + 999_999) // 1_000_000):
        return BAD_DURATION
    if ops[x, SHOTS]:
        return BAD_PLACE
    # A deadline moves later only by a recorded event.
    known = rec[x, R_KEY] == ops[x, KEY] and rec[x, R_DEADLINE] > 0
    if known and rec[x, R_DEADLINE] < ops[x, DEADLINE] and ops[x, DEADLINE] < INF:
        return BAD_DEADLINE
    return FINE


@kernel
def _later(rec: Ints, one: int, two: int) -> bool:
    """Whether `one` ranks after `two`."""
    later = rec[one, R_LABEL] - rec[two, R_LABEL]
    return bool(later > 0 or (later == 0 and rec[one, R_KEY] > rec[two, R_KEY]))


@kernel
def _mark_lot(lines: Ints, marks: Ints, lot: int, turn: int) -> None:
    """Have the operations of a lot looked at, and those of the one that it goes into."""
    marks[lot, M_LOT] = turn
    if lines[lot, N_INTO] >= 0:
        marks[lines[lot, N_INTO], M_LOT] = turn


@kernel
def _arrival(t: Ints, rec: Ints, lines: Ints, x: int, y: int) -> int:
    """When all placed predecessors of `x` have ended and the lags are over; -1 when one ranks after it."""
    latest = DAWN
    row = lines[rec[x, R_LOT], N_ROW]
    for p in range(t[y + Y_NPATHS]):
        g = t[T_PATHS] + (t[y + Y_PATHS] + p) * G_COLUMNS
        before = row + t[g + G_POSITION]
        if rec[before, R_STATE] != OPEN and rec[before, R_STATE] != FIXED:
            continue
        if not rec[before, R_PAST] and _later(rec, before, x):
            return -1
        over = rec[before, R_END] + t[g + G_LAG]
        if t[g + G_WORKING]:
            over = finish(t, t[y + Y_LAG], over, t[g + G_WORKING])
        latest = max(latest, over)
    fed = lines[rec[x, R_LOT], N_FED] if not t[y + Y_NPATHS] else -1
    while fed >= 0:
        for before in range(lines[fed, N_ROW], lines[fed, N_ROW] + lines[fed, N_COUNT]):
            if rec[before, R_STATE] == OPEN or rec[before, R_STATE] == FIXED:
                if not rec[before, R_PAST] and _later(rec, before, x):
                    return -1
                tail = t[t[T_VARIANTS] + rec[before, R_VAR] * t[T_WIDTH] + Y_TAIL]
                latest = max(latest, rec[before, R_END] + tail)
        fed = lines[fed, N_NEXT]
    return latest


@kernel
def _sort_ties(rec: Ints, order: Ints) -> None:
    """Put equal labels in the order of their keys, between the places that were left."""
    for i in range(1, len(order)):
        k = i
        while k and order[k] >= 0 and order[k - 1] >= 0:
            one, two = order[k - 1], order[k]
            if rec[one, R_LABEL] != rec[two, R_LABEL] or rec[one, R_KEY] < rec[two, R_KEY]:
                break
            order[k - 1], order[k] = (two, one)
            k -= 1


@kernel
def trace(
    order: Ints, gone: Ints, t: Ints, base: Ints, rec: Ints, lines: Ints, marks: Ints, delta: bool, turn: int,
    floor_s: int, now: int, found: Ints,
) -> int:  # fmt: skip
    """Re-time the operations of `order`, sorted by label; the number of entries that are history from now on.

    An entry below 0 is the place in row `~entry` of `gone`. Without `delta` everything is re-timed. `base` is what
    history left on each lane; the fixed ones at the front of `order` are added to it. `found` as for `walk`.
    """
    _sort_ties(rec, order)
    free = base[:, F_FREE].copy()
    history = 0
    while history < len(order) and (order[history] < 0 or rec[order[history], R_STATE] == FIXED):
        history += 1
    found[0], found[1] = (-1, FINE)
    for i in range(len(order)):
        x = order[i]
        if x < 0:
            y = t[T_VARIANTS] + gone[~x, 1] * t[T_WIDTH]
            for u in range(t[y + Y_UNITS] + t[y + Y_CREWS]):
                marks[t[y + Y_LANES + u], M_LANE] = turn
        else:
            y = t[T_VARIANTS] + rec[x, R_VAR] * t[T_WIDTH]
            held, touched = DAWN, not delta or rec[x, R_TURN] == turn or marks[rec[x, R_LOT], M_LOT] == turn
            for u in range(t[y + Y_UNITS] + t[y + Y_CREWS]):
                lane = t[y + Y_LANES + u]
                held = max(held, free[lane])
                touched = touched or marks[lane, M_LANE] == turn
            end = rec[x, R_END]
            if touched or (rec[x, R_STATE] == OPEN and rec[x, R_START] < floor_s):
                bad = _retime(t, rec, lines, x, y, held, turn, floor_s, now)
                if bad != FINE:
                    found[0], found[1] = (x, bad)
                    return 0
                moved = rec[x, R_TURN] == turn or rec[x, R_END] != end
                if moved:
                    _mark_lot(lines, marks, rec[x, R_LOT], turn)
                for u in range(t[y + Y_UNITS] + t[y + Y_CREWS]):
                    marks[t[y + Y_LANES + u], M_LANE] = turn if moved else 0
            for u in range(t[y + Y_UNITS] + t[y + Y_CREWS]):
                free[t[y + Y_LANES + u]] = rec[x, R_END]
            if i < history:
                rec[x, R_PAST] = 1
        if i == history - 1:
            base[:, F_FREE] = free
    return history


@kernel
def _retime(
    t: Ints, rec: Ints, lines: Ints, x: int, y: int, held: int, turn: int, floor_s: int, now: int
) -> int:  # fmt: skip
    """Work out when `x` runs, its lanes being free from `held` on; what is wrong with it, or `FINE`."""
    arrival = _arrival(t, rec, lines, x, y)
    if arrival == -1:
        return BAD_RANK
    if arrival >= BEYOND:
        return TOO_FAR
    if rec[x, R_STATE] == FIXED:
        return _judge_fixed(t, rec, x, y, held, arrival, now)
    earliest = max(rec[x, R_NBV], floor_s, rec[x, R_NBR], held, arrival)
    if earliest != rec[x, R_EARLIEST] or rec[x, R_TURN] == turn:
        start = run_start(t, y, earliest, rec[x, R_WORK])
        end = finish(t, t[y + Y_RUN], start, rec[x, R_WORK]) if start < BEYOND else BEYOND
        if end >= BEYOND:
            return TOO_FAR
        rec[x, R_EARLIEST], rec[x, R_START], rec[x, R_END] = (earliest, start, end)
    if rec[x, R_END] > rec[x, R_DEADLINE]:
        return BAD_DEADLINE
    return BAD_FROZEN if rec[x, R_START] > rec[x, R_LATEST] else FINE


@kernel
def _judge_fixed(t: Ints, rec: Ints, x: int, y: int, held: int, arrival: int, now: int) -> int:
    """What became a fact since the last commit: its places are its own, and it takes its time."""
    start, end = rec[x, R_START], rec[x, R_END]
    if start < now or end <= now:
        return FINE
    q = t[y + Y_RUN]
    if elapsed(t, q, end) - elapsed(t, q, start) != rec[x, R_WORK]:
        return BAD_DURATION
    if start < arrival or end > rec[x, R_DEADLINE]:
        return BAD_TIMES
    return BAD_USE if start < held else FINE


@kernel
def compare(ops: Ints, order: Ints, rec: Ints, found: Ints) -> None:
    """Hold what the plan says of its times against the record; `found` as for `walk`."""
    found[0], found[1] = (-1, FINE)
    for x in order:
        if x < 0 or rec[x, R_STATE] != OPEN:
            continue
        bad = FINE
        if ops[x, START] != rec[x, R_START] or ops[x, END] != rec[x, R_END]:
            bad = BAD_TIMES
        elif ops[x, SET_S] != ops[x, SET_E] or ops[x, DIS_S] != ops[x, DIS_E] or ops[x, FET_S] != ops[x, FET_E]:
            bad = BAD_CHANGEOVER
        elif ops[x, NMAINT]:
            bad = BAD_MAINTENANCE
        if bad != FINE:
            found[0], found[1] = (x, bad)
            return
