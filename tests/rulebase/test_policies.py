"""The rule sets that are shipped: formatted, in both languages, and as their own examples say."""

from datetime import date
from pathlib import Path

import pytest

import rulebase
from rulebase.command import main
from rulebase.examples import Examples
from rulebase.files import POLICIES, read_rule_files, shipped, table_beside
from rulebase.findings import Kind, findings
from rulebase.language.checker import read_rules
from rulebase.language.formatter import format_file
from rulebase.language.tree import Bar
from rulebase.promotions.basket import Basket, BasketLine
from rulebase.promotions.choice import Offers, Usage
from rulebase.promotions.table import read_promotions
from tests.strategies_rules import ZONE

FOLDER = Path(rulebase.__file__).parent / "policies"
TRADES = sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("trade", TRADES)
def test_a_shipped_policy_is_formatted_and_does_what_its_examples_say(trade):
    """Every example passes, and so it does when all is translated into English."""
    assert main(["fmt", "--check", str(FOLDER / trade)]) == 0
    rule_set = read_rule_files(FOLDER / trade)
    assert [tested.failed for tested in Examples(rule_set, ZONE).run()] == [()] * len(rule_set.examples)
    english = {name: format_file(file, rule_set.vocabulary, "en") for name, file in rule_set.files.items()}
    translated = read_rules(english)
    assert translated.files == rule_set.files
    assert not any(tested.failed for tested in Examples(translated, ZONE).run())


def test_forty_rules_are_shipped_each_with_names_in_both_languages_and_an_example_that_fires_it():
    """No rule that nobody ever saw at work."""
    assert TRADES == ["auto_parts", "brake_parts", "furniture", "moulding"] == sorted(POLICIES)
    count = 0
    for trade in TRADES:
        rule_set = read_rule_files(FOLDER / trade)
        fired = {firing.rule for tested in Examples(rule_set, ZONE).run() for firing in tested.decision.record.fired}
        for rule in rule_set.rules:
            count += 1
            assert rule.rule.name.zh != rule.rule.name.en
            assert rule.rule.reason is None or rule.rule.reason.zh != rule.rule.reason.en
            assert rule.rule.name in fired or rule.name == "大额零散", rule.name
    assert count >= 40


def test_a_shipped_policy_is_named_by_its_trade():
    """`--rules moulding` needs no path; any other word is a path."""
    assert shipped(Path("moulding")) == FOLDER / "moulding"
    assert shipped(Path("nowhere")) == Path("nowhere")


@pytest.mark.parametrize("trade", TRADES)
def test_every_promotion_that_is_shipped_is_had_by_some_order_and_none_add_up_unsaid(trade):
    """At its own threshold, in its own channel, for its own family and grade it is what the order has."""
    table = table_beside(Path(trade))
    offers = read_promotions(table.read_text(encoding="utf-8"))
    assert len(offers) >= 3
    found = findings(read_rule_files(FOLDER / trade), ZONE, offers)
    assert [one for one in found if one.kind is not Kind.NEVER_READ] == []
    for one in offers:
        pieces = one.least_quantity or one.buy + one.get or 10
        price_fen = -(-max(one.least_fen, 100_00) // pieces)
        grade, family = (min(scope, default="") for scope in (one.grades, one.families))
        lines = (BasketLine("X", family, pieces, price_fen),)
        baskets = [Basket(lines, "C", grade, channel, date(2026, 3, 2)) for channel in one.channels or [""]]
        won = {each.promotion for basket in baskets for each in Offers(offers).due(basket, Usage()).won}
        assert one.id in won, one.id


def test_the_table_of_a_shipped_policy_goes_with_its_rules():
    """Gold customers have no threshold offers online: the rule bars a promotion that the table has."""
    assert table_beside(Path("nowhere")) is None
    offers = read_promotions(table_beside(Path("auto_parts")).read_text(encoding="utf-8"))
    barred = {effect.promotion for rule in read_rule_files(FOLDER / "auto_parts").rules
              for effect in rule.rule.effects if isinstance(effect, Bar)}  # fmt: skip
    assert barred == {"满减"} <= {one.id for one in offers}
