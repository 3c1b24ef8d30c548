"""Which rules a value leaves possible: by equality in a hash, by limits in segments between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from zoneinfo import ZoneInfo

from msgspec import Struct

from rulebase.engine.facts import value_of
from rulebase.language.checker import CheckedRule
from rulebase.language.tree import And, Between, Compare, Expression, Fact, Lines, Literal, Member, Quantity, Relation
from rulebase.language.vocabulary import FactValue, Vocabulary

KEYS_MAX = 64
"""Entries of one rule in a hash."""
SIGNATURES_MAX = 12
"""Hashes looked into for one order or line."""
SEGMENTS_MIN = 8
SEGMENT_ENTRIES_MAX = 200_000

Signature = tuple[Fact, ...]
Key = tuple[FactValue, ...]
_LIMITS = (Relation.BELOW, Relation.UP_TO, Relation.ABOVE, Relation.FROM)
_MIRRORED = {
    Relation.BELOW: Relation.ABOVE, Relation.UP_TO: Relation.FROM,
    Relation.ABOVE: Relation.BELOW, Relation.FROM: Relation.UP_TO,
}  # fmt: skip


def conjuncts(condition: Expression) -> tuple[Expression, ...]:
    """The conditions that must all be met."""
    if isinstance(condition, And):
        return tuple(inner for part in condition.parts for inner in conjuncts(part))
    return (condition,)


class Span(Struct, frozen=True):
    """The whole numbers that a fact may be, both ends included; None: no limit."""

    low: int | None
    high: int | None


class Reader:
    """Reads what conditions demand of single facts. Facts that may be missing are left out: missing isn't False."""

    def __init__(self, vocabulary: Vocabulary, zone: ZoneInfo) -> None:
        self._field = vocabulary.field_by_key
        self._zone = zone

    def equalities(self, condition: Expression) -> dict[Fact, tuple[FactValue, ...]]:
        """For each fact that must be one of some values, those values."""
        found: dict[Fact, tuple[FactValue, ...]] = {}
        for part in conjuncts(condition):
            fact, literals = _equality(part)
            if fact is None or self._field[fact.entity, fact.key].optional:
                continue
            values = [self._exact(fact, literal) for literal in literals]
            kept = tuple(dict.fromkeys(value for value in values if value is not None))
            if fact not in found or len(kept) < len(found[fact]):
                found[fact] = kept
        return found

    def of_some_line(self, condition: Expression) -> dict[Fact, tuple[FactValue, ...]]:
        """Facts of which some line must have one of some values, the fewest first; empty where no line is asked for.

        Lists of more than `KEYS_MAX` values are left out.
        """
        found: dict[Fact, tuple[FactValue, ...]] = {}
        for part in conjuncts(condition):
            if isinstance(part, Lines) and part.quantity is Quantity.SOME:
                found |= self.equalities(part.condition)
        few = [fact for fact, values in found.items() if len(values) <= KEYS_MAX]
        return {fact: found[fact] for fact in sorted(few, key=lambda fact: (len(found[fact]), str(fact)))}

    def _exact(self, fact: Fact, literal: Literal) -> FactValue | None:
        """The value as the fact would be kept; None where the fact can never be that."""
        kind = self._field[fact.entity, fact.key].kind
        value = literal.value
        if kind is not literal.kind and isinstance(value, int) and value * kind.scale % literal.kind.scale:
            return None
        return value_of(literal, kind, self._zone)

    def spans(self, condition: Expression) -> dict[Fact, Span]:
        """For each fact that must be within limits, those limits."""
        found: dict[Fact, Span] = {}
        for part in conjuncts(condition):
            for fact, span in self._limits(part):
                if not self._field[fact.entity, fact.key].optional:
                    found[fact] = narrowed(found.get(fact, Span(None, None)), span)
        return found

    def _limits(self, part: Expression) -> Iterator[tuple[Fact, Span]]:
        if isinstance(part, Compare) and part.op in _LIMITS:
            if isinstance(part.left, Fact) and isinstance(part.right, Literal):
                yield part.left, self._span(part.left, part.op, part.right)
            elif isinstance(part.right, Fact) and isinstance(part.left, Literal):
                yield part.right, self._span(part.right, _MIRRORED[part.op], part.left)
        if isinstance(part, Between) and isinstance(part.value, Fact):
            if isinstance(part.low, Literal):
                yield part.value, self._span(part.value, Relation.FROM, part.low)
            if isinstance(part.high, Literal):
                yield part.value, self._span(part.value, Relation.UP_TO, part.high)

    def _span(self, fact: Fact, op: Relation, literal: Literal) -> Span:
        kind = self._field[fact.entity, fact.key].kind
        scale = literal.kind.scale
        value = value_of(literal, literal.kind, self._zone)
        assert isinstance(value, int)
        exact = value * kind.scale
        if op is Relation.FROM:
            return Span(-(-exact // scale), None)
        if op is Relation.ABOVE:
            return Span(exact // scale + 1, None)
        if op is Relation.UP_TO:
            return Span(None, exact // scale)
        return Span(None, -(-exact // scale) - 1)


def _equality(part: Expression) -> tuple[Fact | None, tuple[Literal, ...]]:
    if isinstance(part, Compare) and part.op is Relation.EQUAL:
        if isinstance(part.left, Fact) and isinstance(part.right, Literal):
            return part.left, (part.right,)
        if isinstance(part.right, Fact) and isinstance(part.left, Literal):
            return part.right, (part.left,)
    if isinstance(part, Member) and not part.negated and isinstance(part.value, Fact):
        return part.value, part.among
    return None, ()


def narrowed(one: Span, other: Span) -> Span:
    """The numbers that both allow."""
    lows = [span.low for span in (one, other) if span.low is not None]
    highs = [span.high for span in (one, other) if span.high is not None]
    return Span(max(lows, default=None), min(highs, default=None))


def signatures(demands: Sequence[dict[Fact, tuple[FactValue, ...]]]) -> list[Signature]:
    """For each rule the facts by whose values it is hashed; empty for none. Few in all, as each costs a look-up."""
    own = [_affordable(demand) for demand in demands]
    counts = Counter(signature for signature in own if signature)
    kept = [signature for signature, _ in counts.most_common(SIGNATURES_MAX)]
    kept.sort(key=lambda signature: (-len(signature), [str(fact) for fact in signature]))
    return [
        signature if signature in kept else next((other for other in kept if set(other) <= set(signature)), ())
        for signature in own
    ]


def _affordable(demand: dict[Fact, tuple[FactValue, ...]]) -> Signature:
    """The facts of a demand, without those with the most values where all would take too many entries."""
    facts = sorted(demand, key=lambda fact: len(demand[fact]))
    entries, found = 1, []
    for fact in facts:
        entries *= len(demand[fact])
        if entries > KEYS_MAX:
            break
        found.append(fact)
    return tuple(sorted(found, key=str))


def keys(demand: dict[Fact, tuple[FactValue, ...]], signature: Signature) -> Iterable[Key]:
    """The entries of a rule."""
    return product(*(demand[fact] for fact in signature))


def best_fact(spans: Sequence[dict[Fact, Span]]) -> Fact | None:
    """The fact by whose limits the most rules are told apart; None where it wouldn't pay."""
    counts = Counter(fact for span in spans for fact in span)
    fact, count = max(counts.items(), key=lambda item: (item[1], str(item[0])), default=(None, 0))
    return fact if count >= SEGMENTS_MIN else None


def segments(spans: Sequence[tuple[int, Span]]) -> tuple[list[int], list[list[int]]] | None:
    """Sorted limits, and the rules that are possible before the first, between each two, and behind the last.

    `bisect_right(limits, value)` is the segment of a value. None where that would take too many entries.
    """
    limits = sorted({low for _, span in spans if (low := span.low) is not None}
                    | {high + 1 for _, span in spans if (high := span.high) is not None})  # fmt: skip
    found: list[list[int]] = []
    entries = 0
    for segment in range(len(limits) + 1):
        low = limits[segment - 1] if segment else None
        rules = [rule for rule, span in spans if _covers(span, low, limits, segment)]
        entries += len(rules)
        if entries > SEGMENT_ENTRIES_MAX:
            return None
        found.append(rules)
    return limits, found


def _covers(span: Span, low: int | None, limits: list[int], segment: int) -> bool:
    """Whether a segment, from `low` to before the next limit, lies within the span."""
    if span.low is not None and (low is None or low < span.low):
        return False
    return span.high is None or (segment < len(limits) and limits[segment] <= span.high + 1)


def possible(rules: Sequence[CheckedRule], reader: Reader) -> list[dict[Fact, tuple[FactValue, ...]]]:
    """What each rule demands by equality."""
    return [reader.equalities(rule.rule.condition) for rule in rules]
