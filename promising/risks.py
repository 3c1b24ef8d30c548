"""Promises and planned ends: which hold, which are at risk and why, and which hold again."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from domain.checks import from_unix, to_unix_down
from domain.promises import Cause, EventKind, LinePromise, Promise, PromiseState, Reservation, Tier
from domain.values import replace
from promising.amendments import FORCED
from promising.batch import Batch
from promising.deliveries import expected_of
from promising.disruption_requests import LineAtRisk
from promising.requests import FINAL, is_at_risk
from scheduler.planner import Decision, Planner
from scheduler.planning.core import INF
from scheduler.planning.stakes import Repair, Stake

Line = tuple[str, int]
"""Order id and line number."""


def at_risk_line(promise: Promise, line: LinePromise, before: datetime | None = None) -> LineAtRisk:
    """A line as it is told to those who look after what is at risk."""
    assert line.promised_time is not None
    assert line.expected_time is not None
    return LineAtRisk(
        promise.order.id, line.line_no, line.item_id, line.quantity, promise.order.customer_id,
        promise.order.priority, line.state, line.promised_time, line.expected_time, before, line.cause,
    )  # fmt: skip


class Orders(Protocol):
    """Where orders stand, such as a batch."""

    def standing(self, order_id: str) -> Promise | None:
        """The order as it stands."""


class Risks:
    """Compares what was promised with what a plan expects, over the orders as they stand after a batch."""

    def __init__(self, plan: Planner, batch: Orders) -> None:
        self._plan = plan
        self._batch = batch

    def planned(self, order_ids: Iterable[str]) -> Iterator[tuple[Promise, LinePromise]]:
        """Lines that are promised, or held."""
        for order_id in order_ids:
            promise = self._batch.standing(order_id)
            for line in () if promise is None else promise.lines:
                if line.state not in FINAL and line.promised_time is not None:
                    assert promise is not None
                    yield promise, line

    def expected(self, order_ids: Iterable[str]) -> dict[Line, datetime]:
        """When each line is expected by the plan as it is now."""
        return {
            (promise.order.id, line.line_no): expected_of(self._plan, promise, line)
            for promise, line in self.planned(order_ids)
        }

    def stakes(self, order_ids: Iterable[str]) -> dict[Line, Stake]:
        """Until when each line may be there with its promise kept, and its order's priority."""
        found = {}
        for promise, line in self.planned(order_ids):
            assert line.promised_time is not None
            name, by_s = (promise.order.id, line.line_no), to_unix_down(line.promised_time)
            if line.tier is Tier.STOCK and not self._plan.holds(*name):
                # All of it has left, and the order is not closed yet.
                continue
            until_s = self._plan.until(*name, by_s, line.carrier_id, line.region)
            found[name] = Stake(until_s, promise.order.priority)
        return found

    def reckon(
        self, expected: Mapping[Line, datetime], disruption_id: str = "", subjects: Container[str] = ()
    ) -> list[tuple[Promise, Promise]]:
        """Orders before and after what the plan now says of their lines, where that must be told; binds them to it.

        A line is told that is late newly, or at another time than it was told to be, or in time again. `disruption_id`
        and the resources and moulds that it met are the cause of what is later than before.
        """
        found: list[tuple[Promise, Promise]] = []
        by_order: dict[str, list[int]] = {}
        for order_id, line_no in expected:
            by_order.setdefault(order_id, []).append(line_no)
        for order_id, numbers in by_order.items():
            standing = self._batch.standing(order_id)
            assert standing is not None
            lines = tuple(
                self._reckoned(standing, line, expected[order_id, line.line_no], disruption_id, subjects)
                if line.line_no in numbers
                else line
                for line in standing.lines
            )
            if lines != standing.lines:
                found.append((standing, replace(standing, lines=lines)))
        return found

    def _reckoned(
        self, order: Promise, line: LinePromise, expected: datetime, disruption_id: str, subjects: Container[str]
    ) -> LinePromise:
        promised = line.promised_time
        assert promised is not None
        risky = is_at_risk(line)
        if expected <= promised:
            if not risky:
                return line
            notes = tuple(note for note in line.notes if note != FORCED)
            made = replace(line, state=_calm(line), expected_time=expected, notes=notes, cause=None)
        elif risky and expected == line.expected_time:
            return line
        else:
            later = line.expected_time is None or expected > line.expected_time or not risky
            cause = self._cause(order, line, disruption_id, subjects) if later and disruption_id else line.cause
            made = replace(line, state=_worried(line), expected_time=expected, cause=cause)
        return made if line.tier is Tier.STOCK else replace(made, deadline=self._bound(order, line, promised))

    def _bound(self, order: Promise, line: LinePromise, promised: datetime) -> datetime:
        """Bind a line where it stands now: to its promise, or to its end where that is later."""
        # Not begun as a change that can be undone, which costs a copy of the plan: what fails is read from the store.
        step = Decision(order.order, self._plan.now_s, ())
        deadline_s = self._plan.bind(step, line.line_no, to_unix_down(promised), line.carrier_id, line.region)
        self._plan.keep(step)
        return from_unix(deadline_s)

    def _cause(self, order: Promise, line: LinePromise, disruption_id: str, subjects: Container[str]) -> Cause:
        now = from_unix(self._plan.now_s)
        left = [row for row in self._plan.reservations(order.order.id) if row.line_no == line.line_no and row.end > now]
        first = next((row for row in left if _place(row, subjects)), None)
        if first is not None:
            return Cause(disruption_id, first.operation_id, _place(first, subjects))
        return Cause(disruption_id, left[0].operation_id, left[0].resource_id) if left else Cause(disruption_id)


