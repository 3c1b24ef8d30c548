"""Rules and orders for the benchmark of the rule base: credit, and promotions over channels and items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from domain.values import replace
from rulebase.engine.facts import Facts
from rulebase.language.vocabulary import FactValue

CHANNELS = tuple(f"C{number}" for number in range(10))
ITEMS = tuple(f"SKU{number}" for number in range(20))
GRADES = ("A", "B", "C", "D")
NOW_S = 1_772_413_200
"""The time of all decisions: 2026-03-02, a Monday."""

CREDIT = """
rule "over the limit" rank 90: when customer.exposure > customer.credit_limit then refuse because "over the limit"
rule "overdue often" rank 80: when customer.overdue_count >= 3 then refuse because "{customer.overdue_count} overdue"
rule "overdue long" rank 80: when customer.overdue_days > 90 then refuse because "{customer.overdue_days} days"
rule "overdue" rank 70: when customer.overdue_count >= 1 and customer.overdue_days > 30
    then review by "finance" because "late"
rule "large" rank 60: when order.amount > 500_000 yuan and customer.grade = "A" then review by "finance" because "large"
rule "large for others" rank 60: when order.amount > 100_000 yuan and customer.grade in ["B", "C"]
    then review by "finance" because "large"
rule "no grade" rank 60: when customer.grade = "D" and order.amount > 10_000 yuan
    then review by "finance" because "grade D"
rule "near the limit" rank 50: when customer.exposure > customer.credit_limit * 90% then note "near the limit"
"""


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion: for a channel and an item, within days, above the thresholds (0: none); money in fen."""

    id: str
    channel: str
    item: str
    first: date
    last: date
    line_amount: int = 0
    line_quantity: int = 0
    order_amount: int = 0

    def text(self) -> str:
        """The promotion as a rule."""
        parts = [f'channel.id = "{self.channel}"', f'item.id = "{self.item}"']
        parts += [f"line.amount >= {self.line_amount} fen"] if self.line_amount else []
        parts += [f"line.quantity >= {self.line_quantity}"] if self.line_quantity else []
        parts += [f"order.amount >= {self.order_amount} fen"] if self.order_amount else []
        head = f'rule "{self.id}" valid {self.first} to {self.last}'
        return f'{head}: when {" and ".join(parts)} then offer "{self.id}"\n'


def promotions(count: int, random: Random) -> list[Promotion]:
    """`count` promotions over ten channels and twenty items."""
    return [_promotion(number, random) for number in range(count)]


def rule_text(offers: Sequence[Promotion]) -> str:
    """Eight rules on credit, and the promotions."""
    return CREDIT + "".join(promotion.text() for promotion in offers)


def _promotion(number: int, random: Random) -> Promotion:
    first = date(2026, 1, 1) + timedelta(days=random.randrange(120))
    made = Promotion(
        f"P{number}",
        random.choice(CHANNELS),
        random.choice(ITEMS),
        first,
        first + timedelta(days=random.randrange(20, 200)),
    )
    threshold = random.randrange(3)
    if threshold == 0:
        return replace(made, line_amount=random.randrange(1, 50) * 10_000)
    if threshold == 1:
        return replace(made, line_quantity=random.randrange(2, 60))
    return replace(made, order_amount=random.randrange(1, 30) * 100_000, line_quantity=2)


def orders(count: int, random: Random) -> Sequence[Facts]:
    """Orders of three lines each."""
    return [_order(random) for _ in range(count)]


def _order(random: Random) -> Facts:
    lines: list[dict[str, FactValue | None]] = []
    amount = 0
    for number in range(1, 4):
        quantity, price = random.randrange(1, 100), random.randrange(100, 50_000)
        amount += quantity * price
        lines.append({
            "line.number": number, "item.id": random.choice(ITEMS), "line.quantity": quantity,
            "line.unit_price": price, "line.amount": quantity * price,
        })  # fmt: skip
    return Facts(
        {
            "order.amount": amount, "order.line_count": 3, "channel.id": random.choice(CHANNELS),
            "customer.grade": random.choice(GRADES), "customer.overdue_count": random.choice((0, 0, 0, 1, 2, 4)),
            "customer.overdue_days": random.choice((0, 0, 10, 40, 120)), "customer.credit_limit": 500_000_000,
            "customer.exposure": amount + random.randrange(0, 490_000_000), "clock.now": NOW_S,
        },
        tuple(lines),
    )  # fmt: skip
