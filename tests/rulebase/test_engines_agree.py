"""The compiled engine and the naive reference answer alike, whatever the rules, the facts and their order."""

from random import Random

import pytest

from rulebase.engine.chain import Engine
from rulebase.engine.decision import Trouble
from rulebase.engine.naive import Answer, Naive
from rulebase.language.checker import check, vocabulary_of
from rulebase.language.formatter import format_file
from rulebase.language.tree import File
from tests.strategies_rules import ZONE, RuleMaker

RULE_SETS, CASES = 80, 30


def answer(decision):
    """What engines must agree on."""
    record = decision.record

    def names(trouble):
        return frozenset((one.rules[0].zh, one.line) for one in record.open if one.trouble is trouble)

    return Answer(
        record.outcome,
        frozenset((firing.rule.zh, firing.line) for firing in record.fired),
        names(Trouble.UNTOLD),
        frozenset((one.what, one.line) for one in record.open if one.trouble is Trouble.CONFLICT),
        frozenset(one.what for one in record.open if one.trouble is Trouble.MISSING),
        frozenset(record.derived),
    )


def compare(seed, rules, cases):
    """Decide random orders by random rules with both; returns how many fired, were untold and in conflict."""
    maker = RuleMaker(Random(seed))
    file = maker.file(rules)
    rule_set = check({"": file})
    engine = Engine(rule_set, ZONE)
    seen = [0, 0, 0]
    for _ in range(cases):
        facts = maker.facts()
        found = answer(engine.decide(facts))
        wanted = Naive(rule_set, facts, ZONE).decide()
        assert found == wanted, f"seed {seed}: {facts}\n{format_file(file, vocabulary_of({'': file}), 'en')}"
        seen = [one + len(more) for one, more in zip(seen, (found.fired, found.untold, found.conflicts), strict=True)]
    return seen


def test_compiled_and_naive_engine_agree_on_random_rules_and_orders():
    """80 sets of up to 14 rules, 30 orders each: verdict, rules fired, rules untold, conflicts, derived facts."""
    seen = [compare(seed, 2 + seed % 13, CASES) for seed in range(RULE_SETS)]
    fired, untold, conflicts = map(sum, zip(*seen, strict=True))
    assert fired > 3_000
    assert untold > 600
    assert conflicts > 50


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1_000, 1_100))
def test_engines_agree_for_hours(seed):
    """100 runs of 100 sets with 40 orders each: 400,000 in all."""
    for number in range(100):
        compare(seed * 1_000 + number, 3 + number % 20, 40)


@pytest.mark.parametrize("seed", range(30))
def test_the_verdict_does_not_depend_on_the_order_of_rules_and_files(seed):
    """Rules shuffled over two files decide as in one, and facts given in another order, too."""
    maker = RuleMaker(Random(seed))
    file = maker.file(10)
    items = list(file.items)
    Random(seed).shuffle(items)
    one, other = (
        Engine(check({"": file}), ZONE),
        Engine(check({"b": File(tuple(items[:8])), "a": File(tuple(items[8:]))}), ZONE),
    )
    for _ in range(10):
        facts = maker.facts()
        turned = type(facts)(dict(reversed(facts.order.items())), facts.lines)
        assert one.decide(facts).record == other.decide(turned).record
