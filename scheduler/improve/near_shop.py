"""A plan on machines alone beside the one before a break: how far it is from there, and with an operation put back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from msgspec import Struct

from scheduler.arrays import INF, Ints
from scheduler.improve import sequences
from scheduler.improve import shop as s
from scheduler.improve.shop import Shop
from scheduler.planning.going_back import Unrest
from scheduler.planning.stakes import leavers


class Old(Struct, frozen=True):
    """The plan before: by operation its place on its machine (-1: it had none there), by line when it ended.

    `ends` is below 0 for lines that are not compared; `midnights` are those of the plant.
    """

    places: Ints
    ends: Ints
    midnights: Ints

    def days(self, ends: Ints) -> Ints:
        """The day on which each line ends."""
        return np.searchsorted(self.midnights, ends, side="right")


class Timed(Struct, frozen=True):
    """A plan timed: its operations, those in rank order, what left its turn by machine, and how far it is in all."""

    ops: Ints
    order: Ints
    gone: tuple[list[int], ...]
    unrest: Unrest


class Beside:
    """Times plans of one shop, and compares them with the old one."""

    def __init__(self, shop: Shop, old: Old) -> None:
        self.shop, self.old = shop, old
        self._days = old.days(old.ends)
        self._known = old.ends > 0
        self._late = np.zeros(len(shop.lines) + 1, np.int64)
        self._state = np.zeros(sequences.C_COLUMNS, np.int64)

    def first(self) -> Timed | None:
        """The plan as it stands; None where it can't be timed so."""
        order: Ints = np.argsort(self.shop.ops[:, s.START], kind="stable")
        return self._timed(self.shop.ops.copy(), order, None)

    def sequence(self, ops: Ints, machine: int) -> list[int]:
        """What a machine does, in order."""
        here = np.flatnonzero(ops[:, s.MACH] == machine)
        found: list[int] = here[np.argsort(ops[here, s.START], kind="stable")].tolist()
        return found

    def _gone(self, row: list[int]) -> list[int]:
        """Of a machine's sequence what left its turn."""
        known = [x for x in row if self.old.places[x] >= 0]
        return [known[place] for place in leavers(self.old.places[known].tolist())]

    def with_rows(self, plan: Timed, rows: dict[int, list[int]]) -> Timed | None:
        """The plan with these sequences of machines; None where these can't be, or a line would end too late."""
        ops = plan.ops.copy()
        for row in rows.values():
            for x, y in pairwise([-1, *row, -1]):
                if x >= 0:
                    ops[x, s.NXT] = y
                if y >= 0:
                    ops[y, s.PRV] = x
        order = np.empty(len(ops), np.int64)
        if not sequences.sorted_by_machines(ops, self.shop.links, order):
            return None
        return self._timed(ops, order, plan, rows)

    def moved_lines(self, plan: Timed) -> Ints:
        """Lines that end on another day than they did."""
        return np.flatnonzero(self._known & (self.old.days(self._ends(plan.ops)) != self._days))

    def wanted_days(self, price: int) -> Ints:
        """The lines of the shop, each with the day on which it ended; another day costs so much."""
        lines, mids = self.shop.lines.copy(), self.old.midnights
        known = self._known & (self._days > 0) & (self._days < len(mids))
        lines[known, s.N_FROM], lines[known, s.N_UNTIL] = mids[self._days[known] - 1], mids[self._days[known]]
        lines[known, s.N_DATE] = price
        return lines

    def _ends(self, ops: Ints) -> Ints:
        shop = self.shop
        if not len(shop.lines):
            return np.empty(0, np.int64)
        ends: Ints = np.maximum.reduceat(ops[shop.ends, s.END] + ops[shop.ends, s.TAIL], shop.lines[:, s.N_END0])
        return ends

    def _timed(
        self, ops: Ints, order: Ints, plan: Timed | None, rows: dict[int, list[int]] | None = None
    ) -> Timed | None:
        shop, state = self.shop, self._state
        fits = sequences.time_all(
            ops, shop.links, shop.lines.copy(), shop.ends, shop.free, shop.z, order, self._late, state
        )  # fmt: skip
        if not fits or state[sequences.C_COST]:
            return None
        dates = int((self._known & (self.old.days(self._ends(ops)) != self._days)).sum())
        gone: list[list[int]] = [[] for _ in shop.free] if plan is None else list(plan.gone)
        machines = range(len(shop.free)) if rows is None else rows
        for m in machines:
            gone[m] = self._gone(self.sequence(ops, m) if rows is None else rows[m])
        return Timed(ops, order, tuple(gone), Unrest.of(dates, sum(map(len, gone))))

    def put_back(self, plan: Timed, x: int) -> Timed | None:
        """The plan with one operation in its old turn again, behind what stands there and came before it."""
        machine, mine = int(plan.ops[x, s.MACH]), int(self.old.places[x])
        row = self.sequence(plan.ops, machine)
        gone = {*plan.gone[machine]}
        rest = [y for y in row if y != x]
        ahead = [n for n, y in enumerate(rest) if y not in gone and 0 <= self.old.places[y] < mine]
        at = ahead[-1] + 1 if ahead else 0
        return self.with_rows(plan, {machine: [*rest[:at], x, *rest[at:]]})


def old_of(shop: Shop, places: Ints, op_ends: Ints, midnights: Ints) -> Old:
    """The plan before, of a shop: places by operation, and when operations ended (-1: not known)."""
    ends = np.full(len(shop.lines), -INF, np.int64)
    for n, row in enumerate(shop.lines):
        mine = shop.ends[row[s.N_END0] : row[s.N_END1]]
        known = mine[op_ends[mine] >= 0]
        if len(known):
            ends[n] = int((op_ends[known] + shop.ops[known, s.TAIL]).max())
    return Old(places, ends, midnights)
