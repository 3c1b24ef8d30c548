"""A plan of a shop: sequences with their times and cost, built by rules, changed by local search and by CP-SAT."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from scheduler.arrays import Ints
from scheduler.cpsat import Level, Limits, Status, Stop, solve
from scheduler.improve import local, rules, sequences, window
from scheduler.improve import shop as s
from scheduler.improve.inserting import InsertionOrder, inserted
from scheduler.improve.rules import DispatchRule
from scheduler.improve.shop import Shop

RULES = (
    (DispatchRule.EDD, 1.0), (DispatchRule.SLACK, 1.0), (DispatchRule.MOD, 1.0), (DispatchRule.MDD, 1.0),
    (DispatchRule.ATC, 1.0), (DispatchRule.ATC, 2.0), (DispatchRule.ATC, 4.0), (DispatchRule.ATC, 10.0),
    (DispatchRule.ATC, 20.0),
)  # fmt: skip
"""Constructive plans; the number is the look-ahead of ATC, in mean operations."""
ROUTE_MAX = 64


class Built(Struct, frozen=True):
    """What a rule gives: its cost, lines late, promises broken, and the operations in rank order."""

    rule: DispatchRule | InsertionOrder
    ahead: float
    cost: int
    late: int
    order: Ints
    broken: int = 0


def build(shop: Shop) -> list[Built]:
    """A plan by each rule and by insertion in each order, the best first.

    Raises ValueError when that of a rule does not fit into the calendars known.
    """
    ops = shop.ops.copy()
    due, weight = np.empty(len(ops), np.int64), np.empty(len(ops), np.int64)
    topological = np.argsort(ops[:, s.START], kind="stable")
    rules.due_of(ops, shop.lines, shop.links, shop.ends, due, weight, topological)
    found = []
    for rule, ahead in RULES:
        order = np.empty(len(ops), np.int64)
        if not rules.dispatch(ops, shop.links, shop.free, shop.z, due, weight, int(rule), ahead, order):
            raise ValueError("the work does not fit into the working time that is known")
        plan = Plan(shop, order)
        found.append(Built(rule, ahead, plan.cost, plan.late_count, order, plan.broken))
    for first in InsertionOrder:
        into = inserted(shop, ops.copy(), due, weight, first)
        if into is not None:
            plan = Plan(shop, into)
            found.append(Built(first, 0.0, plan.cost, plan.late_count, into, plan.broken))
    return sorted(found, key=lambda built: built.cost)


class Plan:
    """Sequences of a shop, timed; `cost` is the weighted tardiness of its lines."""

    def __init__(self, shop: Shop, order: Ints) -> None:
        self.shop = shop._replace(ops=shop.ops.copy(), lines=shop.lines.copy())
        count, lines = len(shop.ops), len(shop.lines)
        self._late = np.zeros(lines + 1, np.int64)
        self._state = np.zeros(sequences.C_COLUMNS, np.int64)
        self._heads = np.full(len(shop.free), -1, np.int64)
        self._heap, self._path = np.zeros(count + 8, np.int64), np.zeros(local.PATH_MAX + 1, np.int64)
        self._log, self._line_log = np.zeros((count + 8, 3), np.int64), np.zeros(4 * count + 8, np.int64)
        self._route = np.zeros((ROUTE_MAX, 3), np.int64)
        self.take(order)

    def take(self, order: Ints) -> None:
        """Become the plan of this order, in which what comes first comes first."""
        shop = self.shop
        sequences.time_all(
            shop.ops, shop.links, shop.lines, shop.ends, shop.free, shop.z, order, self._late, self._state
        )  # fmt: skip
        first = np.flatnonzero(shop.ops[:, s.PRV] < 0)
        self._heads[:] = -1
        self._heads[shop.ops[first, s.MACH]] = first

    @property
    def cost(self) -> int:
        """Weighted tardiness, in seconds of the shop."""
        return int(self._state[sequences.C_COST])

    @property
    def late_count(self) -> int:
        """Lines that cost anything."""
        return int(self._state[sequences.C_LATE])

    @property
    def late(self) -> Ints:
        """The lines that cost anything."""
        return self._late[: self.late_count]

    @property
    def broken(self) -> int:
        """Lines that end after their deadlines."""
        shop = self.shop
        if not len(shop.ends):
            return 0
        done = np.maximum.reduceat(shop.ops[shop.ends, s.END] + shop.ops[shop.ends, s.TAIL], shop.lines[:, s.N_END0])
        return int((done > shop.lines[:, s.N_LAST]).sum())

    @property
    def order(self) -> Ints:
        """All operations by their starts."""
        return np.argsort(self.shop.ops[:, s.START], kind="stable")

    def anneal(self, trials: int, heat: float, far: float, seed: int, *, most: int = 1500, reach: float = 0.8) -> None:
        """Local search; see `local.anneal`."""
        shop = self.shop
        mean = float(shop.ops[:, s.DUR].mean())
        span = float(max(2000, int(shop.ops[:, s.END].max() - shop.ops[:, s.START].min())))
        local.anneal(
            shop.ops, shop.links, shop.lines, shop.ends, shop.free, self._heads, shop.z, self._late, self._heap,
            self._log, self._line_log, self._path, self._route, self._state, trials, heat, reach, far, span, most,
            int(10 * mean), seed,
        )  # fmt: skip

    def proves(self, order: Ints, limits: Limits, stop: Stop | None = None) -> bool:
        """The solver proves that no plan that keeps the deadlines costs less than that of this order, which does."""
        plan = Plan(self.shop, order)
        if plan.broken or not plan.shop.working:
            return False
        found = solve(window.whole(plan.shop), [Level.TARDINESS], limits, stop=stop, below=plan.cost)
        return found.status is Status.INFEASIBLE

    def reopen(
        self, line: int, count: int, limits: Limits, stop: Stop | None = None, *,
        kind: window.Around = window.Around.LINE, draw: float = 0.0,
    ) -> Status:  # fmt: skip
        """Let CP-SAT sequence a neighbourhood of a late line anew; the plan changes only when it gets better."""
        shop, before = self.shop, self.cost
        order = self.order
        tails = np.empty(len(shop.ops), np.int64)
        sequences.latest_starts(shop.ops, shop.links, shop.lines, shop.z, order, tails)
        free = window.around(shop, line, count, kind, draw)
        # Looking for anything better is far quicker than for the best, and says as soon when there is nothing.
        below = window.tardiness(shop, free) or None
        found = solve(window.problem(shop, free, tails), [Level.TARDINESS], limits, stop=stop, below=below)
        if not found.places:
            return found.status
        fresh = window.apply(shop, free, {place.key: place.start_s for place in found.places})
        if fresh is not None:
            self.take(fresh)
        if self.cost > before:
            self.take(order)
        return found.status
