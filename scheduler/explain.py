"""Reasons: the chain that gave the answer, cut into a closed list whose durations add up to the lead time exactly."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    C_COLUMNS,
    C_COUNT,
    C_FIRST,
    CREW,
    DIS_S,
    DUR,
    DUR0,
    E_COLUMNS,
    E_FROM,
    E_LAG,
    E_NIN,
    E_WLAG,
    EIN,
    END,
    FET_S,
    H_COLUMNS,
    H_COUNT,
    H_FIRST,
    H_LONGEST,
    H_POS,
    INF,
    L_COLUMNS,
    L_KIND,
    LINE,
    LOT,
    MACHINE,
    MIXED,
    MOULD,
    NBR,
    NMAINT,
    OPEN,
    P_CHUNK,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    S_EXACT,
    SET_S,
    START,
    STATE,
    TLAG,
    V_CALW,
    V_MPL,
    V_NPL,
    VAR,
    W_COLUMNS,
    W_CUM,
    W_END,
    W_START,
    Z_CAL,
    Z_CHUNKS,
    Z_DIRS,
    Z_DIRW,
    Z_EDGES,
    Z_LANES,
    Z_VAR,
    Z_VARW,
    Z_WIN,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.lanes import chunk_work, slot_of
from scheduler.worktime import forward, window_at, work_at

PROCESS, CHANGEOVER, MACHINE_WAIT, MOULD_WAIT, CREW_WAIT, NOT_BEFORE, CALENDAR, MAINTENANCE, GAP, LAG = range(10)
"""Codes of the kernel's reasons, in the order of `REASONS` in the planner."""

ORDERS_NAMED = 5
"""Orders named per reason: those waited for longest."""


@kernel
def occupied_from(ops: Ints, z: Ints, x: int, kind: int) -> int:
    """When `x` begins to hold its machine, mould or crew."""
    t = ops[x, START]
    if kind == CREW:
        return t
    if ops[x, SET_S] >= 0:
        t = min(t, ops[x, SET_S])
    if kind == MACHINE and ops[x, DIS_S] >= 0:
        t = min(t, ops[x, DIS_S])
    return t


@kernel
def column_of(ops: Ints, z: Ints, x: int, lane: int) -> int:
    """Column of the place of `x` on `lane`, which it is on."""
    for p in range(z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL]):
        if ops[x, PLACES + p * P_WIDTH + P_LANE] == lane:
            return PLACES + p * P_WIDTH
    return PLACES


@kernel
def row_of(out: Ints, n: int, kind: int, lane: int) -> int:
    """The row of a kind and lane: the one there is, or `n`, which is begun; the last one where the list is full."""
    row = n - 1
    while row >= 0 and (out[row, 0] != kind or out[row, 1] != lane):
        row -= 1
    if row >= 0 or n >= out.shape[0]:
        return row if row >= 0 else n - 1
    out[n, 0], out[n, 1], out[n, 2] = kind, lane, 0
    for c in range(ORDERS_NAMED):
        out[n, 3 + c], out[n, 3 + ORDERS_NAMED + c] = -1, 0
    return n


@kernel
def name(out: Ints, row: int, whom: int, duration: int) -> None:
    """Name a line that was waited for, if it is among those with the longest waits.

    A row is kind, lane, seconds, then the lines waited for, then the seconds of each, the longest first.
    """
    total = 3 + ORDERS_NAMED
    if duration <= out[row, total + ORDERS_NAMED - 1]:
        # A short wait beside longer ones changes no name: most end here.
        return
    c = 0
    while c < ORDERS_NAMED - 1 and out[row, 3 + c] != whom and out[row, 3 + c] >= 0:
        c += 1
    if out[row, 3 + c] == whom:
        out[row, total + c] += duration
    elif out[row, total + c] < duration:
        out[row, 3 + c], out[row, total + c] = whom, duration
    while c > 0 and out[row, total + c] > out[row, total + c - 1]:
        out[row, 3 + c], out[row, 2 + c] = out[row, 2 + c], out[row, 3 + c]
        out[row, total + c], out[row, total + c - 1] = out[row, total + c - 1], out[row, total + c]
        c -= 1


