"""PostgreSQL's own: the driver, sessions that are durable and notice a dead line, one server per plant.

A plant is one schema of one database; `?schema=NAME` in the URL names it, and it is made when it isn't there.
"""

from __future__ import annotations

import logging
import os
import socket
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from store.failures import StoreUnreachable
from store.holding import StoreInUse

CONNECT_S = 5
LOCK_MS = 5000
"""How long a statement waits for another transaction's lock, milliseconds."""
IDLE_MS = 10_000
"""A transaction in which nothing happens for so long belongs to a process that hangs, or to a machine that is gone."""
LINE: dict[str, Any] = {
    "connect_timeout": CONNECT_S,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""When this side takes a silent line for dead: parameters of libpq; the URL may name others."""
SESSION = (
    f"SET lock_timeout = {LOCK_MS}",
    f"SET idle_in_transaction_session_timeout = {IDLE_MS}",
    # The server's side of the line: a machine that lost its power must not hold the plant for hours.
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 3",
    "SET tcp_keepalives_count = 3",
    # An answer goes out after the commit, so the commit must be on the disk; what waits for replicas may stay.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
ABOUT = """\
SELECT current_database(), current_schema(), current_user, current_setting('server_encoding'),
       current_setting('fsync'), has_schema_privilege(current_schema(), 'CREATE')"""
PLANT = 0x4A51
"""Class of the advisory locks by which servers hold plants: the letters J and Q."""
HOLD = f"SELECT pg_try_advisory_lock({PLANT}, hashtext(current_schema()))"
HOLDER = f"""\
SELECT application_name, client_addr FROM pg_stat_activity WHERE pid IN (
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = {PLANT}
    AND objid::bigint = hashtext(current_schema())::bigint & 4294967295
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""

log = logging.getLogger("jiaoqi.store")


def writing_engine(url: URL, *, alone: bool) -> Engine:
    """The engine whose one connection writes, and holds the plant if `alone`. Raises StoreUnreachable."""
    # A whole reading is of one moment, and a commit beside another desk's claim fails instead of waiting for its turn.
    engine = _engine(url, isolation_level="REPEATABLE READ", pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _Session(url, alone=alone), insert=True)
    return engine


def reading_engine(url: URL) -> Engine:
    """The engine whose connections read; one that was cut meanwhile is noticed before it is used."""
    engine = _engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    schema = _schema(url)
    if schema:
        event.listen(engine, "connect", lambda raw, _: _run(raw, _search(schema)), insert=True)
    return engine


def pipeline(connection: Connection) -> AbstractContextManager[Any]:
    """Send statements of the driver's cursors in one go; what fails is raised at the end."""
    raw: Any = connection.connection.driver_connection
    pipe: AbstractContextManager[Any] = raw.pipeline()
    return pipe


class _Session:
    """Sets every new writing connection up; the first one checks the database, too."""

    def __init__(self, url: URL, *, alone: bool) -> None:
        self._schema = _schema(url)
        self._alone = alone
        self._known = False

    def __call__(self, raw: Any, _: Any) -> None:
        try:
            self._set_up(raw)
        except BaseException:
            raw.close()
            raise

    def _set_up(self, raw: Any) -> None:
        if self._schema:
            if not self._known:
                _run(raw, f"CREATE SCHEMA IF NOT EXISTS {_quoted(self._schema)}")
            _run(raw, _search(self._schema))
        _run(raw, "; ".join(SESSION))
        if not self._known:
            _check(raw)
        # A server that lost its connection takes the plant again if it can; if another has it, its claim decides.
        if self._alone and not _run(raw, HOLD)[0] and not self._known:
            raise _in_use(raw)
        self._known = True


def _engine(url: URL, **options: Any) -> Engine:
    # Who looks at pg_stat_activity sees which process of which machine it is.
    name = f"jiaoqi {os.getpid()} {socket.gethostname()}"[:63]
    line = {key: value for key, value in {**LINE, "application_name": name}.items() if key not in url.query}
    try:
        return create_engine(
            url.difference_update_query(["schema"]),
            connect_args=line,
            paramstyle="format",
            hide_parameters=True,
            **options,
        )
    except ImportError as error:
        raise StoreUnreachable(f"PostgreSQL needs a driver: pip install 'psycopg[binary]' ({error})") from error


def _schema(url: URL) -> str:
    found = url.query.get("schema", "")
    return found if isinstance(found, str) else found[-1]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _search(schema: str) -> str:
    return f"SET search_path TO {_quoted(schema)}"


def _run(raw: Any, sql: str) -> Any:
    """Run outside of any transaction, whose rollback would undo a SET; returns the first row of the last result."""
    before = raw.autocommit
    raw.autocommit = True
    try:
        cursor = raw.execute(sql)
        return cursor.fetchone() if cursor.description else None
    finally:
        raw.autocommit = before


def _check(raw: Any) -> None:
    database, schema, user, encoding, fsync, may_create = _run(raw, ABOUT)
    if encoding != "UTF8":
        raise StoreUnreachable(
            f"database {database} has the encoding {encoding}, which lacks characters: make one with ENCODING 'UTF8'"
        )
    if schema is None or not may_create:
        raise StoreUnreachable(
            f"user {user} may not make tables in schema {schema or 'public'} of database {database}: "
            f"make the user its owner, or GRANT CREATE ON SCHEMA {schema or 'public'} TO {user}"
        )
    if fsync == "off":
        log.warning("the database server runs with fsync=off: a power cut may take promises that were told")


def _in_use(raw: Any) -> StoreInUse:
    database, schema, *_ = _run(raw, ABOUT)
    row = _run(raw, HOLDER)
    words = str(row[0]).split() if row else []
    named = len(words) == 3 and words[0] == "jiaoqi" and words[1].isdigit()
    return StoreInUse(
        f"schema {schema} of database {database}", int(words[1]) if named else 0, on=words[2] if named else ""
    )
