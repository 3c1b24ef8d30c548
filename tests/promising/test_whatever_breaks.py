"""A stateful machine of planners and the shop floor: all that breaks, is reported, proposed and done by hand."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from domain.alerts import AlertLevel
from domain.disruptions import DisruptionKind
from domain.errors import JiaoqiError
from domain.items import Mode, Pause
from domain.orders import Order, OrderLine, ShipMode
from domain.plant import Plant
from domain.progress import MarkKind
from domain.promises import EventKind, PromiseState, Reservation
from domain.proposals import Cap, ProposalKind
from domain.repromises import Treatment
from domain.resources import Resource, ResourceKind
from domain.supply import Receipt
from domain.trade import CostRate
from domain.values import replace
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.hand_requests import HandAsk, MoveWork, PinWork, UnpinWork, Work
from promising.progress_requests import ProgressAsk, ProgressItem
from promising.proposal_requests import ProposalAsk, ReplanAsk
from promising.repromise_requests import RepromiseAsk, Selection
from promising.requests import FINAL, Ask, ChangeAsk, ForceDate
from promising.rush import RushAsk
from simulators.world.faults import ShakySearch
from tests.promising.desks import MONDAY, OFF, Bench
from tests.promising.test_machine import works

K = DisruptionKind
HOUR = timedelta(hours=1)
SUBJECTS = {
    K.MACHINE_DOWN: ("M1", "M2", "TABLE", "TURNERS"), K.MOULD_IN_REPAIR: ("CAP", "LID"),
    K.CREW_ABSENT: ("SETTER", "PACKERS"), K.SHIFT_CANCELLED: ("long", "M1"), K.SHIFT_ADDED: ("day", "M2"),
    K.MATERIAL_LATE: ("R1", "R2"), K.MATERIAL_SHORT: ("R1", "jar"), K.MATERIAL_REJECTED: ("R2", "screw"),
    K.SUPPLIER_STOPPED: ("screw", "jar"), K.CARRIER_STOPPED: ("truck",), K.CAVITIES_OUT: ("CAP", "LID"),
    K.SCRAPPED: (), K.CUSTOMER_CHANGE: (),
}  # fmt: skip
"""Of the last two it is an order."""
MOVING = frozenset({
    EventKind.DATE_MOVED, EventKind.DATE_FORCED, EventKind.AMENDED, EventKind.REPROMISED, EventKind.SPLIT,
    EventKind.RUSHED, EventKind.CANCELLED,
})  # fmt: skip
"""What a promised time may move by, for the order that it happens to."""
ITEMS = ("cap", "cap-white", "lid", "box", "set", "jar", "screw")


def everything() -> Plant:
    """The works with receipts, prices, and a firm that moulds caps, too."""
    plant = works()
    out = Mode("out", "TURNERS", fixed=3 * HOUR, per_piece=timedelta(seconds=20), pause=Pause.SHIFT)
    caps = next(routing for routing in plant.routings if routing.id == "cap")
    mould = replace(caps.operations[0], modes=(*caps.operations[0].modes, out))
    routings = (replace(caps, operations=(mould,)), *(each for each in plant.routings if each is not caps))
    rates = [CostRate(name, 10_000) for name in ("overtime_hour", "changeover", "outside_hour", "machine_hour")]
    return replace(
        plant,
        resources=(*plant.resources, Resource("TURNERS", ResourceKind.OUTSIDE, calendar_id="day")),
        routings=routings,
        receipts=(
            Receipt("R1", "jar", 300, MONDAY + 20 * HOUR),
            Receipt("R2", "screw", 200, MONDAY + 30 * HOUR),
        ),
        cost_rates=(*rates, *(CostRate(f"delay_day_{priority}", 5_000) for priority in range(1, 10))),
    )


class Breaking(RuleBasedStateMachine):
    """What was told of each order stands, unless an event of its own says otherwise; every plan passes the check."""

    @initialize()
    def open_shop(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.bench = Bench(self.folder / "plant.sqlite", everything(), settings=OFF)
        self._search()
        self.told: dict[str, dict[int, datetime | None]] = {}
        self.seen = self.requests = 0
        for number, (item, quantity, hours, priority) in enumerate(
            (("cap", 300, 6, 5), ("box", 90, 30, 8), ("set", 120, 50, 2), ("jar", 700, 40, 5), ("lid", 240, 20, 7))
        ):
            self._promise(f"SO-{number}", ((item, quantity),), hours, priority, "north" if number % 2 else "")

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.close()
            shutil.rmtree(self.folder)

    def _search(self) -> None:
        self.bench.desk.proposals.replanner = ShakySearch(Random(1), monotonic)

    def _id(self) -> str:
        self.requests += 1
        return f"q{self.requests}"

    def _do(self, act):
        """The answer; a refusal changes nothing."""
        desk = self.bench.desk
        last = desk.last_event()
        try:
            return act()
        except JiaoqiError:
            # What is due by itself comes first.
            by_itself = {EventKind.RESEQUENCED, EventKind.EXPIRED, EventKind.RECOVERED, EventKind.AT_RISK}
            kinds = {event.kind for event in desk.events(last, 10**6)}
            assert kinds <= by_itself | {EventKind.DISRUPTION_AMENDED, EventKind.DISRUPTION_CLOSED}
            return None

    # Sales.

    def _promise(self, name: str, lines, hours: int, priority: int, region: str, ship=ShipMode.BY_LINE) -> None:
        by = self.bench.desk.now() + hours * HOUR
        rows = tuple(OrderLine(number, item, quantity, by) for number, (item, quantity) in enumerate(lines, 1))
        made = Order(name, "ACME", rows, priority=priority, region=region, ship=ship)
        self._do(lambda: self.bench.desk.promise(Ask(made, self._id(), "sales")))

    @rule(
        lines=st.lists(st.tuples(st.sampled_from(ITEMS), st.integers(1, 500)), min_size=1, max_size=2),
        hours=st.integers(1, 100), priority=st.integers(1, 9), region=st.sampled_from(("", "north")),
        ship=st.sampled_from(ShipMode),
    )  # fmt: skip
    def promise(self, lines, hours, priority, region, ship) -> None:
        self._promise(f"SO-{self.requests + 10}", lines, hours, priority, region, ship)

    def _order(self, data) -> str:
        return data.draw(st.sampled_from(sorted(promise.order.id for promise in self.bench.desk.list_orders(100)[0])))

    # What breaks.

    @rule(data=st.data(), kind=st.sampled_from(DisruptionKind), begins=st.integers(-4, 30), lasts=st.integers(0, 60))
    def disrupt(self, data, kind, begins, lasts) -> None:
        now = self.bench.desk.now()
        subject = data.draw(st.sampled_from(SUBJECTS[kind])) if SUBJECTS[kind] else self._order(data)
        end = now + (max(begins, 0) + lasts) * HOUR if lasts else None
        report = Report(subject, kind, now + begins * HOUR, end)
        if kind in (K.MATERIAL_SHORT, K.MATERIAL_REJECTED, K.SCRAPPED):
            report = replace(report, quantity=data.draw(st.integers(0 if kind is not K.SCRAPPED else 1, 300)))
        if kind is K.CAVITIES_OUT:
            report = replace(report, quantity=1)
        if kind is K.MATERIAL_LATE and end is not None:
            report = replace(report, start=None, end=end + 40 * HOUR)
        if kind is K.CARRIER_STOPPED and lasts % 2:
            report = replace(report, region="north")
        if kind is K.SCRAPPED:
            report = replace(report, start=None, end=None, line_no=1)
        if kind is K.CUSTOMER_CHANGE:
            wanted = data.draw(st.none() | st.integers(1, 90))
            many, withdrawn = data.draw(st.integers(0, 300)), lasts % 7 == 0
            by = None if wanted is None or withdrawn else now + wanted * HOUR
            report = Report(subject, kind, quantity=0 if withdrawn else many, wanted=by, withdrawn=withdrawn, line_no=1)
        asked = DisruptionAsk(report, self._id(), "floor")
        first = self._do(lambda: self.bench.desk.disrupt(asked))
        if first is not None and (first.change is None or first.change.made):
            assert self.bench.desk.disrupt(asked).disruption == first.disruption

    @rule(data=st.data(), how=st.sampled_from(("over", "never", "known", "unknown", "fewer")), hours=st.integers(1, 50))
    def amend(self, data, how, hours) -> None:
        known = self.bench.desk.disruptions()
        if not known:
            return
        one = data.draw(st.sampled_from(known))
        end = self.bench.desk.now() + hours * HOUR
        change = {
            "over": CloseReport(one.id), "never": CloseReport(one.id, one.start), "known": AmendReport(one.id, end=end),
            "unknown": AmendReport(one.id, expected_end=end), "fewer": AmendReport(one.id, quantity=hours),
        }[how]  # fmt: skip
        self._do(lambda: self.bench.desk.disrupt(DisruptionAsk(change, self._id(), "floor")))

    @rule(data=st.data(), kind=st.sampled_from(MarkKind), ago=st.integers(0, 400), good=st.none() | st.integers(0, 300),
          corrects=st.booleans())  # fmt: skip
    def report(self, data, kind, ago, good, corrects) -> None:
        rows = self.bench.desk.schedule()
        if rows:
            key = data.draw(st.sampled_from(rows)).operation_key
            counts = None if kind in (MarkKind.NOT_STARTED, MarkKind.STARTED) else good
            at = self.bench.desk.now() - timedelta(minutes=ago)
            item = ProgressItem(kind, operation_key=key, time=at, good=counts, corrects=corrects)
            self._do(lambda: self.bench.desk.progress(ProgressAsk((item,), self._id(), "floor")))

    # Planners.

    def _kept(self) -> dict[int, Reservation]:
        """What is pinned, or fixed: no proposal, rush or order may move it."""
        pins = {pin.operation_key for pin in self.bench.desk.pins()}
        rows = self.bench.desk.schedule()
        return {row.operation_key: row for row in rows if row.fixed or row.operation_key in pins}

    @rule(kind=st.sampled_from(ProposalKind), most=st.none() | st.integers(0, 3), within=st.integers(0, 60),
          meanwhile=st.integers(0, 300))  # fmt: skip
    def propose(self, kind, most, within, meanwhile) -> None:
        """A search, perhaps an order meanwhile, and what was found applied: the cap is kept, what is fixed stays."""
        capped = kind is ProposalKind.PROTECT and most is not None
        cap = Cap(most, within * HOUR) if capped else None
        asked = ReplanAsk(self._id(), "planner", (kind,), effort=2, cap=cap)
        desk = self.bench.desk
        found = self._do(lambda: desk.proposals.replan(asked, lambda _: None, lambda: True))
        if meanwhile:
            self._promise(f"SO-{self.requests + 10}", (("lid", meanwhile),), 40, 5, "")
        for one in found or ():
            due = [line.promised_before for line in one.lines if line.moves]
            assert cap is None or len(due) <= cap.most
            assert cap is None or all(promised >= one.made_at + cap.none_within for promised in due)
            kept, now = self._kept(), desk.now()
            applied = self._do(lambda one=one: desk.proposals.apply(ProposalAsk(one.id, self._id(), "planner")))
            if applied is None:
                continue
            after = {row.operation_key: row for row in desk.schedule()}
            for key, row in kept.items():
                if row.end > now:
                    assert (after[key].start, after[key].resource_id) == (row.start, row.resource_id)
            moved = {line.order_id for line in applied.told if line.moves} | {line.order_id for line in one.lines}
            dated = {e.order_id for e in desk.events(self.seen, 10**6) if e.kind is EventKind.DATE_MOVED}
            assert dated <= moved

    @rule(data=st.data(), do=st.sampled_from(("pin", "unpin", "move")), hours=st.integers(0, 60))
    def by_hand(self, data, do, hours) -> None:
        rows = self.bench.desk.schedule()
        pins = self.bench.desk.pins()
        if not rows or (do == "unpin" and not pins):
            return
        key = data.draw(st.sampled_from(pins if do == "unpin" else rows)).operation_key
        move = MoveWork(start=self.bench.desk.now() + hours * HOUR, break_most=hours % 3)
        change = {"pin": PinWork(), "unpin": UnpinWork(), "move": move}[do]
        self._do(lambda: self.bench.desk.handle(HandAsk(Work(key), change, self._id(), "planner")))

    @rule(data=st.data(), hours=st.integers(1, 90))
    def force_a_date(self, data, hours) -> None:
        name = self._order(data)
        change = ForceDate(1, self.bench.desk.now() + hours * HOUR)
        self._do(lambda: self.bench.desk.change(ChangeAsk(name, change, self._id(), "planner", "he insists")))

    @rule(data=st.data(), most=st.integers(0, 3))
    def rush(self, data, most) -> None:
        name = self._order(data)
        asked = RushAsk(name, 1, self._id(), "planner", "in a hurry", break_most=most)
        made = self._do(lambda: self.bench.desk.rush(asked))
        if made is not None:
            stands = self.bench.desk.get(name)
            assert [line.expected_time for line in made.after.lines] == [line.expected_time for line in stands.lines]

    @rule(data=st.data())
    def repromise(self, data) -> None:
        names = sorted(promise.order.id for promise in self.bench.desk.list_orders(100)[0])
        ways = {name: data.draw(st.sampled_from([None, *Treatment])) for name in names}
        selected = {
            way: (Selection(order_ids=tuple(name for name in names if ways[name] is way)),)
            for way in Treatment
            if way in ways.values()
        }
        if selected:
            asked = RepromiseAsk(
                self._id(), "planner", selected.get(Treatment.CONFIRM, ()), selected.get(Treatment.IMPROVE, ()),
                selected.get(Treatment.GIVE_WAY, ()),
            )  # fmt: skip
            self._do(lambda: self.bench.desk.repromise(asked))

    @rule(minutes=st.integers(1, 240) | st.integers(1, 2400))
    def pass_time(self, minutes) -> None:
        self.bench.desk.set_clock(self.bench.desk.now() + timedelta(minutes=minutes))

    @rule()
    def crash(self) -> None:
        """Everything is found again as it was."""
        before = self._stands()
        self.bench.crash()
        self._search()
        assert self._stands() == before

    def _stands(self):
        desk = self.bench.desk
        lines = {promise.order.id: desk.get(promise.order.id).lines for promise in desk.list_orders(100)[0]}
        return desk.schedule(), desk.at_risk(), desk.pins(), desk.disruptions(closed=True), lines, desk.plant()

    # What always holds.

    @invariant()
    def the_plan_passes_the_check(self) -> None:
        if hasattr(self, "bench"):
            assert self.bench.desk.check() == []

    @invariant()
    def promised_times_move_with_an_event_of_their_order_and_what_is_late_says_so(self) -> None:
        if not hasattr(self, "told"):
            return
        desk = self.bench.desk
        events = desk.events(self.seen, 10**6)
        self.seen = desk.last_event()
        moved = {event.order_id for event in events if event.kind in MOVING}
        for promise in desk.list_orders(100)[0]:
            name = promise.order.id
            lines = desk.get(name).lines
            now = {line.line_no: line.promised_time for line in lines}
            assert name in moved or self.told.setdefault(name, now) == now
            self.told[name] = now
            for line in lines:
                if line.state in FINAL:
                    continue
                late = line.expected_time > line.promised_time
                assert (line.state is PromiseState.AT_RISK) == late, (name, line)
                assert not late or line.cause is not None or "forced_date" in line.notes, (name, line)

    @invariant()
    def what_is_late_has_an_alert(self) -> None:
        """Unless it is there already."""
        if not hasattr(self, "told"):
            return
        desk = self.bench.desk
        late = {(row.order_id, row.line_no) for row in desk.at_risk() if row.expected > desk.now()}
        assert late == {alert.name for alert in desk.alerts()[1] if alert.level is AlertLevel.LATE}


def test_whatever_breaks_and_is_done_about_it() -> None:
    """Few and short runs; without shrinking, which takes many times as long."""
    run_state_machine_as_test(
        Breaking,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
