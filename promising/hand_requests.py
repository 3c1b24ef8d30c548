"""What planners ask to be done by hand, and what they are answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from domain.pins import Pin
from domain.promises import Reservation
from promising.disruption_requests import LineAtRisk
from promising.requests import check_request


class Work(Struct, frozen=True):
    """An operation in the plan: by its key, or (0) by order, line and operation where that is only one."""

    key: int = 0
    order_id: str = ""
    line_no: int = 0
    operation_id: str = ""


class PinWork(Struct, frozen=True):
    """Keep it where it stands."""


class UnpinWork(Struct, frozen=True):
    """Let it move again."""


class MoveWork(Struct, frozen=True):
    """Put it elsewhere, and pin it there.

    To a machine (empty: its own) and to the first working time from `start` on; without one right behind `behind`, or
    to the time at which it starts now. At most `break_most` lines may be at risk by it newly, or later than was told.
    """

    resource_id: str = ""
    start: datetime | None = None
    behind: Work | None = None
    break_most: int = 0


HandChange = PinWork | UnpinWork | MoveWork


class HandAsk(Struct, frozen=True):
    """Something to be done by hand to an operation; `plan_version` is the plan that it was seen in (0: whatever it is).

    The rest as in `ChangeAsk`.
    """

    work: Work
    change: HandChange
    request_id: str
    caller: str = ""
    reason: str = ""
    plan_version: int = 0
    validate_only: bool = False
    deadline: float | None = None

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)


class Handled(Struct, frozen=True):
    """What became of the plan: the operation as it stands, its pin if it has one, and what moved beside it.

    `at_risk`, `recovered`, `moved_in_time`, `moved`, `shifted` and `stood_still` as in `Repaired`, the operation itself
    among the moved.
    """

    operation: Reservation
    pin: Pin | None
    at_risk: tuple[LineAtRisk, ...] = ()
    recovered: tuple[tuple[str, int], ...] = ()
    moved_in_time: int = 0
    moved: int = 0
    shifted: int = 0
    stood_still: timedelta = timedelta(0)
    applied: bool = True
