"""Tabu search where work can be done on several machines: exact about what it finds, never longer than before."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.improve.flexible import Flexible
from scheduler.improve.makespan import as_one_line, shortest
from scheduler.improve.shop import START
from scheduler.planner import Planner
from scheduler.verify import verify
from simulators.instances import Instance
from tests.simulators.test_instances import planned, the


def searched(planner: Planner, steps: int, seed: int, least: int = 0) -> tuple[int, list[int]]:
    """Search from the plan as it stands and lay what is found; its makespan and order."""
    shop = planner.shop({}, bound=False, keep_modes=True)
    assert shop is not None
    assert shop.working
    search = Flexible(as_one_line(shop), *planner.ways(shop), np.argsort(shop.ops[:, START], kind="stable"))
    search.run(steps, seed, least)
    planner.lay(planner.steps_in(shop, *search.order), planner.now_s)
    return search.best, search.order[0].tolist()


def last_s(planner: Planner) -> int:
    """Seconds from the floor to the last end of the plan."""
    plan = planner.snapshot()
    return max(x.end_s for x in plan.operations) - plan.floor_s


@pytest.mark.parametrize(("name", "least", "steps"), [("sfjs05", 119, 500), ("mk01", 40, 20_000), ("e-mt06", 55, 4000)])
def test_small_instances_are_planned_best_and_the_same_each_time(name: str, least: int, steps: int) -> None:
    """As short as proved; the same seed takes the same way, and the planner ends when the search says."""
    found = []
    for _ in range(2):
        planner = planned(the("fjsp", name))
        found.append(searched(planner, steps, 3, least))
        assert last_s(planner) == least
        assert verify(planner.snapshot()) == []
    assert found[0] == found[1]
    assert found[0][0] == least


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """A few jobs, each operation with one to three machines that take differently long."""
    machines = draw(st.integers(2, 4))
    way = st.tuples(st.integers(0, machines - 1), st.integers(1, 9))
    ways = st.lists(way, min_size=1, max_size=3, unique_by=lambda each: each[0]).map(tuple)
    jobs = draw(st.lists(st.lists(ways, min_size=1, max_size=4).map(tuple), min_size=2, max_size=5))
    return Instance("drawn", "drawn/few", machines, tuple(jobs), (), 1, 1 << 20)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances(), st.integers(1, 9))
def test_what_it_finds_is_exact_and_never_longer(instance: Instance, seed: int) -> None:
    """The planner ends when the search says, no later than before, and no sooner than the solver proves."""
    planner = planned(instance)
    before = last_s(planner)
    best, _ = searched(planner, 400, seed)
    assert last_s(planner) == best <= before
    assert verify(planner.snapshot()) == []
    proved = shortest(planned(instance), 10.0, lambda: 0.0)
    assert proved.optimal
    assert best >= proved.makespan
