"""What an order that passes others does to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct


class Displaced(Struct, frozen=True):
    """A line that is expected later than before, and what it was promised for."""

    order_id: str
    line_no: int
    customer_id: str
    priority: int
    promised: datetime
    before: datetime
    after: datetime

    @property
    def delay(self) -> timedelta:
        """By how much it is expected later."""
        return self.after - self.before

    @property
    def survives(self) -> bool:
        """Whether its promise holds all the same."""
        return self.after <= self.promised
