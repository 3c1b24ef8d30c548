"""What every answer carries: the plant's clock and the plan's version."""

from __future__ import annotations

from domain.errors import DeskStopped
from jiaoqi.v1 import plan_pb2
from promising.desk import Desk
from wire.enums import CLOCK_MODE
from wire.times import write_time


def write_as_of(message: plan_pb2.AsOf, desk: Desk) -> None:
    """Write the clock and the version into an answer; the time stays unset while there is none."""
    message.plan_version = desk.status().plan_version
    try:
        message.clock_mode = CLOCK_MODE.number[desk.clock_mode()]
        write_time(message.now_time, desk.now())
    except DeskStopped:
        return
