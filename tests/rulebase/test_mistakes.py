"""A mistake in a rule file is told with line, column, what would be right, and the nearest right word."""

import pytest

from rulebase.language.checker import read_rules
from rulebase.language.problems import RuleProblems

END = 'then refuse because "so"'


def mistakes(text):
    with pytest.raises(RuleProblems) as caught:
        read_rules({"f.rules": text})
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "column", "english", "nearest"),
    [
        (f'rule "a": when order.amout > 3 yuan {END}', 22, 'there is no "amout" of order', "金额 (amount)"),
        (f'规则 "a": 当 客户.逾次 > 3 {END}', 14, 'there is no "逾次" of customer', "逾期次数 (overdue_count)"),
        (f'rule "a": wen order.amount > 3 yuan {END}', 11, 'the word "wen" is not known', "when"),
        (f'rule "a": when custmer.grade = "A" {END}', 16, 'the word "custmer" is not known', "customer"),
        ('规则 "a": 当 订单.金额 > 3元 则 拒决 因为 "x"', 24, 'the word "拒决" is not known', "拒绝"),
        (f'rule "a": when order.amount > 3 yaun {END}', 33, 'the word "yaun" is not known', "yuan"),
    ],
)
def test_a_wrong_word_is_told_with_the_nearest_right_one_in_either_language(text, column, english, nearest):
    """Facts come in both languages; words of the language as they are written."""
    problem = mistakes(text)[0]
    assert (problem.at.line, problem.at.column, problem.en) == (1, column, english)
    assert problem.nearest[0] == nearest
    assert problem.say("zh").startswith(f"f.rules:1:{column}: ")


def test_what_is_expected_is_told_in_both_languages():
    """After the name of a rule come its rank, validity, owner, or the colon."""
    problem = mistakes('rule "a" then refuse because "so"')[0]
    assert problem.expected == ("级别 (rank)", "有效 (valid)", "负责 (owner)", ":", "/")
    assert problem.en == "then can't stand here"


def test_a_rule_that_ends_too_early_is_told_at_its_end():
    """The position is behind the last word."""
    problem = mistakes('rule "a":\n  when order.amount > 3 yuan')[0]
    assert (problem.at.line, problem.at.column, problem.en) == (2, 29, "this item is not finished")


def test_every_item_with_a_mistake_is_told_in_one_go():
    """Three rules, two of them wrong: two mistakes, by line."""
    found = mistakes(f'rule "a": when {END}\nrule "b": when order.amount > 3 yuan {END}\nrule "c" when no {END}')
    assert [problem.at.line for problem in found] == [1, 3]


