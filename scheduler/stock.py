"""Finished stock and receipts over time: what is free, and pegging it to order lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from domain.checks import to_unix_up
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import MaterialReservation
from scheduler.arrays import INF

Repegged = Mapping[str, Sequence[MaterialReservation]]
"""Orders that are to hold other material, and what they are to hold."""
HIGHEST = 1
"""The priority that may use safety stock."""


class Stock:
    """Free quantities by item: on hand, then receipts of enough confidence, in order of time."""

    def __init__(self, plant: Plant) -> None:
        self._safety = {item.id: item.safety_stock for item in plant.items}
        self._supply = _supply(plant, None)
        self._pegged: dict[tuple[str, str], int] = {}
        self.by_order: dict[str, list[MaterialReservation]] = {}

    def find(self, line: OrderLine, order: Order, now_s: int) -> tuple[int, list[MaterialReservation]]:
        """When the whole quantity is there, and the pegs for it; INF and nothing if it never is.

        Safety stock is held back from all but the highest priority.
        """
        rows = self._supply.get(line.item_id)
        if not rows:
            return INF, []
        reserve = 0 if order.priority == HIGHEST else self._safety[line.item_id]
        need, pegs = line.quantity, []
        for at_s, receipt_id, quantity in rows:
            free = quantity - self._pegged.get((line.item_id, receipt_id), 0)
            kept = min(max(free, 0), reserve)
            reserve -= kept
            used = min(free - kept, need)
            if used <= 0:
                continue
            pegs.append(MaterialReservation(order.id, line.line_no, line.item_id, used, receipt_id))
            need -= used
            if need == 0:
                return max(at_s, now_s), pegs
        return INF, []

    def take(self, pegs: Sequence[MaterialReservation]) -> None:
        """Reserve."""
        for peg in pegs:
            key = (peg.item_id, peg.receipt_id)
            self._pegged[key] = self._pegged.get(key, 0) + peg.quantity
            self.by_order.setdefault(peg.order_id, []).append(peg)

    def give(self, order_id: str, line_no: int | None = None) -> None:
        """Free what an order, or one line of it, holds."""
        kept = []
        for peg in self.by_order.pop(order_id, []):
            if line_no is None or peg.line_no == line_no:
                self._pegged[peg.item_id, peg.receipt_id] -= peg.quantity
            else:
                kept.append(peg)
        if kept:
            self.by_order[order_id] = kept

    def overdrawn(self) -> list[str]:
        """Supplies that hold less than is pegged to them."""
        return _overdrawn(self._supply, self._pegged)

    def overdrawn_by(self, plant: Plant, items: Set[str], repegged: Repegged) -> list[str]:
        """What would be overdrawn after `resupply`."""
        pegged = {key: quantity for key, quantity in self._pegged.items() if key[0] in items}
        for order_id, pegs in repegged.items():
            for sign, rows in ((-1, self.by_order.get(order_id, ())), (1, pegs)):
                for peg in rows:
                    key = (peg.item_id, peg.receipt_id)
                    pegged[key] = pegged.get(key, self._pegged.get(key, 0)) + sign * peg.quantity
        supply = _supply(plant, items)
        kept = {item: self._supply.get(item, []) for item, _ in pegged if item not in items}
        return _overdrawn(kept | supply, pegged)

    def resupply(self, plant: Plant, items: Set[str], repegged: Repegged) -> None:
        """Take over a plant in which only the supply of `items` differs, and other pegs for some orders."""
        for item in items:
            self._supply.pop(item, None)
        self._supply.update(_supply(plant, items))
        for order_id, pegs in repegged.items():
            self.give(order_id)
            self.take(pegs)


def _supply(plant: Plant, items: Set[str] | None) -> dict[str, list[tuple[int, str, int]]]:
    """Supplies by item in order of time, of all items or of some."""
    found: dict[str, list[tuple[int, str, int]]] = {}
    for stock in plant.on_hand:
        if items is None or stock.item_id in items:
            found.setdefault(stock.item_id, []).append((-INF, "", stock.quantity))
    for receipt in plant.receipts:
        counts = receipt.confidence_percent >= plant.settings.receipt_confidence_percent
        if counts and (items is None or receipt.item_id in items):
            found.setdefault(receipt.item_id, []).append((to_unix_up(receipt.time), receipt.id, receipt.quantity))
    for rows in found.values():
        rows.sort()
    return found


def _overdrawn(supply: Mapping[str, list[tuple[int, str, int]]], pegged: Mapping[tuple[str, str], int]) -> list[str]:
    held = {(item, receipt): q for item, rows in supply.items() for _, receipt, q in rows}
    return [
        f"{item} {receipt or 'on hand'}: {quantity} reserved of {held.get((item, receipt), 0)}"
        for (item, receipt), quantity in sorted(pegged.items())
        if quantity > held.get((item, receipt), 0)
    ]
