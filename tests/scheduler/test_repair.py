"""Something breaks: the plan is feasible again at once, and as few promises break as can be."""

from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar, Downtime, Shift
from domain.errors import WouldBreakReservations
from domain.items import Item, Mode, Routing, RoutingLink, RoutingOperation
from domain.plant import Plant, PlantSettings
from domain.progress import Mark, MarkKind, Progress
from domain.resources import ChangeoverClass, ChangeoverPart, ChangeoverRow, Mould, Resource
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import Planner
from scheduler.planning.anew import Stood, midnights
from scheduler.planning.core import INF
from scheduler.planning.stakes import Slip, Stake, longest_rise
from scheduler.records import PlanImage
from scheduler.verify import retime, verify
from tests.plants import at, at_times
from tests.scheduler.test_planner_days import Desk
from tests.scheduler.test_planner_rebuild import AS_PLANNED, MONDAY, planned, promised, shop, utc, where
from tests.strategies import days, small_plants


def broken_down(plant, subject_id, start, end):
    """The plant with something that nobody had planned for."""
    return replace(plant, downtimes=(*plant.downtimes, Downtime(subject_id, utc(start), utc(end), planned=False)))


def test_what_has_slack_waits_and_nothing_else_moves():
    """M2, set up since eight, stands still from nine to noon: the lids, promised for Wednesday, run after it."""
    planner = planned()
    plant = broken_down(shop(), "M2", "2026-03-02 09:00", "2026-03-02 12:00")
    done = planner.repair(plant, at("2026-03-02 08:30"), {("LIDS", 1): Stake(at("2026-03-04 12:00"))})
    assert (done.slips, done.moved, done.shifted, len(done.interrupted)) == ([], 0, 0, 1)
    assert where(planner) == [AS_PLANNED[0], ("LIDS", "M2", at("2026-03-02 12:00"), at("2026-03-02 14:30"))]
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def test_what_has_begun_goes_on_after_the_break_and_its_promise_slips():
    """M1 stands still from ten to noon under the caps, promised for 13:00: three of five hours are left at noon."""
    planner = planned()
    plant = broken_down(shop(), "M1", "2026-03-02 10:00", "2026-03-02 12:00")
    done = planner.repair(plant, at("2026-03-02 10:00"), {("CAPS", 1): Stake(at("2026-03-02 13:00"), 2)})
    assert done.slips == [Slip("CAPS", 1, at("2026-03-02 13:00"), at("2026-03-02 15:00"))]
    assert len(done.interrupted) == 1
    assert where(planner)[0] == ("CAPS", "M1", at("2026-03-02 08:00"), at("2026-03-02 15:00"))
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def doors(saw_from):
    """A saw and a booth that is set up an hour for a colour: a door is cut four hours, then painted as long."""
    none, long = timedelta(0), timedelta(hours=4)
    cut = RoutingOperation("cut", modes=(Mode("on-saw", "SAW", fixed=long),))
    paint = RoutingOperation("paint", modes=(Mode("in-booth", "BOOTH", fixed=long),))
    colour = ChangeoverRow(ChangeoverPart.COLOUR, "*", "*", timedelta(hours=1))
    return Plant(
        PlantSettings("shop", "UTC", frozen_zone=none, release_lead=none, buffer=none, promise_grid=none),
        (Calendar("round", (Shift(frozenset(range(7)), clock_time(0), clock_time(0)),)),),
        (
            Resource("SAW", calendar_id="round", available_from=utc(saw_from)),
            Resource("BOOTH", calendar_id="round", changeover_class="colours", colour="white"),
        ),
        changeovers=(ChangeoverClass("colours", rows=(colour,)),),
        items=(Item("door", routing_id="door", colour="red"),),
        routings=(Routing("door", (cut, paint), (RoutingLink("cut", "paint"),)),),
    )


