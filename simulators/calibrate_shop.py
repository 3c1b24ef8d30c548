"""A shop to see whether dates mean what they say: four families, two routings, three loads, seeded streams."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from domain.calendars import Calendar, Shift
from domain.calibration import BufferPolicy
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import Resource
from simulators.chance import Chance, Spread
from simulators.executing import Factor

OPENING = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""A Monday, 8:00 in the shop."""
LONG = Calendar("two-shifts", (Shift(frozenset(range(6)), time(6), time(22)),))
MACHINES = ("M1", "M2", "M3", "M4", "M5", "M6")
FINISHERS = ("F1", "F2")
FAMILIES = {
    "gears": Spread((800, 900, 950, 980, 1000, 1020, 1060, 1130, 1300, 1700)),
    "shafts": Spread((600, 750, 850, 920, 980, 1030, 1100, 1220, 1500, 2600)),
    "plates": Spread((930, 960, 980, 990, 1000, 1010, 1020, 1040, 1080, 1200)),
    "housings": Spread((700, 800, 880, 940, 1000, 1060, 1150, 1300, 1700, 3200)),
}
"""What runs take of their planned time, permille by decile: most near the plan, some much longer, none half of it."""
FINISHED = ("shafts", "housings")
"""Families that are finished after a night of cooling, too."""
GAPS_MINUTES = (117, 88, 76)
"""Mean time between two orders, by load: machines are busy for about 60, 80 and 93 % of their shifts."""
ORDERS, BACKLOG = 60, 10
"""Orders of a stream, and how many of them come at once when it begins: few streams of many orders would all hang on
a few busy weeks."""


def shop(level: int = 80) -> Plant:
    """The shop with learned buffers at a level."""
    items = tuple(Item(f"{family}-{n}", family=family, routing_id=family) for family in FAMILIES for n in (1, 2, 3))
    return Plant(
        PlantSettings("calibration", "Asia/Shanghai", horizon=timedelta(days=400),
                      buffer_policy=BufferPolicy.QUANTILE, buffer_level_percent=level),
        calendars=(LONG,),
        resources=tuple(Resource(name, calendar_id=LONG.id) for name in (*MACHINES, *FINISHERS)),
        items=items,
        routings=tuple(_routing(family) for family in FAMILIES),
    )  # fmt: skip


def _routing(family: str) -> Routing:
    def step(name: str, machines: tuple[str, ...], seconds: int) -> RoutingOperation:
        modes = tuple(
            Mode(machine, machine, fixed=timedelta(minutes=20), per_piece=timedelta(seconds=seconds), pause=Pause.SHIFT)
            for machine in machines
        )
        return RoutingOperation(name, modes=modes)

    steps = [step("machine", MACHINES, 60)]
    if family not in FINISHED:
        return Routing(family, tuple(steps))
    steps.append(step("finish", FINISHERS, 40))
    return Routing(family, tuple(steps), (RoutingLink("machine", "finish", timedelta(hours=4)),))


def stream(seed: int, gap_minutes: int) -> list[tuple[datetime, Order]]:
    """Orders one after the other, each for as soon as can be, so that every date is a later one."""
    chance = Chance("calibrate", seed, gap_minutes)
    at, found = OPENING, []
    items = tuple(f"{family}-{n}" for family in FAMILIES for n in (1, 2, 3))
    for number in range(ORDERS):
        if number >= BACKLOG:
            at += timedelta(seconds=chance.between(1, 120 * gap_minutes))
        line = OrderLine(1, chance.one(items), chance.between(40, 400), OPENING - timedelta(days=1))
        found.append((at, Order(f"{seed}-{gap_minutes}-{number}", "customer", (line,))))
    return found


def factors(seed: int, gap_minutes: int) -> Factor:
    """What runs take, drawn by what they are: the same in every plan."""

    def factor(order_id: str, item_id: str, operation_id: str, planned_s: int, mould_id: str) -> float:
        spread = FAMILIES[item_id.rpartition("-")[0]]
        return Chance("factor", seed, gap_minutes, order_id, operation_id).spread(spread) / 1000

    return factor
