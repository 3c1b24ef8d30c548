"""What the shop floor reports moves the plan's present, and what follows is right again at once."""

from datetime import datetime

from domain.items import Item, Mode, Routing, RoutingOperation
from domain.progress import Mark, MarkKind, Progress
from domain.resources import Mould, Resource
from domain.values import replace
from scheduler.planner import Planner
from scheduler.planning.stakes import Slip, Stake
from scheduler.verify import verify
from tests.plants import at, minutes, moulding_shop
from tests.scheduler.test_planner_rebuild import AS_PLANNED, planned, promised, utc, where


def marked(planner, order_id, *marks):
    """What was said of an order's only operation."""
    (place,) = planner.operations(order_id)
    progress = planner.told(place.key) or Progress(place.key, order_id, 1, place.operation_id)
    for kind, time, counts in marks:
        progress = progress.with_mark(Mark(MarkKind(kind), utc(f"2026-03-02 {time}"), **counts))
    return progress


def report(planner, now, *said, stakes=()):
    moved = planner.report(said, at(f"2026-03-02 {now}"), dict(stakes))
    assert verify(planner.snapshot()) == []
    planner.take_delta()
    return moved


def test_a_late_start_moves_what_is_left_of_the_day():
    """The caps of 8:00 began at 8:40: they end at 13:40, and nothing else stands on M1."""
    planner = planned()
    stakes = {("CAPS", 1): Stake(at("2026-03-02 13:00"))}
    done = report(planner, "09:00", marked(planner, "CAPS", ("started", "08:40", {})), stakes=stakes)
    assert done.repair.slips == [Slip("CAPS", 1, at("2026-03-02 13:00"), at("2026-03-02 13:40"))]
    assert sorted(where(planner))[0] == ("CAPS", "M1", at("2026-03-02 08:40"), at("2026-03-02 13:40"))
    assert sorted(where(planner))[1] == AS_PLANNED[1]


def test_what_is_made_so_far_tells_when_the_rest_is_done():
    """400 of 600 caps at 10:00, of 2 a minute: the rest takes until 11:40."""
    planner = planned()
    report(planner, "10:00", marked(planner, "CAPS", ("produced", "10:00", {"good": 400})))
    assert sorted(where(planner))[0] == ("CAPS", "M1", at("2026-03-02 08:00"), at("2026-03-02 11:40"))


def test_work_that_begins_before_its_turn_is_a_fact_from_then_on():
    """The lids, planned for 9:00, began at 8:30 on the machine that stood free."""
    planner = planned()
    report(planner, "08:31", marked(planner, "LIDS", ("started", "08:30", {})))
    assert sorted(where(planner))[1] == ("LIDS", "M2", at("2026-03-02 08:30"), at("2026-03-02 11:00"))


def test_the_setter_is_busy_with_what_ends_soon_though_what_ends_late_was_set_up_before():
    """Three presses, one setter: the mould of a long run from 8:00, that of a short one from 9:00, a third from 10:00.

    At 9:30 the long run is reported to go on: the third mould still waits until the setter is free at 10:00.
    """
    plant = moulding_shop()
    presses = tuple(Resource(name, calendar_id="long", changeover_class="press") for name in ("P1", "P2", "P3"))
    names = tuple(zip(("long", "short", "third"), ("P1", "P2", "P3"), strict=True))
    plant = replace(
        plant,
        resources=(*plant.resources, *presses),
        moulds=(*plant.moulds, *(Mould(name, (press,), 2, minutes(1)) for name, press in names)),
        items=(*plant.items, *(Item(name, routing_id=name) for name, _ in names)),
        routings=(
            *plant.routings,
            *(
                Routing(name, (RoutingOperation("mould", modes=(Mode("on", press, mould_id=name),)),))
                for name, press in names
            ),
        ),
    )
    planner = Planner(plant, at("2026-03-02 08:00"))
    for name, quantity, wanted in (("long", 900, "16:30"), ("short", 120, "11:00"), ("third", 120, "12:00")):
        promised(planner, name, name, quantity, f"2026-03-02 {wanted}")
    assert set_up(planner) == {"long": "08:00", "short": "09:00", "third": "10:00"}
    report(planner, "09:30", marked(planner, "long", ("started", "09:10", {})))
    assert set_up(planner) == {"long": "08:00", "short": "09:00", "third": "10:00"}


def set_up(planner):
    """When each order's mould is begun to be mounted."""
    zone = planner.plant.zone
    return {
        x.order_id: datetime.fromtimestamp(x.setup[0], zone).strftime("%H:%M") for x in planner.snapshot().operations
    }
