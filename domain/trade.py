"""Customers, channels, carriers and cost rates: what rules and prices are made of. Money is integer fen."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from msgspec import Struct

from domain.checks import check_duration, check_id, check_range
from domain.errors import InvalidInput

LEAD_MAX = timedelta(days=365)


class Customer(Struct, frozen=True):
    """A customer with the credit figures that admission reads.

    `region` is where its goods go, `carrier_id` the only carrier that may bring them (empty: any).
    """

    id: str
    name: str = ""
    region: str = ""
    grade: str = ""
    credit_limit_fen: int = 0
    receivables_fen: int = 0
    overdue_count: int = 0
    overdue_days: int = 0
    carrier_id: str = ""

    def __post_init__(self) -> None:
        check_id("customer", self.id)
        check_range("credit_limit_fen", self.credit_limit_fen, 0, 10**15)
        check_range("receivables_fen", self.receivables_fen, -(10**15), 10**15)
        check_range("overdue_count", self.overdue_count, 0, 10**6)
        check_range("overdue_days", self.overdue_days, 0, 10**5)


class CreditChange(Struct, frozen=True):
    """A change of a customer's limit or grade, at Unix seconds of the plant."""

    customer_id: str
    changed_s: int
    limit_before_fen: int
    limit_fen: int
    grade_before: str
    grade: str


class Channel(Struct, frozen=True):
    """Where an order came from: shop, dealer, platform."""

    id: str
    name: str = ""

    def __post_init__(self) -> None:
        check_id("channel", self.id)


class Carrier(Struct, frozen=True):
    """What a carrier does for one region; an empty one stands for all that the carrier has no row of.

    It collects at `cut_off` (plant's zone) of the days that it works: `weekdays`, or those on which the calendar
    `calendar_id` has hours. It delivers `lead` later: calendar time, or with `working` time of the days that it works,
    each from midnight to midnight.
    """

    id: str
    region: str
    lead: timedelta
    cut_off: time
    weekdays: frozenset[int] = frozenset()
    calendar_id: str = ""
    working: bool = False

    def __post_init__(self) -> None:
        check_id("carrier", self.id)
        check_duration("lead", self.lead, LEAD_MAX)
        if self.weekdays and self.calendar_id:
            raise InvalidInput.one("weekdays", "weekdays beside a calendar", "empty: the calendar tells the days")
        if not self.calendar_id and (not self.weekdays or not self.weekdays <= set(range(7))):
            raise InvalidInput.one("weekdays", "there are none", "weekdays, or a calendar")


class CarrierStop(Struct, frozen=True):
    """A carrier collects nothing from `start` to `end`, for one region or (empty) for all. `id` is what says so."""

    id: str
    carrier_id: str
    region: str
    start: datetime
    end: datetime

    def meets(self, carrier_id: str, region: str) -> bool:
        """Whether it holds for a carrier on its way to a region."""
        return self.carrier_id == carrier_id and self.region in ("", region)


class CostRate(Struct, frozen=True):
    """A rate in fen: machine_hour, overtime_hour, changeover, outside_hour, delay_day_1 to delay_day_9."""

    name: str
    fen: int

    def __post_init__(self) -> None:
        check_id("cost rate", self.name)
        check_range("fen", self.fen, 0, 10**12)
