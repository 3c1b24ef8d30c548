"""What the shop floor reports moves the plan's present, and what follows is right again at once."""

from datetime import datetime

from domain.items import Item, Mode, Routing, RoutingLink, RoutingOperation
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


def test_what_was_set_up_goes_first_though_its_parts_came_late():
    """Drilled parts came at 9:40, not 9:00: the press, set up for them at 8:00, isn't set up for others at 9:30.

    Nobody reported either changeover, and by 9:45 both should have begun.
    """
    plant = moulding_shop()
    drilled, plain = (RoutingOperation("mould", modes=(Mode("on", "P1", mould_id=n),)) for n in ("drilled", "plain"))
    drill = RoutingOperation("drill", modes=(Mode("on", "D1", per_piece=minutes(1)),))
    names = ("drilled", "plain")
    plant = replace(
        plant,
        resources=(
            *plant.resources,
            Resource("D1", calendar_id="long"),
            Resource("P1", calendar_id="long", changeover_class="press"),
        ),
        moulds=(*plant.moulds, *(Mould(name, ("P1",), 2, minutes(1)) for name in names)),
        items=(*plant.items, *(Item(name, routing_id=name) for name in names)),
        routings=(
            *plant.routings,
            Routing("drilled", (drill, drilled), (RoutingLink("drill", "mould"),)),
            Routing("plain", (plain,)),
        ),
    )
    planner = Planner(plant, at("2026-03-02 08:00"))
    promised(planner, "A", "drilled", 60, "2026-03-02 09:30")
    promised(planner, "B", "plain", 60, "2026-03-02 12:00")
    assert sorted(where(planner))[1:] == [
        ("A", "P1", at("2026-03-02 09:00"), at("2026-03-02 09:30")),
        ("B", "P1", at("2026-03-02 11:00"), at("2026-03-02 11:30")),
    ]
    drill_of_a = planner.operations("A")[0]
    said = Progress(drill_of_a.key, "A", 1, "drill")
    said = said.with_mark(Mark(MarkKind.FINISHED, utc("2026-03-02 09:40"), good=60))
    report(planner, "09:45", said)
    assert sorted(where(planner))[1:] == [
        ("A", "P1", at("2026-03-02 09:40"), at("2026-03-02 10:10")),
        ("B", "P1", at("2026-03-02 11:40"), at("2026-03-02 12:10")),
    ]


def test_what_is_set_up_already_waits_again_for_what_may_move_before_it():
    """A press is set up from 8:00 for parts that are drilled at 9:30; at 8:30 other work begins before its turn.

    Drilling, which was a fact because of the press alone, may move again, and the press with it, though it was reported
    not to run yet at 8:05.
    """
    plant = moulding_shop()
    drill = RoutingOperation("drill", modes=(Mode("on", "D1", per_piece=minutes(1)),))
    turn = RoutingOperation("turn", modes=(Mode("on", "D2", per_piece=minutes(1)),))
    drilled = RoutingOperation("mould", modes=(Mode("on", "P1", mould_id="drilled"),))
    plant = replace(
        plant,
        resources=(
            *plant.resources,
            Resource("D1", calendar_id="long"),
            Resource("D2", calendar_id="long"),
            Resource("P1", calendar_id="long", changeover_class="press"),
        ),
        moulds=(*plant.moulds, Mould("drilled", ("P1",), 2, minutes(1))),
        items=(*plant.items, *(Item(name, routing_id=name) for name in ("drilled", "hole", "turned"))),
        routings=(
            *plant.routings,
            Routing("drilled", (drill, drilled), (RoutingLink("drill", "mould"),)),
            Routing("hole", (drill,)),
            Routing("turned", (turn,)),
        ),
    )
    planner = Planner(plant, at("2026-03-02 08:00"))
    promised(planner, "Z", "hole", 90, "2026-03-02 09:30")
    promised(planner, "A", "drilled", 60, "2026-03-03 11:00")
    promised(planner, "E", "turned", 60, "2026-03-03 09:00")
    promised(planner, "F", "turned", 60, "2026-03-03 10:00")
    press = next(x for x in planner.snapshot().operations if x.order_id == "A" and x.setup)
    assert press.setup is not None
    assert press.setup[0] == at("2026-03-02 08:00")
    place = next(each for each in planner.operations("A") if each.operation_id == "mould")
    waiting = Progress(place.key, "A", 1, "mould")
    report(planner, "08:05", waiting.with_mark(Mark(MarkKind.NOT_STARTED, utc("2026-03-02 08:05"))))
    report(planner, "08:31", marked(planner, "E", ("started", "08:30", {})))
    assert [each for each in sorted(where(planner)) if each[0] == "A"] == [
        ("A", "D1", at("2026-03-02 09:30"), at("2026-03-02 10:30")),
        ("A", "P1", at("2026-03-02 10:30"), at("2026-03-02 11:00")),
    ]


