"""The drill on the terminal: a bar while orders come, then each figure beside its limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from client.catalogue import say
from simulators.drill.days import Book
from simulators.drill.limits import DATES, Bound, Judgement
from simulators.drill.runs import Drill, Pair, Setting, coverage_of, interval
from simulators.drill.scene import Played
from simulators.drill.small import TOLD
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
        if setting.small:
            self._console.print(say("drill.small", seed=setting.seed, seeds=setting.seeds, level=TOLD))
        if setting.small and not setting.scenarios:
            return
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

    def day_over(self) -> None:
        """Move the bar by a day that is compared."""
        if self._bar is not None:
            self._bar.advance(self._task)

    def played(self, played: Played, judged: Sequence[Judgement]) -> None:
        """Print a scenario's figures."""
        self._judged(played.plan.name, judged)
        for text in remarks(played):
            self._console.print(text)

    def compared(self, pairs: Sequence[Pair], judged: Sequence[Judgement]) -> None:
        """Print what came of the comparison."""
        self._judged(DATES, judged)
        for text in compared_in_words(pairs):
            self._console.print(text)

    def verdict(self, result: Drill) -> None:
        """Print whether all limits are kept, and which aren't."""
        self._console.print()
        self._console.print(Text(verdict_in_words(result), "bold red" if result.broken else "bold green"))

    def written(self, path: Path) -> None:
        """Say where the page is."""
        self._console.print(say("drill.written", path=path))

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


def remarks(played: Played) -> list[str]:
    """What else there is to say of a scenario, and examples of what is wrong."""
    found, searches, broke = [], played.searches, played.breakdowns
    if played.plan.replan:
        found.append(
            say("drill.searched", begun=searches.begun, proposed=searches.proposed, applied=searches.applied,
                outdated=searches.outdated, stopped=searches.stopped)
        )  # fmt: skip
    if broke:
        lines, refused = sum(each.at_risk for each in broke), sum(bool(each.problem) for each in broke)
        found.append(say("drill.broke", count=len(broke), lines=lines, refused=refused))
    codes = Counter(call.code for call in played.course.calls if call.code != "OK")
    if codes:
        named = ", ".join(f"{code} {count:,}" for code, count in codes.most_common())
        found.append(say("drill.no_answer", codes=named))
    found += [say("drill.killed", at=outage.at_s, seconds=outage.seconds) for outage in played.outages]
    for examples in (played.lost, played.double_booked, played.violations, played.wrong_promotions):
        found += [say("drill.example", text=text) for text in examples[:EXAMPLES]]
    return found


def compared_in_words(pairs: Sequence[Pair]) -> list[str]:
    """What came of the comparison of days."""
    differences = [each.difference for each in pairs]
    low, high = interval(differences)
    found = [
        say("drill.pairs", seeds=len(pairs), ordinary=mean(each.ordinary for each in pairs),
            peak=mean(each.peak for each in pairs), mean=mean(differences), low=low, high=high)
    ]  # fmt: skip
    lines = sum(len(each.delivered) for each in pairs if not each.small)
    refused = [text for each in pairs for text in each.refused]
    shares = coverage_of([line for each in pairs for line in each.by_level])
    for level, share in shares.items():
        low, high = share.interval
        found.append(say("drill.share", level=level, share=share.percent, low=low, high=high, lines=share.all))
    if lines:
        found.append(say("drill.executed", lines=lines, refused=len(refused)))
    wrong = [text for each in pairs for text in each.violations]
    return found + [say("drill.example", text=text) for text in (*wrong[:EXAMPLES], *refused[:EXAMPLES])]


def verdict_in_words(result: Drill) -> str:
    """Whether all limits are kept, and which aren't."""
    count = sum(each.limit is not None for each in result.judged)
    if not result.broken:
        return say("drill.all_passed", count=count)
    names = ", ".join(f"{each.section}.{each.figure}" for each in result.broken)
    return say("drill.some_failed", count=count, failed=len(result.broken), names=names)


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
