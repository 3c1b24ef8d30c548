"""Tells a decision to people, in Chinese or English: the verdict, and the rules with the values that they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from rulebase.engine.chain import Engine
from rulebase.engine.concluding import Decision
from rulebase.engine.decision import Firing, Open, Trouble
from rulebase.language.formatter import Writer, duration_text, micro_text, moment_text, money_text
from rulebase.language.kinds import Kind
from rulebase.language.phrases import parts_of
from rulebase.language.tree import Fact, Outcome, Text
from rulebase.language.vocabulary import FactValue

OUTCOMES = {
    Outcome.PASS: ("通过", "pass"), Outcome.REVIEW: ("转人工", "held for review"), Outcome.REFUSE: ("拒绝", "refused"),
}  # fmt: skip
_TROUBLES = {
    Trouble.UNTOLD: (
        "规则 {rules} 无法判断（缺少事实或除以零）",
        "rule {rules} can't be told (a fact is missing, or a division by zero)",
    ),
    Trouble.CONFLICT: ("规则 {rules} 对 {what} 的结论不一致", "rules {rules} disagree about {what}"),
    Trouble.MISSING: ("缺少 {what}（规则 {rules}）", "{what} is missing (rule {rules})"),
    Trouble.LIMIT: ("触发的规则太多", "too many rules fired"),
}  # fmt: skip


def pick(pair: tuple[str, str], language: str) -> str:
    """The text of a pair in a language."""
    return pair[0] if language == "zh" else pair[1]


class Teller(Struct, frozen=True):
    """Tells what an engine decided."""

    engine: Engine
    language: str

    def value(self, fact: Fact, value: FactValue | None) -> str:
        """A fact's value with its unit; a question mark where it is missing."""
        if value is None:
            return "?"
        if isinstance(value, frozenset):
            return "[" + ", ".join(sorted(value)) + "]"
        if isinstance(value, bool):
            return pick(("是", "yes") if value else ("否", "no"), self.language)
        if isinstance(value, str):
            return value
        kind = self.engine.rule_set.vocabulary.field_by_key[fact.entity, fact.key].kind
        return self._number(value, kind)

    def _number(self, value: int, kind: Kind) -> str:
        match kind:
            case Kind.MONEY:
                return money_text(value, self.language)
            case Kind.DURATION:
                return duration_text(value, self.language)
            case Kind.MOMENT:
                return moment_text(datetime.fromtimestamp(value, self.engine.zone), self.language)
            case Kind.NUMBER:
                return micro_text(value)
        return str(value)

    def words(self, fact: Fact) -> str:
        """A fact as rules name it."""
        return self._writer().expression(fact)

    def _writer(self) -> Writer:
        return Writer(self.engine.rule_set.vocabulary, self.language)

    def reason(self, firing: Firing) -> str:
        """A rule's reason with the values filled in; its name where it gives none."""
        if firing.reason is None:
            return firing.rule.say(self.language)
        return self.filled(firing.reason, dict(firing.values))

    def filled(self, text: Text, values: dict[Fact, FactValue | None]) -> str:
        """A text with values in place of its braces."""
        parts = parts_of(text, self.language, self.engine.rule_set.vocabulary)
        return "".join(part if isinstance(part, str) else self.value(part, values.get(part)) for part in parts)

    def open(self, one: Open) -> str:
        """What keeps an order from passing."""
        rules = ", ".join(rule.say(self.language) for rule in one.rules)
        return pick(_TROUBLES[one.trouble], self.language).format(rules=rules, what=one.what)

    def reasons(self, decision: Decision) -> Iterator[str]:
        """Why the verdict is what it is."""
        record = decision.record
        if record.outcome is not Outcome.PASS:
            yield from dict.fromkeys(self.reason(firing) for firing in record.deciding)
        yield from (self.open(one) for one in record.open)

    def lines(self, decision: Decision) -> Iterator[str]:
        """The whole decision, line by line."""
        record = decision.record
        verdict = pick(OUTCOMES[record.outcome], self.language)
        if record.reviewers:
            verdict += ": " + ", ".join(reviewer.say(self.language) for reviewer in record.reviewers)
        yield pick(("结论", "verdict"), self.language) + f": {verdict}"
        yield from (f"  - {reason}" for reason in self.reasons(decision))
        for firing in record.fired:
            yield self._fired(firing)
        for key, line, value in record.derived:
            entity, _, name = key.partition(".")
            fact = Fact(entity, name)
            place = "" if line is None else self._line(line)
            yield f"  {pick(('得出', 'derived'), self.language)}{place}: {self.words(fact)} = {self.value(fact, value)}"

    def _fired(self, firing: Firing) -> str:
        place = "" if firing.line is None else self._line(firing.line)
        rank = f" ({pick(('级别', 'rank'), self.language)} {firing.rank})" if firing.rank else ""
        text = f"  {pick(('触发', 'fired'), self.language)}{place}: {firing.rule.say(self.language)}{rank}"
        read = self.read(firing.values)
        return f"{text} [{read}]" if read else text

    def read(self, values: Iterable[tuple[Fact, FactValue | None]]) -> str:
        """Facts with their values."""
        return ", ".join(f"{self.words(fact)} = {self.value(fact, value)}" for fact, value in values)

    def _line(self, place: int) -> str:
        return pick((f" 第{place + 1}行", f" line {place + 1}"), self.language)
