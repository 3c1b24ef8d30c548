"""What follows from rules that are met: rank, strata, holds for what can't be told."""

from __future__ import annotations

import pytest

from rulebase.engine.chain import Engine
from rulebase.engine.compiled import Compiled
from rulebase.engine.decision import Open, Stage, Trouble
from rulebase.engine.facts import Facts
from rulebase.engine.naive import Naive
from rulebase.engine.near_misses import near_misses
from rulebase.engine.telling import Teller
from rulebase.language.checker import read_rules
from rulebase.language.formatter import Writer
from rulebase.language.tree import Outcome, Text
from tests.rulebase.test_engines_agree import answer
from tests.strategies_rules import NOW_S, ZONE

ORDER = {
    "order.amount": 60_000_000, "order.quantity": 10, "customer.grade": "A", "customer.overdue_count": 0,
    "customer.credit_limit": 100_000_000, "customer.exposure": 50_000_000, "order.documents": frozenset({"合同"}),
    "clock.now": NOW_S,
}  # fmt: skip
LINES = (
    {"line.number": 1, "line.quantity": 4, "item.id": "A-1", "item.on_hand": 3, "item.safety_stock": 5},
    {"line.number": 2, "line.quantity": 6, "item.id": "B-1", "item.on_hand": 9, "item.safety_stock": 5},
)


def decide(text, lines=LINES, stage=Stage.WHOLE, **changes):
    """The record of one order, the same from both engines."""
    rule_set = read_rules({"f": text})
    facts = Facts(ORDER | {name.replace("__", "."): value for name, value in changes.items()}, lines)
    decision = Engine(rule_set, ZONE, stage).decide(facts)
    if stage is Stage.WHOLE:
        assert answer(decision) == Naive(rule_set, facts, ZONE).decide()
    return decision.record


def test_the_highest_rank_decides():
    """A pass of rank 9 lifts a refusal of rank 5, which is kept in the record."""
    record = decide("""
        rule "no": when order.amount > 50万元 then refuse because "large"
        rule "known customer" rank 9: when customer.grade = "A" then pass
    """)
    assert record.outcome is Outcome.PASS
    assert [firing.rule.zh for firing in record.fired] == ["known customer", "no"]


def test_at_one_rank_refusal_stands_over_hold_and_hold_over_pass():
    """The gravest of a rank."""
    review = 'rule "r": when yes then review by "finance" / "财务" because "x"\n'
    assert decide(review + 'rule "p": when yes then pass').outcome is Outcome.REVIEW
    record = decide(review + 'rule "n": when yes then refuse because "x"')
    assert record.outcome is Outcome.REFUSE
    assert record.reviewers == ()
    assert decide(review).reviewers == (Text("财务", "finance"),)


def test_a_rule_about_some_line_fires_once_however_many_lines_have_its_values():
    """By one value of several, by two lines at once, and not where another condition of the line fails."""
    rules = """
        rule "either": when some line meets (item.id in ["A-1", "B-1"]) then note "x"
        rule "many of one": when some line meets (item.id = "B-1" and line.quantity > 5) then note "x"
        rule "too many": when some line meets (item.id = "A-1" and line.quantity > 5) then note "x"
        rule "both": when some line meets (item.id = "A-1") and some line meets (item.id = "B-1") then note "x"
        rule "neither": when some line meets (item.id = "C-1") then note "x"
    """
    fired = [firing.rule.zh for firing in decide(rules).fired]
    assert sorted(fired) == ["both", "either", "many of one"]


def test_derived_facts_are_read_by_later_rules_whatever_their_order_in_the_file():
    """Risk from overdue invoices, class from risk, refusal from class."""
    text = """
        rule "c": when order.class = "C" then refuse because "class C"
        rule "b": when customer.risk = "high" then set order.class = "C"
        rule "a": when customer.overdue_count > 2 then set customer.risk = "high"
        fact customer.risk as text
        fact order.class as text default "A"
    """
    record = decide(text, customer__overdue_count=3)
    assert record.outcome is Outcome.REFUSE
    assert record.derived == (("customer.risk", None, "high"), ("order.class", None, "C"))
    assert decide(text).outcome is Outcome.PASS


