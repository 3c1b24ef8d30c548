"""Where a line's goods come from, through all levels of the bill of material."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import Calendar, Shift
from domain.items import BomRow, Item, Mode, Pause, Routing, RoutingLink, RoutingOperation, Sourcing, Substitute, Use
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.promises import KitPart, Outcome, ReasonKind, Source
from domain.resources import Resource
from domain.supply import OnHand, Receipt
from domain.values import replace
from scheduler.planner import Effort, Planner
from scheduler.records import PlanImage
from scheduler.verify import verify

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A Monday; every machine works 8 to 16 each day, and pauses at night."""
NOW_S = int(NOW.timestamp())


def hours(count: float) -> datetime:
    """So many hours after the start."""
    return NOW + timedelta(hours=count)


def routing(name: str, machine: str, each: timedelta, good: str = "1") -> Routing:
    """One operation, so long for each piece."""
    mode = Mode("mode", machine, per_piece=each, pause=Pause.SHIFT, yield_rate=Decimal(good))
    return Routing(name, (RoutingOperation("make", modes=(mode,)),))


def lamps(**changes: object) -> Plant:
    """A lamp takes a shade (moulded of 0.05 kg of resin), two screws (bought in two days) and a cable."""
    plant = Plant(
        PlantSettings("lamps", zone="UTC", horizon=timedelta(days=60)),
        calendars=(Calendar("day", (Shift(frozenset(range(7)), time(8), time(16)),)),),
        resources=(Resource("press", calendar_id="day", work_centre="wet"), Resource("bench", calendar_id="day")),
        items=(
            Item("lamp", routing_id="assemble"),
            Item("shade", routing_id="mould"),
            Item("vase", routing_id="mould"),
            Item("resin", sourcing=Sourcing.STOCK, unit="kg"),
            Item("screw", sourcing=Sourcing.BUY, buy_lead=timedelta(days=2)),
            Item("cable", sourcing=Sourcing.STOCK),
        ),
        routings=(
            routing("assemble", "bench", timedelta(minutes=3)),
            routing("mould", "press", timedelta(minutes=6)),
        ),
        bom=(
            BomRow("lamp", "shade", 1_000_000),
            BomRow("lamp", "screw", 2_000_000),
            BomRow("lamp", "cable", 1_000_000),
            BomRow("shade", "resin", 50_000),
        ),
        on_hand=(OnHand("resin", 100, NOW), OnHand("screw", 1000, NOW), OnHand("cable", 1000, NOW)),
    )
    return replace(plant, **changes)  # type: ignore[arg-type]


def stocked(**quantities: int) -> tuple[OnHand, ...]:
    """Stock counted now."""
    return tuple(OnHand(item_id, quantity, NOW) for item_id, quantity in quantities.items() if quantity)


def ask(planner: Planner, quantity: int = 20, item_id: str = "lamp", name: str = "SO-1", by: datetime | None = None):
    """The line promised to an order, which is kept."""
    line = OrderLine(1, item_id, quantity, by or hours(1))
    decision = planner.decide(Order(name, "C-1", (line,)), NOW_S, effort=Effort.INSTANT)
    if decision.lines[0].outcome is Outcome.REFUSED:
        planner.undo(decision)
    else:
        planner.keep(decision)
    found = planner.take_delta()
    assert verify(planner.snapshot()) == []
    told = decision.lines[0]
    if told.promised_time is not None:
        assert sum((reason.duration for reason in told.reasons), timedelta(0)) == told.promised_time - NOW
    return told, found


def desk(**changes: object) -> Planner:
    """The lamps' plan, empty."""
    return Planner(lamps(**changes), NOW_S)


def test_a_component_made_for_the_line_comes_before_it() -> None:
    """20 shades take 2 h on the press, then 20 lamps 1 h on the bench."""
    planner = desk()
    told, _ = ask(planner)
    assert told.promised_time == hours(3)
    shade, lamp = planner.snapshot().operations
    assert (shade.item_id, shade.quantity, lamp.item_id, lamp.quantity) == ("shade", 20, "lamp", 20)
    assert (shade.into, lamp.start_s) == (lamp.lot, shade.end_s)
    assert told.kit == (
        KitPart("resin", 1, Source.STOCK, "shade", NOW),
        KitPart("screw", 40, Source.STOCK, "lamp", NOW),
        KitPart("cable", 20, Source.STOCK, "lamp", NOW),
        KitPart("shade", 20, Source.MAKE, "lamp"),
        KitPart("lamp", 20, Source.MAKE, "lamp"),
    )


