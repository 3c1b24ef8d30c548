"""Bringing a database to this program's schema when it is opened."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

HEAD = "0015"
"""The last revision in `migrations`: alembic takes longer to import than a server to start, and is seldom needed."""


def upgrade(connection: Connection) -> None:
    """Run the migrations that `connection`'s database lacks, in its transaction. Raises NewerStore."""
    if revision(connection) == HEAD:
        return
    from store.migrating import migrate

    migrate(connection)


def revision(connection: Connection) -> str | None:
    """Return the schema's revision as alembic left it, None before the first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
