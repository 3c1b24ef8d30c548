"""What the desk needs from outside: store, clock, admission and metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from msgspec import Struct, field

from domain.alerts import Alert
from domain.calibration import Calibration
from domain.disruptions import Disruption
from domain.orders import Order
from domain.pins import Pin
from domain.plant import ClockMode, Plant
from domain.progress import Progress
from domain.promises import Event, LinePromise, Promise, Reservation
from domain.promotions import Favour, Granted, Lost
from domain.proposals import Proposal
from domain.rule_versions import RuleVersion
from domain.trade import CreditChange
from promising.qualified import Range
from promising.takings import Taken, Used
from scheduler.records import PlanDelta, PlanImage


class Clock(Protocol):
    """The machine's clocks; the plant's own time is derived from them by the desk."""

    def unix(self) -> float:
        """Seconds since 1970, UTC."""

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back: for deadlines and durations."""


class ClockState(Struct, frozen=True):
    """The plant's clock as stored.

    `offset_s` is added to the system clock; `manual_s` is the manual time (None: never set).
    """

    mode: ClockMode = ClockMode.SYSTEM
    offset_s: int = 0
    manual_s: int | None = None


class Admission(StrEnum):
    """What the rules say before anything is placed."""

    PASS = "pass"
    HOLD = "hold"
    """Place it, and keep the capacity for a human's decision."""
    REFUSE = "refuse"


class Verdict(Struct, frozen=True):
    """Answer of the admission; `reasons` are told to the caller, `priority` replaces the order's if given.

    `offered` and `barred` are the promotions that rules allow or forbid this order; `missing` are the documents and
    attributes that they demand and that aren't there; `favour` tells for whom promotions are chosen.
    """

    admission: Admission = Admission.PASS
    reasons: tuple[str, ...] = ()
    priority: int | None = None
    offered: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    favour: Favour = Favour.CUSTOMER


class Due(Struct, frozen=True):
    """What an order has of promotions, which of those that were meant lost, and whether its discount is off.

    `elsewhere_items` are those that the customer bought by another channel within a day, with `elsewhere_orders`.
    """

    granted: tuple[Granted, ...] = ()
    lost: tuple[Lost, ...] = ()
    given_fen: int = 0
    due_fen: int = 0
    differs: bool = False
    elsewhere_items: tuple[str, ...] = ()
    elsewhere_orders: tuple[str, ...] = ()


NOTHING_DUE = Due()


class OpenOrders(Protocol):
    """Orders of customers that stand and aren't delivered, as the decisions up to now leave them."""

    def amount_fen(self, customer_id: str, without: str) -> int:
        """What they come to, less discounts, without the order of an id."""

    def count(self, customer_id: str, without: str) -> int:
        """How many they are, without the order of an id."""

    def elsewhere(self, customer_id: str, without: str, channel_id: str, item_id: str, at_s: int) -> tuple[str, ...]:
        """Those for an item by another channel within 24 hours of a time (Unix seconds), delivered ones too, by id."""

    def by_others(self, customer_id: str, channel_id: str) -> bool:
        """Whether a customer has such by any channel but this one; without a channel none is another."""

    def credit_changes(self, customer_id: str, since_s: int) -> Sequence[CreditChange]:
        """How a customer's limit and grade changed since a time (Unix seconds), the oldest first."""

    def qualified(self, item_id: str, attribute: str) -> Range | None:
        """Between which values of an attribute an item was delivered with a report; None: none was."""

    def follow(self) -> None:
        """Begin to count; to be called before anything is asked."""


class Admit(Protocol):
    """Stands before the plan: rules, promotions and quotas. Called on the writer thread."""

    def look(self, plant: Plant, orders: OpenOrders) -> None:
        """Decide by this plant and these orders from now on; before the first decision, and when the plant changes."""

    def ahead(self, orders: Sequence[Order], now: datetime, used: Callable[[str], Used]) -> None:
        """Look at orders that are about to be decided one after the other, all at the plant's time of `now`.

        It changes no answer. Nothing else is decided between them, and not all of them need be. `used` tells what other
        orders of a customer have of promotions.
        """

    def admit(self, order: Order, now: datetime) -> Verdict:
        """The verdict on an order at the plant's time; once a decision."""

    def due(self, order: Order, at: datetime, verdict: Verdict, used: Used) -> Due:
        """What lines that got a place have of promotions on the day of `at`, beside what other orders have."""


