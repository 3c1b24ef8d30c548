"""All scenarios of a drill one after the other, and peak days against ordinary ones over many seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import mean, stdev
from typing import Protocol

from domain.calibration import BufferPolicy, Calibration, ExecutedLine, learned
from domain.values import replace
from promising.plant_files import write_plant
from simulators.coverage import LEVELS, Share
from simulators.disturbances import Disturbances
from simulators.drill import small
from simulators.drill.days import Book, burst, pace, some
from simulators.drill.executed import Delivered, by_level, carry_out
from simulators.drill.faults import draw_breakdowns
from simulators.drill.in_turn import play_in_turn
from simulators.drill.limits import DATES, Judgement, Limits, judge
from simulators.drill.scene import Plan, Played, Trade, play
from simulators.load import Call
from wire.calibrations import executed_from_message, executed_to_message

ORDINARY_SHARE = 3
"""A peak day has so many times the orders of an ordinary one."""
BURST, TENFOLD = 3_000, 30_000
"""Orders of the burst, and of ten times a peak day of 3,000."""
BREAKDOWNS = 4
KILL_AT = 0.5


@dataclass(frozen=True, slots=True)
class Setting:
    """Which scenarios, from which seed, on how many seeds dates are compared, how many times as fast as the day."""

    scenarios: Sequence[str]
    seed: int
    seeds: int
    compression: float
    execute: float | None = None
    """How much goes otherwise in the days that are compared, which are carried out then (1: as usual)."""
    burst: int = BURST
    tenfold: int = TENFOLD
    learn: int = 0
    """Peak days that are carried out before, and taught the desks of the compared ones their buffers."""
    small: bool = False
    """Days are compared in small worlds that are carried out in this process."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Per cent of lines kept on an ordinary day and on a peak day of one seed."""

    seed: int
    ordinary: float
    peak: float
    delivered: Sequence[Delivered] = ()
    """Lines of both days, where they were carried out."""
    refused: Sequence[str] = ()
    violations: Sequence[str] = ()
    by_level: Sequence[Delivered] = ()
    """The lines that were made with their dates of each level, each line as often."""
    small: bool = False
    """A small world, planned and carried out in this process."""

    @property
    def difference(self) -> float:
        """Points that the peak day has more."""
        return self.peak - self.ordinary


@dataclass(slots=True)
class Drill:
    """What came of everything."""

    book: Book
    setting: Setting
    played: dict[str, Played] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    judged: list[Judgement] = field(default_factory=list)

    @property
    def broken(self) -> list[Judgement]:
        """Limits that aren't kept."""
        return [each for each in self.judged if not each.passed]

    def told(self) -> dict[str, object]:
        """For programs."""
        return {
            "seed": self.setting.seed,
            "compression": self.setting.compression,
            "passed": not self.broken,
            "limits": [
                {
                    "section": each.section, "figure": each.figure, "measured": round(each.measured, 3),
                    "limit": each.limit, "bound": each.bound.value, "passed": each.passed,
                }
                for each in self.judged
            ],
            "pairs": [{"seed": p.seed, "ordinary": p.ordinary, "peak": p.peak} for p in self.pairs],
            "levels": [
                {"level": level, "lines": share.all, "kept_percent": round(share.percent, 3)}
                for level, share in coverage_of([line for p in self.pairs for line in p.by_level]).items()
            ],
        }  # fmt: skip


class Telling(Protocol):
    """Whoever shows how far a drill has come."""

    def begin(self, book: Book, setting: Setting) -> None: ...
    def scenario(self, name: str, count: int) -> None: ...
    def heard(self, call: Call) -> None: ...
    def day_over(self) -> None: ...
    def played(self, played: Played, judged: Sequence[Judgement]) -> None: ...
    def compared(self, pairs: Sequence[Pair], judged: Sequence[Judgement]) -> None: ...


def drill(book: Book, trade: Trade, limits: Limits, setting: Setting, telling: Telling, scratch: Path) -> Drill:
    """Play all scenarios and compare days; `scratch` is where the stores lie meanwhile."""
    found = Drill(book, setting)
    telling.begin(book, setting)
    for name in setting.scenarios:
        drawn, plan = scenario(name, book, setting)
        telling.scenario(name, len(plan.sent))
        played = play(plan, drawn, trade, scratch, telling.heard)
        judged = judge(name, played.measured(), limits)
        found.played[name] = played
        found.judged += judged
        telling.played(played, judged)
    if setting.seeds:
        seeds = range(setting.seed, setting.seed + setting.seeds)
        if setting.small:
            found.pairs = small_worlds(seeds, telling)
        else:
            telling.scenario(DATES, 2 * setting.seeds + (setting.learn if setting.execute is not None else 0))
            if setting.execute is not None and setting.learn:
                book = taught(book, trade, setting.learn, setting.execute, scratch, telling)
            found.pairs = [pair(book, trade, seed, setting.execute, scratch, telling) for seed in seeds]
        judged = judge(DATES, compared(found.pairs), limits)
        found.judged += judged
        telling.compared(found.pairs, judged)
    return found


