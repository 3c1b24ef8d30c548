"""What standing orders have of promotions: how often and how much, by promotion and customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct

from domain.promises import Promise, PromiseState
from domain.promotions import Granted

_NONE: Mapping[str, int] = MappingProxyType({})
_GIVEN_BACK = frozenset({PromiseState.REFUSED, PromiseState.CANCELLED, PromiseState.EXPIRED})


class Taken(Struct, frozen=True):
    """How many orders of a customer have a promotion, and what they have of it in fen."""

    promotion: str
    customer_id: str
    times: int
    fen: int


class Used(NamedTuple):
    """What other orders have: how many of one customer, how many in all, and fen in all, each by promotion."""

    by_customer: Mapping[str, int] = _NONE
    by_all: Mapping[str, int] = _NONE
    fen: Mapping[str, int] = _NONE


def taken_by(promise: Promise | None) -> tuple[Granted, ...]:
    """What an order has of promotions; nothing once all of it is refused, cancelled or expired."""
    if promise is None or not promise.granted or all(line.state in _GIVEN_BACK for line in promise.lines):
        return ()
    return promise.granted


class Takings:
    """As if all decisions so far were committed; the writer's alone."""

    def __init__(self) -> None:
        self._times_of: dict[str, dict[str, int]] = {}
        self._fen_of: dict[str, dict[str, int]] = {}
        """By customer and promotion; after them by promotion."""
        self._times: dict[str, int] = {}
        self._fen: dict[str, int] = {}

    def load(self, rows: Iterable[Taken]) -> None:
        """Take what the store has."""
        self._times_of.clear()
        self._fen_of.clear()
        self._times.clear()
        self._fen.clear()
        for row in rows:
            self._add(row.customer_id, row.promotion, row.times, row.fen)

    def used(self, customer_id: str, without: Promise | None = None) -> Used:
        """What is taken by all orders but one, as a customer sees it, up to the next order that moves it."""
        mine = self._times_of.get(customer_id, _NONE)
        given = taken_by(without)
        if not given:
            return Used(mine, self._times, self._fen)
        own, times, fen = dict(mine), dict(self._times), dict(self._fen)
        for each in given:
            own[each.promotion] -= 1
            times[each.promotion] -= 1
            fen[each.promotion] -= each.fen
        return Used(own, times, fen)

    def move(self, before: Promise | None, after: Promise) -> list[Taken]:
        """Count what a new version of an order has instead of the one before; returns the rows that changed."""
        back, taken = taken_by(before), taken_by(after)
        if back == taken:
            return []
        customer_id = after.order.customer_id
        for each in back:
            self._add(customer_id, each.promotion, -1, -each.fen)
        for each in taken:
            self._add(customer_id, each.promotion, 1, each.fen)
        changed = dict.fromkeys(each.promotion for each in (*back, *taken))
        times, fen = self._times_of[customer_id], self._fen_of[customer_id]
        return [Taken(promotion, customer_id, times[promotion], fen[promotion]) for promotion in changed]

    def rows(self) -> list[Taken]:
        """All that is taken, by customer and promotion."""
        return [
            Taken(promotion, customer_id, times, fen)
            for customer_id, by_promotion in sorted(self._times_of.items())
            for promotion, times in sorted(by_promotion.items())
            if (fen := self._fen_of[customer_id][promotion]) or times
        ]

    def _add(self, customer_id: str, promotion: str, times: int, fen: int) -> None:
        of_customer = self._times_of.setdefault(customer_id, {})
        of_customer[promotion] = of_customer.get(promotion, 0) + times
        of_customer = self._fen_of.setdefault(customer_id, {})
        of_customer[promotion] = of_customer.get(promotion, 0) + fen
        self._times[promotion] = self._times.get(promotion, 0) + times
        self._fen[promotion] = self._fen.get(promotion, 0) + fen
