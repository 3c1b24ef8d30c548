"""What a database's failure means: whether anything was written, and what people are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

SERIALISATION, INTEGRITY, LOST = "40", "23", ("08", "57P")
"""Beginnings of PostgreSQL's codes: rolled back for others, broken constraint, connection or server gone."""
OUTCOME_UNKNOWN = "40003"


class StoreUnreachable(OSError):
    """The database cannot be opened or read; the message says which, without its password, and why.

    `place` and `why` are the parts of the message, where it has these.
    """

    def __init__(self, text: str, place: str = "", why: str = "") -> None:
        super().__init__(text)
        self.place, self.why = place, why


@contextmanager
def reaching(place: str, what: str) -> Iterator[None]:
    """Raise StoreUnreachable for whatever the database fails with; `what` is that the store cannot be."""
    try:
        yield
    except Exception as error:
        found = driver_error(error)
        # The marks of SQLite's and PostgreSQL's drivers; those of this program's own mistakes have none.
        if not (isinstance(error, DBAPIError) or hasattr(found, "sqlite_errorcode") or hasattr(found, "sqlstate")):
            raise
        why = told(error, kind=False)
        raise StoreUnreachable(f"cannot {what} the store {place}: {why}", place, why) from error


def driver_error(error: BaseException) -> BaseException:
    """Return the driver's own error below SQLAlchemy's."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def told(error: BaseException, *, kind: bool = True) -> str:
    """Return an error of the database as one line, by default with its `kind`, without what SQLAlchemy adds."""
    found = driver_error(error)
    words = " ".join(str(found).split())
    return f"{type(found).__name__}: {words}" if kind else words


def worth_another_try(error: BaseException) -> bool:
    """Return True for a failure before the commit that came from outside: nothing was written, and it may be over.

    A deadlock, a serialisation failure, a connection that was cut. SQLite has none of them.
    """
    found = driver_error(error)
    if not hasattr(found, "sqlstate"):
        return False
    # Without a code the driver itself found the connection gone.
    return lost(error) or found.sqlstate.startswith(SERIALISATION)


def lost(error: BaseException) -> bool:
    """Return True when the connection is gone, or was never made."""
    found = driver_error(error)
    if not hasattr(found, "sqlstate"):
        return False
    return found.sqlstate is None or found.sqlstate.startswith(LOST)


def still_good(error: BaseException) -> bool:
    """Return True when the connection can be used again after a rollback; one of SQLite is made anew."""
    return hasattr(driver_error(error), "sqlstate") and not lost(error)


def surely_undone(error: BaseException) -> bool:
    """Return True when the database itself said that a failed COMMIT wrote nothing."""
    state = getattr(driver_error(error), "sqlstate", None) or ""
    return state.startswith((SERIALISATION, INTEGRITY)) and state != OUTCOME_UNKNOWN
