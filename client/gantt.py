"""A plan as a picture for the wall: machines and moulds as rows, runs, changeovers, closed times, late orders."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.dates import AutoDateLocator, DayLocator, date2num, num2date
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, Locator

from client.catalogue import texts
from client.gantt_rows import Closed, Closure, Row, Run

FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "Heiti SC", "STHeiti", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "DengXian",
    "Sarasa Gothic SC", "LXGW WenKai", "Noto Sans CJK JP", "Droid Sans Fallback", "Arial Unicode MS", "SimSun",
)  # fmt: skip
"""Fonts with Chinese characters, the best looking first."""

LATIN = "DejaVu Sans"
"""Comes with matplotlib."""

# Fonts for Chinese often come in one weight; that it is not bold need not be said on the terminal.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

WEEKDAYS = (tuple("一二三四五六日"), ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))

PALETTE = (
    "#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#76b7b2", "#edc948", "#9c755f", "#e15d8e", "#fabfd2", "#8cd17d",
    "#a0cbe8", "#ffbe7d", "#b6992d", "#499894", "#79706e", "#d37295", "#d4a6c8", "#d7b5a6", "#1f6f8b", "#7b9e3d",
)  # fmt: skip
OTHERS, LATE, INK = "#bab0ac", "#d00000", "#222222"
SHADES = {Closure.OFF_SHIFT: "#ececec", Closure.DOWNTIME: "#8a8a8a"}
ROW_INCHES, DAY_INCHES, POINTS = 0.36, 1.1, 7.0
LABEL_INCHES = 0.8
"""What the date of a day takes."""
WIDTH_INCHES = (17.0, 46.0)
DPI = 150


def draw(
    reservations: Iterable[Run],
    resources: Sequence[Row],
    downtimes: Iterable[Closed],
    path: Path,
    zone: ZoneInfo,
    lang: str = "en",
    *,
    title: str = "",
    only: Sequence[str] = (),
    only_late: bool = False,
    now: datetime | None = None,
    font: Path | None = None,
) -> None:
    """Draw the plan into a PNG, PDF or SVG file, by the suffix of `path`.

    Machines are drawn in the order of `resources`; a mould has a row if a run uses it. Chinese is written if a
    font for it is found on this computer, or given as `font`; otherwise the picture is in English, and
    characters that cannot be drawn become boxes. `only` and `only_late` say which work of the plan it shows.
    """
    runs = sorted(reservations, key=lambda run: (run.start, run.end, run.order_id))
    families = [LATIN]
    chinese = chinese_font(font)
    if chinese:
        families.append(chinese)
    with matplotlib.rc_context({"font.family": families, "font.size": POINTS, "hatch.linewidth": 0.6}):
        picture = _Picture(runs, resources, list(downtimes), zone, lang if chinese else "en", families)
        names = [*only, picture.word("late")] if only_late else only
        shown = picture.word("only").format(names=", ".join(names)) if names else picture.word("plan")
        picture.paint(title or shown, now)
        picture.figure.savefig(path, dpi=DPI)


def chinese_font(font: Path | None) -> str:
    """Return a font with Chinese characters that this computer has, or the one given; empty when it has none."""
    if font is not None:
        fontManager.addfont(font)
        return FontProperties(fname=font).get_name()
    known = {entry.name for entry in fontManager.ttflist}
    return next((name for name in FONTS if name in known), "")


class _Picture:
    """One figure: rows from the top, time in days of matplotlib from the left."""

    def __init__(
        self,
        runs: list[Run],
        resources: Sequence[Row],
        closed: list[Closed],
        zone: ZoneInfo,
        lang: str,
        families: list[str],
    ) -> None:
        self.runs, self.zone = runs, zone
        self._word = 0 if lang == "zh" else 1
        self._drawable = set[int]().union(*(_characters(family) for family in families))
        used = dict.fromkeys(run.mould_id for run in runs if run.mould_id)
        self.machines = list(resources)
        self.moulds = [Row(mould) for mould in sorted(used)]
        self.first, self.last = _days(runs, zone)
        self.closed = [c for c in closed if c.end > self.first and c.start < self.last]
        self.colours = _colours(runs)
        self.top = self._tops()
        self.figure, self.axes = self._canvas()

    def word(self, key: str) -> str:
        """A word in the picture's language."""
        return texts(f"picture.{key}")[self._word]

    def text(self, text: str) -> str:
        """The text with boxes for what no font here can draw."""
        return "".join(c if ord(c) in self._drawable else "\u25af" for c in text)

    def _tops(self) -> dict[str, float]:
        tops, y = {}, 0.0
        for row in self.machines:
            tops[row.id] = y
            y += max(1.0, 0.62 * row.units)
        y += 0.6 if self.moulds else 0.0
        for row in self.moulds:
            tops[row.id] = y
            y += 0.8
        self.height = max(y, 1.0)
        return tops

    def _canvas(self) -> tuple[Figure, Axes]:
        days = (self.last - self.first) / timedelta(days=1)
        width = min(max(2.5 + days * DAY_INCHES, WIDTH_INCHES[0]), WIDTH_INCHES[1])
        height = self.height * ROW_INCHES + 2.2
        figure = Figure(figsize=(width, height))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((1.7 / width, 1.15 / height, 1 - 2.0 / width, 1 - 2.0 / height))
        axes.set_xlim(_number(self.first), _number(self.last))
        axes.set_ylim(self.height, 0)
        self.day_inches = (width - 2.0) / days
        return figure, axes

    def paint(self, title: str, now: datetime | None) -> None:
        """Everything, from the background to the legend."""
        self._rows()
        self._closures()
        self._runs()
        self._dates()
        if now is not None and self.first <= now <= self.last:
            self.axes.axvline(_number(now), color=LATE, linewidth=1.0, linestyle="--", zorder=6)
            self.axes.text(_number(now), -0.1, self.word("now"), color=LATE, ha="center", va="bottom", fontsize=POINTS)
        days = f"{self.first:%Y-%m-%d} – {self._last_day():%Y-%m-%d}"
        head = f"{self.text(title)}   {days}   {self.zone}"
        self.figure.suptitle(head, x=0.01, ha="left", y=1 - 0.18 / self.figure.get_figheight(), fontsize=13)
        if not self.runs:
            self.axes.text(0.5, 0.5, self.word("nothing"), transform=self.axes.transAxes, ha="center", fontsize=14)
        self._legend()

    def _last_day(self) -> datetime:
        return self.last - timedelta(seconds=1)

    def _rows(self) -> None:
        ticks = []
        for row in (*self.machines, *self.moulds):
            top, height = self.top[row.id], self._row_height(row)
            ticks.append((top + height / 2, self.text(row.title or row.id)))
            self.axes.axhline(top, color="#d8d8d8", linewidth=0.5, zorder=2)
            self.axes.axhline(top + height, color="#d8d8d8", linewidth=0.5, zorder=2)
        self.axes.set_yticks([y for y, _ in ticks], [label for _, label in ticks])
        for label in self.axes.get_yticklabels()[: len(self.machines)]:
            label.set_fontweight("bold")
        for rows, word in ((self.machines, "machines"), (self.moulds, "moulds")):
            if rows:
                middle = (self.top[rows[0].id] + self.top[rows[-1].id] + self._row_height(rows[-1])) / 2
                self.axes.text(
                    -1.45 / (self.day_inches * self._days()),
                    1 - middle / self.height,
                    self.word(word),
                    transform=self.axes.transAxes, rotation=90, ha="center", va="center", fontsize=10, color="#666666",
                )  # fmt: skip

    def _days(self) -> float:
        return (self.last - self.first) / timedelta(days=1)

    def _row_height(self, row: Row) -> float:
        return 0.8 if row.id in {mould.id for mould in self.moulds} else max(1.0, 0.62 * row.units)

    def _closures(self) -> None:
        for closure in (Closure.OFF_SHIFT, Closure.DOWNTIME):
            boxes = []
            for row in (*self.machines, *self.moulds):
                for closed in self.closed:
                    if closed.row_id == row.id and closed.closure is closure:
                        start, end = max(closed.start, self.first), min(closed.end, self.last)
                        boxes.append(_box(start, end, self.top[row.id], self._row_height(row)))
            hatch = "xxx" if closure is Closure.DOWNTIME else None
            self._boxes(boxes, face=SHADES[closure], edge="#6f6f6f" if hatch else "none", hatch=hatch, layer=1)
            if closure is Closure.OFF_SHIFT:
                # A run that pauses is paler there.
                self._boxes(boxes, face="#ffffff66", edge="none", hatch=None, layer=5)

    def _runs(self) -> None:
        self._starts = self._starts_by_row()
        machines, moulds = {row.id: row for row in self.machines}, {row.id: row for row in self.moulds}
        boxes: dict[str, list[list[tuple[float, float]]]] = defaultdict(list)
        for run in self.runs:
            places = []
            if run.resource_id in machines:
                row = machines[run.resource_id]
                lane = self._row_height(row) / row.units
                places = [(self.top[row.id] + unit * lane, lane) for unit in run.units if unit < row.units]
            if run.mould_id:
                places.append((self.top[run.mould_id], self._row_height(moulds[run.mould_id])))
            for top, lane in places:
                top, lane = top + 0.09 * lane, 0.82 * lane
                if run.visit_start < run.start:
                    boxes["changeover"].append(_box(run.visit_start, run.start, top, lane))
                boxes[self.colours.get(run.group, OTHERS)].append(_box(run.start, run.end, top, lane))
                if run.late:
                    boxes["late"].append(_box(run.visit_start, run.end, top, lane))
                is_mould = bool(run.mould_id) and top >= self.top[run.mould_id] and places[-1][0] <= top
                row_id, label = (
                    (run.mould_id, run.resource_id) if is_mould else (run.resource_id, run.label or run.order_id)
                )
                self._label(run, label, row_id, top + lane / 2)
        self._boxes(boxes.pop("changeover", []), face="#fafafa", edge="#555555", hatch="//////", layer=3)
        self._boxes(boxes.pop("late", []), face="none", edge=LATE, hatch=None, layer=6, width=1.8)
        for colour, group in boxes.items():
            self._boxes(group, face=colour, edge="#ffffff", hatch=None, layer=4, width=0.4)

    def _starts_by_row(self) -> dict[str, list[datetime]]:
        """When visits begin on each machine and mould, in order."""
        starts: dict[str, list[datetime]] = defaultdict(list)
        for run in self.runs:
            for row_id in (run.resource_id, run.mould_id):
                starts[row_id].append(run.visit_start)
        return {row_id: sorted(found) for row_id, found in starts.items()}

    def _room(self, run: Run, row_id: str) -> float:
        """Inches behind a run up to the next one on its row, or to the end of the picture."""
        starts = self._starts[row_id]
        after = bisect_left(starts, run.end)
        until = starts[after] if after < len(starts) else self.last
        return (until - run.end) / timedelta(days=1) * self.day_inches

    def _label(self, run: Run, label: str, row_id: str, middle: float) -> None:
        text = self.text(label)
        inches = (run.end - run.start) / timedelta(days=1) * self.day_inches
        needed = sum(1.0 if ord(c) > 0x2E80 else 0.62 for c in text) * (POINTS - 1) / 72 + 0.04
        inside = needed <= inches
        if not inside and not (run.late and needed <= self._room(run, row_id)):
            return
        colour = LATE if run.late else _ink(self.colours.get(run.group, OTHERS))
        self.axes.text(
            _number(run.start if inside else run.end) + 0.03 / self.day_inches,
            middle,
            text,
            ha="left",
            va="center",
            fontsize=POINTS - 1,
            color=colour,
            fontweight="bold" if run.late else "normal",
            zorder=7,
            clip_on=True,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9} if run.late else None,
        )

    def _boxes(
        self,
        boxes: list[list[tuple[float, float]]],
        *,
        face: str,
        edge: str,
        hatch: str | None,
        layer: int,
        width: float = 0.5,
    ) -> None:
        if boxes:
            self.axes.add_collection(
                PolyCollection(boxes, facecolors=face, edgecolors=edge, hatch=hatch, linewidths=width, zorder=layer),
                autolim=False,
            )

    def _dates(self) -> None:
        self.axes.xaxis.set_major_locator(self._ticks())
        self.axes.xaxis.set_major_formatter(self._date)
        if self._days() <= 200:
            self.axes.xaxis.set_minor_locator(DayLocator(tz=self.zone))  # type: ignore[no-untyped-call]
        self.axes.tick_params(axis="x", which="major", top=True, labeltop=True, labelsize=POINTS + 1)
        self.axes.tick_params(axis="x", which="minor", length=2)
        self.axes.tick_params(axis="y", length=0, labelsize=POINTS + 1)
        self.axes.grid(axis="x", which="major", color="#b5b5b5", linewidth=0.5, zorder=2)
        self.axes.grid(axis="x", which="minor", color="#dddddd", linewidth=0.3, zorder=2)
        self.axes.set_axisbelow(False)

    def _ticks(self) -> Locator:
        """Times of day where a day is wide; else every n-th day, through the ends of months."""
        if self.day_inches >= LABEL_INCHES:
            # matplotlib's dates carry no types.
            return AutoDateLocator(tz=self.zone, minticks=6, maxticks=int(self.day_inches * self._days() / 0.8))  # type: ignore[no-untyped-call]
        step = ceil(LABEL_INCHES / self.day_inches)
        days = range(0, int(self._days()) + 1, step)
        return FixedLocator([_number(self.first + timedelta(days=day)) for day in days])

    def _date(self, number: float, _: float | None = None) -> str:
        time: datetime = num2date(number, tz=self.zone)  # type: ignore[no-untyped-call]
        weekday = WEEKDAYS[self._word][time.weekday()]
        return f"{time:%m-%d} {weekday}" if time.hour == 0 else f"{time:%H:%M}"

    def _legend(self) -> None:
        entries = [Patch(facecolor=colour, label=self.text(group)) for group, colour in self.colours.items()]
        if any(run.group not in self.colours for run in self.runs):
            entries.append(Patch(facecolor=OTHERS, label=self.word("others")))
        entries.append(Patch(facecolor="#fafafa", edgecolor="#555555", hatch="//////", label=self.word("changeover")))
        closures = {closed.closure for closed in self.closed}
        if Closure.DOWNTIME in closures:
            entries.append(
                Patch(facecolor=SHADES[Closure.DOWNTIME], edgecolor="#6f6f6f", hatch="xxx", label=self.word("downtime"))
            )
        if Closure.OFF_SHIFT in closures:
            entries.append(Patch(facecolor=SHADES[Closure.OFF_SHIFT], label=self.word("off_shift")))
        if any(run.late for run in self.runs):
            entries.append(Patch(facecolor="none", edgecolor=LATE, linewidth=1.8, label=self.word("late")))
        columns = max(1, int(self.figure.get_figwidth() / 1.9))
        self.figure.legend(handles=entries, loc="lower left", ncols=columns, frameon=False, fontsize=POINTS + 1)


