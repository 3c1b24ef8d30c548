"""Rules that came close: one of their conditions isn't met, all others are. Worked out when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from rulebase.engine.chain import NO_LINE, Engine
from rulebase.engine.concluding import Decision
from rulebase.engine.index import conjuncts
from rulebase.engine.source import Source, compiled
from rulebase.language.checker import CheckedRule
from rulebase.language.tree import Expression, Fact
from rulebase.language.vocabulary import FactValue
from rulebase.language.walk import facts_of


class NearMiss(Struct, frozen=True):
    """A rule that lacked one condition; `values` are those of the facts that the condition reads."""

    rule: CheckedRule
    line: int | None
    lacking: Expression
    values: tuple[tuple[Fact, FactValue | None], ...]


def near_misses(engine: Engine, decision: Decision) -> Iterator[NearMiss]:
    """The rules of two or more conditions that lacked one, on the order or on a line of it."""
    source = Source(engine.order, engine.line, engine.rule_set.vocabulary, engine.zone, careful=True)
    met = set(decision.met)
    for number, rule in enumerate(engine.rules):
        parts = conjuncts(rule.rule.condition)
        if len(parts) < 2:
            continue
        tests = [compiled(source.condition(part)) for part in parts]
        for place in range(len(decision.lines)) if rule.per_line else (NO_LINE,):
            if (number, place) not in met:
                yield from _lacking(engine, decision, rule, parts, tests, place)


def _lacking(
    engine: Engine, decision: Decision, rule: CheckedRule, parts: tuple[Expression, ...],
    tests: list[Callable[..., bool | None]], place: int,
) -> Iterator[NearMiss]:  # fmt: skip
    answers = [test(decision.order, decision.line(place), decision.lines) for test in tests]
    if answers.count(False) == 1 and None not in answers:
        part = parts[answers.index(False)]
        facts = dict.fromkeys(fact for fact, within in facts_of(part) if not (within and fact in engine.line.place))
        values = tuple((fact, decision.value(fact, place)) for fact in facts)
        yield NearMiss(rule, None if place == NO_LINE else place, part, values)
