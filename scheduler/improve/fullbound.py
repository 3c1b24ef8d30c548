"""What no plan of a full shop can be better than: each line alone, each mould alone, machines as one fast one.

Changeovers, setters and crews are left out, and all but one of the things that work needs at once. The work of a mould,
or of machines that only their own work goes to, is cut into pieces that fill their time from when each may begin:
a transportation problem, as in `bound`. Lines are counted once, in a group or alone as if nothing else were planned, so
that all of it adds up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from ortools.graph.python import min_cost_flow

from scheduler import arrays as a
from scheduler.arrays import INF, Ints
from scheduler.improve import shop as s
from scheduler.improve.bound import COST_SCALE, Alone
from scheduler.improve.fullshop import FullShop
from scheduler.worktime import forward, work_at

ARCS = 400_000
"""About how many arcs the problem of a group may have; the time is cut the coarser the more work there is."""
SLOTS_MOST = 800


class Group(Struct, frozen=True):
    """Work that shares `capacity` places: rows of the movable operations, and the calendar of all (-1: none)."""

    rows: Ints
    capacity: int
    calendar: int


def full_bound(shop: FullShop, arcs: int = ARCS) -> int:
    """Weighted tardiness in seconds that every plan of the shop has, 0 where nothing better is known.

    Fewer `arcs` for each group make it weaker and sooner known.
    """
    if not len(shop.rows):
        return 0
    work = _Work(shop)
    left = np.ones(len(shop.lines), bool)
    groups = [(released(work.alone(group, left), group.capacity, arcs), group) for group in work.groups()]
    least = work.least()
    total = 0
    for value, group in sorted(groups, key=lambda pair: -pair[0]):
        if value == 0:
            break
        found = released(work.alone(group, left), group.capacity, arcs)
        mine = np.unique(work.line[group.rows])
        if found > least[mine[left[mine]]].sum():
            total += found
            left[mine] = False
    return total + int(least[left].sum())


class _Work:
    """Heads, tails and groups of a full shop's work."""

    def __init__(self, shop: FullShop) -> None:
        self.shop = shop
        count = len(shop.ops)
        self.length = np.zeros(count, np.int64)
        self.machines: dict[int, frozenset[int]] = {}
        self.moulds: dict[int, frozenset[int]] = {}
        self.calendar: dict[int, int] = {}
        self.ways: dict[int, list[tuple[int, int, int]]] = {}
        """Calendar, work and least piece of each way."""
        for x in shop.rows.tolist():
            self._read(x)
        self.head = np.full(count, int(shop.floor), np.int64)
        self.done = np.zeros(count, np.int64)
        """The earliest end, if nothing else were planned and no changeover needed."""
        self.tail = np.zeros(count, np.int64)
        self.line = np.full(count, -1, np.int64)
        self._follow()

    def _read(self, x: int) -> None:
        """The shortest run, and the machines, moulds and calendars of all ways."""
        z, ops = self.shop.z, self.shop.ops
        machines, moulds, calendars, shortest = set(), set(), set(), INF
        for c in range(int(ops[x, a.CAND0]), int(ops[x, a.CAND0] + ops[x, a.NCAND])):
            row = int(z[a.Z_CANDS]) + c * a.K_COLUMNS
            v = int(z[a.Z_VAR] + z[row + a.K_VAR] * z[a.Z_VARW])
            shortest = min(shortest, int(z[row + a.K_DUR]))
            machines |= {int(z[v + a.V_LANES + unit]) for unit in range(int(z[v + a.V_Q]))}
            moulds.add(int(z[v + a.V_LANES + z[v + a.V_MPL]]) if z[v + a.V_MPL] >= 0 else -1)
            calendars.add(int(z[v + a.V_CAL]))
            self.ways.setdefault(x, []).append((int(z[v + a.V_CAL]), int(z[row + a.K_DUR]), int(z[v + a.V_CHUNK])))
        self.length[x] = shortest
        self.machines[x], self.moulds[x] = frozenset(machines), frozenset(moulds)
        self.calendar[x] = calendars.pop() if len(calendars) == 1 else -1

    def _links(self, x: int) -> Iterator[tuple[int, int]]:
        """What precedes an operation, with lags."""
        z, ops = self.shop.z, self.shop.ops
        e = int(ops[x, a.EIN])
        while e >= 0:
            row = int(z[a.Z_EDGES]) + e * a.E_COLUMNS
            yield int(z[row + a.E_FROM]), int(z[row + a.E_LAG] + z[row + a.E_WLAG])
            e = int(z[row + a.E_NIN])

    def _follow(self) -> None:
        """Heads forward, tails and lines backward; `rows` have what comes first first."""
        ops, lines = self.shop.ops, self.shop.lines
        for x in self.shop.rows.tolist():
            self.head[x] = max(int(self.head[x]), int(ops[x, a.NBV]), int(ops[x, a.NBR]))
            for y, lag in self._links(x):
                if ops[y, a.STATE] == a.REMOVED:
                    continue
                done_s = int(self.done[y]) if y in self.machines else int(ops[y, a.END])
                self.head[x] = max(int(self.head[x]), done_s + lag)
            self.done[x] = min(
                int(forward(ops, self.shop.z, calendar, int(self.head[x]), work_s, chunk_s)[1])
                for calendar, work_s, chunk_s in self.ways[x]
            )
        for n in range(len(lines)):
            ends = self.shop.ends[lines[n, s.N_END0] : lines[n, s.N_END1]]
            self.line[ends], self.tail[ends] = n, ops[ends, a.TLAG]
        for x in self.shop.rows[::-1].tolist():
            for y, lag in self._links(x):
                if self.line[y] < 0 or self.line[y] == self.line[x]:
                    self.line[y] = self.line[x]
                    self.tail[y] = max(int(self.tail[y]), int(self.tail[x] + self.length[x]) + lag)

    def least(self) -> Ints:
        """What each line costs alone."""
        shop = self.shop
        found = np.zeros(len(shop.lines), np.int64)
        ends = self.done[shop.ends] + shop.ops[shop.ends, a.TLAG]
        np.maximum.at(found, self.line[shop.ends], ends - shop.lines[self.line[shop.ends], s.N_DUE])
        return np.maximum(found, 0) * shop.lines[:, s.N_WEIGHT]

    def groups(self) -> Iterator[Group]:
        """Work by mould, and by sets of machines that no other work shares."""
        by_mould: dict[int, list[int]] = defaultdict(list)
        together: list[tuple[frozenset[int], list[int]]] = []
        for x in self.shop.rows.tolist():
            if self.line[x] < 0:
                continue
            (mould, *others) = self.moulds[x]
            if mould >= 0 and not others:
                by_mould[mould].append(x)
            mine = (self.machines[x], [x])
            apart = [group for group in together if not group[0] & mine[0]]
            for group in together:
                if group[0] & mine[0]:
                    mine = (mine[0] | group[0], group[1] + mine[1])
            together = [*apart, mine]
        for rows in by_mould.values():
            yield self._group(rows, 1)
        for machines, rows in together:
            yield self._group(rows, len(machines))

    def _group(self, rows: list[int], capacity: int) -> Group:
        calendars = {self.calendar[x] for x in rows}
        return Group(np.array(rows), capacity, calendars.pop() if len(calendars) == 1 else -1)

    def alone(self, group: Group, counted: Ints) -> Alone:
        """The work of a group on lines that count, in working seconds after the floor where it has one calendar."""
        rows, lines = group.rows[counted[self.line[group.rows]]], self.shop.lines
        line = self.line[rows]
        weight = lines[line, s.N_WEIGHT].copy()
        # A line that comes to the group more than once is paid for by its last visit only.
        late_first = np.argsort(-self.head[rows], kind="stable")
        _, first = np.unique(line[late_first], return_index=True)
        weight[np.setdiff1d(np.arange(len(rows)), late_first[first])] = 0
        head, due = self.head[rows], lines[line, s.N_DUE] - self.tail[rows]
        return Alone(self._worked(head, group), self.length[rows], self._worked(due, group), weight, line)

    def _worked(self, times: Ints, group: Group) -> Ints:
        floor = self.shop.floor
        if group.calendar < 0:
            return times - floor
        ops, z = self.shop.ops, self.shop.z
        zero = int(work_at(ops, z, group.calendar, floor))
        worked = [int(work_at(ops, z, group.calendar, t)) - zero if t < 1 << 45 else t for t in times.tolist()]
        return np.array(worked, np.int64)


