"""What suppliers bring to the running plant: late, short, bought for a line; reported as a purchasing system would."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.checks import from_unix
from domain.orders import Order, OrderLine
from domain.supply import Receipt
from domain.values import replace
from jiaoqi.v1 import plan_service_pb2 as plan
from promising.settings import DeskSettings, Redispatch
from simulators.desk_office import DeskOffice
from simulators.disturbances import Disturbances, Draws
from simulators.materials import Delivery, Materials, Need, delivery
from simulators.plant import RunningPlant
from tests.promising.test_lots import lamp_order, works
from tests.scheduler.test_sourcing import NOW, NOW_S, hours, stocked
from tests.simulators.test_plant import QUIET
from tests.wire.conftest import serving

CABLES = Receipt("PO-1", "cable", 20, hours(4))
LATE = replace(QUIET, receipt_late_share=1.0, receipt_late=timedelta(hours=1))
SHORT = replace(QUIET, receipt_short_share=1.0, receipt_late=timedelta(minutes=20))
LAMPS = (lamp_order(),)


def ran(path, disturbances: Disturbances, orders=LAMPS, seed: int = 1, **supply):
    """One run of the lamps' plant: when each order was there, what was told, and what the desk knows at the end."""
    plant = works(**supply)
    with serving(path, plant, DeskSettings(redispatch=Redispatch.AFTER_EACH)) as served, served.client() as client:
        client.set_clock(NOW)
        office = DeskOffice(client, plant, disturbances, seed)
        arrivals = [(NOW, order) for order in orders]
        running = office.running = RunningPlant(plant, arrivals, office, disturbances, seed, receipts=True)
        course = running.run()
        assert (office.problems.calls, office.problems.reports, client.check_plan()) == ({}, [], [])
        there = {order_id: from_unix(at_s) for (order_id, _), at_s in course.delivered_s.items()}
        told = {order_id: from_unix(line.promised_s) for (order_id, _), line in office.told.items()}
        stock = {row.item_id: row.quantity for row in served.desk.plant().on_hand}
        return there, told, list(client.disruptions()), stock


def heard(disruptions) -> list[tuple]:
    """Kind, subject, pieces, and from when to when something was so, by what the desk was told."""
    return [
        (each.kind, each.subject_id, each.quantity, *(from_unix(at.seconds) for at in (each.start_time, each.end_time)))
        for each in disruptions
    ]


def test_what_comes_in_time_is_used_as_planned(tmp_path):
    """Twenty lamps wait for the cables of noon and are there at one; the arrival is told, and nothing else."""
    there, told, disruptions, stock = ran(
        tmp_path / "desk", QUIET, on_hand=stocked(resin=100, screw=1000), receipts=(CABLES,)
    )
    assert (there, told) == ({"SO-1": hours(5)}, {"SO-1": hours(5)})
    assert disruptions == []
    assert stock["cable"] == 0


def test_a_late_receipt_is_told_when_it_is_due_and_used_when_it_is_there(tmp_path):
    """Nothing came at noon: late from then until it came, and the lamps an hour after that."""
    late = timedelta(seconds=Draws(1, LATE).receipt_late_s("PO-1"))
    assert timedelta(minutes=1) < late < timedelta(hours=3)
    there, told, disruptions, _ = ran(
        tmp_path / "desk", LATE, on_hand=stocked(resin=100, screw=1000), receipts=(CABLES,)
    )
    assert (there, told) == ({"SO-1": hours(5) + late}, {"SO-1": hours(5)})
    assert heard(disruptions) == [(plan.DISRUPTION_KIND_MATERIAL_LATE, "PO-1", 0, hours(4), hours(4) + late)]


def test_the_rest_of_a_short_receipt_comes_later_and_is_waited_for(tmp_path):
    """Some of twenty cables are missing at noon; the lamps begin when these are there as well."""
    missing = Draws(1, SHORT).receipt_missing(20, "PO-1")
    came = delivery(Draws(1, SHORT), "PO-1", "cable", 20, int(hours(4).timestamp()))
    rest = from_unix(came.parts[1][0])
    assert 0 < missing < 20
    assert hours(5) <= rest < hours(7)
    there, _, disruptions, stock = ran(
        tmp_path / "desk", SHORT, on_hand=stocked(resin=100, screw=1000), receipts=(CABLES,)
    )
    assert there == {"SO-1": rest + timedelta(hours=1)}
    assert heard(disruptions) == [(plan.DISRUPTION_KIND_MATERIAL_SHORT, "PO-1", missing, hours(4), rest)]
    assert stock["cable"] == 0


