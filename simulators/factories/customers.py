"""Customers with what they owe, what they may owe, and how that came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.trade import Customer
from domain.values import replace
from simulators.chance import Chance, Weights, heavy_tail
from simulators.demand_profile import Buyer

YUAN = 100
PAST_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Trade:
    """What a factory's customers are drawn from. Shares are of customers; money is in fen.

    `monthly_fen` is what all of them buy in a month, `order_fen` the mean order. A customer's share goes by his weight;
    his credit limit is two to four months of it and five orders at least, and he owes a tenth to half of the limit. Of
    grade C three in ten are overdue, of B one in twenty-five.
    """

    count: int
    monthly_fen: int
    order_fen: int
    flatness: int
    channels: tuple[tuple[str, int], ...]
    """Channel and its share of customers."""
    regions: tuple[tuple[str, int], ...] = (("", 1),)
    salespeople: int = 6
    typists: int = 2
    """Salespeople who may type a customer's orders."""
    grades: tuple[tuple[str, int], ...] = (("A", 30), ("B", 50), ("C", 15), ("", 5))


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers as they stand, as they stood, and how they buy."""

    rows: tuple[Customer, ...]
    history: tuple[tuple[datetime, Customer], ...]
    buyers: tuple[Buyer, ...]


def draw_customers(trade: Trade, chance: Chance, opening: datetime) -> Customers:
    """Draw a factory's customers."""
    weights = heavy_tail(trade.count, trade.flatness)
    rows: list[Customer] = []
    history: list[tuple[datetime, Customer]] = []
    buyers: list[Buyer] = []
    for number, weight in enumerate(weights, 1):
        monthly = trade.monthly_fen * weight // sum(weights)
        customer = _customer(f"K{number:04}", trade, chance, monthly)
        rows.append(customer)
        history += _past(customer, chance, opening)
        people = tuple(f"S{chance.between(1, trade.salespeople):02}" for _ in range(trade.typists))
        channel = _drawn(trade.channels, chance)
        buyers.append(Buyer(customer.id, weight, channel, tuple(dict.fromkeys(people)), customer.region))
    return Customers(tuple(rows), tuple(sorted(history, key=lambda row: row[0])), tuple(buyers))


def _drawn(shares: Sequence[tuple[str, int]], chance: Chance) -> str:
    return shares[chance.place(Weights(tuple(share for _, share in shares)))][0]


def _customer(name: str, trade: Trade, chance: Chance, monthly: int) -> Customer:
    grade = _drawn(trade.grades, chance)
    limit = _round(max(monthly * chance.between(20, 40) // 10, 5 * trade.order_fen))
    owes = limit * chance.between(10, 50) // 100
    overdue = chance.happens({"C": 300, "B": 40}.get(grade, 0))
    return Customer(
        name, region=_drawn(trade.regions, chance), grade=grade, credit_limit_fen=limit, receivables_fen=owes,
        overdue_count=chance.between(1, 3) if overdue else 0, overdue_days=chance.between(3, 65) if overdue else 0,
    )  # fmt: skip


def _past(customer: Customer, chance: Chance, opening: datetime) -> list[tuple[datetime, Customer]]:
    """The customer's rows of the quarters before, the oldest last; most limits and grades never changed."""
    rows, at, then = [], opening, customer
    for _ in range(PAST_QUARTERS):
        at -= timedelta(days=chance.between(60, 120))
        owes = then.credit_limit_fen * chance.between(10, 70) // 100
        then = replace(then, receivables_fen=owes, overdue_count=max(0, then.overdue_count - 1))
        then = replace(then, overdue_days=then.overdue_days // 2 if then.overdue_count else 0)
        if chance.happens(150):
            then = replace(then, credit_limit_fen=_round(then.credit_limit_fen * chance.between(60, 130) // 100))
        if chance.happens(60):
            then = replace(then, grade={"A": "B", "B": "C", "C": "B"}.get(then.grade, ""))
        rows.append((at, then))
    return rows


def _round(fen: int) -> int:
    """Limits are agreed on in thousands of yuan."""
    return max(fen // (1000 * YUAN), 1) * 1000 * YUAN
