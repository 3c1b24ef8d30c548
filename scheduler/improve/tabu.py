"""Tabu search for the shortest plan of a shop in working time: critical blocks, estimates, forbidden returns. Compiled.

An operation of a block of the critical path goes to its ends or comes from them (the neighbourhood of Zhang, Li, Guan
and Rao 2007), unless its routing may forbid it (Balas and Vazacopoulos 1998, whose estimates pick the move); what a
move turned round may not be turned back for a while (Nowicki and Smutnicki 1996).
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import Ints
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

MOST = 2500
"""Operations up to which it is worth it: what it remembers grows with their square, and each step times all."""
PATIENCE = 4000
"""Steps without anything shorter after which the best plan is shaken."""
KICKS = 12
"""Steps that go anywhere, to shake it."""
(T_PRV, T_NXT, T_HEAD, T_TAIL, T_BEFORE, T_AFTER, T_OPEN, T_ORDER, T_BESTPRV, T_BESTNXT, T_BEST, T_PATH, T_TRY) = range(
    13
)
T_COLUMNS = 13
"""Columns: neighbours on the machine, head and tail (its own time in neither), what its routing lets them be, what is
open before it, an order of all, the best plan's neighbours and order, the critical path, heads of a move tried."""
(U_STEP, U_BEST, U_STALE, U_KICK, U_COLUMNS) = range(5)

tabu_kernel = kernel_of("tabu", __file__)


@tabu_kernel
def time_all(ops: Ints, links: Ints, free: Ints, t: Ints) -> int:
    """Heads, tails and an order of all; the last end, or -1 where the sequences go in a circle."""
    n, done = ops.shape[0], 0
    for x in range(n):
        t[x, T_OPEN] = ops[x, IN1] - ops[x, IN0] + (1 if t[x, T_PRV] >= 0 else 0)
        if t[x, T_OPEN] == 0:
            t[done, T_ORDER] = x
            done += 1
    k = last = 0
    while k < done:
        x = t[k, T_ORDER]
        k += 1
        head = ops[x, READY]
        for e in range(ops[x, IN0], ops[x, IN1]):
            y = links[e, K_OP]
            head = max(head, t[y, T_HEAD] + ops[y, DUR] + links[e, K_LAG] + links[e, K_WLAG])
        t[x, T_BEFORE] = head
        p = t[x, T_PRV]
        t[x, T_HEAD] = max(head, t[p, T_HEAD] + ops[p, DUR] if p >= 0 else free[ops[x, MACH]])
        for e in range(ops[x, OUT0], ops[x, OUT1]):
            y = links[e, K_OP]
            t[y, T_OPEN] -= 1
            if t[y, T_OPEN] == 0:
                t[done, T_ORDER] = y
                done += 1
        y = t[x, T_NXT]
        if y >= 0:
            t[y, T_OPEN] -= 1
            if t[y, T_OPEN] == 0:
                t[done, T_ORDER] = y
                done += 1
    if done < n:
        return -1
    for k in range(n - 1, -1, -1):
        x = t[k, T_ORDER]
        tail = ops[x, TAIL] if ops[x, LINE] >= 0 else 0
        for e in range(ops[x, OUT0], ops[x, OUT1]):
            y = links[e, K_OP]
            tail = max(tail, t[y, T_TAIL] + ops[y, DUR] + links[e, K_LAG] + links[e, K_WLAG])
        t[x, T_AFTER] = tail
        y = t[x, T_NXT]
        t[x, T_TAIL] = max(tail, t[y, T_TAIL] + ops[y, DUR] if y >= 0 else 0)
        last = max(last, t[x, T_HEAD] + ops[x, DUR] + t[x, T_TAIL])
    return last


@tabu_kernel
def critical(ops: Ints, links: Ints, t: Ints, last: int) -> int:
    """Fill in a critical path, its end first; how long it is."""
    n, x, ties = ops.shape[0], -1, 0
    for y in range(n):
        if t[y, T_HEAD] + ops[y, DUR] + (ops[y, TAIL] if ops[y, LINE] >= 0 else 0) == last:
            ties += 1
            if np.random.random() * ties < 1.0:
                x = y
    length = 0
    while x >= 0:
        t[length, T_PATH] = x
        length += 1
        before, ties = -1, 0
        p = t[x, T_PRV]
        if p >= 0 and t[p, T_HEAD] + ops[p, DUR] == t[x, T_HEAD]:
            before, ties = p, 1
        for e in range(ops[x, IN0], ops[x, IN1]):
            y = links[e, K_OP]
            if t[y, T_HEAD] + ops[y, DUR] + links[e, K_LAG] + links[e, K_WLAG] == t[x, T_HEAD] and y != p:
                ties += 1
                if np.random.random() * ties < 1.0:
                    before = y
        x = before
    return length


