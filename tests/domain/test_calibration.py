"""What executed work teaches of the dates to come, and how far it can be trusted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calibration import LEAST, LEVELS, ExecutedLine, LearnedFrom, LoadBand, learned, order_statistics
from domain.errors import InvalidInput

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
LEAD = timedelta(hours=10)


def made(late_hours: float, family: str = "caps", routing: str = "cap", waiting: int | None = 10) -> ExecutedLine:
    """A line that was planned to take ten hours and took so many more."""
    return ExecutedLine(family, routing, MONDAY, MONDAY + LEAD, MONDAY + LEAD + timedelta(hours=late_hours), waiting)


@given(st.lists(st.integers(-(10**6), 10**7), min_size=2, max_size=60))
def test_each_level_covers_the_next_line_at_least_as_often_as_it_says(slips):
    """Any of the lines may be the next one: among them all, so many at least are within what the others teach."""
    taught = [order_statistics([*slips[:i], *slips[i + 1 :]]) for i in range(len(slips))]
    for place, level in enumerate(LEVELS):
        if place < len(taught[0]):
            within = sum(slip <= others[place] for slip, others in zip(slips, taught, strict=True))
            assert 100 * within >= level * len(slips)


@given(st.lists(st.integers(-(10**6), 10**7), min_size=100, max_size=110, unique=True))
@settings(max_examples=10)
def test_no_level_covers_more_than_its_share_and_one_line(slips):
    """Where no two are alike, a level is not bought with needless buffer."""
    taught = [order_statistics([*slips[:i], *slips[i + 1 :]]) for i in range(len(slips))]
    for place, level in enumerate(LEVELS):
        within = sum(slip <= others[place] for slip, others in zip(slips, taught, strict=True))
        assert 100 * within < level * len(slips) + 100


def test_a_level_needs_lines_enough():
    """Of 19 the highest is what P95 needs; of 18 nothing tells it. P99 takes 99."""
    assert order_statistics(range(19))[LEVELS.index(95)] == 18
    assert len(order_statistics(range(18))) == LEVELS.index(95)
    assert order_statistics(range(1, 100))[-1] == 99
    assert len(order_statistics(range(98))) == len(LEVELS) - 1


def test_slips_are_shares_of_the_planned_lead_time():
    """An hour behind ten is a tenth; a third of an hour is rounded up; ahead of the plan it is negative."""
    assert made(1).slip == 100_000
    assert made(1 / 3).slip == 33_334
    assert made(-2.5).slip == -250_000


def test_thin_history_falls_back_to_the_family_then_to_the_plant_then_to_nothing():
    """30 lines are enough; 29 are not, whatever they say."""
    caps = [made(1) for _ in range(LEAST)]
    lids = [made(2, "lids", "lid", 60) for _ in range(LEAST - 1)]
    found = learned([*caps, *lids, made(2, "lids", "other", None)], 1, MONDAY)

    def asked(family: str, routing: str, band: LoadBand | None, level: int = 80):
        cell = found.find(family, routing, band, level)
        return None if cell is None else (cell.whole, cell.count, cell.slip_at(level))

    assert asked("caps", "cap", LoadBand.LIGHT) == (LearnedFrom.CELL, 30, 100_000)
    assert asked("caps", "cap", LoadBand.FULL) == (LearnedFrom.FAMILY, 30, 100_000)
    assert asked("lids", "lid", LoadBand.BUSY) == (LearnedFrom.FAMILY, 30, 200_000)
    assert asked("boxes", "box", LoadBand.LIGHT) == (LearnedFrom.PLANT, 60, 200_000)
    assert asked("boxes", "box", LoadBand.LIGHT, 99) is None
    thin = learned(caps[:-1], 1, MONDAY)
    assert thin.find("caps", "cap", LoadBand.LIGHT, 50) is None
    assert thin.cells[0].level_of(10**9) == 0


def test_a_date_is_as_sure_as_the_highest_level_that_it_leaves_room_for():
    """Lines one hour late after the other: with two tenths in hand a fifth of them would have been in time."""
    cell = learned([made(hours / 10) for hours in range(1, 100)], 1, MONDAY).cells[0]
    assert (cell.level_of(200_000), cell.level_of(199_999), cell.level_of(9_900_000)) == (20, 15, 99)
    assert cell.level_of(0) == 0


def test_load_is_how_much_of_its_time_a_line_waits():
    """Any is light, half is busy, four fifths are full; who waits for nobody is free."""
    bands = [LoadBand.of(percent) for percent in (0, 1, 49, 50, 79, 80, 100)]
    assert bands == [
        LoadBand.FREE, LoadBand.LIGHT, LoadBand.LIGHT, LoadBand.BUSY, LoadBand.BUSY, LoadBand.FULL, LoadBand.FULL,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "completed", "field"), [(0, 1, "planned_time"), (1, -1, "completed_time"), (-1, 1, "planned_time")]
)
def test_times_that_cannot_be_are_refused(planned, completed, field):
    """Nothing is planned before it was decided, nor complete."""
    with pytest.raises(InvalidInput) as caught:
        ExecutedLine("", "", MONDAY, MONDAY + timedelta(hours=planned), MONDAY + timedelta(hours=completed))
    assert caught.value.violations[0].field == field
