"""Progress on the shop floor: what was said of an operation, in whatever order it came, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.checks import check_id, check_range, check_utc
from domain.errors import InvalidInput
from domain.values import replace

COUNT_MAX = 1_000_000_000
MARKS_MAX = 200
"""Marks kept of one operation; of counts beyond that the oldest are dropped."""
PAUSE = timedelta(hours=1)
"""How long a pause is taken to last of which nobody says how long."""
_COUNTS = ("good", "scrapped", "shots")


class MarkKind(StrEnum):
    """What was said."""

    NOT_STARTED = "not_started"
    """It should have begun and has not; expected `until` then, or now."""
    STARTED = "started"
    """The run began; a changeover was over by then."""
    PRODUCED = "produced"
    """This much is made, or is scrap, since it began."""
    PAUSED = "paused"
    """It stands still, keeps machine and mould, and goes on at `until`."""
    RESUMED = "resumed"
    """It goes on."""
    FINISHED = "finished"
    """Nothing more will be made; machine, mould and crew are free."""


class ProgressState(StrEnum):
    """What an operation does, as far as was said."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


_ORDER = {kind: place for place, kind in enumerate(MarkKind)}


class Mark(Struct, frozen=True):
    """One thing said of an operation, true `at` that time.

    Counts are since the operation began, never since the last mark: `good` and `scrapped` in pieces, `shots` of the
    mould. None: not said.
    """

    kind: MarkKind
    at: datetime
    good: int | None = None
    scrapped: int | None = None
    shots: int | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        check_utc("time", self.at)
        counts = {name: getattr(self, name) for name in _COUNTS}
        for name, count in counts.items():
            if count is not None:
                check_range(f"{name}_count", count, 0, COUNT_MAX)
        counted = any(count is not None for count in counts.values())
        if self.kind is MarkKind.PRODUCED and not counted:
            raise InvalidInput.one("good_count", "is missing", "good_count, scrapped_count or shot_count")
        if counted and self.kind in (MarkKind.NOT_STARTED, MarkKind.STARTED):
            raise InvalidInput.one("good_count", f"can't be told with {self.kind.value}", "counts come when it has run")
        if self.until is not None:
            check_utc("expected_time", self.until)
            if self.kind not in (MarkKind.NOT_STARTED, MarkKind.PAUSED):
                raise InvalidInput.one(
                    "expected_time", f"can't be told with {self.kind.value}", "with not_started or paused"
                )
            if self.until < self.at:
                raise InvalidInput.one("expected_time", "is before time", f"{self.at.isoformat()} or later")

    @property
    def counts(self) -> bool:
        """Whether it says how much is made by then."""
        return self.good is not None or self.shots is not None

    def in_short(self) -> str:
        """As a text for the log."""
        said = [f"{name} {getattr(self, name)}" for name in _COUNTS if getattr(self, name) is not None]
        return " ".join([self.kind.value, self.at.isoformat(), *said])


class Contradiction(Exception):
    """What is said can't be true beside what was said before; the message says why, `known` are the marks concerned."""

    def __init__(self, said: Mark, known: tuple[Mark, ...]) -> None:
        self.said, self.known = said, known
        super().__init__(f"{said.in_short()}, but it was reported: " + "; ".join(mark.in_short() for mark in known))


