"""`jiaoqi plan`: material that is late, short or rejected."""

from __future__ import annotations

from typing import Annotated

import typer

from client.catalogue import say
from client.disruption_commands import Expected, Id, Quantity, Reason, Source, plan, report
from client.plant_commands import RequestId, ValidateOnly
from jiaoqi.v1 import plan_service_pb2 as pb

Lost = Annotated[str, typer.Argument(metavar="SUBJECT", help=say("help.receipt_or_item"))]
Again = Annotated[str | None, typer.Option("--until", help=say("help.again"))]


@plan.command("late", help=say("help.plan.late"))
def late(
    context: typer.Context,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help=say("help.receipt_late"))],
    until: Annotated[str | None, typer.Option("--until", help=say("help.late_until"))] = None,
    expected: Expected = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report a receipt that comes later."""
    report(
        context.obj, receipt, kind=pb.DISRUPTION_KIND_MATERIAL_LATE, end=until, expected=expected,
        disruption_id=id_, source=source, reason=reason, request_id=request_id, validate_only=validate_only,
    )  # fmt: skip


@plan.command("short", help=say("help.plan.short"))
def short(
    context: typer.Context,
    subject: Lost,
    quantity: Quantity = 0,
    until: Again = None,
    expected: Expected = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report that less of a receipt or of the stock is there."""
    report(
        context.obj, subject, kind=pb.DISRUPTION_KIND_MATERIAL_SHORT, end=until, expected=expected,
        disruption_id=id_, source=source, reason=reason, quantity=quantity, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip


@plan.command("reject", help=say("help.plan.reject"))
def reject(
    context: typer.Context,
    subject: Lost,
    quantity: Quantity = 0,
    until: Again = None,
    expected: Expected = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report what of a receipt or of the stock failed its inspection."""
    report(
        context.obj, subject, kind=pb.DISRUPTION_KIND_MATERIAL_REJECTED, end=until, expected=expected,
        disruption_id=id_, source=source, reason=reason, quantity=quantity, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip
