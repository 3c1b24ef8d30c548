"""What is suspicious in a rule set before it goes live: contradictions, rules that never fire or never matter, gaps.

Reasoned over linear limits, lists of values, and what rules derive from them: see `checks`. That something can't be is
proven; that it can be is shown by an order that the naive engine has decided. What is neither, as it hangs on products
of facts, quantifiers or too many cases, is told as undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import combinations, islice
from zoneinfo import ZoneInfo

from msgspec import Struct

from rulebase.checks.boxes import Box, box_of, meet
from rulebase.checks.overlaps import overlaps
from rulebase.checks.tables import Table, tables
from rulebase.checks.witness import Example, Told, Witness
from rulebase.engine.concluding import verdict_of
from rulebase.engine.decision import Stage
from rulebase.engine.naive import Answer, Naive
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.tree import DECISIVE, Fact, Literal, Text
from rulebase.language.vocabulary import DESK_FACTS
from rulebase.promotions.choice import Usage, choose
from rulebase.promotions.table import Promotion
from rulebase.rehearsal import basket_of_facts

PAIRS_MAX = 2_000
"""Pairs of rules looked at closely; and findings of overlapping promotions told."""
OVERLAPS_MAX = 100


class Kind(StrEnum):
    """What was found."""

    UNREACHABLE = "unreachable"
    """No order meets the condition."""
    CONTRADICTION = "contradiction"
    """An order meets two rules of one rank, of which one passes it and the other doesn't."""
    DISAGREEMENT = "disagreement"
    """An order meets two rules of one rank that set a fact to different values: it would be held."""
    SHADOWED = "shadowed"
    """Whenever the first rule is met the second one, of higher rank, is met, too, and decides otherwise."""
    GAP = "gap"
    """Rules make a table, and an order lies between them."""
    OVERLAP = "overlap"
    """Two promotions add up on one line, and no group keeps them apart."""
    NEVER_SET = "never_set"
    """No rule sets a derived fact that rules read."""
    NEVER_READ = "never_read"
    """No rule reads a derived fact that rules set."""


class Finding(Struct, frozen=True):
    """One finding. `shown` is an order that shows it, where one can; `decided` False: it may be none.

    `what` names the fact or the promotions that it is about.
    """

    kind: Kind
    rules: tuple[Text, ...]
    shown: Example | None = None
    decided: bool = True
    what: str = ""

    @property
    def example(self) -> Told:
        """Facts of the order that shows it, and of its first line; others are as usual."""
        return () if self.shown is None else (*self.shown.order, *self.shown.lines[0])


def findings(rule_set: RuleSet, zone: ZoneInfo, promotions: Sequence[Promotion] = ()) -> list[Finding]:
    """Everything suspicious, contradictions first. Loops are mistakes: the checker of the language refuses them."""
    return list(_Finding(rule_set, zone).all(promotions))


