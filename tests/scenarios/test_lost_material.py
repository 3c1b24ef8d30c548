"""Less comes, or is in stock, than was told: what was reserved of it finds other supply, or is told to be at risk."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.disruptions import DisruptionKind, DisruptionState
from domain.errors import InvalidInput
from domain.items import Substitute, Use
from domain.orders import Order, OrderLine
from domain.promises import Cause, EventKind, PromiseState
from domain.supply import OnHand, Receipt
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.feed_requests import Feed, Issue, ReceiptChange
from promising.plant_files import write_plant
from tests.promising.desks import Bench, ask
from tests.promising.test_lots import lamp_order, works
from tests.scheduler.test_sourcing import NOW, hours, stocked
from tests.stores import Places

SHORT, REJECTED = DisruptionKind.MATERIAL_SHORT, DisruptionKind.MATERIAL_REJECTED


def report(subject_id="PO-1", kind=SHORT, request_id="d-1", validate_only=False, **fields):
    return DisruptionAsk(Report(subject_id, kind, **fields), request_id, "floor", validate_only=validate_only)


def amend(request_id="a-1", **fields):
    return DisruptionAsk(AmendReport("D-1", **fields), request_id, "floor")


def close(request_id="c-1", **fields):
    return DisruptionAsk(CloseReport("D-1", **fields), request_id, "floor")


NOON = Receipt("PO-1", "cable", 20, hours(4))
TWO = Receipt("PO-2", "cable", 10, hours(6))


@pytest.fixture
def open_works(places: Places) -> Iterator[object]:
    """Twenty lamps wait for the cables of noon and are promised for one o'clock."""
    yield from _opening(places)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[object]:
    """The same, on one kind of store."""
    yield from _opening(lambda: tmp_path / "store.sqlite")


def _opening(places: Callable[[], Path | str]) -> Iterator[object]:
    opened: list[Bench] = []

    def start(*receipts: Receipt, **changes: object) -> Bench:
        there = changes.pop("on_hand", stocked(resin=100, screw=1000))
        made = Bench(places(), works(on_hand=there, receipts=receipts, **changes))
        opened.append(made)
        made.desk.set_clock(NOW, caller="planner")
        assert made.desk.promise(ask(lamp_order())).lines[0].promised_time == hours(5)
        return made

    yield start
    for one in opened:
        one.close()


def stands(lamps: Bench, order_id: str = "SO-1"):
    line = lamps.desk.get(order_id).lines[0]
    return line.state, line.promised_time, line.expected_time


def held(lamps: Bench, item_id: str, order_id: str = "SO-1"):
    pegs = [peg for peg in lamps.pegs(order_id) if peg.item_id == item_id]
    return sorted((peg.source.value, peg.receipt_id, peg.quantity) for peg in pegs)


CONFIRMED = (PromiseState.CONFIRMED, hours(5), hours(5))


def late(at: float):
    return PromiseState.AT_RISK, hours(5), hours(at)


def test_what_a_short_receipt_lacks_is_taken_of_another_one(open_works) -> None:
    """Five of twenty cables don't come: those of two o'clock take their places, and a crash finds the same."""
    lamps = open_works(NOON, TWO)
    made = lamps.desk.disrupt(report(quantity=5, source="ACME", reason="counted 15"))
    assert (made.disruption.kind, made.disruption.quantity, made.disruption.end) == (SHORT, 5, None)
    assert stands(lamps) == late(7)
    assert held(lamps, "cable") == [("receipt", "PO-1", 15), ("receipt", "PO-2", 5)]
    (row,) = made.at_risk
    assert row.cause is not None
    assert (row.order_id, row.expected, row.cause.disruption_id) == ("SO-1", hours(7), "D-1")
    assert lamps.kinds()[-2:] == [EventKind.DISRUPTION_REPORTED, EventKind.AT_RISK]
    assert lamps.desk.check() == []
    schedule = lamps.desk.schedule()
    lamps.crash()
    assert (lamps.desk.schedule(), stands(lamps)) == (schedule, late(7))
    assert held(lamps, "cable") == [("receipt", "PO-1", 15), ("receipt", "PO-2", 5)]
    assert lamps.desk.check() == []


