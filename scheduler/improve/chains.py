"""Local search on a ranked list: what makes a line late is put elsewhere, alone, with its batch, or on another machine.

A move begins with an operation on the chain that makes a line late, and what it waits for there: the operation before
it on its machine, mould, setter or crew. Batches are runs of one mould, or of one colour where there is none: they move
together, and operations move to where theirs hangs. Compiled.
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    CAND0,
    COL,
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
    K_COLUMNS,
    K_VAR,
    L_COLUMNS,
    L_LAST,
    MAT,
    NBR,
    NBV,
    NCAND,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    S_FLOOR,
    SFREE,
    TLAG,
    V_LANES,
    V_MPL,
    V_NPL,
    V_SPL,
    VIS,
    Z_CANDS,
    Z_EDGES,
    Z_LANES,
    Z_VAR,
    Z_VARW,
    Ints,
)
from scheduler.improve.compiled import search_kernel
from scheduler.improve.moves import M_AFTER, M_CAND, M_OP, attempt
from scheduler.improve.ranked import C_CHANGE, W_BACK, W_CAND, W_NEXT, change_of, variant
from scheduler.improve.sequences import C_COST, C_FAILED, C_LATE, C_TAKEN, C_TRIALS
from scheduler.improve.shop import N_COST, N_END0, N_END1
from scheduler.lanes import place_on

PATH_MAX = 300
"""Operations of a critical chain looked at."""
BATCH_MAX = 24
"""Operations that move together."""
(AHEAD, BEHIND, ELSEWHERE, JOIN, BATCH, CHAIN, KINDS) = range(7)
"""Kinds of moves: before what blocks, the blocker behind, another way, to the same mould, a batch, a whole line."""


@search_kernel
def blocker(ops: Ints, z: Ints, work: Ints, x: int) -> tuple[int, bool]:
    """What `x` waits for longest: an operation (-1: nothing that moves), and whether that is its routing's."""
    until, found, routing = max(ops[x, NBV], ops[x, NBR], z[S_FLOOR]), -1, False
    e = ops[x, EIN]
    while e >= 0:
        row = z[Z_EDGES] + e * E_COLUMNS
        y = z[row + E_FROM]
        t = ops[y, END] + z[row + E_LAG] + z[row + E_WLAG]
        if t > until:
            until, found, routing = t, y, True
        e = z[row + E_NIN]
    v = variant(ops, z, x)
    change = change_of(ops, x)
    for p in range(z[v + V_NPL]):
        y = ops[x, PLACES + p * P_WIDTH + P_PRV]
        if y < 0:
            continue
        t = ops[y, END]
        if p == z[v + V_SPL]:
            if change == 0:
                continue
            t = ops[y, SFREE]
        # What the machine waits for ends before the changeover, what the run waits for after it.
        t += change
        if t > until or (t == until and np.random.random() < 0.5):
            until, found, routing = t, y, False
    if found >= 0 and work[found, W_CAND] < 0:
        return -1, False
    return found, routing


@search_kernel
def chain(ops: Ints, z: Ints, work: Ints, x: int, path: Ints) -> int:
    """Rows of what waits for something on its lanes, and for what, along the chain that ends in `x`; how many."""
    n = 0
    for _ in range(PATH_MAX):
        y, routing = blocker(ops, z, work, x)
        if y < 0:
            break
        if not routing:
            path[n, 0], path[n, 1] = x, y
            n += 1
        x = y
    return n


@search_kernel
def same_setup(ops: Ints, z: Ints, x: int, y: int) -> bool:
    """Both need the same mould, or without moulds the same colour and material."""
    v, w = variant(ops, z, x), variant(ops, z, y)
    if z[v + V_MPL] >= 0 and z[w + V_MPL] >= 0:
        return bool(z[v + V_LANES + z[v + V_MPL]] == z[w + V_LANES + z[w + V_MPL]])
    if z[v + V_MPL] >= 0 or z[w + V_MPL] >= 0:
        return False
    return bool(ops[x, COL] == ops[y, COL] and ops[x, MAT] == ops[y, MAT])


