"""Linear inequalities over whole and broken numbers: none fits (proven), a point that fits, or nobody can tell.

Fourier-Motzkin elimination in exact fractions. Where all variables of a row are whole numbers its bound is drawn in to
the next multiple, so that `2 x = 3` has no solution. What it proves impossible is so; a point is looked for by putting
the variables back one by one, whole ones at whole places, and where none is found the answer is open.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, gcd, lcm

from msgspec import Struct

ROWS_MAX = 600
STEPS_MAX = 400

Variable = Hashable


class Row(Struct, frozen=True):
    """The sum of factors times variables is at most the bound, or below it where `strict`."""

    factors: tuple[tuple[Variable, int], ...]
    bound: Fraction
    strict: bool = False

    def factor(self, variable: Variable) -> int:
        """The factor of a variable, 0 where it isn't in the row."""
        return next((factor for one, factor in self.factors if one == variable), 0)


def row(factors: Mapping[Variable, Fraction], bound: Fraction, strict: bool, broken: Collection[Variable]) -> Row:
    """A row with whole factors without a common divisor; `broken` are the variables that needn't be whole."""
    kept = {variable: factor for variable, factor in factors.items() if factor}
    scale = lcm(*(factor.denominator for factor in kept.values())) if kept else 1
    whole = {variable: int(factor * scale) for variable, factor in kept.items()}
    shared = gcd(*whole.values()) if whole else 1
    limit = bound * scale / shared
    ordered = tuple(sorted(((one, factor // shared) for one, factor in whole.items()), key=lambda pair: str(pair[0])))
    if kept and not any(variable in broken for variable in kept):
        limit = Fraction(ceil(limit) - 1 if strict else floor(limit))
        strict = False
    return Row(ordered, limit, strict)


class Solution(Struct, frozen=True):
    """What came of it: `possible` False is proven; True has a `point`; None: nobody can tell."""

    possible: bool | None
    point: Mapping[Variable, Fraction]


def solve(rows: Iterable[Row], broken: Collection[Variable] = ()) -> Solution:
    """A point that fits all rows."""
    left = list(dict.fromkeys(rows))
    # One that stands only in rows which another variable alone can meet is anything.
    free = {variable: Fraction(0) for one in left for variable, _ in one.factors}
    stages: list[tuple[Variable, list[Row]]] = []
    while True:
        if any(not one.factors and _fails(one) for one in left):
            return Solution(False, {})
        variables = {variable for one in left for variable, _ in one.factors}
        if not variables:
            break
        variable = min(sorted(variables, key=str), key=lambda one: _growth(left, one))
        own = [one for one in left if one.factor(variable)]
        stages.append((variable, own))
        left = _without(variable, own, left, broken)
        if len(left) > ROWS_MAX:
            return Solution(None, {})
    for variable, _ in stages:
        del free[variable]
    point = _Placing(stages, broken).run(free)
    return Solution(None, {}) if point is None else Solution(True, point)


def _fails(empty: Row) -> bool:
    return empty.bound < 0 or (empty.strict and empty.bound == 0)


def _growth(rows: Sequence[Row], variable: Variable) -> int:
    factors = [one.factor(variable) for one in rows]
    ups, downs = sum(factor > 0 for factor in factors), sum(factor < 0 for factor in factors)
    return ups * downs - ups - downs


def _without(variable: Variable, own: list[Row], rows: list[Row], broken: Collection[Variable]) -> list[Row]:
    """What the rows say of the other variables."""
    found = dict.fromkeys(one for one in rows if not one.factor(variable))
    ups = [one for one in own if one.factor(variable) > 0]
    downs = [one for one in own if one.factor(variable) < 0]
    for up in ups:
        for down in downs:
            found[_joined(up, down, variable, broken)] = None
    return list(found)


def _joined(up: Row, down: Row, variable: Variable, broken: Collection[Variable]) -> Row:
    first, second = -down.factor(variable), up.factor(variable)
    factors: dict[Variable, Fraction] = {}
    for one, times in ((up, first), (down, second)):
        for name, factor in one.factors:
            factors[name] = factors.get(name, Fraction(0)) + factor * times
    return row(factors, up.bound * first + down.bound * second, up.strict or down.strict, broken)


class _Placing:
    """Puts the variables back, the last that was taken out first."""

    def __init__(self, stages: Sequence[tuple[Variable, list[Row]]], broken: Collection[Variable]) -> None:
        self._stages = list(reversed(stages))
        self._broken = broken
        self._steps = 0

    def run(self, free: Mapping[Variable, Fraction]) -> Mapping[Variable, Fraction] | None:
        return self._place(0, dict(free))

    def _place(self, stage: int, point: dict[Variable, Fraction]) -> dict[Variable, Fraction] | None:
        if stage == len(self._stages):
            return point
        variable, rows = self._stages[stage]
        for value in self._values(variable, rows, point):
            self._steps += 1
            if self._steps > STEPS_MAX:
                return None
            found = self._place(stage + 1, {**point, variable: value})
            if found is not None:
                return found
        return None

    def _values(self, variable: Variable, rows: list[Row], point: Mapping[Variable, Fraction]) -> list[Fraction]:
        """Values that the rows allow: at the lower limit, at the upper one, between."""
        low: Fraction | None = None
        high: Fraction | None = None
        low_strict = high_strict = False
        for one in rows:
            factor = one.factor(variable)
            rest = sum((point[name] * times for name, times in one.factors if name != variable), Fraction(0))
            limit = (one.bound - rest) / factor
            if factor > 0 and (high is None or (limit, not one.strict) < (high, not high_strict)):
                high, high_strict = limit, one.strict
            if factor < 0 and (low is None or (-limit, not one.strict) < (-low, not low_strict)):
                low, low_strict = limit, one.strict
        if variable in self._broken:
            return _broken_values(low, low_strict, high, high_strict)
        least = None if low is None else floor(low) + 1 if low_strict else ceil(low)
        most = None if high is None else ceil(high) - 1 if high_strict else floor(high)
        if least is not None and most is not None:
            return [Fraction(one) for one in dict.fromkeys((least, most, (least + most) // 2)) if least <= one <= most]
        start = least if least is not None else most if most is not None else 0
        step = -1 if least is None and most is not None else 1
        return [Fraction(start + step * far) for far in (0, 1, 1000)]


def _broken_values(low: Fraction | None, low_open: bool, high: Fraction | None, high_open: bool) -> list[Fraction]:
    if low is None and high is None:
        return [Fraction(0)]
    if low is None or high is None:
        end = low if low is not None else high
        assert end is not None
        away = Fraction(1 if high is None else -1)
        return [end + away] if (low_open or high_open) else [end, end + away]
    if low > high or (low == high and (low_open or high_open)):
        return []
    return [low] if low == high else [(low + high) / 2]
