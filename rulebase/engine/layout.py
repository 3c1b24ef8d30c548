"""Where each fact stands in the lists that compiled rules read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rulebase.engine.facts import Values, key_of
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.tree import Fact
from rulebase.language.vocabulary import FactValue

NOW = Fact("clock", "now")

Slots = list[FactValue | None]
"""The values of one layout, in its order."""


@dataclass(frozen=True)
class Layout:
    """The facts of the order, or of a line, that rules read: firm ones, then those that may be absent, then derived.

    `usual` holds what the derived ones are where nothing was set.
    """

    facts: tuple[Fact, ...]
    place: Mapping[Fact, int]
    firm: int
    keys: tuple[str, ...]
    usual: tuple[FactValue, ...]

    def load(self, values: Values) -> Slots:
        """The list of one order or line, its derived facts as usual."""
        return [*map(values.get, self.keys), *self.usual]


def layouts(rules: Iterable[CheckedRule], rule_set: RuleSet) -> tuple[Layout, Layout]:
    """The layouts of order and line for these rules."""
    facts = {fact for rule in rules for fact in rule.reads}
    facts |= {effect.fact for rule in rules for effect in rule.sets}
    facts.add(NOW)
    per_line = rule_set.vocabulary.per_line
    order = [fact for fact in facts if fact.entity not in per_line]
    line = [fact for fact in facts if fact.entity in per_line]
    return _layout(order, rule_set), _layout(line, rule_set)


def _layout(facts: list[Fact], rule_set: RuleSet) -> Layout:
    field = rule_set.vocabulary.field_by_key
    derived = [fact for fact in facts if (fact.entity, fact.key) in rule_set.derived]
    given = [fact for fact in facts if fact not in set(derived)]
    firm = sorted((fact for fact in given if not field[fact.entity, fact.key].optional), key=key_of)
    loose = sorted((fact for fact in given if field[fact.entity, fact.key].optional), key=key_of)
    derived.sort(key=key_of)
    ordered = (*firm, *loose, *derived)
    return Layout(
        ordered,
        {fact: index for index, fact in enumerate(ordered)},
        len(firm),
        tuple(key_of(fact) for fact in (*firm, *loose)),
        tuple(field[fact.entity, fact.key].usual for fact in derived),
    )
