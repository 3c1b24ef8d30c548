"""The baseline: every order gets the first free slot on a machine and a mould, and no slot ever moves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import ceil

from domain.checks import from_unix, to_unix_up
from domain.items import Item, Mode, Pause
from domain.orders import Order
from domain.plant import Plant
from domain.resources import ChangeoverPart, Resource


@dataclass(slots=True)
class Slot:
    """A run with the changeover before it, in seconds of working time: `[setup, end)` with the run from `start`."""

    mould_id: str
    colour: str
    material: str
    setup: int
    start: int
    end: int


class FixedSlots:
    """A plan as a spreadsheet keeps it: orders in the order received, earliest start, no shifting, nobody to wait for.

    Changeovers take the plant's minutes, always the sum of their parts, begin when the mould is free, and need nobody:
    a simpler world than the planner's. The plant must work by one calendar, pause over off-shift time, and have no
    downtimes, crews, stock or steps after the moulding. Raises ValueError for another.
    """

    def __init__(self, plant: Plant, begin: datetime) -> None:
        self._plant = plant
        self._check()
        first = begin.date() - timedelta(days=3)
        last = begin.date() + plant.settings.horizon
        windows = plant.calendars[0].windows(plant.zone, first, last)
        self._starts = [start for start, _ in windows]
        self._ends = [end for _, end in windows]
        self._worked = list(accumulate((end - start for start, end in windows), initial=0))
        self._machines: dict[str, list[Slot]] = {}
        self._moulds: dict[str, list[Slot]] = {}
        self.clear()

    def clear(self) -> None:
        """Take everything out of the plan."""
        self._moulds = {mould.id: [] for mould in self._plant.moulds}
        mounted = {mould.mounted_on: mould.id for mould in self._plant.moulds}
        for resource in self._plant.resources:
            free = 0 if resource.available_from is None else self._working(to_unix_up(resource.available_from))
            state = Slot(mounted.get(resource.id, ""), resource.colour, resource.material, 0, 0, free)
            self._machines[resource.id] = [state]

    def promise(self, order: Order, now: datetime) -> datetime:
        """Give the order of one line its slot, and return when it ends. Raises ValueError beyond the horizon."""
        (line,) = order.lines
        item = self._plant.item_by_id[line.item_id]
        (operation,) = self._plant.routing_by_id[item.routing_id].operations
        ready = self._working(to_unix_up(now))
        found = [self._first(mode, item, line.quantity, ready) for mode in operation.modes]
        _, place, machine, slot = min(
            ((slot.end, place, machine, slot) for place, machine, slot in found), key=lambda one: one[0]
        )
        self._take(machine, place, slot)
        return from_unix(self._time(slot.end))

    def _first(self, mode: Mode, item: Item, quantity: int, ready: int) -> tuple[int, str, Slot]:
        """The first gap of a machine that takes the run, as the place of its slot there."""
        mould = self._plant.mould_by_id[mode.mould_id]
        shots = mode.shots(item.lot(quantity), mould.cavities)
        run = ceil((mode.fixed + shots * mould.cycle).total_seconds())
        slots = self._machines[mode.resource_id]
        machine = self._plant.resource_by_id[mode.resource_id]
        for place, before in enumerate(slots, start=1):
            slot = Slot(mould.id, item.colour, item.material, 0, 0, 0)
            setup = self._changeover(machine, before, slot)
            slot.setup = self._mould_free(mould.id, max(before.end, ready), setup + run)
            slot.start = slot.setup + setup
            slot.end = slot.start + run
            if place == len(slots) or self._fits(machine, slot, slots[place]):
                return place, machine.id, slot
        raise AssertionError("the last gap is endless")

    def _mould_free(self, mould_id: str, start: int, duration: int) -> int:
        for other in self._moulds[mould_id]:
            if start < other.end and other.setup < start + duration:
                start = other.end
        return start

    def _fits(self, machine: Resource, slot: Slot, after: Slot) -> bool:
        """Whether the changeover that the next slot then needs fits before its run, and has its mould by then."""
        setup = after.start - self._changeover(machine, slot, after)
        others = (other.end for other in self._moulds[after.mould_id] if other.end <= after.start)
        return max((slot.end, *others)) <= setup

    def _take(self, machine_id: str, place: int, slot: Slot) -> None:
        slots = self._machines[machine_id]
        slots.insert(place, slot)
        if place + 1 < len(slots):
            after = slots[place + 1]
            after.setup = after.start - self._changeover(self._plant.resource_by_id[machine_id], slot, after)
        moulds = self._moulds[slot.mould_id]
        moulds.append(slot)
        moulds.sort(key=lambda one: one.start)

    def _changeover(self, machine: Resource, before: Slot, after: Slot) -> int:
        matrix = self._plant.changeover_by_id[machine.changeover_class]
        parts = []
        if before.mould_id != after.mould_id:
            if before.mould_id:
                parts.append(matrix.duration(ChangeoverPart.DISMOUNT, before.mould_id, ""))
            parts.append(matrix.duration(ChangeoverPart.MOUNT, "", after.mould_id))
        if before.colour and after.colour:
            parts.append(matrix.duration(ChangeoverPart.COLOUR, before.colour, after.colour))
        if before.material and after.material:
            parts.append(matrix.duration(ChangeoverPart.MATERIAL, before.material, after.material))
        return int(sum(part.total_seconds() for part in parts))

    def _working(self, time_s: int) -> int:
        """Seconds worked before a time."""
        window = bisect_right(self._starts, time_s) - 1
        if window < 0:
            return 0
        return self._worked[window] + min(time_s, self._ends[window]) - self._starts[window]

    def _time(self, worked: int) -> int:
        """The first time by which so many seconds are worked."""
        window = bisect_right(self._worked, worked - 1) - 1
        if window >= len(self._starts):
            raise ValueError("the order can't be placed within the planning horizon")
        return self._starts[window] + worked - self._worked[window]

    def _check(self) -> None:
        plant = self._plant
        modes = [mode for routing in plant.routings for step in routing.operations for mode in step.modes]
        machines = [plant.resource_by_id[mode.resource_id] for mode in modes]
        simple = (
            len(plant.calendars) == 1
            and not (plant.downtimes or plant.on_hand or plant.receipts)
            and all(len(routing.operations) == 1 for routing in plant.routings)
            and all(mode.mould_id and not mode.crew_id and mode.pause is Pause.SHIFT for mode in modes)
            and all(machine.capacity == 1 and machine.changeover_class for machine in machines)
        )
        if not simple:
            raise ValueError("fixed slots are for plants of one calendar, machines and moulds, no more")


def late(plant: Plant, arrivals: Iterable[tuple[datetime, Order]]) -> list[str]:
    """Ids of the orders of one line that fixed slots promise later than asked for; arrivals in order of time."""
    slots: FixedSlots | None = None
    found = []
    for now, order in arrivals:
        slots = slots or FixedSlots(plant, now.astimezone(UTC))
        if slots.promise(order, now) > order.lines[0].requested_time:
            found.append(order.id)
    return found
