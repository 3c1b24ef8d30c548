"""How long a piece of work took: by the wall clock, and of the processor alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Spent(NamedTuple):
    """Seconds of wall clock and of this thread's processor time; the difference is mostly others' work."""

    wall_s: float
    cpu_s: float


def now() -> Spent:
    """Read both clocks."""
    return Spent(time.perf_counter(), time.thread_time())


def since(began: Spent) -> Spent:
    """Return what passed since."""
    return Spent(time.perf_counter() - began.wall_s, time.thread_time() - began.cpu_s)


def milliseconds(seconds: Sequence[float], percent: float) -> float:
    """Return a percentile of durations in seconds, in milliseconds; 0 when there is none."""
    return float(np.percentile(seconds, percent)) * 1e3 if len(seconds) else 0.0
