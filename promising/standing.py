"""What stands: plant, clock, orders and plan of one desk, as loaded from the store and changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from math import inf
from threading import Thread

from domain.calibration import Calibration
from domain.checks import from_unix, to_unix_down, to_unix_up
from domain.disrupted import in_force, supply_in_force
from domain.disruptions import ORDERS, Disruption, DisruptionKind, DisruptionState
from domain.errors import DeskStopped
from domain.orders import Order
from domain.pins import Pin
from domain.plant import ClockMode, Plant
from domain.promises import ChainStep, MaterialReservation, Promise, Reservation
from domain.supply import Since
from promising.alerts import Look
from promising.batch import Batch
from promising.book import Book
from promising.credit_history import CreditHistory
from promising.decisions import Decisions
from promising.disruption_requests import LineAtRisk
from promising.duplicates import Duplicates
from promising.exposure import Exposure
from promising.holds import Holds
from promising.offers import Offers
from promising.plant_clock import UNSET, PlantClock
from promising.plant_files import read_plant
from promising.plant_files.fed import since_of, with_rows
from promising.ports import Admission, Clock, DeskMetrics, PlanBefore, PlantStore, StandingOrder, Stored
from promising.qualified import Qualified
from promising.quote_ids import limited
from promising.requests import FINAL, Ask, is_at_risk, order_state
from promising.risks import Risks, at_risk_line, record
from promising.ruled import Ruled, with_priority
from promising.settings import DeskSettings
from promising.what_if import Trial
from scheduler.planner import Planner
from scheduler.records import PinFacts
from scheduler.view import PlanView

NO_PLANT = "no plant was imported yet"
REMEMBERED = timedelta(days=30)
"""How long a disruption that is over stays in the plant, for the work that it met."""
ROOM = 16_384
"""Operations for which a plan has room at least when nobody waits: some days' orders of a middling plant."""


def _awaits(disruption: Disruption) -> bool:
    """Whether the desk has to do something when its end comes: nobody knows it, or cavities are back."""
    if disruption.state is DisruptionState.OPEN and disruption.kind is DisruptionKind.CAVITIES_OUT:
        return True
    if disruption.kind in ORDERS:
        return False
    return disruption.end is None and disruption.expected_end is not None


def plan_of(plant: Plant, now_s: int, stored: Stored) -> Planner:
    """The plan as it is stored, in the plant in force, at the plant's time (Unix seconds)."""
    plan = Planner.restore(plant, now_s, stored.image)
    plan.recall(stored.progress)
    plan.know_pins({key: PinFacts(to_unix_down(pin.ready), to_unix_up(pin.end)) for key, pin in stored.pins.items()})
    return plan


def _read(found: Future[Iterable[StandingOrder]], read: Callable[[], Iterable[StandingOrder]]) -> None:
    """Let whoever waits for `found` have what reading comes to."""
    try:
        found.set_result(read())
    except BaseException as error:
        found.set_exception(error)


