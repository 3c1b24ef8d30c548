"""Whole books planned and improved: timing equal to the planner's, rules, search, bound, several processes."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from domain.calendars import Calendar, Shift
from domain.checks import to_unix_down
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import Resource
from domain.values import replace
from scheduler.compiled import COMPILED
from scheduler.cpsat import Limits
from scheduler.improve import book, rules
from scheduler.improve import shop as s
from scheduler.improve.book import BookSearch
from scheduler.improve.bound import lower_bound
from scheduler.improve.inserting import InsertionOrder, inserted
from scheduler.improve.plans import Plan, build
from scheduler.improve.rules import DispatchRule
from scheduler.improve.shop import Shop, Wish
from scheduler.improve.team import search_together
from scheduler.improve.together import Together
from scheduler.improve.window import Around, around
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from tests.plants import ALL_DAYS, minutes
from tests.strategies import MONDAY_S, days, one_way, small_plants

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOUR = 3600


def plant(*routes: list[tuple[str, int]], calendar: Calendar | None = None) -> Plant:
    """Items `I0`, `I1`... of these steps (machine, minutes); machines work from 6 to 22, pausing at night."""
    hours = calendar or Calendar("day", (Shift(ALL_DAYS, START.time(), START.replace(hour=22).time()),))
    machines = sorted({machine for route in routes for machine, _ in route})
    recipes = []
    for number, route in enumerate(routes):
        steps = [
            RoutingOperation(str(i), modes=(Mode("m", machine, fixed=minutes(work), pause=Pause.SHIFT),))
            for i, (machine, work) in enumerate(route)
        ]
        links = [RoutingLink(str(i), str(i + 1)) for i in range(len(route) - 1)]
        recipes.append(Routing(f"I{number}", tuple(steps), tuple(links)))
    return Plant(
        PlantSettings("book", "UTC", horizon=timedelta(days=60)),
        calendars=(hours,),
        resources=tuple(Resource(machine, calendar_id=hours.id) for machine in machines),
        items=tuple(Item(f"I{n}", routing_id=f"I{n}") for n in range(len(routes))),
        routings=tuple(recipes),
    )


def planned(of: Plant, orders: list[tuple[str, float]]) -> tuple[Planner, dict[tuple[str, int], Wish]]:
    """Orders of one piece, wanted so many hours after the start, none of which binds the plan."""
    planner = Planner(of, to_unix_down(START))
    wishes = {}
    for n, (item, hours) in enumerate(orders):
        line = OrderLine(1, item, 1, START + timedelta(days=50))
        planner.keep(planner.decide(Order(f"SO-{n:03}", "C", (line,)), planner.now_s, effort=Effort.INSTANT))
        wishes[f"SO-{n:03}", 1] = Wish(planner.now_s + int(hours * HOUR), 1)
    return planner, wishes


def shop_of(of: Plant, orders: list[tuple[str, float]]) -> Shop:
    """What the search sees of them."""
    planner, wishes = planned(of, orders)
    shop = planner.shop(wishes, bound=False)
    assert shop is not None
    return shop


def busy(seed_: int = 1, orders: int = 40) -> tuple[Plant, list[tuple[str, float]]]:
    """A book on four machines in which some orders must be late."""
    chance = Random(seed_)
    machines = ["A", "B", "C", "D"]
    routes = [[(m, 10 * chance.randint(3, 12)) for m in chance.sample(machines, 3)] for _ in range(6)]
    wanted = [(f"I{chance.randrange(6)}", chance.uniform(2, orders * 1.2)) for _ in range(orders)]
    return plant(*routes), wanted


class Steps:
    """A clock that goes on by a second whenever somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


one_machine = plant([("A", 60)], [("A", 120)], [("A", 30)])


