"""Changes of clock and plant, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.checks import from_unix, to_unix_down
from domain.errors import WouldBreakReservations
from domain.plant import ClockMode, Plant
from domain.promises import EventKind
from domain.supply import Since
from domain.values import replace
from promising.batch import Batch
from promising.carrier_changes import bind_to_carriers
from promising.credit_history import credit_changes
from promising.late import late_lines
from promising.plant_files.fed import SINCE, since_to_cells
from promising.ports import ClockState, PlantRow
from promising.standing import Standing
from scheduler.planner import Planner

EVENT_REASON_MAX = 1000


class Changes:
    """Made on the writer's thread, between batches.

    `settle` finishes what belongs to the time before, `follow` commits the holds that have run out by now, `catch_up`
    what happens to disruptions on the way to now.
    """

    def __init__(
        self, stands: Standing, settle: Callable[[], None], follow: Callable[[], None], catch_up: Callable[[], None]
    ) -> None:
        self._stands = stands
        self._settle = settle
        self._follow = follow
        self._catch_up = catch_up

    def set_clock(self, choose: Callable[[bool], ClockState], actor: str) -> None:
        """Adopt the state that `choose` makes, told whether the clock may still be set back."""
        free = len(self._stands.book) == 0
        state = choose(free)
        if not free:
            self._settle()
        before = (self._stands.plant_clock.state, self._stands.plant_clock.floor_s)
        self._stands.plant_clock.adopt(state, free=free)
        try:
            self._catch_up()
            self._follow_clock(free, actor)
        except BaseException:
            self._stands.plant_clock.load(*before)
            raise

    def _follow_clock(self, free: bool, actor: str) -> None:
        now_s = self._stands.plant_clock.now_s()
        plan = self._stands.plan
        if self._stands.plant is not None and (plan is None or free):
            plan = Planner(self._stands.plant, now_s)
        if plan is None or plan is not self._stands.plan:
            batch = Batch(self._stands.book, from_unix(now_s), int(self._stands.clock.unix()))
        else:
            batch = self._stands.begin()
        batch.note(EventKind.CLOCK_SET, actor, detail=self._stands.plant_clock.state.mode.value)
        batch.writing.clock = self._stands.plant_clock.state
        if plan is not None:
            batch.writing.delta = plan.take_delta()
        self._stands.store.commit(batch.writing)
        if plan is not self._stands.plan:
            self._stands.adopt(self._stands.plant, plan)
        batch.publish()

    def import_plant(
        self,
        plant: Plant,
        files: Mapping[str, bytes],
        since: dict[str, Since],
        changes: tuple[str, ...],
        actor: str,
        *,
        validate_only: bool,
    ) -> None:
        """Take over a plant that differs from the present one. Raises WouldBreakReservations.

        `since` is what came and went of its stock after it was counted.
        """
        self._follow()
        plant = plant.calibrated(self._stands.calibration)
        clock = self._clock_of(plant)
        laid = self._stands.lay_over(plant)
        plan = self._plan_of(laid, clock, since)
        if validate_only:
            return
        batch = Batch(self._stands.book, from_unix(self._logged_s()), int(self._stands.clock.unix()))
        version = 0 if plan is None else plan.version
        batch.note(EventKind.PLANT_IMPORTED, actor, plan_version=version, detail=f"{len(changes)} changes")
        batch.writing.plant_files = files
        batch.writing.plant_rows = [PlantRow(SINCE, item, since_to_cells(row)) for item, row in since.items()]
        if self._stands.imported is not None:
            known = self._stands.imported.customer_by_id
            batch.writing.credit_changes = credit_changes(known, plant.customers, self._logged_s())
        batch.writing.clock = clock
        batch.writing.delta = None if plan is None else plan.take_delta()
        self._stands.store.commit(batch.writing)
        self._stands.plant_clock.adopt(clock, free=False)
        self._stands.plant_version += 1
        self._stands.since, self._stands.rows_fed = since, 0
        self._stands.imported = plant
        self._stands.credit.add(batch.writing.credit_changes)
        self._stands.adopt(laid, plan)
        batch.publish()

    def _clock_of(self, plant: Plant) -> ClockState:
        """The clock under a new plant: its mode, if the files changed it, from the present time on."""
        state, mode = self._stands.plant_clock.state, plant.settings.clock
        if self._stands.plant is not None and self._stands.plant.settings.clock is mode:
            return state
        if self._stands.plant is None or not self._stands.plant_clock.ready:
            return replace(state, mode=mode)
        now_s = self._stands.plant_clock.now_s()
        return ClockState(mode, now_s - int(self._stands.clock.unix()), now_s)

    def _plan_of(self, plant: Plant, clock: ClockState, since: Mapping[str, Since]) -> Planner | None:
        if clock.mode is ClockMode.MANUAL and clock.manual_s is None:
            return None
        old = self._stands.plan
        if old is None or not len(self._stands.book):
            return Planner(plant, self._stands.plant_clock.now_s_of(clock))
        old.advance(self._stands.plant_clock.now_s())
        counts = {row.item_id: to_unix_down(row.as_of) for row in plant.on_hand}
        fresh = old.rebuild(plant, counts | {item: to_unix_down(row.counted_at) for item, row in since.items()})
        late = list(late_lines(fresh, self._stands.book, old.plant, plant, made=False))
        if late:
            raise WouldBreakReservations(late)
        bind_to_carriers(old.plant, fresh, self._stands.book.all())
        return fresh

    def _logged_s(self) -> int:
        """The plant's time for the log, or the machine's while the plant has none."""
        return self._stands.plant_clock.now_s() if self._stands.plant_clock.ready else int(self._stands.clock.unix())

    def fail_check(self, violations: list[str]) -> None:
        """Promise nothing more, and say why in the log."""
        batch = Batch(self._stands.book, from_unix(self._logged_s()), int(self._stands.clock.unix()))
        reason = f"the check of the plan found {len(violations)} violations: {violations[0]}"
        batch.note(EventKind.CHECK_FAILED, "desk", reason=reason[:EVENT_REASON_MAX])
        self._stands.condemned = self._stands.halted = reason
        self._stands.store.commit(batch.writing)
        batch.publish()