class AdmitAll:
    """The admission of a plant without rules."""

    def look(self, plant: Plant, orders: OpenOrders) -> None:
        """Nothing is needed of them."""

    def ahead(self, orders: Sequence[Order], now: datetime, used: Callable[[str], Used]) -> None:
        """There is nothing to look at."""

    def admit(self, order: Order, now: datetime) -> Verdict:
        """Everything passes with its own priority."""
        return _PASS

    def due(self, order: Order, at: datetime, verdict: Verdict, used: Used) -> Due:
        """There are no promotions."""
        return NOTHING_DUE


_PASS = Verdict()


class Placed(Struct, frozen=True):
    """An order with its places in the plan, before they are kept."""

    lines: tuple[LinePromise, ...]
    reservations: Callable[[], list[Reservation]]
    """Machine, mould, crew and times of every operation; worked out when they are asked for."""


class Approve(Protocol):
    """Stands behind the plan: rules that need the mould, the cost or the date. Called on the writer thread.

    Once a promise or quote that came to a place, and once an amendment; not for what a human confirms. To hold keeps
    the places for a human, to refuse gives them back. `Verdict.priority` is of no use here.
    """

    def approve(self, order: Order, placed: Placed, now: datetime) -> Verdict:
        """The verdict on a placed order at the plant's time."""


class ApproveAll:
    """The approval of a plant without rules."""

    def approve(self, order: Order, placed: Placed, now: datetime) -> Verdict:
        """Everything that has a place passes."""
        return _PASS


class DeskMetrics(Protocol):
    """Where the desk reports its figures; called on its writer thread, seconds as floats."""

    def queued(self, depth: int) -> None:
        """Requests waiting when a batch was taken."""

    def refused_for_load(self) -> None:
        """A request found the queue full."""

    def expired(self) -> None:
        """A request's deadline passed before its decision."""

    def decided(self, kind: str, line: LinePromise, seconds: float, shifted: int, candidates: int) -> None:
        """A line was answered; `kind` is quote or promise, the figures are those of its order."""

    def batch(self, size: int, decide_seconds: float, commit_seconds: float) -> None:
        """A batch was decided and committed."""

    def redispatched(self, seconds: float, taken: bool) -> None:
        """The whole plan was re-dispatched; `taken` when the better order was adopted."""

    def stood_still(self, what: str, seconds: float) -> None:
        """Nothing else was decided while a report was taken, up to its commit; `what` is disruption or progress."""

    def plan(self, operations: int, age_orders: int) -> None:
        """Open operations, and orders decided since the last re-dispatch; about once a second."""

    def batch_failed(self) -> None:
        """A batch was undone and retried one by one."""

    def tidied(self, outcome: str) -> None:
        """The plan was looked through for a better order: `applied`, `nothing` better, `outdated`, `failed`."""

    def alerts(self, counts: Mapping[str, int]) -> None:
        """Alerts that stand, by level; on a thread of its own."""

    def checked(self, at_s: float, violations: int) -> None:
        """The full check in the background came to its verdict, at Unix seconds of the machine; on its own thread."""


class NoMetrics:
    """Reports nothing."""

    def queued(self, depth: int) -> None: ...

    def refused_for_load(self) -> None: ...

    def expired(self) -> None: ...

    def decided(self, kind: str, line: LinePromise, seconds: float, shifted: int, candidates: int) -> None: ...

    def batch(self, size: int, decide_seconds: float, commit_seconds: float) -> None: ...

    def redispatched(self, seconds: float, taken: bool) -> None: ...

    def stood_still(self, what: str, seconds: float) -> None: ...

    def plan(self, operations: int, age_orders: int) -> None: ...

    def batch_failed(self) -> None: ...

    def tidied(self, outcome: str) -> None: ...

    def alerts(self, counts: Mapping[str, int]) -> None: ...

    def checked(self, at_s: float, violations: int) -> None: ...


class RequestKey(Struct, frozen=True):
    """Under what a request is remembered."""

    caller: str
    request_id: str


class RequestRecord(Struct, frozen=True):
    """A remembered request: the digest of its content, and the order version that answered it."""

    key: RequestKey
    digest: bytes
    order_id: str
    order_version: int
    created_s: int
    receipt: str = ""
    """The text of the receipt of a change; empty for what was no change of a standing order."""


class PlantRow(Struct, frozen=True):
    """A row of the standing plant's files as it is after feeds: one row a key, over what the import brought.

    `file` is a table of the plant's files, or `since` for what came and went of an item. `cells` None: the row is
    gone. `place` None: it stands where it stood; else at the end, in the order of the places.
    """

    file: str
    key: str
    cells: tuple[str, ...] | None
    place: int | None = None


