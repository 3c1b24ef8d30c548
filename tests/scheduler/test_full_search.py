"""Books with moulds, changeovers and one setter crew: timed as the planner times them, listed by rules, improved."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from domain.checks import to_unix_down, to_unix_up
from domain.orders import Order, OrderLine
from scheduler import arrays as a
from scheduler.compiled import COMPILED
from scheduler.cpsat import Stop
from scheduler.improve import moves as m
from scheduler.improve import ranked
from scheduler.improve.fullbound import full_bound
from scheduler.improve.fullplan import KINDS, FullPlan, build
from scheduler.improve.fullsearch import FullSearch
from scheduler.improve.fullshop import FullShop
from scheduler.improve.search import improve, open_search
from scheduler.improve.shop import Wish
from scheduler.planner import Effort, Planner, Sequences
from scheduler.verify import verify
from simulators.mouldingbooks import START, Recipe, generate
from tests.plants import at, moulding_shop
from tests.scheduler.test_improve import Steps, busy, shop_of
from tests.strategies import MONDAY_S, days, small_plants, utc

ROOT = Path(__file__).parents[2]
EVEN = np.full(KINDS, 1000 // KINDS + 1)


def book_of(recipe: Recipe) -> tuple[Planner, dict[tuple[str, int], Wish]]:
    """All orders of a generated book, none of which binds the plan; none begins before it came in."""
    book = generate(recipe)
    planner, wishes = Planner(book.plant, to_unix_down(START)), {}
    for arrival, order in book.arrivals:
        line = order.lines[0]
        wishes[order.id, 1] = Wish(to_unix_down(line.requested_time), 1)
        loose = Order(order.id, "C", (OrderLine(1, line.item_id, line.quantity, START + timedelta(days=300)),))
        planner.keep(planner.decide(loose, planner.now_s, effort=Effort.INSTANT, hold_s=to_unix_up(arrival)))
    return planner, wishes


SMALL = Recipe(orders=40, seed=3, machines=3, moulds=6, load=1.5, lead_days=(0.3, 1.5))


@pytest.fixture(scope="module")
def small() -> FullShop:
    """Forty orders on three machines, too many to be all in time."""
    planner, wishes = book_of(SMALL)
    return planner.full_shop(wishes, bound=False)


def times(plan: FullPlan) -> list[list[int]]:
    """Everything that re-timing writes, by operation; who holds a mould by its row."""
    return plan.shop.ops[plan.shop.rows, a.T_FIRST : a.T_TAILS].tolist()


@seed(20260302)
@settings(max_examples=40, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
@given(small_plants(), days(3, 8))
def test_what_moves_shift_is_timed_as_all_would_be_and_laid_by_the_planner(of, script) -> None:
    """Days on any plant: after moves up and down the times are those of the list laid anew, and every rule holds."""
    planner, now_s, wishes = Planner(of, MONDAY_S), MONDAY_S, {}
    for number, step in enumerate(script):
        now_s += step.wait_s
        order = step.asked(of, number, now_s)
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
        wishes |= {(order.id, x.line_no): Wish(to_unix_down(x.requested_time) - 7200, 3) for x in order.lines}
        if step.what == "cancel" and number:
            planner.remove(f"SO-{step.order % number}", now_s)
    shop = planner.full_shop(wishes)
    assume(len(shop.rows))
    plan = FullPlan(shop)
    assert plan.stands
    assert plan.broken == 0
    for slice_ in range(6):
        plan.anneal(40, 3600.0 * (slice_ % 2), EVEN, slice_, reach=0.7)
        anew = FullPlan(shop, plan.order)
        assert times(plan) == times(anew)
        assert (plan.value, plan.late_count) == (anew.value, anew.late_count)
    stands = FullPlan(shop)
    best = min([stands, plan, FullPlan(shop, build(shop)[0].order)], key=lambda found: found.value)
    planner.lay(planner.steps(shop, best.order), now_s)
    assert verify(planner.snapshot()) == []
    laid = FullPlan(planner.full_shop(wishes))
    assert laid.value == best.value


@seed(20261122)
@settings(max_examples=25, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
@given(small_plants(), days(4, 8))
def test_a_search_around_pinned_work_keeps_every_pin_where_it_is(of, script) -> None:
    """Days on any plant, every third operation pinned: what is found is laid, and the pins stay."""
    planner, now_s, wishes = Planner(of, MONDAY_S), MONDAY_S, {}
    for number, step in enumerate(script):
        now_s += step.wait_s
        order = step.asked(of, number, now_s)
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
        wishes |= {(order.id, x.line_no): Wish(to_unix_down(x.requested_time) - 7200, 3) for x in order.lines}
    opened = [x for x in planner.snapshot().operations if not x.fixed]
    for x in opened[1::3]:
        planner.pin(x.key)
    placed = {x.key: (x.start_s, x.mode_id, x.units) for x in planner.snapshot().operations}
    pins = {key: placed[key] for key in planner.pinned}
    work = planner.work(wishes)
    assume(pins and len(work.keys) > len(pins))
    search = open_search(work, Steps())
    list(search.run(4))
    planner.adopt(Sequences(planner.version, tuple(planner.steps(work, search.best))), now_s)
    after = planner.snapshot()
    assert [str(breach) for breach in verify(after)] == []
    stands = {x.key: (x.start_s, x.mode_id, x.units) for x in after.operations}
    assert {key: stands[key] for key in pins} == pins


def test_the_best_rule_begins_and_the_search_never_gets_worse(small: FullShop) -> None:
    """Tardiness, then changeovers, fall from the best rule's on; the same steps give the same plan."""
    searches = [FullSearch(small, Steps(), seed=5) for _ in range(2)]
    told = [[progress.value for progress in search.run(60)] for search in searches]
    assert told[0][0] == min(listed.value for listed in searches[0].built)
    assert told[0] == sorted(told[0], reverse=True)
    assert told[0][-1] < told[0][0]
    assert told[0] == told[1]
    assert FullPlan(small, searches[0].best).value == told[0][-1]


