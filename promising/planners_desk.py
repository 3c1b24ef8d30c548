"""What planners ask of a desk and do to its plan by hand."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import BoundedSemaphore, Thread
from threading import Event as ThreadEvent
from typing import Any

from domain.alerts import Alert
from domain.calibration import Calibration
from domain.checks import from_unix
from domain.disruptions import Disruption, DisruptionKind
from domain.errors import DeskStopped, InvalidInput, Overloaded
from domain.values import replace
from promising.alerts import Alerts, Look, Watched, found_in
from promising.by_hand import ByHand
from promising.calibrating import CalibrateAsk, Calibrating
from promising.calibration_documents import digest_of as calibration_digest
from promising.customers_changes import change_of
from promising.digests import change_digest
from promising.disrupting import Disrupting
from promising.disruption_reports import AHEAD_MAX
from promising.forecast import WANTED_MAX, WEEKS_MAX, CentreForecast, Wanted, forecast
from promising.hand_documents import digest_of as hand_digest
from promising.hand_requests import HandAsk, Handled
from promising.jobs import Act, ChangeJob, Job
from promising.ports import Clock, DeskMetrics, Writing
from promising.readings import Readings
from promising.repromise_requests import RepromiseAsk, Repromised
from promising.repromise_requests import digest_of as repromise_digest
from promising.repromising import Repromising
from promising.requests import Cancel, ChangeAsk, Changed
from promising.rush import RushAsk, Rushed, Rushes
from promising.rush import digest_of as rush_digest
from promising.sentences import supposed_in
from promising.settings import DeskSettings
from promising.standing import Standing
from promising.what_if import IN_HAND_MAX, SUPPOSED_MAX, Supposed, Trial, WouldBe, would_be
from promising.writer import Writer


class PlannersDesk(Readings, ABC):
    """Pins, moves, rush orders, and what is worked out on copies of the plan: what-if, alerts, the forecast."""

    def __init__(
        self, stands: Standing, writer: Writer, clock: Clock, settings: DeskSettings, metrics: DeskMetrics
    ) -> None:
        super().__init__(stands, writer.queue, clock)
        self._settings, self._metrics = settings, metrics
        self._disrupting = Disrupting(stands, writer.follow, settings.assumed_end)
        self._hand = ByHand(stands, writer.follow)
        self._rushes = Rushes(stands, writer.follow)
        self._repromising = Repromising(stands, writer.follow)
        self._calibrating = Calibrating(stands, writer.follow)
        self._supposing = BoundedSemaphore(IN_HAND_MAX)
        self._alerts = Alerts()
        self._watcher: Thread | None = None
        self._stopping = ThreadEvent()

    def handle(self, ask: HandAsk) -> Handled:
        """Pin an operation, let it go, or move it, and commit; returns once it is durable.

        A retry gets the first answer. With `validate_only` nothing is changed, and the answer tells what would be.

        Raises
        ------
        InvalidInput, NotFound, WrongState, PlanChanged, CannotMoveWork, WouldBreakPromises, RequestIdReused,
        Overloaded, DeadlineExpired, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each change")
        self._deciding()
        content = hand_digest(ask)
        handled: Handled = self._put(Act(partial(self._hand.apply, ask, content), ask.deadline))
        return handled

    def rush(self, ask: RushAsk) -> Rushed:
        """Give an order a higher priority, let it pass others and commit; returns once it is durable.

        A retry gets the first answer. With `validate_only` nothing is changed, and the answer tells whom it displaces.

        Raises
        ------
        InvalidInput, NotFound, WrongState, CannotMoveWork, WouldBreakPromises, RequestIdReused, Overloaded,
        DeadlineExpired, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each change")
        self._deciding()
        content = rush_digest(ask)
        rushed: Rushed = self._put(Act(partial(self._rushes.apply, ask, content), ask.deadline))
        return rushed

    def repromise(self, ask: RepromiseAsk) -> Repromised:
        """Promise orders anew, by who must be had as asked, may improve or may give way; returns once it is durable.

        A retry gets the first answer. With `validate_only` nothing is changed, and the answer tells what would be.

        Raises
        ------
        InvalidInput, PlanChanged, CannotMoveWork, RequestIdReused, Overloaded, DeadlineExpired, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each change")
        self._deciding()
        content = repromise_digest(ask)
        made: Repromised = self._put(Act(partial(self._repromising.apply, ask, content), ask.deadline))
        return made

    def calibrate(self, ask: CalibrateAsk) -> Calibration:
        """Learn buffers from executed work and commit; returns once it is durable, and dates go by it from then on.

        A retry gets the first answer. With `validate_only` nothing is changed, and the answer (version 0) tells what
        would be learned.

        Raises
        ------
        InvalidInput
            Also without a request id, and where nothing can be learned from.
        RequestIdReused, Overloaded, DeadlineExpired, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each change")
        self._deciding()
        content = calibration_digest(ask.lines, ask.reason)
        learned = self._calibrating.learn(ask)
        made: Calibration = self._put(Act(partial(self._calibrating.apply, ask, content, learned), ask.deadline))
        return made

    def calibrations(self, version: int = 0) -> list[Calibration]:
        """What was learned, the newest first, at most 100, or only that version. Raises NotFound."""
        return self._calibrating.known(version)

    def alerts(self) -> tuple[int, list[Alert]]:
        """The sequence of the last change of an alert, and all as the plan stands now, the least time in hand first.

        Raises DeskStopped while the plan is lost, Overloaded.
        """
        self._look_for_alerts()
        return self._alerts.all()

    def wait_alerts(self, after: int, timeout: float) -> list[Watched] | None:
        """Changes of alerts above a sequence; waits for the first up to `timeout` seconds, [] when none came.

        None where some of them are no longer known: all alerts have to be read anew.
        """
        return self._alerts.since(after, timeout)

    def forecast(self, start: datetime | None, weeks: int, wanted: Sequence[Wanted]) -> list[CentreForecast]:
        """Load by work centre and day of `weeks` from a time on (None: now), with a plan of orders, and what is short.

        Raises
        ------
        InvalidInput
            For more than 26 weeks or 1,000 rows, a start more than 400 days from now, and items that nothing makes.
        DeskStopped, Overloaded
        """
        now = self.now()
        start = start or now
        if not 1 <= weeks <= WEEKS_MAX:
            raise InvalidInput.one("weeks", f"{weeks} is out of range", f"1 to {WEEKS_MAX}")
        if len(wanted) > WANTED_MAX:
            raise InvalidInput.one("wanted", f"{len(wanted)} rows", f"0 to {WANTED_MAX}")
        if abs(start - now) > AHEAD_MAX:
            raise InvalidInput.one("start_time", f"{start.isoformat()} is out of range", "within 400 days of now")
        if not self._supposing.acquire(blocking=False):
            raise Overloaded("the desk of what-if questions", timedelta(seconds=1))
        try:
            look: Look = self._reading(self._stands.look)
            return forecast(look, start, weeks, wanted)
        finally:
            self._supposing.release()

    def what_if(self, supposed: Supposed, caller: str = "") -> WouldBe:
        """What supposed disruptions would do and cost, worked out on a copy of the plan; changes nothing.

        Raises
        ------
        InvalidInput, WouldBreakReservations, DeskStopped
        Overloaded
            Also when others are being worked out.
        """
        reports = list(supposed.reports)
        if supposed.sentence:
            plan = self._stands.plan
            orders = [] if plan is None else self._reading(lambda: list(plan.order_ids))
            reports += supposed_in(supposed.sentence, self.plant(), self.now(), orders)
        if not 1 <= len(reports) <= SUPPOSED_MAX:
            raise InvalidInput.one("supposed", f"{len(reports)} disruptions", f"1 to {SUPPOSED_MAX}, or a sentence")
        if not self._supposing.acquire(blocking=False):
            raise Overloaded("the desk of what-if questions", timedelta(seconds=1))
        try:
            trial: Trial = self._reading(
                lambda: self._stands.trial(
                    lambda: [self._disrupting.supposed(each, n, caller) for n, each in enumerate(reports, 1)]
                )
            )
            began = self._stands.clock.monotonic()
            asked = {each.id: answer for each in trial.made if (answer := self._asked(each, trial, caller)) is not None}
            if asked:
                trial = replace(trial, stood_still=trial.stood_still + self._stands.spent(began))
            return would_be(trial, asked)
        finally:
            self._supposing.release()

    def _asked(self, made: Disruption, trial: Trial, caller: str) -> Changed | None:
        """What a customer's change that is supposed would be answered if it was made now; None: there is none."""
        if made.kind is not DisruptionKind.CUSTOMER_CHANGE:
            return None
        standing = trial.book.find(made.subject_id)
        assert standing is not None
        change = change_of(made, standing)
        if isinstance(change, Cancel):
            return None
        # No caller's own id of a request has this form.
        ask = ChangeAsk(standing.order.id, change, f"?{made.id}", caller, made.reason, standing.etag, True)
        answer: Changed = self._put(ChangeJob(ask, change_digest(ask)))
        return answer

    # Of the desk.

    @abstractmethod
    def _put(self, job: Job) -> Any:
        """Put a job in the writer's queue, and wait for its answer."""

    @abstractmethod
    def _deciding(self) -> None:
        """Raise DeskStopped where nothing is decided at present."""

    # Inside.

    def _watch(self) -> None:
        """Look for alerts from time to time, in the background."""
        if self._settings.alert_every:
            self._watcher = Thread(target=self._look_again_and_again, name="alerts", daemon=True)
            self._watcher.start()

    def _look_for_alerts(self) -> None:
        stands, alerts = self._stands, self._alerts
        with alerts.looking:

            def copy() -> Look | None:
                plan = stands.plan
                if plan is not None and alerts.looked_at == (plan.version, from_unix(stands.plant_clock.now_s())):
                    return None
                return None if stands.unplanned else stands.look()

            alerts.load(stands.store.alerts)
            look: Look | None = self._reading(copy)
            if look is not None:
                version = look.plan.version
                alerts.update(found_in(look, alerts.standing))
                alerts.looked_at = version, look.now
                self._metrics.alerts(alerts.counts())
        if alerts.unsaved:
            # Nobody waits for it: what is not written is written with the next change.
            with suppress(DeskStopped, Overloaded):
                self._queue.put(Act(self._save_alerts))

    def _save_alerts(self) -> None:
        """Write what changed of alerts; on the writer's thread."""
        written = self._alerts.to_save()
        if written and not self._stands.halted:
            self._stands.store.commit(Writing(written_s=int(self._stands.clock.unix()), alerts=list(written.items())))
            self._alerts.saved(written)

    def _look_again_and_again(self) -> None:
        while not self._stopping.wait(self._settings.alert_every.total_seconds()):
            with suppress(DeskStopped, Overloaded):
                self._look_for_alerts()
