"""Small checks that values call on their own fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.errors import InvalidInput, Violation

ID_MAX = 64


def check_all(checks: Iterable[tuple[Any, ...]]) -> None:
    """Make checks, each with its arguments behind it, and raise InvalidInput with all that they find."""
    found: list[Violation] = []
    for check, *arguments in checks:
        try:
            check(*arguments)
        except InvalidInput as error:
            found += error.violations
    if found:
        raise InvalidInput(found)


def amiss(*readers: Callable[[], object]) -> list[Violation]:
    """Return all that readers find wrong, each of which raises InvalidInput for it."""
    found: list[Violation] = []
    for read in readers:
        try:
            read()
        except InvalidInput as error:
            found += error.violations
    return found


def check_id(field: str, value: str) -> None:
    """Ids are 1 to 64 printable characters without leading or trailing blanks."""
    if not value or len(value) > ID_MAX or value != value.strip() or not value.isprintable():
        raise InvalidInput.one(field, f"{value!r} is not an id", f"1 to {ID_MAX} printable characters, no outer blanks")


def check_range(field: str, value: int, low: int, high: int) -> None:
    """Integers within [low, high]."""
    if not low <= value <= high:
        raise InvalidInput.one(field, f"{value} is out of range", f"{low} to {high}")


def check_duration(field: str, value: timedelta, high: timedelta = timedelta(days=3650)) -> None:
    """Durations are not negative and at most ten years."""
    if not timedelta(0) <= value <= high:
        raise InvalidInput.one(field, f"{value} is out of range", f"0 to {high}")


def check_utc(field: str, value: datetime) -> None:
    """Times in the domain are aware and in UTC."""
    if value.tzinfo is None or value.utcoffset() != timedelta(0):
        raise InvalidInput.one(field, f"{value.isoformat()} is not an aware UTC time", "a time in UTC")


def from_unix(seconds: int) -> datetime:
    """Aware UTC time of integer Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def to_unix_up(value: datetime) -> int:
    """Unix seconds, rounded up: for ready times."""
    return -int(-value.timestamp() // 1)


def to_unix_down(value: datetime) -> int:
    """Unix seconds, rounded down: for deadlines."""
    return int(value.timestamp() // 1)
