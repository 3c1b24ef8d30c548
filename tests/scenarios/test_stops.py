"""Golden scenarios of suppliers and carriers that stand still: what is told, and when it goes on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.disruptions import DisruptionKind
from domain.errors import InvalidInput
from domain.orders import Order, OrderLine
from domain.promises import Cause, EventKind, PromiseState
from domain.supply import Receipt
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from tests.promising.carriers import AIR, SEA, local, order, shop_with
from tests.promising.desks import Bench, ask, bench
from tests.promising.test_lots import lamp_order, works
from tests.scheduler.test_sourcing import NOW, hours, stocked
from tests.stores import Places

CARRIER, SUPPLIER = DisruptionKind.CARRIER_STOPPED, DisruptionKind.SUPPLIER_STOPPED


def report(subject_id, kind, request_id="d-1", validate_only=False, **fields):
    return DisruptionAsk(Report(subject_id, kind, **fields), request_id, "planner", validate_only=validate_only)


def amend(request_id="a-1", **fields):
    return DisruptionAsk(AmendReport("D-1", **fields), request_id, "planner")


def close(request_id="c-1", **fields):
    return DisruptionAsk(CloseReport("D-1", **fields), request_id, "planner")


@pytest.fixture
def shop(places: Places) -> Iterator[Bench]:
    """Caps of ACME in the north are made by ten, collected at 16:00, and there on Tuesday at 16:00; and so are jars."""
    with bench(places(), plant=shop_with()) as made:
        assert made.desk.promise(ask(order())).lines[0].promised_time == local("2026-03-03 16:00")
        jars = order("SO-2", ("jar", 10, "2026-03-03 16:00"))
        assert made.desk.promise(ask(jars)).lines[0].promised_time == local("2026-03-03 16:00")
        yield made


def stands(shop: Bench, order_id: str = "SO-1"):
    line = shop.desk.get(order_id).lines[0]
    return line.state, line.expected_time


CONFIRMED = (PromiseState.CONFIRMED, local("2026-03-03 16:00"))


def late(when: str):
    return PromiseState.AT_RISK, local(when)


def test_goods_wait_for_a_carrier_that_stands_still(shop: Bench) -> None:
    """Nothing is collected until Wednesday noon: what is made and what is in stock arrives on Thursday at 16:00."""
    schedule = shop.desk.schedule()
    made = shop.desk.disrupt(report("sea", CARRIER, end=local("2026-03-04 12:00"), source="radio", reason="snow"))
    assert [row.order_id for row in made.at_risk] == ["SO-1", "SO-2"]
    assert stands(shop) == stands(shop, "SO-2") == late("2026-03-05 16:00")
    assert shop.desk.get("SO-2").lines[0].cause == Cause("D-1")
    assert shop.kinds()[-3:] == [EventKind.DISRUPTION_REPORTED, EventKind.AT_RISK, EventKind.AT_RISK]
    assert shop.desk.schedule() == schedule
    assert shop.desk.check() == []
    shop.crash()
    assert stands(shop) == stands(shop, "SO-2") == late("2026-03-05 16:00")
    assert shop.desk.check() == []
    later = shop.desk.disrupt(amend(end=local("2026-03-05 09:00")))
    assert [row.expected for row in later.at_risk] == [local("2026-03-06 16:00")] * 2
    over = shop.desk.disrupt(close())
    assert over.recovered == (("SO-1", 1), ("SO-2", 1))
    assert stands(shop) == stands(shop, "SO-2") == CONFIRMED
    assert shop.desk.check() == []


def test_new_promises_avoid_it(shop: Bench) -> None:
    """Caps for Tuesday are promised for Thursday while it stands still, and by the other carrier where one goes."""
    shop.desk.disrupt(report("sea", CARRIER, end=local("2026-03-04 12:00")))
    (line,) = shop.desk.promise(ask(order("SO-3"))).lines
    assert (line.promised_time, line.carrier_id) == (local("2026-03-05 16:00"), "sea")
    assert shop.desk.check() == []


def test_another_carrier_takes_what_is_promised_then(tmp_path: Path) -> None:
    """The one in the air leaves on Tuesday at nine."""
    with bench(tmp_path / "store.sqlite", plant=shop_with(SEA, AIR)) as shop:
        shop.desk.disrupt(report("sea", CARRIER, region="north", end=local("2026-03-04 12:00")))
        (line,) = shop.desk.promise(ask(order())).lines
        assert (line.promised_time, line.carrier_id) == (local("2026-03-03 21:00"), "air")
        assert shop.desk.check() == []


def test_what_can_still_leave_before_it_is_brought_forward(places: Places) -> None:
    """Caps for Friday stand behind others; the carrier stops on Monday evening, so that they go before these."""
    with bench(places(), plant=shop_with()) as shop:
        for name, days in (("SO-2", "2026-03-06 16:00"), ("SO-1", "2026-03-12 16:00")):
            shop.desk.promise(ask(order(name, ("cap", 600, days))))
        assert stands(shop, "SO-2") == (PromiseState.CONFIRMED, local("2026-03-04 16:00"))
        made = shop.desk.disrupt(report("sea", CARRIER, start=local("2026-03-02 18:00"), end=local("2026-03-09 12:00")))
        assert made.at_risk == ()
        assert stands(shop, "SO-2") == (PromiseState.CONFIRMED, local("2026-03-03 16:00"))
        assert stands(shop, "SO-1") == (PromiseState.CONFIRMED, local("2026-03-10 16:00"))
        assert shop.desk.check() == []
        shop.crash()
        assert stands(shop, "SO-2") == (PromiseState.CONFIRMED, local("2026-03-03 16:00"))
        assert shop.desk.check() == []


def test_nobody_knows_when_the_carrier_drives_again(shop: Bench) -> None:
    """A day is assumed, and then as long again as it has lasted by then."""
    made = shop.desk.disrupt(report("sea", None))
    assert (made.disruption.kind, made.disruption.expected_end) == (CARRIER, local("2026-03-03 08:00"))
    assert stands(shop) == late("2026-03-04 16:00")
    shop.desk.set_clock(local("2026-03-03 09:00"))
    assert shop.desk.disruptions()[0].expected_end == local("2026-03-04 08:00")
    assert stands(shop) == late("2026-03-05 16:00")
    assert shop.desk.check() == []


# Suppliers.


@pytest.fixture
def open_works(places: Places) -> Iterator[object]:
    """Twenty lamps wait for forty screws that are bought in two days."""
    yield from _opening(places)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[object]:
    """The same, on one kind of store."""
    yield from _opening(lambda: tmp_path / "store.sqlite")


def _opening(places: Callable[[], Path | str]) -> Iterator[object]:
    opened: list[Bench] = []

    def start(*receipts: Receipt) -> Bench:
        made = Bench(places(), works(on_hand=stocked(resin=100, cable=1000), receipts=receipts))
        opened.append(made)
        made.desk.set_clock(NOW, caller="planner")
        made.desk.promise(ask(lamp_order()))
        return made

    yield start
    for one in opened:
        one.close()


def promised(lamps: Bench):
    line = lamps.desk.get("SO-1").lines[0]
    return line.state, line.promised_time, line.expected_time


def test_what_is_to_be_bought_comes_after_a_stop(open_works) -> None:
    """Screws ordered at eight come when a stop of three days from nine is over; what is ordered then takes two more."""
    lamps = open_works()
    assert promised(lamps) == (PromiseState.CONFIRMED, hours(49), hours(49))
    lamps.desk.set_clock(hours(1))
    made = lamps.desk.disrupt(report("screw", SUPPLIER, end=hours(73), reason="strike"))
    assert promised(lamps) == (PromiseState.AT_RISK, hours(49), hours(74))
    assert made.at_risk[0].cause is not None
    assert lamps.desk.check() == []
    (line,) = lamps.desk.promise(ask(lamp_order("SO-2"))).lines
    assert line.promised_time == hours(122)
    lamps.crash()
    assert promised(lamps) == (PromiseState.AT_RISK, hours(49), hours(74))
    assert lamps.desk.check() == []
    lamps.desk.disrupt(amend(end=hours(97)))
    assert promised(lamps) == (PromiseState.AT_RISK, hours(49), hours(98))
    assert lamps.desk.get("SO-2").lines[0].expected_time == hours(146)
    assert lamps.desk.check() == []
    lamps.desk.disrupt(close(ended=hours(1)))
    assert promised(lamps) == (PromiseState.CONFIRMED, hours(49), hours(49))
    assert lamps.desk.check() == []


def test_what_is_sold_as_it_is_bought_waits_for_its_supplier(opened) -> None:
    """Ten screws for Wednesday at eight come on Thursday, when the stop is over."""
    lamps = opened()
    order = Order("SO-9", "C-1", (OrderLine(1, "screw", 10, hours(48)),))
    assert lamps.desk.promise(ask(order)).lines[0].promised_time == hours(48)
    lamps.desk.disrupt(report("screw", SUPPLIER, start=hours(1), end=hours(73)))
    line = lamps.desk.get("SO-9").lines[0]
    assert (line.state, line.expected_time, line.cause) == (PromiseState.AT_RISK, hours(73), Cause("D-1"))
    assert lamps.desk.check() == []
    lamps.desk.disrupt(close(ended=hours(1)))
    assert lamps.desk.get("SO-9").lines[0].expected_time == hours(48)


def test_what_was_to_come_meanwhile_comes_when_it_is_over(open_works) -> None:
    """A receipt of noon comes at three and the lamps end at four; a stop that is over before it is none."""
    lamps = open_works(Receipt("PO-1", "screw", 40, hours(4)))
    assert promised(lamps) == (PromiseState.CONFIRMED, hours(5), hours(5))
    lamps.desk.disrupt(report("screw", SUPPLIER, start=hours(0), end=hours(3)))
    assert promised(lamps) == (PromiseState.CONFIRMED, hours(5), hours(5))
    lamps.desk.disrupt(amend(end=hours(7)))
    assert promised(lamps) == (PromiseState.AT_RISK, hours(5), hours(8))
    assert [row.time for row in lamps.desk.plant().receipts] == [hours(7)]
    assert lamps.desk.check() == []
    lamps.desk.disrupt(close(ended=hours(0)))
    assert promised(lamps) == (PromiseState.CONFIRMED, hours(5), hours(5))
    lamps.crash()
    assert promised(lamps) == (PromiseState.CONFIRMED, hours(5), hours(5))
    assert lamps.desk.check() == []


SENSELESS = [
    (Report("rail", CARRIER), "subject_id"),
    (Report("sea", CARRIER, region="south"), "region"),
    (Report("M1", DisruptionKind.MACHINE_DOWN, region="north"), "region"),
    (Report("nails", SUPPLIER), "subject_id"),
    (Report("sea", CARRIER, quantity=3), "quantity"),
    (Report("sea", CARRIER, end=local("2026-03-02 08:00") - timedelta(hours=1)), "end_time"),
]


def test_who_can_not_stop_is_told_by_its_field(shop: Bench) -> None:
    """No such carrier, a region that it does not go to, a region of a machine, no such item or family."""
    for wrong, field in SENSELESS:
        with pytest.raises(InvalidInput) as refused:
            shop.desk.disrupt(DisruptionAsk(wrong, "d-1", "planner"))
        assert [each.field for each in refused.value.violations] == [field], wrong
    assert shop.desk.disruptions(closed=True) == []
