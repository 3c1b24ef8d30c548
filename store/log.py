"""The append-only log: events, and the versions of orders that they made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from domain.checks import from_unix, to_unix_down
from domain.promises import Event, EventKind, Promise
from promising.documents import promise_from_json
from store import tables


def events(connection: Connection, after: int, limit: int) -> list[Event]:
    """Read events with a sequence above `after`, oldest first."""
    event = tables.event
    wanted = select(event).where(event.c.sequence > after).order_by(event.c.sequence).limit(limit)
    return [_event(row) for row in connection.execute(wanted)]


def versions(connection: Connection, order_id: str, first: int, last: int) -> list[tuple[Event, Promise]]:
    """Read the versions of an order from `first` to `last`, oldest first, each with its event."""
    event, promise = tables.event, tables.promise
    wanted = (
        select(event, promise.c.document)
        .join(promise, promise.c.event == event.c.sequence)
        .where(promise.c.order_id == order_id, promise.c.version.between(first, last))
        .order_by(promise.c.version)
    )
    return [(_event(row), promise_from_json(row.document)) for row in connection.execute(wanted)]


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
