"""Orders judged in a row before any of them is decided get the answers and records that they get one by one."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import LinePromise, Outcome, Promise, PromiseState
from domain.trade import Channel, Customer
from domain.values import replace
from promising.admission import RuleAdmission
from promising.credit_history import CreditHistory
from promising.exposure import Exposure
from promising.ports import Due, Verdict
from promising.qualified import Qualified
from promising.takings import Takings
from rulebase.language.checker import read_rules
from rulebase.promotions.table import read_promotions
from tests.promising.desks import MONDAY, shop

CUSTOMERS, CHANNELS = ("ACME", "BETA", "GAMMA"), ("shop", "web", "")
RULES = """
rule "over the limit" rank 20: when customer.exposure > customer.credit_limit then review by "finance" because "much"
rule "third order" rank 30: when customer.orders >= 3 and order.quantity > 60 then refuse because "too many"
rule "on two channels" rank 25: when some line meets (item.elsewhere != "") then review by "sales" because "elsewhere"
rule "large" rank 5: when order.quantity > 50 then offer "P3"
"""
TABLE = """id,gives,amount,campaign_cap,customer_cap,budget,by_rule,items
P1,minus,5,4,,,,cap
P2,minus,9,,1,,,
P3,minus,7,,,20,yes,
"""
Answers = list[tuple[Verdict, Due, bytes]]


def works() -> Plant:
    customers = tuple(Customer(name, credit_limit_fen=200_000) for name in CUSTOMERS)
    return replace(shop(), customers=customers, channels=tuple(Channel(name) for name in CHANNELS if name))


def orders(seed: int) -> list[Order]:
    random = Random(seed)

    def line(number: int) -> OrderLine:
        item, given = random.choice(("cap", "box")), random.choice((0, 0, 300, 1600))
        wanted = MONDAY + timedelta(days=5)
        return OrderLine(number, item, random.randint(1, 90), wanted, unit_price_fen=900, discount_fen=given)

    return [
        Order(
            f"SO-{number}",
            random.choice(CUSTOMERS),
            tuple(line(no + 1) for no in range(random.randint(1, 2))),
            channel_id=random.choice(CHANNELS),
        )
        for number in range(24)
    ]


def answers(made: list[Order], row: int) -> Answers:
    """What a desk would come to that judges so many orders in a row; what passes stands for the later ones."""
    promotions = read_promotions(TABLE)
    admission = RuleAdmission(read_rules({"f": RULES}), promotions=promotions)
    takings = Takings()
    exposure = Exposure(lambda _: (), lambda: int(MONDAY.timestamp()), CreditHistory(), Qualified(lambda: ()))
    admission.look(works(), exposure)
    admission.number = 1
    found: Answers = []
    for place, order in enumerate(made):
        if place % row == 0:
            admission.ahead(made[place : place + row], MONDAY, takings.used)
        verdict = admission.admit(order, MONDAY)
        due = admission.due(order, MONDAY, verdict, takings.used(order.customer_id))
        assert admission.trace is not None
        found.append((verdict, due, admission.trace.row(place).content))
        if verdict.admission.value == "refuse":
            continue
        lines = tuple(
            LinePromise(
                each.line_no, each.item_id, each.quantity, each.requested_time, Outcome.ON_TIME, PromiseState.CONFIRMED
            )
            for each in order.lines
        )
        promise = Promise(order, lines, MONDAY, granted=due.granted, lost=due.lost)
        exposure.put(promise)
        takings.move(None, promise)
    return found


def test_orders_judged_in_a_row_get_what_they_get_one_by_one() -> None:
    """40 streams of three customers: limits, orders on two channels, caps and budgets run out within a row."""
    verdicts: set[str] = set()
    told: set[str] = set()
    for seed in range(40):
        made = orders(seed)
        alone = answers(made, 1)
        for row in (2, 5, 16):
            assert answers(made, row) == alone, f"seed {seed}, {row} in a row"
        verdicts |= {verdict.admission.value for verdict, _, _ in alone}
        told |= {each.why.value for _, due, _ in alone for each in due.lost}
        told |= {"elsewhere" for _, due, _ in alone if due.elsewhere_items}
    assert verdicts == {"pass", "hold", "refuse"}
    assert told >= {"campaign_cap", "customer_cap", "budget", "elsewhere"}


def test_what_was_judged_of_another_plant_or_time_is_judged_again() -> None:
    """A lower limit counts from the look at the new plant on, a later time from then on."""
    admission = RuleAdmission(read_rules({"f": RULES}))
    exposure = Exposure(lambda _: (), lambda: int(MONDAY.timestamp()), CreditHistory(), Qualified(lambda: ()))
    admission.look(works(), exposure)
    admission.number = 1
    made = [replace(each, channel_id="") for each in orders(1)[:4]]
    admission.ahead(made, MONDAY, Takings().used)
    poor = tuple(replace(each, credit_limit_fen=0) for each in works().customers)
    admission.look(replace(works(), customers=poor), exposure)
    assert admission.admit(made[0], MONDAY).admission.value == "hold"
    admission.ahead(made, MONDAY, Takings().used)
    later = MONDAY + timedelta(hours=1)
    admission.admit(made[0], later)
    assert admission.trace is not None
    assert admission.trace.at_s == later.timestamp()
