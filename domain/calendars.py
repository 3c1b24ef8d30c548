"""Working time: weekly shifts, public holidays, days off, make-up days and overtime, in the plant's zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
from msgspec import Struct

from domain.checks import check_id, check_utc
from domain.errors import InvalidInput

Windows = list[tuple[int, int]]


class Shift(Struct, frozen=True):
    """Working hours on some weekdays (0 is Monday). `end <= start` means the shift ends on the next day."""

    weekdays: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise InvalidInput.one("weekdays", f"{sorted(self.weekdays)} are not weekdays", "0 (Monday) to 6 (Sunday)")


class DayKind(StrEnum):
    """What an exceptional day is."""

    OFF = "off"
    """No work at all on this day."""
    WORK = "work"
    """A make-up day: the shifts of `as_weekday` are worked, whatever the weekday or holiday."""
    OVERTIME = "overtime"
    """The hours `start` to `end` are worked in addition."""


class CalendarDay(Struct, frozen=True):
    """An exception to the weekly shifts on one date."""

    day: date
    kind: DayKind
    start: time | None = None
    end: time | None = None
    as_weekday: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind is DayKind.OVERTIME and (self.start is None or self.end is None):
            raise InvalidInput.one("start", "overtime needs hours", "start and end")


class Holidays(StrEnum):
    """Which public holidays a calendar follows."""

    NONE = "none"
    CN = "CN"
    """Public holidays and make-up working days of mainland China, from the `chinesecalendar` library."""


class ShiftChange(Struct, frozen=True):
    """An interval `[start, end)` that is worked, or isn't, whatever shifts and days say."""

    start: datetime
    end: datetime
    worked: bool

    def __post_init__(self) -> None:
        check_utc("start", self.start)
        check_utc("end", self.end)
        if self.end <= self.start:
            raise InvalidInput.one("end", f"{self.end.isoformat()} is not after start", "a time after start")


class Calendar(Struct, frozen=True):
    """Weekly shifts with exceptions; an explicit `CalendarDay` wins over the public holidays.

    `changes` come over all of that, a later one over those before it.
    """

    id: str
    shifts: tuple[Shift, ...]
    days: tuple[CalendarDay, ...] = ()
    holidays: Holidays = Holidays.NONE
    changes: tuple[ShiftChange, ...] = ()

    def __post_init__(self) -> None:
        check_id("calendar", self.id)

    def windows(self, zone: ZoneInfo, first: date, last: date) -> Windows:
        """Working windows that begin from `first` to `last` inclusive, as merged half-open Unix seconds."""
        exceptions: dict[date, list[CalendarDay]] = {}
        for exception in self.days:
            exceptions.setdefault(exception.day, []).append(exception)
        found: Windows = []
        day = first
        while day <= last:
            found.extend(self._day_windows(zone, day, exceptions.get(day, [])))
            day += timedelta(days=1)
        found = merge(found)
        for change in self.changes:
            span = (int(change.start.timestamp()), int(change.end.timestamp()))
            if not change.worked:
                found = subtract(found, [span])
            elif first <= change.start.astimezone(zone).date() <= last:
                found = merge([*found, span])
        return found

    def overtime(self, zone: ZoneInfo) -> Windows:
        """Hours worked in addition to the shifts, in Unix seconds."""
        days = [day for day in self.days if day.kind is DayKind.OVERTIME]
        return merge([_local_window(zone, x.day, x.start, x.end) for x in days if x.start is not None and x.end is not None])  # fmt: skip  # noqa: E501

    def works_on(self, day: date) -> bool:
        """Whether any work begins on a date."""
        return bool(self._day_hours(day, [exception for exception in self.days if exception.day == day]))

    def _day_windows(self, zone: ZoneInfo, day: date, exceptions: list[CalendarDay]) -> Windows:
        return [_local_window(zone, day, start, end) for start, end in self._day_hours(day, exceptions)]

    def _day_hours(self, day: date, exceptions: list[CalendarDay]) -> list[tuple[time, time]]:
        weekday: int | None = day.weekday()
        if self.holidays is Holidays.CN:
            weekday = _chinese_weekday(day)
        for exception in exceptions:
            if exception.kind is DayKind.OFF:
                weekday = None
            elif exception.kind is DayKind.WORK:
                weekday = exception.as_weekday
        hours = [(s.start, s.end) for s in self.shifts if weekday is not None and weekday in s.weekdays]
        hours += [(x.start, x.end) for x in exceptions if x.kind is DayKind.OVERTIME and x.start is not None and x.end]
        return hours


@lru_cache(maxsize=8192)
def _chinese_weekday(day: date) -> int | None:
    """Weekday by which a date is worked in mainland China: None on a holiday, Monday's for a make-up day.

    Years that the library does not cover (they are published a year ahead) fall back to the plain week.
    """
    try:
        holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return day.weekday()
    if holiday:
        return None if name is not None else day.weekday()
    return day.weekday() if day.weekday() < 5 else 0


def _local_window(zone: ZoneInfo, day: date, start: time, end: time) -> tuple[int, int]:
    last = day if end > start else day + timedelta(days=1)
    return (
        int(datetime.combine(day, start, zone).astimezone(UTC).timestamp()),
        int(datetime.combine(last, end, zone).astimezone(UTC).timestamp()),
    )


def merge(windows: Iterable[tuple[int, int]]) -> Windows:
    """Union of half-open windows, sorted, touching ones joined, empty ones dropped."""
    merged: Windows = []
    for start, end in sorted(windows):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def intersect(first: Windows, second: Windows) -> Windows:
    """Times in both lists of merged windows."""
    found: Windows = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end:
            found.append((start, end))
        if first[i][1] <= second[j][1]:
            i += 1
        else:
            j += 1
    return found


def subtract(windows: Windows, holes: Windows) -> Windows:
    """Times in `windows` and in none of the merged `holes`."""
    found: Windows = []
    for start, end in windows:
        at = start
        for hole_start, hole_end in holes:
            if hole_end <= at or hole_start >= end:
                continue
            if hole_start > at:
                found.append((at, hole_start))
            at = max(at, hole_end)
        if at < end:
            found.append((at, end))
    return found


class Downtime(Struct, frozen=True):
    """An interval `[start, end)` without work on a resource or a mould, with its reason."""

    subject_id: str
    start: datetime
    end: datetime
    reason: str = ""
    planned: bool = True

    def __post_init__(self) -> None:
        check_id("subject", self.subject_id)
        check_utc("start", self.start)
        check_utc("end", self.end)
        if self.end <= self.start:
            raise InvalidInput.one("end", f"{self.end.isoformat()} is not after start", "a time after start")
