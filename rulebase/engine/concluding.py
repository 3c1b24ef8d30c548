"""From the rules that fired to the verdict: rank first, then refusal over hold over pass; what can't be told holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from domain.promotions import Favour
from rulebase.engine.decision import Firing, Open, Record, Stage, Trouble
from rulebase.engine.facts import key_of
from rulebase.engine.layout import Slots
from rulebase.engine.matching import Match
from rulebase.language.checker import CheckedRule
from rulebase.language.tree import Bar, Fact, Freeze, Note, Offer, Outcome, Pass, Refuse, Require, Review, Text
from rulebase.language.vocabulary import FAVOURS, FactValue

if TYPE_CHECKING:
    from rulebase.engine.chain import Engine

_SEVERITY = {Pass: 0, Review: 1, Refuse: 2, Freeze: 2}
_OUTCOMES = (Outcome.PASS, Outcome.REVIEW, Outcome.REFUSE)
_HOLD = 1
_DOCUMENTS = Fact("order", "documents")
_NONE: frozenset[str] = frozenset()

Said = tuple[int, int]
"""Rank and gravity of a verdict: the greatest one stands."""


def verdict_of(rule: CheckedRule, stage: Stage) -> Said | None:
    """What a rule has to say at a stage; None for nothing."""
    severity = max((_SEVERITY.get(type(effect), -1) for effect in rule.rule.effects), default=-1)
    return (rule.rule.rank, severity) if severity >= 0 and votes(rule, stage) else None


def votes(rule: CheckedRule, stage: Stage) -> bool:
    """Whether a rule makes the outcome at a stage; before placing and after it the same is not said twice."""
    return rule.later or stage is not Stage.APPROVE


class Decision:
    """The verdict on one order with all that led to it. The record is written out when it is first asked for."""

    def __init__(self, engine: Engine, order: Slots, lines: list[Slots]) -> None:
        self.outcome = Outcome.PASS
        self.order, self.lines = order, lines
        self.met: list[Match] = []
        self.untold: list[Match] = []
        self._engine = engine
        self._overrun = False
        self._top: Said | None = None
        self._given: dict[tuple[int, int], tuple[Match, FactValue]] = {}
        self._conflicts: dict[tuple[int, int], list[Match]] = {}

    def line(self, place: int) -> Slots | None:
        """The list of a line, None for the order."""
        return self.lines[place] if place >= 0 else None

    @property
    def given(self) -> tuple[dict[str, FactValue | None], dict[str, list[FactValue | None]]]:
        """The facts that it was made from: those of the order, and those of the lines as columns."""
        keys, line_keys = self._engine.order.keys, self._engine.line.keys
        lines = self.lines
        # What rules set stands behind them.
        columns = [*map(list, zip(*lines, strict=True))] if len(lines) > 1 else [[value] for value in lines[0]]
        return dict(zip(keys, self.order, strict=False)), dict(zip(line_keys, columns, strict=False))

    @property
    def made_from(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], Slots, list[Slots]]:
        """The same facts: keys of those of the order and of lines, and their values in that order, line by line."""
        keys = self._engine.order.keys, self._engine.line.keys
        count, line_count = len(keys[0]), len(keys[1])
        return keys, self.order[:count], [line[:line_count] for line in self.lines]

    def _rank(self, match: Match) -> int:
        return self._engine.rules[match[0]].rule.rank

    # Derived facts.

    def derive(self, match: Match, slot: int, place: int, value: FactValue) -> None:
        """Take a value that a rule sets: that of the highest rank stands, others of its rank must agree."""
        first, known = self._given.setdefault((slot, place), (match, value))
        rank, standing = self._rank(match), self._rank(first)
        if rank > standing:
            # A higher rank may come in a higher stratum; nothing has read the fact yet.
            self._conflicts.pop((slot, place), None)
        elif rank == standing and known != value:
            self._conflicts.setdefault((slot, place), [first]).append(match)
        if match < first:
            self._given[slot, place] = (match, value)

    def settle(self) -> None:
        """Let the next stratum read what was set."""
        for (slot, place), (_, value) in self._given.items():
            (self.order if place < 0 else self.lines[place])[slot] = value

    # The verdict.

    def overrun(self) -> Decision:
        """The verdict where too many rules fired: none of them counts."""
        self.outcome, self._overrun = Outcome.REVIEW, True
        self.met, self.untold, self._given, self._conflicts = [], [], {}, {}
        return self

    def conclude(self) -> Decision:
        """The verdict of the rules that are met."""
        self.met.sort()
        verdicts = self._engine.verdicts
        top: Said | None = None
        for number, _ in self.met:
            said = verdicts[number]
            if said is not None and (top is None or said > top):
                top = said
        if self.untold or self._conflicts:
            held = [self._rank(match) for match in self.untold if self._engine.voting[match[0]]]
            held += [max(map(self._rank, rules)) for rules in self._conflicts.values()]
            top = max([(rank, _HOLD) for rank in held] + ([top] if top is not None else []), default=None)
        self._top = top
        severity = 0 if top is None else top[1]
        if severity == 0 and (self.untold or self._conflicts or self._engine.demanding) and self.open:
            severity = _HOLD
        self.outcome = _OUTCOMES[severity]
        return self

    # The record.

    def brief(self) -> dict[str, Any]:
        """What is kept of it: names of rules with places of lines (-1: the order) and ranks, and what they set.

        Lists stand there only where there is something in them, rules that fired apart.
        """
        rules = self._engine.rules
        found: dict[str, Any] = {
            "outcome": self.outcome,
            "fired": [(rules[number].name, place, rules[number].rule.rank) for number, place in self.met],
        }
        if self.untold:
            found["untold"] = [(rules[number].name, place) for number, place in sorted(self.untold)]
        if self._conflicts:
            matches = [match for rules_met in self._conflicts.values() for match in rules_met]
            found["conflicts"] = [(rules[number].name, place) for number, place in sorted(set(matches))]
        if self._given:
            found["set"] = [(key, -1 if line is None else line, value) for key, line, value in self._derived()]
        if self._overrun:
            found["overrun"] = True
        return found

    @cached_property
    def record(self) -> Record:
        """Everything about the verdict."""
        effects = [(effect, place) for number, place in self.met for effect in self._engine.rules[number].rule.effects]
        deciding = self._deciding()
        reviewers = [one.reviewer for m in deciding for one in self._effects(m) if isinstance(one, Review)]
        return Record(
            outcome=self.outcome,
            fired=tuple(map(self._firing, self.met)),
            deciding=tuple(map(self._firing, deciding)),
            reviewers=tuple(dict.fromkeys(reviewers)) if self.outcome is Outcome.REVIEW else (),
            open=self.open,
            notes=tuple(dict.fromkeys(effect.text for effect, _ in effects if isinstance(effect, Note))),
            frozen=tuple(sorted({place for effect, place in effects if isinstance(effect, Freeze)})),
            offered=self.offered,
            barred=self.barred,
            derived=self._derived(),
        )

    def _deciding(self) -> list[Match]:
        """The rules behind the outcome; of an order that is held all those that no pass of higher rank lifts."""
        if self._top is None:
            return []
        said = {match: verdict for match in self.met if (verdict := self._engine.verdicts[match[0]]) is not None}
        if self.outcome is not Outcome.REVIEW:
            return [match for match, verdict in said.items() if verdict == self._top]
        lifted = max((rank for rank, severity in said.values() if severity == 0), default=-1)
        return [match for match, (rank, severity) in said.items() if severity > 0 and rank >= lifted]

    @property
    def offered(self) -> frozenset[str]:
        """Promotions that rules allow."""
        if not self._engine.promoting:
            return _NONE
        return frozenset(one.promotion for match in self.met for one in self._effects(match) if isinstance(one, Offer))

    @property
    def barred(self) -> frozenset[str]:
        """Promotions that rules forbid."""
        if not self._engine.promoting:
            return _NONE
        return frozenset(one.promotion for match in self.met for one in self._effects(match) if isinstance(one, Bar))

    @property
    def favour(self) -> Favour:
        """For whom promotions are chosen."""
        place = self._engine.choice_place
        said = self._engine.usual_choice if place is None else self.order[place]
        return FAVOURS.get(said, Favour.CUSTOMER) if isinstance(said, str) else Favour.CUSTOMER

    def _effects(self, match: Match) -> tuple[object, ...]:
        return self._engine.rules[match[0]].rule.effects

    def _firing(self, match: Match) -> Firing:
        rule = self._engine.rules[match[0]]
        values = tuple((fact, self.value(fact, match[1])) for fact in self._engine.shown[match[0]])
        return Firing(rule.rule.name, rule.rule.rank, match[1] if match[1] >= 0 else None, values, rule.rule.reason)

    def value(self, fact: Fact, place: int = -1) -> FactValue | None:
        """A fact that rules read, as it stood when they did: of the order, or of the line in a place."""
        slot = self._engine.line.place.get(fact)
        return self.order[self._engine.order.place[fact]] if slot is None else self.lines[place][slot]

    def _derived(self) -> tuple[tuple[str, int | None, FactValue], ...]:
        found = []
        for (slot, place), (_, value) in self._given.items():
            layout = self._engine.order if place < 0 else self._engine.line
            found.append((key_of(layout.facts[slot]), place if place >= 0 else None, value))
        return tuple(sorted(found, key=lambda one: (one[0], -1 if one[1] is None else one[1])))

    # What keeps an order from passing.

    @cached_property
    def open(self) -> tuple[Open, ...]:
        """What a human has to look at before the order can pass."""
        if self._overrun:
            return (Open(Trouble.LIMIT, ()),)
        return (*self._untold_rules(), *self._disagreements(), *self._missing())

    def _untold_rules(self) -> Iterator[Open]:
        for number, place in sorted(self.untold):
            if self._engine.voting[number]:
                line = place if place >= 0 else None
                yield Open(Trouble.UNTOLD, (self._engine.rules[number].rule.name,), line)

    def _disagreements(self) -> Iterator[Open]:
        for (slot, place), matches in sorted(self._conflicts.items()):
            layout = self._engine.order if place < 0 else self._engine.line
            names = tuple(dict.fromkeys(self._engine.rules[number].rule.name for number, _ in sorted(matches)))
            yield Open(Trouble.CONFLICT, names, place if place >= 0 else None, key_of(layout.facts[slot]))

    def _missing(self) -> Iterator[Open]:
        demanded: dict[Require, dict[Text, None]] = {}
        for match in self.met:
            if self._engine.voting[match[0]]:
                for effect in self._effects(match):
                    if isinstance(effect, Require) and not self._there(effect):
                        demanded.setdefault(effect, {})[self._engine.rules[match[0]].rule.name] = None
        for effect, rules in demanded.items():
            yield Open(Trouble.MISSING, tuple(rules), None, effect.what)

    def _there(self, demanded: Require) -> bool:
        if not demanded.document:
            return self.value(Fact("order", "attribute", demanded.what), -1) is not None
        documents = self.value(_DOCUMENTS, -1)
        return isinstance(documents, frozenset) and demanded.what in documents
