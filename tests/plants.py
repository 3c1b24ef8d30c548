"""Tiny named plants, and plans on them written down by hand or timed by the checker's own re-timing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from domain.calendars import Calendar, Downtime, Holidays, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.plant import Plant, PlantSettings
from domain.resources import (
    ChangeoverClass,
    ChangeoverPart,
    ChangeoverRow,
    Combine,
    Mould,
    Resource,
    ResourceKind,
)
from domain.values import replace
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify import Times, retime

WORKDAYS = frozenset(range(5))
ALL_DAYS = frozenset(range(7))
MIDNIGHT = time(0)

ROUND = Calendar("round", (Shift(ALL_DAYS, MIDNIGHT, MIDNIGHT),))
DAY = Calendar("day", (Shift(WORKDAYS, time(8), time(12)), Shift(WORKDAYS, time(13), time(17))))
LONG = Calendar("long", (Shift(WORKDAYS, time(8), time(20)),))
CHINESE = replace(LONG, id="chinese", holidays=Holidays.CN)


def minutes(count: float) -> timedelta:
    """A short duration."""
    return timedelta(minutes=count)


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    """Unix seconds of a wall clock in the plant: `2026-03-02 08:00`, a Monday."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def span(text: str, zone: str = "Asia/Shanghai") -> tuple[int, int]:
    """`2026-03-02 08:00 / 09:30` or `2026-03-02 08:00 / 2026-03-03 09:30`, as Unix seconds."""
    first, last = text.split(" / ")
    return at(first, zone), at(last if " " in last else f"{first[:10]} {last}", zone)


def down(subject_id: str, text: str, zone: str = "Asia/Shanghai") -> Downtime:
    """A downtime of a resource or mould over a span as text."""
    start, end = (datetime.fromtimestamp(second, UTC) for second in span(text, zone))
    return Downtime(subject_id, start, end)


def moulding_shop(
    *,
    calendar: Calendar = LONG,
    pause: Pause = Pause.SHIFT,
    combine: Combine = Combine.SUM,
    zone: str = "Asia/Shanghai",
    downtimes: tuple[Downtime, ...] = (),
    min_chunk: timedelta = timedelta(0),
) -> Plant:
    """Machines M1 and M2, moulds CAP (hangs in M1) and LID (in storage), a setter by day, a packing crew.

    Each mould makes 2 pieces a minute. Mounting takes 60 minutes, dismounting 30, from black to white 40, any
    other colour 20. LID is maintained for 45 minutes every 600 shots. A box is moulded in LID, cools for two
    hours, and is then packed, with no pause.
    """
    change = (
        (ChangeoverPart.MOUNT, "*", "*", 60),
        (ChangeoverPart.DISMOUNT, "*", "*", 30),
        (ChangeoverPart.COLOUR, "*", "*", 20),
        (ChangeoverPart.COLOUR, "black", "white", 40),
    )
    rows = tuple(ChangeoverRow(part, a, b, minutes(count)) for part, a, b, count in change)

    def moulded(mould_id: str) -> RoutingOperation:
        modes = (
            Mode("on-1", "M1", mould_id=mould_id, pause=pause, min_chunk=min_chunk),
            Mode("on-2", "M2", mould_id=mould_id, pause=pause, min_chunk=min_chunk),
        )
        return RoutingOperation("mould", modes=modes)

    pack = Mode("by-hand", "TABLE", crew_id="PACKERS", per_piece=timedelta(seconds=6))
    return Plant(
        PlantSettings("shop", zone=zone),
        calendars=(calendar, DAY) if calendar != DAY else (DAY,),
        resources=(
            Resource("M1", calendar_id=calendar.id, changeover_class="press"),
            Resource("M2", calendar_id=calendar.id, changeover_class="press"),
            Resource("TABLE", ResourceKind.LINE, capacity=2, calendar_id=DAY.id),
            Resource("PACKERS", ResourceKind.CREW, capacity=1, calendar_id=DAY.id),
            Resource("SETTER", ResourceKind.SETTER, calendar_id=DAY.id),
        ),
        moulds=(
            Mould("CAP", ("M1", "M2"), 2, minutes(1), mounted_on="M1"),
            Mould("LID", ("M1", "M2"), 2, minutes(1), maintenance_shots=600, maintenance=minutes(45)),
        ),
        changeovers=(ChangeoverClass("press", "SETTER", combine, rows),),
        items=(
            Item("cap", family="caps", routing_id="cap", colour="black"),
            Item("cap-white", family="caps", routing_id="cap", colour="white"),
            Item("lid", family="lids", routing_id="lid", colour="black"),
            Item("lid-any", family="lids", routing_id="lid"),
            Item("box", family="boxes", routing_id="box", colour="white"),
        ),
        routings=(
            Routing("cap", (moulded("CAP"),)),
            Routing("lid", (moulded("LID"),)),
            Routing(
                "box",
                (
                    moulded("LID"),
                    RoutingOperation("cool", lag=minutes(90)),
                    RoutingOperation("pack", modes=(pack,)),
                ),
                (RoutingLink("mould", "cool", minutes(30)), RoutingLink("cool", "pack")),
            ),
        ),
        downtimes=downtimes,
    )


