"""Changes of an order that stands: each recorded as an event, with a receipt of what it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain.checks import from_unix
from domain.errors import InvalidInput, NotFound, StaleEtag, WrongState
from domain.orders import Order
from domain.plant import Plant
from domain.promises import (
    EventKind,
    LinePromise,
    Promise,
    PromiseState,
    Receipt,
    receipt_of,
)
from domain.values import replace
from promising.amendments import Amendments, check_open
from promising.batch import Batch
from promising.deliveries import expected_of
from promising.documents import receipt_to_json
from promising.duplicates import Duplicates
from promising.exposure import Exposure
from promising.granting import Granting
from promising.holds import Holds
from promising.in_room import InRoom, taken
from promising.jobs import ChangeJob
from promising.ports import Admission, Placed, Verdict
from promising.quotas import Quotas, told
from promising.quote_ids import limits_of
from promising.receipts import Made, declined, in_short
from promising.requests import (
    FINAL,
    Accept,
    Amend,
    Cancel,
    ChangeAsk,
    Changed,
    Confirm,
    ForceDate,
    HandOver,
    Reject,
    Release,
    SettleReview,
    Split,
    order_state,
)
from promising.reviewing import Reviewing, check_held, check_may_decide
from promising.ruled import Ruled
from scheduler.planner import Decision, Effort, Planner

NOT_ADMITTED = "not_admitted"
"""Why a change is declined where the rules gave no reason."""


class OrderChanges:
    """Decides changes of standing orders into a batch."""

    def __init__(
        self, plant: Plant, plan: Planner, duplicates: Duplicates, exposure: Exposure, holds: Holds,
        ruled: Ruled, check: Callable[[Order, Plant], None], granting: Granting, hold_most: timedelta,
        quotas: Quotas,
    ) -> None:  # fmt: skip
        """`check` raises InvalidInput for orders that the plant can't mean."""
        self.plant = plant
        self._plan = plan
        self._duplicates = duplicates
        self._exposure = exposure
        self._holds = holds
        self._ruled = ruled
        self._check = check
        self._granting = granting
        self._quotas = quotas
        self._in_room = InRoom(quotas, plan, plant)
        self._amendments = Amendments(plan)
        self._reviewing = reviewing = Reviewing(plan, hold_most)
        self._kinds: dict[type, Callable[[Any, ChangeAsk, Promise, Batch, int, Effort], Made]] = {
            Cancel: self._cancel,
            Confirm: self._confirm,
            Release: self._release,
            Amend: self._amend,
            Split: self._split,
            ForceDate: self._force,
            Reject: reviewing.reject,
            HandOver: self._hand_over,
            SettleReview: reviewing.settle,
        }

    def decide(self, job: ChangeJob, batch: Batch, now_s: int, effort: Effort) -> bool:
        """Answer one request; True when the plan was changed by it.

        Raises
        ------
        NotFound, StaleEtag, WrongState, InvalidInput, ReviewerNeeded, RequestIdReused
        """
        ask = job.ask
        known = batch.first_answer(job)
        if known is not None:
            batch.answer(job, known)
            return False
        standing = self.standing(ask, batch)
        made = self._kinds[type(ask.change)](ask.change, ask, standing, batch, now_s, effort)
        if not isinstance(ask.change, ForceDate):
            made = self._within_quotas(made, standing, batch.now)
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
        self.commit(job, batch, standing, made, now_s)
        return True

    def _within_quotas(self, made: Made, standing: Promise, now: datetime) -> Made:
        """A change, or declined where it takes more of a quota than is left; a planner's own date isn't asked."""
        exceeded = () if made.declined is not None else self._quotas.exceeded(made.promise, now, standing)
        if not exceeded:
            return made
        if made.step is not None:
            self._plan.undo(made.step)
        room = self._quotas.room(made.promise, now, standing)
        return Made(standing, made.kind, declined=Receipt(False, (), "; ".join(told(exceeded, room))))

    def standing(self, ask: ChangeAsk, batch: Batch) -> Promise:
        """The order that is to be changed. Raises NotFound, StaleEtag."""
        standing = batch.standing(ask.order_id)
        if standing is None:
            raise NotFound("order", ask.order_id)
        if ask.etag and ask.etag != standing.etag:
            raise StaleEtag(ask.order_id, ask.etag, standing.etag)
        return standing

    def commit(self, job: ChangeJob, batch: Batch, standing: Promise, made: Made, now_s: int) -> None:
        """Make the change part of the plan and of the batch."""
        promise, receipt = self._record(job.ask, batch, standing, made, now_s)
        batch.remember(job.key, job.digest, promise, receipt_to_json(receipt))
        batch.answer(job, Changed(promise, receipt))

    def decided(self, ask: ChangeAsk, batch: Batch, now_s: int, effort: Effort) -> Receipt:
        """Make a change that is part of something else; the caller is answered, and told again, by that.

        A receipt that is not `made` has changed nothing. Raises as `decide`.
        """
        self._plan.keep_for_others(self._quotas.kept(batch.now))
        standing = self.standing(ask, batch)
        made = self._kinds[type(ask.change)](ask.change, ask, standing, batch, now_s, effort)
        made = self._within_quotas(made, standing, batch.now)
        if made.declined is not None:
            return made.declined
        return self._record(ask, batch, standing, made, now_s)[1]

    def _record(
        self, ask: ChangeAsk, batch: Batch, standing: Promise, made: Made, now_s: int
    ) -> tuple[Promise, Receipt]:  # fmt: skip
        """Make a change part of the plan, and its version of the batch."""
        if made.step is None:
            self._plan.remove(ask.order_id, now_s)
        else:
            self._plan.keep(made.step)
        promise = replace(made.promise, version=standing.version + 1, plan_version=self._plan.version)
        receipt = replace(receipt_of(standing, promise), issued=made.issued)
        trace = self._ruled.trace(ask.order_id) if isinstance(ask.change, Amend) else None
        told = in_short(receipt)
        batch.record(promise, made.kind, ask.caller, ask.reason, told, trace=trace)
        self._exposure.put(promise)
        if standing.hold != promise.hold:
            self.hold(promise, batch)
        if order_state(promise) in FINAL or promise.order != standing.order:
            self._duplicates.discard(standing.order)
        if order_state(promise) not in FINAL and promise.order != standing.order:
            self._duplicates.add(promise.order)
        return promise, receipt

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
            promise = left(standing, PromiseState.EXPIRED)
            promise = replace(promise, version=standing.version + 1, plan_version=self._plan.version)
            at = from_unix(expire_s)
            batch.record(promise, EventKind.EXPIRED, "desk", "", "", at)
            self.hold(promise, batch)
            self._exposure.put(promise)
            self._duplicates.discard(standing.order)
        self._plan.advance(now_s)

    def _cancel(
        self, change: Cancel, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        state = order_state(standing)
        if state in FINAL:
            raise WrongState("order", ask.order_id, state, "there is nothing to take back")
        return Made(left(standing, PromiseState.CANCELLED), EventKind.CANCELLED)

    def _release(
        self, change: Release, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        check_may_decide(ask, check_held(standing))
        return Made(left(standing, PromiseState.CANCELLED), EventKind.RELEASED)

    # Changing content and dates.

    def _amend(
        self, change: Amend, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        self._check(change.order, self.plant)
        check_open(standing)
        verdict = self._ruled.admit(change.order, batch.now)
        if not _may_stand(standing, verdict):
            return _not_passed(standing, verdict)
        asked = change.order if verdict.priority is None else replace(change.order, priority=verdict.priority)

        def amended(asked: Order) -> Made:
            return self._amended(change, asked, ask, standing, batch.now, effort, verdict)

        made = amended(asked)
        if made.step is None or not self._quotas.exceeded(made.promise, batch.now, standing):
            return made

        def again(asked: Order) -> tuple[Promise, Decision | None]:
            made = amended(asked)
            return made.promise, made.step

        found = self._in_room.find(asked, made.promise, made.step, batch.now, again, standing)
        later = change.accept is Accept.LATER
        if found.promise is not None and taken(found.promise, asked, later=later):
            return replace(made, promise=found.promise, step=found.decision)
        if found.decision is not None:
            self._plan.undo(found.decision)
        offered = () if found.promise is None else found.promise.lines
        return Made(standing, made.kind, declined=declined(standing, offered, "; ".join(found.texts)))

    def _amended(
        self, change: Amend, asked: Order, ask: ChangeAsk, standing: Promise, now: datetime, effort: Effort,
        verdict: Verdict,
    ) -> Made:  # fmt: skip
        made = self._amendments.amend(change, asked, ask, standing, now, effort)
        if made.step is None:
            return made
        placed = Placed(made.step.lines, partial(self._plan.placed, made.step))
        approved = self._ruled.approve(asked, placed, now)
        if not _may_stand(standing, approved):
            self._plan.undo(made.step)
            return _not_passed(standing, approved)
        promise = self._granting.amended(made.promise, change.order, verdict, standing, now)
        derived = asked.priority if asked.priority != change.order.priority else 0
        return replace(made, promise=replace(held_anew(promise, verdict, approved), derived_priority=derived))

    def _split(
        self, change: Split, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        return self._amendments.split(change, standing, batch.now, effort)

    def _force(
        self, change: ForceDate, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        if not ask.reason:
            raise InvalidInput.one("reason", "is missing", "why the date is forced")
        return self._amendments.force(change, standing, batch.now, effort)

    def _hand_over(
        self, change: HandOver, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        return self._reviewing.hand_over(change, ask, standing, batch, now_s, effort, self.plant)

    # Confirming.

    def _confirm(
        self, change: Confirm, ask: ChangeAsk, standing: Promise, batch: Batch, now_s: int, effort: Effort
    ) -> Made:
        """Promise the earlier dates that can be had without the hold; where others took them, those of the hold."""
        hold = check_held(standing)
        check_may_decide(ask, hold)
        if hold.reasons and not ask.reason:
            why = f"is missing: the order is held for a decision ({'; '.join(hold.reasons)})"
            raise InvalidInput.one("reason", why, "why it is confirmed")
        if hold.missing:
            problem = f"{', '.join(hold.missing)} missing: amend the order with what is demanded first"
            raise WrongState("order", standing.order.id, PromiseState.HELD, problem)
        limits = limits_of(change.as_quoted, self.plant.settings.id, standing.order)
        held = [line for line in standing.lines if line.state is PromiseState.HELD]
        step, lines = self._anew(standing, held, batch.now, now_s, effort)
        if step is not None and self._quotas.exceeded(_confirmed(standing, lines), batch.now, standing):
            # An earlier date would be of another period, whose quota others have.
            self._plan.undo(step)
            step = None
        if step is None:
            step = self._plan.begin(standing.order, now_s)
            self._plan.ease(step)
            lines = [self._as_held(standing, line) for line in held]
        late = [line for line in lines if _after(line.promised_time, limits.get(line.line_no))]
        if late:
            self._plan.undo(step)
            return Made(standing, EventKind.CONFIRMED, declined=declined(standing, late))
        return Made(_confirmed(standing, lines), EventKind.CONFIRMED, step)

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
        expected = expected_of(self._plan, standing, line)
        reasons = () if standing.hold is None else standing.hold.reasons
        notes = tuple(note for note in line.notes if note not in reasons)
        made = replace(line, state=PromiseState.CONFIRMED, expected_time=expected, if_confirmed=None, notes=notes)
        if line.promised_time is not None and expected > line.promised_time:
            # A disruption took what was held for it.
            return replace(made, state=PromiseState.AT_RISK)
        return replace(made, cause=None)


def with_lines(lines: Sequence[LinePromise], changed: Sequence[LinePromise]) -> tuple[LinePromise, ...]:
    """The lines with some of them replaced, by number."""
    by_number = {line.line_no: line for line in changed}
    return tuple(by_number.get(line.line_no, line) for line in lines)


def _confirmed(standing: Promise, lines: Sequence[LinePromise]) -> Promise:
    """The order that was held, with these lines confirmed."""
    return replace(standing, lines=with_lines(standing.lines, lines), hold=None, quote_id="")


def _may_stand(standing: Promise, verdict: Verdict) -> bool:
    """Whether an order may be amended so: one that is held may be held on, a promise isn't put at stake."""
    if verdict.admission is Admission.HOLD:
        return order_state(standing) is PromiseState.HELD and standing.hold is not None
    return verdict.admission is Admission.PASS


def held_anew(promise: Promise, *verdicts: Verdict) -> Promise:
    """An amended order that is held, with what the rules say of it now."""
    hold = promise.hold
    if hold is None:
        return promise
    reasons = tuple(dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons))
    missing = tuple(dict.fromkeys(what for verdict in verdicts for what in verdict.missing))
    lines = tuple(
        replace(line, notes=(*(note for note in line.notes if note not in hold.reasons), *reasons))
        if line.state is PromiseState.HELD
        else line
        for line in promise.lines
    )
    return replace(promise, lines=lines, hold=replace(hold, reasons=reasons, missing=missing))


def _not_passed(standing: Promise, verdict: Verdict) -> Made:
    """Declined, also where the rules would hold it: that would put the old promise at stake."""
    refusal = "; ".join(verdict.reasons) or NOT_ADMITTED
    return Made(standing, EventKind.AMENDED, declined=Receipt(False, (), refusal))


def _after(promised: datetime | None, limit: datetime | None) -> bool:
    return promised is not None and limit is not None and promised > limit


def left(standing: Promise, state: PromiseState) -> Promise:
    """The order with all that stood of it in a final state."""
    lines = tuple(line if line.state in FINAL else replace(line, state=state) for line in standing.lines)
    return replace(standing, lines=lines, hold=None, quote_id="")
