"""Conditions and values as Python source over slots: integers and exact fractions, never a float.

The quick form reads slots as they are and short-circuits. The careful form knows three answers, True, False and None
for "can't be told" (a fact is missing, a division by zero), and an answer that doesn't depend on what can't be told is
given: False and None is False, True or None is True. So the order of conditions never matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from rulebase.engine.facts import value_of
from rulebase.engine.layout import NOW, Layout
from rulebase.language.kinds import Kind
from rulebase.language.tree import (
    And,
    Arithmetic,
    Between,
    Compare,
    Contains,
    Count,
    Expression,
    Fact,
    Has,
    Lines,
    Literal,
    Member,
    Not,
    Or,
    Quantity,
    Relation,
    Sum,
    TextTest,
    Total,
)  # fmt: skip
from rulebase.language.vocabulary import Vocabulary

_PYTHON = {Relation.EQUAL: "==", Relation.UNEQUAL: "!="}


class Missing(Exception):
    """A fact that a rule reads isn't there."""


def present(value: Any) -> Any:
    """A value that must be there. Raises Missing."""
    if value is None:
        raise Missing
    return value


def told(test: Callable[[], object]) -> bool | None:
    """The answer of a test; None where it can't be told."""
    try:
        return bool(test())
    except (Missing, ZeroDivisionError):
        return None


def all_of(*answers: bool | None) -> bool | None:
    """Whether all are met."""
    return False if False in answers else None if None in answers else True


def any_of(*answers: bool | None) -> bool | None:
    """Whether at least one is met."""
    return True if True in answers else None if None in answers else False


def none_of(*answers: bool | None) -> bool | None:
    """Whether none is met."""
    met = any_of(*answers)
    return None if met is None else not met


def settled(value: int | Fraction, scale: int, kept: int) -> int:
    """A value in another scale as a whole number, halves away from zero."""
    scaled = Fraction(value) * kept / scale
    rounded = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    return rounded if scaled >= 0 else -rounded


RUNTIME: Mapping[str, object] = {
    "_F": Fraction, "_r": present, "_t": told, "_all": all_of, "_any": any_of, "_none": none_of, "_settled": settled,
}  # fmt: skip
"""What the generated source calls."""


def day_limits(first: date | None, last: date | None, zone: ZoneInfo) -> list[tuple[str, int]]:
    """What the time of the decision must be at least and at most for these days, in Unix seconds."""

    def midnight(day: date) -> int:
        return int(datetime.combine(day, time(), zone).timestamp())

    found = [] if first is None else [(">=", midnight(first))]
    return found if last is None else [*found, ("<=", midnight(last + timedelta(days=1)) - 1)]


