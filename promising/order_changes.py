"""Changes of an order that stands: each recorded as an event, with a receipt of what it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.checks import from_unix
from domain.errors import InvalidInput, NotFound, StaleEtag, WrongState
from domain.plant import Plant
from domain.promises import (
    EventKind,
    Hold,
    LineChange,
    LinePromise,
    LineState,
    Promise,
    PromiseState,
    Receipt,
    receipt_of,
)
from promising.batch import Batch
from promising.documents import promise_to_json, receipt_to_json
from promising.duplicates import Duplicates
from promising.holds import Holds
from promising.jobs import ChangeJob
from promising.quote_ids import limits_of
from promising.requests import FINAL, Cancel, ChangeAsk, Changed, Confirm, Release, order_state
from scheduler.planner import Decision, Effort, Planner

LATER = "later_than_latest"


@dataclass(frozen=True, slots=True)
class Made:
    """A change as decided: the order after it, and the step of the plan, to be kept or undone.

    Without a step the whole order leaves the plan. Where `declined` is given, nothing may change.
    """

    promise: Promise
    kind: EventKind
    step: Decision | None = None
    declined: Receipt | None = None


class OrderChanges:
    """Decides changes of standing orders into a batch."""

    def __init__(self, plant: Plant, plan: Planner, duplicates: Duplicates, holds: Holds) -> None:
        self._plant = plant
        self._plan = plan
        self._duplicates = duplicates
        self._holds = holds
        self._kinds: dict[type, Callable[[Any, ChangeAsk, Promise, Batch, int, Effort], Made]] = {
            Cancel: self._cancel,
            Confirm: self._confirm,
            Release: self._release,
        }

    def decide(self, job: ChangeJob, batch: Batch, now_s: int, effort: Effort) -> bool:
        """Answer one request; True when the plan was changed by it.

        Raises
        ------
        NotFound, StaleEtag, WrongState, InvalidInput, RequestIdReused
        """
        ask = job.ask
        known = batch.first_answer(job)
        if known is not None:
            batch.answer(job, known)
            return False
        standing = batch.standing(ask.order_id)
        if standing is None:
            raise NotFound("order", ask.order_id)
        if ask.etag and ask.etag != standing.etag:
            raise StaleEtag(ask.order_id, ask.etag, standing.etag)
        made = self._kinds[type(ask.change)](ask.change, ask, standing, batch, now_s, effort)
        if made.declined is not None:
            if job.stored:
                batch.remember(job.key, job.digest, standing, receipt_to_json(made.declined))
            batch.answer(job, Changed(standing, made.declined))
            return False
        if not job.stored:
            if made.step is not None:
                self._plan.undo(made.step)
            batch.answer(job, Changed(made.promise, receipt_of(standing, made.promise)))
            return False
        self._commit(job, batch, standing, made, now_s)
        return True

    def _commit(self, job: ChangeJob, batch: Batch, standing: Promise, made: Made, now_s: int) -> None:
        """Make the change part of the plan and of the batch."""
        ask = job.ask
        if made.step is None:
            self._plan.remove(ask.order_id, now_s)
        else:
            self._plan.keep(made.step)
        promise = replace(made.promise, version=standing.version + 1, plan_version=self._plan.version)
        receipt = receipt_of(standing, promise)
        batch.record(promise, promise_to_json(promise), made.kind, ask.caller, ask.reason, in_short(receipt))
        batch.remember(job.key, job.digest, promise, receipt_to_json(receipt))
        batch.answer(job, Changed(promise, receipt))
        if standing.hold != promise.hold:
            self.hold(promise, batch)
        if order_state(promise) in FINAL:
            self._duplicates.discard(standing.order)

    def hold(self, promise: Promise, batch: Batch) -> None:
        """Note until when an order is held, or that it no longer is."""
        expire_s = None if promise.hold is None else int(promise.hold.expires_at.timestamp())
        self._holds.set(promise.order.id, expire_s)
        batch.writing.holds.append((promise.order.id, expire_s))

    # Leaving.

    def expire(self, batch: Batch, now_s: int) -> None:
        """Let the plan follow the clock to `now_s`, and take holds out where they run out on the way."""
        for expire_s, order_id in self._holds.due(now_s):
            self._plan.advance(expire_s)
            standing = batch.standing(order_id)
            assert standing is not None
            self._plan.remove(order_id, expire_s)
            promise = _left(standing, PromiseState.EXPIRED)
            promise = replace(promise, version=standing.version + 1, plan_version=self._plan.version)
            at = from_unix(expire_s)
            batch.record(promise, promise_to_json(promise), EventKind.EXPIRED, "desk", "", "", at)
            self.hold(promise, batch)
            self._duplicates.discard(standing.order)
        self._plan.advance(now_s)

    def _cancel(
        self, change: Cancel, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        state = order_state(standing)
        if state in FINAL:
            raise WrongState("order", ask.order_id, state, "there is nothing to take back")
        return Made(_left(standing, PromiseState.CANCELLED), EventKind.CANCELLED)

    def _release(
        self, change: Release, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        _check_held(standing)
        return Made(_left(standing, PromiseState.CANCELLED), EventKind.RELEASED)

    # Confirming.

    def _confirm(
        self, change: Confirm, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        """Promise the earlier dates that can be had without the hold; where others took them, those of the hold."""
        hold = _check_held(standing)
        if hold.reasons and not ask.reason:
            why = f"is missing: the order is held for a decision ({'; '.join(hold.reasons)})"
            raise InvalidInput.one("reason", why, "why it is confirmed")
        limits = limits_of(change.as_quoted, self._plant.settings.id, standing.order)
        held = [line for line in standing.lines if line.state is PromiseState.HELD]
        step, lines = self._anew(standing, held, batch.now, now_s, effort)
        if step is None:
            step = self._plan.begin(standing.order, now_s)
            self._plan.ease(step)
            lines = [self._as_held(standing, line) for line in held]
        late = [line for line in lines if _after(line.promised_time, limits.get(line.line_no))]
        if late:
            self._plan.undo(step)
            return Made(standing, EventKind.CONFIRMED, declined=declined(standing, late))
        promise = replace(standing, lines=with_lines(standing.lines, lines), hold=None, quote_id="")
        return Made(promise, EventKind.CONFIRMED, step)

    def _anew(
        self, standing: Promise, held: Sequence[LinePromise], now: datetime, now_s: int, effort: Effort
    ) -> tuple[Decision | None, list[LinePromise]]:
        """Place what is held as if it came now; nothing when a line would be promised later than it is held for."""
        numbers = {line.line_no: line for line in held}
        step = self._plan.begin(standing.order, now_s)
        self._plan.take_out(step, numbers)
        asked = [line for line in standing.order.lines if line.line_no in numbers]
        lines = self._plan.place(step, asked, effort=effort)
        if any(
            line.state is PromiseState.REFUSED or _after(line.promised_time, numbers[line.line_no].promised_time)
            for line in lines
        ):
            self._plan.undo(step)
            return None, []
        return step, [replace(line, decided_at=now) for line in lines]

    def _as_held(self, standing: Promise, line: LinePromise) -> LinePromise:
        expected = from_unix(self._plan.expected(standing.order.id, line.line_no))
        reasons = () if standing.hold is None else standing.hold.reasons
        notes = tuple(note for note in line.notes if note not in reasons)
        return replace(line, state=PromiseState.CONFIRMED, expected_time=expected, if_confirmed=None, notes=notes)


def declined(standing: Promise, offered: Sequence[LinePromise], refusal: str = LATER) -> Receipt:
    """The receipt of a change that was not made, with what could be had."""
    stood = {line.line_no: LineState(line.quantity, line.promised_time, line.state) for line in standing.lines}
    lines = tuple(
        LineChange(
            line.line_no, stood.get(line.line_no), stood.get(line.line_no), line.refusal or refusal,
            line.promised_time or line.earliest_time,
        )
        for line in offered
    )  # fmt: skip
    return Receipt(False, lines, refusal)


def in_short(receipt: Receipt) -> str:
    """A receipt as a text for the log: `1: 240>300, 2026-03-04T00:00:00+00:00>2026-03-05T00:00:00+00:00`."""
    return "; ".join(f"{each.line_no}: {_in_short(each)}" for each in receipt.lines)


def _in_short(change: LineChange) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return "new" if before is None else "gone"
    pairs = (
        (str(before.quantity), str(after.quantity)),
        (_time(before.promised_time), _time(after.promised_time)),
        (before.state.value, after.state.value),
    )
    return ", ".join(f"{old}>{new}" for old, new in pairs if old != new)


def _time(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def with_lines(lines: Sequence[LinePromise], changed: Sequence[LinePromise]) -> tuple[LinePromise, ...]:
    """The lines with some of them replaced, by number."""
    by_number = {line.line_no: line for line in changed}
    return tuple(by_number.get(line.line_no, line) for line in lines)


def _check_held(standing: Promise) -> Hold:
    state = order_state(standing)
    if state is not PromiseState.HELD or standing.hold is None:
        raise WrongState("order", standing.order.id, state, "only an order that is held can be confirmed or released")
    return standing.hold


def _after(promised: datetime | None, limit: datetime | None) -> bool:
    return promised is not None and limit is not None and promised > limit


def _left(standing: Promise, state: PromiseState) -> Promise:
    """The order with all that stood of it in a final state."""
    lines = tuple(line if line.state in FINAL else replace(line, state=state) for line in standing.lines)
    return replace(standing, lines=lines, hold=None, quote_id="")
