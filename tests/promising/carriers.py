"""The moulding shop with carriers to the north, and orders that go there."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.items import Item, Sourcing
from domain.orders import Order, OrderLine, ShipMode
from domain.plant import Plant
from domain.promises import LinePromise, Promise, ReasonKind
from domain.supply import OnHand
from domain.trade import Carrier, Customer
from domain.values import replace
from tests.promising.desks import MONDAY, shop

WEEK = frozenset(range(5))
HOUR = timedelta(hours=1)
SEA = Carrier("sea", "north", timedelta(days=1), time(16), WEEK)
"""Collects on weekdays at 16:00 and delivers a day later."""
AIR = Carrier("air", "north", 12 * HOUR, time(9), WEEK)
"""Collects on weekdays at 9:00 and delivers in the evening."""


def local(text: str) -> datetime:
    """A wall clock in the shop: `2026-03-02 08:00`, the Monday on which every test begins."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def shop_with(*carriers: Carrier, **settings: object) -> Plant:
    """300 jars in stock, packed in an hour; ACME is in the north, BETA nowhere that a carrier goes."""
    plant = shop()
    return replace(
        plant,
        settings=replace(plant.settings, **settings),
        items=(*plant.items, Item("jar", sourcing=Sourcing.STOCK, shipping=HOUR)),
        on_hand=(OnHand("jar", 300, MONDAY),),
        customers=(Customer("ACME", region="north"), Customer("BETA")),
        carriers=carriers or (SEA,),
    )


def order(
    order_id: str = "SO-1", *asked: tuple[str, int, str], ship: ShipMode = ShipMode.BY_LINE, **changes: str
) -> Order:
    """Lines of item, quantity and requested time; by default 240 caps, two hours of work, by Tuesday 16:00."""
    asked = asked or (("cap", 240, "2026-03-03 16:00"),)
    lines = tuple(OrderLine(n, item, quantity, local(by)) for n, (item, quantity, by) in enumerate(asked, 1))
    return Order(order_id, changes.pop("customer_id", "ACME"), lines, ship=ship, **changes)


def way(line: LinePromise) -> list[tuple[ReasonKind, float, str]]:
    """The reasons of a line behind its work: kind, hours, carrier."""
    behind = (
        ReasonKind.SHIPPING, ReasonKind.TOGETHER, ReasonKind.CUT_OFF, ReasonKind.BUFFER, ReasonKind.ROUNDING,
        ReasonKind.NOT_EARLIER,
    )  # fmt: skip
    return [(r.kind, r.duration / HOUR, r.subject) for r in line.reasons if r.kind in behind]


def adds_up(promise: Promise) -> bool:
    """The reasons of every line last from its decision to its promise, to the second."""
    return all(
        (line.decided_at or promise.decided_at) + sum((r.duration for r in line.reasons), timedelta(0))
        == line.promised_time
        for line in promise.lines
    )
