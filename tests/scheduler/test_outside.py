"""Work by other firms: never taken unasked where the plant can do it, and left where it was given."""

from datetime import UTC, datetime, time, timedelta

from domain.calendars import Calendar, Shift
from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import Resource, ResourceKind
from domain.values import replace
from scheduler.cpsat.reading import read
from scheduler.planner import Effort, Planner
from scheduler.records import PlanImage, Step
from scheduler.verify import verify
from tests.plants import ALL_DAYS, at, minutes

MONDAY = at("2026-03-02 08:00")


def shop() -> Plant:
    """Bolts are turned at a minute each on the lathe or by TURNERS, a day away; only PLATERS can plate them."""
    turning = RoutingOperation(
        "turn",
        modes=(
            Mode("out", "TURNERS", fixed=timedelta(days=1), per_piece=minutes(1), pause=Pause.SHIFT),
            Mode("in", "LATHE", per_piece=minutes(1), pause=Pause.SHIFT),
        ),
    )
    plating = RoutingOperation("plate", modes=(Mode("plate", "PLATERS", fixed=timedelta(hours=2)),))
    return Plant(
        PlantSettings("lathe", "Asia/Shanghai", horizon=timedelta(days=60)),
        calendars=(
            Calendar("day", (Shift(ALL_DAYS, time(8), time(18)),)),
            Calendar("round", (Shift(ALL_DAYS, time(0), time(0)),)),
        ),
        resources=(
            Resource("LATHE", calendar_id="day"),
            Resource("TURNERS", ResourceKind.OUTSIDE, capacity=2, calendar_id="round"),
            Resource("PLATERS", ResourceKind.OUTSIDE, calendar_id="round"),
        ),
        items=(Item("bolt", routing_id="bolt"),),
        routings=(Routing("bolt", (turning, plating), (RoutingLink("turn", "plate"),)),),
    )


def promised(planner: Planner, order_id: str, quantity: int, day: int) -> None:
    line = OrderLine(1, "bolt", quantity, datetime(2026, 3, day, 12, tzinfo=UTC))
    planner.keep(planner.decide(Order(order_id, "C", (line,)), planner.now_s, effort=Effort.TIER1))


def two_orders() -> Planner:
    """On Monday at eight: A, due at eight in the evening, has the lathe until six; B for three hours on Tuesday."""
    planner = Planner(shop(), MONDAY)
    promised(planner, "A", 600, 2)
    promised(planner, "B", 180, 9)
    return planner


def turned(planner: Planner) -> dict[str, tuple[str, int, int]]:
    """Where and when each order is turned."""
    work = planner.snapshot().operations
    return {x.order_id: (x.resource_id, x.start_s, x.end_s) for x in work if x.operation_id == "turn"}


def give_out(planner: Planner, order_id: str, unit: int = 0) -> None:
    """Have one order turned outside."""
    names = {x.key: (x.order_id, x.operation_id) for x in planner.snapshot().operations}
    found = planner.sequences()
    steps = [
        Step(step.key, "out", (unit,), -1, ()) if names[step.key] == (order_id, "turn") else step
        for step in found.steps
    ]
    planner.adopt(found._replace(steps=tuple(steps)), planner.now_s)


IN_HOUSE = {
    "A": ("LATHE", MONDAY, at("2026-03-02 18:00")),
    "B": ("LATHE", at("2026-03-03 08:00"), at("2026-03-03 11:00")),
}
B_OUTSIDE = {**IN_HOUSE, "B": ("TURNERS", MONDAY, at("2026-03-03 11:00"))}


def test_nothing_goes_to_another_firm_unasked_that_the_plant_can_do() -> None:
    """B waits for the lathe while TURNERS stand idle; what only PLATERS can do is always done there."""
    planner = two_orders()
    assert turned(planner) == IN_HOUSE
    planner.redispatch(MONDAY)
    assert turned(planner) == IN_HOUSE
    assert [x.resource_id for x in planner.snapshot().operations if x.operation_id == "plate"] == ["PLATERS"] * 2
    problem = read(planner.snapshot(), {})
    assert {way.resource_id for task in problem.tasks for way in task.ways} == {"LATHE", "PLATERS"}


def test_work_given_to_another_firm_stays_there() -> None:
    """Through a re-dispatch, a restart, and an import; on which of the firm's machines may change."""
    planner = two_orders()
    give_out(planner, "B", unit=1)
    assert turned(planner) == B_OUTSIDE
    assert [str(breach) for breach in verify(planner.snapshot())] == []
    planner.redispatch(MONDAY)
    assert turned(planner) == B_OUTSIDE
    delta = planner.take_delta()
    image = PlanImage(
        delta.version, delta.floor_s, delta.now_s, list(delta.placed), delta.sequence or planner._sequence(), []
    )
    again = Planner.restore(planner.plant, MONDAY, image)
    assert turned(again) == B_OUTSIDE
    again.redispatch(MONDAY)
    assert turned(again) == B_OUTSIDE
    wider = replace(shop(), resources=(*shop().resources, Resource("SPARE", calendar_id="day")))
    fresh = again.rebuild(wider)
    assert turned(fresh) == B_OUTSIDE
    fresh.redispatch(MONDAY)
    assert turned(fresh) == B_OUTSIDE


def test_a_planner_moves_work_to_another_firm_and_back() -> None:
    """B goes to TURNERS at nine, and stays pinned there; moved to the lathe for Wednesday, it is there again."""
    planner = two_orders()
    (key,) = [x.key for x in planner.snapshot().operations if (x.order_id, x.operation_id) == ("B", "turn")]
    planner.move(key, at("2026-03-02 09:00"), "TURNERS", MONDAY, {})
    planner.redispatch(MONDAY)
    assert turned(planner) == {**IN_HOUSE, "B": ("TURNERS", at("2026-03-02 09:00"), at("2026-03-03 12:00"))}
    planner.move(key, at("2026-03-04 08:00"), "LATHE", MONDAY, {})
    planner.redispatch(MONDAY)
    assert turned(planner) == {**IN_HOUSE, "B": ("LATHE", at("2026-03-04 08:00"), at("2026-03-04 11:00"))}
    assert [str(breach) for breach in verify(planner.snapshot())] == []


def test_work_comes_back_where_sequences_say_so() -> None:
    """As it was before it was given away, and from then on not outside again."""
    planner = two_orders()
    stood = planner.sequences()
    give_out(planner, "B")
    planner.adopt(stood, MONDAY)
    assert turned(planner) == IN_HOUSE
    planner.redispatch(MONDAY)
    assert turned(planner) == IN_HOUSE
