"""What we told the customer: promises, reservations, reasons, and the answers that carry them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.calibration import Confidence
from domain.options import Option, OptionSearch
from domain.orders import Order
from domain.progress import ProgressState
from domain.promotions import Granted, Lost, Review
from domain.rescues import Rescued
from domain.supply import SURPLUS_PREFIX


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
    """Waiting for a receipt or a purchase."""
    CALENDAR = "calendar"
    """Off-shift time, holidays and downtime."""
    MAINTENANCE = "maintenance"
    """A mould's maintenance due by shots, inside the run."""
    GAP = "gap_too_short"
    """The resources stood free, but the free time was too short or was promised away by later deadlines."""
    LAG = "lag"
    FROZEN = "frozen_zone"
    """Frozen zone and release lead."""
    TOGETHER = "other_lines"
    """Waiting for the other lines of an order that is delivered complete."""
    CUT_OFF = "cut_off"
    """Packed, and waiting for the carrier's next pick-up."""
    SHIPPING = "shipping"
    """Packing, and with a carrier as subject its way to the customer."""
    ROUNDING = "rounding"
    BUFFER = "buffer"
    HOLD = "hold"
    QUOTA = "quota"
    """Waiting for the period in which a quota or a floor leaves room."""
    NOT_EARLIER = "not_needed_earlier"
    """The promise is the requested time although the work ends earlier, or the limit on earliness held it
    back."""


class Reason(Struct, frozen=True):
    """A share of the lead time.

    `subject` is the resource, mould, crew, receipt or operation; `orders` are the orders waited for, the
    longest wait first (at most 5).
    """

    kind: ReasonKind
    duration: timedelta
    subject: str = ""
    orders: tuple[str, ...] = ()


class Reservation(Struct, frozen=True):
    """An operation's place: `visit_start` is where its changeover begins (= `start` without one).

    `item_id` is what its lot makes: the line's item, or a component of it. `lot` is the key of the lot's first
    operation, `into` that of the lot which it goes into (0: the line itself). `assumed`: that it has begun, or is
    over, is by the plan alone, nobody has reported it. `progress`, `good` and `scrapped` are what was reported.
    """

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
    item_id: str = ""
    lot: int = 0
    into: int = 0
    assumed: bool = False
    progress: ProgressState | None = None
    good: int | None = None
    scrapped: int | None = None


class ChainStep(Struct, frozen=True):
    """An operation of an order and what it waits for.

    `after` are the keys of the operations it follows; `ready` is when the last of them ends, or when the line was
    decided; `waits` are the shares of the time from then to the start of the run, which they add up to.
    """

    reservation: Reservation
    ready: datetime
    after: tuple[int, ...] = ()
    waits: tuple[Reason, ...] = ()


class Source(StrEnum):
    """Where a quantity comes from."""

    STOCK = "stock"
    RECEIPT = "receipt"
    MAKE = "make"
    BUY = "buy"
    """A purchase planned for the line: the quantity is there at the decision plus the item's time to buy it."""
    SURPLUS = "surplus"
    """What a lot that is done made beyond its need."""
    MISSING = "missing"
    """Nobody has it and nobody expects it."""


class MaterialReservation(Struct, frozen=True):
    """A quantity pegged to stock, to a receipt, to the surplus of a lot, or to a planned purchase.

    `available_time` is when it is there as far as was known at the decision. `lot` is the key of the first operation
    of the lot that needs it; 0: it is delivered as it is. `receipt_id` of a surplus is that of `surplus_id`.
    `stands_for` is the item that it is a substitute for; empty: it is none.
    """

    order_id: str
    line_no: int
    item_id: str
    quantity: int
    receipt_id: str = ""
    source: Source = Source.STOCK
    available_time: datetime | None = None
    lot: int = 0
    stands_for: str = ""


def surplus_id(lot: int) -> str:
    """What the surplus of a lot goes by, the lot being known by the key of its first operation."""
    return f"{SURPLUS_PREFIX}{lot}"


class KitPart(Struct, frozen=True):
    """One quantity that goes into a line: from where, for which item, and when it is there.

    `goes_into` is the item that it is for; the line's own item goes into itself. `available_time` is None for what is
    made, of which the plan tells when, and for what is missing. `stands_for` is the item that it is a substitute for.
    """

    item_id: str
    quantity: int
    source: Source
    goes_into: str
    available_time: datetime | None = None
    receipt_id: str = ""
    stands_for: str = ""


class Tier(StrEnum):
    """Which step of the desk gave the answer."""

    STOCK = "stock"
    INSERTION = "insertion"
    DISPATCH = "dispatch"
    RESCUE = "rescue"
    """A rearrangement that the solver found, in which every other promise is kept."""


