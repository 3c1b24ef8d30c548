"""The search: parts of the plan around the time that is asked for, the smaller ones first, as far as the time goes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domain.rescues import Rescue
from domain.values import replace
from scheduler.cpsat.door import Limits, solve
from scheduler.cpsat.problem import Held, Level
from scheduler.cpsat.reading import read
from scheduler.cpsat.sequences import Refused, resequenced
from scheduler.cpsat.solution import Solution, Status
from scheduler.improve import shop as s
from scheduler.improve.shop import Shop
from scheduler.processes import Stop
from scheduler.rescuing import window
from scheduler.rescuing.ask import Found, PlanAsk, RescueAsk, ShopAsk
from scheduler.rescuing.window import Without
from scheduler.rescuing.work import Seconds

DAYS = ((0.75, 0.25), (1.5, 0.5), (4.0, 1.0))
"""Parts that are sequenced anew, in working days before and after the time asked for; after these all of it."""
SHARES = (0.2, 0.5, 0.7)
"""What each may use of the time that is left."""


class _Budget:
    """Wall-clock seconds, or the solver's own where it shall find the same each time."""

    def __init__(self, seconds: float | None, effort: float | None, clock: Seconds) -> None:
        self._clock, self._began, self._seconds, self._effort = clock, clock(), seconds, effort

    @property
    def spent_s(self) -> float:
        """Wall-clock seconds since it began."""
        return self._clock() - self._began

    def limits(self, share: float) -> Limits | None:
        """A share of what is left; None when nothing is."""
        seconds = None if self._seconds is None else (self._seconds - self.spent_s) * share
        if seconds is not None and seconds <= 0:
            return None
        return Limits(seconds=seconds, effort=None if self._effort is None else self._effort * share)


def search(ask: RescueAsk, seconds: float | None, stop: Stop, clock: Seconds, *, effort: float | None = None) -> Found:
    """Look for sequences in which every line keeps its deadline, the order's own among them.

    With `effort` and no `seconds` the same ask has the same answer.
    """
    budget = _Budget(seconds, effort, clock)
    if isinstance(ask, PlanAsk):
        return _in_any_plan(ask, budget, stop)
    return _in_a_shop(ask, budget, stop)


def _in_a_shop(ask: ShopAsk, budget: _Budget, stop: Stop) -> Found:
    plan = Without.of(ask.shop, frozenset(ask.own))
    told = Found(Rescue.CUT_OFF, ask.version, ask.own, held=ask.held)
    held: set[str] = set(ask.held)
    seen = -1
    for low_s, high_s, share in _parts(plan):
        free = plan.between(low_s, high_s)
        if len(free) == seen:
            continue
        seen = len(free)
        problem = window.problem(plan, free, low_s)
        limits = budget.limits(share)
        if stop.is_set or limits is None:
            break
        found = None if problem is None else solve(problem, [Level.ANY], limits, stop=stop)
        if found is not None and found.places:
            order = window.laid(plan, free, low_s, {place.key: place.start_s for place in found.places})
            if order is not None:
                if problem is not None and Held.OUTSIDE in problem.held:
                    held.add(Held.OUTSIDE.value)
                keys = tuple(ask.shop.keys[order].tolist())
                return replace(
                    told, rescue=Rescue.FOUND, keys=keys, seconds=budget.spent_s, held=tuple(sorted(held))
                )  # fmt: skip
        whole = len(free) == len(plan.order)
        if whole and (found is None or found.status is Status.INFEASIBLE):
            return replace(told, rescue=Rescue.NONE, seconds=budget.spent_s)
    return replace(told, seconds=budget.spent_s)


def _parts(plan: Without) -> Iterator[tuple[int, int, float]]:
    day = plan.shop.day
    for (before, after), share in zip(DAYS, SHARES, strict=True):
        yield plan.wanted_s - int(before * day), plan.wanted_s + int(after * day), share
    yield -window.NEVER, window.NEVER, 1.0


def _in_any_plan(ask: PlanAsk, budget: _Budget, stop: Stop) -> Found:
    """All at once, with its changeovers, moulds, setters and modes."""
    told = Found(Rescue.CUT_OFF, ask.version, ask.own)
    plan = ask.plan.snapshot()
    problem = read(plan, {})
    limits = budget.limits(1.0)
    if stop.is_set or limits is None:
        return told
    found: Solution = solve(problem, [Level.ANY], limits, stop=stop)
    told = replace(told, seconds=budget.spent_s, held=tuple(sorted(held.value for held in problem.held)))
    if not found.places:
        # What is proved holds for the plan only where the model says just what the plan does.
        proved = found.status is Status.INFEASIBLE and problem.exact
        return replace(told, rescue=Rescue.NONE if proved else Rescue.CUT_OFF)
    try:
        laid = resequenced(plan, problem, found)
    except Refused:
        return told
    return replace(
        told, rescue=Rescue.FOUND, steps=laid.steps, keys=tuple(step.key for step in laid.steps),
        seconds=budget.spent_s,
    )  # fmt: skip


def _still() -> float:
    return 0.0


def warm() -> None:
    """Call all that is compiled once."""
    ops = np.zeros((2, s.O_COLUMNS), np.int64)
    ops[:, [s.DUR, s.LINE, s.CAL]] = [[60, 0, s.PLAIN], [60, 1, s.PLAIN]]
    lines = np.zeros((2, s.N_COLUMNS), np.int64)
    lines[:, [s.N_DUE, s.N_LAST]] = window.NEVER
    lines[0, s.N_LAST] = 60
    lines[:, s.N_END0], lines[:, s.N_END1] = (0, 1), (1, 2)
    ends, keys = np.arange(2, dtype=np.int64), np.arange(2, dtype=np.int64)
    shop = Shop(
        ops, np.zeros((1, s.K_COLUMNS), np.int64), lines, ends, np.zeros(1, np.int64), np.zeros(8, np.int64), keys, 0,
        True, 86400,
    )  # fmt: skip
    _in_a_shop(ShopAsk(shop, {0: (0, 0)}, 0), _Budget(None, 1.0, _still), Stop())
