"""Requests on their way to the writer: what waits, and for how long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from domain.errors import DeadlineExpired, DeskStopped, Overloaded
from domain.options import Looked, OptionWhy
from domain.orders import OrderLine
from domain.promises import Promise, Receipt
from promising.documents import Document, receipt_from_json
from promising.ports import Clock, RequestKey, RequestRecord
from promising.requests import Ask, ChangeAsk, Changed
from scheduler.rescuing import Found

if TYPE_CHECKING:
    from promising.ways.terms import How

# A plain lock is the cheapest latch there is, and every promise waits on one.
_UNLIMITED = -1
_RETRY_FLOOR_S = 0.05
_ROOM_S = 0.2
"""How often those who wait for room look whether they still want it, seconds."""


class Job:
    """A request that a caller waits for until the writer answers or fails it."""

    __slots__ = ("_answer", "_done", "_error", "deadline", "left", "settled")

    def __init__(self, deadline: float | None) -> None:
        self.deadline = deadline
        self.left = False
        """True when the caller left the line before its turn."""
        self.settled = False
        """True once answered or failed."""
        self._done = Lock()
        self._done.acquire()
        self._answer: Any = None
        self._error: BaseException | None = None

    def answer(self, answer: Any) -> None:
        """Let the caller go with its answer."""
        self._answer = answer
        self.settled = True
        self._done.release()

    def fail(self, error: BaseException) -> None:
        """Let the caller go with an error."""
        self._error = error
        self.settled = True
        self._done.release()

    def wait(self, seconds: float | None) -> bool:
        """True once answered or failed; `seconds` None waits for good."""
        return self._done.acquire(timeout=_UNLIMITED if seconds is None else max(0.0, seconds))

    def result(self) -> Any:
        """The answer, after `wait`. Raises the error."""
        if self._error is not None:
            raise self._error
        return self._answer


class AskJob(Job):
    """A promise, or a quote (`stored` False; `validating` when it must pass a promise's checks)."""

    __slots__ = (
        "ask", "digest", "document", "found", "how", "key", "looked", "plant", "stored", "unlooked", "validating",
    )  # fmt: skip

    def __init__(self, ask: Ask, document: Document, digest: bytes, plant: Any, *, quote: bool) -> None:
        super().__init__(ask.deadline)
        self.ask = ask
        self.document = document
        self.digest = digest
        self.plant = plant
        """The plant that the order was checked against."""
        self.found: Found | None = None
        """What a search for a rearrangement came to, that was made before the job was put in line."""
        self.looked: Mapping[int, Looked] = {}
        """What looking for options came to before the job was put in line, by lines that were late then."""
        self.unlooked = OptionWhy.OVERTAKEN
        """Why there are none of other lines."""
        self.how: How | None = None
        """How it is placed that takes an option."""
        self.key = RequestKey(ask.caller, ask.request_id)
        self.stored = not (quote or ask.validate_only)
        self.validating = not quote and ask.validate_only

    def looked_at(self, line: OrderLine) -> Looked:
        """What looking for options of a line came to, or of the line that it is a part of."""
        return self.looked.get(line.part_of or line.line_no, Looked())

    def stored_answer(self, promise: Promise, record: RequestRecord) -> Promise:
        """The answer that is remembered for it."""
        return promise


class ChangeJob(Job):
    """A change of an order that stands."""

    __slots__ = ("ask", "digest", "key", "stored")

    def __init__(self, ask: ChangeAsk, digest: bytes) -> None:
        super().__init__(ask.deadline)
        self.ask = ask
        self.digest = digest
        self.key = RequestKey(ask.caller, ask.request_id)
        self.stored = not ask.validate_only

    def stored_answer(self, promise: Promise, record: RequestRecord) -> Changed:
        """The answer that is remembered for it; requests of older programs have no receipt."""
        return Changed(promise, receipt_from_json(record.receipt) if record.receipt else Receipt(True))


OrderJob = AskJob | ChangeJob


class Act(Job):
    """Done on the writer's thread, alone: a reading between batches, or a change of clock or plant."""

    __slots__ = ("act",)

    def __init__(self, act: Callable[[], Any], deadline: float | None = None) -> None:
        super().__init__(deadline)
        self.act = act


class Taken(Struct):
    """What the writer took: readings, and then either one change or a batch of orders."""

    readings: list[Act]
    change: Act | None
    orders: list[OrderJob]


class JobQueue:
    """A bounded queue in the order of arrival; readings pass it by, up to the same limit."""

    def __init__(self, limit: int, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        lock = Lock()
        self._changed = Condition(lock)
        self._room = Condition(lock)
        self._jobs: deque[Job] = deque()
        self._readings: deque[Act] = deque()
        self._closed = "it has not started"
        self._seconds_each = 0.001

    def __len__(self) -> int:
        return len(self._jobs)

    def open(self) -> None:
        """Take jobs from now on."""
        with self._changed:
            self._closed = ""

    def close(self, why: str) -> None:
        """Take no more jobs; what waits is still handed out."""
        with self._changed:
            self._closed = why
            self._changed.notify_all()
            self._room.notify_all()

    def put(self, job: Job) -> None:
        """Wait in line. Raises Overloaded at once when it is full, DeskStopped when it is closed."""
        with self._changed:
            self._admit(len(self._jobs))
            self._jobs.append(job)
            self._changed.notify()

    def put_in_time(self, job: Job, still: Callable[[], bool]) -> None:
        """Wait for a place in the first half of the line, while `still` says that it is wanted, and then in line.

        The other half is for those who don't wait. Raises DeskStopped when it is closed, DeadlineExpired when it is no
        longer wanted.
        """
        with self._changed:
            while not self._closed and len(self._jobs) >= max(1, self._limit // 2):
                if not still():
                    raise DeadlineExpired
                self._room.wait(_ROOM_S)
            self._admit(len(self._jobs))
            self._jobs.append(job)
            self._changed.notify()

    def put_reading(self, act: Act) -> None:
        """Be done before the next batch. Raises like `put`."""
        with self._changed:
            self._admit(len(self._readings))
            self._readings.append(act)
            self._changed.notify()

    def _admit(self, waiting: int) -> None:
        if self._closed:
            raise DeskStopped(self._closed)
        if waiting >= self._limit:
            delay = max(_RETRY_FLOOR_S, waiting * self._seconds_each)
            raise Overloaded("the desk's queue", timedelta(seconds=round(delay, 3)))

    def drop(self, job: Job) -> bool:
        """Take a job out of the line again; False when the writer has it already."""
        with self._changed:
            for line in (self._jobs, self._readings):
                try:
                    line.remove(job)  # type: ignore[arg-type]
                except ValueError:
                    continue
                return True
            return False

    def take(self, limit: int, timeout: float | None) -> Taken | None:
        """What to do next; empty after `timeout` seconds without work, None when closed and drained."""
        with self._changed:
            if not (self._jobs or self._readings or self._closed):
                self._changed.wait(timeout)
            readings = list(self._readings)
            self._readings.clear()
            if not self._jobs:
                return Taken(readings, None, []) if readings or not self._closed else None
            self._room.notify_all()
            if isinstance(self._jobs[0], Act):
                return Taken(readings, self._jobs.popleft(), [])  # type: ignore[arg-type]
            orders: list[OrderJob] = []
            while self._jobs and len(orders) < limit and isinstance(self._jobs[0], AskJob | ChangeJob):
                orders.append(self._jobs.popleft())  # type: ignore[arg-type]
            return Taken(readings, None, orders)

    def put_back(self, jobs: list[OrderJob]) -> None:
        """Jobs that were taken and not begun go first next time."""
        with self._changed:
            self._jobs.extendleft(reversed(jobs))

    def took(self, seconds: float, jobs: int) -> None:
        """Learn how long a job takes, for the delay told to those turned away."""
        if jobs:
            self._seconds_each += 0.1 * (seconds / jobs - self._seconds_each)

    def drain(self, error: Callable[[], BaseException]) -> None:
        """Fail everything that waits."""
        with self._changed:
            left: list[Job] = [*self._readings, *self._jobs]
            self._readings.clear()
            self._jobs.clear()
        for job in left:
            job.fail(error())


def finish(job: Job, queue: JobQueue, clock: Clock) -> Any:
    """Wait for a queued job, and leave the line when its deadline passes there.

    A job that the writer has taken is waited for past its deadline: it may be decided and is then committed.
    """
    if job.deadline is None:
        job.wait(None)
        return job.result()
    if not job.wait(job.deadline - clock.monotonic()):
        if queue.drop(job):
            job.left = True
            raise DeadlineExpired
        job.wait(None)
    return job.result()
