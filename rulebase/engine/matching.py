"""The seam between the engines: which rules of one stratum are met by the facts as they stand."""

from __future__ import annotations

from typing import Protocol

from rulebase.engine.layout import Slots

Match = tuple[int, int]
"""The number of a rule in its set, and the place of the line (-1: the order)."""


Matches = tuple[list[Match], list[Match]]
"""What is met, and what the matcher leaves to the careful form of the rule."""


class Matcher(Protocol):
    """One flat stratum. All firm facts are there; absence, rank and chaining are the caller's."""

    def match(self, order: Slots, lines: list[Slots]) -> Matches:
        """The rules that are met, in any order, each once for each line."""
