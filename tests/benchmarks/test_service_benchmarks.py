"""The benchmarks of the service, at a tiny size, on real processes. Times are not judged."""

from benchmarks import feeds, peak, restart, service
from benchmarks.report import Result


def result_of(course):
    *_, last = course
    assert isinstance(last, Result)
    return last


def test_every_promise_of_the_service_benchmark_is_counted(tmp_path):
    """Twelve orders in two rounds, five loads on two stores."""
    settings = service.Settings(callers=4, rounds=2, empty_calls=10, warming=4, orders=12)
    result = result_of(service.run(settings, tmp_path))
    calls = {row["what"]: row["calls"] for row in result.summary}
    assert calls == {
        "empty, redispatch idle": 20,
        "promise, redispatch idle": 12,
        "empty, redispatch idle, PostgreSQL": 20,
        "promise, redispatch idle, PostgreSQL": 12,
        "empty, redispatch after_each": 20,
        "promise, redispatch after_each": 12,
        "promise, in a burst beside": 12,
        "bare, at half the top rate": 12,
        "empty, at half the top rate": 12,
        "promise, at half the top rate": 12,
    }
    assert {row["on time"] for row in result.summary if str(row["what"]).startswith("promise")} == {12}
    rates = {row["what"]: row["per second"] for row in result.summary}
    assert result.ratios[0].value == rates["promise, redispatch idle"] / rates["empty, redispatch idle"]
    assert list(tmp_path.iterdir()) == []


def test_a_restart_is_answered_with_and_without_reservations(tmp_path):
    """One day of the dense plant."""
    result = result_of(restart.run(restart.Settings(reservations=1_000, rounds=1), tmp_path))
    assert [row["reservations"] for row in result.summary] == [0, 1_000]
    for row in result.raw["starts"]:
        assert 0 < row["listening_s"] < row["process_s"]
        assert row["store_s"] > 0
    assert result.ratios[0].value == result.summary[1]["process s"] / result.summary[0]["process s"]


def test_a_slice_of_the_peak_day_is_answered_and_found_again(tmp_path):
    """The first 40 lines: three invoices, then forty orders of a line each; nothing is lost, no rule is broken."""
    result = result_of(peak.run(peak.Settings(compression=6000.0, lines=40, warming=2), tmp_path))
    rows = {row["what"]: row for row in result.summary}
    assert {what: row["calls"] for what, row in rows.items()} == {
        "empty, by invoice": 3,
        "promise, by invoice": 3,
        "empty, by line": 40,
        "promise, by line": 40,
    }
    for kind in ("by invoice", "by line"):
        row = rows[f"promise, {kind}"]
        assert (row["lines"], row["turned away"], row["lost"], row["breaches"]) == (40, 0, 0, 0)
        assert row["on time"] + row["later"] == 40
    assert [row["order"] for row in result.raw["promise"][:2]] == ["580538", "580539"]
    assert list(tmp_path.iterdir()) == []


def test_every_kind_of_feed_is_measured_on_the_peak_day(tmp_path):
    """The first 40 lines of the day, two feeds of each kind; a feed that changed nothing would be none."""
    result = result_of(feeds.run(feeds.Settings(lines=40, rounds=2), tmp_path))
    kinds = ["stock", "issue", "receipt", "customer", "clock"]
    assert [(row["what"], row["feeds"]) for row in result.summary] == [(kind, 2) for kind in kinds]
    assert [ratio.what for ratio in result.ratios] == [f"{kind} ÷ clock, p50" for kind in kinds[:-1]]
    assert list(tmp_path.iterdir()) == []
