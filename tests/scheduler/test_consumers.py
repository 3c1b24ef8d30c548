"""Components that a later operation of their lot consumes: awaited there, and not before."""

from datetime import timedelta

import pytest

from domain.items import BomRow, Mode, Pause, Routing, RoutingLink, RoutingOperation
from domain.orders import Order, OrderLine
from domain.promises import ReasonKind
from domain.supply import Receipt
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import PlanBroken, Planner
from scheduler.snapshot import PlanSnapshot
from scheduler.verify import Rule, verify
from tests.scheduler.test_sourcing import NOW_S, ask, hours, lamps, stocked


def bench_work(name: str, minutes: float, machine: str = "bench") -> RoutingOperation:
    """An operation of so many minutes a piece."""
    return RoutingOperation(
        name, modes=(Mode("mode", machine, per_piece=timedelta(minutes=minutes), pause=Pause.SHIFT),)
    )


def two_steps(consumed_at: str = "fit", component: str = "shade", **changes: object) -> Planner:
    """A lamp is wired (3 min on the bench), then fitted (3 min on the bench) with the component."""
    plant = lamps(**changes)
    assemble = Routing("assemble", (bench_work("wire", 3), bench_work("fit", 3)), (RoutingLink("wire", "fit"),))
    bom = tuple(
        replace(row, operation_id=consumed_at) if (row.item_id, row.component_id) == ("lamp", component) else row
        for row in plant.bom
    )
    return Planner(replace(plant, routings=(assemble, plant.routings[1]), bom=bom), NOW_S)


def spans(planner: Planner) -> dict[str, tuple[float, float]]:
    """Hours after the start from and to which each operation runs."""
    return {
        f"{x.item_id} {x.operation_id}": ((x.start_s - NOW_S) / 3600, (x.end_s - NOW_S) / 3600)
        for x in planner.snapshot().operations
    }


def test_a_lot_begins_before_the_component_is_made_that_only_its_last_operation_needs() -> None:
    """20 shades take 2 h on the press; meanwhile 20 lamps are wired: done after 3 h, and not after 4."""
    planner = two_steps()
    told, _ = ask(planner)
    assert told.promised_time == hours(3)
    assert spans(planner) == {"shade make": (0, 2), "lamp wire": (0, 1), "lamp fit": (2, 3)}
    assert two_steps(consumed_at="").plant.bom[0].operation_id == ""
    first = two_steps(consumed_at="")
    assert ask(first)[0].promised_time == hours(4)


def test_material_is_awaited_by_the_operation_that_consumes_it() -> None:
    """Cables come at noon: wired from 10:00, since shades are there then; fitted from noon on, with the reason."""
    planner = two_steps(
        component="cable", on_hand=stocked(resin=100, screw=1000), receipts=(Receipt("PO-1", "cable", 20, hours(4)),)
    )
    told, _ = ask(planner)
    assert told.promised_time == hours(5)
    assert spans(planner)["lamp wire"] == (2, 3)
    assert spans(planner)["lamp fit"] == (4, 5)
    assert [(reason.kind, reason.subject, reason.duration) for reason in told.reasons] == [
        (ReasonKind.MATERIAL, "PO-1", timedelta(hours=1)),
        (ReasonKind.PROCESS, "", timedelta(hours=4)),
    ]


def test_a_receipt_is_needed_when_the_operation_begins_that_consumes_it() -> None:
    """Not when its lot does."""
    planner = two_steps(
        component="cable", on_hand=stocked(resin=100, screw=1000), receipts=(Receipt("PO-1", "cable", 20, hours(1)),)
    )
    ask(planner)
    (peg,) = [peg for peg in planner.pegs("SO-1") if peg.receipt_id]
    assert planner.begins(peg) == hours(3)


def planted(planner: Planner, key: str, start_h: float) -> PlanSnapshot:
    """The plan with one operation begun at another hour, as long as before."""
    snapshot = planner.snapshot()
    moved = tuple(
        replace(x, start_s=NOW_S + int(start_h * 3600), end_s=x.end_s - x.start_s + NOW_S + int(start_h * 3600))
        if f"{x.item_id} {x.operation_id}" == key
        else x
        for x in snapshot.operations
    )
    return replace(snapshot, operations=moved)


@pytest.mark.parametrize(
    ("key", "start_h", "rules"),
    [("lamp fit", 1.5, {Rule.LAG, Rule.EARLIEST}), ("lamp wire", 2, {Rule.EARLIEST, Rule.UNIT, Rule.LAG})],
)
def test_the_checker_finds_an_operation_that_does_not_wait_for_its_component_or_waits_in_vain(
    key: str, start_h: float, rules: set[Rule]
) -> None:
    """Fitted before the shades are there; wired as if wiring needed them."""
    planner = two_steps()
    ask(planner)
    assert {breach.rule for breach in verify(planted(planner, key, start_h))} <= rules | {Rule.CAPACITY}
    assert verify(planted(planner, key, start_h)) != []


def test_two_branches_that_join_take_their_components_each() -> None:
    """Foot and head of a lamp are worked in parallel; shades go into the head: the foot doesn't wait."""
    plant = lamps()
    join = Routing(
        "assemble",
        (bench_work("foot", 3), bench_work("head", 3, "press"), bench_work("join", 3)),
        (RoutingLink("foot", "join"), RoutingLink("head", "join")),
    )
    bom = (BomRow("lamp", "shade", 1_000_000, "head"), BomRow("lamp", "cable", 1_000_000, "join"))
    planner = Planner(replace(plant, routings=(join, plant.routings[1]), bom=bom), NOW_S)
    told, _ = ask(planner)
    assert spans(planner) == {"shade make": (0, 2), "lamp foot": (0, 1), "lamp head": (2, 3), "lamp join": (3, 4)}
    assert told.promised_time == hours(4)


@pytest.mark.parametrize(
    ("minutes", "rule"), [(-30, "earliest"), (30, "earliest")], ids=["before its shades are there", "long after"]
)
def test_the_check_of_a_commit_finds_an_operation_that_does_not_begin_with_its_component(
    minutes: int, rule: str
) -> None:
    """Fitted half an hour too soon or too late: nothing of it is stored."""
    planner = two_steps()
    planner.take_delta()
    line = OrderLine(1, "lamp", 20, hours(1))
    planner.keep(planner.decide(Order("SO-1", "C-1", (line,)), NOW_S))
    planner._settle()
    ops = planner._k.ops
    (fit,) = (x for x in range(3) if ops[x, a.OPNO] == 1)
    ops[fit, [a.START, a.END]] += 60 * minutes
    with pytest.raises(PlanBroken):
        planner.take_delta()
    row, found = planner._check.walk(ops, 3, planner._lines, int(planner._k.s[a.S_FLOOR]), NOW_S)
    assert (row, found) == (fit, rule)
    ops[fit, [a.START, a.END]] -= 60 * minutes
    assert planner._check.walk(ops, 3, planner._lines, int(planner._k.s[a.S_FLOOR]), NOW_S) == (-1, "")


def test_the_check_of_a_commit_finds_a_component_that_ranks_after_what_consumes_it() -> None:
    """Shades behind the fitting in the plan-wide order."""
    planner = two_steps()
    ask(planner)
    ops = planner._k.ops
    shade, fit = 0, 2
    assert (ops[shade, a.OPNO], ops[fit, a.OPNO]) == (0, 1)
    ops[shade, a.LABEL] = ops[fit, a.LABEL] + 1
    found = planner._check.walk(ops, 3, planner._lines, int(planner._k.s[a.S_FLOOR]), NOW_S)
    assert found == (fit, "rank")
