"""The measure of whether dates mean what they say: what is counted, and that a stream is the same from its seed."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.calibration import ExecutedLine, learned
from simulators import calibrate, calibrate_shop
from simulators.calibrate_real import Records
from simulators.calibrate_shop import OPENING, factors, shop, stream
from simulators.calibration_picture import draw
from simulators.coverage import Share, covered, date_of, lead_ratio, read_rows, write_rows
from simulators.executing import Execution

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def made(late_hours: float, family: str = "gears") -> ExecutedLine:
    """A line that was planned to take ten hours and took so many more."""
    return ExecutedLine(family, family, MONDAY, MONDAY + 10 * HOUR, MONDAY + (10 + late_hours) * HOUR, 0)


KNOWN = learned([made(n / 10) for n in range(1, 100)], 1, MONDAY)


def test_a_line_is_covered_when_it_is_there_by_its_date():
    """Half of those that were learned from were five hours late: six hours later is covered by P80, not by P50."""
    lines = [made(5), made(5.1), made(8), made(9.6), made(-1)]
    assert date_of(made(0), KNOWN, 50) == MONDAY + 15 * HOUR
    shares = [covered(lines, KNOWN, level) for level in (50, 80, 95)]
    assert [(share.of, share.all) for share in shares] == [(2, 5), (4, 5), (4, 5)]
    assert lead_ratio([made(5), made(10)], KNOWN) == pytest.approx(30 / 35)
    assert covered([made(1, "unknown")], learned([], 1, MONDAY), 50).all == 0


def test_no_date_is_before_the_plan():
    """What is mostly done earlier than planned is told for its planned end."""
    early = learned([made(-1) for _ in range(40)], 1, MONDAY)
    assert date_of(made(0), early, 95) == MONDAY + 10 * HOUR


def test_intervals_are_those_of_wilson():
    """Eight of ten, and none of ten (Wilson 1927; the second reaches 27.8 %)."""
    assert [round(end, 1) for end in Share(8, 10).interval] == [49.0, 94.3]
    assert [round(end, 1) for end in Share(0, 10).interval] == [0.0, 27.8]


@pytest.fixture(scope="module")
def short():
    """The first 15 orders of a stream, done with and without chance, and done again."""
    orders = stream(3, 88)[:15]

    def done(factor):
        return Execution(shop(), factor, OPENING, orders[-1][0]).run(orders)

    return done(factors(3, 88)), done(factors(3, 88)), done(lambda *_: 1.0)


def test_a_stream_is_done_alike_from_the_same_seed_and_as_planned_without_chance(short):
    """Every order is done; with no chance to the second when it was expected."""
    first, again, planned = short
    assert len(first) == 15
    assert [(one.order.id, one.completed) for one in first] == [(one.order.id, one.completed) for one in again]
    assert any(one.completed != one.line.expected_time for one in first)
    assert all(one.completed == one.line.expected_time for one in planned)


def test_what_was_done_teaches_as_a_closed_order_does(short, tmp_path):
    """Lines go into a table and come back, and make a picture."""
    lines = calibrate.lines_of(short[0], shop())
    assert len(lines) == 15
    assert {line.family for line in lines} <= set(calibrate_shop.FAMILIES)
    write_rows(tmp_path / "rows.csv", [("learned", lines), ("measured", lines[:5])])
    assert read_rows(tmp_path / "rows.csv") == {"learned": lines, "measured": lines[:5]}
    draw(learned(lines * 3, 1, MONDAY), lines, tmp_path / "levels.png")
    assert (tmp_path / "levels.png").read_bytes().startswith(b"\x89PNG")


def test_the_real_plant_learns_from_its_early_weeks_alone():
    """730 full shifts up to 15 December make in the mean what they let expect, of the 827 later ones nobody asked."""
    shifts = Records().shifts
    assert [len(shifts[later][""]) for later in (False, True)] == [730, 827]
    early, late = (sum(shifts[later][""]) / len(shifts[later][""]) for later in (False, True))
    assert (round(early, 3), round(late, 3)) == (1.0, 0.992)
