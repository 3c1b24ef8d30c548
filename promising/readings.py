"""What anybody may read of a desk, at any time, from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from domain.checks import from_unix
from domain.disruptions import Disruption, DisruptionState
from domain.errors import DeskStopped, InvalidInput, NotFound, Overloaded
from domain.pins import Pin
from domain.plant import ClockMode, Plant
from domain.promises import ChainStep, Event, MaterialReservation, Promise, Reservation
from domain.promotions import ReviewKind
from domain.values import replace
from promising.checking import check, with_promises
from promising.disruption_requests import LineAtRisk
from promising.filtering import Chosen, check_filter, late_lines, may_be_late, places_of, resources_of
from promising.history import HistoryEntry
from promising.jobs import Act, JobQueue, finish
from promising.load import load_by_day
from promising.packages import TaskPackage, package_of
from promising.plant_files import write_plant
from promising.ports import Clock
from promising.purchases import Purchase, planned_purchases
from promising.requests import LoadDay, OrderFilter, ScheduleFilter
from promising.reviewing import OpenReview, open_reviews
from promising.standing import NO_PLANT, Standing
from scheduler.view import PlanView

EVENTS_MAX = 1000


class Readings:
    """Orders, events, plant and plan as committed; nothing here changes anything."""

    def __init__(self, stands: Standing, queue: JobQueue, clock: Clock) -> None:
        self._stands = stands
        self._queue = queue
        self._clock = clock
        self._book = stands.book

    def get(self, order_id: str) -> Promise:
        """The order as last committed, `expected_time` as the plan stands now. Raises NotFound."""
        promise = self._book.find(order_id)
        if promise is None:
            raise NotFound("order", order_id)
        if self._stands.settled(promise):
            return promise
        try:
            refreshed: Promise = self._reading(lambda: self._stands.refresh(order_id))
        except (Overloaded, DeskStopped):
            return promise
        return refreshed

    def chain(self, order_id: str) -> list[ChainStep]:
        """The operations of an order, as planned now, with what each waits for; [] where nothing is made for it.

        Raises DeskStopped while the plan is lost.
        """
        steps: list[ChainStep] = self._reading(lambda: self._stands.chain(order_id))
        return steps

    def reviews(self, kind: ReviewKind | None = None, *, rejected: bool = False) -> list[OpenReview]:
        """Questions about orders that nobody answered yet, with `rejected` those answered no, too; oldest first."""
        return open_reviews(self._book.reviewed(), kind, rejected=rejected)

    def package(self, order_id: str) -> TaskPackage:
        """All that the shop floor needs for an order, as planned now. Raises NotFound, DeskStopped."""
        plant, promise = self.plant(), self.get(order_id)
        found: tuple[list[ChainStep], Sequence[MaterialReservation]] = self._reading(
            lambda: (self._stands.chain(order_id), self._stands.pegs(order_id))
        )
        return package_of(plant, promise, *found)

    def purchases(self, item_id: str = "") -> list[Purchase]:
        """What is planned to be bought, of all items or of one, the first to come in front. Raises DeskStopped."""
        plant, stands = self.plant(), self._stands

        def read() -> list[Purchase]:
            return [] if stands.plan is None else planned_purchases(plant, stands.plan, self._book, item_id)

        found: list[Purchase] = self._reading(read)
        return found

    def history(self, order_id: str, after: int = 0, limit: int = 100) -> list[HistoryEntry]:
        """What happened to an order behind the event `after`, oldest first, at most `limit`. Raises NotFound."""
        if self._book.find(order_id) is None:
            raise NotFound("order", order_id)
        return self._book.history(order_id, after, limit)

    def list_orders(
        self, page_size: int = 100, page_token: str = "", which: OrderFilter | None = None
    ) -> tuple[list[Promise], str]:
        """A page of committed orders in the order of their first answer, and the next token ("" at the end).

        Raises InvalidInput for a token that isn't one of ours; `page_size` is cut to 1,000.
        """
        if page_size < 1:
            raise InvalidInput.one("page_size", f"{page_size} is out of range", "1 to 1000")
        return self._book.page(page_size, page_token, which or OrderFilter())

    def events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        """Committed events with a sequence above `after`, oldest first."""
        return self._book.events(after, limit)

    def last_event(self) -> int:
        """Sequence of the last committed event, 0 before the first."""
        return self._book.last_event

    def wait_events(self, after: int, timeout: float) -> list[Event]:
        """Like `events` (up to 1,000), but waits up to `timeout` seconds for the first; [] when none came."""
        self._book.wait(after, timeout)
        return self._book.events(after, EVENTS_MAX)

    def disruptions(self, *, closed: bool = False) -> list[Disruption]:
        """Open disruptions in the order of their reports, and on request those that are over."""
        found = list(self._stands.disruptions.values())
        return [each for each in found if closed or each.state is DisruptionState.OPEN]

    def pins(self) -> list[Pin]:
        """Pinned work that has not begun, by start."""

        def read() -> list[Pin]:
            plan, known = self._stands.plan, self._stands.pins
            return [] if plan is None else [known[key] for key in plan.pinned if key in known]

        found: list[Pin] = self._reading(read)
        return sorted(found, key=lambda pin: (pin.start, pin.operation_key))

    def at_risk(self) -> list[LineAtRisk]:
        """Lines that are expected after their promised times as the plan stands now, the highest priority first."""
        found: list[LineAtRisk] = self._reading(lambda: list(self._stands.at_risk()))
        return sorted(found, key=lambda row: (row.priority, row.promised, row.order_id, row.line_no))

    def export_plant(self) -> dict[str, bytes]:
        """The plant as files, without disruptions. Raises DeskStopped when there is none."""
        plant = self._stands.imported
        if plant is None:
            raise DeskStopped(NO_PLANT)
        return write_plant(plant)

    def plant(self) -> Plant:
        """The plant in force. Raises DeskStopped when there is none."""
        plant = self._stands.plant
        if plant is None:
            raise DeskStopped(NO_PLANT)
        return plant

    def now(self) -> datetime:
        """The plant's time, in whole seconds, UTC. Raises DeskStopped for a manual clock never set."""
        return from_unix(self._stands.plant_clock.now_s())

    def clock_mode(self) -> ClockMode:
        """Where `now` comes from."""
        return self._stands.plant_clock.state.mode

    def schedule(self, which: ScheduleFilter | None = None) -> list[Reservation]:
        """Reservations of the committed plan by start, resource and order. Raises like `schedule_at`."""
        return self.schedule_at(which)[1]

    def schedule_at(self, which: ScheduleFilter | None = None) -> tuple[int, list[Reservation]]:
        """The plan's version, and its reservations by start, resource and order.

        Raises InvalidInput for names that the plant doesn't know, DeskStopped while the plan is lost.
        """
        which = which or ScheduleFilter()
        if self._stands.unplanned:
            return 0, []
        self._check(which)
        version, planned = self._planned(which.order_id)
        chosen = self._chosen(which, {reservation.order_id for reservation in planned})
        shown = [each for each in planned if chosen.takes(each) and which.overlaps(each.visit_start, each.end)]
        return version, sorted(shown, key=lambda r: (r.start, r.resource_id, r.operation_key))

    def load(
        self, start: datetime, end: datetime, resource_ids: Sequence[str] = (), which: ScheduleFilter | None = None
    ) -> list[LoadDay]:
        """Load by resource and day of the plant's zone that overlaps [start, end); at most 400 days.

        Resources are those named, those of `which`, or all; what counts as load is the work that `which` takes. Where
        it names neither resources nor work centres, resources without such work are left out. Raises InvalidInput for
        names that the plant doesn't know.
        """
        which = replace(which or ScheduleFilter(), resource_ids=tuple(resource_ids))
        snapshot = self._view().snapshot()
        self._check(which)
        if not which.by_work:
            return load_by_day(snapshot, start, end, resources_of(which, snapshot.plant))
        chosen = self._chosen(which, {operation.order_id for operation in snapshot.operations})
        operations = tuple(operation for operation in snapshot.operations if chosen.takes(operation))
        if which.by_place:
            names = resources_of(which, snapshot.plant)
        else:
            busy = {name for operation in operations for name in places_of(operation)}
            names = tuple(name for name in snapshot.plant.resource_by_id if name in busy)
        # Without a name, load is that of all resources.
        return load_by_day(replace(snapshot, operations=operations), start, end, names) if names else []

    def check(self) -> list[str]:
        """Verify the committed plan in full; the violations as text, [] when it is clean."""
        return check(self._view_to_check())

    # Inside.

    def _reading(self, act: Callable[[], Any]) -> Any:
        reading = Act(act)
        self._queue.put_reading(reading)
        return finish(reading, self._queue, self._clock)

    def _view(self) -> PlanView:
        view: PlanView = self._reading(self._stands.view)
        return view

    def _view_to_check(self) -> PlanView:
        """The plan with what was promised of it."""
        return with_promises(self._view(), self._book.all())

    def _planned(self, order_id: str) -> tuple[int, list[Reservation]]:
        if not order_id:
            view = self._view()
            return view.version, view.reservations()
        found: tuple[int, list[Reservation]] = self._reading(
            lambda: (self._stands.plan_version, self._stands.reservations(order_id))
        )
        return found

    def _check(self, which: ScheduleFilter) -> None:
        if which != ScheduleFilter():
            check_filter(which, self.plant(), self._book)

    def _chosen(self, which: ScheduleFilter, planned: Iterable[str]) -> Chosen:
        """What a filter takes, of the work for the orders `planned`."""
        orders = self._book.orders_of(which.customer_id) if which.customer_id else None
        late = None
        if which.late:
            asked = [order_id for order_id in planned if orders is None or order_id in orders]
            behind = [order_id for order_id in asked if may_be_late(self._book.find(order_id))]
            late = self._reading(lambda: late_lines(map(self._stands.refresh, behind)))
        return Chosen(which, frozenset(resources_of(which, self.plant())), orders, late)
