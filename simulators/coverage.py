"""Whether dates mean what they say: of lines that were done, how many were there by the date of each level."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from pathlib import Path

from domain.calibration import UNIT, Calibration, ExecutedLine, LoadBand

LEVELS = (50, 80, 95)
COLUMNS = ("part", "family", "routing", "waiting", "decided", "planned", "completed")
LEARNED, MEASURED = "learned", "measured"
Z = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    of: int
    all: int

    @property
    def percent(self) -> float:
        return 100 * self.of / self.all

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson, percent: as if the lines were independent."""
        n, p = self.all, self.of / self.all
        middle, half = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 100 / (1 + Z * Z / n)
        return max(0.0, (middle - half) * scale), min(100.0, (middle + half) * scale)


def date_of(line: ExecutedLine, known: Calibration, level: int) -> datetime | None:
    """The date of a level that a line would have been told; None: too little is known."""
    band = None if line.waiting_percent is None else LoadBand.of(line.waiting_percent)
    cell = known.find(line.family, line.routing_id, band, level)
    slip = None if cell is None else cell.slip_at(level)
    if slip is None:
        return None
    lead_s = int((line.planned - line.decided).total_seconds())
    return line.planned + timedelta(seconds=max(0, -(-lead_s * slip // UNIT)))


def covered(lines: Iterable[ExecutedLine], known: Calibration, level: int) -> Share:
    """How many were there by their date of a level, of those that have one."""
    told = [(line.completed, date_of(line, known, level)) for line in lines]
    dated = [(completed, date) for completed, date in told if date is not None]
    return Share(sum(completed <= date for completed, date in dated), len(dated))


def lead_ratio(lines: Sequence[ExecutedLine], known: Calibration, level: int = 50) -> float:
    """Mean lead time by the dates of a level, over the mean lead time that came of it."""
    dated = [(line, date) for line in lines if (date := date_of(line, known, level)) is not None]
    told = sum((date - line.decided).total_seconds() for line, date in dated)
    return told / sum((line.completed - line.decided).total_seconds() for line, _ in dated)


def by(lines: Iterable[ExecutedLine], key: Callable[[ExecutedLine], str]) -> dict[str, list[ExecutedLine]]:
    """Lines by a key, in its order."""
    found: dict[str, list[ExecutedLine]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return dict(sorted(found.items()))


def write_rows(path: Path, parts: Iterable[tuple[str, Sequence[ExecutedLine]]]) -> None:
    """Add lines to a table, with the part that they are of."""
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(COLUMNS)
        for part, lines in parts:
            writer.writerows(
                (part, line.family, line.routing_id, line.waiting_percent, line.decided.isoformat(),
                 line.planned.isoformat(), line.completed.isoformat())
                for line in lines
            )  # fmt: skip


def read_rows(path: Path) -> dict[str, list[ExecutedLine]]:
    """Lines of a table, by part."""
    found: dict[str, list[ExecutedLine]] = {LEARNED: [], MEASURED: []}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            decided, planned, completed = (datetime.fromisoformat(row[name]) for name in COLUMNS[4:])
            line = ExecutedLine(row["family"], row["routing"], decided, planned, completed, int(row["waiting"]))
            found[row["part"]].append(line)
    return found
