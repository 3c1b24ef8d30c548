"""What a way to serve a line costs by the plant's rates: delay, changeovers, overtime."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from domain.options import CostKind, OptionCost
from domain.plant import Plant
from domain.promises import Reservation

DAY_S, HOUR_S = 86_400, 3600


def costs_of(plant: Plant, priority: int, delay: timedelta, work: Sequence[Reservation]) -> tuple[OptionCost, ...]:
    """Delay by the rate of the priority, and changeovers and overtime of the work; only what there is any of.

    What the plant has no rate for is not priced: its `fen` is None.
    """
    rates = {rate.name: rate.fen for rate in plant.cost_rates}
    found = []
    if delay:
        found.append(OptionCost(CostKind.DELAY, delay, 0, price_of(rates.get(f"delay_day_{priority}"), delay, DAY_S)))
    changed = [each for each in work if each.visit_start < each.start]
    if changed:
        lasted = sum((each.start - each.visit_start for each in changed), timedelta())
        rate = rates.get("changeover")
        found.append(
            OptionCost(CostKind.CHANGEOVER, lasted, len(changed), None if rate is None else rate * len(changed))
        )
    overtime = _overtime(plant, work, rates.get("overtime_hour"))
    if overtime is not None:
        found.append(overtime)
    return tuple(found)


def _overtime(plant: Plant, work: Sequence[Reservation], rate: int | None) -> OptionCost | None:
    """The hours of runs in overtime, at the machine's own rate where it has one."""
    total, fen, priced = timedelta(), 0, True
    for each in work:
        lasted = _overtime_in(plant, each)
        if lasted:
            total += lasted
            price = price_of(plant.resource_by_id[each.resource_id].overtime_hour_cost_fen or rate, lasted, HOUR_S)
            priced = priced and price is not None
            fen += price or 0
    return OptionCost(CostKind.OVERTIME, total, 0, fen if priced else None) if total else None


def _overtime_in(plant: Plant, run: Reservation) -> timedelta:
    """How much of a run lies in hours worked in addition."""
    calendar = plant.calendar_by_id[plant.resource_by_id[run.resource_id].calendar_id]
    start_s, end_s = int(run.start.timestamp()), int(run.end.timestamp())
    windows = calendar.overtime(plant.zone)
    return timedelta(seconds=sum(max(0, min(end_s, end) - max(start_s, start)) for start, end in windows))


def price_of(rate: int | None, lasted: timedelta, unit_s: int) -> int | None:
    """Fen for a time at a rate for each `unit_s` seconds, rounded up; None without a rate."""
    return None if rate is None else -(-rate * int(lasted.total_seconds()) // unit_s)
