"""All work that may move on any plant, as the search for better sequences takes it."""

from __future__ import annotations

import numpy as np

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler.arrays import Arrays, Ints
from scheduler.improve import shop as s
from scheduler.improve.fullshop import FullShop, Work
from scheduler.improve.shop import Shop, Wishes
from scheduler.planning.resequencing import RANK_STEP
from scheduler.planning.scratch import Scratch
from scheduler.records import Step

PIN_WEIGHT = 1000
"""What a second counts by which a pinned operation begins late, in a search; what it finds keeps all pins."""


class FullFloor(Scratch):
    """Shows the work that may move, whatever the plant has."""

    def work(self, wishes: Wishes, *, bound: bool = True) -> Work:
        """What the search reads: a shop where the plant has machines alone and nothing is pinned, else all as it is.

        With `bound` the deadlines of lines count above all else; lines without a wish cost nothing but that.
        """
        shop = None if self._pinned_rows() else self.shop(wishes, bound=bound)
        return shop or self.full_shop(wishes, bound=bound)

    def full_shop(self, wishes: Wishes, *, bound: bool = True, keep_modes: bool = False) -> FullShop:
        """The same with moulds, changeovers, crews and a choice of machines, around what is pinned."""
        self._settle()
        moving, frozen = self._movable()
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        frozen, pins = self._pins_between(frozen)
        rows = np.concatenate([moving, pins])
        rows = rows[np.lexsort((rows, used[rows, a.LABEL]))]
        chosen = self._candidates(rows)
        self._reserve_chunks(len(rows) + len(frozen))
        backup = self._backup()
        self._lay_as_ranked(rows, frozen)
        k = self._k
        lines, ends = self._with_pins(*self._lines_wanted(moving, wishes, bound), pins)
        shop = FullShop(
            k.ops[: int(k.s[a.S_OPS])].copy(), _read_only(k).z, rows, chosen, lines, ends, k.ops[rows, a.KEY].copy(),
            int(k.s[a.S_FLOOR]), 86400, pins,
        )  # fmt: skip
        self._restore_backup(backup)
        # What is pinned is pinned to its machine, too.
        held = rows if keep_modes else pins
        shop.ops[held, a.CAND0], shop.ops[held, a.NCAND] = self._candidates(held), 1
        return shop

    def _with_pins(self, lines: Ints, ends: Ints, pins: Ints) -> tuple[Ints, Ints]:
        """Lines and their ends, and each pinned operation as one more, to end when it does."""
        ops, more = self._k.ops, np.zeros((len(pins), s.N_COLUMNS), np.int64)
        more[:, s.N_DUE] = more[:, s.N_LAST] = ops[pins, a.END] + ops[pins, a.TLAG]
        more[:, s.N_WEIGHT], more[:, s.N_POS] = PIN_WEIGHT, -1
        more[:, s.N_END0] = len(ends) + np.arange(len(pins))
        more[:, s.N_END1] = more[:, s.N_END0] + 1
        return np.concatenate([lines, more]), np.concatenate([ends, pins])

    def ways(self, shop: Shop) -> tuple[Ints, Ints]:
        """Machine, duration and candidate row of each way of a shop's operations, and where those of each begin."""
        k, found, firsts = self._k, [], [0]
        rows = np.searchsorted(k.ops[: int(k.s[a.S_OPS]), a.KEY], shop.keys)
        for x in rows.tolist():
            ways = self._every_way(x)
            found += [(int(k.var[k.cands[c, a.K_VAR], a.V_LANES]), int(k.cands[c, a.K_DUR]), c) for c in ways]
            firsts.append(len(found))
        return np.array(found, np.int64), np.array(firsts, np.int64)

    def steps_in(self, shop: Shop, order: Ints, chosen: Ints) -> list[Step]:
        """Sequences as `lay` takes them, from operations in rank order and the candidate row of each."""
        variants = self._k.cands[chosen, a.K_VAR].tolist()
        return [self._place_of(key, v) for key, v in zip(shop.keys[order].tolist(), variants, strict=True)]

    def steps(self, work: Work, order: Ints) -> list[Step]:
        """Sequences as `lay` takes them, from what a search of `work` found, with what is pinned at its rank."""
        if isinstance(work, Shop):
            return self.steps_of(work, order)
        by_row = dict(zip(work.rows.tolist(), work.keys.tolist(), strict=True))
        cands = self._k.cands[order[:, 1], a.K_VAR]
        return [self._place_of(by_row[x], v) for x, v in zip(order[:, 0].tolist(), cands.tolist(), strict=True)]

    def _place_of(self, key: int, variant: int) -> Step:
        v = self.layout.var[variant].tolist()
        units = [self.layout.lane_owner[lane][1] for lane in v[a.V_LANES : a.V_LANES + v[a.V_NPL]]]
        q, m, b = v[a.V_Q], v[a.V_MPL], v[a.V_SPL]
        crew = units[max(q, m + 1, b + 1) :]
        return Step(
            key, self.layout.modes[v[a.V_MODE]][2].id, tuple(units[:q]), units[b] if b >= 0 else -1, tuple(crew)
        )

    def _candidates(self, rows: Ints) -> Ints:
        """The candidate row of each operation as it is done now."""
        k = self._k
        first, count = k.ops[rows, a.CAND0], k.ops[rows, a.NCAND]
        found = np.full(len(rows), -1, np.int64)
        for i in range(int(count.max(initial=0))):
            here = np.minimum(first + i, first + count - 1)
            found = np.where(k.cands[here, a.K_VAR] == k.ops[rows, a.VAR], here, found)
        return found

    def _lay_as_ranked(self, rows: Ints, frozen: Ints) -> None:
        """Lay all movable work in its order behind what may not move, without what is left of cancelled lines."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        fixed = np.flatnonzero(used[:, a.STATE] == a.FIXED)
        fixed = fixed[np.lexsort((fixed, used[fixed, a.LABEL]))]
        used[(used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 1), a.STATE] = a.REMOVED
        first = max([0, *used[fixed, a.LABEL].tolist(), *used[frozen, a.LABEL].tolist()])
        used[rows, a.LABEL] = first + RANK_STEP * np.arange(1, len(rows) + 1)
        tier1.load(k.ops, k.z, fixed, np.concatenate([frozen, rows]), np.zeros(len(used), np.int64))

    def _lines_wanted(self, moving: Ints, wishes: Wishes, bound: bool) -> tuple[Ints, Ints]:
        """Lines with their ends, as rows of the planner's array."""
        scratch = np.zeros((len(moving), s.O_COLUMNS), np.int64)
        lines, ending = self._wanted(moving, scratch, wishes, bound)
        return lines, moving[ending]


def _read_only(k: Arrays) -> Arrays:
    """The arrays without what only changes need: logs, queues, and the index of the sequences."""
    nothing = np.zeros(1, np.int64)
    return Arrays.build(
        k.ops[:1], k.s,
        k.used()
        | {"undo": np.zeros((1, a.T_WIDTH), np.int64), "undone": nothing, "heap": nothing, "back": nothing}
        | {"chunks": np.zeros((1, a.H_COLUMNS), np.int64), "dirs": np.zeros((len(k.lanes), 1), np.int64)},
    )  # fmt: skip
