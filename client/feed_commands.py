"""`jiaoqi plant stock`, `issue`, `receipts` and `customer`: single rows of the standing plant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from client.catalogue import say
from client.csv_rows import (
    BadFile,
    Column,
    id_column,
    money_column,
    read_rows,
    text_column,
    time_column,
    whole_column,
)
from client.import_commands import tell_row_errors
from client.plant_commands import WRONG_FILES, RequestId, ValidateOnly, plant, tell_changes
from client.session import Session, as_dict
from client.times import timestamp
from jiaoqi.v1 import supply_service_pb2 as pb

ROWS_MAX = 2000
"""Rows of one request; more go in several, each all or nothing."""

File = Annotated[Path | None, typer.Option(help=say("help.feed_file"))]
At = Annotated[str | None, typer.Option("--at", help=say("help.at"))]
Amount = Annotated[int | None, typer.Option(min=0, help=say("help.quantity"))]
ItemOption = Annotated[str, typer.Option(help=say("help.item"))]
Money = Annotated[str | None, typer.Option(help=say("help.money"))]
Count = Annotated[int | None, typer.Option(min=0)]


@plant.command("stock", help=say("help.plant.stock"))
def stock(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help=say("help.item"))] = "",
    quantity: Annotated[int | None, typer.Argument(metavar="QUANTITY", min=0, help=say("help.quantity"))] = None,
    as_of: Annotated[str | None, typer.Option(help=say("help.as_of"))] = None,
    file: File = None,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Take over counts."""
    session: Session = context.obj
    _need(session, bool(file) != bool(item) and (bool(file) or quantity is not None))
    counted = _given_time(session, as_of)
    columns = (
        id_column("item", "物料", "物料编号", required=True),
        whole_column("quantity", "数量", low=0, required=True),
        time_column("as_of", "盘点时间", "截至", zone=session.zone),
    )
    rows: list[dict[str, Any]] = _rows(session, file, columns) if file else [{"item": item, "quantity": quantity}]
    counts = [
        pb.StockCount(item_id=row["item"], quantity=row["quantity"], as_of_time=timestamp(row.get("as_of", counted)))
        for row in rows
    ]
    call = session.client.upsert_supply
    _feed(
        session, counts, lambda part, id_: call(part, request_id=id_, validate_only=validate_only), request_id,
        _title(validate_only),
    )  # fmt: skip


@plant.command("issue", help=say("help.plant.issue"))
def issue(
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help=say("help.order_id"))],
    line: Annotated[int, typer.Argument(metavar="LINE", min=1, help=say("help.line"))],
    item: ItemOption = "",
    quantity: Amount = None,
    at: At = None,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Goods have left for an order line."""
    session: Session = context.obj
    left = pb.GoodsIssue(
        order_id=order,
        line_no=line,
        item_id=item,
        quantity=quantity or 0,
        issue_time=timestamp(_given_time(session, at)),
    )
    answer = session.client.upsert_supply(issues=[left], request_id=request_id, validate_only=validate_only)
    session.show(answer, lambda: tell_changes(session, _title(validate_only), answer.changes))


@plant.command("receipts", help=say("help.plant.receipts"))
def receipts(
    context: typer.Context,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help=say("help.receipt"))] = "",
    item: ItemOption = "",
    quantity: Amount = None,
    at: At = None,
    confidence: Annotated[int | None, typer.Option(min=0, max=100, help=say("help.confidence"))] = None,
    arrived: Annotated[bool, typer.Option("--arrived", help=say("help.arrived"))] = False,
    remove: Annotated[bool, typer.Option("--remove", help=say("help.not_coming"))] = False,
    purchase: Annotated[list[str] | None, typer.Option("--for", help=say("help.purchase"))] = None,
    file: File = None,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Add, change, remove receipts; take in what arrived."""
    session: Session = context.obj
    _need(session, bool(file) != bool(receipt) and not (arrived and remove))
    call = session.client.upsert_receipts
    if arrived or remove:
        _need(session, not file)
        time = timestamp(_given_time(session, at))
        came = [pb.ReceiptArrival(receipt_id=receipt, quantity=quantity or 0, arrival_time=time)] if arrived else []
        gone = [receipt] if remove else []
        answer = call((), came, gone, request_id=request_id, validate_only=validate_only)
        session.show(answer, lambda: tell_changes(session, _title(validate_only), answer.changes))
        return
    columns = (
        id_column("receipt", "到料", "到料单", "到货单", required=True),
        id_column("item", "物料", "物料编号"),
        whole_column("quantity", "数量", low=1),
        time_column("time", "时间", "预计到货", "到货时间", zone=session.zone),
        whole_column("confidence_percent", "可信度", low=0, high=100),
    )
    told: dict[str, Any] = {
        "receipt": receipt,
        "item": item or None,
        "quantity": quantity,
        "confidence_percent": confidence,
        "purchases": purchase or (),
    }
    rows: list[dict[str, Any]] = _rows(session, file, columns) if file else [{**told, "time": session.time(at)}]
    expected = [
        pb.SupplyReceipt(
            receipt_id=row["receipt"],
            item_id=row.get("item"),
            quantity=row.get("quantity"),
            expected_time=timestamp(row.get("time")),
            confidence_percent=row.get("confidence_percent"),
            purchase_ids=row.get("purchases", ()),
        )
        for row in rows
    ]
    _feed(
        session, expected, lambda part, id_: call(part, request_id=id_, validate_only=validate_only), request_id,
        _title(validate_only),
    )  # fmt: skip


