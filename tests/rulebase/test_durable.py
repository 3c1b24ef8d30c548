"""durable-rules answers as the compiled engine does, and its death changes no verdict."""

import os
import signal
from random import Random
from threading import Timer

import pytest

from rulebase.engine.chain import Engine
from rulebase.engine.durable.form import NODE_MAX, PATTERN_MAX, TRUE_MAX, Scope, definition, shards
from rulebase.engine.durable.matcher import Worker, durable, installed
from rulebase.engine.facts import Facts
from rulebase.language.checker import check, read_rules
from rulebase.language.tree import Outcome
from tests.rulebase.test_chain import LINES, ORDER
from tests.strategies_rules import ZONE, RuleMaker

needs_library = pytest.mark.skipif(not installed(), reason="durable-rules could not be built here")


@pytest.fixture
def worker():
    worker = Worker(answer_s=60)
    yield worker
    worker.close()


def compare(seed, rules, cases):
    """Decide random orders by random rules with both; returns the deaths of the worker.

    It has a minute for each answer: a machine that does other things beside may stall it for longer than a desk waits.
    """
    maker = RuleMaker(Random(seed))
    rule_set = check({"": maker.file(rules)})
    worker = Worker(answer_s=60)
    both = Engine(rule_set, ZONE, matcher=durable(worker)), Engine(rule_set, ZONE)
    try:
        for _ in range(cases):
            facts = maker.facts()
            one, other = (engine.decide(facts).record for engine in both)
            assert one == other, f"seed {seed}: {facts}"
    finally:
        worker.close()
    return worker.deaths


@needs_library
def test_durable_rules_and_the_compiled_engine_agree():
    """16 sets of up to 14 rules, 60 orders each; no answer came from the other engine in its place."""
    assert sum(compare(seed, 2 + seed % 13, 60) for seed in range(16)) == 0


@needs_library
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_durable_rules_agree_for_hours(seed):
    """20 runs of 100 sets with 100 orders each: 200,000 in all."""
    assert sum(compare(10_000 + seed * 100 + number, 3 + number % 20, 100) for number in range(100)) == 0


@needs_library
def test_killing_the_worker_changes_no_verdict(worker):
    """Between two orders the process is killed: the compiled engine answers, and the next order has a new worker."""
    rule_set = read_rules(
        {"f": 'rule "r": when order.amount > 50万元 and customer.grade = "A" then refuse because "x"'}
    )
    engine = Engine(rule_set, ZONE, matcher=durable(worker))
    facts = Facts(ORDER, LINES)
    assert engine.decide(facts).outcome is Outcome.REFUSE
    first = worker.pid
    os.kill(first, signal.SIGKILL)
    assert engine.decide(facts).outcome is Outcome.REFUSE
    assert worker.deaths == 1
    assert engine.decide(facts).outcome is Outcome.REFUSE
    assert worker.deaths == 1
    assert worker.pid not in (None, first)


@needs_library
def test_numbers_that_the_library_would_round_never_reach_it(worker):
    """At 2^53 and beyond the compiled engine answers; nothing died."""
    rule_set = read_rules({"f": 'rule "r": when order.amount = 90071992547409.93 yuan then refuse because "x"'})
    engine = Engine(rule_set, ZONE, matcher=durable(worker))
    for amount, outcome in ((2**53 + 1, Outcome.REFUSE), (2**53, Outcome.PASS), (2**53 + 2, Outcome.PASS)):
        assert engine.decide(Facts(ORDER | {"order.amount": amount}, LINES)).outcome is outcome
    assert worker.deaths == 0


def test_rule_sets_keep_to_what_the_library_survives():
    """No rule set has too many conditions under a node, rules on a pattern, or conditions true at once."""
    many = [(n, [("==", "o1", n)]) for n in range(NODE_MAX + 1)]
    assert [len(shard) <= NODE_MAX for shard in shards(Scope(1, patterns=many))] == [True, True]
    same = [(n, [("==", "o1", 7)]) for n in range(PATTERN_MAX + 1)]
    assert max(map(len, shards(Scope(1, patterns=same)))) <= PATTERN_MAX
    limits = [(n, [(">=", "o1", n)]) for n in range(3 * TRUE_MAX)]
    found = shards(Scope(1, patterns=limits))
    assert max(map(len, found)) <= TRUE_MAX
    assert [pattern for shard in found for pattern in shard] == limits


def test_the_library_is_given_constants_first_and_nothing_but_whole_numbers():
    """One pattern of one fact a rule, and one that every fact meets."""
    made = definition(2, [(17, [("==", "o3", 5), (">=", "l0", 100), ("<=", "l0", 200)])])
    assert made == {
        "r1000000": {"all": [{"m": {"t": 2}}]},
        "r17": {"all": [{"m": {"$and": [{"t": 2}, {"o3": 5}, {"$gte": {"l0": 100}}, {"$lte": {"l0": 200}}]}}]},
    }


@needs_library
def test_killing_the_worker_in_the_middle_of_a_match_changes_no_verdict(worker):
    """It is stopped, so that it can't answer, and killed while it is asked: the compiled engine answers."""
    maker = RuleMaker(Random(5))
    rule_set = check({"": maker.file(12)})
    engine, compiled = Engine(rule_set, ZONE, matcher=durable(worker)), Engine(rule_set, ZONE)
    deaths = 0
    for number in range(12):
        facts = maker.facts()
        if number % 4 == 2 and worker.pid is not None:
            pid = worker.pid
            os.kill(pid, signal.SIGSTOP)
            killer = Timer(0.05, os.kill, (pid, signal.SIGKILL))
            killer.start()
            one = engine.decide(facts).record
            killer.join()
            deaths += 1
        else:
            one = engine.decide(facts).record
        assert one == compiled.decide(facts).record
    assert worker.deaths == deaths == 3
