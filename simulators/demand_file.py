"""Streams of demand as CSV files: a row for each line, read and written, in the columns of order files and some more.

A file of orders as people keep them (see `jiaoqi order import`) with a column `time` more is a stream, too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from client.csv_rows import Column, Row, RowError, choice_column, id_column, read_rows, text_column, time_column
from client.order_file import columns as order_columns
from client.order_file import less, more
from domain.documents import Document
from domain.errors import InvalidInput, Violation
from domain.orders import PRIORITY_DEFAULT, Order, OrderLine, ShipMode
from domain.values import replace
from simulators.demand import DemandEvent, Kind
from wire.enums import SHIP_MODE

KINDS = {kind.value: kind for kind in Kind} | {"下单": Kind.ORDER, "变更": Kind.CHANGE, "取消": Kind.CANCEL}
WRITTEN = (
    "time", "kind", "order", "customer", "channel", "salesperson", "priority", "region", "carrier", "line", "item",
    "quantity", "requested", "latest", "price", "discount", "attributes", "documents", "wish", "repeats", "doubles",
)  # fmt: skip
FEN = 100


def write_events(events: Iterable[DemandEvent]) -> str:
    """The events as a file, times in UTC; `read_events` reads the same from it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(WRITTEN)
    for event in events:
        writer.writerows(_cells(event))
    return text.getvalue()


def _cells(event: DemandEvent) -> Iterator[tuple[object, ...]]:
    order = event.order
    first = (event.time.isoformat(), event.kind.value, event.order_id)
    last = (event.wish, event.repeats, event.doubles)
    if order is None:
        yield *first, *[""] * (len(WRITTEN) - len(first) - len(last)), *last
        return
    attributes = ";".join(f"{key}={value}" for key, value in order.attributes)
    documents = ";".join(f"{document.name}@{document.location}" for document in order.documents)
    for line in order.lines:
        yield (
            *first, order.customer_id, order.channel_id, order.salesperson, order.priority, order.region,
            order.carrier_id, line.line_no, line.item_id, line.quantity, line.requested_time.isoformat(),
            "" if line.latest_time is None else line.latest_time.isoformat(), _yuan(line.unit_price_fen),
            _yuan(line.discount_fen), attributes, documents, *last,
        )  # fmt: skip


def _yuan(fen: int) -> str:
    return f"{fen // FEN}.{fen % FEN:02}"


def read_events(path: Path, zone: ZoneInfo) -> list[DemandEvent]:
    """The events of a file in order of time; rows of one order, kind and time are one event.

    Times without an offset are of `zone`. Without a column `kind` all are orders.

    Raises
    ------
    BadFile
        When the file is no table.
    InvalidInput
        Everything that is wrong in it, by row and column.
    """
    found = read_rows(path, _columns(zone))
    events: list[DemandEvent] = []
    errors = list(found.errors)
    rows = sorted(found.good, key=lambda row: _key(row)[:1])
    for _, group in groupby(rows, key=_key):
        try:
            events.append(_event(list(group), errors))
        except InvalidInput as error:
            row = rows[0].number
            errors += [RowError(row, each.field, each.problem, each.allowed) for each in error.violations]
    if errors:
        raise InvalidInput([Violation(f"row {each.row}.{each.column}", each.value, each.allowed) for each in errors])
    return events


def _columns(zone: ZoneInfo) -> list[Column]:
    """Those of an order file; what a cancellation has no need of may be empty."""
    orders = [replace(column, required=column.name == "order") for column in order_columns(zone)]
    return [
        *orders,
        time_column("time", "时间", "下单时间", zone=zone, required=True),
        choice_column("kind", "种类", values=KINDS, allowed=lambda: ", ".join(KINDS)),
        text_column("attributes", "属性"),
        text_column("documents", "单据"),
        id_column("wish", "要求"),
        id_column("repeats", "重复"),
        id_column("doubles", "重复优惠"),
    ]


def _key(row: Row) -> tuple[datetime, str, Kind]:
    return row.cells["time"].astimezone(UTC), row.cells["order"], row.cells.get("kind", Kind.ORDER)


def _event(rows: list[Row], errors: list[RowError]) -> DemandEvent:
    time, order_id, kind = _key(rows[0])
    cells = rows[0].cells
    told = {name: cells.get(name, "") for name in ("wish", "repeats", "doubles")}
    if kind is Kind.CANCEL:
        return DemandEvent(time, kind, order_id, **told)
    for row in rows:
        missing = [name for name in ("item", "quantity", "requested") if name not in row.cells]
        missing += ["customer"] if "customer" not in cells and row is rows[0] else []
        errors += [RowError(row.number, name, "", f"a {name}: only what is cancelled has none") for name in missing]
    if errors:
        return DemandEvent(time, kind, order_id)
    return DemandEvent(time, kind, order_id, _order(order_id, rows), **told)


def _order(order_id: str, rows: list[Row]) -> Order:
    cells = rows[0].cells
    pairs = [pair.partition("=") for pair in cells.get("attributes", "").split(";") if pair]
    papers = [paper.rpartition("@") for paper in cells.get("documents", "").split(";") if paper]
    return Order(
        order_id, cells["customer"], tuple(_line(place, row) for place, row in enumerate(rows, 1)),
        channel_id=cells.get("channel", ""), salesperson=cells.get("salesperson", ""),
        priority=cells.get("priority", PRIORITY_DEFAULT), attributes=tuple((key, value) for key, _, value in pairs),
        documents=tuple(Document(name, place) for name, _, place in papers), region=cells.get("region", ""),
        carrier_id=cells.get("carrier", ""), ship=SHIP_MODE.member.get(cells.get("ship", 0), ShipMode.BY_LINE),
    )  # fmt: skip


def _line(place: int, row: Row) -> OrderLine:
    cells = row.cells
    quantity, latest = cells["quantity"], cells.get("latest")
    return OrderLine(
        cells.get("line", place), cells["item"], quantity, cells["requested"].astimezone(UTC),
        None if latest is None else latest.astimezone(UTC),
        cells.get("price", 0), cells.get("discount", 0), less(quantity, cells.get("under")),
        more(quantity, cells.get("over")), cells.get("substitutes", False),
    )  # fmt: skip
