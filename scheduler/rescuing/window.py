"""The part of a plan on single machines that is sequenced anew with an order in it, as a problem for the solver."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from scheduler.arrays import Ints
from scheduler.cpsat.problem import Held, Link, Problem, Span, Task, Way
from scheduler.improve import sequences
from scheduler.improve import shop as s
from scheduler.improve.shop import Shop

NEVER = 1 << 50


class Without(Struct, frozen=True):
    """A shop timed without an order's own work: the other work by its starts, and the latest starts of that.

    `wanted_s` is until when the own work must have ended at the latest.
    """

    shop: Shop
    own: Ints
    order: Ints
    tails: Ints
    wanted_s: int

    @classmethod
    def of(cls, shop: Shop, keys: frozenset[int]) -> Without:
        """Take the operations with these keys out."""
        shop = shop._replace(ops=shop.ops.copy(), lines=shop.lines.copy())
        ops, lines = shop.ops, shop.lines
        mine = np.isin(shop.keys, list(keys))
        order = np.argsort(ops[:, s.START], kind="stable")
        order = order[~mine[order]]
        late, state = np.zeros(len(lines) + 1, np.int64), np.zeros(sequences.C_COLUMNS, np.int64)
        tails = np.full(len(ops), NEVER, np.int64)
        sequences.time_all(ops, shop.links, lines, shop.ends, shop.free, shop.z, order, late, state)
        sequences.latest_starts(ops, shop.links, lines, shop.z, order, tails)
        own = np.flatnonzero(mine)
        wanted = lines[np.unique(ops[own[ops[own, s.LINE] >= 0], s.LINE]), s.N_LAST]
        return cls(shop, own, order, tails, int(wanted.max()))

    def between(self, low_s: int, high_s: int) -> Ints:
        """Work of others that starts from `low_s` to before `high_s`: on each machine it stands together."""
        starts = self.shop.ops[self.order, s.START]
        found: Ints = self.order[(starts >= low_s) & (starts < high_s)]
        return found


def problem(plan: Without, free: Ints, low_s: int) -> Problem | None:
    """Sequence `free` and the own work anew, all others' promises and the own times kept; None: it can't be.

    What starts before `low_s` stays as it is, what comes after `free` may be shifted to its latest start.
    """
    ops = plan.shop.ops
    bounds = _bounds(plan, free, low_s)
    rows = np.concatenate([free, plan.own]).tolist()
    number = {x: i for i, x in enumerate(rows)}
    most = int(max(ops[plan.order, s.END].max(initial=0), plan.wanted_s) + 3 * ops[:, s.DUR].max())
    tasks: list[Task] = []
    inside: list[Link] = []
    for x in rows:
        ready, last = _window(plan, x, number, inside)
        low, high = bounds[int(ops[x, s.MACH])]
        ready, last = max(ready, low), min(last, high, most)
        length = int(ops[x, s.DUR])
        if last - length < ready:
            return None
        span = (Span(length, ((ready, last - length),)),)
        way = Way("", str(int(ops[x, s.MACH])), 1, "", "", "", 0, length, 0, span)
        start = min(max(int(ops[x, s.START]), ready), last - length)
        tasks.append(Task(x, (way,), 0, ready, ready, None, "", "", start, start, start + length))
    until = max(way.spans[0].starts[0][1] + way.spans[0].length_s for task in tasks for way in task.ways)
    used = sorted({int(m) for m in ops[rows, s.MACH]})
    held = frozenset({Held.OUTSIDE}) if len(rows) < len(ops) else frozenset()
    first = min(task.ready_s for task in tasks)
    return Problem(
        first, until, 0, tuple(tasks), tuple(inside), (), tuple((str(m), 1) for m in used), (), held=held
    )  # fmt: skip


def _window(plan: Without, x: int, number: dict[int, int], inside: list[Link]) -> tuple[int, int]:
    """From when and until when an operation may run, as far as routings and promises say."""
    ops, links, row = plan.shop.ops, plan.shop.links, plan.shop.ops[x]
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
            last = min(last, int(plan.tails[y]) - lag)
    if row[s.LINE] >= 0:
        last = min(last, int(plan.shop.lines[row[s.LINE], s.N_LAST] - row[s.TAIL]))
    return ready, last


def _bounds(plan: Without, free: Ints, low_s: int) -> list[tuple[int, int]]:
    """From when until when the work in question may have each machine."""
    ops = plan.shop.ops
    inside = np.zeros(len(ops), bool)
    inside[free] = True
    low, high = plan.shop.free.copy(), np.full(len(plan.shop.free), NEVER)
    for x in plan.order[~inside[plan.order]].tolist():
        machine = ops[x, s.MACH]
        if ops[x, s.START] < low_s:
            low[machine] = max(low[machine], ops[x, s.END])
        else:
            high[machine] = min(high[machine], plan.tails[x])
    return list(zip(low.tolist(), high.tolist(), strict=True))


def laid(plan: Without, free: Ints, low_s: int, starts: dict[int, int]) -> Ints | None:
    """All operations in rank order, those in question as they were found to start; None when a promise breaks."""
    ops, shop = plan.shop.ops.copy(), plan.shop
    inside = np.zeros(len(ops), bool)
    inside[free] = inside[plan.own] = True
    outside = plan.order[~inside[plan.order]]
    before = outside[ops[outside, s.START] < low_s].tolist()
    after = outside[ops[outside, s.START] >= low_s].tolist()
    row = [*before, *sorted(starts, key=lambda x: starts[x]), *after]
    last = np.full(len(shop.free), -1, np.int64)
    for x in row:
        machine = int(ops[x, s.MACH])
        ops[x, s.PRV], ops[x, s.NXT] = last[machine], -1
        if last[machine] >= 0:
            ops[last[machine], s.NXT] = x
        last[machine] = x
    order = np.empty(len(ops), np.int64)
    if not sequences.sorted_by_machines(ops, shop.links, order):
        return None
    lines, late = shop.lines.copy(), np.zeros(len(shop.lines) + 1, np.int64)
    state = np.zeros(sequences.C_COLUMNS, np.int64)
    timed = sequences.time_all(ops, shop.links, lines, shop.ends, shop.free, shop.z, order, late, state)
    if not timed or state[sequences.C_COST]:
        return None
    return order[np.argsort(ops[order, s.START], kind="stable")]
