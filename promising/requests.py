"""What callers ask of the desk, and what it answers besides promises."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from domain.errors import InvalidInput
from domain.orders import Order
from domain.promises import LinePromise, Promise, PromiseState, Receipt
from domain.promotions import ReviewKind

if TYPE_CHECKING:
    from promising.ways.terms import How

REQUEST_ID_MAX = 128
CALLER_MAX = 128
REASON_MAX = 1000


class Accept(StrEnum):
    """Which dates the caller takes."""

    ON_TIME = "on_time"
    """Lines that can't be had at their requested time are refused."""
    LATER = "later"
    """A later date is taken, up to each line's `latest_time` (None: any)."""


def check_request(request_id: str, caller: str) -> None:
    """Request ids and callers are printable and at most 128 characters."""
    if len(request_id) > REQUEST_ID_MAX or not request_id.isprintable():
        raise InvalidInput.one("request_id", "is no request id", f"0 to {REQUEST_ID_MAX} printable characters")
    if len(caller) > CALLER_MAX or not caller.isprintable():
        raise InvalidInput.one("caller", "is not a caller", f"0 to {CALLER_MAX} printable characters")


class Ask(Struct, frozen=True):
    """Whether an order can be had, and by when.

    `request_id` with `caller` is the key under which a retry finds the first answer for 30 days; a promise
    needs one, a quote doesn't. `allow_frozen` lets work into the frozen zone. `validate_only` makes every
    check of a promise and answers like a quote. `deadline` is in seconds of the monotonic clock (None: no
    hurry). `hold_until` asks for a hold until then instead of a promise (DESIGN 6).

    `as_quoted` asks for the dates of a quote of the same content: what can't be had by then is refused.
    """

    order: Order
    request_id: str = ""
    caller: str = ""
    accept: Accept = Accept.LATER
    allow_frozen: bool = False
    validate_only: bool = False
    deadline: float | None = None
    hold_until: datetime | None = None
    as_quoted: AsQuoted | None = None
    options: bool = False
    """Look for what else could be had, where a line is late or refused. Not part of what makes a retry the same."""
    until_deadline: bool = False
    """Search for a rearrangement until shortly before the deadline where the time asked for is missed. As `options`."""

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)


class AsQuoted(Struct, frozen=True):
    """The latest date that a caller takes: that of a quote, or `latest` where it is given, for every line."""

    quote_id: str = ""
    latest: datetime | None = None


class Cancel(Struct, frozen=True):
    """Take the order back."""


class Confirm(Struct, frozen=True):
    """Make a promise of a hold; without `as_quoted` for the dates that can be had."""

    as_quoted: AsQuoted | None = None


class Release(Struct, frozen=True):
    """Give a hold up."""


class Amend(Struct, frozen=True):
    """Give the order new content; what can't be had leaves the order as it stands.

    `how` it is placed that takes an option.
    """

    order: Order
    accept: Accept = Accept.LATER
    allow_frozen: bool = False
    how: How | None = None


class Split(Struct, frozen=True):
    """Ask for `quantity` of a line by a date of its own, as a line `new_line_no` (0: the next number)."""

    line_no: int
    quantity: int
    requested_time: datetime
    latest_time: datetime | None = None
    new_line_no: int = 0
    accept: Accept = Accept.LATER
    allow_frozen: bool = False


class ForceDate(Struct, frozen=True):
    """Promise a line for a date that a planner sets, whether the plan keeps it or not."""

    line_no: int
    promised_time: datetime


class Delivery(Struct, frozen=True):
    """How many pieces of a line were delivered in all."""

    line_no: int
    quantity: int


class Close(Struct, frozen=True):
    """The order is delivered, or finished short; `delivered_at` is when it left the plant (None: now).

    Lines that `deliveries` doesn't name were delivered whole.
    """

    deliveries: tuple[Delivery, ...] = ()
    delivered_at: datetime | None = None


class Reject(Struct, frozen=True):
    """Refuse an order that is held."""


class HandOver(Struct, frozen=True):
    """Let somebody else decide on an order that is held, by `expires_at` (None: while the hold lasts)."""

    to: str
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.to) <= CALLER_MAX or not self.to.isprintable():
            raise InvalidInput.one("to", "is nobody", f"1 to {CALLER_MAX} printable characters")


class SettleReview(Struct, frozen=True):
    """Answer a question about an order: it is fine as it is, or it isn't."""

    kind: ReviewKind
    accepted: bool


