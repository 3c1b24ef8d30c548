"""Lines with components at the desk: told, stored, found again, amended, taken back, fed."""

from collections.abc import Iterator

import pytest

from domain.errors import InvalidInput, WouldBreakReservations, WrongState
from domain.items import Item, Sourcing, Substitute, Use
from domain.orders import Order, OrderLine
from domain.plant import ClockMode, Plant
from domain.promises import PromiseState, Source, Tier
from domain.supply import OnHand, Receipt
from domain.values import replace
from promising.feed_requests import Arrival, Feed, Issue, ReceiptChange
from promising.plant_files import write_plant
from promising.requests import Amend, Close, Split
from tests.promising.desks import Bench, ask, cancel, change
from tests.scheduler.test_sourcing import NOW, hours, lamps, stocked
from tests.stores import Places


def works(**changes: object) -> Plant:
    """The lamps' plant with a clock that is set by hand."""
    plant = lamps(**changes)
    return replace(plant, settings=replace(plant.settings, clock=ClockMode.MANUAL))


@pytest.fixture
def open_works(places: Places) -> Iterator[object]:
    """Open a desk on the lamps' plant on Monday at eight."""
    opened: list[Bench] = []

    def start(on_hand: tuple[OnHand, ...] = lamps().on_hand, receipts: tuple[Receipt, ...] = ()) -> Bench:
        found = Bench(places(), works(on_hand=on_hand, receipts=receipts))
        opened.append(found)
        found.desk.set_clock(NOW, caller="planner")
        return found

    yield start
    for one in opened:
        one.close()


def lamp_order(name: str = "SO-1", quantity: int = 20) -> Order:
    """Lamps for nine o'clock, which is too early."""
    return Order(name, "C-1", (OrderLine(1, "lamp", quantity, hours(1)),))


def test_a_line_with_components_is_found_again_as_it_was_told(open_works) -> None:
    """Ten screws short, bought; kit, places and dates are the same after a crash, and the checker finds nothing."""
    works = open_works(stocked(resin=100, screw=10, cable=1000))
    told = works.desk.promise(ask(lamp_order()))
    schedule = works.desk.schedule()
    assert [(part.item_id, part.quantity) for part in told.lines[0].kit if part.source is Source.BUY] == [("screw", 30)]
    works.crash()
    assert works.desk.get("SO-1") == told
    assert works.desk.schedule() == schedule
    assert works.desk.check() == []
    again = works.desk.promise(ask(lamp_order("SO-2")))
    assert again.lines[0].promised_time is not None
    assert works.desk.check() == []


def test_the_same_is_promised_again_after_a_cancellation(open_works) -> None:
    """Nothing of its lots or material stays behind."""
    works = open_works(stocked(resin=1, screw=40, cable=20))
    first = works.desk.promise(ask(lamp_order()))
    works.desk.change(cancel("SO-1"))
    works.crash()
    assert works.desk.promise(ask(lamp_order("SO-2"))).lines[0].promised_time == first.lines[0].promised_time
    assert works.desk.promise(ask(lamp_order("SO-3"))).lines[0].refusal == "material_missing"


def test_begun_lots_of_a_cancelled_line_go_into_nothing_any_more(open_works) -> None:
    """They are found so after a crash, and another order's work that gets the keys of what is gone is not theirs."""
    works = open_works(stocked(resin=100, screw=1000, cable=1000))
    works.desk.promise(ask(lamp_order()))
    first = works.desk.schedule()[0]
    works.desk.set_clock(first.end, caller="planner")
    works.desk.change(cancel("SO-1"))
    stood = works.desk.schedule()
    assert stood
    assert {row.into for row in stood} == {0}
    works.crash()
    assert works.desk.schedule() == stood
    works.desk.promise(ask(lamp_order("SO-2")))
    both = works.desk.schedule()
    assert [row for row in both if row.order_id == "SO-1"] == stood
    works.crash()
    assert works.desk.schedule() == both
    assert works.desk.check() == []


