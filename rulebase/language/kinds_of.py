"""Which kind of value an expression has, and what in it doesn't go together."""

from __future__ import annotations

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
    Node,
    Not,
    Or,
    Relation,
    Sum,
    TextTest,
    Total,
)  # fmt: skip
from rulebase.language.vocabulary import Vocabulary, nearest, words_of
from rulebase.language.words import KINDS

KIND_ZH = {Kind.MOMENT: "时点", Kind.TEXTS: "文字集合", **{kind: words.zh[0] for kind, words in KINDS.items()}}
KIND_EN = {kind: f"a {kind}" for kind in Kind} | {
    Kind.COUNT: "a whole number", Kind.MONEY: "an amount of money", Kind.TEXTS: "a set of texts",
}  # fmt: skip
"""Kinds as people name them."""
_EQUALITY = (Relation.EQUAL, Relation.UNEQUAL)


class KindError(Exception):
    """Something that doesn't go together, in both languages."""

    def __init__(self, node: Node, zh: str, en: str, nearest: tuple[str, ...] = ()) -> None:
        self.node, self.zh, self.en, self.nearest = node, zh, en, nearest
        super().__init__(en)


def kind_of(node: Expression, vocabulary: Vocabulary, within: bool = False) -> Kind:
    """The kind of an expression; FLAG for conditions. `within`: a quantifier stands around it.

    Raises
    ------
    KindError
        At the first part that doesn't go together.
    """
    match node:
        case Literal(kind=kind):
            return kind
        case Fact():
            return _fact(node, vocabulary)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                condition(part, vocabulary, within)
        case Not(condition=inner):
            condition(inner, vocabulary, within)
        case Has(fact=fact):
            _has(fact, vocabulary)
        case Compare() | Between() | Member() | Contains():
            _test(node, vocabulary, within)
        case Lines() | Count() | Total():
            return _quantified(node, vocabulary, within)
        case Arithmetic():
            return _arithmetic(node, vocabulary, within)
    return Kind.FLAG


def condition(node: Expression, vocabulary: Vocabulary, within: bool = False) -> None:
    """Raise KindError for what is no condition."""
    kind = kind_of(node, vocabulary, within)
    if kind is not Kind.FLAG:
        raise KindError(
            node, f"这里要一个条件，而不是{KIND_ZH[kind]}", f"a condition is needed here, not {KIND_EN[kind]}"
        )


def _fact(fact: Fact, vocabulary: Vocabulary) -> Kind:
    entity = vocabulary.entity_by_key.get(fact.entity)
    field = vocabulary.field_by_key.get((fact.entity, fact.key))
    if entity is None or field is None:
        known = [word for one in (vocabulary.fields(entity.key) if entity else ()) for word in words_of(one)]
        near = tuple(nearest(fact.key, known))
        raise KindError(fact, f"没有“{fact.entity}.{fact.key}”", f"there is no {fact.entity}.{fact.key}", near)
    if field.keyed and not fact.name:
        raise KindError(
            fact,
            f'{field.zh[0]}要写明名称，如 {field.zh[0]}["颜色"]',
            f'{field.en[0]} needs a name: {field.en[0]}["colour"]',
        )
    if fact.name and not field.keyed:
        raise KindError(fact, f"{field.zh[0]}没有下标", f"{field.en[0]} takes no name")
    return field.kind


def _has(fact: Fact, vocabulary: Vocabulary) -> None:
    _fact(fact, vocabulary)
    if not vocabulary.field_by_key[fact.entity, fact.key].optional:
        raise KindError(fact, "这一项总是有的", "this fact is always there")


def _value(node: Expression, vocabulary: Vocabulary, within: bool) -> Kind:
    """The kind of what is compared or counted with: no condition but a flag."""
    kind = kind_of(node, vocabulary, within)
    if kind is Kind.FLAG and not isinstance(node, (Fact, Literal)):
        raise KindError(node, "条件不能用来比较或计算", "a condition can't be compared or counted with")
    return kind


