"""Times on their way to the server."""

from __future__ import annotations

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(value: datetime | None) -> Timestamp | None:
    """Return an aware time as a message. Raises ValueError for one without a zone."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    message = Timestamp()
    message.FromDatetime(value)
    return message
