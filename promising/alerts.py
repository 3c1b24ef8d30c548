"""Alerts as they open, change and close: worked out on a copy of the plan, told once for each change."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from threading import Condition, Lock

from msgspec import Struct

from domain.alerts import CALM, Alert, AlertChange, AlertLevel, level_of
from domain.checks import from_unix
from domain.promises import LinePromise, Promise, Tier
from domain.values import replace
from promising.alert_causes import Down, causes_of, downtimes_of
from promising.batch import Batch
from promising.book import Book
from promising.risks import Line, Risks
from scheduler.planner import Planner

CHANGES_KEPT = 10_000
"""Changes that a watcher may be behind before it is told all alerts anew."""


class Watched(Struct, frozen=True):
    """A change of an alert; `sequence` rises from 1 since the desk started."""

    sequence: int
    change: AlertChange
    alert: Alert


class Look(Struct, frozen=True):
    """A copy of what stands, to look for alerts in."""

    plan: Planner
    book: Book
    now: datetime


def found_in(look: Look, known: Mapping[Line, Alert]) -> dict[Line, Alert]:
    """All alerts of a plan; `known` are those that stood before, of which times and levels go on."""
    plan = look.plan
    risks = Risks(plan, Batch(look.book, look.now, 0))
    orders = list(plan.order_ids)
    expected = risks.expected(orders)
    down = downtimes_of(plan.plant)
    found: dict[Line, Alert] = {}
    for promise, line in risks.planned(orders):
        name = promise.order.id, line.line_no
        assert line.promised_time is not None
        if expected[name] <= look.now:
            # Done, as far as anybody has said.
            continue
        was = known.get(name)
        slack = line.promised_time - _least(plan, line, promise, expected[name])
        level = level_of(expected[name] > line.promised_time, slack, None if was is None else was.level)
        if level is not None:
            found[name] = _alert(look, down, promise, line, level, expected[name], slack, was)
    return found


def _least(plan: Planner, line: LinePromise, promise: Promise, expected: datetime) -> datetime:
    """When a line could be there if nothing were in its way; what nothing is made for comes as expected."""
    if line.tier is Tier.STOCK:
        return expected
    packed_s = plan.least_expected(promise.order.id, line.line_no)
    return min(expected, from_unix(plan.delivered(line.carrier_id, line.region, packed_s)))


def _alert(
    look: Look, down: Down, promise: Promise, line: LinePromise, level: AlertLevel, expected: datetime,
    slack: timedelta, was: Alert | None,
) -> Alert:  # fmt: skip
    assert line.promised_time is not None
    return Alert(
        promise.order.id, line.line_no, line.item_id, promise.order.customer_id, promise.order.priority, level,
        line.promised_time, expected, slack, causes_of(look.plan, down, promise, line),
        "" if line.cause is None else line.cause.disruption_id, look.now if was is None else was.opened, look.now,
    )  # fmt: skip


def _same(told: Alert, now: Alert) -> bool:
    """Whether there is nothing to tell beside what was told last.

    That is so at the same level, promise and disruption while its first cause was among those told, and if it is late,
    its expected time is no more than an hour off.
    """
    if (told.level, told.promised, told.disruption_id) != (now.level, now.promised, now.disruption_id):
        return False
    named = {(cause.kind, cause.subject) for cause in told.causes}
    if bool(named) != bool(now.causes) or (now.causes and (now.causes[0].kind, now.causes[0].subject) not in named):
        return False
    return now.level is not AlertLevel.LATE or abs(now.expected - told.expected) <= CALM


class Alerts:
    """The alerts that stand, and their changes; for any thread."""

    def __init__(self) -> None:
        self.standing: dict[Line, Alert] = {}
        self.sequence = 0
        self.looked_at: tuple[int, datetime] | None = None
        """Plan version and plant time of the last look."""
        self.looking = Lock()
        self.unsaved: dict[Line, Alert | None] = {}
        """What the store doesn't have yet: alerts as they stand, or None for those that closed."""
        self._told: dict[Line, Alert] = {}
        """Each as it was told last."""
        self._loaded = False
        self._changes: deque[Watched] = deque(maxlen=CHANGES_KEPT)
        self._happened = Condition()

    def load(self, stored: Callable[[], Iterable[Alert]]) -> None:
        """Go on from those that stood before a restart; the first time only."""
        if not self._loaded:
            self.standing = {alert.name: alert for alert in stored()}
            self._told = dict(self.standing)
            self._loaded = True

    def to_save(self) -> dict[Line, Alert | None]:
        """What is to be written now."""
        with self._happened:
            return dict(self.unsaved)

    def saved(self, written: Mapping[Line, Alert | None]) -> None:
        """Note that this was written; what changed since was not."""
        with self._happened:
            for name, alert in written.items():
                if name in self.unsaved and self.unsaved[name] is alert:
                    del self.unsaved[name]

    def update(self, found: Mapping[Line, Alert]) -> list[Watched]:
        """Take over what a look found; what changed by it."""
        made: list[tuple[AlertChange, Alert]] = []
        standing: dict[Line, Alert] = {}
        for name, alert in found.items():
            was = self.standing.get(name)
            if was is None:
                made.append((AlertChange.OPENED, alert))
            elif _same(self._told[name], alert):
                alert = replace(alert, changed=was.changed)
            else:
                made.append((AlertChange.CHANGED, alert))
            standing[name] = alert
        made += [(AlertChange.CLOSED, alert) for name, alert in self.standing.items() if name not in found]
        with self._happened:
            self.standing = standing
            told = [Watched(self.sequence + n, change, alert) for n, (change, alert) in enumerate(made, 1)]
            self.sequence += len(told)
            self._told = {name: self._told.get(name, alert) for name, alert in standing.items()}
            self._told |= {alert.name: alert for change, alert in made if change is not AlertChange.CLOSED}
            for change, alert in made:
                self.unsaved[alert.name] = None if change is AlertChange.CLOSED else alert
            self._changes.extend(told)
            self._happened.notify_all()
        return told

    def all(self) -> tuple[int, list[Alert]]:
        """The sequence of the last change, and all alerts: the least time in hand first."""
        with self._happened:
            found = list(self.standing.values())
            sequence = self.sequence
        order = tuple(AlertLevel)
        return sequence, sorted(found, key=lambda one: (order.index(one.level), one.priority, one.slack, one.name))

    def since(self, after: int, timeout: float) -> list[Watched] | None:
        """Changes above `after`, waited for up to `timeout` seconds; None where some are no longer known."""
        with self._happened:
            self._happened.wait_for(lambda: self.sequence > after, timeout)
            if self.sequence - after > len(self._changes):
                return None
            return [change for change in self._changes if change.sequence > after]

    def counts(self) -> dict[str, int]:
        """How many alerts stand at each level."""
        found = Counter(alert.level for alert in list(self.standing.values()))
        return {level.value: found[level] for level in AlertLevel}
