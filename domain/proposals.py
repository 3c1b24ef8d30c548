"""Proposals: other plans offered to the planner, what each would change, and by what they are compared."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.checks import check_range
from domain.errors import InvalidInput
from domain.hours import ExtraHours
from domain.promises import PromiseState

CAP_MOST = 1_000_000


class ProposalKind(StrEnum):
    """Which way out a proposal takes."""

    RESEQUENCE = "resequence"
    """The same work in another order; no promise moves. With moulds or changeovers perhaps on others that can do it."""
    ALTERNATIVES = "alternatives"
    """Other machines and moulds for work that can be done in several ways; no promise moves."""
    OVERTIME = "overtime"
    """Hours worked in addition on named resources; no promise moves."""
    PROTECT = "protect"
    """The top priorities are kept, and promises of the rest may move."""
    OUTSIDE = "outside"
    """Work of late orders goes to other firms, where the routing has such a mode; no promise moves."""
    ORDER = "order"
    """The same work in better order: more room where urgent orders come, fewer changeovers; no promise moves."""
    SPLIT = "split"
    """Late lines are delivered in parts: what is ready by the promised time, and the rest later."""
    NEAR = "near"
    """The plan as it was before a disruption, as nearly as can be: old days and turns again; no promise moves."""


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Cap(Struct, frozen=True):
    """How many promises may move at most (None: any number), and none that is due sooner than `none_within`."""

    most: int | None = None
    none_within: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.most is not None:
            check_range("most_moved_count", self.most, 0, CAP_MOST)
        if not timedelta(0) <= self.none_within <= timedelta(days=365):
            raise InvalidInput.one("none_within_duration", "is out of range", "0 to 365 days")


class PlanFigures(Struct, frozen=True):
    """By what plans are compared, all over the lines that are promised or held.

    `late` lines are expected after their promised times; `tardiness` is by how much in all, by priority (1 to 9).
    `changeover` is the time that changeovers take, `overtime` the runs in hours worked in addition, `outside` those at
    other firms. `cost_fen` prices delay, changeovers, overtime and work outside by the plant's rates; None: a rate is
    missing for something there is.
    """

    late: int
    tardiness: tuple[tuple[int, timedelta], ...]
    changeovers: int
    changeover: timedelta
    overtime: timedelta
    cost_fen: int | None
    end: datetime | None
    """When the last work ends; None: there is none."""
    outside: timedelta = timedelta(0)


class FromBefore(Struct, frozen=True):
    """How far today's plan, and the proposed one, are from the plan before a disruption (which stood at `stood_at`).

    Counted is the work that stood in that plan and has not begun: lines that end their work on another `dates` than
    then, operations `moved` out of their order on a machine, or to another one; of today's plan first, then proposed.
    """

    disruption_id: str
    stood_at: datetime
    dates: tuple[int, int]
    moved: tuple[int, int]


class ProposedLine(Struct, frozen=True):
    """A line that a proposal has arrive at another time, or told another date.

    `promised_after` differs from `promised_before` where the proposal says that the promise moves. `part_of` is the
    number of the line of which the proposal makes this one, as its rest (0: it stands); both are told with what they
    have then.
    """

    order_id: str
    line_no: int
    item_id: str
    quantity: int
    customer_id: str
    priority: int
    state: PromiseState
    promised_before: datetime
    promised_after: datetime
    expected_before: datetime
    expected_after: datetime
    part_of: int = 0

    @property
    def moves(self) -> bool:
        """The customer is told another date."""
        return self.promised_after != self.promised_before

    @property
    def saved(self) -> bool:
        """It was late, and is in time again by what was promised."""
        return not self.moves and self.expected_after <= self.promised_before < self.expected_before

    @property
    def late(self) -> bool:
        """It is expected after what it would be promised for."""
        return self.expected_after > self.promised_after


class OutsideWork(Struct, frozen=True):
    """An operation that a proposal gives to another firm; `fen` is its price there (None: the plant has no rate)."""

    key: int
    order_id: str
    line_no: int
    item_id: str
    quantity: int
    operation_id: str
    mode_id: str
    resource_id: str
    start: datetime
    end: datetime
    fen: int | None


def gap_of(objective: int, bound: int | None) -> float | None:
    """Which share of an objective may be too much, 0 to 1, where nothing is less than the bound; None without one."""
    if bound is None:
        return None
    return max(0, objective - bound) / objective if objective else 0.0


class Proposal(Struct, frozen=True):
    """A plan offered to the planner, made at `plan_version`; in lists without its `lines`.

    `saved` lines were late and are in time again by what was promised, `promises_moved` are told another date, and
    `moved_in_time` are expected at another time within their promises.

    `before` and `after` compare that plan with the proposed one. `moved` operations leave their order on a machine, or
    the machine; `shifted` start at another time; `distance_s` is by how many seconds in all. `objective` is the cost
    that was made small (weighted seconds late), `bound` what no plan in these ways can be better than (None: no
    bound). `uncapped` is the objective of the same search without the `cap` (None: there was none).
    """

    id: str
    kind: ProposalKind
    plan_version: int
    made_at: datetime
    made_by: str
    before: PlanFigures
    after: PlanFigures
    saved: int
    promises_moved: int
    moved_in_time: int
    moved: int
    shifted: int
    distance_s: int
    objective: int
    bound: int | None
    seconds: float
    hours: tuple[ExtraHours, ...] = ()
    outside: tuple[OutsideWork, ...] = ()
    cap: Cap | None = None
    uncapped: int | None = None
    from_before: FromBefore | None = None
    """None: no plan before a disruption is kept."""
    lines: tuple[ProposedLine, ...] = ()
    reason: str = ""
    state: ProposalState = ProposalState.OPEN
    decided_at: datetime | None = None
    decided_by: str = ""
    version: int = 1

    @property
    def gap(self) -> float | None:
        """Which share of the objective may be too much, 0 to 1; None: no bound is known."""
        return gap_of(self.objective, self.bound)

    @property
    def etag(self) -> str:
        """Opaque version tag."""
        return f"{self.id}:{self.version}"