def test_work_whose_changeover_has_begun_waits_for_what_comes_before_it() -> None:
    """The booth is set up on Monday for a door cut on Tuesday; the saw breaks, and both come on Wednesday."""
    plant = doors("2026-03-03 08:00")
    planner = Planner(plant, MONDAY)
    promised(planner, "DOOR", "door", 1, "2026-03-06 12:00")
    booth = planner.snapshot().operations[1]
    assert (booth.visit_start_s, booth.start_s) == (MONDAY, at("2026-03-03 12:00"))
    stake = {("DOOR", 1): Stake(at("2026-03-06 12:00"))}
    gone = broken_down(plant, "SAW", "2026-03-02 09:00", "2026-03-04 08:00")
    done = planner.repair(gone, at("2026-03-02 09:00"), stake)
    assert (done.slips, booth.key in done.reopened) == ([], True)
    assert starts(planner) == [("cut", at("2026-03-04 08:00")), ("paint", at("2026-03-04 12:00"))]
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def test_work_that_is_set_up_goes_back_to_its_time_when_what_broke_is_mended_sooner() -> None:
    """The booth, set up for Tuesday, breaks until Thursday and is mended at ten: the door waited until Thursday."""
    plant = doors("2026-03-03 08:00")
    planner = Planner(plant, MONDAY)
    promised(planner, "DOOR", "door", 1, "2026-03-06 12:00")
    planner.repair(broken_down(plant, "BOOTH", "2026-03-02 09:30", "2026-03-05 08:00"), at("2026-03-02 09:30"), {})
    assert starts(planner) == [("cut", at("2026-03-03 08:00")), ("paint", at("2026-03-05 08:00"))]
    planner.repair(broken_down(plant, "BOOTH", "2026-03-02 09:30", "2026-03-02 10:00"), at("2026-03-02 10:00"), {})
    assert starts(planner) == [("cut", at("2026-03-03 08:00")), ("paint", at("2026-03-03 12:00"))]
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def test_a_mould_is_hung_up_sooner_when_it_is_mended_while_another_is_off_already() -> None:
    """CAP comes off M1 at 8:00 for LID, away until Thursday and mended at 8:40: it came on Thursday all the same."""
    plant = broken_down(shop(), "M2", "2026-03-02 08:00", "2026-03-20 08:00")
    planner = Planner(broken_down(plant, "LID", "2026-03-02 08:00", "2026-03-05 08:00"), MONDAY)
    promised(planner, "LIDS", "lid", 240, "2026-03-06 12:00")
    (lids,) = planner.snapshot().operations
    assert (lids.visit_start_s, lids.start_s) == (MONDAY, at("2026-03-05 09:00"))
    planner.repair(broken_down(plant, "LID", "2026-03-02 08:00", "2026-03-02 08:40"), at("2026-03-02 08:40"), {})
    (lids,) = planner.snapshot().operations
    assert (lids.visit_start_s, lids.start_s) == (MONDAY, at("2026-03-02 09:40"))
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def test_work_that_is_set_up_is_not_done_before_what_was_wrongly_taken_to_have_begun() -> None:
    """The saw breaks at nine until Wednesday, and is mended on Tuesday; then it is told that the cut never began."""
    plant = doors("2026-03-02 08:30")
    planner = Planner(plant, MONDAY)
    promised(planner, "DOOR", "door", 1, "2026-03-06 12:00")
    cut, paint = planner.snapshot().operations
    planner.repair(broken_down(plant, "SAW", "2026-03-02 09:00", "2026-03-04 08:00"), at("2026-03-02 09:00"), {})
    mended = broken_down(plant, "SAW", "2026-03-02 09:00", "2026-03-03 08:00")
    planner.repair(mended, at("2026-03-02 10:00"), {})
    assert starts(planner) == [("cut", at("2026-03-02 08:30")), ("paint", at("2026-03-03 11:30"))]
    never = Progress(cut.key, "DOOR", 1, "cut").with_mark(Mark(MarkKind.NOT_STARTED, utc("2026-03-02 10:30")))
    moved = planner.report([never], at("2026-03-02 11:00"), {})
    assert sorted(moved.repair.reopened) == [cut.key, paint.key]
    assert starts(planner) == [("cut", at("2026-03-03 08:00")), ("paint", at("2026-03-03 12:00"))]
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def test_work_that_was_set_up_first_has_not_been_done_where_what_it_waits_for_has_not_begun() -> None:
    """At five, when both are taken to be over, it is told that the cut never began: so nor did the painting."""
    planner = Planner(doors("2026-03-02 08:30"), MONDAY)
    promised(planner, "DOOR", "door", 1, "2026-03-06 12:00")
    cut, paint = planner.snapshot().operations
    assert (paint.visit_start_s, paint.end_s) == (MONDAY, at("2026-03-02 16:30"))
    never = Progress(cut.key, "DOOR", 1, "cut").with_mark(Mark(MarkKind.NOT_STARTED, utc("2026-03-02 16:45")))
    moved = planner.report([never], at("2026-03-02 17:00"), {})
    assert sorted(moved.repair.reopened) == [cut.key, paint.key]
    assert starts(planner) == [("cut", at("2026-03-02 17:00")), ("paint", at("2026-03-02 21:00"))]
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def starts(planner):
    return [(x.operation_id, x.start_s) for x in planner.snapshot().operations]


