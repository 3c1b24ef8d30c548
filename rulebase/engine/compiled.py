"""The compiled matcher: a generated function for each stratum, and in it for each group of rules with one key.

Whether a rule is met at all is told by `matching.Matcher`; what follows from it is told by `chain`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rulebase.engine.index import Key, Reader, Signature, best_fact, conjuncts, keys, possible, segments, signatures
from rulebase.engine.layout import Layout, Slots
from rulebase.engine.matching import Matches
from rulebase.engine.source import RUNTIME, Source
from rulebase.language.checker import CheckedRule, RuleSet
from rulebase.language.tree import Arithmetic, Expression, Fact, Has, Sum
from rulebase.language.walk import children, facts_of

_Test = Callable[..., None]


class Compiled:
    """The rules of one stratum; `rules` are numbered as in their set."""

    def __init__(
        self, rules: Sequence[tuple[int, CheckedRule]], rule_set: RuleSet, order: Layout, line: Layout, zone: ZoneInfo
    ) -> None:
        self._order, self._line = order, line
        self._source = Source(order, line, rule_set.vocabulary, zone, careful=False)
        self._reader = Reader(rule_set.vocabulary, zone)
        self._field = rule_set.vocabulary.field_by_key
        self._numbers: dict[str, Any] = {**RUNTIME, "_bisect": bisect_right}
        body = ["def match(s, L, hit, slow):", "    l = None", "    i = -1"]
        body += self._scope([rule for rule in rules if not rule[1].per_line], "    ")
        inner = self._scope([rule for rule in rules if rule[1].per_line], "        ")
        if inner:
            body += ["    for l in L:", "        i += 1", *inner]
        self._match: Callable[[Slots, list[Slots], Any, Any], None] = self._compile("match", body)

    def match(self, order: Slots, lines: list[Slots]) -> Matches:
        """The rules that are met, and those that only the careful form can tell."""
        hits: list[tuple[int, int]] = []
        slow: list[tuple[int, int]] = []
        self._match(order, lines, hits.append, slow.append)
        return hits, slow

    def _compile(self, name: str, body: Iterable[str]) -> Any:
        exec(compile("\n".join(body), f"<rules {name}>", "exec"), self._numbers)
        return self._numbers[name]

    # Groups.

    def _scope(self, rules: Sequence[tuple[int, CheckedRule]], indent: str) -> list[str]:
        """Lines of source that try the rules of one scope."""
        demands = possible([rule for _, rule in rules], self._reader)
        grouped: dict[Signature, dict[Key, list[tuple[int, CheckedRule]]]] = {}
        rest: list[tuple[int, CheckedRule]] = []
        for numbered, demand, signature in zip(rules, demands, signatures(demands), strict=True):
            if not signature:
                rest.append(numbered)
            for key in keys(demand, signature) if signature else ():
                grouped.setdefault(signature, {}).setdefault(key, []).append(numbered)
        lines = []
        for signature, table in grouped.items():
            lines += self._hash(signature, table, indent)
        found, rest = self._by_some_line(rest, indent)
        return lines + found + self._segments(rest, indent)

    def _hash(self, signature: Signature, table: dict[Key, list[tuple[int, CheckedRule]]], indent: str) -> list[str]:
        name = f"h{len(self._numbers)}"
        # Many keys have the same rules, where a rule lists its values.
        tests: dict[tuple[int, ...], _Test] = {}
        found: dict[Any, _Test] = {}
        for key, rules in table.items():
            members = tuple(number for number, _ in rules)
            if members not in tests:
                tests[members] = self._group(rules)
            found[key if len(signature) > 1 else key[0]] = tests[members]
        self._numbers[name] = found.get
        places = ", ".join(self._slot(fact) for fact in signature)
        key_text = f"({places})" if len(signature) > 1 else places
        return [f"{indent}f = {name}({key_text})", f"{indent}if f is not None: f(s, l, i, L, hit, slow)"]

    def _by_some_line(
        self, rules: list[tuple[int, CheckedRule]], indent: str
    ) -> tuple[list[str], list[tuple[int, CheckedRule]]]:
        """Rules about some line with a value, tried once where a line has it; and the rules that are left."""
        tables: dict[Fact, dict[Any, list[_Test]]] = {}
        rest = []
        for numbered in rules:
            demand = self._reader.of_some_line(numbered[1].rule.condition)
            fact = next((fact for fact in demand if fact in self._line.place), None)
            if fact is None or numbered[1].per_line:
                rest.append(numbered)
                continue
            test = self._group([numbered])
            for value in demand[fact]:
                tables.setdefault(fact, {}).setdefault(value, []).append(test)
        lines = []
        for fact, table in tables.items():
            name = f"h{len(self._numbers)}"
            self._numbers[name] = {value: tuple(tests) for value, tests in table.items()}.get
            tests = f"{{f for q in L for f in {name}(q[{self._line.place[fact]}], ())}}"
            lines.append(f"{indent}for f in {tests}: f(s, l, i, L, hit, slow)")
        return lines, rest

    def _segments(self, rules: list[tuple[int, CheckedRule]], indent: str) -> list[str]:
        """Rules by the limits of the fact that most of them limit; all that are left are tried."""
        spans = [self._reader.spans(rule.rule.condition) for _, rule in rules]
        fact = best_fact(spans)
        if fact is None:
            return self._always(rules, indent)
        limited = [(index, span[fact]) for index, span in enumerate(spans) if fact in span]
        made = segments(limited)
        if made is None:
            return self._always(rules, indent)
        limits, found = made
        tests = {index: self._group([rules[index]]) for index, _ in limited}
        name = f"g{len(self._numbers)}"
        self._numbers[name] = [tuple(tests[index] for index in members) for members in found]
        self._numbers[f"{name}_limits"] = limits
        rest = [numbered for numbered, span in zip(rules, spans, strict=True) if fact not in span]
        lines = [f"{indent}for f in {name}[_bisect({name}_limits, {self._slot(fact)})]: f(s, l, i, L, hit, slow)"]
        return lines + self._segments(rest, indent)

    def _always(self, rules: list[tuple[int, CheckedRule]], indent: str) -> list[str]:
        if not rules:
            return []
        name = f"a{len(self._numbers)}"
        self._numbers[name] = self._group(rules)
        return [f"{indent}{name}(s, l, i, L, hit, slow)"]

    # Rules.

    def _group(self, rules: Iterable[tuple[int, CheckedRule]]) -> _Test:
        body = ["def group(s, l, i, L, hit, slow):"]
        for number, rule in rules:
            body += self._rule(number, rule)
        test: _Test = self._compile("group", body)
        return test

    def _rule(self, number: int, rule: CheckedRule) -> list[str]:
        asked = _asked(rule.rule.condition)
        tests = [*self._source.valid(rule.rule.first, rule.rule.last)]
        tests += [self._source.condition(Has(fact)) for fact in sorted(asked, key=str)]
        tests.append(self._source.condition(rule.rule.condition))
        met = [f"if {' and '.join(tests)}: hit(({number}, i))"]
        guards = self._guards(rule, asked)
        if guards:
            met = [f"if {' or '.join(guards)}: slow(({number}, i))", f"el{met[0]}"]
        if _divides(rule.rule.condition):
            inner = [f"    {line}" for line in met]
            met = ["try:", *inner, f"except ZeroDivisionError: slow(({number}, i))"]
        return [f"    {line}" for line in met]

    def _guards(self, rule: CheckedRule, asked: set[Fact]) -> list[str]:
        """Tests that a fact is missing which the condition reads without having asked for it."""
        found: dict[str, None] = {}
        for fact, within in facts_of(rule.rule.condition):
            if not self._field[fact.entity, fact.key].optional or (fact in asked and not within):
                continue
            place = self._line.place.get(fact)
            if within and place is not None:
                found[f"None in [q[{place}] for q in L]"] = None
            else:
                found[f"{self._slot(fact)} is None"] = None
        return list(found)

    def _slot(self, fact: Fact) -> str:
        place = self._line.place.get(fact)
        return f"s[{self._order.place[fact]}]" if place is None else f"l[{place}]"


def _asked(condition: Expression) -> set[Fact]:
    """The facts that must be there for the condition to be met."""
    return {part.fact for part in conjuncts(condition) if isinstance(part, Has)}


def _divides(node: Expression) -> bool:
    if isinstance(node, Arithmetic) and node.op is Sum.OVER:
        return True
    return any(_divides(child) for child in children(node))
