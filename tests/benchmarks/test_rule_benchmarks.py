"""The benchmark of the rule base measures engines that answer alike."""

from benchmarks import rules
from benchmarks.report import Result


def test_every_engine_decides_the_same_orders():
    """A small run ends with a row for each engine and the ratio that is aimed at."""
    *rows, result = rules.run(rules.Settings(rules=(20,), orders=20, rounds=1, slow_orders=10))
    assert isinstance(result, Result)
    assert result.summary == rows
    assert rows[0]["engine"] == "compiled"
    assert rows[0]["decided"] == 20
    assert result.ratios[0].wanted == "at most 20"
