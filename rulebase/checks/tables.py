"""Rules that make a table, and the cells that they leave empty.

Rules make a table when they do the same, set one fact or speak a verdict at one rank, by intervals and values of the
same facts. Its cells are those between its outermost limits, and the values that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, product
from math import prod

from msgspec import Struct

from rulebase.checks.atoms import BOUNDS
from rulebase.checks.boxes import Box, holds
from rulebase.checks.witness import Example
from rulebase.engine.index import Span
from rulebase.engine.layout import NOW
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.tree import DECISIVE, Fact
from rulebase.language.vocabulary import FactValue

CELLS_MAX = 4_096
FACTS_MAX = 3
GAPS_MAX = 3
"""Gaps told of one table."""

Cell = tuple[FactValue | Span, ...]


class Table(Struct, frozen=True):
    """Rules with what they demand, and the facts by which they are told apart. `sets`: what they set, if they do."""

    rules: tuple[CheckedRule, ...]
    boxes: tuple[Box, ...]
    facts: tuple[Fact, ...]
    sets: Fact | None

    def gaps(self) -> Iterator[Cell]:
        """The cells that no rule covers among such that are; none where the table has too many cells."""
        axes = [_axis(fact, self.boxes) for fact in self.facts]
        if prod(map(len, axes)) > CELLS_MAX:
            return
        places = list(product(*(range(len(axis)) for axis in axes)))
        cells = {place: tuple(axis[index] for axis, index in zip(axes, place, strict=True)) for place in places}
        full = {place for place in places if any(self._covers(box, cells[place]) for box in self.boxes)}
        empty = (place for place in places if place not in full and _enclosed(place, axes, full))
        yield from (cells[place] for place in islice(empty, GAPS_MAX))

    def _covers(self, box: Box, cell: Cell) -> bool:
        return all(_within(box, fact, part) for fact, part in zip(self.facts, cell, strict=True))

    def example(self, cell: Cell, per_line: frozenset[str]) -> Example:
        """An order in a cell."""
        values = {fact: _value(part) for fact, part in zip(self.facts, cell, strict=True)}
        order = tuple((fact, value) for fact, value in values.items() if fact.entity not in per_line)
        return Example(order, (tuple((fact, value) for fact, value in values.items() if fact.entity in per_line),))


def _enclosed(place: tuple[int, ...], axes: Sequence[Sequence[FactValue | Span]], full: set[tuple[int, ...]]) -> bool:
    """Whether rules cover cells on both sides of one by limits, and some other by values, along every fact."""
    for number, axis in enumerate(axes):
        line = [index for index in range(len(axis)) if (*place[:number], index, *place[number + 1 :]) in full]
        if not line or (isinstance(axis[0], Span) and not line[0] < place[number] < line[-1]):
            return False
    return True


def tables(boxes: Sequence[tuple[CheckedRule, Box]], rule_set: RuleSet) -> Iterator[Table]:
    """The tables among rules: two and more by one fact, three and more by several.

    What is set to a fact with a declared default is none: the default fills the gaps.
    """
    found: dict[tuple[Fact | int, bool, frozenset[Fact]], list[tuple[CheckedRule, Box]]] = {}
    for rule, box in boxes:
        kind = _kind(rule, rule_set)
        if kind is not None and box.whole and 0 < len(box.facts - {NOW}) <= FACTS_MAX and NOW not in box.facts:
            found.setdefault((kind, rule.per_line, box.facts), []).append((rule, box))
    for (kind, *_), members in found.items():
        if len(members) > min(2, len(members[0][1].facts)):
            facts = tuple(sorted(members[0][1].facts, key=str))
            rules, own = zip(*members, strict=True)
            yield Table(rules, own, facts, kind if isinstance(kind, Fact) else None)


def _kind(rule: CheckedRule, rule_set: RuleSet) -> Fact | int | None:
    """The fact that a rule sets, or the rank at which it speaks a verdict."""
    if rule.sets:
        fact = rule.sets[0].fact
        declared = rule_set.derived[fact.entity, fact.key].default is not None
        return None if declared or len(rule.sets) > 1 else fact
    return rule.rule.rank if any(isinstance(effect, DECISIVE) for effect in rule.rule.effects) else None


def _axis(fact: Fact, boxes: Sequence[Box]) -> list[FactValue | Span]:
    """The values of a fact that the table names, or the intervals between its limits."""
    values = {value for box in boxes for value in box.values.get(fact, ())}
    if any(isinstance(value, (str, bool)) for value in values):
        return sorted(values, key=str)
    spans = [span for box in boxes for span in _spans(box, fact)]
    cuts = sorted({span.low for span in spans if span.low is not None}
                  | {span.high + 1 for span in spans if span.high is not None})  # fmt: skip
    found = [Span(low, high - 1) for low, high in pairwise(cuts)]
    least, most = BOUNDS.get(f"{fact.entity}.{fact.key}", (None, None))
    if cuts and any(span.low is None for span in spans) and (least is None or least < cuts[0]):
        found.insert(0, Span(least, cuts[0] - 1))
    if cuts and any(span.high is None for span in spans) and (most is None or most >= cuts[-1]):
        found.append(Span(cuts[-1], most))
    return list(found)


def _spans(box: Box, fact: Fact) -> list[Span]:
    if fact in box.values:
        return [Span(value, value) for value in box.values[fact] if isinstance(value, int)]
    return [box.spans[fact]]


def _within(box: Box, fact: Fact, part: FactValue | Span) -> bool:
    if not isinstance(part, Span):
        return part in box.values[fact]
    value = _value(part)
    # The intervals are cut at all limits: one value of them tells for all.
    return any(isinstance(value, int) and holds(span, value) for span in _spans(box, fact))


def _value(part: FactValue | Span) -> FactValue:
    if not isinstance(part, Span):
        return part
    return part.low if part.low is not None else part.high if part.high is not None else 0
