"""A plant as big as wanted at one density: twenty machines, and idle time after every fifty operations on each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random

from domain.calendars import Calendar, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import Resource
from domain.trade import Customer

START = datetime(2026, 1, 5, tzinfo=UTC)
MACHINES, STEPS = 20, 5
BLOCK = timedelta(days=1)
"""A day takes fifty operations on each machine, and leaves the rest of its sixteen hours idle."""
BLOCK_ORDERS = 50 * MACHINES // STEPS
BLOCK_OPERATIONS = BLOCK_ORDERS * STEPS
STEP_S = (600, 1100)
"""Least and longest time of a step, seconds: fifty fill 74 % of a day in the mean."""
MIXED_BLOCKS = 10
"""Orders of as many days come in mixed."""
CUSTOMERS, CALENDAR = 200, "every-day"


def dense_plant(blocks: int, seed: int) -> Plant:
    """Return the plant, with a horizon that holds so many days of work."""
    random = Random(seed)
    items = [f"item{number:02}" for number in range(MACHINES)]
    shift = Shift(frozenset(range(7)), time(6), time(22))
    return Plant(
        PlantSettings(
            f"dense-{blocks}",
            "UTC",
            clock=ClockMode.MANUAL,
            # Without this limit every order would go to the front, and no time would stay idle before the end.
            earliness_limit=BLOCK,
            horizon=BLOCK * blocks + timedelta(days=60),
        ),
        calendars=(Calendar(CALENDAR, (shift,)),),
        resources=tuple(Resource(_machine(number), calendar_id=CALENDAR) for number in range(MACHINES)),
        items=tuple(Item(item, routing_id=item) for item in items),
        routings=tuple(_routing(item, number, random) for number, item in enumerate(items)),
        customers=tuple(Customer(_customer(number)) for number in range(CUSTOMERS)),
    )


def dense_orders(blocks: int, seed: int) -> Iterator[Order]:
    """Yield the orders of all days as they come in; together they make `blocks` * 1,000 operations."""
    random = Random(seed)
    for first in range(0, blocks, MIXED_BLOCKS):
        days = range(first, min(first + MIXED_BLOCKS, blocks))
        wanted = [(day, number) for day in days for number in range(BLOCK_ORDERS)]
        random.shuffle(wanted)
        for day, number in wanted:
            yield dense_order(f"{day}-{number}", number % MACHINES, day)


def dense_order(order_id: str, item: int, day: int) -> Order:
    """Return an order for one piece at the end of a day."""
    line = OrderLine(1, f"item{item:02}", 1, START + BLOCK * (day + 1))
    return Order(order_id, _customer(day * MACHINES + item), (line,))


def _customer(number: int) -> str:
    return f"customer{number % CUSTOMERS:03}"


def _machine(number: int) -> str:
    return f"m{number % MACHINES:02}"


def _routing(item: str, number: int, random: Random) -> Routing:
    """Five steps on neighbouring machines, so that all machines have as much to do."""
    machines = [_machine(number + step) for step in range(STEPS)]
    steps = [
        RoutingOperation(
            str(place),
            modes=(Mode(machine, machine, fixed=timedelta(seconds=random.randint(*STEP_S)), pause=Pause.SHIFT),),
        )
        for place, machine in enumerate(machines, 1)
    ]
    links = tuple(RoutingLink(before.id, after.id) for before, after in pairwise(steps))
    return Routing(item, tuple(steps), links)
