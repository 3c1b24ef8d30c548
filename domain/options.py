"""What else could be had where a line is late or refused, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.displacements import Displaced
from domain.hours import ExtraHours
from domain.rescues import Move
from domain.values import replace


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


class OptionPart(Struct, frozen=True):
    """A quantity of an option, and when it would be promised; None: it can't be had."""

    quantity: int
    promised_time: datetime | None


class OptionCost(Struct, frozen=True):
    """How long (and how many changeovers, or lines late), and the price; `fen` None: the plant has no rate for it."""

    kind: CostKind
    duration: timedelta
    count: int = 0
    fen: int | None = None


class ChosenMode(Struct, frozen=True):
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


class OptionOutcome(StrEnum):
    """How looking for a kind of option ended."""

    FOUND = "found"
    NONE = "none"
    """Looked for to the end: there is none among what is tried, or none at all."""
    OUT_OF_TIME = "out_of_time"
    """Not looked for to the end: there may be one."""
    NOT_APPLICABLE = "not_applicable"
    """It can't be there, or isn't for this order."""


class OptionWhy(StrEnum):
    """Why a line has no option of a kind."""

    ALL_TRIED = "all_tried"
    """All that the kind tries was tried, and none is in time; no proof."""
    PROVED = "proved"
    """The solver proved that there is none with what it holds fixed."""
    NOT_EARLIER = "not_earlier"
    """It brings nothing forward."""
    TIME = "time"
    """The time for options was over before it, or in the middle of it."""
    TRIES = "tries"
    """The tries that it has were used up."""
    BUSY = "busy"
    """It wasn't begun: options of other orders were being looked for."""
    UNAVAILABLE = "unavailable"
    """No process of the solver was free or it failed, or the plan is too large for it."""
    OVERTAKEN = "overtaken"
    """It was in time when options were looked for; the plan moved on before the decision."""
    DELIVERED_TOGETHER = "delivered_together"
    """Lines of an order that is delivered complete aren't divided."""
    DIVIDED = "divided"
    """What is late was divided already, as the order asks for."""
    LOT_SIZE = "lot_size"
    """By lot minimum and multiple of the item it can't be two lots."""
    NO_FROZEN_ZONE = "no_frozen_zone"
    """The plant has none, or the order may go into it anyway."""
    NO_OTHER_MODE = "no_other_mode"
    """Each operation has one machine and mould only."""
    NO_FIRM = "no_firm"
    """No operation has a mode at another firm."""
    NOBODY_BELOW = "nobody_below"
    """No order of lower priority is in the plan."""
    NO_HOURS = "no_hours"
    """There is no time after the shifts of its machines before the date that is wanted."""
    HELD = "held"
    """The order is held: nothing is promised yet."""
    RULES = "rules"
    """Rules refuse the order, whatever its date."""
    QUOTA = "quota"
    """A quota or a floor leaves no room in the period."""

    @property
    def outcome(self) -> OptionOutcome:
        """How looking ended then."""
        if self in _LOOKED:
            return OptionOutcome.NONE
        return OptionOutcome.OUT_OF_TIME if self in _BROKEN_OFF else OptionOutcome.NOT_APPLICABLE


_LOOKED = frozenset({OptionWhy.ALL_TRIED, OptionWhy.PROVED, OptionWhy.NOT_EARLIER})
_BROKEN_OFF = frozenset(
    {OptionWhy.TIME, OptionWhy.TRIES, OptionWhy.BUSY, OptionWhy.UNAVAILABLE, OptionWhy.OVERTAKEN}
)  # fmt: skip


class OptionSearch(Struct, frozen=True):
    """What looking for a kind came to for a line; `why` there is no option of it, None: there is."""

    kind: OptionKind
    why: OptionWhy | None = None

    @property
    def outcome(self) -> OptionOutcome:
        """How it ended."""
        return OptionOutcome.FOUND if self.why is None else self.why.outcome


class Looked(Struct, frozen=True):
    """What looking for several kinds came to for a line."""

    options: tuple[Option, ...] = ()
    searches: tuple[OptionSearch, ...] = ()

    @staticmethod
    def of(found: Mapping[OptionKind, Option | OptionWhy]) -> Looked:
        """By kind the option, or why there is none."""
        return Looked(
            tuple(each for each in found.values() if isinstance(each, Option)),
            tuple(
                OptionSearch(kind, None if isinstance(each, Option) else each) for kind, each in found.items()
            ),
        )  # fmt: skip

    def also(self, other: Looked) -> Looked:
        """With what looking for other kinds came to."""
        return Looked((*self.options, *other.options), (*self.searches, *other.searches))

    def with_all(self, why: OptionWhy) -> Looked:
        """With the kinds that nothing is told of yet, each without an option for this reason."""
        told = {search.kind for search in self.searches}
        rest = tuple(OptionSearch(kind, why) for kind in OptionKind if kind not in told)
        return replace(self, searches=(*self.searches, *rest))
