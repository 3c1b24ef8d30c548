"""Lines divided so that a part comes by the date that is asked for: how much of them, and the order as it is then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from domain.errors import InvalidInput
from domain.items import Item
from domain.orders import LINES_MAX, Order, OrderLine
from domain.values import replace

if TYPE_CHECKING:
    from scheduler.planner import Planner

LINE_NO_MAX = 10**6
TRIALS = 24
"""How often one line is tried with another quantity: enough for the largest part among sixteen million."""


class Cut(Struct, frozen=True):
    """What of a line comes by its date; the rest is a line of its own."""

    line_no: int
    quantity: int


def divided(order: Order, cuts: Iterable[Cut]) -> Order:
    """The order with lines divided, the rests at its end. Raises InvalidInput for what it has not to divide."""
    lines = list(order.lines)
    for cut in cuts:
        place = next((i for i, line in enumerate(lines) if line.line_no == cut.line_no), -1)
        if place < 0 or not 0 < cut.quantity < lines[place].quantity:
            raise InvalidInput.one(
                "lines", f"line {cut.line_no} can't be divided at {cut.quantity}", "a part of a line"
            )
        line = lines[place]
        part_fen = line.discount_fen * cut.quantity // line.quantity
        part, rest = line.divided(cut.quantity)
        lines[place] = replace(part, discount_fen=part_fen)
        number = max(each.line_no for each in lines) + 1
        lines.append(replace(rest, line_no=number, discount_fen=line.discount_fen - part_fen, part_of=cut.line_no))
    return order if len(lines) == len(order.lines) else replace(order, lines=tuple(lines))


def cuts_of(order: Order) -> list[Cut]:
    """How an order was divided."""
    quantities = {line.line_no: line.quantity for line in order.lines}
    return [Cut(line.part_of, quantities[line.part_of]) for line in order.lines if line.part_of]


def same(order: Order, asked: Order) -> bool:
    """The order is what was asked for, or that divided."""
    if order == asked:
        return True
    try:
        return order == divided(asked, cuts_of(order))
    except InvalidInput:
        return False


def whole_lines(order: Order) -> list[tuple[OrderLine, list[int]]]:
    """The lines as they were before any was divided, each with the places of its parts."""
    if not any(line.part_of for line in order.lines):
        return [(line, [place]) for place, line in enumerate(order.lines)]
    places: dict[int, list[int]] = {}
    for place, line in enumerate(order.lines):
        places.setdefault(line.part_of or line.line_no, []).append(place)
    return [(_joined([order.lines[place] for place in parts]), parts) for parts in places.values()]


def _joined(parts: Sequence[OrderLine]) -> OrderLine:
    if len(parts) == 1:
        return parts[0]
    first = next((line for line in parts if not line.part_of), parts[0])
    return replace(
        first, quantity=sum(line.quantity for line in parts), part_of=0,
        least_quantity=sum(line.least for line in parts) if first.least_quantity else 0,
        most_quantity=sum(line.most for line in parts) if first.most_quantity else 0,
    )  # fmt: skip


def find_cuts(
    order: Order, late: Collection[int], plan: Planner, on_time: Callable[[Order], frozenset[int]]
) -> list[Cut]:
    """How the lines `late` are best divided: the largest part of each that is on time.

    `on_time` tells which lines of an order would be. What is made is made in whole lots, and no more of them than for
    the line in one piece. No other line gets late by it. Lines that are parts already stay as they are.
    """
    dividing = _Dividing(order, plan, on_time)
    parts = {line.part_of for line in order.lines}
    for line in order.lines:
        if line.line_no in late and not line.part_of and line.line_no not in parts:
            dividing.divide(line)
    return dividing.cuts


class _Dividing:
    """An order on its way to be divided, line by line."""

    def __init__(self, order: Order, plan: Planner, on_time: Callable[[Order], frozenset[int]]) -> None:
        self.cuts: list[Cut] = []
        self._order, self._plan, self._on_time = order, plan, on_time
        self._kept = on_time(order)
        self._room = min(LINES_MAX - len(order.lines), LINE_NO_MAX - max(line.line_no for line in order.lines))

    def divide(self, line: OrderLine) -> None:
        """Find the part of a line that is on time, if there is one."""
        if line.line_no in self._kept or len(self.cuts) >= self._room:
            return
        item = self._plan.plant.item_by_id[line.item_id]
        stock = min(self._plan.there_in_time(self._order, line), line.quantity - 1)
        found = self._largest(line, _quantities(item, line.quantity, stock))
        if not found and stock:
            # Other lines of the order may have taken what was there.
            found = self._largest(line, _quantities(item, line.quantity, 0))
        if found:
            self.cuts.append(Cut(line.line_no, found))
            self._kept |= {line.line_no}

    def _largest(self, line: OrderLine, quantities: Sequence[int]) -> int:
        """The largest quantity that fits, taken that a smaller one does where a larger one does; 0: none."""
        if not quantities or not self._fits(line, quantities[0]):
            return 0
        low, high, trials = 0, len(quantities), TRIALS
        while high - low > 1 and trials:
            middle = (low + high) // 2
            low, high = (middle, high) if self._fits(line, quantities[middle]) else (low, middle)
            trials -= 1
        return quantities[low]

    def _fits(self, line: OrderLine, quantity: int) -> bool:
        found = self._on_time(divided(self._order, [*self.cuts, Cut(line.line_no, quantity)]))
        return line.line_no in found and self._kept <= found


class _Quantities(Sequence[int]):
    """What may be delivered first, in rising order: what is there, and whole lots besides."""

    def __init__(self, stock: int, lots: range) -> None:
        self._stock, self._lots = stock, lots

    def __len__(self) -> int:
        return bool(self._stock) + len(self._lots)

    def __getitem__(self, place: int) -> int:  # type: ignore[override]
        first = bool(self._stock)
        return self._stock if place < first else self._stock + self._lots[place - first]


def _quantities(item: Item, quantity: int, stock: int) -> _Quantities:
    """What of a line may come first, `stock` of it from what is there."""
    if not item.routing_id:
        return _Quantities(stock, range(0))
    made, least, step = quantity - stock, item.lot(1), item.lot_multiple
    # The rest is a lot by itself, or what its least lot makes beyond is made for the whole, too.
    most = min(made - 1, max(made - item.lot_minimum, item.lot(made) - least))
    return _Quantities(stock, range(least, most + 1, step))
