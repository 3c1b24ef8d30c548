"""Pieces of an order that were scrapped: read against the order and its work, and planned once more."""

from __future__ import annotations

from domain.checks import to_unix_down
from domain.disruptions import Disruption, DisruptionKind, DisruptionState
from domain.errors import InvalidInput, WrongState
from domain.promises import EventKind, Promise
from domain.values import replace
from promising.amendments import check_open, line_of
from promising.batch import Batch
from promising.disruption_reports import in_short
from promising.disruption_requests import Report
from promising.requests import FINAL
from scheduler.planner import Planner
from scheduler.planning.progressing import Place
from scheduler.planning.stakes import Repair


def line_no_of(change: Report, promise: Promise | None) -> int:
    """The line of an order that a report means: its only one where none is named, or all that its customer changes.

    Raises InvalidInput for an order or a line that isn't there, WrongState for one of which nothing stands.
    """
    promise = _known(change.subject_id, promise)
    check_open(promise)
    if change.kind is DisruptionKind.CUSTOMER_CHANGE:
        return change.line_no
    if not change.line_no and len(promise.order.lines) > 1:
        numbers = ", ".join(str(line.line_no) for line in promise.order.lines[:20])
        raise InvalidInput.one("line_no", "is missing: the order has several lines", f"one of {numbers}")
    line, _ = line_of(promise, change.line_no or promise.order.lines[0].line_no)
    return line.line_no


def place_of(made: Disruption, plan: Planner | None, promise: Promise | None, *, supposed: bool = False) -> Place:
    """The operation at which pieces were scrapped: the one that is named, else the last that has begun.

    Raises InvalidInput for an operation that has not begun, or of which the line has none; WrongState where nothing of
    the line has. What is only `supposed` may be of work that has not begun.
    """
    assert plan is not None
    promise = _known(made.subject_id, promise)
    name = f"{promise.order.id}/{made.line_no}"
    begun = plan.begun_of(promise.order.id, made.line_no, supposed=supposed)
    if not plan.is_made(promise.order.id, made.line_no):
        problem = f"nothing is made for line {made.line_no}, which is delivered from stock"
        raise InvalidInput.one("line_no", problem, "a line that is made; what fails in stock is material_rejected")
    if not begun:
        raise WrongState("line", name, "waiting", "nothing of it has begun, so that nothing can be scrapped")
    fits = [place for place in begun if made.operation_id in ("", place.operation_id)]
    if not fits:
        problem = f"no operation {made.operation_id!r} of the line has begun"
        known = ", ".join(dict.fromkeys(place.operation_id for place in begun))
        raise InvalidInput.one("operation_id", problem, f"one of {known}")
    return fits[-1]


def most_scrapped(
    order_id: str, line_no: int, plan: Planner | None, promise: Promise | None, *, supposed: bool = False
) -> int:  # fmt: skip
    """How many more pieces of a line can be scrapped. Raises InvalidInput and WrongState as `line_no_of`."""
    assert plan is not None
    promise = _known(order_id, promise)
    check_open(promise)
    line_of(promise, line_no)
    return plan.scrappable(order_id, line_no, supposed=supposed)


def replan_scrap(made: Disruption, known: Disruption | None, plan: Planner, batch: Batch) -> Repair:
    """Plan what is lost more than was known once more, or take back what was planned for less; what moved."""
    was = 0 if known is None else known.quantity
    wanted = made.quantity
    if made.state is DisruptionState.CLOSED:
        wanted = 0 if made.end == made.start else was
    promise = batch.standing(made.subject_id)
    line = None if promise is None else next((row for row in promise.lines if row.line_no == made.line_no), None)
    if wanted == was or promise is None or line is None or line.state in FINAL or line.promised_time is None:
        return Repair()
    place = plan.operation(made.operation_key)
    if place is None:
        raise WrongState("line", f"{promise.order.id}/{line.line_no}", "gone", "its work is no longer in the plan")
    stood, by_s = plan.stand(), to_unix_down(line.promised_time)
    name = promise.order.id, line.line_no
    until_s = plan.until(*name, by_s, line.carrier_id, line.region)
    change = plan.scrap if wanted > was else plan.give_back
    batch.writing.progress = [change(place, promise.order, line, abs(wanted - was), until_s)]
    plan.rebind(*name, by_s, line.carrier_id, line.region)
    moved, shifted, _ = plan.since(stood)
    return Repair(moved=moved, shifted=shifted)


def note_of_order(
    batch: Batch, made: Disruption, kind: EventKind, actor: str, reason: str, plan_version: int
) -> None:  # fmt: skip
    """Have the history of the order tell of it, by a version of its own."""
    promise = batch.standing(made.subject_id)
    assert promise is not None
    told = replace(promise, version=promise.version + 1, plan_version=plan_version)
    batch.record(told, kind, actor, reason, in_short(made))


def _known(order_id: str, promise: Promise | None) -> Promise:
    if promise is None:
        raise InvalidInput.one("subject_id", f"no order {order_id!r}", "the id of an order")
    return promise
