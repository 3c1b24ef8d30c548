"""Substitutes of materials and of what is delivered, and quantities a little off: only where allowed, and named."""

from datetime import datetime, timedelta

import pytest

from domain.errors import InvalidInput
from domain.items import Item, Sourcing, Substitute, Use
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import KitPart, Outcome, Source
from domain.supply import Receipt
from domain.values import replace
from scheduler.planner import Effort, Planner
from scheduler.verify import Rule, verify
from tests.scheduler.test_sourcing import NOW, NOW_S, ask, hours, lamps, stocked

BOLT = Item("bolt", sourcing=Sourcing.STOCK)
CORD = Item("cord", sourcing=Sourcing.STOCK)
BULB = Item("bulb", sourcing=Sourcing.STOCK)


def allowing(*substitutes: Substitute, **changes: object) -> Plant:
    """The lamps' plant with bolts, cords and bulbs, and a list of what may stand in for what."""
    items = (*lamps().items, BOLT, CORD, BULB)
    return lamps(items=items, substitutes=substitutes, **changes)


def material(item_id: str, substitute_id: str, **changes: object) -> Substitute:
    """A substitute inside a bill of material."""
    return replace(Substitute(item_id, substitute_id, Use.MATERIAL), **changes)


def order(line: OrderLine, name: str = "SO-1") -> Order:
    """An order of one line, by ACME."""
    return Order(name, "ACME", (line,))


def decide(planner: Planner, line: OrderLine, name: str = "SO-1"):
    """What the line is told; it is kept where it isn't refused."""
    decision = planner.decide(order(line, name), NOW_S, effort=Effort.INSTANT)
    if decision.lines[0].outcome is Outcome.REFUSED:
        planner.undo(decision)
    else:
        planner.keep(decision)
    planner.take_delta()
    assert verify(planner.snapshot()) == []
    return decision.lines[0]


def test_a_material_that_is_late_is_replaced_by_one_that_is_there() -> None:
    """Screws would be bought in two days; two bolts do for one screw, and 80 are there."""
    swap = material("screw", "bolt", quantity_micro=2_000_000)
    planner = Planner(allowing(swap, on_hand=stocked(resin=100, screw=10, cable=1000, bolt=80)), NOW_S)
    told, delta = ask(planner)
    assert told.promised_time == hours(3)
    assert KitPart("bolt", 80, Source.STOCK, "lamp", NOW, stands_for="screw") in told.kit
    assert [(peg.item_id, peg.stands_for) for peg in delta.material if peg.stands_for] == [("bolt", "screw")]
    assert all(part.item_id != "screw" for part in told.kit)


def test_a_substitute_is_left_alone_where_the_plant_does_not_allow_it_or_it_is_short() -> None:
    """One that goes into a vase only; one of which 79 are there; one that is allowed for deliveries."""
    for swap, bolts in (
        (material("screw", "bolt", quantity_micro=2_000_000, goes_into_id="vase"), 80),
        (material("screw", "bolt", quantity_micro=2_000_000), 79),
        (Substitute("screw", "bolt", Use.DELIVERY), 80),
    ):
        planner = Planner(allowing(swap, on_hand=stocked(resin=100, screw=10, cable=1000, bolt=bolts)), NOW_S)
        assert ask(planner)[0].promised_time == hours(49)


def test_the_original_is_taken_where_it_meets_the_time_or_the_substitute_is_no_sooner() -> None:
    """Wanted after three days, bought screws will do; bolts that come with the screws are no sooner."""
    swap = material("screw", "bolt")
    plant = allowing(swap, on_hand=stocked(resin=100, screw=10, cable=1000, bolt=80))
    told, _ = ask(Planner(plant, NOW_S), by=hours(72))
    assert not any(part.stands_for for part in told.kit)
    late = (Receipt("PO-1", "bolt", 100, hours(48)),)
    told, _ = ask(Planner(allowing(swap, on_hand=stocked(resin=100, screw=10, cable=1000), receipts=late), NOW_S))
    assert (told.promised_time, any(part.stands_for for part in told.kit)) == (hours(49), False)


def test_a_missing_material_is_replaced_and_the_line_is_not_refused() -> None:
    """No cable at all, and nobody expects any: a cord."""
    plant = allowing(material("cable", "cord"), on_hand=stocked(resin=100, screw=1000, cord=20))
    told, _ = ask(Planner(plant, NOW_S))
    assert told.promised_time == hours(3)
    assert KitPart("cord", 20, Source.STOCK, "lamp", NOW, stands_for="cable") in told.kit


