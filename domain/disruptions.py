"""What breaks a plan: working time that is lost (down, in repair, absent, shifts) or won, material that is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.calendars import Calendar, Downtime, ShiftChange
from domain.checks import check_id, check_utc
from domain.errors import InvalidInput
from domain.plant import Plant
from domain.resources import Resource, ResourceKind
from domain.supply import Receipt

TEXT_MAX = 1000
SOURCE_MAX = 128


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


class DisruptionState(StrEnum):
    """Whether anybody still waits for its end."""

    OPEN = "open"
    CLOSED = "closed"


SHIFTS = frozenset({DisruptionKind.SHIFT_CANCELLED, DisruptionKind.SHIFT_ADDED})
_RESOURCES = {
    DisruptionKind.MACHINE_DOWN: (ResourceKind.MACHINE, ResourceKind.LINE),
    DisruptionKind.CREW_ABSENT: (ResourceKind.CREW, ResourceKind.SETTER),
}


@dataclass(frozen=True, slots=True)
class Disruption:
    """Working time that is lost, or won, from `start` to `end`, or material that comes no earlier than `end`.

    `version` rises with every change.

    `end` None: nobody knows; the plan then counts with `expected_end`, which moves on when it passes unheard.
    Closed, `end` is when it was over in fact: equal to `start` for what never came. `source` is who or what said
    so (`MES`, `phone`), `reported_by` the caller that brought it.
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

    def __post_init__(self) -> None:
        check_id("disruption_id", self.id)
        check_id("subject_id", self.subject_id)
        check_text("source", self.source, SOURCE_MAX)
        check_text("reason", self.reason, TEXT_MAX)
        times = {"start_time": self.start, "end_time": self.end, "expected_end_time": self.expected_end}
        for name, value in times.items():
            if value is not None:
                check_utc(name, value)
        name = "end_time" if self.end is not None else "expected_end_time"
        until = times[name]
        if until is None:
            raise InvalidInput.one(name, "is missing", "a time after start_time, while the end is unknown")
        never = self.state is DisruptionState.CLOSED and until == self.start
        if until <= self.start and not never:
            raise InvalidInput.one(
                name, f"{until.isoformat()} is not after start_time", f"after {self.start.isoformat()}"
            )
        if self.end is None and (self.kind is DisruptionKind.SHIFT_ADDED or self.state is DisruptionState.CLOSED):
            raise InvalidInput.one("end_time", "is missing", "until when the hours are worked")

    @property
    def until(self) -> datetime:
        """Until when the plan counts with it."""
        until = self.end or self.expected_end
        assert until is not None
        return until

    @property
    def etag(self) -> str:
        """Opaque version tag."""
        return f"{self.id}:{self.version}"


def check_text(field: str, text: str, most: int) -> None:
    """Texts of people are printable, over several lines if need be."""
    if len(text) > most or not text.replace("\n", " ").isprintable():
        raise InvalidInput.one(field, f"is no {field}", f"0 to {most} printable characters")


def kind_of(subject_id: str, plant: Plant) -> DisruptionKind:
    """What it must be that happened to a resource, mould or receipt. Raises InvalidInput for an unknown one."""
    resource = plant.resource_by_id.get(subject_id)
    if resource is not None:
        crew = resource.kind in _RESOURCES[DisruptionKind.CREW_ABSENT]
        return DisruptionKind.CREW_ABSENT if crew else DisruptionKind.MACHINE_DOWN
    if subject_id in plant.mould_by_id:
        return DisruptionKind.MOULD_IN_REPAIR
    if receipt_of(subject_id, plant) is not None:
        return DisruptionKind.MATERIAL_LATE
    problem = f"no resource, mould or receipt {subject_id!r}"
    raise InvalidInput.one("subject_id", problem, "the id of a resource, mould or receipt")


def receipt_of(subject_id: str, plant: Plant) -> Receipt | None:
    """The receipt of an id; None: there is none."""
    return next((receipt for receipt in plant.receipts if receipt.id == subject_id), None)


def check_subject(disruption: Disruption, plant: Plant) -> None:
    """Raise InvalidInput when the plant has no such thing that this could happen to."""
    kind, subject_id = disruption.kind, disruption.subject_id
    if kind in SHIFTS:
        if not _following(subject_id, plant):
            problem = f"no calendar or resource {subject_id!r} that anything works by"
            raise InvalidInput.one("subject_id", problem, "a calendar, or a resource or mould with one")
    elif kind is DisruptionKind.MOULD_IN_REPAIR:
        if subject_id not in plant.mould_by_id:
            raise InvalidInput.one("subject_id", f"no mould {subject_id!r}", "the id of a mould")
    elif kind is DisruptionKind.MATERIAL_LATE:
        if receipt_of(subject_id, plant) is None:
            raise InvalidInput.one("subject_id", f"no receipt {subject_id!r}", "the id of a receipt that is to come")
    else:
        kinds = _RESOURCES[kind]
        resource = plant.resource_by_id.get(subject_id)
        if resource is None or resource.kind not in kinds:
            names = " or ".join(kind.value for kind in kinds)
            raise InvalidInput.one("subject_id", f"no {names} {subject_id!r}", f"the id of a {names}")


