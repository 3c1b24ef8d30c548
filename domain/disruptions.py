"""What breaks a plan: working time that is lost or won, material that is late or lost, pieces of orders scrapped."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct

from domain.checks import check_id, check_range, check_utc
from domain.errors import InvalidInput, Violation
from domain.items import QUANTITY_MAX
from domain.plant import Plant
from domain.resources import Resource, ResourceKind
from domain.supply import Receipt
from domain.values import replace

TEXT_MAX = 1000
SOURCE_MAX = 128
LINE_MAX = 1_000_000


class DisruptionKind(StrEnum):
    """What happened."""

    MACHINE_DOWN = "machine_down"
    MOULD_IN_REPAIR = "mould_in_repair"
    CREW_ABSENT = "crew_absent"
    """A crew or setter crew is away as a whole."""
    SHIFT_CANCELLED = "shift_cancelled"
    """Hours of a calendar, or of one resource, that are not worked."""
    SHIFT_ADDED = "shift_added"
    """Hours that are worked in addition."""
    MATERIAL_LATE = "material_late"
    """A receipt that comes no earlier than the end."""
    MATERIAL_SHORT = "material_short"
    """Less of a receipt comes, or less is in stock, than was told."""
    MATERIAL_REJECTED = "material_rejected"
    """Some of a receipt or of the stock failed its inspection."""
    SUPPLIER_STOPPED = "supplier_stopped"
    """Nothing of an item, or of the items of a family, is ordered from suppliers or brought by them."""
    CARRIER_STOPPED = "carrier_stopped"
    """A carrier collects nothing, for one region or for all."""
    CAVITIES_OUT = "cavities_out"
    """Some cavities of a mould are out of service: what has not been made takes more shots."""
    SCRAPPED = "scrapped"
    """Pieces that were made for a line of an order are scrap: they are planned once more."""
    CUSTOMER_CHANGE = "customer_change"
    """The customer wants another quantity or date, or gives up lines or all of the order."""


class DisruptionState(StrEnum):
    """Whether anybody still waits for its end."""

    OPEN = "open"
    CLOSED = "closed"


LOSSES = frozenset({DisruptionKind.MATERIAL_SHORT, DisruptionKind.MATERIAL_REJECTED})
"""Quantities that are not there."""
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""When a quantity comes again of which nobody says that it will."""
ORDERS = frozenset({DisruptionKind.SCRAPPED, DisruptionKind.CUSTOMER_CHANGE})
"""Happened to an order; they have no end of their own, but somebody may close them."""
COUNTED = LOSSES | {DisruptionKind.CAVITIES_OUT, DisruptionKind.SCRAPPED}
"""Told with a quantity."""
DOWN = frozenset({DisruptionKind.MACHINE_DOWN, DisruptionKind.MOULD_IN_REPAIR, DisruptionKind.CREW_ABSENT})
"""Nothing is done on the subject."""
SHIFTS = frozenset({DisruptionKind.SHIFT_CANCELLED, DisruptionKind.SHIFT_ADDED})
_RESOURCES = {
    DisruptionKind.MACHINE_DOWN: (ResourceKind.MACHINE, ResourceKind.LINE, ResourceKind.OUTSIDE),
    DisruptionKind.CREW_ABSENT: (ResourceKind.CREW, ResourceKind.SETTER),
}


