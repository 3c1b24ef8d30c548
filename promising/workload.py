"""What lines take of a plant: working time of a resource or work centre, pieces of an item."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from domain.items import Item, Mode
from domain.plant import Plant
from domain.promises import LinePromise, Source, Tier
from promising.load import load_hours

_SECOND = timedelta(seconds=1)
_STORED = frozenset({Source.STOCK, Source.RECEIPT, Source.SURPLUS})


class Workload:
    """Of one plant."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._times: dict[tuple[str, str], list[list[Mode]]] = {}

    def day(self, at: datetime) -> date:
        """The day of the plant's zone."""
        return at.astimezone(self.plant.zone).date()

    def seconds(self, resource_id: str, line: LinePromise) -> int:
        """Working time on a resource or work centre of all that is made for a line."""
        made = ((self.plant.item_by_id.get(item_id), quantity) for item_id, quantity in _made(line))
        return sum(self._seconds(resource_id, item, quantity) for item, quantity in made if item is not None)

    def working(self, resource_id: str, start: date, days: int) -> int:
        """Working time that a resource or work centre has from a day on, in seconds summed over its units."""
        first, end = (datetime.combine(day, time(), self.plant.zone) for day in (start, start + timedelta(days=days)))
        return load_hours(self.plant, first, end, sorted(self._there(resource_id)))

    def _there(self, resource_id: str) -> set[str]:
        return {each.id for each in self.plant.resources if resource_id in (each.id, each.work_centre)}

    def _seconds(self, resource_id: str, item: Item, quantity: int) -> int:
        """Working time of a lot there. Of the ways to do a step that lead there the longest counts.

        Which of them is taken may change until the step begins.
        """
        lot = item.lot(quantity)
        return sum(max(self._run_s(mode, lot) for mode in modes) for modes in self._steps(item.routing_id, resource_id))

    def _steps(self, routing_id: str, resource_id: str) -> list[list[Mode]]:
        """The modes on a resource or work centre, of each step that has any."""
        found = self._times.get((routing_id, resource_id))
        if found is None:
            centre = self._there(resource_id)
            routing = self.plant.routing_by_id.get(routing_id)
            steps = () if routing is None else routing.operations
            there = ([m for m in step.modes if m.resource_id in centre or m.crew_id in centre] for step in steps)
            found = self._times[routing_id, resource_id] = [modes for modes in there if modes]
        return found

    def _run_s(self, mode: Mode, lot: int) -> int:
        if mode.mould_id:
            mould = self.plant.mould_by_id[mode.mould_id]
            time = mode.fixed + mode.shots(lot, mould.cavities) * mould.cycle
        else:
            time = mode.fixed + mode.pieces(lot) * mode.per_piece
        return -(-time // _SECOND)


def delivered(line: LinePromise, item_id: str) -> int:
    """Pieces of an item that are delivered with a line."""
    known = line.delivered_item_id or line.item_id
    return (line.delivered_quantity or line.quantity) if known == item_id else 0


def from_store(line: LinePromise, item_id: str) -> int:
    """Pieces of an item that a line takes of stock and receipts, as it is or as what goes into it."""
    if not line.kit:
        return delivered(line, item_id) if line.tier is Tier.STOCK else 0
    return sum(part.quantity for part in line.kit if part.item_id == item_id and part.source in _STORED)


def _made(line: LinePromise) -> Iterable[tuple[str, int]]:
    """Items and quantities that are made for a line."""
    if line.tier is Tier.STOCK:
        return ()
    if line.kit:
        return ((part.item_id, part.quantity) for part in line.kit if part.source is Source.MAKE)
    return ((line.delivered_item_id or line.item_id, line.delivered_quantity or line.quantity),)


def in_words(amount: int, *, hours: bool) -> str:
    """Pieces, or seconds as hours to a hundredth."""
    return f"{amount / 3600:.2f}".rstrip("0").rstrip(".") if hours else str(amount)
