"""The one re-timing routine: when an operation's visit and run take place, from its neighbours. Compiled.

Heads go forward and tails backward in rank order. The rules are those of DESIGN 4 and 6; `verify.py` states them a
second time, in other code.
"""

from __future__ import annotations

from scheduler.arrays import (
    CNT,
    COL,
    COLC,
    CREW,
    DEADLINE,
    DIS_E,
    DIS_S,
    DISD,
    DISM,
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
    FET_E,
    FET_S,
    FETD,
    FETL,
    FIXED,
    HOLD,
    INF,
    L_CLASS,
    L_COL0,
    L_COLUMNS,
    L_FREE0,
    L_HEAD,
    L_KIND,
    L_LOC0,
    L_MAINT,
    L_MAT0,
    L_MOUNT0,
    L_NMAX,
    L_RES,
    L_SHOTS0,
    LATEST,
    MACHINE,
    MAT,
    MATC,
    MOULD,
    MOUNTED,
    NBR,
    NBV,
    NMAINT,
    OPEN,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    PLAIN,
    REMOVED,
    S_FLOOR,
    SET_E,
    SET_S,
    SETD,
    SFREE,
    SHOTS,
    STAIL,
    START,
    STATE,
    TAIL,
    V_CAL,
    V_CALD,
    V_CALS,
    V_CALW,
    V_CHUNK,
    V_CLASS,
    V_MPL,
    V_NPL,
    V_SPL,
    VAR,
    VIS,
    VTAIL,
    Z_COLOUR,
    Z_COLOURS,
    Z_COMBINE,
    Z_DISMOUNT,
    Z_EDGES,
    Z_FETCH,
    Z_FETCHW,
    Z_LANES,
    Z_MATERIAL,
    Z_MATERIALS,
    Z_MOUNT,
    Z_NLANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.lanes import before
from scheduler.worktime import backward, forward


@kernel
def run_ready(ops: Ints, z: Ints, x: int) -> int:
    """Earliest run start by the routing's predecessors and the material."""
    ready = ops[x, NBR]
    e = ops[x, EIN]
    while e >= 0:
        y = z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]
        if ops[y, STATE] != REMOVED:
            t = ops[y, END] + z[z[Z_EDGES] + e * E_COLUMNS + E_LAG]
            if z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG] > 0:
                _, t = forward(
                    ops, z, z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_CALW], t, z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG], 0
                )
            ready = max(ready, t)
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
    return ready


@kernel
def next_user(ops: Ints, z: Ints, holder: int, mould: int) -> int:
    """The operation after `holder` (-1: the first) in a mould's sequence."""
    if holder < 0:
        return z[z[Z_LANES] + mould * L_COLUMNS + L_HEAD]
    return ops[holder, PLACES + z[z[Z_VAR] + ops[holder, VAR] * z[Z_VARW] + V_MPL] * P_WIDTH + P_NXT]


@kernel
def mould_before(ops: Ints, z: Ints, x: int, mould: int) -> tuple[int, int]:
    """Where the mould hangs just before `x` (-1: nowhere) and since when it is free."""
    p = ops[x, PLACES + z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_MPL] * P_WIDTH + P_PRV]
    if p < 0:
        at, free = (z[z[Z_LANES] + mould * L_COLUMNS + L_LOC0], z[z[Z_LANES] + mould * L_COLUMNS + L_FREE0])
        if at < 0:
            return (-1, free)
        u = z[z[Z_LANES] + at * L_COLUMNS + L_HEAD]
    else:
        at, free = (ops[p, PLACES + P_LANE], ops[p, END])
        u = ops[p, PLACES + P_NXT]
    while u >= 0 and u != x and before(ops, z, u, x) and (z[z[Z_VAR] + ops[u, VAR] * z[Z_VARW] + V_MPL] < 0):
        u = ops[u, PLACES + P_NXT]
    if u >= 0 and u != x and before(ops, z, u, x):
        if ops[u, DIS_S] >= 0:
            # Work that was interrupted goes on behind what came between, and took a mould off long before that.
            free = max(free, ops[u, DIS_E])
        return (-1, free)
    return (at, free)


@kernel
def visit_end_before(ops: Ints, z: Ints, lane: int, mould: int, x: int) -> int:
    """End of the last visit before `x` on the machine in which its mould hangs."""
    p = ops[x, PLACES + z[z[Z_VAR] + ops[x, VAR] * z[Z_VARW] + V_MPL] * P_WIDTH + P_PRV]
    end = ops[p, END] if p >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_FREE0]
    u = ops[p, PLACES + P_NXT] if p >= 0 else z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD]
    while u >= 0 and u != x and before(ops, z, u, x):
        end = ops[u, END]
        u = ops[u, PLACES + P_NXT]
    return end


