"""How many lines were there by the date of each level, by family, as a picture: on the diagonal dates say what is."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from domain.calibration import LEVELS, Calibration, ExecutedLine
from simulators.coverage import by, covered

COLUMNS = 3
SHOWN = 8
"""Families that are drawn, those with most lines."""
LINE, BAND = "#1f4e79", "#9db8d2"


def draw(known: Calibration, lines: Sequence[ExecutedLine], path: Path) -> None:
    """Draw all lines and those of each family (of the largest) into a PNG, PDF or SVG file, by the suffix of `path`."""
    families = by(lines, lambda line: line.family or "no family")
    most = sorted(families, key=lambda name: (-len(families[name]), name))[:SHOWN]
    groups = {"all lines": list(lines)} | {name: families[name] for name in families if name in most}
    with matplotlib.rc_context({"font.size": 8}):
        rows = ceil(len(groups) / COLUMNS)
        figure = Figure((3.1 * COLUMNS, 3.0 * rows), layout="constrained")
        FigureCanvasAgg(figure)
        for place, (name, group) in enumerate(groups.items()):
            axes = figure.add_subplot(rows, COLUMNS, place + 1)
            found = {level: share for level in LEVELS if (share := covered(group, known, level)).all}
            axes.plot([0, 100], [0, 100], color="#888888", linewidth=0.8, linestyle="--")
            axes.fill_between(
                list(found), [s.interval[0] for s in found.values()], [s.interval[1] for s in found.values()],
                color=BAND, alpha=0.6, linewidth=0,
            )  # fmt: skip
            axes.plot(list(found), [s.percent for s in found.values()], color=LINE, marker="o", markersize=2.5)
            axes.set_title(f"{name}, n = {len(group):,}", loc="left")
            axes.set_xlim(0, 100)
            axes.set_ylim(0, 100)
            axes.set_aspect("equal")
            axes.grid(linewidth=0.3)
            if place % COLUMNS == 0:
                axes.set_ylabel("delivered by that date, %")
            axes.set_xlabel("level of the date, P")
        figure.savefig(path, dpi=130)
