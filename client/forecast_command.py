"""`jiaoqi forecast`: how full each work centre will be, day by day, and what is short."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.timestamp_pb2 import Timestamp

from client.catalogue import language, say
from client.session import Session
from client.times import timestamp
from client.words import duration_in_words, local
from jiaoqi.v1 import planner_service_pb2 as pb

COLUMNS = ("item", "quantity", "due")
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
    """Rows of a CSV file with item, quantity and due; ends the run where one is wrong."""
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        session.wrong(say("error.file", file=path, problem=error))
    found = []
    for number, row in enumerate(rows, 2):
        quantity, due = (row.get("quantity") or "").strip(), (row.get("due") or "").strip()
        if not row.get("item") or not (quantity.isascii() and quantity.isdigit() and len(quantity) < 11) or not due:
            session.wrong(say("say.wrong_row", file=path, row=number, columns=", ".join(COLUMNS)))
        by = timestamp(session.time(due))
        found.append(pb.WantedRow(item_id=row["item"].strip(), quantity=int(quantity), due_time=by))
    return found


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
    priced = f"{centre.overtime_cost_fen / 100:,.2f}" if centre.HasField("overtime_cost_fen") else say("say.no_rate")
    outside = ", ".join(f"{each.item_id} {duration_in_words(each.freed_duration)}" for each in centre.outside[:3])
    return say(
        "say.short",
        centre=centre.work_centre,
        hours=centre.short_duration.seconds / 3600,
        day=_day(session, centre.short_by_time),
        price=priced,
        outside=outside,
    )


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
