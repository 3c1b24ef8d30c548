"""The least parts of conditions, and conditions as "all of", "one of" and such parts; negations are worked in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from msgspec import Struct

from rulebase.language.tree import Fact, TextTest

Place = tuple[Fact, Hashable]
"""A fact of the order (None), or of a line: the number of one, or whatever tells an unnamed line from others."""


class Linear(Struct, frozen=True):
    """The sum of factors times variables, and a constant, is at most 0; below 0 where `strict`; 0 where `equal`."""

    factors: tuple[tuple[Hashable, Fraction], ...]
    constant: Fraction
    strict: bool = False
    equal: bool = False


class Among(Struct, frozen=True):
    """A text or a flag is among values, or among none of them."""

    place: Place
    values: frozenset[str | bool]
    negated: bool = False


class Part(Struct, frozen=True):
    """A text has a part, or a set of texts a member, or hasn't."""

    place: Place
    test: TextTest
    text: str
    negated: bool = False


class There(Struct, frozen=True):
    """A fact that may be missing is there, or isn't."""

    place: Place
    negated: bool = False


class Opaque(Struct, frozen=True):
    """Something that isn't reasoned about, told apart by what it says."""

    what: Hashable
    negated: bool = False


Atom: TypeAlias = Linear | Among | Part | There | Opaque


class All(Struct, frozen=True):
    """All parts are met; without parts, always."""

    parts: tuple[Formula, ...] = ()


class One(Struct, frozen=True):
    """A part is met; without parts, never."""

    parts: tuple[Formula, ...] = ()


Formula: TypeAlias = All | One | Atom
ALWAYS, NEVER = All(), One()


class TooMany(Exception):
    """There are more cases than are looked at."""


def cases(formula: Formula, most: int) -> Iterator[tuple[Atom, ...]]:
    """The cases of a formula, each a conjunction. Raises TooMany behind the last that is given."""
    left = _possible(formula, {})
    for number, case in enumerate(() if left is None else _cases(left)):
        if number >= most:
            raise TooMany
        yield case


def _possible(formula: Formula, known: dict[int, Formula | None]) -> Formula | None:
    """A formula without what is never met; None where all of it is. `known` are parts that were looked at, by id.

    Else all cases of what stands before a part that is never met would be gone through, to give none.
    """
    if not isinstance(formula, (All, One)):
        return formula
    if id(formula) not in known:
        left = [part for part in (_possible(each, known) for each in formula.parts) if part is not None]
        whole = len(left) == len(formula.parts) if isinstance(formula, All) else bool(left)
        known[id(formula)] = type(formula)(tuple(left)) if whole else None
    return known[id(formula)]


def _cases(formula: Formula) -> Iterator[tuple[Atom, ...]]:
    match formula:
        case All(parts=parts):
            yield from _products(parts)
        case One(parts=parts):
            for part in parts:
                yield from _cases(part)
        case _:
            yield (formula,)


def _products(parts: tuple[Formula, ...]) -> Iterator[tuple[Atom, ...]]:
    if not parts:
        yield ()
        return
    for first in _cases(parts[0]):
        for rest in _products(parts[1:]):
            yield first + rest


BOUNDS: Mapping[str, tuple[int | None, int | None]] = {
    "order.list_amount": (0, None), "order.discount": (0, None), "order.quantity": (1, None),
    "order.line_count": (1, None), "order.asked_priority": (1, 9), "customer.credit_limit": (0, None),
    "customer.overdue_count": (0, None), "customer.overdue_days": (0, None), "customer.orders": (0, None),
    "customer.changes": (0, None), "clock.weekday": (1, 7), "clock.time_of_day": (0, 86_399), "line.number": (1, None),
    "line.quantity": (1, None), "line.unit_price": (0, None), "line.list_amount": (0, None),
    "line.discount": (0, None), "item.price": (0, None), "item.cost": (0, None), "item.on_hand": (0, None),
    "item.safety_stock": (0, None), "promise.delay": (0, None),
}  # fmt: skip
"""What facts of any order are at least and at most, in the units of their kinds."""
VALUES: Mapping[str, frozenset[str | bool]] = {"item.sourcing": frozenset({"make", "buy", "stock"})}
"""The texts that facts of any order can be."""
