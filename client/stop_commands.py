"""`jiaoqi plan`: suppliers and carriers that stand still, cavities out of service."""

from __future__ import annotations

from typing import Annotated

import typer

from client.catalogue import say
from client.disruption_commands import Expected, From, Id, Reason, Source, Until, plan, report
from client.plant_commands import RequestId, ValidateOnly
from jiaoqi.v1 import plan_service_pb2 as pb


@plan.command("stop-carrier", help=say("help.plan.stop_carrier"))
def stop_carrier(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="CARRIER", help=say("help.carrier_stopped"))],
    region: Annotated[str, typer.Option("--region", help=say("help.only_region"))] = "",
    from_: From = None,
    until: Until = None,
    expected: Expected = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report a carrier that collects nothing."""
    report(
        context.obj, subject, kind=pb.DISRUPTION_KIND_CARRIER_STOPPED, region=region, start=from_, end=until,
        expected=expected, disruption_id=id_, source=source, reason=reason, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip


@plan.command("stop-supplier", help=say("help.plan.stop_supplier"))
def stop_supplier(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ITEM", help=say("help.item_stopped"))],
    from_: From = None,
    until: Until = None,
    expected: Expected = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report a supplier from whom nothing comes."""
    report(
        context.obj, subject, kind=pb.DISRUPTION_KIND_SUPPLIER_STOPPED, start=from_, end=until,
        expected=expected, disruption_id=id_, source=source, reason=reason, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip


@plan.command("cavities", help=say("help.plan.cavities"))
def cavities(
    context: typer.Context,
    mould: Annotated[str, typer.Argument(metavar="MOULD", help=say("help.mould"))],
    out: Annotated[int, typer.Option("--out", help=say("help.cavities_out"))] = 1,
    from_: From = None,
    until: Until = None,
    expected: Expected = None,
    reason: Reason = "",
    source: Source = "",
    id_: Id = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report cavities that are out of service."""
    report(
        context.obj, mould, kind=pb.DISRUPTION_KIND_CAVITIES_OUT, quantity=out, start=from_, end=until,
        expected=expected, disruption_id=id_, source=source, reason=reason, request_id=request_id,
        validate_only=validate_only,
    )  # fmt: skip