def test_it_is_more_then_less_and_last_nothing(opened) -> None:
    """Amended to ten and back to two; closed as if it never came, the promise holds again at the old places."""
    lamps = opened(NOON, TWO)
    schedule = lamps.desk.schedule()
    lamps.desk.disrupt(report(quantity=5))
    lamps.desk.disrupt(amend(quantity=10))
    assert held(lamps, "cable") == [("receipt", "PO-1", 10), ("receipt", "PO-2", 10)]
    lamps.desk.disrupt(amend("a-2", quantity=2))
    assert held(lamps, "cable") == [("receipt", "PO-1", 18), ("receipt", "PO-2", 2)]
    over = lamps.desk.disrupt(close())
    assert (stands(lamps), over.recovered) == (CONFIRMED, (("SO-1", 1),))
    assert held(lamps, "cable") == [("receipt", "PO-1", 20)]
    assert lamps.desk.schedule() == schedule
    assert lamps.desk.check() == []


def test_what_comes_in_its_place_is_told_with_its_time(open_works) -> None:
    """Four rejected, and delivered again at three: the lamps end at four, and at nine when it comes at eight."""
    lamps = open_works(NOON)
    lamps.desk.disrupt(report(kind=REJECTED, quantity=4, expected_end=hours(7)))
    assert stands(lamps) == late(8)
    assert held(lamps, "cable") == [("receipt", "PO-1", 16), ("receipt", "~D-1", 4)]
    assert lamps.desk.check() == []
    lamps.crash()
    assert lamps.desk.check() == []
    lamps.desk.disrupt(amend(end=hours(6)))
    assert stands(lamps) == late(7)
    assert lamps.desk.check() == []


def test_what_is_bought_is_bought_again(places: Places) -> None:
    """Ten of the forty screws in stock rejected: ten are bought in two days, and listed to be bought."""
    lamps = Bench(places(), works(on_hand=stocked(resin=100, screw=40, cable=20)))
    lamps.desk.set_clock(NOW, caller="planner")
    assert lamps.desk.promise(ask(lamp_order())).lines[0].promised_time == hours(3)
    lamps.desk.disrupt(report("screw", REJECTED, quantity=10))
    assert held(lamps, "screw") == [("buy", "", 10), ("stock", "", 30)]
    assert [(row.item_id, row.quantity, row.planned_time) for row in lamps.desk.purchases()] == [
        ("screw", 10, hours(48))
    ]
    assert stands(lamps) == (PromiseState.AT_RISK, hours(3), hours(49))
    assert lamps.desk.check() == []
    lamps.crash()
    assert lamps.desk.check() == []
    lamps.desk.disrupt(close())
    assert stands(lamps) == (PromiseState.CONFIRMED, hours(3), hours(3))
    assert held(lamps, "screw") == [("stock", "", 40)]
    assert lamps.desk.check() == []
    lamps.close()


def test_what_nobody_has_is_to_be_found_by_somebody(opened) -> None:
    """No other cables are known and none can be bought: counted with for tomorrow, and listed to be bought."""
    lamps = opened(NOON)
    lamps.desk.disrupt(report(quantity=1))
    assert held(lamps, "cable") == [("buy", "", 1), ("receipt", "PO-1", 19)]
    assert [(row.item_id, row.quantity) for row in lamps.desk.purchases()] == [("cable", 1)]
    assert stands(lamps) == late(25)
    assert lamps.desk.check() == []


