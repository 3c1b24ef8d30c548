"""How a database is opened: SQLite from a file path, anything else by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

BUSY_MS = 5000
"""How long SQLite waits for another process's write lock, milliseconds."""
CHECKPOINT_PAGES = 4000
"""Pages of 4 KiB in the write-ahead log before SQLite moves them into the file."""


def database_url(where: str | Path) -> URL:
    """URL of `where`: a file path means SQLite, text with `://` is a URL already."""
    if isinstance(where, str) and "://" in where:
        return make_url(where)
    return URL.create("sqlite", database=str(where))


def writing_engine(url: URL) -> Engine:
    """The engine whose connections write; an SQLite transaction takes the write lock when it begins."""
    engine = create_engine(url, pool_size=1, max_overflow=0)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(url: URL) -> Engine:
    """The engine whose connections read, each statement a transaction of its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _patient)
    return engine


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
    connection.exec_driver_sql("BEGIN IMMEDIATE")
