"""An order book planned by the best rule, then improved as long as there is time: never worse than any rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from msgspec import Struct

from scheduler.arrays import Ints
from scheduler.cpsat import Limits, Status, Stop
from scheduler.improve.plans import Built, Plan, build
from scheduler.improve.shop import DUR, START, Shop
from scheduler.improve.window import Around

SLICE_S = 0.2
"""About how long one piece of local search lasts."""
FEW = 60
"""Late lines up to which CP-SAT looks at the neighbourhood of single ones."""
WINDOW_S, WINDOW_MOST_S = 0.1, 1.6
"""How long CP-SAT may take for a neighbourhood: what helps is mostly found at once; after a failure twice as long."""
SOLVER_SHARE = 0.7
LEAST_WINDOW = 90
MOST_WINDOW = {Around.LINE: 260, Around.CHAIN: 260, Around.TIME: 800, Around.SPAN: 800}
FIRST_WINDOW = {Around.LINE: 150.0, Around.CHAIN: 150.0, Around.TIME: 150.0, Around.SPAN: 400.0}
"""Operations of a neighbourhood; those of all machines at a time are few for each machine, and soon solved."""
PATIENCE = 12
"""Looks without anything better, with few late lines, after which the search begins again."""
SHAKES = 400
"""Moves, hot ones, that shake a plan."""
PROOF_S, PROOF_EFFORT = 4.0, 1.0
"""How long the solver may look for a proof that nothing is better, by the clock, or of its own seconds."""
PROOF_OPERATIONS = 20_000
"""Work of which such a proof is tried: 15,000 operations take about two seconds, most of them to tell the solver."""
LEAST_PAID = 0.1
"""By which a kind of neighbourhood that gained nothing lately is looked at all the same."""
HEATS = (0.0, 0.01, 0.05, 0.3)
"""Temperatures of local search, in mean operations."""


class Progress(Struct, frozen=True):
    """Where a search is: seconds since it began, cost and late lines of the best plan so far.

    `change_s` are the working seconds of its changeovers, `broken` the lines that end after their deadlines. `proved`:
    no plan that keeps the deadlines costs less.
    """

    seconds: float
    cost: int
    late: int
    trials: int
    change_s: int = 0
    broken: int = 0
    proved: bool = False

    @property
    def value(self) -> tuple[int, int, int]:
        """What is made small: broken promises, then cost, then changeovers."""
        return self.broken, self.cost, self.change_s


class BookSearch:
    """The search for a better plan of one shop.

    `clock` tells seconds; the same seed gives the same plan only for the same number of steps.
    """

    def __init__(self, shop: Shop, clock: Callable[[], float], seed: int = 1) -> None:
        self._began, self._clock = clock(), clock
        self._chance = np.random.default_rng(seed)
        self.built: list[Built] = build(shop)
        first = min(self.built, key=lambda built: (built.broken, built.cost))
        self._plan = Plan(shop, np.argsort(shop.ops[:, START], kind="stable"))
        # The plan as it stands breaks no promise, and may be the best there is.
        if (self._plan.broken, self._plan.cost) >= (first.broken, first.cost):
            self._plan.take(first.order)
        self._mean = float(self._plan.shop.ops[:, DUR].mean())
        self.best: Ints = self._plan.order
        self.cost, self.late, self.broken = self._plan.cost, self._plan.late_count, self._plan.broken
        self._trials, self._done = 200, 0
        self._window = dict(FIRST_WINDOW)
        self._paid = dict.fromkeys(Around, 1.0)
        """How much a kind of neighbourhood gained lately, in its share of looks that gained anything."""
        self._allowed: dict[tuple[Around, int], float] = {}
        self._first = first.order
        self._lap, self._lap_value = self.best, (self.broken, self.cost)
        self.laps = self._stale = 0
        """How often it began again; looks since anything got better."""
        self.proved = False
        self._asked = -1
        """The cost of which a proof was tried that there is no less."""

    def warm(self) -> None:
        """Call all that is compiled once."""
        self._plan.anneal(1, 0.0, 0.5, 1)
        if len(self._plan.late):
            self._plan.reopen(int(self._plan.late[0]), LEAST_WINDOW, Limits(effort=0.01))
        self._plan.take(self.best)

    def adopt(self, order: Ints) -> None:
        """Go on from another plan where that is better than the best of one's own."""
        other = Plan(self._plan.shop, order)
        if (other.broken, other.cost) < (self.broken, self.cost):
            self.best, self.cost, self.late, self.broken = order, other.cost, other.late_count, other.broken
            if not self.laps:
                self._plan.take(order)
                self._lap, self._lap_value = order, (other.broken, other.cost)

    def run(self, seconds: float, stop: Stop | None = None) -> Iterator[Progress]:
        """Improve until `seconds` after the beginning, or until nothing can be better; tell of every step."""
        yield self.told()
        while self._elapsed() < seconds and self.cost and not self.proved and not (stop and stop.is_set):
            if self._plan.shop.working and self.late <= FEW and self._chance.random() < SOLVER_SHARE:
                self._reopen(seconds - self._elapsed(), stop)
            else:
                self._anneal(self._elapsed() / seconds)
            self._settle(seconds, stop)
            yield self.told()

    def _elapsed(self) -> float:
        return self._clock() - self._began

    def told(self) -> Progress:
        """Where the search is."""
        return Progress(
            self._elapsed(), self.cost, self.late, self._done, broken=self.broken, proved=self.proved
        )  # fmt: skip

    def _anneal(self, share: float) -> None:
        """One slice of local search; with many late lines it cools as the time goes by."""
        many = self.late > FEW
        heat = 0.05 * (1 - share) ** 2 if many else float(self._chance.choice(HEATS))
        before = self._clock()
        self._plan.anneal(
            self._trials, heat * self._mean, 0.1 if many else 0.4, int(self._chance.integers(1 << 30)),
            most=1500 if many else 6000,
        )  # fmt: skip
        self._done += self._trials
        took = self._clock() - before
        self._trials = int(np.clip(self._trials * np.clip(SLICE_S / max(took, 1e-4), 0.5, 2.0), 50, 10**6))

    def _reopen(self, left_s: float, stop: Stop | None) -> None:
        """One neighbourhood of a late line, larger while that is done in time, smaller when not."""
        if not self._plan.late_count:
            return
        line, kind = int(self._chance.choice(self._plan.late)), self._kind()
        allowed_s = self._allowed.get((kind, line), WINDOW_S)
        count, before = int(self._window[kind] * self._chance.uniform(0.6, 1.4)), self._plan.cost
        limits = Limits(seconds=max(0.01, min(allowed_s, left_s)), seed=int(self._chance.integers(1 << 20)))
        status = self._plan.reopen(line, count, limits, stop, kind=kind, draw=self._chance.random())
        better = self._plan.cost < before
        self._allowed[kind, line] = WINDOW_S if better else min(2 * allowed_s, WINDOW_MOST_S)
        self._paid[kind] = 0.9 * self._paid[kind] + 0.1 * better
        grown = self._window[kind] * (1.1 if status in (Status.OPTIMAL, Status.INFEASIBLE) else 0.98)
        self._window[kind] = float(np.clip(grown, LEAST_WINDOW, MOST_WINDOW[kind]))

    def _kind(self) -> Around:
        """One of the kinds of neighbourhoods, rather one that paid lately."""
        paid = np.array([LEAST_PAID + self._paid[kind] for kind in Around])
        return list(Around)[int(self._chance.choice(len(paid), p=paid / paid.sum()))]

    def _settle(self, until_s: float, stop: Stop | None) -> None:
        """Keep what is better; go back to the lap's best from what strayed; begin again when nothing gets better."""
        plan, (lap_broken, lap_cost) = self._plan, self._lap_value
        if (plan.cost < lap_cost or lap_broken) and (plan.broken, plan.cost) < self._lap_value:
            self._lap, self._lap_value, self._stale = plan.order, (plan.broken, plan.cost), 0
            if self._lap_value < (self.broken, self.cost):
                self.best, self.cost, self.late, self.broken = plan.order, plan.cost, plan.late_count, plan.broken
            return
        self._stale += 1
        if self._stale > PATIENCE and self.late <= FEW and plan.shop.working:
            self._prove(until_s, stop)
            self._new_lap()
        elif plan.cost > 1.02 * lap_cost + 2 * self._mean and self._chance.random() < 0.3:
            plan.take(self._lap)

    def _prove(self, until_s: float, stop: Stop | None) -> None:
        """Ask once of each best plan whether anything is better."""
        if self.cost == self._asked or len(self._plan.shop.ops) > PROOF_OPERATIONS:
            return
        self._asked = self.cost
        limits = self._proof_limits(until_s - self._elapsed())
        self.proved = limits is not None and self._plan.proves(self.best, limits, stop)

    def _proof_limits(self, left_s: float) -> Limits | None:
        return Limits(seconds=min(PROOF_S, left_s)) if left_s > 0 else None

    def _new_lap(self) -> None:
        """Begin again: with the best rule's plan, or with the best plan shaken."""
        self.laps, self._stale = self.laps + 1, 0
        self._allowed.clear()
        if self.laps % 2:
            self._plan.take(self.best)
            self._plan.anneal(SHAKES, self._mean, 0.4, int(self._chance.integers(1 << 30)), most=6000)
        else:
            self._plan.take(self._first)
        self._lap, self._lap_value = self._plan.order, (self._plan.broken, self._plan.cost)