def test_a_substitute_is_bought_where_one_may_be(opened) -> None:
    """Two screws may stand for a cable: ten are bought in two days, for what nobody could get otherwise."""
    cord = Substitute("cable", "screw", Use.MATERIAL, quantity_micro=2_000_000)
    lamps = opened(NOON, substitutes=(cord,), on_hand=stocked(resin=100, screw=40))
    made = lamps.desk.disrupt(report(quantity=5))
    assert made.at_risk[0].expected == hours(49)
    assert held(lamps, "cable") == [("receipt", "PO-1", 15)]
    assert held(lamps, "screw") == [("buy", "", 10), ("stock", "", 40)]


def test_a_substitute_that_is_there_keeps_the_promise(opened) -> None:
    """Two screws may stand for a cable: ten of the spare ones are taken, and nothing is late."""
    cord = Substitute("cable", "screw", Use.MATERIAL, quantity_micro=2_000_000, goes_into_id="lamp")
    lamps = opened(NOON, substitutes=(cord,), on_hand=stocked(resin=100, screw=50))
    made = lamps.desk.disrupt(report(quantity=5))
    assert (made.at_risk, stands(lamps)) == ((), CONFIRMED)
    assert held(lamps, "cable") == [("receipt", "PO-1", 15)]
    assert held(lamps, "screw") == [("stock", "", 10), ("stock", "", 40)]
    assert lamps.desk.check() == []


def test_the_lowest_priority_goes_without_first(tmp_path: Path) -> None:
    """Of ten cables each the order of priority 7 loses, though it was promised first."""
    lamps = Bench(tmp_path / "store.sqlite", works(on_hand=stocked(resin=100, screw=1000), receipts=(NOON, TWO)))
    lamps.desk.set_clock(NOW, caller="planner")
    for name, priority in (("SO-1", 7), ("SO-2", 2)):
        line = OrderLine(1, "lamp", 10, hours(8))
        lamps.desk.promise(ask(Order(name, "C-1", (line,), priority=priority)))
    lamps.desk.disrupt(report(quantity=10))
    assert held(lamps, "cable", "SO-2") == [("receipt", "PO-1", 10)]
    assert held(lamps, "cable", "SO-1") == [("receipt", "PO-2", 10)]
    assert [lamps.desk.get(name).lines[0].state for name in ("SO-1", "SO-2")] == [PromiseState.CONFIRMED] * 2
    assert lamps.desk.check() == []
    lamps.close()


def test_what_work_has_taken_can_not_be_lost(opened) -> None:
    """The lamps began at noon with all cables of the receipt: there is nothing of it to be short of."""
    lamps = opened(NOON)
    lamps.desk.set_clock(hours(4.5))
    with pytest.raises(InvalidInput) as refused:
        lamps.desk.disrupt(report(quantity=3))
    assert [each.field for each in refused.value.violations] == ["subject_id"]
    lost = lamps.desk.disrupt(report("screw", quantity=0, request_id="d-2"))
    assert lost.disruption.quantity == 960
    assert lamps.desk.check() == []


def test_what_is_delivered_as_it_is_comes_with_the_next_receipt(tmp_path: Path) -> None:
    """Ten vases at nine, of which three are rejected; three of the next come at eleven, with the report as cause."""
    vases = (Receipt("PO-1", "vase", 10, hours(1)), Receipt("PO-2", "vase", 10, hours(3)))
    shop = Bench(tmp_path / "store.sqlite", works(on_hand=(), receipts=vases))
    shop.desk.set_clock(NOW, caller="planner")
    order = Order("SO-1", "C-1", (OrderLine(1, "vase", 10, hours(2)),))
    assert shop.desk.promise(ask(order)).lines[0].promised_time == hours(2)
    shop.desk.disrupt(report(kind=REJECTED, quantity=3))
    line = shop.desk.get("SO-1").lines[0]
    assert (line.state, line.expected_time, line.cause) == (PromiseState.AT_RISK, hours(3), Cause("D-1"))
    assert held(shop, "vase") == [("receipt", "PO-1", 7), ("receipt", "PO-2", 3)]
    shop.desk.disrupt(close())
    assert shop.desk.get("SO-1").lines[0].expected_time == hours(1)
    assert shop.desk.check() == []
    shop.close()


