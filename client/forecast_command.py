"""`jiaoqi forecast`: how full each work centre will be, day by day, and what is short."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from client.catalogue import language, say
from client.csv_rows import BadFile, id_column, read_rows, time_column, whole_column
from client.import_commands import tell_row_errors
from client.plant_commands import WRONG_FILES
from client.session import Session
from client.times import timestamp
from client.words import local
from jiaoqi.v1 import planner_service_pb2 as pb

SHADES = " \u2591\u2592\u2593\u2588"
"""From free to full; overloaded is `!`, no working time is a dot."""


def forecast(
    context: typer.Context,
    weeks: Annotated[int, typer.Option(min=1, max=26, help=say("help.weeks"))] = 4,
    orders: Annotated[Path | None, typer.Option("--orders", metavar="CSV", help=say("help.wanted"))] = None,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FILE", help=say("help.heat"))] = None,
) -> None:
    """Print the heat map, and where how many hours are short."""
    session: Session = context.obj
    wanted = [] if orders is None else _wanted(session, orders)
    answer = session.client.forecast(weeks=weeks, wanted=wanted)
    if picture is not None:
        # Only a picture needs matplotlib, which takes a while to load.
        from client.heat import draw_heat

        try:
            draw_heat(answer, session.zone, picture, language())
        except (OSError, ValueError) as error:
            session.wrong(say("error.unwritten", file=picture, problem=error))
        session.print(say("say.drawn", file=picture))
        return
    session.show(answer, lambda: _tell(session, answer))


def _wanted(session: Session, path: Path) -> list[pb.WantedRow]:
    """Rows of a CSV file with item, quantity and due; ends the run where any is wrong."""
    columns = (
        id_column("item", "物料", "物料编号", required=True),
        whole_column("quantity", "数量", low=1, required=True),
        time_column("due", "交期", "要求交期", zone=session.zone, required=True),
    )
    try:
        rows = read_rows(path, columns)
    except BadFile as error:
        session.wrong(str(error))
    if rows.errors:
        session.print(say("say.rows_wrong", count=len(rows.errors)))
        tell_row_errors(session, rows.errors)
        raise typer.Exit(WRONG_FILES)
    return [
        pb.WantedRow(item_id=cells["item"], quantity=cells["quantity"], due_time=timestamp(cells["due"]))
        for cells in (row.cells for row in rows.good)
    ]


def _tell(session: Session, answer: pb.GetForecastResponse) -> None:
    width = max((len(centre.work_centre) for centre in answer.centres), default=0)
    for centre in answer.centres:
        session.print(f"{centre.work_centre:<{width}} |{''.join(map(_shade, centre.days))}|")
    if answer.centres and answer.centres[0].days:
        days = answer.centres[0].days
        first, last = (_day(session, day.day_time) for day in (days[0], days[-1]))
        session.print(say("say.heat", first=first, last=last))
    for centre in answer.centres:
        if centre.short_duration.seconds:
            session.print(_short(session, centre))


def _short(session: Session, centre: pb.CentreForecast) -> str:
    outside = (
        say("say.freed", item=each.item_id, hours=_hours(each.freed_duration), price=_price(each, "cost_fen"))
        for each in centre.outside[:3]
    )
    return say(
        "say.short",
        centre=centre.work_centre,
        hours=_hours(centre.short_duration),
        day=_day(session, centre.short_by_time),
        price=_price(centre, "overtime_cost_fen"),
        outside=", ".join(outside) or say("say.none"),
    )


def _hours(duration: Duration) -> float:
    return duration.seconds / 3600


def _price(priced: pb.CentreForecast | pb.OutsideWork, field: str) -> str:
    return f"{getattr(priced, field) / 100:,.2f}" if priced.HasField(field) else say("say.no_rate")


def _day(session: Session, begins: Timestamp) -> str:
    """A day that is told by its beginning."""
    return f"{local(begins, session.zone):%Y-%m-%d}"


def _shade(day: pb.CentreDay) -> str:
    if day.overloaded_duration.seconds:
        return "!"
    if not day.working_duration.seconds:
        return "."
    used = day.booked_duration.seconds + day.planned_duration.seconds
    return SHADES[min(4, -(-4 * used // day.working_duration.seconds))]
