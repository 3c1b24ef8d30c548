"""What happened to an order: the events of its versions, and what each changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from domain.orders import Order, OrderLine
from domain.promises import Event, LineChange, Promise, receipt_of
from domain.values import fields, replace

_SCHEMA = {"ship": "ship_mode", "part_of": "part_of_line_no"}
"""The schema's names of fields that are called otherwise here."""


class ContentChange(Struct, frozen=True):
    """A field of an order's content before and after a change; `line_no` 0 is the order as a whole.

    `field` is the schema's name of it; values are text, times in ISO 8601 and UTC, and empty where nothing is set.
    """

    line_no: int
    field: str
    before: str
    after: str


class HistoryEntry(Struct, frozen=True):
    """One event of an order: the version that stood then, and what differs from the version before."""

    event: Event
    version: int
    lines: tuple[LineChange, ...] = ()
    contents: tuple[ContentChange, ...] = ()


def entries_of(rows: Sequence[tuple[Event, int, Promise | None]], before: Promise | None) -> list[HistoryEntry]:
    """The history told by events in order, with what each made of the version before; `before` is that of the first."""
    found = []
    for event, version, promise in rows:
        if promise is None:
            found.append(HistoryEntry(event, version))
            continue
        lines = receipt_of(replace(promise, lines=()) if before is None else before, promise).lines
        contents = () if before is None else tuple(_differences(before.order, promise.order))
        found.append(HistoryEntry(event, version, lines, contents))
        before = promise
    return found


def _differences(before: Order, after: Order) -> Iterator[ContentChange]:
    """Fields that differ, of the order and of lines that both have; what came or went the receipt tells."""
    for name in ("channel_id", "salesperson", "priority", "region", "carrier_id", "ship"):
        yield from _difference(0, _SCHEMA.get(name, name), getattr(before, name), getattr(after, name))
    old, new = dict(before.attributes), dict(after.attributes)
    for key in sorted({*old, *new}):
        yield from _difference(0, f"attributes.{key}", old.get(key, ""), new.get(key, ""))
    papers = (", ".join(each.name for each in order.documents) for order in (before, after))
    yield from _difference(0, "documents", *papers)
    lines = {line.line_no: line for line in after.lines}
    for line in before.lines:
        if line.line_no in lines:
            for name in fields(OrderLine):
                # The receipt tells the quantity.
                if name != "quantity":
                    values = (getattr(each, name) for each in (line, lines[line.line_no]))
                    yield from _difference(line.line_no, _SCHEMA.get(name, name), *values)


def _difference(line_no: int, field: str, before: object, after: object) -> Iterator[ContentChange]:
    if before != after:
        yield ContentChange(line_no, field, _text(before), _text(after))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
