"""Late lines delivered in parts: what is ready by the promised time, and the rest as early as it can be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from domain.orders import Order, OrderLine, ShipMode
from domain.promises import LinePromise, Outcome, Promise, PromiseState
from domain.values import replace
from promising.parts import Cut, divided, find_cuts
from promising.requests import FINAL
from scheduler.planner import Decision, Effort, Planner


class Divided(Struct, frozen=True):
    """A line in two parts, placed in the plan and neither kept nor undone; the order as it stands then."""

    promise: Promise
    step: Decision
    part: LinePromise
    rest: LinePromise

    def keeps(self, line: LinePromise) -> bool:
        """The part comes by when the whole was promised."""
        assert line.promised_time is not None
        assert self.part.promised_time is not None
        return self.part.promised_time <= line.promised_time


def may_be_divided(plan: Planner, promise: Promise, line: LinePromise) -> bool:
    """Lines of which nothing has begun, of orders that are not delivered complete, and that are in no parts yet."""
    order = promise.order
    parts = {each.part_of for each in order.lines} | {each.line_no for each in order.lines if each.part_of}
    open_ = line.state not in FINAL and line.state is not PromiseState.HELD and line.promised_time is not None
    return (
        open_ and order.ship is not ShipMode.COMPLETE and line.line_no not in parts and line.quantity > 1
        and not plan.begun(order.id, line.line_no)
    )  # fmt: skip


def best_cut(plan: Planner, promise: Promise, line: LinePromise, now: datetime) -> Cut | None:
    """The largest part of a line that can be there by its promised time; None: nothing can."""

    def on_time(order: Order) -> frozenset[int]:
        made = _placed(plan, promise, order, line, now, Effort.INSTANT)
        plan.undo(made.step)
        return frozenset(each.line_no for each in made.lines if each.outcome is Outcome.ON_TIME)

    found = find_cuts(_wanted(promise.order, line), {line.line_no}, plan, on_time)
    return found[0] if found else None


def divide(plan: Planner, promise: Promise, line: LinePromise, cut: Cut, now: datetime) -> Divided | None:
    """Place a line in two parts; None, and nothing is changed, where either of them can't be promised."""
    order = divided(promise.order, [cut])
    made = _placed(plan, promise, divided(_wanted(promise.order, line), [cut]), line, now, Effort.TIER1)
    if any(each.promised_time is None or each.state is PromiseState.REFUSED for each in made.lines):
        plan.undo(made.step)
        return None
    asked = {each.line_no: each.requested_time for each in order.lines}
    part, rest = (_told(each, asked[each.line_no], now) for each in made.lines)
    told = {each.line_no: each for each in (*promise.lines, part, rest)}
    return Divided(
        replace(promise, order=order, lines=tuple(told[each.line_no] for each in order.lines)), made.step, part, rest
    )


class _Placed(Struct, frozen=True):
    step: Decision
    lines: Sequence[LinePromise]


def _placed(plan: Planner, promise: Promise, order: Order, line: LinePromise, now: datetime, effort: Effort) -> _Placed:
    """The line, or the parts of it, placed instead of it."""
    step = plan.begin(order, int(now.timestamp()))
    plan.take_out(step, [line.line_no])
    return _Placed(step, plan.place(step, list(_parts(order, line.line_no)), effort=effort))


def _parts(order: Order, line_no: int) -> Iterator[OrderLine]:
    """A line and its rest."""
    return (each for each in order.lines if line_no in (each.line_no, each.part_of))


def _wanted(order: Order, line: LinePromise) -> Order:
    """The order with a line wanted by when it is promised, and taken however late it comes."""
    assert line.promised_time is not None
    at = line.promised_time
    return replace(
        order,
        lines=tuple(
            replace(each, requested_time=at, latest_time=None) if each.line_no == line.line_no else each
            for each in order.lines
        ),
    )


def _told(line: LinePromise, asked: datetime, now: datetime) -> LinePromise:
    """A part as it is told: by when it was asked for."""
    assert line.promised_time is not None
    outcome = Outcome.ON_TIME if line.promised_time <= asked else Outcome.LATER
    return replace(line, requested_time=asked, outcome=outcome, decided_at=now, state=PromiseState.CONFIRMED)
