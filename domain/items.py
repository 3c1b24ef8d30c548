"""Items, their bills of material, and routings as graphs of operations with modes and lags."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from domain.checks import check_duration, check_id, check_range
from domain.errors import InvalidInput

QUANTITY_MAX = 10**9


class Sourcing(StrEnum):
    """Where an item comes from when there is none."""

    MAKE = "make"
    BUY = "buy"
    STOCK = "stock"


class Item(Struct, frozen=True):
    """A stock keeping unit.

    `colour` and `material` are its changeover groups; `shipping` is calendar time after the last operation
    (packing and transport) until carriers are planned.
    """

    id: str
    name: str = ""
    family: str = ""
    sourcing: Sourcing = Sourcing.MAKE
    routing_id: str = ""
    unit: str = "pcs"
    lot_minimum: int = 1
    lot_multiple: int = 1
    colour: str = ""
    material: str = ""
    price_fen: int = 0
    cost_fen: int = 0
    safety_stock: int = 0
    buy_lead: timedelta = timedelta(0)
    shipping: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        check_id("item", self.id)
        check_range("lot_minimum", self.lot_minimum, 1, QUANTITY_MAX)
        check_range("lot_multiple", self.lot_multiple, 1, QUANTITY_MAX)
        check_range("safety_stock", self.safety_stock, 0, QUANTITY_MAX)
        check_range("price_fen", self.price_fen, 0, 10**12)
        check_duration("shipping", self.shipping, timedelta(days=365))
        check_duration("buy_lead", self.buy_lead)
        if self.sourcing is Sourcing.MAKE and not self.routing_id:
            raise InvalidInput.one("routing", f"make item {self.id!r} has none", "the id of a routing")

    def lot(self, quantity: int) -> int:
        """Quantity made for a need of `quantity`: at least the minimum, a multiple of the multiple."""
        wanted = max(quantity, self.lot_minimum)
        return -(-wanted // self.lot_multiple) * self.lot_multiple


class BomRow(Struct, frozen=True):
    """`quantity` units of `component_id` (in millionths, so that 0.05 kg is exact) go into one `item_id`.

    They are needed when `operation_id` of its routing starts; empty: when the first operation does.
    """

    item_id: str
    component_id: str
    quantity_micro: int
    operation_id: str = ""


class Use(StrEnum):
    """What a substitute may stand in for."""

    MATERIAL = "material"
    """A component of a bill of material."""
    DELIVERY = "delivery"
    """The item that a customer ordered, where the order line allows it."""


class Substitute(Struct, frozen=True):
    """`quantity_micro` millionths of `substitute_id` may stand in for one `item_id`.

    Only in what `goes_into_id` is made of (material; empty: in everything), or only for one customer (delivery; empty:
    for all). Of several the lowest `rank` (1 to 9) goes first where they come at the same time.
    """

    item_id: str
    substitute_id: str
    use: Use
    goes_into_id: str = ""
    customer_id: str = ""
    quantity_micro: int = 1_000_000
    rank: int = 1

    def __post_init__(self) -> None:
        check_range("quantity_micro", self.quantity_micro, 1, QUANTITY_MAX)
        check_range("rank", self.rank, 1, 9)
        if self.item_id == self.substitute_id:
            raise InvalidInput.one("substitute_id", f"{self.item_id!r} is the item itself", "another item")
        if self.goes_into_id and self.use is not Use.MATERIAL:
            raise InvalidInput.one("goes_into_id", "goes with material only", "empty for delivery")
        if self.customer_id and self.use is not Use.DELIVERY:
            raise InvalidInput.one("customer_id", "goes with delivery only", "empty for material")

    def quantity(self, of_item: int) -> int:
        """How many stand in for a quantity of the item."""
        return -(-of_item * self.quantity_micro // 1_000_000)


class Pause(StrEnum):
    """Over what a run may pause."""

    NONE = "none"
    SHIFT = "shift"
    """Over off-shift time, never over downtime."""
    DOWNTIME = "downtime"
    """Over off-shift time and downtime."""


class Mode(Struct, frozen=True):
    """One way to do an operation.

    Run time = `fixed` + shots x mould cycle where a mould is named, else `fixed` + pieces x `per_piece`.
    Shots = ceil(quantity / (cavities x yield)); pieces = ceil(quantity / yield).
    `resource_units` of the resource and `crew_units` of the crew are held from start to end, through pauses.
    `min_chunk` is the shortest stretch worked before a pause.
    """

    id: str
    resource_id: str
    resource_units: int = 1
    mould_id: str = ""
    crew_id: str = ""
    crew_units: int = 1
    fixed: timedelta = timedelta(0)
    per_piece: timedelta = timedelta(0)
    yield_rate: Decimal = Decimal(1)
    pause: Pause = Pause.NONE
    min_chunk: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        check_id("mode", self.id)
        check_id("resource", self.resource_id)
        check_duration("fixed", self.fixed)
        check_duration("per_piece", self.per_piece, timedelta(days=30))
        check_duration("min_chunk", self.min_chunk, timedelta(days=1))
        check_range("resource_units", self.resource_units, 1, 4)
        check_range("crew_units", self.crew_units, 1, 4)
        if not 0 < self.yield_rate <= 1:
            raise InvalidInput.one("yield", f"{self.yield_rate} is out of range", "above 0, at most 1")

    def pieces(self, quantity: int) -> int:
        """Pieces to start so that `quantity` good ones come out."""
        return self._rounded_up(quantity, 1)

    def shots(self, quantity: int, cavities: int) -> int:
        """Shots of a mould with `cavities` in service for `quantity` good pieces."""
        return self._rounded_up(quantity, cavities)

    def _rounded_up(self, quantity: int, each: int) -> int:
        # In whole numbers: the division of decimals rounds towards zero, and not to the next lower one.
        numerator, denominator = self.yield_rate.as_integer_ratio()
        return -(-quantity * denominator // (numerator * each))


class RoutingOperation(Struct, frozen=True):
    """A step of a routing: one of several modes, or, without modes, a plain lag of `lag` calendar time."""

    id: str
    name: str = ""
    modes: tuple[Mode, ...] = ()
    lag: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        check_id("operation", self.id)
        check_duration("lag", self.lag)


class RoutingLink(Struct, frozen=True):
    """`to_id` starts at least `lag` after `from_id` ends.

    With `working` the lag is counted in working time of the next operation's calendar.
    """

    from_id: str
    to_id: str
    lag: timedelta = timedelta(0)
    working: bool = False

    def __post_init__(self) -> None:
        check_duration("lag", self.lag)


class Routing(Struct, frozen=True):
    """A directed acyclic graph of operations, kept in topological order."""

    id: str
    operations: tuple[RoutingOperation, ...]
    links: tuple[RoutingLink, ...] = ()

    def __post_init__(self) -> None:
        check_id("routing", self.id)
        if not self.operations:
            raise InvalidInput.one("operations", f"routing {self.id!r} has none", "at least one")
        place = {operation.id: index for index, operation in enumerate(self.operations)}
        if len(place) != len(self.operations):
            raise InvalidInput.one("operation", f"routing {self.id!r} names an operation twice", "unique ids")
        for link in self.links:
            if link.from_id not in place or link.to_id not in place:
                raise InvalidInput.one("link", f"{link.from_id} to {link.to_id} is not in routing {self.id!r}", "")
            if place[link.from_id] >= place[link.to_id]:
                raise InvalidInput.one(
                    "link",
                    f"{link.from_id} to {link.to_id} runs backwards in routing {self.id!r}",
                    "topological order",
                )
