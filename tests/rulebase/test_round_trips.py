"""A tree written as text is read as the same tree, in either language."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebase.language.checker import vocabulary_of
from rulebase.language.formatter import format_file
from rulebase.language.parser import parse
from tests.strategies_rules import RuleMaker


def there_and_back(file):
    """The texts in both languages, each translated from the other, and their trees."""
    vocabulary = vocabulary_of({"": file})
    for language, other in (("zh", "en"), ("en", "zh")):
        text = format_file(file, vocabulary, language)
        read = parse({"": text})[""]
        assert read == file
        assert format_file(read, vocabulary, language) == text
        translated = format_file(read, vocabulary, other)
        back = parse({"": translated})[""]
        assert back == file
        assert format_file(back, vocabulary, language) == text


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_translating_there_and_back_gives_the_same_tree(random):
    """Written in Chinese or English, read, translated and read again: always the tree that was written."""
    there_and_back(RuleMaker(random).file(2, wild=True))


@pytest.mark.parametrize("seed", range(40))
def test_many_rules_survive_translation(seed):
    """The same for files of ten rules."""
    there_and_back(RuleMaker(Random(seed)).file(10, wild=True))


def test_an_example_that_names_no_reviewer_says_so_in_either_language():
    """`期望 转审` is `expect review`: whoever looks at it."""
    file = parse({"": '规则 "a": 当 是 则 转审 "财务" 因为 "x"\n测试 "t": 设定 订单.行数 = 1 期望 转审'})[""]
    there_and_back(file)
    assert "expect review\n" in format_file(file, vocabulary_of({"": file}), "en")
