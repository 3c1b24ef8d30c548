"""Versions of the rules come back as they stand, with their files; the one in force with the plan."""

from domain.rule_versions import RuleState, RuleVersion
from domain.values import replace
from promising.ports import RuleFiles, Writing
from store.database import Store
from tests.store.rows import MONDAY

DRAFT = RuleVersion(1, RuleState.DRAFT, "陈", MONDAY, note="首版")


def test_a_version_takes_the_place_of_what_it_was_and_its_files_those_that_it_had(store: Store) -> None:
    """A draft of two files, put again with one, then published: it is what a desk loads."""
    store.commit(Writing(rule_versions=[DRAFT], rule_files=[RuleFiles(1, {"b.rules": "", "a.rules": "规则"})]))
    assert store.load().rules is None
    again = replace(DRAFT, revision=2)
    store.commit(Writing(rule_versions=[again], rule_files=[RuleFiles(1, {"a.rules": "规则 甲"})]))
    assert (store.rule_versions(), store.rule_files(1)) == ([again], {"a.rules": "规则 甲"})
    published = replace(again, state=RuleState.PUBLISHED, published_by="李", published_at=MONDAY, revision=3)
    store.commit(Writing(rule_versions=[published]))
    assert store.load().rules == RuleFiles(1, {"a.rules": "规则 甲"})
    assert store.rule_versions() == [published]


def test_the_version_in_force_is_the_one_that_stands_so_not_the_last(store: Store) -> None:
    """Rolled back from the third to the first."""
    rows = [
        replace(DRAFT, state=RuleState.PUBLISHED),
        replace(DRAFT, number=2, state=RuleState.REPLACED, ended_by="李", ended_at=MONDAY, ended_reason="新"),
        replace(DRAFT, number=3, state=RuleState.ROLLED_BACK),
    ]
    files = [RuleFiles(number, {f"{number}.rules": ""}) for number in (1, 2, 3)]
    store.commit(Writing(rule_versions=rows, rule_files=files))
    assert store.load().rules == files[0]
    assert store.rule_versions() == rows
    assert store.rule_files(4) == {}
