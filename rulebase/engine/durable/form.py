"""The safe form of a stratum for durable-rules: patterns of one fact, constants first, whole numbers only.

Nothing of what is unsafe or silently wrong in the library is used: no pattern joins two facts (a line's fact carries
the order's values), there is no `$or`, `$not`, text, float, null or arithmetic. A comparison of one fact with a
constant is left to the library; every other part of a condition is told before, and is 0 or 1 in the fact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from rulebase.engine.durable.worker import SEEN
from rulebase.engine.index import Reader, conjuncts
from rulebase.engine.layout import NOW, Layout, Slots
from rulebase.engine.source import Source, compiled, day_limits
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.tree import Between, Expression, Fact, Literal
from rulebase.language.vocabulary import FactValue

NODE_MAX = 500
"""Different conditions under one node; at 513 the library never returns."""
PATTERN_MAX = 250
"""Rules on one identical pattern; the library's limit is 257."""
TRUE_MAX = 60
"""Conditions true at once on one fact; the library's limit is 64."""
PROPERTIES_MAX = 240
"""Properties of a fact; the library's limit is 252."""
INTEGER_MAX = 2**53
ELSE = -1
"""Stands for every text that no rule names."""

Condition = tuple[str, str, int]
"""Relation (`==`, `>=`, `<=`), property and constant."""
Definition = dict[str, Any]


