"""A neighbourhood of a plan on machines alone as a problem for CP-SAT: some operations free, others where they are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from scheduler.arrays import Ints
from scheduler.cpsat.problem import Ending, Held, Link, Problem, Span, Task, Way
from scheduler.cpsat.problem import Wish as LineWish
from scheduler.improve import sequences
from scheduler.improve import shop as s
from scheduler.improve.shop import Shop

NEVER = 1 << 50


def around(shop: Shop, line: int, count: int) -> Ints:
    """About `count` operations: those of a line, and on its machines what stands nearest to them, without a gap."""
    ops = shop.ops
    mine: list[int] = []
    waiting = shop.ends[shop.lines[line, s.N_END0] : shop.lines[line, s.N_END1]].tolist()
    while waiting:
        x = waiting.pop()
        mine.append(x)
        waiting += shop.links[ops[x, s.IN0] : ops[x, s.IN1], s.K_OP].tolist()
    machines = np.unique(ops[mine, s.MACH])
    found: list[Ints] = []
    for m in machines.tolist():
        here = np.flatnonzero(ops[:, s.MACH] == m)
        here = here[np.argsort(ops[here, s.START])]
        at = np.flatnonzero(np.isin(here, mine))
        beside = max(1, (count // len(machines) - int(at[-1] - at[0])) // 2)
        found.append(here[max(0, at[0] - beside) : at[-1] + beside + 1])
    return np.concatenate(found)


def problem(shop: Shop, free: Ints, tails: Ints) -> Problem:
    """Sequence the operations in `free` anew; on each machine they stand together, without others between.

    What comes before them on their machines stays where it is, what comes after may be shifted to its latest start
    (`tails`), so that no line outside ends later than it does or is due. Only for times in working seconds.
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
    bounds = _bounds(shop, free, number, tails)
    until = max(high for _, high in bounds.values())
    rows = [
        (x, max(ready, bounds[int(ops[x, s.MACH])][0]), min(last, bounds[int(ops[x, s.MACH])][1]))
        for x, ready, last in tasks
    ]
    first = min(ready for _, ready, _ in rows)
    endings = tuple(_ending(shop, x, number[x]) for x in free.tolist() if ops[x, s.LINE] >= 0)
    return Problem(
        first, until, 0, tuple(_task(ops, *row) for row in rows), tuple(inside), (),
        tuple((str(m), 1) for m in bounds), endings,
        held=frozenset({Held.OUTSIDE}),
    )  # fmt: skip


def _bounds(shop: Shop, free: Ints, number: dict[int, int], tails: Ints) -> dict[int, tuple[int, int]]:
    """From when until when the operations in `free` may have each machine."""
    ops = shop.ops
    found: dict[int, tuple[int, int]] = {}
    for x in free.tolist():
        m, before, after = (int(ops[x, column]) for column in (s.MACH, s.PRV, s.NXT))
        low, high = found.get(m, (int(shop.free[m]), 0))
        if before >= 0 and before not in number:
            low = max(low, int(ops[before, s.END]))
        if after not in number:
            high = max(high, max(int(tails[after]), int(ops[after, s.START])) if after >= 0 else 2 * int(ops[x, s.END]))
        found[m] = (low, high)
    return found


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
