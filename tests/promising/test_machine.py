"""A stateful machine over quote, promise, hold, changes, clock, crash and restart: what always holds, holds."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.errors import DeskStopped, InvalidInput, WrongState
from domain.orders import Order, OrderLine
from domain.promises import EventKind, Promise, PromiseState
from promising.desk import Redispatch
from promising.requests import (
    FINAL,
    Accept,
    Amend,
    Ask,
    AsQuoted,
    Cancel,
    ChangeAsk,
    Changed,
    Close,
    Confirm,
    ForceDate,
    Release,
    Split,
    order_state,
)
from tests.promising.desks import MONDAY, OFF, Bench
from tests.stores import KINDS, POSTGRESQL, Places

ITEMS = ("cap", "cap-white", "lid", "box")
FAULTS = ("before", "after", "lost")
BOOK = (("box", 90, 70, 1, None), ("cap", 400, 30, 2, None), ("cap-white", 120, 20, 1, 9), ("lid", 200, 40, 2, 30))
"""Orders at the beginning: item, quantity, hours until they are wanted, lines, hours for which they are held."""
SOMETIMES = st.sampled_from(("", "", "", "", *FAULTS))
OPEN = frozenset({PromiseState.CONFIRMED, PromiseState.HELD, PromiseState.AT_RISK})


class DeskMachine(RuleBasedStateMachine):
    """Every answer is remembered and must stay true; every state must pass the checker."""

    kind: str

    @initialize(redispatch=st.sampled_from(Redispatch))
    def open_shop(self, redispatch: Redispatch) -> None:
        self.folder = Path(tempfile.mkdtemp())
        settings_ = type(OFF)(redispatch=redispatch, check_in_background=False)
        self.places = Places(self.kind, self.folder)
        self.bench = Bench(self.places(), settings=settings_)
        self.answers: dict[Ask | ChangeAsk, Promise | Changed] = {}
        self.latest: dict[str, Promise] = {}
        """Of each order the last version that anybody was told."""
        self.now = MONDAY
        self.orders = self.requests = 0
        # A shop with work, so that changes find something to change from the first step on.
        for item, quantity, hours, lines, hold in BOOK:
            self.promise_one(item, quantity, hours, None, lines, Accept.LATER, hold, "")

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.close()
            self.places.remove()
            shutil.rmtree(self.folder)

    # What callers do.

    def _order(self, item: str, quantity: int, hours: int, patience: int | None, lines: int) -> Order:
        asked = self.now + timedelta(hours=hours)
        latest = None if patience is None else asked + timedelta(hours=patience)
        numbered = tuple(
            OrderLine(number + 1, ITEMS[(ITEMS.index(item) + number) % len(ITEMS)], quantity, asked, latest)
            for number in range(lines)
        )
        return Order(f"SO-{self.orders}", "ACME", numbered)

    @rule(
        item=st.sampled_from(ITEMS),
        quantity=st.integers(1, 900),
        hours=st.integers(0, 120),
        patience=st.none() | st.integers(0, 48),
        lines=st.integers(1, 2),
        accept=st.sampled_from(Accept),
        hold=st.none() | st.integers(1, 48),
        fault=SOMETIMES,
    )
    def promise(self, item, quantity, hours, patience, lines, accept, hold, fault) -> None:
        self.promise_one(item, quantity, hours, patience, lines, accept, hold, fault)

    def promise_one(self, item, quantity, hours, patience, lines, accept, hold, fault) -> None:
        self.orders += 1
        until = None if hold is None else self.now + timedelta(hours=hold)
        order = self._order(item, quantity, hours, patience, lines)
        asked = Ask(order, f"r{self.orders}", "shop", accept, hold_until=until)
        quoted = self.bench.desk.quote(asked)
        self.bench.store.faults = [fault] if fault else []
        answer = self._call(lambda: self.bench.desk.promise(asked))
        self.bench.store.faults = []
        if answer is not None:
            self.answers[asked] = answer
            self.latest[answer.order.id] = answer
            for line in answer.lines:
                total = sum((reason.duration for reason in line.reasons), timedelta(0))
                told = line.promised_time or line.earliest_time
                assert told is None or total == told - answer.decided_at
            if self.bench.settings.redispatch is Redispatch.OFF:
                assert answer.lines == quoted.lines

    @rule(data=st.data(), quoted=st.booleans(), release=st.integers(0, 3), fault=SOMETIMES)
    def decide_on_a_hold(self, data, quoted, release, fault) -> None:
        standing = self._one(data, lambda one: one.hold is not None)
        as_quoted = AsQuoted(standing.quote_id, None if standing.quote_id else self.now) if quoted else None
        self._change(standing, Confirm(as_quoted) if release else Release(), fault)

    @rule(data=st.data(), fault=SOMETIMES)
    def amend(self, data, fault) -> None:
        standing = self._one(data, lambda one: order_state(one) not in FINAL)
        self._change(standing, data.draw(self._amended(standing)), fault)

    @rule(data=st.data(), quantity=st.integers(1, 300), hours=st.integers(1, 120), fault=SOMETIMES)
    def split(self, data, quantity, hours, fault) -> None:
        standing = self._one(data, lambda one: order_state(one) not in FINAL)
        line = data.draw(st.sampled_from(standing.order.lines))
        accept = data.draw(st.sampled_from(Accept))
        made = Split(line.line_no, min(quantity, max(1, line.quantity - 1)), self._in(hours), accept=accept)
        self._change(standing, made, fault)

    @rule(data=st.data(), hours=st.integers(1, 120), fault=SOMETIMES)
    def force_a_date(self, data, hours, fault) -> None:
        standing = self._one(data, lambda one: order_state(one) not in FINAL and one.hold is None)
        line = data.draw(st.sampled_from(standing.lines))
        self._change(standing, ForceDate(line.line_no, self._in(hours)), fault)

    @rule(data=st.data(), made=st.sampled_from((Cancel(), Close())), fault=SOMETIMES)
    def cancel_or_close(self, data, made, fault) -> None:
        self._change(self._one(data, lambda one: True), made, fault)

    def _in(self, hours: int):
        return self.now + timedelta(hours=hours)

    def _one(self, data, wanted) -> Promise:
        """An order of the kind that is wanted, or any where there is none."""
        orders = [self.bench.desk.get(order_id) for order_id in sorted(self.latest)]
        return data.draw(st.sampled_from([one for one in orders if wanted(one)] or orders))

    def _change(self, standing: Promise, made, fault: str) -> None:
        reason = "" if isinstance(made, Amend) else "why"
        self.requests += 1
        asked = ChangeAsk(standing.order.id, made, f"c{self.requests}", "shop", reason, standing.etag)
        self.bench.store.faults = [fault] if fault else []
        answer = self._call(lambda: self.bench.desk.change(asked))
        self.bench.store.faults = []
        if answer is None:
            return
        self.answers[asked] = answer
        self.latest[standing.order.id] = answer.promise
        if not answer.receipt.made:
            assert answer.promise.version == standing.version
            return
        assert answer.promise.version == standing.version + 1
        for line in answer.promise.lines:
            if line.promised_time is not None and line.reasons:
                total = sum((reason.duration for reason in line.reasons), timedelta(0))
                assert total == line.promised_time - (line.decided_at or answer.promise.decided_at)

    def _amended(self, standing: Promise):
        """Strategy of other content: lines changed, left out, or a new one."""
        line = st.builds(
            lambda line, quantity, hours, same: OrderLine(
                line.line_no,
                line.item_id,
                line.quantity if same else quantity,
                self.now + timedelta(hours=hours),
            ),
            st.sampled_from(standing.order.lines),
            st.integers(1, 900),
            st.integers(0, 120),
            st.booleans(),
        )
        new = st.builds(
            lambda item, quantity, hours: OrderLine(9, item, quantity, self.now + timedelta(hours=hours)),
            st.sampled_from(ITEMS),
            st.integers(1, 300),
            st.integers(0, 120),
        )
        kept = st.sampled_from(standing.order.lines)
        found = st.lists(line | line | kept | new, min_size=1, max_size=3, unique_by=lambda each: each.line_no)
        orders = found.map(lambda lines: Order(standing.order.id, standing.order.customer_id, tuple(lines)))
        return st.builds(Amend, orders, st.sampled_from(Accept))

    @precondition(lambda self: self.answers)
    @rule(data=st.data())
    def retry(self, data) -> None:
        asked = data.draw(st.sampled_from(sorted(self.answers, key=lambda asked: asked.request_id)))
        desk = self.bench.desk
        again = desk.promise(asked) if isinstance(asked, Ask) else desk.change(asked)
        assert again == self.answers[asked]

    @rule(minutes=st.integers(1, 240) | st.integers(1, 3000), fault=SOMETIMES)
    def set_clock(self, minutes: int, fault: str) -> None:
        self.bench.store.faults = [fault] if fault else []
        self._call(lambda: self.bench.desk.set_clock(self.now + timedelta(minutes=minutes)))
        self.bench.store.faults = []
        self.now = self.bench.desk.now()

    # What goes wrong.

    @rule()
    def crash(self) -> None:
        self.bench.crash()

    @rule()
    def restart(self) -> None:
        self.bench.restart()

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
        gone = {event.order_id: event.time for event in desk.events() if event.kind is EventKind.EXPIRED}
        for order_id, told in self.latest.items():
            standing = desk.get(order_id)
            if standing.version == told.version:
                assert [line.promised_time for line in standing.lines] == [line.promised_time for line in told.lines]
                assert standing.hold == told.hold
            else:
                assert told.hold is not None
                assert (standing.version, gone[order_id]) == (told.version + 1, told.hold.expires_at)
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
        numbers = [event.sequence for event in desk.events()]
        assert numbers == list(range(1, len(numbers) + 1))

    # Inside.

    def _call(self, call):
        """The answer, or None when the desk could not commit or the order is in no state for it."""
        try:
            return call()
        except (DeskStopped, WrongState, InvalidInput):
            return None


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
            max_examples=8 if kind == POSTGRESQL else 20,
            stateful_step_count=20,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
