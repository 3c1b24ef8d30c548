"""Where work stood before a break, kept to come back to, and how far from there the plan is."""

from __future__ import annotations

import zlib
from contextlib import suppress

import numpy as np
from msgspec import Struct

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.planning.anew import Stood
from scheduler.planning.giving_out import GivingOut
from scheduler.planning.keeping_days import OPERATIONS_A_DATE
from scheduler.planning.resequencing import SequencesDontFit
from scheduler.planning.stakes import Places
from scheduler.records import Sequences, Step

(B_KEY, B_LANE, B_START, B_END, B_WAY, B_COLUMNS) = range(6)
"""Columns of an operation: its key, the lane of its machine, start and end, and the row of its way in the layout."""


class Before(Struct, frozen=True):
    """The open work of a plan at one moment, in rank order: a row each, columns as above; times in Unix seconds."""

    rows: Ints

    def packed(self) -> bytes:
        """As it is stored."""
        return zlib.compress(np.ascontiguousarray(self.rows, "<i8").tobytes(), 1)

    @classmethod
    def unpacked(cls, content: bytes) -> Before:
        """As it was stored."""
        rows = np.frombuffer(zlib.decompress(content), "<i8").astype(np.int64)
        return cls(rows.reshape(-1, B_COLUMNS))


class Unrest(Struct, frozen=True, order=True):
    """How far a plan is from the one before, weighed together; lines that end on another day, operations moved."""

    weight: int
    dates: int
    moved: int

    @classmethod
    def of(cls, dates: int, moved: int) -> Unrest:
        """A date counts as some operations."""
        return cls(OPERATIONS_A_DATE * dates + moved, dates, moved)


class GoingBack(GivingOut):
    """Takes down where work stands, and compares with that later."""

    def taken_down(self) -> Before:
        """All work that has not begun, as it stands."""
        self._settle()
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        rows = np.flatnonzero(used[:, a.STATE] == a.OPEN)
        rows = rows[np.lexsort((rows, used[rows, a.LABEL]))]
        columns = (a.KEY, a.PLACES + a.P_LANE, a.START, a.END, a.VAR)
        return Before(np.column_stack([used[rows, column] for column in columns]))

    def places_in(self, before: Before) -> Places:
        """Where that work stood which still has not begun."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        rows = np.flatnonzero((used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 0))
        _, mine, place = np.intersect1d(used[rows, a.KEY], before.rows[:, B_KEY], return_indices=True)
        stood = before.rows[place]
        return Places(rows[mine], stood[:, B_START], stood[:, B_LANE], place.astype(np.int64), stood[:, B_END])

    def unrest(self, before: Places) -> Unrest:
        """How far the plan is from there; what has begun since, or was cancelled, counts for nothing."""
        self._settle()
        ops = self._k.ops
        before = before.only(np.flatnonzero(ops[before.rows, a.STATE] == a.OPEN))
        rows = ops[before.rows]
        was, now = (self._line_ends(rows, ends) for ends in (before.ends, rows[:, a.END]))
        dates = len(Stood(was, was, self._midnights()).moved(now))
        return Unrest.of(dates, before.moved(rows[:, a.PLACES + a.P_LANE], rows[:, a.LABEL]))

    @property
    def on_machines_alone(self) -> bool:
        """Nothing needs a mould, a crew or a changeover."""
        return self._single

    def elsewhere(self, places: Places) -> bool:
        """Some of that work stands on another machine than it did."""
        return bool((self._k.ops[places.rows, a.PLACES + a.P_LANE] != places.lanes).any())

    def keys_of(self, places: Places) -> list[int]:
        """The keys of that work."""
        found: list[int] = self._k.ops[places.rows, a.KEY].tolist()
        return found

    def lines_of(self, places: Places) -> list[int]:
        """The line that each of that work is for, by its number in the plan."""
        found: list[int] = self._k.ops[places.rows, a.LINE].tolist()
        return found

    def midnights(self) -> Ints:
        """When the days of the plant begin, Unix seconds."""
        return self._midnights()

    def old_steps(self, before: Before) -> dict[int, Step]:
        """How operations were done then, by key, where that is still one of their ways."""
        ways = len(self.layout.var)
        return {key: self._place_of(key, way) for key, *_, way in before.rows.tolist() if 0 <= way < ways}

    def try_steps(self, steps: list[Step], before: Places, least: Unrest, dates: int) -> Unrest | None:
        """Adopt sequences if the plan is nearer to the one before than `least` then, with so many dates moved at most.

        None, and nothing has changed, if it is not, or if a line would end after its deadline.
        """
        self._settle()
        self._pass_tails_on()
        backup, version = self._backup(), self.version
        with suppress(SequencesDontFit):
            self.adopt(Sequences(version, tuple(steps)), self.now_s)
            found = self.unrest(before)
            if found.weight < least.weight and found.dates <= dates:
                return found
            self._restore_backup(backup)
        self.version = version
        return None
