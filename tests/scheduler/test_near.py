"""After a break the plan is brought nearer to the one before: old turns, old days, and no promise pays for it."""

from datetime import time, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar, Downtime, Shift
from domain.checks import from_unix, to_unix_down
from domain.items import Item, Mode, Routing, RoutingOperation
from domain.plant import Plant, PlantSettings
from domain.resources import Resource
from domain.values import replace
from scheduler.improve.near import near
from scheduler.improve.resequence import Budget
from scheduler.planner import Planner
from scheduler.planning.going_back import Before
from scheduler.planning.stakes import Stake
from scheduler.processes import Stop
from tests.plants import at
from tests.scheduler import test_repair_moulds as moulding
from tests.scheduler.test_keeping_days import booked, mill
from tests.scheduler.test_planner_rebuild import MONDAY, promised
from tests.scheduler.test_repair import broken_down


def ends_of(planner):
    return {name: planner.expected(name, 1) for name in planner._by_order}


def brought_near(planner, before, stakes, steps, stop=None):
    """Search, and check that nothing pays for it; how far the plan was, and is, from the one before."""
    first = planner.unrest(planner.places_in(before))
    late = {line for line, stake in stakes.items() if planner.expected(*line) > stake.by_s}
    told = list(near(planner, before, Budget(60.0, lambda: 0.0, steps), stop or Stop()))
    last = planner.unrest(planner.places_in(before))
    assert (told[0].dates, told[0].moved) == (first.dates, first.moved)
    assert (told[-1].dates, told[-1].moved) == (last.dates, last.moved)
    assert last.dates <= first.dates
    assert last.weight <= first.weight
    assert {line for line, stake in stakes.items() if planner.expected(*line) > stake.by_s} <= late
    moulding.check(planner)
    return first, last


def sawn():
    """A mill of which the saw stood still for ten hours, and then took its work as it came to hand."""
    planner, was = booked("2026-03-20 00:00", turns=5)
    before = planner.taken_down()
    stakes = {(name, 1): Stake(at("2026-03-20 00:00")) for name in was}
    planner.repair(broken_down(mill(), "SAW", "2026-03-02 08:00", "2026-03-02 18:00"), MONDAY, stakes)
    planner.dispatch_by({(name, 1): 37 * number % len(was) for number, name in enumerate(was)})
    for info in planner._lines:
        planner._set_deadline(info, at("2026-03-20 00:00"))
    return planner, before, stakes


def test_work_goes_back_to_its_old_turn_and_day() -> None:
    """It was sawn in no order at all; now all is as it was, but for what waits for the others' sake."""
    planner, before, stakes = sawn()
    first, last = brought_near(planner, before, stakes, 10)
    assert first.moved > 40
    assert last.dates + last.moved <= 4


def test_the_same_search_in_steps_comes_to_the_same_plan() -> None:
    found = []
    for _ in range(2):
        planner, before, stakes = sawn()
        brought_near(planner, before, stakes, 3)
        found.append([(x.key, x.start_s) for x in planner.snapshot().operations])
    assert found[0] == found[1]


def test_who_gives_up_leaves_the_plan_as_it_was() -> None:
    planner, before, stakes = sawn()
    stop = Stop()
    stop.set()
    first, last = brought_near(planner, before, stakes, 20, stop)
    assert first == last


def test_what_stood_is_known_again_when_it_was_stored() -> None:
    """And what has begun or come since counts for nothing."""
    planner, _ = booked("2026-03-20 00:00", turns=2)
    before = planner.taken_down()
    again = Before.unpacked(before.packed())
    assert np.array_equal(again.rows, before.rows)
    promised(planner, "NEW", "cord", 1, "2026-03-20 00:00")
    planner.advance(MONDAY + 4 * 3600)
    places = planner.places_in(again)
    assert 0 < len(places.rows) < len(before.rows)
    assert planner.unrest(places).moved == 0
    assert list(near(planner, again, Budget(1.0, lambda: 0.0, 5), Stop()))[-1].moved == 0