def sequence(shop: Shop, rule: DispatchRule) -> list[int]:
    """Minutes of the operations in the order in which a rule puts them."""
    built = next(b for b in build(shop) if b.rule is rule)
    return (shop.ops[built.order, s.DUR] // 60).tolist()


@pytest.mark.parametrize(
    ("rule", "first_to_last"),
    [
        (DispatchRule.EDD, [120, 60, 30]),
        (DispatchRule.SLACK, [120, 60, 30]),
        # At 6:00 the two hours, due at 7:30, can end at 8:00, an hour due at 7:45 at 7:45; at 7:00 nothing is in time.
        (DispatchRule.MOD, [60, 30, 120]),
        (DispatchRule.MDD, [60, 30, 120]),
        (DispatchRule.ATC, [30, 60, 120]),
    ],
)
def test_each_rule_puts_first_what_it_says(rule: DispatchRule, first_to_last: list[int]) -> None:
    """120 minutes due after 1.5 hours, 60 after 1.75, 30 after 1.9: one after the other on one machine."""
    shop = shop_of(one_machine, [("I1", 1.5), ("I0", 1.75), ("I2", 1.9)])
    assert shop.working
    assert shop.day == 16 * HOUR
    assert sequence(shop, rule) == first_to_last


def times(shop: Shop, order: InsertionOrder) -> list[tuple[int, int]]:
    """Machine and start in minutes of each operation as it is inserted."""
    ops = shop.ops.copy()
    due, weight = np.empty(len(ops), np.int64), np.empty(len(ops), np.int64)
    by_start = np.argsort(ops[:, s.START], kind="stable")
    rules.due_of(ops, shop.lines, shop.links, shop.ends, due, weight, by_start)
    assert inserted(shop, ops, due, weight, order) is not None
    return [(int(ops[x, s.MACH]), int(ops[x, s.START]) // 60) for x in range(len(ops))]


def test_work_is_put_into_the_first_gap_that_it_fits_into() -> None:
    """I0 (A 60, B 60) is due first, then I1 (B 90), then I2 (B 60): I2 goes in front of the others on B, I1 behind."""
    book = plant([("A", 60), ("B", 60)], [("B", 90)], [("B", 60)])
    shop = shop_of(book, [("I0", 2), ("I1", 3), ("I2", 4)])
    assert times(shop, InsertionOrder.INSERT_DUE) == [(0, 0), (1, 60), (1, 120), (1, 0)]
    # By slack I1 (3 - 1.5 h) comes after I0 (2 - 2 h), too; operation by operation B's 90 minutes come before B's 60.
    assert times(shop, InsertionOrder.INSERT_SLACK) == [(0, 0), (1, 60), (1, 120), (1, 0)]
    heavy = shop._replace(lines=shop.lines.copy())
    heavy.lines[1, s.N_WEIGHT] = 9
    assert times(heavy, InsertionOrder.INSERT_WEIGHT) == [(0, 0), (1, 90), (1, 0), (1, 150)]
    assert times(shop, InsertionOrder.INSERT_OPERATIONS) == [(0, 0), (1, 60), (1, 120), (1, 0)]


@pytest.mark.parametrize("order", list(InsertionOrder))
def test_inserted_work_keeps_every_rule_and_could_not_have_begun_sooner(order: InsertionOrder) -> None:
    """A busy book: laid by the planner it is never later than it was inserted, and the checker finds nothing."""
    of, wanted = busy(5)
    planner, wishes = planned(of, wanted)
    shop = planner.shop(wishes, bound=False)
    built = next(b for b in build(shop) if b.rule is order)
    starts = np.array([start for _, start in times(shop, order)]) * 60
    plan = Plan(shop, built.order)
    assert (plan.shop.ops[:, s.START] <= starts).all()
    planner.lay(planner.steps(shop, built.order), planner.now_s)
    assert [str(breach) for breach in verify(planner.snapshot())] == []


def test_tardiness_is_counted_in_working_time() -> None:
    """20 hours of work due at once: 16 on Monday, 4 on Tuesday, 20 working hours late; the night does not count."""
    shop = shop_of(plant([("A", 1200)]), [("I0", 0)])
    assert build(shop)[0].cost == 20 * HOUR


def test_a_plant_with_a_choice_of_machines_has_no_shop() -> None:
    """The search knows one machine for each operation; of anything else it says that it doesn't know it."""
    step = RoutingOperation("0", modes=(Mode("a", "A", fixed=minutes(9)), Mode("b", "B", fixed=minutes(9))))
    two = plant([("A", 5)], [("B", 5)])
    two = replace(two, routings=(*two.routings[:1], Routing("I1", (step,))))
    assert Planner(two, to_unix_down(START)).shop({}) is None


@seed(20260302)
@settings(max_examples=12, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
@given(small_plants(plain=True), days(3, 8))
def test_the_search_times_and_lays_plans_as_the_planner_does(of, script) -> None:
    """Days on plain machines: the same ends by both, before and after a search; every promise and rule holds."""
    of = one_way(of)
    planner, now_s, wishes = Planner(of, MONDAY_S), MONDAY_S, {}
    for number, step in enumerate(script):
        now_s += step.wait_s
        order = step.asked(of, number, now_s)
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
        wishes |= {(order.id, x.line_no): Wish(to_unix_down(x.requested_time) - 7200, 3) for x in order.lines}
    shop = planner.shop(wishes)
    assume(shop is not None and len(shop.ops))
    plan = Plan(shop, np.argsort(shop.ops[:, s.START], kind="stable"))
    assert (plan.shop.ops[:, [s.START, s.END]] <= shop.ops[:, [s.START, s.END]]).all()
    before = plan.cost
    for slice_ in range(3):
        plan.anneal(60, 0.0, 0.4, slice_)
    assert plan.cost <= before
    assert Plan(shop, plan.order).cost == plan.cost
    planner.lay(planner.steps_of(shop, plan.order), now_s)
    assert verify(planner.snapshot()) == []
    after = planner.shop(wishes)
    assert after.ops[:, s.END].tolist() == plan.shop.ops[:, s.END].tolist()


def test_hot_search_counts_right_and_takes_back_what_it_does_not_keep() -> None:
    """After thousands of moves up and down the cost is that of the sequences timed anew."""
    shop = shop_of(*busy())
    plan = Plan(shop, build(shop)[0].order)
    for slice_ in range(20):
        plan.anneal(300, 5000.0 * (slice_ % 2), 0.3, slice_)
        assert Plan(shop, plan.order).cost == plan.cost
        assert sorted(plan.late.tolist()) == np.flatnonzero(plan.shop.lines[:, s.N_COST]).tolist()


def least_of_all(lengths: list[int], dues: list[int]) -> int:
    """Least total tardiness on one machine, by trying every order."""
    least = 1 << 60
    for order in permutations(range(len(lengths))):
        now = cost = 0
        for x in order:
            now += lengths[x]
            cost += max(0, now - dues[x])
        least = min(least, cost)
    return least


def test_no_plan_is_better_than_the_bound_and_one_machine_is_planned_best() -> None:
    """Four books of seven orders on one machine: bound <= best of all orders = what the search finds."""
    chance = Random(3)
    gaps = []
    for _ in range(4):
        lengths = [10 * chance.randint(2, 15) for _ in range(7)]
        dues = [chance.uniform(0, sum(lengths) / 80) for _ in lengths]
        shop = shop_of(plant(*([("A", length)] for length in lengths)), [(f"I{n}", due) for n, due in enumerate(dues)])
        best = least_of_all([60 * length for length in lengths], [int(due * HOUR) for due in dues])
        bound = lower_bound(shop)
        assert 0 <= bound <= best
        assert 0 <= lower_bound(shop, arcs=100) <= bound
        gaps.append(bound / best if best else 1.0)
        search = BookSearch(shop, Steps())
        for progress in search.run(30):
            assert best <= progress.cost <= search.built[0].cost
        assert search.cost == best
    assert min(gaps) > 0.4


def test_a_late_line_that_nothing_can_save_is_in_the_bound() -> None:
    """Two machines, 2 hours each, wanted after 3: an hour late in every plan."""
    shop = shop_of(plant([("A", 120), ("B", 120)], [("A", 30)]), [("I0", 3), ("I1", 9)])
    assert lower_bound(shop) == HOUR


def test_a_search_never_gets_worse_and_the_same_steps_give_the_same_plan() -> None:
    """Costs fall from the best rule's on; a second search with the same seed and clock finds the same sequences."""
    shop = shop_of(*busy())
    searches = [BookSearch(shop, Steps(), seed=5) for _ in range(2)]
    told = [[p.cost for p in search.run(40)] for search in searches]
    assert told[0][0] == min(b.cost for b in searches[0].built)
    assert all(later <= sooner for sooner, later in zip(told[0], told[0][1:], strict=False))
    assert told[0][-1] < told[0][0]
    assert Plan(shop, searches[0].best).cost == searches[0].cost


def test_a_search_goes_on_from_what_another_found_if_that_is_better() -> None:
    """The better plan is taken over, the worse one is not."""
    shop = shop_of(*busy())
    good, fresh = BookSearch(shop, Steps(), seed=5), BookSearch(shop, Steps(), seed=6)
    for _ in good.run(30):
        pass
    worst = good.built[-1].order
    good.adopt(worst)
    assert good.cost < good.built[0].cost
    fresh.adopt(good.best)
    assert (fresh.cost, fresh.late) == (good.cost, good.late)


@pytest.mark.parametrize("kind", Around)
def test_a_neighbourhood_has_no_gap_on_any_machine(kind: Around) -> None:
    """Of each late line: what stands between two operations of it on their machine is in it, and none is in twice."""
    shop = shop_of(*busy())
    plan = Plan(shop, build(shop)[-1].order)
    ops = plan.shop.ops
    for line in plan.late.tolist():
        for draw in (0.0, 0.9):
            free = around(plan.shop, line, 20, kind, draw)
            assert 3 <= len(free) == len(set(free.tolist()))
            for machine in set(ops[free, s.MACH].tolist()):
                mine = sorted((x for x in free.tolist() if ops[x, s.MACH] == machine), key=lambda x: ops[x, s.START])
                assert [ops[x, s.NXT] for x in mine[:-1]] == mine[1:]


def test_a_search_that_finds_nothing_better_begins_again_and_keeps_its_best(monkeypatch) -> None:
    """An hour late in every plan, and no proof: a hundred looks are several laps, shaken and anew; the best stands."""
    monkeypatch.setattr(book, "PROOF_OPERATIONS", 0)
    shop = shop_of(plant([("A", 120), ("B", 120)], [("A", 30)]), [("I0", 3), ("I1", 9)])
    search = BookSearch(shop, Steps(), seed=2)
    assert {progress.cost for progress in search.run(400)} == {HOUR}
    assert search.laps > 1
    assert Plan(shop, search.best).cost == search.cost == HOUR


def test_a_search_ends_when_nothing_can_be_better() -> None:
    """An hour late in every plan, two hours where the short work goes first: the first is proved, the second is not."""
    shop = shop_of(plant([("A", 120), ("B", 120)], [("A", 60)]), [("I0", 3), ("I1", 9)])
    search = BookSearch(shop, Steps(), seed=2)
    told = list(search.run(400))
    assert told[-1].proved
    assert (told[-1].cost, search.laps) == (HOUR, 1)
    assert not any(progress.proved for progress in told[:-1])
    worse = search.best[np.argsort(shop.ops[search.best, s.DUR], kind="stable")]
    plan = Plan(shop, worse)
    assert plan.cost == 2 * HOUR
    assert plan.proves(search.best, Limits(effort=1))
    assert not plan.proves(worse, Limits(effort=1))


def test_what_is_proved_holds_for_all_orders_of_one_machine() -> None:
    """Four books of seven orders on one machine: the least of all orders is proved, a second more never."""
    chance = Random(5)
    for _ in range(4):
        lengths = [10 * chance.randint(2, 15) for _ in range(7)]
        dues = [chance.uniform(0, sum(lengths) / 80) for _ in lengths]
        shop = shop_of(plant(*([("A", length)] for length in lengths)), [(f"I{n}", due) for n, due in enumerate(dues)])
        orders = [Plan(shop, np.array(order)) for order in permutations(range(7))]
        least = min(plan.cost for plan in orders)
        best = next(plan for plan in orders if plan.cost == least)
        second = min((plan for plan in orders if plan.cost > least), key=lambda plan: plan.cost)
        assert best.proves(best.order, Limits(effort=5))
        assert not best.proves(second.order, Limits(effort=5))


@pytest.mark.parametrize("kind", Around)
def test_a_neighbourhood_of_everything_is_planned_best_and_never_worse(kind: Around) -> None:
    """Six orders on two machines: CP-SAT over all of them finds the least tardiness there is."""
    of = plant([("A", 60), ("B", 90)], [("B", 60), ("A", 60)], [("A", 120), ("B", 30)])
    shop = shop_of(of, [("I0", 2), ("I1", 2), ("I2", 3), ("I0", 5), ("I1", 5), ("I2", 6)])
    worst = Plan(shop, build(shop)[-1].order)
    before = worst.cost
    for line in worst.late.tolist():
        worst.reopen(line, 12, Limits(effort=2), kind=kind, draw=0.5)
        assert worst.cost <= before
        before = worst.cost
    best = BookSearch(shop, Steps())
    for _ in best.run(30):
        pass
    assert best.cost <= worst.cost


def test_several_processes_find_a_plan_no_worse_than_the_rules() -> None:
    """Two seeds in processes of their own: each plan told is better than the one before it."""
    shop = shop_of(*busy(orders=30))
    found = list(search_together(shop, 1.0, time.monotonic, (1, 2)))
    costs = [f.progress.cost for f in found]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] <= build(shop)[0].cost
    assert Plan(shop, found[-1].order).cost == costs[-1]


def test_several_threads_find_a_plan_no_worse_than_each_step_told() -> None:
    """Two seeds in threads: no step is worse than the one before it, the last has what the better of both found."""
    shop = shop_of(*busy(orders=30))
    search = Together(shop, time.monotonic, range(1, 3))
    told = list(search.run(1.0))
    values = [step.value for step in told]
    assert values == sorted(values, reverse=True)
    assert search.cost == told[-1].cost <= build(shop)[0].cost
    assert Plan(shop, search.best).cost == search.cost
    best = search._best
    assert best is not None
    assert best[0] == told[-1].value


def test_what_a_thread_has_proved_ends_the_search() -> None:
    """A line that nothing can save: the search ends long before its time, and says that there is nothing better."""
    shop = shop_of(plant([("A", 120)]), [("I0", 1), ("I0", 1)])
    search = Together(shop, time.monotonic, range(1, 3))
    last = list(search.run(60.0))[-1]
    assert last.proved
    assert last.cost == search.cost > 0


def annealed() -> tuple[int, list[int]]:
    """A search of fixed length: cost and sequence."""
    shop = shop_of(*busy(orders=15))
    plan = Plan(shop, build(shop)[0].order)
    for slice_ in range(3):
        plan.anneal(40, 500.0, 0.3, slice_)
    return plan.cost, plan.order.tolist()


@pytest.mark.skipif(not COMPILED, reason="there is nothing to compare: this process runs the plain kernel")
def test_compiled_and_plain_search_find_the_same() -> None:
    """The same seed gives the same moves in compiled code and in plain Python."""
    environment = {**os.environ, "JIAOQI_KERNEL": "python", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto'}"}
    code = "from tests.scheduler.test_improve import annealed; print(annealed())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().strip() == str(annealed())
