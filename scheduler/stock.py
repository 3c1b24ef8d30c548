"""Finished stock and receipts over time: what is free, and pegging it to order lines."""

from __future__ import annotations

from collections.abc import Sequence

from domain.checks import to_unix_up
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import MaterialReservation
from scheduler.arrays import INF

HIGHEST = 1
"""The priority that may use safety stock."""


class Stock:
    """Free quantities by item: on hand, then receipts of enough confidence, in order of time."""

    def __init__(self, plant: Plant) -> None:
        self._safety = {item.id: item.safety_stock for item in plant.items}
        self._supply: dict[str, list[tuple[int, str, int]]] = {}
        self._pegged: dict[tuple[str, str], int] = {}
        self.by_order: dict[str, list[MaterialReservation]] = {}
        for stock in plant.on_hand:
            self._supply.setdefault(stock.item_id, []).append((-INF, "", stock.quantity))
        for receipt in plant.receipts:
            if receipt.confidence_percent >= plant.settings.receipt_confidence_percent:
                row = (to_unix_up(receipt.time), receipt.id, receipt.quantity)
                self._supply.setdefault(receipt.item_id, []).append(row)
        for rows in self._supply.values():
            rows.sort()

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
        held = {(item, receipt): q for item, rows in self._supply.items() for _, receipt, q in rows}
        return [
            f"{item} {receipt or 'on hand'}: {quantity} reserved of {held.get((item, receipt), 0)}"
            for (item, receipt), quantity in sorted(self._pegged.items())
            if quantity > held.get((item, receipt), 0)
        ]
