"""A draft is tried on past orders: which change, and what that means in money, holds and priority."""

import json

import pytest

from rulebase.command import main
from rulebase.engine.facts import Facts
from rulebase.language.checker import read_rules
from rulebase.language.tree import Outcome, Text
from rulebase.past_orders import past_orders
from rulebase.promotions.table import read_promotions
from rulebase.rehearsal import Judged, Money, PastOrder, Side, rehearse
from tests.strategies_rules import NOW_S, ZONE

LIVE = """
rule "large" rank 5: when order.amount > 500 yuan then review by "finance" because "large"
rule "first" rank 1: when order.amount > 800 yuan then set order.priority = 2
"""
DRAFT = """
rule "large" rank 5: when order.amount > 700 yuan then review by "finance" because "large"
rule "overdue" rank 9: when customer.overdue_count >= 3 then refuse because "overdue"
rule "first" rank 1: when order.amount > 800 yuan then set order.priority = 1
"""
TABLE = "id,gives,rate,channels,budget,customer_cap\nA,percent,10%,C1,,\nB,percent,20%,C2,{budget},{cap}\n"


def order(name, yuan, *, overdue=0, channel="C1", customer="K1", **promise):
    """One line of one piece at this price."""
    values = {
        "order.amount": yuan * 100, "clock.now": NOW_S, "customer.id": customer, "channel.id": channel,
        "customer.overdue_count": overdue,
    }  # fmt: skip
    line = {"line.number": 1, "line.quantity": 1, "line.unit_price": yuan * 100, "item.id": "X", "item.family": "F"}
    return PastOrder(name, Facts(values, (line | {f"promise.{key}": value for key, value in promise.items()},)))


def side(text, table=""):
    return Side(read_rules({"f": text}), read_promotions(table) if table else ())


def test_orders_that_change_are_told_with_the_rules_on_either_side():
    """600 yuan is no longer held, who is overdue is refused, and 900 yuan gets priority 1."""
    past = [order("O-1", 600), order("O-2", 400), order("O-3", 300, overdue=3), order("O-4", 900)]
    found = rehearse(side(LIVE), side(DRAFT), past, ZONE)
    assert (found.orders, found.changed, found.held, found.refused) == (4, 3, (2, 1), (0, 1))
    assert [(one.order_id, one.before.outcome, one.after.outcome) for one in found.changes] == [
        ("O-1", Outcome.REVIEW, Outcome.PASS), ("O-3", Outcome.PASS, Outcome.REFUSE),
        ("O-4", Outcome.REVIEW, Outcome.REVIEW),
    ]  # fmt: skip
    assert (found.changes[0].gone, found.changes[1].new) == ((Text.one("large"),), (Text.one("overdue"),))
    assert found.priorities == {(None, None): 3, (2, 1): 1}


def test_money_is_counted_by_promotion_on_both_sides():
    """B doubles and moves from one order to two; a refused order has no discount."""
    past = [order("O-1", 100), order("O-2", 50, channel="C2"), order("O-3", 100, overdue=5)]
    cheap = "id,gives,rate,channels\nA,percent,10%,C1\n"
    found = rehearse(side(LIVE, cheap), side(DRAFT, TABLE.format(budget="", cap="")), past, ZONE)
    assert found.money == {"A": (Money(2_000, 2), Money(1_000, 1)), "B": (Money(), Money(1_000, 1))}
    assert found.fen == (2_000, 2_000)
    assert found.changes[0].after == Judged(Outcome.PASS, None, (("B", 1_000),))


@pytest.mark.parametrize(("budget", "cap"), [("15", ""), ("", "1")])
def test_budgets_and_caps_are_used_up_in_the_order_of_the_orders(budget, cap):
    """The second order of the customer finds the budget, or his cap, spent."""
    past = [order("O-1", 50, channel="C2"), order("O-2", 50, channel="C2")]
    found = rehearse(side(LIVE), side(LIVE, TABLE.format(budget=budget, cap=cap)), past, ZONE)
    assert found.money == {"B": (Money(), Money(1_000, 1))}


def test_rules_on_the_promise_decide_only_orders_whose_promise_is_known():
    """Without it they would hold every order as nobody can tell."""
    draft = 'rule "late": when promise.delay > 2 days then review by "sales" because "late"'
    past = [order("O-1", 10), order("O-2", 10, delay=3 * 86_400), order("O-3", 10, delay=0)]
    found = rehearse(side('rule "x": when no then pass'), side(draft), past, ZONE)
    assert [one.order_id for one in found.changes] == ["O-2"]


def test_only_so_many_changes_are_told_but_all_are_counted():
    """The sums are of all orders."""
    found = rehearse(side(LIVE), side(DRAFT), [order(str(number), 600) for number in range(5)], ZONE, shown=2)
    assert (found.changed, [one.order_id for one in found.changes]) == (5, ["0", "1"])


def test_the_command_reads_orders_from_a_file_and_tells_the_difference(tmp_path, capsys):
    """Sums first, then each order; a line that can't be read is told with its number."""
    for name, text in (("live.rules", LIVE), ("draft.rules", DRAFT), ("p.csv", TABLE.format(budget="", cap=""))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    lines = [
        json.dumps({"id": one.id, "order": dict(one.facts.order), "lines": [dict(line) for line in one.facts.lines]})
        for one in (order("O-1", 600), order("O-2", 400, channel="C2"))
    ]
    (tmp_path / "orders.jsonl").write_text("\n".join(lines), encoding="utf-8")
    call = ["--lang", "en", "rehearse", str(tmp_path / "draft.rules"), "--live", str(tmp_path / "live.rules")]
    call += ["--orders", str(tmp_path / "orders.jsonl"), "--promotions", str(tmp_path / "p.csv")]
    assert main(call) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 orders, 2 of them change",
        "held: 1 → 0; refused: 0 → 0",
        "  held for review → pass: 1 orders",
        "discount: 0 yuan → 140 yuan (+140 yuan)",
        "  A: 0 yuan (0 orders) → 60 yuan (1 orders)",
        "  B: 0 yuan (0 orders) → 80 yuan (1 orders)",
        "O-1: held for review → pass, A 60 yuan",
        "  fire no longer: large",
        "O-2: pass → pass, B 80 yuan",
    ]
    with (tmp_path / "orders.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"order": {"order.amout": 1}, "lines": [{}]}')
    assert main(call) == 3
    assert capsys.readouterr().err.startswith("3: 'order.amout' is no fact of an order; nearest: order.amount")


def test_a_file_of_orders_without_ids_numbers_them_and_passes_over_empty_lines():
    """The number of the line is as good a name as any."""
    found = list(past_orders(["", '{"lines": [{"line.quantity": 5}]}']))
    assert found == [PastOrder("2", Facts({}, ({"line.quantity": 5},)))]
