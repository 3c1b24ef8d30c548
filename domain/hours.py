"""Hours that are worked in addition to the shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ExtraHours:
    """Hours that a proposal has worked in addition on one resource."""

    resource_id: str
    start: datetime
    end: datetime
