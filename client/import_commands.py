"""`jiaoqi order import`: a file of orders on one stream."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from client.catalogue import say
from client.csv_rows import BadFile, RowError
from client.order_commands import OnTime, orders
from client.order_file import OrderFile, read_orders
from client.plant_commands import WRONG_FILES, ValidateOnly
from client.refusals import failure_in_words, in_zone
from client.server_words import in_words
from client.session import Session
from jiaoqi.v1 import import_service_pb2 as pb
from jiaoqi.v1 import promise_pb2

COUNTED = {
    promise_pb2.OUTCOME_ON_TIME: "on_time",
    promise_pb2.OUTCOME_LATER: "later",
    promise_pb2.OUTCOME_REFUSED: "refused",
}


@orders.command("import", help=say("help.order.import"))
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("help.orders_file"))],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help=say("help.skip_bad"))] = False,
    answers: Annotated[Path | None, typer.Option(help=say("help.answers"))] = None,
    on_time_only: OnTime = False,
    validate_only: ValidateOnly = False,
) -> None:
    """Import, and tell what became of the orders and of every cell that is wrong."""
    session: Session = context.obj
    try:
        found = read_orders(file, session.zone, on_time_only=on_time_only, validate_only=validate_only)
    except BadFile as error:
        session.wrong(str(error))
    if found.errors and (not skip_bad or not found.requests):
        _tell(session, found.errors, Counter(), say("say.orders_wrong", count=len(found.errors)))
        raise typer.Exit(WRONG_FILES)
    told = _send(session, found)
    errors = [*found.errors, *_failures(found, told, session.as_json)]
    if answers is not None:
        _write_answers(session, answers, told)
    counts = Counter(COUNTED[line.outcome] for one in told for line in one.promise.promise.lines)
    failed = sum(one.HasField("failure") for one in told)
    sent = say("say.orders_sent", orders=len(told) - failed, failed=failed, skipped=len(found.bad_orders))
    _tell(session, errors, counts, sent)
    if errors:
        raise typer.Exit(WRONG_FILES)


def _send(session: Session, file: OrderFile) -> list[pb.ImportOrdersResponse]:
    """Send all orders, with a progress bar on a terminal."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    silent = session.as_json or not console.is_terminal
    found: list[pb.ImportOrdersResponse] = []
    with Progress(*columns, console=console, transient=True, disable=silent) as progress:
        task = progress.add_task(say("say.importing"), total=len(file.requests))
        for answer in session.client.import_orders(file.requests):
            found.append(answer)
            progress.advance(task)
    return found


def _failures(file: OrderFile, found: Iterable[pb.ImportOrdersResponse], as_json: bool) -> Iterable[RowError]:
    """What the server found wrong, by the cells that it is about; for programs in the server's own words."""
    for one in found:
        if not one.HasField("failure"):
            continue
        failure = one.failure
        for problem in failure.problems:
            text = problem.problem if as_json else in_words(problem.problem)
            yield file.row_error(one.index, problem.field, text)
        if not failure.problems:
            text = failure.message if as_json else failure_in_words(failure.reason, failure.message)
            yield file.row_error(one.index, "order.id", text)


def _tell(session: Session, errors: list[RowError], counts: Counter[str], title: str) -> None:
    if session.as_json:
        wrong = [{"row": e.row, "column": e.column, "value": e.value, "allowed": e.allowed} for e in errors]
        session.print_json({"lines": {name: counts[name] for name in COUNTED.values()}, "errors": wrong})
        return
    session.print(title)
    if counts:
        session.print(say("say.lines_told", **{name: counts[name] for name in COUNTED.values()}))
    if errors:
        tell_row_errors(session, errors)


def tell_row_errors(session: Session, errors: Iterable[RowError]) -> None:
    """Print every cell that is wrong, with what is allowed there."""
    session.table(
        (">row", "column", "*value", "*allowed"),
        ([str(e.row), e.column, e.value, in_zone(e.allowed, lambda: session.zone)] for e in errors),
    )


def _write_answers(session: Session, path: Path, found: Iterable[pb.ImportOrdersResponse]) -> None:
    """Write a row for each line: what was asked for, and what was promised."""
    try:
        # With the mark by which spreadsheets know UTF-8.
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("order", "line", "item", "quantity", "requested", "outcome", "promised"))
            for one in found:
                for line in one.promise.promise.lines:
                    times = session.words(line, "requested_time"), session.words(line, "promised_time")
                    outcome = promise_pb2.Outcome.Name(line.outcome).removeprefix("OUTCOME_").lower()
                    order_id = one.promise.promise.order.id
                    writer.writerow((order_id, line.line_no, line.item_id, line.quantity, times[0], outcome, times[1]))
    except OSError as error:
        print(say("error.file", file=path, problem=error.strerror), file=sys.stderr)
        raise typer.Exit(WRONG_FILES) from None
