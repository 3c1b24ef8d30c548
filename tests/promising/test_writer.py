"""A re-dispatch that leads nowhere is not tried again in every quiet moment."""

from pathlib import Path

import pytest

from promising import writer
from promising.settings import DeskSettings, Redispatch
from scheduler.planner import Planner
from tests.promising.desks import bench
from tests.promising.test_proposals import lathe, promise


def test_what_found_nothing_waits_ten_times_as_long_as_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second at most, in which nothing else happens by itself; ten times as many orders, until one is taken."""
    idle = DeskSettings(redispatch=Redispatch.OFF, check_in_background=False)
    with bench(tmp_path / "lathe.sqlite", plant=lathe(), settings=idle) as made:
        desk = made.desk._writer
        ticks, took, lately = [0.0], [0.2], []
        monkeypatch.setattr(desk, "_clock", type("Clock", (), {"monotonic": lambda self: ticks[0]})())

        def redispatch(self: Planner, now_s: int) -> bool:
            ticks[0] += took[0]
            return lately[-1]

        monkeypatch.setattr(Planner, "redispatch", redispatch)
        promise(made, "SO-1", 360, 6)
        for found, seconds, quiet_s, orders in (
            (False, 0.05, 0.5, 320),
            (False, 20.0, writer.QUIET_MOST_S, 320),
            (False, 0.0001, writer.QUIET_S, 320),
            (True, 0.2, writer.QUIET_S, 32),
        ):
            lately.append(found)
            took[0] = seconds
            batch = made.desk._stands.begin()
            desk._redispatch(batch)
            assert (pytest.approx(desk._quiet_s), desk._age_most) == (quiet_s, orders)
