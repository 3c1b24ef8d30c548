"""What the checker keeps from commit to commit of a plan without moulds and changeovers, and its walk along it."""

from __future__ import annotations

import numpy as np

from scheduler.arrays import Ints, aligned
from scheduler.verify import record, trace


class Trail:
    """The operations that are not history, in the order of the plan's rows, and by rank."""

    def __init__(self) -> None:
        self._counts = np.zeros(record.C_COLUMNS, np.int64)
        self._live = np.empty(0, np.int64)
        self._order = self._spare = np.empty((0, record.E_COLUMNS), np.int64)
        self._whole = True
        """Everything is to be put in order anew: nothing is known yet, or the last walk came to no end."""

    def __len__(self) -> int:
        return int(self._counts[record.C_LIVE])

    def add(self, first: int, end: int) -> None:
        """Look at these rows, too, from the next walk on."""
        known = len(self)
        if known + end - first > len(self._live):
            size = 2 * (known + end - first) + 64
            self._live = np.concatenate([self._live[:known], np.empty(size - known, np.int64)])
            left = int(self._counts[record.C_ORDER])
            self._order, self._spare = _longer(self._order, left, 2 * size), _longer(self._order, 0, 2 * size)
        self._live[known : known + end - first] = range(first, end)
        self._counts[record.C_LIVE] += end - first

    def forget(self) -> None:
        """Know nothing any more."""
        self._counts[:] = 0
        self._whole = True

    def follow(
        self, ops: Ints, tables: Ints, base: Ints, rec: Ints, lines: Ints, marks: Ints, turn: int, delta: bool,
        floor_s: int, now_s: int, settled: bool, found: Ints,
    ) -> None:  # fmt: skip
        """Follow the plan to where it stands now, as `trace.follow` does; without `delta` all of it anew."""
        delta = delta and not self._whole
        self._whole = True
        trace.follow(
            ops, tables, base, rec, lines, marks, self._live, self._order, self._spare, self._counts, delta, turn,
            floor_s, now_s, settled, found,
        )  # fmt: skip
        self._order, self._spare = self._spare, self._order
        self._whole = bool(found[1])


def _longer(table: Ints, used: int, rows: int) -> Ints:
    longer = aligned(rows, table.shape[1])
    longer[:used] = table[:used]
    return longer