def test_goods_that_are_made_are_made_anew(places: Places) -> None:
    """Ten vases in stock, of which four fail: four are made in 24 minutes, and all ten leave then."""
    shop = Bench(places(), works(on_hand=stocked(vase=10)))
    shop.desk.set_clock(NOW, caller="planner")
    order = Order("SO-1", "C-1", (OrderLine(1, "vase", 10, hours(0.25)),))
    assert shop.desk.promise(ask(order)).lines[0].expected_time == hours(0)
    shop.desk.disrupt(report("vase", REJECTED, quantity=4))
    assert stands(shop) == (PromiseState.AT_RISK, hours(0.25), hours(0.4))
    assert held(shop, "vase") == [("stock", "", 6)]
    assert [(row.start, row.end) for row in shop.desk.schedule()] == [(hours(0), hours(0.4))]
    assert shop.desk.check() == []
    schedule = shop.desk.schedule()
    shop.crash()
    assert shop.desk.schedule() == schedule
    assert stands(shop) == (PromiseState.AT_RISK, hours(0.25), hours(0.4))
    assert shop.desk.check() == []
    shop.close()


def test_what_has_left_can_not_be_lost_and_troubles_nobody(tmp_path: Path) -> None:
    """Vases from stock were issued, the shades of the same order are to be made: a restart, a loss, and a breakdown."""
    shop = Bench(tmp_path / "store.sqlite", works(on_hand=stocked(vase=10, resin=100)))
    shop.desk.set_clock(NOW, caller="planner")
    lines = (OrderLine(1, "vase", 10, hours(2)), OrderLine(2, "shade", 20, hours(4)))
    shop.desk.promise(ask(Order("SO-1", "C-1", lines)))
    shop.desk.feed(Feed("f-1", "erp", issues=(Issue("SO-1", 1, NOW),)))
    shop.crash()
    shop.desk.disrupt(report("resin", quantity=99))
    shop.desk.disrupt(DisruptionAsk(Report("press", end=hours(1)), "d-2", "floor"))
    assert [line.expected_time for line in shop.desk.get("SO-1").lines] == [hours(0), hours(3)]
    assert shop.desk.check() == []
    shop.close()


def test_all_of_it_is_lost_and_made_anew(places: Places) -> None:
    """An hour for ten vases of which none is left; the promise for noon holds."""
    shop = Bench(places(), works(on_hand=stocked(vase=10)))
    shop.desk.set_clock(NOW, caller="planner")
    shop.desk.promise(ask(Order("SO-1", "C-1", (OrderLine(1, "vase", 10, hours(4)),))))
    shop.desk.disrupt(report("vase", REJECTED))
    assert stands(shop)[0] is PromiseState.CONFIRMED
    assert held(shop, "vase") == []
    assert [(row.start, row.end) for row in shop.desk.schedule()] == [(hours(0), hours(1))]
    for _ in range(2):
        assert shop.desk.check() == []
        shop.crash()
    shop.close()


def test_new_promises_are_made_of_what_is_left(opened) -> None:
    """Of thirty cables ten are free until ten are lost: the next lamps are refused, and promised once it is over."""
    lamps = opened(Receipt("PO-1", "cable", 30, hours(4)))
    lamps.desk.disrupt(report(quantity=10))
    assert stands(lamps) == CONFIRMED
    assert lamps.desk.promise(ask(lamp_order("SO-2", 10))).lines[0].refusal == "material_missing"
    lamps.desk.disrupt(close())
    assert lamps.desk.promise(ask(lamp_order("SO-3", 10))).lines[0].promised_time is not None
    assert lamps.desk.check() == []


