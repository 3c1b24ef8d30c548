"""A search as a process does it; the solver is loaded there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from scheduler.processes import Stop
from scheduler.rescuing.ask import Found, RescueAsk

Seconds = Callable[[], float]
"""A clock that can be sent: it tells seconds that go on, in any process from wherever it likes."""


class Searching(Struct, frozen=True):
    """One search of at most so many seconds; with `effort` alone, the solver's own, it is the same each time."""

    ask: RescueAsk
    clock: Seconds
    seconds: float | None
    effort: float | None = None

    def run(self, stop: Stop) -> Found:
        """Search."""
        from scheduler.rescuing.search import search  # the solver, in this process only

        return search(self.ask, self.seconds, stop, self.clock, effort=self.effort)


class Warming(Struct, frozen=True):
    """Loads and compiles what a search needs."""

    def run(self, stop: Stop) -> None:
        """Search for something small."""
        from scheduler.rescuing.search import warm  # as above

        warm()
