"""Streams of the real shop are as its days were, within distances that are stated."""

from collections import Counter
from datetime import date

import pytest

from simulators.calibration import fits, main, shop, variation
from simulators.demand import arrivals, stream
from simulators.shapes import real_counts, real_day, real_noise


def test_hours_weekdays_and_months_are_as_far_from_the_real_ones_as_chance_makes_them():
    """By hour, weekday and month within 0.025 of all orders, nearer than two halves of the real days to each other."""
    by_what = {fit.what: fit for fit in fits(seed=1)}
    for what in ("hour of the day", "weekday", "month"):
        assert by_what[what].distance <= 0.025 < by_what[what].halves + 0.005
    held_out = by_what["weekday, fitted to even weeks alone, against odd ones"]
    assert held_out.distance <= held_out.halves
    # At 305 days each, chance alone exceeds 0.110 once in twenty times.
    assert by_what["orders a day (largest difference of shares at or below)"].distance <= 0.11


def test_the_real_counts_are_those_of_the_source():
    """305 days with 19,960 orders; the peak day had 127."""
    counts = real_counts()
    assert (len(counts), sum(count.orders for count in counts)) == (305, 19960)
    assert sum(real_day().values) == 127
    assert abs(sum(real_noise()) / 305 - 1000) < 2


def test_the_shop_sells_what_the_real_day_sold():
    """The ten best articles have the share of lines that they had; orders are as long as the real ones."""
    days = [list(stream(shop(), date(2011, 12, 5), 1, seed)) for seed in range(3)]
    lines = [line.item_id for day in days for event in day for line in event.order.lines]
    best = [product.item_id for product in sorted(shop().products, key=lambda product: -product.weight)[:10]]
    counts = Counter(lines)
    real = sum(product.weight for product in shop().products if product.item_id in best) / 5297
    assert sum(counts[item] for item in best) / len(lines) == pytest.approx(real, abs=0.006)
    # The longest invoices of the real day are cut at the 200 lines that an order may have.
    assert 18 < len(lines) / sum(map(len, days)) < 34


def test_arrivals_are_those_of_the_stream():
    """The same times, without the orders."""
    day = date(2011, 12, 5)
    assert arrivals(shop(), day, 3) == [event.time for event in stream(shop(), day, 1, 3)]


def test_shapes_that_share_nothing_are_one_apart():
    """And none from themselves."""
    assert variation({1: 5.0}, {2: 9.0}) == 1.0
    assert variation({1: 5.0, 2: 5.0}, {1: 1.0, 2: 1.0}) == 0.0


def test_the_command_tells_every_distance_with_its_seed(capsys):
    """Beside the distance between two halves of the real days."""
    assert main(["--seed", "1"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("seed 1\nhour of the day: 0.0")
    assert told.count("two halves of the real days: 0.0") == 5


@pytest.mark.soak
def test_the_command_draws(tmp_path):
    """A picture where one is asked for."""
    assert main(["--plot", str(tmp_path / "fit.png")]) == 0
    assert (tmp_path / "fit.png").read_bytes()[:4] == b"\x89PNG"
