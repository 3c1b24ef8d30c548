"""What lies in the store of a running plant and what suppliers bring: on time, late, or less than was ordered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.checks import to_unix_up
from domain.plant import Plant
from simulators.disturbances import Draws

REST_LEAST_S = 3600
"""The rest of a short delivery comes an hour later at the earliest."""
Line = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What comes of a receipt in fact: `parts` are times (Unix seconds) and pieces, together what was ordered."""

    receipt_id: str
    item_id: str
    planned_s: int
    parts: tuple[tuple[int, int], ...]

    @property
    def late(self) -> bool:
        """Whether nothing is there at the planned time."""
        return self.parts[0][0] > self.planned_s


def delivery(draws: Draws, receipt_id: str, item_id: str, quantity: int, planned_s: int) -> Delivery:
    """What comes of a receipt, drawn by its id: its first part, and what was missing from it later."""
    late_s, missing = draws.receipt_late_s(receipt_id), draws.receipt_missing(quantity, receipt_id)
    first_s = planned_s + late_s
    if not missing:
        return Delivery(receipt_id, item_id, planned_s, ((first_s, quantity),))
    rest_s = first_s + max(REST_LEAST_S, draws.receipt_rest_s(receipt_id))
    return Delivery(receipt_id, item_id, planned_s, ((first_s, quantity - missing), (rest_s, missing)))


def deliveries(plant: Plant, draws: Draws, begin_s: int) -> Iterator[Delivery]:
    """What comes of the receipts that a plant expects; what was to come before the beginning is expected then."""
    for receipt in plant.receipts:
        planned_s = max(begin_s, to_unix_up(receipt.time))
        yield delivery(draws, receipt.id, receipt.item_id, receipt.quantity, planned_s)


@dataclass(frozen=True, slots=True)
class Need:
    """A quantity that goes into what is made for a line, or (`into` the item itself) to the customer as it is.

    `receipt_id` is the receipt that it is to come from; empty: it lies in stock. `stands_for` is the component of the
    bill of material that it stands in for; empty: it is what that says.
    """

    into: str
    item_id: str
    quantity: int
    receipt_id: str = ""
    stands_for: str = ""


class Materials:
    """The store: whoever needs something takes it when it is there, and after what he waits for has come.

    Scrap takes no material beyond what was planned, and what a lot makes beyond its need is not counted.
    """

    def __init__(self, plant: Plant, coming: Iterable[Delivery]) -> None:
        self.coming = {each.receipt_id: each for each in coming}
        """All deliveries, those that came included."""
        self._stock: dict[str, int] = {}
        for row in plant.on_hand:
            self._stock[row.item_id] = self._stock.get(row.item_id, 0) + row.quantity
        self._came: set[str] = set()
        self._needs: dict[tuple[Line, str], list[Need]] = {}

    def allot(self, line: Line, needs: Iterable[Need]) -> None:
        """Hear what is reserved for a line."""
        for need in needs:
            self._needs.setdefault((line, need.into), []).append(need)

    def came(self, receipt_id: str, quantity: int) -> None:
        """Put what a supplier brought into the store."""
        item_id = self.coming[receipt_id].item_id
        self._stock[item_id] = self._stock.get(item_id, 0) + quantity
        self._came.add(receipt_id)

    def take(self, line: Line, into: str, components: Iterable[str] | None = None) -> bool:
        """Take what goes into an item of a line, all or nothing; False: it must wait.

        `components` are those of the bill of material that are meant (None: all). What was taken is needed no more.
        """
        waiting = self._needs.get((line, into), [])
        named = None if components is None else set(components)
        meant = [need for need in waiting if named is None or (need.stands_for or need.item_id) in named]
        wanted: dict[str, int] = {}
        for need in meant:
            wanted[need.item_id] = wanted.get(need.item_id, 0) + need.quantity
        known = all(not need.receipt_id or need.receipt_id in self._came for need in meant)
        if not known or any(self._stock.get(item, 0) < quantity for item, quantity in wanted.items()):
            return False
        for item, quantity in wanted.items():
            self._stock[item] -= quantity
        if meant:
            self._needs[line, into] = [need for need in waiting if need not in meant]
        return True
