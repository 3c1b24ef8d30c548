"""What must hold after every step, worked out from what people were told: nothing of the desk's own code."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from domain.promises import Event, EventKind, Promise, PromiseState
from promising.desk import Desk
from promising.requests import FINAL
from simulators.world.broken import want
from simulators.world.policy import Policy

OPEN = frozenset({PromiseState.HELD, PromiseState.CONFIRMED, PromiseState.AT_RISK, PromiseState.BROKEN})
BY_ITSELF = frozenset({EventKind.EXPIRED, EventKind.AT_RISK, EventKind.RECOVERED})
"""What becomes of an order although nobody asked for a change of it."""
NO_VERSION = frozenset({EventKind.PLANT_FED, EventKind.WORK_PINNED, EventKind.WORK_UNPINNED})
"""Events that name an order, and made no version of it."""
ALL = 10**6
FORCED = "forced_date"


class Truths:
    """What was told: promises by order, what came to and left the stock, and the rules where there are any."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy
        self.told: dict[str, Promise] = {}
        self.stock: dict[str, int] = {}
        self._counted: dict[str, datetime] = {}
        self._events: dict[str, list[Event]] = defaultdict(list)
        self._last = 0

    def tell(self, promise: Promise) -> None:
        """Somebody was told this of an order."""
        self.told[promise.order.id] = promise

    def counted(self, item_id: str, quantity: int, as_of: datetime) -> None:
        """So much was there."""
        self.stock[item_id], self._counted[item_id] = quantity, as_of

    def moved(self, item_id: str, quantity: int, at: datetime) -> None:
        """So much came, or left; what a later count has seen already is in it."""
        if item_id not in self._counted or at > self._counted[item_id]:
            self.stock[item_id] = self.stock.get(item_id, 0) + quantity

    def hold(self, desk: Desk) -> None:
        """Raise Broken with the first thing that is not as it must be."""
        violations = desk.check()
        want(not violations, f"the plan: {violations[:3]}")
        self._log(desk)
        for order_id, told in self.told.items():
            self._order(told, desk.get(order_id))
        self._work(desk)
        there = {row.item_id: row.quantity for row in desk.plant().on_hand if row.quantity}
        want(there == {item: many for item, many in self.stock.items() if many}, f"the stock is {there}")
        if self.policy is not None:
            self.policy.hold(desk.rules.in_force, desk.list_orders(ALL)[0])

    def settled(self, desk: Desk) -> None:
        """Forget what nothing can happen to any more: it was looked at just now."""
        gone = [name for name in self.told if all(line.state in FINAL for line in desk.get(name).lines)]
        for name in gone[: max(0, len(gone) - 20)]:
            del self.told[name]

    def _log(self, desk: Desk) -> None:
        events = desk.events(self._last, ALL)
        want([event.sequence for event in events] == list(range(self._last + 1, self._last + 1 + len(events))), "gaps")
        for event in events:
            if event.order_id and event.kind not in NO_VERSION:
                self._events[event.order_id].append(event)
        self._last += len(events)

    def _order(self, told: Promise, stands: Promise) -> None:
        name = told.order.id
        since = self._events[name][told.version :]
        want(
            stands.version == len(self._events[name]),
            f"{name} has {len(self._events[name])} events and version {stands.version}",
        )
        want(stands.version >= told.version, f"{name} was told as version {told.version}, is {stands.version}")
        unasked = [event.kind for event in since if event.kind not in BY_ITSELF]
        want(not unasked, f"{name} changed by {unasked}, and nobody was told")
        if not any(event.kind is EventKind.EXPIRED for event in since):
            before, after = ([line.promised_time for line in each.lines] for each in (told, stands))
            want(before == after, f"{name} was promised for {before}, and is for {after}")
        for line in stands.lines:
            if line.state not in (PromiseState.CONFIRMED, PromiseState.HELD, PromiseState.AT_RISK):
                continue
            want(line.expected_time is not None and line.promised_time is not None, f"{name} has no times")
            late = line.expected_time > line.promised_time  # type: ignore[operator]
            why = line.cause is not None or FORCED in line.notes
            # A hold stays a hold, late or not: nobody was promised anything yet.
            want(not late or (why and line.state is not PromiseState.CONFIRMED), f"{name}/{line.line_no} is late")
            want(late or line.state is not PromiseState.AT_RISK, f"{name}/{line.line_no} is at risk, and in time")

    def _work(self, desk: Desk) -> None:
        """What is planned belongs to somebody, once."""
        states = {
            (promise.order.id, line.line_no): line.state
            for promise in desk.list_orders(ALL)[0]
            for line in promise.lines
        }
        rows = desk.schedule()
        keys = Counter(row.operation_key for row in rows)
        want(all(count == 1 for count in keys.values()), "an operation stands twice")
        for row in rows:
            state = states.get((row.order_id, row.line_no))
            want(row.fixed or state in OPEN or state in FINAL, f"{row.order_id} has work and is {state}")
