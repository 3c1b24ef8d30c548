"""Rules and orders for the benchmark of the rule base: credit, and promotions over channels and items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

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


def rule_text(count: int, random: Random) -> str:
    """`count` rules: eight on credit, the others offer promotions to a channel and an item."""
    return CREDIT + "".join(_promotion(number, random) for number in range(count - 8))


def _promotion(number: int, random: Random) -> str:
    channel, item = random.choice(CHANNELS), random.choice(ITEMS)
    first = date(2026, 1, 1) + timedelta(days=random.randrange(120))
    valid = f"valid {first} to {first + timedelta(days=random.randrange(20, 200))}"
    threshold = random.choice((
        f"line.amount >= {random.randrange(1, 50)}00 yuan",
        f"line.quantity >= {random.randrange(2, 60)}",
        f"order.amount >= {random.randrange(1, 30)}000 yuan and line.quantity > 1",
    ))  # fmt: skip
    condition = f'channel.id = "{channel}" and item.id = "{item}" and {threshold}'
    return f'rule "promotion {number}" {valid}: when {condition} then offer "P{number}"\n'


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