def test_a_run_that_began_before_the_days_that_the_calendars_know_ends_as_it_should() -> None:
    """Read from the store a week later, the calendars begin three days ago; M1 goes on, M2 breaks, and M1 later."""
    planner = Planner(shop(), MONDAY)
    promised(planner, "LONG", "cap", 12_000, "2026-04-01 12:00")
    ((_, _, start, end),) = where(planner)
    assert start == MONDAY
    now_s = at("2026-03-09 09:00")
    planner.advance(now_s)
    delta = planner.take_delta()
    image = PlanImage(delta.version, delta.floor_s, delta.now_s, tuple(delta.placed), delta.sequence, ())
    later = Planner.restore(shop(), now_s, image)
    other = broken_down(shop(), "M2", "2026-03-09 09:00", "2026-03-09 12:00")
    assert later.repair(other, now_s, {}).interrupted == []
    assert where(later) == [("LONG", "M1", start, end)]
    both = broken_down(other, "M1", "2026-03-09 09:00", "2026-03-09 12:00")
    assert len(later.repair(both, now_s, {}).interrupted) == 1
    assert where(later) == [("LONG", "M1", start, later.expected("LONG", 1))]
    assert end < later.expected("LONG", 1) <= end + 86400


def fetching() -> Plant:
    """A five-minute cut on M3, twenty working minutes of rest, then the mould K, which hangs on M2, runs on M1."""
    always = Calendar("always", (Shift(frozenset(range(7)), clock_time(0), clock_time(0)),))
    off = ChangeoverRow(ChangeoverPart.DISMOUNT, "*", "*", timedelta(minutes=30))
    cut = RoutingOperation("cut", modes=(Mode("cut", "M3", fixed=timedelta(minutes=5)),))
    press = RoutingOperation("press", modes=(Mode("press", "M1", mould_id="K", fixed=timedelta(hours=1)),))
    machines = [Resource(name, calendar_id="always", changeover_class="presses") for name in ("M1", "M2")]
    return Plant(
        PlantSettings("shop", zone="UTC", horizon=timedelta(days=25)),
        calendars=(always,),
        resources=(*machines, Resource("M3", calendar_id="always")),
        moulds=(Mould("K", ("M1", "M2"), 1, timedelta(seconds=1), mounted_on="M2"),),
        changeovers=(ChangeoverClass("presses", rows=(off,)),),
        items=(Item("seal", routing_id="seal"),),
        routings=(
            Routing("seal", (cut, press), (RoutingLink("cut", "press", timedelta(minutes=20), working=True),)),
        ),
    )  # fmt: skip


def test_a_run_whose_mould_is_being_fetched_waits_for_the_break_and_for_the_rest_of_its_lag() -> None:
    """M1 stands still from 08:15, ten minutes into the rest of twenty; at 09:15 ten are left, and the date goes."""
    planner = Planner(fetching(), MONDAY)
    promised(planner, "SEALS", "seal", 1, "2026-03-02 09:31")
    assert where(planner)[-1] == ("SEALS", "M1", at("2026-03-02 08:30"), planner.expected("SEALS", 1))
    takes_s = planner.expected("SEALS", 1) - at("2026-03-02 08:30")
    by_s = at("2026-03-02 09:31")
    planner.advance(at("2026-03-02 08:15"))
    planner.take_delta()
    plant = broken_down(fetching(), "M1", "2026-03-02 08:15", "2026-03-02 09:15")
    done = planner.repair(plant, at("2026-03-02 08:15"), {("SEALS", 1): Stake(by_s)})
    start = at("2026-03-02 09:25")
    assert where(planner)[-1] == ("SEALS", "M1", start, start + takes_s)
    assert done.slips == [Slip("SEALS", 1, by_s, start + takes_s)]
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def test_a_mould_is_fetched_in_the_hours_of_its_machine_alone_also_after_a_break():
    """K hangs on M2, which nothing runs on and which has hours of its own: not before Tuesday, break or no break."""
    plant = fetching()
    m1, m2, m3 = plant.resources
    plant = replace(plant, resources=(m1, replace(m2, available_from=utc("2026-03-03 06:00")), m3))
    planner = Planner(plant, MONDAY)
    promised(planner, "SEALS", "seal", 1, "2026-03-03 08:00")
    was = where(planner)
    assert was[-1][2] >= at("2026-03-03 06:30")
    planner.take_delta()
    done = planner.repair(broken_down(plant, "M2", "2026-03-02 08:00", "2026-03-02 09:00"), MONDAY, {})
    assert (where(planner), done.slips) == (was, [])
    assert verify(planner.snapshot()) == []


