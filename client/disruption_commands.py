"""`jiaoqi plan`: what breaks the plan, and what is at risk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from client.catalogue import say
from client.change_commands import DECLINED
from client.plant_commands import RequestId, ValidateOnly
from client.session import Session, as_dict
from client.words import cause_in_words, receipt_in_words
from jiaoqi.v1 import plan_service_pb2 as pb
from jiaoqi.v1 import promise_pb2

plan = typer.Typer(no_args_is_help=True)

OF_ORDERS = (pb.DISRUPTION_KIND_SCRAPPED, pb.DISRUPTION_KIND_CUSTOMER_CHANGE)
"""Without an end of their own."""
Answer = pb.ReportDisruptionResponse | pb.AmendDisruptionResponse | pb.CloseDisruptionResponse
Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help=say("help.subject"))]
Name = Annotated[str, typer.Argument(metavar="DISRUPTION", help=say("help.disruption"))]
Id = Annotated[str, typer.Option("--id", help=say("help.disruption_id"))]
From = Annotated[str | None, typer.Option("--from", help=say("help.from"))]
Until = Annotated[str | None, typer.Option("--until", help=say("help.down_until"))]
Start = Annotated[str, typer.Option("--from", help=say("help.from"))]
End = Annotated[str, typer.Option("--until", help=say("help.down_until"))]
Expected = Annotated[str | None, typer.Option("--expected", help=say("help.expected"))]
Reason = Annotated[str, typer.Option(help=say("help.reason"))]
Quantity = Annotated[int, typer.Option("--quantity", help=say("help.lost"))]
Source = Annotated[str, typer.Option(help=say("help.source"))]


def report(
    session: Session, subject: str, *, start: str | None = None, end: str | None = None, expected: str | None = None,
    **told: Any,
) -> None:  # fmt: skip
    """Report a disruption, its times as they were typed, the rest as the client takes it; show what became of it."""
    answer = session.client.report_disruption(
        subject, start=session.time(start), end=session.time(end), expected_end=session.time(expected), **told
    )
    show(session, answer)


@plan.command("down", help=say("help.plan.down"))
def down(
    context: typer.Context,
    subject: Subject,
    from_: From = None,
    until: Until = None,
    expected: Expected = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report what is down, in repair or absent."""
    report(
        context.obj, subject, start=from_, end=until, expected=expected, disruption_id=id_, source=source,
        reason=reason, request_id=request_id, validate_only=validate_only,
    )  # fmt: skip


@plan.command("cancel-shift", help=say("help.plan.cancel_shift"))
def cancel_shift(
    context: typer.Context,
    subject: Subject,
    from_: Start,
    until: End,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report hours that are not worked."""
    report(
        context.obj, subject, kind=pb.DISRUPTION_KIND_SHIFT_CANCELLED, start=from_, end=until,
        disruption_id=id_, source=source, reason=reason, request_id=request_id, validate_only=validate_only,
    )  # fmt: skip


@plan.command("overtime", help=say("help.plan.overtime"))
def overtime(
    context: typer.Context,
    subject: Subject,
    from_: Start,
    until: End,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report hours that are worked in addition."""
    report(
        context.obj, subject, kind=pb.DISRUPTION_KIND_SHIFT_ADDED, start=from_, end=until, disruption_id=id_,
        source=source, reason=reason, request_id=request_id, validate_only=validate_only,
    )  # fmt: skip


@plan.command("amend", help=say("help.plan.amend"))
def amend(
    context: typer.Context,
    disruption: Name,
    from_: From = None,
    until: Until = None,
    expected: Expected = None,
    reason: Annotated[str | None, typer.Option(help=say("help.reason"))] = None,
    quantity: Quantity = 0,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Tell what is known better."""
    session: Session = context.obj
    answer = session.client.amend_disruption(
        disruption,
        start=session.time(from_),
        end=session.time(until),
        expected_end=session.time(expected),
        reason=reason,
        quantity=quantity,
        request_id=request_id,
        validate_only=validate_only,
    )
    show(session, answer)


@plan.command("up", help=say("help.plan.up"))
def up(
    context: typer.Context,
    disruption: Name,
    at: Annotated[str | None, typer.Option("--at", help=say("help.at"))] = None,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report that it is over."""
    session: Session = context.obj
    answer = session.client.close_disruption(
        disruption, ended=session.time(at), request_id=request_id, validate_only=validate_only
    )
    show(session, answer)


@plan.command("disruptions", help=say("help.plan.disruptions"))
def disruptions(
    context: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help=say("help.all_disruptions"))] = False,
) -> None:
    """List disruptions."""
    session: Session = context.obj
    state = pb.DISRUPTION_STATE_UNSPECIFIED if all_ else pb.DISRUPTION_STATE_OPEN
    found = list(session.client.disruptions(state))
    if session.as_json:
        session.print_json([as_dict(disruption) for disruption in found])
        return
    session.table(
        ("disruption", "kind", "subject", "start", "end", "state", "source", "*reason"),
        (
            [
                each.disruption_id,
                say(pb.DisruptionKind.Name(each.kind)),
                subject_of(session, each),
                session.words(each, "start_time"),
                end_of(session, each),
                say(pb.DisruptionState.Name(each.state)),
                each.source,
                each.reason,
            ]
            for each in found
        ),
    )


