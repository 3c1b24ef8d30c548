"""The plant as disruptions leave it: what is down, which hours are worked, what comes and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.calendars import Calendar, Downtime, ShiftChange
from domain.checks import ID_MAX
from domain.disruptions import (
    DOWN,
    LOSSES,
    NEVER,
    SHIFTS,
    Disruption,
    DisruptionKind,
    DisruptionState,
    following,
    items_of_supplier,
)  # fmt: skip
from domain.plant import Plant
from domain.supply import OnHand, Receipt, SupplyStop
from domain.trade import CarrierStop
from domain.values import replace


def touched(disruption: Disruption, plant: Plant) -> frozenset[str]:
    """Resources and moulds whose working time it changes, or what else it happened to."""
    if disruption.kind in SHIFTS:
        return frozenset(following(disruption.subject_id, plant))
    return frozenset({disruption.subject_id})


def in_force(plant: Plant, disruptions: Iterable[Disruption]) -> Plant:
    """The plant with these disruptions over what was imported, in their order.

    What happened to something that the plant hasn't any more is left out, and so is what never came.
    """
    came = [disruption for disruption in disruptions if disruption.until > disruption.start]
    plant = supply_in_force(plant, came)
    carriers = tuple(
        CarrierStop(each.id, each.subject_id, each.region, each.start, each.until)
        for each in came
        if each.kind is DisruptionKind.CARRIER_STOPPED
    )
    out: dict[str, int] = {}
    for each in came:
        if each.kind is DisruptionKind.CAVITIES_OUT and each.state is DisruptionState.OPEN:
            out[each.subject_id] = out.get(each.subject_id, 0) + each.quantity
    if carriers or out:
        left = (replace(row, cavities=max(1, row.cavities - out.get(row.id, 0))) for row in plant.moulds)
        plant = replace(plant, carrier_stops=carriers, moulds=tuple(left))
    down: list[Downtime] = []
    shifts: dict[str, list[Disruption]] = {}
    for each in came:
        if each.kind in SHIFTS:
            for name in following(each.subject_id, plant):
                shifts.setdefault(name, []).append(each)
        elif each.kind in DOWN and (each.subject_id in plant.resource_by_id or each.subject_id in plant.mould_by_id):
            reason = f"{each.id}: {each.reason}" if each.reason else each.id
            down.append(Downtime(each.subject_id, each.start, each.until, reason, planned=False))
    if not down and not shifts:
        return plant
    calendars = _Calendars(plant, shifts)
    resources = tuple(replace(row, calendar_id=calendars.of(row.id, row.calendar_id)) for row in plant.resources)
    moulds = tuple(replace(row, calendar_id=calendars.of(row.id, row.calendar_id)) for row in plant.moulds)
    return replace(
        plant, calendars=(*plant.calendars, *calendars.made), resources=resources, moulds=moulds,
        downtimes=(*plant.downtimes, *down),
    )  # fmt: skip


def supply_in_force(plant: Plant, disruptions: Iterable[Disruption]) -> Plant:
    """The plant with stock and receipts as these disruptions leave them. The same plant if they leave them alone."""
    found = [each for each in disruptions if each.until > each.start]
    late = [each for each in found if each.kind is DisruptionKind.MATERIAL_LATE]
    lost = [each for each in found if each.kind in LOSSES and each.state is DisruptionState.OPEN]
    stops = tuple(
        SupplyStop(item_id, each.start, each.until)
        for each in found
        if each.kind is DisruptionKind.SUPPLIER_STOPPED
        for item_id in items_of_supplier(each.subject_id, plant)
    )
    receipts = _postponed(plant.receipts, late) if late else plant.receipts
    if stops:
        receipts = tuple(_after_stops(receipt, stops) for receipt in receipts)
    on_hand = plant.on_hand
    if lost:
        known = {receipt.id for receipt in plant.receipts}
        on_hand = _rejected(on_hand, [each for each in lost if each.subject_id not in known])
        receipts = _shortened(receipts, lost, plant)
    if receipts is plant.receipts and on_hand is plant.on_hand and not stops:
        return plant
    return plant.with_supply(on_hand, receipts, stops=stops)


def _after_stops(receipt: Receipt, stops: Sequence[SupplyStop]) -> Receipt:
    """A receipt that was to come while its supplier stands still comes when that is over."""
    for stop in sorted(stops, key=lambda stop: stop.start):
        if stop.item_id == receipt.item_id and stop.start <= receipt.time < stop.end:
            receipt = replace(receipt, time=stop.end)
    return receipt


def _postponed(receipts: tuple[Receipt, ...], late: Iterable[Disruption]) -> tuple[Receipt, ...]:
    """Receipts no earlier than what makes them late ends."""
    until: dict[str, datetime] = {}
    for each in late:
        until[each.subject_id] = max(each.until, until.get(each.subject_id, each.until))
    if not any(receipt.id in until and receipt.time < until[receipt.id] for receipt in receipts):
        return receipts
    return tuple(replace(row, time=max(row.time, until.get(row.id, row.time))) for row in receipts)


def _rejected(on_hand: tuple[OnHand, ...], lost: Sequence[Disruption]) -> tuple[OnHand, ...]:
    """Stock without what was lost of it."""
    left = {row.item_id: row for row in on_hand}
    for each in lost:
        row = left.get(each.subject_id)
        if row is not None:
            left[row.item_id] = replace(row, quantity=max(0, row.quantity - each.quantity))
    return tuple(left.values()) if lost else on_hand


def _shortened(receipts: tuple[Receipt, ...], lost: Iterable[Disruption], plant: Plant) -> tuple[Receipt, ...]:
    """Receipts without what is lost of them, and with what is to come for it and for what is lost of the stock."""
    left: dict[str, Receipt | None] = {row.id: row for row in receipts}
    more: list[Receipt] = []
    items = {row.id: row.item_id for row in receipts}
    for each in lost:
        item_id = items.get(each.subject_id, each.subject_id)
        row = left.get(each.subject_id)
        if row is not None:
            rest = row.quantity - each.quantity
            left[row.id] = replace(row, quantity=rest) if rest > 0 else None
        if each.until < NEVER and item_id in plant.item_by_id:
            more.append(Receipt(f"~{each.id}"[:ID_MAX], item_id, each.quantity, each.until))
    return (*(row for row in left.values() if row is not None), *more)


def items_of(before: Plant, after: Plant) -> frozenset[str]:
    """Items of which stock, receipts or the times of suppliers are others than before."""
    found: set[str] = set()
    if before.supply_stops != after.supply_stops:
        found |= {row.item_id for row in {*before.supply_stops} ^ {*after.supply_stops}}
    if before.receipts is not after.receipts:
        found |= {row.item_id for row in {*before.receipts} ^ {*after.receipts}}
    if before.on_hand is not after.on_hand:
        found |= {row.item_id for row in {*before.on_hand} ^ {*after.on_hand}}
    return frozenset(found)


class _Calendars:
    """Calendars with changed shifts: one for all that had the same one and have the same changes.

    New ones and not the old ones changed: carriers may go by the same calendar, and they drive as ever.
    """

    def __init__(self, plant: Plant, shifts: dict[str, list[Disruption]]) -> None:
        self._plant = plant
        self._shifts = shifts
        self._names: dict[tuple[str, ...], str] = {}
        self.made: list[Calendar] = []

    def of(self, name: str, calendar_id: str) -> str:
        """The calendar that a resource or mould works by."""
        shifts = self._shifts.get(name)
        if not shifts:
            return calendar_id
        key = (calendar_id, *(each.id for each in shifts))
        if key not in self._names:
            number = len(self.made) + 1
            while f"~{number}" in self._plant.calendar_by_id:
                number += 1_000_000
            self._names[key] = f"~{number}"
            changes = (
                ShiftChange(each.start, each.until, worked=each.kind is DisruptionKind.SHIFT_ADDED) for each in shifts
            )
            standing = self._plant.calendar_by_id[calendar_id]
            self.made.append(replace(standing, id=f"~{number}", changes=(*standing.changes, *changes)))
        return self._names[key]
