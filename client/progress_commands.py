"""`jiaoqi plan report`: what the shop floor says of its work, one by one, from a file, or as a stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from google.protobuf.json_format import ParseDict, ParseError

from client.catalogue import say
from client.csv_rows import (
    BadFile,
    choice_column,
    id_column,
    read_rows,
    time_column,
    whole_column,
    yes_no_column,
)
from client.disruption_commands import Source, plan, show_lines
from client.import_commands import tell_row_errors
from client.plant_commands import WRONG_FILES, RequestId, ValidateOnly
from client.refusals import in_zone, named
from client.session import Session
from client.times import timestamp
from jiaoqi.v1 import plan_service_pb2 as pb

PART_MAX = 1000
"""Reports of one request; more go in several."""
REFUSED = 1
KINDS = {
    word: number
    for name, number in pb.ProgressKind.items()
    if number
    for word in (name.removeprefix("PROGRESS_KIND_").lower(), say(name))
}
"""What may be said, in the schema's words and in those of the language."""

Order = Annotated[str, typer.Argument(metavar="ORDER", help=say("help.order_id"))]
Line = Annotated[int, typer.Argument(metavar="LINE", min=0, help=say("help.line"))]
Operation = Annotated[str, typer.Argument(metavar="OPERATION", help=say("help.operation"))]
What = Annotated[str, typer.Argument(metavar="WHAT", help=say("help.progress_kind"))]
Count = Annotated[int | None, typer.Option(min=0, help=say("help.so_far"))]


