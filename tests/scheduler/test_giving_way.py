"""A machine stands still and promises would break: what has slack gives way, all else stays as it stood."""

from datetime import time as clock_time
from datetime import timedelta
from unittest.mock import patch

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar, Downtime, Shift
from domain.checks import from_unix
from domain.items import Item, Mode, Routing, RoutingLink, RoutingOperation
from domain.plant import Plant, PlantSettings
from domain.resources import Resource
from domain.values import replace
from scheduler.arrays import TLAG
from scheduler.planner import Planner
from scheduler.planning.anew import Anew
from scheduler.planning.giving_way import GivingWay
from scheduler.planning.stakes import Stake
from tests.scheduler.test_planner_rebuild import MONDAY, promised
from tests.scheduler.test_repair import check

HOUR = 3600
HOURS = {"plank": {"SAW": 1, "PLANE": 1}, "board": {"SAW": 1}, "shelf": {"PLANE": 4}, "knob": {"LATHE": 1}}


def workshop():
    """A saw, a plane and a lathe, round the clock: a plank is sawn, then planed, all else is done on one of them."""
    none = timedelta(0)
    steps = {
        name: tuple(
            RoutingOperation(on, modes=(Mode(f"on-{on}", on, fixed=timedelta(hours=hours)),))
            for on, hours in ways.items()
        )
        for name, ways in HOURS.items()
    }
    return Plant(
        PlantSettings("shop", "UTC", frozen_zone=none, release_lead=none, buffer=none, promise_grid=none),
        (Calendar("round", (Shift(frozenset(range(7)), clock_time(0), clock_time(0)),)),),
        tuple(Resource(on, calendar_id="round") for on in ("SAW", "PLANE", "LATHE")),
        items=tuple(Item(name, routing_id=name) for name in HOURS),
        routings=tuple(
            Routing(name, steps[name], (RoutingLink("SAW", "PLANE"),) if name == "plank" else ()) for name in HOURS
        ),
    )


