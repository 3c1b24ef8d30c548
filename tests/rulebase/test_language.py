"""The language in both its tongues: one tree, one layout, one meaning."""

import pytest

from rulebase.language.checker import read_rules, vocabulary_of
from rulebase.language.formatter import format_file
from rulebase.language.kinds import Kind
from rulebase.language.parser import parse_text
from rulebase.language.tree import Compare, Literal

CHINESE = """\
# 财务部每季度复核
规则 "大额A级" / "large A" 级别 10 有效 2026年1月1日 至 2026年12月31日 负责 "财务部":
    当 订单.金额 > 50万元 且 客户.评级 = "A"
    则 转审 "财务" / "finance", 需要单据 "图纸"
    因为 "大额订单 {订单.金额} 需二次审核信用额度"

测试 "六十万":
    设定 订单.金额 = 60万元, 客户.评级 = "A", 订单.单据 = ["图纸"], 行 (行.数量 = 5)
    期望 转审 "财务", 触发 "大额A级"
"""
ENGLISH = """\
# 财务部每季度复核
rule "large A" / "大额A级" rank 10 valid 2026-01-01 to 2026-12-31 owner "财务部":
    when order.amount > 500000 yuan and customer.grade = "A"
    then review by "finance" / "财务", require document "图纸"
    because "大额订单 {订单.金额} 需二次审核信用额度"

test "六十万":
    given order.amount = 600000 yuan,
      customer.grade = "A",
      order.documents = ["图纸"],
      line (line.quantity = 5)
    expect review by "财务", fires "大额A级"
"""


def condition(text):
    return parse_text(f'rule "r": when {text} then pass').rules[0].condition


def test_a_rule_reads_the_same_in_chinese_and_english():
    """Words, dates and money are translated; names and reasons only where both were given."""
    file = parse_text(CHINESE)
    assert parse_text(ENGLISH) == file
    vocabulary = vocabulary_of({"": file})
    assert format_file(file, vocabulary, "zh") == CHINESE
    assert format_file(file, vocabulary, "en") == ENGLISH


def test_both_languages_may_stand_in_one_sentence():
    """Each word by itself is in one of them."""
    mixed = 'rule "r": 当 order.amount > 50万元 and 客户.grade = "A" 则 review by "财务" because "x"'
    assert parse_text(mixed).rules[0].condition == condition('订单.金额 > 500_000 yuan 且 customer.评级 = "A"')


def test_chinese_needs_no_blanks_and_may_use_its_own_signs():
    """Full-width signs, quotes and digits are what they look like."""
    tight = "规则“大额”级别１０：当订单.金额＞50万元且（客户.评级=“A”或客户.评级=“B”）则转审“财务”，拒绝因为“是，的”。"
    loose = """规则 "大额" 级别 10: 当 订单.金额 > 50万元 且 (客户.评级 = "A" 或 客户.评级 = "B")
        则 转审 "财务", 拒绝 因为 "是，的" """
    assert parse_text(tight) == parse_text(loose)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("50万元", Kind.MONEY, 50_000_000), ("500_000 yuan", Kind.MONEY, 50_000_000),
        ("0.5 million yuan", Kind.MONEY, 50_000_000),
        ("1.25元", Kind.MONEY, 125), ("7 fen", Kind.MONEY, 7), ("3天", Kind.DURATION, 259_200),
        ("1.5 hours", Kind.DURATION, 5_400), ("90分钟", Kind.DURATION, 5_400), ("12.5%", Kind.NUMBER, 125_000),
        ("0.125", Kind.NUMBER, 125_000), ("3万件", Kind.COUNT, 30_000), ("-5", Kind.COUNT, -5),
        ("20 pcs", Kind.COUNT, 20),
    ],
)  # fmt: skip
def test_numbers_are_kept_exactly_in_their_smallest_unit(text, kind, value):
    """Fen, seconds, pieces, millionths; never a float."""
    found = condition(f"{text} = {text}")
    assert isinstance(found, Compare)
    assert (found.left.kind, found.left.value) == (kind, value)


def test_words_for_relations_and_negations_have_one_tree():
    """At least is >=, no document is lacks."""
    assert condition("customer.overdue_count is at least 3") == condition("客户.逾期次数 不低于 3")
    assert condition('没有单据 "图纸"') == condition('order.documents lacks "图纸"')
    assert condition("order.quantity between 1 and 5") == condition("订单.总数量 介于 1 至 5")
    assert condition("满足 (行.数量 > 5) 的行数 > 1") == condition("number of lines with (line.quantity > 5) > 1")


def test_not_binds_closer_than_and_and_and_closer_than_or():
    """As everybody reads it."""
    assert condition("not yes and no or yes") == condition("((not yes) and no) or yes")


def test_names_that_files_derive_are_known_in_both_languages_and_in_all_files():
    """A fact declared in one file is read in another, by either word."""
    rules = read_rules({
        "a": """事实 客户.风险 / customer.risk 为 文字 可取 ["高"]
                规则 "a": 当 客户.逾期次数 > 1 则 设 客户.风险 = "高" """,
        "b": 'rule "b": when customer.risk = "高" or 客户.风险 = "高" then refuse because "{customer.risk}"',
    })  # fmt: skip
    assert [(rule.name, rule.stratum) for rule in rules.rules] == [("a", 0), ("b", 1)]


def test_a_rule_about_a_line_outside_quantifiers_is_matched_line_by_line():
    """Within a quantifier the whole order is looked at."""
    rules = read_rules({"a": """
        rule "each": when line.quantity > 5 then note "x"
        rule "order": when some line meets (line.quantity > 5) then note "x"
        rule "told": when order.amount > 1 yuan then note "{item.id}"
        rule "later": when line.quantity > 5 and promise.delay > 1 days then note "x"
    """})  # fmt: skip
    found = {rule.name: (rule.per_line, rule.later) for rule in rules.rules}
    assert found == {"each": (True, False), "order": (False, False), "told": (True, False), "later": (True, True)}


def test_literals_compare_without_their_place():
    """Where a node stands is no part of what it says."""
    assert Literal(Kind.COUNT, 3) == condition("3 = 3").right
