"""Deciding one request after the other on the plan."""

from __future__ import annotations

from dataclasses import replace

from domain.checks import from_unix
from domain.errors import (
    AlreadyExists,
    DeadlineExpired,
    InvalidInput,
    JiaoqiError,
    NotFound,
    RequestIdReused,
    StaleEtag,
    Violation,
    WrongState,
)
from domain.orders import Order
from domain.plant import Plant
from domain.promises import EventKind, LinePromise, Outcome, Promise, PromiseState
from promising.batch import Batch
from promising.documents import promise_to_json
from promising.duplicates import Duplicates
from promising.jobs import AskJob, CancelJob
from promising.ports import Admission, Admit, Clock, DeskMetrics, Verdict
from promising.requests import Accept, Ask, order_state
from scheduler.planner import Decision, Effort, Planner

_GONE = frozenset({PromiseState.CANCELLED, PromiseState.EXPIRED})
FINAL = frozenset({PromiseState.CANCELLED, PromiseState.EXPIRED, PromiseState.REFUSED})


def check_order(order: Order, plant: Plant) -> None:
    """Raise InvalidInput for items that the plant doesn't know, and for customers if it knows any."""
    violations = [
        Violation(f"lines[{index}].item_id", f"no item {line.item_id!r}", "the id of an item of the plant")
        for index, line in enumerate(order.lines)
        if line.item_id not in plant.item_by_id
    ]
    if plant.customers and order.customer_id not in plant.customer_by_id:
        violations.append(
            Violation("customer_id", f"no customer {order.customer_id!r}", "the id of a customer of the plant")
        )
    if violations:
        raise InvalidInput(violations)


