"""Orders of a CSV file, a row for each line, into requests for promises; what is wrong is told by row and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from client.calls import line
from client.catalogue import say
from client.csv_rows import (
    Column,
    Row,
    RowError,
    choice_column,
    id_column,
    money_column,
    read_rows,
    time_column,
    tolerance_column,
    whole_column,
    yes_no_column,
)
from jiaoqi.v1 import order_pb2
from jiaoqi.v1 import promise_service_pb2 as pb

LINES_MAX = 200
LINE_MAX = 10**6
SHARED = ("customer", "priority", "channel", "salesperson", "region", "carrier", "ship")
"""Columns that belong to the order: all of its rows say the same, or nothing."""
SHIPMENTS = {
    "complete": order_pb2.SHIP_MODE_COMPLETE, "整单": order_pb2.SHIP_MODE_COMPLETE,
    "by-line": order_pb2.SHIP_MODE_BY_LINE, "分行": order_pb2.SHIP_MODE_BY_LINE,
    "part": order_pb2.SHIP_MODE_PART_BY_DATE, "部分": order_pb2.SHIP_MODE_PART_BY_DATE,
}  # fmt: skip
_LINE = re.compile(r"order\.lines\[(\d+)\](?:\.(\w+))?")
_FIELDS = {
    "id": "order", "customer_id": "customer", "channel_id": "channel", "item_id": "item", "line_no": "line",
    "requested_time": "requested", "latest_time": "latest", "unit_price_fen": "price", "discount_fen": "discount",
    "least_quantity": "under", "most_quantity": "over", "allow_substitutes": "substitutes",
    "carrier_id": "carrier", "ship_mode": "ship",
}  # fmt: skip
"""What the schema's fields are called in the file, where the names differ."""


def columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """Return the columns of a file of orders."""
    return (
        id_column("order", "订单", "订单号", "订单编号", required=True),
        id_column("customer", "客户", "客户编号", "客户代码"),
        whole_column("line", "行", "行号", low=1, high=LINE_MAX),
        id_column("item", "物料", "物料编号", "产品", "产品编号", "sku", required=True),
        whole_column("quantity", "数量", low=1, required=True),
        time_column("requested", "期望", "期望时间", "要求交期", "交期", zone=zone, required=True),
        time_column("latest", "最晚", "最晚时间", "最迟交期", zone=zone),
        whole_column("priority", "优先级", low=1, high=9),
        id_column("channel", "渠道"),
        id_column("salesperson", "销售员", "业务员"),
        id_column("region", "地区", "送达地区"),
        id_column("carrier", "承运商"),
        choice_column("ship", "发货方式", values=SHIPMENTS, allowed=lambda: say("allowed.ship")),
        money_column("price", "单价"),
        money_column("discount", "折扣", "折扣额"),
        tolerance_column("under", "允许少交", "短交公差"),
        tolerance_column("over", "允许多交", "超交公差"),
        yes_no_column("substitutes", "允许替代"),
    )


@dataclass(slots=True)
class OrderFile:
    """Orders that are right, with the rows of each; all that is wrong; ids of the orders that have something wrong."""

    requests: list[pb.PromiseRequest]
    rows: list[list[Row]]
    errors: list[RowError]
    bad_orders: list[str]

    def row_error(self, place: int, field: str, problem: str) -> RowError:
        """Return what the server found wrong in an order as the cell that it is about."""
        rows = self.rows[place]
        matched = _LINE.match(field)
        row = rows[min(int(matched[1]), len(rows) - 1)] if matched else rows[0]
        name = (matched[2] or "" if matched else field.rpartition(".")[2]) or "order"
        column = _FIELDS.get(name, name)
        return RowError(row.number, column, row.texts.get(column, ""), problem)


def read_orders(path: Path, zone: ZoneInfo, *, on_time_only: bool, validate_only: bool) -> OrderFile:
    """Read a file. An order with anything wrong in one of its rows is left out as a whole. Raises BadFile."""
    found = read_rows(path, columns(zone))
    orders: dict[str, list[Row]] = {}
    for row in found.good:
        orders.setdefault(row.cells["order"], []).append(row)
    errors = found.errors
    bad = {row.texts.get("order", "") for row in found.bad}
    for order_id, rows in orders.items():
        wrong = list(_disagreements(rows))
        errors += wrong
        if wrong:
            bad.add(order_id)
    good = {order_id: rows for order_id, rows in orders.items() if order_id not in bad}
    requests = [_request(order_id, rows, on_time_only, validate_only) for order_id, rows in good.items()]
    return OrderFile(requests, list(good.values()), sorted(errors, key=lambda error: error.row), sorted(bad - {""}))


def _disagreements(rows: list[Row]) -> Iterable[RowError]:
    """What rows of one order say differently."""
    first = rows[0]
    for name in SHARED:
        said = next((row for row in rows if name in row.cells), first)
        for row in rows:
            if name in row.cells and row.cells[name] != said.cells[name]:
                same = say("allowed.same", value=said.texts[name], row=said.number)
                yield RowError(row.number, name, row.texts[name], same)
    if not any("customer" in row.cells for row in rows):
        yield RowError(first.number, "customer", "", say("allowed.id"))
    numbers: dict[int, int] = {}
    for place, row in enumerate(rows, 1):
        number = row.cells.get("line", place)
        if number in numbers:
            unique = say("allowed.other_line", row=numbers[number])
            yield RowError(row.number, "line", row.texts.get("line", ""), unique)
        numbers.setdefault(number, row.number)
    if len(rows) > LINES_MAX:
        yield RowError(rows[LINES_MAX].number, "order", rows[0].texts["order"], say("allowed.lines", count=LINES_MAX))


def less(quantity: int, under: Callable[[int], int] | None) -> int:
    """The least quantity that serves a line; 0 without a tolerance."""
    return max(1, quantity - under(quantity)) if under is not None else 0


def more(quantity: int, over: Callable[[int], int] | None) -> int:
    """The most that is taken for a line; 0 without a tolerance."""
    return quantity + over(quantity) if over is not None else 0


def _request(order_id: str, rows: list[Row], on_time_only: bool, validate_only: bool) -> pb.PromiseRequest:
    shared = {name: row.cells[name] for name in SHARED for row in rows if name in row.cells}
    order = order_pb2.Order(
        id=order_id,
        customer_id=shared["customer"],
        channel_id=shared.get("channel", ""),
        salesperson=shared.get("salesperson", ""),
        priority=shared.get("priority", 0),
        region=shared.get("region", ""),
        carrier_id=shared.get("carrier", ""),
        ship_mode=shared.get("ship", order_pb2.SHIP_MODE_UNSPECIFIED),
        lines=[
            line(
                row.cells.get("line", place),
                row.cells["item"],
                row.cells["quantity"],
                row.cells["requested"],
                row.cells.get("latest"),
                row.cells.get("price", 0),
                row.cells.get("discount", 0),
                least_quantity=less(row.cells["quantity"], row.cells.get("under")),
                most_quantity=more(row.cells["quantity"], row.cells.get("over")),
                allow_substitutes=row.cells.get("substitutes", False),
            )
            for place, row in enumerate(rows, 1)
        ],
    )
    accepted = pb.ACCEPTANCE_ON_TIME if on_time_only else pb.ACCEPTANCE_LATER
    request = pb.PromiseRequest(order=order, acceptance=accepted, validate_only=validate_only)
    # From the content: the same file again is a retry, and finds the answers that were given.
    content = hashlib.sha256(request.SerializeToString(deterministic=True)).hexdigest()[:24]
    request.request_id = f"file:{order_id}:{content}"
    return request
