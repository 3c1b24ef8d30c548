"""Whole drills: the real peak day killed in the middle, ten times the orders, a burst; days carried out, many seeds."""

import csv
from datetime import timedelta

import pytest

from promising.plant_files import write_plant
from simulators.drill.__main__ import main
from tests.promising.desks import MONDAY, shop

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
SOUND = "unanswered = 0\nlost = 0\ndouble_booked = 0\nviolations = 0\nwrong_promotions = 0\n"


@pytest.mark.parametrize("scenario", ["kill", "burst", "tenfold"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_or_given_twice_whatever_the_load(tmp_path, scenario, seed):
    """The shipped day, whatever its answers take on this machine."""
    limits = tmp_path / "limits.toml"
    limits.write_text(f"[{scenario}]\n{SOUND}")
    given = ("--limits", str(limits), "--scenario", scenario, "--seed", str(seed), "--compression", "100")
    assert main([*given, "--out", str(tmp_path / "page.html")]) == 0


def test_a_plant_that_is_carried_out_stays_sound_over_twenty_seeds(tmp_path):
    """Days of 40 orders in the moulding shop, disturbed as usual: whatever is kept, no plan breaks a rule."""
    (tmp_path / "plant").mkdir()
    for name, content in write_plant(shop()).items():
        (tmp_path / "plant" / name).write_bytes(content)
    with (tmp_path / "orders.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["order", "customer", "item", "quantity", "requested", "time"])
        for number in range(40):
            at = MONDAY + timedelta(minutes=12 * number)
            item = ("cap", "cap-white", "lid", "box")[number % 4]
            rows.writerow([f"O-{number}", "K", item, 60, (at + timedelta(days=4)).isoformat(), at.isoformat()])
    (tmp_path / "limits.toml").write_text("[dates]\nviolations = 0\nseeds = 20\n")
    own = ("--plant", tmp_path / "plant", "--orders", tmp_path / "orders.csv", "--limits", tmp_path / "limits.toml")
    assert main([str(word) for word in (*own, "--scenario", "ordinary", "--seeds", "20", "--execute", "1")]) == 0