def test_where_none_of_that_work_is_open_nothing_is_told() -> None:
    planner, _ = booked("2026-03-20 00:00", turns=2)
    before = planner.taken_down()
    planner.advance(at("2026-03-15 00:00"))
    assert list(near(planner, before, Budget(1.0, lambda: 0.0, 5), Stop())) == []


@pytest.mark.parametrize("subject", ["D02", "M01-50"])
def test_a_moulding_plant_comes_nearer_by_its_list(subject) -> None:
    """With moulds, setter and changeovers each try is laid as a plan; dates and operations come back by it."""
    planner, stakes = moulding.planned()
    before = planner.taken_down()
    planner.repair(moulding.out(subject, 3), to_unix_down(moulding.AT), stakes)
    first, last = brought_near(planner, before, stakes, 4)
    assert last.weight < first.weight


def test_work_goes_back_to_its_old_machine() -> None:
    """Of two saws one stood still, as it seemed for a week: all was sawn on the other, until that proved wrong."""
    none = timedelta(0)
    modes = tuple(Mode(name.lower(), name, fixed=timedelta(hours=3)) for name in ("SAW", "OTHER"))
    two = Plant(
        PlantSettings("saws", "UTC", frozen_zone=none, release_lead=none, buffer=none, promise_grid=none),
        (Calendar("round", (Shift(frozenset(range(7)), time(0), time(0)),)),),
        (Resource("SAW", calendar_id="round"), Resource("OTHER", calendar_id="round")),
        items=(Item("cord", routing_id="cord"),),
        routings=(Routing("cord", (RoutingOperation("saw", modes=modes),)),),
    )
    planner = Planner(two, MONDAY)
    for number in range(8):
        promised(planner, f"SO-{number}", "cord", 1, "2026-03-05 00:00")
    before, where = planner.taken_down(), [(x.key, x.resource_id) for x in planner.snapshot().operations]
    stakes = {(f"SO-{number}", 1): Stake(at("2026-03-05 00:00")) for number in range(8)}
    planner.repair(broken_down(two, "SAW", "2026-03-02 00:00", "2026-03-12 00:00"), MONDAY, stakes)
    assert {x.resource_id for x in planner.snapshot().operations} == {"OTHER"}
    planner.repair(two, MONDAY, stakes)
    first, last = brought_near(planner, before, stakes, 5)
    assert first.moved >= 4
    assert last.weight == 0
    assert sorted((x.key, x.resource_id) for x in planner.snapshot().operations) == sorted(where)


@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["beam", "cord", "plank"]), st.integers(1, 12)), min_size=8, max_size=30),
    st.integers(1, 30),
    st.sampled_from(["SAW", "PLANE"]),
)
def test_after_any_break_nothing_pays_for_it(wanted, hours, machine) -> None:
    """Any mixture of work, promised for when it ends or 30 hours later, some of it pinned and some come since."""
    planner, stakes = Planner(mill(), MONDAY), {}
    for number, (item_id, day) in enumerate(wanted):
        promised(planner, f"SO-{number}", item_id, 1, f"2026-03-{day + 2:02d} 12:00")
        by_s = max(planner.expected(f"SO-{number}", 1), at(f"2026-03-{day + 2:02d} 12:00"))
        stakes[f"SO-{number}", 1] = Stake(by_s + number % 2 * 30 * 3600)
    before = planner.taken_down()
    still = Downtime(machine, from_unix(MONDAY), from_unix(MONDAY) + timedelta(hours=hours), planned=False)
    planner.repair(replace(mill(), downtimes=(still,)), MONDAY, stakes)
    opened = [x for x in planner.snapshot().operations if not x.fixed and x.latest_s is None]
    for x in opened[::7]:
        planner.pin(x.key)
    promised(planner, "NEW", "cord", 1, "2026-03-20 00:00")
    pins = {x.key: x.start_s for x in planner.snapshot().operations if x.key in planner._pins}
    brought_near(planner, before, stakes, 3)
    assert {x.key: x.start_s for x in planner.snapshot().operations if x.key in planner._pins} == pins
