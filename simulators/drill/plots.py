"""The drill's plots as SVG that stands by itself, in the language that is spoken."""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from client.catalogue import language, say
from client.gantt import chinese_font
from simulators.coverage import LEVELS
from simulators.drill.checks import GONE
from simulators.drill.executed import Delivered
from simulators.drill.runs import Pair, by_family, coverage_of
from simulators.drill.scene import Played

WIDTH, HEIGHT = 7.2, 3.2
BLUE, RED, GREEN, GREY = "#2f6f9f", "#c0392b", "#3c8d5a", "#8a8a8a"
HOUR_S = 3600
DAYS_SHOWN = 7
"""The load is told hour by hour for so many days; then the plan thins out."""
ROWS_MOST = 24
FAMILIES_MOST = 8
BINS = 60
_NUMBERS = count()
_TAIL = re.compile(r"<\?xml.*?<svg", re.S)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.S)
_NAMESPACE = re.compile(r'\sxmlns(?::\w+)?="[^"]*"')

Draw = Callable[[Axes], None]


def latency(played: Played) -> str:
    """How long each answer took, by when its call was due."""
    calls = played.course.answered
    due, ms = np.array([call.due_s for call in calls]), np.array([1000 * call.seconds for call in calls])

    def draw(axes: Axes) -> None:
        axes.scatter(due, ms, s=3, color=BLUE, alpha=0.35, linewidths=0, rasterized=True)
        edges = np.linspace(0, max(float(due.max()), 1e-9), BINS + 1)
        places = np.clip(np.digitize(due, edges) - 1, 0, BINS - 1)
        for percent, colour, mark in ((50, GREEN, "median"), (99, RED, "p99")):
            found = [(edges[n], np.percentile(ms[places == n], percent)) for n in range(BINS) if (places == n).any()]
            axes.plot(*zip(*found, strict=True), color=colour, linewidth=1.2, label=say(f"drill.mark.{mark}"))
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}"))
        _marks(axes, played)
        _axes(axes, "second", "ms")

    return _svg(draw)


def queue(played: Played) -> str:
    """How many calls were waiting for their answers, and the server's memory."""
    steps = [(call.due_s, 1) for call in played.course.calls]
    steps += [(call.due_s + call.seconds, -1) for call in played.course.calls]
    steps.sort()
    times, waiting = [at for at, _ in steps], np.cumsum([step for _, step in steps])

    def draw(axes: Axes) -> None:
        axes.step(times, waiting, where="post", color=BLUE, linewidth=0.9, rasterized=len(times) > 4000)
        axes.fill_between(times, waiting, step="post", color=BLUE, alpha=0.2, rasterized=True)
        axes.set_ylim(bottom=0)
        _marks(axes, played)
        _axes(axes, "second", "waiting")
        if played.memory:
            other = axes.twinx()
            other.plot(*zip(*played.memory, strict=True), color=GREY, linewidth=1.2)
            other.set_ylim(bottom=0)
            other.spines[["top"]].set_visible(False)
            other.set_ylabel(say("drill.axis.memory"), color=GREY)

    return _svg(draw)


