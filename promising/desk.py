"""The desk: one plant, one writer, in order, in memory, durable in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import BoundedSemaphore, Thread
from threading import Event as ThreadEvent
from typing import Any

from domain.alerts import Alert
from domain.checks import check_utc, from_unix, to_unix_down
from domain.errors import DeadlineExpired, DeskStopped, InvalidInput, Overloaded
from domain.plant import ClockMode
from domain.promises import Promise
from promising.accepting import Accepting
from promising.alerts import Alerts, Look, Watched, found_in
from promising.by_hand import ByHand
from promising.changes import Changes
from promising.checking import CheckStopped, check, check_apart
from promising.closing import Closing
from promising.decisions import check_order
from promising.digests import ask_digest, change_digest
from promising.disrupting import AHEAD_MAX, Disrupting
from promising.disruption_documents import digest_of as disruption_digest
from promising.disruption_requests import DisruptionAsk, Repaired
from promising.documents import order_to_document
from promising.feed_requests import Feed, FeedAnswer
from promising.feeds import Feeds, digest_of
from promising.forecast import WANTED_MAX, WEEKS_MAX, CentreForecast, Wanted, forecast
from promising.hand_documents import digest_of as hand_digest
from promising.hand_requests import HandAsk, Handled
from promising.jobs import Act, AskJob, ChangeJob, Job, finish
from promising.offers import Accepted
from promising.plant_files import describe_change, read_plant, write_plant
from promising.plant_files.fed import imported
from promising.ports import Admit, AdmitAll, Approve, ApproveAll, Clock, DeskMetrics, NoMetrics, PlantStore
from promising.progress_documents import digest_of as progress_digest
from promising.progress_requests import ProgressAsk, Progressed
from promising.progressing import Progressing
from promising.proposals import Proposals
from promising.readings import Readings
from promising.requests import (
    Ask,
    ChangeAsk,
    Changed,
    Close,
    DeskStatus,
    PlantChange,
)
from promising.rescues import Meanwhile, Rescues
from promising.ruled import Ruled
from promising.rules import Rules
from promising.rush import RushAsk, Rushed, Rushes
from promising.rush import digest_of as rush_digest
from promising.sentences import supposed_in
from promising.settings import DeskSettings, Redispatch
from promising.standing import Standing
from promising.what_if import IN_HAND_MAX, SUPPOSED_MAX, Supposed, Trial, WouldBe, would_be
from promising.writer import Writer

__all__ = ["Desk", "DeskSettings", "Redispatch"]


class Desk(Readings):
    """A thread-safe facade over one writer thread; every call may be made from any thread.

    Errors are of `domain.errors`. `Overloaded` and `DeadlineExpired` mean that nothing was decided;
    `DeskStopped` means it, too, unless it tells of an unknown commit outcome: then a retry under the same
    request id finds the answer if the commit was written.
    """

    def __init__(
        self,
        store: PlantStore,
        clock: Clock,
        settings: DeskSettings | None = None,
        admit: Admit | None = None,
        metrics: DeskMetrics | None = None,
        approve: Approve | None = None,
    ) -> None:
        """Nothing is read or started before `start`. Rules in force in the store go over `admit` and `approve`."""
        self._settings = settings or DeskSettings()
        self._metrics = metrics or NoMetrics()
        ruled = Ruled(admit or AdmitAll(), approve or ApproveAll(), self._settings.rules_engine, clock.monotonic)
        stands = Standing(store, clock, self._settings, ruled, self._metrics)
        self._writer = Writer(stands, self._settings, self._metrics)
        super().__init__(stands, self._writer.queue, clock)
        self.rules = Rules(stands, ruled, self._put, self._reading)
        self.proposals = Proposals(stands, self._writer.follow, self._put)
        self._disrupting = Disrupting(self._stands, self._writer.follow, self._settings.assumed_end)
        self._progressing = Progressing(self._stands, self._writer.follow)
        self._writer.catch_up = self._disrupting.catch_up
        self._changes = Changes(self._stands, self._writer.settle, self._writer.follow, self._disrupting.catch_up)
        self._hand = ByHand(self._stands, self._writer.follow)
        self._rushes = Rushes(self._stands, self._writer.follow)
        self._feeds = Feeds(self._stands, self._writer.follow)
        self._closing = Closing(self._stands, self._writer.follow)
        self._supposing = BoundedSemaphore(IN_HAND_MAX)
        self._alerts = Alerts()
        self._rescues = Rescues(self._stands, self._writer, self._settings)
        self._checker: Thread | None = None
        self._watcher: Thread | None = None
        self._stopping = ThreadEvent()

    def start(self) -> None:
        """Load plant, plan and orders, start the writer, and check the plan in the background from time to time."""
        self._writer.start()
        if self._settings.alert_every:
            self._watcher = Thread(target=self._look_again_and_again, name="alerts", daemon=True)
            self._watcher.start()
        if self._settings.check_in_background:
            self._checker = Thread(target=self._check_again_and_again, name="check", daemon=True)
            self._checker.start()

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Answer what waits within the grace, turn the rest away with DeskStopped, end the writer."""
        self._stopping.set()
        self._rescues.close()
        self.proposals.replanner.close()
        self._writer.stop(grace_seconds)

    def status(self) -> DeskStatus:
        """How the desk stands; never waits."""
        stands = self._stands
        plan, plant = stands.plan, stands.plant
        return DeskStatus(
            running=not stands.halted,
            why=stands.halted,
            plant_id="" if plant is None else plant.settings.id,
            plant_version=stands.plant_version,
            plan_version=0 if plan is None else plan.version,
            orders=len(self._book),
            queue=len(self._writer.queue),
        )

    def promise(self, ask: Ask, meanwhile: Meanwhile | None = None) -> Promise:
        """Decide and commit; returns once it is durable.

        A retry (same caller, request id and content) gets the first answer. Lines that can't be had by
        their latest time are refused in the answer (`LinePromise.refusal`), which is stored, too; an order
        with all lines refused reserves nothing and its id may be asked for again. An order that stands with
        the same content is answered with the standing promise. Where a rearrangement is searched for, `meanwhile` is
        told how to give that up.

        Raises
        ------
        InvalidInput
            Also without a request id, and for items or customers the plant doesn't know (`lines[2].item_id`).
        RequestIdReused, AlreadyExists, Overloaded, DeadlineExpired, DeskStopped
        """
        job = self._promise_job(ask)
        self._rescues.look(job, meanwhile)
        promise: Promise = self._put(job)
        return promise

    def accept(
        self, option_id: str, request_id: str, caller: str = "", *, validate_only: bool = False,
        deadline: float | None = None,
    ) -> Accepted:  # fmt: skip
        """Accept an option that was told; see `Accepting`. Raises also InvalidInput without a request id."""
        if not request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters")
        accepting = Accepting(self._stands, self.promise, self.quote, self.change)
        return accepting.accept(option_id, request_id, caller, deadline, validate_only=validate_only)

    def line_up(self, ask: Ask, still: Callable[[], bool]) -> Callable[[], Promise]:
        """Put an order in line for a promise, and return what waits for it and raises what `promise` does.

        Where others wait already this waits, too, for as long as `still` says that the answer is wanted: it is for
        those who bring many orders, and never fills the line. Raises InvalidInput, DeadlineExpired, DeskStopped.
        """
        job = self._promise_job(ask)
        self._writer.queue.put_in_time(job, still)
        return partial(self._finish, job)

    def quote(self, ask: Ask, meanwhile: Meanwhile | None = None) -> Promise:
        """The answer that a promise would get now, with `version` 0; changes and stores nothing.

        `meanwhile` as for `promise`.

        Raises
        ------
        InvalidInput, Overloaded, DeadlineExpired, DeskStopped
        """
        job = self._ask_job(ask, quote=True)
        self._rescues.look(job, meanwhile)
        promise: Promise = self._put(job)
        return promise

    def change(self, ask: ChangeAsk) -> Changed:
        """Change an order that stands and commit; returns once it is durable. A retry gets the first answer.

        A change that can't be had as asked is declined: the order stands untouched, the receipt says so with the
        dates that can be had. With `validate_only` nothing is changed, and the answer tells what would be.

        Raises
        ------
        InvalidInput, NotFound, StaleEtag, WrongState, WouldBreakReservations, RequestIdReused, Overloaded,
        DeadlineExpired, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters")
        self._deciding()
        try:
            content = change_digest(ask)
        except UnicodeEncodeError as error:
            raise InvalidInput.one("order", "holds text that isn't Unicode", "Unicode text") from error
        job = ChangeJob(ask, content)
        # Closing changes the stock, too.
        alone = isinstance(ask.change, Close)
        changed: Changed = self._put(Act(partial(self._closing.close, job), ask.deadline) if alone else job)
        return changed

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

        Idempotent by content: the same plant again changes nothing and writes no event. The request id is
        noted in the event. Raises InvalidInput with all violations of all files, WouldBreakReservations with
        the list.
        """
        new = read_plant(files)
        if self._stands.imported == new:
            return PlantChange((), False, self._stands.plant_version)
        canonical = write_plant(new)

        def change() -> PlantChange:
            plant, since = imported(new, self._stands.since)
            changes = tuple(describe_change(self._stands.imported, plant))
            if not changes:
                return PlantChange((), False, self._stands.plant_version)
            actor = caller if not request_id else f"{caller} {request_id}".strip()
            written = canonical if plant is new else write_plant(plant)
            self._changes.import_plant(plant, written, since, changes, actor, validate_only=validate_only)
            return PlantChange(changes, not validate_only, self._stands.plant_version)

        made: PlantChange = self._put(Act(change, deadline))
        return made

    def feed(self, feed: Feed) -> FeedAnswer:
        """Change a few rows of the standing plant in one commit; returns once it is durable.

        A retry gets the first answer.

        Raises
        ------
        InvalidInput
            With all that is wrong; also without a request id.
        WouldBreakReservations
            With the list: less stock or a smaller, later or missing receipt than is reserved.
        RequestIdReused, Overloaded, DeadlineExpired, DeskStopped
        """
        if not feed.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each feed")
        content = digest_of(feed)
        answer: FeedAnswer = self._put(Act(lambda: self._feeds.apply(feed, content), feed.deadline))
        return answer

    def disrupt(self, ask: DisruptionAsk) -> Repaired:
        """Report, amend or close a disruption, repair the plan at once, commit; returns once it is durable.

        Promises that don't hold any more are at risk from then on, with their cause and new expected time; their
        promised time stays. A retry gets the first answer. With `validate_only` nothing is changed, and the answer
        tells what would be.

        Raises
        ------
        InvalidInput
            Also without a request id, and for a subject that the plant doesn't know.
        NotFound, AlreadyExists, WrongState, StaleEtag, RequestIdReused, Overloaded, DeadlineExpired, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each report")
        self._deciding()
        content = disruption_digest(ask)
        made: Repaired = self._put(Act(partial(self._disrupting.apply, ask, content), ask.deadline))
        return made

    def progress(self, ask: ProgressAsk) -> Progressed:
        """Take what the shop floor reports, put the plan right at once, commit; returns once it is durable.

        Reports that can't be are refused one by one, with the reason; the others count. A retry gets the first answer,
        and a report that is known already changes nothing. With `validate_only` nothing is changed, and the answer
        tells what would be.

        Raises
        ------
        InvalidInput
            Also without a request id.
        WouldBreakReservations, RequestIdReused, Overloaded, DeadlineExpired, DeskStopped
        """
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each report")
        self._deciding()
        content = progress_digest(ask)
        made: Progressed = self._put(Act(partial(self._progressing.apply, ask, content), ask.deadline))
        return made

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
            reports += supposed_in(supposed.sentence, self.plant(), self.now())
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
            return would_be(trial)
        finally:
            self._supposing.release()

    def set_clock(self, time: datetime, *, mode: ClockMode | None = None, caller: str = "") -> datetime:
        """Make it `time` at the plant, in the stored mode or a new one (manual, offset); returns `now()`.

        It moves forward only, unless no order was ever answered. Raises WrongState for a system clock,
        InvalidInput for a time before now.
        """
        check_utc("time", time)
        time_s = to_unix_down(time)

        def change() -> datetime:
            clock = self._stands.plant_clock
            self._changes.set_clock(lambda free: clock.setting(time_s, mode, free=free), caller)
            return from_unix(clock.now_s())

        now: datetime = self._put(Act(change))
        return now

    # Inside.

    def _ask_job(self, ask: Ask, *, quote: bool) -> AskJob:
        self._deciding()
        plant = self.plant()
        check_order(ask.order, plant)
        document = order_to_document(ask.order)
        try:
            content = ask_digest(ask, document)
        except UnicodeEncodeError as error:
            raise InvalidInput.one("order", "holds text that isn't Unicode", "Unicode text") from error
        return AskJob(ask, document, content, plant, quote=quote)

    def _promise_job(self, ask: Ask) -> AskJob:
        if not ask.request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters, anew for each order")
        return self._ask_job(ask, quote=False)

    def _deciding(self) -> None:
        if self._stands.halted:
            raise DeskStopped(self._stands.halted)

    def _put(self, job: Job) -> Any:
        try:
            self._writer.queue.put(job)
        except Overloaded:
            self._metrics.refused_for_load()
            raise
        return self._finish(job)

    def _finish(self, job: Job) -> Any:
        try:
            return finish(job, self._writer.queue, self._clock)
        except DeadlineExpired:
            if job.left:
                self._metrics.expired()
            raise

    def _look_for_alerts(self) -> None:
        stands, alerts = self._stands, self._alerts
        with alerts.looking:

            def copy() -> Look | None:
                plan = stands.plan
                if plan is not None and alerts.looked_at == (plan.version, from_unix(stands.plant_clock.now_s())):
                    return None
                return None if stands.unplanned else stands.look()

            look: Look | None = self._reading(copy)
            if look is not None:
                version = look.plan.version
                alerts.update(found_in(look, alerts.standing))
                alerts.looked_at = version, look.now
                self._metrics.alerts(alerts.counts())

    def _look_again_and_again(self) -> None:
        while not self._stopping.wait(self._settings.alert_every.total_seconds()):
            with suppress(DeskStopped, Overloaded):
                self._look_for_alerts()

    def _check_apart(self) -> list[str]:
        view = self._view_to_check()
        try:
            return check_apart(view, self._stopping)
        except OSError:
            # Where no process can be started, slower answers for a while are better than no check.
            return check(view)

    def _check_again_and_again(self) -> None:
        # The first callers after a restart have waited long enough.
        pause, checked = self._settings.check_after, -1
        while not self._stopping.wait(pause.total_seconds()):
            pause = self._settings.check_every
            plan = self._stands.plan
            if plan is None or plan.version == checked:
                continue
            version = plan.version
            try:
                found = self._check_apart()
                self._metrics.checked(self._clock.unix(), len(found))
                if found:
                    self._put(Act(partial(self._changes.fail_check, found)))
                    return
                checked = version
            except CheckStopped:
                return
            except (DeskStopped, Overloaded):
                # Not looked at, or not told: it is looked at again, though nothing may have changed.
                continue
