"""Walks over expressions."""

from __future__ import annotations

from collections.abc import Iterator

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
    Total,
)  # fmt: skip


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly within an expression, in the order of the text."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return parts
        case Not(condition=condition) | Lines(condition=condition) | Count(condition=condition):
            return (condition,)
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Between(value=value, low=low, high=high):
            return (value, low, high)
        case Total(value=value, condition=condition):
            return (value,) if condition is None else (value, condition)
        case Member(value=value) | Contains(value=value):
            return (value,)
        case Has(fact=fact):
            return (fact,)
        case Fact() | Literal():
            return ()
    raise AssertionError(node)


def quantified(node: Expression) -> bool:
    """True for what looks at all lines."""
    return isinstance(node, (Lines, Count, Total))


def facts_of(node: Expression, within: bool = False) -> Iterator[tuple[Fact, bool]]:
    """Every fact that is read, and whether a quantifier stands around it."""
    if isinstance(node, Fact):
        yield node, within
    inner = within or quantified(node)
    for child in children(node):
        yield from facts_of(child, inner)


def depth(node: Expression) -> int:
    """How many expressions stand within one another. Doesn't recurse."""
    most, left = 0, [(node, 1)]
    while left:
        found, level = left.pop()
        most = max(most, level)
        left += [(child, level + 1) for child in children(found)]
    return most
