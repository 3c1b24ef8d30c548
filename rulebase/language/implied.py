"""Derived facts that no file declares: what they are follows from the sentences that set them.

Such a fact has one word, the same in both languages, and is empty, 0 or no where no rule sets it.
"""

from __future__ import annotations

from collections.abc import Mapping

from rulebase.language.desk_facts import with_choices
from rulebase.language.kinds import Kind
from rulebase.language.kinds_of import KindError, kind_of
from rulebase.language.tree import Derived, Expression, Fact, File, Set
from rulebase.language.vocabulary import Field, Vocabulary, desk_fact, usual_value

Key = tuple[str, str]

_RAISED = {(Kind.COUNT, Kind.NUMBER): Kind.NUMBER}
"""What a fact is that is set to both."""


def implied(files: Mapping[str, File], declared: Vocabulary) -> dict[Key, Derived]:
    """The facts that rules set and nothing declares, by the keys of their entity and their own.

    A fact that is set to different kinds has that of its first sentence, by file name and line; the checker refuses the
    others. One whose kind can't be told, as it is derived from itself, is a text: the loop is refused.
    """
    setters = _setters(files, declared)
    kinds: dict[Key, Kind] = {key: kind for key in setters if (kind := _desk_kind(key)) is not None}
    # Each round settles one link of a chain more, and a count becomes a number once.
    for _ in range(2 * len(setters) + 1):
        known = _with(declared, kinds)
        found = {key: _kind_of(values, known) for key, values in setters.items() if _desk_kind(key) is None}
        now = kinds | {key: kind for key, kind in found.items() if kind is not None}
        if now == kinds:
            break
        kinds = now
    return {key: _derived(key, kinds.get(key, Kind.TEXT)) for key in setters}


def _setters(files: Mapping[str, File], declared: Vocabulary) -> dict[Key, list[Expression]]:
    found: dict[Key, list[Expression]] = {}
    for name in sorted(files):
        for rule in files[name].rules:
            for effect in rule.effects:
                if isinstance(effect, Set) and _is_new(effect.fact, declared):
                    found.setdefault((effect.fact.entity, effect.fact.key), []).append(effect.value)
    return found


def _is_new(fact: Fact, declared: Vocabulary) -> bool:
    return (fact.entity, fact.key) not in declared.field_by_key and not fact.name


def _desk_kind(key: Key) -> Kind | None:
    field = desk_fact(*key)
    return None if field is None else field.kind


def _kind_of(values: list[Expression], known: Vocabulary) -> Kind | None:
    """The kind of a fact that is set to these values, as far as it can be told yet."""
    found: Kind | None = None
    for value in values:
        try:
            kind = kind_of(value, known)
        except KindError:
            continue
        if kind in (Kind.MOMENT, Kind.TEXTS):
            continue
        found = kind if found is None else _RAISED.get((found, kind), found)
    return found


def _with(declared: Vocabulary, kinds: Mapping[Key, Kind]) -> Vocabulary:
    derived = {entity: list(fields) for entity, fields in declared.derived.items()}
    for (entity, key), kind in kinds.items():
        derived.setdefault(entity, []).append(Field(key, (key,), (key,), kind, usual_value(kind)))
    return declared.with_derived({entity: tuple(fields) for entity, fields in derived.items()})


def _derived(key: Key, kind: Kind) -> Derived:
    entity, word = key
    field = desk_fact(*key)
    return with_choices(Derived(entity, word if field is None else field.zh[0], word, kind))
