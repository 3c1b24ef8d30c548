"""What customers have open: their part of the credit exposure, and what they ask for on several channels at once."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from datetime import timedelta

from domain.promises import Promise
from domain.trade import CreditChange
from promising.credit_history import CreditHistory
from promising.open_orders import OpenOrder, open_order
from promising.qualified import Qualified, Range

WINDOW = timedelta(hours=24)
"""Within it the same item for the same customer by two channels is suspected to be one demand."""
_WINDOW_S = WINDOW // timedelta(seconds=1)


class Exposure:
    """Orders by customer that are open, and those delivered that were decided within the window.

    A customer's orders are read when somebody first asks.
    """

    def __init__(
        self, standing: Callable[[str], Iterable[OpenOrder]], now_s: Callable[[], int], credit: CreditHistory,
        qualified: Qualified,
    ) -> None:  # fmt: skip
        self._standing = standing
        self._now_s = now_s
        self._credit = credit
        self._qualified = qualified
        self._customers: dict[str, _Customer] = {}
        self._followed = False

    def follow(self) -> None:
        """Count what is decided from now on; nobody asks before."""
        self._followed = True

    def clear(self) -> None:
        """Forget everything; it is read again when asked for."""
        self._customers.clear()
        self._qualified.clear()

    def amount_fen(self, customer_id: str, without: str) -> int:
        """What a customer's open orders come to, without one of them."""
        known = self._know(customer_id)
        own = known.orders.get(without)
        return known.fen - (0 if own is None else own.fen)

    def count(self, customer_id: str, without: str) -> int:
        """How many open orders a customer has, without one of them."""
        known = self._know(customer_id)
        own = known.orders.get(without)
        return known.open - (own is not None and own.open)

    def by_others(self, customer_id: str, channel_id: str) -> bool:
        """Whether a customer has orders by any channel but this one: most have none."""
        return bool(channel_id) and not self._know(customer_id).channels.keys() <= {"", channel_id}

    def elsewhere(self, customer_id: str, without: str, channel_id: str, item_id: str, at_s: int) -> tuple[str, ...]:
        """Orders of a customer for an item by another channel within a day of a time, without one of them, by id."""
        if not channel_id:
            return ()
        known = self._know(customer_id)
        bought = known.bought.get(item_id, [])
        first = bisect_left(bought, (at_s - _WINDOW_S, "", ""))
        last = bisect_left(bought, (at_s + _WINDOW_S + 1, "", ""))
        same = ("", channel_id)
        return tuple(sorted(order for _, order, by in bought[first:last] if order != without and by not in same))

    def credit_changes(self, customer_id: str, since_s: int) -> list[CreditChange]:
        """How a customer's limit and grade changed since a time, the oldest first."""
        return self._credit.since(customer_id, since_s)

    def qualified(self, item_id: str, attribute: str) -> Range | None:
        """Between which values of an attribute an item was delivered with a report."""
        return self._qualified.range_of(item_id, attribute)

    def put(self, promise: Promise) -> None:
        """Take the order as it stands from now on."""
        if not self._followed:
            return
        self._qualified.put(promise)
        # Read now: what is decided in one batch isn't in the book before all of it is.
        known = self._know(promise.order.customer_id)
        known.take_out(promise.order.id)
        after = open_order(promise)
        if after is not None:
            known.put(after)

    def _know(self, customer_id: str) -> _Customer:
        known = self._customers.get(customer_id)
        if known is None:
            known = self._customers[customer_id] = _Customer()
            since_s = self._now_s() - _WINDOW_S
            for order in self._standing(customer_id):
                if order.open or order.decided_s >= since_s:
                    known.put(order)
        return known


class _Customer:
    """One customer's orders by id, their sums, and what was bought when, in which order, by which channel."""

    def __init__(self) -> None:
        self.orders: dict[str, OpenOrder] = {}
        self.fen = self.open = 0
        self.bought: dict[str, list[tuple[int, str, str]]] = {}
        self.channels: dict[str, int] = {}
        """How many of the orders came by a channel: most customers use one."""

    def put(self, order: OpenOrder) -> None:
        self.orders[order.order_id] = order
        self.fen += order.fen
        self.open += order.open
        self.channels[order.channel_id] = self.channels.get(order.channel_id, 0) + 1
        for item_id in order.items:
            insort(self.bought.setdefault(item_id, []), (order.decided_s, order.order_id, order.channel_id))

    def take_out(self, order_id: str) -> None:
        order = self.orders.pop(order_id, None)
        if order is None:
            return
        self.fen -= order.fen
        self.open -= order.open
        self.channels[order.channel_id] -= 1
        if not self.channels[order.channel_id]:
            del self.channels[order.channel_id]
        for item_id in order.items:
            bought = self.bought[item_id]
            del bought[bisect_left(bought, (order.decided_s, order_id, order.channel_id))]
