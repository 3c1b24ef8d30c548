"""Tells people what rules decided of an order, in both languages, from the record and the version that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from domain.promises import Promise
from domain.promotions import Granted, Lost
from promising.replaying import GRAVITY, StageAgain, again, unmet_of
from promising.rule_requests import Told
from promising.rule_texts import ReadVersion, told
from promising.traces import DecisionRecord, StageRecord
from rulebase.engine.facts import key_of
from rulebase.engine.near_misses import near_misses
from rulebase.engine.telling import Teller
from rulebase.language.formatter import Writer
from rulebase.language.tree import Fact
from rulebase.language.vocabulary import FactValue

LANGUAGES = ("zh", "en")


class ToldFact(Struct, frozen=True):
    """A fact with its value as people read it; `line` 0: of the order."""

    key: str
    name: Told
    value: Told
    line: int = 0


class ToldRule(Struct, frozen=True):
    """A rule that fired, with what it read and its reason; `line` 0: for the order."""

    rule: Told
    rank: int
    line: int
    values: tuple[ToldFact, ...]
    reason: Told


class ToldMiss(Struct, frozen=True):
    """A rule that lacked one condition."""

    rule: Told
    line: int
    lacking: Told
    values: tuple[ToldFact, ...]


class ToldStage(Struct, frozen=True):
    """One stage."""

    stage: str
    verdict: str
    facts: tuple[ToldFact, ...]
    fired: tuple[ToldRule, ...]
    derived: tuple[ToldFact, ...]
    reasons: tuple[Told, ...]
    near_misses: tuple[ToldMiss, ...] = ()


class ToldDecision(Struct, frozen=True):
    """All that led to the verdict on an order."""

    record: DecisionRecord
    verdict: str
    stages: tuple[ToldStage, ...]
    granted: tuple[Granted, ...]
    lost: tuple[Lost, ...]
    unmet: tuple[Lost, ...] = ()
    """Promotions that the order didn't meet, the nearest first."""


def tell(
    record: DecisionRecord, promise: Promise, read: ReadVersion, *, near: bool, unmet: bool = False
) -> ToldDecision:
    """Tell a record; with `near` also which rules lacked one condition, with `unmet` why which promotions don't apply.

    Both are worked out now, from the facts that were stored and the version of then.
    """
    made = list(again(record, read))
    stages = tuple(_Stage(*each).told(near) for each in zip(record.stages, made, strict=True))
    verdict = max((one.outcome for one in record.stages), key=GRAVITY.index)
    others = unmet_of(record.due, read, made[0].decision) if unmet else ()
    return ToldDecision(record, verdict, stages, promise.granted, promise.lost, others)


class _Stage:
    """Facts, rules and verdict are those of the record; the rules decided again lend words, reasons and near misses."""

    def __init__(self, record: StageRecord, made: StageAgain) -> None:
        self._record, self._made = record, made
        self._tellers = [Teller(made.engine, language) for language in LANGUAGES]
        self._writers = [Writer(made.engine.rule_set.vocabulary, language) for language in LANGUAGES]
        self._rules = {rule.name: rule for rule in made.engine.rules}
        self._set = {(key, place): value for key, place, value in record.derived}

    def told(self, near: bool) -> ToldStage:
        reasons = zip(*(teller.reasons(self._made.decision) for teller in self._tellers), strict=False)
        return ToldStage(
            self._record.stage,
            self._record.outcome,
            tuple(self._facts()),
            tuple(self._fired(*row) for row in self._record.fired),
            tuple(self._fact(_fact_of(key), value, place) for key, place, value in self._record.derived),
            tuple(Told(zh, en) for zh, en in reasons),
            tuple(self._near()) if near else (),
        )

    def _facts(self) -> Iterator[ToldFact]:
        for key, value in self._record.order.items():
            yield self._fact(_fact_of(key), value, -1)
        for place, line in enumerate(self._record.lines):
            for key, value in line.items():
                yield self._fact(_fact_of(key), value, place)

    def _fact(self, fact: Fact, value: FactValue | None, place: int) -> ToldFact:
        name = Told(*(teller.words(fact) for teller in self._tellers))
        said = Told(*(teller.value(fact, value) for teller in self._tellers))
        return ToldFact(key_of(fact), name, said, self._number(place))

    def _number(self, place: int) -> int:
        return self._record.numbers[place] if place >= 0 else 0

    def _fired(self, name: str, place: int, rank: int) -> ToldRule:
        rule = self._rules[name]
        values = self._values(rule.reads, place)
        reason = Told("", "")
        if rule.rule.reason is not None:
            reason = Told(*(teller.filled(rule.rule.reason, dict(values)) for teller in self._tellers))
        shown = tuple(self._fact(fact, value, self._place_of(fact, place)) for fact, value in values)
        return ToldRule(told(rule.rule.name), rank, self._number(place), shown, reason)

    def _values(self, facts: Iterable[Fact], place: int) -> list[tuple[Fact, FactValue | None]]:
        """Values of facts as a rule read them; those of lines for the line on which it fired."""
        layout = self._made.engine.line.place
        read = [fact for fact in facts if place >= 0 or fact not in layout]
        return [(fact, self._value(fact, self._place_of(fact, place))) for fact in read]

    def _place_of(self, fact: Fact, place: int) -> int:
        return place if fact in self._made.engine.line.place else -1

    def _value(self, fact: Fact, place: int) -> FactValue | None:
        key = key_of(fact)
        field = self._made.engine.rule_set.vocabulary.field_by_key[fact.entity, fact.key]
        if (fact.entity, fact.key) in self._made.engine.rule_set.derived:
            found: FactValue | None = self._set.get((key, place), field.usual)
            return found
        value: FactValue | None = (self._record.lines[place] if place >= 0 else self._record.order).get(key)
        return value

    def _near(self) -> Iterator[ToldMiss]:
        for miss in near_misses(self._made.engine, self._made.decision):
            place = -1 if miss.line is None else miss.line
            lacking = Told(*(writer.expression(miss.lacking) for writer in self._writers))
            values = tuple(self._fact(fact, value, self._place_of(fact, place)) for fact, value in miss.values)
            yield ToldMiss(told(miss.rule.rule.name), self._number(place), lacking, values)


def _fact_of(key: str) -> Fact:
    """The fact of a key, such as `order.attribute[colour]`."""
    entity, _, rest = key.partition(".")
    name, bracket, inner = rest.partition("[")
    return Fact(entity, name, inner[:-1] if bracket else "")
