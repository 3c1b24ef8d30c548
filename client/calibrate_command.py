"""`jiaoqi calibrate`: learn buffers from work that was done, or list what was learned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from client.catalogue import known, say
from client.csv_rows import BadFile
from client.history_file import read_history
from client.import_commands import tell_row_errors
from client.plant_commands import WRONG_FILES, RequestId, ValidateOnly
from client.session import Session
from client.words import time_in_words
from jiaoqi.v1 import plant_service_pb2 as pb
from jiaoqi.v1 import promise_pb2

SHOWN = (50, 80, 95)
LEAST = 30
COLUMNS = ("kind_of_lines", "family", "routing", "load_band", ">n", ">half", ">four_fifths", ">nearly_all")


def calibrate(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option("--file", metavar="CSV", help=say("help.calibrate.file"))] = None,
    listed: Annotated[bool, typer.Option("--list", help=say("help.calibrate.list"))] = False,
    version: Annotated[int, typer.Option(min=0, help=say("help.calibrate.version"))] = 0,
    reason: Annotated[str, typer.Option(help=say("help.reason"))] = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Learn and print what that is, or list."""
    session: Session = context.obj
    if listed or version:
        found = session.client.calibrations(version)
        session.show(found, lambda: _tell_all(session, found.calibrations))
        return
    lines = [] if file is None else _read(session, file)
    answer = session.client.calibrate(lines, reason=reason, request_id=request_id, validate_only=validate_only)
    session.show(answer, lambda: _tell_learned(session, answer.calibration))


def _read(session: Session, file: Path) -> list[pb.ExecutedLine]:
    """Lines of a history; ends the run where it is wrong."""
    try:
        lines, errors = read_history(file, session.zone)
    except BadFile as error:
        session.wrong(str(error))
    if errors:
        session.print(say("say.rows_wrong", count=len(errors)))
        tell_row_errors(session, errors)
        raise typer.Exit(WRONG_FILES)
    return lines


def _tell_learned(session: Session, made: pb.Calibration) -> None:
    key = "say.calibrated" if made.version else "say.would_calibrate"
    session.print(say(key, version=made.version, count=made.line_count))
    _tell_cells(session, made)


def _tell_all(session: Session, found: Iterable[pb.Calibration]) -> None:
    rows = list(found)
    if not rows:
        session.print(say("say.calibration_none"))
        return
    for made in rows:
        time = time_in_words(made.learn_time, session.zone)
        session.print(say("say.calibration", version=made.version, time=time, count=made.line_count, actor=made.actor))
    _tell_cells(session, rows[0])


def _tell_cells(session: Session, made: pb.Calibration) -> None:
    for left in made.left_out:
        key = f"left_out.{left.reason}"
        session.print(say("say.left_out", count=left.line_count, why=say(key) if known(key) else left.reason))
    session.table(COLUMNS, (list(_row(cell)) for cell in made.cells))
    session.print(say("say.calibration_unit"))


def _row(cell: pb.CalibrationCell) -> Iterator[str]:
    yield say(promise_pb2.LearnedFrom.Name(cell.learned_from))
    yield cell.family
    yield cell.routing_id
    yield say(pb.LoadBand.Name(cell.load_band)) if cell.load_band else ""
    yield f"{cell.line_count:,}"
    slips = {slip.level_percent: slip.slip_ppm for slip in cell.slips} if cell.line_count >= LEAST else {}
    for level in SHOWN:
        yield f"{slips[level] / 10_000:.1f}" if level in slips else ""
