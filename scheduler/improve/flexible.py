"""Tabu search for the shortest plan of a shop in which work can be done on several machines. Compiled.

One operation of a critical path at a time is taken out and put where it is best on one of its machines (Mastrolilli and
Gambardella 2000): behind what has to come before it by heads and tails, before what has to come after. Heads and tails
without it are worked out, not estimated, so that each move is known by the makespan that it gives.
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import Ints
from scheduler.improve import tabu
from scheduler.improve.folder import kernel_of
from scheduler.improve.plans import Plan
from scheduler.improve.shop import (
    DUR,
    IN0,
    IN1,
    K_LAG,
    K_OP,
    K_WLAG,
    LINE,
    MACH,
    NXT,
    OUT0,
    OUT1,
    PRV,
    READY,
    TAIL,
    Shop,
)
from scheduler.improve.tabu import (
    KICKS,
    PATIENCE,
    T_AFTER,
    T_BEFORE,
    T_BEST,
    T_BESTNXT,
    T_BESTPRV,
    T_HEAD,
    T_NXT,
    T_ORDER,
    T_PATH,
    T_PRV,
    T_TAIL,
    U_BEST,
    U_COLUMNS,
    U_KICK,
    U_STALE,
    U_STEP,
    critical,
    time_all,
)

(W_LANE, W_DUR, W_NAME, W_COLUMNS) = range(4)
"""Columns of a way: its machine, how long it takes there, and what the plan calls it."""
(X_FIRST, X_WAY, X_BEST, X_HEAD, X_TAIL, X_PLACE, X_COLUMNS) = range(7)
"""Columns of an operation: its first way (one row more than operations), the one that it has, that of the best plan;
head and tail without the operation that is taken out; place in the order."""
(M_OP, M_WAY, M_PRV, M_COLUMNS) = range(4)
"""Columns of a move: an operation, the way it gets, and what it then comes behind (-1: it is first)."""

flexible_kernel = kernel_of("flexible", __file__, tabu.__file__)


@flexible_kernel
def without(ops: Ints, links: Ints, free: Ints, t: Ints, x: Ints, v: int) -> int:
    """Heads and tails of all as if `v` took no time and no machine; the last end."""
    n, at, last = ops.shape[0], x[v, X_PLACE], 0
    x[v, X_HEAD], x[v, X_TAIL] = t[v, T_BEFORE], t[v, T_AFTER]
    for k in range(at):
        y = t[k, T_ORDER]
        x[y, X_HEAD] = t[y, T_HEAD]
    for k in range(at + 1, n):
        y = t[k, T_ORDER]
        x[y, X_TAIL] = t[y, T_TAIL]
        head = ops[y, READY]
        for e in range(ops[y, IN0], ops[y, IN1]):
            i = links[e, K_OP]
            head = max(head, x[i, X_HEAD] + (ops[i, DUR] if i != v else 0) + links[e, K_LAG] + links[e, K_WLAG])
        p = t[y, T_PRV]
        if p == v:
            p = t[v, T_PRV]
        x[y, X_HEAD] = max(head, x[p, X_HEAD] + ops[p, DUR] if p >= 0 else free[ops[y, MACH]])
    for k in range(at - 1, -1, -1):
        y = t[k, T_ORDER]
        tail = ops[y, TAIL] if ops[y, LINE] >= 0 else 0
        for e in range(ops[y, OUT0], ops[y, OUT1]):
            i = links[e, K_OP]
            tail = max(tail, x[i, X_TAIL] + (ops[i, DUR] if i != v else 0) + links[e, K_LAG] + links[e, K_WLAG])
        p = t[y, T_NXT]
        if p == v:
            p = t[v, T_NXT]
        x[y, X_TAIL] = max(tail, x[p, X_TAIL] + ops[p, DUR] if p >= 0 else 0)
    for y in range(n):
        if y != v:
            last = max(last, x[y, X_HEAD] + ops[y, DUR] + (ops[y, TAIL] if ops[y, LINE] >= 0 else 0))
    return last


@flexible_kernel
def pick(
    ops: Ints, links: Ints, free: Ints, t: Ints, x: Ints, ways: Ints, firsts: Ints, barred: Ints, move: Ints,
    length: int, best: int, step: int,
) -> int:  # fmt: skip
    """Write the change of machines that gives the shortest plan of those not barred, or shorter than ever; its length.

    Else any one, and far too long; no operation where there is none.
    """
    tried = ties = 0
    value, own = 1 << 60, 1 << 60
    move[M_OP] = -1
    for k in range(ops.shape[0]):
        x[t[k, T_ORDER], X_PLACE] = k
    for k in range(length):
        v = t[k, T_PATH]
        if x[v + 1, X_FIRST] - x[v, X_FIRST] < 2:
            continue
        least = without(ops, links, free, t, x, v)
        head, tail = x[v, X_HEAD], x[v, X_TAIL]
        for way in range(x[v, X_FIRST], x[v + 1, X_FIRST]):
            if way == x[v, X_WAY]:
                continue
            lane, takes = ways[way, W_LANE], ways[way, W_DUR]
            p, y = -1, firsts[lane]
            place, through = -2, 1 << 60
            while True:
                if y == v:
                    y = t[y, T_NXT]
                late = y >= 0 and x[y, X_HEAD] + ops[y, DUR] > head
                early = y >= 0 and x[y, X_TAIL] + ops[y, DUR] > tail
                if early and not late:
                    # It has to come before `v`: no place in front of it will do.
                    place, through = -2, 1 << 60
                else:
                    begin = max(head, x[p, X_HEAD] + ops[p, DUR] if p >= 0 else free[lane])
                    after = max(tail, x[y, X_TAIL] + ops[y, DUR] if y >= 0 else 0)
                    if begin + takes + after < through:
                        place, through = p, begin + takes + after
                if y < 0 or (late and not early):
                    break
                p, y = y, t[y, T_NXT]
            makes = max(least, through)
            fits = makes < best or barred[way] <= step
            tried += 1
            if value == 1 << 60 and not fits and np.random.random() * tried < 1.0:
                move[M_OP], move[M_WAY], move[M_PRV] = v, way, place
            if not fits or makes > value or (makes == value and through > own):
                continue
            ties = ties + 1 if makes == value and through == own else 1
            if np.random.random() * ties < 1.0:
                value, own = makes, through
                move[M_OP], move[M_WAY], move[M_PRV] = v, way, place
    return value


@flexible_kernel
def put(ops: Ints, t: Ints, x: Ints, ways: Ints, firsts: Ints, barred: Ints, move: Ints, end: int) -> None:
    """Change machines, and forbid to change back before step `end`."""
    v, way, behind = move[M_OP], move[M_WAY], move[M_PRV]
    barred[x[v, X_WAY]] = end
    p, y = t[v, T_PRV], t[v, T_NXT]
    if p >= 0:
        t[p, T_NXT] = y
    else:
        firsts[ops[v, MACH]] = y
    if y >= 0:
        t[y, T_PRV] = p
    lane = ways[way, W_LANE]
    y = t[behind, T_NXT] if behind >= 0 else firsts[lane]
    t[v, T_PRV], t[v, T_NXT] = behind, y
    if behind >= 0:
        t[behind, T_NXT] = v
    else:
        firsts[lane] = v
    if y >= 0:
        t[y, T_PRV] = v
    x[v, X_WAY], ops[v, MACH], ops[v, DUR] = way, lane, ways[way, W_DUR]


@flexible_kernel
def back_to_best(ops: Ints, t: Ints, x: Ints, ways: Ints, firsts: Ints) -> None:
    """Become the best plan again."""
    firsts[:] = -1
    for v in range(ops.shape[0]):
        t[v, T_PRV], t[v, T_NXT] = t[v, T_BESTPRV], t[v, T_BESTNXT]
        way = x[v, X_BEST]
        x[v, X_WAY], ops[v, MACH], ops[v, DUR] = way, ways[way, W_LANE], ways[way, W_DUR]
        if t[v, T_PRV] < 0:
            firsts[ops[v, MACH]] = v


@flexible_kernel
def search(
    ops: Ints, links: Ints, free: Ints, t: Ints, x: Ints, ways: Ints, firsts: Ints, until: Ints, barred: Ints, c: Ints,
    steps: int, least: int, seed: int,
) -> None:  # fmt: skip
    """So many steps, or until the last end is `least`."""
    np.random.seed(seed)
    n = ops.shape[0]
    tenure = 10 + n // max(1, free.shape[0])
    move = np.empty(M_COLUMNS, np.int64)
    for _ in range(steps):
        last = time_all(ops, links, free, t)
        if 0 <= last < c[U_BEST]:
            c[U_BEST], c[U_STALE] = last, 0
            t[:, T_BESTPRV], t[:, T_BESTNXT], t[:, T_BEST] = t[:, T_PRV], t[:, T_NXT], t[:, T_ORDER]
            x[:, X_BEST] = x[:, X_WAY]
            if last <= least:
                return
        c[U_STALE] += 1
        if last < 0 or c[U_STALE] > PATIENCE:
            back_to_best(ops, t, x, ways, firsts)
            # What is forbidden now is forbidden no more.
            c[U_STEP] += 4 * tenure
            c[U_STALE], c[U_KICK] = 0, KICKS
            last = time_all(ops, links, free, t)
        c[U_STEP] += 1
        end = c[U_STEP] + tenure + int(0.4 * tenure * np.random.random())
        anywhere = c[U_KICK] > 0
        c[U_KICK] = max(0, c[U_KICK] - 1)
        length = critical(ops, links, t, last)
        u, v, right, turned = tabu.pick(ops, links, free, t, until, length, c[U_BEST], c[U_STEP], anywhere)
        changed = pick(ops, links, free, t, x, ways, firsts, barred, move, length, c[U_BEST], c[U_STEP])
        changes = move[M_OP] >= 0
        if changes and (u == v or changed < turned or (changed == turned and np.random.random() < 0.5)):
            put(ops, t, x, ways, firsts, barred, move, end)
        elif u != v:
            tabu.put(t, until, u, v, right, end)
            while t[u, T_PRV] >= 0:
                u = t[u, T_PRV]
            firsts[ops[u, MACH]] = u
        else:
            c[U_STALE] = PATIENCE


class Flexible:
    """A search from one plan of a shop on; `best` is the least last end so far."""

    def __init__(self, shop: Shop, ways: Ints, firsts: Ints, order: Ints) -> None:
        """`order` has what comes first first; only for times in working seconds, and work that takes some.

        `ways` has a row for each way, those of an operation one behind the other, from `firsts` of it on (which has one
        more at its end); among them is the one that the shop has.
        """
        plan = Plan(shop, order)
        self._shop = plan.shop
        ops, count = self._shop.ops, len(self._shop.ops)
        self._t = np.zeros((count, tabu.T_COLUMNS), np.int64)
        self._t[:, T_PRV], self._t[:, T_NXT], self._t[:, T_BEST] = ops[:, PRV], ops[:, NXT], order
        self._t[:, T_BESTPRV], self._t[:, T_BESTNXT] = ops[:, PRV], ops[:, NXT]
        self._ways = ways
        self._x = np.zeros((count + 1, X_COLUMNS), np.int64)
        self._x[:, X_FIRST] = firsts
        owner = np.repeat(np.arange(count), np.diff(firsts))
        has = (ways[:, W_LANE] == ops[owner, MACH]) & (ways[:, W_DUR] == ops[owner, DUR])
        self._x[owner[has], X_WAY] = np.flatnonzero(has)
        self._x[:, X_BEST] = self._x[:, X_WAY]
        heads = ops[:, PRV] < 0
        self._firsts = np.full(len(shop.free), -1, np.int64)
        self._firsts[ops[heads, MACH]] = np.flatnonzero(heads)
        self._until = np.zeros((count, count), np.int64)
        self._barred = np.zeros(len(ways), np.int64)
        self._c = np.zeros(U_COLUMNS, np.int64)
        self._c[U_BEST] = 1 << 60

    def run(self, steps: int, seed: int, least: int = 0) -> None:
        """So many steps."""
        shop = self._shop
        search(
            shop.ops, shop.links, shop.free, self._t, self._x, self._ways, self._firsts, self._until, self._barred,
            self._c, steps, least, seed,
        )  # fmt: skip

    @property
    def best(self) -> int:
        """The least last end found, in seconds of the shop."""
        return int(self._c[U_BEST])

    @property
    def order(self) -> tuple[Ints, Ints]:
        """The operations of the best plan, what comes first first, and the name of the way of each of these."""
        order = self._t[:, T_BEST].copy()
        return order, self._ways[self._x[order, X_BEST], W_NAME]