def test_what_is_in_stock_of_a_component_is_not_made() -> None:
    """15 shades are there, 5 are made in half an hour."""
    planner = desk(on_hand=stocked(resin=100, screw=1000, cable=1000, shade=15))
    told, _ = ask(planner)
    assert told.promised_time == hours(1.5)
    assert [x.quantity for x in planner.snapshot().operations] == [5, 20]


def test_a_bought_component_is_planned_to_come_and_awaited() -> None:
    """10 of 40 screws are there, 30 are bought and come in two days: the reason is material."""
    planner = desk(on_hand=stocked(resin=100, screw=10, cable=1000))
    told, delta = ask(planner)
    assert told.promised_time == hours(49)
    assert (ReasonKind.MATERIAL, "screw") in [(reason.kind, reason.subject) for reason in told.reasons]
    bought = [peg for peg in delta.material if peg.source is Source.BUY]
    assert [(peg.item_id, peg.quantity, peg.available_time) for peg in bought] == [("screw", 30, hours(48))]


def test_a_receipt_of_a_component_is_awaited_when_it_comes_before_one_is_made() -> None:
    """The press is taken for days; shades come from a supplier at noon."""
    planner = desk(receipts=(Receipt("PO-1", "shade", 25, hours(4)),))
    ask(planner, 300, "vase", "SO-0")
    told, _ = ask(planner)
    assert told.promised_time == hours(5)
    assert [(reason.kind, reason.subject, reason.duration) for reason in told.reasons] == [
        (ReasonKind.MATERIAL, "PO-1", timedelta(hours=4)),
        (ReasonKind.PROCESS, "", timedelta(hours=1)),
    ]


def test_a_receipt_that_comes_later_than_one_is_made_is_left_alone() -> None:
    """2 h on the press are sooner than the next day."""
    planner = desk(receipts=(Receipt("PO-1", "shade", 25, hours(24)),))
    told, delta = ask(planner)
    assert told.promised_time == hours(3)
    assert all(peg.receipt_id == "" for peg in delta.material)


def test_a_missing_component_refuses_the_line_and_is_named() -> None:
    """12 of 20 cables are there, and nobody expects any."""
    planner = desk(on_hand=stocked(resin=100, screw=1000, cable=12))
    told, delta = ask(planner)
    assert (told.outcome, told.refusal) == (Outcome.REFUSED, "material_missing")
    missing = [part for part in told.kit if part.source is Source.MISSING]
    assert missing == [KitPart("cable", 8, Source.MISSING, "lamp")]
    assert (delta.material, delta.placed) == ([], [])


def test_what_is_missing_is_named_with_what_it_is_for() -> None:
    """No cable for the lamp, no resin for its shade, whichever the bill of material names first."""
    for bom in (lamps().bom, lamps().bom[::-1]):
        told, _ = ask(desk(on_hand=stocked(screw=1000), bom=bom))
        missing = {(part.item_id, part.quantity, part.goes_into) for part in told.kit if part.source is Source.MISSING}
        assert missing == {("cable", 20, "lamp"), ("resin", 1, "shade")}


def test_a_component_that_is_made_here_is_bought_where_that_is_sooner() -> None:
    """The press is taken for days; shades can be bought in five hours."""
    plant = lamps()
    items = tuple(replace(i, buy_lead=timedelta(hours=5)) if i.id == "shade" else i for i in plant.items)
    planner = desk(items=items)
    assert ask(planner)[0].promised_time == hours(3)
    ask(planner, 300, "vase", "SO-0")
    told, delta = ask(planner, name="SO-2")
    assert told.promised_time == hours(6)
    assert [(peg.item_id, peg.quantity) for peg in delta.material if peg.source is Source.BUY] == [("shade", 20)]


def test_a_line_is_made_up_from_stock_and_new_work() -> None:
    """12 lamps are there: 8 are made, of 8 shades."""
    planner = desk(on_hand=stocked(resin=100, screw=1000, cable=1000, lamp=12))
    told, delta = ask(planner)
    assert told.promised_time == hours(1.2)
    assert [x.quantity for x in planner.snapshot().operations] == [8, 8]
    assert ("lamp", 12, 0) in [(peg.item_id, peg.quantity, peg.lot) for peg in delta.material]


