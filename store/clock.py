"""The machine's clocks."""

from __future__ import annotations

import time


class SystemClock:
    """`promising.ports.Clock` on the operating system."""

    def unix(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()
