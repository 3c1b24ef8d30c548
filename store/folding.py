"""Moves what an SQLite database has in its write-ahead log into its file, beside those who commit.

SQLite does that by itself within a commit, every so many pages, and who waits for that commit waits for it, too. Here a
thread of its own does it every second, so that a commit seldom has to, and then has less to move. It needs no lock that
a writer wants (https://www.sqlite.org/wal.html, passive checkpoints).
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

from store.engines import database_url

EVERY_S = 1.0
log = logging.getLogger("jiaoqi.store")


class Folding:
    """Does so from `start` to `stop` for a database that is a file, and nothing for any other."""

    def __init__(self, where: str | Path) -> None:
        url = database_url(where)
        named = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        self._file = Path(str(url.database)) if named else None
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="folding", daemon=True)

    def start(self) -> None:
        """Begin; the database is there."""
        if self._file is not None:
            self._thread.start()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        folded = 0
        while not self._stopping.wait(EVERY_S):
            try:
                changed = self._changed()
                if changed != folded:
                    self._fold()
                folded = changed
            except (OSError, sqlite3.Error) as error:
                # Nothing is lost: it stays in the log, and commits move it if this doesn't.
                log.warning("log_not_folded", extra={"problem": str(error)})

    def _changed(self) -> int:
        """When the log was last written, 0 when there is none."""
        assert self._file is not None
        try:
            return self._file.with_name(f"{self._file.name}-wal").stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _fold(self) -> None:
        with closing(sqlite3.connect(f"{self._file}", isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
