"""The facts of orders as the desk reads them, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from domain.orders import Order
from domain.plant import Plant
from domain.supply import OnHand
from domain.trade import CreditChange, Customer
from domain.values import replace
from rulebase.language.vocabulary import ENTITIES
from rulebase.order_facts import READ, Known, OrderFacts
from tests.promising.desks import MONDAY, order, shop

COLOUR = "order.attribute[colour]"


def keys(per_line: bool) -> list[str]:
    """All facts of orders, or of lines."""
    entities = [one for one in ENTITIES if one.per_line is per_line]
    return [f"{one.key}.{field.key}" for one in entities for field in one.fields if not field.keyed]


ORDER, LINE = (*keys(False), COLOUR), tuple(keys(True))


class Nobody:
    """No other orders, and a limit that was lower."""

    def amount_fen(self, customer_id: str, without: str) -> int:
        return len(customer_id) * 100

    def count(self, customer_id: str, without: str) -> int:
        return 2

    def elsewhere(self, customer_id: str, without: str, channel_id: str, item_id: str, at_s: int) -> tuple[str, ...]:
        return (f"{item_id}-1",)

    def credit_changes(self, customer_id: str, since_s: int) -> Sequence[CreditChange]:
        return ()

    def qualified(self, item_id: str, attribute: str) -> None:
        return None


def known(plant: Plant, made: Order) -> Known:
    return Known(made, plant, MONDAY, int(MONDAY.timestamp()), plant.customer_by_id.get(made.customer_id), Nobody())


def plants(random: Random) -> list[Plant]:
    """The same shop with other customers, items and stock from day to day."""
    found = []
    for _ in range(4):
        customers = tuple(
            Customer(name, grade=random.choice("ABC"), credit_limit_fen=random.randrange(10**6), overdue_days=number)
            for number, name in enumerate(("ACME", "BOLT"))
        )
        items = tuple(
            replace(item, family=random.choice("fgh"), price_fen=random.randrange(99)) for item in shop().items
        )
        stock = tuple(OnHand(item.id, random.randrange(1, 50), MONDAY) for item in items)
        found.append(replace(shop(), customers=customers, items=items, on_hand=stock))
    return found


def test_what_is_kept_of_customers_and_items_is_what_the_plant_tells_today() -> None:
    """200 orders on a plant that changes now and then, its facts as read by a reader that has read nothing before."""
    random = Random(11)
    days, reader = plants(random), OrderFacts(ORDER, LINE)
    assert {*LINE, *ORDER} <= READ | {COLOUR}
    grades, plant = set(), days[0]
    for number in range(200):
        if number % 7 == 0:
            plant = random.choice(days)
        made = replace(order(f"SO-{number}"), customer_id=random.choice(("ACME", "BOLT", "NOBODY")))
        lines = tuple(replace(made.lines[0], line_no=n + 1, item_id=random.choice(plant.items).id) for n in range(2))
        made = replace(made, lines=lines, attributes=(("colour", "red"),))
        facts = OrderFacts(ORDER, LINE).read(known(plant, made))
        assert reader.read(known(plant, made)) == facts
        values, of_lines = reader.values(known(plant, made))
        assert dict(zip(ORDER, values, strict=True)) == facts.order
        # An engine writes what rules derive behind them, into lists that are its own.
        for own in (values, *of_lines):
            own[:] = ["spoiled"] * (len(own) + 1)
        customer = plant.customer_by_id.get(made.customer_id)
        assert facts.order["customer.grade"] == (None if customer is None else customer.grade)
        assert [line["item.family"] for line in facts.lines] == [plant.item_by_id[x.item_id].family for x in lines]
        grades.add(facts.order["customer.grade"])
    assert grades == {None, "A", "B", "C"}
