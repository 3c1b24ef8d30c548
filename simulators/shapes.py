"""How real days and weeks of orders look: from the counts of an online shop (see `plants/peakday`)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isqrt

from plants.peakday.convert import FOLDER, read_lines
from simulators.chance import PERMILLE, Weights
from simulators.demand_profile import SLOTS

COUNTS = FOLDER / "source" / "daily_counts.csv"
SLOT_MINUTES = 24 * 60 // SLOTS


@dataclass(frozen=True, slots=True)
class DayCount:
    """Orders of a real day: invoices that were not cancelled."""

    day: date
    orders: int


@cache
def real_counts() -> tuple[DayCount, ...]:
    """The shop's 305 days from December 2010 to 9 December 2011, in order."""
    with COUNTS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return tuple(DayCount(date.fromisoformat(row["date"]), int(row["invoices_valid"])) for row in rows)


@cache
def real_day() -> Weights:
    """Invoices of the real peak day by the half hour."""
    first = {line.invoice: line.time for line in reversed(read_lines())}
    slots = Counter((time.hour * 60 + time.minute) // SLOT_MINUTES for time in first.values())
    return Weights(tuple(slots[slot] for slot in range(SLOTS)))


def week_of(counts: Iterable[DayCount]) -> tuple[int, ...]:
    """Orders by weekday, Monday first, in permille of the mean from Monday to Friday; 0 where there are no days."""
    sums, days = Counter[int](), Counter[int]()
    for count in counts:
        sums[count.day.weekday()] += count.orders
        days[count.day.weekday()] += 1
    mean = sum(sums[day] for day in range(5)) * PERMILLE // sum(days[day] for day in range(5))
    return tuple(sums[day] * PERMILLE**2 // (days[day] * mean) if days[day] else 0 for day in range(7))


@cache
def real_week() -> tuple[int, ...]:
    """The shop's week; it was closed on Saturdays."""
    return week_of(real_counts())


@cache
def real_months() -> tuple[int, ...]:
    """Orders a day by month, January first, in permille of the year's mean."""
    sums, days = Counter[int](), Counter[int]()
    for count in real_counts():
        sums[count.day.month] += count.orders
        days[count.day.month] += 1
    mean = sum(sums[month] * PERMILLE // days[month] for month in range(1, 13)) // 12
    return tuple(sums[month] * PERMILLE**2 // (days[month] * mean) for month in range(1, 13))


@cache
def real_noise() -> tuple[int, ...]:
    """What a real day had of the mean of its month and weekday, in permille, sorted.

    Drawn in by as much as chance alone spreads counts of that size, because a stream draws that anew.
    """
    week, months = real_week(), real_months()
    whole = sum(count.orders for count in real_counts()) * PERMILLE // len(real_counts())
    found = sorted(
        count.orders * PERMILLE**4 // (whole * week[count.day.weekday()] * months[count.day.month - 1])
        for count in real_counts()
    )
    mean = sum(found) // len(found)
    found = [each * PERMILLE // mean for each in found]
    variance = sum((each - PERMILLE) ** 2 for each in found) // len(found)
    alone = PERMILLE**3 // whole
    drawn_in = isqrt(PERMILLE**2 * (variance - alone) // variance)
    return tuple(PERMILLE + (each - PERMILLE) * drawn_in // PERMILLE for each in found)


def office_week(saturday: int, sunday: int = 0) -> tuple[int, ...]:
    """The real Monday to Friday, with other permilles for the weekend."""
    return (*real_week()[:5], saturday, sunday)
