"""Wrong answers of before."""

from datetime import UTC, datetime

from domain.items import Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant, PlantSettings
from domain.resources import (
    ChangeoverClass,
    ChangeoverPart,
    ChangeoverRow,
    Combine,
    Mould,
    Resource,
    ResourceKind,
)
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from tests.plants import DAY, ROUND, at, minutes

MONDAY = at("2026-03-02 08:00")


def ask(planner, order_id, item_id, quantity, wanted):
    line = OrderLine(1, item_id, quantity, datetime.fromtimestamp(at(wanted), UTC))
    return planner.decide(Order(order_id, "C", (line,)), planner.now_s, effort=Effort.INSTANT)


def one(*modes):
    return (RoutingOperation("run", modes=modes),)


def test_a_later_end_is_not_chosen_for_shifting_less():
    """N ends at 13:00 on M1, in front of A; on M2, behind B and over lunch, at 13:30, which was answered, as exact."""
    slow, fast = Mode("1", "M1", per_piece=minutes(300)), Mode("2", "M2", per_piece=minutes(60), pause=Pause.SHIFT)
    plant = Plant(
        PlantSettings("two"),
        (ROUND, DAY),
        (Resource("M1", calendar_id="round"), Resource("M2", calendar_id="day")),
        items=(Item("a", routing_id="a"), Item("b", routing_id="b"), Item("n", routing_id="n")),
        routings=(
            Routing("a", one(Mode("1", "M1", per_piece=minutes(1)))),
            Routing("b", one(Mode("2", "M2", per_piece=minutes(1)))),
            Routing("n", one(slow, fast)),
        ),
    )
    planner = Planner(plant, MONDAY)
    planner.keep(ask(planner, "A", "a", 60, "2026-03-04 08:00"))
    planner.keep(ask(planner, "B", "b", 210, "2026-03-02 11:30"))
    (answer,) = ask(planner, "N", "n", 1, "2026-03-02 09:00").lines
    assert answer.expected_time.timestamp() == at("2026-03-02 13:00")


def test_both_branches_of_a_fork_on_one_machine_are_counted():
    """5 minutes each for a, b and c: 15 in all; 10 were answered, and the plan could not be read any more."""
    steps = tuple(RoutingOperation(name, modes=(Mode("m", "M1", fixed=minutes(5)),)) for name in "abc")
    plant = Plant(
        PlantSettings("fork"),
        (ROUND,),
        (Resource("M1", calendar_id="round"),),
        items=(Item("i", routing_id="r"),),
        routings=(Routing("r", steps, (RoutingLink("a", "b"), RoutingLink("a", "c"))),),
    )
    planner = Planner(plant, MONDAY)
    decision = ask(planner, "S", "i", 1, "2026-03-02 08:01")
    assert decision.lines[0].expected_time.timestamp() == at("2026-03-02 08:15")
    planner.keep(decision)
    assert verify(planner.snapshot()) == []


def test_a_machine_without_changeovers_fetches_a_mould_by_the_hours_of_whoever_does_it():
    """Kernel and checker must agree: M1 has no setter, the mould hangs in M2, whose setter has gone home at 18:00."""
    rows = (ChangeoverRow(ChangeoverPart.DISMOUNT, "*", "*", minutes(30)),)
    setter = Resource("SETTER", ResourceKind.SETTER, calendar_id="day")
    plant = Plant(
        PlantSettings("press"),
        (ROUND, DAY),
        (Resource("M1", calendar_id="round"), Resource("M2", calendar_id="round", changeover_class="press"), setter),
        (Mould("K", ("M1", "M2"), 1, minutes(1), mounted_on="M2"),),
        (ChangeoverClass("press", "SETTER", Combine.SUM, rows),),
        (Item("i", routing_id="r"),),
        (Routing("r", one(Mode("m", "M1", mould_id="K"))),),
    )
    planner = Planner(plant, at("2026-03-02 18:00"))
    planner.keep(ask(planner, "S", "i", 10, "2026-03-02 18:01"))
    assert [str(breach) for breach in verify(planner.snapshot())] == []
