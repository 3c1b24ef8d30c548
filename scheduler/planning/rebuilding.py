"""The same work in a changed plant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

import numpy as np

from domain.checks import from_unix, to_unix_up
from domain.errors import WouldBreakReservations
from domain.plant import Plant
from domain.values import replace
from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.planning.core import Core
from scheduler.planning.restoring import Restoring
from scheduler.records import LineInfo
from scheduler.stock import as_stock, merged

NEVER: Mapping[str, int] = {}
"""No item was counted."""


class Rebuilding(Restoring):
    """The same work in a changed plant."""

    def rebuild(self, plant: Plant, counted_s: Mapping[str, int] = NEVER) -> Self:
        """The same work in a changed plant; raises WouldBreakReservations with the list when it doesn't stand.

        `counted_s` is when items were counted, Unix seconds: surplus that was there by then is in the stock.
        """
        fresh = type(self)(plant, self.now_s)
        fresh.version, fresh.orders_since_dispatch = self.version + 1, self.orders_since_dispatch
        fresh._k.s[a.S_FLOOR] = self._k.s[a.S_FLOOR]
        broken: list[str] = []
        for order_id, infos in self._by_order.items():
            for info in infos:
                problem = fresh._adopt(self, info)
                if problem:
                    broken.append(f"{order_id} line {info.line_no}: {problem}")
            fresh._stock.take(self._stock.by_order.get(order_id, []))
        for info in self._leftover:
            problem = fresh._adopt(self, info)
            if problem:
                broken.append(f"{info.order_id} line {info.line_no}, cancelled: {problem}")
                continue
            fresh._leftover.append(fresh._by_order[info.order_id].pop())
            if not fresh._by_order[info.order_id]:
                del fresh._by_order[info.order_id]
        if not broken:
            fresh._find_surplus()
            fresh._count_surplus(counted_s)
        broken += fresh._stock.overdrawn()
        if not broken:
            fresh._reports = self._reports
            fresh._count_reported()
            fresh._count_history()
            for x in fresh._relink():
                info = fresh._lines[int(fresh._k.ops[x, a.LINE])]
                broken.append(f"{info.order_id} line {info.line_no}: would end after its deadline")
            broken += fresh._unsupplied()
        if broken:
            raise WouldBreakReservations(broken)
        fresh._next_key, fresh._pins = self._next_key, dict(self._pins)
        fresh._whole = fresh._resequenced = True
        return fresh

    def _count_surplus(self, counted_s: Mapping[str, int]) -> None:
        """Turn surplus that counts of the stock include into stock, with what is reserved of it."""
        found = [row for row in self._stock.surpluses() if row[2] <= counted_s.get(row[0], -1)]
        for _, name, _, quantity in found:
            self._take_surplus(name, quantity)
        names = {name for _, name, _, _ in found}
        for order_id, pegs in list(self._stock.by_order.items()):
            if any(peg.receipt_id in names for peg in pegs):
                self._stock.give(order_id)
                self._stock.take(merged(as_stock(peg) if peg.receipt_id in names else peg for peg in pegs))

    def _unsupplied(self) -> Iterator[str]:
        """Material that would come after the work that it is for begins, or may not stand in for another any more."""
        times = {receipt.id: to_unix_up(receipt.time) for receipt in self.plant.receipts}
        for order_id, pegs in self._stock.by_order.items():
            for peg in pegs:
                whole, starts_s = self._purpose(peg)
                name = f"{order_id} line {peg.line_no}: {peg.item_id}"
                if peg.stands_for and not self._sourcer.allows(peg, whole):
                    yield f"{name} may not stand in for {peg.stands_for} any more"
                if times.get(peg.receipt_id, starts_s) > starts_s:
                    yield f"{name} of {peg.receipt_id} is needed by {from_unix(starts_s).isoformat()}"

    def _adopt(self, old: Core, info: LineInfo) -> str:
        """Take over a line from another planner, mode by mode; what is wrong, or nothing."""
        item = self.plant.item_by_id.get(info.item_id)
        if item is None:
            return f"item {info.item_id} is gone"
        shift = len(self._lines) + info.lots - info.index
        old_lots = old._lines[info.index - info.lots : info.index]
        lots = [replace(lot, index=lot.index + shift, into=lot.into + shift) for lot in old_lots]
        mine = replace(info, index=info.index + shift, x0=0)
        self._lines += [*lots, mine]
        self._by_order.setdefault(info.order_id, []).append(mine)
        if not info.count:
            return ""
        for lot in (*lots, mine):
            made = self.plant.item_by_id.get(lot.item_id)
            if made is None:
                return f"item {lot.item_id} is gone"
            if made.routing_id != lot.routing_id or lot.routing_id not in self.plant.routing_by_id:
                return f"item {lot.item_id} has another routing"
        first = mine.index - mine.lots
        described = tuple((lot.item_id, lot.quantity, lot.into - first) for lot in lots)
        template = self.layout.template((*described, (info.item_id, info.quantity, -1)))
        if len(template.rows) != info.count:
            return f"routing {info.routing_id} has other operations"
        self._reserve(0, 0, 0)
        self._next_key = int(old._k.ops[info.x0, a.KEY])
        x0 = self._lay(template, mine)
        k = self._k
        k.lines[mine.index] = old._k.lines[info.index]
        for i in range(info.count):
            source, row = old._k.ops[info.x0 + i], k.ops[x0 + i]
            if int(source[a.STATE]) not in (a.OPEN, a.FIXED):
                continue
            variant = self._same_variant(old, source, x0 + i)
            if variant < 0:
                return f"operation {i + 1} has lost its mode, machine or mould"
            kept = (a.LABEL, a.STATE, a.NBV, a.NBR, a.DEADLINE, a.LATEST, a.BLOCKED)
            row[list(kept)] = source[list(kept)]
            if source[a.STATE] == a.FIXED:
                row[a.T_FIRST : a.T_TAILS] = source[a.T_FIRST : a.T_TAILS]
                if source[a.HOLD] >= 0:
                    row[a.HOLD] = old._k.ops[int(source[a.HOLD]), a.KEY]
                for c in (a.DISM, a.FETL, a.MOUNTED):
                    row[c] = self._same_lane(old, int(source[c]))
            for column, value in zip((a.VAR, a.DUR0, a.SHOTS), k.cands[variant].tolist(), strict=True):
                row[column] = value
        self._stay_in_way(np.arange(x0, x0 + info.count))
        return ""

    def _same_lane(self, old: Core, lane: int) -> int:
        if lane < 0:
            return -1
        owner = old.layout.lane_owner[lane]
        return self.layout.lane_owner.index(owner) if owner in self.layout.lane_owner else -1

    def _same_variant(self, old: Core, source: Ints, x: int) -> int:
        """The candidate row of `x` with the same mode and the same lanes, by name."""
        old_v = old.layout.var[int(source[a.VAR])]
        wanted = [old.layout.lane_owner[lane] for lane in old_v[a.V_LANES :].tolist() if lane >= 0]
        mode = old.layout.modes[int(old_v[a.V_MODE])][2].id
        for c in self._every_way(x):
            v = self.layout.var[int(self._k.cands[c, a.K_VAR])]
            names = [self.layout.lane_owner[lane] for lane in v[a.V_LANES :].tolist() if lane >= 0]
            if names == wanted and self.layout.modes[int(v[a.V_MODE])][2].id == mode:
                return c
        return -1