def test_an_amended_line_gets_its_components_anew(open_works) -> None:
    """Half the lamps in half the time; more than there are cables is declined, and the line stands."""
    works = open_works(stocked(resin=100, screw=1000, cable=30))
    told = works.desk.promise(ask(lamp_order()))
    declined = works.desk.change(change("SO-1", Amend(lamp_order(quantity=40)), "more", etag=told.etag))
    assert not declined.receipt.made
    assert works.desk.get("SO-1") == told
    smaller = works.desk.change(change("SO-1", Amend(lamp_order(quantity=10)), "fewer", etag=told.etag)).promise
    assert smaller.lines[0].promised_time == hours(1.5)
    works.crash()
    assert works.desk.check() == []
    assert works.desk.get("SO-1").lines[0].kit == smaller.lines[0].kit


def test_a_receipt_that_a_lot_waits_for_can_come_no_later_than_it_begins(open_works) -> None:
    """Twenty cables at noon: the feed that moves them to three is refused with the line that needs them."""
    cables = Receipt("PO-1", "cable", 20, hours(4))
    works = open_works(stocked(resin=100, screw=1000), (cables,))
    told = works.desk.promise(ask(lamp_order()))
    assert (told.lines[0].state, told.lines[0].promised_time) == (PromiseState.CONFIRMED, hours(5))
    later = Feed("late", receipts=(ReceiptChange("PO-1", time=hours(7)),))
    with pytest.raises(WouldBreakReservations, match="SO-1 line 1: PO-1 is needed by"):
        works.desk.feed(later)
    works.desk.feed(Feed("sooner", receipts=(ReceiptChange("PO-1", time=hours(3)),)))
    assert works.desk.check() == []


def with_bolts() -> Plant:
    """Screws are short, bolts may stand in for them; a vase may be delivered for a lamp."""
    plant = works(on_hand=stocked(resin=100, screw=10, cable=1000, vase=30))
    return replace(
        plant,
        items=(*plant.items, Item("bolt", sourcing=Sourcing.STOCK)),
        substitutes=(Substitute("screw", "bolt", Use.MATERIAL), Substitute("lamp", "vase", Use.DELIVERY)),
        on_hand=(*plant.on_hand, OnHand("bolt", 100, NOW)),
    )


def test_substitutes_are_stored_and_found_again(places) -> None:
    """Bolts for screws, vases for lamps, a little less than asked: the same after a crash, on both stores."""
    bench = Bench(places(), with_bolts())
    try:
        bench.desk.set_clock(NOW, caller="planner")
        first = bench.desk.promise(ask(lamp_order())).lines[0]
        assert [(part.item_id, part.quantity, part.stands_for) for part in first.kit if part.stands_for] == [
            ("bolt", 40, "screw")
        ]
        line = OrderLine(1, "lamp", 31, hours(1), least_quantity=30, allow_substitutes=True)
        second = bench.desk.promise(ask(Order("SO-2", "C-1", (line,)))).lines[0]
        assert (second.delivered_item_id, second.delivered_quantity) == ("vase", 30)
        bench.crash()
        assert bench.desk.get("SO-1").lines[0] == first
        assert bench.desk.get("SO-2").lines[0] == second
        assert bench.desk.get("SO-2").order.lines[0] == line
        assert bench.desk.check() == []
        assert bench.desk.export_plant() == write_plant(with_bolts())
    finally:
        bench.close()


def test_a_line_is_split_with_its_shares_of_less_and_more(open_works) -> None:
    """Of 31, 5 less and 3 more will do: 10 with 1 less and none more, 21 with 4 less and 3 more."""
    line = OrderLine(1, "vase", 31, hours(1), least_quantity=26, most_quantity=34)
    part, rest = line.divided(10)
    assert (part.quantity, part.least, part.most) == (10, 9, 10)
    assert (rest.quantity, rest.least, rest.most) == (21, 17, 24)
    works = open_works()
    works.desk.promise(ask(Order("SO-1", "C-1", (line,))))
    made = works.desk.change(change("SO-1", Split(1, 10, hours(48)))).promise
    assert [(x.quantity, x.least, x.most) for x in made.order.lines] == [(21, 17, 24), (10, 9, 10)]
    assert works.desk.check() == []


