"""Golden scenarios of shipping: one order each at the desk of the moulding shop, arrivals worked out by hand."""

from datetime import datetime, time, timedelta
from itertools import count

import pytest

from domain.calendars import Calendar, Holidays, Shift
from domain.orders import Order, ShipMode
from domain.plant import Plant
from domain.promises import Outcome, Promise
from domain.values import replace
from tests.promising.carriers import AIR, SEA, local, order, shop_with
from tests.promising.desks import ask, bench
from tests.stores import Places


@pytest.fixture
def promised(places: Places):
    """What the shop's desk promises for an order at a time, checked and read again after a restart."""
    names = (f"shop{number}" for number in count())

    def promise(plant: Plant, now: datetime, asked: Order) -> Promise:
        with bench(places(next(names)), plant=plant) as shop:
            shop.desk.set_clock(now)
            answer = shop.desk.promise(ask(asked))
            assert shop.desk.check() == []
            shop.restart()
            assert shop.desk.get(asked.id) == answer
            return answer

    return promise


def test_a_cut_off_missed_on_a_friday_leaves_on_monday(promised):
    """120 caps from Friday 15:30 are done at 16:30: they are there on Tuesday, and not on Saturday."""
    friday = local("2026-03-06 15:30")
    (line,) = promised(shop_with(), friday, order("SO-1", ("cap", 120, "2026-03-07 16:00"))).lines
    assert (line.outcome, line.promised_time) == (Outcome.LATER, local("2026-03-10 16:00"))
    # A minute's work less would have caught it.
    (line,) = promised(shop_with(), friday, order("SO-1", ("cap", 60, "2026-03-07 16:00"))).lines
    assert (line.outcome, line.promised_time) == (Outcome.ON_TIME, local("2026-03-07 16:00"))


def test_a_make_up_saturday_is_worked_by_the_carrier(promised):
    """Saturday 9 May 2026 makes up for the holidays of Labour Day: jars packed on Friday night leave then.

    In working time of the carrier, for whom Sunday is free, a day from there ends on Monday.
    """
    days = Calendar("carrier", (Shift(frozenset(range(5)), time(9), time(17)),), holidays=Holidays.CN)
    sea = replace(SEA, weekdays=frozenset(), calendar_id="carrier", working=True)
    plant = shop_with()
    plant = replace(plant, calendars=(*plant.calendars, days), carriers=(sea,))
    asked = order("SO-1", ("jar", 10, "2026-05-11 16:00"))
    (line,) = promised(plant, local("2026-05-08 18:00"), asked).lines
    assert (line.outcome, line.expected_time) == (Outcome.ON_TIME, local("2026-05-11 16:00"))
    assert line.deadline == local("2026-05-09 15:00")
    # On the first of May, a Friday, nobody collects, nor on the days until Wednesday.
    (line,) = promised(plant, local("2026-04-30 18:00"), asked).lines
    assert line.expected_time == local("2026-05-07 16:00")


def test_a_region_without_the_fast_carrier_has_the_slow_one(promised):
    """By air it would be there on Monday evening; by sea on Tuesday; where nobody goes it is there when packed."""
    south = replace(SEA, region="south")
    plant = shop_with(SEA, AIR, south)
    asked = order("SO-1", ("jar", 10, "2026-03-04 00:00"))
    found = {}
    for region, customer in (("north", "ACME"), ("south", "ACME"), ("", "BETA")):
        wanted = replace(asked, region=region, customer_id=customer)
        (line,) = promised(plant, local("2026-03-02 08:00"), wanted).lines
        found[region] = (line.carrier_id, line.expected_time)
    assert found == {
        "north": ("air", local("2026-03-02 21:00")),
        "south": ("sea", local("2026-03-03 16:00")),
        "": ("", local("2026-03-02 09:00")),
    }


LINES = (("jar", 10, "2026-03-03 16:00"), ("cap", 1080, "2026-03-03 16:00"))
"""Jars in stock, and caps for nine hours of work, by Tuesday."""


def test_complete_waits_for_the_last_line_where_by_line_does_not(promised):
    """The jars could be there on Tuesday; together with the caps they come on Wednesday."""
    monday = local("2026-03-02 08:00")
    by_line = promised(shop_with(), monday, order("SO-1", *LINES))
    assert [(line.outcome, line.promised_time) for line in by_line.lines] == [
        (Outcome.ON_TIME, local("2026-03-03 16:00")), (Outcome.LATER, local("2026-03-04 16:00")),
    ]  # fmt: skip
    complete = promised(shop_with(), monday, order("SO-1", *LINES, ship=ShipMode.COMPLETE))
    assert [(line.outcome, line.promised_time) for line in complete.lines] == [
        (Outcome.LATER, local("2026-03-04 16:00"))
    ] * 2
    # With a grid of whole days and an hour of buffer both are told the same later day.
    plant = shop_with(buffer=timedelta(hours=1), promise_grid=timedelta(days=1))
    later = promised(plant, monday, order("SO-1", *LINES, ship=ShipMode.COMPLETE))
    assert {line.promised_time for line in later.lines} == {local("2026-03-05 00:00")}
    assert {line.expected_time for line in later.lines} == {local("2026-03-04 16:00")}


def test_a_part_by_the_date_leaves_with_the_pick_up_that_the_whole_would_miss(promised):
    """Of nine hours of caps what is made in eight is there on Tuesday, the rest on Wednesday.

    In lots of a hundred, no less than two hundred, it is 900; the rest of 180 is made as the last lot of 200.
    """
    plant = shop_with()
    lots = tuple(replace(item, lot_minimum=200, lot_multiple=100) if item.id == "cap" else item for item in plant.items)
    asked = order("SO-1", LINES[1], ship=ShipMode.PART_BY_DATE)
    for made, part in ((plant, 960), (replace(plant, items=lots), 900)):
        answer = promised(made, local("2026-03-02 08:00"), asked)
        assert [(line.quantity, line.outcome, line.promised_time) for line in answer.lines] == [
            (part, Outcome.ON_TIME, local("2026-03-03 16:00")),
            (1080 - part, Outcome.LATER, local("2026-03-04 16:00")),
        ]
