"""What a benchmark hands over, and how it is printed and kept."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Cell: TypeAlias = str | int | float
Row: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two figures of one run, divided: what carries over to another machine. `wanted` is the aim in words."""

    what: str
    value: float
    wanted: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {number(self.value)}" + (f" (wanted: {self.wanted})" if self.wanted else "")


@dataclass(slots=True)
class Result:
    """One benchmark's figures. `raw` holds the single measurements by the name of their file."""

    name: str
    title: str
    how: str
    seed: str
    summary: list[Row] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    raw: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def sample_size(self) -> int:
        """Single measurements kept."""
        return sum(len(rows) for rows in self.raw.values())

    def markdown(self) -> str:
        """The figures as a section for people."""
        parts = [f"## {self.name}: {self.title}", self.how.strip(), _table(self.summary)]
        parts.append("\n".join(f"- {ratio}" for ratio in self.ratios))
        parts.append(f"Seed: {self.seed}. Measurements kept: {self.sample_size:,}.")
        return "\n\n".join(part for part in parts if part) + "\n"

    def keep(self, folder: Path) -> None:
        """Write the section, and every measurement as CSV beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.md").write_text(self.markdown(), encoding="utf-8")
        for name, rows in self.raw.items():
            _write_rows(folder / f"{self.name}-{name}.csv", rows)


def number(cell: Cell) -> str:
    """Write a figure with three digits that count."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return f"{cell:,}"
    if abs(cell) >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.3g}" if cell else "0"


def _table(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    names = list(rows[0])
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    lines += [f"| {' | '.join(number(row[name]) for name in names)} |" for row in rows]
    return "\n".join(lines)


def _write_rows(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        if rows:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
