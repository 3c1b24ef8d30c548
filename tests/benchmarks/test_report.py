"""Figures are kept as they are told."""

import csv

from benchmarks.report import Ratio, Result, number
from benchmarks.timing import milliseconds


def test_a_result_is_a_table_for_people_and_rows_for_programs(tmp_path):
    """Every measurement is in a CSV file beside the section."""
    result = Result("tiny", "two quotes", "How it was measured.\n", "7")
    result.summary = [{"what": "quote", "p50 ms": 0.12345, "operations": 15000}]
    result.ratios = [Ratio("a ÷ b", 3.14159, "at most 4")]
    result.raw = {"quotes": [{"order": "A", "seconds": 0.25}, {"order": "B", "seconds": 0.5}]}
    result.keep(tmp_path)
    assert (tmp_path / "tiny.md").read_text(encoding="utf-8") == (
        "## tiny: two quotes\n\nHow it was measured.\n\n"
        "| what | p50 ms | operations |\n|---|---|---|\n| quote | 0.123 | 15,000 |\n\n"
        "- a ÷ b: 3.14 (wanted: at most 4)\n\nSeed: 7. Measurements kept: 2.\n"
    )
    with (tmp_path / "tiny-quotes.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"order": "A", "seconds": "0.25"},
            {"order": "B", "seconds": "0.5"},
        ]


def test_figures_are_told_with_three_digits_that_count():
    """Large ones in full, texts as they are."""
    assert [number(cell) for cell in (0.0012345, 12.345, 1234.5, 0.0, 15000, "never")] == [
        "0.00123",
        "12.3",
        "1,234",
        "0",
        "15,000",
        "never",
    ]


def test_percentiles_are_in_milliseconds():
    """Of nothing it is nothing."""
    assert milliseconds([0.001, 0.002, 0.003], 50) == 2.0
    assert milliseconds([], 99) == 0.0