class Cause(Struct, frozen=True):
    """Why a line is late: the disruption, and its first operation that waits, with the machine, mould or crew.

    Without an operation all of the line had begun, or the disruption met it in no place of its own.
    """

    disruption_id: str
    operation_id: str = ""
    resource_id: str = ""


class Completed(Struct, frozen=True):
    """When a line's goods were complete, shipping included; `reported` tells that the shop floor said so.

    Else it is when they left the plant.
    """

    time: datetime
    reported: bool


class LinePromise(Struct, frozen=True):
    """The answer for one line, and what stands in the store for it.

    `promised_time` is what we told; `expected_time` is the planned end, shipping included, and may drift within the
    promise. Both are None when refused. `earliest_time` is the earliest possible promise, also when refused for being
    after the latest time. `notes` are codes or words of remarks. `search` is `exact` or `heuristic` (DESIGN 5).
    `decided_at` is set where a line was decided later than its order: its reasons count from there. `if_confirmed` is,
    for a held line, what its promised time would have been without the hold. `delivered_item_id` and
    `delivered_quantity` are what will be delivered where that is another item or quantity than ordered.
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
    kit: tuple[KitPart, ...] = ()
    """What goes into the line, lot by lot; empty where it is simply made, or taken from stock."""
    decided_at: datetime | None = None
    if_confirmed: datetime | None = None
    delivered_item_id: str = ""
    delivered_quantity: int = 0
    carrier_id: str = ""
    """Who brings it; empty: nobody was known, and the item's shipping counts."""
    region: str = ""
    """Where that carrier brings it."""
    options: tuple[Option, ...] = ()
    """What else could be had, where the caller asked for it and the line is late or refused."""
    option_searches: tuple[OptionSearch, ...] = ()
    """What looking for each kind of option came to, then."""
    cause: Cause | None = None
    """Why it is expected after its promised time; None where it isn't, or where a planner's date is the reason."""
    confidence: Confidence | None = None
    """How sure the promised time is; None where the plant's buffers aren't learned, or the date was set otherwise."""
    completed: Completed | None = None
    """When its goods were complete; None before its order is closed."""


class Hold(Struct, frozen=True):
    """Until when an order's places are kept for a decision.

    `reasons` are those of the rules or the approval that ask for a human; empty where the caller asked for the hold.
    `handed_to` is who has to decide since somebody handed it over; `missing` are documents and attributes that rules
    demand: without them nobody can confirm it.
    """

    expires_at: datetime
    reasons: tuple[str, ...] = ()
    handed_to: str = ""
    missing: tuple[str, ...] = ()


class Promise(Struct, frozen=True):
    """An order with the promises of its lines. `version` rises with every change of the order (the etag).

    `quote_id` names the dates of a quote, or of a hold if it were confirmed at once.
    """

    order: Order
    lines: tuple[LinePromise, ...]
    decided_at: datetime
    version: int = 1
    request_id: str = ""
    caller: str = ""
    plan_version: int = 0
    duplicates: tuple[str, ...] = ()
    """Orders that may be the same demand typed twice: same customer, item, quantity, near dates."""
    hold: Hold | None = None
    quote_id: str = ""
    rescued: Rescued | None = None
    """What a search for a rearrangement came to; None: it was not asked for, or not needed."""
    granted: tuple[Granted, ...] = ()
    """What it has of promotions; given back when all of it is cancelled or expired."""
    lost: tuple[Lost, ...] = ()
    """Promotions that were meant and lost, to a cap or to others."""
    reviews: tuple[Review, ...] = ()
    """What somebody has to look at, or did; each kind once."""
    derived_priority: int = 0
    """The priority that rules gave it; 0: the order's own."""

    @property
    def priority(self) -> int:
        """By which it was decided, 1 the highest."""
        return self.derived_priority or self.order.priority

    @property
    def payment_held(self) -> bool:
        """True while nothing is to be paid for it: its discount isn't the one due, and nobody accepted that."""
        return any(review.holds_payment for review in self.reviews)

    @property
    def etag(self) -> str:
        """Opaque version tag of the order (not of the plan)."""
        return f"{self.order.id}:{self.version}"

    @property
    def refused(self) -> bool:
        """All lines refused: nothing is reserved."""
        # A list: this is asked of every order several times, and a generator takes twice as long.
        return not [1 for line in self.lines if line.state is not PromiseState.REFUSED]


class LineState(Struct, frozen=True):
    """What stands for a line, as far as a receipt tells."""

    quantity: int
    promised_time: datetime | None
    state: PromiseState


