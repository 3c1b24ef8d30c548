"""What conditions demand of single facts: intervals and lists of values. Quick, and often all there is to say."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from rulebase.engine.index import Reader, Span, conjuncts, narrowed
from rulebase.engine.layout import NOW
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.tree import Between, Fact, Literal
from rulebase.language.vocabulary import FactValue


class Box(Struct, frozen=True):
    """What a condition demands of single facts: what each may be, and limits; `whole`: it demands nothing else."""

    values: dict[Fact, tuple[FactValue, ...]]
    spans: dict[Fact, Span]
    whole: bool

    def empty(self) -> bool:
        """True when no order can meet it."""
        return any(not values for values in self.values.values()) or any(
            span.low is not None and span.high is not None and span.low > span.high for span in self.spans.values()
        )

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts of which it demands something."""
        return frozenset({*self.values, *self.spans})


def holds(span: Span, value: int) -> bool:
    """Whether a value is within limits."""
    return (span.low is None or value >= span.low) and (span.high is None or value <= span.high)


def meet(one: Box, other: Box) -> Box:
    """What both demand."""
    values = dict(one.values)
    for fact, options in other.values.items():
        values[fact] = tuple(value for value in values[fact] if value in options) if fact in values else options
    spans = dict(one.spans)
    for fact, span in other.spans.items():
        spans[fact] = narrowed(spans.get(fact, Span(None, None)), span)
    for fact, options in values.items():
        if fact in spans:
            values[fact] = tuple(value for value in options if isinstance(value, int) and holds(spans[fact], value))
    return Box(values, {fact: span for fact, span in spans.items() if fact not in values}, one.whole and other.whole)


def box_of(rule: CheckedRule, rule_set: RuleSet, zone: ZoneInfo) -> Box:
    """What a rule demands, days of validity with it."""
    reader = Reader(rule_set.vocabulary, zone)
    box = Box({}, {NOW: _validity(rule, zone)} if rule.rule.first or rule.rule.last else {}, True)
    for part in conjuncts(rule.rule.condition):
        values, spans = reader.equalities(part), reader.spans(part)
        whole = bool(values or spans) and not isinstance(part, Between)
        whole |= isinstance(part, Between) and isinstance(part.low, Literal) and isinstance(part.high, Literal)
        whole |= isinstance(part, Literal) and part.value is True
        derived = any((fact.entity, fact.key) in rule_set.derived for fact in (*values, *spans))
        box = meet(box, Box(values, spans, whole and not derived))
    return box


def _validity(rule: CheckedRule, zone: ZoneInfo) -> Span:
    first, last = rule.rule.first, rule.rule.last
    low = None if first is None else int(datetime.combine(first, time(), zone).timestamp())
    end = None if last is None else datetime.combine(last + timedelta(days=1), time(), zone)
    return Span(low, None if end is None else int(end.timestamp()) - 1)
