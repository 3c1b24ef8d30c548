"""A desk at which nobody looks puts re-timing off: in the end its plan and its answers are those of any other desk."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scheduler.test_planner_days import Desk, check
from tests.strategies import days, one_way, small_plants


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(small_plants(plain=True).map(one_way), days(6, 20), st.data())
def test_re_timing_put_off_changes_no_plan_and_no_answer(plant, script, data):
    """Orders, quotes, cancellations, re-dispatches and the clock between two looks at the plan, or none at all."""
    watched, unwatched = Desk(plant), Desk(plant)
    before, gone = unwatched.planner.snapshot(), frozenset()
    for step in script:
        watched.take(step)
        watched.planner.snapshot()
        gone |= unwatched.take(step)
        assert unwatched.answers == watched.answers
        if data.draw(st.integers(0, 5)) == 0:
            before, gone = check(unwatched, before, gone), frozenset()
    check(unwatched, before, gone)
    assert unwatched.planner.snapshot() == watched.planner.snapshot()
