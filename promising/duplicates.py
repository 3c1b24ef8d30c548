"""Orders that may be the same demand typed twice."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable

from domain.checks import to_unix_down
from domain.orders import Order
from promising.documents import Demand
from promising.parts import whole_lines

SHOWN_MAX = 10
_DAY_S = 86400

_Key = tuple[str, str, int]


class Duplicates:
    """Open orders by customer, item and quantity, each list by requested time.

    A customer's standing orders are read when the customer first asks, so that a restart doesn't wait for
    all.
    """

    def __init__(self, days: int, standing: Callable[[str], Iterable[Demand]]) -> None:
        self._span_s = days * _DAY_S
        self._standing = standing
        self._customers: set[str] = set()
        self._asked: dict[_Key, list[tuple[int, str]]] = {}

    def clear(self) -> None:
        """Forget everything; it is read again when asked for."""
        self._customers.clear()
        self._asked.clear()

    def suspects(self, order: Order) -> tuple[str, ...]:
        """Other orders with a line like one of this order's, at most 10, in the order of the lines."""
        self._know(order.customer_id)
        found: dict[str, None] = {}
        for line, _ in whole_lines(order):
            same = self._asked.get((order.customer_id, line.item_id, line.quantity))
            if same is None:
                continue
            asked = to_unix_down(line.requested_time)
            place = bisect_left(same, (asked - self._span_s, ""))
            while place < len(same) and same[place][0] <= asked + self._span_s and len(found) < SHOWN_MAX:
                if same[place][1] != order.id:
                    found[same[place][1]] = None
                place += 1
        return tuple(found)

    def add(self, order: Order) -> None:
        """Count an order from now on."""
        self._know(order.customer_id)
        for line, _ in whole_lines(order):
            self._insert(order.customer_id, line.item_id, line.quantity, to_unix_down(line.requested_time), order.id)

    def discard(self, order: Order) -> None:
        """An order that was taken back is no duplicate of anything."""
        self._know(order.customer_id)
        for line, _ in whole_lines(order):
            same = self._asked.get((order.customer_id, line.item_id, line.quantity), [])
            entry = (to_unix_down(line.requested_time), order.id)
            place = bisect_left(same, entry)
            if place < len(same) and same[place] == entry:
                del same[place]

    def _know(self, customer_id: str) -> None:
        if customer_id in self._customers:
            return
        self._customers.add(customer_id)
        for demand in self._standing(customer_id):
            for item_id, quantity, requested_s in demand.lines:
                self._insert(customer_id, item_id, quantity, requested_s, demand.order_id)

    def _insert(self, customer_id: str, item_id: str, quantity: int, requested_s: int, order_id: str) -> None:
        same = self._asked.setdefault((customer_id, item_id, quantity), [])
        entry = (requested_s, order_id)
        place = bisect_left(same, entry)
        # An order read from the store may be added again by the decision that led here.
        if place == len(same) or same[place] != entry:
            insort(same, entry)
