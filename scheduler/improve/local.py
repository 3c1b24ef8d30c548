"""Local search on the sequences of machines: critical operations put elsewhere on their machine. Compiled.

A move takes an operation on the chain that makes a line late and puts it before or behind others on its machine; what
it moves is re-timed exactly, and it is taken back unless it helps or annealing lets it stand (Mati, Dauzere-Peres and
Lahlou 2011 for regular objectives; van Laarhoven, Aarts and Lenstra 1992 for annealing on critical arcs).
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import INF, Ints
from scheduler.improve.compiled import search_kernel
from scheduler.improve.sequences import (
    C_COST,
    C_FAILED,
    C_FAR,
    C_LATE,
    C_LINES,
    C_LOGGED,
    C_STAMP,
    C_TAKEN,
    C_TRIALS,
    arrival,
    shift,
    take_back,
    wake,
)
from scheduler.improve.shop import (
    END,
    IN0,
    IN1,
    K_OP,
    LOGGED,
    MACH,
    N_END0,
    N_END1,
    NXT,
    OUT0,
    OUT1,
    PRV,
    READY,
    START,
    TAIL,
)

PATH_MAX = 400
"""Operations of a critical chain looked at."""


@search_kernel
def unlink(ops: Ints, x: int) -> None:
    """Take `x` out of its machine's sequence."""
    p, n = ops[x, PRV], ops[x, NXT]
    if p >= 0:
        ops[p, NXT] = n
    if n >= 0:
        ops[n, PRV] = p


@search_kernel
def link_after(ops: Ints, heads: Ints, x: int, p: int) -> None:
    """Put `x` behind `p` on its machine, or first (-1)."""
    n = ops[p, NXT] if p >= 0 else heads[ops[x, MACH]]
    ops[x, PRV], ops[x, NXT] = p, n
    if p >= 0:
        ops[p, NXT] = x
    else:
        heads[ops[x, MACH]] = x
    if n >= 0:
        ops[n, PRV] = x


@search_kernel
def put(ops: Ints, heads: Ints, x: int, p: int) -> None:
    """Move `x` behind `p` on its machine, or to its front (-1)."""
    if heads[ops[x, MACH]] == x:
        heads[ops[x, MACH]] = ops[x, NXT]
    unlink(ops, x)
    link_after(ops, heads, x, p)


@search_kernel
def chain(ops: Ints, links: Ints, free: Ints, z: Ints, x: int, path: Ints) -> int:
    """Operations of the critical chain that ends in `x` whose machine lets them start no earlier; how many."""
    n = 0
    for _ in range(PATH_MAX):
        p = ops[x, PRV]
        begin = ops[p, END] if p >= 0 else free[ops[x, MACH]]
        q, there = -1, ops[x, READY]
        for e in range(ops[x, IN0], ops[x, IN1]):
            t = arrival(ops, links, z, x, e)
            if t > there:
                q, there = links[e, K_OP], t
        if begin >= there and p >= 0:
            path[n] = x
            n += 1
            x = p
        elif q >= 0 and there >= begin:
            x = q
        else:
            break
    return n


@search_kernel
def leftmost(ops: Ints, links: Ints, x: int, steps: int) -> int:
    """The operation that `x` may be put before, at most `steps` further to the front than the one before it; or -1.

    No chain may lead from it to a predecessor of `x`: none does when that starts before this one ends.
    """
    least = -INF
    for e in range(ops[x, IN0], ops[x, IN1]):
        least = max(least, ops[links[e, K_OP], START])
    u = ops[x, PRV]
    if u < 0 or ops[u, END] <= least:
        return -1
    for _ in range(steps):
        p = ops[u, PRV]
        if p < 0 or ops[p, END] <= least:
            break
        u = p
    return u


@search_kernel
def rightmost(ops: Ints, links: Ints, x: int, steps: int) -> int:
    """The operation that `x` may be put behind, at most `steps` further to the back than the one after it; or -1."""
    most = INF
    for e in range(ops[x, OUT0], ops[x, OUT1]):
        most = min(most, ops[links[e, K_OP], END])
    u = ops[x, NXT]
    if u < 0 or ops[u, START] >= most:
        return -1
    for _ in range(steps):
        n = ops[u, NXT]
        if n < 0 or ops[n, START] >= most:
            break
        u = n
    return u


