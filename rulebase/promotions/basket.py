"""An order as promotions see it, and what a set of them takes off it: exact to the fen, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rulebase.language.kinds import MICRO
from rulebase.promotions.table import Base, Gives, Promotion


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line at list price; `floor_fen` is the least that it may come to."""

    item: str
    family: str
    quantity: int
    price_fen: int
    floor_fen: int = 0

    @property
    def fen(self) -> int:
        """What it costs before any promotion."""
        return self.quantity * self.price_fen


@dataclass(frozen=True, slots=True)
class Basket:
    """What is bought, by whom, through which channel, on which day of the plant."""

    lines: tuple[BasketLine, ...]
    customer: str
    grade: str
    channel: str
    day: date


@dataclass(frozen=True, slots=True)
class Discount:
    """What one promotion takes off each line, in fen."""

    promotion: str
    lines: tuple[int, ...]

    @property
    def fen(self) -> int:
        """What it takes off in all."""
        return sum(self.lines)


def covered(promotion: Promotion, basket: Basket) -> tuple[int, ...]:
    """The places of the lines that a promotion covers."""
    if not (promotion.items or promotion.families):
        return tuple(range(len(basket.lines)))
    return tuple(
        place
        for place, line in enumerate(basket.lines)
        if line.item in promotion.items or line.family in promotion.families
    )


def in_turn(chosen: Sequence[Promotion]) -> list[Promotion]:
    """The order in which promotions are applied: those on list prices, by priority, then those on the rest."""
    return sorted(chosen, key=lambda one: (one.base is Base.REST, -one.priority, one.id))


def discounts(basket: Basket, chosen: Sequence[Promotion]) -> list[Discount]:
    """What each of these promotions takes off when all are taken, in the order of application.

    No line falls below its floor, or below zero.
    """
    left = [line.fen for line in basket.lines]
    found = []
    for promotion in in_turn(chosen):
        places = covered(promotion, basket)
        room = {place: max(0, left[place] - max(0, basket.lines[place].floor_fen)) for place in places}
        wanted = _wanted(promotion, basket, places, left)
        if promotion.order_cap_fen is not None:
            wanted = capped(wanted, promotion.order_cap_fen)
        taken = {place: min(wanted[place], room[place]) for place in places}
        for place in places:
            left[place] -= taken[place]
        found.append(Discount(promotion.id, tuple(taken.get(place, 0) for place in range(len(left)))))
    return found


def _wanted(promotion: Promotion, basket: Basket, places: tuple[int, ...], left: list[int]) -> dict[int, int]:
    """What a promotion would take off each line that it covers, floors apart."""
    base = {place: basket.lines[place].fen if promotion.base is Base.LIST else left[place] for place in places}
    match promotion.gives:
        case Gives.MINUS:
            return share(min(promotion.fen * times(promotion, basket, places), sum(base.values())), base)
        case Gives.PERCENT:
            # Half a fen is rounded up in the customer's favour, once for the order.
            return share((sum(base.values()) * promotion.rate * 2 + MICRO) // (2 * MICRO), base)
        case Gives.PRICE:
            return {place: max(0, base[place] - basket.lines[place].quantity * promotion.fen) for place in places}
        case Gives.BUY_GET:
            free = {place: free_pieces(promotion, basket.lines[place].quantity) for place in places}
            return {place: base[place] * free[place] // basket.lines[place].quantity for place in places}
    return dict.fromkeys(places, 0)


def most(promotion: Promotion, basket: Basket, places: tuple[int, ...]) -> int:
    """What a promotion takes off at most, in fen: on list prices, floors apart."""
    lines = basket.lines
    whole = sum([lines[place].fen for place in places])
    match promotion.gives:
        case Gives.MINUS:
            found = min(promotion.fen * times(promotion, basket, places), whole)
        case Gives.PERCENT:
            found = (whole * promotion.rate * 2 + MICRO) // (2 * MICRO)
        case _:
            found = sum(_wanted(promotion, basket, places, [line.fen for line in lines]).values())
    return found if promotion.order_cap_fen is None else min(found, promotion.order_cap_fen)


def free_pieces(promotion: Promotion, quantity: int) -> int:
    """How many pieces of a line are free."""
    return quantity // (promotion.buy + promotion.get) * promotion.get


def times(promotion: Promotion, basket: Basket, places: Sequence[int]) -> int:
    """How often the threshold is full: once, or with `every` as often as it is."""
    if not promotion.every:
        return 1
    amount = sum(basket.lines[place].fen for place in places)
    quantity = sum(basket.lines[place].quantity for place in places)
    by = [amount // promotion.least_fen] if promotion.least_fen else []
    by += [quantity // promotion.least_quantity] if promotion.least_quantity else []
    return min(by)


def share(total: int, base: dict[int, int]) -> dict[int, int]:
    """A total split over lines by what they cost; it adds up, the largest remainders get the last fen."""
    whole = sum(base.values())
    if not whole:
        return dict.fromkeys(base, 0)
    parts = {place: total * fen // whole for place, fen in base.items()}
    rest = total - sum(parts.values())
    for place in sorted(base, key=lambda place: (-(total * base[place] % whole), place))[:rest]:
        parts[place] += 1
    return parts


def capped(wanted: dict[int, int], cap: int) -> dict[int, int]:
    """The same, no more than a cap in all."""
    return wanted if sum(wanted.values()) <= cap else share(cap, wanted)
