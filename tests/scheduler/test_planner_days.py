"""Days at the desk of small plants: after every step the plan obeys every rule, and no promise has moved."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings

from domain.items import Item, Mode, Routing, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.promises import Outcome
from domain.resources import Resource, ResourceKind
from domain.values import replace
from scheduler.planner import Effort, Planner
from scheduler.verify import retime, verify, verify_moves
from tests.plants import ROUND, at_times
from tests.strategies import MONDAY_S, days, small_plants

START_S = MONDAY_S + 8 * 3600


class Desk:
    """A planner with what the desk remembers: the promised times, which orders stand, and all that it answered."""

    def __init__(self, plant):
        self.plant, self.now_s = plant, START_S
        self.planner = Planner(plant, START_S)
        self.orders = {}
        self.answers = []
        self.count = 0

    def take(self, step):
        """One step; returns the orders whose lines may be gone after it."""
        self.now_s += step.wait_s
        if step.what == "cancel":
            if not self.orders:
                return frozenset()
            name = list(self.orders)[step.order % len(self.orders)]
            del self.orders[name]
            self.planner.remove(name, self.now_s)
            return frozenset([name])
        if step.what == "redispatch":
            self.answers.append(self.planner.redispatch(self.now_s))
            return frozenset()
        self.count += 1
        order = step.asked(self.plant, self.count, self.now_s)
        effort = Effort.TIER1 if step.tier1 else Effort.INSTANT
        decision = self.planner.decide(order, self.now_s, allow_frozen=step.allow_frozen, effort=effort)
        self.answers.append(decision.lines)
        if step.what == "quote":
            self.planner.undo(decision)
        else:
            self.planner.keep(decision)
            kept = {a.line_no: a for a in decision.lines if a.outcome is not Outcome.REFUSED}
            if kept:
                self.orders[order.id] = kept
        return frozenset()


def check(desk, before, gone):
    """The plan of the desk obeys every rule, stands where its sequences put it, and keeps what was promised."""
    desk.planner.take_delta()
    after = desk.planner.snapshot()
    assert [str(b) for b in verify(after)] == []
    again = retime(after)
    assert [x for x in after.operations if at_times(x, again[x.key]) != x] == []
    moved = [b for b in verify_moves(before, after) if b.objects[0] not in gone]
    assert [str(b) for b in moved] == []
    for name, answers in desk.orders.items():
        for number, answer in answers.items():
            assert desk.planner.expected(name, number) <= answer.promised_time.timestamp()
    placed = {(x.order_id, x.line_no) for x in after.operations if not x.fixed and x.deadline_s is not None}
    assert {name for name, _ in placed} <= set(desk.orders)
    return after


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(small_plants(), days())
def test_every_step_of_a_day_keeps_every_rule_and_every_promise(plant, script):
    """Orders, quotes, cancellations and re-dispatches while the clock runs."""
    desk = Desk(plant)
    before = desk.planner.snapshot()
    for step in script:
        before = check(desk, before, desk.take(step))


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(small_plants(plain=True), days(4, 14))
def test_a_plant_of_plain_machines_does_too(plant, script):
    """Without moulds, crews and changeovers another search and another dispatch decide."""
    desk = Desk(plant)
    before = desk.planner.snapshot()
    for step in script:
        before = check(desk, before, desk.take(step))


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(small_plants(plain=True), days(4, 12))
def test_crews_that_work_by_themselves_are_planned_as_machines_are(plant, script):
    """In all but the names of what is waited for: each step leaves the same times, the same facts, the same dates."""
    crews = tuple(replace(each, kind=ResourceKind.CREW) for each in plant.resources)
    machines, packers = Desk(plant), Desk(replace(plant, resources=crews))
    before = packers.planner.snapshot()
    for step in script:
        machines.take(step)
        before = check(packers, before, packers.take(step))
        told = [[(x.key, x.start_s, x.end_s, x.fixed) for x in p.snapshot().operations] for p in (
            machines.planner, packers.planner
        )]  # fmt: skip
        assert told[0] == told[1]
    assert [[a.promised_time for a in given] for given in packers.answers if isinstance(given, tuple)] == [
        [a.promised_time for a in given] for given in machines.answers if isinstance(given, tuple)
    ]


def test_what_a_crew_begins_by_itself_is_a_fact_when_the_clock_has_passed_it():
    """On a plant without changeovers: an hour later it stands where it began, and has not moved with the clock."""
    hand = Mode("by-hand", "PACKERS", per_piece=timedelta(seconds=60))
    plant = Plant(
        PlantSettings("packers"), (ROUND,), (Resource("PACKERS", ResourceKind.CREW, calendar_id="round"),),
        items=(Item("box", routing_id="box"),), routings=(Routing("box", (RoutingOperation("pack", modes=(hand,)),)),),
    )  # fmt: skip
    planner = Planner(plant, START_S)
    line = OrderLine(1, "box", 10, datetime.fromtimestamp(START_S, UTC) + timedelta(hours=9))
    planner.keep(planner.decide(Order("SO-1", "C1", (line,)), START_S))
    planner.redispatch(START_S + 3600)
    after = planner.snapshot()
    assert [str(breach) for breach in verify(after)] == []
    assert [(x.start_s, x.fixed) for x in after.operations] == [(START_S, True)]
