"""Peak days against ordinary ones in small worlds: which orders come, what is counted, what the page shows."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from client.catalogue import use_language
from domain.calibration import Calibration, ExecutedLine, learned
from simulators.drill import small
from simulators.drill.__main__ import main
from simulators.drill.days import Book
from simulators.drill.limits import DATES, judge, read_limits
from simulators.drill.page import page
from simulators.drill.runs import Drill, Setting, compared, small_worlds
from simulators.drill.screen import compared_in_words
from simulators.drill.small import Line
from tests.wire.conftest import shop

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUIET = SimpleNamespace(scenario=lambda *_: None, day_over=lambda: None)


def made(late_hours: float, peak: bool = False) -> Line:
    """A line that was planned to take ten hours, was told to take twenty, and took so many more than ten."""
    planned = MONDAY + 10 * HOUR
    made = ExecutedLine("gears", "gears", MONDAY, planned, planned + late_hours * HOUR, 0)
    return Line(made, planned + 10 * HOUR, peak)


def world(seed: int, known: Calibration | None) -> list[Line]:
    """A hundred lines late by 0.1 to 10 hours; of the peak days of seed 1 two are later than any that taught.

    Where nothing is known yet, none is late.
    """
    assert (known is None) == (small.LEARNED_FROM <= seed < small.LEARNED_FROM + 2)
    if known is None:
        return [made(0)] * 100
    if seed >= small.LEARNED_FROM:
        return [made(n / 10) for n in range(1, 101)]
    later = [made(n / 10, n % 2 == 0) for n in range(1, 101)]
    return [made(11, each.peak) if seed == 1 and each.peak and n >= 97 else each for n, each in enumerate(later, 1)]


def test_one_day_of_each_week_has_three_times_the_orders():
    """The same from the same seed, each as soon as can be, within the hours in which orders come."""
    found = small.orders(4)
    days = Counter((at - small.OPENING).days for at, _ in found)
    assert sorted(days) == [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]
    assert sorted(days.values()) == [12] * 10 + [36] * 2
    peaks = {day for day, count in days.items() if count == 36}
    assert {(at - small.OPENING).days for at, order in found if order.id.endswith("peak")} == peaks
    assert [at for at, _ in found] == sorted(at for at, _ in found)
    assert found == small.orders(4)
    assert found != small.orders(5)


def test_a_world_is_carried_out_alike_from_the_same_seed():
    """The first ten orders are all done, none before it was decided, and peak days are known by their orders."""
    lines = small.carried_out(4, None, 10)
    assert len(lines) == 10
    assert lines == small.carried_out(4, None, 10)
    assert sum(line.peak for line in lines) == sum(order.id.endswith("peak") for _, order in small.orders(4)[:10])
    assert all(line.made.completed > line.made.decided for line in lines)


def test_kinds_of_days_differ_by_how_many_orders_they_have_alone():
    """Each has each item as often, its quantities all over their range, and of each family the long and short runs."""
    factor = small.factors(4)
    for kind, count in (("ordinary", 120), ("peak", 72)):
        found = [order for _, order in small.orders(4) if order.id.endswith(kind)]
        assert set(Counter(order.lines[0].item_id for order in found).values()) == {count // 12}
        assert abs(sum(order.lines[0].quantity for order in found) / count - 220) < 3
        runs = sorted(
            factor(order.id, order.lines[0].item_id, "finish", 3600, "")
            for order in found
            if order.lines[0].item_id.startswith("shafts")
        )
        # The middle of the spread, and one run beyond nine tenths of it in each ten.
        assert runs[len(runs) // 2] == pytest.approx(1.005, abs=0.03)
        assert sum(run > 1.5 for run in runs) in (len(runs) // 9, len(runs) // 9 + 1)


def test_what_is_known_stands_behind_the_dates_that_are_told():
    """Twice the lead time, as all that taught took twice theirs; without, the plan's own end."""
    planned = MONDAY + 10 * HOUR
    taught = [ExecutedLine("gears", "gears", MONDAY, planned, planned + 10 * HOUR, 0)] * 40
    known = learned(taught, 1, MONDAY)
    for line in small.carried_out(4, None, 10):
        assert line.promised == line.made.planned
    for line in small.carried_out(4, known, 10):
        assert line.promised - line.made.decided == 2 * (line.made.planned - line.made.decided)


def test_days_are_compared_by_the_dates_that_were_told():
    """Two of fifty lines of one peak day are later than P99: four points on that seed, two in the mean of two."""
    pairs = small_worlds([1, 2], QUIET, world, first=2, again=3)
    assert [(each.ordinary, each.peak) for each in pairs] == [(100.0, 96.0), (100.0, 100.0)]
    found = compared(pairs)
    assert found["seeds"] == 2
    assert found["level_lines"] == 200
    # Learned from the same hundred three times: of 301 the 151st, 241st and 286th are the 51st, 81st and 96th.
    assert found["level_points"] == 1.0
    # P50 tells 15.1 hours; the lines took 15.05 in the mean, with two of 9.8 and 10 hours late that were 11 late.
    assert found["lead_ratio"] == pytest.approx(15.1 / (15.05 + (22 - 19.8) / 200))
    judged = {each.figure: each.passed for each in judge(DATES, found, read_limits())}
    assert judged == {
        "seeds": False, "difference_points": False, "violations": True,
        "level_lines": False, "level_points": True, "lead_ratio": True,
    }  # fmt: skip


def test_the_page_shows_the_levels_in_both_languages():
    """Six plots of the comparison, and how many of each level were there, of each family, too."""
    pairs = small_worlds([1, 2], QUIET, world, first=2, again=3)
    plant = shop()
    result = Drill(Book({}, plant, []), Setting((), 1, 2, 300.0, small=True), pairs=pairs)
    result.judged = judge(DATES, compared(pairs), read_limits())
    use_language("en")
    shown = page(result)
    assert shown.count("<svg") == 2 * 6
    assert "gRPC" not in shown
    assert "P80: 81.0 % of 200 lines were there by their dates" in shown
    assert "P80 的日期:200 行中 81.0 % 按期到达" in shown
    assert [row["lines"] for row in result.told()["levels"]] == [200, 200, 200]
    assert "Carried out" not in " ".join(compared_in_words(pairs))


def test_small_worlds_and_carried_out_days_do_not_go_together(capsys):
    """Exit status 2, as for every wrong option."""
    with pytest.raises(SystemExit) as ended:
        main(["--small", "--execute", "1", "--lang", "en"])
    assert ended.value.code == 2
    assert "--small" in capsys.readouterr().err
