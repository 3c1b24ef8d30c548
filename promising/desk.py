"""The desk: one plant, one writer, in order, in memory, durable in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Any

from domain.checks import check_utc, from_unix, to_unix_down
from domain.errors import DeadlineExpired, DeskStopped, InvalidInput, Overloaded
from domain.plant import ClockMode
from domain.promises import Promise
from promising.accepting import Accepting
from promising.changes import Changes
from promising.checking import CheckStopped, check, check_apart
from promising.closing import Closing
from promising.digests import ask_digest, change_digest
from promising.disruption_documents import digest_of as disruption_digest
from promising.disruption_requests import DisruptionAsk, Repaired
from promising.documents import order_to_document
from promising.feed_requests import Feed, FeedAnswer
from promising.feeds import Feeds, digest_of
from promising.jobs import Act, AskJob, ChangeJob, Job, finish
from promising.offers import Accepted
from promising.order_checks import check_order
from promising.planners_desk import PlannersDesk
from promising.plant_files import describe_change, read_plant, write_plant
from promising.plant_files.fed import imported
from promising.ports import Admit, AdmitAll, Approve, ApproveAll, Clock, DeskMetrics, NoMetrics, PlantStore
from promising.progress_documents import digest_of as progress_digest
from promising.progress_requests import ProgressAsk, Progressed
from promising.progressing import Progressing
from promising.proposals import Proposals
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
from promising.settings import DeskSettings, Redispatch
from promising.standing import Standing
from promising.tidying import Tidying
from promising.ways.accepting import WaysAccepting
from promising.ways.looking import Looking
from promising.writer import Writer

__all__ = ["Desk", "DeskSettings", "Redispatch"]


class Desk(PlannersDesk):
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
        settings, metrics = settings or DeskSettings(), metrics or NoMetrics()
        ruled = Ruled(admit or AdmitAll(), approve or ApproveAll(), settings.rules_engine, clock.monotonic)
        stands = Standing(store, clock, settings, ruled, metrics)
        self._writer = Writer(stands, settings, metrics)
        super().__init__(stands, self._writer, clock, settings, metrics)
        self.rules = Rules(stands, ruled, self._put, self._reading)
        self.proposals = Proposals(stands, self._writer.follow, self._put)
        self._progressing = Progressing(self._stands, self._writer.follow)
        self._writer.catch_up = self._disrupting.catch_up
        self._changes = Changes(self._stands, self._writer.settle, self._writer.follow, self._disrupting.catch_up)
        self._feeds = Feeds(self._stands, self._writer.follow)
        self._closing = Closing(self._stands, self._writer.follow)
        self._rescues = Rescues(self._stands, self._writer, self._settings)
        self._looking = Looking(self._stands, self._writer, self._settings, self._rescues)
        self.tidying = Tidying(stands, self.proposals, settings, metrics, self._stopping)
        self._checker: Thread | None = None

    def start(self) -> None:
        """Load plant, plan and orders, start the writer, and check the plan in the background from time to time."""
        self._writer.start()
        self._watch()
        self.tidying.start()
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
        self._looking.look(job)
        promise: Promise = self._put(job)
        return promise

    def accept(
        self, option_id: str, request_id: str, caller: str = "", *, validate_only: bool = False,
        deadline: float | None = None, planners: Sequence[str] = (),
    ) -> Accepted:  # fmt: skip
        """Accept an option that was told; see `Accepting`. Raises also InvalidInput without a request id."""
        if not request_id:
            raise InvalidInput.one("request_id", "is missing", "1 to 128 printable characters")
        self._deciding()
        accepting = Accepting(
            self._stands, self.quote, self.change, lambda ask, quote: self._ask_job(ask, quote=quote),
            self._put, WaysAccepting(self._stands, self._writer.follow),
        )  # fmt: skip
        return accepting.accept(
            option_id, request_id, caller, deadline, validate_only=validate_only, planners=planners
        )  # fmt: skip

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
        self._looking.look(job)
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
