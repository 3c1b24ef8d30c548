"""The kinds of cells of the plant files: each reads a text into a value and writes the value back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

CELL_MAX = 4000
FEN_MAX = 10**15
MICRO_MAX = 10**15
YEARS = range(1970, 2201)
TRUE, FALSE = "yes", "no"

_UNITS = {"d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)([dhms])")
_WHOLE = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?\d{1,18}(?:\.\d{1,30})?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\d\d:\d\d(?::\d\d)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:\d\d(?::\d\d)?)?")


class BadCell(Exception):
    """A text that is not what its column holds: what is wrong with it and what is allowed."""

    def __init__(self, problem: str, allowed: str) -> None:
        self.problem, self.allowed = problem, allowed
        super().__init__(f"{problem} (allowed: {allowed})")


class Kind(Struct, frozen=True):
    """How a column's texts are read and written. The zone is the plant's; only times use it.

    `read` raises BadCell. `write(read(text))` may differ from the text, `read(write(value))` not from the
    value.
    """

    read: Callable[[str, ZoneInfo], Any]
    write: Callable[[Any, ZoneInfo], str]


def duration_from_text(text: str) -> timedelta:
    """A duration such as `8h`, `2d`, `1h30m`, `22.5s` or `0`; exact to the microsecond."""
    if text == "0":
        return timedelta(0)
    parts = _DURATION.findall(text)
    allowed = "numbers with d, h, m or s, like 8h, 2d, 1h30m, 22.5s"
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise BadCell(f"{text!r} is not a duration", allowed)
    microseconds = sum(Decimal(number) * _UNITS[unit] for number, unit in parts)
    if microseconds != int(microseconds):
        raise BadCell(f"{text!r} is finer than a microsecond", allowed)
    try:
        return timedelta(microseconds=int(microseconds))
    except OverflowError:
        raise BadCell(f"{text!r} is too long", "at most 10 years") from None


def duration_to_text(value: timedelta) -> str:
    """The duration in its largest unit that divides it: `90m` for an hour and a half, `22.5s`, `0`."""
    microseconds = value // timedelta(microseconds=1)
    if not microseconds:
        return "0"
    for unit, size in _UNITS.items():
        if microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{_plain(Decimal(microseconds) / 1_000_000)}s"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_text(text: str, _: ZoneInfo) -> str:
    if text.isprintable():
        return text
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            raise BadCell(f"{text!r} has a control character or line break", "one line of text")
    return text


def _read_whole(text: str, _: ZoneInfo) -> int:
    if not _WHOLE.fullmatch(text):
        raise BadCell(f"{text!r} is not a whole number", "a whole number like 250")
    return int(text)


def _read_decimal(text: str, _: ZoneInfo) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise BadCell(f"{text!r} is not a number", "a decimal number like 0.98")
    return Decimal(text)


def scaled(digits: int, example: str, low: int, high: int) -> Kind:
    """Decimal numbers kept as integers in units of 10^-digits: money in minor units, BOM in millionths."""
    unit = Decimal(1).scaleb(-digits)

    def read(text: str, _: ZoneInfo) -> int:
        allowed = f"a number like {example} with at most {digits} decimals, {low * unit:f} to {high * unit:f}"
        if not _DECIMAL.fullmatch(text):
            raise BadCell(f"{text!r} is not a number", allowed)
        value = int(Decimal(text).scaleb(digits))
        if len(text.partition(".")[2].rstrip("0")) > digits or not low <= value <= high:
            raise BadCell(f"{text!r} is too fine or out of range", allowed)
        return value

    return Kind(read, lambda value, _: _plain(value * unit))


def choice(values: type[StrEnum]) -> Kind:
    """One of a closed list of words."""

    def read(text: str, _: ZoneInfo) -> StrEnum:
        try:
            return values(text)
        except ValueError:
            raise BadCell(f"{text!r} is unknown", ", ".join(values)) from None

    return Kind(read, lambda value, _: str(value.value))


def _read_yes_no(text: str, _: ZoneInfo) -> bool:
    if text.lower() not in (TRUE, FALSE):
        raise BadCell(f"{text!r} is neither yes nor no", f"{TRUE}, {FALSE}")
    return text.lower() == TRUE


def _read_list(text: str, zone: ZoneInfo) -> tuple[str, ...]:
    names = tuple(part.strip() for part in _read_text(text, zone).split(";"))
    if not all(names):
        raise BadCell(f"{text!r} has an empty name", "names separated by ;")
    return names


def _read_day(text: str, _: ZoneInfo) -> date:
    allowed = "a date like 2018-11-01"
    if not _DAY.fullmatch(text):
        raise BadCell(f"{text!r} is not a date", allowed)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadCell(f"{text!r} is not in the calendar", allowed) from None
    if found.year not in YEARS:
        raise BadCell(f"{text!r} is out of range", f"years {YEARS[0]} to {YEARS[-1]}")
    return found


def _read_clock(text: str, _: ZoneInfo) -> time:
    allowed = "a time of day like 06:00"
    if not _CLOCK.fullmatch(text):
        raise BadCell(f"{text!r} is not a time of day", allowed)
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadCell(f"{text!r} is not on the clock", allowed) from None


def _write_clock(value: time, _: ZoneInfo) -> str:
    return value.isoformat("auto" if value.second else "minutes")


def _read_end(text: str, zone: ZoneInfo) -> time:
    return time(0) if text == "24:00" else _read_clock(text, zone)


def _write_end(value: time, zone: ZoneInfo) -> str:
    return "24:00" if value == time(0) else _write_clock(value, zone)


def _read_weekdays(text: str, _: ZoneInfo) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        matched = re.fullmatch(r"\s*([1-7])\s*(?:-\s*([1-7])\s*)?", part)
        if not matched or int(matched[2] or matched[1]) < int(matched[1]):
            raise BadCell(f"{text!r} are not weekdays", "1 (Monday) to 7 (Sunday), like 1-5 or 1,3,6")
        found.update(range(int(matched[1]) - 1, int(matched[2] or matched[1])))
    return frozenset(found)


def _write_weekdays(value: frozenset[int], _: ZoneInfo) -> str:
    runs: list[list[int]] = []
    for day in sorted(value):
        if runs and runs[-1][1] == day - 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ",".join(f"{first + 1}" if first == last else f"{first + 1}-{last + 1}" for first, last in runs)


def _read_weekday(text: str, _: ZoneInfo) -> int:
    if not re.fullmatch(r"[1-7]", text):
        raise BadCell(f"{text!r} is not a weekday", "1 (Monday) to 7 (Sunday)")
    return int(text) - 1


def _read_moment(text: str, zone: ZoneInfo) -> datetime:
    allowed = "a date and time like 2018-11-01T08:00, in the plant's zone unless it has an offset"
    matched = _MOMENT.fullmatch(text)
    if not matched:
        raise BadCell(f"{text!r} is not a date and time", allowed)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadCell(f"{text!r} is not in the calendar", allowed) from None
    if found.year not in YEARS:
        raise BadCell(f"{text!r} is out of range", f"years {YEARS[0]} to {YEARS[-1]}")
    if matched[1]:
        return found.astimezone(UTC)
    first, second = (found.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found:
        raise BadCell(f"{text!r} is skipped by the clocks of {zone.key}", allowed)
    if first.utcoffset() != second.utcoffset():
        raise BadCell(f"{text!r} comes twice in {zone.key}", "the time with its offset, like +08:00")
    return first.astimezone(UTC)


def _write_moment(value: datetime, zone: ZoneInfo) -> str:
    local = value.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    text = local if twice else local.replace(tzinfo=None)
    return text.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")


TEXT = Kind(_read_text, lambda value, _: value)
WHOLE = Kind(_read_whole, lambda value, _: str(value))
DECIMAL = Kind(_read_decimal, lambda value, _: _plain(value))
MONEY = scaled(2, "12.50", 0, FEN_MAX)
BALANCE = scaled(2, "-12.50", -FEN_MAX, FEN_MAX)
QUANTITY = scaled(6, "0.05", 0, MICRO_MAX)
DURATION = Kind(lambda text, _: duration_from_text(text), lambda value, _: duration_to_text(value))
YES_NO = Kind(_read_yes_no, lambda value, _: TRUE if value else FALSE)
LIST = Kind(_read_list, lambda value, _: ";".join(value))
DAY = Kind(_read_day, lambda value, _: value.isoformat())
CLOCK = Kind(_read_clock, _write_clock)
END = Kind(_read_end, _write_end)
WEEKDAYS = Kind(_read_weekdays, _write_weekdays)
WEEKDAY = Kind(_read_weekday, lambda value, _: str(value + 1))
MOMENT = Kind(_read_moment, _write_moment)


def optional(kind: Kind) -> Kind:
    """The same kind, with None written as an empty cell (an empty cell reads as the column's default)."""
    return Kind(kind.read, lambda value, zone: "" if value is None else kind.write(value, zone))
