"""Public instances as plants: all are read, and small ones are planned best by the model that plans everything."""

import time

import pytest

from domain.checks import to_unix_down
from scheduler.improve.makespan import as_one_line, shorten, shortest
from scheduler.improve.plans import build
from scheduler.improve.shop import START as START_S
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from simulators.instances import START, Instance, families, plant_of, read_instances


def the(family: str, name: str) -> Instance:
    """One instance by name."""
    return next(instance for instance in read_instances(family) if instance.name == name)


def planned(instance: Instance) -> Planner:
    """All jobs inserted one after the other."""
    plant, orders = plant_of(instance)
    planner = Planner(plant, to_unix_down(START))
    for order in orders:
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
    return planner


def test_all_instances_are_read_with_their_bounds() -> None:
    """213 of them, none without work, each with bounds in order and machines that exist."""
    found = [instance for family in families() for instance in read_instances(family)]
    assert len(found) == 98 + 105 + 10
    for instance in found:
        assert 0 < instance.lower <= instance.upper
        assert {machine for job in instance.jobs for ways in job for machine, _ in ways} <= set(
            range(instance.machines)
        )
    setups = the("fjsp_sdst", "Fattahi_setup_01").setups
    assert [len(table) for table in setups] == [4, 4]
    assert setups[0][0] == (6, 3, 4, 4)


@pytest.mark.parametrize(
    ("family", "name", "best"), [("jsp", "ft06", 55), ("fjsp", "sfjs05", 119), ("fjsp_sdst", "Fattahi_setup_05", 126)]
)
def test_small_instances_are_solved_to_their_optimum(family: str, name: str, best: int) -> None:
    """With its bound, laid by the planner, with nothing broken; setups are exact, so the bound holds for them too."""
    planner = planned(the(family, name))
    found = shortest(planner, 30.0, time.monotonic)
    assert (found.makespan, found.bound, found.optimal) == (best, best, True)
    plan = planner.snapshot()
    assert max(x.end_s for x in plan.operations) - plan.floor_s == best
    assert verify(plan) == []


def test_local_search_alone_shortens_a_plan_and_tells_what_it_is() -> None:
    """ft10 by local search of a second: shorter than by any rule, and as long as the planner then says."""
    planner = planned(the("jsp", "ft10"))
    shop = planner.shop({}, bound=False)
    rules = build(as_one_line(shop))
    makespan, order = shorten(shop, rules[-1].order, 1.0, time.monotonic, 1)
    assert 930 <= makespan < rules[0].cost
    planner.lay(planner.steps_of(shop, order), planner.now_s)
    plan = planner.snapshot()
    assert max(x.end_s for x in plan.operations) - plan.floor_s == makespan
    assert verify(plan) == []


def test_local_search_keeps_the_modes_that_work_has() -> None:
    """mk01, whose operations can go to several machines: shorter on the same ones; without leave there is no shop."""
    planner = planned(the("fjsp", "mk01"))
    assert planner.shop({}, bound=False) is None
    before = {x.key: (x.mode_id, x.end_s) for x in planner.snapshot().operations}
    shop = planner.shop({}, bound=False, keep_modes=True)
    makespan, order = shorten(shop, shop.ops[:, START_S].argsort(), 0.5, time.monotonic, 1)
    planner.lay(planner.steps_of(shop, order), planner.now_s)
    plan = planner.snapshot()
    assert {x.key: x.mode_id for x in plan.operations} == {key: mode for key, (mode, _) in before.items()}
    assert max(x.end_s for x in plan.operations) - plan.floor_s == makespan
    assert makespan <= max(end for _, end in before.values()) - plan.floor_s
    assert verify(plan) == []
