"""The facts of one order, as the engines read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from rulebase.language.kinds import Kind
from rulebase.language.tree import Example, Fact, Given, Literal
from rulebase.language.vocabulary import ENTITIES, FactValue, Field

Values = Mapping[str, FactValue | None]
"""Facts by `key_of`; what is absent or None is missing."""


class Facts(Struct, frozen=True):
    """What is known of an order: facts of the order itself, its customer and so on; and those of each line."""

    order: Values
    lines: tuple[Values, ...]


def key_of(fact: Fact) -> str:
    """The name under which a fact stands in Values: `order.amount`, `order.attribute[colour]`."""
    return f"{fact.entity}.{fact.key}[{fact.name}]" if fact.name else f"{fact.entity}.{fact.key}"


def value_of(literal: Literal, kind: Kind, zone: ZoneInfo) -> FactValue:
    """A literal as a fact of this kind is kept; moments are wall clock of the plant's zone."""
    value = literal.value
    if isinstance(value, datetime):
        return int(value.replace(tzinfo=zone).timestamp())
    if isinstance(value, int) and not isinstance(value, bool) and kind is not literal.kind:
        return value * kind.scale // literal.kind.scale
    return value


def facts_of_example(example: Example, kinds: Mapping[tuple[str, str], Field], zone: ZoneInfo) -> Facts:
    """The facts that an example gives, the rest as usual."""
    order = usual_facts(False) | _given(example.given, kinds, zone)
    lines = tuple(usual_facts(True) | _given(line, kinds, zone) for line in example.lines or ((),))
    if "order.line_count" not in {key_of(given.fact) for given in example.given}:
        order["order.line_count"] = len(lines)
    return Facts(order, lines)


def usual_facts(per_line: bool) -> dict[str, FactValue | None]:
    """Facts of an order, or of a line, where nothing else is said; those that may be missing are."""
    return {
        f"{entity.key}.{field.key}": None if field.optional else field.usual
        for entity in ENTITIES
        if entity.per_line is per_line
        for field in entity.fields
        if not field.keyed
    }


def _given(
    given: Iterable[Given], kinds: Mapping[tuple[str, str], Field], zone: ZoneInfo
) -> dict[str, FactValue | None]:
    found: dict[str, FactValue | None] = {}
    for one in given:
        kind = kinds[one.fact.entity, one.fact.key].kind
        if isinstance(one.value, tuple):
            found[key_of(one.fact)] = frozenset(str(literal.value) for literal in one.value)
        else:
            found[key_of(one.fact)] = value_of(one.value, kind, zone)
    return found
