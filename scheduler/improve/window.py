"""A neighbourhood of a plan on machines alone as a problem for CP-SAT: some operations free, others where they are."""

from __future__ import annotations

from enum import Enum
from itertools import pairwise

import numpy as np

from scheduler.arrays import Ints
from scheduler.cpsat.problem import Ending, Held, Link, Problem, Span, Task, Way
from scheduler.cpsat.problem import Wish as LineWish
from scheduler.improve import sequences
from scheduler.improve import shop as s
from scheduler.improve.shop import Shop

NEVER = 1 << 50
AHEAD = 0.75
"""Which share of the operations of a time around a line's end starts before that."""
CHAIN_MAX = 60
"""Operations of a chain of waits that a neighbourhood is built around."""


class Around(Enum):
    """What a neighbourhood of a late line is put together of."""

    LINE = "line"
    """Its operations, and on their machines what stands nearest to them."""
    CHAIN = "chain"
    """What makes it late, one operation waiting for the other, and on their machines what stands nearest to them."""
    TIME = "time"
    """On all machines what stands nearest to the start of one of its operations."""
    SPAN = "span"
    """All that starts within a time around its end, most of it before that."""


def around(shop: Shop, line: int, count: int, kind: Around = Around.LINE, draw: float = 0.0) -> Ints:
    """About `count` operations, on each machine without a gap; `draw` from 0 to below 1 picks one of the line's."""
    if kind is Around.CHAIN:
        return _near(shop, _chain(shop, line), count)
    mine = _of_line(shop, line)
    if kind is Around.LINE:
        return _near(shop, mine, count)
    if kind is Around.SPAN:
        return _span(shop, line, count)
    return _at(shop, int(shop.ops[mine[int(draw * len(mine))], s.START]), count)


def _of_line(shop: Shop, line: int) -> list[int]:
    """The operations of a line."""
    mine: list[int] = []
    waiting = shop.ends[shop.lines[line, s.N_END0] : shop.lines[line, s.N_END1]].tolist()
    while waiting:
        x = waiting.pop()
        mine.append(x)
        waiting += shop.links[shop.ops[x, s.IN0] : shop.ops[x, s.IN1], s.K_OP].tolist()
    return mine


def _chain(shop: Shop, line: int) -> list[int]:
    """What the last operation of a line waited for, and that for, back to one that waited for nothing."""
    ops, links, row = shop.ops, shop.links, shop.lines[line]
    x = max(shop.ends[row[s.N_END0] : row[s.N_END1]].tolist(), key=lambda y: int(ops[y, s.END] + ops[y, s.TAIL]))
    found: list[int] = []
    while x >= 0 and len(found) < CHAIN_MAX:
        found.append(x)
        before, there = -1, int(ops[x, s.READY])
        for e in range(ops[x, s.IN0], ops[x, s.IN1]):
            at = int(ops[links[e, s.K_OP], s.END] + links[e, s.K_LAG] + links[e, s.K_WLAG])
            if at >= there:
                before, there = int(links[e, s.K_OP]), at
        ahead = int(ops[x, s.PRV])
        x = ahead if ahead >= 0 and ops[ahead, s.END] >= there else before
    return found


