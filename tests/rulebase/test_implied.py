"""Facts that rules derive without a declaration: their kind follows from the sentences that set them."""

import pytest

from rulebase.engine.chain import Engine
from rulebase.engine.facts import Facts
from rulebase.engine.naive import Naive
from rulebase.language.checker import read_rules, vocabulary_of
from rulebase.language.formatter import format_file
from rulebase.language.kinds import Kind
from rulebase.language.parser import parse
from rulebase.language.tree import Outcome
from tests.rulebase.test_chain import LINES, ORDER
from tests.rulebase.test_engines_agree import answer
from tests.rulebase.test_mistakes import mistakes
from tests.strategies_rules import ZONE


def decide(text, **facts):
    rule_set = read_rules({"f.rules": text})
    given = Facts(ORDER | {key.replace("__", "."): value for key, value in facts.items()}, LINES)
    decision = Engine(rule_set, ZONE).decide(given)
    assert answer(decision) == Naive(rule_set, given, ZONE).decide()
    return decision.record


def test_the_sentences_of_the_order_desk_run_as_they_are_written():
    """One rule in Chinese, one in English, one that sets a fact and one that reads it, and nothing declared."""
    text = """
        规则 "大额A级" 级别 10: 当 订单.金额 > 50万元 且 客户.评级 = "A"
            则 转审 "财务" 因为 "大额订单需二次审核信用额度"
        rule "overdue" rank 20: when customer.overdue_count >= 3 then refuse because "three overdue invoices"
        规则 "逾期即高" 级别 30: 当 客户.逾期天数 > 60 则 设 客户.风险 = "高"
        规则 "高风险" 级别 40: 当 客户.风险 = "高" 则 拒绝 因为 "风险{客户.风险}"
    """
    large = {
        "order__amount": 50_000_001,
        "customer__grade": "A",
        "customer__overdue_count": 0,
        "customer__overdue_days": 0,
    }
    assert decide(text, **large).outcome is Outcome.REVIEW
    assert decide(text, **large | {"order__amount": 50_000_000}).outcome is Outcome.PASS
    assert decide(text, **large | {"customer__overdue_count": 3}).outcome is Outcome.REFUSE
    risky = decide(text, **large | {"customer__overdue_days": 61})
    assert (risky.outcome, risky.value("customer.风险")) == (Outcome.REFUSE, "高")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ('"a"', Kind.TEXT), ("3", Kind.COUNT), ("3.5", Kind.NUMBER), ("50%", Kind.NUMBER), ("3 yuan", Kind.MONEY),
        ("3 days", Kind.DURATION), ("yes", Kind.FLAG), ("order.amount / 2", Kind.MONEY),
        ("number of lines with (line.quantity > 5)", Kind.COUNT),
    ],
)  # fmt: skip
def test_the_kind_of_a_fact_is_that_of_what_it_is_set_to(value, kind):
    """Texts, counts, numbers, money, durations, yes and no."""
    rule_set = read_rules({"f": f'rule "a": when yes then set order.x = {value}'})
    assert rule_set.derived["order", "x"].kind is kind


def test_kinds_follow_through_chains_in_whatever_order_they_stand():
    """One from another, from a third; a count and a number make a number."""
    rule_set = read_rules({"a": """
        rule "3": when yes then set order.z = order.y
        rule "2": when yes then set order.y = order.x * 2
    """, "b": 'rule "1": when yes then set order.x = 1\nrule "0": when no then set order.x = 1.5'})  # fmt: skip
    assert {key: one.kind for (_, key), one in rule_set.derived.items()} == dict.fromkeys("xyz", Kind.NUMBER)


def test_where_no_rule_sets_it_a_fact_is_empty_and_can_be_asked_for_that():
    """Absence of what others would have set."""
    text = """
        rule "set": when customer.grade = "C" then set customer.risk = "high"
        rule "none" rank 2: when customer.risk = "" then review by "x" because "x"
    """
    assert decide(text, customer__grade="A").outcome is Outcome.REVIEW
    assert decide(text, customer__grade="C").outcome is Outcome.PASS


