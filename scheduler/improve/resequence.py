"""A standing plan in better sequences: searched from the plan as it is, adopted by it, as long as told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
from msgspec import Struct

from scheduler.arrays import Ints
from scheduler.cpsat import Limits, Stop
from scheduler.improve import shop as s
from scheduler.improve.book import PROOF_EFFORT, BookSearch
from scheduler.improve.bound import lower_bound
from scheduler.improve.fullbound import ARCS, full_bound
from scheduler.improve.fullplan import FullPlan
from scheduler.improve.fullshop import Work
from scheduler.improve.plans import Plan
from scheduler.improve.search import Search, open_search
from scheduler.improve.shop import Shop, Wishes
from scheduler.improve.together import Together
from scheduler.planner import Planner, Sequences, SequencesDontFit

EVERY_S = 1.0
"""How often what is found is laid into the plan while the search goes on, seconds."""
BOUND_ARCS = 40_000
"""How much of a bound is worked out for each second of the search: a third of the time at most."""
BOUND_OPERATIONS = 1500
"""Of so many operations a bound with moulds and hours is worked out for each second of the search."""
STEPS_A_SECOND = 8
"""So many steps count as a second in what is worked out of a bound."""
EFFORT = 0.1
"""Deterministic seconds of the solver for one neighbourhood of a search that counts steps."""


class Budget(Struct, frozen=True):
    """How long to search: until the clock says so, or for so many steps (`steps` above 0), which anybody can repeat.

    By the clock so many `workers` search together, each a thread.
    """

    seconds: float
    clock: Callable[[], float]
    steps: int = 0
    seed: int = 1
    workers: int = 1


class Better(Struct, frozen=True):
    """Where a search is: seconds since it began, weighted seconds late of the best plan, its late lines, a bound.

    `bound` None: no bound is known; it is one of plans that keep all promises. `change_s` are working seconds of
    changeovers. `moved` operations of the best plan stand in another order, or elsewhere.
    """

    seconds: float
    cost: int
    late: int
    bound: int | None
    change_s: int = 0
    moved: int = 0


class _Count:
    """A clock of steps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


class _Steady(BookSearch):
    """A search whose steps don't depend on how fast the machine is."""

    def _reopen(self, left_s: float, stop: Stop | None) -> None:
        if self._plan.late_count:
            line, seed = int(self._chance.choice(self._plan.late)), int(self._chance.integers(1 << 20))
            kind, draw = self._kind(), self._chance.random()
            limits = Limits(effort=EFFORT, seed=seed)
            self._plan.reopen(line, int(self._window[kind]), limits, stop, kind=kind, draw=draw)

    def _proof_limits(self, left_s: float) -> Limits | None:
        return Limits(effort=PROOF_EFFORT)


def improve(
    planner: Planner, wishes: Wishes, budget: Budget, stop: Stop, *, other_ways: bool = True
) -> Iterator[Better]:
    """Bring a plan into better sequences; tell of every improvement, first of the plan as it stands.

    When the iteration ends the plan is the best one found. Deadlines are kept. Without `other_ways` work on machines
    alone stays on the machine that it has.
    """
    shop: Work | None = None if other_ways else planner.shop(wishes, keep_modes=True)
    if shop is not None and planner.pinned:
        shop = planner.full_shop(wishes, keep_modes=True)
    work = planner.work(wishes) if shop is None else shop
    if not len(work.keys):
        return
    began = budget.clock()
    seconds = budget.steps / STEPS_A_SECOND if budget.steps else budget.seconds
    bound = _bound(planner, wishes, work, seconds)
    try:
        search = _open(work, budget)
    except ValueError:
        # The work would reach beyond the calendars if the rules had their way: what stands does not.
        return
    stood, least = planner.stand(), _stands(work)

    def told(seconds: float) -> Better:
        # Nothing costs less than nothing.
        known = bound if least[0] else 0
        return Better(seconds, least[0], least[2], known, least[1], planner.since(stood)[0])

    yield told(0.0)
    laid = _Laid(planner, work, budget)
    left = float(budget.steps) if budget.steps else max(0.1, budget.seconds - (budget.clock() - began))
    proved = False
    for found in search.run(left, stop):
        proved = found.proved
        better = not found.broken and (found.cost, found.change_s) < least[:2]
        if better:
            least = found.cost, found.change_s, found.late
            laid.note(search.best)
        # What is laid some time after it was found has moved work by then, even if nothing better came.
        if laid.in_time() or better:
            yield told(found.seconds)
    if proved:
        bound = least[0]
    if laid.settle() or proved:
        yield told(budget.clock() - began)


class _Laid:
    """Brings what is found into the plan, not oftener than it is worth."""

    def __init__(self, planner: Planner, work: Work, budget: Budget) -> None:
        self._planner, self._work, self._budget = planner, work, budget
        self._waiting: Ints | None = None
        self._last = budget.clock()

    def note(self, order: Ints) -> None:
        """Something better was found."""
        self._waiting = order.copy()

    def in_time(self) -> bool:
        """Let the plan adopt what waits if that was last done some time ago; False when nothing was done."""
        if self._waiting is None or self._budget.steps or self._budget.clock() - self._last < EVERY_S:
            return False
        self.settle()
        self._last = self._budget.clock()
        return True

    def settle(self) -> bool:
        """Let the plan adopt the last that was found; False when there was nothing to adopt."""
        order, self._waiting = self._waiting, None
        if order is None:
            return False
        planner = self._planner
        # Pinned work may be in its way: then what stood is better.
        with suppress(SequencesDontFit):
            planner.adopt(Sequences(planner.version, tuple(planner.steps(self._work, order))), planner.now_s)
        return True


def _bound(planner: Planner, wishes: Wishes, work: Work, seconds: float) -> int | None:
    """What no plan is better than, worked out in a share of the seconds; None: nothing is known."""
    arcs = int(BOUND_ARCS * seconds)
    if isinstance(work, Shop):
        found = lower_bound(work, arcs)
        if found is not None:
            return found
        # Machines that keep different hours: what is known of any plant counts for these, too.
        work = planner.full_shop(wishes, keep_modes=True)
    if len(work.rows) > BOUND_OPERATIONS * seconds:
        return None
    return full_bound(work, min(ARCS, arcs)) or None


def _stands(work: Work) -> tuple[int, int, int]:
    """Cost, seconds of changeovers and late lines of the plan as it is."""
    if isinstance(work, Shop):
        plan = Plan(work, np.argsort(work.ops[:, s.START], kind="stable"))
        return plan.cost, 0, plan.late_count
    full = FullPlan(work)
    return full.cost, full.change_s, full.late_count


def _open(work: Work, budget: Budget) -> Search:
    if not budget.steps and budget.workers > 1:
        return Together(work, budget.clock, range(budget.seed, budget.seed + budget.workers))
    if not budget.steps:
        return open_search(work, budget.clock, budget.seed)
    return _Steady(work, _Count(), budget.seed) if isinstance(work, Shop) else open_search(work, _Count(), budget.seed)