@plant.command("purchases", help=say("help.plant.purchases"))
def purchases(context: typer.Context, item: ItemOption = "") -> None:
    """List what is planned to be bought."""
    session: Session = context.obj
    found = list(session.client.list_purchases(item))
    if session.as_json:
        session.print_json([as_dict(one) for one in found])
        return
    session.table(
        ("item", ">quantity", "orderby", "planned", "needed", "order", ">line", "purchase"),
        (
            [
                one.item_id,
                f"{one.quantity:,}",
                session.words(one, "order_by_time"),
                session.words(one, "planned_time"),
                session.words(one, "needed_time"),
                one.order_id,
                str(one.line_no),
                one.purchase_id,
            ]
            for one in found
        ),
    )


@plant.command("customer", help=say("help.plant.customer"))
def customer(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=say("help.customer"))] = "",
    name: Annotated[str | None, typer.Option()] = None,
    region: Annotated[str | None, typer.Option()] = None,
    grade: Annotated[str | None, typer.Option()] = None,
    credit_limit: Money = None,
    receivables: Money = None,
    overdue_count: Count = None,
    overdue_days: Count = None,
    carrier: Annotated[str | None, typer.Option()] = None,
    file: File = None,
    request_id: RequestId = "",
    validate_only: ValidateOnly = False,
) -> None:
    """Add customers, change their credit figures."""
    session: Session = context.obj
    _need(session, bool(file) != bool(customer))
    limit, balance = money_column("credit_limit", "信用额度"), money_column("receivables", "应收", "应收账款")
    columns = (
        id_column("customer", "客户", "客户编号", required=True),
        text_column("name", "名称", "客户名称"),
        text_column("region", "地区"),
        text_column("grade", "等级", "评级"),
        limit,
        balance,
        whole_column("overdue_count", "逾期笔数", low=0, high=10**6),
        whole_column("overdue_days", "逾期天数", low=0, high=10**5),
        text_column("carrier", "承运商"),
    )
    told: dict[str, Any] = {
        "customer": customer, "name": name, "region": region, "grade": grade,
        "credit_limit": _money(session, limit, credit_limit), "receivables": _money(session, balance, receivables),
        "overdue_count": overdue_count, "overdue_days": overdue_days, "carrier": carrier,
    }  # fmt: skip
    rows: list[dict[str, Any]] = _rows(session, file, columns) if file else [told]
    customers = [
        pb.Customer(
            customer_id=row["customer"],
            name=row.get("name"),
            region=row.get("region"),
            grade=row.get("grade"),
            credit_limit_fen=row.get("credit_limit"),
            receivables_fen=row.get("receivables"),
            overdue_count=row.get("overdue_count"),
            overdue_days=row.get("overdue_days"),
            carrier_id=row.get("carrier"),
        )
        for row in rows
    ]
    call = session.client.upsert_customers
    _feed(
        session, customers, lambda part, id_: call(part, request_id=id_, validate_only=validate_only), request_id,
        _title(validate_only),
    )  # fmt: skip


def _rows(session: Session, file: Path, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return the rows of a file; ends the run when anything in it is wrong, before anything is sent."""
    try:
        found = read_rows(file, columns)
    except BadFile as error:
        session.wrong(str(error))
    if found.errors:
        session.print(say("say.rows_wrong", count=len(found.errors)))
        tell_row_errors(session, found.errors)
        raise typer.Exit(WRONG_FILES)
    return [row.cells for row in found.good]


def _title(validate_only: bool) -> str:
    """Under which title of the catalogue changes are told."""
    return "say.fed_so" if validate_only else "say.fed"


def _feed(
    session: Session, rows: Sequence[Any], call: Callable[[Sequence[Any], str], Any], request_id: str, title: str
) -> None:
    """Send rows, as many at a time as one request takes, and print what changed."""
    changes: list[str] = []
    for number, part in enumerate(_parts(rows)):
        changes += call(part, f"{request_id}:{number}" if request_id and number else request_id).changes
    if session.as_json:
        session.print_json({"changes": changes})
    else:
        tell_changes(session, title, changes)


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(rows), ROWS_MAX):
        yield rows[first : first + ROWS_MAX]


def _given_time(session: Session, text: str | None) -> datetime:
    """The time of the command line, or the plant's now."""
    found = session.time(text)
    if found is not None:
        return found
    return session.client.clock().as_of.now_time.ToDatetime(UTC)


def _money(session: Session, column: Column, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        found: int = column.read(text)
    except ValueError:
        session.wrong(say("error.value", text=text, allowed=column.allowed()))
    return found


def _need(session: Session, right: bool) -> None:
    if not right:
        session.wrong(say("error.one_or_file"))
