"""How long the condition of each rule takes, measured on facts that were decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rulebase.engine.chain import NO_LINE, Engine
from rulebase.engine.facts import Facts


def timed(engine: Engine, decided: Iterable[Facts], timer: Callable[[], float]) -> dict[str, tuple[float, float]]:
    """Mean and worst time of each rule by name, in seconds: of its condition alone, on the order or on one line of it.

    Rules that are found by an index take less in a decision; derived facts are as usual.
    """
    found: dict[str, list[float]] = {rule.name: [] for rule in engine.rules}
    for facts in decided:
        order, lines = engine.order.load(facts.order), list(map(engine.line.load, facts.lines))
        for number, rule in enumerate(engine.rules):
            test = engine.condition(number)
            for place in range(len(lines)) if rule.per_line else (NO_LINE,):
                line = lines[place] if place >= 0 else None
                began = timer()
                test(order, line, lines)
                found[rule.name].append(timer() - began)
    return {name: (sum(times) / len(times), max(times)) for name, times in found.items() if times}
