"""What the shop floor reports of its work, and what it is answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.errors import Violation
from domain.progress import MarkKind
from promising.disruption_requests import LineAtRisk
from promising.requests import check_request

ITEMS_MAX = 1000
"""Reports in one request."""


class ProgressItem(Struct, frozen=True):
    """One report of one operation, as in `Mark`.

    The operation is told by `operation_key`, or by order, line and name, and by `item_id` where several lots of the
    line have one of that name. `time` None: now. `resource_id` empty: the machine as planned. `corrects`: what it
    contradicts was wrong.
    """

    kind: MarkKind
    order_id: str = ""
    line_no: int = 0
    operation_id: str = ""
    item_id: str = ""
    operation_key: int = 0
    time: datetime | None = None
    good: int | None = None
    scrapped: int | None = None
    shots: int | None = None
    expected: datetime | None = None
    resource_id: str = ""
    corrects: bool = False


class ProgressAsk(Struct, frozen=True):
    """Reports, taken in the order of their times; the rest as in `DisruptionAsk`."""

    items: tuple[ProgressItem, ...]
    request_id: str
    caller: str = ""
    source: str = ""
    validate_only: bool = False
    deadline: float | None = None

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)


class ItemOutcome(StrEnum):
    """What became of a report."""

    RECORDED = "recorded"
    KNOWN = "known"
    """It was reported before; nothing is changed."""
    REFUSED = "refused"
    """It can't be, or not beside what was reported before."""


class ItemAnswer(Struct, frozen=True):
    """What became of one report; `wrong` where it was refused, `start` and `end` as the plan has them now."""

    outcome: ItemOutcome
    operation_key: int = 0
    wrong: tuple[Violation, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    missing: int = 0
    """Pieces that it ended short of its quantity."""
    planned_anew: int = 0
    """How many of what its line lacks by then are planned once more."""


class Clash(Struct, frozen=True):
    """Two operations that use a machine, mould or crew at a time by what was reported, from now on."""

    resource_id: str
    operation_key: int
    other_key: int


class Progressed(Struct, frozen=True):
    """What became of the reports, in their order, and of the plan, as in `Repaired`.

    `cause_id` stands for these reports as the cause of what is at risk. `assumed` are operations that nobody reported
    and that began, or were over, at another time than planned by what was reported of others.
    """

    items: tuple[ItemAnswer, ...]
    cause_id: str = ""
    at_risk: tuple[LineAtRisk, ...] = ()
    recovered: tuple[tuple[str, int], ...] = ()
    assumed: tuple[int, ...] = ()
    clashes: tuple[Clash, ...] = ()
    moved_in_time: int = 0
    moved: int = 0
    shifted: int = 0
    reopened: int = 0
    stood_still: timedelta = timedelta(0)
    applied: bool = True
