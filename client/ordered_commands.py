"""`jiaoqi plan`: what happens to orders."""

from __future__ import annotations

from typing import Annotated

import typer

from client.catalogue import say
from client.disruption_commands import From, Id, Reason, Source, plan, report
from client.plant_commands import RequestId, ValidateOnly
from client.session import Session
from jiaoqi.v1 import plan_service_pb2 as pb


@plan.command("scrap", help=say("help.plan.scrap"))
def scrap(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help=say("help.order_scrapped"))],
    quantity: Annotated[int, typer.Option("--quantity", help=say("help.pieces_scrapped"))],
    line: Annotated[int, typer.Option("--line", help=say("help.line_scrapped"))] = 0,
    operation: Annotated[str, typer.Option("--operation", help=say("help.scrapped_at"))] = "",
    from_: From = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report pieces of an order that are scrap."""
    report(
        context.obj, order, kind=pb.DISRUPTION_KIND_SCRAPPED, quantity=quantity, line_no=line, operation_id=operation,
        start=from_, disruption_id=id_, source=source, reason=reason, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip


@plan.command("customer-change", help=say("help.plan.customer_change"))
def customer_change(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help=say("help.order_scrapped"))],
    line: Annotated[int, typer.Option("--line", help=say("help.line_changed"))] = 0,
    quantity: Annotated[int, typer.Option("--quantity", help=say("help.wanted_quantity"))] = 0,
    by: Annotated[str | None, typer.Option("--by", help=say("help.wanted_by"))] = None,
    withdrawn: Annotated[bool, typer.Option("--withdraw", help=say("help.withdrawn"))] = False,
    etag: Annotated[str, typer.Option("--etag", help=say("help.etag"))] = "",
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report what a customer wants otherwise."""
    session: Session = context.obj
    report(
        session, order, kind=pb.DISRUPTION_KIND_CUSTOMER_CHANGE, quantity=quantity, line_no=line,
        requested=session.time(by), withdrawn=withdrawn, etag=etag, disruption_id=id_, source=source, reason=reason,
        request_id=request_id, validate_only=validate_only,
    )  # fmt: skip
