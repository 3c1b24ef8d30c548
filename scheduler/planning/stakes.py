"""What a repair is judged by: promises that still hold, and operations that stay in their places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from msgspec import Struct, field

from scheduler import arrays as a
from scheduler.arrays import Ints


class Stake(Struct, frozen=True):
    """What hangs on a line: until when it may end with its promise kept, Unix seconds, and its priority, 1 to 9."""

    by_s: int
    priority: int = 5


class Slip(Struct, frozen=True):
    """A promise that does not hold any more: until when the line should have ended, and when it does (None: never)."""

    order_id: str
    line_no: int
    by_s: int
    end_s: int | None


class Repair(Struct):
    """What a repair did; operations are told by their keys."""

    slips: list[Slip] = field(default_factory=list)
    interrupted: list[int] = field(default_factory=list)
    """Had begun; what is left of them follows when machine, mould and crew work again."""
    reopened: list[int] = field(default_factory=list)
    """Were released or frozen and had not begun; they may move again."""
    unpinned: list[int] = field(default_factory=list)
    """Were pinned and cannot begin as they were; they may move again."""
    moved: int = 0
    """Operations that had to leave their order on a machine, or the machine: the fewest that explain the difference."""
    shifted: int = 0
    """Operations that start at another time, the moved among them."""
    tries: int = 0
    """Ways tried to put late work back."""


class Places(Struct, frozen=True):
    """Where all open operations stood: their rows, starts, machines, ranks and ends."""

    rows: Ints
    starts: Ints
    lanes: Ints
    labels: Ints
    ends: Ints

    @classmethod
    def of(cls, ops: Ints) -> Places:
        """Take them down."""
        rows = np.flatnonzero(ops[:, a.STATE] == a.OPEN)
        columns = (a.START, a.PLACES + a.P_LANE, a.LABEL, a.END)
        return cls(rows, *(ops[rows, column].copy() for column in columns))

    def only(self, kept: Ints) -> Places:
        """Those of them."""
        return Places(*(each[kept] for each in (self.rows, self.starts, self.lanes, self.labels, self.ends)))

    def moved(self, lanes: Ints, ranks: Ints) -> int:
        """How many of them had to leave their order, where they now stand by `lanes` and `ranks`."""
        found = int((lanes != self.lanes).sum())
        for lane in np.unique(self.lanes).tolist():
            here = np.flatnonzero((self.lanes == lane) & (lanes == lane))
            stood = self.labels[here[np.argsort(ranks[here], kind="stable")]]
            found += len(here) - longest_rise(stood.tolist())
        return found


def leavers(values: Sequence[int]) -> list[int]:
    """Places of the fewest values without which the others rise: what stands elsewhere in the order than before."""
    ends: list[int] = []
    last: list[int] = []
    before = [-1] * len(values)
    for place, value in enumerate(values):
        at = bisect_left(ends, value)
        before[place] = last[at - 1] if at else -1
        if at == len(ends):
            ends.append(value)
            last.append(place)
        else:
            ends[at], last[at] = value, place
    stay: set[int] = set()
    place = last[-1] if last else -1
    while place >= 0:
        stay.add(place)
        place = before[place]
    return [place for place in range(len(values)) if place not in stay]


def longest_rise(values: Sequence[int]) -> int:
    """Length of the longest rising sub-sequence (Fredman 1975: by bisection over the least ends so far)."""
    ends: list[int] = []
    for value in values:
        at = bisect_left(ends, value)
        if at == len(ends):
            ends.append(value)
        else:
            ends[at] = value
    return len(ends)
