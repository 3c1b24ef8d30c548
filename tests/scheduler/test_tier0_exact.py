"""Tier 0 answers what trying every place gives: on one machine, and over all single cuts on several resources."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.checks import to_unix_down
from domain.plant import Plant
from domain.promises import LinePromise, Outcome, Tier
from scheduler.planner import Effort, Planner
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from tests.plants import operation
from tests.scheduler.naive import NEVER, Cut, cuts
from tests.scheduler.test_planner_days import Desk
from tests.strategies import Step, days, small_plants

SLOW = list(HealthCheck)
KEY = 1 << 40
"""Ranks behind every operation of a planner at equal labels."""


def one_step_items(plant: Plant) -> list[int]:
    """Numbers of the items that are made in one operation."""
    placed = {recipe.id: sum(bool(step.modes) for step in recipe.operations) for recipe in plant.routings}
    return [number for number, item in enumerate(plant.items) if placed[item.routing_id] == 1]


@st.composite
def quotes(draw: st.DrawFn, plant: Plant) -> Step:
    """One line of an item that is made in one operation, to be had at any time."""
    item = draw(st.sampled_from(one_step_items(plant)))
    line = (item, draw(st.sampled_from([1, 30, 60, 120, 300])), draw(st.sampled_from([1, 8, 30, 200])))
    return Step(0, "quote", lines=(line,), allow_frozen=draw(st.booleans()))


def asked(plan: PlanSnapshot, step: Step, made: int) -> PlacedOperation:
    """The operation of a quote for `made` pieces, in no place yet, with the bounds that the plant gives it."""
    plant, ((number, _, hours),) = plan.plant, step.lines
    item, own = plant.items[number], plant.settings
    wait = max(own.release_lead, timedelta(0) if step.allow_frozen else own.frozen_zone)
    ready_s = 0
    if own.earliness_limit is not None:
        ready_s = plan.now_s + int((timedelta(hours=hours) - item.shipping - own.earliness_limit).total_seconds())
    return operation(plant, KEY, item.id, made, not_before_s=plan.now_s + int(wait.total_seconds()), ready_s=ready_s)


def answered(planner: Planner, step: Step) -> tuple[LinePromise, Sequence[int], int]:
    """Tier 0's answer to a quote, where the operation placed for it ends (none: it has no place), and what it makes.

    Of these there are fewer than asked for where some are in stock.
    """
    order = step.asked(planner.plant, 999, planner.now_s)
    decision = planner.decide(order, planner.now_s, allow_frozen=step.allow_frozen, effort=Effort.INSTANT)
    placed = [x for x in planner.snapshot().operations if x.order_id == order.id]
    planner.undo(decision)
    ((number, quantity, _),) = step.lines
    made = placed[0].quantity if placed else planner.plant.items[number].lot(quantity)
    return decision.lines[0], [x.end_s for x in placed], made


def tried(planner: Planner, step: Step, made: int) -> list[Cut]:
    """The operation of a quote in every place there is."""
    plan = planner.snapshot()
    last = datetime.combine(planner.layout.last + timedelta(days=1), time(0), UTC)
    return list(cuts(plan, asked(plan, step, made), to_unix_down(last)))


@settings(max_examples=60, suppress_health_check=SLOW)
@given(small_plants(plain=True), days(2, 9), st.data())
def test_on_one_machine_no_place_ends_earlier_and_none_is_missed(plant, script, data):
    """With calendars, downtimes, pauses, frozen work and promises around it; what is refused has no place."""
    assume(one_step_items(plant))
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    for _ in range(2):
        step = data.draw(quotes(plant))
        answer, ends, made = answered(desk.planner, step)
        if answer.tier is not Tier.STOCK:
            assert answer.search == "exact" or answer.outcome is Outcome.REFUSED
            assert (ends or [NEVER]) == [min(cut.end_s for cut in tried(desk.planner, step, made))]


@settings(max_examples=50, suppress_health_check=SLOW)
@given(small_plants(), days(2, 7), st.data())
def test_on_several_resources_no_single_cut_ends_earlier(plant, script, data):
    """Every mode, units, setter and crew, with all its sequences cut at one rank: machine, mould, setter and crew.

    Ranks between which none of these sequences has anything are one cut to tier 0. They differ only where work
    elsewhere moves a mould: then tier 0 knows one of them, which need not be the best.
    """
    assume(one_step_items(plant))
    desk = Desk(plant)
    assume(not desk.planner.layout.exact)
    for step in script:
        desk.take(step)
    step = data.draw(quotes(plant))
    answer, ends, made = answered(desk.planner, step)
    if answer.tier is Tier.STOCK:
        return
    ranks: dict[tuple[PlacedOperation, int], list[int]] = {}
    for cut in tried(desk.planner, step, made):
        ranks.setdefault((cut.placed, cut.place), []).append(cut.end_s)
    (end_s,) = ends or [NEVER]
    assert min(min(same) for same in ranks.values()) <= end_s <= min(max(same) for same in ranks.values())