class Source:
    """Writes source over two layouts. `s` is the order's list, `l` that of the line matched, `L` those of all lines."""

    def __init__(self, order: Layout, line: Layout, vocabulary: Vocabulary, zone: ZoneInfo, *, careful: bool) -> None:
        self._order, self._line = order, line
        self._vocabulary = vocabulary
        self._zone = zone
        self._careful = careful
        self._variable = "l"

    def valid(self, first: date | None, last: date | None) -> list[str]:
        """The conditions that the day of the decision is within these days, both included."""
        limits = day_limits(first, last, self._zone)
        found = [f"{self._slot(NOW)} {relation} {limit}" for relation, limit in limits]
        return [f"_t(lambda: {text})" for text in found] if self._careful else found

    def condition(self, node: Expression) -> str:
        """A condition, in the quick form as an operand of `and`."""
        match node:
            case And(parts=parts):
                return self._joined("_all", " and ", [self.condition(part) for part in parts])
            case Or(parts=parts):
                return self._joined("_any", " or ", [self.condition(part) for part in parts])
            case Not(condition=inner):
                return f"_none({self.condition(inner)})" if self._careful else f"(not {self.condition(inner)})"
            case Lines():
                return self._lines(node)
            case Has(fact=fact):
                return f"({self._place(fact)} is not None)"
            case Between(value=value, low=low, high=high):
                parts = (Compare(Relation.FROM, value, low), Compare(Relation.UP_TO, value, high))
                return self._joined("_all", " and ", [self.condition(part) for part in parts])
            case _:
                text = self._atom(node)
                return f"_t(lambda: {text})" if self._careful else f"({text})"

    def _joined(self, call: str, word: str, parts: list[str]) -> str:
        return f"{call}({', '.join(parts)})" if self._careful else f"({word.join(parts)})"

    def _lines(self, node: Lines) -> str:
        inner = self._within(lambda: self.condition(node.condition))
        if self._careful:
            call = {Quantity.SOME: "_any", Quantity.EVERY: "_all", Quantity.NO: "_none"}[node.quantity]
            return f"{call}(*[{inner} for q in L])"
        call = {Quantity.SOME: "any", Quantity.EVERY: "all", Quantity.NO: "not any"}[node.quantity]
        return f"({call}([{inner} for q in L]))"

    def _within(self, write: Callable[[], str]) -> str:
        """What stands within a quantifier, over the line `q`."""
        outer, self._variable = self._variable, "q"
        try:
            return write()
        finally:
            self._variable = outer

    def _atom(self, node: Expression) -> str:
        match node:
            case Compare(op=op, left=left, right=right):
                first, second = self._aligned(left, right)
                return f"{first} {_PYTHON.get(op, op.value)} {second}"
            case Member(value=value, among=among, negated=negated):
                texts = self._aligned(value, *among)
                return f"{texts[0]} {'not in' if negated else 'in'} {{{', '.join(texts[1:])}}}"
            case Contains(op=op, value=value, part=part):
                text = self._value(value)[0]
                if op in (TextTest.STARTS, TextTest.ENDS):
                    return f"{text}.{'startswith' if op is TextTest.STARTS else 'endswith'}({part!r})"
                return f"{part!r} {'in' if op is TextTest.CONTAINS else 'not in'} {text}"
        return self._value(node)[0]

    # Values.

    def _aligned(self, *nodes: Expression) -> list[str]:
        """Values in one scale."""
        values = [self._value(node) for node in nodes]
        scale = max(scale for _, scale in values)
        return [_scaled(text, scale // own) for text, own in values]

    def value(self, node: Expression, kind: Kind) -> str:
        """A value as a fact of this kind is kept."""
        text, scale = self._value(node)
        if kind in (Kind.TEXT, Kind.TEXTS, Kind.FLAG):
            return text
        if isinstance(node, (Literal, Fact)) and scale <= kind.scale:
            return _scaled(text, kind.scale // scale)
        return f"_settled({text}, {scale}, {kind.scale})"

    def _value(self, node: Expression) -> tuple[str, int]:
        match node:
            case Literal(kind=kind):
                return repr(value_of(node, kind, self._zone)), kind.scale
            case Fact(entity=entity, key=key):
                return self._slot(node), self._vocabulary.field_by_key[entity, key].kind.scale
            case Arithmetic(op=op, left=left, right=right):
                return self._arithmetic(op, left, right)
            case Count(condition=inner):
                test = self._within(lambda: self.condition(inner))
                return (f"sum([_r({test}) for q in L])" if self._careful else f"sum([{test} for q in L])"), 1
            case Total(value=value, condition=narrowed):
                return self._total(value, narrowed)
        return self.condition(node), 1

    def _total(self, value: Expression, narrowed: Expression | None) -> tuple[str, int]:
        text, scale = "", 1

        def write() -> str:
            nonlocal text, scale
            text, scale = self._value(value)
            if narrowed is None:
                return ""
            test = self.condition(narrowed)
            return f" if _r({test})" if self._careful else f" if {test}"

        test = self._within(write)
        return f"sum([{text} for q in L{test}])", scale

    def _arithmetic(self, op: Sum, left: Expression, right: Expression) -> tuple[str, int]:
        if op in (Sum.PLUS, Sum.MINUS):
            first, second = self._aligned(left, right)
            return f"({first} {op.value} {second})", max(self._value(left)[1], self._value(right)[1])
        (first, one), (second, other) = self._value(left), self._value(right)
        if op is Sum.TIMES:
            return f"({first} * {second})", one * other
        return f"_F({_scaled(first, other)}, {_scaled(second, one)})", 1

    def _place(self, fact: Fact) -> str:
        place = self._line.place.get(fact)
        return f"s[{self._order.place[fact]}]" if place is None else f"{self._variable}[{place}]"

    def _slot(self, fact: Fact) -> str:
        return f"_r({self._place(fact)})" if self._careful else self._place(fact)


def _scaled(text: str, factor: int) -> str:
    return text if factor == 1 else f"({text} * {factor})"


def compiled(text: str) -> Callable[..., Any]:
    """A function of order, line and lines from source."""
    made: Callable[..., Any] = eval(compile(f"lambda s, l, L: {text}", "<rule>", "eval"), dict(RUNTIME))
    return made