def test_a_mix_waits_for_a_receipt_only_where_that_is_sooner() -> None:
    """10 lamps come after 30 min: the other 10 take 1.5 h, and not 3 h."""
    planner = desk(receipts=(Receipt("PO-1", "lamp", 10, hours(0.5)),))
    told, _ = ask(planner)
    assert told.promised_time == hours(1.5)


def test_a_bought_item_comes_after_its_time() -> None:
    """Screws that are not there are bought: 48 h."""
    planner = desk(on_hand=())
    told, delta = ask(planner, 50, "screw")
    assert told.promised_time == hours(48)
    assert [(peg.source, peg.lot) for peg in delta.material] == [(Source.BUY, 0)]


def test_what_is_lost_in_the_making_is_taken_from_the_stock() -> None:
    """Of four lamps begun three are good: 20 need 27 shades."""
    plant = lamps()
    lossy = routing("assemble", "bench", timedelta(minutes=3), "0.75")
    planner = Planner(replace(plant, routings=(lossy, plant.routings[1])), NOW_S)
    told, _ = ask(planner)
    assert [part.quantity for part in told.kit if part.source is Source.MAKE] == [27, 20]
    assert [part.quantity for part in told.kit if part.item_id == "screw"] == [54]


def test_safety_stock_of_a_component_is_kept_for_the_highest_priority() -> None:
    """15 of 20 cables are free."""
    plant = lamps(on_hand=stocked(resin=100, screw=1000, cable=20))
    items = tuple(replace(item, safety_stock=5) if item.id == "cable" else item for item in plant.items)
    planner = Planner(replace(plant, items=items), NOW_S)
    assert ask(planner)[0].refusal == "material_missing"
    line = OrderLine(1, "lamp", 20, hours(1))
    assert planner.decide(Order("SO-2", "C-1", (line,), priority=1), NOW_S).lines[0].promised_time == hours(3)


def test_an_order_taken_back_frees_what_all_its_lots_held() -> None:
    """The next one gets the same answer."""
    planner = desk(on_hand=stocked(resin=1, screw=40, cable=20))
    first, _ = ask(planner)
    planner.remove("SO-1", NOW_S)
    planner.take_delta()
    again, _ = ask(planner, name="SO-2")
    assert again.promised_time == first.promised_time


def restored(planner: Planner, images: list) -> Planner:
    """The plan as the store has it after these deltas."""
    rows, material, sequence = {}, [], None
    for delta in images:
        if delta.whole:
            rows, material = {}, []
        for key in delta.removed:
            rows.pop(key, None)
        rows.update({row.key: row for row in delta.placed})
        for key, state, facts in delta.changed:
            rows[key] = rows[key]._replace(state=state, facts=facts)
        material = [peg for peg in material if peg.order_id not in delta.material_removed] + delta.material
        sequence = delta.sequence or sequence
    last = images[-1]
    ordered = [rows[key] for key in sorted(rows)]
    image = PlanImage(last.version, last.floor_s, last.now_s, ordered, sequence, material)
    return Planner.restore(planner.plant, planner.now_s, image)


SUBSTITUTES = (
    Substitute("cable", "screw", Use.MATERIAL, quantity_micro=3_000_000),
    Substitute("shade", "cable", Use.MATERIAL, goes_into_id="lamp"),
    Substitute("lamp", "vase", Use.DELIVERY, quantity_micro=2_000_000),
)


