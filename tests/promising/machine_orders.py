"""The rules of the desk's machine for orders: asked, held, decided, changed, closed, brought in bulk, asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from domain.errors import DeskStopped, InvalidInput, WouldBreakReservations, WrongState
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import EventKind, Promise
from domain.values import replace
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
    Delivery,
    ForceDate,
    Release,
    Split,
    order_state,
)
from tests.promising.desks import Bench
from tests.promising.machine_stock import Ledger

ITEMS = ("cap", "cap-white", "lid", "box", "jar", "set")
FAULTS = ("before", "after", "lost")
SOMETIMES = st.sampled_from(("", "", "", "", *FAULTS))
REFUSALS = (WrongState, InvalidInput, WouldBreakReservations)


class OrderRules:
    """What sales and planners do. Every answer is remembered in `answers`, each order's last version in `latest`."""

    bench: Bench
    ledger: Ledger
    now: datetime
    answers: dict[Ask | ChangeAsk, Promise | Changed]
    latest: dict[str, Promise]
    orders: int
    requests: int

    # Asking.

    def order_of(
        self, item: str, quantity: int, hours: int, patience: int | None = None, lines: int = 1, room: int = 0,
        others: bool = False, region: str = "", ship: ShipMode = ShipMode.BY_LINE,
    ) -> Order:  # fmt: skip
        """An order of one item, or of that and the next; `room` is by how many pieces more or fewer will do."""
        asked = self.now + timedelta(hours=hours)
        first = ITEMS.index(item)
        line = OrderLine(
            1, item, quantity, asked, None if patience is None else asked + timedelta(hours=patience),
            least_quantity=max(1, quantity - room) if room else 0, most_quantity=quantity + room if room else 0,
            allow_substitutes=others,
        )  # fmt: skip
        numbered = tuple(
            replace(line, line_no=number + 1, item_id=ITEMS[(first + number) % len(ITEMS)]) for number in range(lines)
        )
        self.orders += 1
        return Order(f"SO-{self.orders}", "ACME", numbered, region=region, ship=ship)

    @rule(
        item=st.sampled_from(ITEMS),
        quantity=st.integers(1, 900),
        hours=st.integers(0, 120),
        patience=st.none() | st.integers(0, 48),
        lines=st.integers(1, 2),
        room=st.sampled_from((0, 0, 20)),
        others=st.booleans(),
        region=st.sampled_from(("", "north")),
        ship=st.sampled_from(ShipMode),
        accept=st.sampled_from(Accept),
        hold=st.none() | st.integers(1, 48),
        fault=SOMETIMES,
    )
    def promise(self, item, quantity, hours, patience, lines, room, others, region, ship, accept, hold, fault) -> None:
        order = self.order_of(item, quantity, hours, patience, lines, room, others, region, ship)
        self.promise_one(order, accept, hold, fault)

    def promise_one(
        self, order: Order, accept: Accept = Accept.LATER, hold: int | None = None, fault: str = ""
    ) -> None:
        until = None if hold is None else self.now + timedelta(hours=hold)
        asked = Ask(order, f"r-{order.id}", "shop", accept, hold_until=until)
        quoted = self.bench.desk.quote(asked)
        answer = self.faultily(lambda: self.bench.desk.promise(asked), fault)
        if answer is None:
            return
        self._promised(asked, answer)
        if self.bench.settings.redispatch is Redispatch.OFF:
            assert answer.lines == quoted.lines

    @rule(
        items=st.lists(st.sampled_from(ITEMS), min_size=2, max_size=4),
        quantity=st.integers(1, 300),
        hours=st.integers(0, 120),
        fault=SOMETIMES,
    )
    def bring_orders_in_bulk(self, items, quantity, hours, fault) -> None:
        asked = [
            Ask(order, f"r-{order.id}", "import") for order in [self.order_of(item, quantity, hours) for item in items]
        ]
        desk = self.bench.desk
        self.bench.store.faults = [fault] if fault else []
        # The desk may halt between two of them; who got no answer asks again under the same id.
        waits = [self._call(lambda ask=ask: desk.line_up(ask, lambda: True)) for ask in asked]
        answers = [None if wait is None else self._call(wait) for wait in waits]
        self.bench.store.faults = []
        for ask, first in zip(asked, answers, strict=True):
            answer = first or self._call(lambda ask=ask: desk.promise(ask))
            if answer is not None:
                self._promised(ask, answer)

    def _promised(self, asked: Ask, answer: Promise) -> None:
        self.answers[asked] = answer
        self.latest[answer.order.id] = answer
        for line in answer.lines:
            total = sum((reason.duration for reason in line.reasons), timedelta(0))
            told = line.promised_time or line.earliest_time
            assert told is None or total == told - answer.decided_at

    # Changing.

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

    @rule(data=st.data(), fault=SOMETIMES)
    def cancel(self, data, fault) -> None:
        self._change(self._one(data, lambda one: True), Cancel(), fault)

    @rule(data=st.data(), hours=st.none() | st.integers(0, 24), fault=SOMETIMES)
    def close(self, data, hours, fault) -> None:
        """Delivered whole or in part, now or some hours ago."""
        standing = self._one(data, lambda one: order_state(one) not in FINAL and one.hold is None)
        lines = {line.line_no: line for line in standing.lines}
        told = data.draw(st.dictionaries(st.sampled_from(sorted(lines)), st.integers(0, 950), max_size=2))
        made = tuple(
            Delivery(number, min(quantity, lines[number].delivered_quantity or lines[number].quantity))
            for number, quantity in told.items()
        )
        at = None if hours is None else self.now - timedelta(hours=hours)
        answer = self._change(standing, Close(made, at), fault)
        if answer is not None:
            for goods in answer.receipt.issued:
                self.ledger.moved(goods.item_id, -goods.quantity, at or self.now)

    def _in(self, hours: int) -> datetime:
        return self.now + timedelta(hours=hours)

    def _one(self, data, wanted: Callable[[Promise], bool]) -> Promise:
        """An order of the kind that is wanted, or any where there is none."""
        orders = [self.bench.desk.get(order_id) for order_id in sorted(self.latest)]
        return data.draw(st.sampled_from([one for one in orders if wanted(one)] or orders))

    def _change(self, standing: Promise, made: Any, fault: str) -> Changed | None:
        reason = "" if isinstance(made, Amend) else "why"
        self.requests += 1
        asked = ChangeAsk(standing.order.id, made, f"c{self.requests}", "shop", reason, standing.etag)
        answer = self.faultily(lambda: self.bench.desk.change(asked), fault)
        if answer is None:
            return None
        self.answers[asked] = answer
        self.latest[standing.order.id] = answer.promise
        if not answer.receipt.made:
            assert answer.promise.version == standing.version
            return answer
        assert answer.promise.version == standing.version + 1
        for line in answer.promise.lines:
            if line.promised_time is not None and line.reasons:
                total = sum((reason.duration for reason in line.reasons), timedelta(0))
                assert total == line.promised_time - (line.decided_at or answer.promise.decided_at)
        return answer

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
        orders = found.map(lambda lines: replace(standing.order, lines=tuple(lines)))
        return st.tuples(orders, st.sampled_from(Accept)).map(lambda asked: Amend(*asked))

    @precondition(lambda self: self.answers)
    @rule(data=st.data())
    def ask_again(self, data) -> None:
        """The first answer comes back, whatever happened since."""
        asked = data.draw(st.sampled_from(sorted(self.answers, key=lambda asked: asked.request_id)))
        desk = self.bench.desk
        before = desk.last_event()
        again = desk.promise(asked) if isinstance(asked, Ask) else desk.change(asked)
        assert again == self.answers[asked]
        # An idle desk may re-dispatch meanwhile.
        assert {event.kind for event in desk.events(before)} <= {EventKind.RESEQUENCED}

    # Calling.

    def faultily(self, call: Callable[[], Any], fault: str) -> Any:
        """The answer of a call whose commit has a fault, if need be of the retry, which counts once (invariant 7)."""
        self.bench.store.faults = [fault] if fault else []
        try:
            return call()
        except REFUSALS:
            return None
        except DeskStopped:
            self.bench.store.faults = []
            if fault == "lost":
                self.bench.crash()
            return self._call(call)
        finally:
            self.bench.store.faults = []

    def _call(self, call: Callable[[], Any]) -> Any:
        """The answer, or None where the order is in no state for it."""
        try:
            return call()
        except (DeskStopped, *REFUSALS):
            return None
