"""What lines take of a plant: working time of a resource or work centre, pieces of an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from domain.items import Mode
from domain.plant import Plant
from domain.promises import LinePromise, Source, Tier
from promising.load import load_hours

KNOWN_MAX = 10_000
"""Lots of which the time is remembered."""
_SECOND = timedelta(seconds=1)
_STORED = frozenset({Source.STOCK, Source.RECEIPT, Source.SURPLUS})


class Workload:
    """Of one plant."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._known: dict[tuple[str, int], Mapping[str, int]] = {}

    def day(self, at: datetime) -> date:
        """The day of the plant's zone."""
        return at.astimezone(self.plant.zone).date()

    def seconds(self, line: LinePromise) -> Mapping[str, int]:
        """Working time of all that is made for a line, by resource and by work centre."""
        made = [self._seconds(item_id, quantity) for item_id, quantity in _made(line)]
        if len(made) == 1:
            return made[0]
        total: dict[str, int] = {}
        for each in made:
            for name, seconds in each.items():
                total[name] = total.get(name, 0) + seconds
        return total

    def working(self, resource_id: str, start: date, days: int) -> int:
        """Working time that a resource or work centre has from a day on, in seconds summed over its units."""
        first, end = (datetime.combine(day, time(), self.plant.zone) for day in (start, start + timedelta(days=days)))
        return load_hours(self.plant, first, end, sorted(self._there(resource_id)))

    def _there(self, resource_id: str) -> set[str]:
        return {each.id for each in self.plant.resources if resource_id in (each.id, each.work_centre)}

    def _seconds(self, item_id: str, quantity: int) -> Mapping[str, int]:
        """Working time of a lot, by place. Of the ways to do a step there the longest counts.

        Which of them is taken may change until the step begins.
        """
        found = self._known.get((item_id, quantity))
        if found is None:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            found = self._known[item_id, quantity] = self._worked_out(item_id, quantity)
        return found

    def _worked_out(self, item_id: str, quantity: int) -> Mapping[str, int]:
        item = self.plant.item_by_id.get(item_id)
        routing = None if item is None else self.plant.routing_by_id.get(item.routing_id)
        total: dict[str, int] = {}
        if item is None or routing is None:
            return total
        lot = item.lot(quantity)
        for step in routing.operations:
            longest: dict[str, int] = {}
            for mode in step.modes:
                seconds = self._run_s(mode, lot)
                for name in {*self._places(mode.resource_id), *self._places(mode.crew_id)}:
                    longest[name] = max(seconds, longest.get(name, 0))
            for name, seconds in longest.items():
                total[name] = total.get(name, 0) + seconds
        return total

    def _places(self, resource_id: str) -> tuple[str, ...]:
        """A resource and the work centre that it is in."""
        resource = self.plant.resource_by_id.get(resource_id)
        return () if resource is None else tuple(filter(None, (resource.id, resource.work_centre)))

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
