"""A plan of a full shop: a ranked list with its times and cost, built by rules, changed by local search."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from msgspec import Struct

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.improve import chains, fullinserting, listing, moves, ranked, sequences
from scheduler.improve import shop as s
from scheduler.improve.fullshop import FullShop
from scheduler.improve.rules import DispatchRule
from scheduler.lanes import place_on

NEVER = 1 << 50
PATIENCE_S = 0
AHEAD = (1.0, 2.0, 4.0, 10.0)
"""Look-aheads of ATC, in mean runs."""
SPREAD = (0.2, 1.0)
"""After how many mean runs of changeover the index of ATC has faded."""
TARDINESS_WEIGHT = 1000
"""A second of weighted tardiness counts as many seconds of changeover in local search."""
KINDS = chains.KINDS


class Listed(Struct, frozen=True):
    """What a rule gives: its name, weighted tardiness, late lines, changeovers, broken promises, and the list.

    `order` has a row for each operation by rank: the row of the planner's array, and its candidate.
    """

    name: str
    cost: int
    late: int
    change_s: int
    broken: int
    order: Ints

    @property
    def value(self) -> tuple[int, int, int]:
        """What is made small: broken promises, cost, changeovers."""
        return self.broken, self.cost, self.change_s


def build(shop: FullShop) -> list[Listed]:
    """A plan by each rule, and the one that stands, the best first. Raises ValueError when none fits."""
    plan = FullPlan(shop)
    found = list(plan.by_rules())
    stands = np.column_stack([shop.rows, shop.chosen])
    if plan.stands and plan.take(stands):
        found.append(plan.listed("as it stands", stands))
    if not found:
        raise ValueError("the work does not fit into the working time that is known")
    return sorted(found, key=lambda listed: listed.value)


class FullPlan:
    """A ranked list of all movable work, timed. `stands` is False when the plan as given does not fit."""

    def __init__(self, shop: FullShop, order: Ints | None = None) -> None:
        self.shop = shop._replace(ops=shop.ops.copy(), z=shop.z.copy(), lines=shop.lines.copy())
        count, rows, lines = len(shop.ops), shop.rows, len(shop.lines)
        self._work = np.full((count + 1, ranked.W_COLUMNS), -1, np.int64)
        self._work[shop.ends, ranked.W_LINE] = np.repeat(
            np.arange(lines), shop.lines[:, s.N_END1] - shop.lines[:, s.N_END0]
        )
        self._lanes = np.zeros((int(shop.z[a.Z_NLANES]), ranked.D_COLUMNS), np.int64)
        self._lanes[:, ranked.D_BASE] = _bases(shop)
        self._late = np.zeros(lines + 1, np.int64)
        self._state = np.zeros(ranked.C_SIZE, np.int64)
        unmovable = np.ones(count, bool)
        unmovable[rows] = False
        unmovable &= np.isin(shop.ops[:, a.STATE], (a.OPEN, a.FIXED))
        self._state[ranked.C_LABEL0] = shop.ops[unmovable, a.LABEL].max(initial=0)
        self._log = np.zeros((2 * len(rows) + 64, a.T_END + 1), np.int64)
        self._line_log = np.zeros(2 * lines + len(rows) + 8, np.int64)
        self._path = np.zeros((chains.PATH_MAX + 1, 2), np.int64)
        self._moves = np.zeros((2 * chains.BATCH_MAX, moves.M_COLUMNS), np.int64)
        self.tally = np.zeros((KINDS, 3), np.int64)
        self.stands = self.take(np.column_stack([rows, shop.chosen]) if order is None else order)

    def take(self, order: Ints) -> bool:
        """Become the plan of this list; False when it does not fit into the working time that is known."""
        shop = self.shop
        rows, chosen = (np.ascontiguousarray(column) for column in order.T)
        return bool(
            ranked.time_all(
                shop.ops, shop.z, shop.lines, shop.ends, self._work, self._lanes, self._late, self._state, rows, chosen
            )
        )

    @property
    def cost(self) -> int:
        """Weighted tardiness, seconds."""
        return int(self._state[sequences.C_COST])

    @property
    def change_s(self) -> int:
        """Working seconds of all changeovers."""
        return int(self._state[ranked.C_CHANGE])

    @property
    def late_count(self) -> int:
        """Lines that cost anything."""
        return int(self._state[sequences.C_LATE])

    @property
    def broken(self) -> int:
        """Lines that end after their deadlines."""
        shop = self.shop
        if not len(shop.ends):
            return 0
        done = np.maximum.reduceat(shop.ops[shop.ends, a.END] + shop.ops[shop.ends, a.TLAG], shop.lines[:, s.N_END0])
        return int((done > shop.lines[:, s.N_LAST]).sum())

    @property
    def value(self) -> tuple[int, int, int]:
        """What is made small: broken promises, cost, changeovers."""
        return self.broken, self.cost, self.change_s

    @property
    def moved(self) -> int:
        """Operations re-timed by local search since the list was taken."""
        return int(self._state[sequences.C_MOVED])

    @property
    def order(self) -> Ints:
        """All movable operations by rank with their candidates."""
        rows = self.shop.rows[np.argsort(self.shop.ops[self.shop.rows, a.LABEL], kind="stable")]
        return np.column_stack([rows, self._work[rows, ranked.W_CAND]])

    def listed(self, name: str, order: Ints) -> Listed:
        """The figures of the plan as it is, which this list gave."""
        return Listed(name, self.cost, self.late_count, self.change_s, self.broken, order)

    def by_rules(self, most: int | None = None) -> Iterator[Listed]:
        """A plan by each rule and order of insertion, or by the first rules; those that don't fit are left out."""
        shop, rows = self.shop, self.shop.rows
        goal = np.zeros((len(shop.ops), listing.G_COLUMNS), np.int64)
        listing.wanted(shop.ops, shop.z, shop.lines, self._work, rows, goal)
        mean = mean_run(shop)
        order, chosen = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        for name, rule, ahead, spread in islice(_rules(mean), most):
            if listing.dispatch(
                shop.ops, shop.z, self._work, self._lanes, goal, rows, rule, ahead, spread, PATIENCE_S, self._state,
                order, chosen,
            ):  # fmt: skip
                found = np.column_stack([order, chosen])
                if self.take(found):
                    yield self.listed(name, found)
        if most is not None:
            return
        low = int(self._state[ranked.C_LABEL0])
        for first, found, fits in fullinserting.inserted(shop, self._work, self._lanes, goal, low):
            if fits and self.take(found):
                yield self.listed(first.name, found)

    def by_keys(self, keys: Ints, patience_s: int) -> Ints | None:
        """The list in which of what can begin within so many seconds the least key goes next; None: no room.

        `keys` are by place in the shop's rows; in a line they rise from step to step.
        """
        shop, rows = self.shop, self.shop.rows
        goal = np.zeros((len(shop.ops), listing.G_COLUMNS), np.int64)
        listing.wanted(shop.ops, shop.z, shop.lines, self._work, rows, goal)
        goal[rows, listing.G_DUE] = keys
        order, chosen = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
        if not listing.dispatch(
            shop.ops, shop.z, self._work, self._lanes, goal, rows, int(DispatchRule.EDD), 1.0, 1.0, patience_s,
            self._state, order, chosen,
        ):  # fmt: skip
            return None
        found: Ints = np.column_stack([order, chosen])
        return found

    def anneal(self, trials: int, heat: float, odds: Ints, seed: int, *, reach: float = 0.5, margin: int = 0) -> None:
        """Local search at one temperature, in seconds of tardiness; see `chains.anneal`."""
        shop = self.shop
        chains.anneal(
            shop.ops, shop.z, shop.lines, shop.ends, self._work, self._lanes, shop.rows, self._late, self._log,
            self._line_log, self._path, self._moves, np.cumsum(odds), self.tally, self._state, trials, heat, reach,
            margin, TARDINESS_WEIGHT, seed,
        )  # fmt: skip


