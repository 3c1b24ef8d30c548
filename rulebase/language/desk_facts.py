"""Facts that rules set and the desk reads: declared by both words, and set to what the desk knows, in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.values import replace
from rulebase.language.kinds_of import KIND_ZH, KindError
from rulebase.language.tree import Derived, Fact, Literal, Set
from rulebase.language.vocabulary import DESK_FACTS, Field, desk_fact, nearest, words_of


def with_choices(derived: Derived) -> Derived:
    """A derived fact that lists what it can be, where it lists nothing and the desk knows a list."""
    field = desk_fact(derived.entity, derived.en)
    return derived if field is None or derived.choices else replace(derived, choices=_choices(field))


def _choices(field: Field) -> tuple[Literal, ...]:
    return tuple(Literal(field.kind, choice) for choice in field.choices)


def declared_wrongly(derived: Derived) -> Iterator[KindError]:
    """What a declaration by a word of the desk's says otherwise than the desk reads it, of what can be few values."""
    for field in DESK_FACTS.get(derived.entity, ()):
        words = derived.zh, derived.en
        if not field.choices or set(words).isdisjoint(words_of(field)):
            continue
        if words != (field.zh[0], field.key) or derived.kind is not field.kind:
            zh = f"系统读取的事实要写作 {field.zh[0]} / {field.key}，为{KIND_ZH[field.kind]}"
            yield KindError(
                derived, zh, f"the desk reads {field.zh[0]} / {field.key}, a {field.kind.value}: write it so"
            )
        given = (*derived.choices, *([derived.default] if derived.default else []))
        for literal in given:
            if literal.value not in field.choices:
                near = tuple(nearest(str(literal.value), field.choices) or field.choices)
                zh, en = f"“{literal.value}”不在可取值之内", f'"{literal.value}" is none of the values it can be'
                yield KindError(literal, zh, en, near)


def set_too_late(file: str, sets: Sequence[Set]) -> Iterator[tuple[str, KindError]]:
    """What a rule sets that reads the promise, and what the desk has to know before; with the file."""
    for effect in sets:
        field = desk_fact(effect.fact.entity, effect.fact.key)
        if field is not None and field.choices:
            zh = f"设“{field.zh[0]}”的规则不能读取交期"
            yield file, KindError(effect.fact, zh, f"a rule that sets {field.key} can't read the promise")


def beyond_limits(fact: Fact, literal: Literal) -> None:
    """Raise KindError where a fact of the desk's is set to a number that the desk wouldn't take."""
    field = desk_fact(fact.entity, fact.key)
    if field is None or field.limits is None or not isinstance(literal.value, int):
        return
    least, most = field.limits
    if not least <= literal.value <= most:
        zh, en = f"{field.zh[0]}要在 {least} 到 {most}", f"{field.key} is a whole number from {least} to {most}"
        raise KindError(literal, zh, en)
