"""The plant is imported again: the same work stands in it, or the change is refused with all whom it would hurt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from domain.calendars import CalendarDay, DayKind
from domain.errors import WouldBreakReservations
from domain.orders import Order, OrderLine
from domain.resources import Resource
from domain.supply import OnHand, Receipt
from domain.values import replace
from scheduler.planner import Effort, Planner
from scheduler.verify import retime, verify
from tests.plants import at, down, minutes, moulding_shop
from tests.scheduler.test_planner_days import Desk
from tests.strategies import days, small_plants

MONDAY = at("2026-03-02 08:00")


def utc(text):
    """A wall clock in the plant as an aware time."""
    return datetime.fromtimestamp(at(text), UTC)


def shop():
    """The moulding shop with white caps in stock and boxes to come at 08:30."""
    stock = OnHand("cap-white", 100, utc("2026-03-02 00:00"))
    return replace(moulding_shop(), on_hand=(stock,), receipts=(Receipt("PO-1", "box", 50, utc("2026-03-02 08:30")),))


def promised(planner, order_id, item_id, quantity, wanted):
    """Promise one line and keep it."""
    line = OrderLine(1, item_id, quantity, utc(wanted))
    planner.keep(planner.decide(Order(order_id, "C", (line,)), planner.now_s, effort=Effort.INSTANT))


def planned():
    """Four promises on Monday at eight.

    100 white caps lie in stock, 50 boxes come at 08:30; 600 caps run from 08:00 to 13:00 for 13:00 in M1, where CAP
    hangs; 300 lids run from 09:00 to 11:30 on M2, for Wednesday.
    """
    planner = Planner(shop(), MONDAY)
    promised(planner, "STOCK", "cap-white", 100, "2026-03-02 09:00")
    promised(planner, "RECEIPT", "box", 50, "2026-03-02 09:00")
    promised(planner, "CAPS", "cap", 600, "2026-03-02 13:00")
    promised(planner, "LIDS", "lid", 300, "2026-03-04 12:00")
    return planner


def where(planner):
    """Machine, start and end of every order's work, in rank order."""
    return [(x.order_id, x.resource_id, x.start_s, x.end_s) for x in planner.snapshot().operations]


AS_PLANNED = [
    ("CAPS", "M1", at("2026-03-02 08:00"), at("2026-03-02 13:00")),
    ("LIDS", "M2", at("2026-03-02 09:00"), at("2026-03-02 11:30")),
]


def answers(planner):
    """What a planner would answer to the same three questions."""
    found = []
    for item_id in ("cap", "lid", "cap-white"):
        line = OrderLine(1, item_id, 60, utc("2026-03-02 12:00"))
        decision = planner.decide(Order("NEXT", "C", (line,)), planner.now_s)
        planner.undo(decision)
        found.append(decision.lines)
    return found


def test_the_plan_before_any_change():
    """The figures that the tests below start from."""
    planner = planned()
    assert where(planner) == AS_PLANNED
    assert {(peg.order_id, peg.quantity, peg.receipt_id) for peg in planner.snapshot().material} == {
        ("STOCK", 100, ""),
        ("RECEIPT", 50, "PO-1"),
    }


def test_an_unchanged_plant_keeps_the_plan_and_the_answers():
    """All but the version."""
    old = planned()
    new = old.rebuild(shop())
    assert replace(new.snapshot(), version=old.version) == old.snapshot()
    assert new.version == old.version + 1
    assert answers(new) == answers(old)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(small_plants(), days())
def test_an_unchanged_plant_keeps_the_plan_of_any_day(plant, script):
    """Fixed, frozen and cancelled work too, to every field of every operation."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
        old = desk.planner.snapshot()
        new = desk.planner.rebuild(plant).snapshot()
        assert new.operations == old.operations
        assert sorted(new.material, key=repr) == sorted(old.material, key=repr)


def closed_next_month(plant):
    """A holiday on 1 April."""
    calendar, *others = plant.calendars
    day = CalendarDay(utc("2026-04-01 08:00").date(), DayKind.OFF)
    return replace(plant, calendars=(replace(calendar, days=(day,)), *others))


def a_third_machine_in_front(plant):
    """A machine that the routings do not know, before all others in the file."""
    return replace(plant, resources=(Resource("M0", calendar_id="long"), *plant.resources))


def items_in_another_order(plant):
    """The rows of the items' file turned round."""
    return replace(plant, items=plant.items[::-1])


def more_stock(plant):
    """Twice the stock."""
    (stock,) = plant.on_hand
    return replace(plant, on_hand=(replace(stock, quantity=200),))


def a_downtime_where_nothing_runs(plant):
    """M1 is inspected in the afternoon."""
    return replace(plant, downtimes=(down("M1", "2026-03-02 14:00 / 16:00"),))


@pytest.mark.parametrize(
    "change",
    [
        closed_next_month,
        a_third_machine_in_front,
        items_in_another_order,
        more_stock,
        a_downtime_where_nothing_runs,
    ],
)
def test_a_harmless_change_moves_nothing(change):
    """The new plan obeys every rule of the new plant, with all at its old place and time."""
    plan = planned().rebuild(change(shop())).snapshot()
    assert [(x.order_id, x.resource_id, x.start_s, x.end_s) for x in plan.operations] == AS_PLANNED
    assert len(plan.material) == 2
    assert verify(plan) == []


def test_work_with_slack_is_shifted_by_a_downtime():
    """M2 is down on Monday from 10:00 to 14:00: the lids, promised for Wednesday, wait and may not pause over it."""
    new = planned().rebuild(replace(shop(), downtimes=(down("M2", "2026-03-02 10:00 / 14:00"),)))
    assert where(new)[1] == ("LIDS", "M2", at("2026-03-02 14:00"), at("2026-03-02 16:30"))
    assert new.expected("LIDS", 1) == at("2026-03-02 16:30")
    plan = new.snapshot()
    assert verify(plan) == []
    assert retime(plan)[plan.operations[1].key].start_s == plan.operations[1].start_s