def _test(node: Compare | Between | Member | Contains, vocabulary: Vocabulary, within: bool) -> None:
    match node:
        case Compare(op=op, left=left, right=right):
            first, second = (_value(side, vocabulary, within) for side in (left, right))
            _fitting(right, first, second)
            if first is Kind.TEXTS or not (op in _EQUALITY or first.ordered):
                raise KindError(
                    node, f"{KIND_ZH[first]}不能用 {op} 比较", f"{KIND_EN[first]} can't be compared by {op}"
                )
        case Between(value=value, low=low, high=high):
            kind = _value(value, vocabulary, within)
            for limit in (low, high):
                _fitting(limit, kind, _value(limit, vocabulary, within))
            if not kind.ordered:
                raise KindError(node, f"{KIND_ZH[kind]}没有大小", f"{KIND_EN[kind]} has no order")
        case Member(value=value, among=among):
            kind = _value(value, vocabulary, within)
            for literal in among:
                _fitting(literal, kind, literal.kind)
            if kind is Kind.TEXTS:
                raise KindError(node, "文字集合要用 含有", "a set of texts is asked by contains")
        case Contains(op=op, value=value):
            kind = _value(value, vocabulary, within)
            if kind is not Kind.TEXT and not (kind is Kind.TEXTS and op in (TextTest.CONTAINS, TextTest.LACKS)):
                raise KindError(node, f"{KIND_ZH[kind]}不能这样问", f"{KIND_EN[kind]} can't be asked that")


def _fitting(node: Node, wanted: Kind, kind: Kind) -> None:
    if not wanted.fits(kind):
        raise KindError(
            node,
            f"这里要{KIND_ZH[wanted]}，而不是{KIND_ZH[kind]}",
            f"{KIND_EN[wanted]} is needed here, not {KIND_EN[kind]}",
        )


def _quantified(node: Lines | Count | Total, vocabulary: Vocabulary, within: bool) -> Kind:
    if within:
        raise KindError(node, "量词里面不能再有量词", "a quantifier can't stand within a quantifier")
    inner = node.condition
    if inner is not None:
        condition(inner, vocabulary, True)
    if isinstance(node, Lines):
        return Kind.FLAG
    if isinstance(node, Count):
        return Kind.COUNT
    kind = _value(node.value, vocabulary, True)
    if kind in (Kind.TEXT, Kind.TEXTS, Kind.FLAG, Kind.MOMENT):
        raise KindError(node.value, f"{KIND_ZH[kind]}不能合计", f"{KIND_EN[kind]} has no sum")
    return kind


def _arithmetic(node: Arithmetic, vocabulary: Vocabulary, within: bool) -> Kind:
    left, right = (_value(side, vocabulary, within) for side in (node.left, node.right))
    kind = _result(node.op, left, right)
    if kind is None:
        zh = f"{KIND_ZH[left]} {node.op} {KIND_ZH[right]} 没有意义"
        raise KindError(node, zh, f"{left.value} {node.op} {right.value} has no meaning")
    return kind


def _result(op: Sum, left: Kind, right: Kind) -> Kind | None:
    """The kind of a sum, product or quotient; None where there is none."""
    numeric = (Kind.COUNT, Kind.NUMBER, Kind.MONEY, Kind.DURATION)
    if op in (Sum.PLUS, Sum.MINUS):
        if left is Kind.MOMENT and right is Kind.DURATION:
            return Kind.MOMENT
        if left is right is Kind.MOMENT and op is Sum.MINUS:
            return Kind.DURATION
        if left in numeric and left.fits(right):
            return left if left is right else Kind.NUMBER
        return None
    if left not in numeric or right not in numeric:
        return None
    if op is Sum.TIMES:
        if left.plain and right.plain:
            return Kind.COUNT if left is right is Kind.COUNT else Kind.NUMBER
        return right if left.plain else left if right.plain else None
    if right.plain:
        return Kind.NUMBER if left.plain else left
    return Kind.NUMBER if left is right else None
