"""What lots make beyond their need: free as soon as their work is done."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from domain.promises import surplus_id
from scheduler import arrays as a
from scheduler.planning.core import Core
from scheduler.records import LineInfo


class Surplus(Core):
    """What lots make beyond their need: free as soon as their work is done.

    Until all operations of a lot have begun it may still move, be amended or cancelled, and until they have ended a
    repair may move their ends: nothing may hang on it. What is done is history, whatever becomes of the order.
    """

    def advance(self, now_s: int) -> None:
        """Let the clock pass: what begins before now + release lead becomes a fact, and what is made over is free."""
        super().advance(now_s)
        while self._ending and self._ending[0][0] <= self.now_s:
            self._begun.add(heappop(self._ending)[1])
        while self._begun:
            self._yield(self._begun.pop())

    def _expect_surplus(self, info: LineInfo) -> None:
        """Look out for what a line and its lots will make beyond their need. In old stores the need is unknown, 0."""
        for lot in self._lines[info.index - info.lots : info.index + 1]:
            if 0 < lot.need < lot.quantity:
                self._yields.add(lot.index)

    def _find_surplus(self) -> None:
        """Look at all lots, after they were read or taken over."""
        for info in self._lines:
            if 0 < info.need < info.quantity and info.own > 0:
                self._yields.add(info.index)
        for index in sorted(self._yields):
            self._yield(index)

    def _yield(self, index: int) -> None:
        lot = self._lines[index]
        rows = self._k.ops[lot.row0 : lot.row0 + lot.own]
        if index not in self._yields or (rows[:, a.STATE] != a.FIXED).any():
            return
        ends_s = int(rows[:, a.END].max())
        if ends_s > self.now_s:
            heappush(self._ending, (ends_s, index))
            return
        tails = np.maximum(self.layout.template(((lot.item_id, lot.quantity, -1),)).rows[:, a.TLAG], 0)
        self._yields.discard(index)
        self._yielded[surplus_id(lot.key0)] = index
        there_s = int((rows[:, a.END] + tails).max())
        self._stock.surplus(lot.item_id, surplus_id(lot.key0), there_s, lot.quantity - lot.need)

    def _take_surplus(self, name: str, quantity: int) -> None:
        """Count some of a surplus as stock, which has it from now on."""
        lot = self._lines[self._yielded[name]]
        lot.need += quantity
        self._stock.surplus(lot.item_id, name, 0, -quantity)
        self._changed.update(range(lot.row0, lot.row0 + lot.own))