@search_kernel
def way_like(ops: Ints, z: Ints, x: int, y: int) -> int:
    """A candidate of `x` on the machine, and with the mould, of `y`; -1: none."""
    w = variant(ops, z, y)
    lane = z[w + V_LANES]
    mould = z[w + V_LANES + z[w + V_MPL]] if z[w + V_MPL] >= 0 else -1
    for k in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
        v = z[Z_VAR] + z[z[Z_CANDS] + k * K_COLUMNS + K_VAR] * z[Z_VARW]
        mine = z[v + V_LANES + z[v + V_MPL]] if z[v + V_MPL] >= 0 else -1
        if z[v + V_LANES] == lane and mine == mould:
            return k
    return -1


@search_kernel
def stepped(ops: Ints, z: Ints, work: Ints, y: int, lane: int, column: int, reach: float) -> int:
    """From `y` so many places further on its lane (`column`: previous or next), each with probability `reach`."""
    while np.random.random() < reach:
        at = place_on(ops, z, y, lane)
        n = ops[y, at + column]
        if n < 0 or work[n, W_CAND] < 0:
            break
        y = n
    return y


@search_kernel
def shared_lane(ops: Ints, z: Ints, x: int, y: int) -> int:
    """A lane that both stand on, their machine if that is one."""
    v = variant(ops, z, x)
    for p in range(z[v + V_NPL]):
        lane = ops[x, PLACES + p * P_WIDTH + P_LANE]
        if place_on(ops, z, y, lane) >= 0:
            return lane
    return -1


@search_kernel
def batch(ops: Ints, z: Ints, work: Ints, x: int, moves: Ints) -> int:
    """The run of one setup around `x` on its machine, in rank order, as moves without a target; how many."""
    first, n = x, 1
    while n < BATCH_MAX:
        p = ops[first, PLACES + P_PRV]
        if p < 0 or work[p, W_CAND] < 0 or place_on(ops, z, p, ops[x, PLACES + P_LANE]) != PLACES:
            break
        if not same_setup(ops, z, p, x):
            break
        first = p
        n += 1
    y, n = first, 0
    while y >= 0 and n < BATCH_MAX and same_setup(ops, z, y, x):
        moves[n, M_OP], moves[n, M_CAND] = y, work[y, W_CAND]
        n += 1
        y = ops[y, PLACES + P_NXT]
        if y >= 0 and place_on(ops, z, y, ops[x, PLACES + P_LANE]) != PLACES:
            break
    return n


@search_kernel
def by_time(ops: Ints, work: Ints, x: int, time: int) -> int:
    """Behind which operation `x` stands in the ranks when it begins at `time`, and all others as they do."""
    sentinel = work.shape[0] - 1
    y = work[x, W_BACK]
    if time < ops[x, VIS]:
        while y != sentinel and ops[y, VIS] > time:
            y = work[y, W_BACK]
    else:
        y = x
        while work[y, W_NEXT] != sentinel and ops[work[y, W_NEXT], VIS] < time:
            y = work[y, W_NEXT]
    return y


@search_kernel
def with_followers(ops: Ints, z: Ints, work: Ints, x: int, delta: int, moves: Ints, n: int) -> int:
    """Add moves of what follows `x` in its routing, `delta` seconds from where each is, as long as it is a chain."""
    while n < BATCH_MAX and ops[x, EOUT] >= 0:
        e = ops[x, EOUT]
        if z[z[Z_EDGES] + e * E_COLUMNS + E_NOUT] >= 0:
            break
        x = z[z[Z_EDGES] + e * E_COLUMNS + E_TO]
        moves[n, M_OP], moves[n, M_CAND] = x, work[x, W_CAND]
        moves[n, M_AFTER] = by_time(ops, work, x, ops[x, VIS] + delta)
        n += 1
    return n


