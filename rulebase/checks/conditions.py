"""Rules as formulas of atoms: what an order must be for a rule to be met, or for it not to be met.

Two readings. Of an *unnamed* order nothing is known of the number of its lines: quantifiers are opaque, and a derived
fact may be as usual whatever the rules say; what can't be there is then proven. Of an order of one or two *named* lines
quantifiers are spelt out, and a derived fact is as usual where no rule sets it otherwise; what fits is then likely to
be an example, and is tried.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from zoneinfo import ZoneInfo

from domain.values import replace
from rulebase.checks.atoms import ALWAYS, NEVER, All, Among, Formula, Linear, One, Opaque, Part, Place, There
from rulebase.engine.facts import value_of
from rulebase.engine.layout import NOW
from rulebase.engine.source import day_limits
from rulebase.language.checker import CheckedRule, RuleSet, usual_of
from rulebase.language.kinds import Kind
from rulebase.language.kinds_of import kind_of
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
    Set,
    Sum,
    TextTest,
    Total,
)  # fmt: skip
from rulebase.language.walk import children, facts_of

Chosen = Mapping[Count | Total, tuple[int, ...]]
"""For counts and totals the lines that are taken to meet their condition."""
_TURNED = {
    Relation.EQUAL: Relation.UNEQUAL, Relation.UNEQUAL: Relation.EQUAL, Relation.BELOW: Relation.FROM,
    Relation.FROM: Relation.BELOW, Relation.ABOVE: Relation.UP_TO, Relation.UP_TO: Relation.ABOVE,
}  # fmt: skip
_NUMERIC = (Kind.COUNT, Kind.NUMBER, Kind.MONEY, Kind.DURATION, Kind.MOMENT)
Sums = tuple[dict[Hashable, Fraction], Fraction]
"""Factors of variables, and a constant."""


class Reading:
    """Reads the rules of a set; `lines` None: of an unnamed order. Of a named one each line stands `copies` times."""

    def __init__(self, rule_set: RuleSet, zone: ZoneInfo, lines: int | None, copies: int = 1) -> None:
        self._rule_set, self._zone, self.lines, self.copies = rule_set, zone, lines, copies
        self._vocabulary = rule_set.vocabulary
        # Rules that derive facts are read again for every rule that reads these, and so on: read once each.
        self._rules: dict[tuple[str, Hashable, bool], Formula] = {}
        self._found: dict[tuple[Fact, Hashable], list[tuple[Literal | None, Formula]]] = {}

    def rule(self, rule: CheckedRule, line: Hashable, met: bool = True) -> Formula:
        """The rule is met by the order, or by this line of it; or it isn't."""
        key = rule.name, line, met
        if key not in self._rules:
            self._rules[key] = self._rule(rule, line, met)
        return self._rules[key]

    def _rule(self, rule: CheckedRule, line: Hashable, met: bool) -> Formula:
        parts = [self._valid(limit, at) for limit, at in day_limits(rule.rule.first, rule.rule.last, self._zone)]
        condition = And((*parts, rule.rule.condition)) if parts else rule.rule.condition
        return self.condition(condition, line, met)

    def _valid(self, op: str, at_s: int) -> Expression:
        return Compare(Relation(op), NOW, Literal(Kind.DURATION, at_s))

    def condition(self, node: Expression, line: Hashable, met: bool) -> Formula:
        """A condition is met, or isn't."""
        match node:
            case And(parts=parts) | Or(parts=parts):
                found = tuple(self.condition(part, line, met) for part in parts)
                return All(found) if isinstance(node, And) is met else One(found)
            case Not(condition=inner):
                return self.condition(inner, line, not met)
            case Between(value=value, low=low, high=high):
                limits = And((Compare(Relation.FROM, value, low), Compare(Relation.UP_TO, value, high)))
                return self.condition(limits, line, met)
            case Lines():
                return self._lines(node, met)
            case Has(fact=fact):
                return There(self._place(fact, line), not met)
        return self._atomic(node, line, met, frozenset())

    def _lines(self, node: Lines, met: bool) -> Formula:
        if self.lines is None:
            return Opaque(node, not met)
        wanted = (node.quantity is not Quantity.NO) is met
        found = tuple(self.condition(node.condition, place, wanted) for place in range(self.lines))
        return One(found) if (node.quantity is Quantity.SOME) is met else All(found)

    # One test.

    def _atomic(self, node: Expression, line: Hashable, met: bool, kept: frozenset[Fact]) -> Formula:
        """A test without conditions inside it; derived facts in it are replaced by what rules set them to."""
        own = dict.fromkeys(fact for fact, within in facts_of(node) if not within and fact not in kept)
        derived = next((fact for fact in own if (fact.entity, fact.key) in self._rule_set.derived), None)
        if derived is not None:
            found = []
            for value, support in self._supported(derived, line):
                kept_now = kept | {derived} if value is None else kept
                inner = node if value is None else replaced(node, derived, value)
                found.append(All((support, self._atomic(inner, line, met, kept_now))))
            return One(tuple(found))
        there = tuple(There(self._place(fact, line)) for fact in own if self._is_optional(fact))
        return All((*there, self._counted(node, line, met)))

    def _is_optional(self, fact: Fact) -> bool:
        return self._vocabulary.field_by_key[fact.entity, fact.key].optional

    def _counted(self, node: Expression, line: Hashable, met: bool) -> Formula:
        """Counts and totals spelt out, for each set of lines that may meet their conditions."""
        conditions = {inner: inner.condition for inner in _quantifiers(node)}
        if self.lines is None or not conditions:
            return self._test(node, line, met, {})
        every = range(self.lines)
        subsets = [subset for size in range(self.lines + 1) for subset in combinations(every, size)]
        found: list[Formula] = []
        for choice in product(*([tuple(every)] if one is None else subsets for one in conditions.values())):
            chosen: Chosen = dict(zip(conditions, choice, strict=True))
            guards = [
                self.condition(inner, place, place in subset)
                for inner, subset in zip(conditions.values(), choice, strict=True) if inner is not None
                for place in every
            ]  # fmt: skip
            found.append(All((*guards, self._test(node, line, met, chosen))))
        return One(tuple(found))

    def _test(self, node: Expression, line: Hashable, met: bool, chosen: Chosen) -> Formula:
        match node:
            case Literal(value=value):
                return ALWAYS if bool(value) is met else NEVER
            case Fact():
                return Among(self._place(node, line), frozenset({met}))
            case Compare(op=op, left=left, right=right):
                return self._compare(op if met else _TURNED[op], left, right, line, chosen)
            case Member(value=value, among=among, negated=negated):
                return self._member(value, among, negated is not met, line, chosen)
            case Contains(op=op, value=Fact() as fact, part=part):
                return Part(self._place(fact, line), op, part, not met)
            case Contains(op=op, value=Literal(value=str() as text), part=part):
                return ALWAYS if _contains(op, text, part) is met else NEVER
        return Opaque((node, line), not met)

    def _member(
        self, value: Expression, among: tuple[Literal, ...], inside: bool, line: Hashable, chosen: Chosen
    ) -> Formula:
        if isinstance(value, Fact) and self._kind(value) is Kind.TEXT:
            return Among(self._place(value, line), frozenset(str(one.value) for one in among), not inside)
        op = Relation.EQUAL if inside else Relation.UNEQUAL
        parts = tuple(self._compare(op, value, one, line, chosen) for one in among)
        return One(parts) if inside else All(parts)

    def _compare(self, op: Relation, left: Expression, right: Expression, line: Hashable, chosen: Chosen) -> Formula:
        if self._kind(left) in _NUMERIC:
            return self._numbers(op, left, right, line, chosen)
        equal = op is Relation.EQUAL
        if isinstance(left, Literal) and isinstance(right, Literal):
            return ALWAYS if (left.value == right.value) is equal else NEVER
        fact, other = (left, right) if isinstance(left, Fact) else (right, left)
        if isinstance(fact, Fact) and isinstance(other, Literal) and isinstance(other.value, (str, bool)):
            return Among(self._place(fact, line), frozenset({other.value}), not equal)
        return Opaque((Compare(Relation.EQUAL, left, right), line), not equal)

    def _kind(self, node: Expression) -> Kind:
        return kind_of(node, self._vocabulary)

    def _place(self, fact: Fact, line: Hashable) -> Place:
        return fact, line if fact.entity in self._vocabulary.per_line else None

    # Numbers.

    def _numbers(self, op: Relation, left: Expression, right: Expression, line: Hashable, chosen: Chosen) -> Formula:
        if op is Relation.UNEQUAL:
            return One(tuple(self._numbers(one, left, right, line, chosen) for one in (Relation.BELOW, Relation.ABOVE)))
        first, second = self._sums(left, line, chosen), self._sums(right, line, chosen)
        sign = -1 if op in (Relation.ABOVE, Relation.FROM) else 1
        factors, constant = _added(first, second, Fraction(-1))
        strict, equal = op in (Relation.BELOW, Relation.ABOVE), op is Relation.EQUAL
        kept = tuple(sorted(((one, factor * sign) for one, factor in factors.items() if factor), key=str))
        constant *= sign
        if not kept:
            return ALWAYS if (constant < 0 or (constant == 0 and not strict)) and not (equal and constant) else NEVER
        return Linear(kept, constant, strict, equal)

    def _sums(self, node: Expression, line: Hashable, chosen: Chosen) -> Sums:
        match node:
            case Literal(kind=kind):
                value = value_of(node, kind, self._zone)
                assert isinstance(value, int)
                return {}, Fraction(value, kind.scale)
            case Fact():
                scale = self._kind(node).scale
                return {self._place(node, line): Fraction(1, scale)}, Fraction(0)
            case Arithmetic(op=op, left=left, right=right):
                found = self._arithmetic(op, self._sums(left, line, chosen), self._sums(right, line, chosen))
                if found is not None:
                    return found
            case Count() if node in chosen:
                return {}, Fraction(len(chosen[node]) * self.copies)
            case Total(value=value) if node in chosen:
                total: Sums = ({}, Fraction(0))
                for place in chosen[node]:
                    total = _added(total, self._sums(value, place, chosen), Fraction(self.copies))
                return total
        return {("opaque", node, line if self._reads_line(node) else None): Fraction(1)}, Fraction(0)

    def _reads_line(self, node: Expression) -> bool:
        return any(fact.entity in self._vocabulary.per_line and not within for fact, within in facts_of(node))

    def _arithmetic(self, op: Sum, left: Sums, right: Sums) -> Sums | None:
        """A sum, or a product or quotient by a constant; None for others."""
        if op in (Sum.PLUS, Sum.MINUS):
            return _added(left, right, Fraction(1 if op is Sum.PLUS else -1))
        if op is Sum.TIMES and not left[0]:
            left, right = right, left
        if right[0] or (op is Sum.OVER and not right[1]):
            return None
        times = right[1] if op is Sum.TIMES else 1 / right[1]
        return {variable: factor * times for variable, factor in left[0].items()}, left[1] * times

    # Derived facts.

    @cached_property
    def _setters(self) -> dict[tuple[str, str], list[tuple[CheckedRule, Set]]]:
        found: dict[tuple[str, str], list[tuple[CheckedRule, Set]]] = {}
        for rule in self._rule_set.rules:
            for effect in rule.sets:
                found.setdefault((effect.fact.entity, effect.fact.key), []).append((rule, effect))
        return found

    def _supported(self, fact: Fact, line: Hashable) -> list[tuple[Literal | None, Formula]]:
        if (fact, line) not in self._found:
            self._found[fact, line] = list(self._supports(fact, line))
        return self._found[fact, line]

    def _supports(self, fact: Fact, line: Hashable) -> Iterator[tuple[Literal | None, Formula]]:
        """What a derived fact can be (None: anything), and when."""
        derived = self._rule_set.derived[fact.entity, fact.key]
        usual = Literal(derived.kind, usual_of(derived))  # type: ignore[arg-type]
        setters = self._setters.get((fact.entity, fact.key), [])
        unset: list[Formula] = []
        for rule, effect in setters:
            places = list(self._places(rule, fact, line))
            value = effect.value if isinstance(effect.value, Literal) else None
            over = [] if self.lines is None else list(self._outvoting(rule, effect, fact, line))
            yield value, All((One(tuple(self.rule(rule, place) for place in places)), *over))
            if value is None or value.value != usual.value:
                unset += [self.rule(rule, place, met=False) for place in places]
        yield usual, ALWAYS if self.lines is None else All(tuple(unset))

    def _outvoting(self, rule: CheckedRule, effect: Set, fact: Fact, line: Hashable) -> Iterator[Formula]:
        """That no rule of higher rank sets the fact to something else."""
        for other, stronger in self._setters[fact.entity, fact.key]:
            if other.rule.rank > rule.rule.rank and stronger.value != effect.value:
                yield from (self.rule(other, place, met=False) for place in self._places(other, fact, line))

    def _places(self, rule: CheckedRule, fact: Fact, line: Hashable) -> Iterable[Hashable]:
        """The lines by which a rule can set a fact of the order, or of a line."""
        if not rule.per_line or fact.entity in self._vocabulary.per_line:
            return (line,)
        return (("some line", rule.name),) if self.lines is None else range(self.lines)


def replaced(node: Expression, fact: Fact, value: Literal) -> Expression:
    """An expression with a value in place of a fact, but not within counts and totals."""
    match node:
        case Fact():
            return value if node == fact else node
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return replace(node, left=replaced(left, fact, value), right=replaced(right, fact, value))
        case Member(value=inner) | Contains(value=inner):
            return replace(node, value=replaced(inner, fact, value))
    return node


def _quantifiers(node: Expression) -> list[Count | Total]:
    if isinstance(node, (Count, Total)):
        return [node]
    return list(dict.fromkeys(found for child in children(node) for found in _quantifiers(child)))


def _added(one: Sums, other: Sums, times: Fraction) -> Sums:
    factors = dict(one[0])
    for variable, factor in other[0].items():
        factors[variable] = factors.get(variable, Fraction(0)) + factor * times
    return factors, one[1] + other[1] * times


def _contains(op: TextTest, text: str, part: str) -> bool:
    if op is TextTest.STARTS:
        return text.startswith(part)
    if op is TextTest.ENDS:
        return text.endswith(part)
    return (part in text) is (op is TextTest.CONTAINS)
