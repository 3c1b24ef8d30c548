"""Quote ids: a quote stores nothing, so its id carries what was told.

An id is base64 of a digest of the content (plant, customer, priority, and of each line number, item, quantity and
times), the plan's version, and the promised time of each line. The order's own id is left out: quotes are often asked
before there is one. Nothing in it is secret, and a made-up one only limits the date that its own caller takes.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime

from domain.checks import from_unix, to_unix_down
from domain.errors import InvalidInput
from domain.orders import Order, OrderLine, ShipMode
from domain.values import replace
from promising.documents import digest
from promising.parts import whole_lines
from promising.requests import AsQuoted

PREFIX = "q1-"
CONTENT_BYTES = 8
VERSION_BYTES = 6
TIME_BYTES = 5


def quote_id(plant_id: str, order: Order, plan_version: int, promised: Sequence[datetime | None]) -> str:
    """The id of a quote; `promised` is what it tells for each line, None for those it refuses."""
    parts = [_content(plant_id, order), plan_version.to_bytes(VERSION_BYTES)]
    for _, places in whole_lines(order):
        # Of a line that was divided the date of its last part.
        at_s = max((to_unix_down(at) for place in places if (at := promised[place]) is not None), default=0)
        parts.append(at_s.to_bytes(TIME_BYTES))
    return PREFIX + urlsafe_b64encode(b"".join(parts)).decode().rstrip("=")


def quoted_times(plant_id: str, order: Order, text: str) -> tuple[datetime | None, ...]:
    """What a quote told for each line of this order, as they were before any was divided.

    Raises InvalidInput for the id of anything else.
    """
    code = text.removeprefix(PREFIX)
    try:
        raw = urlsafe_b64decode(code + "=" * (-len(code) % 4))
        whole = PREFIX + urlsafe_b64encode(raw).decode().rstrip("=") == text
    except (ValueError, UnicodeEncodeError):
        raw, whole = b"", False
    content, times = raw[:CONTENT_BYTES], raw[CONTENT_BYTES + VERSION_BYTES :]
    if not whole or not times or len(times) % TIME_BYTES:
        raise InvalidInput.one("quote_id", "is no quote id", "the quote_id of an answer")
    if content != _content(plant_id, order) or len(times) != TIME_BYTES * len(whole_lines(order)):
        raise InvalidInput.one("quote_id", "is of a quote for something else", "a quote of the same content")
    told = (int.from_bytes(times[at : at + TIME_BYTES]) for at in range(0, len(times), TIME_BYTES))
    return tuple(from_unix(at) if at else None for at in told)


def limits_of(as_quoted: AsQuoted | None, plant_id: str, order: Order) -> dict[int, datetime]:
    """The latest date that the caller takes for each line, by number; never before the line's requested time.

    Raises InvalidInput for the id of a quote for something else.
    """
    if as_quoted is None:
        return {}
    lines = whole_lines(order)
    times: Sequence[datetime | None] = [as_quoted.latest] * len(lines)
    if as_quoted.quote_id:
        told = quoted_times(plant_id, order, as_quoted.quote_id)
        times = told if as_quoted.latest is None else times
    return {
        order.lines[place].line_no: max(at, line.requested_time)
        for (line, places), at in zip(lines, times, strict=True)
        if at is not None
        for place in places
    }


def limited(order: Order, as_quoted: AsQuoted | None, plant_id: str, asked: Order) -> Order:
    """The order with the latest times that a quote of what was asked, or the caller's own limit sets."""
    if as_quoted is None:
        return order
    limits = limits_of(as_quoted, plant_id, asked)
    return replace(order, lines=tuple(_earlier(line, limits.get(line.line_no)) for line in order.lines))


def _earlier(line: OrderLine, limit: datetime | None) -> OrderLine:
    """The line with its latest time no later than `limit`."""
    if limit is None or (line.latest_time is not None and line.latest_time <= limit):
        return line
    return replace(line, latest_time=limit)


def _content(plant_id: str, order: Order) -> bytes:
    lines = [
        (line.line_no, line.item_id, line.quantity, line.requested_time.isoformat(), str(line.latest_time))
        for line, _ in whole_lines(order)
    ]
    way = (order.region, order.carrier_id, order.ship)
    # Ids of orders that say nothing of it are as they were before orders could.
    sent = [way] if way != ("", "", ShipMode.BY_LINE) else []
    return digest("quote", plant_id, order.customer_id, order.priority, lines, *sent)[:CONTENT_BYTES]