class FeedRecord(Struct, frozen=True):
    """A remembered feed: the digest of its content, and what it changed; of a disruption the text of its receipt."""

    key: RequestKey
    digest: bytes
    changes: tuple[str, ...]
    created_s: int


class ProposalRow(Struct, frozen=True):
    """A proposal by its number, without its lines, and the opaque text of lines and sequences (None: as it was)."""

    number: int
    proposal: Proposal
    content: bytes | None


class PlanBefore(Struct, frozen=True):
    """The plan as it stood at a time (Unix seconds) before a disruption, of a version of the plant.

    `content` is the scheduler's own.
    """

    disruption_id: str
    at_s: int
    plant_version: int
    content: bytes


class PromiseRow(Struct, frozen=True):
    """A version of an order to be written, its document, and the sequence of its event."""

    promise: Promise
    event: int
    text: str


class StandingOrder(NamedTuple):
    """The last version of an order as read at start; its text is decoded when first needed."""

    order_id: str
    customer_id: str
    text: str


class RuleFiles(Struct, frozen=True):
    """The files of one version of the rules, by name."""

    number: int
    files: Mapping[str, str]


class DecisionRow(NamedTuple):
    """What rules decided of an order, with the event that wrote the order's version; `content` has all of it.

    `rules` is the version that decided, `at_s` the plant's time (Unix seconds), `took_us` how long it took. `fired`,
    `untold` and `conflicts` are names of rules: those that fired, couldn't be told, or disagreed about a fact.
    """

    event: int
    rules: int
    at_s: int
    took_us: int
    content: bytes
    fired: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()


class RuleCount(Struct, frozen=True):
    """How often a rule of a version fired, counted up to an event; the one without a name counts all decisions.

    `last_s` is when it fired last (the plant's time, None: never); `total_us` and `worst_us` are times of the decisions
    in which it did.
    """

    rules: int
    rule: str
    event: int = 0
    fired: int = 0
    untold: int = 0
    conflicts: int = 0
    last_s: int | None = None
    total_us: int = 0
    worst_us: int = 0


class Writing(Struct):
    """Everything one transaction writes."""

    promises: list[PromiseRow] = field(default_factory=list)
    delta: PlanDelta | None = None
    events: list[Event] = field(default_factory=list)
    requests: list[RequestRecord] = field(default_factory=list)
    holds: list[tuple[str, int | None]] = field(default_factory=list)
    """Orders held from now on until a time (Unix seconds), or no longer (None)."""
    clock: ClockState | None = None
    plant_files: Mapping[str, bytes] | None = None
    """A whole plant: it becomes the next version."""
    plant_rows: list[PlantRow] = field(default_factory=list)
    """Rows of the plant's version, the new one if there is one."""
    feeds: list[FeedRecord] = field(default_factory=list)
    credit_changes: list[CreditChange] = field(default_factory=list)
    """What changed of customers' limits and grades."""
    taken: list[Taken] = field(default_factory=list)
    """What customers have of promotions from now on; the last of a pair counts."""
    disruptions: list[Disruption] = field(default_factory=list)
    """New ones, and new versions of those that stand."""
    progress: list[Progress] = field(default_factory=list)
    """Of operations: new, or in the place of what was known."""
    progress_gone: list[int] = field(default_factory=list)
    """Keys of operations that have left the plan."""
    pins: list[tuple[int, Pin | None]] = field(default_factory=list)
    """Operations pinned from now on, by key, or no longer (None)."""
    decisions: list[DecisionRow] = field(default_factory=list)
    rule_counts: list[RuleCount] = field(default_factory=list)
    """In the place of those of their versions and names."""
    proposals: list[ProposalRow] = field(default_factory=list)
    """New ones, and new versions of those that stand."""
    forget_proposals: int = 0
    """Up to this number proposals are forgotten."""
    alerts: list[tuple[tuple[str, int], Alert | None]] = field(default_factory=list)
    """By order and line as they stand from now on, or no longer (None)."""
    rule_versions: list[RuleVersion] = field(default_factory=list)
    """New ones, and new states of those that are there."""
    rule_files: list[RuleFiles] = field(default_factory=list)
    """All files of these versions, in the place of those that they had."""
    calibration: Calibration | None = None
    """What was learned of executed work: a new version."""
    before: PlanBefore | None = None
    """In the place of the one that was kept."""
    written_s: int = 0
    """System time of the writing, Unix seconds."""
    forget_before_s: int | None = None
    """Requests created before are forgotten."""

    @property
    def empty(self) -> bool:
        """True when there is nothing to write."""
        return not (self.promises or self.delta or self.events or self.requests or self.clock)


