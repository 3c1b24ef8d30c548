"""Orders between messages and the domain."""

from __future__ import annotations

import re
from datetime import datetime

from domain.checks import amiss, check_id, from_unix
from domain.documents import Document
from domain.errors import InvalidInput, Violation
from domain.orders import LINES_MAX, PRIORITY_DEFAULT, Order, OrderLine, ShipMode
from jiaoqi.v1 import order_pb2
from wire.enums import SHIP_MODE
from wire.times import time_from_message, write_time

_ORDER_FIELD = re.compile("(" + "|".join(order_pb2.Order.DESCRIPTOR.fields_by_name) + r")\b")
_STAND_IN = (OrderLine(1, "item", 1, from_unix(0)),)
"""Lines that nothing is wrong with, to look at the rest of an order beside wrong ones."""
ATTRIBUTES_MAX = 64
ATTRIBUTE_MAX = 1000


def order_to_message(order: Order, message: order_pb2.Order | None = None) -> order_pb2.Order:
    """Write an order into an empty message."""
    message = order_pb2.Order() if message is None else message
    message.id = order.id
    message.customer_id = order.customer_id
    message.priority = order.priority
    if order.channel_id:
        message.channel_id = order.channel_id
    if order.salesperson:
        message.salesperson = order.salesperson
    if order.attributes:
        message.attributes.update(order.attributes)
    for document in order.documents:
        message.documents.add(name=document.name, location=document.location)
    if order.region:
        message.region = order.region
    if order.carrier_id:
        message.carrier_id = order.carrier_id
    message.ship_mode = SHIP_MODE.number[order.ship]
    for line in order.lines:
        _write_line(line, message)
    return message


def _write_line(line: OrderLine, order: order_pb2.Order) -> None:
    message = order.lines.add(
        line_no=line.line_no,
        item_id=line.item_id,
        quantity=line.quantity,
        unit_price_fen=line.unit_price_fen,
        discount_fen=line.discount_fen,
        least_quantity=line.least_quantity,
        most_quantity=line.most_quantity,
        allow_substitutes=line.allow_substitutes,
        part_of_line_no=line.part_of,
    )
    write_time(message.requested_time, line.requested_time)
    if line.latest_time is not None:
        write_time(message.latest_time, line.latest_time)


def order_from_message(message: order_pb2.Order, path: str = "order") -> Order:
    """Read an order.

    Raises InvalidInput with the path of each wrong field in the request, all together.
    """
    try:
        return _order(message, _lines_from_message(message, path))
    except InvalidInput:
        pass
    # Each part for itself, so that what is wrong with one is told beside what is wrong with the others.
    lines: tuple[OrderLine, ...] = _STAND_IN
    found: list[Violation] = []
    try:
        lines = _lines_from_message(message, path)
    except InvalidInput as error:
        found += error.violations
    parts = amiss(
        lambda: _ids(message),
        lambda: _attributes_from_message(message),
        lambda: _documents_from_message(message),
        lambda: SHIP_MODE.read(message.ship_mode, "ship_mode", ShipMode.BY_LINE),
        lambda: _head(message, lines),
    )
    raise InvalidInput([*found, *within(path, InvalidInput(parts))])


def _order(message: order_pb2.Order, lines: tuple[OrderLine, ...]) -> Order:
    _ids(message)
    return _head(
        message,
        lines,
        _attributes_from_message(message) if message.attributes else (),
        _documents_from_message(message) if message.documents else (),
        SHIP_MODE.read(message.ship_mode, "ship_mode", ShipMode.BY_LINE),
    )


def _ids(message: order_pb2.Order) -> None:
    for field in ("channel_id", "salesperson"):
        if value := getattr(message, field):
            check_id(field, value)


def _head(
    message: order_pb2.Order, lines: tuple[OrderLine, ...], attributes: tuple[tuple[str, str], ...] = (),
    documents: tuple[Document, ...] = (), ship: ShipMode = ShipMode.BY_LINE,
) -> Order:  # fmt: skip
    return Order(
        id=message.id,
        customer_id=message.customer_id,
        lines=lines,
        channel_id=message.channel_id,
        salesperson=message.salesperson,
        priority=message.priority or PRIORITY_DEFAULT,
        attributes=attributes,
        documents=documents,
        region=message.region,
        carrier_id=message.carrier_id,
        ship=ship,
    )


