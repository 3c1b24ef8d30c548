"""A search in several threads of one process, each with a seed of its own, from the best of all.

What is compiled and the solver hold no lock of the interpreter, so that threads use as many cores; unlike the processes
of `team` they need not be started, and may be used where no process may have children.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from threading import Lock, Thread

from domain.values import replace
from scheduler.arrays import Ints
from scheduler.cpsat import Stop
from scheduler.improve.book import Progress
from scheduler.improve.fullshop import Work
from scheduler.improve.search import Clock, Search, open_search


class Together:
    """Several searches as one. Its course is that of the first, which goes on from what the others find."""

    def __init__(self, work: Work, clock: Clock, seeds: range) -> None:
        self._work, self._clock, self._others = work, clock, seeds[1:]
        self._began = clock()
        self._first = open_search(work, clock, seeds[0])
        self._lock = Lock()
        self._best: tuple[tuple[int, int, int], Ints] | None = None
        self._proved = False

    @property
    def best(self) -> Ints:
        """The best list so far."""
        return self._first.best

    @property
    def cost(self) -> int:
        """Its tardiness."""
        return self._first.cost

    @property
    def late(self) -> int:
        """Its late lines."""
        return self._first.late

    def warm(self) -> None:
        """Call all that is compiled once."""
        self._first.warm()

    def adopt(self, order: Ints) -> None:
        """Go on from another plan where that is better than the best of all."""
        self._first.adopt(order)

    def told(self) -> Progress:
        """Where the search is."""
        return replace(self._first.told(), proved=True) if self._proved else self._first.told()

    def run(self, seconds: float, stop: Stop | None = None) -> Iterator[Progress]:
        """Improve until `seconds` after the beginning, or until nothing can be better; tell of every step."""
        ended = Stop()
        threads = [Thread(target=self._beside, args=(seed, seconds, ended), daemon=True) for seed in self._others]
        for thread in threads:
            thread.start()
        try:
            for progress in self._first.run(seconds, stop):
                self._share(self._first, progress)
                yield progress
                if self._proved:
                    break
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        self._share(self._first, self._first.told())
        yield self.told()

    def _beside(self, seed: int, seconds: float, ended: Stop) -> None:
        with suppress(ValueError):
            # The work reaches beyond the calendars by the rules: the first search was told so, too.
            search = open_search(self._work, self._clock, seed)
            for progress in search.run(seconds - (self._clock() - self._began), ended):
                self._share(search, progress)
                if self._proved:
                    return

    def _share(self, search: Search, progress: Progress) -> None:
        """Tell the others of what is better than all that they have, or go on from that."""
        with self._lock:
            best = self._best
            if best is None or progress.value < best[0]:
                self._best = progress.value, search.best
            self._proved |= progress.proved
        if best is not None and best[0] < progress.value:
            search.adopt(best[1])
