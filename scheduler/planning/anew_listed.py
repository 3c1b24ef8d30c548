"""All movable work of a plan with moulds, changeovers or a choice of machines in a new order, tried on ranked lists."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.improve import shop as s
from scheduler.improve.fullshop import FullShop

NARROWINGS = 24
"""Lists in which ever more lines take the place that they have in the best one."""
RULES = 5
"""Dispatch rules that are tried, where there is little work."""
LEAST, WORK = 5, 30_000
"""How many dispatches are tried at least; else as many as place about so many operations in all."""
BEHIND = 10_000
"""How many broken promises a pinned operation counts as that begins late."""
GIVEN_UP_S = 1 << 32
"""How much later a line is wanted that can't be in time: beyond every time there is."""


class Timed(Struct, frozen=True):
    """A list with its times: how many lines end too late and their weight, which, and where each operation starts.

    By the place of the operation, or the line, in the shop.
    """

    broken: int
    weight: int
    late: Ints
    starts: Ints
    ranks: Ints
    chosen: Ints

    @property
    def cost(self) -> tuple[int, int]:
        """The less the better."""
        return self.broken, self.weight


class AnewListed:
    """Lists of the work of one shop; its lines are wanted until when they may end, at what they count when they don't.

    `stood` is when each operation began before, in the order of the shop's rows.
    """

    def __init__(self, shop: FullShop, stood: Ints) -> None:
        # The kernel of the searches is a tenth of what a server would read before it serves.
        from scheduler.improve.fullplan import FullPlan

        self._plan = FullPlan(shop)
        self._rows, self._chosen, self._stood = shop.rows, shop.chosen, stood
        self._due = shop.lines[:, s.N_DUE].copy()
        self._weights = shop.lines[:, s.N_WEIGHT].copy()
        self._ends, self._first = shop.ends, shop.lines[:, s.N_END0]
        slot = np.full(len(shop.ops), -1, np.int64)
        slot[shop.rows] = np.arange(len(shop.rows))
        self._slot = slot
        self._pins, lines = shop.pins, len(shop.lines)
        numbers = shop.ops[shop.ends[self._first], a.LINE][: lines - len(shop.pins)]
        place = np.full(int(shop.ops[:, a.LINE].max(initial=0)) + 1, lines, np.int64)
        place[numbers] = np.arange(len(numbers))
        self._line = np.where(np.isin(shop.rows, shop.pins), lines, place[shop.ops[shop.rows, a.LINE]])
        self._late_s = np.zeros(lines, np.int64)
        self.tries = 0

    def search(self) -> Timed | None:
        """The list with the fewest late lines, of these the one nearest to where all stood; None: nothing fits."""
        found = []
        stands = self._by_keys(self._stood, np.ones(len(self._rows), bool))
        if stands is not None:
            found.append(stands)
        self._most = max(LEAST, WORK // max(1, len(self._rows)))
        rules = min(RULES, max(1, self._most // 8))
        found += self._by_rules(rules)
        if not found:
            return None
        best = min(found, key=lambda timed: timed.cost)
        if best.broken:
            self._plan.shop.lines[best.late, s.N_DUE] += GIVEN_UP_S
            best = min([best, *self._by_rules(rules)], key=lambda timed: timed.cost)
            self._plan.shop.lines[:, s.N_DUE] = self._due
        return self._nearer(best)

    def order(self, timed: Timed) -> Ints:
        """Rows and candidates by rank, as a full plan takes them."""
        by = np.argsort(timed.ranks)
        return np.column_stack([self._rows[by], timed.chosen[by]])

    def _by_rules(self, most: int) -> Iterator[Timed]:
        for listed in self._plan.by_rules(most):
            self.tries += 1
            timed = self._taken(listed.order)
            if timed is not None:
                yield timed

    def _by_keys(self, keys: Ints, stay: Ints) -> Timed | None:
        """Dispatch by keys, what has to stay on its machine there."""
        self.tries += 1
        ops = self._plan.shop.ops
        rows = self._rows[stay]
        ways = ops[rows][:, [a.CAND0, a.NCAND]]
        ops[rows, a.CAND0], ops[rows, a.NCAND] = self._chosen[stay], 1
        order = self._plan.by_keys(keys, 0)
        ops[rows, a.CAND0], ops[rows, a.NCAND] = ways.T
        return None if order is None else self._taken(order)

    def _taken(self, order: Ints) -> Timed | None:
        """Time a list, with what is pinned before what would be in its way; None when it does not fit."""
        ops = self._plan.shop.ops
        for _ in range(1 + 4 * len(self._pins)):
            if not self._plan.take(order):
                return None
            late = self._pins[ops[self._pins, a.START] > ops[self._pins, a.NBR]]
            before = order
            for x in late.tolist():
                order = self._sooner(order, x)
            if order is before:
                break
        by = self._slot[order[:, 0]]
        ranks, chosen = np.empty(len(by), np.int64), np.empty(len(by), np.int64)
        ranks[by], chosen[by] = np.arange(len(by)), order[:, 1]
        behind = np.empty(0, np.int64)
        if len(self._ends):
            done = np.maximum.reduceat(ops[self._ends, a.END] + ops[self._ends, a.TLAG], self._first)
            self._late_s = np.maximum(0, done - self._due)
            behind = np.flatnonzero(self._late_s)
        weight = int(self._weights[behind].sum())
        return Timed(len(behind) + BEHIND * len(late), weight, behind, ops[self._rows, a.START].copy(), ranks, chosen)

    def _sooner(self, order: Ints, x: int) -> Ints:
        """The list with a late pinned operation before the first that is in its way; the same one if nothing is."""
        ops, width = self._plan.shop.ops, a.P_WIDTH
        place = int(np.flatnonzero(order[:, 0] == x)[0])
        columns = [a.PLACES + p * width + a.P_LANE for p in range((ops.shape[1] - a.PLACES) // width)]
        lanes = {int(ops[x, column]) for column in columns[: self._places(x)]}
        for at, y in enumerate(order[:place, 0].tolist()):
            mine = {int(ops[y, column]) for column in columns[: self._places(y)]}
            if ops[y, a.END] > ops[x, a.NBR] and lanes & mine and ops[y, a.LINE] != ops[x, a.LINE]:
                moved = np.delete(order, place, axis=0)
                found: Ints = np.insert(moved, at, order[place], axis=0)
                return found
        return order

    def _places(self, x: int) -> int:
        """How many sequences an operation stands in."""
        z, ops = self._plan.shop.z, self._plan.shop.ops
        return int(z[z[a.Z_VAR] + ops[x, a.VAR] * z[a.Z_VARW] + a.V_NPL])

    def _nearer(self, best: Timed) -> Timed:
        """Keep order and machines as all stood, but for lines that would be late so: these as in the best list.

        What is late even so is advanced by its lateness.
        """
        lines = len(self._due) + 1
        taken, advanced = np.zeros(lines, bool), np.zeros(lines, np.int64)
        for _ in range(min(NARROWINGS, max(1, self._most - self.tries))):
            mine = taken[self._line]
            keys = np.where(mine, best.starts, self._stood) - advanced[self._line]
            timed = self._by_keys(keys, ~mine)
            if timed is None:
                break
            if timed.cost <= best.cost:
                return timed
            again = np.setdiff1d(timed.late[taken[timed.late]], best.late)
            advanced[again] += self._late_s[again]
            more = timed.late[~taken[timed.late]]
            if not len(more):
                more = self._beside(np.setdiff1d(timed.late, best.late), timed, ~taken)
            if not len(more) and not len(again):
                break
            taken[more] = True
        return best

    def _beside(self, late: Ints, timed: Timed, others: Ints) -> Ints:
        """Of the `others` the lines on the machines and moulds of late ones, up to when these end: half of them."""
        ops, mine = self._plan.shop.ops, np.isin(self._line, late)
        until = np.zeros(int(self._plan.shop.z[a.Z_NLANES]) + 1, np.int64)
        columns = [a.PLACES + p * a.P_WIDTH + a.P_LANE for p in range(min(2, (ops.shape[1] - a.PLACES) // a.P_WIDTH))]
        # A second place that an operation hasn't got is the last one, in which nobody waits.
        lanes = np.where(ops[self._rows][:, columns] < 0, len(until) - 1, ops[self._rows][:, columns])
        for lane in lanes.T:
            np.maximum.at(until, lane[mine], ops[self._rows[mine], a.END])
        until[-1] = 0
        near = others[self._line] & (timed.starts[:, None] < until[lanes]).any(axis=1)
        near &= self._line < len(self._due)
        rows = np.flatnonzero(near)
        lines = np.unique(self._line[rows[np.argsort(-timed.starts[rows], kind="stable")]])
        return lines[: max(8, len(lines) // 2)]
