"""What we told the customer: promises, reservations, reasons, and the answers that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.orders import Order


class PromiseState(StrEnum):
    """Life of a promise, per line."""

    HELD = "held"
    CONFIRMED = "confirmed"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What a quote or promise answers, per line."""

    ON_TIME = "on_time"
    """Confirmed (or possible) at the requested time."""
    LATER = "later"
    """Confirmed (or possible) at a later time, not after the latest time."""
    REFUSED = "refused"


class ReasonKind(StrEnum):
    """The closed list of what a lead time is made of; durations add up to it exactly."""

    PROCESS = "process"
    CHANGEOVER = "changeover"
    MACHINE = "machine"
    """Waiting for a machine, and for which orders."""
    MOULD = "mould"
    """Waiting for a mould in use, or in maintenance."""
    CREW = "crew"
    """Waiting for a crew or a setter."""
    MATERIAL = "material"
    """Waiting for a receipt."""
    CALENDAR = "calendar"
    """Off-shift time, holidays and downtime."""
    MAINTENANCE = "maintenance"
    """A mould's maintenance due by shots, inside the run."""
    GAP = "gap_too_short"
    """The resources stood free, but the free time was too short or was promised away by later deadlines."""
    LAG = "lag"
    FROZEN = "frozen_zone"
    """Frozen zone and release lead."""
    SHIPPING = "shipping"
    ROUNDING = "rounding"
    BUFFER = "buffer"
    HOLD = "hold"
    NOT_EARLIER = "not_needed_earlier"
    """The promise is the requested time although the work ends earlier, or the limit on earliness held it
    back."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A share of the lead time.

    `subject` is the resource, mould, crew, receipt or operation; `orders` are the orders waited for, the
    longest wait first (at most 5).
    """

    kind: ReasonKind
    duration: timedelta
    subject: str = ""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reservation:
    """An operation's place: `visit_start` is where its changeover begins (= `start` without one)."""

    operation_key: int
    order_id: str
    line_no: int
    operation_id: str
    mode_id: str
    resource_id: str
    units: tuple[int, ...]
    mould_id: str
    setter_id: str
    crew_id: str
    quantity: int
    visit_start: datetime
    start: datetime
    end: datetime
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class MaterialReservation:
    """A quantity pegged to stock (`receipt_id` empty) or to a receipt."""

    order_id: str
    line_no: int
    item_id: str
    quantity: int
    receipt_id: str = ""


class Tier(StrEnum):
    """Which step of the desk gave the answer."""

    STOCK = "stock"
    INSERTION = "insertion"
    DISPATCH = "dispatch"


@dataclass(frozen=True, slots=True)
class LinePromise:
    """The answer for one line, and what stands in the store for it.

    `promised_time` is what we told; `expected_time` is the planned end, shipping included, and may drift
    within the
    promise. Both are None when refused. `earliest_time` is the earliest possible promise, also when refused
    for being
    after the latest time. `notes` are catalogue keys such as `materials_not_planned`.
    `search` is `exact` or `heuristic` (DESIGN 5).
    """

    line_no: int
    item_id: str
    quantity: int
    requested_time: datetime
    outcome: Outcome
    state: PromiseState
    promised_time: datetime | None = None
    expected_time: datetime | None = None
    earliest_time: datetime | None = None
    deadline: datetime | None = None
    tier: Tier = Tier.INSERTION
    search: str = "heuristic"
    reasons: tuple[Reason, ...] = ()
    refusal: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """An order with the promises of its lines. `version` rises with every change of the order (the etag)."""

    order: Order
    lines: tuple[LinePromise, ...]
    decided_at: datetime
    version: int = 1
    request_id: str = ""
    caller: str = ""
    plan_version: int = 0
    duplicates: tuple[str, ...] = ()
    """Orders that may be the same demand typed twice: same customer, item, quantity, near dates."""

    @property
    def etag(self) -> str:
        """Opaque version tag of the order (not of the plan)."""
        return f"{self.order.id}:{self.version}"

    @property
    def refused(self) -> bool:
        """All lines refused: nothing is reserved."""
        return all(line.state is PromiseState.REFUSED for line in self.lines)


class EventKind(StrEnum):
    """What happened, in the append-only log."""

    PLANT_IMPORTED = "plant_imported"
    PROMISED = "promised"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    RESEQUENCED = "resequenced"
    CLOCK_SET = "clock_set"
    CHECK_FAILED = "check_failed"
    """The checker found the plan in violation of its own rules: the desk promises nothing more until reloaded."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log: what, when (plant clock), who, why, and at which plan version."""

    sequence: int
    kind: EventKind
    time: datetime
    actor: str
    order_id: str = ""
    reason: str = ""
    plan_version: int = 0
    detail: str = ""
