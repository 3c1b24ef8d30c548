"""Where a line's goods come from: stock, receipts, making and buying, through all levels of the bill of material."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct, field

from domain.items import BomRow, Item, Sourcing, Substitute, Use
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import MaterialReservation, Source
from domain.supply import SURPLUS_PREFIX
from domain.values import replace
from scheduler.arrays import INF
from scheduler.buying import Buying
from scheduler.stock import Find, Stock

MILLION = 1_000_000
DELIVERED = -1
"""`part` of what goes to the customer as it is."""

Path = tuple[str, ...]
"""The items from the one ordered down to a component."""
NOTHING: Mapping[Path, Substitute] = {}
"""No component is replaced."""


class Peg(Struct, frozen=True):
    """A quantity from one source for a part (its number; `DELIVERED`: for the customer).

    `stands_for` is the item that it is a substitute for; empty: it is none.
    """

    part: int
    item_id: str
    quantity: int
    source: Source
    receipt_id: str
    at_s: int
    stands_for: str = ""


class Part(Struct):
    """One lot to make: `need` pieces are wanted of it, `quantity` are made; `into` is the part that it goes into.

    `waits` tells until when its operations wait for material: operation id (empty: the first ones) and Unix seconds;
    `ready_s` is the last of these times, and `waits_for` what comes then.
    """

    path: Path
    item: Item
    need: int
    quantity: int
    into: int = DELIVERED
    ready_s: int = -INF
    waits_for: str = ""
    waits: dict[str, int] = field(default_factory=dict)

    def wait(self, operation_id: str, peg: Peg) -> None:
        """Have an operation wait for a quantity."""
        self.waits[operation_id] = max(peg.at_s, self.waits.get(operation_id, -INF))
        if peg.at_s > self.ready_s:
            self.ready_s, self.waits_for = peg.at_s, peg.receipt_id or peg.item_id


class Swap(Struct, frozen=True):
    """A substitute that could take the place of a component, and when both are there (INF: nobody knows)."""

    substitute: Substitute
    at_s: int
    original_s: int


class Kit(Struct):
    """All that goes into a line: lots, each before the one that it goes into, and material from elsewhere.

    `otherwise` tells when the whole of a part could be had instead of being made, Unix seconds, and whether by buying,
    which goes last in a tie; `missing` what can't be had: item, quantity short, number of the part that it is for;
    `swaps` which components could be replaced by something that is there sooner.
    """

    parts: list[Part] = field(default_factory=list)
    pegs: list[Peg] = field(default_factory=list)
    otherwise: dict[Path, tuple[int, bool]] = field(default_factory=dict)
    missing: list[tuple[str, int, int]] = field(default_factory=list)
    swaps: dict[Path, Swap] = field(default_factory=dict)

    @property
    def delivered(self) -> int:
        """How much goes to the customer."""
        pegs = sum(peg.quantity for peg in self.pegs if peg.part == DELIVERED)
        return pegs + (self.parts[-1].need if self.parts else 0)

    @property
    def delivered_s(self) -> int:
        """When all that needs no making is there, -INF without any."""
        return max((peg.at_s for peg in self.pegs if peg.part == DELIVERED), default=-INF)


class Sourcer:
    """Explodes order lines by a plant's bills of material over its stock."""

    def __init__(self, plant: Plant, stock: Stock) -> None:
        self._stock = stock
        self.buying = Buying(plant)
        self._items = plant.item_by_id
        self._bom: dict[str, list[tuple[Item, BomRow]]] = {}
        for row in plant.bom:
            self._bom.setdefault(row.item_id, []).append((plant.item_by_id[row.component_id], row))
        self._substitutes: dict[tuple[str, Use], list[Substitute]] = {}
        for substitute in sorted(plant.substitutes, key=lambda substitute: substitute.rank):
            self._substitutes.setdefault((substitute.item_id, substitute.use), []).append(substitute)
        self._yields = {
            item.id: _first_yield(plant, item) for item in plant.items if item.id in self._bom and item.routing_id
        }

    def deliverable(self, line: OrderLine, order: Order) -> list[OrderLine]:
        """The line with each item that may be delivered to the customer instead, the first choice first."""
        found = []
        for row in self._substitutes.get((line.item_id, Use.DELIVERY), ()):
            if row.customer_id in ("", order.customer_id):
                quantity, least, most = (row.quantity(number) for number in (line.quantity, line.least, line.most))
                found.append(
                    replace(
                        line, item_id=row.substitute_id, quantity=quantity, least_quantity=least, most_quantity=most
                    )
                )
        return found

    def allows(self, peg: MaterialReservation, whole_id: str) -> bool:
        """Whether a substitute may stand for what it stands for, in what goes into `whole_id` (empty: delivered)."""
        use = Use.MATERIAL if whole_id else Use.DELIVERY
        return any(
            row.substitute_id == peg.item_id and row.goes_into_id in ("", whole_id)
            for row in self._substitutes.get((peg.stands_for, use), ())
        )

    def ways(self, peg: MaterialReservation, whole_id: str) -> Iterator[tuple[str, int, str]]:
        """What may be there for reserved material of what goes into `whole_id` (empty: it is delivered as it is).

        Item, quantity, and what that stands for: the same again first, then what it stands for, or substitutes for it.
        """
        yield peg.item_id, peg.quantity, peg.stands_for
        rows = self._substitutes.get((peg.stands_for or peg.item_id, Use.MATERIAL), ()) if whole_id else ()
        for row in rows:
            if row.goes_into_id not in ("", whole_id):
                continue
            if not peg.stands_for:
                yield row.substitute_id, row.quantity(peg.quantity), peg.item_id
            elif row.substitute_id == peg.item_id:
                yield peg.stands_for, -(-peg.quantity * MILLION // row.quantity_micro), ""

    def elsewhere(self, item_id: str, need: int, priority: int, now_s: int) -> tuple[int, list[Peg]]:
        """When a quantity is there without being made, and from what: stock, receipts, a purchase; INF: never."""
        return self._awaited(_Walk(priority, now_s, frozenset(), NOTHING), self._items[item_id], need)

    def whole(self, line: OrderLine, order: Order, now_s: int, wanted_s: int) -> Kit | None:
        """The line as it is from stock and receipts, or None when there is not enough of them.

        Enough is the least that serves the line; what else comes by then, or by `wanted_s`, is delivered with it.
        """
        at_s, found = self._stock.find(line.item_id, line.least, order.priority, now_s)
        if at_s >= INF:
            return None
        if line.least < line.quantity:
            until_s = max(at_s, wanted_s)
            found = self._stock.by(line.item_id, line.quantity, order.priority, now_s, until_s)
        return Kit(pegs=_pegs(DELIVERED, line.item_id, found))

    def bought(self, line: OrderLine, order: Order, now_s: int) -> Kit | None:
        """The line from what there is by the time a supplier delivers the rest; None when it can't be bought."""
        item = self._items[line.item_id]
        if not buys(item):
            return None
        return Kit(pegs=self._purchase(item, line.quantity, order.priority, now_s))

    def made(
        self, line: OrderLine, order: Order, now_s: int, until_s: int, supplied: frozenset[Path] = frozenset(),
        swapped: Mapping[Path, Substitute] = NOTHING,
    ) -> Kit:  # fmt: skip
        """The line made, but for what stock and receipts give by `until_s`.

        Components are taken from stock; what is short there is made, bought, or awaited, whatever is sooner; those in
        `supplied` are awaited though they could be made, and those in `swapped` are replaced.
        """
        item = self._items[line.item_id]
        need, quantity = _lot(item, line, 0)
        if item.id not in self._bom and not self._stock.knows(item.id):
            return Kit(parts=[Part((item.id,), item, need, quantity)])
        walk = _Walk(order.priority, now_s, supplied, swapped)
        found = self._stock.by(item.id, line.quantity - 1, order.priority, now_s, until_s)
        if found:
            there = sum(row.quantity for row in found)
            rest, less = _lot(item, line, there)
            if less < quantity:
                need, quantity = rest, less
            else:
                found = []
        walk.kit.pegs += _pegs(DELIVERED, item.id, found)
        with self._stock.trial():
            self._stock.hold(item.id, found)
            self._explode(walk, Part((item.id,), item, need, quantity))
        return walk.kit

    def _explode(self, walk: _Walk, part: Part) -> int:
        """Add what goes into a lot, and then the lot; its number."""
        item, inputs = part.item, _Inputs()
        for component, row in self._bom.get(item.id, ()):
            known = len(inputs.pegs)
            wanted = -(-self._started(item, part.quantity) * row.quantity_micro // MILLION)
            self._source(walk, inputs, component, wanted, (*part.path, component.id))
            for peg in inputs.pegs[known:]:
                part.wait(row.operation_id, peg)
        number = len(walk.kit.parts)
        walk.kit.parts.append(part)
        for made in inputs.made:
            walk.kit.parts[made].into = number
        walk.kit.missing += [(item_id, short, number) for item_id, short in inputs.missing]
        walk.kit.pegs += [replace(peg, part=number) for peg in inputs.pegs]
        return number

    def _source(self, walk: _Walk, inputs: _Inputs, item: Item, need: int, path: Path) -> None:
        """Add a component to what goes into a lot."""
        swap = walk.swapped.get(path)
        if swap is not None:
            _, pegs = self._awaited(walk, self._items[swap.substitute_id], swap.quantity(need))
            self._use(inputs, [replace(peg, stands_for=item.id) for peg in pegs])
            return
        at_s, awaited = self._awaited(walk, item, need)
        if at_s > walk.now_s:
            self._note_swap(walk, item, need, path, at_s)
        if item.routing_id and at_s > walk.now_s and path not in walk.supplied:
            if awaited:
                bought = any(peg.source is Source.BUY for peg in awaited)
                walk.kit.otherwise[path] = (max(peg.at_s for peg in awaited), bought)
            here = self._stock.by(item.id, need - 1, walk.priority, walk.now_s, walk.now_s)
            self._use(inputs, _pegs(DELIVERED, item.id, here))
            short = need - sum(row.quantity for row in here)
            inputs.made.append(self._explode(walk, Part(path, item, short, item.lot(short))))
            return
        if not awaited:
            there = self._stock.by(item.id, need, walk.priority, walk.now_s, INF)
            inputs.missing.append((item.id, need - sum(row.quantity for row in there)))
            awaited = _pegs(DELIVERED, item.id, there)
        self._use(inputs, awaited)

    def _awaited(self, walk: _Walk, item: Item, need: int) -> tuple[int, list[Peg]]:
        """When the whole of a quantity that isn't made is there, and from what; INF and nothing if it never is."""
        at_s, found = self._stock.find(item.id, need, walk.priority, walk.now_s)
        if at_s > walk.now_s and buys(item):
            pegs = self._purchase(item, need, walk.priority, walk.now_s)
            return max(peg.at_s for peg in pegs), pegs
        return at_s, _pegs(DELIVERED, item.id, found)

    def _note_swap(self, walk: _Walk, item: Item, need: int, path: Path, original_s: int) -> None:
        """Note the substitute for a component that is there first, where there is one."""
        best: Swap | None = None
        bound_s = INF if item.routing_id else original_s
        for row in self._substitutes.get((item.id, Use.MATERIAL), ()):
            if row.goes_into_id in ("", path[-2]):
                at_s, _ = self._awaited(walk, self._items[row.substitute_id], row.quantity(need))
                if at_s < (bound_s if best is None else best.at_s):
                    best = Swap(row, at_s, bound_s)
        if best is not None:
            walk.kit.swaps[path] = best

    def _use(self, inputs: _Inputs, pegs: Sequence[Peg]) -> None:
        for peg in pegs:
            if peg.source is not Source.BUY:
                self._stock.hold(peg.item_id, [Find(peg.receipt_id, peg.quantity, peg.at_s)])
        inputs.pegs += pegs

    def _purchase(self, item: Item, need: int, priority: int, now_s: int) -> list[Peg]:
        """Receipts when they come no later than a purchase would, else a purchase of what they leave short."""
        at_s, found = self._stock.find(item.id, need, priority, now_s)
        bought_s = self.buying.arrives(item.id, now_s)
        if at_s > bought_s:
            found = self._stock.by(item.id, need - 1, priority, now_s, bought_s)
        pegs = _pegs(DELIVERED, item.id, found)
        short = need - sum(row.quantity for row in found)
        if short:
            pegs.append(Peg(DELIVERED, item.id, short, Source.BUY, "", bought_s))
        return pegs

    def _started(self, item: Item, quantity: int) -> int:
        """Pieces begun so that `quantity` good ones come out, in the mode that loses most."""
        numerator, denominator = self._yields.get(item.id, (1, 1))
        return -(-quantity * denominator // numerator)


class _Walk(Struct):
    """What holds for all levels of one line."""

    priority: int
    now_s: int
    supplied: frozenset[Path]
    swapped: Mapping[Path, Substitute]
    kit: Kit = field(default_factory=Kit)


class _Inputs(Struct):
    """What goes into one lot: material, the numbers of lots made for it, and items missing, with how many."""

    pegs: list[Peg] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    missing: list[tuple[str, int]] = field(default_factory=list)


def buys(item: Item) -> bool:
    """Whether an item may be bought: it is a bought one, or a made one with a time to buy it."""
    return item.sourcing is Sourcing.BUY or (item.sourcing is Sourcing.MAKE and item.buy_lead > timedelta(0))


def _lot(item: Item, line: OrderLine, there: int) -> tuple[int, int]:
    """Of a line's own lot the pieces delivered and the pieces made, beside what is there.

    Whole multiples are made. The next one below will do where it serves the line; of one above as much is delivered as
    the customer takes.
    """
    rest, made = line.quantity - there, item.lot(line.quantity - there)
    less = rest // item.lot_multiple * item.lot_multiple
    if made > rest and less >= max(line.least - there, item.lot_minimum, 1):
        return less, less
    return min(made, line.most - there), made


def _pegs(part: int, item_id: str, found: Sequence[Find]) -> list[Peg]:
    return [Peg(part, item_id, row.quantity, _source(row.receipt_id), row.receipt_id, row.at_s) for row in found]


def _source(receipt_id: str) -> Source:
    if not receipt_id:
        return Source.STOCK
    return Source.SURPLUS if receipt_id.startswith(SURPLUS_PREFIX) else Source.RECEIPT


def _first_yield(plant: Plant, item: Item) -> tuple[int, int]:
    """The worst yield on the way from the first operation to the last, as a fraction: what is lost was material."""
    numerator = denominator = 1
    for operation in plant.routing_by_id[item.routing_id].operations:
        if operation.modes:
            n, d = min(mode.yield_rate for mode in operation.modes).as_integer_ratio()
            numerator, denominator = numerator * n, denominator * d
    return numerator, denominator
