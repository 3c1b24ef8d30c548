"""Receipts of changes between messages and the domain."""

from __future__ import annotations

from domain.promises import GoodsIssued, LineChange, LineState, Receipt
from jiaoqi.v1 import promise_pb2
from wire.enums import PROMISE_STATE
from wire.times import time_from_message, write_time


def receipt_to_message(receipt: Receipt, message: promise_pb2.Receipt | None = None) -> promise_pb2.Receipt:
    """Write a receipt into an empty message."""
    message = promise_pb2.Receipt() if message is None else message
    message.made = receipt.made
    message.refusal = receipt.refusal
    for change in receipt.lines:
        write_change(change, message.lines.add())
    for goods in receipt.issued:
        message.issued.add(line_no=goods.line_no, item_id=goods.item_id, quantity=goods.quantity)
    return message


def write_change(change: LineChange, message: promise_pb2.LineChange) -> None:
    """Write what a change did to a line into an empty message."""
    message.line_no = change.line_no
    message.refusal = change.refusal
    if change.before is not None:
        _write_state(change.before, message.before)
    if change.after is not None:
        _write_state(change.after, message.after)
    if change.offered is not None:
        write_time(message.offered_time, change.offered)


def _write_state(state: LineState, message: promise_pb2.LineState) -> None:
    message.quantity = state.quantity
    message.state = PROMISE_STATE.number[state.state]
    if state.promised_time is not None:
        write_time(message.promised_time, state.promised_time)


def receipt_from_message(message: promise_pb2.Receipt) -> Receipt:
    """Read a receipt that a server wrote."""
    lines = tuple(change_from_message(line) for line in message.lines)
    issued = tuple(GoodsIssued(goods.line_no, goods.item_id, goods.quantity) for goods in message.issued)
    return Receipt(message.made, lines, message.refusal, issued)


def change_from_message(message: promise_pb2.LineChange) -> LineChange:
    """Read what a change did to a line."""
    return LineChange(
        line_no=message.line_no,
        before=_state_from_message(message.before) if message.HasField("before") else None,
        after=_state_from_message(message.after) if message.HasField("after") else None,
        refusal=message.refusal,
        offered=time_from_message(message.offered_time, "offered_time") if message.HasField("offered_time") else None,
    )


def _state_from_message(message: promise_pb2.LineState) -> LineState:
    promised = None
    if message.HasField("promised_time"):
        promised = time_from_message(message.promised_time, "promised_time")
    return LineState(message.quantity, promised, PROMISE_STATE.read(message.state, "state"))
