"""The matcher that asks durable-rules, and the compiled one whenever its worker can't answer."""

from __future__ import annotations

import logging
import select
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from rulebase.engine.compiled import Compiled
from rulebase.engine.durable import worker
from rulebase.engine.durable.form import Definition, Form, Scope, definition, shards
from rulebase.engine.layout import Layout, Slots
from rulebase.engine.matching import Match, Matches
from rulebase.language.checker import CheckedRule, RuleSet

ANSWER_S = 5.0
"""A worker that takes longer is ended."""
ORDERS_MAX = 50_000
"""A worker is replaced after as many matches: after 100,000 facts in one session the library mistakes new for known."""

log = logging.getLogger("jiaoqi.rules")


class WorkerDied(Exception):
    """The worker ended, or didn't answer in time."""


def installed() -> bool:
    """Whether durable-rules can be had here."""
    return find_spec("durable") is not None and find_spec("durable_rules_engine") is not None


class Worker:
    """The process, started when it is first needed, and again when it died. `deaths` counts those.

    It has `answer_s` seconds for an answer.
    """

    def __init__(self, answer_s: float = ANSWER_S) -> None:
        self.deaths = 0
        self._answer_s = answer_s
        self._definitions: list[list[Definition]] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._matched = 0
        self._lock = Lock()

    def define(self, definitions: list[Definition]) -> int:
        """Add rule sets, before the first match; returns their key."""
        self._definitions.append(definitions)
        return len(self._definitions) - 1

    def match(self, key: int, facts: list[dict[str, int]]) -> list[Match]:
        """The rules met, each with the place of its fact. Raises WorkerDied."""
        with self._lock:
            if self._matched >= ORDERS_MAX:
                self._end()
            try:
                self._start()
                self._matched += 1
                found = self._ask("match", key, facts)
                if isinstance(found, str):
                    raise WorkerDied(found)
            except (OSError, EOFError, WorkerDied) as error:
                self.deaths += 1
                self._end()
                log.warning("the worker of durable-rules died: %r", error)
                raise WorkerDied from error
            return list(found)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return None if self._process is None else self._process.pid

    def _start(self) -> None:
        if self._process is not None:
            return
        command = [sys.executable, str(Path(worker.__file__))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._matched = 0
        for key, definitions in enumerate(self._definitions):
            self._ask("define", key, definitions)

    def _ask(self, *request: Any) -> Any:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        worker.write(process.stdin, request)
        ready, _, _ = select.select([process.stdout], [], [], self._answer_s)
        if not ready:
            raise WorkerDied("no answer")
        head = process.stdout.peek(1)  # type: ignore[attr-defined]
        if not head:
            raise WorkerDied("end of output")
        return worker.read(process.stdout)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    # What was still to be sent to a dead process is lost with it.
                    log.debug("the worker's pipe was broken")
        process.wait()


class Durable:
    """Matches one stratum by durable-rules."""

    def __init__(
        self, worker: Worker, rules: Sequence[tuple[int, CheckedRule]], rule_set: RuleSet, order: Layout, line: Layout,
        zone: ZoneInfo,
    ) -> None:  # fmt: skip
        self._worker = worker
        self._fallback = Compiled(rules, rule_set, order, line, zone)
        form = Form(rule_set, order, line, zone)
        self._scopes = [
            form.scope([one for one in rules if one[1].per_line is per_line], mark)
            for mark, per_line in ((1, False), (2, True))
        ]
        self._keys = [
            worker.define([definition(scope.mark, shard) for shard in shards(scope)]) for scope in self._scopes
        ]

    def match(self, order: Slots, lines: list[Slots]) -> Matches:
        """The rules that are met, and those that can't be told before."""
        met: list[Match] = []
        unsure: set[Match] = set()
        for scope, key in zip(self._scopes, self._keys, strict=True):
            if not scope.patterns:
                continue
            facts = self._facts(scope, order, lines, unsure)
            if facts is None:
                return self._fallback.match(order, lines)
            try:
                met += self._worker.match(key, facts)
            except WorkerDied:
                return self._fallback.match(order, lines)
        return [match for match in met if match not in unsure], sorted(unsure)

    def _facts(self, scope: Scope, order: Slots, lines: list[Slots], unsure: set[Match]) -> list[dict[str, int]] | None:
        """The facts of one order; None where they aren't safe."""
        found = []
        for place, line in [(-1, None)] if scope.mark == 1 else enumerate(lines):
            fact, untold = scope.fact(order, line, lines)
            if fact is None:
                return None
            fact["p"] = place
            found.append(fact)
            unsure |= {(number, place) for number in untold}
        return found


def durable(worker: Worker) -> Callable[..., Durable]:
    """Makes matchers that share a worker; for `Engine(..., matcher=durable(worker))`."""

    def make(
        rules: Sequence[tuple[int, CheckedRule]], rule_set: RuleSet, order: Layout, line: Layout, zone: ZoneInfo
    ) -> Durable:
        return Durable(worker, rules, rule_set, order, line, zone)

    return make
