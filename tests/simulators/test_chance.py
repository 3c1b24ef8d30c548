"""Draws in whole numbers, the same on every machine."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from simulators.chance import Chance, Spread, Weights, heavy_tail

KNOWN = [393, 881, 588, 513, 789]
COUNTS = [3, 8, 3, 5, 11, 6, 4, 4]


def test_the_same_key_draws_the_same():
    """Known numbers: another platform or version that draws others fails here."""
    chance = Chance("key", 1)
    assert [chance.below(1000) for _ in range(5)] == KNOWN
    assert [Chance("key", 2).below(1000) for _ in range(2)] != KNOWN[:2]
    assert [Chance("poisson", n).poisson(4_500) for n in range(8)] == COUNTS


def test_weights_are_kept():
    """Three times the weight, about three times as often; no weight, never."""
    chance = Chance("weights")
    found = Counter(chance.place(Weights((1, 0, 3))) for _ in range(4000))
    assert found[1] == 0
    assert 2850 < found[2] < 3150


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=5), st.integers())
def test_a_spread_stays_between_its_ends(points, key):
    """Whatever it rises to."""
    spread = Spread(tuple(sorted(points)))
    assert spread.points[0] <= Chance(key).spread(spread) <= spread.points[-1]


def test_a_spread_has_its_mean():
    """Half of the draws lie below the middle point."""
    spread, chance = Spread((0, 100, 1000)), Chance("spread")
    draws = [chance.spread(spread) for _ in range(4000)]
    assert spread.mean == 300.0
    assert abs(sum(draws) / 4000 - 300) < 15
    assert abs(sum(draw < 100 for draw in draws) - 2000) < 120


def test_counts_of_arrivals_have_the_mean_and_the_variance_of_independent_ones():
    """Both 920 a day."""
    counts = [Chance("day", day).poisson(920_000) for day in range(200)]
    mean = sum(counts) / 200
    assert abs(mean - 920) < 5
    assert 750 < sum((count - mean) ** 2 for count in counts) / 200 < 1100
    assert Chance("none").poisson(0) == 0


def test_bad_weights_and_spreads_are_refused():
    """Nothing to choose from, and points that fall."""
    for make in (lambda: Weights((0, 0)), lambda: Weights(()), lambda: Spread((2, 1)), lambda: Spread(())):
        with pytest.raises(InvalidInput):
            make()


def test_a_heavy_tail_falls_slowly():
    """The tenth has a tenth of the first at shift 0, and almost all of it at a great shift."""
    assert heavy_tail(10, 0)[9] * 10 == heavy_tail(10, 0)[0]
    assert heavy_tail(10, 1000)[9] > 0.99 * heavy_tail(10, 1000)[0]
