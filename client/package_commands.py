"""`jiaoqi order package`: what the shop floor needs to carry an order out, on the screen or as a page to print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from client.catalogue import say
from client.order_commands import OrderId, orders
from client.package_page import page_of
from client.package_sections import sections_of
from client.session import Session
from jiaoqi.v1 import promise_service_pb2 as desk


@orders.command("package", help=say("help.order.package"))
def package(
    context: typer.Context,
    order: OrderId,
    out: Annotated[Path | None, typer.Option(help=say("help.package_out"))] = None,
) -> None:
    """Print the task package of an order, or write it as a page."""
    session: Session = context.obj
    answer = session.client.task_package(order)
    if out is None:
        session.show(answer, lambda: _tell(session, answer))
        return
    try:
        out.write_text(page_of(answer, ZoneInfo(answer.time_zone)), encoding="utf-8")
    except OSError as error:
        session.wrong(say("error.unwritten", file=out, problem=error.strerror or error))
    session.print(say("say.written", file=out))


def _tell(session: Session, answer: desk.GetTaskPackageResponse) -> None:
    for section in sections_of(answer.package, ZoneInfo(answer.time_zone)):
        session.print(section.heading)
        for label, value in section.facts:
            session.print(say("package.fact", label=label, value=value))
        for block in section.blocks:
            session.table(block.columns, block.rows, title=block.title)
        session.print("")
