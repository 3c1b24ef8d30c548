"""What customers owe on orders that stand: the part of the credit exposure that only the desk knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.promises import Promise
from promising.documents import open_fen


class Exposure:
    """The open amounts of orders by customer, in fen. A customer's orders are read when somebody first asks."""

    def __init__(self, standing: Callable[[str], Iterable[tuple[str, int]]]) -> None:
        self._standing = standing
        self._open: dict[str, dict[str, int]] = {}
        self._totals: dict[str, int] = {}

    def clear(self) -> None:
        """Forget everything; it is read again when asked for."""
        self._open.clear()
        self._totals.clear()

    def amount_fen(self, customer_id: str, without: str) -> int:
        """What a customer's open orders come to, without one of them."""
        orders = self._know(customer_id)
        return self._totals[customer_id] - orders.get(without, 0)

    def count(self, customer_id: str, without: str) -> int:
        """How many open orders a customer has, without one of them."""
        orders = self._know(customer_id)
        return len(orders) - (without in orders)

    def put(self, promise: Promise) -> None:
        """Take the order as it stands from now on."""
        customer_id = promise.order.customer_id
        orders = self._open.get(customer_id)
        if orders is None:
            # It will be read with the customer's others.
            return
        before = orders.pop(promise.order.id, 0)
        after = open_fen(promise)
        if after is not None:
            orders[promise.order.id] = after
        self._totals[customer_id] += (after or 0) - before

    def _know(self, customer_id: str) -> dict[str, int]:
        orders = self._open.get(customer_id)
        if orders is None:
            orders = self._open[customer_id] = dict(self._standing(customer_id))
            self._totals[customer_id] = sum(orders.values())
        return orders