def test_feeds_imports_and_exports_know_what_was_told(open_works) -> None:
    """Twenty cables in the books, fifteen in the plan; a restart and the same import leave it so."""
    lamps = open_works(NOON, TWO)
    lamps.desk.disrupt(report(quantity=5))
    lamps.desk.feed(Feed("f-1", "erp", stock=(OnHand("resin", 90, NOW),)))
    for _ in range(2):
        assert [row.quantity for row in lamps.desk.plant().receipts] == [15, 10]
        assert b"PO-1,cable,20,2026-03-02T12:00" in lamps.desk.export_plant()["receipts.csv"]
        lamps.crash()
    plant = works(on_hand=stocked(resin=100, screw=1000), receipts=(NOON, TWO))
    lamps.desk.import_plant(write_plant(plant))
    assert stands(lamps) == late(7)
    assert [row.quantity for row in lamps.desk.plant().receipts] == [15, 10]


def test_books_that_know_it_close_it(open_works) -> None:
    """The receipt is fed with fifteen, and the screws are counted after some were lost: neither is lost twice."""
    lamps = open_works(NOON, TWO)
    lamps.desk.disrupt(report(quantity=5))
    lamps.desk.disrupt(report("screw", quantity=100, request_id="d-2"))
    lamps.desk.set_clock(hours(0.5))
    lamps.desk.feed(Feed("f-1", "erp", receipts=(ReceiptChange("PO-1", quantity=15),)))
    lamps.desk.feed(Feed("f-2", "erp", stock=(OnHand("screw", 890, hours(0.25)),)))
    assert [each.state for each in lamps.desk.disruptions(closed=True)] == [DisruptionState.CLOSED] * 2
    assert lamps.kinds()[-4:] == [
        EventKind.DISRUPTION_CLOSED, EventKind.PLANT_FED, EventKind.DISRUPTION_CLOSED, EventKind.PLANT_FED,
    ]  # fmt: skip
    for _ in range(2):
        plant = lamps.desk.plant()
        assert [row.quantity for row in plant.receipts] == [15, 10]
        assert {row.item_id: row.quantity for row in plant.on_hand}["screw"] == 890
        assert lamps.desk.check() == []
        lamps.crash()


def test_what_it_would_cost_is_told_and_nothing_is_done(opened) -> None:
    """The receipt as in earnest; a retry in earnest gets the first answer."""
    lamps = opened(NOON, TWO)
    schedule, events = lamps.desk.schedule(), lamps.desk.events()
    told = lamps.desk.disrupt(report(quantity=5, validate_only=True))
    assert (lamps.desk.schedule(), lamps.desk.events(), stands(lamps)) == (schedule, events, CONFIRMED)
    assert held(lamps, "cable") == [("receipt", "PO-1", 20)]
    made = lamps.desk.disrupt(report(quantity=5))
    assert made.at_risk == told.at_risk
    assert lamps.desk.disrupt(report(quantity=5)) == made


SENSELESS = [
    (Report("PO-9", SHORT), "subject_id"),
    (Report("press", REJECTED), "subject_id"),
    (Report("PO-1", SHORT, quantity=21), "quantity"),
    (Report("PO-1", SHORT, quantity=-1), "quantity"),
    (Report("vase", SHORT, quantity=1), "subject_id"),
    (Report("PO-1", DisruptionKind.MATERIAL_LATE, quantity=1), "quantity"),
    (Report("PO-1", SHORT, end=hours(-1)), "end_time"),
]


def test_what_can_not_be_lost_is_told_by_its_field(opened) -> None:
    """No such receipt, a machine, more than there is, nothing in stock, a quantity of what is only late."""
    lamps = opened(NOON)
    for wrong, field in SENSELESS:
        with pytest.raises(InvalidInput) as refused:
            lamps.desk.disrupt(DisruptionAsk(wrong, "d-1", "floor"))
        assert [each.field for each in refused.value.violations] == [field], wrong
    assert lamps.desk.disruptions(closed=True) == []
