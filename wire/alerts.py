"""Alerts between messages and the domain."""

from __future__ import annotations

from domain.alerts import Alert
from jiaoqi.v1 import planner_service_pb2 as pb
from wire.enums import ALERT_LEVEL
from wire.promises import reason_from_message, write_reason
from wire.times import duration_from_message, time_from_message, write_duration, write_time


def alert_to_message(alert: Alert, message: pb.Alert | None = None) -> pb.Alert:
    """Write an alert into an empty message."""
    message = pb.Alert() if message is None else message
    message.order_id = alert.order_id
    message.line_no = alert.line_no
    message.item_id = alert.item_id
    message.customer_id = alert.customer_id
    message.priority = alert.priority
    message.level = ALERT_LEVEL.number[alert.level]
    write_time(message.promised_time, alert.promised)
    write_time(message.expected_time, alert.expected)
    write_duration(message.slack_duration, alert.slack)
    for cause in alert.causes:
        write_reason(cause, message.causes.add())
    message.disruption_id = alert.disruption_id
    write_time(message.open_time, alert.opened)
    write_time(message.change_time, alert.changed)
    return message


def alert_from_message(message: pb.Alert) -> Alert:
    """Read an alert that a server wrote."""
    return Alert(
        order_id=message.order_id,
        line_no=message.line_no,
        item_id=message.item_id,
        customer_id=message.customer_id,
        priority=message.priority,
        level=ALERT_LEVEL.read(message.level, "level"),
        promised=time_from_message(message.promised_time, "promised_time"),
        expected=time_from_message(message.expected_time, "expected_time"),
        slack=duration_from_message(message.slack_duration),
        causes=tuple(reason_from_message(cause) for cause in message.causes),
        disruption_id=message.disruption_id,
        opened=time_from_message(message.open_time, "open_time"),
        changed=time_from_message(message.change_time, "change_time"),
    )
