"""What stands behind a date on purpose, by the plant's policy, and how sure that makes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from domain.calibration import (
    UNIT,
    BufferPolicy,
    Calibration,
    Cell,
    Confidence,
    LearnedFrom,
    LoadBand,
    waiting_percent,
)
from domain.plant import Plant
from scheduler import explain
from scheduler.planning.surplus import Surplus
from scheduler.records import LineInfo
from scheduler.translate import seconds

_WAITS = frozenset({explain.MACHINE_WAIT, explain.MOULD_WAIT, explain.CREW_WAIT, explain.GAP})
_WORKS = frozenset({explain.PROCESS, explain.CHANGEOVER, explain.MAINTENANCE})


class Margin(NamedTuple):
    """The buffer of a line: so many seconds, or where lines like it are known what they came to at the plant's level.

    `version` is that of the calibration that was asked; -1: buffers aren't learned here. `shares` says how many shares
    of the lead time were told for its load, and lie there until the next are; -1: none were.
    """

    fixed_s: int
    slip: int = 0
    cell: Cell | None = None
    version: int = -1
    shares: int = -1

    def seconds(self, lead_s: int) -> int:
        """The buffer behind a planned lead time; no date is told that is before the plan's."""
        return self.fixed_s if self.cell is None else max(0, -(-max(0, lead_s) * self.slip // UNIT))

    def confidence(self, spare_s: int, lead_s: int) -> Confidence | None:
        """How sure a date is that leaves so many seconds behind the planned lead time; None: nothing is learned."""
        if self.version < 0:
            return None
        if self.cell is None:
            return Confidence(0, 0, LearnedFrom.FIXED, self.version)
        level = self.cell.level_of(spare_s * UNIT // max(1, lead_s))
        return Confidence(level, self.cell.count, self.cell.whole, self.version)


class Buffering(Surplus):
    """What stands behind a date on purpose, by the plant's policy."""

    def __init__(self, plant: Plant, now_s: int) -> None:
        super().__init__(plant, now_s)
        settings = plant.settings
        none = settings.buffer_policy is BufferPolicy.NONE
        self._plain = Margin(0 if none else seconds(settings.buffer))
        self._margins: dict[tuple[str, str, LoadBand | None], Margin] = {}
        self._margins_by: Calibration | None = None
        """What lines were found to have by this calibration."""
        self._level = settings.buffer_level_percent if settings.buffer_policy is BufferPolicy.QUANTILE else 0

    def _margin(self, info: LineInfo, start_s: int | None = None) -> Margin:
        """The buffer of a line as it is placed, its load told by its waits from `start_s` on (None: nobody looks)."""
        if not self._level:
            return self._plain
        known = self.plant.calibration
        if known is None:
            return self._plain._replace(version=0)
        if not info.count:
            # Nothing is made for it, and only what was made is learned from.
            return self._plain._replace(version=known.version)
        if start_s is None:
            return self._learned(known, info.item_id, info.routing_id, None)
        count = int(explain.explain_line(self._k.ops, self._k.z, info.x0, info.count, start_s, self._shares))
        margin = self._learned(known, info.item_id, info.routing_id, LoadBand.of(self._waiting(count)))
        return margin._replace(shares=count)

    def _learned(self, known: Calibration, item_id: str, routing_id: str, band: LoadBand | None) -> Margin:
        if self._margins_by is not known:
            self._margins, self._margins_by = {}, known
        kind = (item_id, routing_id, band)
        found = self._margins.get(kind)
        if found is None:
            found = self._margins[kind] = self._look_up(known, *kind)
        return found

    def _look_up(self, known: Calibration, item_id: str, routing_id: str, band: LoadBand | None) -> Margin:
        item = self.plant.item_by_id.get(item_id)
        cell = known.find("" if item is None else item.family, routing_id, band, self._level)
        if cell is None:
            return self._plain._replace(version=known.version)
        slip = cell.slip_at(self._level)
        assert slip is not None
        return Margin(self._plain.fixed_s, slip, cell, known.version)

    def _waiting(self, count: int) -> int:
        """How much of its time in the plant a line waits for others, percent: by the shares that its reasons tell."""
        waits = works = 0
        for kind, _, duration_s in self._shares[:count, :3].tolist():
            if kind in _WAITS:
                waits += duration_s
            elif kind in _WORKS:
                works += duration_s
        return waiting_percent(waits, works)


def widest(margins: Iterable[Margin], lead_s: int) -> int:
    """The buffer of goods that go together: the largest of theirs."""
    return max(margin.seconds(lead_s) for margin in margins)