class Disruption(Struct, frozen=True):
    """Working time that is lost, or won, from `start` to `end`, or material that comes no earlier than `end`.

    Of material that is lost `quantity` is, from `start` on, and comes again at the end, if anybody says that it will;
    closed, it is there after all, or the books know by then. Of cavities `quantity` are out until it is closed.

    `version` rises with every change.

    `end` None: nobody knows; the plan then counts with `expected_end`, which moves on when it passes unheard.
    Closed, `end` is when it was over in fact: equal to `start` for what never came. `source` is who or what said
    so (`MES`, `phone`), `reported_by` the caller that brought it. `region` is the only one that a carrier stands still
    for; empty: all.

    Of scrap `subject_id` is the order, `line_no` its line, `operation_id` where the pieces were lost, and
    `operation_key` the key of that one in the plan. Of a customer's change `quantity` and `wanted` are what he wants
    now of the line (0: of all lines), by when (0 and None: as it was), `withdrawn` that he wants it no longer.
    """

    id: str
    kind: DisruptionKind
    subject_id: str
    start: datetime
    end: datetime | None
    reported_at: datetime
    expected_end: datetime | None = None
    source: str = ""
    reason: str = ""
    reported_by: str = ""
    state: DisruptionState = DisruptionState.OPEN
    version: int = 1
    quantity: int = 0
    region: str = ""
    line_no: int = 0
    operation_id: str = ""
    operation_key: int = 0
    wanted: datetime | None = None
    withdrawn: bool = False

    def __post_init__(self) -> None:
        check_id("disruption_id", self.id)
        check_id("subject_id", self.subject_id)
        check_text("source", self.source, SOURCE_MAX)
        check_text("reason", self.reason, TEXT_MAX)
        times = {
            "start_time": self.start, "end_time": self.end, "expected_end_time": self.expected_end,
            "requested_time": self.wanted,
        }  # fmt: skip
        for name, value in times.items():
            if value is not None:
                check_utc(name, value)
        name = "end_time" if self.end is not None else "expected_end_time"
        changed = self.kind is DisruptionKind.CUSTOMER_CHANGE
        counted = (1, QUANTITY_MAX) if self.kind in COUNTED else (0, QUANTITY_MAX if changed else 0)
        check_range("quantity", self.quantity, *counted)
        if self.region and self.kind is not DisruptionKind.CARRIER_STOPPED:
            raise InvalidInput.one("region", "is given", "empty but for carriers")
        self._check_of_order()
        until = times[name]
        if until is None and self.kind in LOSSES | ORDERS and self.state is DisruptionState.OPEN:
            return
        if until is None:
            raise InvalidInput.one(name, "is missing", "a time after start_time, while the end is unknown")
        never = self.state is DisruptionState.CLOSED and until == self.start
        if until <= self.start and not never:
            raise InvalidInput.one(
                name, f"{until.isoformat()} is not after start_time", f"after {self.start.isoformat()}"
            )
        if self.end is None and (self.kind is DisruptionKind.SHIFT_ADDED or self.state is DisruptionState.CLOSED):
            raise InvalidInput.one("end_time", "is missing", "until when the hours are worked")

    def _check_of_order(self) -> None:
        if self.kind in ORDERS:
            changed = self.kind is DisruptionKind.CUSTOMER_CHANGE
            check_range("line_no", self.line_no, 0 if changed else 1, LINE_MAX)
            if changed:
                self._check_wish()
            if self.state is DisruptionState.OPEN and (self.end or self.expected_end):
                name = "end_time" if self.end is not None else "expected_end_time"
                raise InvalidInput.one(name, "is given", "empty: the plan tells when the line is there")
        elif self.line_no or self.operation_id:
            name = "line_no" if self.line_no else "operation_id"
            raise InvalidInput.one(name, "is given", "empty but for what happens to orders")
        if self.operation_id:
            check_id("operation_id", self.operation_id)
        if (self.wanted or self.withdrawn) and self.kind is not DisruptionKind.CUSTOMER_CHANGE:
            name = "requested_time" if self.wanted else "withdrawn"
            raise InvalidInput.one(name, "is given", "empty but for a customer's change")

    def _check_wish(self) -> None:
        """A customer wants something else, or nothing any more."""
        if self.operation_id:
            raise InvalidInput.one("operation_id", "is given", "empty but for what is scrapped")
        if not (self.quantity or self.wanted or self.withdrawn):
            raise InvalidInput.one("quantity", "is missing", "a quantity, requested_time, or withdrawn")
        if self.withdrawn and (self.quantity or self.wanted):
            raise InvalidInput.one("withdrawn", "is given beside what is wanted", "one of the two")

    @property
    def until(self) -> datetime:
        """Until when the plan counts with it."""
        return self.end or self.expected_end or NEVER

    def over(self, ended: datetime) -> Disruption:
        """The same, closed at a time."""
        return replace(self, end=ended, expected_end=None, state=DisruptionState.CLOSED, version=self.version + 1)

    @property
    def etag(self) -> str:
        """Opaque version tag."""
        return f"{self.id}:{self.version}"


def check_text(field: str, text: str, most: int) -> None:
    """Texts of people are printable, over several lines if need be."""
    if len(text) > most or not text.replace("\n", " ").isprintable():
        raise InvalidInput.one(field, f"is no {field}", f"0 to {most} printable characters")