@search_kernel
def near(ops: Ints, z: Ints, work: Ints, x: int) -> int:
    """Another movable operation with the setup of `x`: a user of its mould, or its like on its machine; -1: none."""
    v = variant(ops, z, x)
    column = PLACES + P_WIDTH * max(0, z[v + V_MPL])
    side = P_PRV if np.random.random() < 0.5 else P_NXT
    y = ops[x, column + side]
    steps = 0
    while y >= 0 and steps < 60:
        if work[y, W_CAND] < 0:
            return -1
        at = place_on(ops, z, y, ops[x, column + P_LANE])
        if same_setup(ops, z, x, y) and np.random.random() < 0.6:
            return y
        y = ops[y, at + side]
        steps += 1
    return -1


@search_kernel
def other_mould(ops: Ints, z: Ints, work: Ints, x: int) -> int:
    """An operation that stands where `x` could be done with the same mould, its last user there; -1: none."""
    k = ops[x, CAND0] + int(np.random.random() * ops[x, NCAND])
    v = z[Z_VAR] + z[z[Z_CANDS] + k * K_COLUMNS + K_VAR] * z[Z_VARW]
    p = max(0, z[v + V_MPL])
    y = z[z[Z_LANES] + z[v + V_LANES + p] * L_COLUMNS + L_LAST]
    lane = z[v + V_LANES + p]
    while y >= 0 and work[y, W_CAND] >= 0 and np.random.random() < 0.7:
        y = ops[y, place_on(ops, z, y, lane) + P_PRV]
    return y if y >= 0 and y != x and work[y, W_CAND] >= 0 else -1


@search_kernel
def chosen_line(lines: Ints, late: Ints, c: Ints) -> int:
    """A late line: of two the one that costs more."""
    n = late[int(np.random.random() * c[C_LATE])]
    m = late[int(np.random.random() * c[C_LATE])]
    return n if lines[n, N_COST] >= lines[m, N_COST] or np.random.random() < 0.3 else m


@search_kernel
def last_of(ops: Ints, lines: Ints, ends: Ints, n: int) -> int:
    """The operation with which a line ends."""
    x = ends[lines[n, N_END0]]
    for i in range(lines[n, N_END0] + 1, lines[n, N_END1]):
        if ops[ends[i], END] + ops[ends[i], TLAG] > ops[x, END] + ops[x, TLAG]:
            x = ends[i]
    return x


