"""What the tests of options that cost more than a place have in common."""

from datetime import datetime, time, timedelta

from domain.calendars import Calendar, Shift
from domain.items import Item, Mode, Routing, RoutingLink, RoutingOperation
from domain.options import Option, OptionKind, OptionWhy
from domain.orders import Order
from domain.plant import ClockMode, Plant, PlantSettings
from domain.promises import LinePromise
from domain.resources import Resource
from domain.trade import CostRate
from domain.values import replace
from tests.plants import ALL_DAYS
from tests.promising.desks import MONDAY, Bench, ask


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def told(bench: Bench, asked: Order) -> LinePromise:
    """The first line of a quote, with its options."""
    return bench.desk.quote(ask(asked, options=True)).lines[0]


def of_kind(line: LinePromise, kind: OptionKind) -> Option | None:
    """The option of this kind, if the line has one."""
    return next((option for option in line.options if option.kind is kind), None)


def dates(bench: Bench, *names: str) -> list[tuple[datetime | None, datetime | None]]:
    """For when the first lines of orders are promised, and when they are expected."""
    lines = [bench.desk.get(name).lines[0] for name in names]
    return [(line.promised_time, line.expected_time) for line in lines]


SHIFT = Calendar("shift", (Shift(ALL_DAYS, time(8), time(16)),))
"""Eight hours a day."""


def step(name: str, **hours: float) -> RoutingOperation:
    """An operation that takes so many hours on each of these machines, whatever is made."""
    modes = tuple(Mode(f"on-{on}", on, fixed=timedelta(hours=count)) for on, count in hours.items())
    return RoutingOperation(name, modes=modes)


def works(**rates: int) -> Plant:
    """Machines A, B and C from 8 to 16 every day; by cost rates: those of A and B are their own.

    A `bar` takes two hours of A, a `long` five. A `pair` is joined on C, for an hour, of a left and a right half of
    four hours of A; the left one can be made on B, too, which takes an hour longer.
    """
    bar, long = (Routing(name, (step("cut", A=hours),)) for name, hours in (("bar", 2), ("long", 5)))
    halves = step("left", A=4, B=5), step("right", A=4), step("join", C=1)
    pair = Routing("pair", halves, (RoutingLink("left", "join"), RoutingLink("right", "join")))
    costs = {"A": (10_000, 0), "B": (15_000, 0), "C": (0, 0)}
    return Plant(
        replace(PlantSettings("works", zone="Asia/Shanghai"), clock=ClockMode.MANUAL),
        calendars=(SHIFT,),
        resources=tuple(
            Resource(name, calendar_id="shift", hour_cost_fen=hour, overtime_hour_cost_fen=over)
            for name, (hour, over) in costs.items()
        ),
        items=tuple(Item(name, routing_id=name) for name in ("bar", "long", "pair")),
        routings=(bar, long, pair),
        cost_rates=tuple(CostRate(name, fen) for name, fen in rates.items()),
    )


def why(line: LinePromise) -> dict[OptionKind, OptionWhy | None]:
    """Why a line has no option of each kind; None: it has one."""
    assert [search.kind for search in line.option_searches if search.why is None] == [
        each.kind for each in line.options
    ]
    return {search.kind: search.why for search in line.option_searches}
