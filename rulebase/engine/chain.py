"""Decides one order after the other: stratum by stratum, then rank, refusals and holds.

Chaining is forward: what a stratum derives is read by the next. A rule fires once for each order or line that meets it
(refraction), in the fixed order of rank, name and line, and at most `FIRINGS_MAX` rules fire in one decision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from rulebase.engine.compiled import Compiled
from rulebase.engine.concluding import Decision, verdict_of, votes
from rulebase.engine.decision import Stage
from rulebase.engine.facts import Facts
from rulebase.engine.layout import Layout, Slots, layouts
from rulebase.engine.matching import Match, Matcher
from rulebase.engine.source import Missing, Source, compiled
from rulebase.language.checker import CheckedRule, RuleSet, usual_of
from rulebase.language.tree import Bar, Fact, Offer, Require

FIRINGS_MAX = 10_000
NO_LINE = -1
PROMOTION_CHOICE = Fact("order", "promotion_choice")
"""For whom promotions are chosen."""

Numbered = tuple[int, CheckedRule]


class MakeMatcher(Protocol):
    """Makes the matcher of one stratum."""

    def __call__(
        self, rules: Sequence[Numbered], rule_set: RuleSet, order: Layout, line: Layout, zone: ZoneInfo
    ) -> Matcher: ...


class Engine:
    """A rule set ready to decide. Nothing in it changes after it is made: any thread may call it."""

    def __init__(
        self,
        rule_set: RuleSet,
        zone: ZoneInfo,
        stage: Stage = Stage.WHOLE,
        *,
        matcher: MakeMatcher = Compiled,
        firings_max: int = FIRINGS_MAX,
    ) -> None:
        self.rule_set, self.zone, self.stage = rule_set, zone, stage
        self.rules = [rule for rule in rule_set.rules if stage is not Stage.ADMIT or not rule.later]
        self.order, self.line = layouts(self.rules, rule_set)
        self.choice_place = self.order.place.get(PROMOTION_CHOICE)
        choice = rule_set.derived.get((PROMOTION_CHOICE.entity, PROMOTION_CHOICE.key))
        self.usual_choice = None if choice is None else usual_of(choice)
        levels = 1 + max((rule.stratum for rule in self.rules), default=-1)
        self._strata = [self._stratum(level, matcher) for level in range(levels)]
        self.verdicts = [verdict_of(rule, stage) for rule in self.rules]
        self.voting = [votes(rule, stage) for rule in self.rules]
        self.demanding = any(isinstance(effect, Require) for rule in self.rules for effect in rule.rule.effects)
        self.promoting = any(isinstance(effect, (Offer, Bar)) for rule in self.rules for effect in rule.rule.effects)
        self.shown = [
            tuple(fact for fact in rule.reads if rule.per_line or fact not in self.line.place) for rule in self.rules
        ]
        self._careful: dict[int, Callable[..., bool | None]] = {}
        self._source = Source(self.order, self.line, rule_set.vocabulary, zone, careful=True)
        self._setters = {number: self._setter(rule) for number, rule in enumerate(self.rules) if rule.sets}
        self._firings_max = firings_max

    def _stratum(self, level: int, matcher: MakeMatcher) -> tuple[Matcher, list[Numbered]]:
        rules = [numbered for numbered in enumerate(self.rules) if numbered[1].stratum == level]
        return matcher(rules, self.rule_set, self.order, self.line, self.zone), rules

    def decide(self, facts: Facts) -> Decision:
        """The verdict on one order, with everything that led to it."""
        return self._decide(self.order.load(facts.order), list(map(self.line.load, facts.lines)))

    def decide_values(self, order: Slots, lines: list[Slots]) -> Decision:
        """The same by the facts of `order.keys` and `line.keys` as lists, which are the decision's from now on."""
        order += self.order.usual
        if self.line.usual:
            for line in lines:
                line += self.line.usual
        return self._decide(order, lines)

    def _decide(self, order: Slots, lines: list[Slots]) -> Decision:
        whole = self._whole(order, lines)
        decision = Decision(self, order, lines)
        met = decision.met
        for matcher, rules in self._strata:
            if whole:
                now, unsure = matcher.match(order, lines)
            else:
                now, unsure = [], [match for rule in rules for match in _places(rule, lines)]
            for match in unsure:
                self._look(match, decision, now)
            if len(met) + len(now) > self._firings_max:
                return decision.overrun()
            if now:
                met += self._derive(sorted(now), decision) if self._setters else now
        return decision.conclude()

    def _whole(self, order: Slots, lines: list[Slots]) -> bool:
        """Whether all firm facts are there."""
        if None in order and None in order[: self.order.firm]:
            return False
        firm = self.line.firm
        return not [line for line in lines if None in line and None in line[:firm]]

    # One rule, carefully.

    def _look(self, match: Match, decision: Decision, met: list[Match]) -> None:
        answer = self.condition(match[0])(decision.order, decision.line(match[1]), decision.lines)
        if answer:
            met.append(match)
        elif answer is None:
            decision.untold.append(match)

    def condition(self, number: int) -> Callable[..., bool | None]:
        """The condition of a rule in its careful form: true, false, or None where it can't be told."""
        test = self._careful.get(number)
        if test is None:
            rule = self.rules[number].rule
            parts = [*self._source.valid(rule.first, rule.last), self._source.condition(rule.condition)]
            test = self._careful[number] = compiled(f"_all({', '.join(parts)})")
        return test

    def _setter(self, rule: CheckedRule) -> list[tuple[bool, int, Callable[..., Any]]]:
        """For each fact that a rule sets: whether it is the line's, its place, and its value."""
        found = []
        for effect in rule.sets:
            kind = self.rule_set.derived[effect.fact.entity, effect.fact.key].kind
            of_line = effect.fact in self.line.place
            place = (self.line if of_line else self.order).place[effect.fact]
            found.append((of_line, place, compiled(self._source.value(effect.value, kind))))
        return found

    def _derive(self, met: list[Match], decision: Decision) -> list[Match]:
        """Set what the rules of a stratum derive; returns the matches without those whose values can't be told."""
        kept = []
        for match in met:
            number, place = match
            setters = self._setters.get(number, ())
            try:
                values = [value(decision.order, decision.line(place), decision.lines) for _, _, value in setters]
            except (Missing, ZeroDivisionError):
                decision.untold.append(match)
                continue
            kept.append(match)
            for (of_line, slot, _), value in zip(setters, values, strict=True):
                decision.derive(match, slot, place if of_line else NO_LINE, value)
        decision.settle()
        return kept


def _places(numbered: Numbered, lines: list[Slots]) -> list[Match]:
    number, rule = numbered
    return [(number, place) for place in range(len(lines))] if rule.per_line else [(number, NO_LINE)]
