"""Rules before and behind the plan: who is let through, held or refused, with which priority and which reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.orders import Order
from domain.plant import Plant
from domain.promises import Promise
from domain.promotions import Favour
from promising.ports import NOTHING_DUE, Admission, Due, OpenOrders, Placed, Verdict
from promising.takings import Used
from promising.traces import Trace, used_of
from rulebase.engine.chain import Engine
from rulebase.engine.concluding import Decision
from rulebase.engine.decision import Stage, Trouble
from rulebase.engine.facts import Facts
from rulebase.engine.telling import Teller
from rulebase.language.checker import RuleSet
from rulebase.language.tree import Fact, Outcome
from rulebase.order_facts import Known, OrderFacts
from rulebase.promotions.audit import Audit, audit, basket_of, given_fen
from rulebase.promotions.choice import Offers, Usage
from rulebase.promotions.table import Promotion

PRIORITY = Fact("order", "priority")
"""The derived fact that becomes the order's priority, where rules declare it and set it to 1 to 9."""

_ADMISSIONS = {
    Outcome.PASS: Admission.PASS,
    Outcome.REVIEW: Admission.HOLD,
    Outcome.REFUSE: Admission.REFUSE,
}
_ADMIT, _APPROVE = Stage.ADMIT.value, Stage.APPROVE.value
_NOTHING: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
_PASSED = {favour: Verdict(favour=favour) for favour in Favour}


def _no_time() -> float:
    return 0.0


class _Judged(Struct):
    """An order, when it was judged, and how."""

    order: Order
    at: datetime
    verdict: Verdict
    trace: Trace | None
    due: Due | None = None
    """What it has of promotions, if that was looked at."""
    met: tuple[str, ...] = ()
    """Promotions that were looked at for it, and how far others had used them up then."""
    used: tuple[tuple[int, int, int], ...] = ()