def test_what_the_desk_plans_to_buy_is_ordered_and_comes(tmp_path):
    """Thirty screws in two days; late, the lamps are as much later than they would have been."""
    supply = {"on_hand": stocked(resin=100, screw=10, cable=1000)}
    there, told, disruptions, stock = ran(tmp_path / "desk", QUIET, **supply)
    assert there == told == {"SO-1": hours(49)}
    assert (disruptions, stock["screw"]) == ([], 0)
    late = timedelta(seconds=Draws(1, LATE).receipt_late_s("SO-1/1/screw"))
    there, told, disruptions, _ = ran(tmp_path / "late", LATE, **supply)
    assert (there, told) == ({"SO-1": hours(49) + late}, {"SO-1": hours(49)})
    assert [each[1] for each in heard(disruptions)] == ["SO-1/1/screw"]


def test_goods_that_are_delivered_as_they_come_wait_for_their_receipt(tmp_path):
    """Ten vases of nine o'clock, though others lie there for an order before; those leave at once."""
    supply = {"on_hand": stocked(vase=5), "receipts": (Receipt("PO-1", "vase", 10, hours(1)),)}
    orders = tuple(
        Order(name, "C-1", (OrderLine(1, "vase", quantity, hours(2)),)) for name, quantity in (("A", 5), ("B", 10))
    )
    assert ran(tmp_path / "desk", QUIET, orders, **supply)[0] == {"A": hours(0), "B": hours(1)}
    late = timedelta(seconds=Draws(1, LATE).receipt_late_s("PO-1"))
    assert ran(tmp_path / "late", LATE, orders, **supply)[0] == {"A": hours(0), "B": hours(1) + late}


def test_a_store_gives_only_what_is_there_and_to_whom_waited_for_it():
    """All or nothing, once, and nobody takes what waits for another receipt than came."""
    coming = (Delivery("R-1", "screw", NOW_S, ((NOW_S, 40),)), Delivery("R-2", "screw", NOW_S, ((NOW_S, 40),)))
    store = Materials(works(on_hand=stocked(cable=20)), coming)
    store.allot(("A", 1), [Need("lamp", "cable", 20), Need("lamp", "screw", 40, "R-1")])
    store.allot(("B", 1), [Need("lamp", "screw", 40, "R-2")])
    assert not store.take(("A", 1), "lamp")
    store.came("R-1", 40)
    assert not store.take(("B", 1), "lamp")
    assert store.take(("A", 1), "lamp", ["cable"])
    assert store.take(("A", 1), "lamp")
    store.came("R-2", 39)
    assert not store.take(("B", 1), "lamp")
    store.came("R-2", 1)
    assert store.take(("B", 1), "lamp")
    assert store.take(("B", 1), "lamp")


@pytest.mark.parametrize("level", [0, 1, 3])
def test_a_receipt_brings_in_the_end_what_was_ordered(level):
    """In one part or two, never before it was planned, the rest an hour later at least; without disturbance in time."""
    drawn = Disturbances(level=level)
    all_ = [delivery(Draws(3, drawn), f"R-{number}", "screw", 1 + number, NOW_S) for number in range(300)]
    assert [sum(pieces for _, pieces in one.parts) for one in all_] == list(range(1, 301))
    assert all(one.parts[0][0] >= NOW_S and min(pieces for _, pieces in one.parts) > 0 for one in all_)
    assert all(one.parts[1][0] >= one.parts[0][0] + 3600 for one in all_ if len(one.parts) > 1)
    late, short = sum(one.late for one in all_), sum(len(one.parts) > 1 for one in all_)
    assert (late > 0, short > 0) == (level > 0, level > 0)
    assert abs(late - 300 * 0.15 * level) < 25
