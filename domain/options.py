"""What else could be had where a line is late or refused, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.displacements import Displaced
from domain.hours import ExtraHours
from domain.rescues import Move


class OptionKind(StrEnum):
    """What else could be had where a line is late or refused."""

    SPLIT = "split"
    """The largest part that is on time, and the rest as early as it can be had."""
    WHOLE = "whole"
    """All of it at the earliest date, whatever the latest accepted one is."""
    FROZEN = "frozen"
    """All of it with work allowed in the frozen zone, where that is earlier."""
    RESEQUENCE = "resequence"
    """On time where all that may move is put in another order; every other promise is kept."""
    ALTERNATIVE = "alternative"
    """On time where some of it is done on another machine, or with another mould, than where it ends first."""
    OVERTIME = "overtime"
    """On time with hours worked in addition."""
    OUTSIDE = "outside"
    """On time where some of it is done by another firm."""
    DISPLACE = "displace"
    """On time in front of orders of lower priority, which are later for it."""


class CostKind(StrEnum):
    """What an option costs that an order on time would not."""

    DELAY = "delay"
    CHANGEOVER = "changeover"
    """Changeovers right before its own work."""
    OVERTIME = "overtime"
    """Its runs in hours worked in addition; of an option of overtime all of these hours."""
    MACHINE = "machine"
    """Its hours on other machines, less what they would cost where it would be done otherwise."""
    OUTSIDE = "outside"
    """Its hours at other firms."""
    DISPLACED = "displaced"
    """By how much promises to others that break for it are late, by the rates of their priorities."""


@dataclass(frozen=True, slots=True)
class OptionPart:
    """A quantity of an option, and when it would be promised; None: it can't be had."""

    quantity: int
    promised_time: datetime | None


@dataclass(frozen=True, slots=True)
class OptionCost:
    """How long (and how many changeovers, or lines late), and the price; `fen` None: the plant has no rate for it."""

    kind: CostKind
    duration: timedelta
    count: int = 0
    fen: int | None = None


@dataclass(frozen=True, slots=True)
class ChosenMode:
    """How an operation of the line would be done."""

    operation_id: str
    mode_id: str
    resource_id: str
    mould_id: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """Something else that could be had: it was placed in the plan, or in a copy of it, and taken back.

    `parts` stand in the order in which an order has to list them to get these dates.
    """

    kind: OptionKind
    parts: tuple[OptionPart, ...]
    costs: tuple[OptionCost, ...] = ()
    id: str = field(default="", compare=False)
    """By which it is accepted, for as long as the desk remembers it."""
    displaced: tuple[Displaced, ...] = ()
    """Lines of others that are later for it, those first whose promise breaks."""
    displaced_count: int = 0
    """How many there are; not all of those are named whose promise survives."""
    hours: tuple[ExtraHours, ...] = ()
    """What would be worked in addition."""
    modes: tuple[ChosenMode, ...] = ()
    """Operations done otherwise than where they end first."""
    moves: tuple[Move, ...] = ()
    """Operations of others that leave their order on a machine, or the machine."""
    moved: int = 0
    """How many there are; not all are named."""

    @property
    def breaks(self) -> tuple[Displaced, ...]:
        """Lines whose promise does not survive it."""
        return tuple(each for each in self.displaced if not each.survives)
