"""What a solve gives back: sequences, and how good they are."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from scheduler.cpsat.problem import Level


class Status(StrEnum):
    """How a solve ended; the solver's own words are translated in one place."""

    OPTIMAL = "optimal"
    """Nothing in the model is better, on any level."""
    FEASIBLE = "feasible"
    """Found within the limits; something better may exist."""
    NOTHING = "nothing"
    """Nothing was found within the limits. That says nothing about whether there is something."""
    INFEASIBLE = "infeasible"
    """The model has no solution."""
    CANCELLED = "cancelled"
    """The caller gave up before anything was found."""


class Place(Struct, frozen=True):
    """Where a task goes: its way, and the times by which the sequences are ordered (not yet the plan's)."""

    key: int
    way: int
    visit_s: int
    start_s: int
    end_s: int


class Reached(Struct, frozen=True):
    """The value of one level, and the best that anything could have (None: no bound)."""

    level: Level
    value: int
    bound: int | None

    @property
    def gap(self) -> float | None:
        """Share of the value that may be too much; None without a bound."""
        if self.bound is None:
            return None
        return 0.0 if self.value <= self.bound else (self.value - self.bound) / max(1, self.value)


class Solution(Struct, frozen=True):
    """Places in rank order, when any were found, and what is known of them."""

    status: Status
    version: int
    places: tuple[Place, ...] = ()
    levels: tuple[Reached, ...] = ()
    seconds: float = 0.0
    moved: int = 0
    """Tasks that stand elsewhere than before: another way, or another start."""
