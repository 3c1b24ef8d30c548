"""Periods of the plant's zone in which promises are counted."""

from __future__ import annotations

from datetime import date, timedelta

PERIOD_DAYS_MAX = 366
_MONDAY = date(1970, 1, 5)


def period_of(day: date, days: int) -> date:
    """The first day of the period in which a day lies; periods of whole weeks begin on Mondays."""
    return day - timedelta(days=(day - _MONDAY).days % days)
