"""Runs the examples that stand in rule files: these facts, this verdict."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from msgspec import Struct

from rulebase.engine.chain import Engine
from rulebase.engine.concluding import Decision
from rulebase.engine.decision import Stage
from rulebase.engine.facts import facts_of_example, key_of, value_of
from rulebase.language.checker import RuleSet
from rulebase.language.formatter import Writer
from rulebase.language.tree import Example, Expectation, ExpectFact, ExpectOutcome, ExpectRule


class Tested(Struct, frozen=True):
    """What an example came to; `failed` are the expectations that were not met."""

    file: str
    example: Example
    decision: Decision
    engine: Engine
    failed: tuple[Expectation, ...]


class Examples:
    """The examples of a rule set. Those that give facts of the promise are decided by all rules, others without."""

    def __init__(self, rule_set: RuleSet, zone: ZoneInfo) -> None:
        self._rule_set, self._zone = rule_set, zone
        self._engines: dict[Stage, Engine] = {}

    def run(self, name: str = "") -> Iterator[Tested]:
        """Decide every example, or the one of this name."""
        for file, example in self._rule_set.examples:
            if name in ("", example.name.zh, example.name.en):
                yield self._tested(file, example)

    def _tested(self, file: str, example: Example) -> Tested:
        kinds = self._rule_set.vocabulary.field_by_key
        given = [one for line in (example.given, *example.lines) for one in line]
        later = any(kinds[one.fact.entity, one.fact.key].later for one in given)
        engine = self._engine(Stage.WHOLE if later else Stage.ADMIT)
        decision = engine.decide(facts_of_example(example, kinds, self._zone))
        failed = tuple(one for one in example.expected if not self._met(one, engine, decision))
        return Tested(file, example, decision, engine, failed)

    def _engine(self, stage: Stage) -> Engine:
        if stage not in self._engines:
            self._engines[stage] = Engine(self._rule_set, self._zone, stage)
        return self._engines[stage]

    def _met(self, expected: Expectation, engine: Engine, decision: Decision) -> bool:
        record = decision.record
        match expected:
            case ExpectOutcome(outcome=outcome, reviewer=reviewer):
                known = {name for one in record.reviewers for name in (one.zh, one.en)}
                return record.outcome is outcome and (reviewer is None or bool({reviewer.zh, reviewer.en} & known))
            case ExpectRule(name=name, fires=fires):
                return any(name in (one.rule.zh, one.rule.en) for one in record.fired) is fires
            case ExpectFact(fact=fact, value=value):
                field = self._rule_set.vocabulary.field_by_key[fact.entity, fact.key]
                found = record.value(key_of(fact))
                return (field.usual if found is None else found) == value_of(value, field.kind, self._zone)


def told(tested: Tested, language: str) -> Iterator[str]:
    """What of an example was not met, and what was decided instead."""
    writer = Writer(tested.engine.rule_set.vocabulary, language)
    for expected in tested.failed:
        yield writer.expectation(expected)