class LineChange(Struct, frozen=True):
    """What a change did to one line: `before` None for a new one, `after` None for one that is gone.

    Where nothing was changed, `refusal` says why and `offered` what could be had instead (None: nothing known).
    """

    line_no: int
    before: LineState | None
    after: LineState | None
    refusal: str = ""
    offered: datetime | None = None


class GoodsIssued(Struct, frozen=True):
    """A quantity of an item that left the stock for a line."""

    line_no: int
    item_id: str
    quantity: int


class Receipt(Struct, frozen=True):
    """What a change of an order did, line by line; `made` False: nothing, and `refusal` says why.

    `issued` is what left the stock with it.
    """

    made: bool
    lines: tuple[LineChange, ...] = ()
    refusal: str = ""
    issued: tuple[GoodsIssued, ...] = ()


def receipt_of(before: Promise, after: Promise) -> Receipt:
    """The receipt of a change that was made: its lines that differ in quantity, promised time or state."""
    old, new = ({line.line_no: _state(line) for line in promise.lines} for promise in (before, after))
    changes = (LineChange(number, old.get(number), new.get(number)) for number in sorted({*old, *new}))
    return Receipt(True, tuple(change for change in changes if change.before != change.after))


def _state(line: LinePromise) -> LineState:
    return LineState(line.quantity, line.promised_time, line.state)


class EventKind(StrEnum):
    """What happened, in the append-only log."""

    PLANT_IMPORTED = "plant_imported"
    PROMISED = "promised"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    RESEQUENCED = "resequenced"
    CLOCK_SET = "clock_set"
    HELD = "held"
    """Placed, and kept for a decision until the hold expires."""
    CONFIRMED = "confirmed"
    """A hold became a promise."""
    RELEASED = "released"
    """A hold was given up."""
    EXPIRED = "expired"
    """A hold ran out."""
    PLANT_FED = "plant_fed"
    """Stock, receipts or customers of the standing plant were changed."""
    AMENDED = "amended"
    """An order got other content."""
    SPLIT = "split"
    """A line was split in two."""
    DATE_FORCED = "date_forced"
    """A planner set a line's promised time."""
    HANDED_OVER = "handed_over"
    """A held order was given to somebody else to decide, with what else could be had."""
    REVIEW_SETTLED = "review_settled"
    """A question about an order was answered."""
    CLOSED = "closed"
    """An order was delivered, or finished short."""
    DISRUPTION_REPORTED = "disruption_reported"
    """Working time was lost or won, and the plan repaired."""
    DISRUPTION_AMENDED = "disruption_amended"
    """A disruption lasts longer or shorter than was known; by the desk, when its expected end passed unheard."""
    DISRUPTION_CLOSED = "disruption_closed"
    """A disruption is over."""
    PROGRESS_REPORTED = "progress_reported"
    """The shop floor told what has begun, stands still, is made or is over."""
    AT_RISK = "at_risk"
    """Lines of an order are expected after their promised time, or later than was told."""
    RECOVERED = "recovered"
    """Lines of an order that were at risk are expected in time again, or earlier than was told."""
    PROPOSED = "proposed"
    """Another plan was offered to the planner."""
    PROPOSAL_APPLIED = "proposal_applied"
    """A proposal became the plan."""
    PROPOSAL_DISCARDED = "proposal_discarded"
    """A proposal was put aside."""
    DATE_MOVED = "date_moved"
    """Lines of an order got another promised time by a proposal that the planner applied."""
    REPROMISED = "repromised"
    """Lines of an order were promised anew, as a planner had it after a change of supply or capacity."""
    RULES_DRAFTED = "rules_drafted"
    """A version of the rules was put, or put again."""
    RULES_PUBLISHED = "rules_published"
    """A version of the rules is in force from here on."""
    RULES_ROLLED_BACK = "rules_rolled_back"
    """The version in force was taken back for an earlier one."""
    WORK_PINNED = "work_pinned"
    """A planner keeps an operation where it stands."""
    WORK_UNPINNED = "work_unpinned"
    """An operation may move again: a planner let it go, or a disruption took its place from it."""
    RUSHED = "rushed"
    """An order got a higher priority and passed others."""
    WORK_MOVED = "work_moved"
    """A planner put an operation elsewhere, and pinned it there."""
    CALIBRATED = "calibrated"
    """Buffers were learned from executed work."""
    CHECK_FAILED = "check_failed"
    """The checker found the plan in violation of its own rules: the desk promises nothing more until reloaded."""


class Event(Struct, frozen=True):
    """One entry of the log: what, when (plant clock), who, why, and at which plan version."""

    sequence: int
    kind: EventKind
    time: datetime
    actor: str
    order_id: str = ""
    reason: str = ""
    plan_version: int = 0
    detail: str = ""
