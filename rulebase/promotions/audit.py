"""The discount that an order was given against the one that it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.orders import Order
from domain.plant import Plant
from rulebase.language.formatter import money_text
from rulebase.promotions.basket import Basket, BasketLine
from rulebase.promotions.choice import Choice, Offers, Usage

TOLERANCE_FEN = 500
"""A difference of five yuan is nobody's trouble; one fen more is."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was given, and what was due by which promotions."""

    given_fen: int
    due: Choice

    @property
    def differs(self) -> bool:
        """Whether somebody has to look at it before the order is paid."""
        return abs(self.given_fen - self.due.fen) > TOLERANCE_FEN

    def say(self, language: str) -> str:
        """What was given and what was due."""
        given, due = money_text(self.given_fen, language), money_text(self.due.fen, language)
        names = ", ".join(discount.promotion for discount in self.due.won)
        if language == "zh":
            return f"给了优惠 {given}，应为 {due}" + (f"（{names}）" if names else "")
        return f"a discount of {given} was given, {due} is due" + (f" ({names})" if names else "")


def basket_of(order: Order, plant: Plant, now: datetime) -> Basket:
    """An order as promotions see it: its own prices, and what its items cost as the floor."""
    items = plant.item_by_id
    lines = tuple(
        BasketLine(
            line.item_id, items[line.item_id].family, line.quantity, line.unit_price_fen,
            line.quantity * items[line.item_id].cost_fen,
        )
        for line in order.lines
    )  # fmt: skip
    customer = plant.customer_by_id.get(order.customer_id)
    day = now.astimezone(plant.zone).date()
    return Basket(lines, order.customer_id, "" if customer is None else customer.grade, order.channel_id, day)


def audit(offers: Offers, order: Order, plant: Plant, now: datetime, usage: Usage) -> Audit:
    """The discount of an order against the best that its promotions give."""
    given = sum(line.discount_fen for line in order.lines)
    return Audit(given, offers.due(basket_of(order, plant, now), usage))