@kernel
def note(out: Ints, n: int, kind: int, whom: int, lane: int, duration: int) -> int:
    """Add a share of the lead time to the row of its kind and lane, with the line waited for; how many rows there are.

    Where the list is full it goes to the last row, which names nobody more.
    """
    if duration <= 0:
        return n
    row = row_of(out, n, kind, lane)
    out[row, 2] += duration
    if whom >= 0 and out[row, 0] == kind and out[row, 1] == lane:
        name(out, row, whom, duration)
    return max(n, row + 1)


@kernel
def first_holder(ops: Ints, z: Ints, x: int, column: int, since: int) -> int:
    """The first operation before `x` on its lane that still holds it after `since`; `x` if there is none."""
    lane = ops[x, column + P_LANE]
    a = x
    b = ops[x, column + P_PRV]
    while b >= 0 and ops[b, END] > since:
        a = b
        b = ops[b, column_of(ops, z, b, lane) + P_PRV]
    return a


@kernel
def queue_from(ops: Ints, z: Ints, x: int, since: int) -> tuple[int, int]:
    """Chunk and place in `z` of the first operation before `x` that holds its one machine after `since`, or of `x`.

    What is open stands in order of time: a chunk that begins with such work is passed over in one step.
    """
    lane, h = ops[x, PLACES + P_LANE], ops[x, PLACES + P_CHUNK]
    slot = slot_of(z, h, x)
    while True:
        first = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
        if ops[z[first], STATE] == OPEN and ops[z[first], END] > since:
            slot = first
        while slot > first and ops[z[slot - 1], END] > since:
            slot -= 1
        position = z[z[Z_CHUNKS] + h * H_COLUMNS + H_POS]
        if slot > first or position == 0:
            return (h, slot)
        earlier = z[z[Z_DIRS] + lane * z[Z_DIRW] + position - 1]
        last = z[Z_CHUNKS] + earlier * H_COLUMNS + H_FIRST + z[z[Z_CHUNKS] + earlier * H_COLUMNS + H_COUNT] - 1
        if ops[z[last], END] <= since:
            return (h, slot)
        h, slot = earlier, last


@kernel
def name_chunk(ops: Ints, z: Ints, h: int, out: Ints, row: int) -> None:
    """Name the lines of all that stands in a chunk, each with its working time."""
    shortest, chunk = (3 + 2 * ORDERS_NAMED - 1, z[Z_CHUNKS] + h * H_COLUMNS)
    if z[chunk + H_LONGEST] <= out[row, shortest]:
        return
    for i in range(chunk + H_FIRST, chunk + H_FIRST + z[chunk + H_COUNT]):
        if ops[z[i], DUR] > out[row, shortest]:
            name(out, row, ops[z[i], LINE], ops[z[i], DUR])