@pytest.mark.parametrize(
    ("condition", "english"),
    [
        ("order.amount > 5", "an amount of money is needed here, not a whole number"),
        ("order.amount", "a condition is needed here, not an amount of money"),
        ("order.amount + 1 > 3 yuan", "money + count has no meaning"),
        ("order.amount * order.amount > 3 yuan", "money * money has no meaning"),
        ("order.lead > 3 yuan", "a duration is needed here, not an amount of money"),
        ('customer.grade > "A"', "a text can't be compared by >"),
        ('order.documents = "A"', "a set of texts is needed here, not a text"),
        ('order.amount contains "A"', "an amount of money can't be asked that"),
        ("has order.amount", "this fact is always there"),
        ('order.attribute = "A"', 'attribute needs a name: attribute["colour"]'),
        ('order.amount["x"] > 3 yuan', "amount takes no name"),
        ("some line meets (some line meets (line.quantity > 1))", "a quantifier can't stand within a quantifier"),
        ("total of (item.id) > 3", "a text has no sum"),
        ("(order.amount > 1 yuan) = yes", "a condition can't be compared or counted with"),
        ("order.amount > 0.001 yuan", "the number is finer than its smallest unit"),
        ("clock.now > 2026-02-30", "there is no such date or time"),
        ("order.amount > 99999999999 million yuan", "the number is too large"),
        ('customer.grade = "A', 'the text has no closing "'),
    ],
)
def test_kinds_and_units_that_do_not_go_together_are_refused(condition, english):
    """Money is compared with money, and nothing is guessed."""
    assert english in {problem.en for problem in mistakes(f'rule "a": when {condition} {END}')}


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ('rule "a": when yes then refuse', "because is missing: every no has a reason"),
        (f'rule "a": when yes {END}\nrule "a": when no {END}', 'there is a rule "a" already, at f.rules:1'),
        (f'rule "a" rank 1.5: when yes {END}', "the rank is a whole number from 0 to 1000000"),
        (f'rule "a" valid 2026-02-01 to 2026-01-01: when yes {END}', "the validity ends before it begins"),
        ("fact order.amount as money", '"amount" is a fact already'),
        ("fact order.x as count\nfact order.x as text", "the fact x is declared twice, also at f.rules:2"),
        ('fact order.x as text one of ["a"] default "b"', '"b" is none of the values it can be'),
        (
            'fact order.x as text one of ["a"]\nrule "a": when order.x = "b" then pass',
            '"b" is none of the values it can be',
        ),
        (
            'fact order.x as count\nrule "a": when yes then set order.x = "b"',
            "a whole number is needed here, not a text",
        ),
        ('rule "a": when yes then set order.amount = 3 yuan', "a fact of the order itself can't be set"),
        ('rule "a": when yes then refuse because "{order.amout}"', "no fact stands in the braces: {order.amout}"),
        ('rule "a": when yes then set order.priority = 12', "priority is a whole number from 1 to 9"),
        ('rule "a": when yes then refuse because "{order.amount"', "a brace without its other half; write two for one"),
        ('test "t": given order.amount = 3 expect pass', "an amount of money is needed here, not a whole number"),
        ('test "t": given line.quantity = 3 expect pass', "facts of a line stand in line ( ), others outside"),
        ('test "t": given order.amount = 3 yuan expect fires "x"', 'there is no rule "x"'),
    ],
)
def test_what_could_not_be_decided_or_explained_is_refused(text, english):
    """Names, reasons, validity, derived facts, values in texts, examples."""
    assert english in {problem.en for problem in mistakes(text)}


def test_a_loop_of_rules_that_derive_from_one_another_is_named():
    """Absence counts as reading, so there is no order in which the two could be decided."""
    found = mistakes(
        "fact order.x as count\nfact order.y as count\n"
        'rule "a": when order.x = 0 then set order.y = 1\nrule "b": when order.y = 0 then set order.x = 1'
    )
    assert [problem.en for problem in found] == ["rules derive from one another in a loop: a → b → a"]
    named = mistakes(
        '规则 "甲" / "a": 当 订单.乙 = 0 则 设 订单.丙 = 1\n规则 "乙" / "b": 当 订单.丙 = 0 则 设 订单.乙 = 1'
    )
    assert [(problem.zh[-9:], problem.en[-9:]) for problem in named] == [("甲 → 乙 → 甲", "a → b → a")]


def test_a_number_before_an_unknown_word_may_lack_its_unit():
    """`5万圆` is no money: units are told before the words that go on a rule; behind a unit they aren't."""
    told = mistakes(f'规则 "a": 当 订单.金额 > 5万圆 {END}')[0].expected
    assert told[:5] == ("元 (yuan)", "天 (days)", "小时 (hours)", "%", "则 (then)")
    assert "元 (yuan)" not in mistakes(f'规则 "a": 当 订单.金额 > 5元 圆 {END}')[0].expected


@pytest.mark.parametrize(
    ("inner", "nearest"),
    [("客户.评集", ("评级 (grade)",)), ("custmer.grade", ("customer",)), ("customer.grade + 1", ()), ("", ())],
)
def test_a_wrong_word_in_a_text_is_told_with_the_nearest_right_one(inner, nearest):
    """Values are filled in by the same words as conditions have."""
    problem = mistakes('规则 "a": 当 是 则 拒绝 因为 "x {' + inner + '}"')[0]
    assert (problem.en[:29], problem.nearest) == ("no fact stands in the braces:", nearest)


def test_a_fact_that_cannot_be_set_makes_no_loop():
    """What the order says of its customer isn't derived, whoever reads it."""
    found = mistakes('rule "a": when customer.grade = "A" then set customer.grade = "B"')
    assert [problem.en for problem in found] == ["a fact of the order itself can't be set"]
