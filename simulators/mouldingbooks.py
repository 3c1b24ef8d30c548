"""Generated books of a moulding plant: moulds, colours, one setter crew, and orders that come in over time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from domain.calendars import Calendar, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import (
    ANY_GROUP,
    ChangeoverClass,
    ChangeoverPart,
    ChangeoverRow,
    Combine,
    Mould,
    Resource,
    ResourceKind,
)

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""
CUSTOMER = "customer"
SIZES = (50, 100, 130)
"""Clamping forces of the machines, tons: a mould fits its own size and the next larger one."""
COLOURS = ("natural", "white", "yellow", "red", "blue", "grey", "black")
"""From light to dark: a change to a lighter one takes three times as long."""
LIGHTER, DARKER = timedelta(minutes=60), timedelta(minutes=20)
MOUNT, DISMOUNT = timedelta(minutes=40), timedelta(minutes=20)
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class MouldingBook:
    """A plant, and its orders with the times at which they come in, by that time."""

    plant: Plant
    arrivals: tuple[tuple[datetime, Order], ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a book is made from. `load` is the share of the machines' time that runs and changeovers fill, about."""

    orders: int = 500
    seed: int = 1
    machines: int = 12
    moulds: int = 48
    load: float = 1.0
    mean_run: timedelta = timedelta(hours=5)
    lead_days: tuple[float, float] = (2.0, 9.0)


def generate(recipe: Recipe) -> MouldingBook:
    """The book of a recipe: the same one every time.

    Each mould makes an item in two to four colours; some items are ordered four times as often as others. A third of
    the items cools for two hours and is packed by a crew of two by day.
    """
    chance = random.Random(recipe.seed)
    plant, items = _plant(recipe, chance)
    weights = [chance.uniform(1, 4) for _ in items]
    changeover = MOUNT + DISMOUNT + (LIGHTER + DARKER) / 2
    # About half of the orders are made right after one with the same mould.
    work = recipe.orders * (recipe.mean_run + changeover / 2)
    span = work / recipe.load / recipe.machines * (7 / 6)
    found = []
    for number in range(recipe.orders):
        item = chance.choices(items, weights)[0]
        arrival = START + span * chance.random() * 0.9
        run = recipe.mean_run * min(4.0, chance.lognormvariate(-0.25, 0.7))
        quantity = max(100, 100 * round(run / _piece(plant, item) / 100))
        requested = arrival + timedelta(days=chance.uniform(*recipe.lead_days))
        requested = requested.replace(minute=0, second=0, microsecond=0)
        arrival = arrival.replace(second=0, microsecond=0)
        line = OrderLine(1, item.id, quantity, requested)
        found.append((arrival, Order(f"O{number:05}", CUSTOMER, (line,), priority=chance.choice((1, 2, 3)))))
    return MouldingBook(plant, tuple(sorted(found, key=lambda one: (one[0], one[1].id))))


def _piece(plant: Plant, item: Item) -> timedelta:
    """Machine time a piece."""
    mould = plant.mould_by_id[item.family]
    return mould.cycle / mould.cavities


def _plant(recipe: Recipe, chance: random.Random) -> tuple[Plant, list[Item]]:
    machines = [
        Resource(f"M{m + 1:02}-{SIZES[3 * m // recipe.machines]}", calendar_id="round", changeover_class="press")
        for m in range(recipe.machines)
    ]
    by_size = {size: [r.id for r in machines if r.id.endswith(f"-{size}")] for size in SIZES}
    moulds, items, routings = [], [], []
    for number in range(recipe.moulds):
        place = 3 * number // recipe.moulds
        fits = [name for size in SIZES[place : place + 2] for name in by_size[size]]
        cavities = chance.choice((2, 4, 4, 8))
        mould = Mould(f"D{number + 1:02}", tuple(fits), cavities, timedelta(seconds=chance.randint(18, 45)))
        moulds.append(mould)
        packed = number % 3 == 0
        routings.append(_routing(mould, packed))
        for colour in chance.sample(COLOURS, chance.randint(2, 4)):
            items.append(Item(f"{mould.id}-{colour}", family=mould.id, routing_id=mould.id, colour=colour))
    chance.shuffle(items)
    resources = (
        *machines,
        Resource("setters", ResourceKind.SETTER, calendar_id="round"),
        Resource("table", ResourceKind.LINE, capacity=2, calendar_id="day"),
        Resource("packers", ResourceKind.CREW, capacity=2, calendar_id="day"),
    )
    settings = PlantSettings(
        f"moulding-{recipe.orders}", "UTC", clock=ClockMode.MANUAL, horizon=timedelta(days=365),
    )  # fmt: skip
    plant = Plant(
        settings, (_round(), _day()), resources, moulds=tuple(moulds), changeovers=(_changeovers(),),
        items=tuple(items), routings=tuple(routings),
    )  # fmt: skip
    return plant, items


def _routing(mould: Mould, packed: bool) -> Routing:
    modes = tuple(Mode(f"on-{name}", name, mould_id=mould.id, pause=Pause.SHIFT) for name in mould.fits)
    steps = [RoutingOperation("mould", modes=modes)]
    links = []
    if packed:
        by_hand = Mode("by-hand", "table", crew_id="packers", per_piece=timedelta(seconds=1), pause=Pause.SHIFT)
        steps.append(RoutingOperation("pack", modes=(by_hand,)))
        links.append(RoutingLink("mould", "pack", lag=timedelta(hours=2)))
    return Routing(mould.id, tuple(steps), tuple(links))


def _round() -> Calendar:
    return Calendar("round", (Shift(frozenset(range(6)), time(0), time(0)),))


def _day() -> Calendar:
    return Calendar("day", (Shift(frozenset(range(6)), time(6), time(22)),))


def _changeovers() -> ChangeoverClass:
    rows = [
        ChangeoverRow(ChangeoverPart.MOUNT, ANY_GROUP, ANY_GROUP, MOUNT),
        ChangeoverRow(ChangeoverPart.DISMOUNT, ANY_GROUP, ANY_GROUP, DISMOUNT),
        *(
            ChangeoverRow(ChangeoverPart.COLOUR, old, new, DARKER if i < j else LIGHTER)
            for i, old in enumerate(COLOURS)
            for j, new in enumerate(COLOURS)
            if i != j
        ),
    ]
    return ChangeoverClass("press", "setters", Combine.MAX, tuple(rows))
