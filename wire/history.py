"""Chains and histories between messages and the domain."""

from __future__ import annotations

from domain.promises import ChainStep
from jiaoqi.v1 import promise_pb2
from promising.history import ContentChange, HistoryEntry
from wire.plans import event_from_message, event_to_message, reservation_from_message, reservation_to_message
from wire.promises import reason_from_message, write_reason
from wire.receipts import change_from_message, write_change
from wire.times import time_from_message, write_time


def step_to_message(step: ChainStep) -> promise_pb2.ChainStep:
    """Write an operation with what it waits for."""
    message = promise_pb2.ChainStep(operation=reservation_to_message(step.reservation), after_keys=step.after)
    write_time(message.ready_time, step.ready)
    for reason in step.waits:
        write_reason(reason, message.waits.add())
    return message


def step_from_message(message: promise_pb2.ChainStep) -> ChainStep:
    """Read an operation that a server wrote."""
    return ChainStep(
        reservation=reservation_from_message(message.operation),
        ready=time_from_message(message.ready_time, "ready_time"),
        after=tuple(message.after_keys),
        waits=tuple(reason_from_message(reason) for reason in message.waits),
    )


def entry_to_message(entry: HistoryEntry) -> promise_pb2.HistoryEntry:
    """Write an event of an order with what it changed."""
    message = promise_pb2.HistoryEntry(event=event_to_message(entry.event), version=entry.version)
    for change in entry.lines:
        write_change(change, message.line_changes.add())
    for content in entry.contents:
        message.content_changes.add(
            line_no=content.line_no, field=content.field, before=content.before, after=content.after
        )
    return message


def entry_from_message(message: promise_pb2.HistoryEntry) -> HistoryEntry:
    """Read an event of an order that a server wrote."""
    return HistoryEntry(
        event=event_from_message(message.event),
        version=message.version,
        lines=tuple(change_from_message(change) for change in message.line_changes),
        contents=tuple(
            ContentChange(content.line_no, content.field, content.before, content.after)
            for content in message.content_changes
        ),
    )
