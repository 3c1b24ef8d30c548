"""Quotas: how much of a plant one channel may take of what is promised in a period."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from domain.checks import check_duration, check_id, check_range
from domain.errors import InvalidInput
from domain.periods import PERIOD_DAYS_MAX, period_of

HOURS_MAX = timedelta(days=3650)
PIECES_MAX = 10**12


def check_amount(resource_id: str, item_id: str, hours: timedelta | None, pieces: int | None) -> None:
    """Raise InvalidInput unless it is hours of a resource, up to 3,650 days, or pieces of an item, up to 10^12."""
    if bool(resource_id) == bool(item_id):
        raise InvalidInput.one("item_id", "both or neither of resource and item", "a resource or an item")
    if (hours is None) == bool(resource_id):
        raise InvalidInput.one("hours", "hours go with a resource", "a duration for a resource, else empty")
    if (pieces is None) == bool(item_id):
        raise InvalidInput.one("pieces", "pieces go with an item", "a whole number for an item, else empty")
    if hours is not None:
        check_duration("hours", hours, HOURS_MAX)
    if pieces is not None:
        check_range("pieces", pieces, 0, PIECES_MAX)


def amount_of(hours: timedelta | None, pieces: int | None) -> int:
    """Seconds of work, or pieces."""
    return pieces or 0 if hours is None else hours // timedelta(seconds=1)


class Quota(Struct, frozen=True):
    """The most that a channel's standing promises may take, period by period.

    Either `hours` (working time) of `resource_id`, a resource or a work centre, or `pieces` of `item_id`. Periods are
    `period_days` long (days of the plant's zone), and begin on Mondays where that is a multiple of 7; a promise counts
    in the one in which its promised time lies.
    """

    id: str
    channel_id: str
    resource_id: str = ""
    item_id: str = ""
    hours: timedelta | None = None
    pieces: int | None = None
    period_days: int = 7

    def __post_init__(self) -> None:
        check_id("quota", self.id)
        check_id("channel", self.channel_id)
        check_range("period_days", self.period_days, 1, PERIOD_DAYS_MAX)
        check_amount(self.resource_id, self.item_id, self.hours, self.pieces)

    @property
    def limit(self) -> int:
        """The most in a period: seconds of work, or pieces."""
        return amount_of(self.hours, self.pieces)

    def period(self, day: date) -> date:
        """The first day of the period in which a day lies."""
        return period_of(day, self.period_days)

    def after(self, start: date) -> date:
        """The first day of the next period."""
        return start + timedelta(days=self.period_days)
