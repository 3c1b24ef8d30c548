"""Chance in whole numbers: the same draws from the same key on every machine."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cached_property
from itertools import accumulate, pairwise
from random import Random
from typing import TypeVar

from domain.errors import InvalidInput

Thing = TypeVar("Thing")

BITS = 53
PERMILLE = 1000
_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN, Emin=-999_999_999, Emax=999_999_999)


@dataclass(frozen=True)
class Weights:
    """Whole weights of the places 0, 1, ...; at least one is above 0."""

    values: tuple[int, ...]

    def __post_init__(self) -> None:
        if min(self.values, default=-1) < 0 or not sum(self.values):
            raise InvalidInput.one("weights", f"{self.values[:9]}", "0 or more each, above 0 together")

    @cached_property
    def sums(self) -> list[int]:
        """The weights up to and with each place."""
        return list(accumulate(self.values))


@dataclass(frozen=True, slots=True)
class Spread:
    """Whole numbers by quantile: `points` are evenly spaced from the least to the greatest, and rise evenly between."""

    points: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.points or any(after < before for before, after in pairwise(self.points)):
            raise InvalidInput.one("points", f"{self.points[:9]}", "one or more that never fall")

    @property
    def mean(self) -> float:
        """The mean of many draws, but for rounding down between the points."""
        if len(self.points) == 1:
            return float(self.points[0])
        return sum(before + after for before, after in pairwise(self.points)) / (2 * (len(self.points) - 1))


class Chance:
    """Draws that depend on the key alone: neither on the platform's floats nor on what others draw.

    `Random.random` is the one method whose numbers Python promises to keep; it gives 53 bits, and all that is drawn
    here is whole-number arithmetic upon them.
    """

    def __init__(self, *key: object) -> None:
        self._random = Random("/".join(map(str, key)))

    def below(self, limit: int) -> int:
        """A whole number from 0 to below `limit`."""
        return (self._bits() * limit) >> BITS

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def happens(self, permille: int) -> bool:
        """True `permille` times in a thousand."""
        return self.below(PERMILLE) < permille

    def place(self, weights: Weights) -> int:
        """A place by its weight."""
        return bisect_right(weights.sums, self.below(weights.sums[-1]))

    def one(self, things: tuple[Thing, ...]) -> Thing:
        """One of several, each as likely."""
        return things[self.below(len(things))]

    def spread(self, spread: Spread) -> int:
        """A number of a spread."""
        return self.spread_part(spread, 0, 1)

    def spread_part(self, spread: Spread, part: int, parts: int) -> int:
        """A number of one of so many equally likely parts of a spread, counted from 0, the least."""
        points = spread.points
        if len(points) == 1:
            return points[0]
        whole = (len(points) - 1) << 32
        first, last = (whole * each // parts for each in (part, part + 1))
        place, share = divmod(first + self.below(last - first), 1 << 32)
        low, high = points[place], points[place + 1]
        return low + ((high - low) * share >> 32)

    def shuffled(self, count: int) -> list[int]:
        """The numbers from 0 to below `count` in some order, each order as likely."""
        found = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            found[last], found[other] = found[other], found[last]
        return found

    def poisson(self, mean_milli: int) -> int:
        """A count of independent arrivals, `mean_milli` thousandths in the mean.

        By inversion in decimal arithmetic, whose exponential is correctly rounded and so the same everywhere.
        """
        if mean_milli <= 0:
            return 0
        mean = Decimal(mean_milli).scaleb(-3)
        share = _EXACT.exp(-mean)
        reached = _EXACT.divide(Decimal(self._bits()), Decimal(1 << BITS))
        total, count = share, 0
        most = 20 * mean_milli // PERMILLE + 100  # Beyond it the shares are too small to be added up.
        while total <= reached and count < most:
            count += 1
            share = _EXACT.divide(_EXACT.multiply(share, mean), Decimal(count))
            total = _EXACT.add(total, share)
        return count

    def _bits(self) -> int:
        return int(self._random.random() * (1 << BITS))


def heavy_tail(count: int, shift: int) -> tuple[int, ...]:
    """Weights of `count` places that fall as 1 / (place + shift): the greater the shift, the flatter the head."""
    return tuple(10**9 // (place + shift) for place in range(1, count + 1))