class Decisions:
    """Answers requests into a batch; the plan stands as if all answers so far were committed."""

    def __init__(
        self,
        plant: Plant,
        plan: Planner,
        duplicates: Duplicates,
        admit: Admit,
        metrics: DeskMetrics,
        clock: Clock,
    ) -> None:
        self.plant = plant
        self.plan = plan
        self._duplicates = duplicates
        self._admit = admit
        self._metrics = metrics
        self._clock = clock

    def decide(self, job: AskJob | CancelJob, batch: Batch, now_s: int, effort: Effort) -> bool:
        """Answer or fail one request; True when the plan was changed by it."""
        try:
            if job.deadline is not None and self._clock.monotonic() > job.deadline:
                self._metrics.expired()
                raise DeadlineExpired
            if isinstance(job, CancelJob):
                return self._cancel(job, batch, now_s)
            if job.plant is not self.plant:
                check_order(job.ask.order, self.plant)
            if job.stored:
                return self._promise(job, batch, now_s, effort)
            if job.validating:
                self._check_only(job, batch)
            batch.answer(job, self._quote(job, batch, now_s, effort))
        except JiaoqiError as error:
            batch.fail(job, error)
        return False

    # Promises.

    def _promise(self, job: AskJob, batch: Batch, now_s: int, effort: Effort) -> bool:
        ask = job.ask
        known = self._remembered(job, batch)
        if known is not None:
            batch.answer(job, known)
            return False
        standing = self._standing(ask.order, batch)
        if standing is not None and order_state(standing) is not PromiseState.REFUSED:
            batch.remember(job.key, job.digest, standing)
            batch.answer(job, standing)
            return False
        verdict = self._admit.admit(ask.order, batch.now)
        version = 1 if standing is None else standing.version + 1
        if verdict.admission is Admission.REFUSE:
            promise, changed = self._turned_away(job, batch, verdict, version), False
        else:
            promise, changed = self._place(job, batch, now_s, effort, verdict, version)
        kind = EventKind.REFUSED if promise.refused else EventKind.PROMISED
        reason = "; ".join(line.refusal for line in promise.lines if line.refusal)
        detail = ",".join(line.outcome for line in promise.lines)
        text = promise_to_json(promise, job.document)
        batch.record(promise, text, kind, ask.caller, reason, detail)
        batch.remember(job.key, job.digest, promise)
        batch.answer(job, promise)
        if not promise.refused:
            self._duplicates.add(ask.order)
        return changed

    def _place(
        self, job: AskJob, batch: Batch, now_s: int, effort: Effort, verdict: Verdict, version: int
    ) -> tuple[Promise, bool]:
        order = _with_priority(job.ask.order, verdict)
        decision = self._decided("promise", order, job.ask, now_s, effort)
        refused = all(line.state is PromiseState.REFUSED for line in decision.lines)
        if refused:
            self.plan.undo(decision)
        else:
            self.plan.keep(decision)
        return self._answer(job, batch, _lines(decision, verdict), version), not refused

    def _quote(self, job: AskJob, batch: Batch, now_s: int, effort: Effort) -> Promise:
        verdict = self._admit.admit(job.ask.order, batch.now)
        if verdict.admission is Admission.REFUSE:
            return self._turned_away(job, batch, verdict, 0)
        order = _with_priority(job.ask.order, verdict)
        # The plan tells orders apart by id, and a quote may be asked under the id of an order that stands.
        spare = 0
        while batch.standing(order.id) is not None:
            spare += 1
            order = replace(order, id=f"?{spare}")
        decision = self._decided("quote", order, job.ask, now_s, effort)
        self.plan.undo(decision)
        return self._answer(job, batch, _lines(decision, verdict), 0)

    def _decided(self, kind: str, order: Order, ask: Ask, now_s: int, effort: Effort) -> Decision:
        """The plan's decision, to be kept or undone, told to the metrics."""
        began = self._clock.monotonic()
        decision = self.plan.decide(
            order,
            now_s,
            allow_frozen=ask.allow_frozen,
            effort=effort,
            accept_later=ask.accept is Accept.LATER,
        )
        seconds = self._clock.monotonic() - began
        for line in decision.lines:
            self._metrics.decided(kind, line, seconds, decision.shifted, decision.candidates)
        return decision

    def _check_only(self, job: AskJob, batch: Batch) -> None:
        self._remembered(job, batch)
        self._standing(job.ask.order, batch)

    def _standing(self, order: Order, batch: Batch) -> Promise | None:
        """The order of this id. Raises AlreadyExists for other content, WrongState for one taken back."""
        standing = batch.standing(order.id)
        if standing is None or order_state(standing) is PromiseState.REFUSED:
            return standing
        if standing.order != order:
            raise AlreadyExists("order", order.id)
        if order_state(standing) in _GONE:
            raise WrongState("order", order.id, order_state(standing), "ask under a new order id")
        return standing

    def _turned_away(self, job: AskJob, batch: Batch, verdict: Verdict, version: int) -> Promise:
        refusal = "; ".join(verdict.reasons) or "not admitted"
        lines = tuple(
            LinePromise(
                line_no=line.line_no,
                item_id=line.item_id,
                quantity=line.quantity,
                requested_time=line.requested_time,
                outcome=Outcome.REFUSED,
                state=PromiseState.REFUSED,
                refusal=refusal,
            )
            for line in job.ask.order.lines
        )
        return self._answer(job, batch, lines, version)

    def _answer(self, job: AskJob, batch: Batch, lines: tuple[LinePromise, ...], version: int) -> Promise:
        return Promise(
            order=job.ask.order,
            lines=lines,
            decided_at=batch.now,
            version=version,
            request_id=job.ask.request_id,
            caller=job.ask.caller,
            plan_version=self.plan.version,
            duplicates=self._duplicates.suspects(job.ask.order),
        )

    def _remembered(self, job: AskJob | CancelJob, batch: Batch) -> Promise | None:
        """The first answer to this request. Raises RequestIdReused for another content."""
        record = batch.remembered(job.key)
        if record is None:
            return None
        if record.digest != job.digest:
            raise RequestIdReused(job.key.request_id)
        return batch.version_of(record)

    # Cancelling.

    def _cancel(self, job: CancelJob, batch: Batch, now_s: int) -> bool:
        ask = job.ask
        known = self._remembered(job, batch)
        if known is not None:
            batch.answer(job, known)
            return False
        standing = batch.standing(ask.order_id)
        if standing is None:
            raise NotFound("order", ask.order_id)
        if ask.etag and ask.etag != standing.etag:
            raise StaleEtag(ask.order_id, ask.etag, standing.etag)
        state = order_state(standing)
        if state in FINAL:
            raise WrongState("order", ask.order_id, state, "there is nothing to take back")
        self.plan.remove(ask.order_id, now_s)
        promise = replace(
            standing,
            lines=tuple(_cancelled(line) for line in standing.lines),
            version=standing.version + 1,
            plan_version=self.plan.version,
        )
        batch.record(promise, promise_to_json(promise), EventKind.CANCELLED, ask.caller, ask.reason, "")
        batch.remember(job.key, job.digest, promise)
        batch.answer(job, promise)
        self._duplicates.discard(standing.order)
        return True

    def refresh(self, promise: Promise) -> Promise:
        """The order with the ends that are planned now; only between batches."""
        if promise.plan_version == self.plan.version or order_state(promise) in FINAL:
            return promise
        return replace(promise, lines=tuple(self._drifted(promise, line) for line in promise.lines))

    def _drifted(self, promise: Promise, line: LinePromise) -> LinePromise:
        if line.expected_time is None or line.state in FINAL:
            return line
        expected = from_unix(self.plan.expected(promise.order.id, line.line_no))
        return line if expected == line.expected_time else replace(line, expected_time=expected)


def _with_priority(order: Order, verdict: Verdict) -> Order:
    if verdict.priority is None or verdict.priority == order.priority:
        return order
    return replace(order, priority=verdict.priority)


def _lines(decision: Decision, verdict: Verdict) -> tuple[LinePromise, ...]:
    """The lines as told; those of an order that a human must look at are held."""
    if verdict.admission is not Admission.HOLD:
        return decision.lines
    return tuple(
        line
        if line.state is PromiseState.REFUSED
        else replace(line, state=PromiseState.HELD, notes=(*line.notes, *verdict.reasons))
        for line in decision.lines
    )


def _cancelled(line: LinePromise) -> LinePromise:
    return line if line.state is PromiseState.REFUSED else replace(line, state=PromiseState.CANCELLED)
