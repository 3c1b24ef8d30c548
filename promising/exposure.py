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
UNCOUNTED_MAX = 16
"""Orders of a customer that may wait to be counted."""


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
        self._decided: dict[str, list[Promise]] = {}
        """Orders by customer that aren't counted yet: they are when somebody asks."""
        self._followed = False

    def follow(self) -> None:
        """Count what is decided from now on; nobody asks before."""
        self._followed = True

    def clear(self) -> None:
        """Forget everything; it is read again when asked for."""
        self._customers.clear()
        self._decided.clear()
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
        bought = self._know(customer_id).bought(item_id)
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
        # Kept here: what is decided in one batch isn't in the book before all of it is.
        decided = self._decided.setdefault(promise.order.customer_id, [])
        decided.append(promise)
        if len(decided) == UNCOUNTED_MAX:
            self._know(promise.order.customer_id)

    def _know(self, customer_id: str) -> _Customer:
        known = self._customers.get(customer_id)
        if known is None:
            known = self._customers[customer_id] = _Customer()
            since_s = self._now_s() - _WINDOW_S
            for order in self._standing(customer_id):
                if order.open or order.decided_s >= since_s:
                    known.put(order)
        for promise in self._decided.pop(customer_id, ()):
            known.take_out(promise.order.id)
            after = open_order(promise)
            if after is not None:
                known.put(after)
        return known


class _Customer:
    """One customer's orders by id, and their sums."""

    def __init__(self) -> None:
        self.orders: dict[str, OpenOrder] = {}
        self.fen = self.open = 0
        self.channels: dict[str, int] = {}
        """How many of the orders came by a channel: most customers use one."""
        self._bought: dict[str, list[tuple[int, str, str]]] | None = None
        """By item when, in which order and by which channel; from when somebody asks on."""

    def bought(self, item_id: str) -> list[tuple[int, str, str]]:
        """When an item was bought, in which order, by which channel, in that order."""
        if self._bought is None:
            self._bought = {}
            for order in self.orders.values():
                self._index(self._bought, order)
        return self._bought.get(item_id, [])

    @staticmethod
    def _index(bought: dict[str, list[tuple[int, str, str]]], order: OpenOrder) -> None:
        for item_id in order.items:
            insort(bought.setdefault(item_id, []), (order.decided_s, order.order_id, order.channel_id))

    def put(self, order: OpenOrder) -> None:
        self.orders[order.order_id] = order
        self.fen += order.fen
        self.open += order.open
        self.channels[order.channel_id] = self.channels.get(order.channel_id, 0) + 1
        if self._bought is not None:
            self._index(self._bought, order)

    def take_out(self, order_id: str) -> None:
        order = self.orders.pop(order_id, None)
        if order is None:
            return
        self.fen -= order.fen
        self.open -= order.open
        self.channels[order.channel_id] -= 1
        if not self.channels[order.channel_id]:
            del self.channels[order.channel_id]
        if self._bought is not None:
            for item_id in order.items:
                bought = self._bought[item_id]
                del bought[bisect_left(bought, (order.decided_s, order_id, order.channel_id))]