def test_rules_know_what_is_due_and_what_a_changeover_costs(small: FullShop) -> None:
    """Every rule lists each operation once; those that look at changeovers spend less on them than EDD."""
    built = {listed.name: listed for listed in build(small)}
    for listed in built.values():
        assert sorted(listed.order[:, 0].tolist()) == sorted(small.rows.tolist())
    eager = built["ATCS, K = 10 / 0.2"]
    assert eager.change_s < built["EDD"].change_s
    assert "as it stands" in built


def test_a_batch_is_made_of_orders_for_one_mould() -> None:
    """Caps and lids by turns, due on Friday: where nothing is late the search mounts a mould once."""
    shop = moulding_shop()
    planner, wishes = Planner(shop, at("2026-03-02 08:00")), {}
    for number, item in enumerate(("cap", "lid", "cap", "lid", "cap", "lid")):
        order = Order(f"SO-{number}", "C", (OrderLine(1, item, 60, utc(at("2026-03-20 20:00"))),))
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
        wishes[order.id, 1] = Wish(at("2026-03-06 20:00"), 1)
    work = planner.work(wishes)
    search = FullSearch(work, Steps())
    progress = list(search.run(40))[-1]
    # CAP hangs in M1 from the beginning, LID goes into M2 once.
    assert (progress.cost, progress.late, progress.change_s) == (0, 0, 3600)


def test_a_promise_is_never_broken_for_less_tardiness() -> None:
    """An order promised for noon stays in time, though ten others, asked for this morning, wait behind it."""
    planner, wishes = Planner(moulding_shop(), at("2026-03-02 08:00")), {}
    big = Order("BIG", "C", (OrderLine(1, "cap", 960, utc(at("2026-03-02 16:00"))),))
    planner.keep(planner.decide(big, planner.now_s, effort=Effort.INSTANT))
    for number in range(10):
        order = Order(f"SO-{number}", "C", (OrderLine(1, "cap", 20, utc(at("2026-03-20 20:00"))),))
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
        wishes[order.id, 1] = Wish(at("2026-03-02 08:10"), 1)
    work = planner.full_shop(wishes)
    assert min(FullPlan(work, listed.order).broken for listed in build(work)) == 0
    progress, order = improve(work, 30, Steps())
    assert progress.broken == 0
    planner.lay(planner.steps(work, order), planner.now_s)
    assert verify(planner.snapshot()) == []


def test_a_search_stops_when_told_and_goes_on_from_a_better_plan(small: FullShop) -> None:
    """A stop set before the first step leaves the best rule; what another search found is taken over if better."""
    stop = Stop()
    stop.set()
    told = []
    progress, order = improve(small, 60, Steps(), stop=stop, told=told.append)
    assert told == [progress]
    assert order.tolist() == build(small)[0].order.tolist()
    good, fresh = FullSearch(small, Steps(), seed=5), open_search(small, Steps(), seed=6)
    for _ in good.run(30):
        pass
    fresh.adopt(good.best)
    assert (fresh.cost, fresh.late) == (good.cost, good.late)
    fresh.adopt(good.built[-1].order)
    assert (fresh.cost, fresh.late) == (good.cost, good.late)


