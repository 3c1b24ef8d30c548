"""The forecast as a picture: work centres by days, the fuller the darker, red where hours are short."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from client.catalogue import texts
from client.gantt import DPI, INK, LATE, LATIN, POINTS, chinese_font
from jiaoqi.v1 import planner_service_pb2 as pb

EMPTY, CLOSED = "#ffffff", "#e4e4e4"
FULL = (31, 78, 121)
"""Red, green and blue of a day with nothing left."""
CELL_INCHES, LABEL_INCHES = 0.42, 1.8


def draw_heat(answer: pb.GetForecastResponse, zone: ZoneInfo, path: Path, lang: str = "en") -> None:
    """Draw it into a PNG, PDF or SVG file, by the suffix of `path`; in English where no font for Chinese is found."""
    chinese = chinese_font(None)
    place = ("zh", "en").index(lang if chinese else "en")
    said = {name: texts(f"picture.{name}")[place] for name in ("heat", "full", "closed", "short")}
    names = [centre.work_centre for centre in answer.centres]
    families = [LATIN, chinese] if chinese else [LATIN]
    with matplotlib.rc_context({"font.family": families, "font.size": POINTS}):
        days = max((len(centre.days) for centre in answer.centres), default=1)
        size = (LABEL_INCHES + CELL_INCHES * max(days, 8), 1.2 + CELL_INCHES * max(1, len(names)))
        figure = Figure(size, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for y, centre in enumerate(answer.centres):
            for x, day in enumerate(centre.days):
                face, ink, text = _cell(day)
                axes.add_patch(Rectangle((x, y), 1, 1, facecolor=face, edgecolor="#bbbbbb", linewidth=0.4))
                axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=ink, fontsize=POINTS - 1)
        axes.set_xlim(0, days)
        axes.set_ylim(max(1, len(names)), 0)
        axes.set_yticks([y + 0.5 for y in range(len(names))], names)
        ticks = answer.centres[0].days if answer.centres else []
        shown = [day.day_time.ToDatetime(tzinfo=zone) for day in ticks]
        axes.set_xticks(
            [x + 0.5 for x in range(len(shown))], [f"{day:%m-%d}" for day in shown], rotation=90 if days > 14 else 0
        )
        axes.set_title(said["heat"], loc="left")
        axes.tick_params(length=0)
        legend = [
            Patch(facecolor=_blue(1.0), label=said["full"]),
            Patch(facecolor=CLOSED, label=said["closed"]),
            Patch(facecolor=LATE, label=said["short"]),
        ]
        axes.legend(handles=legend, loc="lower left", bbox_to_anchor=(0, 1.02 + 0.25 / max(1, len(names))), ncols=3)
        figure.savefig(path, dpi=DPI)


def _cell(day: pb.CentreDay) -> tuple[str, str, str]:
    """Colour of a day, colour of its text, and the text: percent in use, or hours that are short."""
    if day.overloaded_duration.seconds:
        return LATE, "#ffffff", f"-{day.overloaded_duration.seconds / 3600:.0f}h"
    working = day.working_duration.seconds
    if not working:
        return CLOSED, INK, ""
    used = (day.booked_duration.seconds + day.planned_duration.seconds) / working
    return _blue(used), "#ffffff" if used > 0.55 else INK, f"{100 * used:.0f}"


def _blue(used: float) -> str:
    """From white to blue."""
    part = max(0.0, min(1.0, used))
    return "#" + "".join(f"{round(255 + (end - 255) * part):02x}" for end in FULL)
