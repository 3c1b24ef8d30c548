"""Load and bottlenecks: what is booked, what a plan of orders would need, and what is short."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.trade import CostRate
from domain.values import replace
from promising.forecast import Outside, Wanted, spread
from tests.promising.desks import MONDAY, Bench, ask, bench, order
from tests.promising.desks import shop as plain_shop

HOUR = 3600


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """SO-1 takes M1 from 8 to 10; an hour of overtime costs 90 yuan, one outside 120."""
    rates = (CostRate("overtime_hour", 9_000), CostRate("outside_hour", 12_000))
    with bench(tmp_path / "plant.sqlite", plant=replace(plain_shop(), cost_rates=rates)) as made:
        made.desk.promise(ask(order("SO-1", days=0)))
        yield made


def test_what_is_booked_and_free_and_where_hours_are_short(shop: Bench) -> None:
    """30 hours of caps by Tuesday night find 22 in M1: eight are short, two days of twelve less two booked."""
    found = shop.desk.forecast(None, 1, [Wanted("cap", 30 * 120, at(36))])
    first, *others = found
    assert (first.work_centre, first.short, first.short_by) == ("M1", 8 * HOUR, at(24) - timedelta(hours=8))
    day, next_day, third, *_ = first.days
    assert [(x.working, x.booked, x.planned, x.free) for x in (day, next_day, third)] == [
        (12 * HOUR, 2 * HOUR, 10 * HOUR, 0),
        (12 * HOUR, 0, 12 * HOUR, 0),
        (12 * HOUR, 0, 0, 12 * HOUR),
    ]
    assert (first.overtime_fen, first.outside) == (72_000, (Outside("cap", 30 * HOUR, 360_000),))
    assert all(each.short == 0 and each.outside == () for each in others)
    assert shop.desk.forecast(None, 1, [])[0].short == 0
    assert len(shop.desk.schedule()) == 1


@pytest.mark.parametrize(
    ("weeks", "wanted", "field"),
    [
        (0, [], "weeks"),
        (27, [], "weeks"),
        (1, [Wanted("nail", 1, at(5))], "item_id"),
        (1, [Wanted("cap", 1, at(5))] * 1001, "wanted"),
    ],
)
def test_what_cannot_be_foreseen_is_refused(shop: Bench, weeks, wanted, field) -> None:
    """With the field."""
    with pytest.raises(InvalidInput, match=field):
        shop.desk.forecast(None, weeks, wanted)


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(-3, 15), st.integers(0, 60)), max_size=12),
)
def test_short_is_the_most_that_is_due_by_a_day_beyond_what_is_free_by_then(free, due) -> None:
    """However it is spread: nothing is lost, no day takes more than it has, and no less than must be is short."""
    taken, over = spread(free, due)
    assert all(0 <= one <= most for one, most in zip(taken, free, strict=True))
    assert sum(taken) + sum(over) == sum(seconds for _, seconds in due)
    last = len(free) - 1
    wanted = [sum(seconds for day, seconds in due if min(day, last) <= by) for by in range(-1, len(free))]
    beyond = [seconds - sum(free[:by]) for by, seconds in enumerate(wanted)]
    assert sum(over) == max(0, *beyond)
