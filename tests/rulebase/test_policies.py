"""The rule sets that are shipped: formatted, in both languages, and as their own examples say."""

from pathlib import Path

import pytest

import rulebase
from rulebase.command import main
from rulebase.examples import Examples
from rulebase.files import POLICIES, read_rule_files, shipped
from rulebase.language.checker import read_rules
from rulebase.language.formatter import format_file
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