def job_shop(*, downtimes: tuple[Downtime, ...] = ()) -> Plant:
    """Saw, mill and oven: the oven works round the clock, the others on weekdays from 8 to 20.

    A shaft is sawn, milled (four working hours later at the earliest) and hardened (an hour after sawing at
    the earliest); a pin is sawn and milled without a pause. Two operators attend the saw and the milling of
    shafts, which goes on for an hour at least before a pause.
    """
    saw = Mode("saw", "SAW", crew_id="OPERATORS", fixed=minutes(10), per_piece=minutes(3), pause=Pause.DOWNTIME)
    mill = Mode("mill", "MILL", crew_id="OPERATORS", per_piece=minutes(6), pause=Pause.SHIFT, min_chunk=minutes(60))
    whole = Mode("mill", "MILL", per_piece=minutes(6))
    oven = Mode("oven", "OVEN", fixed=minutes(300))
    return Plant(
        PlantSettings("jobs"),
        calendars=(LONG, ROUND),
        resources=(
            Resource("SAW", calendar_id="long"),
            Resource("MILL", calendar_id="long"),
            Resource("OVEN", calendar_id="round", capacity=1),
            Resource("OPERATORS", ResourceKind.CREW, capacity=2, calendar_id="long"),
        ),
        items=(Item("shaft", routing_id="shaft"), Item("pin", routing_id="pin")),
        routings=(
            Routing(
                "shaft",
                (
                    RoutingOperation("saw", modes=(saw,)),
                    RoutingOperation("mill", modes=(mill,)),
                    RoutingOperation("harden", modes=(oven,)),
                ),
                (
                    RoutingLink("saw", "mill", minutes(240), working=True),
                    RoutingLink("saw", "harden", minutes(60)),
                    RoutingLink("mill", "harden"),
                ),
            ),
            Routing(
                "pin",
                (RoutingOperation("saw", modes=(saw,)), RoutingOperation("mill", modes=(whole,))),
                (RoutingLink("saw", "mill"),),
            ),
        ),
        downtimes=downtimes,
    )


def packing_line(*, downtimes: tuple[Downtime, ...] = ()) -> Plant:
    """Line L with three units and two crews: a crate takes one of each, a pallet two."""
    crate = Mode("crate", "L", crew_id="CREW", per_piece=minutes(1), pause=Pause.SHIFT)
    pallet = Mode("pallet", "L", 2, crew_id="CREW", crew_units=2, per_piece=minutes(5), pause=Pause.DOWNTIME)
    return Plant(
        PlantSettings("line"),
        calendars=(LONG,),
        resources=(
            Resource("L", ResourceKind.LINE, capacity=3, calendar_id="long"),
            Resource("CREW", ResourceKind.CREW, capacity=2, calendar_id="long"),
        ),
        items=(Item("crate", routing_id="crate"), Item("pallet", routing_id="pallet")),
        routings=tuple(
            Routing(name, (RoutingOperation("pack", modes=(mode,)),))
            for name, mode in (("crate", crate), ("pallet", pallet))
        ),
        downtimes=downtimes,
    )