@kernel
def retime(ops: Ints, z: Ints, x: int) -> None:
    """Write the heads of `x`: its changeover pieces, run, and the state it leaves machine, mould and setter in."""
    v = ops[x, VAR]
    lane = ops[x, PLACES + P_LANE]
    floor = max(ops[x, NBV], z[S_FLOOR])
    start = max(floor, run_ready(ops, z, x))
    free = 0
    for p in range(z[z[Z_VAR] + v * z[Z_VARW] + V_NPL]):
        column = PLACES + p * P_WIDTH
        kind = z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_KIND]
        a = ops[x, column + P_PRV]
        end = ops[a, END] if a >= 0 else z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_FREE0]
        if kind == MACHINE:
            free = max(free, end)
        elif kind == CREW:
            start = max(start, end)
    if z[z[Z_VAR] + v * z[Z_VARW] + V_CLASS] == PLAIN:
        _run(ops, z, x, v, max(start, free), 0)
        return
    klass = z[z[Z_VAR] + v * z[Z_VARW] + V_CLASS]
    a = ops[x, PLACES + P_PRV]
    if a >= 0:
        held, holder, colour, material = (ops[a, MOUNTED], ops[a, HOLD], ops[a, COLC], ops[a, MATC])
    else:
        held, holder = (z[z[Z_LANES] + lane * L_COLUMNS + L_MOUNT0], -1)
        colour, material = (z[z[Z_LANES] + lane * L_COLUMNS + L_COL0], z[z[Z_LANES] + lane * L_COLUMNS + L_MAT0])
    if held >= 0:
        y = next_user(ops, z, holder, held)
        if y >= 0 and y != x and before(ops, z, y, x) and (ops[y, PLACES + P_LANE] != lane):
            held = -1
            holder = -1
            if ops[y, FET_S] >= 0:
                free = max(free, ops[y, FET_E])
    setter = PLACES + z[z[Z_VAR] + v * z[Z_VARW] + V_SPL] * P_WIDTH
    sfree = 0
    if z[z[Z_VAR] + v * z[Z_VARW] + V_SPL] >= 0:
        b = ops[x, setter + P_PRV]
        sfree = ops[b, SFREE] if b >= 0 else z[z[Z_LANES] + ops[x, setter + P_LANE] * L_COLUMNS + L_FREE0]
    mould = -1
    kfree = 0
    dismount = fetch = 0
    ops[x, DISM] = ops[x, FETL] = -1
    ops[x, DIS_S] = ops[x, DIS_E] = ops[x, FET_S] = ops[x, FET_E] = ops[x, SET_S] = ops[x, SET_E] = -1
    first = INF
    mounting = 0
    if z[z[Z_VAR] + v * z[Z_VARW] + V_MPL] >= 0:
        mould = ops[x, PLACES + z[z[Z_VAR] + v * z[Z_VARW] + V_MPL] * P_WIDTH + P_LANE]
        at, kfree = mould_before(ops, z, x, mould)
        if held >= 0 and held != mould:
            ops[x, DISM] = held
            dismount = z[z[Z_DISMOUNT] + klass * z[Z_NLANES] + held] if klass >= 0 else 0
            if dismount > 0:
                s, e = forward(ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CALD], max(floor, free, sfree), dismount, 0)
                ops[x, DIS_S], ops[x, DIS_E] = (s, e)
                first = min(first, s)
                free = e
                sfree = e
        if at >= 0 and at != lane:
            ops[x, FETL] = at
            other = z[z[Z_LANES] + at * L_COLUMNS + L_CLASS]
            fetch = z[z[Z_DISMOUNT] + other * z[Z_NLANES] + mould] if other >= 0 else 0
            there = visit_end_before(ops, z, at, mould, x)
            kfree = max(kfree, there)
            if fetch > 0:
                by = z[Z_FETCHW] - 1
                if z[z[Z_VAR] + v * z[Z_VARW] + V_SPL] >= 0:
                    by = z[z[Z_LANES] + ops[x, setter + P_LANE] * L_COLUMNS + L_RES]
                s, e = forward(ops, z, z[z[Z_FETCH] + at * z[Z_FETCHW] + by], max(floor, there, sfree), fetch, 0)
                ops[x, FET_S], ops[x, FET_E] = (s, e)
                first = min(first, s)
                kfree = e
                sfree = e
        if held != mould and klass >= 0:
            mounting = z[z[Z_MOUNT] + klass * z[Z_NLANES] + mould]
    ops[x, DISD] = dismount
    ops[x, FETD] = fetch
    ops[x, COLC] = ops[x, COL] if ops[x, COL] >= 0 else colour
    ops[x, MATC] = ops[x, MAT] if ops[x, MAT] >= 0 else material
    setup = mounting
    if klass >= 0:
        c = (
            z[z[Z_COLOUR] + (klass * z[Z_COLOURS] + colour) * z[Z_COLOURS] + ops[x, COL]]
            if colour >= 0 and ops[x, COL] >= 0
            else 0
        )
        m = (
            z[z[Z_MATERIAL] + (klass * z[Z_MATERIALS] + material) * z[Z_MATERIALS] + ops[x, MAT]]
            if material >= 0 and ops[x, MAT] >= 0
            else 0
        )
        setup = max(mounting, c, m) if z[z[Z_COMBINE] + klass] else mounting + c + m
    ops[x, SETD] = setup
    start = max(start, free, kfree)
    if setup > 0:
        s, e = forward(ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CALS], max(floor, free, kfree, sfree), setup, 0)
        ops[x, SET_S], ops[x, SET_E] = (s, e)
        first = min(first, s)
        sfree = e
        start = max(start, e)
    ops[x, SFREE] = sfree
    ops[x, MOUNTED] = mould if mould >= 0 else held
    ops[x, HOLD] = x if mould >= 0 else holder
    due = 0
    if mould >= 0:
        column = PLACES + z[z[Z_VAR] + v * z[Z_VARW] + V_MPL] * P_WIDTH
        a = ops[x, column + P_PRV]
        count = ops[a, CNT] if a >= 0 else z[z[Z_LANES] + mould * L_COLUMNS + L_SHOTS0]
        most = z[z[Z_LANES] + mould * L_COLUMNS + L_NMAX]
        if most > 0:
            due = max(0, (count + ops[x, SHOTS] - 1) // most)
            ops[x, NMAINT] = due
            ops[x, CNT] = count + ops[x, SHOTS] - due * most
            due *= z[z[Z_LANES] + mould * L_COLUMNS + L_MAINT]
    _run(ops, z, x, v, start, due)
    ops[x, VIS] = min(first, ops[x, START])


@kernel
def _run(ops: Ints, z: Ints, x: int, v: int, ready: int, maintenance: int) -> None:
    """Place the run at or after `ready`."""
    ops[x, DUR] = ops[x, DUR0] + maintenance
    s, e = forward(
        ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CAL], ready, ops[x, DUR], z[z[Z_VAR] + v * z[Z_VARW] + V_CHUNK]
    )
    ops[x, START], ops[x, END], ops[x, VIS] = (s, e, s)