@tabu_kernel
def may_follow(ops: Ints, links: Ints, t: Ints, u: int, v: int) -> bool:
    """No routing can lead from what comes after `u` to `v`, so that `u` may be put behind it."""
    for e in range(ops[u, OUT0], ops[u, OUT1]):
        y = links[e, K_OP]
        if t[v, T_TAIL] + ops[v, DUR] + (1 if ops[y, DUR] > 0 else 0) <= t[y, T_TAIL] + ops[y, DUR]:
            return False
    return True


@tabu_kernel
def may_precede(ops: Ints, links: Ints, t: Ints, u: int, v: int) -> bool:
    """No routing can lead from `u` to what comes before `v`, so that `v` may be put before it."""
    for e in range(ops[v, IN0], ops[v, IN1]):
        y = links[e, K_OP]
        if t[u, T_HEAD] + ops[u, DUR] + (1 if ops[y, DUR] > 0 else 0) <= t[y, T_HEAD] + ops[y, DUR]:
            return False
    return True


@tabu_kernel
def behind(ops: Ints, free: Ints, t: Ints, u: int, v: int) -> int:
    """About how long the longest path through the machine gets when `u` is put behind `v`."""
    p, n = t[u, T_PRV], t[v, T_NXT]
    end = t[p, T_HEAD] + ops[p, DUR] if p >= 0 else free[ops[u, MACH]]
    x = t[u, T_NXT]
    while True:
        t[x, T_TRY] = max(t[x, T_BEFORE], end)
        end = t[x, T_TRY] + ops[x, DUR]
        if x == v:
            break
        x = t[x, T_NXT]
    tail = max(t[u, T_AFTER], t[n, T_TAIL] + ops[n, DUR] if n >= 0 else 0)
    most = max(t[u, T_BEFORE], end) + ops[u, DUR] + tail
    tail += ops[u, DUR]
    while x != u:
        tail = max(tail, t[x, T_AFTER])
        most = max(most, t[x, T_TRY] + ops[x, DUR] + tail)
        tail += ops[x, DUR]
        x = t[x, T_PRV]
    return int(most)


@tabu_kernel
def before(ops: Ints, free: Ints, t: Ints, u: int, v: int) -> int:
    """The same when `v` is put before `u`."""
    p, n = t[u, T_PRV], t[v, T_NXT]
    end = t[p, T_HEAD] + ops[p, DUR] if p >= 0 else free[ops[u, MACH]]
    first = max(t[v, T_BEFORE], end)
    end = first + ops[v, DUR]
    x = u
    while x != v:
        t[x, T_TRY] = max(t[x, T_BEFORE], end)
        end = t[x, T_TRY] + ops[x, DUR]
        x = t[x, T_NXT]
    tail = t[n, T_TAIL] + ops[n, DUR] if n >= 0 else 0
    x = t[v, T_PRV]
    most = 0
    while True:
        tail = max(tail, t[x, T_AFTER])
        most = max(most, t[x, T_TRY] + ops[x, DUR] + tail)
        tail += ops[x, DUR]
        if x == u:
            break
        x = t[x, T_PRV]
    return int(max(most, first + ops[v, DUR] + max(tail, t[v, T_AFTER])))


@tabu_kernel
def forbidden(t: Ints, until: Ints, u: int, v: int, right: bool, step: int) -> bool:
    """The move would turn something back that was turned round lately."""
    x = t[u, T_NXT] if right else u
    while True:
        if right:
            if until[x, u] > step:
                return True
            if x == v:
                return False
        else:
            if x == v:
                return False
            if until[v, x] > step:
                return True
        x = t[x, T_NXT]


@tabu_kernel
def put(t: Ints, until: Ints, u: int, v: int, right: bool, end: int) -> None:
    """Put `u` behind `v`, or `v` before `u`, and forbid to turn that back before step `end`."""
    p, n = t[u, T_PRV], t[v, T_NXT]
    x = t[u, T_NXT] if right else u
    while True:
        if right:
            until[u, x] = end
        elif x != v:
            until[x, v] = end
        if x == v:
            break
        x = t[x, T_NXT]
    if right:
        first, last = t[u, T_NXT], u
        t[v, T_NXT], t[u, T_PRV] = u, v
    else:
        first, last = v, t[v, T_PRV]
        t[v, T_NXT], t[u, T_PRV] = u, v
    t[first, T_PRV], t[last, T_NXT] = p, n
    if p >= 0:
        t[p, T_NXT] = first
    if n >= 0:
        t[n, T_PRV] = last


@tabu_kernel
def ends(t: Ints, way: int, x: int, first: int, last: int) -> tuple[int, int, bool]:
    """One of four moves of `x` in its block: behind its last, behind `x` its first, before its first, its last before.

    The same operation twice where there is none.
    """
    inside = x not in (first, last)
    if way == 0 and x != last:
        return x, last, True
    if way == 1 and inside:
        return first, x, True
    if way == 2 and x != first and t[first, T_NXT] != last:
        return first, x, False
    if way == 3 and inside:
        return x, last, False
    return x, x, False