def touched(disruption: Disruption, plant: Plant) -> frozenset[str]:
    """Resources and moulds whose working time it changes, or the receipt that it makes wait for."""
    if disruption.kind in SHIFTS:
        return frozenset(_following(disruption.subject_id, plant))
    return frozenset({disruption.subject_id})


def in_force(plant: Plant, disruptions: Iterable[Disruption]) -> Plant:
    """The plant with these disruptions over what was imported, in their order.

    What happened to something that the plant hasn't any more is left out, and so is what never came.
    """
    came = [disruption for disruption in disruptions if disruption.until > disruption.start]
    receipts = receipts_in_force(plant.receipts, came)
    if receipts is not plant.receipts:
        plant = plant.with_supply(receipts=receipts)
    down: list[Downtime] = []
    shifts: dict[str, list[Disruption]] = {}
    for each in came:
        if each.kind in SHIFTS:
            for name in _following(each.subject_id, plant):
                shifts.setdefault(name, []).append(each)
        elif each.subject_id in plant.resource_by_id or each.subject_id in plant.mould_by_id:
            reason = f"{each.id}: {each.reason}" if each.reason else each.id
            down.append(Downtime(each.subject_id, each.start, each.until, reason, planned=False))
    if not down and not shifts:
        return plant
    calendars = _Calendars(plant, shifts)
    resources = tuple(replace(row, calendar_id=calendars.of(row.id, row.calendar_id)) for row in plant.resources)
    moulds = tuple(replace(row, calendar_id=calendars.of(row.id, row.calendar_id)) for row in plant.moulds)
    return replace(
        plant, calendars=(*plant.calendars, *calendars.made), resources=resources, moulds=moulds,
        downtimes=(*plant.downtimes, *down),
    )  # fmt: skip


def receipts_in_force(receipts: tuple[Receipt, ...], disruptions: Iterable[Disruption]) -> tuple[Receipt, ...]:
    """Receipts as they come by these disruptions: no earlier than what makes them late ends. The same if none is."""
    late: dict[str, datetime] = {}
    for each in disruptions:
        if each.kind is DisruptionKind.MATERIAL_LATE and each.until > each.start:
            late[each.subject_id] = max(each.until, late.get(each.subject_id, each.until))
    if not any(receipt.id in late and receipt.time < late[receipt.id] for receipt in receipts):
        return receipts
    return tuple(replace(row, time=max(row.time, late.get(row.id, row.time))) for row in receipts)


def items_of(before: Plant, after: Plant) -> frozenset[str]:
    """Items of which receipts come at another time than before, in plants with the same receipts."""
    if before.receipts is after.receipts:
        return frozenset()
    times = {receipt.id: receipt.time for receipt in before.receipts}
    return frozenset(row.item_id for row in after.receipts if row.time != times.get(row.id, row.time))


def _following(subject_id: str, plant: Plant) -> list[str]:
    """Resources and moulds whose shifts are meant: those by a calendar of this name, else the one so called."""
    rows: list[Resource] = [*plant.resources, *plant.moulds]  # type: ignore[list-item]
    if subject_id in plant.calendar_by_id:
        return [row.id for row in rows if row.calendar_id == subject_id]
    return [row.id for row in rows if row.id == subject_id and row.calendar_id]


class _Calendars:
    """Calendars with changed shifts: one for all that had the same one and have the same changes.

    New ones and not the old ones changed: carriers may go by the same calendar, and they drive as ever.
    """

    def __init__(self, plant: Plant, shifts: dict[str, list[Disruption]]) -> None:
        self._plant = plant
        self._shifts = shifts
        self._names: dict[tuple[str, ...], str] = {}
        self.made: list[Calendar] = []

    def of(self, name: str, calendar_id: str) -> str:
        """The calendar that a resource or mould works by."""
        shifts = self._shifts.get(name)
        if not shifts:
            return calendar_id
        key = (calendar_id, *(each.id for each in shifts))
        if key not in self._names:
            number = len(self.made) + 1
            while f"~{number}" in self._plant.calendar_by_id:
                number += 1_000_000
            self._names[key] = f"~{number}"
            changes = (
                ShiftChange(each.start, each.until, worked=each.kind is DisruptionKind.SHIFT_ADDED) for each in shifts
            )
            standing = self._plant.calendar_by_id[calendar_id]
            self.made.append(replace(standing, id=f"~{number}", changes=(*standing.changes, *changes)))
        return self._names[key]
