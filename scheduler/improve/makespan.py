"""The shortest plan of a shop by local search: everything is one line, wanted at once, that costs its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from msgspec import Struct

from domain.values import replace
from scheduler.arrays import Ints
from scheduler.cpsat import Level, Limits, Status, Stop, read, resequenced, solve
from scheduler.improve import shop as s
from scheduler.improve import tabu
from scheduler.improve.flexible import Flexible
from scheduler.improve.fullsearch import FullSearch
from scheduler.improve.fullshop import FullShop, Work
from scheduler.improve.plans import Plan, build
from scheduler.improve.shop import Shop
from scheduler.planner import Planner
from scheduler.records import Step

ROUNDS = 3
"""How often the search cools down within its time; each time it begins with the best plan."""
HOT = 0.3
"""Temperature at the beginning of a round, in mean operations."""
SLICE = 2000
FIRST, LOCAL = 0.1, 0.4
"""Shares of the time for the first look by CP-SAT and for local search."""
SMALL, FIRST_SMALL, LOCAL_SMALL = 300, 0.03, 0.1
"""The same where no more than so many operations have one machine each: there CP-SAT gets furthest."""
FIRST_FLEXIBLE, LOCAL_FLEXIBLE = 0.05, 0.45
"""The same where operations can be done on several machines, with nothing to change on them."""
TABU_STEPS, FLEXIBLE_STEPS = 1000, 200
"""Steps of tabu search between two looks at the clock, and where there are several machines."""


def as_one_line(shop: Shop) -> Shop:
    """The shop in which cost is the last end, in seconds after the floor (or after Unix time's beginning)."""
    ops = shop.ops.copy()
    ends = shop.ends.copy()
    ops[ends, s.LINE] = 0
    lines = np.zeros((1, s.N_COLUMNS), np.int64)
    lines[0, [s.N_DUE, s.N_WEIGHT, s.N_LAST]] = (0 if shop.working else shop.floor, 1, 1 << 50)
    lines[0, [s.N_END0, s.N_END1, s.N_POS]] = (0, len(ends), -1)
    return shop._replace(ops=ops, lines=lines, ends=ends)


def shorten(
    shop: Shop, order: Ints, seconds: float, clock: Callable[[], float], seed: int, *, least: int = 0,
    stop: Stop | None = None,
) -> tuple[int, Ints]:  # fmt: skip
    """The least makespan found from this order on or from a rule, and its operations in rank order.

    Ends sooner when `least` is reached.
    """
    one = as_one_line(shop)
    if one.working and len(one.ops) <= tabu.MOST:
        return _tabu(one, order, seconds, clock, seed, least, stop)
    began = clock()
    plan = Plan(one, order)
    cost, order = min([(plan.cost, order), *((b.cost, b.order) for b in build(one))], key=lambda found: found[0])
    mean = float(one.ops[:, s.DUR].mean())
    chance = np.random.default_rng(seed)
    turn = -1
    while cost > least and not (stop and stop.is_set):
        share = (clock() - began) / seconds
        if share >= 1:
            break
        if int(share * ROUNDS) > turn:
            turn = int(share * ROUNDS)
            plan.take(order)
        heat = HOT * mean * (1 - (share * ROUNDS) % 1) ** 2
        plan.anneal(SLICE, heat, 0.0, int(chance.integers(1 << 30)), most=1 << 30, reach=0.3)
        if plan.cost < cost:
            cost, order = plan.cost, plan.order
    return cost, order


def _tabu(
    one: Shop, order: Ints, seconds: float, clock: Callable[[], float], seed: int, least: int, stop: Stop | None
) -> tuple[int, Ints]:
    """The same by tabu search."""
    began = clock()
    plan = Plan(one, order)
    cost, order = min([(plan.cost, order), *((b.cost, b.order) for b in build(one))], key=lambda found: found[0])
    search, chance = tabu.Tabu(one, order), np.random.default_rng(seed)
    while cost > least and clock() - began < seconds and not (stop and stop.is_set):
        search.run(TABU_STEPS, int(chance.integers(1 << 30)), least)
        if search.best < cost:
            cost, order = search.best, search.order
    return cost, order


def shorten_flexible(
    shop: Shop, ways: Ints, firsts: Ints, seconds: float, clock: Callable[[], float], seed: int, *, least: int = 0,
) -> tuple[int, tuple[Ints, Ints]]:  # fmt: skip
    """The least makespan found from the plan as it stands on, with all machines that work can be done on.

    Its operations in rank order, and the name of the way of each, as `Flexible` takes them.
    """
    began, one = clock(), as_one_line(shop)
    search = Flexible(one, ways, firsts, np.argsort(shop.ops[:, s.START], kind="stable"))
    chance = np.random.default_rng(seed)
    search.run(1, seed, least)
    while search.best > least and clock() - began < seconds:
        search.run(FLEXIBLE_STEPS, int(chance.integers(1 << 30)), least)
    return search.best, search.order


def as_one_line_full(shop: FullShop) -> FullShop:
    """The same of work with a choice of machines, moulds or changeovers."""
    lines = np.zeros((1, s.N_COLUMNS), np.int64)
    lines[0, [s.N_DUE, s.N_WEIGHT, s.N_LAST]] = (shop.floor, 1, 1 << 50)
    lines[0, [s.N_END0, s.N_END1, s.N_POS]] = (0, len(shop.ends), -1)
    return shop._replace(lines=lines)


def shorten_full(
    shop: FullShop, seconds: float, clock: Callable[[], float], seed: int, *, least: int = 0,
) -> tuple[int, Ints]:  # fmt: skip
    """The least makespan found from the plan as it stands on or from a rule, with all ways of doing work."""
    search = FullSearch(as_one_line_full(shop), clock, seed)
    for progress in search.run(seconds):
        if progress.cost <= least:
            break
    return search.cost, search.best


class Shortest(Struct, frozen=True):
    """The makespan reached, in seconds after the floor, and the best that any could be (None: no bound)."""

    makespan: int
    bound: int | None
    optimal: bool


def shortest(
    planner: Planner, seconds: float, clock: Callable[[], float], *, workers: int = 1, seed: int = 1
) -> Shortest:
    """Lay the shortest sequences found: a short look by CP-SAT, local search where it can, CP-SAT with the rest.

    Local search runs as many threads as there are workers (its code holds no lock of the interpreter).
    """
    began = clock()
    shop = planner.work({}, bound=False)
    small = not isinstance(shop, FullShop) and shop.working and len(shop.keys) <= SMALL
    flexible = isinstance(shop, FullShop) and _flexible(planner, shop) is not None
    first, local = (FIRST_SMALL, LOCAL_SMALL) if small else (FIRST, LOCAL)
    if flexible:
        first, local = FIRST_FLEXIBLE, LOCAL_FLEXIBLE
    found = _solved(planner, first * seconds, workers, seed)
    shop = planner.work({}, bound=False)
    if not found.optimal and (isinstance(shop, FullShop) or shop.working):
        least, part_s = found.bound or 0, local * seconds
        cost, steps = _shortened(planner, shop, part_s, clock, range(seed, seed + workers), least)
        if cost < found.makespan:
            planner.lay(steps(), planner.now_s)
            found = replace(found, makespan=cost, optimal=cost == found.bound)
    left = seconds - (clock() - began)
    if found.optimal or left <= 0:
        return found
    last = _solved(planner, left, workers, seed)
    bounds = [bound for bound in (found.bound, last.bound) if bound is not None]
    return Shortest(min(found.makespan, last.makespan), max(bounds) if bounds else None, last.optimal)


def _flexible(planner: Planner, shop: FullShop) -> Shop | None:
    """The work with the machines that it has, where it can be done on others but has nothing to change on them."""
    if len(shop.pins) or len(shop.rows) > tabu.MOST:
        return None
    found = planner.shop({}, bound=False, keep_modes=True)
    return found if found is not None and found.working and found.ops[:, s.DUR].all() else None


def _shortened(
    planner: Planner, shop: Work, seconds: float, clock: Callable[[], float], seeds: Sequence[int], least: int
) -> tuple[int, Callable[[], list[Step]]]:
    """The least makespan that local search finds with any of the seeds, each in a thread, and its sequences."""
    flexible = _flexible(planner, shop) if isinstance(shop, FullShop) else None
    with ThreadPoolExecutor(len(seeds)) as threads:
        if flexible is not None:
            one = partial(shorten_flexible, flexible, *planner.ways(flexible), seconds, clock, least=least)
            best = min(threads.map(one, seeds), key=lambda found: found[0])
            return best[0], lambda: planner.steps_in(flexible, *best[1])
        if isinstance(shop, FullShop):
            other = partial(shorten_full, shop, seconds, clock, least=least)
        else:
            order = np.argsort(shop.ops[:, s.START], kind="stable")
            other = partial(shorten, shop, order, seconds, clock, least=least)
        cost, order = min(threads.map(other, seeds), key=lambda found: found[0])
    return cost, lambda: planner.steps(shop, order)


def _solved(planner: Planner, seconds: float, workers: int, seed: int) -> Shortest:
    """One solve, laid when it is better than what stands."""
    plan = planner.snapshot()
    stands = max(x.end_s for x in plan.operations) - plan.floor_s
    problem = read(plan, {}, until_s=plan.floor_s + stands)
    found = solve(problem, [Level.MAKESPAN], Limits(seconds=seconds, workers=workers, seed=seed))
    if not found.places:
        return Shortest(stands, None, False)
    reached = found.levels[0]
    if reached.value < stands:
        planner.lay(resequenced(plan, problem, found).steps, planner.now_s)
    return Shortest(min(stands, reached.value), reached.bound, found.status is Status.OPTIMAL)
