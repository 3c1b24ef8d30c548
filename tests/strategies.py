"""Small plants of the trade and days at their desk, for the property tests of the planning kernel.

Everything that makes re-timing hard stands close together: few machines, shared moulds, one setter, short days, and
numbers that collide (the same minutes for a cycle, a break and a lag).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from domain.calendars import Calendar, CalendarDay, DayKind, Downtime, Shift
from domain.calibration import BufferPolicy
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import ChangeoverClass, ChangeoverPart, ChangeoverRow, Combine, Mould, Resource, ResourceKind
from domain.supply import OnHand, Receipt
from domain.values import replace

MONDAY_S = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
"""The first second of every day at the desk here, a Monday."""
WEEK = frozenset(range(5))
DAYS = frozenset(range(7))

CALENDARS = (
    Calendar("round", (Shift(DAYS, time(0), time(0)),)),
    Calendar("day", (Shift(WEEK, time(8), time(12)), Shift(WEEK, time(13), time(17)))),
    Calendar("two", (Shift(DAYS, time(6), time(14)), Shift(DAYS, time(14, 30), time(22)))),
    Calendar(
        "odd",
        (Shift(DAYS, time(7), time(7, 50)), Shift(DAYS, time(8), time(9)), Shift(DAYS, time(22), time(4))),
        (
            CalendarDay(datetime(2026, 3, 4).date(), DayKind.OFF),
            CalendarDay(datetime(2026, 3, 7).date(), DayKind.OVERTIME, time(9), time(21)),
        ),
    ),
)
calendar_ids = st.sampled_from(["round", "day", "two", "odd"])
short = st.sampled_from([timedelta(0), timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1)])


def utc(at_s: int) -> datetime:
    """An aware time from Unix seconds."""
    return datetime.fromtimestamp(at_s, UTC)


@st.composite
def changeover_classes(draw, id_, moulds, colours, setter_id):
    """A matrix over all parts, with a few exact rows."""
    rows = [
        ChangeoverRow(part, "*", "*", draw(short))
        for part in (ChangeoverPart.MOUNT, ChangeoverPart.DISMOUNT, ChangeoverPart.COLOUR, ChangeoverPart.MATERIAL)
    ]
    if draw(st.booleans()):
        rows.append(ChangeoverRow(ChangeoverPart.COLOUR, "red", "blue", timedelta(hours=2)))
    if moulds and draw(st.booleans()):
        rows.append(ChangeoverRow(ChangeoverPart.DISMOUNT, moulds[0], "*", timedelta(0)))
    return ChangeoverClass(id_, setter_id, draw(st.sampled_from(Combine)), tuple(rows))


@st.composite
def modes(draw, id_, machines, moulds, line, crew):
    """One way to do a step: a machine with or without a mould, or some units of the line; a crew or not."""
    mould = draw(st.sampled_from([None, *moulds])) if moulds else None
    on = draw(st.sampled_from(mould.fits if mould else [m.id for m in machines] + ([line.id] if line else [])))
    pause = draw(st.sampled_from(Pause))
    whole = pause is Pause.NONE
    return Mode(
        id_, on, draw(st.integers(1, line.capacity)) if line and on == line.id else 1, mould.id if mould else "",
        crew.id if crew and draw(st.booleans()) else "", draw(st.integers(1, crew.capacity)) if crew else 1,
        draw(st.sampled_from([timedelta(minutes=5), timedelta(minutes=20)])),
        timedelta(0) if mould else draw(st.sampled_from([timedelta(seconds=7), timedelta(minutes=1)])),
        pause=pause, min_chunk=timedelta(0) if whole else draw(st.sampled_from([timedelta(0), timedelta(minutes=25)])),
    )  # fmt: skip


@st.composite
def routings(draw, id_, machines, moulds, line, crew):
    """Steps with one or two modes, chained or branching, some with a pure lag between."""
    steps, links = [], []
    for n in range(draw(st.integers(1, 3))):
        if n and draw(st.integers(0, 3)) == 0:
            steps.append(RoutingOperation(f"lag{n}", lag=draw(short)))
        else:
            ways = [draw(modes(f"m{i}", machines, moulds, line, crew)) for i in range(draw(st.integers(1, 2)))]
            steps.append(RoutingOperation(f"op{n}", modes=tuple(ways)))
        if n:
            before = draw(st.integers(0, n - 1))
            links.append(RoutingLink(steps[before].id, steps[n].id, draw(short), draw(st.booleans())))
    return Routing(id_, tuple(steps), tuple(links))


@st.composite
def downtimes(draw, subjects):
    """An hour to a day without a machine, mould, setter or crew, in the first week."""
    start = MONDAY_S + 3600 * draw(st.integers(0, 100))
    length = 3600 * draw(st.sampled_from([1, 2, 24]))
    return Downtime(draw(st.sampled_from(subjects)), utc(start), utc(start + length))


settings_of_plants = st.builds(
    PlantSettings,
    st.just("small"),
    st.just("UTC"),
    frozen_zone=st.sampled_from([timedelta(0), timedelta(0), timedelta(hours=5)]),
    release_lead=st.sampled_from([timedelta(0), timedelta(0), timedelta(hours=1)]),
    buffer=st.sampled_from([timedelta(0), timedelta(hours=1)]),
    buffer_policy=st.sampled_from(BufferPolicy),
    promise_grid=st.sampled_from([timedelta(0), timedelta(hours=1)]),
    earliness_limit=st.sampled_from([None, None, timedelta(days=1)]),
    horizon=st.just(timedelta(days=25)),
)


@st.composite
def small_plants(draw, plain=False):
    """A plant of one to three machines; `plain` leaves out moulds, changeovers, crews and lines of several units."""
    setter_id = "" if plain else draw(st.sampled_from(["", "SETTER", "SETTER"]))
    class_ids = [] if plain else draw(st.sampled_from([[], ["press"], ["press", "other"]]))
    colours = ["", "red", "blue"]
    machines = [
        Resource(
            f"M{i}", calendar_id=draw(calendar_ids),
            changeover_class=draw(st.sampled_from(["", *class_ids, *class_ids])),
            colour=draw(st.sampled_from(colours)) if class_ids else "",
            available_from=draw(st.sampled_from([None, None, utc(MONDAY_S + 30 * 3600)])),
        )
        for i in range(1, 1 + draw(st.integers(1, 3)))
    ]  # fmt: skip
    line = crew = None
    if not plain and draw(st.booleans()):
        line = Resource("L", ResourceKind.LINE, capacity=draw(st.integers(2, 3)), calendar_id=draw(calendar_ids))
    if not plain and draw(st.booleans()):
        crew = Resource("CREW", ResourceKind.CREW, capacity=draw(st.integers(1, 2)), calendar_id=draw(calendar_ids))
    moulds, free = [], {m.id for m in machines}
    for i in range(0 if plain else draw(st.integers(0, 3))):
        fits = draw(st.lists(st.sampled_from([m.id for m in machines]), min_size=1, unique=True))
        hangs = draw(st.sampled_from(["", *[m for m in fits if m in free]]))
        free.discard(hangs)
        due = draw(st.sampled_from([0, 0, 100]))
        moulds.append(
            Mould(
                f"K{i}", tuple(fits), draw(st.sampled_from([1, 4])), timedelta(seconds=30), "",
                draw(st.sampled_from(["", "", "day"])), due, timedelta(minutes=40) if due else timedelta(0),
                draw(st.integers(0, due)), hangs,
            )
        )  # fmt: skip
    setter = Resource("SETTER", ResourceKind.SETTER, capacity=draw(st.integers(1, 2)), calendar_id=draw(calendar_ids))
    resources = [*machines, *([line] if line else []), *([crew] if crew else []), *([setter] if setter_id else [])]
    names = [m.id for m in moulds]
    classes = [draw(changeover_classes(id_, names, colours, setter_id)) for id_ in class_ids]
    recipes = [draw(routings(f"R{i}", machines, moulds, line, crew)) for i in range(draw(st.integers(1, 3)))]
    items = [
        Item(
            f"I{i}", routing_id=draw(st.sampled_from([r.id for r in recipes])),
            colour=draw(st.sampled_from(colours)), material=draw(st.sampled_from(["", "ABS", "PP"])),
            lot_minimum=draw(st.sampled_from([1, 50])), lot_multiple=draw(st.sampled_from([1, 8])),
            safety_stock=draw(st.sampled_from([0, 20])),
            shipping=draw(st.sampled_from([timedelta(0), timedelta(hours=3)])),
        )
        for i in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    subjects = [*[r.id for r in resources], *names]
    down = draw(st.lists(downtimes(subjects), max_size=3, unique_by=lambda d: (d.subject_id, d.start)))
    stocked = draw(st.booleans())
    return Plant(
        draw(settings_of_plants), CALENDARS, tuple(resources), tuple(moulds), tuple(classes), tuple(items),
        tuple(recipes), tuple(down),
        on_hand=(OnHand("I0", 60, utc(MONDAY_S)),) if stocked else (),
        receipts=(Receipt("PO-1", "I0", 100, utc(MONDAY_S + 40 * 3600)),) if stocked else (),
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing that happens at the desk, `wait_s` after the one before."""

    wait_s: int
    what: str
    """`promise`, `quote`, `redispatch` or `cancel`."""
    order: int = 0
    """Which of the orders so far is cancelled, counted round."""
    lines: tuple[tuple[int, int, int], ...] = ()
    """Item number (counted round), quantity, and hours until the requested time."""
    tier1: bool = False
    allow_frozen: bool = False
    latest: bool = False
    """The requested times are the customer's hard limit."""

    def asked(self, plant: Plant, number: int, now_s: int) -> Order:
        """The order of this step."""
        found = []
        for i, (item, quantity, hours) in enumerate(self.lines):
            wish = utc(now_s + 3600 * hours)
            name = plant.items[item % len(plant.items)].id
            found.append(OrderLine(i + 1, name, quantity, wish, wish if self.latest else None))
        return Order(f"SO-{number}", "C", tuple(found))


lines_asked = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([1, 30, 60, 300]), st.sampled_from([1, 8, 30, 60, 200])),
    min_size=1,
    max_size=2,
).map(tuple)
steps = st.builds(
    Step,
    st.sampled_from([0, 0, 0, 900, 7200, 30000]),
    st.sampled_from(["promise"] * 6 + ["quote", "redispatch", "cancel"]),
    st.integers(0, 9),
    lines_asked,
    st.booleans(),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
)


def days(least: int = 3, most: int = 10):
    """What happens at a desk, one thing after the other."""
    return st.lists(steps, min_size=least, max_size=most)


def loosened(plant: Plant, **changes: object) -> Plant:
    """The plant with other settings."""
    return replace(plant, settings=replace(plant.settings, **changes))


def one_way(plant: Plant) -> Plant:
    """The plant with only the first mode of every operation."""
    recipes = (
        replace(recipe, operations=tuple(replace(step, modes=step.modes[:1]) for step in recipe.operations))
        for recipe in plant.routings
    )
    return replace(plant, routings=tuple(recipes))