def record(
    batch: Batch, changed: Iterable[tuple[Promise, Promise]], plan_version: int, actor: str, reason: str
) -> list[Promise]:
    """Put new versions of orders into a batch, each with its event; the orders as recorded."""
    made = []
    for before, after in changed:
        promise = replace(after, version=before.version + 1, plan_version=plan_version)
        kind, detail = _in_short(before, after)
        batch.record(promise, kind, actor, reason, detail)
        made.append(promise)
    return made


def _in_short(before: Promise, after: Promise) -> tuple[EventKind, str]:
    """What kind of event it is, and the lines as a text: `1: confirmed>at_risk, <expected>><expected> (D-1)`."""
    kind, said = EventKind.RECOVERED, []
    for old, new in zip(before.lines, after.lines, strict=True):
        if old == new:
            continue
        if _worse(old, new):
            kind = EventKind.AT_RISK
        parts = [] if old.state is new.state else [f"{old.state}>{new.state}"]
        parts.append(">".join("" if at is None else at.isoformat() for at in (old.expected_time, new.expected_time)))
        cause = "" if new.cause is None else f" ({new.cause.disruption_id})"
        said.append(f"{new.line_no}: {', '.join(parts)}{cause}")
    return kind, "; ".join(said)


def _worse(old: LinePromise, new: LinePromise) -> bool:
    """The line is late, and was not, or not by so much."""
    assert new.expected_time is not None
    assert new.promised_time is not None
    if new.expected_time <= new.promised_time:
        return False
    return not is_at_risk(old) or old.expected_time is None or new.expected_time > old.expected_time


def _worried(line: LinePromise) -> PromiseState:
    """A hold stays a hold: nobody was promised anything yet."""
    return PromiseState.HELD if line.state is PromiseState.HELD else PromiseState.AT_RISK


def _calm(line: LinePromise) -> PromiseState:
    return PromiseState.HELD if line.state is PromiseState.HELD else PromiseState.CONFIRMED


def _place(row: Reservation, subjects: Container[str]) -> str:
    """Which of the subjects an operation needs."""
    names = (row.resource_id, row.mould_id, row.crew_id, row.setter_id)
    return next((name for name in names if name and name in subjects), "")


def without_place(plan: Planner, done: Repair) -> list[str]:
    """What a repair found no place for within the plant's horizon, one a line."""
    lost = [
        f"{slip.order_id} line {slip.line_no}: has no place within the plant's horizon"
        for slip in done.slips
        if slip.end_s is None or slip.end_s >= INF
    ]
    if not lost and plan.last_end_s >= INF:
        lost = ["work that has begun would not end within the plant's horizon"]
    return lost


def newly_at_risk(old: Promise, new: Promise, before: Mapping[Line, datetime]) -> Iterator[LineAtRisk]:
    """Lines that are at risk and were not, or not by so much."""
    for was, line in zip(old.lines, new.lines, strict=True):
        if was != line and is_at_risk(line):
            assert line.expected_time is not None
            if not is_at_risk(was) or was.expected_time is None or line.expected_time > was.expected_time:
                yield at_risk_line(new, line, before.get((new.order.id, line.line_no)))


def recovered(old: Promise, new: Promise) -> Iterator[Line]:
    """Lines that were at risk and are no longer."""
    for was, line in zip(old.lines, new.lines, strict=True):
        if is_at_risk(was) and not is_at_risk(line):
            yield new.order.id, line.line_no
