"""Prices of a machine's time: what they prove is never more than the best plan costs, and more than pieces prove."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.arrays import Ints
from scheduler.improve.bound import Alone, transport
from scheduler.improve.prices import cost_at, first_prices, priced

LOOKS = 10**8
ROWS = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 40), st.integers(-20, 150), st.integers(0, 9)), min_size=1, max_size=6
)
"""Release, length, due time and weight of each operation."""


def columns(rows: list[tuple[int, int, int, int]]) -> tuple[Ints, Ints, Ints, Ints]:
    head, length, due, weight = np.array(rows, np.int64).T.copy()
    return head, length, due, weight


def least(rows: list[tuple[int, int, int, int]]) -> int:
    """Weighted tardiness of the best order of all."""
    found = []
    for order in permutations(rows):
        now = cost = 0
        for head, length, due, weight in order:
            now = max(now, head) + length
            cost += weight * max(0, now - due)
        found.append(cost)
    return min(found)


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_prices_prove_no_more_than_the_best_of_all_orders_costs(rows: list[tuple[int, int, int, int]]) -> None:
    """With releases and weights, after many rounds and after few."""
    best = least(rows)
    assert 0 <= priced(*columns(rows), LOOKS // 20) <= best
    assert first_prices(*columns(rows))[2] >= best


@given(ROWS, st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_any_prices_prove_something_true(rows: list[tuple[int, int, int, int]], price: list[int]) -> None:
    """Prices drawn at random for four slots over the time that a plan without idle time needs."""
    head, length, due, weight = columns(rows)
    slot = -(-int(head.max() + length.sum()) // 4)
    use = np.zeros(4)
    assert cost_at(head, length, due, weight, np.array([*price, 0], float), slot, use) <= least(rows) + 1e-6
    assert use.sum() == length.sum()


def test_prices_prove_nearly_all_of_what_a_late_dozen_costs() -> None:
    """Twelve operations of 100 s, all due at 0, cost 7,800 s in any order; cut into pieces, 4,763 s would do."""
    head, length, due, weight = columns([(0, 100, 0, 1)] * 12)
    assert transport(Alone(head, length, due, weight, np.arange(12))) < 5_000
    assert 7_700 <= priced(head, length, due, weight, LOOKS) <= 7_800


def test_long_work_counts_whole() -> None:
    """300 s beside two releases that it would cover: 290 s late at least; pieces would fit around them."""
    rows = [(0, 300, 310, 1), (60, 100, 160, 1), (320, 100, 420, 1)]
    assert least(rows) == 290
    head, length, due, weight = columns(rows)
    pieces = transport(Alone(head, length, due, weight, np.arange(3)))
    assert pieces < 100 < 200 < priced(head, length, due, weight, LOOKS) <= 290


def test_few_looks_prove_nothing() -> None:
    """A bound that has no time is 0."""
    assert priced(*columns([(0, 100, 0, 1)]), 1000) == 0
