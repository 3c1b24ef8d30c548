"""Limits that a drill is judged by, from a TOML file; what is wrong in it is told field by field."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("limits.toml")
SCENARIOS = ("ordinary", "peak", "kill", "burst", "tenfold")
DATES = "dates"
SEEDS_MAX = 1000


class Bound(Enum):
    """Which side of a limit is good."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that may be limited: which side is good, and the least and the greatest limit that make sense."""

    bound: Bound
    low: float
    high: float
    whole: bool = False


_COUNT = Figure(Bound.AT_MOST, 0, 10**9, whole=True)
_MS = Figure(Bound.AT_MOST, 0, 600_000)
FIGURES: Mapping[str, Figure] = {
    "p50_ms": _MS,
    "p99_ms": _MS,
    "p999_ms": _MS,
    "unanswered": _COUNT,
    "lost": _COUNT,
    "double_booked": _COUNT,
    "violations": _COUNT,
    "wrong_promotions": _COUNT,
    "memory_mb": Figure(Bound.AT_MOST, 1, 10**6),
    "recovery_s": Figure(Bound.AT_MOST, 0, 3600),
    "kept_percent": Figure(Bound.AT_LEAST, 0, 100),
}
"""What a scenario is measured by, in the order in which it is told."""
DATE_FIGURES: Mapping[str, Figure] = {
    "seeds": Figure(Bound.AT_LEAST, 2, SEEDS_MAX, whole=True),
    "difference_points": Figure(Bound.AT_MOST, 0, 100),
    "violations": _COUNT,
    "level_lines": Figure(Bound.AT_LEAST, 1, 10**9, whole=True),
    "level_points": Figure(Bound.AT_MOST, 0, 100),
    "lead_ratio": Figure(Bound.AT_MOST, 0, 100),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A field of the file that is wrong (`peak.p50_ms`), its text, and what is allowed there."""

    field: str
    value: str
    allowed: str


class BadLimits(Exception):
    """A file of limits that can't be used, with all that is wrong in it."""

    def __init__(self, file: Path, mistakes: list[Mistake]) -> None:
        self.file, self.mistakes = file, mistakes
        super().__init__(f"{file}: {len(mistakes)} wrong")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits by section and figure; what isn't there isn't judged."""

    of: Mapping[str, Mapping[str, float]]

    @property
    def seeds(self) -> int:
        """On how many days of each kind promised dates are compared; 0 where nobody asks."""
        return int(self.of.get(DATES, {}).get("seeds", 0))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A figure that was measured, beside its limit (None: it has none)."""

    section: str
    figure: str
    measured: float
    limit: float | None
    bound: Bound

    @property
    def passed(self) -> bool:
        """Whether the limit is kept, or there is none."""
        if self.limit is None:
            return True
        return self.measured <= self.limit if self.bound is Bound.AT_MOST else self.measured >= self.limit


def judge(section: str, measured: Mapping[str, float], limits: Limits) -> list[Judgement]:
    """Each figure of a section that was measured, in the order in which they are told."""
    known = DATE_FIGURES if section == DATES else FIGURES
    bounds = limits.of.get(section, {})
    return [
        Judgement(section, name, measured[name], bounds.get(name), figure.bound)
        for name, figure in known.items()
        if name in measured
    ]


def read_limits(file: Path = SHIPPED) -> Limits:
    """Read a file. Raises BadLimits with every mistake, OSError."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadLimits(file, [Mistake("", str(error), "TOML")]) from error
    mistakes: list[Mistake] = []
    found: dict[str, dict[str, float]] = {}
    for section, rows in content.items():
        if section not in (*SCENARIOS, DATES) or not isinstance(rows, dict):
            mistakes.append(Mistake(section, _shown(rows), ", ".join(f"[{name}]" for name in (*SCENARIOS, DATES))))
            continue
        known = DATE_FIGURES if section == DATES else FIGURES
        for name, value in rows.items():
            allowed = _allowed(known.get(name), value, known)
            if allowed:
                mistakes.append(Mistake(f"{section}.{name}", _shown(value), allowed))
            else:
                found.setdefault(section, {})[name] = float(value)
    if mistakes:
        raise BadLimits(file, mistakes)
    return Limits(found)


def _allowed(figure: Figure | None, value: Any, known: Mapping[str, Figure]) -> str:
    """What would be allowed in the place of a value; empty where it is fine."""
    if figure is None:
        return ", ".join(known)
    kinds = (int,) if figure.whole else (int, float)
    good = isinstance(value, kinds) and not isinstance(value, bool) and figure.low <= value <= figure.high
    return "" if good else f"{figure.low:,.0f} – {figure.high:,.0f}" + (" (1, 2, 3 …)" if figure.whole else "")


def _shown(value: Any) -> str:
    return "{…}" if isinstance(value, dict) else repr(value)
