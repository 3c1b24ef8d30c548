"""One transaction in the making: what was decided, on top of what is committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.disruptions import Disruption
from domain.errors import RequestIdReused
from domain.promises import Event, EventKind, Promise
from promising.book import Book
from promising.disruption_reports import in_short
from promising.documents import Document, promise_to_json
from promising.jobs import Job, OrderJob
from promising.order_troubles import OVER
from promising.ports import PromiseRow, RequestKey, RequestRecord, Writing
from promising.traces import Trace


class Batch:
    """Decisions that are neither committed nor shown yet, and the answers that wait for the commit."""

    def __init__(self, book: Book, now: datetime, created_s: int) -> None:
        self.now = now
        self._writing = Writing(written_s=created_s)
        self._versions: list[tuple[Promise, int, Document | None]] = []
        """Promises with their events and the documents of their orders, not written out yet."""
        self._traces: list[tuple[int, Trace]] = []
        self.orders: dict[str, Promise] = {}
        self.resequenced = False
        self._book = book
        self._created_s = created_s
        self._known: dict[RequestKey, RequestRecord] = {}
        self._sequence = book.last_event
        self._answers: list[tuple[Job, Any]] = []
        self._failures: list[tuple[Job, Exception]] = []

    @property
    def writing(self) -> Writing:
        """What is to be committed.

        Versions and traces are written out here, all in a row, which takes less than each after its decision.
        """
        writing = self._writing
        if self._versions:
            writing.promises += [PromiseRow(one, event, promise_to_json(one, of)) for one, event, of in self._versions]
            self._versions.clear()
        if self._traces:
            writing.decisions += [trace.row(event) for event, trace in self._traces]
            self._traces.clear()
        return writing

    def know(self, keys: list[RequestKey]) -> None:
        """Look up in one go which of these requests are remembered."""
        self._known = self._book.requests(keys)

    def standing(self, order_id: str) -> Promise | None:
        """The order as it will stand after this batch."""
        return self.orders.get(order_id) or self._book.find(order_id)

    def first_answer(self, job: OrderJob) -> Any | None:
        """The answer that a request got before, in this batch too. Raises RequestIdReused for another content."""
        record = self._known.get(job.key)
        if record is None:
            return None
        if record.digest != job.digest:
            raise RequestIdReused(job.key.request_id)
        promise = self.version_of(record)
        return None if promise is None else job.stored_answer(promise, record)

    def version_of(self, record: RequestRecord) -> Promise | None:
        """The order version that a remembered request was answered with."""
        for promise in (*(row.promise for row in self._writing.promises), *(one for one, _, _ in self._versions)):
            if promise.order.id == record.order_id and promise.version == record.order_version:
                return promise
        return self._book.version_of(record.order_id, record.order_version)

    def record(
        self, promise: Promise, kind: EventKind, actor: str, reason: str, detail: str, at: datetime | None = None,
        trace: Trace | None = None, document: Document | None = None,
    ) -> None:  # fmt: skip
        """A new version of an order, with its event; what it has of promotions and quotas is counted with it.

        `trace` is what rules decided of it, `document` that of its order where the caller has it.
        """
        standing = self.standing(promise.order.id)
        self._writing.taken += self._book.takings.move(standing, promise)
        self._book.quotas.move(standing, promise)
        event = self.note(kind, actor, promise.order.id, reason, promise.plan_version, detail, at)
        self._versions.append((promise, event.sequence, document))
        self.orders[promise.order.id] = promise
        self._close_troubles(promise)
        if trace is not None:
            if not (self._traces or self._writing.decisions):
                self._writing.rule_counts = self._book.rule_counts.due()
            self._traces.append((event.sequence, trace))

    def _close_troubles(self, promise: Promise) -> None:
        """Close what was reported of the order, or of a line, where that has ended."""
        told = {each.id for each in self._writing.disruptions}
        for made in list(self._book.troubles.over(promise, self.now, told)):
            self.close_trouble(made, promise)

    def close_trouble(self, made: Disruption, promise: Promise) -> None:
        """Tell that something, closed already, is over with its order."""
        self._writing.disruptions.append(made)
        self.note(
            EventKind.DISRUPTION_CLOSED, "desk", promise.order.id, OVER, promise.plan_version, in_short(made)
        )  # fmt: skip

    def drop(self) -> None:
        """Take back what was counted of quotas for orders in a batch that is only a trial."""
        for order_id, promise in self.orders.items():
            self._book.quotas.move(promise, self._book.find(order_id))

    def remember(self, key: RequestKey, digest: bytes, promise: Promise, receipt: str = "") -> None:
        """Answer this request with this version, and this receipt, from now on."""
        record = RequestRecord(key, digest, promise.order.id, promise.version, self._created_s, receipt)
        self._writing.requests.append(record)
        self._book.remembered.add((key,))
        self._known[key] = record

    def note(
        self,
        kind: EventKind,
        actor: str,
        order_id: str = "",
        reason: str = "",
        plan_version: int = 0,
        detail: str = "",
        at: datetime | None = None,
    ) -> Event:
        """One more entry of the log, of now or of an earlier time."""
        self._sequence += 1
        event = Event(self._sequence, kind, at or self.now, actor, order_id, reason, plan_version, detail)
        self._writing.events.append(event)
        return event

    @property
    def next_event(self) -> int:
        """The sequence that the next entry of the log will have."""
        return self._sequence + 1

    def answer(self, job: Job, answer: Any) -> None:
        """What the caller gets once the batch is committed."""
        self._answers.append((job, answer))

    def fail(self, job: Job, error: Exception) -> None:
        """What the caller gets instead of an answer, once the batch is committed."""
        self._failures.append((job, error))

    def outcome(self, job: Job) -> Any:
        """What a caller would get, before anything is committed. Raises what it would fail with."""
        for failed, error in self._failures:
            if failed is job:
                raise error
        return next(answer for answered, answer in self._answers if answered is job)

    def publish(self) -> None:
        """After the commit: show everything, then let the callers go."""
        writing = self.writing
        if writing.rule_counts:
            self._book.rule_counts.written()
        self._book.rule_counts.add(writing.decisions)
        self._book.know_disruptions(writing.disruptions)
        self._book.publish((row.promise for row in writing.promises), writing.requests, writing.events)
        for job, answer in self._answers:
            job.answer(answer)
        for job, error in self._failures:
            job.fail(error)
