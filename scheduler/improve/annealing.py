"""Sequences of machines brought nearer to those of a plan before, by annealing; compiled.

A step takes one operation back towards its old turn, or past its neighbours, or an order's rest sooner or later; what
that moves is re-timed exactly (van Laarhoven, Aarts and Lenstra 1992). What stands is the number of operations that
left their turn and, weighed as so many of them, of lines that end on another day; deadlines are kept.
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import INF, Ints
from scheduler.improve import sequences
from scheduler.improve.compiled import search_kernel
from scheduler.improve.local import (
    PATH_MAX,
    chain,
    last_end,
    leftmost,
    put,
    rightmost,
    some_later,
    some_sooner,
    trial,
    trial_line,
)
from scheduler.improve.near_shop import Beside, Timed
from scheduler.improve.sequences import C_COST, C_FAILED, C_FAR, C_LATE, C_TAKEN, C_TRIALS, take_back
from scheduler.improve.shop import END, IN0, IN1, K_OP, MACH, N_FROM, NXT, OUT0, OUT1, PRV, START, TAIL
from scheduler.planning.keeping_days import OPERATIONS_A_DATE

UNIT = 20
"""What one operation that left its turn costs; a second after a deadline costs 50 of them."""
(T_PLACE, T_KEPT, T_AT, T_COLUMNS) = range(4)
"""Columns of an operation: its place before (-1: none), whether it is in turn, its place in the list of others."""
ROUTE_MOST = 64
"""Operations of an order's rest that are moved at once, at most."""
SPAN_S = 5 * 86400
"""By how much an order's rest comes later, at most."""
MOST = 4000
"""Operations that one step may move in time."""
MARGIN = 4 * UNIT
"""A step is given up where, on the way, it costs so much over what may stand: most steps end there, and early."""
TO_TURN, TO_DAY, BESIDE = 0.45, 0.75, 0.9
"""Shares of steps, added up: to the old turn; for lines off their day; past neighbours; else orders' rests."""
REACH = 0.8
"""With this probability a step goes one place further."""


@search_kernel
def set_kept(turns: Ints, gone: Ints, x: int, kept: int) -> None:
    """Note whether `x` is in its turn; `gone` lists those that are not, behind how many they are."""
    if turns[x, T_KEPT] == kept or turns[x, T_PLACE] < 0:
        return
    turns[x, T_KEPT] = kept
    if kept:
        last, at = gone[gone[0]], turns[x, T_AT]
        gone[at] = last
        turns[last, T_AT] = at
        gone[0] -= 1
    else:
        gone[0] += 1
        gone[gone[0]] = x
        turns[x, T_AT] = gone[0]


@search_kernel
def in_turn(ops: Ints, turns: Ints, x: int) -> bool:
    """Whether `x` stands between those in turn that came before and after it."""
    place = turns[x, T_PLACE]
    if place < 0:
        return False
    p = ops[x, PRV]
    while p >= 0 and turns[p, T_KEPT] == 0:
        p = ops[p, PRV]
    if p >= 0 and turns[p, T_PLACE] > place:
        return False
    n = ops[x, NXT]
    while n >= 0 and turns[n, T_KEPT] == 0:
        n = ops[n, NXT]
    return bool(n < 0 or turns[n, T_PLACE] > place)


@search_kernel
def old_turn(ops: Ints, links: Ints, turns: Ints, x: int) -> int:
    """Behind what `x` comes where it is moved towards its old turn (-1: to the front; -2: it stays).

    It passes nothing by which a circle could arise, as in `leftmost` and `rightmost`.
    """
    place, target = turns[x, T_PLACE], -2
    least, most = -INF, INF
    for e in range(ops[x, IN0], ops[x, IN1]):
        least = max(least, ops[links[e, K_OP], START])
    for e in range(ops[x, OUT0], ops[x, OUT1]):
        most = min(most, ops[links[e, K_OP], END])
    u = ops[x, PRV]
    while u >= 0 and ops[u, END] > least:
        if turns[u, T_KEPT]:
            if turns[u, T_PLACE] < place:
                break
            target = ops[u, PRV]
        u = ops[u, PRV]
    if target != -2:
        return target
    u = ops[x, NXT]
    while u >= 0 and ops[u, START] < most:
        if turns[u, T_KEPT]:
            if turns[u, T_PLACE] > place:
                break
            target = u
        u = ops[u, NXT]
    return target