@search_kernel
def trial(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, heads: Ints, z: Ints, late: Ints, heap: Ints,
    log: Ints, llog: Ints, c: Ints, x: int, target: int, most: int, limit: int, margin: int,
) -> bool:  # fmt: skip
    """Move `x` behind `target` (-1: to the front); taken back, and False, when it costs over `limit`."""
    zero = z[0]
    old = ops[x, PRV]
    nxt = ops[x, NXT]
    right = target >= 0 and ops[target, START] > ops[x, START]
    c[C_STAMP] += 1
    c[C_LOGGED] = c[C_LINES] = 0
    put(ops, heads, x, target)
    after = ops[x, NXT]
    if right:
        wake(ops, heap, c, nxt, 2 * (ops[nxt, START] - zero))
        wake(ops, heap, c, x, 2 * (ops[target, START] - zero) + 1)
    else:
        wake(ops, heap, c, x, max(0, 2 * (ops[after, START] - zero) - 1))
        if nxt >= 0:
            wake(ops, heap, c, nxt, 2 * (ops[nxt, START] - zero))
    if after >= 0:
        wake(ops, heap, c, after, 2 * (ops[after, START] - zero))
    if shift(ops, links, lines, ends, free, z, late, heap, log, llog, c, most, limit + margin) and c[C_COST] <= limit:
        return True
    take_back(ops, lines, ends, late, heap, log, llog, c)
    put(ops, heads, x, old)
    return False


@search_kernel
def place_at(ops: Ints, x: int, time: int) -> int:
    """The operation behind which `x` comes when its machine is sorted by starts, and `x` starts at `time`."""
    p = ops[x, PRV]
    n = ops[x, NXT]
    if time > ops[x, START]:
        while n >= 0 and ops[n, START] < time:
            p = n
            n = ops[n, NXT]
    else:
        while p >= 0 and ops[p, START] >= time:
            p = ops[p, PRV]
    return p


@search_kernel
def trial_line(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, heads: Ints, z: Ints, late: Ints, heap: Ints,
    log: Ints, llog: Ints, c: Ints, route: Ints, count: int, most: int, limit: int, margin: int,
) -> bool:  # fmt: skip
    """Move several operations, each to a time: the rows of `route` are operation, time and, filled in here, old place.

    The times rise along the routing, each above the start of what comes before it, so that no circle can arise.
    """
    zero = z[0]
    c[C_STAMP] += 1
    c[C_LOGGED] = c[C_LINES] = 0
    for i in range(count):
        x, time = route[i, 0], route[i, 1]
        old, nxt = ops[x, PRV], ops[x, NXT]
        p = place_at(ops, x, time)
        put(ops, heads, x, p)
        route[i, 2] = old
        n = c[C_LOGGED]
        log[n, 0], log[n, 1], log[n, 2] = x, ops[x, START], ops[x, END]
        ops[x, LOGGED] = c[C_STAMP]
        c[C_LOGGED] += 1
        ops[x, START] = time
        wake(ops, heap, c, nxt, 2 * (ops[nxt, START] - zero))
        wake(ops, heap, c, x, max(0, 2 * (time - zero) - 1))
        nxt = ops[x, NXT]
        wake(ops, heap, c, nxt, 2 * (ops[nxt, START] - zero))
    if shift(ops, links, lines, ends, free, z, late, heap, log, llog, c, most, limit + margin) and c[C_COST] <= limit:
        return True
    take_back(ops, lines, ends, late, heap, log, llog, c)
    for i in range(count - 1, -1, -1):
        put(ops, heads, route[i, 0], route[i, 2])
    return False


@search_kernel
def before_in_routing(ops: Ints, links: Ints, x: int) -> int:
    """The predecessor of `x` in its routing that starts last; -1: none."""
    q = -1
    for e in range(ops[x, IN0], ops[x, IN1]):
        y = links[e, K_OP]
        if q < 0 or ops[y, START] > ops[q, START]:
            q = y
    return q


@search_kernel
def route_back(ops: Ints, links: Ints, x: int, delay: int, route: Ints) -> int:
    """`x` and all that follows it in a chain, so much later; 0 where the routing branches."""
    n = 0
    while x >= 0 and n < route.shape[0]:
        route[n, 0], route[n, 1] = x, ops[x, START] + delay
        n += 1
        if ops[x, OUT1] == ops[x, OUT0]:
            return n
        if ops[x, OUT1] - ops[x, OUT0] > 1:
            return 0
        x = links[ops[x, OUT0], K_OP]
        if ops[x, IN1] - ops[x, IN0] > 1:
            return 0
    return 0


