"""The naive reference: reads the tree as it stands, with exact fractions, and derives facts by asking for them.

It shares nothing with the compiled engine but the tree and the facts: no layout, no strata, no index, no source.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from rulebase.engine.facts import Facts
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.kinds import MICRO, Kind
from rulebase.language.tree import (
    And,
    Arithmetic,
    Between,
    Compare,
    Contains,
    Count,
    Fact,
    Freeze,
    Has,
    Lines,
    Literal,
    Member,
    Not,
    Or,
    Outcome,
    Pass,
    Quantity,
    Refuse,
    Relation,
    Require,
    Review,
    Rule,
    Set,
    Sum,
    TextTest,
    Total,
)  # fmt: skip


class Untold(Exception):
    """Nobody can tell."""


class Answer(Struct, frozen=True):
    """What comes of an order, as far as the engines must agree."""

    outcome: Outcome
    fired: frozenset[tuple[str, int | None]]
    untold: frozenset[tuple[str, int | None]]
    conflicts: frozenset[tuple[str, int | None]]
    missing: frozenset[str]
    derived: frozenset[tuple[str, int | None, Any]]


class Naive(Struct):
    """Decides one order."""

    rule_set: RuleSet
    facts: Facts
    zone: ZoneInfo
    _known: dict[tuple[str, str, int | None], tuple[Any, bool]] = field(default_factory=dict)
    _untold_values: set[tuple[str, int | None]] = field(default_factory=set)

    def decide(self) -> Answer:
        """The answer, every rule tried on every line."""
        fired, untold = set(), set()
        for checked in self.rule_set.rules:
            for line in self._lines_of(checked):
                met = self._fires(checked, line)
                if met is None:
                    untold.add((checked, line))
                elif met:
                    fired.add((checked, line))
        derived, conflicts = self._all_derived()
        missing = {
            (checked.rule.rank, effect.what)
            for checked, _ in fired
            for effect in checked.rule.effects
            if isinstance(effect, Require) and not self._has_paper(effect)
        }
        outcome = self._outcome(fired, untold, conflicts, bool(missing))
        return Answer(
            outcome,
            frozenset((checked.name, line) for checked, line in fired),
            frozenset((checked.name, line) for checked, line in untold),
            frozenset((key, line) for key, line, _ in conflicts),
            frozenset(what for _, what in missing),
            derived,
        )

    def _outcome(self, fired: Any, untold: Any, conflicts: Any, missing: bool) -> Outcome:
        said = []
        for checked, _ in fired:
            for effect in checked.rule.effects:
                if isinstance(effect, (Refuse, Freeze)):
                    said.append((checked.rule.rank, 2))
                elif isinstance(effect, Review):
                    said.append((checked.rule.rank, 1))
                elif isinstance(effect, Pass):
                    said.append((checked.rule.rank, 0))
        said += [(checked.rule.rank, 1) for checked, _ in untold] + [(rank, 1) for _, _, rank in conflicts]
        highest = [what for rank, what in said if rank == max(other for other, _ in said)]
        if 2 in highest:
            return Outcome.REFUSE
        if 1 in highest or untold or conflicts or missing:
            return Outcome.REVIEW
        return Outcome.PASS

    def _lines_of(self, checked: CheckedRule) -> list[int | None]:
        return list(range(len(self.facts.lines))) if checked.per_line else [None]

    def _has_paper(self, effect: Require) -> bool:
        if effect.document:
            documents = self.facts.order.get("order.documents")
            return isinstance(documents, frozenset) and effect.what in documents
        return self.facts.order.get(f"order.attribute[{effect.what}]") is not None

    # Rules.

    def _fires(self, checked: CheckedRule, line: int | None) -> bool | None:
        rule = checked.rule
        met = self._both([self._in_time(rule), self._met(rule.condition, line)])
        if met:
            try:
                for effect in rule.effects:
                    if isinstance(effect, Set):
                        self._value(effect.value, line)
            except Untold:
                return None
        return met

    def _in_time(self, rule: Rule) -> bool | None:
        if rule.first is None and rule.last is None:
            return True
        now = self.facts.order.get("clock.now")
        if now is None:
            return None
        today = datetime.fromtimestamp(now, self.zone).date()  # type: ignore[arg-type]
        return (rule.first is None or rule.first <= today) and (rule.last is None or today <= rule.last)

    @staticmethod
    def _both(answers: list[bool | None]) -> bool | None:
        return False if any(answer is False for answer in answers) else None if None in answers else True

    @staticmethod
    def _turned(answer: bool | None) -> bool | None:
        return None if answer is None else not answer

    def _met(self, node: Any, line: int | None) -> bool | None:
        match node:
            case And(parts=parts):
                return self._both([self._met(part, line) for part in parts])
            case Or(parts=parts):
                return self._turned(self._both([self._turned(self._met(part, line)) for part in parts]))
            case Not(condition=condition):
                return self._turned(self._met(condition, line))
            case Lines(quantity=quantity, condition=condition):
                answers = [self._met(condition, place) for place in range(len(self.facts.lines))]
                if quantity is Quantity.EVERY:
                    return self._both(answers)
                none = self._both([self._turned(answer) for answer in answers])
                return none if quantity is Quantity.NO else self._turned(none)
            case Has(fact=fact):
                return self._given(fact, line) is not None
            case Between(value=value, low=low, high=high):
                limits = (Compare(Relation.UP_TO, low, value), Compare(Relation.FROM, high, value))
                return self._both([self._met(limit, line) for limit in limits])
        try:
            return bool(self._test(node, line))
        except Untold:
            return None

    def _test(self, node: Any, line: int | None) -> bool:
        match node:
            case Compare(op=op, left=left, right=right):
                one, other = self._value(left, line), self._value(right, line)
                return bool({
                    Relation.EQUAL: lambda: one == other, Relation.UNEQUAL: lambda: one != other,
                    Relation.BELOW: lambda: one < other, Relation.UP_TO: lambda: one <= other,
                    Relation.ABOVE: lambda: one > other, Relation.FROM: lambda: one >= other,
                }[op]())  # fmt: skip
            case Member(value=value, among=among, negated=negated):
                found = self._value(value, line)
                return any(found == self._value(one, line) for one in among) is not negated
            case Contains(op=op, value=value, part=part):
                text = self._value(value, line)
                if op is TextTest.STARTS:
                    return bool(text[: len(part)] == part)
                if op is TextTest.ENDS:
                    return part == "" or bool(text[-len(part) :] == part)
                return (part in text) is (op is TextTest.CONTAINS)
        return bool(self._value(node, line))

    # Values: money in fen, durations in seconds, numbers as they are.

    def _value(self, node: Any, line: int | None) -> Any:
        match node:
            case Literal(kind=Kind.MOMENT, value=value):
                return Fraction(int(value.replace(tzinfo=self.zone).timestamp()))  # type: ignore[union-attr, call-arg]
            case Literal(kind=Kind.NUMBER, value=value):
                return Fraction(value, MICRO)  # type: ignore[arg-type]
            case Literal(value=value):
                return value
            case Fact():
                return self._fact(node, line)
            case Arithmetic(op=op, left=left, right=right):
                one, other = Fraction(self._value(left, line)), Fraction(self._value(right, line))
                if op is Sum.OVER and other == 0:
                    raise Untold
                if op is Sum.OVER:
                    return one / other
                return {Sum.PLUS: one + other, Sum.MINUS: one - other, Sum.TIMES: one * other}[op]
            case Count(condition=condition):
                return len(self._lines_with(condition))
            case Total(value=value, condition=condition):
                places = range(len(self.facts.lines)) if condition is None else self._lines_with(condition)
                return sum((Fraction(self._value(value, place)) for place in places), Fraction(0))
        raise AssertionError(node)

    def _lines_with(self, condition: Any) -> list[int]:
        answers = [self._met(condition, place) for place in range(len(self.facts.lines))]
        if None in answers:
            raise Untold
        return [place for place, answer in enumerate(answers) if answer]

    def _fact(self, fact: Fact, line: int | None) -> Any:
        value = self._given(fact, line)
        if value is None:
            raise Untold
        kind = self.rule_set.vocabulary.field_by_key[fact.entity, fact.key].kind
        return Fraction(value, MICRO) if kind is Kind.NUMBER else value

    def _given(self, fact: Fact, line: int | None) -> Any:
        """A fact as it is kept; a derived one is derived now."""
        per_line = fact.entity in self.rule_set.vocabulary.per_line
        if (fact.entity, fact.key) in self.rule_set.derived:
            return self._derived(fact.entity, fact.key, line if per_line else None)[0]
        values = self.facts.lines[line] if per_line and line is not None else self.facts.order
        return values.get(f"{fact.entity}.{fact.key}[{fact.name}]" if fact.name else f"{fact.entity}.{fact.key}")

    # Derived facts.

    def _derived(self, entity: str, key: str, line: int | None) -> tuple[Any, bool, int]:
        """The value of a derived fact, whether rules disagree about it, and the rank that set it (-1: none)."""
        known = self._known.get((entity, key, line))
        if known is None:
            known = self._known[entity, key, line] = self._ask(entity, key, line)  # type: ignore[assignment]
        return known  # type: ignore[return-value]

    def _ask(self, entity: str, key: str, line: int | None) -> tuple[Any, bool, int]:
        per_line = entity in self.rule_set.vocabulary.per_line
        found = []
        for checked in self.rule_set.rules:
            for effect in checked.rule.effects:
                if not isinstance(effect, Set) or (effect.fact.entity, effect.fact.key) != (entity, key):
                    continue
                for place in [line] if per_line else self._lines_of(checked):
                    if self._fires(checked, place):
                        found.append((-checked.rule.rank, checked.name, -1 if place is None else place,
                                      self._kept(entity, key, self._value(effect.value, place))))  # fmt: skip
        if not found:
            return self.rule_set.vocabulary.field_by_key[entity, key].usual, False, -1
        found.sort(key=lambda one: one[:3])
        best = [one for one in found if one[0] == found[0][0]]
        return best[0][3], any(one[3] != best[0][3] for one in best), -best[0][0]

    def _kept(self, entity: str, key: str, value: Any) -> Any:
        """A value as facts of its kind are kept: whole, halves away from zero."""
        kind = self.rule_set.derived[entity, key].kind
        if kind in (Kind.TEXT, Kind.FLAG):
            return value
        exact = Fraction(value) * (MICRO if kind is Kind.NUMBER else 1)
        whole, rest = divmod(abs(exact), 1)
        whole += rest >= Fraction(1, 2)
        return int(whole if exact >= 0 else -whole)

    def _all_derived(self) -> tuple[frozenset[tuple[str, int | None, Any]], set[tuple[str, int | None, int]]]:
        found, conflicts = set(), set()
        for entity, key in self.rule_set.derived:
            per_line = entity in self.rule_set.vocabulary.per_line
            for line in range(len(self.facts.lines)) if per_line else (None,):
                value, disagree, rank = self._derived(entity, key, line)
                if rank >= 0:
                    found.add((f"{entity}.{key}", line, value))
                if disagree:
                    conflicts.add((f"{entity}.{key}", line, rank))
        return frozenset(found), conflicts
