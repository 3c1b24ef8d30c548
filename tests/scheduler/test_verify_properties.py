"""Properties of the checker: good plans pass, every planted violation is found, and delta equals full."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.values import replace
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify import Rule, retime, verify, verify_delta
from tests.plants import at_times, changed
from tests.strategies_plan import HOUR, good_plans, next_in_sequences

plans = good_plans()
slow = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@slow
@given(plans)
def test_a_plan_timed_from_its_sequences_holds(plan: PlanSnapshot) -> None:
    """No rule is broken, and timing it again changes nothing."""
    assert verify(plan) == []
    times = retime(plan)
    assert plan.operations == tuple(at_times(x, times[x.key]) for x in plan.operations)


def _violations(x: PlacedOperation) -> dict[Rule, dict[str, object]]:
    """For each rule a change of one operation that breaks it."""
    found: dict[Rule, dict[str, object]] = {
        Rule.REFERENCE: {"mode_id": "nowhere"},
        Rule.PLACE: {"units": (*x.units, 99)},
        Rule.DURATION: {"end_s": x.end_s + 60},
        Rule.WORKING_TIME: {"start_s": x.start_s - 14 * 24 * HOUR},
        Rule.MAINTENANCE: {"maintenances": x.maintenances + 1},
        Rule.RELEASE: {"not_before_s": x.visit_start_s + 1},
        Rule.DEADLINE: {"deadline_s": x.end_s - 1},
        Rule.FROZEN: {"latest_s": x.visit_start_s - 1},
        Rule.EARLIEST: {"start_s": x.start_s + 1, "end_s": x.end_s + 1},
        Rule.MOUNTED: {"dismounted_mould": "CAP" if x.dismounted_mould != "CAP" else "LID"},
        Rule.CHANGEOVER: {"setup": None if x.setup else (x.start_s - HOUR, x.start_s)},
    }
    return found


@slow
@given(plans, st.data())
def test_a_random_violation_is_found_and_named(plan: PlanSnapshot, data: st.DataObject) -> None:
    """Whatever is planted in a good plan, the full check and the delta of that operation name its rule."""
    open_ones = [x for x in plan.operations if not x.fixed]
    assume(open_ones)
    x = data.draw(st.sampled_from(open_ones))
    rule, fields = data.draw(st.sampled_from(sorted(_violations(x).items())))
    broken = changed(plan, x.key, **fields)
    assert rule in {breach.rule for breach in verify(broken)}
    assert rule in {breach.rule for breach in verify_delta(broken, {x.key})}


@st.composite
def changes(draw: st.DrawFn, plan: PlanSnapshot) -> tuple[PlanSnapshot, set[int]]:
    """A plan with up to three operations changed, re-timed or not or but for one, and what a delta is told."""
    new = {x.key: x for x in plan.operations}
    keys: set[int] = set()
    for _ in range(draw(st.integers(1, 3))):
        x = new[draw(st.sampled_from(sorted(new)))]
        seconds = draw(st.sampled_from([-HOUR, -60, 0, 60, HOUR]))
        routing = plan.plant.routing_by_id[x.routing_id]
        modes = next(step.modes for step in routing.operations if step.id == x.operation_id)
        mode = draw(st.sampled_from(modes))
        capacity = plan.plant.resource_by_id[mode.resource_id].capacity
        what = draw(st.sampled_from(["run", "setup", "floor", "deadline", "label", "place", "item", "nothing"]))
        if what == "run":
            new[x.key] = replace(x, start_s=x.start_s + seconds, end_s=x.end_s + seconds)
        elif what == "setup":
            piece = None if x.setup is None else (x.setup[0] + seconds, x.setup[1] + seconds)
            new[x.key] = replace(x, setup=piece)
        elif what == "floor":
            new[x.key] = replace(x, not_before_s=x.not_before_s + seconds)
        elif what == "deadline":
            new[x.key] = replace(x, deadline_s=x.end_s + seconds)
        elif what == "label":
            new[x.key] = replace(x, label=draw(st.integers(0, 9)))
        elif what == "place":
            units = tuple(unit % capacity for unit in range(1, 1 + mode.resource_units))
            new[x.key] = replace(x, mode_id=mode.id, resource_id=mode.resource_id, units=units)
        elif what == "item":
            same = [item.id for item in plan.plant.items if item.routing_id == x.routing_id]
            new[x.key] = replace(x, item_id=draw(st.sampled_from(same)))
        if what in ("label", "place"):
            keys |= next_in_sequences(plan, plan_of(plan, x.key))
    ordered = tuple(sorted(new.values(), key=lambda x: (x.label, x.key)))
    result = replace(plan, operations=ordered)
    times = retime(result)
    moved = [x.key for x in ordered if at_times(x, times[x.key]) != x]
    how = draw(st.sampled_from(["not at all", "whole", "but for one"]))
    if how != "not at all":
        kept = draw(st.sampled_from(moved)) if moved and how == "but for one" else None
        timed = (x if x.key == kept else at_times(x, times[x.key]) for x in ordered)
        result = replace(plan, operations=tuple(timed))
    before = {x.key: x for x in plan.operations}
    return result, keys | {x.key for x in result.operations if x != before[x.key]}


def plan_of(plan: PlanSnapshot, key: int) -> PlacedOperation:
    """The operation as it stands in the plan."""
    return next(x for x in plan.operations if x.key == key)


@settings(slow, max_examples=300)
@given(plans.flatmap(changes))
def test_delta_equals_full(change: tuple[PlanSnapshot, set[int]]) -> None:
    """What the delta check of the changed operations finds in a plan that held is what the full check finds."""
    plan, keys = change
    assert set(verify_delta(plan, keys)) == set(verify(plan))
