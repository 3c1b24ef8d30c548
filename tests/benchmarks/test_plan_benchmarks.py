"""The benchmarks of the plan, at a tiny size: their figures agree with one another. Times are not judged."""

from itertools import accumulate, islice, permutations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks import arrivals, growth, inside, repair
from benchmarks.arrivals import NEVER, Case
from benchmarks.dense import BLOCK_OPERATIONS, MACHINES, STEPS, dense_orders, dense_plant
from benchmarks.must_break import least_late
from benchmarks.report import Result
from domain.checks import to_unix_down
from scheduler.planner import Planner
from simulators.orderbooks import Lead


def result_of(course):
    *_, last = course
    assert isinstance(last, Result)
    return last


def test_arrivals_promise_every_order_and_break_none():
    """Forty orders of a book, with tier 1 after each tenth and without."""
    cases = (Case("3000-85", Lead.SHORT, 10), Case("3000-85", Lead.SHORT, NEVER))
    result = result_of(arrivals.run(arrivals.Settings(cases, orders=40)))
    assert [(row["orders"], row["broken"], row["breaches"]) for row in result.summary] == [(40, 0, 0), (40, 0, 0)]
    rows = result.raw["3000-85"]
    assert len(rows) == 80
    assert sum(row["redispatch_s"] != "" for row in rows) == 4
    for every, row in zip((10, NEVER), result.summary, strict=True):
        assert row["missed"] == sum(r["outcome"] != "on_time" for r in rows if r["every"] == every)


def test_quotes_inside_leave_the_plan_as_it_was():
    """All quotes of a measurement see the same number of open operations, and all of the book's own are answered."""
    settings = inside.Settings(books=("3000-85",), asked=5, rounds=2, dispatches=3, orders=40, full_orders=30)
    result = result_of(inside.run(settings))
    found = {row["what"]: row for row in result.summary}
    assert found["tier 0, grown"]["open operations"] == found["tier 0, re-dispatched"]["open operations"]
    assert found["tier 1, half-way"]["asked"] == 3
    assert found["tier 1, nothing begun"]["open operations"] == 30 * STEPS
    for what in ("own quotes, tier 0", "own quotes, tier 0 and 1"):
        assert (found[what]["asked"], found[what]["answered"]) == (200, 200)
        assert found[what]["open operations"] == 40 * STEPS
    assert [len(rows) for rows in result.raw.values()] == [10, 10, 3, 3, 200, 200]


def test_a_repair_breaks_no_more_than_a_dispatch_of_everything():
    """Nine hundred orders: both ways see the same plan before the break, and the repair obeys every rule."""
    result = result_of(repair.run(repair.Settings(books=("3000-85",), orders=900, near_s=1.0)))
    rows = {(row["plan"], row["way"]): row for row in result.summary}
    for plan in ("dispatched", "grown"):
        mine, edd = rows[plan, "repair"], rows[plan, "EDD"]
        assert mine["open operations"] == edd["open operations"] > 1000
        assert mine["breaches"] == 0
        assert mine["broken"] <= edd["broken"]
        assert mine["moved"] <= edd["moved"]
        for row in (mine, edd):
            assert row["later"] <= row["dates"] <= row["ends"]
            assert row["broken"] <= row["ends"]
        assert mine["must break"] == edd["must break"] <= mine["broken"]
        assert mine["must move"] == edd["must move"] <= min(mine["later"], edd["later"])
    near, mine = rows["dispatched", "near"], rows["dispatched", "repair"]
    assert near["breaches"] == 0
    assert all(near[what] <= mine[what] for what in ("broken", "dates"))
    assert near["moved"] + 4 * near["dates"] <= mine["moved"] + 4 * mine["dates"]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=6), st.integers(0, 5))
def test_fewer_jobs_than_the_bound_says_are_late_in_no_order(jobs, from_s):
    """All orders of up to six jobs on a machine are tried."""

    def late(order):
        ends = accumulate((takes for _, takes in order), initial=from_s)
        return sum(end > due for end, (due, _) in zip(islice(ends, 1, None), order, strict=True))

    assert least_late(jobs, from_s) == min(late(order) for order in permutations(jobs))


def test_a_dense_plan_has_fifty_operations_a_day_on_each_machine():
    """Two days: all on time, none begun before its day, none after it."""
    planner = Planner(dense_plant(2, seed=1), to_unix_down(growth.START))
    for order in dense_orders(2, seed=1):
        decision = planner.decide(order, to_unix_down(growth.START))
        planner.keep(decision)
        assert decision.lines[0].outcome == "on_time"
    taken = {}
    for reservation in planner.view().reservations():
        day = (reservation.start - growth.START).days
        key = (reservation.resource_id, day)
        taken[key] = taken.get(key, 0) + 1
    assert len(taken) == 2 * MACHINES
    assert set(taken.values()) == {BLOCK_OPERATIONS // MACHINES}


def test_growth_is_told_as_a_ratio_to_the_least_size():
    """One and two thousand operations, two places."""
    result = result_of(growth.run(growth.Settings(sizes=(1_000, 2_000), quotes=5)))
    assert [(row["operations"], row["where"], row["late"]) for row in result.summary] == [
        (1_000, "anywhere", 0),
        (1_000, "front", 0),
        (2_000, "anywhere", 0),
        (2_000, "front", 0),
    ]
    p50 = {(row["operations"], row["where"]): row["p50 ms"] for row in result.summary}
    assert [ratio.value for ratio in result.ratios] == [
        p50[2_000, where] / p50[1_000, where] for where in ("anywhere", "front")
    ]
    assert result.sample_size == 20
