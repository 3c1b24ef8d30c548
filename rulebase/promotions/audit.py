"""What an order has of promotions, and the discount that it was given against the one that it is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from domain.orders import Order
from domain.plant import Plant
from domain.promotions import Granted, Lost
from rulebase.promotions.basket import Basket, BasketLine, Discount, covered, free_pieces, handed
from rulebase.promotions.choice import Choice, Offers, Usage
from rulebase.promotions.table import Gives, Promotion


class Audit(NamedTuple):
    """What was given, what is due by which promotions, and which of those that were meant lost."""

    given_fen: int
    granted: tuple[Granted, ...] = ()
    lost: tuple[Lost, ...] = ()

    @property
    def met(self) -> tuple[str, ...]:
        """The promotions that were looked at for it."""
        return (*[each.promotion for each in self.granted], *[each.promotion for each in self.lost])

    @property
    def due_fen(self) -> int:
        """The discount that is due, in all."""
        return sum([each.fen for each in self.granted])

    @property
    def off_fen(self) -> int:
        """By how much the discount that was given is off, up or down."""
        return abs(self.given_fen - self.due_fen)


def basket_of(order: Order, plant: Plant, day: date) -> Basket:
    """An order as promotions see it on a day: its own prices, and what its items cost as the floor."""
    items = plant.item_by_id
    lines = []
    for line in order.lines:
        item, quantity = items[line.item_id], line.quantity
        lines.append(BasketLine(item.id, item.family, quantity, line.unit_price_fen, quantity * item.cost_fen))
    customer = plant.customer_by_id.get(order.customer_id)
    return Basket(tuple(lines), order.customer_id, "" if customer is None else customer.grade, order.channel_id, day)


def given_fen(order: Order) -> int:
    """The discount that an order was given, in all."""
    return sum([line.discount_fen for line in order.lines])


def audit(offers: Offers, order: Order, basket: Basket, usage: Usage) -> Audit:
    """The discount of an order against the best that its promotions give for it as they see it, a `basket`."""
    choice: Choice = offers.due(basket, usage)
    given = given_fen(order)
    if not choice.won:
        return Audit(given, (), choice.lost)
    numbers = [line.line_no for line in order.lines]
    granted = tuple([_granted(offers.by_id[each.promotion], each, basket, numbers) for each in choice.won])
    return Audit(given, granted, choice.lost)


def _granted(promotion: Promotion, discount: Discount, basket: Basket, numbers: Sequence[int]) -> Granted:
    """What an order has of a promotion that won."""
    places = covered(promotion, basket)
    by_line = tuple((numbers[place], fen) for place, fen in enumerate(discount.lines) if fen)
    match promotion.gives:
        case Gives.GIFT:
            count = handed(promotion, basket, places)
            return Granted(promotion.id, gift_item_id=promotion.gift, gift_quantity=count)
        case Gives.POINTS:
            return Granted(promotion.id, points=handed(promotion, basket, places))
        case Gives.BUY_GET:
            free = ((numbers[place], free_pieces(promotion, basket.lines[place].quantity)) for place in places)
            return Granted(promotion.id, discount.fen, by_line, tuple(each for each in free if each[1]))
    return Granted(promotion.id, discount.fen, by_line)
