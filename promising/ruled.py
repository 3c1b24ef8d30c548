"""The rules in force: asked by the desk, switched between its batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from domain.orders import Order
from domain.plant import Plant
from domain.promises import Promise
from domain.values import replace
from promising.ports import Admit, Approve, Due, OpenOrders, Placed, RuleFiles, Verdict
from promising.takings import Used
from rulebase.choice import RulesEngine

if TYPE_CHECKING:
    from promising.admission import RuleAdmission
    from promising.traces import Trace
    from rulebase.engine.facts import Facts


class Ruled:
    """Admits and approves by the version in force; where none is, by what the desk was given.

    Changed by the writer's thread only; who was asked with one version finishes with it.
    """

    def __init__(self, admit: Admit, approve: Approve, engine: RulesEngine, timer: Callable[[], float]) -> None:
        """`timer` is a clock that never goes back, in seconds."""
        self.number = 0
        """The version in force; 0: none."""
        self._admit, self._approve = admit, approve
        self._engine, self._timer = engine, timer
        self._rules: RuleAdmission | None = None
        self._stands: tuple[Plant, OpenOrders] | None = None

    def look(self, plant: Plant, orders: OpenOrders) -> None:
        self._stands = (plant, orders)
        self._admit.look(plant, orders)

    def ahead(self, orders: Sequence[Order], now: datetime, used: Callable[[str], Used]) -> None:
        self._admit.ahead(orders, now, used)

    def admit(self, order: Order, now: datetime) -> Verdict:
        return self._admit.admit(order, now)

    def due(self, order: Order, at: datetime, verdict: Verdict, used: Used) -> Due:
        return self._admit.due(order, at, verdict, used)

    def approve(self, order: Order, placed: Placed, now: datetime) -> Verdict:
        return self._approve.approve(order, placed, now)

    def trace(self, order_id: str) -> Trace | None:
        """What rules in force decided last, if that was about this order; told once."""
        found = None if self._rules is None else self._rules.trace
        if self._rules is None or found is None or found.order_id != order_id:
            return None
        self._rules.trace = None
        return found

    def made(self, rules: RuleFiles) -> RuleAdmission:
        """What decides by a version, ready to be switched to; for any thread, as compiling takes its time."""
        # A desk without rules starts sooner without their language.
        from promising.rule_texts import read_version
        from rulebase.files import engine_maker

        read = read_version(rules.files)
        admission = _admission(read.rule_set, engine_maker(self._engine), read.promotions)
        if self._stands is not None:
            admission.look(*self._stands)
        return admission

    def facts(self, promise: Promise, order: tuple[str, ...], line: tuple[str, ...]) -> Facts | None:
        """Facts of an order by their keys, as they are now; None where its items are gone."""
        return None if self._rules is None else self._rules.facts(promise, order, line)

    def switch(self, number: int, admission: RuleAdmission) -> None:
        """Decide by this version from the next batch on."""
        if self._stands is not None:
            admission.look(*self._stands)
        admission.number, admission.timer = number, self._timer
        self._admit = self._approve = self._rules = admission
        self.number = number

    def load(self, rules: RuleFiles | None) -> None:
        """Decide by the version that the store has in force, if another one is here. Raises InvalidInput."""
        if rules is not None and rules.number != self.number:
            self.switch(rules.number, self.made(rules))


def _admission(*arguments: object) -> RuleAdmission:
    from promising.admission import RuleAdmission

    return RuleAdmission(*arguments)  # type: ignore[arg-type]


def with_priority(order: Order, verdict: Verdict) -> Order:
    """The order with the priority that rules gave it, if they gave one."""
    if verdict.priority is None or verdict.priority == order.priority:
        return order
    return replace(order, priority=verdict.priority)
