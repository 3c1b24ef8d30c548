"""The door to all searches for better sequences: any plant's work in, better and better plans out.

`Planner.work` gives the work, `Planner.steps` turns what is found into what `Planner.lay` takes. A search knows nothing
of the planner, the store or the clock's kind: it can run in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from scheduler.arrays import Ints
from scheduler.cpsat import Stop
from scheduler.improve.book import BookSearch, Progress
from scheduler.improve.fullsearch import FullSearch
from scheduler.improve.fullshop import Work
from scheduler.improve.shop import Shop

Clock = Callable[[], float]


class Search(Protocol):
    """A search for a better plan."""

    @property
    def best(self) -> Ints:
        """The best list so far."""

    @property
    def cost(self) -> int:
        """Its tardiness."""

    @property
    def late(self) -> int:
        """Its late lines."""

    def warm(self) -> None:
        """Call all that is compiled once."""

    def adopt(self, order: Ints) -> None:
        """Go on from another plan where that is better than the best of one's own."""

    def told(self) -> Progress:
        """Where the search is."""

    def run(self, seconds: float, stop: Stop | None = None) -> Iterator[Progress]:
        """Improve until `seconds` after the beginning, or until nothing costs anything; tell of every step."""


def open_search(work: Work, clock: Clock, seed: int = 1) -> Search:
    """The search for this kind of work, with the best of all rules found. Raises ValueError when none fits."""
    return BookSearch(work, clock, seed) if isinstance(work, Shop) else FullSearch(work, clock, seed)


def improve(
    work: Work, seconds: float, clock: Clock, *, seed: int = 1, stop: Stop | None = None,
    told: Callable[[Progress], None] | None = None,
) -> tuple[Progress, Ints]:  # fmt: skip
    """Search in this process for so many seconds, or until `stop`; what was reached, and the operations by rank.

    `told` hears of every step, about five a second.
    """
    search = open_search(work, clock, seed)
    progress = Progress(0.0, search.cost, search.late, 0)
    for progress in search.run(seconds, stop):
        if told is not None:
            told(progress)
    return progress, search.best
