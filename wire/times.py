"""Times and durations between messages and the domain, to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from domain.errors import InvalidInput

FIRST_S = int(datetime(1971, 1, 1, tzinfo=UTC).timestamp())
LAST_S = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_time(message: Timestamp, value: datetime) -> None:
    """Write an aware time into an empty message."""
    since = value - _EPOCH
    message.seconds = since.days * 86_400 + since.seconds
    if since.microseconds:
        message.nanos = since.microseconds * 1000


def time_to_message(value: datetime) -> Timestamp:
    """Write an aware time."""
    message = Timestamp()
    write_time(message, value)
    return message


def time_from_message(message: Timestamp, field: str) -> datetime:
    """Read a time of the years 1971 to 2199; what is finer than a microsecond is cut off."""
    seconds, nanos = message.seconds, message.nanos
    if not FIRST_S <= seconds < LAST_S or not 0 <= nanos < 1_000_000_000:
        raise InvalidInput.one(field, f"{seconds} s and {nanos} ns is out of range", "a time in the years 1971 to 2199")
    if nanos:
        return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanos // 1000)
    return datetime.fromtimestamp(seconds, UTC)


def optional_time(message: Message, field: str) -> datetime | None:
    """Read a time field of a message; None where it is unset."""
    return time_from_message(getattr(message, field), field) if message.HasField(field) else None


def write_duration(message: Duration, value: timedelta) -> None:
    """Write a duration that is not negative into an empty message."""
    message.seconds = value.days * 86_400 + value.seconds
    if value.microseconds:
        message.nanos = value.microseconds * 1000


def duration_from_message(message: Duration) -> timedelta:
    """Read a duration that the server wrote."""
    return timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)


def seconds_to_message(value: int) -> Duration:
    """Write whole seconds."""
    return Duration(seconds=value)


def seconds_from_message(message: Duration) -> int:
    """Read whole seconds."""
    return message.seconds
