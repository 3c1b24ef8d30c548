"""Figures for Prometheus: calls by method and code, the desk's decisions, queue, batches and plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from domain.promises import LinePromise
from promising.ports import RuleCount
from promising.rule_counts import ALL

_SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_COUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """All figures of one server, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._calls = Histogram(
            "jiaoqi_call_seconds",
            "Time of a call inside the server, by method and status code",
            ["method", "code"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._decisions = Histogram(
            "jiaoqi_decision_seconds",
            "Time of a decision, by kind (quote, promise), outcome and tier of each line",
            ["kind", "outcome", "tier"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._shifted = self._counted("jiaoqi_operations_shifted", "Operations shifted by a decision")
        self._candidates = self._counted("jiaoqi_candidates", "Places tried for a decision")
        self._batch = Histogram("jiaoqi_batch_size", "Requests in a batch", buckets=_BATCHES, registry=registry)
        self._commit = self._timed("jiaoqi_commit_seconds", "Time of a durable commit")
        self._deciding = self._timed("jiaoqi_batch_decide_seconds", "Time of deciding a batch")
        self._redispatch = Histogram(
            "jiaoqi_redispatch_seconds",
            "Time of a re-dispatch of the whole plan, by whether it was taken",
            ["taken"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._stood = Histogram(
            "jiaoqi_standstill_seconds",
            "Time that nothing else was decided, by what was done (disruption, progress, tidying)",
            ["what"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._queue = Gauge("jiaoqi_queue_depth", "Requests waiting when a batch was taken", registry=registry)
        self._operations = Gauge("jiaoqi_plan_operations", "Open operations in the plan", registry=registry)
        self._age = Gauge("jiaoqi_plan_age_orders", "Orders decided since a re-dispatch", registry=registry)
        self._refused = Counter("jiaoqi_refused_for_load", "Requests that found the queue full", registry=registry)
        self._expired = Counter("jiaoqi_expired", "Requests too late for their decision", registry=registry)
        self._failed = Counter("jiaoqi_failed_batches", "Batches retried one by one", registry=registry)
        self._tidied = Counter(
            "jiaoqi_tidied",
            "Looks for a better order of the plan, by outcome (applied, nothing, outdated, failed)",
            ["outcome"],
            registry=registry,
        )
        self._alerts = Gauge(
            "jiaoqi_alerts", "Order lines that need looking after, by level", ["level"], registry=registry
        )
        self._violations = Gauge(
            "jiaoqi_plan_violations", "Violations that the last full check found", registry=registry
        )
        self._checked = Gauge(
            "jiaoqi_last_check_timestamp_seconds", "When the last full check ended; 0: none has", registry=registry
        )
        # Looking a labelled child up costs more than counting, and there are few of them.
        self._call = lru_cache(maxsize=1024)(self._calls.labels)
        self._decision = lru_cache(maxsize=1024)(self._decisions.labels)

    def _counted(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, buckets=_COUNTS, registry=self.registry)

    def _timed(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, buckets=_SECONDS, registry=self.registry)

    def called(self, method: str, code: str, seconds: float) -> None:
        self._call(method, code).observe(seconds)

    def queued(self, depth: int) -> None:
        self._queue.set(depth)

    def refused_for_load(self) -> None:
        self._refused.inc()

    def expired(self) -> None:
        self._expired.inc()

    def decided(self, kind: str, line: LinePromise, seconds: float, shifted: int, candidates: int) -> None:
        self._decision(kind, line.outcome.value, line.tier.value).observe(seconds)
        self._shifted.observe(shifted)
        self._candidates.observe(candidates)

    def batch(self, size: int, decide_seconds: float, commit_seconds: float) -> None:
        self._batch.observe(size)
        self._deciding.observe(decide_seconds)
        self._commit.observe(commit_seconds)

    def redispatched(self, seconds: float, taken: bool) -> None:
        self._redispatch.labels("yes" if taken else "no").observe(seconds)

    def stood_still(self, what: str, seconds: float) -> None:
        self._stood.labels(what).observe(seconds)

    def plan(self, operations: int, age_orders: int) -> None:
        self._operations.set(operations)
        self._age.set(age_orders)

    def batch_failed(self) -> None:
        self._failed.inc()

    def tidied(self, outcome: str) -> None:
        self._tidied.labels(outcome).inc()

    def alerts(self, counts: Mapping[str, int]) -> None:
        for level, count in counts.items():
            self._alerts.labels(level).set(count)

    def checked(self, at_s: float, violations: int) -> None:
        self._violations.set(violations)
        self._checked.set(at_s)

    def show_load(self, read: Callable[[], Mapping[str, float]]) -> None:
        """Show the load of every resource, read anew whenever the figures are asked for."""
        self.registry.register(_LoadCollector(read))

    def show_rules(self, rules: ShownRules) -> None:
        """Show which version of the rules is in force, how often and when its rules fired, and how long they take."""
        self.registry.register(_RuleCollector(rules))


class ShownRules(Protocol):
    """What is shown of rules; any thread may ask."""

    @property
    def in_force(self) -> int:
        """The number of the version in force; 0: none."""

    def names(self) -> Iterable[str]:
        """The names of the rules in force."""

    def counts(self) -> Iterable[RuleCount]:
        """How often rules fired, by version and name."""

    def times(self) -> Mapping[str, tuple[float, float]]:
        """Mean and worst seconds of the rules in force by name, as they were timed last."""


class _RuleCollector(Collector):
    """Counts live beside the desk, which keeps them over restarts; they are read when somebody asks."""

    def __init__(self, rules: ShownRules) -> None:
        self._rules = rules

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        version = self._rules.in_force
        yield GaugeMetricFamily("jiaoqi_rules_version", "Version of the rules in force; 0: none", version)
        text = "Orders on which a rule fired, by version and rule"
        fired = CounterMetricFamily("jiaoqi_rule_fired", text, labels=["version", "rule"])
        text = "Orders on which a rule couldn't be told, by version and rule"
        untold = CounterMetricFamily("jiaoqi_rule_untold", text, labels=["version", "rule"])
        text = "Orders on which rules of one rank set a fact to different values, by version and rule"
        conflicts = CounterMetricFamily("jiaoqi_rule_conflicts", text, labels=["version", "rule"])
        text = "Time that rules and promotions took, and orders that they decided, by version"
        decided = SummaryMetricFamily("jiaoqi_rule_decision_seconds", text, labels=["version"])
        text = "The longest time that rules and promotions took for an order, by version"
        worst = GaugeMetricFamily("jiaoqi_rule_decision_worst_seconds", text, labels=["version"])
        text = "When a rule fired last, by the plant's clock, by version and rule"
        last = GaugeMetricFamily("jiaoqi_rule_last_fired_timestamp_seconds", text, labels=["version", "rule"])
        # A rule that never fired is a row, too: nobody can ask for one that isn't there.
        quiet = set(self._rules.names())
        for row in self._rules.counts():
            if row.rule == ALL:
                decided.add_metric([str(row.rules)], row.fired, row.total_us / 1e6)
                worst.add_metric([str(row.rules)], row.worst_us / 1e6)
                continue
            if row.rules == version and row.fired:
                quiet.discard(row.rule)
            if row.last_s is not None:
                last.add_metric([str(row.rules), row.rule], row.last_s)
            for family, count in ((fired, row.fired), (untold, row.untold), (conflicts, row.conflicts)):
                if count:
                    family.add_metric([str(row.rules), row.rule], count)
        for rule in sorted(quiet):
            fired.add_metric([str(version), rule], 0)
        yield from (fired, last, untold, conflicts, decided, worst)
        yield from self._timed(version)

    def _timed(self, version: int) -> Iterator[Metric]:
        """Timing every rule takes a while: shown is what came of it when somebody asked last."""
        about = "time of a rule's condition on the last orders, as `GetRuleHealth` timed it last, by version and rule"
        mean, worst = (
            GaugeMetricFamily(f"jiaoqi_rule_{which}_seconds", f"The {which} {about}", labels=["version", "rule"])
            for which in ("mean", "worst")
        )
        for rule, seconds in sorted(self._rules.times().items()):
            for family, value in zip((mean, worst), seconds, strict=True):
                family.add_metric([str(version), rule], value)
        yield from (mean, worst)


class _LoadCollector(Collector):
    def __init__(self, read: Callable[[], Mapping[str, float]]) -> None:
        self._read = read

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        text = "Planned run and changeover time over working time of the next seven days"
        family = GaugeMetricFamily("jiaoqi_resource_load_ratio", text, labels=["resource"])
        for resource_id, ratio in self._read().items():
            family.add_metric([resource_id], ratio)
        yield family