@search_kernel
def route_ahead(ops: Ints, links: Ints, x: int, keep: float, route: Ints) -> int:
    """`x` and all that follows it in a chain, waiting only `keep` of what each waits now; 0 where it branches."""
    n = 0
    q = before_in_routing(ops, links, x)
    ended = ops[x, READY] if q < 0 else max(ops[x, READY], ops[q, END])
    arrived = ended
    while x >= 0 and n < route.shape[0]:
        wait = int(keep * max(0, ops[x, START] - arrived))
        route[n, 0], route[n, 1] = x, min(ops[x, START], ended + wait)
        ended = route[n, 1] + ops[x, END] - ops[x, START]
        arrived = ops[x, END]
        n += 1
        if ops[x, OUT1] == ops[x, OUT0]:
            return n
        if ops[x, OUT1] - ops[x, OUT0] > 1:
            return 0
        x = links[ops[x, OUT0], K_OP]
        if ops[x, IN1] - ops[x, IN0] > 1:
            return 0
    return 0


@search_kernel
def last_end(ops: Ints, lines: Ints, ends: Ints, n: int) -> int:
    """The operation with which a line ends."""
    x = ends[lines[n, N_END0]]
    for i in range(lines[n, N_END0] + 1, lines[n, N_END1]):
        if ops[ends[i], END] + ops[ends[i], TAIL] > ops[x, END] + ops[x, TAIL]:
            x = ends[i]
    return int(x)


@search_kernel
def some_later(ops: Ints, links: Ints, x: int, span: float, route: Ints) -> int:
    """`x` and all that follows it in a chain later, by 1,000 s to `span` seconds; 0 where the routing branches."""
    delay = int(np.exp(np.log(1000.0) + np.random.random() * (np.log(span) - np.log(1000.0))))
    return int(route_back(ops, links, x, delay, route))


@search_kernel
def some_sooner(ops: Ints, links: Ints, x: int, route: Ints) -> int:
    """`x`, or what comes before it, and all behind it in a chain, with less waiting; 0 where the routing branches."""
    while np.random.random() < 0.7:
        q = before_in_routing(ops, links, x)
        if q < 0:
            break
        x = q
    return int(route_ahead(ops, links, x, np.random.random(), route))


@search_kernel
def anneal(
    ops: Ints, links: Ints, lines: Ints, ends: Ints, free: Ints, heads: Ints, z: Ints, late: Ints, heap: Ints,
    log: Ints, llog: Ints, path: Ints, route: Ints, c: Ints, trials: int, heat: float, reach: float, far: float,
    span: float, most: int, margin: int, seed: int,
) -> None:  # fmt: skip
    """Try so many moves at one temperature (cost units; 0: nothing that costs more is taken).

    A move goes one place far, and every further place with probability `reach`; it is given up when it moves more
    than `most` operations. With probability `far` it is a whole line that moves: what blocks a late one back, by up
    to `span`, or a late one ahead.
    """
    np.random.seed(seed)
    for _ in range(trials):
        if c[C_LATE] == 0:
            return
        c[C_TRIALS] += 1
        n = late[int(np.random.random() * c[C_LATE])]
        x = last_end(ops, lines, ends, n)
        length = chain(ops, links, free, z, x, path)
        if length == 0:
            c[C_FAILED] += 1
            continue
        limit = c[C_COST]
        if heat > 0:
            limit += int(-heat * np.log(1.0 - np.random.random()))
        if np.random.random() < far:
            if np.random.random() < 0.5:
                count = some_later(ops, links, ops[path[int(np.random.random() * length)], PRV], span, route)
            else:
                count = some_sooner(ops, links, x, route)
            if count > 0 and trial_line(
                ops, links, lines, ends, free, heads, z, late, heap, log, llog, c, route, count, 1 << 30, limit, 1 << 40
            ):
                c[C_FAR] += 1
            else:
                c[C_FAILED] += 1
            continue
        x = path[int(np.random.random() * length)]
        steps = 0
        while np.random.random() < reach and steps < 200:
            steps += 1
        if np.random.random() < 0.5:
            u = leftmost(ops, links, x, steps)
            target = ops[u, PRV] if u >= 0 else -1
        else:
            x = ops[x, PRV]
            u = rightmost(ops, links, x, steps)
            target = u
        if u < 0:
            c[C_FAILED] += 1
            continue
        if trial(ops, links, lines, ends, free, heads, z, late, heap, log, llog, c, x, target, most, limit, margin):
            c[C_TAKEN] += 1
        else:
            c[C_FAILED] += 1
