"""Floors: what of a plant is kept for the orders of the highest priorities until shortly before it is needed."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from domain.checks import check_id, check_range
from domain.periods import PERIOD_DAYS_MAX, period_of
from domain.quotas import amount_of, check_amount

RELEASE_DAYS_MAX = 366


class Floor(Struct, frozen=True):
    """What other orders have to leave to those of priority 1 to `priority`, period by period.

    Either `hours` (working time) of `resource_id`, a resource or a work centre, or `pieces` of the stock and receipts
    of `item_id`. Periods are those of quotas; what is kept for one is free for all from `release_days` before its
    first day on (0: from that day on).
    """

    id: str
    priority: int = 1
    resource_id: str = ""
    item_id: str = ""
    hours: timedelta | None = None
    pieces: int | None = None
    period_days: int = 7
    release_days: int = 0

    def __post_init__(self) -> None:
        check_id("floor", self.id)
        check_range("priority", self.priority, 1, 8)
        check_range("period_days", self.period_days, 1, PERIOD_DAYS_MAX)
        check_range("release_days", self.release_days, 0, RELEASE_DAYS_MAX)
        check_amount(self.resource_id, self.item_id, self.hours, self.pieces)

    @property
    def kept(self) -> int:
        """What is kept in a period: seconds of work, or pieces."""
        return amount_of(self.hours, self.pieces)

    def period(self, day: date) -> date:
        """The first day of the period in which a day lies."""
        return period_of(day, self.period_days)

    def after(self, start: date) -> date:
        """The first day of the next period."""
        return start + timedelta(days=self.period_days)

    def holds(self, start: date, today: date) -> bool:
        """Whether it is still kept today for the period that begins on a day."""
        return today < start - timedelta(days=self.release_days)
