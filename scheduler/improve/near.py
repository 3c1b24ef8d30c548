"""A plan brought nearer to the one before a break: old turns and old days again, where no promise pays for it.

First what left its turn goes back where that brings the plan nearer. On machines alone the sequences are then annealed,
and some hours of the machines concerned sequenced anew, again and again, by CP-SAT; all else stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from scheduler.arrays import Ints
from scheduler.cpsat import Stop
from scheduler.cpsat.door import Limits, solve
from scheduler.cpsat.problem import Level
from scheduler.improve import shop as s
from scheduler.improve.annealing import Annealing
from scheduler.improve.near_listed import Listed
from scheduler.improve.near_shop import Beside, Timed, old_of
from scheduler.improve.near_window import Hours, around, problem
from scheduler.improve.resequence import Budget
from scheduler.improve.shop import Shop
from scheduler.planner import Planner
from scheduler.planning.going_back import Before, Unrest
from scheduler.planning.stakes import Places

WINDOW_S = 0.02
"""How long one window is searched for at most, seconds for each of its operations at most."""
EFFORT = 0.1
"""The same in the solver's own seconds, where steps are counted."""
TRIES_A_STEP = 100
"""So many tries to put work back count as one step."""
PUT_BACK = 0.1
"""How much of a search goes to putting back one operation after the other, at most."""
LISTED = 0.3
"""How much of a search goes to work that stands on another machine than it did, where the windows don't change that."""
ANNEALED = 0.4
"""When annealing of sequences ends, of a search."""
HOT, COOL = 0.3, 0.1
"""Temperatures of annealing, in operations moved: at first and in the end."""
TRIALS, SLICES = 2000, 10
"""Steps of annealing at a time, and how often these between two looks at where it is."""
LEAST, FIRST, MOST, WIDER = 30, 100, 170, 10
"""Operations of a window: at least, at most at first and in the end; so many more after as many windows in vain."""


class Nearer(Struct, frozen=True):
    """Where a search is: seconds since it began, lines that end on another day than before, operations moved.

    Both are counted against the plan before, among what has not begun.
    """

    seconds: float
    dates: int
    moved: int


class More:
    """How much may still be done: by the clock, or by steps."""

    def __init__(self, budget: Budget, stop: Stop) -> None:
        self._budget, self._stop = budget, stop
        self._began, self._steps = budget.clock(), 0.0

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self._budget.clock() - self._began

    @property
    def spent(self) -> float:
        """Which share of all is done."""
        budget = self._budget
        return self._steps / budget.steps if budget.steps else self.seconds / budget.seconds

    def take(self, steps: float) -> bool:
        """Whether to go on, for so many steps."""
        self._steps += steps
        if self._stop.is_set:
            return False
        budget = self._budget
        return self._steps <= budget.steps if budget.steps else self.seconds < budget.seconds

    def limits(self, count: int, seed: int) -> Limits:
        """Those of a window of so many operations at most."""
        budget = self._budget
        if budget.steps:
            return Limits(effort=EFFORT, seed=seed)
        left_s = budget.seconds - self.seconds
        return Limits(seconds=max(0.05, min(WINDOW_S * count, left_s)), workers=budget.workers, seed=seed)


def near(planner: Planner, before: Before, budget: Budget, stop: Stop) -> Iterator[Nearer]:
    """Bring a plan nearer to the one before; tell how near it is, first as it stands.

    When the iteration ends the plan is the nearest found: every line keeps its deadline, and no more dates are moved
    than at first. Nothing is told where none of that work is still to be done.
    """
    places, more = planner.places_in(before), More(budget, stop)
    if not len(places.rows):
        return
    first = planner.unrest(places)
    yield Nearer(0.0, first.dates, first.moved)
    if not first.weight:
        return
    least, share = first, _share(planner, places, budget)
    if share is not None:
        for listed in Listed(planner, before, places, first, budget.seed).run(More(share, stop)):
            least = listed
            yield Nearer(more.seconds, listed.dates, listed.moved)
    shop = planner.shop({}, keep_modes=True, around_pins=True, unix=True)
    if shop is None or not least.weight:
        return
    search = _OnMachines(shop, planner, places, budget.seed, stop)
    for found in search.run(more):
        yield Nearer(more.seconds, found.dates, found.moved)
    if search.better:
        laid = planner.try_steps(planner.steps_of(shop, search.order), places, least, first.dates)
        least = laid or least
    yield Nearer(more.seconds, least.dates, least.moved)


def warm(planner: Planner, before: Before) -> None:
    """Call once what is compiled for plans on machines alone."""
    shop = planner.shop({}, keep_modes=True, around_pins=True, unix=True)
    if shop is not None:
        _OnMachines(shop, planner, planner.places_in(before), 1, Stop()).warm()


def _share(planner: Planner, places: Places, budget: Budget) -> Budget | None:
    """How much of the search goes to laying lists: all, but on machines alone only to bring work back to its own."""
    if not planner.on_machines_alone:
        return budget
    if not planner.elsewhere(places):
        return None
    steps = max(1, int(LISTED * budget.steps)) if budget.steps else 0
    return Budget(LISTED * budget.seconds, budget.clock, steps, budget.seed, budget.workers)