def test_what_is_released_already_waits_for_a_lag_in_working_hours_behind_a_late_end():
    """Glue sets for ten working minutes: what was glued by 9:24, not 9:20, can't be packed at 9:30, released or not.

    It may move again, and begins after the time that a release takes, an hour from now.
    """
    plant = moulding_shop()
    glue = RoutingOperation("glue", modes=(Mode("on", "D1", per_piece=minutes(1)),))
    pack = RoutingOperation("pack", modes=(Mode("on", "D2", per_piece=minutes(1)),))
    plant = replace(
        plant,
        settings=replace(plant.settings, release_lead=minutes(60)),
        resources=(*plant.resources, Resource("D1", calendar_id="long"), Resource("D2", calendar_id="long")),
        items=(*plant.items, Item("glued", routing_id="glued")),
        routings=(
            *plant.routings,
            Routing("glued", (glue, pack), (RoutingLink("glue", "pack", minutes(10), working=True),)),
        ),
    )
    planner = Planner(plant, at("2026-03-02 08:00"))
    promised(planner, "A", "glued", 20, "2026-03-03 09:30")
    assert sorted(where(planner)) == [
        ("A", "D1", at("2026-03-02 09:00"), at("2026-03-02 09:20")),
        ("A", "D2", at("2026-03-02 09:30"), at("2026-03-02 09:50")),
    ]
    said = Progress(planner.operations("A")[0].key, "A", 1, "glue")
    report(planner, "09:25", said.with_mark(Mark(MarkKind.FINISHED, utc("2026-03-02 09:24"), good=20)))
    assert sorted(where(planner))[1][2] == at("2026-03-02 10:25")


def test_a_mould_is_in_use_though_work_that_took_it_off_once_goes_on_behind():
    """A long run on P1 has taken the short one's mould off at 8:00, and stands still since the short one began.

    At 10:31 that one began at 10:30, for three hours: who wants its mould on P2 waits for it.
    """
    plant = moulding_shop()
    presses = tuple(Resource(name, calendar_id="long", changeover_class="press") for name in ("P1", "P2"))
    ways = {"long": ("P1",), "short": ("P1",), "before": ("P2",), "after": ("P2",)}
    moulds = {"long": "long", "short": "short", "before": "before", "after": "short"}
    plant = replace(
        plant,
        resources=(*plant.resources, *presses),
        moulds=(
            *plant.moulds,
            Mould("long", ("P1",), 2, minutes(1)),
            Mould("short", ("P1", "P2"), 2, minutes(1), mounted_on="P1"),
            Mould("before", ("P2",), 2, minutes(1)),
        ),
        items=(*plant.items, *(Item(name, routing_id=name) for name in ways)),
        routings=(
            *plant.routings,
            *(
                Routing(
                    name,
                    (RoutingOperation("mould", modes=tuple(Mode(p, p, mould_id=moulds[name]) for p in where)),),
                )
                for name, where in ways.items()
            ),
        ),
    )
    planner = Planner(plant, at("2026-03-02 08:00"))
    promised(planner, "L", "long", 600, "2026-03-02 14:30")
    promised(planner, "X", "before", 120, "2026-03-02 12:00")
    promised(planner, "S", "short", 360, "2026-03-03 16:00")
    promised(planner, "T", "after", 60, "2026-03-03 18:00")
    report(planner, "10:20", marked(planner, "L", ("started", "09:30", {})))
    report(planner, "10:31", marked(planner, "S", ("started", "10:30", {})))
    ends = {x.order_id: (x.start_s, x.end_s) for x in planner.snapshot().operations}
    assert ends["T"][0] >= ends["S"][1]


def test_no_mould_is_fetched_from_a_machine_that_runs_already():
    """P2 was to fetch its mould from P1 at 10:00; at 10:20 something else is reported to run on P1 since 9:40.

    Nobody reported that the mould was fetched: it is taken off only when P1 has ended.
    """
    plant = moulding_shop()
    presses = tuple(Resource(name, calendar_id="long", changeover_class="press") for name in ("P1", "P2"))
    ways = {"before": ("P2", "before"), "fetching": ("P2", "hung"), "early": ("P1", "early")}
    plant = replace(
        plant,
        resources=(*plant.resources, *presses),
        moulds=(
            *plant.moulds,
            Mould("before", ("P2",), 2, minutes(1)),
            Mould("hung", ("P1", "P2"), 2, minutes(1), mounted_on="P1"),
            Mould("early", ("P1",), 2, minutes(1)),
        ),
        items=(*plant.items, *(Item(name, routing_id=name) for name in ways)),
        routings=(
            *plant.routings,
            *(
                Routing(name, (RoutingOperation("mould", modes=(Mode("on", press, mould_id=mould),)),))
                for name, (press, mould) in ways.items()
            ),
        ),
    )
    planner = Planner(plant, at("2026-03-02 08:00"))
    promised(planner, "B", "before", 60, "2026-03-02 09:30")
    promised(planner, "F", "fetching", 120, "2026-03-02 12:30")
    promised(planner, "E", "early", 240, "2026-03-03 18:00")
    fetches = {x.order_id: (x.fetched_from, x.fetch) for x in planner.snapshot().operations}
    assert fetches["F"] == ("P1", (at("2026-03-02 10:00"), at("2026-03-02 10:30")))
    report(planner, "10:20", marked(planner, "E", ("started", "09:40", {})))
    found = {x.order_id: x for x in planner.snapshot().operations}
    assert found["F"].visit_start_s >= at("2026-03-02 10:20")


def set_up(planner):
    """When each order's mould is begun to be mounted."""
    zone = planner.plant.zone
    return {
        x.order_id: datetime.fromtimestamp(x.setup[0], zone).strftime("%H:%M") for x in planner.snapshot().operations
    }