class CommitFailed(Exception):
    """Nothing of the transaction was written."""


class CommitUnknown(Exception):
    """What the store holds is unknown, as a commit's answer was lost or others changed it: read it again."""


class Superseded(Exception):
    """Another desk has claimed this plant: nothing of the transaction was written, nor will be."""


class Stored(Struct, frozen=True):
    """What a store holds, promises apart. `plant_files` None: nothing was ever imported."""

    plant_files: Mapping[str, bytes] | None
    plant_version: int
    clock: ClockState
    last_event: int
    image: PlanImage
    holds: Mapping[str, int] = field(default_factory=dict)
    """Orders that are held, and until when, Unix seconds."""
    plant_rows: Sequence[PlantRow] = ()
    """What feeds changed since the import."""
    disruptions: Sequence[Disruption] = ()
    """All that were reported, in that order."""
    progress: Sequence[Progress] = ()
    """What was reported of operations, by key."""
    pins: Mapping[int, Pin] = field(default_factory=dict)
    """Operations that planners pinned, by key."""
    rules: RuleFiles | None = None
    """The version of the rules that is in force (None: none ever was)."""
    credit_changes: Sequence[CreditChange] = ()
    """What changed of customers' limits and grades of late, the oldest first."""
    taken: Sequence[Taken] = ()
    """What customers have of promotions."""
    calibration: Calibration | None = None
    """What was learned last of executed work."""
    before: PlanBefore | None = None
    """The plan before a disruption (None: none was ever kept)."""


class Snapshot(Struct, frozen=True):
    """Plant, plan and the orders that stand as committed, of one moment: for those who look for another plan."""

    stored: Stored
    orders: Sequence[StandingOrder]


class PlantStore(Protocol):
    """The durable side of one plant; one thread calls `claim`, `load` and `commit`, any thread the rest."""

    def claim(self) -> None:
        """Make this the only store that may commit to the plant from now on."""

    def load(self) -> Stored:
        """The last committed state."""

    def snapshot(self) -> Snapshot:
        """What is committed at one moment; for any thread, and without keeping a commit waiting."""

    def proposals(self) -> list[Proposal]:
        """All that are kept, oldest first, without their lines."""

    def proposal(self, proposal_id: str) -> ProposalRow | None:
        """One that is kept."""

    def alerts(self) -> list[Alert]:
        """Those that stood when they were written last."""

    def calibrations(self) -> list[Calibration]:
        """All that was ever learned of executed work, the newest first."""

    def last_proposal(self) -> int:
        """The number of the last one, 0 before the first."""

    def load_orders(self) -> Iterable[StandingOrder]:
        """The last version of every order, in the order in which they were first answered."""

    def promise_at(self, order_id: str, version: int) -> Promise | None:
        """One version of an order."""

    def history(self, order_id: str, after: int, last: int, limit: int) -> list[tuple[Event, int, Promise | None]]:
        """Events of an order with sequences above `after` up to `last`, oldest first, with the versions they made.

        An event beside the change of a version is told with the version's number and no promise.
        """

    def requests(self, keys: Sequence[RequestKey]) -> dict[RequestKey, RequestRecord]:
        """Those of the requests that are remembered."""

    def request_keys(self, after: RequestKey | None, limit: int) -> list[RequestKey]:
        """Under what requests are remembered, in a fixed order, those behind `after`."""

    def feed(self, key: RequestKey) -> FeedRecord | None:
        """The feed remembered under this key."""

    def events(self, after: int, limit: int) -> list[Event]:
        """Events with a sequence above `after`, oldest first."""

    def rule_versions(self) -> list[RuleVersion]:
        """All versions of the rules, by number."""

    def rule_files(self, number: int) -> dict[str, str]:
        """The files of a version of the rules, by name; none for a version that isn't there."""

    def decision(self, order_id: str, version: int) -> tuple[int, int, int, bytes] | None:
        """What rules decided of a version of an order, or (0) of the last one that they decided.

        The version of the order, the event, the version of the rules, and the content.
        """

    def decisions(self, after: int, limit: int, *, latest: bool = False) -> list[tuple[int, int, bytes]]:
        """Decisions with events above `after`, oldest first, or the `latest`: event, version of the rules, content."""

    def rule_counts(self) -> list[RuleCount]:
        """How often rules fired, as written last."""

    def commit(self, writing: Writing) -> None:
        """Write all of it in one transaction, durable on return.

        Raises
        ------
        CommitFailed, CommitUnknown, Superseded
        """

    def close(self) -> None:
        """Let the database go."""