def test_machines_alone_are_searched_as_a_shop() -> None:
    """A plant without moulds, changeovers or choices gets the faster search, a moulding plant the other."""
    search = open_search(shop_of(*busy(orders=5)), Steps())
    assert type(search).__name__ == "BookSearch"


def annealed() -> tuple[tuple[int, int, int], list[list[int]]]:
    """A search of fixed length: what it came to, and the list."""
    planner, wishes = book_of(Recipe(orders=8, seed=3, machines=2, moulds=3, load=1.2))
    plan = FullPlan(planner.full_shop(wishes, bound=False))
    for slice_ in range(3):
        plan.anneal(20, 3600.0, EVEN, slice_)
    return plan.value, plan.order.tolist()


@pytest.mark.skipif(not COMPILED, reason="there is nothing to compare: this process runs the plain kernel")
def test_compiled_and_plain_search_find_the_same() -> None:
    """The same seed gives the same moves in compiled code and in plain Python."""
    environment = {**os.environ, "JIAOQI_KERNEL": "python", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto'}"}
    code = "from tests.scheduler.test_full_search import annealed; print(annealed())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().strip() == str(annealed())


def test_labels_are_spread_anew_when_there_is_no_room() -> None:
    """Two operations that change places a hundred times keep their order and times."""
    planner, wishes = book_of(Recipe(orders=12, seed=4, machines=2, moulds=4))
    shop = planner.full_shop(wishes, bound=False)
    plan = FullPlan(shop)
    moves = np.zeros((1, m.M_COLUMNS), np.int64)
    state = plan._state
    for turn in range(100):
        first, second = plan.order[:2, 0]
        moves[0, : m.M_CAND + 1] = (second, len(shop.ops), plan._work[second, ranked.W_CAND])
        m.attempt(
            plan.shop.ops, plan.shop.z, plan.shop.lines, plan.shop.ends, plan._work, plan._lanes, plan._late,
            plan._log, plan._line_log, state, moves, 1, 1 << 60, 1 << 50, 1000,
        )  # fmt: skip
        assert plan.order[:2, 0].tolist() == [second, first], turn
    assert times(plan) == times(FullPlan(shop, plan.order))


def hours_late(of: Planner, wishes: dict[tuple[str, int], Wish]) -> tuple[float, float]:
    """Of what a short search finds, and what no plan has less than."""
    shop = of.full_shop(wishes, bound=False)
    progress, _ = improve(shop, 30, Steps())
    return progress.cost / 3600, full_bound(shop) / 3600


def test_one_mould_has_time_for_one_order_after_the_other() -> None:
    """Three hours of caps, an hour each, all due at half past eight: half an hour, 1.5 and 2.5 late on any machine."""
    planner, wishes = Planner(moulding_shop(), at("2026-03-02 08:00")), {}
    for number in range(3):
        order = Order(f"SO-{number}", "C", (OrderLine(1, "cap", 120, utc(at("2026-03-20 20:00"))),))
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT))
        wishes[order.id, 1] = Wish(at("2026-03-02 08:30"), 1)
    found, bound = hours_late(planner, wishes)
    assert found == 4.5
    assert 4.3 <= bound <= 4.5


def test_work_that_comes_in_later_is_not_counted_as_late_before_it_came() -> None:
    """The second order comes in at eleven, due then: an hour late, whatever stands before it."""
    planner, wishes = Planner(moulding_shop(), at("2026-03-02 08:00")), {}
    for number, came in enumerate(("08:00", "11:00")):
        order = Order(f"SO-{number}", "C", (OrderLine(1, "cap", 120, utc(at("2026-03-20 20:00"))),))
        came_s = at(f"2026-03-02 {came}")
        planner.keep(planner.decide(order, planner.now_s, effort=Effort.INSTANT, hold_s=came_s))
        wishes[order.id, 1] = Wish(at("2026-03-02 11:00"), 1)
    found, bound = hours_late(planner, wishes)
    assert found == 1.0
    assert 0.9 <= bound <= 1.0


def test_no_plan_is_better_than_the_bound_of_a_whole_book(small: FullShop) -> None:
    """Forty orders on three machines: something must be late, and the search comes no lower than the bound."""
    search = FullSearch(small, Steps())
    for _ in search.run(40):
        pass
    assert 0 < full_bound(small) <= search.cost
