"""Alerts: order lines that are late by the plan, or have little time in hand. A view, not a state of the promise."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.promises import Reason


class AlertLevel(StrEnum):
    """How much time a line has in hand, the least first."""

    LATE = "late"
    """It is expected after its promised time."""
    HOURS_24 = "hours_24"
    HOURS_48 = "hours_48"
    HOURS_72 = "hours_72"


IN_HAND = (
    (AlertLevel.HOURS_24, timedelta(hours=24)),
    (AlertLevel.HOURS_48, timedelta(hours=48)),
    (AlertLevel.HOURS_72, timedelta(hours=72)),
)
"""Levels by the time in hand below which they begin."""
CALM = timedelta(hours=1)
"""By how much the time in hand must be above a bound before an alert goes down a level or closes."""
_ORDER = tuple(AlertLevel)


class AlertChange(StrEnum):
    """What happened to an alert."""

    OPENED = "opened"
    CHANGED = "changed"
    CLOSED = "closed"


class Alert(Struct, frozen=True):
    """A line that needs looking after.

    `slack` is the time between the promised time and the earliest at which it could be there if nothing else were in
    its way: what is left to do, its material, maintenance and carrier. `causes` are the longest waits of the line,
    along the chain that its end follows from. `opened` and `changed` are plant times.
    """

    order_id: str
    line_no: int
    item_id: str
    customer_id: str
    priority: int
    level: AlertLevel
    promised: datetime
    expected: datetime
    slack: timedelta
    causes: tuple[Reason, ...]
    disruption_id: str
    opened: datetime
    changed: datetime

    @property
    def name(self) -> tuple[str, int]:
        """Order and line."""
        return self.order_id, self.line_no

    def concerns(self, subject: str) -> bool:
        """Whether a receipt, machine, mould, crew, item, order or disruption is among its causes."""
        return subject == self.disruption_id or any(
            subject == reason.subject or subject in reason.orders for reason in self.causes
        )


def level_of(late: bool, slack: timedelta, was: AlertLevel | None = None) -> AlertLevel | None:
    """The level of a line, or None for none; one that stood is left upwards at once, downwards with a margin."""
    now = AlertLevel.LATE if late else _by(slack)
    if was is None or was is AlertLevel.LATE or (now is not None and _ORDER.index(now) <= _ORDER.index(was)):
        return now
    calmer = _by(slack - CALM)
    return was if calmer is not None and _ORDER.index(calmer) <= _ORDER.index(was) else calmer


def _by(slack: timedelta) -> AlertLevel | None:
    return next((level for level, bound in IN_HAND if slack < bound), None)