def test_of_two_values_the_higher_rank_wins_and_equal_ranks_that_disagree_hold():
    """The order is held, and both rules are named."""
    text = """
        fact order.class as text
        rule "a" rank 1: when yes then set order.class = "A"
        rule "b" rank {}: when yes then set order.class = "B"
    """
    assert decide(text.format(2)).value("order.class") == "B"
    record = decide(text.format(1))
    assert record.outcome is Outcome.REVIEW
    assert record.open == (Open(Trouble.CONFLICT, (Text.one("a"), Text.one("b")), None, "order.class"),)


def test_a_rule_that_cannot_be_told_holds_the_order_and_is_named():
    """A missing fact and a division by zero, though another rule of its rank would pass it."""
    text = 'rule "changes": when customer.changes > 2 then refuse because "x"\nrule "ok": when yes then pass'
    record = decide(text)
    assert record.outcome is Outcome.REVIEW
    assert record.open == (Open(Trouble.UNTOLD, (Text.one("changes"),)),)
    record = decide('rule "price": when order.amount / order.quantity > 3 yuan then pass', order__quantity=0)
    assert record.open == (Open(Trouble.UNTOLD, (Text.one("price"),)),)


def test_a_missing_fact_is_no_matter_where_the_answer_does_not_depend_on_it():
    """False and unknown is false, in either order; so is a fact that was asked for."""
    for text in (
        'customer.changes > 2 and customer.grade = "B"',
        'customer.grade = "B" and customer.changes > 2',
        "has customer.changes and customer.changes > 2",
        "not (customer.changes > 2 or order.quantity = 10)",
    ):
        record = decide(f'rule "r": when {text} then refuse because "x"')
        assert (record.outcome, record.open) == (Outcome.PASS, ())


def test_a_higher_refusal_stands_over_a_rule_that_cannot_be_told():
    """Nobody need look at what is refused anyway; a lower refusal waits for a human."""
    text = 'rule "u" rank {}: when customer.changes > 2 then pass\nrule "no" rank 5: when yes then refuse because "x"'
    assert decide(text.format(1)).outcome is Outcome.REFUSE
    assert decide(text.format(9)).outcome is Outcome.REVIEW


def test_a_fact_that_the_caller_forgot_holds_the_order():
    """A firm fact may not be missing either."""
    rule = 'rule "r": when customer.grade = "C" then refuse because "x"'
    assert decide(rule, customer__grade=None).open == (Open(Trouble.UNTOLD, (Text.one("r"),)),)


def test_missing_papers_are_listed_and_no_pass_lifts_them():
    """A drawing is demanded and isn't there."""
    record = decide(
        'rule "p" rank 9: when yes then pass\nrule "d": when yes then require document "图纸", require document "合同"'
    )
    assert record.outcome is Outcome.REVIEW
    assert record.open == (Open(Trouble.MISSING, (Text.one("d"),), None, "图纸"),)


def test_a_frozen_item_is_named_by_its_line():
    """Below the safety stock."""
    record = decide('rule "f": when item.on_hand < item.safety_stock then freeze because "{item.id}: {item.on_hand}"')
    assert (record.outcome, record.frozen) == (Outcome.REFUSE, (0,))


def test_validity_is_by_days_of_the_plant():
    """The last day counts to its end; 2026-03-02 it is, in Shanghai."""
    rule = 'rule "r" valid {}: when yes then refuse because "x"'
    for validity, refused in (
        ("2026-03-02 to 2026-03-02", True), ("from 2026-03-03", False), ("to 2026-03-01", False),
        ("from 2026-03-02", True), ("to 2026-03-02", True),
    ):  # fmt: skip
        assert (decide(rule.format(validity)).outcome is Outcome.REFUSE) is refused
    last_second = NOW_S + 15 * 3600 - 1
    assert decide(rule.format("to 2026-03-02"), clock__now=last_second).outcome is Outcome.REFUSE
    assert decide(rule.format("to 2026-03-02"), clock__now=last_second + 1).outcome is Outcome.PASS


def test_money_is_exact_where_floats_would_err():
    """A tenth of 3 fen is less than 0.31 fen; derived fen are rounded half up."""
    assert (
        decide('rule "r": when order.amount * 10% = 0.3 * 1 fen then refuse because "x"', order__amount=3).outcome
        is Outcome.REFUSE
    )
    text = 'fact order.part as money\nrule "r": when yes then set order.part = order.amount * 50%'
    assert decide(text, order__amount=5).value("order.part") == 3
    assert decide(text, order__amount=-5).value("order.part") == -3
    large = 'rule "r": when order.amount / 3 * 3 = order.amount then refuse because "x"'
    assert decide(large, order__amount=10**17 + 1).outcome is Outcome.REFUSE


