"""Work on machines alone, as the search sees it: plain arrays that another process can take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scheduler.arrays import Ints

(END, START, PRV, NXT, DUR, READY, CAL, IN0, IN1, OUT0, OUT1, LINE, MARK, LOGGED, MACH, TAIL) = range(16)
(CALW, CHUNK, AFTER) = range(16, 19)
O_COLUMNS = 24
"""Columns of an operation. LINE and TAIL are -1 and 0 where it ends no line; AFTER is the work that comes after it."""
(N_DUE, N_WEIGHT, N_LAST, N_END0, N_END1, N_COST, N_POS, N_FROM, N_UNTIL, N_DATE, N_COLUMNS) = range(11)
"""Columns of a line: due, weight, deadline, its ends in `ends`, what it costs now, place among the late (-1: not).

Then the day on which it is wanted to end, and what another day costs (0: any day will do).
"""
(K_OP, K_LAG, K_WLAG, K_COLUMNS) = range(4)
"""Columns of a link: the other operation, calendar and working seconds of lag."""

PLAIN = -1
"""CAL of work for which time is working time: it ends as long after its start as it takes."""
SLOPE_S = 6 * 3600
"""A day missed by less than that costs a little less, down to seven tenths: so a search sees where it is near."""
BROKEN_WEIGHT = 1000
"""A second after a deadline costs this many times a second after the requested time at weight 1."""


class Shop(NamedTuple):
    """Operations on one machine each, without changeovers, behind what is begun and frozen.

    With one calendar for everything and no lags, times are working seconds after the floor (`working`), otherwise
    Unix seconds. `z` holds the calendars as the kernel has them. `keys` name the operations to the plan.
    """

    ops: Ints
    links: Ints
    lines: Ints
    ends: Ints
    free: Ints
    z: Ints
    keys: Ints
    floor: int
    working: bool
    day: int
    """Working seconds of a day, for figures in working days; 86,400 where times are not working time."""


class Wish(NamedTuple):
    """When a line is wanted, Unix seconds less shipping; a second late costs `weight`."""

    requested_s: int
    weight: int


Wishes = Mapping[tuple[str, int], Wish]
