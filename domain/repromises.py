"""Promises checked anew after a change of supply or capacity: who must, who may improve, who may give way."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from domain.promises import Reason
from domain.proposals import ProposedLine


class Treatment(StrEnum):
    """What may become of an order that is promised anew."""

    CONFIRM = "confirm"
    """It has to be had by the time asked for."""
    IMPROVE = "improve"
    """It may come earlier, and never later."""
    GIVE_WAY = "give_way"
    """It may come later where others need its place or its material."""


class Became(StrEnum):
    """What became of a line that was promised anew."""

    AS_IT_WAS = "as_it_was"
    EARLIER = "earlier"
    LATER = "later"
    MISSED = "missed"
    """It had to be had by the time asked for and can't be, or gave way and has no place any more: nothing is done."""


class RepromisedLine(Struct, frozen=True):
    """A line before and after, and why.

    `reasons` are those of the new date, or of the `earliest` that could be had of a missed one (None: none is known).
    A `fixed` line's work has begun, is frozen or pinned: it stays where it is, and only its date may change.
    """

    line: ProposedLine
    treatment: Treatment
    became: Became
    reasons: tuple[Reason, ...] = ()
    earliest: datetime | None = None
    fixed: bool = False
