"""The checker's walk where nothing but its own lanes and its line ties an operation: no mould, no changeover.

`walk` judges every operation of a plan; here the checker keeps a plan of its own in `rec`, one row for each row of
`ops`, and re-times only what differs from the last commit, with what follows from it: the next on each of its lanes,
old and new, and the other operations of its line. What the plan itself has re-timed so far is compared in the end.

`t` holds the tables of `walk`; `marks` the turn at which a line or a lane was last found changed.
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    DIS_E,
    DIS_S,
    END,
    FET_E,
    FET_S,
    FIXED,
    NMAINT,
    OPEN,
    SET_E,
    SET_S,
    START,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.verify.record import (
    C_FIRST,
    C_LIVE,
    C_ORDER,
    E_END,
    E_LANE,
    E_LOT,
    E_ROW,
    E_START,
    E_VAR,
    M_LANE,
    M_LOT,
    R_DEADLINE,
    R_EARLIEST,
    R_END,
    R_KEY,
    R_LABEL,
    R_LATEST,
    R_LOT,
    R_NBR,
    R_NBV,
    R_PAST,
    R_START,
    R_STATE,
    R_TURN,
    R_VAR,
    R_WORK,
    mark_lot,
    merge,
    take_over,
)
from scheduler.verify.walk import (
    BAD_CHANGEOVER,
    BAD_DEADLINE,
    BAD_DURATION,
    BAD_FROZEN,
    BAD_MAINTENANCE,
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
    N_NEXT,
    N_ROW,
    Q_WINDOW,
    T_PATHS,
    T_VARIANTS,
    T_WIDTH,
    TOO_FAR,
    Y_CREWS,
    Y_LAG,
    Y_LANES,
    Y_NPATHS,
    Y_PATHS,
    Y_RUN,
    Y_TAIL,
    Y_UNITS,
    elapsed,
    finish,
    run_start,
    window_before,
)


@kernel
def follow(
    ops: Ints, t: Ints, base: Ints, rec: Ints, lines: Ints, marks: Ints, live: Ints, order: Ints, spare: Ints,
    counts: Ints, delta: bool, turn: int, floor_s: int, now: int, settled: bool, found: Ints,
) -> None:  # fmt: skip
    """Follow the plan from the last commit to this one; `found` as for `walk`.

    Without `delta` everything is put in order and re-timed anew. What the plan says of its times is looked at when it
    is `settled`. `spare` is as long as `order`, and gets the next entries: the two then change places.
    """
    n = counts[C_LIVE]
    fresh, gone = np.empty(n, np.int64), np.empty((n, 3), np.int64)
    here, left = take_over(ops, t, rec, lines, marks, live, counts, delta, turn, fresh, gone, found)
    if found[1] != FINE:
        return
    merge(t, rec, order, spare, counts, delta, fresh[:here], gone[:left])
    trace(spare, t, base, rec, lines, marks, counts, delta, turn, floor_s, now, found)
    if found[1] == FINE and settled:
        compare(ops, live[: counts[C_LIVE]], rec, found)


@kernel
def _later(rec: Ints, one: int, two: int) -> bool:
    """Whether `one` ranks after `two`."""
    later = rec[one, R_LABEL] - rec[two, R_LABEL]
    return bool(later > 0 or (later == 0 and rec[one, R_KEY] > rec[two, R_KEY]))


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
def trace(
    order: Ints, t: Ints, base: Ints, rec: Ints, lines: Ints, marks: Ints, counts: Ints, delta: bool, turn: int,
    floor_s: int, now: int, found: Ints,
) -> None:  # fmt: skip
    """Re-time what `order` has of changes, and what follows from them; without `delta` everything.

    `base` is what history left on each lane; the fixed ones at the front of `order` are added to it, and `counts` then
    begins behind them. `found` as for `walk`.
    """
    free = base[:, F_FREE].copy()
    count = counts[C_ORDER]
    history = 0
    while history < count and (order[history, E_ROW] < 0 or rec[order[history, E_ROW], R_STATE] == FIXED):
        history += 1
    found[0], found[1] = (-1, FINE)
    for i in range(count):
        x, lane = (order[i, E_ROW], order[i, E_LANE])
        alone = delta and lane >= 0 and x >= 0 and i >= history and marks[lane, M_LANE] != turn
        if alone and marks[order[i, E_LOT], M_LOT] != turn and order[i, E_START] >= floor_s:
            free[lane] = order[i, E_END]
            continue
        y = t[T_VARIANTS] + order[i, E_VAR] * t[T_WIDTH]
        places = t[y + Y_UNITS] + t[y + Y_CREWS]
        if x < 0:
            for u in range(places):
                marks[t[y + Y_LANES + u], M_LANE] = turn
        else:
            touched = not delta or marks[order[i, E_LOT], M_LOT] == turn or order[i, E_START] < floor_s
            for u in range(places):
                touched = touched or marks[t[y + Y_LANES + u], M_LANE] == turn
            if touched:
                bad = _retime(t, rec, lines, marks, free, x, y, turn, floor_s, now)
                if bad != FINE:
                    found[0], found[1] = (x, bad)
                    return
                order[i, E_START] = BEYOND if rec[x, R_STATE] == FIXED else rec[x, R_START]
                order[i, E_END] = rec[x, R_END]
            for u in range(places):
                free[t[y + Y_LANES + u]] = order[i, E_END]
        if i == history - 1:
            base[:, F_FREE] = free
            counts[C_FIRST] = history
            for k in range(history):
                if order[k, E_ROW] >= 0:
                    rec[order[k, E_ROW], R_PAST] = 1


@kernel
def _retime(
    t: Ints, rec: Ints, lines: Ints, marks: Ints, free: Ints, x: int, y: int, turn: int, floor_s: int, now: int
) -> int:  # fmt: skip
    """Work out anew when `x` runs, and mark what follows from it if that is another time; what is wrong, or `FINE`."""
    held, end = DAWN, rec[x, R_END]
    for u in range(t[y + Y_UNITS] + t[y + Y_CREWS]):
        held = max(held, free[t[y + Y_LANES + u]])
    bad = _run(t, rec, lines, x, y, held, turn, floor_s, now)
    if bad != FINE:
        return bad
    moved = rec[x, R_TURN] == turn or rec[x, R_END] != end
    if moved:
        mark_lot(lines, marks, rec[x, R_LOT], turn)
    for u in range(t[y + Y_UNITS] + t[y + Y_CREWS]):
        marks[t[y + Y_LANES + u], M_LANE] = turn if moved else 0
    return FINE


@kernel
def _run(
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
        start, end = _placed(t, y, earliest, rec[x, R_WORK])
        if end >= BEYOND:
            return TOO_FAR
        rec[x, R_EARLIEST], rec[x, R_START], rec[x, R_END] = (earliest, start, end)
    if rec[x, R_END] > rec[x, R_DEADLINE]:
        return BAD_DEADLINE
    return BAD_FROZEN if rec[x, R_START] > rec[x, R_LATEST] else FINE


@kernel
def _placed(t: Ints, y: int, earliest: int, work: int) -> tuple[int, int]:
    """Start and end of a run: most begin at once and end within the same window, the others pause or wait."""
    q = t[y + Y_RUN]
    i = window_before(t, q, earliest)
    if i >= 0 and earliest + work <= t[t[q + Q_WINDOW] + 3 * i + 1]:
        return earliest, earliest + work
    start = run_start(t, y, earliest, work)
    return start, finish(t, q, start, work) if start < BEYOND else BEYOND


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
def compare(ops: Ints, live: Ints, rec: Ints, found: Ints) -> None:
    """Hold what the plan says of its times against the record; `found` as for `walk`."""
    found[0], found[1] = (-1, FINE)
    for x in live:
        if rec[x, R_STATE] != OPEN:
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
