"""Assemblies whose branches join, and routings that come back to a machine: inserted whole, with moulds and without."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.items import BomRow, Item, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import ReasonKind
from domain.resources import ChangeoverClass, ChangeoverPart, ChangeoverRow, Mould, Resource, ResourceKind
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import Effort, Planner
from scheduler.verify import verify
from tests.scheduler.test_sourcing import NOW, NOW_S, hours, lamps, replace_whole, restored, times

HALF_HOUR = timedelta(minutes=30)


def moulded(name: str, mould: str) -> RoutingOperation:
    """A step on the press with a mould."""
    return RoutingOperation(name, modes=(Mode("mode", "press", mould_id=mould, pause=Pause.SHIFT),))


def by_hand(name: str, minutes: float) -> RoutingOperation:
    """A step on the bench."""
    each = timedelta(minutes=minutes)
    return RoutingOperation(name, modes=(Mode("mode", "bench", per_piece=each, pause=Pause.SHIFT),))


def radios(consumed_at: str = "") -> Plant:
    """A radio is fitted of a front and a back; a grip is moulded twice on the same press, and trimmed between.

    One press with two moulds, a piece a minute each; a setter takes half an hour to mount and to dismount.
    """
    plant = lamps()
    every = (
        ChangeoverRow(ChangeoverPart.MOUNT, "*", "*", HALF_HOUR),
        ChangeoverRow(ChangeoverPart.DISMOUNT, "*", "*", HALF_HOUR),
    )
    return Plant(
        plant.settings,
        plant.calendars,
        (
            Resource("press", calendar_id="day", changeover_class="moulds"),
            Resource("bench", calendar_id="day"),
            Resource("LI", ResourceKind.SETTER, calendar_id="day"),
        ),
        (
            Mould("FRONT", ("press",), 1, timedelta(minutes=1)),
            Mould("BACK", ("press",), 1, timedelta(minutes=1)),
        ),
        (ChangeoverClass("moulds", "LI", rows=every),),
        (
            Item("radio", routing_id="radio"),
            Item("front", routing_id="front"),
            Item("back", routing_id="back"),
            Item("grip", routing_id="grip"),
        ),
        (
            Routing("radio", (by_hand("print", 1), by_hand("fit", 3)), (RoutingLink("print", "fit"),)),
            Routing("front", (moulded("mould", "FRONT"),)),
            Routing("back", (moulded("mould", "BACK"),)),
            Routing(
                "grip",
                (moulded("core", "FRONT"), by_hand("trim", 1), moulded("skin", "BACK")),
                (RoutingLink("core", "trim"), RoutingLink("trim", "skin")),
            ),
        ),
        bom=(BomRow("radio", "front", 1_000_000, consumed_at), BomRow("radio", "back", 1_000_000, consumed_at)),
    )


def decide(planner: Planner, item_id: str, quantity: int = 20, name: str = "SO-1", effort: Effort = Effort.INSTANT):
    """A line asked for at nine, kept; the decision."""
    made = planner.decide(Order(name, "C-1", (OrderLine(1, item_id, quantity, hours(1)),)), NOW_S, effort=effort)
    planner.keep(made)
    planner.take_delta()
    assert verify(planner.snapshot()) == []
    lead = sum((reason.duration for reason in made.lines[0].reasons), timedelta(0))
    assert lead == made.lines[0].promised_time - NOW
    return made


def spans(planner: Planner, order_id: str = "SO-1") -> dict[str, tuple[float, float]]:
    """Minutes after the start from and to which each operation of an order runs."""
    return {
        f"{x.item_id} {x.operation_id}": ((x.start_s - NOW_S) / 60, (x.end_s - NOW_S) / 60)
        for x in planner.snapshot().operations
        if x.order_id == order_id
    }


def test_two_moulded_branches_join_in_an_assembly() -> None:
    """One mould is mounted and has run by 50 min, the other by 130; printed and fitted in 80 more: after 3.5 h."""
    planner = Planner(radios(), NOW_S)
    told = decide(planner, "radio").lines[0]
    assert spans(planner) == {
        "back mould": (30, 50),
        "front mould": (110, 130),
        "radio print": (130, 150),
        "radio fit": (150, 210),
    }
    assert told.promised_time == hours(3.5)
    kinds = {reason.kind: reason.duration for reason in told.reasons}
    # The fronts wait 50 minutes for the press, where the backs of the same order come first.
    assert kinds == {
        ReasonKind.MACHINE: timedelta(minutes=50),
        ReasonKind.CHANGEOVER: timedelta(minutes=60),
        ReasonKind.PROCESS: timedelta(minutes=100),
    }


def test_an_assembly_begins_before_its_branches_join_where_only_its_last_step_needs_them() -> None:
    """Printed at once, fitted when both branches are there."""
    planner = Planner(radios("fit"), NOW_S)
    told = decide(planner, "radio").lines[0]
    assert spans(planner)["radio print"] == (0, 20)
    assert spans(planner)["radio fit"] == (130, 190)
    assert told.promised_time == hours(190 / 60)


def test_a_routing_comes_back_to_the_press_with_another_mould() -> None:
    """Core by 50 min, trimmed by 70; the mould is changed meanwhile, until 110; skin by 130."""
    planner = Planner(radios(), NOW_S)
    told = decide(planner, "grip").lines[0]
    assert spans(planner) == {"grip core": (30, 50), "grip trim": (50, 70), "grip skin": (110, 130)}
    assert told.promised_time == hours(130 / 60)
    decide(planner, "grip", name="SO-2")
    second = spans(planner, "SO-2")
    # FRONT goes on again after the first skin, and BACK after that: 20 minutes each, two hours of changing.
    assert second == {"grip core": (190, 210), "grip trim": (210, 230), "grip skin": (270, 290)}


def test_a_routing_comes_back_to_a_plain_machine_between_others() -> None:
    """Fit and test on the bench with a step on the press between; the second order goes into the first one's gaps."""
    plant = lamps()
    modes = (("fit", "bench", 2), ("seal", "press", 2), ("test", "bench", 2))
    steps = tuple(
        RoutingOperation(
            name, modes=(Mode("mode", machine, per_piece=timedelta(minutes=each), pause=Pause.SHIFT),)
        )
        for name, machine, each in modes
    )  # fmt: skip
    twice = Routing("assemble", steps, (RoutingLink("fit", "seal"), RoutingLink("seal", "test")))
    planner = Planner(replace(plant, routings=(twice, plant.routings[1]), bom=()), NOW_S)
    decide(planner, "lamp")
    decide(planner, "lamp", name="SO-2")
    assert spans(planner) == {"lamp fit": (0, 40), "lamp seal": (40, 80), "lamp test": (80, 120)}
    assert spans(planner, "SO-2") == {"lamp fit": (40, 80), "lamp seal": (80, 120), "lamp test": (120, 160)}


