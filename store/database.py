"""One plant in one database: the `PlantStore` of the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import SQLAlchemyError

from domain.checks import to_unix_down, to_unix_up
from domain.promises import Event, Promise
from promising.documents import promise_from_json
from promising.ports import (
    ClockState,
    CommitFailed,
    CommitUnknown,
    FeedRecord,
    PromiseRow,
    RequestKey,
    RequestRecord,
    StandingOrder,
    Stored,
    Superseded,
    Writing,
)
from promising.requests import order_state
from scheduler.records import PlanDelta
from store import (
    alerts,
    before,
    calibrations,
    credit,
    disruptions,
    feeds,
    log,
    pins,
    progress,
    proposals,
    rules,
    schema,
    tables,
    takings,
)
from store.engines import at_once, database_url, give_up, reading_engine, shown, writing_engine
from store.failures import lost, reaching, still_good, surely_undone, told, worth_another_try
from store.image import stored
from store.statements import LOOKUP_SIZES, statements_for

ATTEMPTS = 3
"""How often a transaction is tried that something outside kept from its commit."""
_DAY_S = 86400
_SEEN = "seen"
"""Mark of a connection on which the store was found as it was left."""
_WHERE = select(
    tables.head.c.epoch,
    tables.head.c.plan_version,
    func.coalesce(select(func.max(tables.event.c.sequence)).scalar_subquery(), 0),
)
_T = TypeVar("_T")


class Store(rules.RuleReadings, proposals.ProposalReadings, alerts.AlertReadings, calibrations.CalibrationReadings):
    """Opens the database and brings its schema up to date.

    `alone` refuses a PostgreSQL plant that another server serves; a file is held by `store.holding`.

    Raises
    ------
    NewerStore
        When a newer program wrote it.
    StoreUnreachable
        When it cannot be opened, with the reason.
    StoreInUse
        When another server has the plant, if `alone`.
    """

    def __init__(self, where: str | Path, *, alone: bool = False) -> None:
        url = database_url(where)
        self._writing = writing_engine(url, alone=alone)
        self._reading = reading_engine(url)
        self._statements = statements_for(self._writing.dialect)
        self._fed = feeds.statements_for(self._writing.dialect)
        self._disrupted = disruptions.statements_for(self._writing.dialect)
        self._progressed = progress.statements_for(self._writing.dialect)
        self._ruled = rules.statements_for(self._writing.dialect)
        self._pinned = pins.statements_for(self._writing.dialect)
        self._credit = credit.statements_for(self._writing.dialect)
        self._taken = takings.statements_for(self._writing.dialect)
        self._proposed = proposals.statements_for(self._writing.dialect)
        self._alerted = alerts.statements_for(self._writing.dialect)
        self._calibrated = calibrations.statements_for(self._writing.dialect)
        self._stood = before.statements_for(self._writing.dialect)
        self._asking: Connection | None = None
        self._asked = Lock()
        self._line: Connection | None = None
        self._lined = Lock()
        self._place = shown(where)
        self._epoch = 0
        self._left: tuple[int, int] | None = None
        """Plan version and last event as this store loaded or wrote them last."""
        try:
            with reaching(self._place, "open"), self._connection() as connection, connection.begin():
                schema.upgrade(connection)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        with self._asked:
            self._hang_up()
        with self._lined:
            self._give_back()
        self._writing.dispose()
        self._reading.dispose()

    def claim(self) -> None:
        with reaching(self._place, "claim"):
            self._epoch = self._transact(_claim)

    def _transact(self, act: Callable[[Connection], _T]) -> _T:
        """Run in a transaction, again if something outside kept it from its commit; `act` may be run twice."""
        for _ in range(ATTEMPTS - 1):
            try:
                with self._connection() as connection, connection.begin():
                    return act(connection)
            except SQLAlchemyError as error:
                if not worth_another_try(error):
                    raise
        with self._connection() as connection, connection.begin():
            return act(connection)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """The one that writes, which stays open: taking it from the pool is a fifth of the way to an SQLite commit."""
        with self._lined:
            if self._line is None:
                self._line = self._writing.connect()
            try:
                yield self._line
            except BaseException:
                self._give_back()
                raise

    def _give_back(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            line.close()

    # Reading. Everything of one `load` comes from one transaction.

    def load(self) -> Stored:
        def act(connection: Connection) -> Stored:
            found = stored(connection)
            connection.info[_SEEN] = True
            return found

        with reaching(self._place, "read"):
            found = self._transact(act)
        self._left = found.image.version, found.last_event
        return found

    def load_orders(self) -> Iterable[StandingOrder]:
        promise = tables.promise
        rows = select(promise.c.order_id, promise.c.customer_id, promise.c.document).order_by(promise.c.event)
        with reaching(self._place, "read"), self._reading.connect() as connection:
            # The driver's own cursor: rows of SQLAlchemy's would take longer than all the rest of a start.
            cursor = connection.connection.cursor()
            cursor.execute(str(rows.compile(dialect=connection.dialect)))
            # A later version takes its order's first place, and there is seldom one.
            found = {row[0]: row for row in cursor.fetchall()}
        return list(map(StandingOrder._make, found.values()))

    def promise_at(self, order_id: str, version: int) -> Promise | None:
        promise = tables.promise
        wanted = select(promise.c.document).where(promise.c.order_id == order_id, promise.c.version == version)
        with self._reading.connect() as connection:
            text = connection.execute(wanted).scalar_one_or_none()
        return None if text is None else promise_from_json(text)

    def history(self, order_id: str, after: int, last: int, limit: int) -> list[tuple[Event, int, Promise | None]]:
        with self._reading.connect() as connection:
            return log.history(connection, order_id, after, last, limit)

    def requests(self, keys: Sequence[RequestKey]) -> dict[RequestKey, RequestRecord]:
        asked: dict[str, list[str]] = {}
        for key in keys:
            asked.setdefault(key.caller, []).append(key.request_id)
        found: dict[RequestKey, RequestRecord] = {}
        with self._asked:
            try:
                self._look_all_up(asked, found)
            except Exception as error:
                self._hang_up()
                if not lost(error):
                    raise
                # The connection was cut since the last batch asked.
                self._look_all_up(asked, found)
        return found

    def request_keys(self, after: RequestKey | None, limit: int) -> list[RequestKey]:
        request = tables.request
        key = tuple_(request.c.caller, request.c.request_id)
        wanted = select(request.c.caller, request.c.request_id).order_by(*key.clauses).limit(limit)
        if after is not None:
            wanted = wanted.where(key > tuple_(literal(after.caller), literal(after.request_id)))
        with self._reading.connect() as connection:
            return [RequestKey(*row) for row in connection.execute(wanted)]

    def _look_all_up(self, asked: dict[str, list[str]], found: dict[RequestKey, RequestRecord]) -> None:
        # Every batch asks, and taking a connection from the pool costs more than the answer.
        if self._asking is None:
            self._asking = self._reading.connect()
        cursor = self._asking.connection.cursor()
        for caller, request_ids in asked.items():
            for first in range(0, len(request_ids), LOOKUP_SIZES[-1]):
                self._look_up(cursor, caller, request_ids[first : first + LOOKUP_SIZES[-1]], found)
        cursor.close()

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
        for _, request_id, digest, order_id, version, created, receipt in rows:
            key = RequestKey(caller, request_id)
            found[key] = RequestRecord(key, bytes(digest), order_id, version, created, receipt or "")

    def feed(self, key: RequestKey) -> FeedRecord | None:
        with self._reading.connect() as connection:
            return self._fed.find(connection.connection.cursor(), key)

    def events(self, after: int, limit: int) -> list[Event]:
        with self._reading.connect() as connection:
            return log.events(connection, after, limit)

    # Writing.

    def commit(self, writing: Writing) -> None:
        for attempt in range(ATTEMPTS):
            try:
                return self._commit(writing)
            except (Superseded, CommitUnknown):
                raise
            except Exception as error:
                # Nothing was written: the COMMIT was not sent, or the database says that it took everything back.
                if attempt == ATTEMPTS - 1 or not worth_another_try(error):
                    raise CommitFailed(told(error)) from error

    def _commit(self, writing: Writing) -> None:
        with self._connection() as connection:
            try:
                transaction = connection.begin()
                self._find_again(connection)
                self._write(connection, writing)
            except (Superseded, CommitUnknown):
                connection.rollback()
                raise
            except Exception as error:
                if still_good(error):
                    connection.rollback()
                else:
                    give_up(connection)
                raise
            try:
                transaction.commit()
            except Exception as error:
                # A connection of unknown state is never used again.
                give_up(connection)
                if surely_undone(error):
                    raise
                raise CommitUnknown(told(error)) from error
            self._note(writing)

    def _find_again(self, connection: Connection) -> None:
        """Look whether a new connection leads to where the last one left off.

        A replica that took over without the last commits, or a restored backup, would else be written on as if nothing
        were missing. Raises CommitUnknown, upon which the desk reads what there is.
        """
        if connection.info.get(_SEEN):
            return
        epoch, *found = connection.execute(_WHERE).one()
        # Under another epoch the commit will be refused anyway, for that reason.
        if self._left is not None and epoch == self._epoch and tuple(found) != self._left:
            version, last = self._left
            raise CommitUnknown(
                f"it stands at plan {found[0]}, event {found[1]}, and was left at plan {version}, event {last}"
            )
        connection.info[_SEEN] = True

    def _note(self, writing: Writing) -> None:
        if self._left is not None:
            version = self._left[0] if writing.delta is None else writing.delta.version
            self._left = version, writing.events[-1].sequence if writing.events else self._left[1]

    def _write(self, connection: Connection, writing: Writing) -> None:
        if writing.plant_files is not None:
            _write_plant(connection, writing.plant_files, writing.written_s)
        if writing.clock is not None:
            _write_clock(connection, writing.clock)
        if writing.forget_before_s is not None:
            created = tables.request.c.created_s
            connection.execute(delete(tables.request).where(created < writing.forget_before_s))
            connection.execute(delete(tables.feed).where(tables.feed.c.created_s < writing.forget_before_s))
        if writing.delta is not None and writing.delta.whole:
            connection.execute(delete(tables.operation))
            connection.execute(delete(tables.material))
            connection.execute(update(tables.sequence).values(content=None))
        head, cursor = connection.connection.cursor(), connection.connection.cursor()
        try:
            with at_once(connection):
                self._write_head(head, writing.delta)
                self._write_rows(cursor, writing)
                self._taken.write(cursor, writing.taken)
                self._credit.write(cursor, writing.credit_changes)
        finally:
            # Rows that its successor has written already may fail first, and are the consequence only.
            if head.rowcount == 0:
                raise Superseded("another desk has claimed this plant")
        self._fed.write(cursor, writing.plant_rows, writing.feeds)
        self._disrupted.write(cursor, writing.disruptions)
        self._progressed.write(cursor, writing.progress, writing.progress_gone)
        self._pinned.write(cursor, writing.pins)
        self._ruled.write(cursor, writing)
        self._proposed.write(cursor, writing)
        self._alerted.write(cursor, writing)
        self._calibrated.write(cursor, writing)
        self._stood.write(cursor, writing)

    def _write_rows(self, cursor: DBAPICursor, writing: Writing) -> None:
        run = self._statements
        if writing.delta is not None:
            self._write_delta(cursor, writing.delta)
        # What came last of an order in this batch is what counts.
        holds = dict(writing.holds)
        run.hold_removed.run(cursor, [(order_id,) for order_id in holds])
        run.hold.run(cursor, [(order_id, end_s) for order_id, end_s in holds.items() if end_s is not None])
        run.event.run(cursor, [log.event_row(event) for event in writing.events])
        run.promise.run(cursor, [_promise_row(row) for row in writing.promises])
        run.decision.run(cursor, [(row.event, row.rules, row.content) for row in writing.decisions])
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
                    record.receipt or None,
                )
                for record in writing.requests
            ],
        )

    def _write_head(self, cursor: DBAPICursor, delta: PlanDelta | None) -> None:
        """Fence out a desk that was taken over, with the one row that every commit writes anyway."""
        run = self._statements
        if delta is None:
            run.head_touched.run_one(cursor, (self._epoch,))
        else:
            run.head_planned.run_one(cursor, (delta.version, delta.floor_s, delta.now_s, self._epoch))

    def _write_delta(self, cursor: DBAPICursor, delta: PlanDelta) -> None:
        run = self._statements
        run.operation_removed.run(cursor, [(key,) for key in delta.removed])
        run.operation.run(
            cursor,
            [(row.key, row.order_id, row.line_no, row.operation_id, row.state, row.facts) for row in delta.placed],
        )
        run.operation_changed.run(cursor, [(state, facts, key) for key, state, facts in delta.changed])
        # Before the insertions: what an order goes on holding after a change of it is written anew.
        run.material_removed.run(cursor, [(order_id,) for order_id in delta.material_removed])
        run.material.run(
            cursor,
            [
                (
                    m.order_id,
                    m.line_no,
                    m.lot,
                    m.item_id,
                    m.source,
                    m.receipt_id,
                    m.stands_for,
                    m.quantity,
                    _unix(m.available_time),
                )
                for m in delta.material
            ],
        )
        if delta.sequence is not None:
            run.sequence.run(cursor, [(delta.version, delta.sequence)])


def _claim(connection: Connection) -> int:
    """Raise the epoch, and return it."""
    head = tables.head
    connection.execute(update(head).values(epoch=head.c.epoch + 1))
    epoch: int = connection.execute(select(head.c.epoch)).scalar_one()
    return epoch


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


def _unix(moment: datetime | None) -> int | None:
    return None if moment is None else to_unix_up(moment)
