"""A stateful machine over quote, promise, cancel, clock, crash and restart: what always holds, holds."""

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

from domain.errors import DeskStopped, WrongState
from domain.orders import Order, OrderLine
from domain.promises import EventKind, Promise, PromiseState
from promising.desk import Redispatch
from promising.requests import Accept, Ask, CancelAsk, order_state
from tests.promising.desks import MONDAY, OFF, Bench
from tests.stores import KINDS, POSTGRESQL, Places

ITEMS = ("cap", "cap-white", "lid", "box")
FAULTS = ("before", "after", "lost")


class DeskMachine(RuleBasedStateMachine):
    """Every answer is remembered and must stay true; every state must pass the checker."""

    kind: str

    @initialize(redispatch=st.sampled_from(Redispatch))
    def open_shop(self, redispatch: Redispatch) -> None:
        self.folder = Path(tempfile.mkdtemp())
        settings_ = type(OFF)(redispatch=redispatch, check_in_background=False)
        self.places = Places(self.kind, self.folder)
        self.bench = Bench(self.places(), settings=settings_)
        self.answers: dict[Ask | CancelAsk, Promise] = {}
        self.now = MONDAY
        self.orders = 0

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
        fault=st.sampled_from(("", "", "", *FAULTS)),
    )
    def promise(self, item, quantity, hours, patience, lines, accept, fault) -> None:
        self.orders += 1
        asked = Ask(self._order(item, quantity, hours, patience, lines), f"r{self.orders}", "shop", accept)
        quoted = self.bench.desk.quote(asked)
        self.bench.store.faults = [fault] if fault else []
        answer = self._call(lambda: self.bench.desk.promise(asked))
        self.bench.store.faults = []
        if answer is not None:
            self.answers[asked] = answer
            for line in answer.lines:
                total = sum((reason.duration for reason in line.reasons), timedelta(0))
                told = line.promised_time or line.earliest_time
                assert told is None or total == told - answer.decided_at
            if self.bench.settings.redispatch is Redispatch.OFF:
                assert answer.lines == quoted.lines

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), fault=st.sampled_from(("", "", "", *FAULTS)))
    def cancel(self, data, fault) -> None:
        order_ids = sorted({self._order_id(asked) for asked in self.answers})
        order_id = data.draw(st.sampled_from(order_ids))
        asked = CancelAsk(order_id, f"c-{order_id}", "shop")
        self.bench.store.faults = [fault] if fault else []
        answer = self._call(lambda: self.bench.desk.cancel(asked))
        self.bench.store.faults = []
        if answer is not None:
            assert self.answers.setdefault(asked, answer) == answer

    @precondition(lambda self: self.answers)
    @rule(data=st.data())
    def retry(self, data) -> None:
        asked = data.draw(st.sampled_from(sorted(self.answers, key=lambda asked: asked.request_id)))
        desk = self.bench.desk
        again = desk.promise(asked) if isinstance(asked, Ask) else desk.cancel(asked)
        assert again == self.answers[asked]

    @rule(minutes=st.integers(1, 3000))
    def set_clock(self, minutes: int) -> None:
        self.now = self.bench.desk.set_clock(self.now + timedelta(minutes=minutes))

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
        cancelled = {event.order_id for event in desk.events() if event.kind is EventKind.CANCELLED}
        for asked, answer in self.answers.items():
            standing = desk.get(answer.order.id)
            if isinstance(asked, CancelAsk):
                assert standing == answer
            elif standing.version == answer.version:
                assert [line.promised_time for line in standing.lines] == [line.promised_time for line in answer.lines]
            else:
                assert answer.order.id in cancelled
            for line in standing.lines:
                if line.state is PromiseState.CONFIRMED:
                    assert line.expected_time is not None
                    assert line.promised_time is not None
                    assert line.expected_time <= line.promised_time

    @invariant()
    def what_is_reserved_belongs_to_a_promise(self) -> None:
        if not hasattr(self, "bench"):
            return
        desk = self.bench.desk
        standing = {promise.order.id: promise for promise in desk.list_orders(1000)[0]}
        open_work = {r.order_id for r in desk.schedule() if not r.fixed}
        for order_id in open_work:
            # A removal that would delay others leaves the place blocked, under the name of the cancelled order.
            assert order_state(standing[order_id]) in (PromiseState.CONFIRMED, PromiseState.CANCELLED)
        numbers = [event.sequence for event in desk.events()]
        assert numbers == list(range(1, len(numbers) + 1))

    # Inside.

    @staticmethod
    def _order_id(asked: Ask | CancelAsk) -> str:
        return asked.order.id if isinstance(asked, Ask) else asked.order_id

    def _call(self, call):
        """The answer, or None when the desk could not commit or there is nothing to cancel."""
        try:
            return call()
        except (DeskStopped, WrongState):
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
