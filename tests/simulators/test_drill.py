"""The drill on a real server: load, kill -9, restart, limits, exit status."""

import csv
import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from domain.calibration import BufferPolicy, ExecutedLine
from domain.orders import Order, OrderLine
from domain.values import replace
from promising.plant_files import read_plant, write_plant
from simulators.drill.__main__ import main
from simulators.drill.days import Arrival, Book
from simulators.drill.plots import levels
from simulators.drill.runs import Pair, compared, interval, pair, taught
from simulators.drill.scene import Trade
from tests.promising.desks import MONDAY, shop
from wire.calibrations import executed_to_message
from wire.orders import order_to_message

LAX = (
    "p50_ms = 600000\np99_ms = 600000\np999_ms = 600000\nunanswered = 0\nlost = 0\ndouble_booked = 0\nviolations = 0\n"
)
OFFERS = """id,gives,amount,rate,items,least_amount,least_quantity,every,group,stacking,customer_cap,budget
CAPS,percent,,7.5%,cap,,,,g,yes,,50
MANY,minus,3,,,,20,yes,g,yes,,
BOX,minus,9,,box,,,,,no,2,
"""


@pytest.fixture
def folder(tmp_path):
    """A plant folder, a table of promotions, and a hundred orders over ten hours of a Monday."""
    (tmp_path / "plant").mkdir()
    for name, content in write_plant(shop()).items():
        (tmp_path / "plant" / name).write_bytes(content)
    (tmp_path / "offers.csv").write_text(OFFERS)
    with (tmp_path / "orders.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["order", "customer", "item", "quantity", "requested", "price", "time"])
        for number in range(100):
            received = MONDAY + timedelta(minutes=6 * number)
            item = ("cap", "cap-white", "lid", "box")[number % 4]
            requested = received + timedelta(days=2 + number % 9)
            rows.writerow([f"O-{number}", f"K{number % 5}", item, 3 + number % 40, requested.isoformat(), "2.35",
                           received.isoformat()])  # fmt: skip
    return tmp_path


def run(folder, limits, *more):
    (folder / "limits.toml").write_text(limits)
    own = ("--plant", folder / "plant", "--orders", folder / "orders.csv", "--limits", folder / "limits.toml")
    return main([str(word) for word in (*own, "--compression", "20000", "--lang", "en", *more)])


def test_a_day_in_which_the_server_is_killed_loses_nothing_and_a_broken_limit_is_told(folder, capsys):
    """A hundred orders, kill -9 after half of them: only the recovery in no time at all can't be kept."""
    limits = f"[kill]\n{LAX}wrong_promotions = 0\nrecovery_s = 0\nmemory_mb = 100000\n"
    more = ("--scenario", "kill", "--promotions", folder / "offers.csv", "--json")
    assert run(folder, limits, *more) == 1
    told = json.loads(capsys.readouterr().out)
    found = {row["figure"]: row for row in told["limits"]}
    assert [name for name, row in found.items() if not row["passed"]] == ["recovery_s"]
    assert found["recovery_s"]["measured"] > 0
    assert [found[name]["measured"] for name in ("unanswered", "lost", "double_booked", "wrong_promotions")] == [0] * 4


def test_limits_that_are_kept_are_told_with_what_was_measured(folder, capsys):
    """A third of the orders on an ordinary day; exit status 0."""
    more = ("--scenario", "ordinary", "--out", folder / "page.html")
    assert run(folder, f"[ordinary]\n{LAX}kept_percent = 100\n", *more) == 0
    out = capsys.readouterr().out
    assert "100 orders (100 lines)" in out
    assert "All 8 limits are kept." in out
    assert [row.split() for row in out.splitlines() if "promises lost" in row] == [
        ["promises", "lost", "after", "a", "restart", "0", "≤", "0", "passed"]
    ]
    page = re.sub(r'href="data:image/png;base64,[^"]*"', "", (folder / "page.html").read_text(encoding="utf-8"))
    assert not re.findall(r"https?:|//|<script|<link|<img|src=|href=\"[^#]|url\((?!#)|xmlns|@import", page)
    assert page.count("<svg") == page.count("</svg>") == 2 * 6
    assert "promises lost after a restart" in page
    assert "重启后丢失的承诺" in page
    assert re.findall(r'id="lang-(..)" checked', page) == ["en"]


def test_wrong_limits_start_nothing(folder, capsys):
    """Field, what was wrong and what is allowed; exit status 2."""
    assert run(folder, "[peak]\np50 = 3\np99_ms = -1\nlost = 0.5\n[nightly]\nlost = 0\n") == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"Limits in {folder / 'limits.toml'} are wrong:"
    assert lines[1].startswith("  peak.p50 = 3: allowed are p50_ms, p99_ms, ")
    assert lines[2] == "  peak.p99_ms = -1: allowed are 0 – 600,000"
    assert lines[3] == "  peak.lost = 0.5: allowed are 0 – 1,000,000,000 (1, 2, 3 …)"
    assert lines[4] == (
        "  nightly = {…}: allowed are [ordinary], [peak], [kill], [burst], [tenfold], [dates]"
    )  # fmt: skip


def test_orders_with_mistakes_start_nothing(folder, capsys):
    """Row, column, what stands there and what should; exit status 2."""
    orders = folder / "orders.csv"
    orders.write_text("order,customer,item,quantity,requested\nO-1,K,cap,0,2026-03-04\nO-2,K,cap,1,soon\n")
    assert run(folder, "") == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"The orders in {orders} are wrong:"
    assert [line.partition(": should be")[0] for line in lines[1:]] == [
        "  row 2, quantity '0'",
        "  row 3, requested 'soon'",
    ]


def test_a_history_with_mistakes_starts_nothing(folder, tmp_path, capsys):
    """Told as mistakes of orders are."""
    history = tmp_path / "history.csv"
    history.write_text("decided,planned,completed\n2026-02-02 08:00,soon,2026-02-02 19:00\n")
    assert run(folder, "", "--history", str(history)) == 2
    assert "row 2, planned 'soon'" in capsys.readouterr().err


def test_a_plant_without_orders_starts_nothing(folder, capsys):
    """They go together."""
    assert main(["--plant", str(folder / "plant"), "--lang", "en"]) == 2
    assert capsys.readouterr().err == "--plant and --orders go together\n"


def test_dates_are_compared_by_the_interval_of_the_mean_difference():
    """Four seeds, one point apart: 1.5 ± 3.182 x 1.291 / 2."""
    pairs = [Pair(seed, 95.0, 95.0 + seed) for seed in range(4)]
    assert interval([each.difference for each in pairs]) == pytest.approx((-0.554, 3.554), abs=1e-3)
    assert compared(pairs)["difference_points"] == pytest.approx(3.554, abs=1e-3)
    assert interval([0.0] * 20) == (0.0, 0.0)


def test_days_that_are_compared_may_be_carried_out(tmp_path):
    """Six orders on a peak day and two on an ordinary one: all arrive, the plan stays sound, and they were told so."""
    settings = replace(shop().settings, buffer_policy=BufferPolicy.QUANTILE)
    plant = replace(shop(), settings=settings)
    book = Book(
        write_plant(plant), plant, [arrival(number) for number in range(6)], [made_before(n) for n in range(99)]
    )
    days = []
    found = pair(book, Trade(), 1, 0.0, tmp_path, SimpleNamespace(day_over=lambda: days.append(1)))
    assert (found.ordinary, found.peak, len(days)) == (100.0, 100.0, 2)
    assert len(found.delivered) == 8
    assert all(line.arrived_s < line.real_s <= line.promised_s for line in found.delivered)
    assert (found.refused, found.violations) == ([], [])
    # They were asked for in three days, and nothing of the history took twice as long as planned.
    assert {line.level for line in found.delivered} == {99}
    assert "n = 8" in levels(found.delivered)
    # What the desk would learn of them: nothing went otherwise, and each is there by its date of each level.
    assert [(line.level, line.family, line.kept) for line in found.by_level] == [
        (level, "lids", True) for level in (50, 80, 95) for _ in range(8)
    ]


def test_desks_may_learn_from_days_that_were_carried_out(tmp_path):
    """A peak day of six orders before: six lines more in the history, and the plant's buffers are learned ones."""
    plant = shop()
    book = Book(write_plant(plant), plant, [arrival(number) for number in range(6)], [made_before(1)])
    found = taught(book, Trade(), 1, 0.0, tmp_path, SimpleNamespace(day_over=lambda: None))
    assert len(found.history) == 7
    assert {line.family for line in found.history} == {"lids"}
    assert read_plant(found.files).settings.buffer_policy is BufferPolicy.QUANTILE


def test_learning_needs_days_that_are_carried_out(capsys):
    """Exit status 2."""
    assert main(["--learn", "2", "--lang", "en"]) == 2
    assert capsys.readouterr().err == "--learn needs --execute\n"


def made_before(number):
    planned = MONDAY - timedelta(days=9)
    line = ExecutedLine("lids", "lid", planned - timedelta(hours=9), planned, planned + timedelta(minutes=number), 0)
    return executed_to_message(line)


def arrival(number):
    received = MONDAY + timedelta(hours=number)
    made = Order(f"O-{number}", "K", (OrderLine(1, "lid", 100, received + timedelta(days=3)),))
    return Arrival(received, order_to_message(made))