@tabu_kernel
def pick(
    ops: Ints, links: Ints, free: Ints, t: Ints, until: Ints, length: int, best: int, step: int, anywhere: bool
) -> tuple[int, int, bool, int]:
    """The move that is said to get shortest of those not forbidden, or of those shorter than ever; else any one.

    The same operation twice where no move is left. Last how short it is said to get; far too long where it is any one.
    """
    mine, mine_v, mine_right = -1, -1, False
    any_u, any_v, any_right = -1, -1, False
    value, tried = 1 << 60, 0
    k = length - 1
    while k > 0:
        # The block goes from path[k] down to path[j], in the order of the machine.
        j = k
        while j > 0 and t[t[j - 1, T_PATH], T_PRV] == t[j, T_PATH]:
            j -= 1
        first, last = t[k, T_PATH], t[j, T_PATH]
        for i in range(k, j - 1, -1):
            for way in range(4):
                u, v, right = ends(t, way, t[i, T_PATH], first, last)
                if u == v or not (may_follow(ops, links, t, u, v) if right else may_precede(ops, links, t, u, v)):
                    continue
                tried += 1
                if np.random.random() * tried < 1.0:
                    any_u, any_v, any_right = u, v, right
                guess = behind(ops, free, t, u, v) if right else before(ops, free, t, u, v)
                if guess < value and (guess < best or not forbidden(t, until, u, v, right, step)):
                    value, mine, mine_v, mine_right = guess, u, v, right
        k = j - 1 if j == k else j
    if mine < 0 or anywhere:
        return any_u, any_v, any_right, 1 << 60
    return mine, mine_v, mine_right, value


@tabu_kernel
def search(
    ops: Ints, links: Ints, free: Ints, t: Ints, until: Ints, c: Ints, steps: int, least: int, seed: int
) -> None:  # fmt: skip
    """So many steps, or until the last end is `least`."""
    np.random.seed(seed)
    tenure = 10 + ops.shape[0] // max(1, free.shape[0])
    for _ in range(steps):
        last = time_all(ops, links, free, t)
        if 0 <= last < c[U_BEST]:
            c[U_BEST], c[U_STALE] = last, 0
            t[:, T_BESTPRV], t[:, T_BESTNXT], t[:, T_BEST] = t[:, T_PRV], t[:, T_NXT], t[:, T_ORDER]
            if last <= least:
                return
        c[U_STALE] += 1
        if last < 0 or c[U_STALE] > PATIENCE:
            t[:, T_PRV], t[:, T_NXT] = t[:, T_BESTPRV], t[:, T_BESTNXT]
            # What is forbidden now is forbidden no more.
            c[U_STEP] += 4 * tenure
            c[U_STALE], c[U_KICK] = 0, KICKS
            last = time_all(ops, links, free, t)
        c[U_STEP] += 1
        length = critical(ops, links, t, last)
        u, v, right, _ = pick(ops, links, free, t, until, length, c[U_BEST], c[U_STEP], c[U_KICK] > 0)
        c[U_KICK] = max(0, c[U_KICK] - 1)
        if u == v:
            c[U_STALE] = PATIENCE
        else:
            put(t, until, u, v, right, c[U_STEP] + tenure + int(0.4 * tenure * np.random.random()))


class Tabu:
    """A search from one plan of a shop on; `best` is the least last end so far."""

    def __init__(self, shop: Shop, order: Ints) -> None:
        """`order` has what comes first first; only for times in working seconds."""
        plan = Plan(shop, order)
        self._shop = plan.shop
        ops = self._shop.ops
        self._t = np.zeros((len(ops), T_COLUMNS), np.int64)
        self._t[:, T_PRV], self._t[:, T_NXT], self._t[:, T_BEST] = ops[:, PRV], ops[:, NXT], order
        self._t[:, T_BESTPRV], self._t[:, T_BESTNXT] = ops[:, PRV], ops[:, NXT]
        self._until = np.zeros((len(ops), len(ops)), np.int64)
        self._c = np.zeros(U_COLUMNS, np.int64)
        self._c[U_BEST] = 1 << 60

    def run(self, steps: int, seed: int, least: int = 0) -> None:
        """So many steps."""
        shop = self._shop
        search(shop.ops, shop.links, shop.free, self._t, self._until, self._c, steps, least, seed)

    @property
    def best(self) -> int:
        """The least last end found, in seconds of the shop."""
        return int(self._c[U_BEST])

    @property
    def order(self) -> Ints:
        """The operations of the best plan, what comes first first."""
        return self._t[:, T_BEST].copy()
