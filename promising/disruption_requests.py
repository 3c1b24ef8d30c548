"""What callers report of disruptions, and what they are answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from domain.disruptions import Disruption, DisruptionKind
from domain.promises import Cause, PromiseState, Receipt
from promising.requests import check_request


class Report(Struct, frozen=True):
    """Something broke, or hours were added. `kind` None: what it must be for such a subject.

    `start` None: now. `end` None: unknown, and the plan counts with `expected_end` (None: with what the desk's
    settings assume). `disruption_id` empty: the desk numbers it. `quantity` of material lost; 0: all of it.
    `region` is the only one that a carrier stands still for; empty: all. Of an order pieces are scrapped of a line
    (`line_no` 0: its only one), at an operation (`operation_id` empty: the last that has begun); or its customer wants
    this `quantity` of the line (0: as it was; `line_no` 0: all lines) by `wanted`, or has `withdrawn` it.
    """

    subject_id: str
    kind: DisruptionKind | None = None
    start: datetime | None = None
    end: datetime | None = None
    expected_end: datetime | None = None
    disruption_id: str = ""
    source: str = ""
    reason: str = ""
    quantity: int = 0
    region: str = ""
    line_no: int = 0
    operation_id: str = ""
    wanted: datetime | None = None
    withdrawn: bool = False


class AmendReport(Struct, frozen=True):
    """What is known better by now; None leaves it as it is.

    An `expected_end` makes the end an unknown one again. At most one of the ends. `quantity` is what of
    material is lost; 0 leaves it as it is.
    """

    disruption_id: str
    start: datetime | None = None
    end: datetime | None = None
    expected_end: datetime | None = None
    reason: str | None = None
    quantity: int = 0


class CloseReport(Struct, frozen=True):
    """It is over, since `ended` (None: now, or its end where that has passed); at its start: it never came."""

    disruption_id: str
    ended: datetime | None = None


DisruptionChange = Report | AmendReport | CloseReport


class DisruptionAsk(Struct, frozen=True):
    """Report, amend or close a disruption; the rest as in `ChangeAsk`.

    `etag` is that of the disruption; of a customer's change that is reported that of the order.
    """

    change: DisruptionChange
    request_id: str
    caller: str = ""
    etag: str = ""
    validate_only: bool = False
    deadline: float | None = None

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)


class LineAtRisk(Struct, frozen=True):
    """A line that is expected after its promised time (`state` held: its hold), and why.

    `before` is when it was expected before the change that it is told of; None where nothing was changed.
    """

    order_id: str
    line_no: int
    item_id: str
    quantity: int
    customer_id: str
    priority: int
    state: PromiseState
    promised: datetime
    expected: datetime
    before: datetime | None = None
    cause: Cause | None = None


class Repaired(Struct, frozen=True):
    """What became of the plan: the disruption as it stands, and what moved.

    `at_risk` are the lines that are at risk newly, or expected later than was told; `recovered` those that were at risk
    and hold again, as `(order, line)`. `moved_in_time` counts the other orders that are expected at another time,
    within their promises. Operations: `moved` left their order on a machine, or the machine; `shifted` start at another
    time, the moved among them; `interrupted` had begun; `reopened` were released or frozen and may move again.
    `stood_still` is how long nothing else was decided. `change` is what became of the order that a customer changed; if
    that is not made, nothing was recorded.
    """

    disruption: Disruption
    at_risk: tuple[LineAtRisk, ...] = ()
    recovered: tuple[tuple[str, int], ...] = ()
    moved_in_time: int = 0
    moved: int = 0
    shifted: int = 0
    interrupted: int = 0
    reopened: int = 0
    stood_still: timedelta = timedelta(0)
    applied: bool = True
    change: Receipt | None = None