def released(work: Alone, capacity: int, most: int = ARCS) -> int:
    """Least cost of filling the time of `capacity` machines with pieces of the work, each from its head on."""
    jobs = len(work.due)
    if not work.weight.any():
        return 0
    span = int(work.head.max() + -(-int(work.length.sum()) // capacity)) + 1
    slots = max(10, min(SLOTS_MOST, most // jobs))
    slot = -(-span // slots)
    begins = np.arange(slots + 1) * slot
    arcs: list[Ints] = []
    for j in range(jobs):
        due, length, weight = int(work.due[j]), int(work.length[j]), int(work.weight[j])
        first = int(work.head[j]) // slot
        to = np.arange(first, slots + 1)
        price = np.floor(COST_SCALE * weight * ((begins[to] - due) / length + 0.5)).astype(np.int64)
        price[begins[to] < due] = 0
        arcs.append(np.column_stack([np.full(len(to), j), jobs + to, np.full(len(to), length), price]))
    sink = jobs + slots + 1
    every = np.arange(slots + 1)
    arcs.append(
        np.column_stack([jobs + every, np.full(slots + 1, sink), np.full(slots + 1, slot * capacity), 0 * every])
    )
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*np.ascontiguousarray(np.concatenate(arcs).T.astype(np.int64)))
    flow.set_nodes_supplies(np.append(np.arange(jobs), sink), np.append(work.length, -int(work.length.sum())))
    return int(flow.optimal_cost()) // COST_SCALE if flow.solve() == flow.OPTIMAL else 0
