"""The plant that runs: what a desk plans is done, things go otherwise, and all of it comes back by its reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest

from domain.checks import from_unix
from domain.errors import InvalidInput
from domain.items import Mode, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.supply import OnHand
from domain.values import replace
from jiaoqi.v1 import plan_service_pb2 as plan
from promising.settings import DeskSettings, Redispatch
from simulators.desk_office import DeskOffice, Policy
from simulators.disturbances import Disturbances, Draws, standstills
from simulators.floor import heads
from simulators.plant import Arrival, Course, Kind, RunningPlant
from simulators.spreadsheet import Habits, Spreadsheet
from tests.wire.conftest import MONDAY, serving, shop

PLANT = shop()
EVER = timedelta(days=3000)
QUIET = Disturbances(
    process_spread=0, changeover_spread=0, scrap_share=0, wear=0, breakdown_every=EVER, crack_shots=10**12,
    late_start_share=0, absence_share=0, carrier_late_share=0, skipped_share=0, count_every=timedelta(hours=4),
    receipt_late_share=0, receipt_short_share=0,
)  # fmt: skip
"""Nothing of any kind, at whatever level."""
ITEMS = sorted(item.id for item in PLANT.items)
SOME: Sequence[Arrival] = [
    (
        MONDAY + timedelta(hours=3 * number),
        Order(f"O-{number}", "K", (OrderLine(1, ITEMS[number % len(ITEMS)], 240 + 60 * number, MONDAY + EVER / 1000),)),
    )
    for number in range(8)
]


def ran(path, disturbances: Disturbances, seed: int = 1, policy: Policy | None = None, arrivals=SOME):
    """One run of the moulding shop under a desk.

    What became of it, its office, and what its client sees at the end: the orders, what the checker says, the runs as
    planned, and what was reported as broken.
    """
    with serving(path, PLANT, DeskSettings(redispatch=Redispatch.AFTER_EACH)) as served, served.client() as client:
        office = DeskOffice(client, PLANT, disturbances, seed, policy)
        running = office.running = RunningPlant(PLANT, arrivals, office, disturbances, seed)
        course = running.run()
        found = {promise.order.id: promise for promise in client.list_orders()}
        planned = {
            (row.order_id, row.line_no, row.item_id, row.operation_id): (row.start_time.seconds, row.end_time.seconds)
            for row in client.schedule()
        }
        return course, office, found, client.check_plan(), planned, list(client.disruptions())


def without_a_desk(disturbances: Disturbances, seed: int = 1) -> tuple[Course, Spreadsheet]:
    """One run of the shop with a spreadsheet."""
    office = Spreadsheet(PLANT, Habits(lead=timedelta(days=3)), disturbances, seed)
    running = office.running = RunningPlant(PLANT, SOME, office, disturbances, seed)
    return running.run(), office


def lines(course: Course) -> set[tuple[str, int]]:
    return set(course.delivered_s)


def test_a_plant_in_which_nothing_goes_wrong_delivers_exactly_as_planned(tmp_path):
    """Each run begins and ends at the second that was planned, every promise is kept, and nothing is refused."""
    course, office, _, violations, planned, _ = ran(tmp_path / "desk", replace(QUIET, skipped_share=2.0))
    assert planned == course.runs
    assert len(course.delivered_s) == len(SOME)
    assert all(course.delivered_s[line] <= told.promised_s for line, told in office.told.items())
    assert (office.problems.calls, office.problems.reports, violations) == ({}, [], [])


def test_what_lies_in_stock_arrives_when_the_desk_says(tmp_path):
    """Nothing is made for it, and its shipping counts once."""
    plant = replace(
        PLANT,
        items=tuple(replace(item, shipping=timedelta(hours=5)) for item in PLANT.items),
        on_hand=(OnHand("cap", 10**6, MONDAY),),
    )
    arrivals = [(MONDAY, Order("O-1", "K", (OrderLine(1, "cap", 10, MONDAY + timedelta(hours=5)),)))]
    with serving(tmp_path / "desk", plant) as served, served.client() as client:
        office = DeskOffice(client, plant, replace(QUIET, skipped_share=2.0), 1)
        running = office.running = RunningPlant(plant, arrivals, office, QUIET, 1)
        course = running.run()
    assert course.runs == {}
    assert course.delivered_s == {("O-1", 1): int((MONDAY + timedelta(hours=5)).timestamp())}


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory):
    """A run at twice the usual disturbances."""
    return ran(tmp_path_factory.mktemp("plant") / "desk", Disturbances(level=2), seed=5)


def test_what_breaks_and_who_is_absent_is_reported_when_it_happens(disturbed, tmp_path):
    """Each standstill of the history is a disruption of its kind from that second on; so are cracks and absences."""

    def told(run):
        course, disruptions = run[0], run[5]
        downs = [(name, at_s) for at_s, kind, name in course.history if kind == Kind.DOWN]
        return downs, [(each.subject_id, each.start_time.seconds) for each in disruptions], disruptions

    kinds = set()
    broken = replace(QUIET, crack_shots=60, absence_share=0.15, crack_repair=timedelta(hours=2))
    for run in (disturbed, ran(tmp_path / "desk", broken, arrivals=SOME[:2])):
        downs, reported, disruptions = told(run)
        assert downs == reported
        assert run[1].problems.calls == {}
        kinds |= {each.kind for each in disruptions}
    assert kinds == {
        plan.DISRUPTION_KIND_MACHINE_DOWN, plan.DISRUPTION_KIND_MOULD_IN_REPAIR, plan.DISRUPTION_KIND_CREW_ABSENT
    }  # fmt: skip


def test_the_same_seed_gives_the_same_history(disturbed, tmp_path):
    """To the second, though another server and another store served it; another seed gives another one."""
    again, office, *_ = ran(tmp_path / "desk", Disturbances(level=2), seed=5)
    assert again.history == disturbed[0].history
    assert {line: told.promised_s for line, told in office.told.items()} == {
        line: told.promised_s for line, told in disturbed[1].told.items()
    }
    assert ran(tmp_path / "other", Disturbances(level=2), seed=6)[0].history != again.history


def test_no_piece_is_lost_or_won(disturbed):
    """What each step of a line made is what was ordered, in its lot, and scrap on top of it."""
    course = disturbed[0]
    steps = {
        item.id: sum(1 for step in PLANT.routing_by_id[item.routing_id].operations if step.modes)
        for item in PLANT.items
    }
    for _, order in SOME:
        (line,) = order.lines
        good, scrapped = course.made[order.id, 1]
        assert good == steps[line.item_id] * PLANT.item_by_id[line.item_id].lot(line.quantity)
        assert scrapped >= 0
    assert sum(scrapped for _, scrapped in course.made.values()) > 0


def test_a_disturbed_desk_stays_sound_and_forgets_no_promise(disturbed):
    """The checker finds nothing, no report or call was refused, and each line is found again with its first date."""
    course, office, found, violations, *_ = disturbed
    assert (violations, office.problems.calls, office.problems.reports) == ([], {}, [])
    assert lines(course) == {(order.id, 1) for _, order in SOME}
    for (order_id, _), told in office.told.items():
        assert found[order_id].lines[0].promised_time.seconds == told.promised_s


@pytest.mark.parametrize(
    "kind",
    [
        {"process_spread": 0.3},
        {"changeover_spread": 0.5},
        {"scrap_share": 0.1},
        {"wear": 50.0},
        {"breakdown_every": timedelta(hours=4)},
        {"crack_shots": 200},
        {"late_start_share": 1.0},
        {"absence_share": 0.9},
        {"carrier_late_share": 1.0},
    ],
    ids=lambda kind: next(iter(kind)),
)
def test_each_disturbance_alone_changes_what_it_should(kind):
    """By itself each kind moves at least one delivery off its second, and with a level of 0 it moves none."""
    quiet = without_a_desk(QUIET)[0]
    assert without_a_desk(replace(QUIET, **kind, level=0))[0].history == quiet.history
    alone = without_a_desk(replace(QUIET, **kind))[0]
    assert alone.delivered_s != quiet.delivered_s
    broke = {row[1] for row in alone.history} & {Kind.DOWN}
    assert bool(broke) == ({"breakdown_every", "crack_shots", "absence_share"} & set(kind) != set())
    scrapped = sum(scrapped for _, scrapped in alone.made.values())
    assert bool(scrapped) == ("scrap_share" in kind)
    assert (alone.runs == quiet.runs) == ("carrier_late_share" in kind)


def test_a_desk_and_a_spreadsheet_see_the_same_world(disturbed):
    """The same breakdowns at the same seconds, and of each line as many pieces of scrap."""
    course, _ = without_a_desk(Disturbances(level=2), seed=5)

    def downs(one):
        machines = {resource.id for resource in PLANT.resources}
        return {row for row in one.history if row[1] == Kind.DOWN and row[2] in machines}

    until = min(course.history[-1][0], disturbed[0].history[-1][0])
    assert {row for row in downs(course) if row[0] <= until} == {row for row in downs(disturbed[0]) if row[0] <= until}
    assert course.made == disturbed[0].made


def test_a_spreadsheet_promises_by_a_fixed_lead_time_whatever_is_in_the_plant():
    """Three days from the day of the order at 18:00, or what was asked for where that is later."""
    _, office = without_a_desk(QUIET)
    for received, order in SOME:
        usual = datetime.combine(received.astimezone(PLANT.zone).date() + timedelta(days=3), time(18), PLANT.zone)
        asked = order.lines[0].requested_time
        assert from_unix(office.told[order.id, 1]) in (asked, max(usual, asked))


def test_reports_that_are_skipped_leave_work_that_is_only_assumed(tmp_path):
    """Nothing of the world changes when nobody says anything, and every line is delivered as it would have been."""
    silent, office, _, violations, *_ = ran(tmp_path / "silent", replace(QUIET, skipped_share=2.0), arrivals=SOME[:4])
    told = ran(tmp_path / "told", QUIET, arrivals=SOME[:4])[0]
    assert (silent.delivered_s, violations, office.problems.calls) == (told.delivered_s, [], {})


def test_reports_may_be_sent_in_batches_hours_later(tmp_path):
    """A system that sends every four hours, and machines that go on ahead of the plan, deliver everything as well."""
    policy = Policy(report_every=timedelta(hours=4), ahead=timedelta(hours=4))
    course, office, _, violations, *_ = ran(tmp_path / "desk", Disturbances(level=1), policy=policy)
    assert len(course.delivered_s) == len(SOME)
    assert (violations, office.problems.calls, office.problems.reports) == ([], {}, [])


def test_draws_go_by_what_they_are_for_and_not_by_who_asks_first():
    """The same names give the same draw in any order; the level stretches a spread without drawing anew."""
    once, twice = (Draws(7, Disturbances(level=level)) for level in (1.0, 2.0))
    first = once.factor("process_spread", "O-1", 1, "box", "mould")
    once.factor("process_spread", "O-2", 1, "box", "mould")
    assert once.factor("process_spread", "O-1", 1, "box", "mould") == first
    further = twice.factor("process_spread", "O-1", 1, "box", "mould")
    assert (first > 1) == (further > 1) or abs(first - 1) < 0.02
    assert Draws(7, Disturbances(level=0)).factor("process_spread", "O-1") == 1.0


def test_breakdowns_are_those_of_the_world_whatever_is_planned():
    """Per machine they come after working hours that are drawn by their number; a higher level brings more."""
    span = (MONDAY, MONDAY + timedelta(days=60))
    usual, twice = (standstills(PLANT, Disturbances(level=x), Draws(3, Disturbances(level=x)), *span) for x in (1.0, 3.0))  # fmt: skip  # noqa: E501
    assert 0 < len(usual) < len(twice)
    assert all(each.start_s < each.end_s for each in twice)
    assert standstills(PLANT, Disturbances(level=0), Draws(3, Disturbances(level=0)), *span) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"level": -1.0}, "level"), ({"scrap_share": 3.0}, "scrap_share"), ({"crack_shots": 0}, "crack_shots")],
)
def test_a_parameter_out_of_range_is_refused_by_name(wrong, field):
    """With what is allowed."""
    with pytest.raises(InvalidInput, match=field):
        Disturbances(**wrong)


def test_the_first_work_of_an_order_waits_for_what_comes_before_it():
    """A survey of 30 hours and 6 of design, a lag of 2 to the first work: 38 hours after the order at the earliest."""
    hours = timedelta(hours=1)
    routing = Routing(
        "wardrobe",
        (
            RoutingOperation("survey", lag=30 * hours), RoutingOperation("design", lag=6 * hours),
            RoutingOperation("cut", modes=(Mode("saw", "SAW", per_piece=hours),)),
            RoutingOperation("dry", lag=5 * hours), RoutingOperation("pack", modes=(Mode("saw", "SAW"),)),
        ),
        (
            RoutingLink("survey", "design"), RoutingLink("design", "cut", lag=2 * hours), RoutingLink("cut", "dry"),
            RoutingLink("dry", "pack"),
        ),
    )  # fmt: skip
    assert heads(routing) == {"cut": 38 * 3600}
    assert heads(replace(routing, links=routing.links[2:])) == {"cut": 0}


def test_a_spreadsheet_gives_work_to_the_floor_so_long_before_its_date():
    """Everything is told for Thursday at 18:00 or later: with a day and a half nothing begins before Wednesday 9:00."""
    habits = Habits(lead=timedelta(days=3), updates=(time(9), time(15)), releases=timedelta(hours=36))
    office = Spreadsheet(PLANT, habits, QUIET, 1)
    running = office.running = RunningPlant(PLANT, SOME, office, QUIET, 1)
    course = running.run()
    assert len(course.delivered_s) == len(SOME)
    for line, start_s in course.first_start_s.items():
        assert start_s >= office.told[line] - 36 * 3600
    assert min(course.first_start_s.values()) > without_a_desk(QUIET)[0].arrived_s[SOME[-1][1].id]


def test_a_running_plant_begins_nothing_before_the_lags_that_lead_to_it(tmp_path):
    """Thirty hours of survey before every first work: by a desk and by a spreadsheet, nothing begins before."""
    survey = RoutingOperation("survey", lag=timedelta(hours=30))
    routings = tuple(
        replace(
            each, operations=(survey, *each.operations),
            links=(RoutingLink("survey", each.operations[0].id), *each.links),
        )
        for each in PLANT.routings
    )  # fmt: skip
    plant = replace(PLANT, routings=routings)
    office = Spreadsheet(plant, Habits(lead=timedelta(days=5)), QUIET, 1)
    running = office.running = RunningPlant(plant, SOME, office, QUIET, 1)
    courses = [running.run()]
    with serving(tmp_path / "desk", plant) as served, served.client() as client:
        desk = DeskOffice(client, plant, QUIET, 1, Policy(report_every=timedelta(hours=4), ahead=timedelta(hours=40)))
        running = desk.running = RunningPlant(plant, SOME[:3], desk, QUIET, 1)
        courses.append(running.run())
    for course in courses:
        assert all(at_s >= course.arrived_s[line[0]] + 30 * 3600 for line, at_s in course.first_start_s.items())
