"""How a database is opened: SQLite from a file path, PostgreSQL by URL. What only one of them has stands here."""

from __future__ import annotations

import re
import sqlite3
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from store.failures import StoreUnreachable

BUSY_MS = 5000
"""How long a transaction waits for another one's lock, milliseconds."""
CHECKPOINT_PAGES = 12_000
"""Pages of 4 KiB in the write-ahead log before a commit moves them into the file; `store.folding` is mostly sooner."""
SECRETS = ("password", "sslpassword")
"""Parameters of libpq that nobody else may see."""
HIDDEN = "***"
# Up to the last @, as a password that should have been escaped may hold some.
_PASSWORD = re.compile(r"(://[^\s:/@]*):\S*@")


def database_url(where: str | Path) -> URL:
    """URL of `where`: a file path means SQLite, text with `://` is a URL already. Raises StoreUnreachable."""
    if not isinstance(where, str) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
    except (ArgumentError, ValueError) as error:
        raise StoreUnreachable(
            "the store's URL cannot be read: postgresql://USER:PASSWORD@HOST/DATABASE, "
            "where @ : / % in a password are written %40 %3A %2F %25"
        ) from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        return url
    raise StoreUnreachable(f"no store by {url.drivername}://: a file, sqlite:///FILE or postgresql://HOST/DATABASE")


def shown(where: str | Path) -> str:
    """Return `where` as people and logs may see it: without passwords."""
    if not isinstance(where, str) or "://" not in where:
        return str(where)
    try:
        url = database_url(where)
    except StoreUnreachable:
        return without_passwords(where)
    url = url.difference_update_query(SECRETS)
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def without_passwords(text: str) -> str:
    """Return `text` with the passwords of all URLs in it hidden."""
    return _PASSWORD.sub(rf"\1:{HIDDEN}@", text)


def writing_engine(url: URL, *, alone: bool = False) -> Engine:
    """The engine whose one connection writes.

    An SQLite transaction takes the write lock when it begins. `alone`: a PostgreSQL connection holds the plant, too.
    Raises StoreUnreachable when the driver is missing.
    """
    if url.get_backend_name() == "postgresql":
        from store import postgresql

        return postgresql.writing_engine(url, alone=alone)
    if url.database in (None, "", ":memory:"):
        raise StoreUnreachable("an SQLite store needs a file: in memory every connection would have its own")
    engine = create_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
    event.listen(engine, "connect", _durable)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(url: URL) -> Engine:
    """The engine whose connections read, each statement a transaction of its own."""
    if url.get_backend_name() == "postgresql":
        from store import postgresql

        return postgresql.reading_engine(url)
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    event.listen(engine, "connect", _patient)
    return engine


def give_up(connection: Connection) -> None:
    """Never use a connection again, and let go of what it has locked.

    One of SQLite stays open, with its transaction, for as long as anybody has a cursor of it; and whoever keeps an
    exception has those of the frames that it went through.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        with suppress(sqlite3.Error):
            driver.rollback()
    connection.invalidate()


def at_once(connection: Connection) -> AbstractContextManager[Any]:
    """Send the driver's statements without waiting for each one's outcome, where every answer is a journey."""
    if connection.dialect.name == "postgresql":
        from store import postgresql

        return postgresql.pipeline(connection)
    return nullcontext()


def _patient(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


def _durable(connection: Any, record: Any) -> None:
    # The driver's own BEGIN comes too late, before the first change only; SQLAlchemy says when instead.
    connection.isolation_level = None
    _patient(connection, record)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")


def _begin_immediate(connection: Connection) -> None:
    # By the driver itself: a tenth of what a commit costs is otherwise spent on the way to it.
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE")