class Progress(Struct, frozen=True):
    """All that was said of one operation of the plan, by time; empty `marks`: nothing."""

    key: int
    order_id: str
    line_no: int
    operation_id: str
    marks: tuple[Mark, ...] = ()
    missing: int = 0
    """Pieces that it ended short of its quantity and that were planned anew."""

    def __post_init__(self) -> None:
        check_id("order_id", self.order_id)
        check_id("operation_id", self.operation_id)

    def with_mark(self, said: Mark, *, corrects: bool = False) -> Progress:
        """With one more thing said; the same object when it was known. Whatever the order, the result is the same.

        `corrects` lets what it contradicts be forgotten. Raises Contradiction otherwise.
        """
        if said in self.marks:
            return self
        against = tuple(mark for mark in self.marks if _clash(mark, said))
        if against and not corrects:
            raise Contradiction(said, against)
        kept = [mark for mark in self.marks if mark not in against]
        marks = sorted([*kept, said], key=lambda mark: (mark.at, _ORDER[mark.kind]))
        if len(marks) > MARKS_MAX:
            oldest = next((mark for mark in marks if mark.kind is MarkKind.PRODUCED), marks[0])
            marks.remove(oldest)
        return replace(self, marks=tuple(marks))

    @property
    def state(self) -> ProgressState:
        """What it does by the last mark."""
        kinds = [mark.kind for mark in self.marks if mark.kind is not MarkKind.PRODUCED]
        if not kinds and self.marks:
            return ProgressState.RUNNING
        last = kinds[-1] if kinds else MarkKind.NOT_STARTED
        if last is MarkKind.NOT_STARTED:
            return ProgressState.RUNNING if self.marks and self.marks[-1].counts else ProgressState.WAITING
        if last is MarkKind.FINISHED:
            return ProgressState.FINISHED
        return ProgressState.PAUSED if last is MarkKind.PAUSED else ProgressState.RUNNING

    @property
    def begun(self) -> bool:
        """Somebody said that it has begun."""
        return self.state is not ProgressState.WAITING

    @property
    def started(self) -> datetime | None:
        """When it began; None: nobody said, which doesn't mean that it has not."""
        return next((mark.at for mark in self.marks if mark.kind is MarkKind.STARTED), None)

    @property
    def finished(self) -> datetime | None:
        """When it ended."""
        return next((mark.at for mark in self.marks if mark.kind is MarkKind.FINISHED), None)

    @property
    def counted(self) -> Mark | None:
        """The last mark that says how much is made."""
        return next((mark for mark in reversed(self.marks) if mark.counts), None)

    def count(self, name: str) -> int | None:
        """The last `good`, `scrapped` or `shots` that was told."""
        said = (getattr(mark, name) for mark in reversed(self.marks))
        return next((count for count in said if count is not None), None)

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        """When it ran after a time, in order; the last one, which goes on, without an end.

        A pause that goes on ends when it is expected to.
        """
        ran: datetime | None = since
        for mark in self.marks:
            if mark.kind is MarkKind.FINISHED:
                break
            if mark.kind is MarkKind.PAUSED:
                if ran is not None and mark.at > ran:
                    yield ran, mark.at
                ran = None
            elif ran is None and mark.kind is MarkKind.RESUMED:
                ran = max(mark.at, since)
        if ran is None:
            pause = next(mark for mark in reversed(self.marks) if mark.kind is MarkKind.PAUSED)
            ran = max(pause.until or pause.at + PAUSE, since)
        yield ran, None


def _clash(known: Mark, said: Mark) -> bool:
    """Whether two marks of one operation can't both be true."""
    first, then = sorted((known, said), key=lambda mark: (mark.at, _ORDER[mark.kind]))
    kinds = {first.kind, then.kind}
    if first.kind is then.kind and first.kind in (MarkKind.STARTED, MarkKind.FINISHED):
        return first.at != then.at or any(_differ(first, then, name) for name in _COUNTS)
    if MarkKind.FINISHED in kinds and then.kind is not MarkKind.FINISHED:
        return True
    if then.kind is MarkKind.NOT_STARTED and first.kind is not MarkKind.NOT_STARTED:
        return True
    if then.kind is MarkKind.STARTED and first.kind is not MarkKind.NOT_STARTED:
        return True
    return any(_falls(first, then, name) for name in _COUNTS)


def _differ(one: Mark, other: Mark, name: str) -> bool:
    a, b = getattr(one, name), getattr(other, name)
    return a is not None and b is not None and a != b


def _falls(first: Mark, then: Mark, name: str) -> bool:
    a, b = getattr(first, name), getattr(then, name)
    return a is not None and b is not None and (b < a or (a != b and first.at == then.at))
