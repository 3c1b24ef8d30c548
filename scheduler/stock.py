"""Stock and receipts over time: what is free, and pegging it to order lines and to the lots made for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import NamedTuple

from domain.checks import to_unix_up
from domain.plant import Plant
from domain.promises import MaterialReservation, Source
from domain.values import replace
from scheduler.arrays import INF

Repegged = Mapping[str, Sequence[MaterialReservation]]
"""Orders that are to hold other material, and what they are to hold."""
Taken = Mapping[str, int]
"""How much of surpluses is stock now, by what they go by."""
NONE_TAKEN: Taken = {}
HIGHEST = 1
"""The priority that may use safety stock."""


class Kept(NamedTuple):
    """Of what is there by a time so many pieces are kept for priority 1 to `priority`."""

    priority: int
    until_s: int
    pieces: int


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
        self._surplus: dict[str, dict[str, tuple[int, int]]] = {}
        """By item what lots make beyond their need: by what it goes by the time when it is there, and the quantity."""
        self._trial: list[tuple[tuple[str, str], int]] = []
        self.by_order: dict[str, list[MaterialReservation]] = {}
        self.kept: Mapping[str, Sequence[Kept]] = {}
        """What is kept of items for the highest priorities."""

    def copy(self) -> Stock:
        """The same, to be changed apart; the plant's supply is shared until one of the two changes it."""
        made = Stock.__new__(Stock)
        made._safety, made._supply, made._pegged = self._safety, dict(self._supply), dict(self._pegged)
        made._supplies = {item: set(names) for item, names in self._supplies.items()}
        made._surplus = {item: dict(known) for item, known in self._surplus.items()}
        made._trial, made.kept = [], self.kept
        made.by_order = {order_id: list(pegs) for order_id, pegs in self.by_order.items()}
        return made

    def knows(self, item_id: str) -> bool:
        """Whether there is, or will be, any of an item."""
        return item_id in self._supply

    def surplus(self, item_id: str, name: str, at_s: int, quantity: int) -> None:
        """Add a surplus, or to one that is known (below 0: take from it, and leave its time)."""
        known = self._surplus.setdefault(item_id, {})
        there_s, there = known.pop(name, (at_s, 0))
        if there + quantity > 0:
            known[name] = (there_s, there + quantity)
        rows = [row for row in self._supply.pop(item_id, ()) if row[1] != name]
        if rows or name in known:
            self._supply[item_id] = sorted([*rows, *_rows(known, (name,))])

    def surpluses(self) -> Iterator[tuple[str, str, int, int]]:
        """All surpluses: item, what it goes by, when it is there (Unix seconds), quantity."""
        return (
            (item_id, name, at_s, quantity)
            for item_id, known in self._surplus.items()
            for name, (at_s, quantity) in known.items()
        )

    def time(self, peg: MaterialReservation) -> int | None:
        """When a receipt or surplus that something is pegged to is there, Unix seconds; None for other sources."""
        if not peg.receipt_id:
            return None
        return next((at_s for at_s, name, _ in self._supply.get(peg.item_id, ()) if name == peg.receipt_id), None)

    def there(self, item_id: str, receipt_id: str) -> int:
        """How much is on hand (`receipt_id` empty), or of a receipt or surplus, reserved or not."""
        return sum(quantity for _, name, quantity in self._supply.get(item_id, ()) if name == receipt_id)

    def find(self, item_id: str, need: int, priority: int, now_s: int) -> tuple[int, list[Find]]:
        """When the whole quantity is there, and from what; INF and nothing if it never is."""
        found = self.by(item_id, need, priority, now_s, INF)
        if sum(row.quantity for row in found) < need:
            return INF, []
        return max((row.at_s for row in found), default=now_s), found

    def by(self, item_id: str, need: int, priority: int, now_s: int, until_s: int) -> list[Find]:
        """What there is of the quantity by `until_s`, the earliest first.

        Safety stock is held back from all but the highest priority, and what is kept for some from all others.
        """
        rows = self._supply.get(item_id)
        if not rows:
            return []
        reserve = 0 if priority == HIGHEST else self._safety[item_id]
        kept_for = self.kept.get(item_id)
        bounds = self._bounds(item_id, priority, kept_for) if kept_for else []
        found = []
        for at_s, receipt_id, quantity in rows:
            if need <= 0 or at_s > until_s:
                break
            free = quantity - self._pegged.get((item_id, receipt_id), 0)
            kept = min(max(free, 0), reserve)
            reserve -= kept
            used = min(free - kept, need)
            if bounds:
                used = min([used, *(left for end_s, left in bounds if at_s <= end_s)])
                bounds = [(end_s, left - max(0, used) if at_s <= end_s else left) for end_s, left in bounds]
            if used > 0:
                found.append(Find(receipt_id, used, max(at_s, now_s)))
                need -= used
        return found

    def _bounds(self, item_id: str, priority: int, kept_for: Sequence[Kept]) -> list[tuple[int, int]]:
        """How much a priority may take in all of what is there by some times (Unix seconds)."""
        bounds = []
        for kept in kept_for:
            if priority > kept.priority:
                rows = (row for row in self._supply[item_id] if row[0] <= kept.until_s)
                free = sum(max(0, quantity - self._pegged.get((item_id, name), 0)) for _, name, quantity in rows)
                free -= self._safety[item_id] if kept.priority > HIGHEST else 0
                bounds.append((kept.until_s, max(0, free - kept.pieces)))
        return bounds

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

    def overdrawn_by(self, plant: Plant, items: Set[str], repegged: Repegged, taken: Taken = NONE_TAKEN) -> list[str]:
        """What would be overdrawn after `resupply`, and after `taken` of surpluses is stock."""
        keys = ((item, receipt) for item in items for receipt in self._supplies.get(item, ()))
        pegged = {key: self._pegged[key] for key in keys}
        for order_id, pegs in repegged.items():
            for sign, rows in ((-1, self.by_order.get(order_id, ())), (1, pegs)):
                for peg in rows:
                    key = (peg.item_id, peg.receipt_id)
                    if peg.source is not Source.BUY:
                        pegged[key] = pegged.get(key, self._pegged.get(key, 0)) + sign * peg.quantity
        supply = self._supplied(plant, items, taken)
        kept = {item: self._supply.get(item, []) for item, _ in pegged if item not in items}
        return _overdrawn(kept | supply, pegged)

    def resupply(self, plant: Plant, items: Set[str], repegged: Repegged) -> set[str]:
        """Take over a plant in which only the supply of `items` differs, and other pegs for some orders.

        The receipts that come at another time than before are returned.
        """
        before = [row for item in items for row in self._supply.pop(item, ())]
        self._supply.update(self._supplied(plant, items, NONE_TAKEN))
        for order_id, pegs in repegged.items():
            self.give(order_id)
            self.take(pegs)
        times = {name: at_s for item in items for at_s, name, _ in self._supply.get(item, ())}
        return {name for at_s, name, _ in before if times.get(name, at_s) != at_s}

    def _supplied(self, plant: Plant, items: Set[str], taken: Taken) -> dict[str, list[tuple[int, str, int]]]:
        """Supplies of some items of a plant, with what is surplus besides."""
        found = _supply(plant, items)
        for item_id in items:
            known = {
                name: (at_s, quantity - taken.get(name, 0))
                for name, (at_s, quantity) in self._surplus.get(item_id, {}).items()
                if quantity > taken.get(name, 0)
            }
            if known:
                found[item_id] = sorted([*found.get(item_id, ()), *_rows(known, known)])
        return found


def _rows(known: Mapping[str, tuple[int, int]], names: Iterable[str]) -> list[tuple[int, str, int]]:
    return [(known[name][0], name, known[name][1]) for name in names if name in known]


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


def as_stock(peg: MaterialReservation) -> MaterialReservation:
    """Reserved material that is on hand now."""
    return replace(peg, receipt_id="", source=Source.STOCK)


def merged(pegs: Iterable[MaterialReservation]) -> list[MaterialReservation]:
    """Pegs of which no two differ in their quantity and time alone: what is there last tells when all is there."""
    found: dict[MaterialReservation, MaterialReservation] = {}
    for peg in pegs:
        key = replace(peg, quantity=0, available_time=None)
        same = found.get(key)
        times = [p.available_time for p in (peg, same) if p is not None and p.available_time is not None]
        quantity = peg.quantity + (same.quantity if same is not None else 0)
        found[key] = replace(peg, quantity=quantity, available_time=max(times, default=None))
    return [peg for peg in found.values() if peg.quantity]
