"""Tabu search for the shortest plan: exact about what it finds, never longer than what it began with."""

from itertools import pairwise, permutations, product

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.checks import to_unix_down
from scheduler.improve import shop as s
from scheduler.improve.makespan import as_one_line, shorten
from scheduler.improve.plans import Plan, build
from scheduler.improve.shop import Shop
from scheduler.improve.tabu import Tabu
from scheduler.planner import Effort, Planner
from simulators.instances import START, plant_of
from tests.scheduler.test_improve import Steps, busy, plant, shop_of
from tests.simulators.test_instances import the


def test_six_jobs_on_six_machines_are_planned_best_and_the_same_each_time() -> None:
    """ft06 in 55 minutes' time units after 4,000 steps; the same seed takes the same way."""
    planner = Planner((made := plant_of(the("jsp", "ft06")))[0], to_unix_down(START))
    for order in made[1]:
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
    shop = as_one_line(planner.shop({}, bound=False))
    found = []
    for _ in range(2):
        search = Tabu(shop, build(shop)[-1].order)
        search.run(4000, seed=3, least=55)
        found.append((search.best, search.order.tolist()))
    assert found[0][0] == 55
    assert found[0] == found[1]


def test_one_late_machine_is_planned_as_short_as_by_trying_all_orders() -> None:
    """Two machines there and back: the least last end of all orders of both is found."""
    of = plant([("A", 60), ("B", 90)], [("B", 60), ("A", 60)], [("A", 120), ("B", 30)])
    shop = as_one_line(shop_of(of, [("I0", 2), ("I1", 2), ("I2", 3), ("I0", 4)]))
    search = Tabu(shop, build(shop)[-1].order)
    search.run(2000, seed=1)
    assert search.best == _least(shop)


def _least(shop: Shop) -> int:
    """By trying every order on each machine that leads in no circle."""
    ops, least = shop.ops, 1 << 60
    machines = [np.flatnonzero(ops[:, s.MACH] == m).tolist() for m in range(len(shop.free))]
    for rows in product(*(permutations(row) for row in machines)):
        before: dict[int, list[int]] = {
            x: shop.links[ops[x, s.IN0] : ops[x, s.IN1], s.K_OP].tolist() for x in range(len(ops))
        }
        for row in rows:
            for x, y in pairwise(row):
                before[y].append(x)
        order: list[int] = []
        while len(order) < len(ops):
            ready = [x for x in before if x not in order and all(y in order for y in before[x])]
            if not ready:
                break
            order += ready
        else:
            least = min(least, Plan(shop, np.array(order)).cost)
    return least


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 99), st.integers(3, 14), st.integers(1, 9))
def test_what_it_finds_is_exact_and_never_longer(book: int, orders: int, seed: int) -> None:
    """Its sequences, timed anew, end when it says, and no later than those it began with."""
    shop = as_one_line(shop_of(*busy(book, orders)))
    assume(shop.working)
    first = build(shop)[-1].order
    search = Tabu(shop, first)
    search.run(300, seed)
    assert Plan(shop, search.order).cost == search.best <= Plan(shop, first).cost


def test_shortening_stops_at_what_is_known_to_be_least() -> None:
    """Nothing is tried where the plan is as short as can be."""
    shop = shop_of(*busy(orders=6))
    cost, order = shorten(shop, build(shop)[0].order, 5.0, Steps(), 1, least=1 << 40)
    assert cost <= 1 << 40
    assert sorted(order.tolist()) == list(range(len(shop.ops)))