@search_kernel
def proposed(
    ops: Ints, z: Ints, work: Ints, rows: Ints, path: Ints, length: int, moves: Ints, kind: int, reach: float
) -> int:
    """Fill in the moves of one trial; how many, 0 when there is nothing to try."""
    if length > 0 and np.random.random() < 0.9:
        at = int(np.random.random() * length)
        x, y = path[at, 0], path[at, 1]
    else:
        x = rows[int(np.random.random() * rows.shape[0])]
        y = ops[x, PLACES + P_PRV]
        if kind != ELSEWHERE and kind != JOIN and (y < 0 or work[y, W_CAND] < 0):
            return 0
    moves[0, M_OP], moves[0, M_CAND] = x, work[x, W_CAND]
    if kind in (AHEAD, CHAIN):
        lane = shared_lane(ops, z, y, x)
        if lane < 0:
            return 0
        y = stepped(ops, z, work, y, lane, P_PRV, reach)
        moves[0, M_AFTER] = work[y, W_BACK]
        return with_followers(ops, z, work, x, ops[y, VIS] - ops[x, VIS], moves, 1) if kind == CHAIN else 1
    if kind == BEHIND:
        lane = shared_lane(ops, z, x, y)
        if lane < 0:
            return 0
        moves[0, M_OP], moves[0, M_CAND] = y, work[y, W_CAND]
        to = stepped(ops, z, work, x, lane, P_NXT, reach)
        moves[0, M_AFTER] = to
        return with_followers(ops, z, work, y, ops[to, END] - ops[y, VIS], moves, 1)
    if kind == ELSEWHERE:
        if ops[x, NCAND] < 2:
            return 0
        k = ops[x, CAND0] + int(np.random.random() * ops[x, NCAND])
        if k == work[x, W_CAND]:
            return 0
        moves[0, M_CAND] = k
        span = ops[x, END] - ops[x, VIS]
        moves[0, M_AFTER] = by_time(ops, work, x, ops[x, VIS] + int((1.0 - 3.0 * np.random.random()) * span))
        return 1
    if kind == JOIN:
        y = near(ops, z, work, x) if np.random.random() < 0.5 else other_mould(ops, z, work, x)
        if y < 0 or y == x:
            return 0
        k = way_like(ops, z, x, y)
        if k < 0:
            return 0
        moves[0, M_CAND] = k
        moves[0, M_AFTER] = y if np.random.random() < 0.5 else work[y, W_BACK]
        return 1
    # A batch goes before what its first waits for, or the blocker's batch behind this one's; or to another machine.
    if np.random.random() < 0.5:
        n = batch(ops, z, work, x, moves)
        y = ops[moves[0, M_OP], PLACES + P_PRV]
        if y < 0 or work[y, W_CAND] < 0:
            return 0
        y = stepped(ops, z, work, y, ops[moves[0, M_OP], PLACES + P_LANE], P_PRV, reach)
        after = work[y, W_BACK]
    else:
        n = batch(ops, z, work, y, moves)
        after = ops[moves[n - 1, M_OP], PLACES + P_NXT]
        if after < 0:
            return 0
        after = stepped(ops, z, work, after, ops[moves[0, M_OP], PLACES + P_LANE], P_NXT, reach)
    if np.random.random() < 0.3 and ops[moves[0, M_OP], NCAND] > 1:
        x = moves[0, M_OP]
        k = ops[x, CAND0] + int(np.random.random() * ops[x, NCAND])
        lane = z[z[Z_VAR] + z[z[Z_CANDS] + k * K_COLUMNS + K_VAR] * z[Z_VARW] + V_LANES]
        after = work[moves[0, M_OP], W_BACK]
        for i in range(n):
            x = moves[i, M_OP]
            for k in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
                if z[z[Z_VAR] + z[z[Z_CANDS] + k * K_COLUMNS + K_VAR] * z[Z_VARW] + V_LANES] == lane:
                    moves[i, M_CAND] = k
                    break
    for i in range(n):
        moves[i, M_AFTER] = after if i == 0 else moves[i - 1, M_OP]
    return n


@search_kernel
def anneal(
    ops: Ints, z: Ints, lines: Ints, ends: Ints, work: Ints, lanes: Ints, rows: Ints, late: Ints, log: Ints, llog: Ints,
    path: Ints, moves: Ints, odds: Ints, tally: Ints, c: Ints, trials: int, heat: float, reach: float, margin: int,
    weight: int, seed: int,
) -> None:  # fmt: skip
    """Try so many moves at one temperature (units of `weight`); `odds` are by kind, cumulated, of 1,000.

    `tally` counts by kind what was tried, what was taken, and what made the plan better.
    """
    np.random.seed(seed)
    for _ in range(trials):
        if c[C_LATE] == 0 and c[C_CHANGE] == 0:
            return
        c[C_TRIALS] += 1
        length = 0
        if c[C_LATE] > 0:
            n = chosen_line(lines, late, c)
            length = chain(ops, z, work, last_of(ops, lines, ends, n), path)
        draw = int(1000 * np.random.random())
        kind = 0
        while odds[kind] <= draw:
            kind += 1
        count = proposed(ops, z, work, rows, path, length, moves, kind, reach)
        tally[kind, 0] += 1
        if count == 0:
            c[C_FAILED] += 1
            continue
        value = weight * c[C_COST] + c[C_CHANGE]
        limit = value
        if heat > 0:
            limit += int(-heat * weight * np.log(1.0 - np.random.random()))
        if attempt(ops, z, lines, ends, work, lanes, late, log, llog, c, moves, count, limit, margin, weight):
            c[C_TAKEN] += 1
            tally[kind, 1] += 1
            if weight * c[C_COST] + c[C_CHANGE] < value:
                tally[kind, 2] += 1
        else:
            c[C_FAILED] += 1
