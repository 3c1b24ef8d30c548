"""Feeds between messages and the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from google.protobuf.message import Message

from domain.checks import check_id
from domain.errors import InvalidInput, Violation
from domain.supply import OnHand
from jiaoqi.v1 import supply_service_pb2 as pb
from promising.feed_requests import Arrival, CustomerChange, Issue, ReceiptChange
from promising.purchases import Purchase
from wire.times import time_from_message, write_time

ROWS_MAX = 2000
TEXT_MAX = 4000
PURCHASE_ID_MAX = 64 + 1 + 7 + 1 + 64
NAMES = {
    "stock": {"item": "item_id", "as_of": "as_of_time"},
    "issues": {"time": "issue_time"},
    "receipts": {"time": "expected_time", "item": "item_id", "receipt": "receipt_id", "purchases": "purchase_ids"},
    "arrivals": {"time": "arrival_time"},
    "customers": {"customer": "customer_id"},
}
"""What the domain's errors call a field, and what the schema calls it, by the repeated field of the request."""

Row = TypeVar("Row", bound=Message)
Made = TypeVar("Made")


def count_from_message(message: pb.StockCount) -> OnHand:
    """Read a count."""
    return OnHand(message.item_id, message.quantity, time_from_message(message.as_of_time, "as_of_time"))


def issue_from_message(message: pb.GoodsIssue) -> Issue:
    """Read goods that left."""
    check_id("order_id", message.order_id)
    if message.item_id:
        check_id("item_id", message.item_id)
    time = time_from_message(message.issue_time, "issue_time")
    return Issue(message.order_id, message.line_no, time, message.item_id, message.quantity)


def receipt_from_message(message: pb.SupplyReceipt) -> ReceiptChange:
    """Read a receipt; what is unset stays as it is."""
    check_id("receipt_id", message.receipt_id)
    time = time_from_message(message.expected_time, "expected_time") if message.HasField("expected_time") else None
    return ReceiptChange(
        message.receipt_id,
        _given(message, "item_id"),
        _given(message, "quantity"),
        time,
        _given(message, "confidence_percent"),
        _purchases(message.purchase_ids),
    )


def _purchases(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) > ROWS_MAX:
        raise InvalidInput.one("purchase_ids", f"{len(names)} of them", f"0 to {ROWS_MAX}")
    for place, name in enumerate(names):
        if not 0 < len(name) <= PURCHASE_ID_MAX or not name.isprintable():
            allowed = f"1 to {PURCHASE_ID_MAX} printable characters"
            raise InvalidInput.one(f"purchase_ids[{place}]", "is not the id of a planned purchase", allowed)
    return tuple(names)


def purchase_to_message(purchase: Purchase, message: pb.PlannedPurchase) -> None:
    """Write a planned purchase into an empty message."""
    message.purchase_id = purchase.id
    message.item_id = purchase.item_id
    message.quantity = purchase.quantity
    message.order_id = purchase.order_id
    message.line_no = purchase.line_no
    write_time(message.order_by_time, purchase.order_by)
    write_time(message.planned_time, purchase.planned_time)
    write_time(message.needed_time, purchase.needed_time)


def arrival_from_message(message: pb.ReceiptArrival) -> Arrival:
    """Read what arrived."""
    check_id("receipt_id", message.receipt_id)
    return Arrival(message.receipt_id, time_from_message(message.arrival_time, "arrival_time"), message.quantity)


def customer_from_message(message: pb.Customer) -> CustomerChange:
    """Read a customer; what is unset stays as it is. Texts must be such as the plant's files can hold."""
    check_id("customer_id", message.customer_id)
    for name in ("name", "region", "grade", "carrier_id"):
        text = getattr(message, name)
        if len(text) > TEXT_MAX or not text.isprintable() or text != text.strip():
            raise InvalidInput.one(name, "is not a text", f"0 to {TEXT_MAX} printable characters, no outer blanks")
    names = [field.name for field in message.DESCRIPTOR.fields if field.name != "customer_id"]
    return CustomerChange(message.customer_id, *(_given(message, name) for name in names))


def rows_from_messages(name: str, rows: Sequence[Row], read: Callable[[Row], Made]) -> tuple[Made, ...]:
    """Read the rows of a repeated field; raises InvalidInput with all that is wrong, each by its path."""
    if len(rows) > ROWS_MAX:
        raise InvalidInput.one(name, f"{len(rows)} rows", f"0 to {ROWS_MAX}")
    found: list[Made] = []
    wrong: list[Violation] = []
    for place, row in enumerate(rows):
        try:
            found.append(read(row))
        except InvalidInput as error:
            wrong += [Violation(f"{name}[{place}].{v.field}", v.problem, v.allowed) for v in error.violations]
    if wrong:
        raise InvalidInput([_renamed(violation) for violation in wrong])
    return tuple(found)


@contextmanager
def in_schema() -> Iterator[None]:
    """Let errors name fields as the schema does."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput([_renamed(violation) for violation in error.violations]) from None


def _renamed(violation: Violation) -> Violation:
    rows, _, field = violation.field.rpartition(".")
    if not rows:
        return violation
    names = NAMES.get(rows.partition("[")[0], {})
    name, place, rest = field.partition("[")
    return Violation(f"{rows}.{names.get(name, name)}{place}{rest}", violation.problem, violation.allowed)


def _given(message: Message, field: str) -> Any:
    return getattr(message, field) if message.HasField(field) else None
