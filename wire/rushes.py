"""Rush orders between messages and the domain."""

from __future__ import annotations

from jiaoqi.v1 import planner_service_pb2 as pb
from promising.rush import Rushed
from wire.displaced import displaced_to_message
from wire.promises import promise_to_message
from wire.times import write_duration


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