def test_the_priority_needs_no_declaration_to_have_both_words():
    """The desk reads it: set in Chinese, it is the order's priority, and English writes its own word."""
    text = '规则 "急": 当 订单.金额 > 1元 则 设 订单.优先级 = 2'
    assert decide(text, order__amount=200).value("order.priority") == 2
    files = parse({"": text})
    assert "set order.priority = 2" in format_file(files[""], vocabulary_of(files), "en")


def test_what_is_set_without_a_declaration_is_translated_there_and_back():
    """Its one word stays what it is in both languages."""
    files = parse({"": '规则 "a": 当 客户.风险 = "高" 则 通过\n规则 "b": 当 是 则 设 客户.风险 = "高"'})
    english = format_file(files[""], vocabulary_of(files), "en")
    assert 'customer.风险 = "高"' in english
    back = parse({"": english})
    assert back == files
    assert format_file(back[""], vocabulary_of(back), "zh") == format_file(files[""], vocabulary_of(files), "zh")


@pytest.mark.parametrize(
    ("text", "column", "english", "nearest"),
    [
        (
            'rule "a": when yes then set order.x = 1, set order.x = "b"',
            56,
            "a whole number is needed here, not a text",
            (),
        ),
        (
            'rule "a": when customer.rsk = "b" then set customer.risk = "b"',
            25, 'there is no "rsk" of customer', ("risk",),
        ),
        (
            'fact customer.risk as text\nrule "a": when customer.risk = "x" then set customer.rsik = "b"',
            45, 'no rule reads "rsik"', ("risk",),
        ),
        ('规则 "a": 当 是 则 设 订单.优先及 = 1', 17, 'no rule reads "优先及"', ("优先级",)),
        ('规则 "a": 当 是 则 设 订单.促销取舍 = "毛力"', 27, '"毛力" is none of the values it can be', ("毛利",)),
        (
            'rule "a": when promise.delay > 1 day then set order.promotion_choice = "margin"',
            47, "a rule that sets promotion_choice can't read the promise", (),
        ),
        (
            '事实 订单.促销取舍 / order.choice 为 文字\n规则 "a": 当 订单.促销取舍 = "毛利" 则 通过',
            1, "the desk reads 促销取舍 / promotion_choice, a text: write it so", (),
        ),
        (
            '事实 订单.促销取舍 / order.promotion_choice 为 文字 可取 ["毛利", "公司"] 默认 "毛利"',
            52, '"公司" is none of the values it can be', ("客户", "customer", "毛利", "margin"),
        ),
        ('rule "a": when yes then set order.x = clock.now', 39, "a text is needed here, not a moment", ()),
    ],
)  # fmt: skip
def test_slips_around_derived_facts_are_told_with_the_nearest_word(text, column, english, nearest):
    """A second kind, a word read that nobody sets, a word set that nobody reads and that is almost another."""
    (problem,) = mistakes(text)
    assert (problem.at.column, problem.en, problem.nearest) == (column, english, nearest)


def test_a_loop_through_facts_that_nobody_declared_is_refused():
    """Each reads what the other sets."""
    (problem,) = mistakes(
        'rule "a": when order.x = 1 then set order.y = 1\nrule "b": when order.y = 1 then set order.x = 1'
    )
    assert problem.en == "rules derive from one another in a loop: a → b → a"


def test_quantifiers_and_absence_may_be_said_at_length():
    """The number of lines that, no document of type: the same trees as the short forms."""
    long = parse({"": 'rule "a": when the number of lines that (line.quantity > 5) > 2 and no document of type "图纸" '
                      'and 没有单据类型 "合同" then pass'})  # fmt: skip
    short = parse({"": 'rule "a": when number of lines with (line.quantity > 5) > 2 and no document "图纸" '
                       'and 没有单据 "合同" then pass'})  # fmt: skip
    assert long == short
