"""Machines, lines, crews and setter crews; moulds; changeovers between what they do."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.checks import check_duration, check_id, check_range
from domain.errors import InvalidInput


class ResourceKind(StrEnum):
    """What a resource is; only a setter crew does changeovers.

    Work goes outside, to another firm, where nothing else can do it or a planner or customer takes what it costs.
    """

    MACHINE = "machine"
    LINE = "line"
    CREW = "crew"
    SETTER = "setter"
    OUTSIDE = "outside"


class Resource(Struct, frozen=True):
    """A machine, line or crew, or another firm that works for the plant.

    `capacity` n means n interchangeable units, each with its own sequence and none with changeovers.
    `changeover_class` names the matrix and the setter; empty means no changeovers.
    `colour` and `material` are the state the machine stands in before its first operation (empty: unknown, no
    changeover before the first one). Before `available_from` and from `available_until` on there is no work.
    """

    id: str
    kind: ResourceKind = ResourceKind.MACHINE
    name: str = ""
    work_centre: str = ""
    capacity: int = 1
    calendar_id: str = ""
    changeover_class: str = ""
    available_from: datetime | None = None
    available_until: datetime | None = None
    colour: str = ""
    material: str = ""
    hour_cost_fen: int = 0
    overtime_hour_cost_fen: int = 0

    def __post_init__(self) -> None:
        check_id("resource", self.id)
        check_range("capacity", self.capacity, 1, 64)
        if self.capacity > 1 and self.changeover_class:
            raise InvalidInput.one("changeover_class", "a resource of capacity > 1 has no changeovers", "empty")


class Mould(Struct, frozen=True):
    """A tool that fits several machines and is used by one at a time.

    `cycle` is the time per shot; `cavities` are those in service; pieces per shot = cavities.
    Maintenance of `maintenance` working time is due every `maintenance_shots` shots (0: never), counted from
    `shots` at import. `mounted_on` is the machine it hangs in at import (empty: in storage).
    """

    id: str
    fits: tuple[str, ...]
    cavities: int
    cycle: timedelta
    name: str = ""
    calendar_id: str = ""
    maintenance_shots: int = 0
    maintenance: timedelta = timedelta(0)
    shots: int = 0
    mounted_on: str = ""

    def __post_init__(self) -> None:
        check_id("mould", self.id)
        check_range("cavities", self.cavities, 1, 1024)
        check_duration("cycle", self.cycle, timedelta(hours=24))
        check_duration("maintenance", self.maintenance, timedelta(days=365))
        check_range("maintenance_shots", self.maintenance_shots, 0, 10**9)
        check_range("shots", self.shots, 0, self.maintenance_shots or 10**9)


class ChangeoverPart(StrEnum):
    """The parts of a changeover; each has its own matrix rows."""

    MOUNT = "mount"
    """Mounting the mould named by `to_group`."""
    DISMOUNT = "dismount"
    """Dismounting the mould named by `from_group`; needs machine and setter, frees the mould."""
    COLOUR = "colour"
    MATERIAL = "material"


ANY_GROUP = "*"


class ChangeoverRow(Struct, frozen=True):
    """Time from one group to another in one part; `*` matches any group; the most exact row wins."""

    part: ChangeoverPart
    from_group: str
    to_group: str
    duration: timedelta

    def __post_init__(self) -> None:
        check_duration("duration", self.duration, timedelta(days=30))


class Combine(StrEnum):
    """How the parts of one changeover add up."""

    SUM = "sum"
    MAX = "max"


class ChangeoverClass(Struct, frozen=True):
    """Changeover matrix of a class of resources, by part, and the setter crew that does it (empty: nobody)."""

    id: str
    setter_id: str = ""
    combine: Combine = Combine.SUM
    rows: tuple[ChangeoverRow, ...] = ()

    def __post_init__(self) -> None:
        check_id("changeover class", self.id)

    def duration(self, part: ChangeoverPart, from_group: str, to_group: str) -> timedelta:
        """Time of one part; zero when both groups are equal in colour or material, or when no row matches.

        Among matching rows the most exact wins: both groups named, then only `to`, then only `from`, then `*
        *`.
        """
        if part in (ChangeoverPart.COLOUR, ChangeoverPart.MATERIAL) and from_group == to_group:
            return timedelta(0)
        best, found = -1, timedelta(0)
        for row in self.rows:
            if row.part is not part or row.from_group not in (ANY_GROUP, from_group):
                continue
            if row.to_group not in (ANY_GROUP, to_group):
                continue
            exact = 2 * (row.to_group != ANY_GROUP) + (row.from_group != ANY_GROUP)
            if exact > best:
                best, found = exact, row.duration
        return found
