"""An order book with customers, channels and prices, and the rules and promotions that decide its orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from benchmarks.rule_books import CREDIT
from domain.items import Item
from domain.orders import Order
from domain.plant import Plant
from domain.trade import Channel, Customer
from domain.values import replace
from rulebase.promotions.audit import basket_of
from rulebase.promotions.choice import Offers, Usage
from rulebase.promotions.table import Promotion, read_promotions

CHANNELS = tuple(f"C{number}" for number in range(10))
CUSTOMERS = tuple(f"K{number}" for number in range(150))
RULES, PROMOTIONS = 50, 200
_HEAD = "id,gives,amount,rate,channels,items,least_quantity,first,last,group\n"


def bought(order: Order, random: Random) -> Order:
    """The order as one of these customers'."""
    return replace(order, customer_id=random.choice(CUSTOMERS))


def trading(plant: Plant, random: Random) -> Plant:
    """The plant with these channels and customers, all of good standing."""
    customers = tuple(
        Customer(name, grade=random.choice("ABC"), credit_limit_fen=10**15, region=random.choice(("north", "south")))
        for name in CUSTOMERS
    )
    items = tuple(replace(item, price_fen=_price(item)) for item in plant.items)
    return replace(plant, items=items, customers=customers, channels=tuple(map(Channel, CHANNELS)))


def _price(item: Item) -> int:
    return 500 + sum(map(ord, item.id)) * 7


def rules(items: Sequence[str], random: Random) -> str:
    """Eight rules on credit, and others on items, channels and customers; the orders of the book pass them all."""
    text = [CREDIT]
    for number in range(RULES - 8):
        item, channel, most = random.choice(items), random.choice(CHANNELS), random.randrange(200, 900)
        condition, effect = random.choice((
            (f'item.id = "{item}" and line.quantity > {most}', 'note "many of {item.id}"'),
            (f'channel.id = "{channel}" and customer.grade = "A"', f'set order.class = "K{number % 7}"'),
            (f'some line meets (item.id = "{item}" and line.quantity > {most})', 'note "many"'),
            (f'customer.region = "north" and order.amount > {most} yuan', 'note "far"'),
            (f'order.discount > {most} yuan and channel.id in ["{channel}", "C1"]', 'note "much"'),
        ))  # fmt: skip
        text.append(f'rule "r{number}" rank {number + 100}: when {condition} then {effect}\n')
    return "".join(text)


def promotions(
    items: Sequence[str], random: Random, count: int = PROMOTIONS, every: bool = False
) -> tuple[str, tuple[Promotion, ...]]:
    """A table of promotions for channels and items, or for all of them, as CSV and read."""
    rows = [_HEAD]
    for number in range(count):
        gives = f"percent,,{random.randrange(1, 20)}%" if number % 2 else f"minus,{random.randrange(1, 30)},"
        item, channel = random.choice(items), CHANNELS[number % len(CHANNELS)]
        channel, item = ("", "") if every else (channel, item)
        group = random.choice(("g", "h", "k") if every else ("", "g", "h"))
        rows.append(f"P{number},{gives},{channel},{item},{random.randrange(1, 4)},2020-01-01,2040-01-01,{group}\n")
    text = "".join(rows)
    return text, read_promotions(text)


def priced(order: Order, plant: Plant, offers: Offers, at: datetime) -> Order:
    """The order with its customer's channel, the list prices, and the discount that is due."""
    prices = plant.item_by_id
    lines = tuple(replace(line, unit_price_fen=prices[line.item_id].price_fen) for line in order.lines)
    made = replace(order, channel_id=CHANNELS[int(order.customer_id[1:]) % len(CHANNELS)], lines=lines)
    won = offers.due(basket_of(made, plant, at.astimezone(plant.zone).date()), Usage()).won
    off = [sum(discount.lines[place] for discount in won) for place in range(len(lines))]
    lines = tuple(replace(line, discount_fen=fen) for line, fen in zip(lines, off, strict=True))
    return replace(made, lines=lines)
