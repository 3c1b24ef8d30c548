"""When Python's collector of garbage in circles runs: young objects in small portions, older ones while nobody asks."""

from __future__ import annotations

import gc
from collections.abc import Callable
from threading import Event, Thread

YOUNG = 4_000
"""New objects after which they are looked through, which takes some 2 ms: 50,000 at once took 28, and whoever asked
then waited for it."""
NEVER = 1 << 30
EVERY_S = 10.0
"""How often older objects are looked through at most, seconds."""
QUIET_S = 0.25
"""How long nothing must have changed before that."""
WHOLE_EVERY = 360
"""After so many times all objects are."""


class Collecting:
    """A thread that looks through older objects when `version` has stood still for a while.

    What is there when it starts stays, and is never looked through.
    """

    def __init__(self, version: Callable[[], int], every_s: float = EVERY_S, quiet_s: float = QUIET_S) -> None:
        self._version = version
        self._every_s, self._quiet_s = every_s, quiet_s
        self._over = Event()
        self._thread = Thread(target=self._run, name="collect", daemon=True)
        self._before = gc.get_threshold()

    def start(self) -> None:
        """Begin, with the collector on."""
        gc.freeze()
        gc.set_threshold(YOUNG, NEVER, NEVER)
        gc.enable()
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the collector runs as it did before."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
            gc.set_threshold(*self._before)

    def _run(self) -> None:
        times = 0
        while not self._over.wait(self._every_s):
            stood = self._version()
            if not self._over.wait(self._quiet_s) and self._version() == stood:
                times += 1
                gc.collect(1 if times % WHOLE_EVERY else 2)
