"""Where a line's goods come from: stock, receipts, making and buying, through all levels of the bill of material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from domain.items import Item, Sourcing
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import Source
from scheduler.arrays import INF
from scheduler.stock import Find, Stock
from scheduler.translate import seconds

MILLION = 1_000_000
DELIVERED = -1
"""`part` of what goes to the customer as it is."""

Path = tuple[str, ...]
"""The items from the one ordered down to a component."""


@dataclass(frozen=True, slots=True)
class Peg:
    """A quantity from one source for a part (its number; `DELIVERED`: for the customer)."""

    part: int
    item_id: str
    quantity: int
    source: Source
    receipt_id: str
    at_s: int


@dataclass(slots=True)
class Part:
    """One lot to make: `need` pieces are wanted of it, `quantity` are made; `into` is the part that it goes into.

    Its first operations wait until `ready_s` for `waits_for`, the material that comes last.
    """

    path: Path
    item: Item
    need: int
    quantity: int
    into: int = DELIVERED
    ready_s: int = -INF
    waits_for: str = ""


@dataclass(slots=True)
class Kit:
    """All that goes into a line: lots, each before the one that it goes into, and material from elsewhere.

    `otherwise` tells when the whole of a part could be had from receipts instead of being made; `missing` what can't be
    had at all: item, quantity short, and the number of the part that it is for.
    """

    parts: list[Part] = field(default_factory=list)
    pegs: list[Peg] = field(default_factory=list)
    otherwise: dict[Path, int] = field(default_factory=dict)
    missing: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def delivered_s(self) -> int:
        """When all that needs no making is there, -INF without any."""
        return max((peg.at_s for peg in self.pegs if peg.part == DELIVERED), default=-INF)


class Sourcer:
    """Explodes order lines by a plant's bills of material over its stock."""

    def __init__(self, plant: Plant, stock: Stock) -> None:
        self._stock = stock
        self._items = plant.item_by_id
        self._bom: dict[str, list[tuple[Item, int]]] = {}
        for row in plant.bom:
            self._bom.setdefault(row.item_id, []).append((plant.item_by_id[row.component_id], row.quantity_micro))
        self._yields = {
            item.id: _first_yield(plant, item) for item in plant.items if item.id in self._bom and item.routing_id
        }

    def has_bom(self, item_id: str) -> bool:
        """Whether anything goes into an item."""
        return item_id in self._bom

    def whole(self, line: OrderLine, order: Order, now_s: int) -> Kit | None:
        """The line as it is from stock and receipts, or None when there is not enough of them."""
        at_s, found = self._stock.find(line.item_id, line.quantity, order.priority, now_s)
        return Kit(pegs=_pegs(DELIVERED, line.item_id, found)) if at_s < INF else None

    def bought(self, line: OrderLine, order: Order, now_s: int) -> Kit | None:
        """The line from what there is by the time a supplier delivers the rest; None when it can't be bought."""
        item = self._items[line.item_id]
        if not buys(item):
            return None
        kit = Kit()
        self._buy(kit, DELIVERED, item, line.quantity, order.priority, now_s)
        return kit

    def made(
        self, line: OrderLine, order: Order, now_s: int, until_s: int, supplied: frozenset[Path] = frozenset()
    ) -> Kit:
        """The line made, but for what stock and receipts give by `until_s`.

        Components are taken from stock; what is short there is made, bought, or awaited, whatever is sooner; those in
        `supplied` are awaited though they could be made.
        """
        walk = _Walk(order, line, now_s, supplied)
        item = self._items[line.item_id]
        if item.id not in self._bom and not self._stock.knows(item.id):
            return Kit(parts=[Part((item.id,), item, line.quantity, item.lot(line.quantity))])
        found = self._stock.by(item.id, line.quantity - 1, order.priority, now_s, until_s)
        rest = line.quantity - sum(row.quantity for row in found)
        if found and item.lot(rest) == item.lot(line.quantity):
            found, rest = [], line.quantity
        walk.kit.pegs += _pegs(DELIVERED, item.id, found)
        with self._stock.trial():
            self._stock.hold(item.id, found)
            self._explode(walk, item, rest, (item.id,))
        return walk.kit

    def _explode(self, walk: _Walk, item: Item, need: int, path: Path) -> int:
        """Add what goes into `need` pieces of an item, and then its own lot; the number of that."""
        part = Part(path, item, need, item.lot(need))
        made: list[int] = []
        pegs: list[Peg] = []
        for component, micro in self._bom.get(item.id, ()):
            wanted = -(-self._started(item, part.quantity) * micro // MILLION)
            pegs += self._source(walk, component, wanted, (*path, component.id), made)
        number = len(walk.kit.parts)
        walk.kit.parts.append(part)
        for child in made:
            walk.kit.parts[child].into = number
        walk.kit.missing += [(name, short, number) for name, short in walk.short]
        walk.short.clear()
        for peg in pegs:
            walk.kit.pegs.append(Peg(number, peg.item_id, peg.quantity, peg.source, peg.receipt_id, peg.at_s))
            if peg.at_s > part.ready_s:
                part.ready_s, part.waits_for = peg.at_s, peg.receipt_id or peg.item_id
        return number

    def _source(self, walk: _Walk, item: Item, need: int, path: Path, made: list[int]) -> list[Peg]:
        """Pegs for a component, and in `made` the lot that is made of it, if any."""
        at_s, found = self._stock.find(item.id, need, walk.order.priority, walk.now_s)
        if at_s < INF and (at_s <= walk.now_s or path in walk.supplied):
            return self._held(item.id, found)
        if item.routing_id:
            if at_s < INF:
                walk.kit.otherwise[path] = at_s
            here = self._stock.by(item.id, need - 1, walk.order.priority, walk.now_s, walk.now_s)
            pegs = self._held(item.id, here)
            made.append(self._explode(walk, item, need - sum(row.quantity for row in here), path))
            return pegs
        if buys(item):
            kit = Kit()
            self._buy(kit, DELIVERED, item, need, walk.order.priority, walk.now_s)
            self._stock.hold(
                item.id, [Find(p.receipt_id, p.quantity, p.at_s) for p in kit.pegs if p.source is not Source.BUY]
            )
            return kit.pegs
        if at_s < INF:
            return self._held(item.id, found)
        there = self._stock.by(item.id, need, walk.order.priority, walk.now_s, INF)
        walk.short.append((item.id, need - sum(row.quantity for row in there)))
        return self._held(item.id, there)

    def _held(self, item_id: str, found: Sequence[Find]) -> list[Peg]:
        self._stock.hold(item_id, found)
        return _pegs(DELIVERED, item_id, found)

    def _buy(self, kit: Kit, part: int, item: Item, need: int, priority: int, now_s: int) -> None:
        """Receipts when they come no later than a purchase would, else a purchase of what they leave short."""
        at_s, found = self._stock.find(item.id, need, priority, now_s)
        bought_s = now_s + seconds(item.buy_lead)
        if at_s > bought_s:
            found = self._stock.by(item.id, need - 1, priority, now_s, bought_s)
        kit.pegs += _pegs(part, item.id, found)
        short = need - sum(row.quantity for row in found)
        if short:
            kit.pegs.append(Peg(part, item.id, short, Source.BUY, "", bought_s))

    def _started(self, item: Item, quantity: int) -> int:
        """Pieces begun so that `quantity` good ones come out, in the mode that loses most."""
        numerator, denominator = self._yields.get(item.id, (1, 1))
        return -(-quantity * denominator // numerator)


@dataclass(slots=True)
class _Walk:
    order: Order
    line: OrderLine
    now_s: int
    supplied: frozenset[Path]
    kit: Kit = field(default_factory=Kit)
    short: list[tuple[str, int]] = field(default_factory=list)
    """Items missing for the lot that is being looked at, and how many."""


def buys(item: Item) -> bool:
    """Whether an item may be bought: it is a bought one, or a made one with a time to buy it."""
    return item.sourcing is Sourcing.BUY or (item.sourcing is Sourcing.MAKE and item.buy_lead > timedelta(0))


def _pegs(part: int, item_id: str, found: Sequence[Find]) -> list[Peg]:
    return [
        Peg(part, item_id, row.quantity, Source.RECEIPT if row.receipt_id else Source.STOCK, row.receipt_id, row.at_s)
        for row in found
    ]


def _first_yield(plant: Plant, item: Item) -> tuple[int, int]:
    """The worst yield on the way from the first operation to the last, as a fraction: what is lost was material."""
    numerator = denominator = 1
    for operation in plant.routing_by_id[item.routing_id].operations:
        if operation.modes:
            n, d = min(mode.yield_rate for mode in operation.modes).as_integer_ratio()
            numerator, denominator = numerator * n, denominator * d
    return numerator, denominator
