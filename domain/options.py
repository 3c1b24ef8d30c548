"""What else could be had where a line is late or refused, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class OptionKind(StrEnum):
    """What else could be had where a line is late or refused."""

    SPLIT = "split"
    """The largest part that is on time, and the rest as early as it can be had."""
    WHOLE = "whole"
    """All of it at the earliest date, whatever the latest accepted one is."""
    FROZEN = "frozen"
    """All of it with work allowed in the frozen zone, where that is earlier."""


class CostKind(StrEnum):
    """What an option costs that an order on time would not."""

    DELAY = "delay"
    CHANGEOVER = "changeover"
    """Changeovers right before its own work."""
    OVERTIME = "overtime"
    """Its runs in hours worked in addition."""


@dataclass(frozen=True, slots=True)
class OptionPart:
    """A quantity of an option, and when it would be promised; None: it can't be had."""

    quantity: int
    promised_time: datetime | None


@dataclass(frozen=True, slots=True)
class OptionCost:
    """How long (and for changeovers how many), and the price; `fen` None: the plant has no rate for it."""

    kind: CostKind
    duration: timedelta
    count: int = 0
    fen: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """Something else that could be had: it was placed in the plan at the decision, and taken back.

    `parts` stand in the order in which an order has to list them to get these dates.
    """

    kind: OptionKind
    parts: tuple[OptionPart, ...]
    costs: tuple[OptionCost, ...] = ()
    id: str = field(default="", compare=False)
    """By which it is accepted, for as long as the desk remembers it."""
