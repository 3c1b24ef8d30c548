"""What anybody may read of the rules: versions, what they decided, what they would, and how they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from domain.checks import from_unix
from domain.errors import NotFound
from domain.promises import Promise
from domain.rule_versions import RuleVersion
from promising.budgets import Budget, budgets
from promising.jobs import Job
from promising.ports import RuleCount
from promising.rule_requests import Difference, Review
from promising.ruled import Ruled
from promising.standing import Standing
from promising.takings import Taken
from promising.traces import DecisionRecord, record_from

if TYPE_CHECKING:
    from promising.decision_telling import ToldDecision
    from promising.replaying import Replay
    from promising.rule_health import Health
    from promising.rule_texts import ReadVersion
    from rulebase.engine.chain import Engine
    from rulebase.engine.facts import Facts
    from rulebase.rehearsal import Rehearsal

AT_ONCE = 100
"""Past orders whose facts are read at once, as nothing else is decided meanwhile."""
TIMED_MAX = 64
"""Orders on which rules are timed."""
VERSIONS_BACK = 50
"""Versions that are looked at for how long a rule has been in force."""
NO_PLANT_ZONE = ZoneInfo("Asia/Shanghai")
"""In which zone rules are tested before there is a plant."""


class RuleReadings:
    """Any thread may call. A desk without rules starts sooner without their language: it is imported where needed."""

    def __init__(
        self, stands: Standing, ruled: Ruled, put: Callable[[Job], Any], read: Callable[[Callable[[], Any]], Any]
    ) -> None:
        """`put` has the writer's thread do something, `read` has it read something between its batches."""
        self._stands, self._ruled, self._put, self._read_between = stands, ruled, put, read
        self._store = stands.store
        self._known_names: dict[int, frozenset[str]] = {}
        self._times: tuple[int, Mapping[str, tuple[float, float]]] = (0, {})

    # Readings.

    @property
    def in_force(self) -> int:
        """The number of the version in force; 0: none."""
        return self._ruled.number

    @property
    def zone(self) -> ZoneInfo:
        """In which zone days of validity are read."""
        plant = self._stands.plant
        return NO_PLANT_ZONE if plant is None else plant.zone

    def versions(self) -> list[RuleVersion]:
        """All versions, by number."""
        return self._store.rule_versions()

    def version(self, number: int) -> RuleVersion:
        """One version; 0 stands for the one in force. Raises NotFound."""
        number = number or self.in_force
        found = next((one for one in self.versions() if one.number == number), None)
        if found is None:
            raise NotFound("version of the rules", str(number or "in force"))
        return found

    def files(self, number: int) -> dict[str, str]:
        """The files of a version; none for 0."""
        return self._store.rule_files(number) if number else {}

    def difference(self, base: int, number: int) -> Difference:
        """What a version changes of another one; `base` 0: of none. Raises NotFound."""
        from promising.rule_texts import difference

        for one in (base, number):
            if one:
                self.version(one)
        return difference(base, self.files(base), self.files(number))

    def review(self, files: Mapping[str, str]) -> Review:
        """The static checks and the examples of files. Raises InvalidInput with every mistake in them."""
        from promising.rule_texts import reviewed

        return reviewed(files, self.zone)

    # Decisions.

    def decision(self, order_id: str, version: int = 0, *, near: bool = False, unmet: bool = False) -> ToldDecision:
        """All that led to the verdict on an order (of the last version that rules decided, or of another one).

        With `near` also the rules that lacked one condition, with `unmet` the promotions that it didn't meet. Raises
        NotFound.
        """
        from promising.decision_telling import tell

        record, promise = self._record(order_id, version)
        return tell(record, promise, self._read(record.rules), near=near, unmet=unmet)

    def replay(self, order_id: str, version: int = 0) -> Replay:
        """An order decided again, by the rules of then and by those of today. Raises NotFound, DeskStopped."""
        from promising.replaying import replay

        record, promise = self._record(order_id, version)
        now = self._read(self.in_force)
        return replay(record, promise, self._read(record.rules), self.in_force, now, partial(self._today, promise))

    def rehearse(self, files: Mapping[str, str], orders: int, shown: int) -> tuple[Rehearsal, int]:
        """What files would decide otherwise of the last `orders`, and of how many of these facts were read today.

        Raises InvalidInput for files with mistakes, NotFound where no version is in force, DeskStopped.
        """
        from promising.rule_rehearsing import PastOrders
        from promising.rule_texts import read_version
        from rulebase.rehearsal import Side, rehearse

        self.version(0)
        live, draft = (Side(read.rule_set, read.promotions)
                       for read in (self._read(self.in_force), read_version(files)))  # fmt: skip
        past = PastOrders((live, draft), self._all_today)
        found = self._store.decisions(0, orders, latest=True)
        parts = (found[first : first + AT_ONCE] for first in range(0, len(found), AT_ONCE))
        orders_of = (one for part in parts for one in past.of(self._decided(part)))
        return rehearse(live, draft, orders_of, self.zone, shown), past.read_today

    def _decided(self, rows: list[tuple[int, int, bytes]]) -> list[tuple[DecisionRecord, Promise]]:
        """The records with the orders that they are about."""
        records = [record_from(0, rules, content) for _, rules, content in rows]
        found = ((record, self._stands.book.find(record.order_id)) for record in records)
        return [(record, promise) for record, promise in found if promise is not None]

    def _all_today(self, promises: list[Promise], order: tuple[str, ...], line: tuple[str, ...]) -> list[Facts | None]:
        found: list[Facts | None] = self._read_between(
            lambda: [self._ruled.facts(promise, order, line) for promise in promises]
        )
        return found

    def health(self, *, timed: bool = False) -> Health:
        """How the rules in force are; with `timed` each is timed anew on the last orders."""
        from promising.rule_health import Health, health

        number = self.in_force
        if not number:
            return Health(0)
        read = self._read(number)
        versions = [one for one in self.versions() if one.published_at is not None]
        since = {one.number: one.published_at for one in versions if one.published_at is not None}
        had = {one.number: self._names(one.number) for one in versions[-VERSIONS_BACK:]}
        times = self._timed(read) if timed else {}
        if timed:
            self._times = number, times
        return health(number, read.rule_set, self.counts(), had, since, self._now(), times)

    def budgets(self, promotion: str = "") -> list[Budget]:
        """How far promotions are used up by standing orders, and what is left, by the version in force.

        With `promotion` only that one. Raises DeskStopped.
        """
        taken: list[Taken] = self._read_between(self._stands.book.takings.rows)
        table = self._read(self.in_force).promotions if self.in_force else ()
        return budgets(table, taken, promotion)

    def counts(self) -> list[RuleCount]:
        """How often rules fired, by version and name."""
        return list(self._stands.book.rule_counts.rows())

    def times(self) -> Mapping[str, tuple[float, float]]:
        """Mean and worst seconds of the rules in force, as they were timed last; empty where nobody asked yet."""
        number, times = self._times
        return times if number == self.in_force else {}

    def names(self) -> frozenset[str]:
        """The names of the rules in force."""
        return self._names(self.in_force) if self.in_force else frozenset()

    def _names(self, number: int) -> frozenset[str]:
        """The names of the rules of a version that was published: it doesn't change any more."""
        if number not in self._known_names:
            self._known_names[number] = frozenset(rule.name for rule in self._read(number).rule_set.rules)
        return self._known_names[number]

    def _timed(self, read: ReadVersion) -> dict[str, tuple[float, float]]:
        from rulebase.engine.chain import Engine
        from rulebase.engine.decision import Stage
        from rulebase.engine.facts import Facts
        from rulebase.engine.timing import timed

        rows = [row for row in self._store.decisions(0, TIMED_MAX, latest=True) if row[1] == self.in_force]
        stages = [record_from(0, rules, content).stages[-1] for _, rules, content in rows]
        facts = [Facts(stage.order, stage.lines) for stage in stages]
        return timed(Engine(read.rule_set, self.zone, Stage.APPROVE), facts, self._stands.clock.monotonic)

    def _record(self, order_id: str, version: int) -> tuple[DecisionRecord, Promise]:
        if self._stands.book.find(order_id) is None:
            raise NotFound("order", order_id)
        found = self._store.decision(order_id, version)
        promise = None if found is None else self._store.promise_at(order_id, found[0])
        if found is None or promise is None:
            raise NotFound("decision by rules on the order", order_id)
        made, _, rules, content = found
        return record_from(made, rules, content), promise

    def _read(self, number: int) -> ReadVersion:
        from promising.rule_texts import read_version

        return read_version(self.files(number))

    def _today(self, promise: Promise, engine: Engine) -> Facts | None:
        """The facts that an engine reads of an order, as they are today."""
        return self._all_today([promise], engine.order.keys, engine.line.keys)[0]

    def _now(self) -> datetime:
        """The plant's time, or the machine's while the plant has none."""
        clock = self._stands.plant_clock
        return from_unix(clock.now_s() if clock.ready else int(self._stands.clock.unix()))