def scenario(name: str, book: Book, setting: Setting) -> tuple[Book, Plan]:
    """The day of a scenario, and what happens in it."""
    seed, count = setting.seed, len(book.arrivals)
    if name == "burst":
        drawn, sent = burst(book, setting.burst, seed, setting.compression)
        return drawn, Plan(name, sent)
    if name == "ordinary":
        drawn = some(book, max(1, count // ORDINARY_SHARE), seed)
        return drawn, Plan(name, pace(drawn.arrivals, setting.compression))
    drawn = some(book, setting.tenfold, seed) if name == "tenfold" else book
    sent = pace(drawn.arrivals, setting.compression)
    breakdowns = draw_breakdowns(drawn.plant, sent, BREAKDOWNS, seed)
    return drawn, Plan(name, sent, breakdowns, replan=True, kill_at=KILL_AT if name == "kill" else None)


def pair(book: Book, trade: Trade, seed: int, execute: float | None, scratch: Path, telling: Telling) -> Pair:
    """An ordinary and a peak day of one seed, with the same breakdowns or in the same running plant."""
    days = [some(book, count, seed) for count in (max(1, len(book.arrivals) // ORDINARY_SHARE), len(book.arrivals))]
    if execute is None:
        return _planned(book, days, trade, seed, scratch, telling)
    ran, known = [], learned([executed_from_message(each, "history") for each in book.history], 1, book.opening)
    for day in days:
        ran.append(carry_out(day, trade, Disturbances(level=execute), seed, scratch))
        telling.day_over()
    return Pair(
        seed, ran[0].kept_percent, ran[1].kept_percent,
        [line for each in ran for line in each.lines], [text for each in ran for text in each.refused],
        [text for each in ran for text in each.violations],
        by_level([line for each in ran for line in each.made], known),
    )  # fmt: skip


def taught(book: Book, trade: Trade, days: int, execute: float, scratch: Path, telling: Telling) -> Book:
    """The book whose desks know what was made on so many other peak days, and tell dates by buffers of that."""
    settings = replace(book.plant.settings, buffer_policy=BufferPolicy.QUANTILE)
    plant = replace(book.plant, settings=settings)
    book = replace(book, plant=plant, files=write_plant(plant))
    made: list[ExecutedLine] = []
    for number in range(days):
        made += carry_out(book, trade, Disturbances(level=execute), small.LEARNED_FROM + number, scratch).made
        telling.day_over()
    return replace(book, history=[*book.history, *map(executed_to_message, made)])


def small_worlds(
    seeds: Sequence[int],
    telling: Telling,
    world: small.World = small.carried_out,
    first: int = small.LEARNED,
    again: int = small.LEARNED_AGAIN,
) -> list[Pair]:
    """Peak days against ordinary ones in a small world of each seed, by buffers that others taught."""
    telling.scenario(DATES, first + again + len(seeds))

    def lived(seed: int, known: Calibration | None) -> Sequence[small.Line]:
        lines = world(seed, known)
        telling.day_over()
        return lines

    known = small.learn(lived, first, again)
    found = []
    for seed in seeds:
        lines = lived(seed, known)
        levels = by_level([line.made for line in lines], known)
        found.append(Pair(seed, *small.kept(lines), small.told(lines), by_level=levels, small=True))
    return found


def _planned(book: Book, days: Sequence[Book], trade: Trade, seed: int, scratch: Path, telling: Telling) -> Pair:
    """Days that are promised only: what their plans keep after the same breakdowns, whose times are of the book."""
    kept: list[float] = []
    refused: list[str] = []
    violations: list[str] = []
    for day in days:
        breakdowns = draw_breakdowns(book.plant, pace(book.arrivals, 1.0), BREAKDOWNS, seed)
        played = play_in_turn(day, trade, breakdowns, scratch)
        kept.append(played.kept_percent)
        refused += [f"{each.subject}: {each.problem}" for each in breakdowns if each.problem]
        violations += played.violations
        telling.day_over()
    return Pair(seed, kept[0], kept[1], refused=refused, violations=violations)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of a mean (Student)."""
    if len(values) < 2:
        return float("-inf"), float("inf")
    half = student(len(values) - 1) * stdev(values) / sqrt(len(values))
    return mean(values) - half, mean(values) + half


def student(freedom: int) -> float:
    """The 97.5 % point of Student's distribution, by Cornish and Fisher's expansion; exact where it is far off."""
    exact = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571}
    if freedom in exact:
        return exact[freedom]
    z = 1.959964
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def compared(pairs: Sequence[Pair]) -> dict[str, float]:
    """What the limits on dates are about."""
    low, high = interval([each.difference for each in pairs])
    wrong = sum(len(each.violations) for each in pairs)
    found = {"seeds": float(len(pairs)), "difference_points": max(abs(low), abs(high)), "violations": float(wrong)}
    lines = [line for each in pairs for line in each.by_level]
    shares = coverage_of(lines)
    if shares:
        found["level_lines"] = min(share.all for share in shares.values())
        found["level_points"] = max(abs(share.percent - level) for level, share in shares.items())
        found["lead_ratio"] = lead_ratio([line for line in lines if line.level == LEVELS[0]])
    return found


def coverage_of(lines: Sequence[Delivered]) -> dict[int, Share]:
    """How many lines of each level were there by their dates, of how many."""
    found: dict[int, list[bool]] = {}
    for line in lines:
        if line.level:
            found.setdefault(line.level, []).append(line.kept)
    return {level: Share(sum(kept), len(kept)) for level, kept in sorted(found.items())}


def by_family(lines: Sequence[Delivered], most: int) -> dict[str, dict[int, Share]]:
    """The same of each family, of so many with most lines."""
    found: dict[str, list[Delivered]] = {}
    for line in lines:
        if line.family and line.level:
            found.setdefault(line.family, []).append(line)
    largest = sorted(found, key=lambda name: (-len(found[name]), name))[:most]
    return {name: coverage_of(found[name]) for name in sorted(largest)}


def lead_ratio(lines: Sequence[Delivered]) -> float:
    """Mean lead time as promised, over the mean one that came of it."""
    return sum(line.promised_s - line.arrived_s for line in lines) / max(
        1, sum(line.real_s - line.arrived_s for line in lines)
    )
