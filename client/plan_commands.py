"""`jiaoqi schedule`, `load`, `clock` and `check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from client.catalogue import say
from client.plant_calls import Work
from client.session import Session, as_dict
from client.tables import show_load
from jiaoqi.v1 import plan_pb2
from jiaoqi.v1 import plant_service_pb2 as pb

PLAN_BROKEN = 3

From = Annotated[str | None, typer.Option("--from", help=say("help.from"))]
To = Annotated[str | None, typer.Option("--to", help=say("help.to"))]
Resources = Annotated[list[str] | None, typer.Option("--resource", help=say("help.resource"))]
WorkCentres = Annotated[list[str] | None, typer.Option("--work-centre", help=say("help.only_work_centre"))]
Moulds = Annotated[list[str] | None, typer.Option("--mould", help=say("help.only_mould"))]
Items = Annotated[list[str] | None, typer.Option("--item", help=say("help.only_item"))]
OrderName = Annotated[str, typer.Option("--order", help=say("help.only_order"))]
CustomerName = Annotated[str, typer.Option("--customer", help=say("help.only_customer"))]
Late = Annotated[bool, typer.Option("--late", help=say("help.only_late"))]

MODES = {"manual": plan_pb2.CLOCK_MODE_MANUAL, "offset": plan_pb2.CLOCK_MODE_OFFSET}


def schedule(
    context: typer.Context,
    from_: From = None,
    to: To = None,
    resource: Resources = None,
    work_centre: WorkCentres = None,
    mould: Moulds = None,
    item: Items = None,
    order: OrderName = "",
    customer: CustomerName = "",
    late: Late = False,
    gantt: Annotated[Path | None, typer.Option(help=say("help.gantt"))] = None,
) -> None:
    """Show the operations of the plan, or draw them."""
    session: Session = context.obj
    work = _work(resource, work_centre, mould, item, order, customer, late)
    found = list(session.client.schedule(from_time=session.time(from_), to_time=session.time(to), **work))
    if gantt is not None:
        # Only a picture needs matplotlib, which takes a while to load.
        from client.wall import draw_plan

        draw_plan(session, found, work, gantt)
        session.print(say("say.drawn", file=gantt))
        return
    if session.as_json:
        session.print_json([as_dict(operation) for operation in found])
        return
    session.table(
        ("resource", "mould", "order", ">line", "item", "operation", ">quantity", "visit", "start", "end", "fixed"),
        (_row(session, operation) for operation in found),
    )


def load(
    context: typer.Context,
    from_: From = None,
    to: To = None,
    resource: Resources = None,
    work_centre: WorkCentres = None,
    mould: Moulds = None,
    item: Items = None,
    order: OrderName = "",
    customer: CustomerName = "",
    late: Late = False,
) -> None:
    """Show how busy resources are."""
    session: Session = context.obj
    work = _work(resource, work_centre, mould, item, order, customer, late)
    answer = session.client.load(from_time=session.time(from_), to_time=session.time(to), **work)
    session.show(answer, lambda: show_load(session, answer.load))


def _work(
    resources: Sequence[str] | None, work_centres: Sequence[str] | None, moulds: Sequence[str] | None,
    items: Sequence[str] | None, order: str, customer: str, late: bool,
) -> Work:  # fmt: skip
    """Which work the command line asks for."""
    return Work(
        resource_ids=resources or (),
        work_centres=work_centres or (),
        mould_ids=moulds or (),
        item_ids=items or (),
        order_id=order,
        customer_id=customer,
        late_only=late,
    )


def clock(
    context: typer.Context,
    set_: Annotated[str | None, typer.Option("--set", help=say("help.set"))] = None,
    mode: Annotated[str, typer.Option(help=say("help.mode"))] = "",
) -> None:
    """Show the clock, after setting it if asked to."""
    session: Session = context.obj
    if mode and mode not in MODES:
        session.wrong(say("error.mode", text=mode))
    now = session.time(set_)
    if now is not None:
        session.client.set_clock(now, MODES.get(mode, plan_pb2.CLOCK_MODE_UNSPECIFIED))
    elif mode:
        session.wrong(say("error.time", text=""))
    answer = session.client.clock()
    session.show(answer, lambda: _tell_clock(session, answer))


def check(context: typer.Context) -> None:
    """Check the whole plan."""
    session: Session = context.obj
    found = session.client.check_plan()
    if session.as_json:
        session.print_json({"violations": found})
    else:
        session.print(say("say.plan_broken", count=len(found)) if found else say("say.plan_sound"))
        for violation in found:
            session.print(f"  {violation}")
    if found:
        raise typer.Exit(PLAN_BROKEN)


def _tell_clock(session: Session, answer: pb.GetClockResponse) -> None:
    as_of = answer.as_of
    if not as_of.HasField("now_time"):
        session.print(say("say.no_clock"))
        return
    session.print(
        say(
            "say.clock",
            now=session.words(as_of, "now_time"),
            zone=session.zone,
            mode=say(plan_pb2.ClockMode.Name(as_of.clock_mode)),
            version=as_of.plan_version,
        )
    )


def _row(session: Session, operation: plan_pb2.ScheduledOperation) -> list[str]:
    changeover = operation.visit_start_time.seconds < operation.start_time.seconds
    return [
        operation.resource_id,
        operation.mould_id,
        operation.order_id,
        str(operation.line_no),
        operation.item_id,
        operation.operation_id,
        f"{operation.quantity:,}",
        session.words(operation, "visit_start_time") if changeover else "",
        session.words(operation, "start_time"),
        session.words(operation, "end_time"),
        say("say.yes") if operation.fixed else "",
    ]
