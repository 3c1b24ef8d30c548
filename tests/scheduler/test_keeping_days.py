"""A machine stands still and no promise breaks: orders end on their old days where few can wait for many."""

from datetime import time as clock_time
from datetime import timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar, Downtime, Shift
from domain.checks import from_unix
from domain.items import Item, Mode, Routing, RoutingLink, RoutingOperation
from domain.plant import Plant, PlantSettings
from domain.resources import Resource
from domain.values import replace
from scheduler.planner import Planner
from scheduler.planning import anew, keeping_days
from scheduler.planning.stakes import Stake
from scheduler.verify import verify
from tests.plants import at
from tests.scheduler.test_planner_rebuild import MONDAY, promised
from tests.scheduler.test_repair import broken_down, check

BEAM, CORD = timedelta(hours=10), timedelta(hours=1)


def mill():
    """A saw and a plane, round the clock: a beam takes the saw ten hours, firewood one; a plank two, and is planed."""
    none = timedelta(0)
    saw = {"beam": BEAM, "cord": CORD, "plank": 2 * CORD}
    steps = {name: [RoutingOperation("saw", modes=(Mode("on-saw", "SAW", fixed=saw[name]),))] for name in saw}
    steps["plank"].append(RoutingOperation("plane", modes=(Mode("on-plane", "PLANE", fixed=4 * CORD),)))
    links = {"plank": (RoutingLink("saw", "plane"),)}
    return Plant(
        PlantSettings("mill", "UTC", frozen_zone=none, release_lead=none, buffer=none, promise_grid=none),
        (Calendar("round", (Shift(frozenset(range(7)), clock_time(0), clock_time(0)),)),),
        (Resource("SAW", calendar_id="round"), Resource("PLANE", calendar_id="round")),
        items=tuple(Item(name, routing_id=name) for name in saw),
        routings=tuple(Routing(name, tuple(steps[name]), links.get(name, ())) for name in saw),
    )


def booked(wanted, turns=14):
    """A planner with a beam and twelve cords of wood every 22 hours, from Monday at eight on, all for the same day."""
    planner = Planner(mill(), MONDAY)
    names = []
    for turn in range(turns):
        names.append(f"BEAM-{turn}")
        promised(planner, names[-1], "beam", 1, wanted)
        for number in range(12):
            names.append(f"CORD-{turn}-{number}")
            promised(planner, names[-1], "cord", 1, wanted)
    return planner, {name: planner.expected(name, 1) for name in names}


def stands_still(planner, wanted):
    """The saw stands still for as long as a beam takes; what the repair did, and when orders end."""
    stakes = {(name, 1): Stake(at(wanted)) for name in planner._by_order}
    done = planner.repair(broken_down(mill(), "SAW", "2026-03-02 08:00", "2026-03-02 18:00"), MONDAY, stakes)
    assert [str(breach) for breach in verify(planner.snapshot())] == []
    planner.take_delta()
    return done, {name: planner.expected(name, 1) for name in planner._by_order}


def test_one_long_order_waits_and_all_others_end_on_their_old_days() -> None:
    """Only the beam that stands first is sawn another day; in their order 68 of 182 orders would end a day later."""
    planner, was = booked("2026-03-20 00:00")
    later = {name: end + int(BEAM.total_seconds()) for name, end in was.items()}
    assert len(others(was, later)) == 68
    done, ends = stands_still(planner, "2026-03-20 00:00")
    assert done.slips == []
    assert others(was, ends) == {"BEAM-13"}
    assert done.moved < 20


def others(was, ends):
    """Orders that end on another day of the plant."""
    return {name for name in was if was[name] // 86400 != ends[name] // 86400}


def test_nobody_waits_beyond_his_promise_for_others_to_keep_their_days() -> None:
    """Each is promised for ten hours after he ends: all keep their order, and come those ten hours later."""
    planner, was = booked("2026-03-01 00:00")
    stakes = {(name, 1): Stake(end + int(BEAM.total_seconds())) for name, end in was.items()}
    done = planner.repair(broken_down(mill(), "SAW", "2026-03-02 08:00", "2026-03-02 18:00"), MONDAY, stakes)
    assert (done.slips, done.moved) == ([], 0)
    assert {planner.expected(name, 1) - end for name, end in was.items()} == {int(BEAM.total_seconds())}
    assert verify(planner.snapshot()) == []


def test_for_few_dates_no_order_is_changed() -> None:
    """Of two turns of the saw some twelve orders end a day later, and stay in their order."""
    planner, was = booked("2026-03-20 00:00", turns=2)
    done, ends = stands_still(planner, "2026-03-20 00:00")
    assert (done.slips, done.moved) == ([], 0)
    assert {ends[name] - end for name, end in was.items()} == {int(BEAM.total_seconds())}


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["beam", "cord", "plank"]), st.integers(1, 12)), min_size=8, max_size=30),
    st.integers(1, 30),
    st.sampled_from(["SAW", "PLANE"]),
)
def test_after_any_break_the_plan_holds_where_every_date_counts(wanted, hours, machine) -> None:
    """Any mixture of work, each wanted on some day and promised for 30 hours later than it ends at the latest."""
    planner, stakes = Planner(mill(), MONDAY), {}
    for number, (item_id, day) in enumerate(wanted):
        promised(planner, f"SO-{number}", item_id, 1, f"2026-03-{day + 2:02d} 12:00")
    for name in planner._by_order:
        stakes[name, 1] = Stake(max(planner.expected(name, 1), at("2026-03-08 12:00")) + 30 * 3600)
    still = Downtime(machine, from_unix(MONDAY), from_unix(MONDAY + hours * 3600), planned=False)
    many = patch.object(keeping_days, "MANY_DATES", 1)
    with many, patch.object(keeping_days, "OPERATIONS_A_DATE", 99), patch.object(anew, "OPERATIONS_A_DATE", 99):
        done = planner.repair(replace(mill(), downtimes=(still,)), MONDAY, stakes)
    assert done.slips == []
    check(planner, stakes, done)
