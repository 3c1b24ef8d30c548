"""Disruptions, lines at risk and the receipts of repairs between messages and the domain."""

from __future__ import annotations

from domain.disruptions import Disruption
from jiaoqi.v1 import plan_service_pb2 as pb
from promising.disruption_requests import LineAtRisk, Repaired
from wire.enums import DISRUPTION_KIND, DISRUPTION_STATE, PROMISE_STATE
from wire.promises import cause_from_message, write_cause
from wire.receipts import receipt_from_message, receipt_to_message
from wire.times import duration_from_message, optional_time, time_from_message, write_duration, write_time


def disruption_to_message(disruption: Disruption, message: pb.Disruption | None = None) -> pb.Disruption:
    """Write a disruption into an empty message."""
    message = pb.Disruption() if message is None else message
    message.disruption_id = disruption.id
    message.kind = DISRUPTION_KIND.number[disruption.kind]
    message.subject_id = disruption.subject_id
    write_time(message.start_time, disruption.start)
    if disruption.end is not None:
        write_time(message.end_time, disruption.end)
    if disruption.expected_end is not None:
        write_time(message.expected_end_time, disruption.expected_end)
    message.source = disruption.source
    message.reason = disruption.reason
    message.reported_by = disruption.reported_by
    write_time(message.report_time, disruption.reported_at)
    message.state = DISRUPTION_STATE.number[disruption.state]
    message.etag = disruption.etag
    message.quantity = disruption.quantity
    message.region = disruption.region
    message.line_no = disruption.line_no
    message.operation_id = disruption.operation_id
    message.operation_key = disruption.operation_key
    if disruption.wanted is not None:
        write_time(message.requested_time, disruption.wanted)
    message.withdrawn = disruption.withdrawn
    return message


def disruption_from_message(message: pb.Disruption) -> Disruption:
    """Read a disruption that a server wrote."""
    return Disruption(
        id=message.disruption_id,
        kind=DISRUPTION_KIND.read(message.kind, "kind"),
        subject_id=message.subject_id,
        start=time_from_message(message.start_time, "start_time"),
        end=optional_time(message, "end_time"),
        reported_at=time_from_message(message.report_time, "report_time"),
        expected_end=optional_time(message, "expected_end_time"),
        source=message.source,
        reason=message.reason,
        reported_by=message.reported_by,
        state=DISRUPTION_STATE.read(message.state, "state"),
        version=int(message.etag.rpartition(":")[2]),
        quantity=message.quantity,
        region=message.region,
        line_no=message.line_no,
        operation_id=message.operation_id,
        operation_key=message.operation_key,
        wanted=optional_time(message, "requested_time"),
        withdrawn=message.withdrawn,
    )


def line_to_message(line: LineAtRisk, message: pb.LineAtRisk | None = None) -> pb.LineAtRisk:
    """Write a line at risk into an empty message."""
    message = pb.LineAtRisk() if message is None else message
    message.order_id = line.order_id
    message.line_no = line.line_no
    message.item_id = line.item_id
    message.quantity = line.quantity
    message.customer_id = line.customer_id
    message.priority = line.priority
    message.state = PROMISE_STATE.number[line.state]
    write_time(message.promised_time, line.promised)
    write_time(message.expected_time, line.expected)
    if line.before is not None:
        write_time(message.expected_before_time, line.before)
    if line.cause is not None:
        write_cause(line.cause, message.cause)
    return message


def line_from_message(message: pb.LineAtRisk) -> LineAtRisk:
    """Read a line at risk that a server wrote."""
    return LineAtRisk(
        order_id=message.order_id,
        line_no=message.line_no,
        item_id=message.item_id,
        quantity=message.quantity,
        customer_id=message.customer_id,
        priority=message.priority,
        state=PROMISE_STATE.read(message.state, "state"),
        promised=time_from_message(message.promised_time, "promised_time"),
        expected=time_from_message(message.expected_time, "expected_time"),
        before=optional_time(message, "expected_before_time"),
        cause=cause_from_message(message.cause) if message.HasField("cause") else None,
    )


def repaired_to_message(repaired: Repaired, message: pb.RepairReceipt | None = None) -> pb.RepairReceipt:
    """Write the receipt of a repair into an empty message."""
    message = pb.RepairReceipt() if message is None else message
    disruption_to_message(repaired.disruption, message.disruption)
    message.applied = repaired.applied
    for line in repaired.at_risk:
        line_to_message(line, message.at_risk.add())
    for order_id, line_no in repaired.recovered:
        message.recovered.add(order_id=order_id, line_no=line_no)
    message.moved_in_time_count = repaired.moved_in_time
    message.moved_count = repaired.moved
    message.shifted_count = repaired.shifted
    message.interrupted_count = repaired.interrupted
    message.reopened_count = repaired.reopened
    write_duration(message.standstill_duration, repaired.stood_still)
    if repaired.change is not None:
        receipt_to_message(repaired.change, message.change)
    return message


def repaired_from_message(message: pb.RepairReceipt) -> Repaired:
    """Read the receipt of a repair that a server wrote."""
    return Repaired(
        disruption=disruption_from_message(message.disruption),
        at_risk=tuple(line_from_message(line) for line in message.at_risk),
        recovered=tuple((name.order_id, name.line_no) for name in message.recovered),
        moved_in_time=message.moved_in_time_count,
        moved=message.moved_count,
        shifted=message.shifted_count,
        interrupted=message.interrupted_count,
        reopened=message.reopened_count,
        stood_still=duration_from_message(message.standstill_duration),
        applied=message.applied,
        change=receipt_from_message(message.change) if message.HasField("change") else None,
    )
