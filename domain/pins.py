"""Work that a planner keeps where it stands."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Pin(Struct, frozen=True):
    """An operation that begins at `start` and at no other time, on its machine, until somebody lets it go.

    `ready` is until when its run waited before it was pinned, `end` when it ends.
    """

    operation_key: int
    order_id: str
    line_no: int
    operation_id: str
    resource_id: str
    start: datetime
    end: datetime
    ready: datetime
    pinned_at: datetime
    pinned_by: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        """`ORDER/LINE/OPERATION`, for people."""
        return f"{self.order_id}/{self.line_no}/{self.operation_id}"