@pytest.mark.parametrize("item_id", ["radio", "grip"])
def test_assemblies_and_reentrant_routings_are_inserted_within_the_budget(item_id: str) -> None:
    """Behind twenty others each is still placed, with no more trials than the budget has."""
    planner = Planner(radios("fit"), NOW_S)
    budget = int(planner._k.s[a.S_BUDGET])
    for number in range(20):
        made = decide(planner, ("radio", "grip")[number % 2], 7, f"SO-{number}")
        assert made.candidates <= budget * 4
    last = decide(planner, item_id, 7, "SO-X")
    assert last.lines[0].promised_time is not None
    assert last.candidates <= budget * 4


STEP = st.tuples(
    st.sampled_from(["ask", "ask", "ask", "remove", "wait", "redispatch", "restart"]),
    st.sampled_from(["radio", "grip", "front"]),
    st.sampled_from([1, 5, 20, 90]),
    st.sampled_from([1, 6, 60]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["", "print", "fit"]), st.lists(STEP, min_size=2, max_size=7))
def test_days_of_assemblies_with_moulds_hold_every_rule_and_restart_to_the_same_plan(at: str, script: list) -> None:
    """Whatever is asked, taken back, re-sequenced or read again from the store."""
    planner = Planner(radios(at), NOW_S)
    deltas = [planner.take_delta()]
    now_s, orders = NOW_S, []
    for number, (what, item_id, quantity, by) in enumerate(script):
        if what == "ask":
            line = OrderLine(1, item_id, quantity, datetime.fromtimestamp(now_s, UTC) + timedelta(hours=by))
            made = planner.decide(Order(f"SO-{number}", "C-1", (line,)), now_s, effort=Effort.TIER1)
            planner.keep(made)
            orders.append(f"SO-{number}")
        elif what == "remove" and orders:
            planner.remove(orders.pop(0), now_s)
        elif what == "wait":
            now_s += quantity * 300
            planner.advance(now_s)
        elif what == "redispatch":
            planner.redispatch(now_s)
        deltas.append(planner.take_delta())
        assert verify(planner.snapshot()) == []
        again = restored(planner, deltas)
        assert [row[:4] + row[6:] for row in times(again)] == [row[:4] + row[6:] for row in times(planner)]
        if what == "restart":
            planner = again
            deltas = [replace_whole(planner, deltas)]
