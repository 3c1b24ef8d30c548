"""What customers have open: their part of the credit exposure, and what they ask for on several channels at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.promises import Promise
from promising.documents import OpenOrder, open_order


class Exposure:
    """Open orders by customer. A customer's orders are read when somebody first asks."""

    def __init__(self, standing: Callable[[str], Iterable[OpenOrder]]) -> None:
        self._standing = standing
        self._open: dict[str, dict[str, OpenOrder]] = {}
        self._totals: dict[str, int] = {}

    def clear(self) -> None:
        """Forget everything; it is read again when asked for."""
        self._open.clear()
        self._totals.clear()

    def amount_fen(self, customer_id: str, without: str) -> int:
        """What a customer's open orders come to, without one of them."""
        own = self._know(customer_id).get(without)
        return self._totals[customer_id] - (0 if own is None else own.fen)

    def count(self, customer_id: str, without: str) -> int:
        """How many open orders a customer has, without one of them."""
        orders = self._know(customer_id)
        return len(orders) - (without in orders)

    def elsewhere(self, customer_id: str, without: str, channel_id: str, item_id: str, since_s: int) -> tuple[str, ...]:
        """Open orders of a customer for an item by another channel, decided since then, without one of them, by id."""
        if not channel_id:
            return ()
        return tuple(
            sorted(
                order.order_id
                for order in self._know(customer_id).values()
                if order.order_id != without
                and order.channel_id not in ("", channel_id)
                and item_id in order.items
                and order.decided_s >= since_s
            )
        )

    def put(self, promise: Promise) -> None:
        """Take the order as it stands from now on."""
        customer_id = promise.order.customer_id
        orders = self._open.get(customer_id)
        if orders is None:
            # It will be read with the customer's others.
            return
        before = orders.pop(promise.order.id, None)
        after = open_order(promise)
        if after is not None:
            orders[promise.order.id] = after
        self._totals[customer_id] += (0 if after is None else after.fen) - (0 if before is None else before.fen)

    def _know(self, customer_id: str) -> dict[str, OpenOrder]:
        orders = self._open.get(customer_id)
        if orders is None:
            orders = self._open[customer_id] = {order.order_id: order for order in self._standing(customer_id)}
            self._totals[customer_id] = sum(order.fen for order in orders.values())
        return orders