def test_nothing_is_replaced_that_the_line_does_not_wait_for() -> None:
    """Cables come at ten, when the shades are made: cords, which are there, stay; screws are what is late."""
    plant = allowing(
        material("cable", "cord"), material("screw", "bolt"),
        on_hand=stocked(resin=100, screw=10, cord=500, bolt=500), receipts=(Receipt("PO-1", "cable", 20, hours(2)),),
    )  # fmt: skip
    told, _ = ask(Planner(plant, NOW_S))
    assert told.promised_time == hours(3)
    assert [(part.item_id, part.stands_for) for part in told.kit if part.stands_for] == [("bolt", "screw")]
    assert ("cable", Source.RECEIPT) in [(part.item_id, part.source) for part in told.kit]


def test_a_component_that_is_made_here_is_replaced_where_that_is_sooner() -> None:
    """Shades take two hours; a bulb is there."""
    plant = allowing(material("shade", "bulb"), on_hand=stocked(screw=1000, cable=1000, resin=100, bulb=50))
    told, _ = ask(Planner(plant, NOW_S))
    assert told.promised_time == hours(1)
    assert KitPart("bulb", 20, Source.STOCK, "lamp", NOW, stands_for="shade") in told.kit


def test_of_two_substitutes_the_sooner_is_taken_and_of_two_as_soon_the_lower_rank() -> None:
    """Bolts have rank 2, bulbs rank 1; then bulbs come only in the evening."""
    swaps = (material("screw", "bolt", rank=2), material("screw", "bulb"))
    there = stocked(resin=100, screw=10, cable=1000, bolt=80, bulb=80)
    told, _ = ask(Planner(allowing(*swaps, on_hand=there), NOW_S))
    assert [part.item_id for part in told.kit if part.stands_for] == ["bulb"]
    there = stocked(resin=100, screw=10, cable=1000, bolt=80)
    late = (Receipt("PO-1", "bulb", 80, hours(10)),)
    told, _ = ask(Planner(allowing(*swaps, on_hand=there, receipts=late), NOW_S))
    assert [part.item_id for part in told.kit if part.stands_for] == ["bolt"]


def test_another_item_is_delivered_only_where_the_line_allows_it() -> None:
    """No lamp before eleven; ten vases, two for one lamp, are there."""
    plant = allowing(
        Substitute("lamp", "vase", Use.DELIVERY, customer_id="ACME", quantity_micro=2_000_000),
        on_hand=stocked(resin=100, screw=1000, cable=1000, vase=40),
    )
    line = OrderLine(1, "lamp", 20, hours(1))
    told = decide(Planner(plant, NOW_S), line)
    assert (told.promised_time, told.delivered_item_id, told.delivered_quantity) == (hours(3), "", 0)
    planner = Planner(plant, NOW_S)
    told = decide(planner, replace(line, allow_substitutes=True))
    assert (told.promised_time, told.delivered_item_id, told.delivered_quantity) == (hours(1), "vase", 40)
    assert (told.item_id, told.quantity, told.outcome) == ("lamp", 20, Outcome.ON_TIME)
    assert [(peg.item_id, peg.stands_for) for peg in planner.pegs("SO-1")] == [("vase", "lamp")]
    other = Order("SO-2", "BETA", (replace(line, allow_substitutes=True),))
    assert planner.decide(other, NOW_S).lines[0].delivered_item_id == ""


def test_another_item_is_made_and_delivered_where_that_is_sooner() -> None:
    """Cables for the lamp come in two days; vases are made in two hours."""
    plant = allowing(
        Substitute("lamp", "vase", Use.DELIVERY),
        on_hand=stocked(resin=100, screw=1000), receipts=(Receipt("PO-1", "cable", 20, hours(48)),),
    )  # fmt: skip
    planner = Planner(plant, NOW_S)
    told = decide(planner, OrderLine(1, "lamp", 20, hours(1), allow_substitutes=True))
    assert (told.promised_time, told.delivered_item_id, told.delivered_quantity) == (hours(2), "vase", 20)
    assert [(x.item_id, x.quantity) for x in planner.snapshot().operations] == [("vase", 20)]
    told = decide(planner, OrderLine(1, "lamp", 20, hours(72), allow_substitutes=True), "SO-2")
    assert told.delivered_item_id == ""


