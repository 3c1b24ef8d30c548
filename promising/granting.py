"""What a decided order has of promotions, and what somebody has to look at in it afterwards."""

from __future__ import annotations

from datetime import datetime

from domain.orders import Order, OrderLine
from domain.promises import Promise, PromiseState
from domain.promotions import Review, ReviewKind
from domain.values import replace
from promising.ports import NOTHING_DUE, Admit, Due, Verdict
from promising.takings import Takings

_GONE = frozenset({PromiseState.REFUSED, PromiseState.CANCELLED, PromiseState.EXPIRED})


class Granting:
    """Asks what is due to the lines that stand, beside what all other orders have."""

    def __init__(self, admit: Admit, takings: Takings) -> None:
        self._admit = admit
        self._takings = takings

    def granted(self, promise: Promise, asked: Order, verdict: Verdict, now: datetime) -> Promise:
        """A promise with what it has; `asked` are its lines before any was divided."""
        return self._with(promise, asked, verdict, None, now)

    def amended(self, promise: Promise, asked: Order, verdict: Verdict, standing: Promise, now: datetime) -> Promise:
        """A changed order with what it has now instead of what it had, by the promotions of the day it was placed."""
        return self._with(promise, asked, verdict, standing, now)

    def _with(
        self, promise: Promise, asked: Order, verdict: Verdict, standing: Promise | None, now: datetime
    ) -> Promise:
        order = _standing_lines(promise, asked)
        due = NOTHING_DUE
        if order is not None:
            used = self._takings.used(order.customer_id, standing)
            due = self._admit.due(order, promise.decided_at, verdict, used)
        if due is NOTHING_DUE and not (promise.granted or promise.lost or promise.reviews):
            return promise
        reviews = _reviews(due, () if standing is None else standing.reviews, now)
        return replace(promise, granted=due.granted, lost=due.lost, reviews=reviews)


def _standing_lines(promise: Promise, asked: Order) -> Order | None:
    """The order with what got a place: without lines that were refused, and lines less their parts that were.

    None where all were.
    """
    if _GONE.isdisjoint([line.state for line in promise.lines]):
        # Most orders.
        return asked
    gone = {line.line_no for line in promise.lines if line.state in _GONE}
    parts: dict[int, list[OrderLine]] = {}
    for line in promise.order.lines:
        parts.setdefault(line.part_of or line.line_no, []).append(line)
    lines = []
    for line in asked.lines:
        mine = parts.get(line.line_no, [line])
        stand = [part for part in mine if part.line_no not in gone]
        if len(stand) == len(mine):
            lines.append(line)
        elif stand:
            count, fen = sum(part.quantity for part in stand), sum(part.discount_fen for part in stand)
            lines.append(replace(line, quantity=count, discount_fen=fen, least_quantity=0, most_quantity=0))
    return replace(asked, lines=tuple(lines)) if lines else None


def _reviews(due: Due, before: tuple[Review, ...], now: datetime) -> tuple[Review, ...]:
    """What is to be looked at; a question that was answered isn't asked again while it is the same."""
    asked = []
    if due.differs:
        asked.append(Review(ReviewKind.DISCOUNT, now, due.given_fen, due.due_fen))
    if due.elsewhere_items:
        items, orders = due.elsewhere_items, due.elsewhere_orders
        asked.append(Review(ReviewKind.TWO_CHANNELS, now, item_ids=items, order_ids=orders))
    return tuple(next((each for each in before if _same(each, review)), review) for review in asked)


def _same(before: Review, review: Review) -> bool:
    """The same was asked before, or about more."""
    if before.kind is not review.kind or (before.given_fen, before.due_fen) != (review.given_fen, review.due_fen):
        return False
    return set(before.item_ids) >= set(review.item_ids) and set(before.order_ids) >= set(review.order_ids)