@kernel
def retail(ops: Ints, z: Ints, x: int) -> None:
    """Write the tails of `x`: latest run, setup and visit start that the promises after it allow.

    They are upper bounds: waits for setters and the paths of moulds between machines are left out. On a plant
    without moulds and changeovers they are exact.
    """
    if ops[x, STATE] == FIXED:
        ops[x, TAIL], ops[x, STAIL], ops[x, VTAIL] = (ops[x, START], ops[x, START], ops[x, VIS])
        return
    v = ops[x, VAR]
    limit = ops[x, DEADLINE]
    e = ops[x, EOUT]
    while e >= 0:
        y = z[z[Z_EDGES] + e * E_COLUMNS + E_TO]
        t = ops[y, TAIL]
        if t < INF and (ops[y, STATE] == OPEN or ops[y, STATE] == FIXED):
            if z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG] > 0:
                t = backward(
                    ops, z, z[z[Z_VAR] + ops[y, VAR] * z[Z_VARW] + V_CALW], t, z[z[Z_EDGES] + e * E_COLUMNS + E_WLAG], 0
                )
            limit = min(limit, t - z[z[Z_EDGES] + e * E_COLUMNS + E_LAG])
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NOUT]
    for p in range(z[z[Z_VAR] + v * z[Z_VARW] + V_NPL]):
        column = PLACES + p * P_WIDTH
        y = ops[x, column + P_NXT]
        if y < 0:
            continue
        kind = z[z[Z_LANES] + ops[x, column + P_LANE] * L_COLUMNS + L_KIND]
        if kind == MACHINE:
            limit = min(limit, ops[y, VTAIL])
        elif kind == MOULD:
            limit = min(limit, ops[y, STAIL])
        elif kind == CREW:
            limit = min(limit, ops[y, TAIL])
    tail = INF
    if limit < INF:
        tail = backward(
            ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CAL], limit, ops[x, DUR], z[z[Z_VAR] + v * z[Z_VARW] + V_CHUNK]
        )
    if ops[x, SETD] <= 0 and ops[x, DISD] <= 0 and ops[x, FETD] <= 0:
        tail = min(tail, ops[x, LATEST])
    ops[x, TAIL] = tail
    if tail < INF and ops[x, SETD] > 0:
        tail = backward(ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CALS], tail, ops[x, SETD], 0)
    ops[x, STAIL] = tail
    if tail < INF and ops[x, DISD] > 0:
        tail = backward(ops, z, z[z[Z_VAR] + v * z[Z_VARW] + V_CALD], tail, ops[x, DISD], 0)
    ops[x, VTAIL] = min(tail, ops[x, LATEST])


@kernel
def late(ops: Ints, z: Ints, x: int) -> bool:
    """The operation ends after its deadline, lies beyond the horizon, or starts after its frozen start."""
    if ops[x, STATE] == FIXED:
        return False
    return ops[x, END] > ops[x, DEADLINE] or ops[x, END] >= INF or ops[x, VIS] > ops[x, LATEST]