@plan.command("report", help=say("help.plan.report"))
def report(
    context: typer.Context,
    order: Order = "",
    line: Line = 0,
    operation: Operation = "",
    what: What = "",
    at: Annotated[str | None, typer.Option("--at", help=say("help.at"))] = None,
    good: Count = None,
    scrapped: Count = None,
    shots: Count = None,
    expected: Annotated[str | None, typer.Option("--expected", help=say("help.goes_on"))] = None,
    item: Annotated[str, typer.Option(help=say("help.lot_item"))] = "",
    machine: Annotated[str, typer.Option(help=say("help.done_on"))] = "",
    corrects: Annotated[bool, typer.Option("--corrects", help=say("help.corrects"))] = False,
    file: Annotated[Path | None, typer.Option(help=say("help.progress_file"))] = None,
    stream: Annotated[bool, typer.Option("--stream", help=say("help.progress_stream"))] = False,
    source: Source = "",
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Report progress."""
    session: Session = context.obj
    if bool(order) + bool(file) + stream != 1:
        session.wrong(say("error.one_file_or_stream"))
    if stream:
        parts = _streamed(session)
    elif file:
        reports = _filed(session, file)
        parts = iter([reports[first : first + PART_MAX] for first in range(0, len(reports), PART_MAX)])
    else:
        if what.lower() not in KINDS:
            session.wrong(say("error.value", text=what, allowed=", ".join(KINDS)))
        told: dict[str, Any] = {
            "kind": KINDS[what.lower()], "order": order, "line": line, "operation": operation, "item": item,
            "time": session.time(at), "good": good, "scrapped": scrapped, "shots": shots,
            "expected": session.time(expected), "machine": machine, "corrects": corrects,
        }  # fmt: skip
        parts = iter([[_message(told)]])
    refused = 0
    for number, part in enumerate(parts):
        answer = session.client.report_progress(
            part, source=source, request_id=f"{request_id}:{number}" if request_id and number else request_id,
            validate_only=validate_only,
        )  # fmt: skip
        session.show(answer, lambda part=part, answer=answer: _tell(session, part, answer.receipt))  # type: ignore[misc]
        refused += sum(each.outcome == pb.PROGRESS_OUTCOME_REFUSED for each in answer.receipt.answers)
    if refused:
        raise typer.Exit(REFUSED)


def _message(row: dict[str, Any]) -> pb.ProgressReport:
    def time(name: str) -> Any:
        found: datetime | None = row.get(name)
        return timestamp(found)

    return pb.ProgressReport(
        kind=row["kind"], operation_key=row.get("key") or 0, order_id=row.get("order") or "",
        line_no=row.get("line") or 0, operation_id=row.get("operation") or "", item_id=row.get("item") or "",
        time=time("time"), good_count=row.get("good"), scrapped_count=row.get("scrapped"), shot_count=row.get("shots"),
        expected_time=time("expected"), resource_id=row.get("machine") or "", corrects=bool(row.get("corrects")),
    )  # fmt: skip


def _filed(session: Session, file: Path) -> list[pb.ProgressReport]:
    """Reports of a file; ends the run when anything in it is wrong, before anything is sent."""
    columns = (
        choice_column("kind", "状态", "类型", values=KINDS, allowed=lambda: ", ".join(KINDS)),
        whole_column("key", "工序编号", low=1, high=2**62),
        id_column("order", "订单", "订单号"),
        whole_column("line", "行", "行号", low=1),
        id_column("operation", "工序"),
        id_column("item", "物料", "物料编号"),
        time_column("time", "时间", zone=session.zone),
        whole_column("good", "合格数", "良品", low=0),
        whole_column("scrapped", "报废数", "报废", low=0),
        whole_column("shots", "模次", low=0),
        time_column("expected", "预计", zone=session.zone),
        id_column("machine", "机台"),
        yes_no_column("corrects", "更正"),
    )
    try:
        found = read_rows(file, columns)
    except BadFile as error:
        session.wrong(str(error))
    if found.errors or any("kind" not in row.cells for row in found.good):
        session.print(say("say.rows_wrong", count=max(1, len(found.errors))))
        tell_row_errors(session, found.errors)
        raise typer.Exit(WRONG_FILES)
    return [_message(row.cells) for row in found.good]


def _streamed(session: Session) -> Iterator[list[pb.ProgressReport]]:
    """Reports of the standard input as JSON, one or a list of them in each line, as they come."""
    for number, text in enumerate(sys.stdin, 1):
        if not text.strip():
            continue
        try:
            document = json.loads(text)
            rows = document if isinstance(document, list) else [document]
            reports = [ParseDict(_in_schema(row), pb.ProgressReport()) for row in rows]
        except (ValueError, ParseError, AttributeError, TypeError) as error:
            session.wrong(say("error.stream", line=number, problem=error))
        for first in range(0, len(reports), PART_MAX):
            yield reports[first : first + PART_MAX]


def _in_schema(row: Any) -> Any:
    """A report whose kind may be said as on the command line."""
    if isinstance(row, dict) and isinstance(kind := row.get("kind"), str):
        return {**row, "kind": KINDS.get(kind.lower(), kind)}
    return row


def _tell(session: Session, reports: Sequence[pb.ProgressReport], receipt: pb.ProgressReceipt) -> None:
    """Print what became of each report, and what it cost."""
    if not receipt.applied:
        session.print(say("say.progress_none"))
    session.table(
        ("order", ">line", "operation", "kind", "outcome", "start", "end", "*problem"),
        (
            [
                report.order_id or str(report.operation_key),
                str(report.line_no),
                report.operation_id,
                say(pb.ProgressKind.Name(report.kind)) if report.kind else "",
                say(pb.ProgressOutcome.Name(answer.outcome)),
                session.words(answer, "start_time"),
                session.words(answer, "end_time"),
                "; ".join(_problem(session, each) for each in answer.problems),
            ]
            for report, answer in zip(reports, receipt.answers, strict=True)
        ),
    )
    session.print(
        say(
            "say.progress",
            risk=len(receipt.at_risk),
            recovered=len(receipt.recovered),
            held=receipt.moved_in_time_count,
            shifted=receipt.shifted_count,
            moved=receipt.moved_count,
            assumed=len(receipt.assumed_keys),
            seconds=receipt.standstill_duration.ToMicroseconds() / 1e6,
        )
    )
    for report, answer in zip(reports, receipt.answers, strict=True):
        if answer.missing_count or answer.planned_anew_count:
            name = f"{report.order_id or report.operation_key}/{report.line_no} {report.operation_id}"
            session.print(
                say("say.missing_pieces", name=name, missing=answer.missing_count, anew=answer.planned_anew_count)
            )
    for clash in receipt.clashes:
        session.print(
            say("say.clash", resource=clash.resource_id, one=clash.operation_key, other=clash.other_key)
        )  # fmt: skip
    if receipt.at_risk:
        show_lines(session, receipt.at_risk)


def _problem(session: Session, wrong: pb.ProgressProblem) -> str:
    """What is wrong with a report, and what is allowed."""
    allowed = f" (allowed: {wrong.allowed})" if wrong.allowed else ""
    return in_zone(named(wrong.field, f"{wrong.problem}{allowed}"), lambda: session.zone)
