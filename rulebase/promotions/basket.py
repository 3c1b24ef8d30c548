"""An order as promotions see it, and what a set of them takes off it: exact to the fen, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rulebase.language.kinds import MICRO
from rulebase.promotions.table import Base, Gives, Promotion


class BasketLine(NamedTuple):
    """A line at list price; `floor_fen` is the least that it may come to.

    A tuple, as it is stored.
    """

    item: str
    family: str
    quantity: int
    price_fen: int
    floor_fen: int = 0

    @property
    def fen(self) -> int:
        """What it costs before any promotion."""
        return self.quantity * self.price_fen


class Basket(NamedTuple):
    """What is bought, by whom, through which channel, on which day of the plant."""

    lines: tuple[BasketLine, ...]
    customer: str
    grade: str
    channel: str
    day: date


class Discount(NamedTuple):
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
    items, families = promotion.items, promotion.families
    return tuple([
        place for place, line in enumerate(basket.lines) if line.item in items or line.family in families
    ])  # fmt: skip


def in_turn(chosen: Sequence[Promotion]) -> list[Promotion]:
    """The order in which promotions are applied: those on list prices, by priority, then those on the rest."""
    if len(chosen) < 2:
        return list(chosen)
    return sorted(chosen, key=lambda one: (one.base is Base.REST, -one.priority, one.id))


def discounts(
    basket: Basket, chosen: Sequence[Promotion], known: Mapping[str, tuple[int, ...]] | None = None
) -> list[Discount]:
    """What each of these promotions takes off when all are taken, in the order of application.

    No line falls below its floor, or below zero. `known`: what each covers by its id, where somebody has looked.
    """
    left = [line.quantity * line.price_fen for line in basket.lines]
    found = []
    for promotion in in_turn(chosen):
        places = covered(promotion, basket) if known is None else known[promotion.id]
        found.append(Discount(promotion.id, tuple(take(promotion, basket, places, left))))
    return found


def take(promotion: Promotion, basket: Basket, places: tuple[int, ...], left: list[int]) -> list[int]:
    """What a promotion takes off each line of what is `left` of them, which falls by it."""
    lines = basket.lines
    taken = [0] * len(lines)
    for place, fen in wanted(promotion, basket, places, left).items():
        # Room down to the floor; a line that is below it already gives nothing.
        floor = lines[place].floor_fen
        room = left[place] - floor if floor > 0 else left[place]
        if room > 0:
            taken[place] = given = fen if fen < room else room
            left[place] -= given
    return taken


def wanted(promotion: Promotion, basket: Basket, places: tuple[int, ...], left: list[int]) -> dict[int, int]:
    """What a promotion would take off each line that it covers within its own cap, floors apart."""
    cap = promotion.order_cap_fen
    if len(places) == 1:
        (place,) = places
        line = basket.lines[place]
        base = line.quantity * line.price_fen if promotion.base is Base.LIST else left[place]
        fen = _of_one(promotion, basket, place, base)
        return {place: fen if cap is None else min(fen, cap)}
    found = _uncapped(promotion, basket, places, left)
    return found if cap is None else capped(found, cap)


def _of_one(promotion: Promotion, basket: Basket, place: int, base: int) -> int:
    """The same where it covers one line: nothing is shared."""
    line, gives = basket.lines[place], promotion.gives
    if gives is Gives.PERCENT:
        return (base * promotion.rate * 2 + MICRO) // (2 * MICRO)
    if gives is Gives.MINUS:
        return min(promotion.fen * times(promotion, basket, (place,)), base)
    if gives is Gives.PRICE:
        return max(0, base - line.quantity * promotion.fen)
    if gives is Gives.BUY_GET:
        return base * free_pieces(promotion, line.quantity) // line.quantity
    return 0


def _uncapped(promotion: Promotion, basket: Basket, places: tuple[int, ...], left: list[int]) -> dict[int, int]:
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
            found = sum(_uncapped(promotion, basket, places, [line.fen for line in lines]).values())
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
    if len(base) == 1:
        return dict.fromkeys(base, total)
    parts = {place: total * fen // whole for place, fen in base.items()}
    rest = total - sum(parts.values())
    for place in sorted(base, key=lambda place: (-(total * base[place] % whole), place))[:rest]:
        parts[place] += 1
    return parts


def capped(parts: dict[int, int], cap: int) -> dict[int, int]:
    """The same, no more than a cap in all."""
    return parts if sum(parts.values()) <= cap else share(cap, parts)


def handed(promotion: Promotion, basket: Basket, places: Sequence[int]) -> int:
    """Pieces of a gift, or points, that an order has of a promotion; 0 of one that takes money off."""
    free = promotion.gives in (Gives.GIFT, Gives.POINTS)
    return promotion.get * times(promotion, basket, places) if free else 0