def test_work_goes_to_another_machine_when_its_own_comes_back_too_late():
    """M2 is gone until Friday; the lids, promised for Wednesday noon, run on M1 behind the caps."""
    planner = planned()
    plant = broken_down(shop(), "M2", "2026-03-02 08:00", "2026-03-06 08:00")
    done = planner.repair(plant, at("2026-03-02 08:00"), {})
    assert done.slips == []
    assert done.moved == 1
    lids = where(planner)[1]
    assert lids[:2] == ("LIDS", "M1")
    assert at("2026-03-02 13:00") < lids[2] < lids[3] <= at("2026-03-04 12:00")
    assert verify(planner.snapshot()) == []


def test_what_was_late_goes_back_to_its_machine_when_that_works_again_earlier():
    """The lids, promised for 13:00, were to run on M1 behind the caps; M2 works again at nine, and they are in time."""
    planner = planned()
    stakes = {("LIDS", 1): Stake(at("2026-03-02 13:00"))}
    gone = broken_down(shop(), "M2", "2026-03-02 08:00", "2026-03-06 08:00")
    (slip,) = planner.repair(gone, at("2026-03-02 08:00"), stakes).slips
    assert slip.end_s > at("2026-03-02 13:00")
    back = broken_down(shop(), "M2", "2026-03-02 08:00", "2026-03-02 09:00")
    assert planner.repair(back, at("2026-03-02 09:00"), stakes).slips == []
    assert where(planner)[1][:2] == ("LIDS", "M2")
    assert verify(planner.snapshot()) == []
    planner.take_delta()


def test_other_machines_are_an_import_and_change_nothing_here():
    """The plan is as it was."""
    planner = planned()
    with pytest.raises(WouldBreakReservations, match="that is an import"):
        planner.repair(
            replace(shop(), resources=(*shop().resources, Resource("M3", calendar_id="long"))), planner.now_s, {}
        )
    assert where(planner) == AS_PLANNED
    assert planner.plant == shop()


def test_the_longest_rise_is_found():
    """Two of five have to leave."""
    assert longest_rise([]) == 0
    assert longest_rise([3, 1, 2, 5, 4]) == 3
    assert longest_rise([5, 4, 3]) == 1


def test_a_date_moves_with_the_day_of_the_plant_and_not_with_the_hour():
    """In Shanghai: an hour later the same evening, over midnight, and what can't move."""
    days = midnights(ZoneInfo("Asia/Shanghai"), date(2026, 3, 1), date(2026, 3, 9))
    assert days[1] - days[0] == 86400
    assert days[1] == at("2026-03-02 00:00")
    was = np.array([at("2026-03-02 22:00"), at("2026-03-02 23:30"), at("2026-03-02 23:30"), -INF])
    now = np.array([at("2026-03-02 23:00"), at("2026-03-03 00:30"), -INF, -INF])
    assert Stood(was, was, days).moved(now).tolist() == [1]


