"""What searches for rearrangements came to, between messages and the domain."""

from __future__ import annotations

from datetime import timedelta

from domain.rescues import Move, Rescued
from jiaoqi.v1 import promise_pb2
from wire.enums import RESCUE
from wire.times import duration_from_message, time_from_message, write_duration, write_time


def write_rescue(rescued: Rescued, message: promise_pb2.Rescue) -> None:
    """Write it into an empty message."""
    message.outcome = RESCUE.number[rescued.rescue]
    for move in rescued.moves:
        write_move(move, message.moves.add())
    message.moved_count, message.shifted_count = rescued.moved, rescued.shifted
    message.held.extend(rescued.held)
    write_duration(message.search_duration, timedelta(milliseconds=round(1000 * rescued.seconds)))


def rescue_from_message(message: promise_pb2.Rescue) -> Rescued:
    """Read what a server wrote."""
    return Rescued(
        RESCUE.read(message.outcome, "outcome"),
        tuple(move_from_message(move) for move in message.moves),
        message.moved_count,
        message.shifted_count,
        tuple(message.held),
        duration_from_message(message.search_duration).total_seconds(),
    )


def write_move(move: Move, message: promise_pb2.Move) -> None:
    """Write a move into an empty message."""
    message.order_id, message.line_no = move.order_id, move.line_no
    message.operation_id, message.operation_key = move.operation_id, move.operation_key
    message.resource_before_id, message.resource_after_id = move.resource_before, move.resource_after
    write_time(message.start_before_time, move.start_before)
    write_time(message.start_after_time, move.start_after)


def move_from_message(message: promise_pb2.Move) -> Move:
    """Read a move that a server wrote."""
    return Move(
        message.order_id, message.line_no, message.operation_id, message.operation_key, message.resource_before_id,
        time_from_message(message.start_before_time, "start_before_time"), message.resource_after_id,
        time_from_message(message.start_after_time, "start_after_time"),
    )  # fmt: skip
