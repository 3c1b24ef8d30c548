"""A full shop planned line by line: each operation into the first gap that its machine, mould, setter and crew share.

What is put in moves nothing that stands: the next on each of its lanes, timed anew behind it, ends no later than
before. Compiled.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scheduler import arrays as a
from scheduler.arrays import (
    CAND0,
    DUR0,
    E_COLUMNS,
    E_FROM,
    E_NIN,
    EIN,
    END,
    INF,
    L_COLUMNS,
    L_HEAD,
    L_KIND,
    L_LAST,
    LABEL,
    MACHINE,
    NBV,
    NCAND,
    P_LANE,
    P_NXT,
    P_PRV,
    P_WIDTH,
    PLACES,
    S_FLOOR,
    SFREE,
    START,
    T_FIRST,
    T_TAILS,
    V_NPL,
    V_SPL,
    VIS,
    Z_EDGES,
    Z_LANES,
    Ints,
)
from scheduler.improve.folder import kernel_of
from scheduler.improve.fullshop import FullShop
from scheduler.improve.inserting import BY_OPERATION, BY_SLACK, BY_WEIGHT, InsertionOrder
from scheduler.improve.listing import G_AFTER, G_DUE, G_WEIGHT
from scheduler.improve.ranked import D_BASE, W_CAND, change_of, clear, give, variant
from scheduler.lanes import place_on
from scheduler.retime import retime, run_ready

LABELS = 1 << 17
"""Labels for each second."""
STEPS = 2000
"""Gaps looked at for one way of an operation."""

full_kernel = kernel_of("fullinsertion", __file__)


@full_kernel
def following(ops: Ints, z: Ints, x: int, p: int) -> int:
    """What comes next on lane `p` of `x` behind what stands before it there; -1: nothing."""
    lane, a = ops[x, PLACES + p * P_WIDTH + P_LANE], ops[x, PLACES + p * P_WIDTH + P_PRV]
    if a < 0:
        return int(z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD])
    return int(ops[a, place_on(ops, z, a, lane) + P_NXT])


@full_kernel
def link(ops: Ints, z: Ints, x: int) -> None:
    """Put `x` into its lanes behind what stands before it there."""
    for p in range(z[variant(ops, z, x) + V_NPL]):
        column = PLACES + p * P_WIDTH
        lane, a, b = ops[x, column + P_LANE], ops[x, column + P_PRV], following(ops, z, x, p)
        ops[x, column + P_NXT] = b
        if a >= 0:
            ops[a, place_on(ops, z, a, lane) + P_NXT] = x
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = x
        if b >= 0:
            ops[b, place_on(ops, z, b, lane) + P_PRV] = x
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = x


@full_kernel
def unlink(ops: Ints, z: Ints, x: int) -> None:
    """Take `x` out again."""
    for p in range(z[variant(ops, z, x) + V_NPL]):
        column = PLACES + p * P_WIDTH
        lane, a, b = ops[x, column + P_LANE], ops[x, column + P_PRV], ops[x, column + P_NXT]
        if a >= 0:
            ops[a, place_on(ops, z, a, lane) + P_NXT] = b
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_HEAD] = b
        if b >= 0:
            ops[b, place_on(ops, z, b, lane) + P_PRV] = a
        else:
            z[z[Z_LANES] + lane * L_COLUMNS + L_LAST] = a


@full_kernel
def behind(ops: Ints, z: Ints, lanes: Ints, x: int, label: int) -> None:
    """Stand behind the last on each lane that begins before `label`, and behind all that may not move."""
    for p in range(z[variant(ops, z, x) + V_NPL]):
        column = PLACES + p * P_WIDTH
        lane = ops[x, column + P_LANE]
        a = z[z[Z_LANES] + lane * L_COLUMNS + L_LAST]
        while a != lanes[lane, D_BASE] and ops[a, LABEL] >= label:
            a = ops[a, place_on(ops, z, a, lane) + P_PRV]
        ops[x, column + P_PRV] = a


@full_kernel
def rank(ops: Ints, z: Ints, work: Ints, x: int, low: int, seq: int) -> int:
    """The label of `x` by when it begins; above those before it on its lanes and in its routing."""
    label = low + max(0, ops[x, VIS] - z[S_FLOOR]) * LABELS + seq
    for p in range(z[variant(ops, z, x) + V_NPL]):
        a = ops[x, PLACES + p * P_WIDTH + P_PRV]
        if a >= 0:
            label = max(label, ops[a, LABEL] + 1)
    e = ops[x, EIN]
    while e >= 0:
        y = z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]
        if work[y, W_CAND] >= 0:
            label = max(label, ops[y, LABEL] + 1)
        e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
    return int(label)


@full_kernel
def pass_by(ops: Ints, z: Ints, x: int, p: int) -> bool:
    """Step past what `x` cannot be before on lane `p`; True when there was something.

    Times of `x` only grow, so all that it clashes with now can be passed at once. The setter's places without a
    changeover hold nobody up.
    """
    column = PLACES + p * P_WIDTH
    lane = ops[x, column + P_LANE]
    setter = p == z[variant(ops, z, x) + V_SPL]
    changes = setter and change_of(ops, x) > 0
    passed, n = False, following(ops, z, x, p)
    while n >= 0:
        clash = ops[x, END] > ops[n, START]
        if setter:
            clash = changes and change_of(ops, n) > 0 and ops[x, SFREE] > ops[n, VIS]
        if clash or ops[n, LABEL] < ops[x, LABEL]:
            ops[x, column + P_PRV], passed = n, True
        elif not setter or change_of(ops, n) > 0:
            break
        n = ops[n, place_on(ops, z, n, lane) + P_NXT]
    if z[z[Z_LANES] + lane * L_COLUMNS + L_KIND] == MACHINE:
        # So are gaps that are too short in any case.
        while n >= 0 and ops[x, column + P_PRV] >= 0:
            if ops[n, START] - ops[ops[x, column + P_PRV], END] >= ops[x, DUR0]:
                break
            ops[x, column + P_PRV], passed = n, True
            n = ops[n, place_on(ops, z, n, lane) + P_NXT]
    return passed


@full_kernel
def disturbs(ops: Ints, z: Ints, x: int, kept: Ints, keep: bool) -> int:
    """The lane of `x`, which is linked, whose next would end later behind it, or keep the setter longer; -1: none.

    Without `keep`, or where there is one, what comes next stays timed as it was.
    """
    places, found = z[variant(ops, z, x) + V_NPL], -1
    setter = z[variant(ops, z, x) + V_SPL]
    for p in range(places):
        n = ops[x, PLACES + p * P_WIDTH + P_NXT]
        if n >= 0 and p != setter:
            kept[p] = ops[n]
            retime(ops, z, n)
            if ops[n, END] > kept[p, END] or ops[n, SFREE] > max(kept[p, SFREE], ops[x, SFREE]):
                found = p
                places = p + 1
                break
    if found >= 0 or not keep:
        for p in range(places - 1, -1, -1):
            n = ops[x, PLACES + p * P_WIDTH + P_NXT]
            if n >= 0 and p != setter:
                ops[n, T_FIRST:T_TAILS] = kept[p, T_FIRST:T_TAILS]
    return found


@full_kernel
def gap(
    ops: Ints, z: Ints, work: Ints, lanes: Ints, x: int, low: int, seq: int, most: int, kept: Ints, keep: bool
) -> bool:
    """Find the first gap in which `x` ends before `most` and disturbs nobody; linked there with `keep`."""
    ready = max(run_ready(ops, z, x), ops[x, NBV], z[S_FLOOR])
    if ready >= INF:
        return False
    behind(ops, z, lanes, x, low + (ready - z[S_FLOOR]) * LABELS)
    for _ in range(STEPS):
        ops[x, LABEL] = rank(ops, z, work, x, low, seq)
        retime(ops, z, x)
        if ops[x, END] >= most:
            return False
        ops[x, LABEL] = rank(ops, z, work, x, low, seq)
        passed = False
        for p in range(z[variant(ops, z, x) + V_NPL]):
            passed = pass_by(ops, z, x, p) or passed
        if passed:
            continue
        link(ops, z, x)
        p = disturbs(ops, z, x, kept, keep)
        if p < 0 and keep:
            return True
        n = ops[x, PLACES + p * P_WIDTH + P_NXT] if p >= 0 else -1
        unlink(ops, z, x)
        if p < 0:
            return True
        ops[x, PLACES + p * P_WIDTH + P_PRV] = n
    return False


@full_kernel
def put_in(ops: Ints, z: Ints, work: Ints, lanes: Ints, low: int, first: Ints, chosen: Ints) -> bool:
    """Put all operations of `first`, which has predecessors first, in, and tell their ways; False: not all fit."""
    clear(ops, z, lanes)
    kept = np.empty((16, ops.shape[1]), np.int64)
    for i in range(first.shape[0]):
        work[first[i], W_CAND] = -1
    for i in range(first.shape[0]):
        x = first[i]
        best, way = INF, ops[x, CAND0]
        if ops[x, NCAND] > 1:
            for k in range(ops[x, CAND0], ops[x, CAND0] + ops[x, NCAND]):
                give(ops, z, work, x, k)
                if gap(ops, z, work, lanes, x, low, i, best, kept, False):
                    best, way = ops[x, END], k
        give(ops, z, work, x, way)
        if not gap(ops, z, work, lanes, x, low, i, INF, kept, True):
            return False
        chosen[i] = way
        setter = z[variant(ops, z, x) + V_SPL]
        if setter < 0:
            continue
        n = ops[x, PLACES + setter * P_WIDTH + P_NXT]
        while n >= 0 and change_of(ops, n) == 0:
            ops[n, SFREE] = max(ops[n, SFREE], ops[x, SFREE])
            n = ops[n, place_on(ops, z, n, ops[x, PLACES + setter * P_WIDTH + P_LANE]) + P_NXT]
    return True


@full_kernel
def keys_of(ops: Ints, z: Ints, goal: Ints, rows: Ints, run: Ints, order: int, key: Ints) -> None:
    """Key of each operation, the least first; `rows` have predecessors first, and never get a greater key."""
    for i in range(rows.shape[0]):
        x = rows[i]
        key[x] = goal[x, G_DUE]
        if order in (BY_SLACK, BY_OPERATION):
            key[x] -= goal[x, G_AFTER] + run[x]
        if order == BY_WEIGHT:
            key[x] = -goal[x, G_WEIGHT]
        e = ops[x, EIN]
        # All work of a line has the key of what is most urgent in it.
        while e >= 0 and order != BY_OPERATION:
            key[x] = min(key[x], key[z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]])
            e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]
    for i in range(rows.shape[0] - 1, -1, -1):
        x = rows[i]
        e = ops[x, EIN]
        while e >= 0:
            y = z[z[Z_EDGES] + e * E_COLUMNS + E_FROM]
            key[y] = min(key[y], key[x])
            e = z[z[Z_EDGES] + e * E_COLUMNS + E_NIN]


def inserted(
    shop: FullShop, work: Ints, lanes: Ints, goal: Ints, low: int
) -> Iterator[tuple[InsertionOrder, Ints, bool]]:
    """By each order the rows and their candidates as put in, by rank; False: they don't fit into working time.

    The arrays are those of a `FullPlan`, and are changed; `goal` is by operation as `listing.wanted` fills it in, `low`
    the label below all movable operations.
    """
    ops, z, rows = shop.ops, shop.z, shop.rows
    key, run, place = (np.full(len(ops), INF, np.int64) for _ in range(3))
    run[rows] = z[z[a.Z_CANDS] + ops[rows, CAND0] * a.K_COLUMNS + a.K_DUR]
    place[rows] = np.arange(len(rows))
    for order in InsertionOrder:
        keys_of(ops, z, goal, rows, run, int(order), key)
        first = rows[np.lexsort((place[rows], goal[rows, G_DUE], key[rows]))]
        chosen = np.empty(len(rows), np.int64)
        fits = put_in(ops, z, work, lanes, low, first, chosen)
        ranked = np.argsort(ops[first, LABEL], kind="stable")
        yield order, np.column_stack([first[ranked], chosen[ranked]]), bool(fits)
