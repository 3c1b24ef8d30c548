"""Where the stores of tests lie: a file each, or a database each of one PostgreSQL server that all of a run share."""

from __future__ import annotations

import atexit
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from simulators.postgresql import PostgresServer
from store.database import Store

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = (SQLITE, POSTGRESQL)
TEMPLATE = "plant_template"
_numbers = count(1)


@cache
def server() -> PostgresServer:
    """The server of this run, started when it is first needed. Raises NoPostgresServer, which says why."""
    # It need not outlive a power cut, only a killed desk.
    made = PostgresServer(durable=False)
    atexit.register(made.close)
    made.start()
    run(made, f"CREATE DATABASE {TEMPLATE}")
    Store(made.url(TEMPLATE)).close()
    return made


@cache
def empty_file() -> bytes:
    """An empty store as a file: to make its tables takes longer than many a test."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.sqlite")
        Store(path).close()
        return path.read_bytes()


def run(on: PostgresServer, statement: str | sql.Composed, database: str = "postgres") -> list[tuple]:
    """Run one statement as a person with `psql` would, and return what it found."""
    with psycopg.connect(on.url(database), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


class Places:
    """The stores of one test by name; the same name is the same store."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self._folder = folder
        self._databases: dict[str, str] = {}

    def __call__(self, name: str = "shop") -> Path | str:
        """What `Store` and `--store` take for this name."""
        if self.kind == SQLITE:
            path = self._folder / f"{name}.sqlite"
            if not path.exists():
                path.write_bytes(empty_file())
            return path
        if name not in self._databases:
            database = f"test{next(_numbers)}"
            run(server(), f"CREATE DATABASE {database} TEMPLATE {TEMPLATE}")
            self._databases[name] = database
        return server().url(self._databases[name])

    def remove(self) -> None:
        """Drop what was made, whoever is still connected."""
        for database in self._databases.values():
            run(server(), f"DROP DATABASE {database} WITH (FORCE)")
        self._databases.clear()