def _number(time: datetime) -> float:
    return float(date2num(time))  # type: ignore[no-untyped-call]


def _box(start: datetime, end: datetime, top: float, height: float) -> list[tuple[float, float]]:
    left, right = _number(start), _number(end)
    return [(left, top), (right, top), (right, top + height), (left, top + height)]


def _days(runs: list[Run], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The days in the plant's zone that all runs lie in; without any, a day of no meaning."""
    if not runs:
        return datetime(2000, 1, 1, tzinfo=zone), datetime(2000, 1, 2, tzinfo=zone)
    first = min(run.visit_start for run in runs).astimezone(zone)
    last = max(run.end for run in runs).astimezone(zone)
    return _midnight(first), _midnight(last + timedelta(days=1, seconds=-1))


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)


def _colours(runs: list[Run]) -> dict[str, str]:
    """A colour for each of the groups with the most work, in the order of their names."""
    work: dict[str, float] = defaultdict(float)
    for run in runs:
        work[run.group] += (run.end - run.start).total_seconds()
    most = sorted(sorted(work, key=lambda group: (-work[group], group))[: len(PALETTE)])
    return dict(zip(most, PALETTE, strict=False))


def _ink(face: str) -> str:
    """White on dark colours, black on bright ones."""
    red, green, blue = (int(face[i : i + 2], 16) for i in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else INK


def _characters(family: str) -> set[int]:
    """Code points that a font can draw."""
    return set(FT2Font(findfont(FontProperties(family=family))).get_charmap())
