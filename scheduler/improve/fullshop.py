"""Work with moulds, changeovers, crews or a choice of machines, as the search sees it: the planner's own arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scheduler.arrays import Ints
from scheduler.improve.shop import Shop

NO_PINS = np.empty(0, np.int64)


class FullShop(NamedTuple):
    """All work of a plan that may move, behind what is begun and frozen.

    `ops` and `z` are the planner's arrays as they stand when the movable work is laid by its ranks. `rows` are the
    movable operations in rank order, `chosen` their candidate rows, `lines` and `ends` as in `Shop` (`ends` are rows
    of `ops`). Times are Unix seconds.
    """

    ops: Ints
    z: Ints
    rows: Ints
    chosen: Ints
    lines: Ints
    ends: Ints
    keys: Ints
    floor: int
    day: int
    """Seconds of a day, for figures in days."""
    pins: Ints = NO_PINS
    """Rows that a planner has pinned, each the one end of a line: these come last. They are late if they begin late."""


Work = Shop | FullShop