def kind_of(subject_id: str, plant: Plant) -> DisruptionKind:
    """What it must be that happened to a resource, mould, receipt or carrier. Raises InvalidInput for others."""
    resource = plant.resource_by_id.get(subject_id)
    if resource is not None:
        crew = resource.kind in _RESOURCES[DisruptionKind.CREW_ABSENT]
        return DisruptionKind.CREW_ABSENT if crew else DisruptionKind.MACHINE_DOWN
    if subject_id in plant.mould_by_id:
        return DisruptionKind.MOULD_IN_REPAIR
    if receipt_of(subject_id, plant) is not None:
        return DisruptionKind.MATERIAL_LATE
    if subject_id in plant.carrier_by_id:
        return DisruptionKind.CARRIER_STOPPED
    problem = f"no resource, mould, receipt or carrier {subject_id!r}"
    raise InvalidInput.one("subject_id", problem, "the id of a resource, mould, receipt or carrier")


def receipt_of(subject_id: str, plant: Plant) -> Receipt | None:
    """The receipt of an id; None: there is none."""
    return next((receipt for receipt in plant.receipts if receipt.id == subject_id), None)


def check_subject(disruption: Disruption, plant: Plant) -> None:
    """Raise InvalidInput when the plant has no such thing that this could happen to."""
    kind, subject_id = disruption.kind, disruption.subject_id
    if kind in ORDERS:
        # Orders are none of the plant.
        return
    if kind in SHIFTS:
        if not following(subject_id, plant):
            problem = f"no calendar or resource {subject_id!r} that anything works by"
            raise InvalidInput.one("subject_id", problem, "a calendar, or a resource or mould with one")
    elif kind is DisruptionKind.MOULD_IN_REPAIR:
        if subject_id not in plant.mould_by_id:
            raise InvalidInput.one("subject_id", f"no mould {subject_id!r}", "the id of a mould")
    elif kind is DisruptionKind.MATERIAL_LATE:
        if receipt_of(subject_id, plant) is None:
            raise InvalidInput.one("subject_id", f"no receipt {subject_id!r}", "the id of a receipt that is to come")
    elif kind is DisruptionKind.CAVITIES_OUT:
        mould = plant.mould_by_id.get(subject_id)
        if mould is None:
            raise InvalidInput.one("subject_id", f"no mould {subject_id!r}", "the id of a mould")
        if mould.cavities == 1:
            raise InvalidInput.one("subject_id", f"{subject_id!r} has one cavity", "report the mould in repair")
        check_range("quantity", disruption.quantity, 1, mould.cavities - 1)
    elif kind is DisruptionKind.SUPPLIER_STOPPED:
        if not items_of_supplier(subject_id, plant):
            raise InvalidInput.one("subject_id", f"no item or family {subject_id!r}", "an item, or a family of items")
    elif kind is DisruptionKind.CARRIER_STOPPED:
        if subject_id not in plant.carrier_by_id:
            raise InvalidInput.one("subject_id", f"no carrier {subject_id!r}", "the id of a carrier")
        wrong = list(plant.carrier_violations(disruption.region, subject_id)) if disruption.region else []
        if wrong:
            raise InvalidInput([Violation("region", each.problem, each.allowed) for each in wrong])
    elif kind in LOSSES:
        if receipt_of(subject_id, plant) is None and subject_id not in plant.item_by_id:
            problem = f"no receipt or item {subject_id!r}"
            raise InvalidInput.one("subject_id", problem, "the id of a receipt that is to come, or of an item in stock")
    else:
        kinds = _RESOURCES[kind]
        resource = plant.resource_by_id.get(subject_id)
        if resource is None or resource.kind not in kinds:
            names = " or ".join(kind.value for kind in kinds)
            raise InvalidInput.one("subject_id", f"no {names} {subject_id!r}", f"the id of a {names}")


def items_of_supplier(subject_id: str, plant: Plant) -> list[str]:
    """Items that are meant by the id of one, or else by a family."""
    if subject_id in plant.item_by_id:
        return [subject_id]
    return [item.id for item in plant.items if item.family == subject_id]


def following(subject_id: str, plant: Plant) -> list[str]:
    """Resources and moulds whose shifts are meant: those by a calendar of this name, else the one so called."""
    rows: list[Resource] = [*plant.resources, *plant.moulds]  # type: ignore[list-item]
    if subject_id in plant.calendar_by_id:
        return [row.id for row in rows if row.calendar_id == subject_id]
    return [row.id for row in rows if row.id == subject_id and row.calendar_id]