class _OnMachines:
    """The search where all is done on single machines, each operation where it is now."""

    def __init__(self, shop: Shop, planner: Planner, places: Places, seed: int, stop: Stop) -> None:
        keys = planner.keys_of(places)
        by_key = {key: n for n, key in enumerate(keys)}
        at = np.array([by_key.get(key, -1) for key in shop.keys.tolist()], np.int64)
        known = at >= 0
        place, op_ends = np.full(len(at), -1, np.int64), np.full(len(at), -1, np.int64)
        op_ends[known] = places.ends[at[known]]
        same = known & (places.lanes[at] == shop.ops[:, s.MACH])
        place[same] = places.labels[at[same]]
        self._beside = Beside(shop, old_of(shop, place, op_ends, planner.midnights()))
        self._hours = Hours(shop.ops, shop.z)
        self._chance, self._stop = np.random.default_rng(seed), stop
        self._first = self._best = self._beside.first()

    @property
    def better(self) -> bool:
        """It came nearer."""
        return self._best is not self._first

    @property
    def order(self) -> Ints:
        """The operations in rank order."""
        assert self._best is not None
        return self._best.order

    def warm(self) -> None:
        """Call all that is compiled once."""
        if self._best is not None:
            Annealing(self._beside, self._best).run(1, HOT, 1)

    def run(self, more: More) -> Iterator[Unrest]:
        """Go on as long as may be; tell of every improvement."""
        if self._best is None:
            return
        yield from self._put_back(more)
        yield from self._anneal(more)
        most, vain = FIRST, 0
        while more.take(1) and self._best.unrest.weight:
            if self._sequence_anew(self._best, more, most):
                vain = 0
                yield self._best.unrest
            else:
                vain += 1
            if vain == WIDER:
                most, vain = min(MOST, most + WIDER), 0

    def _take(self, found: Timed | None) -> bool:
        """Go on from a plan that is no farther, with no more dates moved than at first; whether it is nearer."""
        assert self._best is not None
        assert self._first is not None
        if found is None or found.unrest.dates > self._first.unrest.dates:
            return False
        nearer = found.unrest.weight < self._best.unrest.weight
        if nearer or found.unrest.weight == self._best.unrest.weight:
            self._best = found
        return nearer

    def _put_back(self, more: More) -> Iterator[Unrest]:
        """Put back what left its turn, one after the other, until nothing comes nearer by it."""
        for machine in range(len(self._beside.shop.free)):
            tried: set[int] = set()
            while True:
                assert self._best is not None
                waiting = [x for x in self._best.gone[machine] if x not in tried]
                if not waiting:
                    break
                if more.spent > PUT_BACK or not more.take(1 / TRIES_A_STEP):
                    return
                tried.add(waiting[0])
                found = self._beside.put_back(self._best, waiting[0])
                if found is not None and found.unrest.weight < self._best.unrest.weight and self._take(found):
                    yield self._best.unrest

    def _anneal(self, more: More) -> Iterator[Unrest]:
        """Anneal the sequences of machines while its share lasts."""
        assert self._best is not None
        annealing, began = Annealing(self._beside, self._best), more.spent
        last = began >= ANNEALED
        while not last and self._best.unrest.weight:
            for _ in range(SLICES):
                share = (more.spent - began) / (ANNEALED - began)
                last = share >= 1 or not more.take(1 / SLICES)
                if last:
                    break
                heat = HOT * (COOL / HOT) ** share
                annealing.run(TRIALS, heat, int(self._chance.integers(1 << 30)))
            found = self._beside.with_rows(self._best, annealing.rows())
            if found is None:
                annealing.take(self._best)
                continue
            annealing.turns_of(found)
            if self._take(found):
                yield self._best.unrest

    def _sequence_anew(self, plan: Timed, more: More, most: int) -> bool:
        """Sequence one window anew; whether that came nearer."""
        chance, beside = self._chance, self._beside
        machines = np.array([m for m, gone in enumerate(plan.gone) if gone], np.int64)
        gone = [x for each in plan.gone for x in each]
        gone += np.flatnonzero(np.isin(plan.ops[:, s.LINE], beside.moved_lines(plan))).tolist()
        x, count, share = gone[int(chance.integers(len(gone)))], int(chance.integers(LEAST, most + 1)), chance.random()
        machines = np.union1d(machines, plan.ops[[x], s.MACH])
        free = around(beside, plan, self._hours, machines, x, count, share)
        limits = more.limits(most, int(chance.integers(1 << 30)))
        found = solve(problem(beside, plan, free, int(plan.ops[x, s.CAL])), [Level.NEAR], limits, stop=self._stop)
        if not found.places:
            return False
        starts = {place.key: place.start_s for place in found.places}
        rows = {}
        for m in np.unique(plan.ops[free, s.MACH]).tolist():
            row = beside.sequence(plan.ops, m)
            inside = [n for n, y in enumerate(row) if y in starts]
            mine = sorted(row[inside[0] : inside[-1] + 1], key=lambda y: starts[y])
            rows[m] = [*row[: inside[0]], *mine, *row[inside[-1] + 1 :]]
        return self._take(beside.with_rows(plan, rows))
