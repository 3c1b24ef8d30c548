"""The kinds of values that facts and expressions have. All are exact; none is ever a float."""

from __future__ import annotations

from enum import StrEnum

MICRO = 1_000_000
"""Numbers are kept in millionths: 12.5 % is 125,000."""


class Kind(StrEnum):
    """What a value is and how it is kept: integers for all but text, texts and flags."""

    COUNT = "count"
    """A whole number."""
    NUMBER = "number"
    """A decimal number or a percentage, in millionths."""
    MONEY = "money"
    """Fen."""
    DURATION = "duration"
    """Seconds."""
    MOMENT = "moment"
    """Unix seconds."""
    TEXT = "text"
    TEXTS = "texts"
    """A set of texts."""
    FLAG = "flag"
    """Yes or no."""

    @property
    def scale(self) -> int:
        """How many of the integers that are kept make one of the unit."""
        return MICRO if self is Kind.NUMBER else 1

    @property
    def plain(self) -> bool:
        """True for numbers without a unit."""
        return self in (Kind.COUNT, Kind.NUMBER)

    @property
    def ordered(self) -> bool:
        """True where one value can be above another."""
        return self in (Kind.COUNT, Kind.NUMBER, Kind.MONEY, Kind.DURATION, Kind.MOMENT)

    def fits(self, other: Kind) -> bool:
        """True where the two can be compared."""
        return self is other or (self.plain and other.plain)