@search_kernel
def change(ops: Ints, heads: Ints, turns: Ints, x: int, target: int) -> int:
    """By how many operations in turn fewer there are with `x` behind `target`."""
    old, kept = ops[x, PRV], turns[x, T_KEPT]
    put(ops, heads, x, target)
    after = 1 if in_turn(ops, turns, x) else 0
    put(ops, heads, x, old)
    return int(kept - after)


@search_kernel
def off_its_day(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, z: Ints, late: Ints, path: Ints, c: Ints
) -> tuple[int, bool]:  # fmt: skip
    """An operation that holds up a line that ends after its day, or the end of one before it; whether that is late."""
    n = late[int(np.random.random() * c[C_LATE])]
    x = last_end(ops, lines, ends, n)
    if ops[x, END] + ops[x, TAIL] < lines[n, N_FROM]:
        return x, False
    length = chain(ops, links, free, z, x, path)
    return (path[int(np.random.random() * length)] if length else -1), True


@search_kernel
def move_rest(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, heads: Ints, z: Ints, late: Ints, heap: Ints,
    log: Ints, llog: Ints, c: Ints, route: Ints, turns: Ints, gone: Ints, x: int, later: bool, limit: int,
) -> bool:  # fmt: skip
    """Move `x` and what follows it in its order, sooner or later; taken back, and False, when it costs over `limit`."""
    count = some_later(ops, links, x, SPAN_S, route) if later else some_sooner(ops, links, x, route)
    if count == 0 or not trial_line(
        ops, links, lines, ends, free, heads, z, late, heap, log, llog, c, route, count, MOST, limit + UNIT * count,
        MARGIN,
    ):  # fmt: skip
        return False
    were = gone[0]
    for i in range(count):
        route[i, 1] = turns[route[i, 0], T_KEPT]
        set_kept(turns, gone, route[i, 0], 0)
    for i in range(count):
        if in_turn(ops, turns, route[i, 0]):
            set_kept(turns, gone, route[i, 0], 1)
    if c[C_COST] <= limit - UNIT * (gone[0] - were):
        return True
    take_back(ops, lines, ends, late, heap, log, llog, c)
    for i in range(count - 1, -1, -1):
        put(ops, heads, route[i, 0], route[i, 2])
    for i in range(count):
        set_kept(turns, gone, route[i, 0], 0)
    for i in range(count):
        set_kept(turns, gone, route[i, 0], route[i, 1])
    return False


