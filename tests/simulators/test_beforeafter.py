"""Before and after: the frozen figures of a firm without a desk, and how runs are summed up."""

import pytest

from domain.values import replace
from simulators import published
from simulators.beforeafter import Figures, arrivals, before, interval, main, table
from simulators.factories import make

MOULDING = published.CASES["moulding"]
BRAKES = published.CASES["brakes"]
FROZEN = (357, 0.5966, 75)
"""Lines, share on time, orders put in front of others."""
FURNITURE = published.CASES["furniture"]
FROZEN_BRAKES = (154, 0.9091, 0.8766)
"""Lines, share on time, and within 96 hours."""
FROZEN_FURNITURE = (208, 0.9952, 0.9327)
"""Lines, shares on time and by the date asked."""


def test_a_firm_without_a_desk_comes_out_the_same_on_every_machine():
    """Seed 1 of the plastics, as it was frozen: whoever changes a habit or a disturbance finds another figure here."""
    found = before(MOULDING, 1.0, 1)
    assert (found.lines, round(found.on_time, 4), found.expedited) == FROZEN


def test_a_maker_of_brakes_without_a_desk_comes_out_the_same_on_every_machine():
    """Seed 1, the first two days of those that were frozen."""
    found = before(replace(BRAKES, days=2), 1.0, 1)
    assert (found.lines, round(found.on_time, 4), round(found.window, 4)) == FROZEN_BRAKES


def test_a_furniture_works_without_a_desk_comes_out_the_same_on_every_machine():
    """Seed 1, the first day of those that were frozen."""
    found = before(replace(FURNITURE, days=1), 1.0, 1)
    assert (found.lines, round(found.on_time, 4), round(found.asked, 4)) == FROZEN_FURNITURE


def test_orders_of_before_and_after_are_the_same_and_none_is_typed_twice():
    """By seed; another seed has others."""
    factory = make("moulding")
    came = arrivals(factory, 5, 3)
    assert came == arrivals(factory, 5, 3) != arrivals(factory, 5, 4)
    assert len({order.id for _, order in came}) == len(came)
    assert [at for at, _ in came] == sorted(at for at, _ in came)


def test_an_interval_is_students_and_none_of_a_single_run():
    """Of 1, 2, 3: 2 and 4.303 times 1 by the root of 3."""
    assert interval([1.0, 2.0, 3.0]) == (2.0, pytest.approx(2.4843, abs=1e-3))
    assert interval([5.0]) == (5.0, 0.0)


def test_the_table_has_a_row_for_each_office_and_level():
    """Shares in percent."""
    rows = [
        Figures(office, level, 1, 10, 0.9, 0.8, 0.0, 5, 4, 3, 0.01, 0, 0, 0, 0)
        for office in ("before", "after") for level in (1.0, 2.0)
    ]  # fmt: skip
    said = table(rows).splitlines()
    assert len(said) == 2 + 4
    assert said[2].startswith("| before | 1 | 1 | 10.0 ± 0.0 | 90.0 ± 0.0 |")


def test_an_unknown_factory_is_refused_with_those_that_are_known(capsys):
    """As every command line does."""
    with pytest.raises(SystemExit):
        main(["bakery"])
    assert "moulding" in capsys.readouterr().err
