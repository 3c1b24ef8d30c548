"""What stands: plant, clock, orders and plan of one desk, as loaded from the store and changed since."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from domain.checks import from_unix, to_unix_down
from domain.errors import DeskStopped
from domain.plant import ClockMode, Plant
from domain.promises import ChainStep, MaterialReservation, Promise, Reservation
from domain.supply import Since
from promising.batch import Batch
from promising.book import Book
from promising.decisions import Decisions
from promising.duplicates import Duplicates
from promising.exposure import Exposure
from promising.holds import Holds
from promising.plant_clock import UNSET, PlantClock
from promising.plant_files import read_plant
from promising.plant_files.fed import since_of, with_rows
from promising.ports import Admit, Approve, Clock, DeskMetrics, PlantStore
from promising.requests import FINAL, order_state
from promising.settings import DeskSettings
from scheduler.planner import Planner
from scheduler.view import PlanView

NO_PLANT = "no plant was imported yet"


class Standing:
    """Changed by the writer's thread only; `plant`, `halted` and the book may be read by any."""

    def __init__(
        self, store: PlantStore, clock: Clock, settings: DeskSettings, admit: Admit, metrics: DeskMetrics,
        approve: Approve,
    ) -> None:  # fmt: skip
        self.store = store
        self.clock = clock
        self.book = Book(store)
        self.plant_clock = PlantClock(clock)
        self.plant: Plant | None = None
        self.plant_version = 0
        self.since: dict[str, Since] = {}
        """What came and went of items after their last counts."""
        self.rows_fed = 0
        """Rows that feeds added to the plant since its import, or more: the next one's place."""
        self.halted = "it has not started"
        """Why nothing is promised; empty when the desk is deciding."""
        self.condemned = ""
        """What the checker found; nothing is promised until a restart."""
        self.decisions: Decisions | None = None
        self.age = 0
        """Orders decided since the last re-dispatch."""
        self._settings = settings
        self._admit = admit
        self._metrics = metrics
        self._approve = approve
        self._duplicates = Duplicates(settings.duplicate_days, self.book.demands)
        self._exposure = Exposure(self.book.open_orders)
        self._holds = Holds()

    @property
    def plan(self) -> Planner | None:
        """The plan; between batches it is the committed one."""
        return None if self.decisions is None else self.decisions.plan

    def load(self) -> None:
        """Everything from the store, as after a restart."""
        stored = self.store.load()
        self.plant_clock.load(stored.clock, stored.image.now_s)
        self.book.load(stored.last_event)
        self.plant_version = stored.plant_version
        self._holds.load(stored.holds)
        self.since = since_of(stored.plant_rows)
        self.rows_fed = 1 + max((row.place for row in stored.plant_rows if row.place is not None), default=-1)
        plant = None
        if stored.plant_files is not None:
            plant = read_plant(with_rows(stored.plant_files, stored.plant_rows))
        if plant is None or not self.plant_clock.ready:
            self.adopt(plant, None)
        else:
            self.adopt(plant, Planner.restore(plant, self.plant_clock.now_s(), stored.image))

    def load_plan(self) -> None:
        """Only the plan from the store, without what was decided and never committed."""
        if self.plant is not None and self.plant_clock.ready:
            stored = self.store.load()
            self._holds.load(stored.holds)
            self.adopt(self.plant, Planner.restore(self.plant, self.plant_clock.now_s(), stored.image))

    def adopt(self, plant: Plant | None, plan: Planner | None) -> None:
        """Decide on this plan of this plant from now on."""
        self._duplicates.clear()
        self._exposure.clear()
        self.age = 0
        self.plant = plant
        if plant is None or plan is None:
            self.decisions = None
            self.halted = NO_PLANT if plant is None else UNSET
            return
        self._admit.look(plant, self._exposure)
        self.decisions = Decisions(
            plant, plan, self._duplicates, self._exposure, self._holds, self._admit, self._approve, self._metrics,
            self.clock, self._settings,
        )  # fmt: skip
        self.halted = self.condemned

    def begin(self) -> Batch:
        """A batch at the plant's time now, up to which the plan has followed and holds have run out."""
        assert self.decisions is not None
        now_s = self.plant_clock.now_s()
        batch = Batch(self.book, from_unix(now_s), int(self.clock.unix()))
        self.decisions.changes.expire(batch, now_s)
        return batch

    def until_expiry_s(self) -> float:
        """Seconds until the next hold runs out by a clock that runs by itself; infinite if none does."""
        next_s = self._holds.next_s
        if next_s is None or self.decisions is None or self.plant_clock.state.mode is ClockMode.MANUAL:
            return inf
        return max(0.0, next_s - self.plant_clock.now_s())

    def lose_plan(self, why: str) -> None:
        """Halt without a plan: the one here holds what was never committed, and the store can't be read."""
        self.halted = why
        self.decisions = None

    def feed(self, plant: Plant, since: dict[str, Since], added: int) -> None:
        """Decide on a plant that differs from the standing one in stock, receipts and customers only."""
        self.plant, self.since = plant, since
        self.rows_fed += added
        if self.decisions is not None:
            self.decisions.plant = self.decisions.changes.plant = self.decisions.plan.plant = plant
            self._admit.look(plant, self._exposure)

    # Readings, of the committed plan.

    def settled(self, promise: Promise) -> bool:
        """True when the plan has not changed since the promise, or can't be asked; for any thread."""
        plan = self.plan
        return plan is None or promise.plan_version == plan.version or order_state(promise) in FINAL

    def refresh(self, order_id: str) -> Promise | None:
        """The order with the ends that are planned now."""
        promise = self.book.find(order_id)
        if self.decisions is None or promise is None:
            return promise
        return self.decisions.refresh(promise)

    def reservations(self, order_id: str) -> list[Reservation]:
        """Those of one order. Raises DeskStopped while the plan is lost."""
        return [] if self.unplanned else self._readable().reservations(order_id)

    def chain(self, order_id: str) -> list[ChainStep]:
        """The operations of one order with what they wait for. Raises DeskStopped while the plan is lost."""
        promise = self.book.find(order_id)
        if promise is None or self.unplanned:
            return []
        decided_s = {line.line_no: to_unix_down(line.decided_at or promise.decided_at) for line in promise.lines}
        held_s = 0 if promise.hold is None else to_unix_down(promise.hold.expires_at)
        return self._readable().chain(order_id, decided_s, held_s)

    def pegs(self, order_id: str) -> Sequence[MaterialReservation]:
        """The material that one order holds. Raises DeskStopped while the plan is lost."""
        return () if self.unplanned else self._readable().pegs(order_id)

    @property
    def plan_version(self) -> int:
        """Version of the plan; 0 without one."""
        plan = self.plan
        return 0 if plan is None else plan.version

    @property
    def unplanned(self) -> bool:
        """True when there never was a plan: without a plant, or before a manual clock is set."""
        return self.decisions is None and self.halted in (NO_PLANT, UNSET)

    def view(self) -> PlanView:
        """The plan, to be read by any thread. Raises DeskStopped when there is none."""
        return self._readable().view()

    def _readable(self) -> Planner:
        plan = self.plan
        if plan is None:
            raise DeskStopped(self.halted)
        return plan
