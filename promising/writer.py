"""The one thread that decides: takes requests, decides them in order, commits, answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

from domain.checks import from_unix
from domain.errors import DeskStopped, JiaoqiError
from domain.plant import ClockMode, Plant
from domain.promises import EventKind, Promise, Reservation
from promising.batch import Batch
from promising.book import Book
from promising.decisions import FINAL, Decisions
from promising.duplicates import Duplicates
from promising.jobs import Act, AskJob, CancelJob, JobQueue
from promising.plant_clock import UNSET, PlantClock
from promising.plant_files import read_plant
from promising.ports import (
    Admit,
    Clock,
    ClockState,
    CommitFailed,
    CommitUnknown,
    DeskMetrics,
    PlantStore,
    Superseded,
)
from promising.requests import order_state
from promising.settings import DeskSettings, Redispatch
from scheduler.planner import Effort, PlanDelta, Planner
from scheduler.snapshot import PlanSnapshot

NO_PLANT = "no plant was imported yet"
TICK_S = 30.0
"""How often the plan follows a running clock while nobody asks, seconds."""
TELL_S = 1.0
"""How often the size of the plan is reported at most, seconds."""
RELOAD_S = 1.0
"""How long to wait before a store that failed is read again, seconds."""
FORGET_EVERY_S = 3600
"""How often old requests are forgotten, seconds."""
EVENT_REASON_MAX = 1000
FAILED_COMMITS_MAX = 2
"""Commits of single orders that may fail in a row before the rest of the batch is turned away."""


class Writer:
    """Owns the plan. Everything here runs on its thread, except what `Desk` reads of `plant` and `halted`."""

    def __init__(
        self,
        store: PlantStore,
        clock: Clock,
        settings: DeskSettings,
        admit: Admit,
        metrics: DeskMetrics,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._admit = admit
        self._metrics = metrics
        self.queue = JobQueue(settings.queue_limit, clock)
        self.book = Book(store)
        self.plant_clock = PlantClock(clock)
        self.plant: Plant | None = None
        self.plant_version = 0
        self.halted = "it has not started"
        """Why nothing is promised; empty when the desk is deciding."""
        self._duplicates = Duplicates(settings.duplicate_days, self.book.demands)
        self._decisions: Decisions | None = None
        self._age = 0
        self._must_reload = False
        self._ticked = 0.0
        self._told = 0.0
        self._forgot_s = 0
        self._thread = Thread(target=self._run, name="desk", daemon=True)

    # Starting and stopping.

    def start(self) -> None:
        """Claim the store, load it, and begin to take requests."""
        self._store.claim()
        self._reload()
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
        self.halted = "it has stopped"

    @property
    def plan(self) -> Planner | None:
        """The plan; between batches it is the committed one."""
        return None if self._decisions is None else self._decisions.plan

    def _reload(self) -> None:
        """Everything from the store, as after a restart."""
        stored = self._store.load()
        self.plant_clock.load(stored.clock, stored.image.now_s)
        self.book.load(stored.last_event)
        self.plant_version = stored.plant_version
        plant = None if stored.plant_files is None else read_plant(stored.plant_files)
        if plant is None or not self.plant_clock.ready:
            self._adopt(plant, None)
        else:
            self._adopt(plant, Planner.restore(plant, self.plant_clock.now_s(), stored.image))
        self._must_reload = False

    def _adopt(self, plant: Plant | None, plan: Planner | None) -> None:
        self._duplicates.clear()
        self._age = 0
        self.plant = plant
        if plant is None or plan is None:
            self._decisions = None
            self.halted = NO_PLANT if plant is None else UNSET
            return
        self._decisions = Decisions(plant, plan, self._duplicates, self._admit, self._metrics, self._clock)
        self.halted = ""

    # The loop.

    def _run(self) -> None:
        while (taken := self.queue.take(self._settings.batch_limit, self._pause_s())) is not None:
            for reading in taken.readings:
                self._read(reading)
            if taken.change is not None:
                self._change(taken.change)
            if taken.orders:
                self._serve(taken.orders)
            if not len(self.queue):
                self._idle()

    def _pause_s(self) -> float:
        return RELOAD_S if self._must_reload else TICK_S

    def _read(self, act: Act) -> None:
        try:
            act.answer(act.act())
        except Exception as error:
            act.fail(error)

    def _change(self, act: Act) -> None:
        try:
            act.answer(act.act())
        except JiaoqiError as error:
            act.fail(error)
        except Exception as error:
            self._after_failed_change(error)
            act.fail(DeskStopped(f"the change may not have been made, look again: {error}"))

    def _after_failed_change(self, error: Exception) -> None:
        if isinstance(error, Superseded):
            self._halt(str(error))
        else:
            self._halt(f"reading the store again after: {error}")
            self._must_reload = True
            self._try_reload()

    def _idle(self) -> None:
        """What is done while nobody waits."""
        if self._must_reload:
            self._try_reload()
            return
        try:
            if self._age and self._settings.redispatch is not Redispatch.OFF:
                batch = self._new_batch()
                self._redispatch(batch)
                self._commit(batch)
                batch.publish()
            else:
                self._tick()
        except Exception as error:
            self._after_failed_change(error)

    def _tick(self) -> None:
        """Let a running clock turn planned starts into facts, and forget old requests."""
        if self._decisions is None or self._clock.monotonic() - self._ticked < TICK_S:
            return
        self._ticked = self._clock.monotonic()
        batch = self._new_batch()
        self._commit(batch)
        batch.publish()

    def _halt(self, why: str) -> None:
        self.halted = why

    def _try_reload(self) -> None:
        try:
            self._reload()
        except Exception as error:  # Whatever keeps the store from being read, it may be over in a second.
            self._halt(f"the store can't be read: {type(error).__name__}: {error}")

    # Batches.

    def _serve(self, jobs: list[AskJob | CancelJob]) -> None:
        began = self._clock.monotonic()
        self._metrics.queued(len(self.queue) + len(jobs))
        if self._decisions is None or self.halted:
            self._turn_away(jobs, self.halted)
            return
        begun: list[AskJob | CancelJob] = []
        try:
            batch = self._decide(jobs, begun, began + self._settings.batch_time.total_seconds())
            decided = self._clock.monotonic()
            self._commit(batch)
        except CommitUnknown as error:
            self._settle_unknown(begun, str(error))
        except Superseded as error:
            self._halt(str(error))
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

    def _new_batch(self) -> Batch:
        """A batch at the plant's time now, up to which the plan has followed."""
        assert self._decisions is not None
        now_s = self.plant_clock.now_s()
        self._decisions.plan.advance(now_s)
        return Batch(self.book, from_unix(now_s), int(self._clock.unix()))

    def _decide(self, jobs: list[AskJob | CancelJob], begun: list[AskJob | CancelJob], until: float) -> Batch:
        """Decide jobs until the batch's time is up; `begun` tells which, also when it fails."""
        assert self._decisions is not None
        batch = self._new_batch()
        batch.know([job.key for job in jobs if job.key.request_id])
        now_s = int(batch.now.timestamp())
        for job in jobs:
            if begun and self._clock.monotonic() > until:
                break
            begun.append(job)
            if self._age and self._settings.redispatch is Redispatch.AFTER_EACH:
                self._redispatch(batch)
            if self._decisions.decide(job, batch, now_s, self._effort()):
                self._age += 1
        return batch

    def _effort(self) -> Effort:
        """A miss is worth a re-dispatch of its own, unless others wait for it."""
        if self._settings.redispatch is Redispatch.IDLE and not len(self.queue):
            return Effort.TIER1
        return Effort.TIER1 if self._settings.redispatch is Redispatch.AFTER_EACH else Effort.INSTANT

    def _redispatch(self, batch: Batch) -> None:
        plan = self.plan
        assert plan is not None
        began = self._clock.monotonic()
        taken = plan.redispatch(int(batch.now.timestamp()))
        self._age = 0
        batch.resequenced |= taken
        self._metrics.redispatched(self._clock.monotonic() - began, taken)

    def _commit(self, batch: Batch) -> None:
        """Write what the batch changed, if it changed anything."""
        plan = self.plan
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
            self._metrics.plan(plan.open_operations, self._age)

    # When something fails.

    def _retry_each(self, jobs: list[AskJob | CancelJob]) -> None:
        """Decide and commit one by one on a plan rebuilt from the store: a poisonous order fails alone."""
        failed = 0
        stale = True
        for place, job in enumerate(jobs):
            if stale and not self._rebuilt():
                self._turn_away(jobs[place:], self.halted)
                return
            stale = True
            try:
                batch = self._decide([job], [], 0.0)
                self._commit(batch)
            except CommitUnknown as error:
                self._settle_unknown(jobs[place:], str(error))
                return
            except Superseded as error:
                self._halt(str(error))
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
            stored = self._store.load()
            if self.plant is not None and self.plant_clock.ready:
                plan = Planner.restore(self.plant, self.plant_clock.now_s(), stored.image)
                self._adopt(self.plant, plan)
        except Exception as error:
            self._after_failed_change(error)
        return not self.halted

    def _settle_unknown(self, jobs: list[AskJob | CancelJob], why: str) -> None:
        """Stop, read the store again, and answer what turns out to have been written."""
        self._halt(f"the outcome of a commit is unknown, reading the store again: {why}")
        self._must_reload = True
        self._try_reload()
        if self._must_reload:
            self._turn_away(jobs, self.halted)
            return
        records = self.book.requests([job.key for job in jobs if job.key.request_id])
        for job in jobs:
            record = records.get(job.key)
            stored = isinstance(job, CancelJob) or job.stored
            promise = None
            if record is not None and stored and record.digest == job.digest:
                promise = self.book.version_of(record.order_id, record.order_version)
            if promise is None:
                job.fail(DeskStopped("the commit failed and nothing was decided: ask again"))
            else:
                job.answer(promise)

    def _turn_away(self, jobs: list[AskJob | CancelJob], why: str) -> None:
        for job in jobs:
            job.fail(DeskStopped(why))

    # Readings, on the committed plan.

    def settled(self, promise: Promise) -> bool:
        """True when the plan has not changed since the promise, or can't be asked; for any thread."""
        plan = self.plan
        return plan is None or promise.plan_version == plan.version or order_state(promise) in FINAL

    def refresh(self, order_id: str) -> Promise | None:
        """The order with the ends that are planned now."""
        promise = self.book.find(order_id)
        if self._decisions is None or promise is None:
            return promise
        return self._decisions.refresh(promise)

    def reservations(self, order_id: str) -> list[Reservation]:
        """All reservations, or those of one order."""
        plan = self.plan
        return [] if plan is None else plan.reservations(order_id or None)

    def snapshot(self) -> PlanSnapshot:
        """The plan as data. Raises DeskStopped when there is none."""
        plan = self.plan
        if plan is None:
            raise DeskStopped(self.halted)
        return plan.snapshot()

    # Changes of clock and plant, each a transaction of its own.

    def set_clock(self, choose: Callable[[bool], ClockState], actor: str) -> None:
        """Adopt the state that `choose` makes, told whether the clock may still be set back."""
        free = len(self.book) == 0
        state = choose(free)
        if self._age and self._settings.redispatch is Redispatch.AFTER_EACH and not free:
            # The pass belongs to the time of the last decision, however soon the clock is set after it.
            batch = self._new_batch()
            self._redispatch(batch)
            self._commit(batch)
            batch.publish()
        before = (self.plant_clock.state, self.plant_clock.floor_s)
        self.plant_clock.adopt(state, free=free)
        try:
            self._follow_clock(free, actor)
        except BaseException:
            self.plant_clock.load(*before)
            raise

    def _follow_clock(self, free: bool, actor: str) -> None:
        now_s = self.plant_clock.now_s()
        plan = self.plan
        if self.plant is not None and (plan is None or free):
            plan = Planner(self.plant, now_s)
        elif plan is not None:
            plan.advance(now_s)
        batch = Batch(self.book, from_unix(now_s), int(self._clock.unix()))
        batch.note(EventKind.CLOCK_SET, actor, detail=self.plant_clock.state.mode.value)
        batch.writing.clock = self.plant_clock.state
        if plan is not None:
            batch.writing.delta = plan.take_delta()
        self._store.commit(batch.writing)
        if plan is not self.plan:
            self._adopt(self.plant, plan)
        batch.publish()

    def import_plant(
        self, plant: Plant, files: Any, changes: tuple[str, ...], actor: str, *, validate_only: bool
    ) -> None:
        """Take over a plant that differs from the present one. Raises WouldBreakReservations."""
        clock = self._clock_of(plant)
        plan = self._plan_of(plant, clock)
        if validate_only:
            return
        batch = Batch(self.book, from_unix(self._logged_s()), int(self._clock.unix()))
        version = 0 if plan is None else plan.version
        batch.note(EventKind.PLANT_IMPORTED, actor, plan_version=version, detail=f"{len(changes)} changes")
        batch.writing.plant_files = files
        batch.writing.clock = clock
        batch.writing.delta = None if plan is None else plan.take_delta()
        self._store.commit(batch.writing)
        self.plant_clock.adopt(clock, free=False)
        self.plant_version += 1
        self._adopt(plant, plan)
        batch.publish()

    def _clock_of(self, plant: Plant) -> ClockState:
        """The clock under a new plant: its mode, if the files changed it, from the present time on."""
        state, mode = self.plant_clock.state, plant.settings.clock
        if self.plant is not None and self.plant.settings.clock is mode:
            return state
        if self.plant is None or not self.plant_clock.ready:
            return replace(state, mode=mode)
        now_s = self.plant_clock.now_s()
        return ClockState(mode, now_s - int(self._clock.unix()), now_s)

    def _plan_of(self, plant: Plant, clock: ClockState) -> Planner | None:
        if clock.mode is ClockMode.MANUAL and clock.manual_s is None:
            return None
        old = self.plan
        if old is None or not len(self.book):
            return Planner(plant, self.plant_clock.now_s_of(clock))
        old.advance(self.plant_clock.now_s())
        return old.rebuild(plant)

    def _logged_s(self) -> int:
        """The plant's time for the log, or the machine's while the plant has none."""
        return self.plant_clock.now_s() if self.plant_clock.ready else int(self._clock.unix())

    def fail_check(self, violations: list[str]) -> None:
        """Promise nothing more, and say why in the log."""
        batch = Batch(self.book, from_unix(self._logged_s()), int(self._clock.unix()))
        reason = f"the check of the plan found {len(violations)} violations: {violations[0]}"
        batch.note(EventKind.CHECK_FAILED, "desk", reason=reason[:EVENT_REASON_MAX])
        self._halt(reason)
        self._store.commit(batch.writing)
        batch.publish()


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