def test_the_checker_finds_a_substitute_that_the_plant_does_not_allow() -> None:
    """Struck from the list, or for another whole."""
    swap = material("screw", "bolt")
    plant = allowing(swap, on_hand=stocked(resin=100, screw=10, cable=1000, bolt=80))
    planner = Planner(plant, NOW_S)
    ask(planner)
    for left in ((), (replace(swap, goes_into_id="vase"),), (replace(swap, use=Use.DELIVERY),)):
        snapshot = replace(planner.snapshot(), plant=replace(plant, substitutes=left))
        assert [breach.rule for breach in verify(snapshot)] == [Rule.MATERIAL]


# -- quantities ----------------------------------------------------------------------------------------------------


def lot_of(quantity: int, **lots: int) -> Plant:
    """Vases in lots, of which some are in stock."""
    plant = lamps(on_hand=stocked(resin=1000, vase=quantity))
    items = tuple(replace(item, **lots) if item.id == "vase" else item for item in plant.items)
    return replace(plant, items=items)


def vases(quantity: int, least: int = 0, most: int = 0, by: datetime | None = None) -> OrderLine:
    """So many vases, or a few less or more."""
    return OrderLine(1, "vase", quantity, by or hours(1), least_quantity=least, most_quantity=most)


def test_a_little_less_serves_a_line_that_allows_it() -> None:
    """4,950 of 5,000 are there: at once with one per cent less, or fifty more are made in five hours."""
    told = decide(Planner(lot_of(4950), NOW_S), vases(5000))
    assert (told.promised_time, told.delivered_quantity) == (hours(5), 0)
    planner = Planner(lot_of(4950), NOW_S)
    told = decide(planner, vases(5000, least=4950))
    assert (told.promised_time, told.delivered_quantity, told.quantity) == (hours(1), 4950, 5000)
    assert [peg.quantity for peg in planner.pegs("SO-1")] == [4950]
    told = decide(Planner(lot_of(4949), NOW_S), vases(5000, least=4950))
    assert (told.promised_time, told.delivered_quantity) == (hours(5.1), 0)


def test_what_is_there_is_delivered_in_full_though_less_would_do() -> None:
    """4,980 are there, and 5,000 by noon, when they are wanted."""
    told = decide(Planner(lot_of(4980), NOW_S), vases(5000, least=4950))
    assert told.delivered_quantity == 4980
    plant = replace(lot_of(4980), receipts=(Receipt("PO-1", "vase", 500, hours(0.5)),))
    told = decide(Planner(plant, NOW_S), vases(5000, least=4950))
    assert (told.delivered_quantity, told.promised_time) == (0, hours(1))


@pytest.mark.parametrize(
    ("least", "most", "made", "delivered"),
    [(0, 0, 60, 50), (45, 0, 60, 50), (40, 0, 40, 40), (0, 60, 60, 60), (0, 55, 60, 55), (40, 60, 40, 40)],
)
def test_a_lot_is_rounded_within_what_the_customer_takes(least: int, most: int, made: int, delivered: int) -> None:
    """Fifty in lots of twenty: sixty are made, unless forty will do; all that the customer takes is delivered."""
    planner = Planner(lot_of(0, lot_multiple=20), NOW_S)
    told = decide(planner, vases(50, least, most))
    assert [x.quantity for x in planner.snapshot().operations] == [made]
    assert (told.delivered_quantity or told.quantity) == delivered


def test_a_quantity_range_must_hold_the_quantity() -> None:
    """Least at most what is ordered, most at least."""
    for changes in ({"least": 51}, {"most": 49}):
        with pytest.raises(InvalidInput, match="out of range"):
            vases(50, **changes)


def test_tolerance_of_a_substitute_is_counted_in_its_own_pieces() -> None:
    """Two vases for a lamp: 38 for twenty lamps where nineteen will do."""
    plant = allowing(
        Substitute("lamp", "vase", Use.DELIVERY, quantity_micro=2_000_000),
        on_hand=stocked(screw=1000, vase=38),
    )
    line = OrderLine(1, "lamp", 20, hours(1), least_quantity=19, allow_substitutes=True)
    told = decide(Planner(plant, NOW_S), line)
    assert (told.delivered_item_id, told.delivered_quantity) == ("vase", 38)
    assert told.promised_time == hours(1)
    assert told.expected_time - NOW == timedelta(0)
