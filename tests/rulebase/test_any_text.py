"""Whatever text is given: rules, or mistakes with their places; never another error."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebase.engine.chain import Engine
from rulebase.language.checker import read_rules
from rulebase.language.problems import RuleProblems
from rulebase.language.words import PHRASES, UNITS
from tests.strategies_rules import ZONE

WORDS = [
    *PHRASES, *UNITS, "order", "订单", "行", ".", "amount", "金额", "id", "quantity", "attribute", '["x"]', '"a"', '"',
    "(", ")", "[", "]", ",", ":", "/", "*", "+", "-", "=", ">", "5", "3元", "10%", "2026-03-02", "#", "\n", "{", "。",
]  # fmt: skip


def take(text):
    """Read and compile what can be; True for rules."""
    try:
        Engine(read_rules({"f": text}), ZONE)
    except RuleProblems as error:
        problems = error.problems
    else:
        return True
    assert problems
    assert all(problem.say("zh") and problem.say("en") for problem in problems)
    assert all(0 <= problem.at.line <= text.count("\n") + 1 for problem in problems)
    return False


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_characters(text):
    """Letters, signs and marks of all the world's scripts."""
    take(text)


def test_any_words_of_the_language():
    """Words of both languages in any order, behind the beginning of a rule; 150 texts."""
    for seed in range(150):
        random = Random(seed)
        words = random.choices(WORDS, k=random.randrange(1, 30))
        start = random.choice(["", 'rule "a": when ', '规则 "a": 当 订单.金额 ', 'test "a": given '])
        take(start + random.choice(["", " "]).join(words))


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 5_000 + "yes" + ")" * 5_000,
        "not " * 5_000 + "yes",
        " + ".join(["1"] * 5_000) + " > 1",
        "(" * 39 + "yes" + ")" * 39,
    ],
)
def test_nesting_without_end_is_a_mistake(condition):
    """Parentheses around one another say nothing and are taken; conditions within conditions have a limit."""
    assert take(f'rule "a": when {condition} then pass') is condition.startswith("(")


def test_conditions_as_deep_as_they_may_be_are_compiled():
    """Forty deep, and both forms of the condition are made."""
    deep = "order.amount / order.quantity > 1 yuan"
    for _ in range(36):
        deep = f"not ({deep})"
    assert take(f'rule "a": when {deep} then pass')