def repaired(plant, script, which, hours):
    """A day at a desk, then a break of one machine, mould or crew; planner, stakes and what the repair did."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    subjects = [resource.id for resource in plant.resources] + [mould.id for mould in plant.moulds]
    start = datetime.fromtimestamp(desk.now_s, UTC)
    out = Downtime(subjects[which % len(subjects)], start, start + timedelta(hours=hours), planned=False)
    stakes = {
        (name, number): Stake(int((line.promised_time - plant.item_by_id[line.item_id].shipping).timestamp()), number)
        for name, lines in desk.orders.items()
        for number, line in lines.items()
    }
    return (
        desk.planner,
        stakes,
        desk.planner.repair(replace(plant, downtimes=(*plant.downtimes, out)), desk.now_s, stakes),
    )


def check(planner, stakes, done):
    """The plan obeys every rule, stands where its sequences put it, and all but the slips keep their promise."""
    after = planner.snapshot()
    assert [str(breach) for breach in verify(after)] == []
    again = retime(after)
    assert [x for x in after.operations if at_times(x, again[x.key]) != x] == []
    slipped = {(slip.order_id, slip.line_no): slip for slip in done.slips}
    assert set(slipped) <= set(stakes) | {(info.order_id, info.line_no) for info in planner._lines}
    for (name, number), stake in stakes.items():
        info = next(info for info in planner._by_order[name] if info.line_no == number)
        slip = slipped.get((name, number))
        if slip is None:
            assert planner._end(info) <= stake.by_s
        elif slip.end_s is not None:
            assert planner._end(info) == slip.end_s > stake.by_s
    delta = planner.take_delta()
    assert delta.whole
    image = PlanImage(
        delta.version, delta.floor_s, delta.now_s, tuple(delta.placed), delta.sequence, tuple(delta.material)
    )
    assert Planner.restore(planner.plant, planner.now_s, image).snapshot().operations == after.operations


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(small_plants(), days(3, 8), st.integers(0, 9), st.integers(1, 60))
def test_after_any_break_the_plan_holds_and_tells_what_does_not(plant, script, which, hours):
    """Moulds, crews, changeovers, capacity n, alternatives."""
    check(*repaired(plant, script, which, hours))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(small_plants(plain=True), days(5, 14), st.integers(0, 9), st.integers(1, 60))
def test_after_any_break_of_a_plain_machine_too(plant, script, which, hours):
    """There another dispatch decides."""
    check(*repaired(plant, script, which, hours))


def test_ranks_of_work_that_is_told_again_and_again_not_to_have_begun_stay_behind_what_begins():
    """Forty booths: one job after the other is told not to have begun, and again an hour later.

    Each went between what had begun and the one before it, until there were no ranks left there: then what began next
    ranked behind work that stood behind it, and the check refused every change of the plan.
    """
    none, long, count = timedelta(0), timedelta(hours=20), 40
    booths = tuple(
        Resource(f"B{n}", calendar_id="round", changeover_class="colours", colour="white") for n in range(count)
    )
    colour = ChangeoverRow(ChangeoverPart.COLOUR, "*", "*", timedelta(hours=1))
    plant = Plant(
        PlantSettings("shop", "UTC", frozen_zone=none, release_lead=none, buffer=none, promise_grid=none),
        (Calendar("round", (Shift(frozenset(range(7)), clock_time(0), clock_time(0)),)),),
        booths,
        changeovers=(ChangeoverClass("colours", rows=(colour,)),),
        items=tuple(Item(f"door{n}", routing_id=f"door{n}", colour="red") for n in range(count)),
        routings=tuple(
            Routing(f"door{n}", (RoutingOperation("paint", modes=(Mode("in-booth", f"B{n}", fixed=long),)),))
            for n in range(count)
        ),
    )
    planner = Planner(plant, MONDAY)
    for n in range(count):
        promised(planner, f"DOOR{n}", f"door{n}", 1, "2026-03-20 12:00")
    keys = {each.order_id: each.key for each in planner.snapshot().operations}
    for n in range(count):
        told = utc("2026-03-02 09:00") + timedelta(minutes=n)
        never = Progress(keys[f"DOOR{n}"], f"DOOR{n}", 1, "paint").with_mark(
            Mark(MarkKind.NOT_STARTED, told, until=told + timedelta(days=3))
        )
        planner.report([never], int(told.timestamp()), {})
        planner.take_delta()
    k = planner._k
    used = k.ops[: int(k.s[a.S_OPS])]
    opened = used[used[:, a.STATE] == a.OPEN]
    assert len(opened) == count
    assert opened[:, a.LABEL].min() - k.s[a.S_FIXRANK] > 1 << 20
    assert len(set(opened[:, a.LABEL].tolist())) == count
    assert verify(planner.snapshot()) == []
