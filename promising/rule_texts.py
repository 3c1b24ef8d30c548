"""Versions of the rules as they are written: read, compared with one another, checked and tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.errors import InvalidInput, Violation
from domain.rule_versions import PROMOTIONS, check_files
from domain.values import replace
from promising.rule_requests import Difference, Found, Review, RuleChanged, TestedExample, Told
from rulebase.engine.telling import Teller
from rulebase.examples import Examples, Tested
from rulebase.examples import told as told_of
from rulebase.finding_words import said_of
from rulebase.findings import findings
from rulebase.language.checker import RuleSet, read_rules
from rulebase.language.formatter import Writer
from rulebase.language.tree import Fact, Text
from rulebase.promotions.table import Promotion, read_promotions, row_of

KEPT = 4
"""Versions kept as read: the one in force, and a draft that is checked, tested and published in turn."""


class ReadVersion(Struct, frozen=True):
    """A version as it is understood."""

    rule_set: RuleSet
    promotions: tuple[Promotion, ...]


def read_version(files: Mapping[str, str], *, stored: bool = True) -> ReadVersion:
    """Read a version, `stored` or as it comes. Raises InvalidInput with every mistake, at its file, line and column."""
    check_files(files)
    return _read(tuple(sorted(files.items())), stored)


@lru_cache(maxsize=KEPT)
def _read(files: tuple[tuple[str, str], ...], stored: bool) -> ReadVersion:
    texts = dict(files)
    table = texts.pop(PROMOTIONS, "")
    rule_set = read_rules(texts, stored=stored)
    try:
        return ReadVersion(rule_set, read_promotions(table) if table else ())
    except InvalidInput as error:
        wrong = [Violation(f"{PROMOTIONS}:{one.field}", one.problem, one.allowed) for one in error.violations]
        raise InvalidInput(wrong) from None


# What differs.


def difference(base: int, before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    """What the files `after` change of those `before`."""
    old, new = (read_version(files) if files else None for files in (before, after))
    rules, facts, promotions = (
        tuple(_changed(part(old) if old else {}, part(new) if new else {})) for part in (_rules, _declared, _table)
    )
    return Difference(base, rules, _lines(before, after), facts, promotions)


_Written = Mapping[str, tuple[Told, Told]]
"""What there is by name: in one layout, and its name, both in both languages."""


def _changed(old: _Written, new: _Written) -> Iterator[RuleChanged]:
    for name in {**new, **old}:
        before, after = old.get(name), new.get(name)
        if before is None or after is None or before[0] != after[0]:
            name_told = (after or before or (None, Told(name, name)))[1]
            yield RuleChanged(name_told, None if before is None else before[0], None if after is None else after[0])


def _rules(read: ReadVersion) -> _Written:
    writers = _writers(read)
    return {
        rule.name: (Told(*(writer.rule(rule.rule) for writer in writers)), told(rule.rule.name))
        for rule in read.rule_set.rules
    }


def _writers(read: ReadVersion) -> list[Writer]:
    return [Writer(read.rule_set.vocabulary, language) for language in ("zh", "en")]


def _declared(read: ReadVersion) -> _Written:
    writers = _writers(read)
    found = {}
    for one in (derived for file in read.rule_set.files.values() for derived in file.derived):
        name = Told(*(writer.expression(Fact(one.entity, one.en)) for writer in writers))
        bare = replace(one, comments=())
        found[name.zh] = (Told(*(writer.derived(bare) for writer in writers)), name)
    return found


def _table(read: ReadVersion) -> _Written:
    return {one.id: (Told(row_of(one, "zh"), row_of(one, "en")), Told(one.id, one.id)) for one in read.promotions}


def _lines(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    found: list[str] = []
    for name in sorted({*before, *after}):
        old, new = (files.get(name, "").splitlines() for files in (before, after))
        found += unified_diff(old, new, f"{name}", f"{name}", lineterm="")
    return "\n".join(found)


# What is suspicious, and what the examples come to.


def reviewed(files: Mapping[str, str], zone: ZoneInfo) -> Review:
    """The static checks of a version, and its own tests. Raises InvalidInput with every mistake."""
    read = read_version(files)
    return Review(len(read.rule_set.rules), tuple(found_in(read, zone)), tuple(tested_in(read.rule_set, zone)))


def found_in(read: ReadVersion, zone: ZoneInfo) -> Iterator[Found]:
    """The static checks."""
    rule_set = read.rule_set
    for one in findings(rule_set, zone, read.promotions):
        zh, en = (said_of(one, rule_set, language, zone) for language in ("zh", "en"))
        yield Found(one.kind.value, Told(zh[0], en[0]), Told(zh[1], en[1]), one.decided)


def tested_in(rule_set: RuleSet, zone: ZoneInfo) -> Iterator[TestedExample]:
    """The examples."""
    return map(_tested, Examples(rule_set, zone).run())


def _tested(one: Tested) -> TestedExample:
    place = one.file, one.example.at.line, told(one.example.name)
    if not one.failed:
        return TestedExample(*place)
    unmet = map(Told, told_of(one, "zh"), told_of(one, "en"))
    decided = map(Told, *(Teller(one.engine, language).lines(one.decision) for language in ("zh", "en")))
    return TestedExample(*place, tuple(unmet), tuple(decided))


def told(text: Text) -> Told:
    """A name or reason in both languages."""
    return Told(text.zh, text.en)