def in_request(error: InvalidInput, path: str = "order") -> list[Violation]:
    """Return what the desk found wrong, with the path in front of what stands in the order itself."""
    return [
        Violation(f"{path}.{found.field}", found.problem, found.allowed) if _ORDER_FIELD.match(found.field) else found
        for found in error.violations
    ]


def within(path: str, error: InvalidInput) -> list[Violation]:
    """Return the violations of a part of a request, with the part's path in front."""
    return [Violation(f"{path}.{found.field}", found.problem, found.allowed) for found in error.violations]


def _lines_from_message(message: order_pb2.Order, path: str) -> tuple[OrderLine, ...]:
    if not 1 <= len(message.lines) <= LINES_MAX:
        raise InvalidInput.one(f"{path}.lines", f"{len(message.lines)} lines", f"1 to {LINES_MAX}")
    lines: list[OrderLine] = []
    found: list[Violation] = []
    for index, line in enumerate(message.lines):
        try:
            lines.append(_line_from_message(line))
        except InvalidInput as error:
            found += within(f"{path}.lines[{index}]", error)
    if found:
        raise InvalidInput(found)
    return tuple(lines)


def _line_from_message(line: order_pb2.OrderLine) -> OrderLine:
    try:
        return _line(line, _requested_time(line), _latest_time(line))
    except InvalidInput:
        # The other fields are looked at beside times that are right.
        raise InvalidInput(
            amiss(lambda: _line(line, *_times(line)), lambda: _requested_time(line), lambda: _latest_time(line))
        ) from None


def _times(line: order_pb2.OrderLine) -> tuple[datetime, datetime | None]:
    """The line's times, or such that nothing is wrong with."""
    try:
        return _requested_time(line), _latest_time(line)
    except InvalidInput:
        return _STAND_IN[0].requested_time, None


def _requested_time(line: order_pb2.OrderLine) -> datetime:
    if not line.HasField("requested_time"):
        raise InvalidInput.one("requested_time", "is missing", "a time in the years 1971 to 2199")
    return time_from_message(line.requested_time, "requested_time")


def _latest_time(line: order_pb2.OrderLine) -> datetime | None:
    return time_from_message(line.latest_time, "latest_time") if line.HasField("latest_time") else None


def _line(line: order_pb2.OrderLine, requested_time: datetime, latest_time: datetime | None) -> OrderLine:
    return OrderLine(
        line_no=line.line_no,
        item_id=line.item_id,
        quantity=line.quantity,
        requested_time=requested_time,
        latest_time=latest_time,
        unit_price_fen=line.unit_price_fen,
        discount_fen=line.discount_fen,
        least_quantity=line.least_quantity,
        most_quantity=line.most_quantity,
        allow_substitutes=line.allow_substitutes,
        part_of=line.part_of_line_no,
    )


def _attributes_from_message(message: order_pb2.Order) -> tuple[tuple[str, str], ...]:
    if len(message.attributes) > ATTRIBUTES_MAX:
        raise InvalidInput.one("attributes", f"{len(message.attributes)} entries", f"0 to {ATTRIBUTES_MAX}")
    for key, value in message.attributes.items():
        check_id("attributes", key)
        if len(value) > ATTRIBUTE_MAX:
            raise InvalidInput.one(
                "attributes", f"{key!r} has {len(value)} characters", f"0 to {ATTRIBUTE_MAX} characters"
            )
    # A map has no order of its own; sorted, equal requests are equal orders.
    return tuple(sorted(message.attributes.items()))


def _documents_from_message(message: order_pb2.Order) -> tuple[Document, ...]:
    documents = []
    for index, each in enumerate(message.documents):
        try:
            documents.append(Document(each.name, each.location))
        except InvalidInput as error:
            raise InvalidInput(within(f"documents[{index}]", error)) from None
    return tuple(documents)
