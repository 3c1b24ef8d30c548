"""Material comes later than it was to: what waits for it is timed anew, and what can't be kept is told."""

from collections.abc import Iterator

import pytest

from domain.disruptions import DisruptionKind
from domain.errors import InvalidInput
from domain.orders import Order, OrderLine
from domain.promises import Cause, EventKind, PromiseState
from domain.supply import OnHand, Receipt
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.feed_requests import Arrival, Feed, ReceiptChange
from promising.plant_files import write_plant
from tests.promising.desks import Bench, ask
from tests.promising.test_lots import lamp_order, works
from tests.scheduler.test_sourcing import NOW, hours, stocked
from tests.stores import Places


def report(subject_id="PO-1", request_id="d-1", validate_only=False, **fields):
    return DisruptionAsk(Report(subject_id, **fields), request_id, "floor", validate_only=validate_only)


def amend(request_id="a-1", **fields):
    return DisruptionAsk(AmendReport("D-1", **fields), request_id, "floor")


def close(request_id="c-1", **fields):
    return DisruptionAsk(CloseReport("D-1", **fields), request_id, "floor")


def plant():
    cables = Receipt("PO-1", "cable", 20, hours(4))
    return works(on_hand=stocked(resin=100, screw=1000), receipts=(cables, Receipt("PO-2", "screw", 7, hours(9))))


@pytest.fixture
def lamps(places: Places) -> Iterator[Bench]:
    """Twenty lamps wait for the cables of noon and are promised for one o'clock."""
    made = Bench(places(), plant())
    made.desk.set_clock(NOW, caller="planner")
    assert made.desk.promise(ask(lamp_order())).lines[0].promised_time == hours(5)
    yield made
    made.close()


def stands(lamps: Bench):
    line = lamps.desk.get("SO-1").lines[0]
    return line.state, line.promised_time, line.expected_time


CONFIRMED = (PromiseState.CONFIRMED, hours(5), hours(5))


def late(at: float):
    return PromiseState.AT_RISK, hours(5), hours(at)


def test_a_late_receipt_puts_what_waits_for_it_at_risk(lamps: Bench) -> None:
    """Three o'clock and not noon: the lamps end at four; a crash finds the same, and nothing is lost."""
    made = lamps.desk.disrupt(report(end=hours(7), source="ACME", reason="lorry"))
    assert made.disruption.kind is DisruptionKind.MATERIAL_LATE
    assert stands(lamps) == late(8)
    (row,) = made.at_risk
    assert (row.order_id, row.promised, row.before, row.expected) == ("SO-1", hours(5), hours(5), hours(8))
    assert row.cause is not None
    assert row.cause.disruption_id == "D-1"
    assert lamps.kinds()[-2:] == [EventKind.DISRUPTION_REPORTED, EventKind.AT_RISK]
    schedule, pegs = lamps.desk.schedule(), lamps.pegs("SO-1")
    assert lamps.desk.check() == []
    lamps.crash()
    assert (lamps.desk.schedule(), lamps.pegs("SO-1"), stands(lamps)) == (schedule, pegs, late(8))
    assert lamps.desk.check() == []


def test_it_comes_later_still_sooner_and_as_it_was_to(lamps: Bench) -> None:
    """Amended twice, and never late in fact: the promise holds again, at the old places."""
    schedule = lamps.desk.schedule()
    lamps.desk.disrupt(report(end=hours(6)))
    lamps.desk.disrupt(amend(end=hours(7)))
    assert stands(lamps) == late(8)
    assert lamps.desk.check() == []
    sooner = lamps.desk.disrupt(amend("a-2", end=hours(5)))
    assert (stands(lamps), sooner.recovered) == (late(6), ())
    over = lamps.desk.disrupt(close(ended=hours(0)))
    assert (stands(lamps), over.recovered) == (CONFIRMED, (("SO-1", 1),))
    assert lamps.desk.schedule() == schedule
    assert lamps.desk.check() == []
    lamps.crash()
    assert lamps.desk.schedule() == schedule


def test_nobody_knows_when_it_comes(lamps: Bench) -> None:
    """A day after it was to come; when that passes unheard, as long again as it has been late."""
    made = lamps.desk.disrupt(report())
    assert (made.disruption.end, made.disruption.expected_end) == (None, hours(28))
    assert stands(lamps) == late(29)
    lamps.desk.set_clock(hours(30))
    assert lamps.desk.disruptions()[0].expected_end == hours(56)
    assert stands(lamps) == late(73)
    assert lamps.desk.check() == []


