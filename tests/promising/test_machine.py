"""A stateful machine over all that can be asked of the desk, and all that goes wrong: what always holds, holds."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, defaultdict
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from domain.errors import DeskStopped
from domain.items import BomRow, Item, Mode, Routing, RoutingOperation, Sourcing, Substitute, Use
from domain.plant import Plant
from domain.promises import Event, EventKind, PromiseState
from domain.supply import OnHand
from domain.trade import Carrier, Customer
from domain.values import replace
from promising.desk import Redispatch
from promising.requests import FINAL, order_state
from tests.promising.desks import MONDAY, OFF, Bench, shop
from tests.promising.machine_feeds import FeedRules
from tests.promising.machine_orders import SOMETIMES, OrderRules
from tests.promising.machine_stock import Ledger
from tests.stores import KINDS, POSTGRESQL, Places

BOOK = (("box", 90, 70, 1, None), ("cap", 400, 30, 2, None), ("set", 120, 20, 1, 9), ("jar", 200, 40, 1, None))
"""Orders at the beginning: item, quantity, hours until they are wanted, lines, hours for which they are held."""
STOCK = (("cap-white", 150), ("jar", 700), ("screw", 300))
OPEN = frozenset({PromiseState.CONFIRMED, PromiseState.HELD, PromiseState.AT_RISK})


def works() -> Plant:
    """The moulding shop; a set takes a white cap, a jar from stock and two screws that are bought, and is packed.

    A box will do for a white cap where the customer says so, a jar for a screw. A truck goes north on weekdays.
    """
    plant = shop()
    pack = Mode("pack", "TABLE", crew_id="PACKERS", per_piece=timedelta(seconds=6))
    return replace(
        plant,
        items=(
            *plant.items,
            Item("jar", sourcing=Sourcing.STOCK),
            Item("screw", sourcing=Sourcing.BUY, buy_lead=timedelta(days=2)),
            Item("set", routing_id="set"),
        ),
        routings=(*plant.routings, Routing("set", (RoutingOperation("pack", modes=(pack,)),))),
        bom=(
            *plant.bom,
            BomRow("set", "cap-white", 1_000_000),
            BomRow("set", "jar", 1_000_000),
            BomRow("set", "screw", 2_000_000),
        ),
        on_hand=tuple(
            OnHand(item, number, MONDAY) for item, number in (("cap-white", 150), ("jar", 700), ("screw", 300))
        ),
        substitutes=(Substitute("cap-white", "box", Use.DELIVERY), Substitute("screw", "jar", Use.MATERIAL, "set")),
        customers=(Customer("ACME"),),
        carriers=(Carrier("truck", "north", timedelta(days=1), time(15), frozenset(range(5))),),
    )


class DeskMachine(OrderRules, FeedRules, RuleBasedStateMachine):
    """Every answer is remembered and must stay true; every state must pass the checker."""

    kind: str

    @initialize(redispatch=st.sampled_from(Redispatch))
    def open_shop(self, redispatch: Redispatch) -> None:
        self.folder = Path(tempfile.mkdtemp())
        settings_ = replace(OFF, redispatch=redispatch)
        self.places = Places(self.kind, self.folder)
        plant = works()
        self.bench = Bench(self.places(), plant, settings=settings_)
        self.ledger = Ledger()
        for row in plant.on_hand:
            self.ledger.counted(row.item_id, row.quantity, row.as_of)
        self.answers, self.feeds = {}, {}
        self.latest = {}
        self.now = MONDAY
        self.orders = self.requests = 0
        # A shop with work, so that changes find something to change from the first step on.
        for item, quantity, hours, lines, hold in BOOK:
            self.promise_one(self.order_of(item, quantity, hours, None, lines), hold=hold)

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.close()
            self.places.remove()
            shutil.rmtree(self.folder)

    @rule(minutes=st.integers(1, 240) | st.integers(1, 3000), fault=SOMETIMES)
    def set_clock(self, minutes: int, fault: str) -> None:
        self.bench.store.faults = [fault] if fault else []
        try:
            self.bench.desk.set_clock(self.now + timedelta(minutes=minutes))
        except DeskStopped:
            assert fault
        self.bench.store.faults = []
        self.now = self.bench.desk.now()

    @rule(kindly=st.booleans())
    def start_again(self, kindly: bool) -> None:
        """After a stop, or like a killed process."""
        before = self.bench.desk.export_plant()
        if kindly:
            self.bench.restart()
        else:
            self.bench.crash()
        assert self.bench.desk.export_plant() == before

    # What always holds.

    @invariant()
    def the_plan_passes_the_check(self) -> None:
        if hasattr(self, "bench"):
            violations = self.bench.desk.check()
            assert not violations, violations

    @invariant()
    def answers_are_stored_and_promised_times_move_with_events_only(self) -> None:
        if not hasattr(self, "bench"):
            return
        desk = self.bench.desk
        assert desk.now() == self.now
        events: dict[str, list[Event]] = defaultdict(list)
        for event in desk.events():
            if event.kind is not EventKind.PLANT_FED:
                events[event.order_id].append(event)
        for order_id, told in self.latest.items():
            standing = desk.get(order_id)
            by_itself = events[order_id][told.version :]
            if by_itself and by_itself[-1].kind is EventKind.EXPIRED:
                assert told.hold is not None
                assert by_itself.pop().time == told.hold.expires_at
            else:
                assert [line.promised_time for line in standing.lines] == [line.promised_time for line in told.lines]
                assert standing.hold == told.hold
            # A line whose date was forced before what the plan could keep recovers when another makes room.
            assert all(event.kind is EventKind.RECOVERED for event in by_itself)
            if by_itself:
                assert PromiseState.AT_RISK in {line.state for line in told.lines}
            assert (standing.hold is not None) == (order_state(standing) is PromiseState.HELD)
            assert standing.hold is None or standing.hold.expires_at > self.now
            for line in standing.lines:
                if line.state in (PromiseState.CONFIRMED, PromiseState.HELD):
                    assert line.expected_time is not None
                    assert line.promised_time is not None
                    assert line.expected_time <= line.promised_time

    @invariant()
    def what_is_reserved_belongs_to_a_promise(self) -> None:
        if not hasattr(self, "bench"):
            return
        desk = self.bench.desk
        standing = {promise.order.id: promise for promise in desk.list_orders(1000)[0]}
        for work in desk.schedule():
            promise = standing[work.order_id]
            # A removal that would delay others leaves the place blocked, under the name of the order that is gone.
            assert work.fixed or order_state(promise) in OPEN | FINAL - {PromiseState.REFUSED}
            if promise.hold is not None and work.line_no > 0:
                assert work.visit_start >= promise.hold.expires_at
        for promise in standing.values():
            pegs = desk._stands.plan.pegs(promise.order.id)
            lines = {line.line_no: line.state for line in promise.lines}
            assert all(lines[peg.line_no] in OPEN for peg in pegs), (promise, pegs)

    @invariant()
    def every_version_has_its_event(self) -> None:
        if not hasattr(self, "bench"):
            return
        events = self.bench.desk.events()
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        told = Counter(event.order_id for event in events if event.kind is not EventKind.PLANT_FED)
        for promise in self.bench.desk.list_orders(1000)[0]:
            assert told[promise.order.id] == promise.version

    @invariant()
    def the_stock_is_what_was_reported(self) -> None:
        if not hasattr(self, "bench"):
            return
        known = {row.item_id: row.quantity for row in self.bench.desk.plant().on_hand}
        assert {item: quantity for item, quantity in known.items() if quantity} == {
            item: quantity for item, quantity in self.ledger.stock().items() if quantity
        }


@pytest.mark.parametrize("kind", KINDS)
def test_desk_machine(kind: str, request: pytest.FixtureRequest) -> None:
    """On both stores; the rules are the desk's, so that fewer runs will do on the second one."""
    if kind not in (request.config.getoption("store") or KINDS):
        pytest.skip("not asked for by --store")
    machine = type("DeskMachine", (DeskMachine,), {"kind": kind})
    # Without shrinking, which takes many times as long: a failing run is printed step by step as it is.
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6 if kind == POSTGRESQL else 15,
            stateful_step_count=20,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
