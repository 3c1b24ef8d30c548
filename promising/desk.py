"""The desk: one plant, one writer, in order, in memory, durable in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.plant import ClockMode, Plant
from domain.promises import Event, Promise, Reservation
from promising.ports import Admit, AdmitAll, Clock, DeskMetrics, NoMetrics, PlantStore
from promising.requests import (
    Ask,
    CancelAsk,
    DeskStatus,
    LoadDay,
    OrderFilter,
    PlantChange,
    ScheduleFilter,
)


class Redispatch(StrEnum):
    """When the whole plan is re-dispatched (tier 1) although no answer asked for it."""

    AFTER_EACH = "after_each"
    """After every decision and before the next one."""
    IDLE = "idle"
    """When the queue is empty after a commit."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """Limits of the desk.

    `queue_limit`: requests waiting, beyond it `Overloaded`; `batch_limit` orders or `batch_time` of deciding,
    whichever comes first, go into one transaction; `duplicate_days`: how near the requested dates of two equal
    orders make them suspicious (0: the same day only); `request_memory`: how long request ids are kept.
    """

    queue_limit: int = 1024
    batch_limit: int = 64
    batch_time: timedelta = timedelta(milliseconds=25)
    redispatch: Redispatch = Redispatch.IDLE
    duplicate_days: int = 3
    request_memory: timedelta = timedelta(days=30)
    check_at_start: bool = True


class Desk:
    """A thread-safe facade over one writer thread; every call may be made from any thread.

    Errors are of `domain.errors`. `Overloaded`, `DeadlineExpired` and `DeskStopped` always mean that nothing was
    decided, except that a `DeskStopped` for an unknown commit outcome asks to try again under the same request
    id: the answer is found if the commit was written.
    """

    def __init__(
        self,
        store: PlantStore,
        clock: Clock,
        settings: DeskSettings | None = None,
        admit: Admit | None = None,
        metrics: DeskMetrics | None = None,
    ) -> None:
        """Nothing is read or started before `start`."""

    def start(self) -> None:
        """Load plant, plan and orders, start the writer, then check the plan in the background."""
        raise NotImplementedError

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Answer what is queued for up to `grace_seconds`, refuse the rest with DeskStopped, end the writer."""
        raise NotImplementedError

    def status(self) -> DeskStatus:
        """How the desk stands; never waits."""
        raise NotImplementedError

    def promise(self, ask: Ask) -> Promise:
        """Decide and commit; returns once it is durable.

        A retry (same caller, request id and content) gets the first answer. Lines that can't be had by their
        latest time are refused in the answer (`LinePromise.refusal`), which is stored too; an order with all lines
        refused reserves nothing and its id may be asked for again. An order id that stands with the same content
        gives the standing promise.

        Raises
        ------
        InvalidInput
            Also without a request id, and for items or customers the plant doesn't know (`lines[2].item_id`).
        RequestIdReused, AlreadyExists, Overloaded, DeadlineExpired, DeskStopped
        """
        raise NotImplementedError

    def quote(self, ask: Ask) -> Promise:
        """The answer a promise would get now; changes and stores nothing (`version` 0, lines `confirmed` stand
        for what would be). Raises InvalidInput, Overloaded, DeadlineExpired, DeskStopped.
        """
        raise NotImplementedError

    def cancel(self, ask: CancelAsk) -> Promise:
        """Take an order back and free what it holds. A retry gets the first answer.

        Raises
        ------
        NotFound, StaleEtag, WrongState, RequestIdReused, Overloaded, DeadlineExpired, DeskStopped
        """
        raise NotImplementedError

    def get(self, order_id: str) -> Promise:
        """The order as last committed, `expected_time` as the plan stands now. Raises NotFound."""
        raise NotImplementedError

    def list_orders(
        self, page_size: int = 100, page_token: str = "", which: OrderFilter | None = None
    ) -> tuple[list[Promise], str]:
        """A page of committed orders in the order of their first answer, and the next token ("" at the end).

        Raises InvalidInput for a token that isn't one of ours; `page_size` is cut to 1,000.
        """
        raise NotImplementedError

    def events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Committed events with a sequence above `after`, oldest first."""
        raise NotImplementedError

    def wait_events(self, after: int, timeout: float) -> list[Event]:
        """Like `events` (up to 1,000), but waits up to `timeout` seconds for the first; [] when none came."""
        raise NotImplementedError

    def import_plant(
        self,
        files: Mapping[str, bytes],
        *,
        validate_only: bool = False,
        request_id: str = "",
        caller: str = "",
        deadline: float | None = None,
    ) -> PlantChange:
        """Replace the plant by these files; the standing operations keep their places.

        Idempotent by content: the same plant again changes nothing and writes no event. Raises InvalidInput with
        all violations of all files, WouldBreakReservations with the list.
        """
        raise NotImplementedError

    def export_plant(self) -> dict[str, bytes]:
        """The plant as files. Raises DeskStopped when there is none."""
        raise NotImplementedError

    def plant(self) -> Plant:
        """The plant in force. Raises DeskStopped when there is none."""
        raise NotImplementedError

    def set_clock(self, time: datetime, *, mode: ClockMode | None = None, caller: str = "") -> datetime:
        """Set the plant's clock to `time`, in the stored mode or in a new one (manual, offset); returns `now()`.

        It moves forward only, unless no order was ever answered. Raises WrongState for a system clock,
        InvalidInput for a time before now.
        """
        raise NotImplementedError

    def now(self) -> datetime:
        """The plant's time, in whole seconds UTC. Raises DeskStopped for a manual clock that was never set."""
        raise NotImplementedError

    def clock_mode(self) -> ClockMode:
        """Where `now` comes from."""
        raise NotImplementedError

    def schedule(self, which: ScheduleFilter | None = None) -> list[Reservation]:
        """Reservations of the committed plan by start, resource and order."""
        raise NotImplementedError

    def load(self, start: datetime, end: datetime, resource_ids: Sequence[str] = ()) -> list[LoadDay]:
        """Load by resource and day of the plant's zone that overlaps [start, end); at most 400 days."""
        raise NotImplementedError

    def check(self) -> list[str]:
        """Verify the committed plan in full; the violations as text, [] when it is clean."""
        raise NotImplementedError



