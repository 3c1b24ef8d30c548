"""Holding an SQLite file for one server, so that no second one serves it, and nobody deletes it meanwhile.

Two desks on one file would do no harm, as a commit carries its desk's epoch; but the first would stop in the middle of
its work. On PostgreSQL the writing connection holds the plant by an advisory lock.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from store.engines import database_url


class StoreInUse(OSError):
    """Another process holds the plant; `holder` is its process id, 0 when it can't be read, `on` its machine."""

    def __init__(self, place: Path | str, holder: int, on: str = "") -> None:
        self.place, self.holder, self.on = place, holder, on
        whose = f", process {holder}{f' on {on}' if on else ''}" if holder else ""
        super().__init__(f"{place} is in use by another server{whose}: stop that first")


class FolderMissing(OSError):
    """The folder that a database file is to be made in isn't there."""

    def __init__(self, folder: Path, file: str) -> None:
        self.folder, self.file = folder, file
        super().__init__(f"there is no folder {folder} to make {file} in")


class Held:
    """A file held by this process until `release`, or until the process ends in whatever way."""

    def __init__(self, where: str | Path) -> None:
        """Take hold of the file, if `where` is one.

        Raises StoreInUse, FolderMissing, or OSError where no file can be made.
        """
        self._lock = -1
        url = database_url(where)
        if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
            return
        file = Path(str(url.database)).resolve()
        if not file.parent.is_dir():
            raise FolderMissing(file.parent, file.name)
        # Beside the database, since SQLite has locks of its own on the file itself. It stays: whoever deleted it could
        # take it from under a process that is just about to lock it.
        lock = os.open(lock_file(file), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(lock, 20, 0).strip()
            os.close(lock)
            raise StoreInUse(file, int(holder) if holder.isdigit() else 0) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        self._lock = lock

    def release(self) -> None:
        """Let the file go."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def lock_file(file: Path) -> Path:
    """Return the file by which a database file is held."""
    return file.with_name(f"{file.name}-lock")
