"""Material that is not there any more: what it was reserved for finds other supply, the highest priority first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import numpy as np

from domain.checks import from_unix
from domain.promises import MaterialReservation, Source
from domain.values import replace
from scheduler import arrays as a
from scheduler.planning.core import INF
from scheduler.planning.stakes import Stake
from scheduler.planning.taking import Taking
from scheduler.records import LineInfo
from scheduler.sourcing import Peg
from scheduler.stock import merged
from scheduler.translate import seconds

NOWHERE_S = 86400
"""How long it takes, at least, to buy what nobody has in stock and the plant does not know how to buy, in seconds."""

Stakes = Mapping[tuple[str, int], Stake]
UNKNOWN = Stake(INF, 9)


class Losing(Taking):
    """Reserves anew what is no longer there, and what comes too late, where other supply is there sooner."""

    def losable(self, item_id: str, receipt_id: str) -> int:
        """How much of the stock of an item, or of a receipt, has not gone into work that has begun."""
        used = sum(
            peg.quantity
            for peg in self._pegs_of({item_id})
            if peg.receipt_id == receipt_id and peg.source is not Source.BUY and self._is_used(peg)
        )
        return self._stock.there(item_id, receipt_id) - used

    def _pegs_of(self, items: Set[str]) -> Iterator[MaterialReservation]:
        return (peg for pegs in self._stock.by_order.values() for peg in pegs if peg.item_id in items)

    def _reserve_anew(self, items: Set[str], stakes: Stakes) -> None:
        pegs = sorted(self._pegs_of(items), key=lambda peg: self._rank(peg, stakes))
        left: dict[tuple[str, str], int] = {}
        kept: dict[str, list[MaterialReservation]] = {}
        lost: list[MaterialReservation] = []
        for peg in pegs:
            stays = 0 if self._comes_too_late(peg, stakes) else peg.quantity
            if stays and peg.source is not Source.BUY:
                key = (peg.item_id, peg.receipt_id)
                there = left.setdefault(key, self._stock.there(*key))
                stays = min(stays, there)
                left[key] = there - stays
            if stays < peg.quantity:
                lost.append(replace(peg, quantity=peg.quantity - stays))
                kept.setdefault(peg.order_id, [])
        changed = set(kept)
        for order_id in sorted(changed):
            self._reserve_less(order_id, [peg for peg in lost if peg.order_id == order_id])
        for peg in lost:
            self._stock.take(self._found_for(peg, stakes))
        for order_id in sorted(changed):
            self._write(order_id, merged(self._stock.by_order.get(order_id, ())))

    def _reserve_less(self, order_id: str, lost: Sequence[MaterialReservation]) -> None:
        """Give back what an order has lost."""
        less = {replace(peg, quantity=0): peg.quantity for peg in lost}
        rest = []
        for peg in self._stock.by_order.get(order_id, ()):
            gone = min(peg.quantity, less.get(replace(peg, quantity=0), 0))
            if gone:
                less[replace(peg, quantity=0)] -= gone
            rest.append(replace(peg, quantity=peg.quantity - gone))
        self._write(order_id, rest)

    def _write(self, order_id: str, pegs: Iterable[MaterialReservation]) -> None:
        self._stock.give(order_id)
        self._stock.take([peg for peg in pegs if peg.quantity])

    def _rank(self, peg: MaterialReservation, stakes: Stakes) -> tuple[bool, int, int, str, int, int]:
        """What has begun keeps its material first, then the higher priority, then what is due sooner."""
        stake = stakes.get((peg.order_id, peg.line_no), UNKNOWN)
        return not self._is_used(peg), stake.priority, stake.by_s, peg.order_id, peg.line_no, peg.lot

    def _lot_of(self, peg: MaterialReservation) -> LineInfo | None:
        for info in self._by_order.get(peg.order_id, ()):
            for lot in self._lines[info.index - info.lots : info.index + 1]:
                if peg.lot and lot.key0 == peg.lot:
                    return lot
        return None

    def _is_used(self, peg: MaterialReservation) -> bool:
        """The work that it is for has begun."""
        lot = self._lot_of(peg)
        if lot is None:
            return False
        rows = self._k.ops[self._consuming(lot, peg.stands_for or peg.item_id)]
        return bool(((rows[:, a.STATE] == a.FIXED) & (rows[:, a.VIS] < self.now_s)).any())

    def _comes_too_late(self, peg: MaterialReservation, stakes: Stakes) -> bool:
        """Its line is late, it is not there yet, and its work has not begun: something else may be there sooner."""
        stake = stakes.get((peg.order_id, peg.line_no))
        if stake is None or self._there_s(peg) <= self.now_s or self._is_used(peg):
            return False
        infos = self._by_order.get(peg.order_id, ())
        return any(self._end(info) > stake.by_s for info in infos if info.line_no == peg.line_no)

    def _found_for(self, peg: MaterialReservation, stakes: Stakes) -> list[MaterialReservation]:
        """Other supply for what was lost of a peg: the same item if it is there when needed, else what comes first."""
        priority = stakes.get((peg.order_id, peg.line_no), UNKNOWN).priority
        lot = self._lot_of(peg)
        best_s, best, stands_for = INF, list[Peg](), ""
        if peg.source is Source.BUY:
            # It may be ordered already, and then comes sooner than what is ordered now.
            best_s = self._there_s(peg)
        for item_id, quantity, stands in self._sourcer.ways(peg, "" if lot is None else lot.item_id):
            at_s, found = self._sourcer.elsewhere(item_id, quantity, priority, self.now_s)
            if at_s < best_s:
                best_s, best, stands_for = at_s, found, stands
            if best_s <= self._needed_by(peg, lot):
                break
        if not best and peg.source is Source.BUY:
            return [peg]
        if not best:
            at_s = self.now_s + max(NOWHERE_S, seconds(self.plant.item_by_id[peg.item_id].buy_lead))
            best, stands_for = [Peg(0, peg.item_id, peg.quantity, Source.BUY, "", at_s)], peg.stands_for
        return [
            MaterialReservation(
                peg.order_id, peg.line_no, row.item_id, row.quantity, row.receipt_id, row.source, from_unix(row.at_s),
                peg.lot, stands_for,
            )
            for row in best
        ]  # fmt: skip

    def _needed_by(self, peg: MaterialReservation, lot: LineInfo | None) -> int:
        """When the work begins that material is for; that of a line from stock is needed as soon as it can be had."""
        if lot is None:
            return self.now_s
        rows = self._k.ops[self._consuming(lot, peg.stands_for or peg.item_id)]
        standing = np.isin(rows[:, a.STATE], (a.OPEN, a.FIXED))
        return int(rows[standing, a.START].min()) if standing.any() else INF
