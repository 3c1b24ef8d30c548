"""What an order has of promotions, and the discount that it was given against the one that it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.orders import Order
from domain.plant import Plant
from domain.promotions import Granted, Lost
from rulebase.promotions.basket import Basket, BasketLine, Discount, covered, free_pieces, handed
from rulebase.promotions.choice import Choice, Offers, Usage
from rulebase.promotions.table import Gives, Promotion

TOLERANCE_FEN = 500
"""A difference of five yuan is nobody's trouble; one fen more is."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was given, what is due by which promotions, and which of those that were meant lost."""

    given_fen: int
    granted: tuple[Granted, ...] = ()
    lost: tuple[Lost, ...] = ()
    basket: Basket | None = None

    @property
    def due_fen(self) -> int:
        """The discount that is due, in all."""
        return sum(each.fen for each in self.granted)

    @property
    def differs(self) -> bool:
        """Whether somebody has to look at it before the order is paid."""
        return abs(self.given_fen - self.due_fen) > TOLERANCE_FEN


def basket_of(order: Order, plant: Plant, now: datetime) -> Basket:
    """An order as promotions see it: its own prices, and what its items cost as the floor."""
    items = plant.item_by_id
    lines = []
    for line in order.lines:
        item, quantity = items[line.item_id], line.quantity
        lines.append(BasketLine(item.id, item.family, quantity, line.unit_price_fen, quantity * item.cost_fen))
    customer = plant.customer_by_id.get(order.customer_id)
    day = _day(now, plant.zone)
    return Basket(tuple(lines), order.customer_id, "" if customer is None else customer.grade, order.channel_id, day)


@lru_cache(maxsize=64)
def _day(at: datetime, zone: ZoneInfo) -> date:
    """The day of the plant; all orders of a batch have one time."""
    return at.astimezone(zone).date()


def audit(offers: Offers, order: Order, plant: Plant, at: datetime, usage: Usage) -> Audit:
    """The discount of an order against the best that its promotions give on the day of `at`."""
    basket = basket_of(order, plant, at)
    choice: Choice = offers.due(basket, usage)
    given_fen = sum([line.discount_fen for line in order.lines])
    if not choice.won:
        return Audit(given_fen, (), choice.lost, basket)
    numbers = [line.line_no for line in order.lines]
    granted = tuple([_granted(offers.by_id[each.promotion], each, basket, numbers) for each in choice.won])
    return Audit(given_fen, granted, choice.lost, basket)


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
