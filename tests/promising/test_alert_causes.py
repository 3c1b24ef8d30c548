"""What alerts name as causes, and the reverse: whom a receipt, machine, mould, crew or carrier hits."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.disruptions import DisruptionKind
from domain.orders import Order, OrderLine
from domain.promises import Reason, ReasonKind
from domain.supply import Receipt
from promising.disruption_requests import DisruptionAsk, Report
from tests.promising.carriers import local, shop_with
from tests.promising.carriers import order as to_the_north
from tests.promising.desks import MONDAY, Bench, ask, bench, order
from tests.promising.test_late_material import plant
from tests.promising.test_lots import lamp_order, works
from tests.scheduler.test_sourcing import NOW, hours, stocked
from tests.stores import Places

HOUR = timedelta(hours=1)


def hit_by(bench: Bench, subject: str) -> list[str]:
    return [alert.order_id for alert in bench.desk.alerts()[1] if alert.concerns(subject)]


def disrupt(bench: Bench, subject: str, kind: DisruptionKind | None = None, **fields: object) -> None:
    report = Report(subject, kind, **fields)  # type: ignore[arg-type]
    bench.desk.disrupt(DisruptionAsk(report, f"d-{subject}", "floor"))


def test_a_late_receipt_hits_the_orders_that_wait_for_it_after_a_restart_too(places: Places) -> None:
    """Lamps wait for their cables; after a restart they were said to wait for a lag, and the receipt to hit nobody."""
    shop = Bench(places(), plant())
    shop.desk.set_clock(NOW, caller="planner")
    shop.desk.promise(ask(lamp_order()))
    disrupt(shop, "PO-1", end=hours(7))
    assert hit_by(shop, "PO-1") == hit_by(shop, "D-1") == ["SO-1"]
    shop.crash()
    assert hit_by(shop, "PO-1") == ["SO-1"]
    waits = [wait for step in shop.desk.chain("SO-1") for wait in step.waits if wait.kind is ReasonKind.MATERIAL]
    assert [wait.subject for wait in waits] == ["PO-1"]
    shop.close()


def test_whoever_lost_his_material_waits_for_what_comes_in_its_place(places: Places) -> None:
    """The cables in stock are rejected: the lamps take those of PO-1, and wait for them from then on."""
    stock = stocked(resin=100, screw=1000, cable=20)
    shop = Bench(places(), works(on_hand=stock, receipts=(Receipt("PO-1", "cable", 20, hours(4)),)))
    shop.desk.set_clock(NOW, caller="planner")
    shop.desk.promise(ask(lamp_order()))
    assert hit_by(shop, "PO-1") == []
    disrupt(shop, "cable", DisruptionKind.MATERIAL_REJECTED)
    assert hit_by(shop, "PO-1") == ["SO-1"]
    shop.close()


def test_goods_that_are_delivered_as_they_come_wait_for_their_receipt(places: Places) -> None:
    """Ten vases of PO-1, with an hour in hand: seven hours later than now is what they wait for."""
    shop = Bench(places(), works(on_hand=(), receipts=(Receipt("PO-1", "vase", 10, hours(1)),)))
    shop.desk.set_clock(NOW, caller="planner")
    shop.desk.promise(ask(Order("SO-1", "C-1", (OrderLine(1, "vase", 10, hours(2)),))))
    disrupt(shop, "PO-1", end=hours(7))
    (alert,) = shop.desk.alerts()[1]
    assert alert.causes == (Reason(ReasonKind.MATERIAL, 7 * HOUR, "PO-1"),)
    shop.close()


@pytest.mark.parametrize(("subject", "kind"), [("CAP", ReasonKind.MOULD), ("M1", ReasonKind.MACHINE)])
def test_what_is_down_hits_those_who_wait_for_it(tmp_path: Path, subject: str, kind: ReasonKind) -> None:
    """Two hours on Monday morning, of which the cap of ten o'clock is told as waiting for them, not as off shift."""
    with bench(tmp_path / "plant.sqlite") as shop:
        shop.desk.promise(ask(order(days=0)))
        disrupt(shop, subject, end=MONDAY + 2 * HOUR)
        (alert,) = shop.desk.alerts()[1]
        assert alert.causes == (Reason(kind, 2 * HOUR, subject),)
        assert hit_by(shop, subject) == ["SO-1"]


def test_a_setter_who_is_away_hits_those_who_wait_for_their_changeover(tmp_path: Path) -> None:
    """The lid's mould is mounted at ten instead of eight."""
    with bench(tmp_path / "plant.sqlite") as shop:
        shop.desk.promise(ask(order(item_id="lid", days=0)))
        disrupt(shop, "SETTER", end=MONDAY + 2 * HOUR)
        assert hit_by(shop, "SETTER") == ["SO-1"]
        (alert,) = shop.desk.alerts()[1]
        assert Reason(ReasonKind.CREW, 2 * HOUR, "SETTER") in alert.causes


def test_a_run_that_stands_still_names_its_machine(tmp_path: Path) -> None:
    """Begun at eight, M1 breaks at nine for three hours: the cap is late for it."""
    with bench(tmp_path / "plant.sqlite") as shop:
        shop.desk.promise(ask(order(days=0)))
        shop.desk.set_clock(MONDAY + HOUR)
        disrupt(shop, "M1", end=MONDAY + 4 * HOUR)
        (alert,) = shop.desk.alerts()[1]
        assert alert.causes == (Reason(ReasonKind.MACHINE, 3 * HOUR, "M1"),)


def test_a_carrier_that_stands_still_hits_what_it_was_to_collect(tmp_path: Path) -> None:
    """Caps packed at ten on Monday and jars from stock go on Wednesday at four."""
    with bench(tmp_path / "plant.sqlite", plant=shop_with()) as shop:
        shop.desk.promise(ask(to_the_north()))
        disrupt(shop, "sea", DisruptionKind.CARRIER_STOPPED, end=local("2026-03-04 12:00"))
        (alert,) = shop.desk.alerts()[1]
        assert Reason(ReasonKind.CUT_OFF, 54 * HOUR, "sea") in alert.causes
        assert hit_by(shop, "sea") == ["SO-1"]