@kernel
def explain_queue(ops: Ints, z: Ints, x: int, since: int, out: Ints, n: int) -> int:
    """Cut `[since, start of x)` as `explain_wait` does, where work stands on one machine and nothing changes over.

    Once there are rows for what it comes to, a chunk is taken whole: its working time is known, and what its calendar
    has beside that was idle. A row begins where its kind comes first, so until then all is gone through.
    """
    cal = z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_CALW]
    lane, t, stop = ops[x, PLACES + P_LANE], since, ops[x, START]
    last_window = z[z[Z_CAL] + cal * C_COLUMNS + C_FIRST] + z[z[Z_CAL] + cal * C_COLUMNS + C_COUNT]
    own = ops[x, PLACES + P_CHUNK]
    h, slot = queue_from(ops, z, x, since)
    behind = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]
    a = z[slot]
    i = window_at(ops, z, cal, t)
    mine, closed, idle, waits = (0, -1, -1, -1)
    begin = z[z[Z_WIN] + i * W_COLUMNS + W_START] if i < last_window else INF
    close = z[z[Z_WIN] + i * W_COLUMNS + W_END] if i < last_window else INF
    while t < stop:
        while close <= t:
            i += 1
            begin = z[z[Z_WIN] + i * W_COLUMNS + W_START] if i < last_window else INF
            close = z[z[Z_WIN] + i * W_COLUMNS + W_END] if i < last_window else INF
        if t < begin:
            if closed < 0:
                closed = row_of(out, n, CALENDAR, -1)
                n = max(n, closed + 1)
            out[closed, 2] += min(stop, begin) - t
            t = min(stop, begin)
            continue
        until = min(stop, close)
        while a != x and ops[a, END] <= t:
            if mine > 0:
                if out[waits, 1] == lane:
                    name(out, waits, ops[a, LINE], mine)
                mine = 0
            slot += 1
            if slot == behind:
                position = z[z[Z_CHUNKS] + h * H_COLUMNS + H_POS] + 1
                h = z[z[Z_DIRS] + lane * z[Z_DIRW] + position]
                slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
                behind = slot + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]
            a = z[slot]
        chunk = z[Z_CHUNKS] + h * H_COLUMNS
        if slot == chunk + H_FIRST and h != own and waits >= 0 and ops[a, STATE] == OPEN and ops[a, START] >= t:
            work, to = chunk_work(ops, z, h), ops[z[behind - 1], END]
            opened = work_at(ops, z, cal, to) - z[z[Z_WIN] + i * W_COLUMNS + W_CUM] - t + begin
            shut = to - t - opened
            if work != MIXED and (opened == work or (idle >= 0 and opened > work)) and (closed >= 0 or shut == 0):
                out[waits, 2] += work
                if out[waits, 1] == lane:
                    name_chunk(ops, z, h, out, waits)
                if opened > work:
                    out[idle, 2] += opened - work
                if shut > 0:
                    out[closed, 2] += shut
                t = to
                h = z[z[Z_DIRS] + lane * z[Z_DIRW] + z[chunk + H_POS] + 1]
                slot = z[Z_CHUNKS] + h * H_COLUMNS + H_FIRST
                behind = slot + z[z[Z_CHUNKS] + h * H_COLUMNS + H_COUNT]
                a = z[slot]
                continue
        if a != x and ops[a, START] <= t:
            until = min(until, ops[a, END])
            if waits < 0:
                waits = row_of(out, n, MACHINE_WAIT, lane)
                n = max(n, waits + 1)
            out[waits, 2] += until - t
            mine += until - t
        else:
            if a != x:
                until = min(until, ops[a, START])
            if idle < 0:
                idle = row_of(out, n, GAP, lane)
                n = max(n, idle + 1)
            out[idle, 2] += until - t
        t = until
    if mine > 0 and out[waits, 1] == lane:
        name(out, waits, ops[a, LINE], mine)
    return n


