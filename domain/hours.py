"""Hours that are worked in addition to the shifts."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class ExtraHours(Struct, frozen=True):
    """Hours that a proposal has worked in addition on one resource."""

    resource_id: str
    start: datetime
    end: datetime