Change = Cancel | Confirm | Release | Amend | Split | ForceDate | Close | Reject | HandOver | SettleReview


class ChangeAsk(Struct, frozen=True):
    """Change an order that stands. `etag` empty means whatever version stands; the rest as in `Ask`.

    `reviewers` are the roles of which the caller would need one to decide on a hold that rules or the approval asked
    for; empty: he has one. Not part of what makes a retry the same.
    """

    order_id: str
    change: Change
    request_id: str
    caller: str = ""
    reason: str = ""
    etag: str = ""
    validate_only: bool = False
    deadline: float | None = None
    reviewers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_request(self.request_id, self.caller)
        if len(self.reason) > REASON_MAX or not self.reason.replace("\n", " ").isprintable():
            raise InvalidInput.one("reason", "is no reason", f"0 to {REASON_MAX} printable characters")


class Changed(Struct, frozen=True):
    """The order as it stands after a change, and what the change did."""

    promise: Promise
    receipt: Receipt


class PlantChange(Struct, frozen=True):
    """What an import changes, as text (`resources: + NO.12`); empty when the plant is the same already.

    `applied` is False for `validate_only` and for an import that changes nothing; `version` counts imports.
    """

    changes: tuple[str, ...]
    applied: bool
    version: int


class LoadDay(Struct, frozen=True):
    """One resource on one day of the plant's zone, in seconds, summed over its units.

    `working` is what the calendar and availability give, less `downtime`; `busy` is run time worked (pauses
    left out) and `changeover` the worked part of dismounting, mounting, colour and material.
    """

    resource_id: str
    day: datetime
    """Start of the day, in UTC."""
    working: int
    busy: int
    changeover: int
    downtime: int


class ScheduleFilter(Struct, frozen=True):
    """Which work to show; empty means all, and what is given must all hold. Times are half-open and match by overlap.

    An operation is on its machine, crew and setter crew alike; `item_ids` are what its lot makes; `late` takes lines
    that are expected after their requested time.
    """

    resource_ids: tuple[str, ...] = ()
    work_centres: tuple[str, ...] = ()
    mould_ids: tuple[str, ...] = ()
    item_ids: tuple[str, ...] = ()
    order_id: str = ""
    customer_id: str = ""
    late: bool = False
    start: datetime | None = None
    end: datetime | None = None

    @property
    def by_place(self) -> bool:
        """True when it names resources or work centres."""
        return bool(self.resource_ids or self.work_centres)

    @property
    def by_work(self) -> bool:
        """True when it asks for more than resources, work centres and times."""
        return bool(self.mould_ids or self.item_ids or self.order_id or self.customer_id or self.late)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """True when something from `start` to `end` is in its time."""
        if self.start is not None and end <= self.start:
            return False
        return self.end is None or start < self.end


class DeskStatus(Struct, frozen=True):
    """How the desk stands, for health checks and metrics."""

    running: bool
    why: str
    """Why it isn't running; empty when it is."""
    plant_id: str
    plant_version: int
    plan_version: int
    orders: int
    queue: int


FINAL = frozenset({PromiseState.CANCELLED, PromiseState.EXPIRED, PromiseState.REFUSED, PromiseState.FULFILLED})
"""States in which nothing is planned any more."""

# Among the lines of one order, the state that asks for most attention names the order's.
_PRECEDENCE = (
    PromiseState.BROKEN,
    PromiseState.AT_RISK,
    PromiseState.HELD,
    PromiseState.CONFIRMED,
    PromiseState.FULFILLED,
    PromiseState.CANCELLED,
    PromiseState.EXPIRED,
)


def order_state(promise: Promise) -> PromiseState:
    """State of the whole order: of its lines that aren't refused, the one that asks for most attention."""
    if len(promise.lines) == 1:
        return promise.lines[0].state
    states = {line.state for line in promise.lines}
    return next((state for state in _PRECEDENCE if state in states), PromiseState.REFUSED)


def is_at_risk(line: LinePromise) -> bool:
    """The line is expected after its promised time, or after that of its hold."""
    return line.state is PromiseState.AT_RISK or (line.state is PromiseState.HELD and line.cause is not None)


class OrderFilter(Struct, frozen=True):
    """Which orders to list; empty means all."""

    states: frozenset[PromiseState] = field(default_factory=frozenset)
    customer_id: str = ""

    def takes(self, promise: Promise) -> bool:
        """True when the order belongs in the list."""
        if self.customer_id and promise.order.customer_id != self.customer_id:
            return False
        return not self.states or order_state(promise) in self.states