@search_kernel
def anneal_back(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, heads: Ints, z: Ints, late: Ints, heap: Ints,
    log: Ints, llog: Ints, path: Ints, route: Ints, c: Ints, turns: Ints, gone: Ints, trials: int, heat: float,
    seed: int,
) -> None:  # fmt: skip
    """Try so many steps at one temperature (in operations that left their turn)."""
    np.random.seed(seed)
    for _ in range(trials):
        if gone[0] == 0 and c[C_LATE] == 0:
            return
        c[C_TRIALS] += 1
        limit = c[C_COST] + int(-heat * UNIT * np.log(1.0 - np.random.random()))
        kind, target, x = np.random.random(), -2, -1
        steps = 0
        while np.random.random() < REACH:
            steps += 1
        turned, sooner = c[C_LATE] == 0 or (kind < TO_TURN and gone[0] > 0), False
        if turned:
            x = gone[1 + int(np.random.random() * gone[0])]
            target = old_turn(ops, links, turns, x)
        elif kind < TO_DAY or kind >= BESIDE:
            x, is_late = off_its_day(ops, links, lines, ends, free, z, late, path, c)
            if x >= 0 and kind >= BESIDE:
                if move_rest(
                    ops, links, lines, ends, free, heads, z, late, heap, log, llog, c, route, turns, gone, x,
                    not is_late, limit,
                ):  # fmt: skip
                    c[C_FAR] += 1
                else:
                    c[C_FAILED] += 1
                continue
            sooner = x >= 0 and is_late and np.random.random() < 0.5
            if x >= 0 and is_late and not sooner:
                x = ops[x, PRV]
        else:
            x = int(np.random.random() * ops.shape[0])
            if gone[0] > 0 and np.random.random() < 0.5:
                x = gone[1 + int(np.random.random() * gone[0])]
            sooner = np.random.random() < 0.5
        if x >= 0 and not turned:
            u = leftmost(ops, links, x, steps) if sooner else rightmost(ops, links, x, steps)
            if u >= 0:
                target = ops[u, PRV] if sooner else u
        if target == -2:
            c[C_FAILED] += 1
            continue
        fewer = change(ops, heads, turns, x, target)
        if trial(
            ops, links, lines, ends, free, heads, z, late, heap, log, llog, c, x, target, MOST, limit - UNIT * fewer,
            MARGIN,
        ):  # fmt: skip
            if fewer:
                set_kept(turns, gone, x, 1 - turns[x, T_KEPT])
            c[C_TAKEN] += 1
        else:
            c[C_FAILED] += 1


class Annealing:
    """Sequences that are being annealed, beside the plan before."""

    def __init__(self, beside: Beside, plan: Timed) -> None:
        self._beside, shop = beside, beside.shop
        count, lines = len(shop.ops), len(shop.lines)
        self._lines = beside.wanted_days(OPERATIONS_A_DATE * UNIT)
        self._late = np.zeros(lines + 1, np.int64)
        self._heap = np.zeros(count + 1, np.int64)
        self._log, self._llog = np.zeros((count + 1, 3), np.int64), np.zeros(4 * lines + 1000, np.int64)
        self._path, self._route = np.zeros(PATH_MAX, np.int64), np.zeros((ROUTE_MOST, 3), np.int64)
        self._state = np.zeros(sequences.C_COLUMNS, np.int64)
        self._turns, self._gone = np.zeros((count, T_COLUMNS), np.int64), np.zeros(count + 1, np.int64)
        self.take(plan)

    def take(self, plan: Timed) -> None:
        """Go on from a plan."""
        shop, self._ops = self._beside.shop, plan.ops.copy()
        sequences.time_all(
            self._ops, shop.links, self._lines, shop.ends, shop.free, shop.z, plan.order, self._late, self._state
        )  # fmt: skip
        self._heads = np.full(len(shop.free), -1, np.int64)
        first = self._ops[:, PRV] < 0
        self._heads[self._ops[first, MACH]] = np.flatnonzero(first)
        self.turns_of(plan)

    def turns_of(self, plan: Timed) -> None:
        """Take what left its turn from a plan with these sequences."""
        places = self._beside.old.places
        gone = np.array([x for each in plan.gone for x in each], np.int64)
        self._turns[:, T_PLACE], self._turns[:, T_KEPT] = places, places >= 0
        self._turns[gone, T_KEPT] = 0
        self._turns[gone, T_AT] = np.arange(1, len(gone) + 1)
        self._gone[0], self._gone[1 : len(gone) + 1] = len(gone), gone

    def run(self, trials: int, heat: float, seed: int) -> None:
        """Try so many steps at one temperature."""
        shop = self._beside.shop
        anneal_back(
            self._ops, shop.links, self._lines, shop.ends, shop.free, self._heads, shop.z, self._late, self._heap,
            self._log, self._llog, self._path, self._route, self._state, self._turns, self._gone, trials, heat, seed,
        )  # fmt: skip

    def rows(self) -> dict[int, list[int]]:
        """What each machine does, in order."""
        found: dict[int, list[int]] = {}
        nexts = self._ops[:, NXT].tolist()
        for machine, x in enumerate(self._heads.tolist()):
            row = []
            while x >= 0:
                row.append(x)
                x = nexts[x]
            if row:
                found[machine] = row
        return found