def booked(*names):
    """A planner with these orders, one after the other, named after their items; the hour in which each ends."""
    planner = Planner(workshop(), MONDAY)
    for name in names:
        promised(planner, name, name.split("-")[0], 1, "2026-03-02 09:00")
    return planner, {name: (planner.expected(name, 1) - MONDAY) // HOUR for name in names}


def stands_still(planner, machine, hours, by):
    """The machine stands still for so many hours; `by` are the hours of the promises. What the repair did."""
    stakes = {(name, 1): Stake(MONDAY + hour * HOUR) for name, hour in by.items()}
    still = Downtime(machine, from_unix(MONDAY), from_unix(MONDAY + hours * HOUR), planned=False)
    return planner.repair(replace(workshop(), downtimes=(still,)), MONDAY, stakes), stakes


def ways(machine, hours, by):
    """What giving way comes to after such a break, one by each way.

    Who is late, hours in which orders start, how many operations had to move. Something has to break where lines are
    put back, else it isn't asked.
    """
    told = []
    planner, _ = booked(*by)

    def search(anew, stood):
        rank, name_of = anew._ranks(stood), [info.order_id for info in planner._lines]
        for each in GivingWay(anew, stood).outcomes():
            last = np.flatnonzero(planner._k.ops[anew._moving, TLAG] >= 0)
            starts = {name_of[anew._line[i]]: (int(each.starts[i]) - MONDAY) // HOUR for i in last}
            told.append(({name_of[line] for line in each.late}, starts, anew._moved(rank, each.starts)))
        # None was found, then.

    with patch.object(Anew, "search", search):
        stands_still(planner, machine, hours, by)
    assert told
    return told


def test_what_other_machines_do_stays_where_some_promise_breaks() -> None:
    """The saw stands still for six hours under twelve boards; the knobs stood in another order than they are due."""
    boards, knobs = [f"board-{n}" for n in range(12)], [f"knob-{n}" for n in range(12)]
    _, ends = booked(*boards, *knobs)
    by = {name: ends[name] + (0 if name < "board-6" else 3) for name in boards}
    by |= {name: 200 - ends[name] for name in knobs}
    for _, starts, moved in ways("SAW", 6, by):
        assert {name: starts[name] + 1 for name in knobs} == {name: ends[name] for name in knobs}
        assert moved <= len(boards)


def test_boards_with_slack_give_way_to_those_without() -> None:
    """Three hours are lost under two boards without slack and one with: after it all those without keep their time."""
    firm, loose = [f"board-firm-{n}" for n in range(10)], [f"board-loose-{n}" for n in range(10)]
    names = [name for pair in zip(firm, loose, strict=True) for name in pair]
    _, ends = booked(*names)
    by = {name: ends[name] if name in firm else 100 for name in names}
    for late, starts, moved in ways("SAW", 3, by):
        assert late == {"board-firm-0", "board-firm-1"}
        assert {name: starts[name] for name in firm[2:]} == {name: ends[name] - 1 for name in firm[2:]}
        assert moved <= len(loose)


def test_a_plane_waits_an_hour_for_what_would_be_late_behind_other_work() -> None:
    """Free at three, it has shelves of four hours to do: it waits for the plank that comes at four, and is due then."""
    names = ["shelf-late", *(f"board-{n}" for n in range(3)), "plank-0", *(f"shelf-{n}" for n in range(5))]
    _, ends = booked(*names)
    assert (ends["shelf-late"], ends["plank-0"]) == (4, 5)
    by = dict.fromkeys(names, 100) | {"shelf-late": 4, "plank-0": 5}
    for late, starts, _ in ways("PLANE", 3, by):
        assert late == {"shelf-late"}
        assert starts["plank-0"] == 4


def test_what_can_not_be_in_time_comes_soon_after_all_the_same() -> None:
    """Of 120 hours of boards that may wait the one that had to be first comes within a day of its time."""
    by = {"board-first": 1, **{f"board-{n}": 400 for n in range(120)}}
    for late, starts, _ in ways("SAW", 2, by):
        assert late == {"board-first"}
        assert starts["board-first"] <= 24


def test_where_seven_more_broke_three_break() -> None:
    """The plane stands still for ten hours; every order may come so many hours later."""
    slack = {
        "shelf-0": 0, "plank-1": 6, "shelf-2": 2, "plank-3": 2, "plank-4": 6, "knob-5": 6, "knob-6": 0, "knob-7": 40,
        "board-8": 6, "plank-9": 6, "knob-10": 0, "board-11": 12, "board-12": 40, "plank-13": 2, "board-14": 0,
        "shelf-15": 0, "knob-16": 6, "shelf-17": 2, "plank-18": 0, "board-19": 0, "shelf-20": 12, "board-21": 6,
        "shelf-22": 40, "plank-23": 0,
    }  # fmt: skip
    planner, ends = booked(*slack)
    done, stakes = stands_still(planner, "PLANE", 10, {name: ends[name] + hours for name, hours in slack.items()})
    assert len(done.slips) == 3
    assert done.moved == 4
    check(planner, stakes, done)


def test_of_two_that_can_not_both_be_in_time_the_one_of_high_priority_is() -> None:
    """The second and third board were to end at two and three; at two the saw works again, and one can."""
    planner, _ = booked("board-0", "board-1", "board-2", "board-3")
    stakes = {("board-0", 1): Stake(MONDAY + 90 * HOUR), ("board-3", 1): Stake(MONDAY + 90 * HOUR)}
    stakes |= {("board-1", 1): Stake(MONDAY + 3 * HOUR, 6), ("board-2", 1): Stake(MONDAY + 3 * HOUR, 2)}
    still = Downtime("SAW", from_unix(MONDAY), from_unix(MONDAY + 2 * HOUR), planned=False)
    done = planner.repair(replace(workshop(), downtimes=(still,)), MONDAY, stakes)
    assert [slip.order_id for slip in done.slips] == ["board-1"]
    assert planner.expected("board-2", 1) == MONDAY + 3 * HOUR
    check(planner, stakes, done)


def test_nothing_is_asked_to_give_way_where_nothing_is_late() -> None:
    """The lathe, which nobody needs, stands still."""
    planner, ends = booked("board-0", "plank-0")
    done, stakes = stands_still(planner, "LATHE", 5, ends)
    assert (done.slips, done.moved, done.shifted) == ([], 0, 0)
    check(planner, stakes, done)


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(HOURS)), st.integers(0, 20), st.integers(1, 9)), min_size=6, max_size=30),
    st.integers(1, 30),
    st.sampled_from(["SAW", "PLANE"]),
)
def test_after_any_break_the_plan_holds_where_promises_are_tight(wanted, hours, machine) -> None:
    """Each is promised for some hours after it is to end, at some priority."""
    names = [f"{item_id}-{number}" for number, (item_id, _, _) in enumerate(wanted)]
    planner, ends = booked(*names)
    stakes = {
        (name, 1): Stake(MONDAY + (ends[name] + slack) * HOUR, priority)
        for name, (_, slack, priority) in zip(names, wanted, strict=True)
    }
    still = Downtime(machine, from_unix(MONDAY), from_unix(MONDAY + hours * HOUR), planned=False)
    done = planner.repair(replace(workshop(), downtimes=(still,)), MONDAY, stakes)
    check(planner, stakes, done)
