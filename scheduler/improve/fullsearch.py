"""A full shop planned by the best rule, then improved as long as there is time: never worse than where it began."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from scheduler.arrays import Ints
from scheduler.cpsat import Stop
from scheduler.improve.book import Progress
from scheduler.improve.fullplan import KINDS, FullPlan, Listed, build, mean_run
from scheduler.improve.fullshop import FullShop

SLICE_S = 0.2
HOT, HOT_MANY = 0.3, 0.05
"""Temperature at the beginning of a round, in mean runs, with few and with many late lines."""
FEW = 60
COOL_S = 4.0
"""Temperature at the beginning of every other round, seconds of tardiness: an hour or so of changeovers."""
ROUND_S = 6.0
"""How long a search cools down before it goes back to the best plan and warms up again, at first."""
LENGTHENED, SHORTENED = 3.0, 0.5
"""A round that looks at changeovers above all is half as long as the one before it; the next is longer again."""
LEAST_ODDS = 30
"""Of 1,000 moves, how many are of a kind that has not paid lately."""


class FullSearch:
    """The search for a better plan of one full shop.

    `clock` tells seconds; the same seed gives the same plan only for the same number of steps. The kinds of moves are
    tried the more the oftener they made the plan better lately.
    """

    def __init__(self, shop: FullShop, clock: Callable[[], float], seed: int = 1) -> None:
        self._began, self._clock = clock(), clock
        self._chance = np.random.default_rng(seed)
        self.built: list[Listed] = build(shop)
        self.best: Ints = self.built[0].order
        self._plan = FullPlan(shop, self.best)
        self._mean = mean_run(shop)
        self._note()
        self._trials, self._done = 50, 0
        self._odds = np.full(KINDS, 1000 // KINDS, np.int64)
        # What is easily had first: the first round is a cool one.
        self._round_s, self._round_began, self._rounds = SHORTENED * ROUND_S, 0.0, 1

    def warm(self) -> None:
        """Call all that is compiled once."""
        self._plan.anneal(1, 0.0, self._shares(), 1)
        self._plan.take(self.best)

    def adopt(self, order: Ints) -> None:
        """Go on from another plan where that is better than the best of one's own."""
        now = self._plan.order
        self._plan.take(order)
        if not self._kept():
            self._plan.take(now)

    def run(self, seconds: float, stop: Stop | None = None) -> Iterator[Progress]:
        """Improve until `seconds` after the beginning, or until nothing costs anything; tell of every step."""
        yield self.told()
        self._round_began = self._elapsed()
        while self._elapsed() < seconds and (self.cost or self.change_s) and not (stop and stop.is_set):
            self._anneal(seconds)
            self._kept()
            yield self.told()

    def _elapsed(self) -> float:
        return self._clock() - self._began

    def told(self) -> Progress:
        """Where the search is."""
        return Progress(self._elapsed(), self.cost, self.late, self._done, self.change_s, self.broken)

    def _anneal(self, seconds: float) -> None:
        """One slice of local search; what is left of the round says how warm it is."""
        now = self._elapsed()
        share = (now - self._round_began) / min(self._round_s, max(1e-3, seconds - self._round_began))
        if share >= 1:
            self._plan.take(self.best)
            self._round_s *= LENGTHENED if self._rounds % 2 else SHORTENED
            self._round_began, share = now, 0.0
            self._rounds += 1
        hot = (HOT if self.late <= FEW else HOT_MANY) * self._mean
        heat = (COOL_S if self._rounds % 2 else hot) * (1 - share) ** 3
        self._plan.anneal(
            self._trials, heat, self._shares(), int(self._chance.integers(1 << 30)), margin=int(10 * self._mean)
        )
        self._done += self._trials
        took = self._elapsed() - now
        self._trials = int(np.clip(self._trials * np.clip(SLICE_S / max(took, 1e-4), 0.5, 2.0), 20, 10**6))

    def _shares(self) -> Ints:
        """Of 1,000 moves, how many are of each kind."""
        tried, better = self._plan.tally[:, 0] + 50.0, self._plan.tally[:, 2] + 1.0
        self._plan.tally //= 2
        rate = better / tried
        free = 1000 - KINDS * LEAST_ODDS
        shares = (LEAST_ODDS + free * rate / rate.sum()).astype(np.int64)
        shares[0] += 1000 - int(shares.sum())
        found: Ints = shares
        return found

    def _kept(self) -> bool:
        """Keep the plan if it is the best so far."""
        plan = self._plan
        if (plan.cost, plan.change_s) >= (self.cost, self.change_s) and not self.broken:
            return False
        if plan.value >= (self.broken, self.cost, self.change_s):
            return False
        self.best = plan.order
        self._note()
        return True

    def _note(self) -> None:
        plan = self._plan
        self.cost, self.late, self.change_s, self.broken = plan.cost, plan.late_count, plan.change_s, plan.broken
