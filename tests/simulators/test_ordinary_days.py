"""A factory's day on a server of its own is told in counts."""

import re

from simulators.demand import Kind, stream
from simulators.factories import make
from simulators.ordinary_days import main


def test_the_moulders_day_is_answered(capsys):
    """Every order has its answer, none fails, and the plan stands the full check."""
    assert main(["moulding", "--days", "1"]) == 0
    told = capsys.readouterr().out
    factory = make("moulding", 1)
    orders = sum(event.kind is Kind.ORDER for event in stream(factory.demand, factory.ordinary, 1, 1))
    assert f"{orders:6} order OK" in told
    assert sum(map(int, re.findall(r"^ *(\d+) line PROMISE", told, re.MULTILINE))) == orders