def _at(shop: Shop, time_s: int, count: int) -> Ints:
    """On each machine what stands nearest to a time, as many operations on all."""
    ops, found = shop.ops, []
    each = max(2, count // len(shop.free))
    for m in range(len(shop.free)):
        here = np.flatnonzero(ops[:, s.MACH] == m)
        here = here[np.argsort(ops[here, s.START])]
        first = max(0, int(np.searchsorted(ops[here, s.START], time_s)) - each // 2)
        found.append(here[first : first + each])
    return np.concatenate(found)


def _span(shop: Shop, line: int, count: int) -> Ints:
    """So many operations that start one after the other, around the end of a line."""
    ops, row = shop.ops, shop.lines[line]
    by_start: Ints = np.argsort(ops[:, s.START], kind="stable")
    done = int(ops[shop.ends[row[s.N_END0] : row[s.N_END1]], s.END].max())
    first = max(0, int(np.searchsorted(ops[by_start, s.START], done)) - int(AHEAD * count))
    return by_start[first : first + count]


def _near(shop: Shop, mine: list[int], count: int) -> Ints:
    """These operations, and on their machines what stands nearest to them."""
    ops = shop.ops
    machines = np.unique(ops[mine, s.MACH])
    found: list[Ints] = []
    for m in machines.tolist():
        here = np.flatnonzero(ops[:, s.MACH] == m)
        here = here[np.argsort(ops[here, s.START])]
        at = np.flatnonzero(np.isin(here, mine))
        beside = max(1, (count // len(machines) - int(at[-1] - at[0])) // 2)
        found.append(here[max(0, at[0] - beside) : at[-1] + beside + 1])
    return np.concatenate(found)


def problem(shop: Shop, free: Ints, tails: Ints, until: int | None = None) -> Problem:
    """Sequence the operations in `free` anew; on each machine they stand together, without others between.

    What comes before them on their machines stays where it is, what comes after may be shifted to its latest start
    (`tails`), so that no line outside ends later than it does or is due. What is last on its machine may take twice
    as long as it does now, or `until` then. Only for times in working seconds.
    """
    ops, links = shop.ops, shop.links
    number = {x: i for i, x in enumerate(free.tolist())}
    tasks: list[tuple[int, int, int]] = []
    inside: list[Link] = []
    for x in free.tolist():
        row = ops[x]
        ready, last = int(row[s.READY]), NEVER
        for e in range(row[s.IN0], row[s.IN1]):
            y, lag = int(links[e, s.K_OP]), int(links[e, s.K_LAG] + links[e, s.K_WLAG])
            if y in number:
                inside.append(Link(number[y], number[x], lag))
            else:
                ready = max(ready, int(ops[y, s.END]) + lag)
        for e in range(row[s.OUT0], row[s.OUT1]):
            y, lag = int(links[e, s.K_OP]), int(links[e, s.K_LAG] + links[e, s.K_WLAG])
            if y not in number:
                last = min(last, max(int(tails[y]), int(ops[y, s.START])) - lag)
        if row[s.LINE] >= 0:
            # No promise is broken for another; one that is may stay as it is.
            last = min(last, max(int(shop.lines[row[s.LINE], s.N_LAST] - row[s.TAIL]), int(row[s.END])))
        tasks.append((x, ready, last))
    bounds = _bounds(shop, free, number, tails, until)
    end = max(high for _, high in bounds.values())
    rows = [
        (x, max(ready, bounds[int(ops[x, s.MACH])][0]), min(last, bounds[int(ops[x, s.MACH])][1]))
        for x, ready, last in tasks
    ]
    first = min(ready for _, ready, _ in rows)
    endings = tuple(_ending(shop, x, number[x]) for x in free.tolist() if ops[x, s.LINE] >= 0)
    return Problem(
        first, end, 0, tuple(_task(ops, *row) for row in rows), tuple(inside), (),
        tuple((str(m), 1) for m in bounds), endings,
        held=frozenset({Held.OUTSIDE}),
    )  # fmt: skip


def _bounds(
    shop: Shop, free: Ints, number: dict[int, int], tails: Ints, until: int | None
) -> dict[int, tuple[int, int]]:
    """From when until when the operations in `free` may have each machine."""
    ops = shop.ops
    found: dict[int, tuple[int, int]] = {}
    for x in free.tolist():
        m, before, after = (int(ops[x, column]) for column in (s.MACH, s.PRV, s.NXT))
        low, high = found.get(m, (int(shop.free[m]), 0))
        if before >= 0 and before not in number:
            low = max(low, int(ops[before, s.END]))
        if after not in number:
            last = 2 * int(ops[x, s.END]) if until is None else until
            high = max(high, max(int(tails[after]), int(ops[after, s.START])) if after >= 0 else last)
        found[m] = (low, high)
    return found


def tardiness(shop: Shop, free: Ints) -> int:
    """Weighted tardiness of the lines that these operations end, as the problem counts it."""
    numbers = np.unique(shop.ops[free[shop.ops[free, s.LINE] >= 0], s.LINE])
    lines, cost = shop.lines[numbers], 0
    for row in lines:
        ends = shop.ends[row[s.N_END0] : row[s.N_END1]]
        done = int((shop.ops[ends, s.END] + shop.ops[ends, s.TAIL]).max())
        cost += int(row[s.N_WEIGHT]) * max(0, done - int(row[s.N_DUE]))
    return cost


def whole(shop: Shop) -> Problem:
    """Sequence everything anew: any plan that no waiting could be taken out of, and that keeps the deadlines.

    A chain of operations that wait for each other is no longer than all work and all lags together.
    """
    ops, links = shop.ops, shop.links
    lags = int(links[:, s.K_LAG].sum() + links[:, s.K_WLAG].sum())
    begins = max(int(shop.free.max()), int(ops[:, s.READY].max()))
    every = np.arange(len(ops), dtype=np.int64)
    return problem(shop, every, every, begins + int(ops[:, s.DUR].sum()) + lags)


def _task(ops: Ints, x: int, ready: int, last: int) -> Task:
    length, start = int(ops[x, s.DUR]), int(ops[x, s.START])
    way = Way("", str(int(ops[x, s.MACH])), 1, "", "", "", 0, length, 0, (Span(length, ((ready, last - length),)),))
    return Task(x, (way,), 0, ready, ready, None, "", "", start, start, start + length)


def _ending(shop: Shop, x: int, task: int) -> Ending:
    """What the line that `x` ends costs, by when its other ends are there now."""
    line = int(shop.ops[x, s.LINE])
    row = shop.lines[line]
    others = [y for y in shop.ends[row[s.N_END0] : row[s.N_END1]].tolist() if y != x]
    rest = max((int(shop.ops[y, s.END] + shop.ops[y, s.TAIL]) for y in others), default=0)
    wish = LineWish(int(row[s.N_DUE]), int(row[s.N_WEIGHT])) if row[s.N_WEIGHT] else None
    return Ending(str(line), 1, ((task, int(shop.ops[x, s.TAIL])),), rest, wish)


def apply(shop: Shop, free: Ints, starts: dict[int, int]) -> Ints | None:
    """An order of all operations in which those in `free` stand as they were found to start; None: there is none."""
    ops = shop.ops.copy()
    for m in np.unique(ops[free, s.MACH]).tolist():
        mine = free[ops[free, s.MACH] == m]
        by_time = mine[np.argsort(ops[mine, s.START])]
        before, after = int(ops[by_time[0], s.PRV]), int(ops[by_time[-1], s.NXT])
        row = [before, *sorted(mine.tolist(), key=lambda x: starts[x]), after]
        for x, y in pairwise(row):
            if x >= 0:
                ops[x, s.NXT] = y
            if y >= 0:
                ops[y, s.PRV] = x
    order = np.empty(len(ops), np.int64)
    return order if sequences.sorted_by_machines(ops, shop.links, order) else None