@kernel
def explain_wait(ops: Ints, z: Ints, x: int, since: int, out: Ints, n: int) -> int:
    """Cut `[since, start of x)` into what it waited for: calendar, then mould, machine, crew, material, gap."""
    v = ops[x, VAR]
    cal = z[z[Z_VAR] + v * z[Z_VARW] + V_CALW]
    stop = ops[x, START]
    t = since
    last_window = z[z[Z_CAL] + cal * C_COLUMNS + C_FIRST] + z[z[Z_CAL] + cal * C_COLUMNS + C_COUNT]
    places = z[z[Z_VAR] + v * z[Z_VARW] + V_NPL]
    holder = np.empty(places, np.int64)
    for p in range(places):
        holder[p] = first_holder(ops, z, x, PLACES + p * P_WIDTH, since)
    held, held_whom, held_s = (-1, -1, 0)
    while t < stop:
        i = window_at(ops, z, cal, t)
        begin = z[z[Z_WIN] + i * W_COLUMNS + W_START] if i < last_window else INF
        if t < begin:
            until = min(stop, begin)
            n = note(out, n, CALENDAR, -1, -1, until - t)
            t = until
            continue
        until = min(stop, z[z[Z_WIN] + i * W_COLUMNS + W_END])
        kind, whom, lane = (GAP, -1, ops[x, PLACES + P_LANE])
        for wanted in (MOULD, MACHINE, CREW):
            for p in range(places):
                column = PLACES + p * P_WIDTH
                here = ops[x, column + P_LANE]
                if z[z[Z_LANES] + here * L_COLUMNS + L_KIND] != wanted:
                    continue
                while holder[p] != x and ops[holder[p], END] <= t:
                    holder[p] = ops[holder[p], column_of(ops, z, holder[p], here) + P_NXT]
                a = holder[p]
                if a == x:
                    continue
                begin = occupied_from(ops, z, a, wanted)
                if begin > t:
                    until = min(until, begin)
                    continue
                until = min(until, ops[a, END])
                if kind == GAP:
                    kind = MOULD_WAIT if wanted == MOULD else MACHINE_WAIT if wanted == MACHINE else CREW_WAIT
                    whom, lane = (ops[a, LINE], here)
        if kind == GAP:
            for c in (DIS_S, FET_S, SET_S):
                s, e = (ops[x, c], ops[x, c + 1])
                if s >= 0 and e > t:
                    if s <= t:
                        kind = CHANGEOVER
                        until = min(until, e)
                        break
                    until = min(until, s)
                    if kind == GAP:
                        kind = CREW_WAIT
        if whom < 0:
            n = note(out, n, kind, -1, lane, until - t)
        else:
            # One wait may be cut by closing times: it is named once.
            row = row_of(out, n, kind, lane)
            if row != held or whom != held_whom:
                if held >= 0:
                    name(out, held, held_whom, held_s)
                held, held_whom, held_s = (row, whom, 0)
            n = max(n, row + 1)
            out[row, 2] += until - t
            held_s += until - t
        t = until
    if held >= 0:
        name(out, held, held_whom, held_s)
    return n


@kernel
def explain_line(ops: Ints, z: Ints, x0: int, count: int, since: int, out: Ints) -> int:
    """Shares of `[since, end of the line)`, last operation first, as rows of `note`."""
    n = 0
    x = -1
    end = -1
    for y in range(x0, x0 + count):
        if ops[y, TLAG] >= 0 and ops[y, END] + ops[y, TLAG] > end:
            end = ops[y, END] + ops[y, TLAG]
            x = y
    n = note(out, n, LAG, -1, -1, ops[x, TLAG])
    while True:
        maintenance = 0
        if ops[x, NMAINT] > 0:
            mould = ops[x, PLACES + z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_MPL] * P_WIDTH + P_LANE]
            maintenance = ops[x, DUR] - ops[x, DUR0]
            n = note(out, n, MAINTENANCE, -1, mould, maintenance)
        n = note(out, n, PROCESS, -1, -1, ops[x, DUR] - maintenance)
        n = note(out, n, CALENDAR, -1, -1, ops[x, END] - ops[x, START] - ops[x, DUR])
        before, ready = (-1, since)
        e = ops[x, EIN]
        while e >= 0:
            t = ops[z[z[Z_EDGES] + e * E_COLUMNS + E_FROM], END] + z[z[Z_EDGES] + e * E_COLUMNS + E_LAG]
            if z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG] > 0:
                _, t = forward(
                    ops, z, z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_CALW], t, z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG], 0
                )
            if t > ready:
                before, ready = (z[z[Z_EDGES] + e * E_COLUMNS + E_FROM], t)
            e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
        arrived = ready
        if ops[x, NBR] > ready:
            n = note(out, n, NOT_BEFORE, -1, ops[x, LOT], min(ops[x, NBR], ops[x, START]) - ready)
            ready = min(ops[x, NBR], ops[x, START])
        plain = z[S_EXACT] and z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_NPL] == 1
        if plain and z[z[Z_LANES] + ops[x, PLACES + P_LANE] * L_COLUMNS + L_KIND] == MACHINE:
            n = explain_queue(ops, z, x, ready, out, n)
        else:
            n = explain_wait(ops, z, x, ready, out, n)
        if before < 0:
            return n
        n = note(out, n, LAG, -1, -1, arrived - ops[before, END])
        x = before
