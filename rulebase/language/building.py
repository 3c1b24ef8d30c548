"""Builds the tree from what the grammar finds; one method a production."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lark import Token, Transformer, v_args

from rulebase.language.kinds import Kind
from rulebase.language.tokens import position
from rulebase.language.tree import (
    And,
    Arithmetic,
    Bar,
    Between,
    Compare,
    Contains,
    Count,
    Derived,
    Effect,
    Example,
    ExpectFact,
    ExpectOutcome,
    ExpectRule,
    Expression,
    Fact,
    Freeze,
    Given,
    Has,
    Item,
    Lines,
    Literal,
    Member,
    Node,
    Not,
    Note,
    Offer,
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
    Text,
    TextTest,
    Total,
)  # fmt: skip

_SUMS = {"PLUS": Sum.PLUS, "MINUS": Sum.MINUS, "TIMES": Sum.TIMES, "SLASH": Sum.OVER}
_TESTS = {"STARTS": TextTest.STARTS, "ENDS": TextTest.ENDS, "CONTAINS": TextTest.CONTAINS, "LACKS": TextTest.LACKS}
_QUANTITIES = {"SOME": Quantity.SOME, "EVERY": Quantity.EVERY, "NONE": Quantity.NO}


def _language(keyword: Token) -> str:
    return str(keyword.value[1])


def _day(literal: Literal) -> date:
    assert isinstance(literal.value, datetime)
    return literal.value.date()


def _both(name: tuple[Token, ...], language: str) -> Text:
    """A text and the same in the other language: the first is in the language of the word before it."""
    first, second = str(name[0].value), str(name[-1].value)
    zh, en = (first, second) if language == "zh" else (second, first)
    return Text(zh, en, at=position(name[0]))


@v_args(inline=True)
class Building(Transformer[Token, Item]):
    """From the productions of grammar.lark to the nodes of tree.py."""

    def start(self, item: Item) -> Item:
        return item

    # Rules.

    def rule(self, keyword: Token, name: tuple[Token, ...], *parts: Any) -> Rule:
        found: dict[str, Any] = {}
        condition: Any = None
        effects: tuple[Effect, ...] = ()
        for part in parts:
            if isinstance(part, dict):
                found |= part
            elif isinstance(part, tuple):
                effects = part
            elif isinstance(part, Node):
                condition = part
        return Rule(_both(name, _language(keyword)), condition, effects, at=position(keyword), **found)

    def rank(self, _: Token, number: Token) -> dict[str, Any]:
        literal: Literal = number.value
        # The checker refuses what is no whole number.
        return {"rank": literal.value if literal.kind is Kind.COUNT else -1}

    def valid_from(self, _: Token, __: Token, first: Token, *rest: Token) -> dict[str, Any]:
        return {"first": _day(first.value), "last": _day(rest[1].value) if rest else None}

    def valid_both(self, _: Token, first: Token, __: Token, last: Token) -> dict[str, Any]:
        return {"first": _day(first.value), "last": _day(last.value)}

    def valid_to(self, _: Token, __: Token, last: Token) -> dict[str, Any]:
        return {"last": _day(last.value)}

    def owner(self, keyword: Token, name: tuple[Token, ...]) -> dict[str, Any]:
        return {"owner": _both(name, _language(keyword))}

    def because(self, keyword: Token, name: tuple[Token, ...]) -> dict[str, Any]:
        return {"reason": _both(name, _language(keyword))}

    def name(self, *tokens: Token) -> tuple[Token, ...]:
        return tokens

    # Effects.

    def effects(self, *parts: Any) -> tuple[Effect, ...]:
        return tuple(part for part in parts if isinstance(part, Node))  # type: ignore[misc]

    def pass_(self, keyword: Token) -> Pass:
        return Pass(at=position(keyword))

    def review(self, keyword: Token, name: tuple[Token, ...]) -> Review:
        return Review(_both(name, _language(keyword)), at=position(keyword))

    def refuse(self, keyword: Token) -> Refuse:
        return Refuse(at=position(keyword))

    def freeze(self, keyword: Token) -> Freeze:
        return Freeze(at=position(keyword))

    def require_document(self, keyword: Token, what: Token) -> Require:
        return Require(str(what.value), at=position(keyword))

    def require_attribute(self, keyword: Token, what: Token) -> Require:
        return Require(str(what.value), document=False, at=position(keyword))

    def note(self, keyword: Token, name: tuple[Token, ...]) -> Note:
        return Note(_both(name, _language(keyword)), at=position(keyword))

    def offer(self, keyword: Token, promotion: Token) -> Offer:
        return Offer(str(promotion.value), at=position(keyword))

    def bar(self, keyword: Token, promotion: Token) -> Bar:
        return Bar(str(promotion.value), at=position(keyword))

    def set_(self, keyword: Token, fact: Fact, _: Token, value: Expression) -> Set:
        return Set(fact, value, at=position(keyword))

    # Conditions.

    def or_(self, *parts: Any) -> Or:
        nodes = tuple(part for part in parts if isinstance(part, Node))
        return Or(nodes, at=nodes[0].at)  # type: ignore[arg-type]

    def and_(self, *parts: Any) -> And:
        nodes = tuple(part for part in parts if isinstance(part, Node))
        return And(nodes, at=nodes[0].at)  # type: ignore[arg-type]

    def not_(self, keyword: Token, condition: Expression) -> Not:
        return Not(condition, at=position(keyword))

    def compare(self, left: Expression, sign: Token, right: Expression) -> Compare:
        return Compare(Relation(sign.value), left, right, at=left.at)

    def between(self, value: Expression, _: Token, low: Expression, __: Token, high: Expression) -> Between:
        return Between(value, low, high, at=value.at)

    def member(self, value: Expression, _: Token, among: list[Literal]) -> Member:
        return Member(value, tuple(among), at=value.at)

    def not_member(self, value: Expression, _: Token, among: list[Literal]) -> Member:
        return Member(value, tuple(among), negated=True, at=value.at)

    def contains(self, value: Expression, test: Token, part: Token) -> Contains:
        return Contains(_TESTS[test.type], value, str(part.value), at=value.at)

    def no_document(self, keyword: Token, part: Token) -> Contains:
        at = position(keyword)
        return Contains(TextTest.LACKS, Fact("order", "documents", at=at), str(part.value), at=at)

    def has(self, keyword: Token, fact: Fact) -> Has:
        return Has(fact, at=position(keyword))

    def lines(self, quantity: Token, _: Token, __: Token, condition: Expression, ___: Token) -> Lines:
        return Lines(_QUANTITIES[quantity.type], condition, at=position(quantity))

    # Values.

    def arithmetic(self, left: Expression, sign: Token, right: Expression) -> Arithmetic:
        return Arithmetic(_SUMS[sign.type], left, right, at=left.at)

    def group(self, _: Token, inner: Expression, __: Token) -> Expression:
        return inner

    def count(self, *parts: Any) -> Count:
        return Count(next(part for part in parts if isinstance(part, Node)), at=position(parts[0]))  # type: ignore[arg-type]

    def total(self, keyword: Token, *parts: Any) -> Total:
        nodes = [part for part in parts if isinstance(part, Node)]
        return Total(*nodes, at=position(keyword))  # type: ignore[arg-type]

    def fact(self, entity: Token, _: Token, key: Token, *name: Token) -> Fact:
        text = str(name[1].value) if name else ""
        return Fact(str(entity.value), str(key.value), text, at=position(entity))

    def list(self, *parts: Any) -> list[Literal]:
        return [part for part in parts if isinstance(part, Literal)]

    def literal(self, first: Token, *rest: Token) -> Literal:
        at = position(first)
        if rest:
            number: Any = rest[0].value
            return Literal(number.kind, -number.value, number.percent, at=at)
        if first.type == "TEXT":
            return Literal(Kind.TEXT, str(first.value), at=at)
        if first.type in ("YES", "NO"):
            return Literal(Kind.FLAG, first.type == "YES", at=at)
        literal: Literal = first.value
        return literal

    def equal(self, sign: Token) -> Token:
        return sign

    # Derived facts and examples.

    def declared(self, entity: Token, _: Token, word: Token) -> tuple[str, str]:
        return str(entity.value), str(word)

    def derived(self, keyword: Token, *parts: Any) -> Derived:
        names = [part for part in parts if isinstance(part, tuple)]
        first, second = names[0][1], names[-1][1]
        zh, en = (first, second) if _language(keyword) == "zh" else (second, first)
        kind = next(Kind(part.value) for part in parts if isinstance(part, Token) and part.type == "TYPE")
        choices = next((tuple(part) for part in parts if isinstance(part, list)), ())
        default = next((part for part in parts if isinstance(part, Literal)), None)
        return Derived(names[0][0], zh, en, kind, choices, default, at=position(keyword))

    def example(self, keyword: Token, name: tuple[Token, ...], *parts: Any) -> Example:
        given = tuple(part for part in parts if isinstance(part, Given))
        lines = tuple(part for part in parts if isinstance(part, tuple))
        expected = tuple(part for part in parts if isinstance(part, (ExpectOutcome, ExpectRule, ExpectFact)))
        return Example(_both(name, _language(keyword)), given, lines, expected, at=position(keyword))

    def given_fact(self, fact: Fact, _: Token, value: Any) -> Given:
        return Given(fact, tuple(value) if isinstance(value, list) else value, at=fact.at)

    def given_line(self, entity: Token, *parts: Any) -> tuple[Given, ...]:
        return tuple(part for part in parts if isinstance(part, Given))

    def expect_pass(self, keyword: Token) -> ExpectOutcome:
        return ExpectOutcome(Outcome.PASS, at=position(keyword))

    def expect_review(self, keyword: Token, *name: tuple[Token, ...]) -> ExpectOutcome:
        reviewer = _both(name[0], _language(keyword)) if name else None
        return ExpectOutcome(Outcome.REVIEW, reviewer, at=position(keyword))

    def expect_refuse(self, keyword: Token) -> ExpectOutcome:
        return ExpectOutcome(Outcome.REFUSE, at=position(keyword))

    def expect_fires(self, keyword: Token, name: Token) -> ExpectRule:
        return ExpectRule(str(name.value), at=position(keyword))

    def expect_not_fires(self, keyword: Token, name: Token) -> ExpectRule:
        return ExpectRule(str(name.value), fires=False, at=position(keyword))

    def expect_fact(self, fact: Fact, _: Token, value: Literal) -> ExpectFact:
        return ExpectFact(fact, value, at=fact.at)
