"""The picture of a plan, looked at by its pixels."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from matplotlib.image import imread

from client import gantt
from client.gantt import LATE, PALETTE, draw
from client.gantt_rows import Closed, Closure, Row, Run
from domain.values import replace

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 8, tzinfo=ZONE)


def hours(count: float) -> timedelta:
    """A span of the plan."""
    return timedelta(hours=count)


RUN = Run("M1", "SO-1", "caps", MONDAY, MONDAY + hours(1), MONDAY + hours(9), mould_id="CAP")
OTHER = Run("M2", "SO-2", "lids", MONDAY, MONDAY, MONDAY + hours(5))
MACHINES = (Row("M1"), Row("M2", "M2 (120 t)"))


def share(path: Path, colour: str) -> float:
    """Share of the picture's pixels in a colour."""
    pixels = np.rint(imread(path)[:, :, :3] * 255).astype(int)
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return float((pixels == wanted).all(axis=2).mean())


def picture(tmp_path: Path, *runs: Run, closed: tuple[Closed, ...] = (), lang: str = "en") -> Path:
    """The picture of a plan on two machines."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.png"
    draw(runs, MACHINES, closed, path, ZONE, lang, title="shop")
    return path


def test_a_run_is_drawn_on_its_machine_and_its_mould(tmp_path: Path) -> None:
    """In the colour of its family: of two families the second in the second colour, and without a mould once."""
    path = picture(tmp_path, RUN, OTHER)
    assert share(path, PALETTE[0]) > 0.05
    assert 0.01 < share(path, PALETTE[1]) < share(path, PALETTE[0])


def test_only_late_orders_are_red(tmp_path: Path) -> None:
    """Their outline and label."""
    assert share(picture(tmp_path, RUN), LATE) == 0
    assert share(picture(tmp_path, replace(RUN, late=True)), LATE) > 0.0005


def test_downtime_and_off_shift_time_are_grey(tmp_path: Path) -> None:
    """Each in its own grey, on its machine only."""
    off = Closed("M2", MONDAY + hours(6), MONDAY + hours(12), Closure.OFF_SHIFT)
    down = Closed("M2", MONDAY + hours(12), MONDAY + hours(14), Closure.DOWNTIME)
    plain, shaded = picture(tmp_path, RUN, OTHER), picture(tmp_path, RUN, OTHER, closed=(off, down))
    dark = gantt.SHADES[Closure.DOWNTIME]
    assert share(plain, dark) < 0.001
    assert share(shaded, dark) > 0.005
    assert share(shaded, PALETTE[0]) == pytest.approx(share(plain, PALETTE[0]), rel=0.05)


def test_an_empty_plan_says_so(tmp_path: Path) -> None:
    """A picture all the same."""
    assert picture(tmp_path).stat().st_size > 1000


def test_without_a_chinese_font_the_picture_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for Chinese, with Chinese names, it draws boxes for them and warns of nothing."""
    monkeypatch.setattr(gantt, "FONTS", ())
    chinese = replace(RUN, group="盒子", label="订单1")
    english = replace(RUN, group="\u25af\u25af", label="\u25af\u25af1")
    one, other = picture(tmp_path, chinese, lang="zh"), picture(tmp_path, english, lang="en")
    assert (imread(one) == imread(other)).all()


def test_many_families_share_the_last_colour(tmp_path: Path) -> None:
    """The twenty with the most work have their own."""
    runs = [
        replace(OTHER, group=f"family {i:02}", start=MONDAY + hours(i), end=MONDAY + hours(i + 1)) for i in range(21)
    ]
    assert share(picture(tmp_path, *runs[:20]), gantt.OTHERS) == 0
    assert share(picture(tmp_path, *runs), gantt.OTHERS) > 0.001


@pytest.mark.parametrize("suffix", ["pdf", "svg"])
def test_other_formats_by_the_suffix(tmp_path: Path, suffix: str) -> None:
    """For printing large."""
    path = tmp_path / f"plan.{suffix}"
    draw([RUN], MACHINES, [], path, ZONE, now=MONDAY + hours(2))
    assert path.stat().st_size > 1000
