"""A small shop that has a little of everything that a desk plans."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from domain.calendars import Calendar, Shift
from domain.items import BomRow, Item, Mode, Pause, Routing, RoutingLink, RoutingOperation, Sourcing, Substitute, Use
from domain.plant import ClockMode, Plant, PlantSettings
from domain.resources import ChangeoverClass, ChangeoverPart, ChangeoverRow, Mould, Resource, ResourceKind
from domain.supply import OnHand, Receipt
from domain.trade import Carrier, Customer

MONDAY = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""Monday 8:00 in the shop, when every life begins."""
MADE = ("cap", "lid", "box", "set")
STOCKED = ("cap", "jar", "screw")
SUBJECTS = ("M1", "M2", "TABLE", "CAP", "LID", "SETTER", "PACKERS")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def shop() -> Plant:
    """Two presses, two moulds of which one is maintained by shots, a setter by day, two tables, goods in and out."""
    workdays = frozenset(range(5))
    day = Calendar("day", (Shift(workdays, time(8), time(12)), Shift(workdays, time(13), time(17))))
    long = Calendar("long", (Shift(workdays, time(8), time(20)),))
    change = (
        (ChangeoverPart.MOUNT, "*", "*", 60), (ChangeoverPart.DISMOUNT, "*", "*", 30),
        (ChangeoverPart.COLOUR, "*", "*", 20),
    )  # fmt: skip
    rows = tuple(ChangeoverRow(part, a, b, minutes * MINUTE) for part, a, b, minutes in change)

    def moulded(mould_id: str) -> RoutingOperation:
        modes = (
            Mode(f"on-{number}", f"M{number}", mould_id=mould_id, pause=Pause.SHIFT) for number in (1, 2)
        )  # fmt: skip
        return RoutingOperation("mould", modes=tuple(modes))

    def packed(name: str) -> RoutingOperation:
        by_hand = Mode("by-hand", "TABLE", crew_id="PACKERS", per_piece=timedelta(seconds=6))
        return RoutingOperation(name, modes=(by_hand,))

    return Plant(
        PlantSettings("world", zone="Asia/Shanghai", clock=ClockMode.MANUAL),
        calendars=(long, day),
        resources=(
            Resource("M1", calendar_id="long", changeover_class="press"),
            Resource("M2", calendar_id="long", changeover_class="press"),
            Resource("TABLE", ResourceKind.LINE, capacity=2, calendar_id="day"),
            Resource("PACKERS", ResourceKind.CREW, calendar_id="day"),
            Resource("SETTER", ResourceKind.SETTER, calendar_id="day"),
        ),
        moulds=(
            Mould("CAP", ("M1", "M2"), 2, MINUTE, mounted_on="M1"),
            Mould("LID", ("M1", "M2"), 2, MINUTE, maintenance_shots=600, maintenance=45 * MINUTE),
        ),
        changeovers=(ChangeoverClass("press", "SETTER", rows=rows),),
        items=(
            Item("cap", family="caps", routing_id="cap", colour="black"),
            Item("lid", family="lids", routing_id="lid", colour="white"),
            Item("box", family="boxes", routing_id="box", colour="white"),
            Item("set", family="sets", routing_id="set"),
            Item("jar", sourcing=Sourcing.STOCK),
            Item("screw", sourcing=Sourcing.BUY, buy_lead=2 * DAY),
        ),
        routings=(
            Routing("cap", (moulded("CAP"),)),
            Routing("lid", (moulded("LID"),)),
            Routing("box", (moulded("LID"), packed("pack")), (RoutingLink("mould", "pack", 30 * MINUTE),)),
            Routing("set", (packed("pack"),)),
        ),
        bom=(BomRow("set", "cap", 1_000_000), BomRow("set", "jar", 1_000_000), BomRow("set", "screw", 2_000_000)),
        on_hand=(OnHand("cap", 300, MONDAY), OnHand("jar", 900, MONDAY), OnHand("screw", 400, MONDAY)),
        receipts=(Receipt("R1", "jar", 500, MONDAY + 3 * DAY),),
        substitutes=(Substitute("screw", "jar", Use.MATERIAL, "set"),),
        customers=(Customer("ACME"), Customer("BETA")),
        carriers=(Carrier("truck", "north", DAY, time(15), frozenset(range(5))),),
    )
