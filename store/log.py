"""The append-only log: events, and the versions of orders that they made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, null, select, union_all

from domain.checks import from_unix, to_unix_down
from domain.promises import Event, EventKind, Promise
from promising.documents import promise_from_json
from store import tables


def events(connection: Connection, after: int, limit: int) -> list[Event]:
    """Read events with a sequence above `after`, oldest first."""
    event = tables.event
    wanted = select(event).where(event.c.sequence > after).order_by(event.c.sequence).limit(limit)
    return [_event(row) for row in connection.execute(wanted)]


def history(
    connection: Connection, order_id: str, after: int, last: int, limit: int
) -> list[tuple[Event, int, Promise | None]]:
    """Read what happened to an order behind `after` up to `last`, oldest first: events with the versions they made.

    Goods that left with the order are an event of their own, right behind that of the same commit; it made no version,
    and is told with the one before.
    """
    event, promise = tables.event, tables.promise
    of_order = (promise.c.order_id == order_id, event.c.sequence > after, event.c.sequence <= last)
    made = select(event, promise.c.version, promise.c.document).join(promise, promise.c.event == event.c.sequence)
    beside = (
        select(event, promise.c.version, null().label("document"))
        .join(promise, promise.c.event == event.c.sequence - 1)
        .where(event.c.order_id == order_id, event.c.kind == EventKind.PLANT_FED.value)
    )
    wanted = union_all(made.where(*of_order), beside.where(*of_order)).order_by("sequence").limit(limit)
    return [
        (_event(row), row.version, None if row.document is None else promise_from_json(row.document))
        for row in connection.execute(wanted)
    ]


def event_row(event: Event) -> tuple[Any, ...]:
    """Return the columns of an event in the order of its table."""
    return (
        event.sequence,
        event.kind.value,
        to_unix_down(event.time),
        event.actor,
        event.order_id,
        event.reason,
        event.plan_version,
        event.detail,
    )


def _event(row: Row[Any]) -> Event:
    return Event(
        sequence=row.sequence,
        kind=EventKind(row.kind),
        time=from_unix(row.time_s),
        actor=row.actor,
        order_id=row.order_id,
        reason=row.reason,
        plan_version=row.plan_version,
        detail=row.detail,
    )
