"""Rush orders between messages and the domain."""

from __future__ import annotations

from domain.displacements import Displaced
from jiaoqi.v1 import planner_service_pb2 as pb
from promising.rush import Rushed
from wire.promises import promise_to_message
from wire.times import time_from_message, write_duration, write_time


def displaced_to_message(row: Displaced, message: pb.DisplacedLine) -> None:
    """Write a displaced line into an empty message."""
    message.order_id = row.order_id
    message.line_no = row.line_no
    message.customer_id = row.customer_id
    message.priority = row.priority
    write_time(message.promised_time, row.promised)
    write_time(message.expected_before_time, row.before)
    write_time(message.expected_time, row.after)
    write_duration(message.delay_duration, row.delay)
    message.survives = row.survives


def displaced_from_message(message: pb.DisplacedLine) -> Displaced:
    """Read a displaced line that a server wrote."""
    return Displaced(
        order_id=message.order_id,
        line_no=message.line_no,
        customer_id=message.customer_id,
        priority=message.priority,
        promised=time_from_message(message.promised_time, "promised_time"),
        before=time_from_message(message.expected_before_time, "expected_before_time"),
        after=time_from_message(message.expected_time, "expected_time"),
    )


def rushed_to_message(rushed: Rushed, message: pb.RushOrderResponse) -> None:
    """Write whom a rush order displaces into an empty answer."""
    message.applied = rushed.applied
    promise_to_message(rushed.before, message.before, False)
    promise_to_message(rushed.after, message.after, False)
    for row in rushed.displaced:
        displaced_to_message(row, message.displaced.add())
    message.moved_count = rushed.moved
    message.shifted_count = rushed.shifted
    write_duration(message.standstill_duration, rushed.stood_still)
