"""What the floors of factories are put together from: calendars, steps in a row, deliveries, and the load of it all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from domain.calendars import Calendar, Holidays, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation, Sourcing
from domain.plant import Plant
from domain.supply import OnHand, Receipt
from simulators.chance import Chance, Spread
from simulators.demand_profile import DemandProfile, Product

NOTHING = timedelta(0)


def calendar(name: str, hours: Sequence[tuple[int, int]], days: int = 6) -> Calendar:
    """Shifts from Monday on for `days` days, from hour to hour (24: midnight), with the holidays of mainland China."""
    shifts = tuple(Shift(frozenset(range(days)), time(start), time(end % 24)) for start, end in hours)
    return Calendar(name, shifts, holidays=Holidays.CN)


@dataclass(frozen=True, slots=True)
class Step:
    """An operation on any one of some resources, `wait` after the one before it; without resources a lag of `wait`."""

    name: str
    resources: tuple[str, ...] = ()
    each: timedelta = NOTHING
    fixed: timedelta = NOTHING
    wait: timedelta = NOTHING
    mould: str = ""
    crew: str = ""


def in_a_row(name: str, steps: Sequence[Step]) -> Routing:
    """A routing of steps one after the other; runs pause over the end of a shift."""
    operations = tuple(
        RoutingOperation(step.name, modes=_modes(step), lag=NOTHING if step.resources else step.wait) for step in steps
    )
    links = tuple(
        RoutingLink(before.name, after.name, lag=after.wait if after.resources else NOTHING)
        for before, after in pairwise(steps)
    )
    return Routing(name, operations, links)


def _modes(step: Step) -> tuple[Mode, ...]:
    return tuple(
        Mode(
            f"{step.name}-{resource}", resource, mould_id=step.mould, crew_id=step.crew, fixed=step.fixed,
            per_piece=NOTHING if step.mould else step.each, pause=Pause.SHIFT,
        )
        for resource in step.resources
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Buying:
    """How a material comes: for `days_on_hand` at the opening, then every `every_days`, with `slack_percent` to spare.

    Deliveries of `weeks` weeks are ordered; more can be bought in `lead`.
    """

    days_on_hand: int
    every_days: int
    lead: timedelta
    slack_percent: int = 8
    weeks: int = 8
    confidence_percent: int = 90


def delivered(
    daily: Mapping[str, int], buying: Buying, opening: datetime, chance: Chance
) -> tuple[tuple[OnHand, ...], tuple[Receipt, ...]]:
    """Stock and receipts of what is used daily, by item; each supplier has days of its own."""
    stock, receipts = [], []
    for name, use in sorted(daily.items()):
        stock.append(OnHand(name, max(1, use * buying.days_on_hand), opening))
        at = opening + timedelta(days=chance.between(1, buying.every_days), hours=chance.between(0, 8))
        number, last = 0, opening + timedelta(weeks=buying.weeks)
        while at < last:
            number += 1
            quantity = max(1, use * buying.every_days * (100 + buying.slack_percent) // 100)
            receipts.append(Receipt(f"R{number}-{name}", name, quantity, at, buying.confidence_percent))
            at += timedelta(days=buying.every_days)
    return tuple(stock), tuple(receipts)


def material(name: str, unit: str, cost_fen: int, lead: timedelta, family: str = "material") -> Item:
    """What is bought to be made into something."""
    return Item(name, family=family, sourcing=Sourcing.BUY, unit=unit, buy_lead=lead, cost_fen=cost_fen)


def daily_lines(products: Sequence[Product], orders_milli: int, week: Sequence[int], lines: Spread) -> dict[str, float]:
    """Order lines of each item on the mean day of a week, without peaks, bursts and duplicates."""
    all_lines = orders_milli / 1000 * sum(week) / 7000 * lines.mean
    total = sum(product.weight for product in products)
    return {product.item_id: all_lines * product.weight / total for product in products}


def daily_pieces(products: Sequence[Product], lines: Mapping[str, float]) -> dict[str, float]:
    """Pieces of each item in so many lines."""
    return {product.item_id: lines[product.item_id] * product.quantity.mean for product in products}


def load(plant: Plant, demand: DemandProfile, week: date) -> dict[str, float]:
    """Share of the working time of the week from `week` on that ordinary demand fills, by work centre or resource.

    Runs alone, without changeovers. An operation counts to equal parts for all that can do it.
    """
    lines = daily_lines(demand.products, demand.orders_milli, demand.week, demand.lines)
    daily = daily_pieces(demand.products, lines)
    busy: dict[str, float] = defaultdict(float)
    for item in plant.items:
        if item.sourcing is not Sourcing.MAKE or item.id not in daily:
            continue
        for operation in plant.routing_by_id[item.routing_id].operations:
            for mode in operation.modes:
                seconds = lines[item.id] * mode.fixed.total_seconds() + daily[item.id] * _piece_s(plant, mode)
                busy[mode.resource_id] += seconds / len(operation.modes)
                if mode.crew_id:
                    busy[mode.crew_id] += seconds / len(operation.modes)
    return _shares(plant, busy, week)


def _piece_s(plant: Plant, mode: Mode) -> float:
    """Seconds for a good piece."""
    if not mode.mould_id:
        return mode.per_piece.total_seconds() / float(mode.yield_rate)
    mould = plant.mould_by_id[mode.mould_id]
    return mould.cycle.total_seconds() / mould.cavities / float(mode.yield_rate)


def _shares(plant: Plant, busy: Mapping[str, float], week: date) -> dict[str, float]:
    needed: dict[str, float] = defaultdict(float)
    there: dict[str, float] = defaultdict(float)
    for resource in plant.resources:
        windows = plant.calendar_by_id[resource.calendar_id].windows(plant.zone, week, week + timedelta(days=6))
        centre = resource.work_centre or resource.id
        needed[centre] += 7 * busy.get(resource.id, 0.0)
        there[centre] += resource.capacity * sum(end - start for start, end in windows)
    return {centre: needed[centre] / there[centre] for centre in there if needed[centre]}


def worth(products: Sequence[Product], pieces: Mapping[str, float]) -> int:
    """What so many pieces are sold for, in fen."""
    return int(sum(pieces[product.item_id] * product.price_fen for product in products))


def shuffled(weights: Sequence[int], chance: Chance) -> list[int]:
    """The same weights in another order."""
    found = list(weights)
    for place in range(len(found) - 1, 0, -1):
        other = chance.below(place + 1)
        found[place], found[other] = found[other], found[place]
    return found