def test_more_firings_than_allowed_hold_the_order():
    """A limit on everything."""
    rule_set = read_rules({"f": 'rule "r": when line.quantity > 0 then pass'})
    decision = Engine(rule_set, ZONE, firings_max=1).decide(Facts(ORDER, LINES))
    assert (decision.outcome, decision.record.open) == (Outcome.REVIEW, (Open(Trouble.LIMIT, ()),))
    assert Engine(rule_set, ZONE, firings_max=2).decide(Facts(ORDER, LINES)).outcome is Outcome.PASS


def test_rules_about_the_promise_decide_after_placing_and_the_others_before():
    """Each says its word once."""
    text = """
        rule "before" : when order.amount > 1 yuan then review by "finance" because "x"
        rule "after": when promise.delay > 1 days then review by "planner" because "x"
    """
    lines = tuple(line | {"promise.delay": 100_000} for line in LINES)
    assert decide(text, stage=Stage.ADMIT).reviewers == (Text.one("finance"),)
    assert decide(text, lines, stage=Stage.APPROVE).reviewers == (Text.one("planner"),)
    assert len(decide(text, lines, stage=Stage.APPROVE).fired) == 3


def test_reasons_carry_their_values_in_the_language_asked_for():
    """Money in yuan or 万元, and a question mark for what is missing."""
    reason = '因为 "金额 {订单.金额}" / "amount {order.amount}, {customer.changes}"'
    text = f'rule "r": when order.amount > 1 yuan then refuse {reason}'
    engine = Engine(read_rules({"f": text}), ZONE)
    decision = engine.decide(Facts(ORDER, LINES))
    assert list(Teller(engine, "zh").reasons(decision)) == ["金额 60万元"]
    assert list(Teller(engine, "en").reasons(decision)) == ["amount 600000 yuan, ?"]


def test_near_misses_name_the_one_condition_that_is_lacking():
    """An order of 600,000 of grade A is short of the second rule by its grade alone."""
    rule_set = read_rules({"f": """
        rule "both": when order.amount > 50万元 and customer.grade = "B" then refuse because "x"
        rule "far": when order.amount > 70万元 and customer.grade = "B" then refuse because "x"
        rule "line": when line.quantity > 5 and item.on_hand < item.safety_stock then freeze because "x"
    """})  # fmt: skip
    engine = Engine(rule_set, ZONE)
    writer = Writer(rule_set.vocabulary, "en")
    found = [
        (miss.rule.name, miss.line, writer.expression(miss.lacking), [value for _, value in miss.values])
        for miss in near_misses(engine, engine.decide(Facts(ORDER, LINES)))
    ]
    assert found == [
        ("both", None, 'customer.grade = "B"', ["A"]),
        ("line", 0, "line.quantity > 5", [4]),
        ("line", 1, "item.on_hand < item.safety_stock", [9, 5]),
    ]


@pytest.mark.parametrize("amount", [0, 99, 100, 101, 250, 300, 301, 999, 1_000, 5_000])
def test_rules_by_limits_are_found_between_them(amount):
    """Forty overlapping tiers of amount: those are met whose limits the amount is within, exactly at them too."""
    limits = [(low, low + width) for low in range(0, 1_000, 100) for width in (0, 1, 150, 800)]
    text = "".join(
        f'rule "t{n}": when order.amount between {low} fen and {high} fen then note "x"\n'
        for n, (low, high) in enumerate(limits)
    ) + "".join(f'rule "o{n}": when order.amount {op} {n}00 fen then note "x"\n' for n in range(9) for op in (">=",))
    rule_set = read_rules({"f": text})
    engine = Engine(rule_set, ZONE)
    matcher = engine._strata[0][0]
    assert isinstance(matcher, Compiled)
    assert any(name.endswith("_limits") for name in matcher._numbers)
    found = {firing.rule.zh for firing in engine.decide(Facts(ORDER | {"order.amount": amount}, LINES)).record.fired}
    wanted = {f"t{n}" for n, (low, high) in enumerate(limits) if low <= amount <= high}
    assert found == wanted | {f"o{n}" for n in range(9) if amount >= n * 100}
