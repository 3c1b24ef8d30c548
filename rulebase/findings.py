"""What is suspicious in a rule set before it goes live: contradictions, rules that never fire or never matter.

Decided by reasoning over what conditions demand of single facts of an order: intervals and lists of values. That is
sound where a condition is a conjunction of such demands; where more is asked (a quantifier, a derived fact, a fact that
may be missing, two facts compared), a finding that depends on it is told as undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

from rulebase.engine.concluding import verdict_of
from rulebase.engine.decision import Stage
from rulebase.engine.index import Reader, Span, conjuncts
from rulebase.engine.layout import NOW
from rulebase.language.checker import CheckedRule, RuleSet, usual_of
from rulebase.language.tree import Between, Fact, Literal, Text
from rulebase.language.vocabulary import FactValue


class Kind(StrEnum):
    """What was found."""

    UNREACHABLE = "unreachable"
    """No order meets the condition."""
    CONTRADICTION = "contradiction"
    """An order meets two rules of one rank, of which one passes it and the other doesn't."""
    SHADOWED = "shadowed"
    """Whenever the first rule is met the second one, of higher rank, is met, too, and decides otherwise."""
    NEVER_SET = "never_set"
    """No rule sets a derived fact that rules read."""
    NEVER_READ = "never_read"
    """No rule reads a derived fact that rules set."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `example` has facts of an order that shows it, others as usual; `decided` False: it may be none."""

    kind: Kind
    rules: tuple[Text, ...]
    example: tuple[tuple[Fact, FactValue], ...] = ()
    decided: bool = True
    what: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """What a condition demands of single facts: what each may be, and limits; `whole`: it demands nothing else."""

    values: dict[Fact, tuple[FactValue, ...]]
    spans: dict[Fact, Span]
    whole: bool

    def empty(self) -> bool:
        """True when no order can meet it."""
        return any(not values for values in self.values.values()) or any(
            span.low is not None and span.high is not None and span.low > span.high for span in self.spans.values()
        )

    def within(self, other: Box) -> bool:
        """Whether every order that meets it meets the other one's demands, too."""
        return all(self._inside(fact, values) for fact, values in other.values.items()) and all(
            self._limited(fact, span) for fact, span in other.spans.items()
        )

    def _inside(self, fact: Fact, values: tuple[FactValue, ...]) -> bool:
        return fact in self.values and set(self.values[fact]) <= set(values)

    def _limited(self, fact: Fact, span: Span) -> bool:
        if fact in self.values:
            return all(isinstance(value, int) and _holds(span, value) for value in self.values[fact])
        own = self.spans.get(fact, Span(None, None))
        low = span.low is None or (own.low is not None and own.low >= span.low)
        return low and (span.high is None or (own.high is not None and own.high <= span.high))


def _holds(span: Span, value: int) -> bool:
    return (span.low is None or value >= span.low) and (span.high is None or value <= span.high)


def meet(one: Box, other: Box) -> Box:
    """What both demand."""
    values = dict(one.values)
    for fact, options in other.values.items():
        values[fact] = tuple(value for value in values[fact] if value in options) if fact in values else options
    spans = dict(one.spans)
    for fact, span in other.spans.items():
        spans[fact] = _narrowed(spans.get(fact, Span(None, None)), span)
    for fact, options in values.items():
        if fact in spans:
            values[fact] = tuple(value for value in options if isinstance(value, int) and _holds(spans[fact], value))
    return Box(values, {fact: span for fact, span in spans.items() if fact not in values}, one.whole and other.whole)


def _narrowed(one: Span, other: Span) -> Span:
    lows = [span.low for span in (one, other) if span.low is not None]
    highs = [span.high for span in (one, other) if span.high is not None]
    return Span(max(lows, default=None), min(highs, default=None))