class Scope(Struct):
    """The rules about the order, or about each line: what their facts carry."""

    mark: int
    codes: dict[str, dict[FactValue, int]] = field(default_factory=dict)
    """The codes of the texts that rules compare a property with."""
    plain: dict[str, Callable[[Slots, Slots | None], FactValue | None]] = field(default_factory=dict)
    told: dict[str, Callable[..., bool | None]] = field(default_factory=dict)
    rules_of: dict[str, list[int]] = field(default_factory=dict)
    """The rules that read what was told before."""
    patterns: list[tuple[int, list[Condition]]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """The property of every test that is told before."""

    def fact(self, order: Slots, line: Slots | None, lines: list[Slots]) -> tuple[dict[str, int] | None, set[int]]:
        """The properties of one fact, and the rules that can't be told; None where a number is too large."""
        found = {"t": self.mark}
        for name, read in self.plain.items():
            value = read(order, line)
            codes = self.codes.get(name)
            number = codes.get(value, ELSE) if codes is not None and value is not None else value
            if not isinstance(number, int) or abs(number) >= INTEGER_MAX:
                return None, set()
            found[name] = int(number)
        untold: set[int] = set()
        for name, tell in self.told.items():
            answer = tell(order, line, lines)
            found[name] = int(answer is True)
            if answer is None:
                untold.update(self.rules_of[name])
        return found, untold


class Form:
    """Compiles the rules of one stratum."""

    def __init__(self, rule_set: RuleSet, order: Layout, line: Layout, zone: ZoneInfo) -> None:
        self._order, self._line = order, line
        self._field = rule_set.vocabulary.field_by_key
        self._reader = Reader(rule_set.vocabulary, zone)
        self._zone = zone
        self._source = Source(order, line, rule_set.vocabulary, zone, careful=True)

    def scope(self, rules: Sequence[tuple[int, CheckedRule]], mark: int) -> Scope:
        """The rules of one scope as patterns."""
        scope = Scope(mark)
        for number, rule in rules:
            equal: list[Condition] = []
            others: list[Condition] = []
            for part in conjuncts(rule.rule.condition):
                values, spans = self._reader.equalities(part), self._reader.spans(part)
                if len(values) == 1 and len(next(iter(values.values()))) == 1:
                    fact, (value,) = next(iter(values.items()))
                    equal.append(("==", self._plain(scope, fact, value), self._constant(scope, fact, value)))
                elif spans and _whole(part):
                    for fact, span in spans.items():
                        name = self._plain(scope, fact, 0)
                        others += [(">=", name, span.low)] if span.low is not None else []
                        others += [("<=", name, span.high)] if span.high is not None else []
                else:
                    others.append(("==", self._told(scope, number, self._source.condition(part)), 1))
            limits = day_limits(rule.rule.first, rule.rule.last, self._zone)
            others += [(relation, self._plain(scope, NOW, 0), limit) for relation, limit in limits]
            scope.patterns.append((number, list(dict.fromkeys([*sorted(equal), *sorted(others)]))))
        return scope

    def _plain(self, scope: Scope, fact: Fact, value: FactValue) -> str:
        place = self._line.place.get(fact)
        name = f"o{self._order.place[fact]}" if place is None else f"l{place}"
        if place is None:
            scope.plain[name] = lambda order, line, slot=self._order.place[fact]: order[slot]  # type: ignore[misc]
        else:
            scope.plain[name] = lambda order, line, slot=place: line[slot]  # type: ignore[misc]
        if isinstance(value, str):
            codes = scope.codes.setdefault(name, {})
            codes.setdefault(value, len(codes))
        return name

    def _constant(self, scope: Scope, fact: Fact, value: FactValue) -> int:
        place = self._line.place.get(fact)
        name = f"o{self._order.place[fact]}" if place is None else f"l{place}"
        return scope.codes[name][value] if isinstance(value, str) else int(value)  # type: ignore[arg-type]

    def _told(self, scope: Scope, number: int, text: str) -> str:
        name = scope.names.setdefault(text, f"c{len(scope.names)}")
        if name not in scope.told:
            scope.told[name] = compiled(text)
        scope.rules_of.setdefault(name, []).append(number)
        return name


def _whole(part: Expression) -> bool:
    """Whether its limits say all of a condition."""
    return not isinstance(part, Between) or (isinstance(part.low, Literal) and isinstance(part.high, Literal))


class _Node(Struct):
    """One condition of a rule set's tree of conditions, with those tried after it."""

    after: dict[Condition, _Node] = field(default_factory=dict)
    rules: int = 0

    def within(self) -> bool:
        """Whether the tree below keeps the library's limits on nodes and patterns."""
        if len(self.after) > NODE_MAX or self.rules > PATTERN_MAX:
            return False
        return all(node.within() for node in self.after.values())

    def true_at_once(self) -> int:
        """The most conditions of the tree that one fact can meet: of one property only one constant."""
        equal: dict[str, int] = {}
        others = 0
        for (relation, name, _), node in self.after.items():
            met = 1 + node.true_at_once()
            if relation == "==":
                equal[name] = max(equal.get(name, 0), met)
            else:
                others += met
        return others + sum(equal.values())


def _fits(shard: list[tuple[int, list[Condition]]]) -> bool:
    """Whether one rule set may hold these patterns."""
    tree = _Node()
    for _, pattern in shard:
        node = tree
        for condition in pattern:
            node = node.after.setdefault(condition, _Node())
        node.rules += 1
    names = {name for _, pattern in shard for _, name, _ in pattern}
    return len(names) <= PROPERTIES_MAX and tree.within() and tree.true_at_once() <= TRUE_MAX


def shards(scope: Scope) -> list[list[tuple[int, list[Condition]]]]:
    """The patterns in a few rule sets, each within the library's limits."""
    found = []
    left = scope.patterns
    while left:
        size = len(left)
        while size > 1 and not _fits(left[:size]):
            size = (size + 1) // 2 if size > 2 else 1
        found.append(left[:size])
        left = left[size:]
    return found


_RELATIONS = {">=": "$gte", "<=": "$lte"}


def definition(mark: int, shard: list[tuple[int, list[Condition]]]) -> Definition:
    """A rule set in the library's own form, its rules without actions."""
    # Every fact meets this one: a fact that meets none is an error to the library, and none may be lost unseen.
    made: Definition = {f"r{SEEN}": {"all": [{"m": {"t": mark}}]}}
    for number, pattern in shard:
        terms: list[dict[str, Any]] = [{"t": mark}]
        for relation, name, constant in pattern:
            terms.append({name: constant} if relation == "==" else {_RELATIONS[relation]: {name: constant}})
        made[f"r{number}"] = {"all": [{"m": {"$and": terms}}]}
    return made