def test_an_import_that_strikes_a_substitute_in_use_is_refused_with_the_line(places) -> None:
    """And so is one after which material comes too late for the operation that consumes it."""
    plant = with_bolts()
    bench = Bench(places(), plant)
    try:
        bench.desk.set_clock(NOW, caller="planner")
        bench.desk.promise(ask(lamp_order()))
        with pytest.raises(WouldBreakReservations, match="SO-1 line 1: bolt may not stand in for screw any more"):
            bench.desk.import_plant(write_plant(replace(plant, substitutes=())), caller="planner")
        bench.desk.import_plant(write_plant(replace(plant, substitutes=plant.substitutes[:1])), caller="planner")
        assert bench.desk.check() == []
    finally:
        bench.close()


def test_an_import_after_which_a_receipt_comes_too_late_is_refused_with_the_line(open_works) -> None:
    """Twenty cables at noon; in the new files at three."""
    works = open_works(stocked(resin=100, screw=1000), (Receipt("PO-1", "cable", 20, hours(4)),))
    works.desk.promise(ask(lamp_order()))
    plant = works.desk.plant()
    late = replace(plant, receipts=(Receipt("PO-1", "cable", 20, hours(7)),))
    with pytest.raises(WouldBreakReservations, match="SO-1 line 1: cable of PO-1 is needed by"):
        works.desk.import_plant(write_plant(late), caller="planner")
    sooner = replace(plant, receipts=(Receipt("PO-1", "cable", 20, hours(3)),))
    works.desk.import_plant(write_plant(sooner), caller="planner")
    assert works.desk.check() == []


# -- surplus -------------------------------------------------------------------------------------------------------


@pytest.fixture
def shade_works(places: Places) -> Iterator[Bench]:
    """Shades come fifty at a time, in five hours; twenty lamps are promised, thirty shades are over at one."""
    plant = works()
    items = tuple(replace(item, lot_multiple=50) if item.id == "shade" else item for item in plant.items)
    opened = Bench(places(), replace(plant, items=items))
    opened.desk.set_clock(NOW, caller="planner")
    opened.desk.promise(ask(lamp_order()))
    opened.desk.set_clock(hours(5), caller="planner")
    yield opened
    opened.close()


def over(bench: Bench) -> list[int]:
    """Quantities of all surpluses."""
    return [quantity for *_, quantity in bench.desk._stands.plan.surpluses()]


def shades(name: str, quantity: int) -> Order:
    """Shades sold as they are."""
    return Order(name, "C-1", (OrderLine(1, "shade", quantity, hours(5)),))


def test_surplus_is_promised_cancelled_and_found_again(shade_works: Bench) -> None:
    """Thirty at one; the order that makes them may go, since its work has begun; the same after a crash."""
    desk = shade_works.desk
    told = desk.promise(ask(shades("SO-2", 30))).lines[0]
    assert (told.promised_time, told.tier) == (hours(5), Tier.STOCK)
    desk.change(cancel("SO-1"))
    shade_works.crash()
    assert shade_works.desk.get("SO-2").lines[0] == told
    assert shade_works.desk.check() == []
    assert shade_works.desk.promise(ask(shades("SO-3", 1))).lines[0].promised_time > hours(5)
    assert shade_works.desk.check() == []


def test_a_line_whose_work_has_begun_keeps_its_quantity_and_so_its_surplus(shade_works: Bench) -> None:
    """More lamps would eat into what another order was promised."""
    shade_works.desk.promise(ask(shades("SO-2", 30)))
    etag = shade_works.desk.get("SO-1").etag
    with pytest.raises(WrongState, match="has begun"):
        shade_works.desk.change(change("SO-1", Amend(lamp_order(quantity=45)), etag=etag))
    assert shade_works.desk.check() == []


