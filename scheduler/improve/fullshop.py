"""Work with moulds, changeovers, crews or a choice of machines, as the search sees it: the planner's own arrays."""

from __future__ import annotations

from typing import NamedTuple

from scheduler.arrays import Ints
from scheduler.improve.shop import Shop


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


Work = Shop | FullShop