def findings(rule_set: RuleSet, zone: ZoneInfo) -> list[Finding]:
    """Everything suspicious, contradictions first."""
    boxes = [(rule, _box(rule, rule_set, zone)) for rule in rule_set.rules]
    live = [(rule, box) for rule, box in boxes if not box.empty()]
    found = [*_contradictions(live), *_shadowed(live)]
    found += [Finding(Kind.UNREACHABLE, (rule.rule.name,)) for rule, box in boxes if box.empty()]
    return [*found, *_facts(rule_set)]


def _box(rule: CheckedRule, rule_set: RuleSet, zone: ZoneInfo) -> Box:
    reader = Reader(rule_set.vocabulary, zone)
    box = Box({}, {NOW: _validity(rule, zone)} if rule.rule.first or rule.rule.last else {}, True)
    for part in conjuncts(rule.rule.condition):
        values, spans = reader.equalities(part), reader.spans(part)
        whole = bool(values or spans) and not isinstance(part, Between)
        whole |= isinstance(part, Between) and isinstance(part.low, Literal) and isinstance(part.high, Literal)
        whole |= isinstance(part, Literal) and part.value is True
        derived = [fact for fact in (*values, *spans) if (fact.entity, fact.key) in rule_set.derived]
        for fact in derived:
            choices = rule_set.derived[fact.entity, fact.key].choices
            if choices and fact in values:
                known = {choice.value for choice in choices} | {usual_of(rule_set.derived[fact.entity, fact.key])}
                values[fact] = tuple(value for value in values[fact] if value in known)
        box = meet(box, Box(values, spans, whole and not derived))
    return box


def _validity(rule: CheckedRule, zone: ZoneInfo) -> Span:
    first, last = rule.rule.first, rule.rule.last
    low = None if first is None else int(datetime.combine(first, time(), zone).timestamp())
    end = None if last is None else datetime.combine(last + timedelta(days=1), time(), zone)
    return Span(low, None if end is None else int(end.timestamp()) - 1)


def _contradictions(live: list[tuple[CheckedRule, Box]]) -> Iterator[Finding]:
    said = [(rule, box, verdict) for rule, box in live if (verdict := verdict_of(rule, Stage.WHOLE)) is not None]
    for (one, box, first), (other, second_box, second) in combinations(said, 2):
        if first[0] == second[0] and (first[1] == 0) is not (second[1] == 0):
            both = meet(box, second_box)
            if not both.empty():
                yield Finding(Kind.CONTRADICTION, (one.rule.name, other.rule.name), _example(both), both.whole)


def _shadowed(live: list[tuple[CheckedRule, Box]]) -> Iterator[Finding]:
    said = [(rule, box, verdict) for rule, box in live if (verdict := verdict_of(rule, Stage.WHOLE)) is not None]
    for rule, box, verdict in said:
        for other, wide, stronger in said:
            higher = stronger[0] > verdict[0] and stronger[1] != verdict[1]
            # A line's rule is met by a line, an order's by the order: each line of it meets it, too.
            if higher and wide.whole and box.within(wide) and (rule.per_line or not other.per_line):
                yield Finding(Kind.SHADOWED, (rule.rule.name, other.rule.name), _example(box), box.whole)
                break


def _example(box: Box) -> tuple[tuple[Fact, FactValue], ...]:
    """Facts that meet the demands."""
    found: dict[Fact, FactValue] = {fact: values[0] for fact, values in box.values.items()}
    for fact, span in box.spans.items():
        found[fact] = span.low if span.low is not None else span.high if span.high is not None else 0
    return tuple(sorted(found.items(), key=lambda item: str(item[0])))


def _facts(rule_set: RuleSet) -> Iterator[Finding]:
    read = {(fact.entity, fact.key) for rule in rule_set.rules for fact in rule.reads}
    given = {(effect.fact.entity, effect.fact.key) for rule in rule_set.rules for effect in rule.sets}
    for key in rule_set.derived:
        name = ".".join(key)
        if key in read and key not in given:
            yield Finding(Kind.NEVER_SET, (), what=name)
        # The order's priority is read by the desk.
        if key in given and key not in read and key != ("order", "priority"):
            yield Finding(Kind.NEVER_READ, (), what=name)
