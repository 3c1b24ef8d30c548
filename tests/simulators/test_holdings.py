"""What lay finished in a running plant, and what was worked in overtime: small plants counted by hand."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from domain.calendars import CalendarDay, DayKind
from domain.orders import Order, OrderLine
from domain.supply import OnHand
from domain.values import replace
from simulators.beforeafter import factory_of
from simulators.holdings import overtime_h, store, worth
from simulators.plant import RunningPlant
from simulators.published import CASES
from simulators.spreadsheet import Habits, Spreadsheet
from tests.simulators.test_plant import EVER, PLANT, QUIET, SOME
from tests.wire.conftest import MONDAY

DAY_S = 86_400
HABITS = Habits(lead=timedelta(days=5))


def ran(plant, arrivals=SOME):
    """One run of a plant with a spreadsheet in which nothing goes wrong: the plant, and what was told."""
    office = Spreadsheet(plant, HABITS, QUIET, 1)
    running = office.running = RunningPlant(plant, arrivals, office, QUIET, 1)
    running.run()
    return running, office.told


def test_goods_that_leave_when_they_are_done_lie_nowhere_and_those_held_wait_for_their_dates():
    """Nothing lies in stock at the beginning: what is held is the time from the delivery to the date, at cost."""
    running, told = ran(replace(PLANT, on_hand=()))
    course = running.course
    found = store(running.floor, SOME, course, told)
    values = {
        (order.id, 1): order.lines[0].quantity * worth(PLANT.item_by_id[order.lines[0].item_id]) for _, order in SOME
    }
    early = sum(values[line] * max(0, told[line] - at) for line, at in course.delivered_s.items())
    packing = sum(
        values[order.id, 1] * PLANT.item_by_id[order.lines[0].item_id].shipping.total_seconds() for _, order in SOME
    )
    assert set(course.left_s) == set(values)
    assert found.days == pytest.approx(packing / sum(values.values()) / DAY_S)
    assert found.held_days == pytest.approx(found.days + early / sum(values.values()) / DAY_S)
    assert found.held_days > found.days + 1


def test_stock_that_nobody_takes_lies_there_until_the_last_goods_left():
    """Twice what an only order takes: twice the days that it lasts, and its own goods none."""
    arrivals = SOME[:1]
    ((_, order),) = arrivals
    item = PLANT.item_by_id[order.lines[0].item_id]
    bare, _ = ran(replace(PLANT, on_hand=()), arrivals)
    running, told = ran(replace(PLANT, on_hand=(OnHand(item.id, 2 * order.lines[0].quantity, MONDAY),)), arrivals)
    left_s = running.course.left_s[order.id, 1]
    without = store(bare.floor, arrivals, bare.course, told).days
    lasted = (left_s - running.course.arrived_s[order.id]) / DAY_S
    assert store(running.floor, arrivals, running.course, told).days == pytest.approx(without + 2 * lasted)


def test_boxes_of_furniture_lie_there_from_packing_until_they_are_driven_off():
    """One wardrobe: installed after its transport; whoever counts to the last operation finds nothing lying there."""
    case = CASES["furniture"]
    plant = factory_of(case).plant
    item = next(item for item in plant.items if item.routing_id)
    order = Order("F-1", "K", (OrderLine(1, item.id, 30, MONDAY + EVER / 100),))
    arrivals = [(MONDAY, order)]
    running, told = ran(plant, arrivals)
    runs = {task.operation_id: task for task in running.course.tasks}
    (link,) = (link for link in plant.routing_by_id[item.routing_id].links if link.from_id == "pack")
    waited_s = runs["install"].start_s - link.lag.total_seconds() - runs["pack"].end_s
    assert store(running.floor, arrivals, running.course, told).days == 0
    found = store(running.floor, arrivals, running.course, told, "pack")
    assert found.days == pytest.approx(waited_s / DAY_S)


def test_overtime_is_what_machines_run_in_hours_added_to_their_shifts():
    """None without such hours; of an evening that is added only what is worked counts."""
    running, _ = ran(PLANT)
    assert overtime_h(running.floor, running.course.tasks) == 0
    night = CalendarDay(date(MONDAY.year, MONDAY.month, MONDAY.day), DayKind.OVERTIME, time(20), time(23))
    longer = replace(PLANT, calendars=tuple(replace(each, days=(*each.days, night)) for each in PLANT.calendars))
    running, _ = ran(longer)
    machines = len({task.mode.resource_id for task in running.course.tasks})
    assert 0 < overtime_h(running.floor, running.course.tasks) <= 3 * machines


def test_no_factory_has_overtime_to_work():
    """So that their column is nought by what they are, not by what was done."""
    for case in CASES.values():
        assert not any(each.overtime(factory_of(case).plant.zone) for each in factory_of(case).plant.calendars)
