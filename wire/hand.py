"""Pins and the receipts of what was done by hand between messages and the domain."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.pins import Pin
from jiaoqi.v1 import planner_service_pb2 as pb
from promising.hand_requests import Handled, Work
from promising.what_if import WouldBe
from wire.disruptions import disruption_to_message, line_from_message, line_to_message
from wire.options import write_cost
from wire.plans import reservation_from_message, reservation_to_message
from wire.receipts import receipt_to_message
from wire.times import duration_from_message, time_from_message, write_duration, write_time

_UNTOLD = datetime(1970, 1, 1, tzinfo=UTC)
"""Until when a run waited before it was pinned is the plan's own affair."""


def work_from_message(message: pb.WorkName) -> Work:
    """Read which operation is meant."""
    return Work(message.key, message.order_id, message.line_no, message.operation_id)


def pin_to_message(pin: Pin, message: pb.Pin | None = None) -> pb.Pin:
    """Write a pin into an empty message."""
    message = pb.Pin() if message is None else message
    message.key = pin.operation_key
    message.order_id = pin.order_id
    message.line_no = pin.line_no
    message.operation_id = pin.operation_id
    message.resource_id = pin.resource_id
    write_time(message.start_time, pin.start)
    write_time(message.end_time, pin.end)
    write_time(message.pin_time, pin.pinned_at)
    message.pinned_by = pin.pinned_by
    message.reason = pin.reason
    return message


def pin_from_message(message: pb.Pin) -> Pin:
    """Read a pin that a server wrote."""
    return Pin(
        operation_key=message.key,
        order_id=message.order_id,
        line_no=message.line_no,
        operation_id=message.operation_id,
        resource_id=message.resource_id,
        start=time_from_message(message.start_time, "start_time"),
        end=time_from_message(message.end_time, "end_time"),
        ready=_UNTOLD,
        pinned_at=time_from_message(message.pin_time, "pin_time"),
        pinned_by=message.pinned_by,
        reason=message.reason,
    )


def handled_to_message(handled: Handled, message: pb.HandReceipt | None = None) -> pb.HandReceipt:
    """Write the receipt of what was done by hand into an empty message."""
    message = pb.HandReceipt() if message is None else message
    message.operation.CopyFrom(reservation_to_message(handled.operation))
    if handled.pin is not None:
        pin_to_message(handled.pin, message.pin)
    message.applied = handled.applied
    for line in handled.at_risk:
        line_to_message(line, message.at_risk.add())
    for order_id, line_no in handled.recovered:
        message.recovered.add(order_id=order_id, line_no=line_no)
    message.moved_in_time_count = handled.moved_in_time
    message.moved_count = handled.moved
    message.shifted_count = handled.shifted
    write_duration(message.standstill_duration, handled.stood_still)
    return message


def handled_from_message(message: pb.HandReceipt) -> Handled:
    """Read the receipt of what was done by hand that a server wrote."""
    return Handled(
        operation=reservation_from_message(message.operation),
        pin=pin_from_message(message.pin) if message.HasField("pin") else None,
        at_risk=tuple(line_from_message(line) for line in message.at_risk),
        recovered=tuple((name.order_id, name.line_no) for name in message.recovered),
        moved_in_time=message.moved_in_time_count,
        moved=message.moved_count,
        shifted=message.shifted_count,
        stood_still=duration_from_message(message.standstill_duration),
        applied=message.applied,
    )


def would_be_to_message(would: WouldBe, message: pb.WhatIfResponse) -> None:
    """Write what would be into an empty answer."""
    for disruption in would.disruptions:
        disruption_to_message(disruption, message.disruptions.add())
    for line in would.at_risk:
        line_to_message(line, message.at_risk.add())
    for order_id, line_no in would.recovered:
        message.recovered.add(order_id=order_id, line_no=line_no)
    message.moved_in_time_count = would.moved_in_time
    message.moved_count = would.moved
    message.shifted_count = would.shifted
    message.interrupted_count = would.interrupted
    message.reopened_count = would.reopened
    message.unpinned_count = would.unpinned
    for cost in would.costs:
        write_cost(cost, message.costs.add())
    if would.fen is not None:
        message.cost_fen = would.fen
    write_duration(message.standstill_duration, would.stood_still)
    for order_id, receipt in would.changes:
        receipt_to_message(receipt, message.changes.add(order_id=order_id).receipt)