def mean_run(shop: FullShop) -> float:
    """Mean seconds of a run, without changeovers."""
    return float(shop.ops[shop.rows, a.DUR0].mean()) if len(shop.rows) else 1.0


def _rules(mean: float) -> Iterator[tuple[str, int, float, float]]:
    for rule in (DispatchRule.EDD, DispatchRule.SLACK, DispatchRule.MOD, DispatchRule.MDD):
        yield rule.name, int(rule), mean, mean
    for ahead in AHEAD:
        for spread in SPREAD:
            yield f"ATCS, K = {ahead:g} / {spread:g}", int(DispatchRule.ATC), ahead * mean, spread * mean


def _bases(shop: FullShop) -> Ints:
    """By lane the last operation on it that may not move; -1: none."""
    found = np.full(int(shop.z[a.Z_NLANES]), -1, np.int64)
    movable = np.zeros(len(shop.ops), bool)
    movable[shop.rows] = True
    at = int(shop.z[a.Z_LANES])
    for lane in range(len(found)):
        x = int(shop.z[at + lane * a.L_COLUMNS + a.L_LAST])
        while x >= 0 and movable[x]:
            x = int(shop.ops[x, place_on(shop.ops, shop.z, x, lane) + a.P_PRV])
        found[lane] = x
    return found
