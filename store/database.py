"""One plant in one database: the `PlantStore` of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    Connection,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import SQLAlchemyError

from domain.checks import from_unix, to_unix_down
from domain.plant import ClockMode
from domain.promises import Event, EventKind, MaterialReservation, Promise
from promising.documents import promise_from_json
from promising.ports import (
    ClockState,
    CommitFailed,
    CommitUnknown,
    PromiseRow,
    RequestKey,
    RequestRecord,
    StandingOrder,
    Stored,
    Superseded,
    Writing,
)
from promising.requests import order_state
from scheduler.records import OperationRow, PlanDelta, PlanImage
from store import schema, tables
from store.engines import database_url, reading_engine, writing_engine
from store.statements import LOOKUP_SIZES, Statements

_DAY_S = 86400


class Store:
    """Opens the database and brings its schema up to date.

    Raises
    ------
    NewerStore
        When a newer program wrote it.
    """

    def __init__(self, where: str | Path) -> None:
        url = database_url(where)
        self._writing = writing_engine(url)
        self._reading = reading_engine(url)
        self._statements = Statements(self._writing.dialect)
        self._asking: Connection | None = None
        self._asked = Lock()
        self._epoch = 0
        try:
            with self._writing.begin() as connection:
                schema.upgrade(connection)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        with self._asked:
            self._hang_up()
        self._writing.dispose()
        self._reading.dispose()

    def claim(self) -> None:
        head = tables.head
        with self._writing.begin() as connection:
            connection.execute(update(head).values(epoch=head.c.epoch + 1))
            self._epoch = connection.execute(select(head.c.epoch)).scalar_one()

    # Reading. Everything of one `load` comes from one transaction.

    def load(self) -> Stored:
        with self._writing.begin() as connection:
            head = connection.execute(select(tables.head)).one()
            clock = connection.execute(select(tables.clock)).one()
            last = connection.execute(select(func.max(tables.event.c.sequence))).scalar_one()
            return Stored(
                plant_files=_plant_files(connection, head.plant_version),
                plant_version=head.plant_version,
                clock=ClockState(ClockMode(clock.mode), clock.offset_s, clock.manual_s),
                last_event=last or 0,
                image=PlanImage(
                    version=head.plan_version,
                    floor_s=head.floor_s,
                    now_s=head.now_s,
                    operations=_operations(connection),
                    sequence=connection.execute(select(tables.sequence.c.content)).scalar_one(),
                    material=_material(connection),
                ),
            )

    def load_orders(self) -> Iterable[StandingOrder]:
        promise = tables.promise
        rows = select(promise.c.order_id, promise.c.customer_id, promise.c.document).order_by(promise.c.event)
        with self._reading.connect() as connection:
            # A later version takes its order's first place, and there is seldom one.
            found = {row[0]: row for row in connection.execute(rows)}
        return [StandingOrder(order_id, customer, text) for order_id, customer, text in found.values()]

    def promise_at(self, order_id: str, version: int) -> Promise | None:
        promise = tables.promise
        wanted = select(promise.c.document).where(promise.c.order_id == order_id, promise.c.version == version)
        with self._reading.connect() as connection:
            text = connection.execute(wanted).scalar_one_or_none()
        return None if text is None else promise_from_json(text)

    def requests(self, keys: Sequence[RequestKey]) -> dict[RequestKey, RequestRecord]:
        asked: dict[str, list[str]] = {}
        for key in keys:
            asked.setdefault(key.caller, []).append(key.request_id)
        found: dict[RequestKey, RequestRecord] = {}
        with self._asked:
            try:
                # Every batch asks, and taking a connection from the pool costs more than the answer.
                if self._asking is None:
                    self._asking = self._reading.connect()
                cursor = self._asking.connection.cursor()
                for caller, request_ids in asked.items():
                    for first in range(0, len(request_ids), LOOKUP_SIZES[-1]):
                        self._look_up(cursor, caller, request_ids[first : first + LOOKUP_SIZES[-1]], found)
                cursor.close()
            except BaseException:
                self._hang_up()
                raise
        return found

    def _hang_up(self) -> None:
        """Give back the connection for looking requests up; one that failed is never used again."""
        if self._asking is not None:
            self._asking.invalidate()
            self._asking.close()
            self._asking = None

    def _look_up(
        self, cursor: DBAPICursor, caller: str, ids: list[str], found: dict[RequestKey, RequestRecord]
    ) -> None:
        size = next(size for size in LOOKUP_SIZES if len(ids) <= size)
        padded = (caller, *ids, *[ids[-1]] * (size - len(ids)))
        rows = self._statements.requests[size].run_one(cursor, padded).fetchall()
        for _, request_id, digest, order_id, version, created in rows:
            key = RequestKey(caller, request_id)
            found[key] = RequestRecord(key, bytes(digest), order_id, version, created)

    def events(self, after: int, limit: int) -> list[Event]:
        event = tables.event
        wanted = select(event).where(event.c.sequence > after).order_by(event.c.sequence).limit(limit)
        with self._reading.connect() as connection:
            return [
                Event(
                    sequence=row.sequence,
                    kind=EventKind(row.kind),
                    time=from_unix(row.time_s),
                    actor=row.actor,
                    order_id=row.order_id,
                    reason=row.reason,
                    plan_version=row.plan_version,
                    detail=row.detail,
                )
                for row in connection.execute(wanted)
            ]

    # Writing.

    def commit(self, writing: Writing) -> None:
        try:
            connection = self._writing.connect()
        except SQLAlchemyError as error:
            raise CommitFailed(str(error)) from error
        with connection:
            try:
                transaction = connection.begin()
                self._write(connection, writing)
            except Superseded:
                connection.rollback()
                raise
            except Exception as error:
                connection.invalidate()
                raise CommitFailed(f"{type(error).__name__}: {error}") from error
            try:
                transaction.commit()
            except Exception as error:
                # A connection of unknown state is never used again.
                connection.invalidate()
                raise CommitUnknown(f"{type(error).__name__}: {error}") from error

    def _write(self, connection: Connection, writing: Writing) -> None:
        run = self._statements
        cursor = connection.connection.cursor()
        self._write_head(cursor, writing.delta)
        if writing.plant_files is not None:
            _write_plant(connection, writing.plant_files, writing.written_s)
        if writing.delta is not None:
            self._write_delta(connection, cursor, writing.delta)
        run.event.run(cursor, [_event_row(event) for event in writing.events])
        run.promise.run(cursor, [_promise_row(row) for row in writing.promises])
        run.request.run(
            cursor,
            [
                (
                    record.key.caller,
                    record.key.request_id,
                    record.digest,
                    record.order_id,
                    record.order_version,
                    record.created_s,
                )
                for record in writing.requests
            ],
        )
        if writing.clock is not None:
            _write_clock(connection, writing.clock)
        if writing.forget_before_s is not None:
            created = tables.request.c.created_s
            connection.execute(delete(tables.request).where(created < writing.forget_before_s))

    def _write_head(self, cursor: DBAPICursor, delta: PlanDelta | None) -> None:
        """Fence out a desk that was taken over, with the one row that every commit writes anyway."""
        run = self._statements
        if delta is None:
            touched = run.head_touched.run_one(cursor, (self._epoch,))
        else:
            row = (delta.version, delta.floor_s, delta.now_s, self._epoch)
            touched = run.head_planned.run_one(cursor, row)
        if touched.rowcount != 1:
            raise Superseded("another desk has claimed this plant")

    def _write_delta(self, connection: Connection, cursor: DBAPICursor, delta: PlanDelta) -> None:
        run = self._statements
        if delta.whole:
            connection.execute(delete(tables.operation))
            connection.execute(delete(tables.material))
            connection.execute(update(tables.sequence).values(content=None))
        run.operation_removed.run(cursor, [(key,) for key in delta.removed])
        run.operation.run(
            cursor,
            [(row.key, row.order_id, row.line_no, row.operation_id, row.state, row.facts) for row in delta.placed],
        )
        run.operation_changed.run(cursor, [(state, facts, key) for key, state, facts in delta.changed])
        run.material.run(
            cursor,
            [(m.order_id, m.line_no, m.item_id, m.receipt_id, m.quantity) for m in delta.material],
        )
        # After the insertions: an order may be promised and cancelled in one batch, never the other way round.
        run.material_removed.run(cursor, [(order_id,) for order_id in delta.material_removed])
        if delta.sequence is not None:
            run.sequence.run(cursor, [(delta.version, delta.sequence)])


def _plant_files(connection: Connection, version: int) -> dict[str, bytes] | None:
    if version == 0:
        return None
    file = tables.plant_file
    wanted = select(file.c.name, file.c.content).where(file.c.plant_version == version).order_by(file.c.name)
    return {name: bytes(content) for name, content in connection.execute(wanted)}


def _operations(connection: Connection) -> list[OperationRow]:
    cursor = connection.connection.cursor()
    cursor.execute(str(select(tables.operation).order_by(tables.operation.c.key)))
    return list(map(OperationRow._make, cursor.fetchall()))


def _material(connection: Connection) -> list[MaterialReservation]:
    material = tables.material
    rows = connection.execute(select(material).order_by(material.c.order_id, material.c.line_no, material.c.item_id))
    return [MaterialReservation(row.order_id, row.line_no, row.item_id, row.quantity, row.receipt_id) for row in rows]


def _write_plant(connection: Connection, files: Any, written_s: int) -> None:
    """The next version of the plant."""
    connection.execute(update(tables.head).values(plant_version=tables.head.c.plant_version + 1))
    version = connection.execute(select(tables.head.c.plant_version)).scalar_one()
    connection.execute(insert(tables.plant), {"version": version, "imported_s": written_s})
    if files:
        connection.execute(
            insert(tables.plant_file),
            [{"plant_version": version, "name": name, "content": content} for name, content in files.items()],
        )


def _write_clock(connection: Connection, clock: ClockState) -> None:
    connection.execute(
        update(tables.clock).values(mode=clock.mode.value, offset_s=clock.offset_s, manual_s=clock.manual_s)
    )


def _event_row(event: Event) -> tuple[Any, ...]:
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


def _promise_row(row: PromiseRow) -> tuple[Any, ...]:
    promise = row.promise
    requested = min(line.requested_time for line in promise.order.lines)
    return (
        promise.order.id,
        promise.version,
        row.event,
        order_state(promise).value,
        promise.order.customer_id,
        to_unix_down(requested) // _DAY_S,
        row.text,
    )
