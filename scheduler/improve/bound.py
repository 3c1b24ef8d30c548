"""What no plan of a shop can be better than: each machine alone, its work cut into pieces, all other machines free.

Cutting the work of a machine into pieces that fill its time in any order, with costs by piece that add up to no more
than the weighted tardiness of the uncut work, is a transportation problem (Buelbuel, Kaminsky and Yano 2007). Prices
for the machine's time (`prices`) prove more where there is time to find them. Lines are counted on one machine only,
so the bounds of machines add up.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from ortools.graph.python import min_cost_flow

from scheduler.arrays import Ints
from scheduler.improve import shop as s
from scheduler.improve.prices import priced
from scheduler.improve.shop import Shop

COST_SCALE = 1000
SLOTS = 1500
"""Into how many slots the time of a machine is cut; fewer make a weaker bound."""
SLOTS_LEAST = 30
"""With fewer than these nothing would be proven."""
ARCS = 10**9
"""How many pieces and slots are put against each other at most: by default all; 100,000 take about a second."""
LOOKS = 4 * 10**9
LOOKS_AN_ARC = 200
"""Starts looked at while prices are found, in all and for each arc allowed; a machine has half of what is left."""
REACH = 0.35
"""Up to which share of the whole time after its due time work is looked at; later work costs what that costs."""


class Alone(Struct, frozen=True):
    """The work of one machine: heads, lengths, due times without what comes after, weights, and lines."""

    head: Ints
    length: Ints
    due: Ints
    weight: Ints
    line: Ints


def lower_bound(shop: Shop, arcs: int = ARCS) -> int | None:
    """Weighted tardiness that every plan has; None where times are not working seconds.

    Fewer `arcs` make it weaker and sooner known; what is left of them when a machine's turn comes is for it.
    """
    if not shop.working or not len(shop.ops):
        return None
    alone = _machines(shop)
    most = max(max_lateness(work) for work in alone)
    total, looks = 0, min(LOOKS, LOOKS_AN_ARC * arcs)
    counted = np.zeros(len(shop.lines), bool)
    for work in sorted(alone, key=rough_tardiness, reverse=True):
        left = ~counted[work.line]
        columns = (work.head, work.length, work.due, work.weight, work.line)
        mine = Alone(*(column[left] for column in columns))
        if not len(mine.line) or rough_tardiness(mine) == 0:
            continue
        slots = min(SLOTS, int(arcs / (REACH * len(mine.line))))
        if slots < SLOTS_LEAST:
            break
        arcs -= int(slots * REACH * len(mine.line))
        looks //= 2
        found = max(transport(mine, slots), priced(mine.head, mine.length, mine.due, mine.weight, looks))
        if found > 0:
            total += found
            counted[mine.line] = True
    return max(most, total)


def max_lateness(work: Alone) -> int:
    """The least that the latest line is late, as a cost: earliest due time first, cut off by what is due sooner."""
    order = np.argsort(work.head, kind="stable")
    waiting: list[tuple[int, int]] = []
    now = late = i = 0
    left = work.length.copy()
    least = int(work.weight[work.weight > 0].min(initial=1 << 40))
    while i < len(order) or waiting:
        if not waiting:
            now = max(now, int(work.head[order[i]]))
        while i < len(order) and work.head[order[i]] <= now:
            waiting.append((int(work.due[order[i]]), int(order[i])))
            i += 1
        waiting.sort()
        due, x = waiting[0]
        until = int(work.head[order[i]]) if i < len(order) else 1 << 60
        done = min(int(left[x]), until - now)
        now += done
        left[x] -= done
        if not left[x]:
            waiting.pop(0)
            late = max(late, now - due)
    return late * least if least < 1 << 40 else 0


def rough_tardiness(work: Alone) -> int:
    """Tardiness by modified due times with everything there at once: which machines are worth a look, not a bound."""
    due, length = work.due.copy(), work.length
    left = np.ones(len(due), bool)
    now = cost = 0
    for _ in range(len(due)):
        key = np.where(left, np.maximum(due, now + length), 1 << 60)
        x = int(np.argmin(key))
        left[x] = False
        now += int(length[x])
        cost += int(work.weight[x]) * max(0, now - int(due[x]))
    return cost


def transport(work: Alone, most: int = SLOTS) -> int:
    """Least cost of filling the machine's time with pieces of the work; releases are left out.

    A second of work in the slot that begins `t` after its due time costs `weight * (t / length + 1/2)`, before it
    nothing; of an uncut run that is never more than its weighted tardiness. There are `most` slots at most.
    """
    total = int(work.length.sum())
    slot = max(1, -(-total // most))
    slots = -(-total // slot)
    reach = max(1, int(REACH * slots))
    jobs = len(work.due)
    free, sink = jobs + slots, jobs + slots + 1
    arcs: list[Ints] = []
    for j, (due, length, weight) in enumerate(
        zip(work.due.tolist(), work.length.tolist(), work.weight.tolist(), strict=True)
    ):
        own = min(max(due // slot, -1), slots - 1)
        after = np.arange(own + 1, min(slots, own + 1 + reach))
        begins = np.append(after, own + 1 + reach) * slot - due
        price = np.floor(COST_SCALE * weight * (begins / length + 0.5)).astype(np.int64)
        to = np.append(jobs + after, free)
        if own >= 0:
            to, price = np.append(to, jobs + own), np.append(price, 0)
        arcs.append(np.column_stack([np.full(len(to), j), to, np.full(len(to), length), price]))
    # What costs nothing in its slot costs nothing in those before it; each slot holds what fits into it.
    every = np.arange(slots)
    nothing = np.zeros(slots, np.int64)
    arcs.append(np.column_stack([jobs + every[1:], jobs + every[:-1], np.full(slots - 1, total), nothing[1:]]))
    arcs.append(np.column_stack([jobs + every, np.full(slots, sink), np.full(slots, slot), nothing]))
    arcs.append(np.array([[free, sink, total, 0]]))
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*np.ascontiguousarray(np.concatenate(arcs).T.astype(np.int64)))
    flow.set_nodes_supplies(np.append(np.arange(jobs), sink), np.append(work.length, -total))
    return int(flow.optimal_cost()) // COST_SCALE if flow.solve() == flow.OPTIMAL else 0


def _machines(shop: Shop) -> list[Alone]:
    """Each machine's work; of a line that comes to a machine more than once only the last time counts."""
    ops, links = shop.ops, shop.links
    order = np.argsort(ops[:, s.START], kind="stable")
    head, tail, line = ops[:, s.READY].copy(), np.zeros(len(ops), np.int64), ops[:, s.LINE].copy()
    for x in order.tolist():
        for y, *lags in links[ops[x, s.IN0] : ops[x, s.IN1]].tolist():
            head[x] = max(int(head[x]), int(head[y] + ops[y, s.DUR]) + sum(lags))
    tail[line >= 0] = ops[line >= 0, s.TAIL]
    for x in order[::-1].tolist():
        for y, *lags in links[ops[x, s.OUT0] : ops[x, s.OUT1]].tolist():
            if line[x] < 0 or line[x] == line[y]:
                line[x] = line[y]
                tail[x] = max(int(tail[x]), int(tail[y] + ops[y, s.DUR]) + sum(lags))
    found = []
    for m in np.unique(ops[:, s.MACH]).tolist():
        here = np.flatnonzero((ops[:, s.MACH] == m) & (line >= 0))
        due = shop.lines[line[here], s.N_DUE] - tail[here] - int(shop.free[m])
        weight = shop.lines[line[here], s.N_WEIGHT].copy()
        # Once more to the same machine: the earlier visit must not be paid for again.
        by_start = np.argsort(-head[here], kind="stable")
        _, first = np.unique(line[here][by_start], return_index=True)
        weight[np.setdiff1d(np.arange(len(here)), by_start[first])] = 0
        found.append(Alone(np.maximum(0, head[here] - int(shop.free[m])), ops[here, s.DUR], due, weight, line[here]))
    return found
