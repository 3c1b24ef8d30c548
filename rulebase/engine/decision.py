"""The record of one decision: what was read, which rules fired, what came of it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from rulebase.language.tree import Fact, Outcome, Text
from rulebase.language.vocabulary import FactValue


class Stage(StrEnum):
    """Which rules have a say."""

    ADMIT = "admit"
    """Before placing: those that read nothing of the promise."""
    APPROVE = "approve"
    """After placing: all are matched, those that read the promise decide."""
    WHOLE = "whole"
    """All at once: for examples and rehearsals."""


class Trouble(StrEnum):
    """Why a rule that should have been told wasn't, or what it leaves open."""

    UNTOLD = "untold"
    """A fact is missing, or a division by zero: nobody knows whether the rule is met."""
    CONFLICT = "conflict"
    """Rules of one rank set a fact to different values."""
    MISSING = "missing"
    """A document or attribute is demanded and isn't there."""
    LIMIT = "limit"
    """More matches than one decision may have; none of them counts."""


class Firing(Struct, frozen=True):
    """A rule that fired, for a line or the whole order (None), with the values that it read."""

    rule: Text
    rank: int
    line: int | None
    values: tuple[tuple[Fact, FactValue | None], ...]
    reason: Text | None


class Open(Struct, frozen=True):
    """What keeps an order from passing until a human has looked. `rules` are names, `what` is a fact or a paper."""

    trouble: Trouble
    rules: tuple[Text, ...]
    line: int | None = None
    what: str = ""


class Record(Struct, frozen=True):
    """Everything about the verdict on one order.

    `fired`: the highest rank first, then by name and line. `deciding`: those of them that made the outcome; of an order
    that is held all that a human has to look at. `frozen`
    are places of lines. `derived` has the facts that rules set, by `key_of`, those of lines with their place.
    """

    outcome: Outcome
    fired: tuple[Firing, ...] = ()
    deciding: tuple[Firing, ...] = ()
    reviewers: tuple[Text, ...] = ()
    open: tuple[Open, ...] = ()
    notes: tuple[Text, ...] = ()
    frozen: tuple[int, ...] = ()
    offered: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    derived: tuple[tuple[str, int | None, FactValue], ...] = ()

    def value(self, key: str, line: int | None = None) -> FactValue | None:
        """What rules set a fact to; None where no rule did."""
        return next((value for name, place, value in self.derived if (name, place) == (key, line)), None)