def test_surplus_that_arrived_or_was_counted_is_stock(shade_works: Bench) -> None:
    """Ten are brought in at two; at three all are counted: 25 of them are still reserved, now of the stock."""
    desk = shade_works.desk
    desk.promise(ask(shades("SO-2", 25)))
    desk.set_clock(hours(6), caller="planner")
    (lot,) = {peg.receipt_id for peg in shade_works.pegs("SO-2")}
    with pytest.raises(InvalidInput, match="no surplus 'lot:99'"):
        desk.feed(Feed("f-0", arrivals=(Arrival("lot:99", hours(6)),)))
    changes = desk.feed(Feed("f-1", arrivals=(Arrival(lot, hours(6), 10),))).changes
    assert f"surplus: ~ {lot} (10 of shade to stock)" in changes
    assert sorted((peg.source, peg.quantity) for peg in shade_works.pegs("SO-2")) == [
        (Source.STOCK, 10),
        (Source.SURPLUS, 15),
    ]
    assert desk.check() == []
    shade_works.crash()
    desk = shade_works.desk
    desk.set_clock(hours(7), caller="planner")
    with pytest.raises(WouldBreakReservations, match="shade on hand: 25 reserved of 24"):
        desk.feed(Feed("f-2", stock=(OnHand("shade", 24, hours(7)),)))
    desk.feed(Feed("f-3", stock=(OnHand("shade", 29, hours(7)),)))
    assert [(peg.source, peg.quantity) for peg in shade_works.pegs("SO-2")] == [(Source.STOCK, 25)]
    assert desk.check() == []
    shade_works.crash()
    assert [(peg.source, peg.quantity) for peg in shade_works.pegs("SO-2")] == [(Source.STOCK, 25)]
    told = shade_works.desk.promise(ask(shades("SO-4", 4))).lines[0]
    assert told.expected_time == hours(7)


def test_surplus_that_was_delivered_is_not_free_again(shade_works: Bench) -> None:
    """25 of thirty go to the customer straight from the press: five are left, whether issued or closed."""
    desk = shade_works.desk
    desk.promise(ask(shades("SO-2", 15)))
    desk.promise(ask(shades("SO-3", 10)))
    desk.set_clock(hours(6), caller="planner")
    desk.feed(Feed("f-1", issues=(Issue("SO-2", 1, hours(6)),)))
    desk.change(change("SO-3", Close()))
    assert over(shade_works) == [5]
    assert desk.check() == []
    shade_works.crash()
    assert over(shade_works) == [5]
    assert shade_works.desk.promise(ask(shades("SO-4", 5))).lines[0].expected_time == hours(6)
    assert shade_works.desk.promise(ask(shades("SO-5", 1))).lines[0].expected_time > hours(6)


def test_an_import_takes_counted_surplus_for_stock(shade_works: Bench) -> None:
    """The files of the next morning count thirty shades."""
    desk = shade_works.desk
    desk.promise(ask(shades("SO-2", 30)))
    desk.set_clock(hours(24), caller="planner")
    plant = desk.plant()
    morning = replace(plant, on_hand=(*plant.on_hand, OnHand("shade", 30, hours(24))))
    desk.import_plant(write_plant(morning), caller="planner")
    assert [(peg.source, peg.quantity) for peg in shade_works.pegs("SO-2")] == [(Source.STOCK, 30)]
    shade_works.crash()
    assert shade_works.desk.check() == []


def test_the_expected_time_of_a_mixed_line_follows_its_receipt(open_works) -> None:
    """Ten vases come at noon, and are then told for eleven; five are made. It stayed at noon until the next start."""
    works = open_works(stocked(resin=100), (Receipt("PO-1", "vase", 10, hours(1)),))
    line = OrderLine(1, "vase", 15, hours(40))
    told = works.desk.promise(ask(Order("SO-1", "C-1", (line,)))).lines[0]
    assert told.expected_time == hours(1)
    works.desk.feed(Feed("later", receipts=(ReceiptChange("PO-1", time=hours(3)),)))
    assert works.desk.get("SO-1").lines[0].expected_time == hours(3)
    works.desk.feed(Feed("sooner", receipts=(ReceiptChange("PO-1", time=hours(0.25)),)))
    assert works.desk.get("SO-1").lines[0].expected_time == hours(0.5)
    works.crash()
    assert works.desk.get("SO-1").lines[0].expected_time == hours(0.5)
    assert works.desk.check() == []


# -- planned purchases ---------------------------------------------------------------------------------------------


@pytest.fixture
def short_of_screws(open_works) -> Bench:
    """Lamps for SO-1 want 30 screws more, those of SO-2 40; screws come in two days."""
    works = open_works(stocked(resin=100, screw=10, cable=1000))
    works.desk.promise(ask(lamp_order()))
    works.desk.promise(ask(lamp_order("SO-2")))
    return works


