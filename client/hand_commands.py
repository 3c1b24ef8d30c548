"""`jiaoqi plan pin|unpin|move|pins`: a planner's hand."""

from __future__ import annotations

from typing import Annotated

import typer

from client.catalogue import say
from client.disruption_commands import plan, show_lines
from client.plant_commands import RequestId, ValidateOnly
from client.session import Session, as_dict
from client.words import duration_in_words
from jiaoqi.v1 import planner_service_pb2 as pb

Answer = pb.PinWorkResponse | pb.UnpinWorkResponse | pb.MoveWorkResponse
Name = Annotated[str, typer.Argument(metavar="WORK", help=say("help.work"))]
Reason = Annotated[str, typer.Option(help=say("help.reason"))]
Version = Annotated[int, typer.Option("--plan-version", help=say("help.plan_version"))]


@plan.command("pin", help=say("help.plan.pin"))
def pin(
    context: typer.Context,
    work: Name,
    reason: Reason = "",
    plan_version: Version = 0,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Keep an operation where it stands."""
    session: Session = context.obj
    answer = session.client.pin_work(
        work_name(session, work),
        reason=reason,
        plan_version=plan_version,
        request_id=request_id,
        validate_only=validate_only,
    )
    _show(session, answer)


@plan.command("unpin", help=say("help.plan.unpin"))
def unpin(
    context: typer.Context,
    work: Name,
    reason: Reason = "",
    plan_version: Version = 0,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Let it move again."""
    session: Session = context.obj
    answer = session.client.unpin_work(
        work_name(session, work),
        reason=reason,
        plan_version=plan_version,
        request_id=request_id,
        validate_only=validate_only,
    )
    _show(session, answer)


@plan.command("move", help=say("help.plan.move"))
def move(
    context: typer.Context,
    work: Name,
    to: Annotated[str, typer.Option("--to", metavar="MACHINE", help=say("help.move_to"))] = "",
    at: Annotated[str | None, typer.Option("--at", help=say("help.move_at"))] = None,
    behind: Annotated[str, typer.Option("--behind", metavar="WORK", help=say("help.move_behind"))] = "",
    may_break: Annotated[int, typer.Option("--may-break", min=0, help=say("help.may_break"))] = 0,
    reason: Reason = "",
    plan_version: Version = 0,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Put an operation elsewhere."""
    session: Session = context.obj
    answer = session.client.move_work(
        work_name(session, work),
        resource_id=to,
        start=session.time(at),
        behind=work_name(session, behind) if behind else None,
        max_broken=may_break,
        reason=reason,
        plan_version=plan_version,
        request_id=request_id,
        validate_only=validate_only,
    )
    _show(session, answer)


@plan.command("rush", help=say("help.plan.rush"))
def rush(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help=say("help.rush_order"))],
    priority: Annotated[int, typer.Option("--priority", min=1, max=9, help=say("help.rush_priority"))] = 1,
    may_break: Annotated[int, typer.Option("--may-break", min=0, help=say("help.may_break"))] = 0,
    reason: Reason = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Let an order pass others."""
    session: Session = context.obj
    answer = session.client.rush_order(
        order, priority, max_broken=may_break, reason=reason, request_id=request_id, validate_only=validate_only
    )
    session.show(answer, lambda: _tell_rush(session, answer))


def _tell_rush(session: Session, answer: pb.RushOrderResponse) -> None:
    """Print the order's dates, and each line that is later for it."""
    if not answer.applied:
        session.print(say("say.would"))
    for before, after in zip(answer.before.lines, answer.after.lines, strict=True):
        session.print(
            say(
                "say.rushed",
                name=f"{answer.after.order.id}/{after.line_no}",
                before=session.words(before, "promised_time"),
                after=session.words(after, "promised_time"),
                stood=session.words(before, "expected_time"),
                expected=session.words(after, "expected_time"),
            )
        )
    session.table(
        ("order", ">line", "customer", ">priority", "promised", "before", "expected", ">later", "holds"),
        (
            [
                row.order_id,
                str(row.line_no),
                row.customer_id,
                str(row.priority),
                session.words(row, "promised_time"),
                session.words(row, "expected_before_time"),
                session.words(row, "expected_time"),
                duration_in_words(row.delay_duration),
                say("say.survives") if row.survives else say("say.breaks"),
            ]
            for row in answer.displaced
        ),
    )


@plan.command("pins", help=say("help.plan.pins"))
def pins(context: typer.Context) -> None:
    """List pinned work."""
    session: Session = context.obj
    found = list(session.client.pins())
    if session.as_json:
        session.print_json([as_dict(each) for each in found])
        return
    session.table(
        (">key", "order", ">line", "operation", "resource", "start", "end", "pinnedby", "*reason"),
        (
            [
                str(each.key),
                each.order_id,
                str(each.line_no),
                each.operation_id,
                each.resource_id,
                session.words(each, "start_time"),
                session.words(each, "end_time"),
                each.pinned_by,
                each.reason,
            ]
            for each in found
        ),
    )


def work_name(session: Session, text: str) -> pb.WorkName:
    """An operation by its key, or as ORDER, ORDER/LINE or ORDER/LINE/OPERATION; ends the run for anything else."""
    if text.isascii() and text.isdigit():
        return pb.WorkName(key=int(text[:18]))
    parts = text.split("/")
    line = parts[1] if len(parts) > 1 else "0"
    if len(parts) > 3 or not parts[0] or not (line.isascii() and line.isdigit()):
        session.wrong(say("say.no_work", text=text))
    return pb.WorkName(order_id=parts[0], line_no=int(line[:9]), operation_id=parts[2] if len(parts) > 2 else "")


def _show(session: Session, answer: Answer) -> None:
    session.show(answer, lambda: _tell(session, answer.receipt))


def _tell(session: Session, receipt: pb.HandReceipt) -> None:
    """Print where it stands, what that cost, and what holds again."""
    if not receipt.applied:
        session.print(say("say.would"))
    work = receipt.operation
    name = f"{work.order_id}/{work.line_no}/{work.operation_id}"
    start, end = session.words(work, "start_time"), session.words(work, "end_time")
    state = say("say.pinned") if receipt.HasField("pin") else say("say.unpinned")
    session.print(say("say.by_hand", name=name, machine=work.resource_id, start=start, end=end, state=state))
    if receipt.shifted_count:
        session.print(
            say(
                "say.moved",
                risk=len(receipt.at_risk),
                recovered=len(receipt.recovered),
                held=receipt.moved_in_time_count,
                shifted=receipt.shifted_count,
                moved=receipt.moved_count,
            )
        )
    if receipt.at_risk:
        show_lines(session, receipt.at_risk)
