"""The one thread that decides: takes requests, decides them in order, commits, answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

from domain.errors import DeskStopped, JiaoqiError
from domain.promises import EventKind
from promising.batch import Batch
from promising.jobs import Act, JobQueue, OrderJob, Taken
from promising.ports import CommitFailed, CommitUnknown, DeskMetrics, Superseded
from promising.settings import DeskSettings, Redispatch
from promising.standing import ROOM, Standing
from scheduler.planner import Effort, PlanBroken, Planner
from scheduler.records import PlanDelta

log = logging.getLogger("jiaoqi.desk")
T = TypeVar("T")
TICK_S = 30.0
"""How often the plan follows a running clock while nobody asks, seconds."""
TELL_S = 1.0
"""How often the size of the plan is reported at most, seconds."""
RELOAD_S = 1.0
"""How long to wait before a store that failed is read again, seconds."""
LOOK_S = 0.25
"""How long nobody has asked before a plan that was just read is looked at by the checker, seconds."""
QUIET_S = 0.003
"""How long nobody has asked before a re-dispatch that no answer asked for, seconds: it holds up the next caller."""
AGE_MAX = 32
"""Orders decided since the last re-dispatch after which it no longer waits for quiet."""
FRUITLESS = 10
"""A re-dispatch that found nothing is tried again when nobody has asked for so many times as long as it took, or after
so many times `AGE_MAX` orders: a plan that it does not lead anywhere from mostly stays so for a while."""
QUIET_MOST_S = 1.0
"""But nobody has to be quiet for longer, seconds: what the passing of time does waits for that, too."""
AHEAD = 16
"""Orders that rules look at in a row; what the batch has no time for is looked at again in the next."""
FORGET_EVERY_S = 3600
"""How often old requests are forgotten, seconds."""
FAILED_COMMITS_MAX = 2
"""Commits of single orders that may fail in a row before the rest of the batch is turned away."""


class Writer:
    """The loop of the writer's thread."""

    def __init__(self, stands: Standing, settings: DeskSettings, metrics: DeskMetrics) -> None:
        self.queue = JobQueue(settings.queue_limit, stands.clock)
        self._stands = stands
        self._store = stands.store
        self._clock = stands.clock
        self._settings = settings
        self._metrics = metrics
        self.catch_up: Callable[[], None] = lambda: None
        """Does what the passing of time does to disruptions."""
        self._must_reload = False
        self._unread = False
        """Reading the store failed, and that is logged."""
        self._failed = False
        """What was last done unasked failed: the next try waits."""
        self._ticked = 0.0
        self._told = 0.0
        self._forgot_s = 0
        self._quiet_s, self._age_most = QUIET_S, AGE_MAX
        self._thread = Thread(target=self._run, name="desk", daemon=True)

    # Starting and stopping.

    def start(self) -> None:
        """Claim the store, load it, and begin to take requests."""
        self._store.claim()
        self._stands.load()
        self._ticked = self._clock.monotonic()
        self.queue.open()
        self._thread.start()

    def stop(self, grace_seconds: float) -> None:
        """Take nothing more, finish what waits within the grace, turn the rest away."""
        self.queue.close("it is stopping")
        if self._thread.is_alive():
            self._thread.join(grace_seconds)
            self.queue.drain(lambda: DeskStopped("it is stopping"))
            self._thread.join()
        self._stands.halted = "it has stopped"

    # The loop.

    def _run(self) -> None:
        while (taken := self.queue.take(self._settings.batch_limit, self._pause_s())) is not None:
            try:
                self._turn(taken)
            except Exception as error:
                self._fail_turn(taken, error)

    def _turn(self, taken: Taken) -> None:
        self._catch_up()
        for reading in taken.readings:
            self._read(reading)
        if taken.change is not None:
            self._change(taken.change)
        if taken.orders:
            self._serve(taken.orders)
        if not len(self.queue):
            self._idle(quiet=not (taken.readings or taken.change or taken.orders))

    def _catch_up(self) -> None:
        """Mind disruptions whose expected end has passed; when that fails everybody else goes on."""
        if self._failed or self._must_reload or self._stands.until_unheard_s() > 0:
            return
        try:
            self.catch_up()
        except Exception as error:
            self._failed = True
            self._after_failed_change(error)

    def _fail_turn(self, taken: Taken, error: Exception) -> None:
        """A mistake of our own must leave no caller waiting and no half-made plan."""
        self._after_failed_change(error)
        for job in (*taken.readings, *taken.orders):
            if not job.settled:
                job.fail(_own_fault(error))

    def _pause_s(self) -> float:
        if self._must_reload or self._failed:
            return RELOAD_S
        if self._stands.plan is not None and self._stands.plan.as_read:
            return LOOK_S
        if self._stands.book.remembered.reading:
            return QUIET_S
        waits = self._stands.age and self._settings.redispatch is Redispatch.IDLE
        return self._quiet_s if waits else min(TICK_S, self._stands.until_expiry_s(), self._stands.until_unheard_s())

    def _read(self, act: Act) -> None:
        try:
            act.answer(act.act())
        except Exception as error:
            act.fail(error)

    def _change(self, act: Act) -> None:
        if self._must_reload:
            self._try_reload()
        if self._must_reload:
            # There is no committed plan here that could be changed.
            act.fail(DeskStopped(self._stands.halted))
            return
        try:
            act.answer(act.act())
        except JiaoqiError as error:
            act.fail(error)
        except Exception as error:
            self._after_failed_change(error)
            act.fail(DeskStopped(f"the change may not have been made, look again: {error}"))

    def _after_failed_change(self, error: Exception) -> None:
        plan = self._stands.plan
        log.error(
            "desk_change_failed", exc_info=error,
            extra={"problem": str(error), "plan_version": -1 if plan is None else plan.version},
        )  # fmt: skip
        if isinstance(error, Superseded):
            self._stands.halted = str(error)
        else:
            self._stands.halted = f"reading the store again after: {error}"
            self._must_reload = True
            self._try_reload()

    def _idle(self, quiet: bool) -> None:
        """What is done while nobody waits; `quiet` when nobody has for a while."""
        if self._must_reload:
            self._try_reload()
            return
        try:
            if self._stands.age and self._settings.redispatch is not Redispatch.OFF:
                if quiet or self._stands.age >= self._age_most or self._settings.redispatch is Redispatch.AFTER_EACH:
                    self._redispatch_alone()
            else:
                self._tick()
            if quiet:
                self._look_at_what_was_read()
                self._make_room()
                self._read_on()
            self._failed = False
        except Exception as error:
            self._failed = True
            self._after_failed_change(error)

    def _look_at_what_was_read(self) -> None:
        """Have the checker know a plan that was just read, which the first promise would else wait for."""
        plan = self._stands.plan
        try:
            if plan is not None:
                plan.check()
        except PlanBroken as error:
            # Nothing is changed yet: the next change is refused for it, and the check in the background halts the desk.
            log.error("plan_read_is_broken", extra={"problem": str(error)})

    def _make_room(self) -> None:
        """Have tables made longer before a caller has to wait for that."""
        if self._stands.plan is not None:
            self._stands.plan.make_room(ROOM)

    def _read_on(self) -> None:
        """Have more of the requests known that the store remembers."""
        try:
            self._stands.book.remembered.read_on()
        except Exception as error:
            # Then it is asked for every request, and whatever ails it is met there.
            log.warning("requests_not_read", extra={"problem": str(error)})

    def _tick(self) -> None:
        """Let a running clock turn planned starts into facts, end holds that run out, and forget old requests."""
        early = self._clock.monotonic() - self._ticked < TICK_S
        if self._stands.decisions is None or (early and self._stands.until_expiry_s() > 0):
            return
        self._ticked = self._clock.monotonic()
        batch = self._stands.begin()
        self._commit(batch)
        batch.publish()

    def _try_reload(self) -> None:
        try:
            self._stands.load()
            self._must_reload = self._unread = False
        except Exception as error:  # Whatever keeps the store from being read, it may be over in a second.
            # Once, and not with every try of the same.
            if not self._unread:
                log.error("store_not_read", exc_info=error, extra={"problem": str(error)})
            self._unread = True
            self._stands.lose_plan(f"the store can't be read: {type(error).__name__}: {error}")

    # Batches.

    def _serve(self, jobs: list[OrderJob]) -> None:
        began = self._clock.monotonic()
        self._metrics.queued(len(self.queue) + len(jobs))
        if self._stands.decisions is None or self._stands.halted:
            self._turn_away(jobs, self._stands.halted)
            return
        begun: list[OrderJob] = []
        try:
            batch = self._decide(jobs, begun, began + self._settings.batch_time.total_seconds())
            decided = self._clock.monotonic()
            self._commit(batch)
        except CommitUnknown as error:
            self._settle_unknown(begun, str(error))
        except Superseded as error:
            self._stands.halted = str(error)
            self._turn_away(begun, str(error))
        except Exception:  # Whatever one order did, the others of its batch must not suffer.
            self._metrics.batch_failed()
            self._retry_each(begun)
        else:
            batch.publish()
            done = self._clock.monotonic()
            self._metrics.batch(len(begun), decided - began, done - decided)
            self.queue.took(done - began, len(begun))
        self.queue.put_back(jobs[len(begun) :])

    def _decide(self, jobs: list[OrderJob], begun: list[OrderJob], until: float) -> Batch:
        """Decide jobs until the batch's time is up; `begun` tells which, also when it fails."""
        assert self._stands.decisions is not None
        batch = self._stands.begin()
        batch.know([job.key for job in jobs if job.key.request_id])
        now_s = int(batch.now.timestamp())
        looked = 0
        for place, job in enumerate(jobs):
            if begun and self._clock.monotonic() > until:
                break
            if place == looked:
                looked += self._stands.decisions.ahead(jobs[place : place + AHEAD], batch.now)
            begun.append(job)
            if self._stands.age and self._settings.redispatch is Redispatch.AFTER_EACH:
                self._redispatch(batch)
            if self._stands.decisions.decide(job, batch, now_s, self._effort()):
                self._stands.age += 1
        return batch

    def follow(self) -> None:
        """Commit the holds that have run out by now."""
        if self._stands.until_expiry_s() == 0:
            batch = self._stands.begin()
            self._commit(batch)
            batch.publish()

    def look(self, at: Callable[[Planner, int], T]) -> T:
        """What `at` finds on the plan of now, Unix seconds, and leaves as it was; commit what the time passing did."""
        batch = self._stands.begin()
        plan = self._stands.plan
        assert plan is not None
        found = at(plan, int(batch.now.timestamp()))
        self._commit(batch)
        batch.publish()
        return found

    def settle(self) -> None:
        """Make the pass that belongs to the time of the last decision, before the clock moves."""
        if self._stands.age and self._settings.redispatch is Redispatch.AFTER_EACH:
            self._redispatch_alone()

    def _redispatch_alone(self) -> None:
        batch = self._stands.begin()
        self._redispatch(batch)
        self._stands.recover(batch)
        self._commit(batch)
        batch.publish()

    def _effort(self) -> Effort:
        """A miss is worth a re-dispatch of its own, unless others wait for it."""
        if self._settings.redispatch is Redispatch.IDLE and not len(self.queue):
            return Effort.TIER1
        return Effort.TIER1 if self._settings.redispatch is Redispatch.AFTER_EACH else Effort.INSTANT

    def _redispatch(self, batch: Batch) -> None:
        plan = self._stands.plan
        assert plan is not None
        began = self._clock.monotonic()
        taken = plan.redispatch(int(batch.now.timestamp()))
        spent_s = self._clock.monotonic() - began
        self._stands.age = 0
        batch.resequenced |= taken
        self._quiet_s = QUIET_S if taken else min(max(QUIET_S, FRUITLESS * spent_s), QUIET_MOST_S)
        self._age_most = AGE_MAX if taken else FRUITLESS * AGE_MAX
        self._metrics.redispatched(spent_s, taken)

    def _commit(self, batch: Batch) -> None:
        """Write what the batch changed, if it changed anything."""
        plan = self._stands.plan
        assert plan is not None
        delta = plan.take_delta()
        writing = batch.writing
        if batch.resequenced:
            batch.note(EventKind.RESEQUENCED, "desk", plan_version=plan.version)
        if _changes(delta) or not writing.empty:
            writing.delta = delta
            if writing.written_s - self._forgot_s > FORGET_EVERY_S:
                self._forgot_s = writing.written_s
                writing.forget_before_s = writing.written_s - int(self._settings.request_memory.total_seconds())
            self._store.commit(writing)
        self._tell_plan(plan)

    def _tell_plan(self, plan: Planner) -> None:
        # Counting looks at every operation, so not at every commit.
        if self._clock.monotonic() - self._told >= TELL_S:
            self._told = self._clock.monotonic()
            self._metrics.plan(plan.open_operations, self._stands.age)

    # When something fails.

    def _retry_each(self, jobs: list[OrderJob]) -> None:
        """Decide and commit one by one on a plan rebuilt from the store: a poisonous order fails alone."""
        failed = 0
        stale = True
        for place, job in enumerate(jobs):
            if stale and not self._rebuilt():
                self._turn_away(jobs[place:], self._stands.halted)
                return
            stale = True
            try:
                batch = self._decide([job], [], 0.0)
                self._commit(batch)
            except CommitUnknown as error:
                self._settle_unknown(jobs[place:], str(error))
                return
            except Superseded as error:
                self._stands.halted = str(error)
                self._turn_away(jobs[place:], str(error))
                return
            except CommitFailed as error:
                job.fail(DeskStopped(f"the order could not be stored: {error}"))
                failed += 1
                if failed == FAILED_COMMITS_MAX:
                    self._turn_away(jobs[place + 1 :], f"the store can't be written: {error}")
                    break
            except Exception as error:
                job.fail(_own_fault(error))
                failed = 0
            else:
                batch.publish()
                failed, stale = 0, False
        if stale:
            self._rebuilt()

    def _rebuilt(self) -> bool:
        """Take the plan from the store, without what was never committed; False when that failed, too."""
        try:
            self._stands.load_plan()
        except Exception as error:
            self._after_failed_change(error)
        return not self._stands.halted

    def _settle_unknown(self, jobs: list[OrderJob], why: str) -> None:
        """Stop, read the store again, and answer what turns out to have been written."""
        self._stands.halted = f"the outcome of a commit is unknown, reading the store again: {why}"
        self._must_reload = True
        self._try_reload()
        if self._must_reload:
            self._turn_away(jobs, self._stands.halted)
            return
        records = self._stands.book.requests([job.key for job in jobs if job.key.request_id])
        for job in jobs:
            record = records.get(job.key)
            promise = None
            if record is not None and job.stored and record.digest == job.digest:
                promise = self._stands.book.version_of(record.order_id, record.order_version)
            if record is None or promise is None:
                job.fail(DeskStopped("the commit failed and nothing was decided: ask again"))
            else:
                job.answer(job.stored_answer(promise, record))

    def _turn_away(self, jobs: list[OrderJob], why: str) -> None:
        for job in jobs:
            job.fail(DeskStopped(why))


def _changes(delta: PlanDelta) -> bool:
    return bool(
        delta.placed
        or delta.changed
        or delta.removed
        or delta.sequence is not None
        or delta.material
        or delta.material_removed
    )


def _own_fault(error: Exception) -> JiaoqiError:
    """What a caller is told whose order alone made the desk fail."""
    return JiaoqiError(f"this order could not be decided, nothing was changed: {type(error).__name__}: {error}")