def operation(
    plant: Plant,
    key: int,
    item_id: str,
    quantity: int,
    mode_id: str = "",
    *,
    operation_id: str = "",
    order_id: str = "",
    label: int | None = None,
    units: tuple[int, ...] | None = None,
    crew_units: tuple[int, ...] | None = None,
    not_before_s: int = 0,
    ready_s: int = 0,
    deadline_s: int | None = None,
    latest_s: int | None = None,
) -> PlacedOperation:
    """An operation of an order in its places, not timed yet; by default the first operation and mode."""
    routing = plant.routing_by_id[plant.item_by_id[item_id].routing_id]
    step = next(step for step in routing.operations if step.id == operation_id or not operation_id)
    mode = next(mode for mode in step.modes if mode.id == mode_id or not mode_id)
    resource = plant.resource_by_id[mode.resource_id]
    setter_id = ""
    if resource.changeover_class:
        setter_id = plant.changeover_by_id[resource.changeover_class].setter_id
    shots = mode.shots(quantity, plant.mould_by_id[mode.mould_id].cavities) if mode.mould_id else 0
    return PlacedOperation(
        key=key, order_id=order_id or f"SO-{key}", line_no=1, item_id=item_id, routing_id=routing.id,
        operation_id=step.id, mode_id=mode.id, quantity=quantity, resource_id=mode.resource_id,
        units=units or tuple(range(mode.resource_units)),
        mould_id=mode.mould_id, setter_id=setter_id, setter_unit=0 if setter_id else -1, crew_id=mode.crew_id,
        crew_units=crew_units or tuple(range(mode.crew_units if mode.crew_id else 0)),
        label=key if label is None else label, not_before_s=not_before_s, ready_s=ready_s,
        deadline_s=deadline_s, latest_s=latest_s, fixed=False, dismount=None, dismounted_mould="", fetch=None,
        fetched_from="", setup=None, start_s=0, end_s=0, maintenances=0, shots=shots,
        lot=crc32(order_id.encode()) if order_id else key,
    )  # fmt: skip


def at_times(x: PlacedOperation, times: Times) -> PlacedOperation:
    """The operation at these times."""
    return replace(
        x, dismount=times.dismount, dismounted_mould=times.dismounted_mould, fetch=times.fetch,
        fetched_from=times.fetched_from, setup=times.setup, start_s=times.start_s, end_s=times.end_s,
        maintenances=times.maintenances,
    )  # fmt: skip


def timed(plant: Plant, floor_s: int, operations: Iterable[PlacedOperation]) -> PlanSnapshot:
    """The plan of these operations in rank order, each as early as it can be from `floor_s` on."""
    ordered = tuple(sorted(operations, key=lambda x: (x.label, x.key)))
    times = retime(PlanSnapshot(plant, floor_s, floor_s, 1, ordered))
    return PlanSnapshot(plant, floor_s, floor_s, 1, tuple(at_times(x, times[x.key]) for x in ordered))


def changed(snapshot: PlanSnapshot, key: int, **fields: object) -> PlanSnapshot:
    """The plan with some fields of one operation replaced, and nothing re-timed."""
    operations = (replace(x, **fields) if x.key == key else x for x in snapshot.operations)
    return replace(snapshot, operations=tuple(operations))


@dataclass(frozen=True)
class Scenario:
    """A golden scenario: operations in rank order with their places, and the times that must come out."""

    plant: Plant
    floor_s: int
    operations: tuple[PlacedOperation, ...]
    expected: dict[int, Times]

    @property
    def snapshot(self) -> PlanSnapshot:
        """The plan at the expected times."""
        placed = (at_times(x, self.expected[x.key]) for x in self.operations)
        return PlanSnapshot(self.plant, self.floor_s, self.floor_s, 1, tuple(placed))


def run(text: str, zone: str = "Asia/Shanghai", maintenances: int = 0, **pieces: str) -> Times:
    """Expected times of a run with its pieces `dismount`, `fetch`, `setup`; the first two with ` of NAME`."""
    start_s, end_s = span(text, zone)
    found: dict[str, tuple[tuple[int, int], str]] = {}
    for name, piece in pieces.items():
        when, _, whose = piece.partition(" of ")
        found[name] = (span(when, zone), whose)
    dismount, off = found.get("dismount", (None, ""))
    fetch, origin = found.get("fetch", (None, ""))
    setup, _ = found.get("setup", (None, ""))
    return Times(dismount, off, fetch, origin, setup, start_s, end_s, maintenances)