def test_cycles_that_change_are_taken_over():
    """CAP and LID run twice as fast: the caps end at 10:30, not at 13:00."""
    moulds = tuple(replace(mould, cycle=minutes(0.5)) for mould in shop().moulds)
    new = planned().rebuild(replace(shop(), moulds=moulds))
    assert where(new)[0] == ("CAPS", "M1", at("2026-03-02 08:00"), at("2026-03-02 10:30"))
    assert verify(new.snapshot()) == []


def down_under_a_promise(plant):
    """M1 is down for an hour in which the caps run, which have no slack."""
    return replace(plant, downtimes=(down("M1", "2026-03-02 10:00 / 11:00"),))


def slower_mould(plant):
    """CAP takes 61 seconds a shot."""
    return replace(plant, moulds=(replace(plant.moulds[0], cycle=timedelta(seconds=61)), *plant.moulds[1:]))


def both_machines_down(plant):
    """M1 for an hour of Monday, M2 until Thursday."""
    spans = (("M1", "2026-03-02 10:00 / 11:00"), ("M2", "2026-03-02 08:00 / 2026-03-05 08:00"))
    return replace(plant, downtimes=tuple(down(*span) for span in spans))


def with_modes(plant, keep):
    """The plant with only those modes that `keep` says."""
    recipes = (
        replace(
            recipe,
            operations=tuple(
                replace(step, modes=tuple(mode for mode in step.modes if keep(mode))) for step in recipe.operations
            ),
        )
        for recipe in plant.routings
    )
    return replace(plant, routings=tuple(recipes))


def machine_gone(plant):
    """M2 is sold."""
    fits = tuple(replace(mould, fits=("M1",)) for mould in plant.moulds)
    resources = tuple(resource for resource in plant.resources if resource.id != "M2")
    return replace(with_modes(plant, lambda mode: mode.resource_id != "M2"), moulds=fits, resources=resources)


def mould_gone(plant):
    """LID is scrapped, and a new mould makes the lids."""
    cap, lid = plant.moulds
    recipes = tuple(
        replace(
            recipe,
            operations=tuple(
                replace(
                    step,
                    modes=tuple(
                        replace(mode, mould_id="LID-2") if mode.mould_id == "LID" else mode for mode in step.modes
                    ),
                )
                for step in recipe.operations
            ),
        )
        for recipe in plant.routings
    )
    return replace(plant, moulds=(cap, replace(lid, id="LID-2")), routings=recipes)


def mode_gone(plant):
    """Nothing is made on M2 any more, though it stands there."""
    return with_modes(plant, lambda mode: mode.resource_id != "M2")


def another_routing(plant):
    """Lids are made by the routing of boxes."""
    items = (replace(item, routing_id="box") if item.id == "lid" else item for item in plant.items)
    return replace(plant, items=tuple(items))


def one_operation_more(plant):
    """Caps are packed after moulding."""
    cap, lid, box = plant.routings
    pack = box.operations[-1]
    return replace(plant, routings=(replace(cap, operations=(*cap.operations, pack)), lid, box))


def item_gone(plant):
    """Lids are not made any more, nor known."""
    return replace(plant, items=tuple(item for item in plant.items if item.id != "lid"))


def stock_counted_again(plant):
    """99 white caps are there, not 100."""
    (stock,) = plant.on_hand
    return replace(plant, on_hand=(replace(stock, quantity=99),))


def receipt_cancelled(plant):
    """PO-1 does not come."""
    return replace(plant, receipts=())


def receipt_in_doubt(plant):
    """PO-1 comes with less confidence than counts."""
    (receipt,) = plant.receipts
    doubtful = replace(receipt, confidence_percent=40)
    return replace(plant, receipts=(doubtful,), settings=replace(plant.settings, receipt_confidence_percent=50))


REFUSED = [
    (down_under_a_promise, ["CAPS line 1: would end after its deadline"]),
    (slower_mould, ["CAPS line 1: would end after its deadline"]),
    (both_machines_down, ["CAPS line 1: would end after its deadline", "LIDS line 1: would end after its deadline"]),
    (machine_gone, ["LIDS line 1: operation 1 has lost its mode, machine or mould"]),
    (mould_gone, ["LIDS line 1: operation 1 has lost its mode, machine or mould"]),
    (mode_gone, ["LIDS line 1: operation 1 has lost its mode, machine or mould"]),
    (another_routing, ["LIDS line 1: item lid has another routing"]),
    (one_operation_more, ["CAPS line 1: routing cap has other operations"]),
    (item_gone, ["LIDS line 1: item lid is gone"]),
    (stock_counted_again, ["cap-white on hand: 100 reserved of 99"]),
    (receipt_cancelled, ["box PO-1: 50 reserved of 0"]),
    (receipt_in_doubt, ["box PO-1: 50 reserved of 0"]),
]


@pytest.mark.parametrize(("change", "broken"), REFUSED, ids=[change.__name__ for change, _ in REFUSED])
def test_a_change_that_breaks_a_reservation_is_refused_and_changes_nothing(change, broken):
    """All that would break is named, nothing else, and the planner goes on as before."""
    planner, untouched = planned(), planned()
    with pytest.raises(WouldBreakReservations) as refusal:
        planner.rebuild(change(shop()))
    assert list(refusal.value.broken) == broken
    assert planner.snapshot() == untouched.snapshot()
    assert answers(planner) == answers(untouched)
    assert planner.take_delta() == untouched.take_delta()