@plan.command("at-risk", help=say("help.plan.at_risk"))
def at_risk(
    context: typer.Context,
    disruption: Annotated[str, typer.Option("--disruption", help=say("help.only_disruption"))] = "",
    customer: Annotated[str, typer.Option("--customer", help=say("help.only_customer"))] = "",
) -> None:
    """List lines that are expected after their promised times."""
    session: Session = context.obj
    found = list(session.client.at_risk(disruption_id=disruption, customer_id=customer))
    if session.as_json:
        session.print_json([as_dict(line) for line in found])
    else:
        show_lines(session, found)


def show(session: Session, answer: Answer) -> None:
    """Print a receipt."""
    session.show(answer, lambda: _tell(session, answer.receipt))
    if answer.receipt.HasField("change") and not answer.receipt.change.made:
        raise typer.Exit(DECLINED)


def _tell(session: Session, receipt: pb.RepairReceipt) -> None:
    """Print what happened, what it cost, and what holds again."""
    if receipt.HasField("change") and not receipt.change.made:
        for text in receipt_in_words(receipt.change, session.zone):
            session.print(text)
        return
    if not receipt.applied:
        session.print(say("say.would"))
    made = receipt.disruption
    kind, subject = say(pb.DisruptionKind.Name(made.kind)), subject_of(session, made)
    if made.kind in OF_ORDERS and not made.HasField("end_time"):
        start = session.words(made, "start_time")
        session.print(say("say.without_end", id=made.disruption_id, kind=kind, subject=subject, start=start))
    elif made.end_time == made.start_time:
        session.print(say("say.never_came", id=made.disruption_id, kind=kind, subject=subject))
    else:
        start, end = session.words(made, "start_time"), end_of(session, made)
        session.print(say("say.disruption", id=made.disruption_id, kind=kind, subject=subject, start=start, end=end))
    for text in receipt_in_words(receipt.change, session.zone) if receipt.HasField("change") else ():
        session.print(text)
    session.print(
        say(
            "say.repaired",
            risk=len(receipt.at_risk),
            recovered=len(receipt.recovered),
            held=receipt.moved_in_time_count,
            shifted=receipt.shifted_count,
            moved=receipt.moved_count,
            interrupted=receipt.interrupted_count,
            seconds=receipt.standstill_duration.ToMicroseconds() / 1e6,
        )
    )
    if receipt.at_risk:
        show_lines(session, receipt.at_risk)
    if receipt.recovered:
        names = ", ".join(f"{name.order_id}/{name.line_no}" for name in receipt.recovered)
        session.print(say("say.in_time_again", names=names))


def show_lines(session: Session, lines: Iterable[pb.LineAtRisk]) -> None:
    """Print lines at risk as a table."""
    session.table(
        (
            "order", ">line", "customer", ">priority", "item", ">quantity", "state", "promised", "before", "expected",
            "disruption", "waits",
        ),
        (
            [
                line.order_id,
                str(line.line_no),
                line.customer_id,
                str(line.priority),
                line.item_id,
                f"{line.quantity:,}",
                say(promise_pb2.PromiseState.Name(line.state)),
                session.words(line, "promised_time"),
                session.words(line, "expected_before_time"),
                session.words(line, "expected_time"),
                cause_in_words(line.cause.disruption_id),
                " @ ".join(filter(None, (line.cause.operation_id, line.cause.resource_id))),
            ]
            for line in lines
        ),
    )  # fmt: skip


def subject_of(session: Session, disruption: pb.Disruption) -> str:
    """Return what it happened to, and to how much of it, or what is wanted of it now."""
    subject = disruption.subject_id
    if disruption.line_no:
        subject = f"{subject}/{disruption.line_no} {disruption.operation_id}".rstrip()
    if disruption.kind == pb.DISRUPTION_KIND_CUSTOMER_CHANGE:
        return say("say.wanted", subject=subject, wish=_wish(session, disruption))
    if disruption.region:
        return f"{subject} / {disruption.region}"
    if not disruption.quantity:
        return subject
    return say("say.lost_pieces", subject=subject, quantity=disruption.quantity)


def _wish(session: Session, disruption: pb.Disruption) -> str:
    wishes = [f"× {disruption.quantity:,}"] if disruption.quantity else []
    if disruption.HasField("requested_time"):
        wishes.append(say("say.wish_by", time=session.words(disruption, "requested_time")))
    return " ".join(wishes) or say("say.wish_withdrawn")


def end_of(session: Session, disruption: pb.Disruption) -> str:
    """Return until when a disruption lasts, in words."""
    if disruption.HasField("end_time"):
        return session.words(disruption, "end_time")
    if disruption.kind in OF_ORDERS:
        return ""
    if not disruption.HasField("expected_end_time"):
        return say("say.lost_for_good")
    return say("say.end_unknown", time=session.words(disruption, "expected_end_time"))