def load(played: Played, zone: ZoneInfo) -> str:
    """How busy each machine is, hour by hour, as the plan stands in the end."""
    first = played.plan.sent[0].time.replace(minute=0, second=0, microsecond=0)
    hours = DAYS_SHOWN * 24
    taken: dict[str, np.ndarray] = {}
    units: dict[str, set[int]] = {}
    for each in played.schedule:
        row = taken.setdefault(each.resource_id, np.zeros(hours))
        units.setdefault(each.resource_id, set()).update(each.units or (0,))
        start, end = (
            moment.seconds - first.timestamp() for moment in (each.visit_start_time, each.end_time)
        )  # fmt: skip
        for hour in range(max(0, int(start // HOUR_S)), min(hours, int(-(-end // HOUR_S)))):
            row[hour] += max(0.0, min(end, (hour + 1) * HOUR_S) - max(start, hour * HOUR_S)) / HOUR_S
    names = sorted(taken, key=lambda name: (-taken[name].sum(), name))[:ROWS_MOST]

    def draw(axes: Axes) -> None:
        grid = np.array([np.minimum(1.0, taken[name] / len(units[name])) for name in names] or [np.zeros(hours)])
        shown = axes.imshow(grid, aspect="auto", cmap="YlOrRd", vmin=0, vmax=1, interpolation="nearest")
        axes.set_yticks(range(len(names)), names)
        ticks = range(0, hours, 24)
        labels = [f"{(first + timedelta(hours=tick)).astimezone(zone):%m-%d %H:00}" for tick in ticks]
        axes.set_xticks(list(ticks), labels, rotation=30, ha="right")
        bar = axes.figure.colorbar(shown, ax=axes, pad=0.02)
        bar.set_label(say("drill.axis.busy"))
        axes.set_xlabel(say("drill.axis.hour"))

    return _svg(draw, height=max(HEIGHT, 1.2 + 0.2 * len(names)))


def lateness(late_s: Sequence[int], what: str) -> str:
    """How much later than asked lines were promised, or were there; in seconds."""

    def draw(axes: Axes) -> None:
        axes.hist([seconds / HOUR_S for seconds in late_s], bins=BINS, color=BLUE)
        axes.axvline(0, color=RED, linewidth=1)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        _axes(axes, what, "lines")

    return _svg(draw)


def real(leads_s: Sequence[tuple[int, int]], what: str) -> str:
    """Lead times as they were promised against those that the plan has now, or that came true; in seconds."""

    def draw(axes: Axes) -> None:
        promised, came = np.array(leads_s or [(0, 0)]).T / HOUR_S
        axes.scatter(promised, came, s=5, color=BLUE, alpha=0.3, linewidths=0, rasterized=True)
        most = float(max(promised.max(), came.max(), 1.0))
        axes.plot([0, most], [0, most], color=RED, linewidth=1, label=say("drill.mark.promise"))
        axes.legend(frameon=False)
        _axes(axes, "promised", what)

    return _svg(draw)


def calibration(late_s: Sequence[int]) -> str:
    """Which share of lines has arrived so long before or after the promise; in seconds."""
    found = sorted(seconds / HOUR_S for seconds in late_s)

    def draw(axes: Axes) -> None:
        shares = 100 * np.arange(1, len(found) + 1) / max(1, len(found))
        axes.step(found, shares, where="post", color=BLUE)
        axes.axvline(0, color=RED, linewidth=1, label=say("drill.mark.promise"))
        axes.set_ylim(0, 101)
        axes.legend(frameon=False)
        _axes(axes, "slack", "arrived")

    return _svg(draw)


def levels(lines: Sequence[Delivered]) -> str:
    """Which share of the lines of each level were there by their promise, with 95 % intervals and how many they are."""
    shares = coverage_of(lines)

    def draw(axes: Axes) -> None:
        axes.plot([0, 100], [0, 100], color=RED, linewidth=1, label=say("drill.mark.level"))
        for level, share in shares.items():
            low, high = share.interval
            axes.plot([level, level], [low, high], color=BLUE, linewidth=1)
            axes.annotate(f"n = {share.all:,}", (level, low), xytext=(0, -9), textcoords="offset points", fontsize=6,
                          ha="center")  # fmt: skip
        axes.scatter(list(shares), [share.percent for share in shares.values()], s=12, color=BLUE)
        axes.set_xlim(0, 101)
        axes.set_ylim(-8, 103)
        axes.legend(frameon=False, loc="upper left")
        _axes(axes, "level", "kept")

    return _svg(draw)


def families(lines: Sequence[Delivered]) -> str:
    """The same for each family (of the largest), each level in its colour on a line that tells its name."""
    found = by_family(lines, FAMILIES_MOST)
    names = [f"{name}\nn = {max(share.all for share in shares.values()):,}" for name, shares in found.items()]

    def draw(axes: Axes) -> None:
        for step, (level, colour) in enumerate(zip(LEVELS, (GREEN, BLUE, RED), strict=True)):
            axes.axhline(level, color=colour, linewidth=0.8, linestyle="--", label=f"P{level}")
            for place, shares in enumerate(found.values()):
                if level in shares:
                    at = place + (step - 1) / 5
                    axes.plot([at, at], shares[level].interval, color=colour, linewidth=1)
                    axes.plot(at, shares[level].percent, "o", color=colour, markersize=3)
        axes.set_xticks(range(len(names)), names)
        axes.set_ylim(0, 101)
        axes.legend(frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, fontsize=7)
        _axes(axes, "family", "kept")

    return _svg(draw)


def fired(played: Played) -> str:
    """On how many orders each rule fired, and how many have each promotion."""
    counts: Counter[str] = Counter()
    for rule in played.fired:
        counts[rule.rule.zh if language() == "zh" else rule.rule.en] += rule.fired_count
    promoted: Counter[str] = Counter()
    for promise in played.listed:
        promoted.update(grant.promotion_id for grant in promise.granted_promotions)
    counts = +counts
    rows = [(name, found, BLUE) for name, found in counts.most_common(ROWS_MOST)]
    rows += [(name, found, GREEN) for name, found in promoted.most_common(ROWS_MOST)]

    def draw(axes: Axes) -> None:
        places = range(len(rows))
        axes.barh(places, [found for _, found, _ in rows], color=[colour for _, _, colour in rows])
        axes.set_yticks(list(places), [name for name, _, _ in rows])
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xlabel(say("drill.axis.orders"))

    return _svg(draw, height=max(HEIGHT / 2, 0.8 + 0.24 * len(rows)))


def pairs(found: Sequence[Pair]) -> str:
    """The share of lines that is kept on an ordinary and on a peak day of each seed."""

    def draw(axes: Axes) -> None:
        seeds = [each.seed for each in found]
        for values, colour, name in (
            ([each.ordinary for each in found], GREEN, "ordinary"), ([each.peak for each in found], RED, "mark.peak"),
        ):  # fmt: skip
            axes.plot(seeds, values, "o", color=colour, markersize=4, label=say(f"drill.{name}"))
        axes.vlines(seeds, [e.ordinary for e in found], [e.peak for e in found], color=GREY, linewidth=0.8)
        axes.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, fontsize=7)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _axes(axes, "seed", "kept")

    return _svg(draw)


def promised(played: Played) -> list[Delivered]:
    """The lines that have a promise, each there when the plan has it now."""
    return [
        Delivered(
            promise.decide_time.seconds, line.requested_time.seconds, line.promised_time.seconds,
            line.expected_time.seconds,
        )
        for promise in played.listed
        for line in promise.lines
        if line.state not in GONE and line.HasField("promised_time")
    ]  # fmt: skip


def _marks(axes: Axes, played: Played) -> None:
    """Where the server was killed, and where machines were down."""
    for number, outage in enumerate(played.outages):
        label = "" if number else say("drill.mark.killed")
        axes.axvspan(outage.at_s, outage.at_s + outage.seconds, color=RED, alpha=0.18, linewidth=0, label=label)
    for number, each in enumerate(played.breakdowns):
        label = "" if number else say("drill.mark.down")
        axes.axvspan(each.due_s, each.closed_s, ymax=0.03, color=GREY, linewidth=0, label=label)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, fontsize=7)


def _axes(axes: Axes, horizontal: str, vertical: str) -> None:
    axes.set_xlabel(say(f"drill.axis.{horizontal}"))
    axes.set_ylabel(say(f"drill.axis.{vertical}"))
    axes.spines[["top", "right"]].set_visible(False)


def _svg(draw: Draw, height: float = HEIGHT) -> str:
    """The plot as an element for a page: no prologue, no names of schemes, texts as texts."""
    families = [name for name in (chinese_font(None), "DejaVu Sans") if name]
    # Ids have to differ between the plots of a page: a clip in a plot that isn't shown clips nothing else.
    salt = f"{language()}{next(_NUMBERS)}"
    text = io.StringIO()
    with (
        matplotlib.rc_context({"font.family": families, "font.size": 8, "svg.fonttype": "none", "svg.hashsalt": salt}),
        warnings.catch_warnings(),
    ):
        # The reader's browser has the letters; those of this computer only measure them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.subplots())
        figure.savefig(text, format="svg", metadata={"Date": None}, dpi=130)
    found = _METADATA.sub("", _TAIL.sub("<svg", text.getvalue(), count=1))
    return _NAMESPACE.sub("", found)
