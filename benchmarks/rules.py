"""How long the rule base decides an order, by the number of rules; other engines beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from benchmarks import timing
from benchmarks.report import Ratio, Result, Row
from benchmarks.rule_books import orders, promotions, rule_text
from benchmarks.rule_peers import ZONE, Hits, peers
from promising.traces import Trace
from rulebase.engine.chain import Engine
from rulebase.engine.durable.matcher import Worker, durable, installed
from rulebase.engine.facts import Facts
from rulebase.language.checker import RuleSet, read_rules

HOW = """\
An order of three lines, a customer, a channel; eight rules on credit, the others promotions for a channel and an item
with validity and a threshold. Facts are given as they come from the desk; the rules that fired are kept with what they
read. Every engine's hits are compared with those of the compiled engine on every order. `parse s` and `ready s` are
the time to read and check the rules, and to compile them. `us` is CPU time of this process for ours and the peers, wall
clock for durable-rules, which works in another process. `and its record` also writes what the store keeps of a
decision.
"""
SEED = 5
COMPILED = "compiled"
RECORDED = "compiled, and its record"


@dataclass(frozen=True, slots=True)
class Settings:
    """How many rules, on how many orders; each order is decided once a round."""

    rules: tuple[int, ...] = (10, 100, 1000)
    orders: int = 1000
    rounds: int = 5
    slow_orders: int = 200


FULL = Settings()
QUICK = Settings(orders=300, rounds=2, slow_orders=60)


def run(settings: Settings) -> Iterator[Row | Result]:
    """Yield each figure's row, then the whole."""
    result = Result("rules", "deciding an order by rules", HOW, str(SEED))
    for count in settings.rules:
        for row in _course(count, settings, result):
            result.summary.append(row)
            yield row
    p50 = {(str(row["engine"]), int(row["rules"])): float(row["us p50"]) for row in result.summary}
    most = max(settings.rules)
    result.ratios.append(Ratio(f"compiled: us at {most:,} rules", p50[COMPILED, most], "at most 20"))
    kept = p50[RECORDED, most] - p50[COMPILED, most]
    result.ratios.append(Ratio(f"record: us at {most:,} rules", kept, "at most 60"))
    for (engine, count), figure in p50.items():
        if engine not in (COMPILED, RECORDED):
            result.ratios.append(Ratio(f"{engine} ÷ compiled at {count:,} rules", figure / p50[COMPILED, count]))
    yield result


def _course(count: int, settings: Settings, result: Result) -> Iterator[Row]:
    offers = promotions(count - 8, Random(SEED))
    asked = orders(settings.orders, Random(SEED + 1))
    began = timing.now()
    rule_set = read_rules({"bench": rule_text(offers)})
    parsed = timing.since(began).cpu_s
    began = timing.now()
    engine = Engine(rule_set, ZONE)
    ready = timing.since(began).cpu_s
    reference = [_hits(engine, facts) for facts in asked]
    spent = _spent(engine.decide, [*asked] * settings.rounds, "cpu_s")
    yield _row(COMPILED, count, spent, result) | {"parse s": parsed, "ready s": ready}
    spent = _spent(partial(_recorded, engine), [*asked] * settings.rounds, "cpu_s")
    yield _row(RECORDED, count, spent, result) | {"parse s": parsed, "ready s": ready}
    slow = asked[: settings.slow_orders]
    if installed():
        yield _second(rule_set, count, slow, reference, result) | {"parse s": parsed, "ready s": 0.0}
    for name, decide in peers(offers):
        _agree(name, [decide(facts) for facts in slow], reference)
        yield _row(name, count, _spent(decide, slow, "cpu_s"), result) | {"parse s": 0.0, "ready s": 0.0}


def _recorded(engine: Engine, facts: Facts) -> object:
    trace = Trace("O-1", 1, 0, str(ZONE))
    trace.stages["admit"] = (range(1, len(facts.lines) + 1), engine.decide(facts))
    return trace.row(1)


def _second(
    rule_set: RuleSet, count: int, slow: Sequence[Facts], reference: Sequence[Hits], result: Result
) -> dict[str, str | int | float]:
    worker = Worker()
    try:
        engine = Engine(rule_set, ZONE, matcher=durable(worker))
        _agree("durable-rules", [_hits(engine, facts) for facts in slow], reference)
        found = _row("durable-rules, worker process", count, _spent(engine.decide, slow, "wall_s"), result)
        if worker.deaths:
            raise AssertionError(f"the worker of durable-rules died {worker.deaths} times")
        return found
    finally:
        worker.close()


def _agree(name: str, found: Sequence[Hits], reference: Sequence[Hits]) -> None:
    for place, (one, other) in enumerate(zip(found, reference, strict=False)):
        if one != other:
            raise AssertionError(f"{name} differs on order {place}: {one ^ other}")


def _hits(engine: Engine, facts: Facts) -> Hits:
    fired = engine.decide(facts).record.fired
    return {(firing.rule.en, -1 if firing.line is None else firing.line) for firing in fired}


def _spent(decide: Callable[[Facts], object], asked: Sequence[Facts], clock: str) -> list[float]:
    spent = []
    for facts in asked:
        began = timing.now()
        decide(facts)
        spent.append(float(getattr(timing.since(began), clock)))
    return spent


def _row(engine: str, count: int, spent: Sequence[float], result: Result) -> dict[str, str | int | float]:
    result.raw[f"{engine.replace(',', '').replace(' ', '-')}-{count}"] = [{"seconds": one} for one in spent]
    ordered = sorted(spent)
    return {
        "engine": engine, "rules": count, "decided": len(spent), "us p50": ordered[len(ordered) // 2] * 1e6,
        "us mean": sum(spent) / len(spent) * 1e6, "us p99": ordered[int(len(ordered) * 0.99)] * 1e6,
    }  # fmt: skip
