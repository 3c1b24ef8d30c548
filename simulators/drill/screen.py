"""The drill on the terminal: a bar while orders come, then each figure beside its limit."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from client.catalogue import say
from simulators.drill.days import Book
from simulators.drill.limits import DATES, Bound, Judgement
from simulators.drill.runs import Drill, Pair, Setting, interval
from simulators.drill.scene import Played
from simulators.load import Call

EXAMPLES = 3


class Screen:
    """Prints for people; a quiet console prints nothing."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def begin(self, book: Book, setting: Setting) -> None:
        """Say what is drilled."""
        lines = sum(len(arrival.order.lines) for arrival in book.arrivals)
        self._console.print(Text(say("drill.title"), "bold"))
        self._console.print(
            say("drill.book", orders=len(book.arrivals), lines=lines, resources=len(book.plant.resources),
                seed=setting.seed, compression=setting.compression)
        )  # fmt: skip

    def scenario(self, name: str, count: int) -> None:
        """Begin a bar."""
        self._console.print()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=self._console, transient=True)
        self._task = self._bar.add_task(told(name), total=count)
        self._bar.start()

    def heard(self, call: Call) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.advance(self._task)

    def played(self, played: Played, judged: Sequence[Judgement]) -> None:
        """Print a scenario's figures."""
        self._judged(played.plan.name, judged)
        searches = played.searches
        if played.plan.replan:
            self._console.print(
                say("drill.searched", begun=searches.begun, proposed=searches.proposed, applied=searches.applied,
                    outdated=searches.outdated, stopped=searches.stopped)
            )  # fmt: skip
        if played.breakdowns:
            lines, refused = (
                sum(each.at_risk for each in played.breakdowns), sum(bool(each.problem) for each in played.breakdowns)
            )  # fmt: skip
            self._console.print(say("drill.broke", count=len(played.breakdowns), lines=lines, refused=refused))
        for outage in played.outages:
            self._console.print(say("drill.killed", at=outage.at_s, seconds=outage.seconds))
        for examples in (played.lost, played.double_booked, played.violations, played.wrong_promotions):
            for text in examples[:EXAMPLES]:
                self._console.print(say("drill.example", text=text))

    def compared(self, pairs: Sequence[Pair], judged: Sequence[Judgement]) -> None:
        """Print what came of the comparison."""
        self._judged(DATES, judged)
        differences = [each.difference for each in pairs]
        low, high = interval(differences)
        self._console.print(
            say("drill.pairs", seeds=len(pairs), ordinary=mean(each.ordinary for each in pairs),
                peak=mean(each.peak for each in pairs), mean=mean(differences), low=low, high=high)
        )  # fmt: skip

    def verdict(self, result: Drill) -> None:
        """Print whether all limits are kept, and which aren't."""
        limited = [each for each in result.judged if each.limit is not None]
        self._console.print()
        if result.broken:
            names = ", ".join(f"{each.section}.{each.figure}" for each in result.broken)
            failed = say("drill.some_failed", count=len(limited), failed=len(result.broken), names=names)
            self._console.print(Text(failed, "bold red"))
        else:
            self._console.print(Text(say("drill.all_passed", count=len(limited)), "bold green"))

    def _judged(self, name: str, judged: Sequence[Judgement]) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self._console.print(Text(told(name), "bold"))
        table = Table(box=box.SIMPLE_HEAD, show_edge=False)
        table.add_column(say("drill.figure"))
        for head in (say("drill.measured"), say("drill.limit"), say("drill.verdict")):
            table.add_column(head, justify="right")
        for each in judged:
            style = "" if each.passed else "bold red"
            cells = (say(f"drill.figure.{each.figure}"), number(each.measured), bound(each), verdict(each))
            table.add_row(*(Text(cell, style) for cell in cells))
        self._console.print(table)


def told(name: str) -> str:
    """What a scenario is called."""
    return say(f"drill.{name}")


def number(value: float) -> str:
    """A figure as people read it."""
    return f"{value:,.0f}" if value == int(value) or value >= 1000 else f"{value:,.2f}"


def bound(each: Judgement) -> str:
    """A limit as people read it."""
    if each.limit is None:
        return say("drill.no_limit")
    value = number(each.limit)
    return say("drill.at_most", value=value) if each.bound is Bound.AT_MOST else say("drill.at_least", value=value)


def verdict(each: Judgement) -> str:
    """Whether a limit is kept."""
    if each.limit is None:
        return ""
    return say("drill.passed") if each.passed else say("drill.failed")