class RuleAdmission:
    """Admits and approves by a rule set. Called on the writer thread."""

    def __init__(
        self, rule_set: RuleSet, engine: Callable[..., Engine] = Engine, promotions: Sequence[Promotion] = ()
    ) -> None:
        """With promotions every order is told what it has of them, and its discount held against that."""
        self._rule_set = rule_set
        self._make = engine
        self._offers = Offers(promotions) if promotions else None
        self._later = any(rule.later for rule in rule_set.rules)
        self._zone: ZoneInfo | None = None
        self.number = 0
        """The version of these rules in the store; 0: none, and nothing is kept of what they decide."""
        self.timer: Callable[[], float] = _no_time
        """Seconds of a clock that never goes back."""
        self.trace: Trace | None = None
        """What was read and decided since the last order was admitted."""
        self._time: tuple[datetime | None, int, date | None] = (None, 0, None)
        """A time, the same in Unix seconds, and the day of the plant: all orders of a batch are decided at one."""
        self._ahead: dict[str, _Judged] = {}
        """Orders that are decided next, by id, as long as nothing that rules read of them has changed."""
        self._last: _Judged | None = None
        """The order admitted last."""

    def look(self, plant: Plant, orders: OpenOrders) -> None:
        """Decide by this plant and its open orders from now on."""
        self._plant, self._orders = plant, orders
        self._ahead.clear()
        orders.follow()
        if plant.zone != self._zone:
            # Days of validity are days of the plant.
            self._zone = plant.zone
            self._time = (None, 0, None)
            self._before = self._engine(Stage.ADMIT)
            self._behind = self._engine(Stage.APPROVE)
            self._priority_place = self._before[0].order.place.get(PRIORITY)

    def _engine(self, stage: Stage) -> tuple[Engine, OrderFacts]:
        engine = self._make(self._rule_set, self._zone, stage)
        return engine, OrderFacts(engine.order.keys, engine.line.keys)

    def ahead(self, orders: Sequence[Order], now: datetime, used: Callable[[str], Used]) -> None:
        """Judge orders in a row, which takes half of what it takes with the placing of another between any two.

        What rules read of a customer's other orders changes when one is decided: each customer's first is judged only.
        """
        self._ahead = {}
        if len(orders) > 1:
            first = {order.customer_id: order for order in reversed(orders)}
            self._ahead = {order.id: self._judged(order, now) for order in first.values()}
            for judged in self._ahead.values():
                already = used(judged.order.customer_id)
                judged.due, judged.met = self._due(judged.order, now, judged.verdict, already, judged.trace)
                judged.used = used_of(already, judged.met)

    def admit(self, order: Order, now: datetime) -> Verdict:
        """The verdict of the rules that need no promise, and the priority that they derive."""
        judged = self._ahead.pop(order.id, None)
        if judged is None or judged.order is not order or judged.at is not now:
            judged = self._judged(order, now)
        self._last, self.trace = judged, judged.trace
        return judged.verdict

    def _judged(self, order: Order, now: datetime) -> _Judged:
        began = self.timer()
        trace, verdict = self._verdict(order, now)
        if trace is not None:
            trace.took_s = self.timer() - began
        return _Judged(order, now, verdict, trace)

    def _verdict(self, order: Order, now: datetime) -> tuple[Trace | None, Verdict]:
        engine, readers = self._before
        decision = engine.decide_values(*readers.values(self._known(order, now)))
        trace = None
        if self.number:
            stages: dict[str, tuple[Sequence[int], Decision]] = {
                _ADMIT: ([line.line_no for line in order.lines], decision)
            }
            trace = Trace(order.id, self.number, self._told(now)[0], self._plant.settings.zone, stages=stages)
        priority = self._priority(decision)
        if decision.outcome is Outcome.PASS and priority is None and not engine.promoting:
            # Most orders: one verdict for all of them.
            return trace, _PASSED[decision.favour]
        admission, reasons, missing = _ADMISSIONS[decision.outcome], self._reasons(engine, decision), _missing(decision)
        verdict = Verdict(admission, reasons, priority, decision.offered, decision.barred, missing, decision.favour)
        return trace, verdict

    def due(self, order: Order, at: datetime, verdict: Verdict, used: Used) -> Due:
        """What an order has of promotions, and whether the discount that it was given is another."""
        last = self._last
        if (
            last is not None
            and last.due is not None
            and last.order is order
            and last.at == at
            and (not last.met or last.used == used_of(used, last.met))
        ):
            return last.due
        return self._due(order, at, verdict, used, self.trace)[0]

    def _due(
        self, order: Order, at: datetime, verdict: Verdict, used: Used, trace: Trace | None
    ) -> tuple[Due, tuple[str, ...]]:
        """The same with the promotions that were looked at; what they saw goes with the order's decision."""
        items, orders = self._bought_elsewhere(order, at)
        if self._offers is None:
            return Due(elsewhere_items=items, elsewhere_orders=orders) if items else NOTHING_DUE, ()
        began = self.timer()
        found = self._audited(self._offers, order, at, verdict, used, trace)
        if trace is not None:
            trace.took_s += self.timer() - began
        given, granted, lost = found
        tolerance_fen = self._plant.settings.discount_tolerance_fen
        if not (granted or lost or items or abs(given) > tolerance_fen):
            return NOTHING_DUE, ()
        due = Due(granted, lost, given, found.due_fen, found.off_fen > tolerance_fen, items, orders)
        return due, found.met

    def _audited(
        self, offers: Offers, order: Order, at: datetime, verdict: Verdict, used: Used, trace: Trace | None
    ) -> Audit:
        """Its discount against the best that promotions give for it."""
        plant, channel = self._plant, order.channel_id
        items, day = plant.item_by_id, self._told(at)[1]
        if not [1 for line in order.lines if offers.cover(channel, line.item_id, items[line.item_id].family)]:
            # Most orders. What promotions saw of it is told from the same order and plant, where it is stored.
            if trace is not None:
                trace.saw(order, partial(basket_of, order, plant, day))
            return Audit(given_fen(order))
        basket = basket_of(order, plant, day)
        usage = Usage(used.by_customer, used.fen, used.by_all, verdict.offered, verdict.barred, verdict.favour)
        found = audit(offers, order, basket, usage)
        if trace is not None:
            trace.saw(order, lambda: basket, used, found.met)
        return found

    def _bought_elsewhere(self, order: Order, at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Items that the customer bought by another channel within a day, and the orders for them."""
        if not self._orders.by_others(order.customer_id, order.channel_id):
            return _NOTHING
        ask, at_s = self._orders.elsewhere, self._told(at)[0]
        found = {
            line.item_id: orders
            for line in order.lines
            if (orders := ask(order.customer_id, order.id, order.channel_id, line.item_id, at_s))
        }
        return (tuple(found), tuple(sorted({*chain(*found.values())}))) if found else _NOTHING

    def _told(self, at: datetime) -> tuple[int, date]:
        """A time in Unix seconds, and the day of the plant then."""
        known, at_s, day = self._time
        if at is not known or day is None:
            at_s, day = int(at.timestamp()), at.astimezone(self._zone).date()
            self._time = (at, at_s, day)
        return at_s, day

    def approve(self, order: Order, placed: Placed, now: datetime) -> Verdict:
        """The verdict of the rules that read what is promised."""
        if not self._later:
            return _PASSED[Favour.CUSTOMER]
        began = self.timer()
        engine, readers = self._behind
        decision = engine.decide_values(*readers.values(self._known(order, now, placed)))
        trace = self.trace
        if trace is not None:
            trace.stages[_APPROVE] = ([line.line_no for line in order.lines], decision)
            trace.took_s += self.timer() - began
        return Verdict(_ADMISSIONS[decision.outcome], self._reasons(engine, decision), missing=_missing(decision))

    def facts(self, promise: Promise, order_keys: tuple[str, ...], line_keys: tuple[str, ...]) -> Facts | None:
        """Facts of an order by their keys, as they are now; None where its items are gone."""
        order = promise.order
        if any(line.item_id not in self._plant.item_by_id for line in order.lines):
            return None
        placed = Placed(promise.lines, list)
        return OrderFacts(order_keys, line_keys).read(self._known(order, promise.decided_at, placed))

    def _known(self, order: Order, now: datetime, placed: Placed | None = None) -> Known:
        plant = self._plant
        customer = plant.customer_by_id.get(order.customer_id)
        promises = () if placed is None else placed.lines
        return Known(order, plant, now, self._told(now)[0], customer, self._orders, promises)

    def _reasons(self, engine: Engine, decision: Decision) -> tuple[str, ...]:
        """Why an order doesn't simply pass, each reason in Chinese and in English."""
        if decision.outcome is Outcome.PASS:
            return ()
        chinese, english = Teller(engine, "zh"), Teller(engine, "en")
        said = zip(chinese.reasons(decision), english.reasons(decision), strict=False)
        reviewers = [(one.zh, one.en) for one in decision.record.reviewers]
        return tuple(one if one == other else f"{one} / {other}" for one, other in [*said, *reviewers])

    def _priority(self, decision: Decision) -> int | None:
        if self._priority_place is None:
            return None
        value = decision.order[self._priority_place]
        return value if isinstance(value, int) and 1 <= value <= 9 else None


def _missing(decision: Decision) -> tuple[str, ...]:
    """Documents and attributes that are demanded and not there."""
    if decision.outcome is not Outcome.REVIEW:
        return ()
    return tuple(dict.fromkeys(one.what for one in decision.open if one.trouble is Trouble.MISSING))