class _Finding:
    """Looks at one rule set."""

    def __init__(self, rule_set: RuleSet, zone: ZoneInfo) -> None:
        self._rule_set, self._zone = rule_set, zone
        self._witness = Witness(rule_set, zone)
        self._boxes = [(rule, box_of(rule, rule_set, zone)) for rule in rule_set.rules]
        self._left = PAIRS_MAX

    def all(self, promotions: Sequence[Promotion]) -> Iterator[Finding]:
        dead = list(self._unreachable())
        gone = {finding.rules[0] for finding in dead if finding.decided}
        live = [(rule, box) for rule, box in self._boxes if rule.rule.name not in gone]
        yield from self._contradictions(live)
        yield from self._disagreements(live)
        yield from self._shadowed(live)
        yield from dead
        yield from self._gaps(live)
        yield from self._overlaps(promotions)
        yield from self._facts()

    # Rules.

    def _unreachable(self) -> Iterator[Finding]:
        for rule, box in self._boxes:
            if box.empty() or self._witness.impossible([(rule, True)]):
                yield Finding(Kind.UNREACHABLE, (rule.rule.name,))
            elif not box.whole and self._witness.shown([(rule, True)], _fire(rule)) is None:
                yield Finding(Kind.UNREACHABLE, (rule.rule.name,), decided=False)

    def _contradictions(self, live: list[tuple[CheckedRule, Box]]) -> Iterator[Finding]:
        said = [(rule, box, verdict) for rule, box in live if (verdict := verdict_of(rule, Stage.WHOLE)) is not None]
        for (one, box, first), (other, second_box, second) in combinations(said, 2):
            if first[0] == second[0] and (first[1] == 0) is not (second[1] == 0):
                yield from self._pair(Kind.CONTRADICTION, (one, box), (other, second_box))

    def _disagreements(self, live: list[tuple[CheckedRule, Box]]) -> Iterator[Finding]:
        setters: dict[tuple[Fact, int], list[tuple[CheckedRule, Box, Literal]]] = {}
        for rule, box in live:
            for effect in rule.sets:
                if isinstance(effect.value, Literal):
                    setters.setdefault((effect.fact, rule.rule.rank), []).append((rule, box, effect.value))
        for (fact, _), rules in setters.items():
            for (one, box, first), (other, second_box, second) in combinations(rules, 2):
                if first.value != second.value:
                    what = f"{fact.entity}.{fact.key}"
                    yield from self._pair(Kind.DISAGREEMENT, (one, box), (other, second_box), what)

    def _pair(
        self, kind: Kind, one: tuple[CheckedRule, Box], other: tuple[CheckedRule, Box], what: str = ""
    ) -> Iterator[Finding]:
        """Both rules may be met by one order, and by the same line where both look at lines."""
        if meet(one[1], other[1]).empty():
            return
        names = one[0].rule.name, other[0].rule.name
        self._left -= 1
        if self._left < 0:
            yield Finding(kind, names, None, False, what)
            return
        wanted = [(one[0], True), (other[0], True)]
        if self._witness.impossible(wanted):
            return
        shown = self._witness.shown(wanted, _fire(one[0], other[0]))
        yield Finding(kind, names, shown, shown is not None, what)

    def _shadowed(self, live: list[tuple[CheckedRule, Box]]) -> Iterator[Finding]:
        said = [(rule, verdict) for rule, _ in live if (verdict := verdict_of(rule, Stage.WHOLE)) is not None]
        for rule, verdict in said:
            higher = [other for other, stronger in said if stronger[0] > verdict[0] and stronger[1] != verdict[1]]
            # What follows from a rule is met by any order that meets it: one order tells most rules away.
            fired = self._fired_with(rule) if higher else frozenset()
            for other in higher:
                # A line's rule is met by a line, an order's by the order: each line of it meets it, too.
                likely = other.name in fired and (rule.per_line or not other.per_line)
                if likely and self._witness.impossible([(rule, True), (other, False)]):
                    shown = self._witness.shown([(rule, True), (other, True)], _fire(rule, other))
                    yield Finding(Kind.SHADOWED, (rule.rule.name, other.rule.name), shown, shown is not None)
                    break

    def _fired_with(self, rule: CheckedRule) -> frozenset[str]:
        """The rules that fire for some order that meets this one; none where no order is found."""
        fired: frozenset[str] = frozenset()

        def claim(answer: Answer) -> bool:
            nonlocal fired
            fired = frozenset(name for name, _ in answer.fired)
            return rule.name in fired

        return fired if self._witness.shown([(rule, True)], claim, whole=True) is not None else frozenset()

    # Tables.

    def _gaps(self, live: list[tuple[CheckedRule, Box]]) -> Iterator[Finding]:
        for table in tables(live, self._rule_set):
            for cell in table.gaps():
                example = table.example(cell, self._rule_set.vocabulary.per_line)
                answer = Naive(self._rule_set, example.facts(), self._zone).decide()
                if not self._filled(table, answer):
                    what = "" if table.sets is None else f"{table.sets.entity}.{table.sets.key}"
                    yield Finding(Kind.GAP, tuple(rule.rule.name for rule in table.rules), example, True, what)

    def _filled(self, table: Table, answer: Answer) -> bool:
        """Whether some other rule does there what the table does."""
        fired = {name for name, _ in answer.fired}
        for rule in self._rule_set.rules:
            if rule.name in fired:
                if table.sets is not None and any(effect.fact == table.sets for effect in rule.sets):
                    return True
                if table.sets is None and any(isinstance(effect, DECISIVE) for effect in rule.rule.effects):
                    return True
        return False

    # Promotions.

    def _overlaps(self, promotions: Sequence[Promotion]) -> Iterator[Finding]:
        for one, other, example in islice(overlaps(promotions, self._zone), OVERLAPS_MAX):
            basket = basket_of_facts(example.facts(), self._zone)
            assert basket is not None
            usage = Usage(offered=frozenset({one.id, other.id}))
            won = {discount.promotion for discount in choose((one, other), basket, usage).won}
            ruled = one.by_rule or other.by_rule
            yield Finding(Kind.OVERLAP, (), example, won == {one.id, other.id} and not ruled, f"{one.id}, {other.id}")

    # Facts.

    def _facts(self) -> Iterator[Finding]:
        rules = self._rule_set.rules
        read = {(fact.entity, fact.key) for rule in rules for fact in rule.reads}
        given = {(effect.fact.entity, effect.fact.key) for rule in rules for effect in rule.sets}
        desk = {(entity, field.key) for entity, fields in DESK_FACTS.items() for field in fields}
        for key in self._rule_set.derived:
            if key in read and key not in given:
                yield Finding(Kind.NEVER_SET, (), what=".".join(key))
            if key in given and key not in read and key not in desk:
                yield Finding(Kind.NEVER_READ, (), what=".".join(key))


def _fire(*rules: CheckedRule) -> Callable[[Answer], bool]:
    """Whether all of these rules fire."""
    names = {rule.name for rule in rules}
    return lambda answer: names <= {name for name, _ in answer.fired}
