"""Fixed slots: first come, first free slot, never moved."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.calendars import Calendar, Downtime, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import ChangeoverClass, ChangeoverPart, ChangeoverRow, Mould, Resource
from simulators.fixed_slots import FixedSlots, late

WEEKDAYS = Calendar("weekdays", (Shift(frozenset(range(5)), time(8), time(16)),))
FOREVER = datetime(2026, 3, 31, tzinfo=UTC)


def monday(clock: str, day: int = 2) -> datetime:
    return datetime.combine(datetime(2026, 3, day, tzinfo=UTC), time.fromisoformat(clock), UTC)


def routing(item: str, mould: str, machine: str) -> Routing:
    mode = Mode(f"{mould}@{machine}", machine, mould_id=mould, pause=Pause.SHIFT)
    return Routing(item, (RoutingOperation("mould", modes=(mode,)),))


def two_machines(**more: object) -> Plant:
    """M with mould A in it, and N, empty; 8 to 16 on weekdays, a piece an hour; every changeover part 30 min."""
    half = timedelta(minutes=30)
    parts = (ChangeoverPart.MOUNT, ChangeoverPart.DISMOUNT, ChangeoverPart.COLOUR)
    recipes = {"red": ("A", "M"), "blue": ("B", "M"), "red-on-N": ("A", "N"), "lid": ("B", "N")}
    return Plant(
        PlantSettings("two", zone="UTC", horizon=timedelta(days=30)),
        calendars=(WEEKDAYS,),
        resources=tuple(Resource(m, calendar_id="weekdays", changeover_class="moulding") for m in "MN"),
        moulds=(
            Mould("A", ("M", "N"), 1, timedelta(hours=1), mounted_on="M"),
            Mould("B", ("M", "N"), 1, timedelta(hours=1)),
        ),
        changeovers=(ChangeoverClass("moulding", rows=tuple(ChangeoverRow(part, "*", "*", half) for part in parts)),),
        items=tuple(Item(item, routing_id=item, colour=item[:4]) for item in recipes),
        routings=tuple(routing(item, *place) for item, place in recipes.items()),
        **more,
    )


def ask(item: str, quantity: int, by: datetime = FOREVER) -> Order:
    return Order(f"{item} x {quantity}", "customer", (OrderLine(1, item, quantity, by),))


def test_a_slot_comes_after_those_before_it_with_its_changeover():
    """Red runs at once on the mould that hangs there; blue waits for it and for 90 minutes of changeover."""
    slots = FixedSlots(two_machines(), monday("08:00"))
    assert slots.promise(ask("red", 3), monday("08:00")) == monday("11:00")
    assert slots.promise(ask("blue", 2), monday("08:00")) == monday("14:30")


def test_a_slot_never_moves_for_a_later_order():
    """Another red would fit behind the first if blue gave way; it goes behind blue, to the next morning."""
    slots = FixedSlots(two_machines(), monday("08:00"))
    for order in (ask("red", 3), ask("blue", 2)):
        slots.promise(order, monday("08:00"))
    assert slots.promise(ask("red", 1), monday("08:00")) == monday("09:00", day=3)


def test_a_gap_is_used_where_the_next_changeover_still_fits():
    """N waits with mould B until A comes at 11:00; one more lid fits before, two don't."""
    slots = FixedSlots(two_machines(), monday("08:00"))
    assert slots.promise(ask("lid", 1), monday("08:00")) == monday("09:30")
    slots.promise(ask("red", 3), monday("08:00"))
    assert slots.promise(ask("red-on-N", 1), monday("08:00")) == monday("13:30")
    assert slots.promise(ask("lid", 2), monday("08:00")) == monday("09:00", day=3)
    assert slots.promise(ask("lid", 1), monday("08:00")) == monday("10:30")


def test_a_mould_is_on_one_machine_at_a_time():
    """Mould A is free for N at 11:00, when it has made three pieces on M; mounting it takes half an hour."""
    slots = FixedSlots(two_machines(), monday("08:00"))
    slots.promise(ask("red", 3), monday("08:00"))
    assert slots.promise(ask("red-on-N", 1), monday("08:00")) == monday("12:30")


def test_nothing_starts_before_the_order_came():
    """An order of Friday evening ends on Monday."""
    slots = FixedSlots(two_machines(), monday("08:00"))
    assert slots.promise(ask("red", 2), monday("18:00", day=6)) == monday("10:00", day=9)


def test_late_are_the_orders_that_end_after_the_time_asked_for():
    """An end at the very second is in time."""
    arrivals = [
        (monday("08:00"), ask("red", 3, by=monday("11:00"))),
        (monday("08:00"), ask("blue", 2, by=monday("14:29"))),
    ]
    assert late(two_machines(), arrivals) == ["blue x 2"]


def test_a_cleared_plan_is_empty():
    """The same order gets the same slot again."""
    slots = FixedSlots(two_machines(), monday("08:00"))
    slots.promise(ask("red", 3), monday("08:00"))
    slots.clear()
    assert slots.promise(ask("red", 3), monday("08:00")) == monday("11:00")


def test_a_plant_with_more_than_machines_and_moulds_is_refused():
    """Downtimes would have to be worked around."""
    downtime = Downtime("M", monday("08:00"), monday("09:00"))
    with pytest.raises(ValueError, match="one calendar, machines and moulds"):
        FixedSlots(two_machines(downtimes=(downtime,)), monday("08:00"))


def test_no_slot_lies_beyond_the_horizon():
    """A thousand hours don't fit into the thirty days that are planned."""
    slots = FixedSlots(two_machines(), monday("08:00"))
    with pytest.raises(ValueError, match="horizon"):
        slots.promise(ask("red", 1000), monday("08:00"))
