"""How often rules fired, by version and name: counted from the records of decisions, so that nothing is counted twice.

Counts are written with commits now and then; what was decided since is counted again from its records after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from promising.ports import DecisionRow, PlantStore, RuleCount
from promising.traces import row_from

WRITE_EVERY = 500
"""Decisions after which counts are written: so many are counted again at most after a restart."""
READ_AT_ONCE = 1000
ALL = ""
"""The name under which all decisions of a version are counted."""


class _Tally:
    """Counts of one rule of one version."""

    __slots__ = ("conflicts", "fired", "last_s", "total_us", "untold", "worst_us")

    def __init__(self) -> None:
        self.fired = self.untold = self.conflicts = self.total_us = self.worst_us = 0
        self.last_s: int | None = None

    def fire(self, row: DecisionRow) -> None:
        self.fired += 1
        self.last_s = row.at_s
        self.total_us += row.took_us
        if row.took_us > self.worst_us:
            self.worst_us = row.took_us


class RuleCounts:
    """Changed by the writer's thread; `rows` may be read by any."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[int, str], _Tally] = {}
        self._touched: set[tuple[int, str]] = set()
        self._event = 0
        self._unwritten = 0

    def load(self, store: PlantStore) -> None:
        """Take what the store has, and count what was decided since."""
        tallies: dict[tuple[int, str], _Tally] = {}
        self._event, self._unwritten = 0, 0
        for row in store.rule_counts():
            tally = tallies[row.rules, row.rule] = _Tally()
            tally.fired, tally.untold, tally.conflicts = row.fired, row.untold, row.conflicts
            tally.last_s, tally.total_us, tally.worst_us = row.last_s, row.total_us, row.worst_us
            self._event = max(self._event, row.event)
        self._tallies, self._touched = tallies, set()
        while found := store.decisions(self._event, READ_AT_ONCE):
            self.add(row_from(*one) for one in found)

    def add(self, rows: Iterable[DecisionRow]) -> None:
        """Count decisions that are committed."""
        for row in rows:
            self._tally(row.rules, ALL).fire(row)
            for name in row.fired:
                self._tally(row.rules, name).fire(row)
            for name in row.untold:
                self._tally(row.rules, name).untold += 1
            for name in row.conflicts:
                self._tally(row.rules, name).conflicts += 1
            self._event = row.event
            self._unwritten += 1

    def _tally(self, rules: int, name: str) -> _Tally:
        key = (rules, name)
        self._touched.add(key)
        found = self._tallies.get(key)
        if found is None:
            found = self._tallies[key] = _Tally()
        return found

    def due(self) -> list[RuleCount]:
        """What is to be written with the next commit, now and then."""
        return [self._row(key) for key in sorted(self._touched)] if self._unwritten >= WRITE_EVERY else []

    def written(self) -> None:
        """What was due is in the store."""
        self._touched.clear()
        self._unwritten = 0

    def rows(self) -> Iterator[RuleCount]:
        """All counts, by version and name."""
        return (self._row(key) for key in sorted(self._tallies.copy()))

    def _row(self, key: tuple[int, str]) -> RuleCount:
        tally = self._tallies[key]
        return RuleCount(
            *key, self._event, tally.fired, tally.untold, tally.conflicts, tally.last_s, tally.total_us, tally.worst_us
        )
