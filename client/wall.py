"""What the Gantt chart is drawn from: the plan, its orders, and when resources do not work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp

from client.catalogue import language, say
from client.gantt import draw
from client.gantt_rows import Closed, Closure, Row, Run
from client.plant_calls import Work
from client.session import Session
from jiaoqi.v1 import plan_pb2, promise_pb2

SPAN_MAX = timedelta(days=400)
CLOSURES = {
    plan_pb2.CLOSURE_KIND_OFF_SHIFT: Closure.OFF_SHIFT,
    plan_pb2.CLOSURE_KIND_DOWNTIME: Closure.DOWNTIME,
}
FIELDS = ("resource_ids", "work_centres", "mould_ids", "item_ids", "order_id", "customer_id")
DRAWN = (plan_pb2.RESOURCE_KIND_MACHINE, plan_pb2.RESOURCE_KIND_LINE)


def draw_plan(session: Session, operations: Sequence[plan_pb2.ScheduledOperation], work: Work, file: Path) -> None:
    """Draw operations into a PNG, PDF or SVG file, and the machines that they are on. Ends the run if it can't.

    Machines that are asked for are drawn without work, too, and so are all when nothing is asked for.
    """
    lines = _lines(session, operations)
    first, last = _span(operations)
    resources = session.client.resources(from_time=first, to_time=last) if operations else []
    moulds = {operation.mould_id for operation in operations}
    wanted = {*work.get("resource_ids", ()), *(operation.resource_id for operation in operations)}
    rows = [r for r in resources if r.kind in DRAWN and (not any(work.values()) or r.resource_id in wanted)]
    shown = [*rows, *(r for r in resources if r.resource_id in moulds)]
    now = session.client.clock().as_of.now_time
    try:
        draw(
            [_run(operation, lines) for operation in operations],
            [Row(r.resource_id, units=r.unit_count) for r in rows],
            [closed for resource in shown for closed in _closed(resource)],
            file,
            session.zone,
            language(),
            only=[name for field in FIELDS for name in _listed(work.get(field, ()))],
            only_late=work.get("late_only", False),
            now=_moment(now) if now.seconds else None,
        )
    except (OSError, ValueError) as error:
        session.wrong(say("error.unwritten", file=file, problem=error))


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) and value else [*value] if isinstance(value, Sequence) else []


def _lines(
    session: Session, operations: Sequence[plan_pb2.ScheduledOperation]
) -> dict[tuple[str, int], promise_pb2.LinePromise]:
    orders = {operation.order_id for operation in operations}
    return {
        (promise.order.id, line.line_no): line
        for promise in session.client.list_orders(page_size=1000)
        if promise.order.id in orders
        for line in promise.lines
    }


def _span(operations: Sequence[plan_pb2.ScheduledOperation]) -> tuple[datetime | None, datetime | None]:
    if not operations:
        return None, None
    first = _moment(min((o.visit_start_time for o in operations), key=lambda moment: moment.seconds))
    last = _moment(max((o.end_time for o in operations), key=lambda moment: moment.seconds))
    # The picture shows whole days.
    day = timedelta(days=1)
    return first - day, min(last + day, first - day + SPAN_MAX)


def _run(operation: plan_pb2.ScheduledOperation, lines: dict[tuple[str, int], promise_pb2.LinePromise]) -> Run:
    line = lines.get((operation.order_id, operation.line_no))
    # Lots of one line differ in what they make.
    label = f"{operation.order_id} {operation.item_id}" if operation.into_lot else operation.order_id
    return Run(
        resource_id=operation.resource_id,
        order_id=operation.order_id,
        # A plant has fewer moulds than items, and where the colour changes, the machine is changed over.
        group=operation.mould_id or operation.item_id,
        label=label,
        visit_start=_moment(operation.visit_start_time),
        start=_moment(operation.start_time),
        end=_moment(operation.end_time),
        units=tuple(operation.units),
        mould_id=operation.mould_id,
        late=line is not None and line.expected_time.seconds > line.requested_time.seconds,
    )


def _closed(resource: plan_pb2.Resource) -> list[Closed]:
    return [
        Closed(resource.resource_id, _moment(closed.start_time), _moment(closed.end_time), CLOSURES[closed.kind])
        for closed in resource.closed_times
        if closed.kind in CLOSURES
    ]


def _moment(message: Timestamp) -> datetime:
    return datetime.fromtimestamp(message.seconds, UTC)