@st.composite
def shops(draw: st.DrawFn) -> Plant:
    """A lamp, its parts in all kinds of supply, and a housing of three levels with a re-entrant routing."""
    plant = lamps()
    amounts = st.sampled_from([0, 1, 7, 30, 500])
    on_hand = stocked(**{name: draw(amounts) for name in ("lamp", "shade", "resin", "screw", "cable")})
    receipts = tuple(
        Receipt(f"PO-{i}", name, draw(st.sampled_from([3, 20, 400])), hours(draw(st.sampled_from([1, 5, 30, 100]))))
        for i, name in enumerate(draw(st.lists(st.sampled_from(["lamp", "shade", "resin", "cable"]), max_size=4)))
    )
    twice = Routing(
        "assemble",
        tuple(
            RoutingOperation(name, modes=(Mode("mode", machine, per_piece=timedelta(minutes=2), pause=Pause.SHIFT),))
            for name, machine in (("fit", "bench"), ("seal", "press"), ("test", "bench"))
        ),
        (RoutingLink("fit", "seal"), RoutingLink("seal", "test", timedelta(minutes=draw(st.sampled_from([0, 45]))))),
    )
    items = tuple(
        replace(
            item,
            lot_minimum=draw(st.sampled_from([1, 10])),
            lot_multiple=draw(st.sampled_from([1, 1, 8])),
            buy_lead=timedelta(hours=draw(st.sampled_from([0, 6]))),
        )
        if item.routing_id
        else item
        for item in plant.items
    )
    if draw(st.booleans()):
        plant = replace(plant, substitutes=SUBSTITUTES)
    if draw(st.booleans()):
        return replace(plant, on_hand=on_hand, receipts=receipts, items=items)
    bom = tuple(
        replace(row, operation_id=draw(st.sampled_from(["", "fit", "seal", "test"]))) if row.item_id == "lamp" else row
        for row in plant.bom
    )
    return replace(plant, on_hand=on_hand, receipts=receipts, items=items, routings=(twice, plant.routings[1]), bom=bom)


def test_an_attempt_that_lacks_something_leaves_no_lot_behind() -> None:
    """Lamps can't be made without resin; a vase is delivered instead, and only its own work is in the plan."""
    planner = Planner(replace(lamps(), substitutes=SUBSTITUTES, on_hand=stocked(cable=7)), NOW_S)
    for number in range(2):
        line = OrderLine(1, "lamp", 1, hours(1))
        if number:
            line = replace(line, least_quantity=1, most_quantity=4, allow_substitutes=True)
        planner.keep(planner.decide(Order(f"SO-{number}", "C-1", (line,)), NOW_S))
        planner.take_delta()
    assert [(info.order_id, info.item_id) for info in planner._lines] == [("SO-0", "lamp"), ("SO-1", "vase")]


STEP = st.tuples(
    st.sampled_from(["ask", "ask", "ask", "remove", "wait", "redispatch", "restart"]),
    st.sampled_from(["lamp", "shade", "screw", "cable"]),
    st.sampled_from([1, 5, 20, 90]),
    st.sampled_from([1, 6, 60]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(shops(), st.lists(STEP, min_size=2, max_size=9))
def test_days_of_orders_with_parts_hold_every_rule_and_restart_to_the_same_plan(plant: Plant, script: list) -> None:
    """Whatever is asked, taken back, re-sequenced or read again from the store."""
    planner = Planner(plant, NOW_S)
    deltas = [planner.take_delta()]
    now_s, orders = NOW_S, []
    for number, (what, item_id, quantity, by) in enumerate(script):
        if what == "ask":
            wanted = datetime.fromtimestamp(now_s, UTC) + timedelta(hours=by)
            line = OrderLine(1, item_id, quantity, wanted)
            if number % 2:
                least, most = max(1, quantity - 2), quantity + 3
                line = replace(line, least_quantity=least, most_quantity=most, allow_substitutes=True)
            decision = planner.decide(Order(f"SO-{number}", "C-1", (line,)), now_s, effort=Effort.TIER1)
            told = decision.lines[0]
            if told.promised_time is None:
                planner.undo(decision)
            else:
                planner.keep(decision)
                orders.append(f"SO-{number}")
                lead = sum((reason.duration for reason in told.reasons), timedelta(0))
                assert lead == told.promised_time - datetime.fromtimestamp(now_s, UTC)
        elif what == "remove" and orders:
            planner.remove(orders.pop(0), now_s)
        elif what == "wait":
            now_s += quantity * 600
            planner.advance(now_s)
        elif what == "redispatch":
            planner.redispatch(now_s)
        deltas.append(planner.take_delta())
        assert verify(planner.snapshot()) == []
        again = restored(planner, deltas)
        assert times(again) == times(planner)
        if what == "restart":
            planner = again
            deltas = [replace_whole(planner, deltas)]


def times(planner: Planner) -> list[tuple[object, ...]]:
    """Every operation with what tells it apart and its times."""
    return [
        (x.key, x.order_id, x.item_id, x.quantity, x.lot, x.into, x.start_s, x.end_s, x.fixed, x.deadline_s)
        for x in planner.snapshot().operations
    ]


def replace_whole(planner: Planner, deltas: list):
    """All that is stored, as one delta."""
    image = restored(planner, deltas)
    image._whole = image._resequenced = True
    return image.take_delta()
