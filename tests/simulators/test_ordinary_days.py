"""A factory's day on a server of its own is told in counts."""

import re
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from promising.plant_files import write_plant
from simulators.demand import Kind, stream
from simulators.demand_play import Pace
from simulators.factories import make
from simulators.ordinary_days import main
from tests.promising.desks import shop


@pytest.fixture(scope="module")
def days():
    """What the moulder's day on a server of its own comes to."""
    told = StringIO()
    with redirect_stdout(told):
        assert main(["moulding", "--days", "1"]) == 0
    return told.getvalue()


def test_the_moulders_day_is_answered(days):
    """Every order has its answer, none fails, and the plan stands the full check."""
    factory = make("moulding", 1)
    orders = sum(event.kind is Kind.ORDER for event in stream(factory.demand, factory.ordinary, 1, 1))
    assert f"{orders:6} order OK" in days
    assert sum(map(int, re.findall(r"^ *(\d+) line PROMISE", days, re.MULTILINE))) == orders


def test_a_stream_is_written_and_replayed_from_its_file(tmp_path, capsys, days):
    """The same orders, changes and cancellations are told the same, at a speed and as fast as can be."""
    file = tmp_path / "day.csv"
    assert main(["moulding", "--write", str(file)]) == 0
    count = len(list(stream(make("moulding", 1).demand, make("moulding", 1).ordinary, 1, 1)))
    assert f"seed 1, 1 days from {make('moulding', 1).ordinary}: {count} events" in capsys.readouterr().out
    assert main(["moulding", "--file", str(file), "--speed", "1000000"]) == 0
    replayed = capsys.readouterr().out.splitlines()
    assert replayed[0].startswith(str(file))
    assert replayed[1].startswith("1e+06 times as fast; ")
    assert replayed[2:] == days.splitlines()[1:]


def test_a_file_of_orders_is_replayed_on_a_plant_folder(tmp_path, capsys):
    """As people keep it; a mistake is told by row and column, and nothing is played."""
    (tmp_path / "plant").mkdir()
    for name, content in write_plant(shop()).items():
        (tmp_path / "plant" / name).write_bytes(content)
    own = ["--plant", str(tmp_path / "plant"), "--file", str(tmp_path / "orders.csv")]
    rows = "time,order,customer,item,quantity,requested\n2026-03-02 09:00,SO-1,K,cap,{},2026-03-05\n"
    (tmp_path / "orders.csv").write_text(rows.format(5))
    assert main(own) == 0
    assert "     1 order OK" in capsys.readouterr().out
    (tmp_path / "orders.csv").write_text(rows.format("five"))
    assert main(own) == 2
    assert "row 2.quantity" in capsys.readouterr().err


def test_events_are_waited_for_as_much_faster_as_is_asked():
    """Ten times: an event 20 s after the first comes after 2 s; one that is late isn't waited for."""
    now, pauses, first = [100.0], [], datetime(2026, 3, 2, tzinfo=UTC)

    def pause(seconds):
        pauses.append(seconds)
        now[0] += seconds

    pace = Pace(10, lambda: now[0], pause)
    for after in (0, 20, 30):
        pace(first + timedelta(seconds=after))
    assert pauses == pytest.approx([2, 1])
    now[0] += 5
    pace(first + timedelta(seconds=40))
    assert (pace.behind_s, len(pauses)) == (pytest.approx(4), 2)
