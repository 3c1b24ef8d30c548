"""Streams of demand are kept in files and replayed from them."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from domain.errors import InvalidInput
from simulators.demand import Kind, stream
from simulators.demand_file import read_events, write_events
from simulators.demand_play import CANCEL, PROMISE, dues
from simulators.factories import FACTORIES, make

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("name", FACTORIES)
def test_a_file_has_the_whole_stream(tmp_path, name):
    """Every one of 400 events, with its changes and cancellations, reads back as it was."""
    factory = make(name, 1)
    events = list(islice(stream(factory.demand, factory.ordinary, 20, seed=9), 400))
    path = tmp_path / "demand.csv"
    path.write_text(write_events(events), encoding="utf-8")
    assert read_events(path, ZONE) == events


def test_a_file_as_people_keep_it_is_replayed(tmp_path):
    """Rows out of order, Chinese headers, local times; two rows of one order at one time are its lines."""
    path = tmp_path / "orders.csv"
    path.write_text(
        "下单时间,种类,订单,客户,物料,数量,交期,单价\n"
        "2026/3/2 10:30,取消,SO-1,,,,,\n"
        "2026/3/2 09:00,,SO-1,C1,A,5,2026/3/5,1.25\n"
        "2026/3/2 09:00,,SO-1,C1,B,7,2026/3/5,2\n",
        encoding="utf-8-sig",
    )
    placed, cancelled = read_events(path, ZONE)
    assert (placed.time, cancelled.time) == (
        datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    )  # fmt: skip
    assert [(line.item_id, line.quantity, line.unit_price_fen) for line in placed.order.lines] == [
        ("A", 5, 125), ("B", 7, 200)
    ]  # fmt: skip
    assert (cancelled.kind, cancelled.order_id) == (Kind.CANCEL, "SO-1")


def test_mistakes_are_told_by_row_and_column(tmp_path):
    """A quantity that is none, an order without its customer, and a time that can't be read: all at once."""
    path = tmp_path / "orders.csv"
    path.write_text(
        "time,order,customer,item,quantity,requested\n"
        "2026-03-02 09:00,SO-1,C1,A,five,2026-03-05\n"
        "2026-03-02 09:00,SO-2,,A,5,2026-03-05\n"
        "yesterday,SO-3,C1,A,5,2026-03-05\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidInput) as raised:
        read_events(path, ZONE)
    assert [each.field for each in raised.value.violations] == ["row 2.quantity", "row 4.time", "row 3.customer"]


def test_calls_are_due_at_any_speed():
    """Sixty times as fast, an hour is a minute; orders and cancellations are calls, changes aren't."""
    factory = make("moulding", 1)
    events = list(stream(factory.demand, date(2026, 3, 9), 5, seed=1))
    found = dues(events, speed=60.0)
    kept = [event for event in events if event.kind is not Kind.CHANGE]
    assert len(found) == len(kept) < len(events)
    assert [due.method for due in found] == [CANCEL if event.kind is Kind.CANCEL else PROMISE for event in kept]
    assert found[-1].due_s == pytest.approx((kept[-1].time - events[0].time) / timedelta(minutes=1), abs=1e-9)