class Standing:
    """Changed by the writer's thread only; `plant`, `halted` and the book may be read by any."""

    def __init__(
        self, store: PlantStore, clock: Clock, settings: DeskSettings, ruled: Ruled, metrics: DeskMetrics
    ) -> None:
        self.store = store
        self.clock = clock
        self.book = Book(store)
        self.plant_clock = PlantClock(clock)
        self.offers = Offers()
        self.plant: Plant | None = None
        """The plant in force: as it was imported, with what feeds changed and disruptions over it."""
        self.imported: Plant | None = None
        """The plant without the disruptions."""
        self.pins: dict[int, Pin] = {}
        """Operations that planners pinned, by key; some may have begun since, or be gone."""
        self._left_unheard: set[str] = set()
        self.next_unheard: Disruption | None = None
        """The open disruption without a known end whose expected end comes first."""
        self.calibration: Calibration | None = None
        """What was learned last of executed work."""
        self.before: PlanBefore | None = None
        """The plan before a disruption, as it is kept; it may be one of another version of the plant."""
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
        self._ruled = ruled
        self._metrics = metrics
        self.credit = CreditHistory()
        """How limits and grades of customers changed."""
        self._duplicates = Duplicates(settings.duplicate_days, self.book.demands)
        self._exposure = Exposure(
            self.book.open_orders, self.plant_clock.now_s, self.credit, Qualified(self.book.delivered)
        )
        self._holds = Holds()

    @property
    def disruptions(self) -> Mapping[str, Disruption]:
        """All that were ever reported, in that order."""
        return self.book.disruptions

    @property
    def plan(self) -> Planner | None:
        """The plan; between batches it is the committed one."""
        return None if self.decisions is None else self.decisions.plan

    def load(self) -> None:
        """Everything from the store, as after a restart; the orders are read while the plan is laid out."""
        stored = self.store.load()
        orders: Future[Iterable[StandingOrder]] = Future()
        # A thread and no pool: a pool takes no more work once the main thread has ended, and then a desk in a program
        # whose other threads go on could never read its store again.
        reader = Thread(target=_read, args=(orders, self.store.load_orders), name="read")
        # Most of the reading is the database's work, for which no interpreter is needed.
        reader.start()
        try:
            self._lay_out(stored, orders)
        finally:
            reader.join()

    def _lay_out(self, stored: Stored, orders: Future[Iterable[StandingOrder]]) -> None:
        self._ruled.load(stored.rules)
        self.plant_clock.load(stored.clock, stored.image.now_s)
        self.plant_version = stored.plant_version
        self.book.rule_counts.load(self.store)
        self._holds.load(stored.holds)
        self.book.takings.load(stored.taken)
        self.credit.load(stored.credit_changes)
        self.since = since_of(stored.plant_rows)
        self.rows_fed = 1 + max((row.place for row in stored.plant_rows if row.place is not None), default=-1)
        self.book.load_disruptions(stored.disruptions)
        self._find_unheard()
        self.pins = dict(stored.pins)
        self.imported = None
        if stored.plant_files is not None:
            plant = read_plant(with_rows(stored.plant_files, stored.plant_rows))
            self.imported = plant.calibrated(stored.calibration)
        self.calibration = stored.calibration
        self.before = stored.before
        laid = None if self.imported is None else self.lay_over(self.imported)
        plan = None if laid is None or not self.plant_clock.ready else self._restored(laid, stored)
        self.book.load(stored.last_event, orders.result())
        self.adopt(laid, plan)

    def load_plan(self) -> None:
        """Only the plan from the store, without what was decided and never committed."""
        if self.plant is not None and self.plant_clock.ready:
            stored = self.store.load()
            self._holds.load(stored.holds)
            self.book.takings.load(stored.taken)
            self.adopt(self.plant, self._restored(self.plant, stored))

    def _restored(self, plant: Plant, stored: Stored) -> Planner:
        self.pins = dict(stored.pins)
        return plan_of(plant, self.plant_clock.now_s(), stored)

    def adopt(self, plant: Plant | None, plan: Planner | None) -> None:
        """Decide on this plan of this plant from now on."""
        self._duplicates.clear()
        self._exposure.clear()
        self.age = 0
        self.plant = plant
        self.book.quotas.look(self.imported)
        self.book.quotas.look_at_hours(plant)
        self.book.count_quotas()
        if plant is None or plan is None:
            self.decisions = None
            self.halted = NO_PLANT if plant is None else UNSET
            return
        plan.make_room(ROOM)
        self._ruled.look(plant, self._exposure)
        self.decisions = self.decisions_on(plan)
        self.halted = self.condemned

    def decisions_on(self, plan: Planner) -> Decisions:
        """What decides on a plan as the desk does on its own; on a copy only quotes and checks."""
        return Decisions(
            plan.plant, plan, self._duplicates, self._exposure, self._holds, self._ruled, self._metrics,
            self.clock, self._settings, self.book.takings, self.offers, self.book.quotas,
        )  # fmt: skip

    def as_placed(self, ask: Ask) -> Order | None:
        """The order as it would be placed now by the rules, or None where it would not be, or only held."""
        assert self.plant is not None
        verdict = self._ruled.admit(ask.order, from_unix(self.plant_clock.now_s()))
        if verdict.admission is not Admission.PASS or ask.hold_until is not None:
            return None
        return limited(with_priority(ask.order, verdict), ask.as_quoted, self.plant.settings.id, ask.order)

    def priority_of(self, order: Order, now: datetime) -> int:
        """The priority that an order has by the rules."""
        return with_priority(order, self._ruled.admit(order, now)).priority

    def begin(self, at_s: int | None = None) -> Batch:
        """A batch at the plant's time now (or at a time on the way), up to which plan and holds have followed."""
        assert self.decisions is not None
        now_s = self.plant_clock.now_s() if at_s is None else max(at_s, self.decisions.plan.now_s)
        batch = Batch(self.book, from_unix(now_s), int(self.clock.unix()))
        self.decisions.changes.expire(batch, now_s)
        return batch

    def spent(self, began: float) -> timedelta:
        """How long the writer has been at something that it began at this time of the monotonic clock."""
        return timedelta(seconds=round(self.clock.monotonic() - began, 6))

    def stood_still(self, what: str, began: float) -> timedelta:
        """The same, and counted: `what` is what was reported."""
        spent = self.spent(began)
        self._metrics.stood_still(what, spent.total_seconds())
        return spent

    # Disruptions.

    def lay_over(self, plant: Plant, made: Disruption | None = None) -> Plant:
        """A plant with the disruptions over it, `made` among them: newly, or in the place of an earlier version.

        Of those that are over the ones are left out that no work can have met which isn't history.
        """
        return self.lay_all_over(plant, () if made is None else (made,))

    def lay_all_over(self, plant: Plant, made: Sequence[Disruption]) -> Plant:
        """As `lay_over`, with several that are new or changed."""
        known = {**self.disruptions, **{each.id: each for each in made}}
        return in_force(plant, self.remembered(known.values()))

    def remembered(self, known: Iterable[Disruption]) -> Iterator[Disruption]:
        """Those that are in force, or over so lately that work may have met them."""
        since = from_unix(max(0, self.plant_clock.floor_s)) - REMEMBERED
        return (each for each in known if each.state is DisruptionState.OPEN or each.until > since)

    def look(self) -> Look:
        """A copy of the plan and of its orders to look for alerts in, at the plant's time now. Raises DeskStopped."""
        plan = self._readable()
        now_s = max(plan.now_s, self.plant_clock.now_s())
        return Look(plan.scratch(), self.book.frozen(plan.order_ids), from_unix(now_s))

    def trial(self, supposed: Callable[[], Sequence[Disruption]]) -> Trial:
        """A copy of the plan and of its orders to try disruptions on, at the plant's time now. Raises DeskStopped."""
        began = self.clock.monotonic()
        made = tuple(supposed())
        plan, now_s = self._readable(), self.plant_clock.now_s()
        assert self.imported is not None
        known = tuple(self.remembered(self.disruptions.values()))
        copy, book = plan.scratch(), self.book.frozen(plan.order_ids)
        return Trial(copy, book, self.imported, known, made, from_unix(now_s), self.spent(began))

    def laid(self, made: Disruption) -> Plant:
        """The plant as it will be in force with a disruption that is new or changed."""
        assert self.imported is not None
        return self.lay_over(self.imported, made)

    def disrupt(self, made: Disruption, plant: Plant) -> None:
        """Decide on a plant that differs from the standing one by this disruption, which the plan has taken over."""
        self.book.know_disruptions([made])
        self._find_unheard()
        self._decide_on(plant)

    def known_before(self) -> PlanBefore | None:
        """The plan before a disruption, of this version of the plant; None: there is nothing to go back to."""
        before = self.before
        return before if before is not None and before.plant_version == self.plant_version else None

    def note_pins(self, changed: Iterable[tuple[int, Pin | None]]) -> None:
        """Know what is pinned now, and what no longer is, once that is committed."""
        for key, pin in changed:
            self.pins.pop(key, None)
            if pin is not None:
                self.pins[key] = pin

    def leave_unheard(self, disruption: Disruption) -> None:
        """Don't move the expected end of this version of a disruption any more."""
        self._left_unheard.add(disruption.etag)
        self._find_unheard()

    def _find_unheard(self) -> None:
        known = self.disruptions.values()
        unknown = (each for each in known if _awaits(each) and each.etag not in self._left_unheard)
        self.next_unheard = min(unknown, key=lambda each: (each.until, each.id), default=None)

    def until_unheard_s(self) -> float:
        """Seconds until the next expected end passes, by a clock that runs by itself; infinite if there is none."""
        unheard = self.next_unheard
        if unheard is None or self.halted or self.plant_clock.state.mode is ClockMode.MANUAL:
            return inf
        return max(0.0, to_unix_up(unheard.until) - self.plant_clock.now_s())

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

    def fed(self, plant: Plant, made: Sequence[Disruption] = ()) -> Plant:
        """The plant in force with the stock, receipts and customers of the imported one after a feed.

        `made` are disruptions that it changes.
        """
        assert self.plant is not None
        known = {**self.disruptions, **{each.id: each for each in made}}
        laid = supply_in_force(plant, self.remembered(known.values()))
        return self.plant.with_supply(laid.on_hand, laid.receipts, plant.customers)

    def feed(
        self, plant: Plant, laid: Plant, since: dict[str, Since], added: int, closed: Sequence[Disruption] = ()
    ) -> None:
        """Decide on an imported plant that differs from the standing one in stock, receipts and customers only.

        `laid` is the same with the disruptions over it, of which some are `closed` by it.
        """
        self.book.know_disruptions(closed)
        self._find_unheard()
        self.imported = plant
        self.since = since
        self.rows_fed += added
        self._decide_on(laid)

    def calibrate(self, calibration: Calibration) -> None:
        """Promise from now on by what was learned of executed work."""
        self.calibration = calibration
        if self.imported is not None and self.plant is not None:
            self.imported = self.imported.calibrated(calibration)
            self._decide_on(self.plant.calibrated(calibration))

    def _decide_on(self, plant: Plant) -> None:
        self.plant = plant
        self.book.quotas.look_at_hours(plant)
        if self.decisions is not None:
            self.decisions.plant = self.decisions.changes.plant = self.decisions.plan.plant = plant
            self._ruled.look(plant, self._exposure)

    def recover(self, batch: Batch) -> None:
        """Tell into a batch which lines that were at risk are expected in time by the plan as it is now."""
        at_risk = self.book.at_risk()
        if self.decisions is None or not at_risk:
            return
        plan = self.decisions.plan
        risks = Risks(plan, batch)
        promised = {(order.order.id, line.line_no): line.promised_time for order, line in risks.planned(at_risk)}
        held = {name: at for name, at in risks.expected(at_risk).items() if at <= (promised[name] or at)}
        record(batch, risks.reckon(held), plan.version, "desk", "")

    # Readings, of the committed plan.

    def at_risk(self) -> Iterator[LineAtRisk]:
        """Lines that are expected after their promised times, with the ends that are planned now."""
        for order_id in self.book.at_risk():
            promise = self.refresh(order_id)
            for line in () if promise is None else promise.lines:
                if is_at_risk(line):
                    assert promise is not None
                    yield at_risk_line(promise, line)

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
