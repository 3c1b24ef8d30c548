"""Displaced lines and hours worked in addition between messages and the domain."""

from __future__ import annotations

from domain.displacements import Displaced
from domain.hours import ExtraHours
from jiaoqi.v1 import promise_pb2 as pb
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


def hours_to_message(row: ExtraHours, message: pb.ExtraHours) -> None:
    """Write hours worked in addition into an empty message."""
    message.resource_id = row.resource_id
    write_time(message.start_time, row.start)
    write_time(message.end_time, row.end)


def hours_from_message(message: pb.ExtraHours) -> ExtraHours:
    """Read hours that a server wrote."""
    return ExtraHours(
        message.resource_id,
        time_from_message(message.start_time, "start_time"),
        time_from_message(message.end_time, "end_time"),
    )
