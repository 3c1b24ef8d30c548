"""The order in which rules can be decided: what a rule reads of derived facts is settled before it.

A fact that no rule sets has its default, so that reading is absence, too: any loop would be one through absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from domain.values import replace

if TYPE_CHECKING:
    from rulebase.language.checker import CheckedRule


def _before(rules: Sequence[CheckedRule]) -> dict[int, set[int]]:
    """For each rule the rules that set what it reads."""
    setters: dict[tuple[str, str], set[int]] = {}
    for index, rule in enumerate(rules):
        for effect in rule.sets:
            setters.setdefault((effect.fact.entity, effect.fact.key), set()).add(index)
    return {
        index: {setter for fact in rule.reads for setter in setters.get((fact.entity, fact.key), ())}
        for index, rule in enumerate(rules)
    }


def loops(rules: Sequence[CheckedRule]) -> list[list[CheckedRule]]:
    """A loop of rules that derive from one another; empty without one."""
    try:
        TopologicalSorter(_before(rules)).prepare()
    except CycleError as error:
        # The first and the last are the same.
        return [[rules[index] for index in reversed(error.args[1][1:])]]
    return []


def strata_of(rules: Sequence[CheckedRule]) -> list[CheckedRule]:
    """The rules with their strata; there must be no loop."""
    before = _before(rules)
    level: dict[int, int] = {}
    try:
        order = list(TopologicalSorter(before).static_order())
    except CycleError:
        return list(rules)
    for index in order:
        level[index] = 1 + max((level[other] for other in before[index]), default=-1)
    return [replace(rule, stratum=level[index]) for index, rule in enumerate(rules)]
