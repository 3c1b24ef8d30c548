"""What is found in a rule set before it goes live, each with an order that shows it."""

from pathlib import Path
from random import Random

import pytest

from rulebase.engine.chain import Engine
from rulebase.engine.facts import Facts, key_of
from rulebase.files import POLICIES, read_rule_files, shipped
from rulebase.findings import Kind, findings
from rulebase.language.checker import read_rules
from rulebase.language.tree import Fact
from tests.rulebase.test_chain import LINES, ORDER
from tests.strategies_rules import ZONE


def found(text):
    rule_set = read_rules({"f": text})
    return rule_set, findings(rule_set, ZONE)


def test_two_rules_of_one_rank_that_pass_and_refuse_the_same_order_are_told_with_that_order():
    """Between 50 and 60 yuan of grade A; the order is decided, and both rules fire."""
    rule_set, (finding,) = found("""
        rule "p" rank 3: when order.amount < 60 yuan and customer.grade in ["A", "B"] then pass
        rule "n" rank 3: when order.amount >= 50 yuan and customer.grade = "A" then refuse because "x"
        rule "other rank" rank 4: when order.amount >= 70 yuan then refuse because "x"
        rule "other grade" rank 3: when customer.grade = "C" then refuse because "x"
    """)
    assert (finding.kind, finding.decided) == (Kind.CONTRADICTION, True)
    assert dict(finding.example) == {Fact("order", "amount"): 5_000, Fact("customer", "grade"): "A"}
    facts = Facts(ORDER | {key_of(fact): value for fact, value in finding.example}, LINES)
    fired = {firing.rule.zh for firing in Engine(rule_set, ZONE).decide(facts).record.fired}
    assert {"p", "n"} <= fired == {rule.zh for rule in finding.rules}


def test_limits_that_no_order_meets_are_unreachable():
    """Numbers between limits that cross, texts that can't both be, days that exclude the hour asked for."""
    _, got = found("""
        fact customer.risk as text one of ["high"]
        rule "a": when order.amount > 5 yuan and order.amount < 5.01 yuan then pass
        rule "b": when customer.grade = "A" and customer.grade in ["B", "C"] then pass
        rule "c" valid 2026-03-01 to 2026-03-02: when clock.now >= 2026-03-03 then pass
        rule "d": when order.line_count = 3 and order.line_count > 3 then pass
        rule "e": when order.amount > 5 yuan and order.amount < 5.02 yuan then set customer.risk = "high"
        rule "f" : when customer.risk = "high" then pass
    """)
    assert [(one.kind, one.rules[0].zh) for one in got] == [(Kind.UNREACHABLE, name) for name in "abcd"]


def test_a_rule_that_a_higher_one_always_outvotes_is_shadowed():
    """Whoever is over the higher limit is over the lower one."""
    _, got = found("""
        rule "low" rank 1: when order.amount > 80 yuan and customer.grade = "A" then review by "x" because "x"
        rule "high" rank 2: when order.amount > 50 yuan then refuse because "x"
        rule "wider" rank 1: when order.amount > 40 yuan then review by "x" because "x"
    """)
    assert [(one.kind, one.rules[0].zh, one.rules[1].zh) for one in got] == [(Kind.SHADOWED, "low", "high")]


def test_what_depends_on_more_than_single_facts_is_undecided():
    """Two facts compared, or a quantifier: perhaps both are met, perhaps never."""
    _, (finding,) = found("""
        rule "p": when customer.exposure < customer.credit_limit then pass
        rule "n": when some line meets (line.quantity > 5) then refuse because "x"
    """)
    assert (finding.kind, finding.decided) == (Kind.CONTRADICTION, False)


def test_derived_facts_that_nobody_sets_or_reads_are_told():
    """The priority is read by the desk."""
    _, got = found("""
        fact order.priority as count
        fact order.x as count
        fact order.y as count
        rule "a": when order.x = 0 then set order.y = 1, set order.priority = 2
    """)
    assert [(one.kind, one.what) for one in got] == [(Kind.NEVER_SET, "order.x"), (Kind.NEVER_READ, "order.y")]


def test_decided_findings_hold_for_random_limits():
    """For 200 random sets: the order that shows a contradiction fires both, and an unreachable rule never fires."""
    random = Random(3)
    seen = set()
    for _ in range(200):
        rules = []
        for number in range(6):
            parts = [
                f"order.amount {random.choice(['<', '<=', '>', '>=', '='])} {random.randrange(4)} fen" for _ in range(2)
            ]
            parts.append(f'customer.grade in ["{random.choice("AB")}", "{random.choice("BC")}"]')
            effect = random.choice(["pass", 'refuse because "x"', 'review by "x" because "x"'])
            rules.append(f'rule "r{number}" rank {random.randrange(2)}: when {" and ".join(parts)} then {effect}\n')
        rule_set, got = found("".join(rules))
        engine = Engine(rule_set, ZONE)

        def fired(amount, grade, engine=engine):
            facts = Facts(ORDER | {"order.amount": amount, "customer.grade": grade}, LINES)
            return {firing.rule.zh for firing in engine.decide(facts).record.fired}

        ever = {name for amount in range(-1, 5) for grade in "ABC" for name in fired(amount, grade)}
        never = {one.rules[0].zh for one in got if one.kind is Kind.UNREACHABLE}
        assert never == {f"r{number}" for number in range(6)} - ever
        for one in got:
            seen.add(one.kind)
            if one.kind is Kind.CONTRADICTION:
                values = {key_of(fact): value for fact, value in one.example}
                assert {rule.zh for rule in one.rules} <= fired(values["order.amount"], values["customer.grade"])
    assert seen == {Kind.CONTRADICTION, Kind.SHADOWED, Kind.UNREACHABLE}


@pytest.mark.parametrize("trade", POLICIES)
def test_shipped_policies_have_no_decided_finding(trade):
    """But facts that only people read: an order's class, say."""
    got = findings(read_rule_files(shipped(Path(trade))), ZONE)
    assert [one for one in got if one.decided and one.kind is not Kind.NEVER_READ] == []