def test_what_is_to_be_bought_is_listed_with_when_it_is_needed(short_of_screws: Bench) -> None:
    """Ordered now, there on Wednesday at eight; the second order's lamps begin an hour later."""
    found = short_of_screws.desk.purchases()
    assert sorted((p.id, p.item_id, p.quantity, p.order_by, p.planned_time) for p in found) == [
        ("SO-1/1/screw", "screw", 30, NOW, hours(48)),
        ("SO-2/1/screw", "screw", 40, NOW, hours(48)),
    ]
    assert {p.id: p.needed_time for p in found} == {"SO-1/1/screw": hours(48), "SO-2/1/screw": hours(49)}
    assert short_of_screws.desk.purchases("cable") == []


def test_a_receipt_takes_the_places_of_purchases(short_of_screws: Bench) -> None:
    """Of eighty screws on Wednesday seventy are spoken for; what was promised stands, after a crash, too."""
    desk = short_of_screws.desk
    told = desk.get("SO-1"), desk.get("SO-2")
    order = ReceiptChange("PO-7", "screw", 80, hours(48), purchases=("SO-1/1/screw", "SO-2/1/screw"))
    assert (
        "reservations: ~ SO-1 line 1 (30 of screw to be bought are of PO-7)"
        in desk.feed(Feed("f-1", receipts=(order,))).changes
    )
    assert (desk.get("SO-1"), desk.get("SO-2")) == told
    assert desk.purchases() == []
    short_of_screws.crash()
    desk = short_of_screws.desk
    assert {(p.source, p.receipt_id, p.quantity) for p in short_of_screws.pegs("SO-2") if p.item_id == "screw"} == {
        (Source.RECEIPT, "PO-7", 40)
    }
    assert desk.check() == []
    third = desk.promise(ask(lamp_order("SO-3", 5))).lines[0]
    assert ("PO-7", 10) in [(part.receipt_id, part.quantity) for part in third.kit]


def test_a_receipt_that_is_too_late_too_small_or_of_something_else_takes_no_place(short_of_screws: Bench) -> None:
    """The list names the lines; nothing is changed."""
    desk = short_of_screws.desk
    both = ("SO-1/1/screw", "SO-2/1/screw")
    with pytest.raises(WouldBreakReservations) as refused:
        desk.feed(Feed("late", receipts=(ReceiptChange("PO-7", "screw", 80, hours(50), purchases=both),)))
    assert [text.partition(":")[0] for text in refused.value.broken] == ["SO-1 line 1", "SO-2 line 1"]
    for change_, field in (
        (ReceiptChange("PO-7", "screw", 69, hours(48), purchases=both), "receipts[0].quantity"),
        (ReceiptChange("PO-7", "cable", 80, hours(48), purchases=both[:1]), "receipts[0].purchases[0]"),
        (ReceiptChange("PO-7", "screw", 80, hours(48), purchases=("SO-9/1/screw",)), "receipts[0].purchases[0]"),
    ):
        with pytest.raises(InvalidInput) as wrong:
            desk.feed(Feed(f"wrong-{change_.quantity}-{change_.item_id}-{change_.purchases[0]}", receipts=(change_,)))
        assert wrong.value.violations[0].field == field
    assert len(desk.purchases()) == 2
    unsure = ReceiptChange("PO-8", "screw", 80, hours(48), 100, both)
    desk.feed(Feed("check", receipts=(unsure,), validate_only=True))
    assert len(desk.purchases()) == 2


def test_work_waits_for_a_receipt_that_came_later_within_its_slack(short_of_screws: Bench) -> None:
    """SO-2 begins an hour after the screws; its own come half an hour late. Without SO-1 it waits for them still."""
    desk = short_of_screws.desk
    late = ReceiptChange("PO-8", "screw", 40, hours(48.5), purchases=("SO-2/1/screw",))
    desk.feed(Feed("f-1", receipts=(late,)))
    desk.change(cancel("SO-1"))
    assert desk.check() == []
    assert desk.get("SO-2").lines[0].expected_time == hours(49.5)
    short_of_screws.crash()
    assert short_of_screws.desk.get("SO-2").lines[0].expected_time == hours(49.5)
    assert short_of_screws.desk.check() == []


def test_a_cancelled_order_needs_no_purchase(short_of_screws: Bench) -> None:
    """Its part of a receipt is free again."""
    desk = short_of_screws.desk
    desk.change(cancel("SO-1"))
    assert [p.id for p in desk.purchases()] == ["SO-2/1/screw"]
