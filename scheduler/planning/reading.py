"""The plan as others may read it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from domain.promises import MaterialReservation, Reservation, Source
from scheduler import arrays as a
from scheduler.planning.core import INF
from scheduler.planning.counted import Counted
from scheduler.snapshot import PlanSnapshot
from scheduler.view import PlanView, by_start, reservation


class Reading(Counted):
    """The plan as others may read it."""

    def expected(self, order_id: str, line_no: int) -> int:
        """When a line is packed by its planned end, Unix seconds; without a carrier it is delivered then."""
        self._settle()
        ends = [
            self._end(info) + info.shipping_s for info in self._by_order.get(order_id, []) if info.line_no == line_no
        ]
        if not ends:
            raise KeyError((order_id, line_no))
        return max(ends)

    def holds(self, order_id: str, line_no: int) -> bool:
        """Whether anything stands in the plan for a line."""
        return any(info.line_no == line_no for info in self._by_order.get(order_id, ()))

    def awaited(self, order_id: str, line_no: int) -> list[int]:
        """When purchases for a line are there that is delivered as it is, and what is made for it; Unix seconds."""
        self._settle()
        pegs = (peg for peg in self._stock.by_order.get(order_id, ()) if peg.line_no == line_no and not peg.lot)
        bought = [self._there_s(peg) for peg in pegs if peg.source is Source.BUY]
        infos = self._by_order.get(order_id, ())
        return bought + [self._end(info) for info in infos if info.line_no == line_no and info.count]

    @property
    def last_end_s(self) -> int:
        """When the last of all planned work ends, Unix seconds; 2^40 and more: not within the horizon."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        return int(used[np.isin(used[:, a.STATE], (a.OPEN, a.FIXED)), a.END].max(initial=0))

    @property
    def order_ids(self) -> Collection[str]:
        """Orders of which something stands in the plan."""
        return self._by_order.keys()

    def _purpose(self, peg: MaterialReservation) -> tuple[str, int]:
        """The item made of reserved material, and when the work begins that needs it: INF where none is to begin."""
        for info in self._by_order.get(peg.order_id, []) if peg.lot else ():
            for lot in self._lines[info.index - info.lots : info.index + 1]:
                if lot.key0 == peg.lot:
                    rows = self._k.ops[self._consuming(lot, peg.stands_for or peg.item_id)]
                    starts = rows[rows[:, a.STATE] == a.OPEN, a.START]
                    return lot.item_id, int(starts.min()) if len(starts) else INF
        return "", INF

    def orders_of(self, keys: Collection[int]) -> list[str]:
        """Orders that operations are for, by the operations' keys, in alphabetical order."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        lines = np.unique(used[np.isin(used[:, a.KEY], list(keys)), a.LINE]).tolist()
        return sorted({self._lines[line].order_id for line in lines})

    def deadline(self, order_id: str, line_no: int) -> int:
        """What the plan must keep for a line of which something is made, Unix seconds."""
        infos = [info for info in self._by_order[order_id] if info.line_no == line_no]
        return max(int(self._k.lines[info.index, a.N_DEADLINE]) for info in infos)

    @property
    def open_operations(self) -> int:
        """Operations that are placed and not yet begun."""
        used = self._k.ops[: int(self._k.s[a.S_OPS]), a.STATE]
        return int((used == a.OPEN).sum())

    def view(self) -> PlanView:
        """The plan as it stands, copied: to be read while the planner goes on."""
        self._settle()
        k = self._k
        material = tuple(peg for pegs in self._stock.by_order.values() for peg in pegs)
        return PlanView(
            self._as_counted(), self.layout.names, k.ops[: int(k.s[a.S_OPS])].copy(), tuple(self._lines), material,
            self.now_s, int(k.s[a.S_FLOOR]), self.version, progress=dict(self._reports),
        )  # fmt: skip

    def snapshot(self) -> PlanSnapshot:
        """The plan as plain data, in rank order."""
        return self.view().snapshot()

    def reservations(self, order_id: str) -> list[Reservation]:
        """Places of one order's operations with their times, by start."""
        self._settle()
        infos = self._by_order.get(order_id, [])
        rows = [x for i in infos for x in range(i.x0, i.x0 + i.count) if self._k.ops[x, a.STATE] in (a.OPEN, a.FIXED)]
        return by_start(
            reservation(self.layout.names, self._lines, row, self._reports, self.now_s)
            for row in self._k.ops[rows].tolist()
        )
