"""Searches for a rearrangement in which an order is in time, and what they came to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

MOVES_TOLD_MAX = 200
"""Operations that moved which an answer names, the soonest first; the others are counted."""


class Rescue(StrEnum):
    """How a search for a rearrangement ended."""

    FOUND = "found"
    """Sequences in which all is in time."""
    NONE = "none"
    """There are none, with what is held fixed."""
    CUT_OFF = "cut_off"
    """The time was over; there may be some."""
    OVERTAKEN = "overtaken"
    """Found, but not taken: the plan had moved on and it holds no more, or later orders would lose more by it."""
    UNAVAILABLE = "unavailable"
    """Not searched: the plan is too large for it, no process was free, or the search failed."""


class Move(Struct, frozen=True):
    """An operation that left its order on a machine, or the machine: where and when it stood, and does now."""

    order_id: str
    line_no: int
    operation_id: str
    operation_key: int
    resource_before: str
    start_before: datetime
    resource_after: str
    start_after: datetime


class Rescued(Struct, frozen=True):
    """What a rescue did to the plan.

    `moved` operations of others left their order, of which `moves` names the first; `shifted` start at another time,
    the moved among them. `held` names what the search kept as it was. `seconds` is how long it searched.
    """

    rescue: Rescue
    moves: tuple[Move, ...] = ()
    moved: int = 0
    shifted: int = 0
    held: tuple[str, ...] = ()
    seconds: float = 0.0
