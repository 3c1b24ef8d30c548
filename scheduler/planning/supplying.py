"""Material that comes at another time than was planned: work waits for it as it comes now, and no longer."""

from __future__ import annotations

from collections.abc import Iterable, Set

import numpy as np

from domain.plant import Plant
from scheduler import arrays as a
from scheduler.buying import Buying
from scheduler.planning.losing import Losing, Stakes
from scheduler.planning.stakes import Stake


class Supplying(Losing):
    """Lets work and lines from stock follow their receipts."""

    def _await(self, plant: Plant, items: Set[str], stakes: Stakes, awaited_s: int) -> None:
        """Take over stock and receipts of some items: what has not begun waits for them as they are, and no longer.

        What is reserved and not there any more is reserved elsewhere: nothing goes without, for where no other supply
        is known, a purchase is planned that somebody has to find. What waited until `awaited_s` (Unix seconds) waits no
        longer than for its material as it comes now. The caller re-times everything.
        """
        orders = {peg.order_id for peg in self._pegs_of(items)}
        before = {x: self._material_s(x) for x in self._rows_with(orders)}
        self._stock.resupply(plant, items, {})
        self._sourcer.buying = Buying(plant)
        self._reserve_anew(items, stakes)
        self._follow_supply(orders)
        for x, was_s in before.items():
            self._wait_no_longer(x, was_s, stakes)
        for order_id in sorted(orders):
            self._hold_back(order_id)
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        waited = np.isin(used[:, a.STATE], (a.OPEN, a.FIXED)) & (used[:, a.VIS] >= self.now_s)
        for x in np.flatnonzero(waited & (used[:, a.NBR] == awaited_s)).tolist():
            if int(used[x, a.KEY]) not in self._pins:
                line = self._lines[int(used[x, a.LINE])]
                besides_s = self._ready_besides(x, stakes.get((line.order_id, line.line_no)))
                used[x, a.NBR] = max(self._material_s(x), besides_s)
                self._changed.add(x)

    def _rows_with(self, order_ids: Iterable[str]) -> list[int]:
        infos = (info for order_id in sorted(order_ids) for info in self._by_order.get(order_id, ()))
        return [x for info in infos for x in range(info.x0, info.x0 + info.count)]

    def _wait_no_longer(self, x: int, was_s: int, stakes: Stakes) -> None:
        """Let an operation that waited for its material begin when that is there now."""
        row = self._k.ops[x]
        waits = row[a.STATE] == a.OPEN or (row[a.STATE] == a.FIXED and row[a.VIS] >= self.now_s)
        if waits and row[a.NBR] == was_s > self._material_s(x) and int(row[a.KEY]) not in self._pins:
            line = self._lines[int(row[a.LINE])]
            besides_s = self._ready_besides(x, stakes.get((line.order_id, line.line_no)))
            row[a.NBR] = max(self._material_s(x), besides_s)
            self._changed.add(x)

    def _hold_back(self, order_id: str) -> None:
        """Let work that has not begun begin no earlier than its material comes now."""
        for info in self._by_order.get(order_id, []):
            for x in range(info.x0, info.x0 + info.count):
                row = self._k.ops[x]
                waits = row[a.STATE] == a.OPEN or (row[a.STATE] == a.FIXED and row[a.VIS] >= self.now_s)
                there_s = self._material_s(x) if waits else 0
                if row[a.NBR] < there_s:
                    row[a.NBR] = there_s
                    self._changed.add(x)

    def _let_go(self, x: int) -> None:
        super()._let_go(x)
        self._k.ops[x, a.NBR] = max(int(self._k.ops[x, a.NBR]), self._material_s(x))

    def _material_s(self, x: int) -> int:
        """When the material of an operation is there that was not in stock when it was promised; 0: there is none."""
        return self._material_of(x, self._lines[int(self._k.ops[x, a.LOT])])[0]

    def _ready_besides(self, x: int, stake: Stake | None) -> int:
        """Until when an operation waits for other things than material: lags before it, a limit on earliness."""
        row = self._k.ops[x]
        lot = self._lines[int(row[a.LOT])]
        lag_s = int(self.layout.template(((lot.item_id, lot.quantity, -1),)).rows[x - lot.row0, a.NBR])
        ready_s = lag_s + int(row[a.NBV]) if lag_s else 0
        if self._early_s is not None and stake is not None:
            ready_s = max(ready_s, stake.by_s - self._early_s)
        return ready_s
