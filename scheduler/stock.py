"""Stock and receipts over time: what is free, and pegging it to order lines and to the lots made for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import NamedTuple

from domain.checks import to_unix_up
from domain.plant import Plant
from domain.promises import MaterialReservation, Source
from scheduler.arrays import INF

Repegged = Mapping[str, Sequence[MaterialReservation]]
"""Orders that are to hold other material, and what they are to hold."""
HIGHEST = 1
"""The priority that may use safety stock."""


class Find(NamedTuple):
    """A free quantity on hand (`receipt_id` empty) or of a receipt, and when it is there."""

    receipt_id: str
    quantity: int
    at_s: int


class Stock:
    """Free quantities by item: on hand, then receipts of enough confidence, in order of time."""

    def __init__(self, plant: Plant) -> None:
        self._safety = {item.id: item.safety_stock for item in plant.items}
        self._supply = _supply(plant, None)
        self._pegged: dict[tuple[str, str], int] = {}
        self._supplies: dict[str, set[str]] = {}
        """Of each item the supplies that something was ever pegged to: receipts, or (empty) what is on hand."""
        self._trial: list[tuple[tuple[str, str], int]] = []
        self.by_order: dict[str, list[MaterialReservation]] = {}

    def knows(self, item_id: str) -> bool:
        """Whether there is, or will be, any of an item."""
        return item_id in self._supply

    def find(self, item_id: str, need: int, priority: int, now_s: int) -> tuple[int, list[Find]]:
        """When the whole quantity is there, and from what; INF and nothing if it never is."""
        found = self.by(item_id, need, priority, now_s, INF)
        if sum(row.quantity for row in found) < need:
            return INF, []
        return max((row.at_s for row in found), default=now_s), found

    def by(self, item_id: str, need: int, priority: int, now_s: int, until_s: int) -> list[Find]:
        """What there is of the quantity by `until_s`, the earliest first.

        Safety stock is held back from all but the highest priority.
        """
        rows = self._supply.get(item_id)
        if not rows:
            return []
        reserve = 0 if priority == HIGHEST else self._safety[item_id]
        found = []
        for at_s, receipt_id, quantity in rows:
            if need <= 0 or at_s > until_s:
                break
            free = quantity - self._pegged.get((item_id, receipt_id), 0)
            kept = min(max(free, 0), reserve)
            reserve -= kept
            used = min(free - kept, need)
            if used > 0:
                found.append(Find(receipt_id, used, max(at_s, now_s)))
                need -= used
        return found

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Give back at the end what is held within."""
        try:
            yield
        finally:
            for key, quantity in self._trial:
                self._pegged[key] -= quantity
            self._trial.clear()

    def hold(self, item_id: str, found: Sequence[Find]) -> None:
        """Count as pegged until the end of the trial."""
        for row in found:
            key = (item_id, row.receipt_id)
            self._pegged[key] = self._pegged.get(key, 0) + row.quantity
            self._trial.append((key, row.quantity))

    def take(self, pegs: Sequence[MaterialReservation]) -> None:
        """Reserve."""
        for peg in pegs:
            if peg.source is not Source.BUY:
                key = (peg.item_id, peg.receipt_id)
                self._pegged[key] = self._pegged.get(key, 0) + peg.quantity
                self._supplies.setdefault(peg.item_id, set()).add(peg.receipt_id)
            self.by_order.setdefault(peg.order_id, []).append(peg)

    def give(self, order_id: str, line_no: int | None = None) -> None:
        """Free what an order, or one line of it, holds."""
        kept = []
        for peg in self.by_order.pop(order_id, []):
            if line_no is not None and peg.line_no != line_no:
                kept.append(peg)
            elif peg.source is not Source.BUY:
                self._pegged[peg.item_id, peg.receipt_id] -= peg.quantity
        if kept:
            self.by_order[order_id] = kept

    def overdrawn(self) -> list[str]:
        """Supplies that hold less than is pegged to them."""
        return _overdrawn(self._supply, self._pegged)

    def overdrawn_by(self, plant: Plant, items: Set[str], repegged: Repegged) -> list[str]:
        """What would be overdrawn after `resupply`."""
        keys = ((item, receipt) for item in items for receipt in self._supplies.get(item, ()))
        pegged = {key: self._pegged[key] for key in keys}
        for order_id, pegs in repegged.items():
            for sign, rows in ((-1, self.by_order.get(order_id, ())), (1, pegs)):
                for peg in rows:
                    key = (peg.item_id, peg.receipt_id)
                    if peg.source is not Source.BUY:
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
