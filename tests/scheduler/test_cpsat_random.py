"""Random plans: what the solver finds is what trying everything finds, and the planner lays it at the same times."""

from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from domain.checks import to_unix_down
from domain.values import replace
from scheduler.cpsat import Level, Limits, Status, Wish, read, resequenced, solve
from scheduler.planner import Planner, SequencesDontFit
from scheduler.snapshot import PlanSnapshot
from scheduler.verify import NeverFits, retime, verify
from scheduler.verify.recipe import Recipe
from tests.plants import job_shop, moulding_shop, operation, packing_line, timed
from tests.scheduler.naive import choices
from tests.strategies import MONDAY_S, days, small_plants
from tests.strategies_plan import HOUR, MONDAY, downtimes, good_plans

EFFORT = Limits(effort=1)
some = settings(
    phases=[Phase.generate], database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def wishes(plan: PlanSnapshot, hours: int = 3) -> dict[tuple[str, int], Wish]:
    """All lines are wanted that long after the floor, the first ones twice as much."""
    lines = sorted({(x.order_id, x.line_no) for x in plan.operations})
    return {line: Wish(plan.floor_s + hours * HOUR, 1 + (i < 2)) for i, line in enumerate(lines)}


def tardiness(plan: PlanSnapshot, wanted: dict[tuple[str, int], Wish]) -> int:
    """Weighted seconds after the wishes, counted here."""
    recipe, ends = Recipe(plan.plant), {}
    for x in plan.operations:
        line = x.order_id, x.line_no
        ends[line] = max(ends.get(line, 0), x.end_s + recipe.tails(x.routing_id)[x.operation_id])
    return sum(wish.weight * max(0, ends[line] - wish.requested_s) for line, wish in wanted.items())


@st.composite
def few(draw) -> PlanSnapshot:
    """Two to four operations on a tiny plant."""
    kind = draw(st.sampled_from(["line", "jobs", "shop"]))
    if kind == "line":
        plant = packing_line(downtimes=draw(downtimes(["L", "CREW"])))
        items = draw(st.lists(st.sampled_from(["crate", "pallet"]), min_size=2, max_size=3))
        work = [(item, "pack", n) for n, item in enumerate(items)]
    elif kind == "jobs":
        plant = job_shop(downtimes=draw(downtimes(["SAW", "MILL", "OPERATORS"])))
        work = [("pin", step, n) for n in range(2) for step in ("saw", "mill")]
    else:
        plant = moulding_shop(downtimes=draw(downtimes(["M1", "M2", "CAP", "SETTER"])))
        items = draw(st.lists(st.sampled_from(["cap", "cap-white"]), min_size=2, max_size=3))
        work = [(item, "mould", n) for n, item in enumerate(items)]
    rows = [
        operation(
            plant, key, item, draw(st.sampled_from([2, 30, 80])), operation_id=step, order_id=f"SO-{order}",
            not_before_s=MONDAY + HOUR * draw(st.sampled_from([0, 0, 1, 5])), label=key,
        )
        for key, (item, step, order) in enumerate(work)
    ]  # fmt: skip
    return timed(plant, MONDAY, rows)


def best_of_all(plan: PlanSnapshot, wanted: dict[tuple[str, int], Wish]) -> int:
    """The least tardiness over all sequences and choices, each timed and checked by the checker."""
    least = 1 << 60
    for order in permutations(plan.operations):
        at = {x.key: rank for rank, x in enumerate(order)}
        steps = [(x, y) for x in plan.operations for y in plan.operations if x.order_id == y.order_id and x.key < y.key]
        if any(at[x.key] > at[y.key] for x, y in steps):
            continue
        for chosen in product(*(choices(plan, x) for x in order)):
            bare = replace(plan, operations=tuple(replace(x, label=rank) for rank, x in enumerate(chosen)))
            try:
                times = retime(bare)
            except NeverFits:
                continue
            ended = tuple(replace(x, end_s=times[x.key].end_s) for x in bare.operations)
            least = min(least, tardiness(replace(bare, operations=ended), wanted))
    return least


@seed(20260302)
@settings(some, max_examples=14)
@given(few())
def test_nothing_that_the_checker_allows_is_better_than_the_optimum(plan: PlanSnapshot) -> None:
    """On plants where the model is exact the optimum is the best of all sequences; elsewhere nothing is better."""
    wanted = wishes(plan)
    problem = read(plan, wanted)
    found = solve(problem, [Level.TARDINESS], EFFORT)
    assert found.status is Status.OPTIMAL
    after = tardiness(resequenced(plan, problem, found).plan, wanted)
    best = best_of_all(plan, wanted)
    if problem.exact:
        assert after == best == found.levels[0].value == found.levels[0].bound
    else:
        assert best <= after <= max(found.levels[0].value, tardiness(plan, wanted))
        assert found.levels[0].bound is None


@seed(20260302)
@settings(some, max_examples=8)
@given(good_plans())
def test_a_plan_as_it_stands_is_allowed_and_what_is_found_is_no_worse(plan: PlanSnapshot) -> None:
    """With everything held an exact model has a solution, and free it finds one that the checker times as told."""
    plan = replace(plan, operations=tuple(replace(x, deadline_s=None) for x in plan.operations))
    assume(any(not x.fixed for x in plan.operations))
    wanted = wishes(plan)
    problem = read(plan, wanted)
    if problem.exact:
        assert solve(read(plan, wanted, free=[]), [Level.TARDINESS], EFFORT).status is Status.OPTIMAL
    found = solve(problem, [Level.TARDINESS], EFFORT)
    assert found.places
    after = resequenced(plan, problem, found).plan
    assert verify(after) == []
    if problem.exact:
        assert tardiness(after, wanted) <= found.levels[0].value
        assert found.levels[0].bound <= tardiness(after, wanted) <= tardiness(plan, wanted)


@seed(20260302)
@settings(some, max_examples=15)
@given(small_plants(), days(3, 6))
def test_the_planner_lays_what_was_found_at_the_times_of_the_checker(plant, script) -> None:
    """After days at the desk: every promise holds in the new sequences, and all their times are the same by both."""
    planner, now_s, wanted = Planner(plant, MONDAY_S), MONDAY_S, {}
    for number, step in enumerate(script):
        now_s += step.wait_s
        order = step.asked(plant, number, now_s)
        planner.keep(planner.decide(order, now_s, allow_frozen=step.allow_frozen))
        wanted |= {(order.id, line.line_no): Wish(to_unix_down(line.requested_time)) for line in order.lines}
    # What was put into the frozen zone is frozen when the plan is next followed.
    planner.advance(now_s)
    planner.take_delta()
    plan = planner.snapshot()
    problem = read(plan, wanted)
    found = solve(problem, [Level.TARDINESS], Limits(effort=0.1))
    assume(found.places)
    after = resequenced(plan, problem, found)
    planner.lay(after.steps, now_s)
    assert verify(planner.snapshot()) == []
    laid = {x.key: replace(x, label=0, deadline_s=None) for x in planner.snapshot().operations}
    assert laid == {x.key: replace(x, label=0, deadline_s=None) for x in after.plan.operations}
    planner.take_delta()
    with pytest.raises(SequencesDontFit) as refused:
        planner.lay(after.steps[:-1], now_s)
    assert refused.value.missing == (after.steps[-1].key,)
    assert planner.snapshot().operations
