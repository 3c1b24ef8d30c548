"""Orders that show something of rules: found by reasoning, believed when the naive engine has decided them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from zoneinfo import ZoneInfo

from domain.values import replace
from rulebase.checks.atoms import All, Formula, TooMany, cases
from rulebase.checks.cases import Values, fit
from rulebase.checks.conditions import Reading
from rulebase.engine.facts import Facts, key_of, usual_facts
from rulebase.engine.naive import Answer, Naive
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.tree import Arithmetic, Count, Expression, Fact, Literal, Sum
from rulebase.language.vocabulary import FactValue
from rulebase.language.walk import children, facts_of

PROVEN_MAX = 3_000
"""Cases that a proof may have."""
TRIED_MAX = 60
"""Cases of which an example is sought, for each number of lines."""

FILLINGS_MAX = 27
COPIES_MAX = 1_000
_SIZES = (1, 1_000, 1_000_000)

Wanted = tuple[CheckedRule, bool]
"""A rule that is to be met, or not to be met."""
Told = tuple[tuple[Fact, FactValue], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """Facts of an order that shows something, others as usual: of the order, and of each line."""

    order: Told
    lines: tuple[Told, ...]

    def facts(self) -> Facts:
        """All facts of the order."""
        order = usual_facts(False) | {"order.line_count": len(self.lines)} | {key_of(f): v for f, v in self.order}
        return Facts(order, tuple(usual_facts(True) | {key_of(f): v for f, v in line} for line in self.lines))


class Witness:
    """Proves and shows things of the rules of a set."""

    def __init__(self, rule_set: RuleSet, zone: ZoneInfo) -> None:
        self._rule_set, self._zone = rule_set, zone
        self._unnamed = Reading(rule_set, zone, None)
        self._named = [Reading(rule_set, zone, lines) for lines in (1, 2)]
        self._formulas: dict[tuple[str, bool], Formula] = {}

    def impossible(self, wanted: Sequence[Wanted]) -> bool:
        """Whether it is proven that no order, or line of one, meets all that is wanted at once."""
        formula = All(tuple(self._formula(rule, met) for rule, met in wanted))
        try:
            return all(fit(case).possible is False for case in cases(formula, PROVEN_MAX))
        except TooMany:
            return False

    def _formula(self, rule: CheckedRule, met: bool) -> Formula:
        key = rule.name, met
        if key not in self._formulas:
            self._formulas[key] = self._unnamed.rule(rule, 0, met)
        return self._formulas[key]

    def shown(self, wanted: Sequence[Wanted], claim: Callable[[Answer], bool], whole: bool = False) -> Example | None:
        """An order that meets what is wanted and of which the claim holds; None where none was found.

        `whole`: all rules decide the order; else only those that are wanted, and those that set what they read.
        """
        rule_set = self._rule_set if whole else self._part(rule for rule, _ in wanted)
        for reading in (*self._named, *self._copied(wanted)):
            for values in self._tried(reading, wanted):
                for filled in (values, *self._fillings(values, wanted)):
                    example = _example(filled, reading)
                    if claim(Naive(rule_set, example.facts(), self._zone).decide()):
                        return example
        return None

    def _copied(self, wanted: Sequence[Wanted]) -> Iterator[Reading]:
        """An order of many equal lines, where rules count them."""
        counts = [count for rule, _ in wanted for count in _counted(rule.rule.condition)]
        if counts and 1 < max(counts) <= COPIES_MAX:
            yield Reading(self._rule_set, self._zone, 1, max(counts) + 1)

    def _fillings(self, values: Values, wanted: Sequence[Wanted]) -> Iterator[Values]:
        """Values for the numbers in products and quotients, of which the reasoning knows nothing."""
        field, per_line = self._rule_set.vocabulary.field_by_key, self._rule_set.vocabulary.per_line
        multiplied = {fact for rule, _ in wanted for fact in _multiplied(rule.rule.condition)}
        free = [
            place for fact in sorted(multiplied, key=str) if (fact.entity, fact.key) not in self._rule_set.derived
            and field[fact.entity, fact.key].kind.ordered
            and (place := (fact, 0 if fact.entity in per_line else None)) not in values
        ]  # fmt: skip
        for sizes in islice(product(_SIZES, repeat=len(free)), FILLINGS_MAX) if free else ():
            yield values | dict(zip(free, sizes, strict=True))

    def _tried(self, reading: Reading, wanted: Sequence[Wanted]) -> Iterator[Values]:
        formula = All(tuple(reading.rule(rule, 0, met) for rule, met in wanted))
        try:
            for case in cases(formula, TRIED_MAX):
                found = fit(case)
                if found.possible:
                    yield found.values | {place: self._some(place[0]) for place in found.there}
        except TooMany:
            return

    def _some(self, fact: Fact) -> FactValue:
        """A value for a fact that need only be there."""
        usual = self._rule_set.vocabulary.field_by_key[fact.entity, fact.key].usual
        return usual if usual != "" else "x"

    def _part(self, rules: Iterator[CheckedRule]) -> RuleSet:
        """The rules, with those that set what they read."""
        found = {rule.name: rule for rule in rules}
        left = list(found.values())
        while left:
            read = {(fact.entity, fact.key) for fact in left.pop().reads}
            for rule in self._rule_set.rules:
                if rule.name not in found and any((one.fact.entity, one.fact.key) in read for one in rule.sets):
                    found[rule.name] = rule
                    left.append(rule)
        return replace(self._rule_set, rules=tuple(rule for rule in self._rule_set.rules if rule.name in found))


def _multiplied(node: Expression) -> Iterator[Fact]:
    if isinstance(node, Arithmetic) and node.op in (Sum.TIMES, Sum.OVER):
        yield from (fact for fact, _ in facts_of(node))
    for child in children(node):
        yield from _multiplied(child)


def _counted(node: Expression) -> Iterator[int]:
    """The whole numbers in a condition that counts lines."""
    counts = any(isinstance(one, Count) or one == Fact("order", "line_count") for one in children(node))
    if counts:
        values = (one.value for one in children(node) if isinstance(one, Literal))
        yield from (value for value in values if isinstance(value, int))
    for child in children(node):
        yield from _counted(child)


def _example(values: Values, reading: Reading) -> Example:
    def of(wanted: object) -> Told:
        own = ((fact, value) for (fact, place), value in values.items() if place == wanted)
        return tuple(sorted(own, key=lambda pair: str(pair[0])))

    lines = tuple(of(place) for place in range(reading.lines or 1) for _ in range(reading.copies))
    return Example(of(None), lines)