def test_what_arrives_though_it_was_to_be_late_is_used_at_once(lamps: Bench) -> None:
    """Told for three, there at one: once that it is over is told the lamps begin."""
    lamps.desk.disrupt(report(end=hours(7)))
    lamps.desk.set_clock(hours(5))
    lamps.desk.feed(Feed("f-1", "erp", arrivals=(Arrival("PO-1", hours(5)),)))
    assert stands(lamps) == late(8)
    lamps.desk.disrupt(close())
    assert stands(lamps) == late(6)
    assert lamps.desk.check() == []
    lamps.crash()
    assert stands(lamps) == late(6)


def test_feeds_imports_and_exports_know_the_receipt_by_its_own_time(lamps: Bench) -> None:
    """The plan goes on with three o'clock; without the disruption it would be noon again."""
    lamps.desk.disrupt(report(end=hours(7)))
    lamps.desk.feed(Feed("f-1", "erp", stock=(OnHand("resin", 90, NOW),)))
    lamps.desk.feed(Feed("f-2", "erp", receipts=(ReceiptChange("PO-1", quantity=30),)))
    for _ in range(2):
        assert lamps.desk.plant().receipts[0] == Receipt("PO-1", "cable", 30, hours(7))
        assert b"PO-1,cable,30,2026-03-02T12:00" in lamps.desk.export_plant()["receipts.csv"]
        assert stands(lamps) == late(8)
        lamps.crash()
    lamps.desk.import_plant(write_plant(plant()))
    assert lamps.desk.plant().receipts[0] == Receipt("PO-1", "cable", 20, hours(7))
    assert stands(lamps) == late(8)
    lamps.desk.disrupt(close(ended=hours(0)))
    assert lamps.desk.plant().receipts[0].time == hours(4)
    assert stands(lamps) == CONFIRMED
    assert lamps.desk.check() == []


def test_what_is_delivered_as_it_is_waits_too(places: Places) -> None:
    """Ten vases at nine, expected at three: at risk with the report as cause, and there at noon in fact."""
    shop = Bench(places(), works(on_hand=(), receipts=(Receipt("PO-1", "vase", 10, hours(1)),)))
    shop.desk.set_clock(NOW, caller="planner")
    order = Order("SO-1", "C-1", (OrderLine(1, "vase", 10, hours(2)),))
    assert shop.desk.promise(ask(order)).lines[0].promised_time == hours(2)
    shop.desk.disrupt(report(end=hours(7)))
    line = shop.desk.get("SO-1").lines[0]
    assert (line.state, line.expected_time, line.cause) == (PromiseState.AT_RISK, hours(7), Cause("D-1"))
    shop.desk.set_clock(hours(4))
    shop.desk.feed(Feed("f-1", "erp", arrivals=(Arrival("PO-1", hours(4)),)))
    shop.desk.disrupt(close())
    assert shop.desk.get("SO-1").lines[0].expected_time == hours(4)
    assert shop.desk.check() == []
    shop.close()


def test_what_it_would_cost_is_told_and_nothing_is_done(lamps: Bench) -> None:
    """The receipt as in earnest; a retry in earnest gets the first answer."""
    schedule, events = lamps.desk.schedule(), lamps.desk.events()
    told = lamps.desk.disrupt(report(end=hours(7), validate_only=True))
    assert (lamps.desk.schedule(), lamps.desk.events(), stands(lamps)) == (schedule, events, CONFIRMED)
    made = lamps.desk.disrupt(report(end=hours(7)))
    assert made.at_risk == told.at_risk
    assert lamps.desk.disrupt(report(end=hours(7))) == made


SENSELESS = [
    (Report("PO-9", DisruptionKind.MATERIAL_LATE), "subject_id"),
    (Report("PO-1", DisruptionKind.MACHINE_DOWN), "subject_id"),
    (Report("PO-1", end=hours(4)), "end_time"),
    (Report("PO-1", expected_end=hours(3)), "expected_end_time"),
]


def test_what_can_not_be_late_is_told_by_its_field(lamps: Bench) -> None:
    """No such receipt, a machine, or a time that is not later than its own."""
    for wrong, field in SENSELESS:
        with pytest.raises(InvalidInput) as refused:
            lamps.desk.disrupt(DisruptionAsk(wrong, "d-1", "floor"))
        assert [each.field for each in refused.value.violations] == [field]
    assert lamps.desk.disruptions(closed=True) == []
