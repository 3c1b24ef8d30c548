"""Every rule finds what breaks it: one wrong thing is planted in a good plan, and the checker names it."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from domain.items import Pause
from domain.promises import MaterialReservation
from domain.supply import OnHand, Receipt
from domain.trade import Carrier
from domain.values import replace
from scheduler.snapshot import PlanSnapshot, Told
from scheduler.verify import CHECKS, Breach, NeverFits, Rule, retime, verify, verify_delta, verify_moves
from tests.plants import at, changed, moulding_shop, operation, span
from tests.scenarios import SCENARIOS

DAY_S = 86400
Plan = Callable[[], PlanSnapshot]


def plan(name: str) -> PlanSnapshot:
    """The plan of a golden scenario."""
    return SCENARIOS[name]().snapshot


def swap() -> PlanSnapshot:
    """1: LID on M2 (setup 8-9, run to 9:30). 2: CAP on M1 (8-8:30). 3: LID to M1. 4: CAP to M2 (11-12:30)."""
    return plan("swapping_moulds.both_ways")


def boxes() -> PlanSnapshot:
    """1 moulds for SO-1 (9-9:30), 2 packs it (11:30-11:36); 3 moulds for SO-3 (to 12:00), 4 packs it (14-14:30)."""
    return plan("lags.through_a_step_without_a_machine")


def crates() -> PlanSnapshot:
    """Crates 1 (8-9), 2 (8-9:30), 3 (9-10) on units 0, 1, 2; pallet 4 (10-11) on units 0 and 1; two crews."""
    return plan("units.crews_bind_before_units")


def weekend() -> PlanSnapshot:
    """1 on M1 from Friday 15:00 over the weekend to Monday 09:00, 2 from then to 09:30."""
    return plan("pause_over_a_weekend.allowed")


def shots() -> PlanSnapshot:
    """LID on M2: 1 with 650 shots and a maintenance, 2 with 550 and none, 3 with 1 and one."""
    return plan("maintenance_by_shots.inside_a_run")


def moved(snapshot: PlanSnapshot, key: int, start: str) -> PlanSnapshot:
    """The plan with one run at another time on 2 March 2026."""
    x = next(x for x in snapshot.operations if x.key == key)
    start_s = at(f"2026-03-02 {start}")
    return changed(snapshot, key, start_s=start_s, end_s=start_s + x.end_s - x.start_s)


def piece(text: str) -> tuple[int, int]:
    """A piece of changeover on 2 March 2026."""
    return span(f"2026-03-02 {text}")


def spread(text: str) -> dict[str, int]:
    """Start and end of a run as fields."""
    start_s, end_s = span(text)
    return {"start_s": start_s, "end_s": end_s}


def without(snapshot: PlanSnapshot, key: int) -> PlanSnapshot:
    """The plan without one operation."""
    return replace(snapshot, operations=tuple(x for x in snapshot.operations if x.key != key))


def twice(snapshot: PlanSnapshot, key: int, new_key: int) -> PlanSnapshot:
    """The plan with one operation standing in it a second time, at the end."""
    x = next(x for x in snapshot.operations if x.key == key)
    return replace(snapshot, operations=(*snapshot.operations, replace(x, key=new_key, label=99)))


def supplied(*rows: MaterialReservation, sure: int = 80) -> PlanSnapshot:
    """Boxes with 100 lids on hand, a receipt of 50 lids at noon, and one of 50 lids that is half sure."""
    when = datetime.fromtimestamp(at("2026-03-02 12:00"), UTC)
    plan = boxes()
    plant = replace(
        plan.plant,
        settings=replace(plan.plant.settings, receipt_confidence_percent=sure),
        on_hand=(OnHand("lid", 100, when),),
        receipts=(Receipt("R1", "lid", 50, when), Receipt("R2", "lid", 50, when, 50)),
    )
    return replace(plan, plant=plant, material=rows)


def sent(*told: Told) -> PlanSnapshot:
    """Boxes packed until 11:36 (SO-1) and 14:30 (SO-3), with a carrier at noon, there the next day; a jar of SO-2."""
    plan = boxes()
    sea = Carrier("sea", "north", timedelta(days=1), time(12), frozenset(range(5)))
    when = datetime.fromtimestamp(at("2026-03-02 08:00"), UTC)
    plant = replace(plan.plant, carriers=(sea,), receipts=(Receipt("R1", "lid", 50, when + timedelta(hours=4)),))
    jar = MaterialReservation("SO-2", 1, "lid", 10, "R1")
    return replace(plan, plant=plant, material=(jar,), told=told)


def told(order_id: str, by: str, packing_s: int = 0, carrier_id: str = "sea", **changes: object) -> Told:
    """A line promised for a time."""
    return replace(Told(order_id, 1, at(by), carrier_id, "north", packing_s), **changes)


def kept() -> PlanSnapshot:
    """All of them in time, to the second; nobody knows where an order is that is not in the plan."""
    last = told("SO-1", "2026-03-04 12:00", 1800, complete=True)
    return sent(
        told("SO-1", "2026-03-03 12:00", 24 * 60), told("SO-2", "2026-03-03 12:00"), told("SO-3", "2026-03-04 12:00"),
        last, told("SO-1", "2026-03-02 11:36", carrier_id=""), told("SO-9", "2026-03-02 08:00"),
    )  # fmt: skip


def pegged(quantity: int, receipt_id: str = "", item_id: str = "lid", lot: int = 0) -> MaterialReservation:
    """A quantity reserved."""
    return MaterialReservation("SO-9", 1, item_id, quantity, receipt_id, lot=lot)


def fed(plan: PlanSnapshot) -> PlanSnapshot:
    """What is made for SO-3 goes into the box of SO-1, whose moulding begins long before."""
    lot = plan.operations[0].lot
    later = plan.operations[-1].lot
    return replace(plan, operations=tuple(replace(x, into=lot) if x.lot == later else x for x in plan.operations))


PLANTED: dict[str, tuple[Rule, Plan]] = {
    "a mode the routing has not": (Rule.REFERENCE, lambda: changed(swap(), 1, mode_id="on-3")),
    "an item the plant has not": (Rule.REFERENCE, lambda: changed(swap(), 1, item_id="lit")),
    "a machine the plant has not": (Rule.REFERENCE, lambda: changed(swap(), 1, resource_id="M3")),
    "a mould the plant has not": (Rule.REFERENCE, lambda: changed(swap(), 1, mould_id="LIT")),
    "a run on no unit": (Rule.REFERENCE, lambda: changed(swap(), 1, units=())),
    "operations out of order": (
        Rule.RANK, lambda: replace(swap(), operations=swap().operations[::-1]),
    ),
    "a key twice": (Rule.RANK, lambda: twice(swap(), 1, 1)),
    "packing ranked before moulding": (Rule.RANK, lambda: changed(boxes(), 2, label=0)),
    "another machine than the mode's": (Rule.PLACE, lambda: changed(swap(), 2, resource_id="M2")),
    "another mould than the mode's": (Rule.PLACE, lambda: changed(swap(), 2, mould_id="LID")),
    "a unit that is not there": (Rule.PLACE, lambda: changed(crates(), 1, units=(3,))),
    "one unit where two are asked for": (Rule.PLACE, lambda: changed(crates(), 4, units=(0,))),
    "the same unit for two": (Rule.PLACE, lambda: changed(crates(), 4, units=(0, 0))),
    "no crew": (Rule.PLACE, lambda: changed(crates(), 1, crew_id="", crew_units=())),
    "a crew that is not there": (Rule.PLACE, lambda: changed(crates(), 1, crew_units=(2,))),
    "no setter": (Rule.PLACE, lambda: changed(swap(), 1, setter_id="", setter_unit=-1)),
    "a shot too few": (Rule.PLACE, lambda: changed(swap(), 1, shots=29)),
    "two runs on one machine": (Rule.UNIT, lambda: moved(swap(), 3, "08:15")),
    "two runs on one unit of a line": (Rule.UNIT, lambda: changed(crates(), 2, units=(0,))),
    "a mould fetched from a running machine": (Rule.UNIT, lambda: changed(swap(), 3, fetch=piece("09:20 / 09:50"))),
    "a setup while the machine runs": (Rule.UNIT, lambda: changed(swap(), 4, setup=piece("09:00 / 12:00"))),
    "four units of three": (Rule.CAPACITY, lambda: moved(crates(), 4, "09:00")),
    "one mould on two machines": (Rule.MOULD, lambda: moved(swap(), 3, "09:00")),
    "a mould taken off while it runs": (Rule.MOULD, lambda: changed(swap(), 3, dismount=piece("08:10 / 08:40"))),
    "a mould mounted before it is taken off": (Rule.MOULD, lambda: changed(swap(), 3, setup=piece("09:40 / 10:40"))),
    "a setter at two machines": (Rule.SETTER, lambda: changed(swap(), 4, setup=piece("10:30 / 11:30"))),
    "one crew at two units": (Rule.CREW, lambda: moved(crates(), 3, "08:30")),
    "three crews of two": (Rule.CREW, lambda: moved(crates(), 4, "09:15")),
    "a start before the shift": (Rule.WORKING_TIME, lambda: moved(swap(), 2, "07:45")),
    "a start on a Saturday": (Rule.WORKING_TIME, lambda: changed(weekend(), 2, **spread("2026-03-07 09:00 / 09:30"))),
    "an end after the shift": (Rule.WORKING_TIME, lambda: moved(swap(), 4, "19:45")),
    "packing over lunch": (Rule.WORKING_TIME, lambda: moved(boxes(), 4, "11:45")),
    "a minute too long": (Rule.DURATION, lambda: changed(swap(), 2, end_s=at("2026-03-02 08:31"))),
    "a minute too short": (Rule.DURATION, lambda: changed(swap(), 2, end_s=at("2026-03-02 08:29"))),
    "an end before the start": (Rule.DURATION, lambda: changed(swap(), 2, end_s=at("2026-03-02 07:30"))),
    "no time for maintenance": (Rule.DURATION, lambda: changed(shots(), 3, end_s=at("2026-03-03 17:46"))),
    "a pause that is not allowed": (
        Rule.PAUSE,
        lambda: changed(plan("pause_over_a_weekend.not_allowed"), 1, **spread("2026-03-06 15:00 / 2026-03-09 09:00")),
    ),
    "a pause over a downtime": (
        Rule.PAUSE,
        lambda: changed(
            plan("pause_over_a_weekend.not_over_a_downtime"), 1, **spread("2026-03-06 15:00 / 2026-03-09 09:00")
        ),
    ),
    "a pause over a mould's maintenance": (
        Rule.PAUSE,
        lambda: changed(
            plan("mould_in_maintenance.run_does_not_pause_over_it"), 2, **spread("2026-03-02 14:00 / 2026-03-04 15:00")
        ),
    ),
    "half an hour before the weekend": (
        Rule.MIN_CHUNK,
        lambda: changed(
            plan("pause_over_a_weekend.with_a_shortest_stretch"), 2, **spread("2026-03-06 19:30 / 2026-03-09 11:00")
        ),
    ),
    "a maintenance left out": (Rule.MAINTENANCE, lambda: changed(shots(), 1, maintenances=0)),
    "a maintenance too many": (Rule.MAINTENANCE, lambda: changed(shots(), 2, maintenances=1)),
    "a box never packed": (Rule.ROUTING, lambda: without(boxes(), 2)),
    "a box packed twice": (Rule.ROUTING, lambda: twice(boxes(), 2, 5)),
    "a lot on two routings": (Rule.ROUTING, lambda: changed(swap(), 2, lot=swap().operations[0].lot)),
    "begun before a lot that goes in": (Rule.RANK, lambda: fed(boxes())),
    "packed before it is cool": (Rule.LAG, lambda: moved(boxes(), 2, "11:29")),
    "milled before the working lag is over": (
        Rule.LAG, lambda: changed(plan("lags.in_working_time"), 2, **spread("2026-03-03 10:39 / 11:39")),
    ),
    "hardened before it is milled": (
        Rule.LAG, lambda: changed(plan("lags.in_working_time"), 3, **spread("2026-03-03 11:00 / 16:00")),
    ),
    "a mould not mounted": (Rule.CHANGEOVER, lambda: changed(swap(), 3, setup=None)),
    "a mould not dismounted": (Rule.CHANGEOVER, lambda: changed(swap(), 3, dismount=None)),
    "a mould not fetched": (Rule.CHANGEOVER, lambda: changed(swap(), 3, fetch=None)),
    "a mounting too short": (Rule.CHANGEOVER, lambda: changed(swap(), 3, setup=piece("10:00 / 10:50"))),
    "a setup that nobody needs": (Rule.CHANGEOVER, lambda: changed(swap(), 2, setup=piece("08:00 / 08:10"))),
    "a setup after the run begins": (Rule.CHANGEOVER, lambda: moved(swap(), 3, "10:45")),
    "a setup when the setter has gone": (
        Rule.CHANGEOVER,
        lambda: changed(plan("setter_busy.gone_home"), 2, setup=piece("18:00 / 18:40")),
    ),
    "a change of colour left out": (
        Rule.CHANGEOVER, lambda: changed(plan("setter_busy.at_the_other_machine"), 3, setup=None),
    ),
    "the wrong mould dismounted": (Rule.MOUNTED, lambda: changed(swap(), 3, dismounted_mould="LID")),
    "a mould fetched from where it is not": (Rule.MOUNTED, lambda: changed(swap(), 3, fetched_from="M1")),
    "more stock than there is": (Rule.MATERIAL, lambda: supplied(pegged(60), pegged(41))),
    "more of a receipt than comes": (Rule.MATERIAL, lambda: supplied(pegged(51, "R1"))),
    "a receipt that is not sure": (Rule.MATERIAL, lambda: supplied(pegged(10, "R2"))),
    "a receipt that nobody expects": (Rule.MATERIAL, lambda: supplied(pegged(10, "R3"))),
    "a receipt of another item": (Rule.MATERIAL, lambda: supplied(pegged(10, "R1", "cap"))),
    "less than nothing": (Rule.MATERIAL, lambda: supplied(pegged(-1))),
    "a run before its material comes": (
        Rule.MATERIAL, lambda: supplied(pegged(10, "R1", lot=boxes().operations[0].lot)),
    ),
    "a start before the order": (Rule.RELEASE, lambda: changed(swap(), 2, not_before_s=at("2026-03-02 08:01"))),
    "a setup before the order": (Rule.RELEASE, lambda: changed(swap(), 1, not_before_s=at("2026-03-02 08:30"))),
    "a start in the past": (Rule.RELEASE, lambda: replace(swap(), floor_s=at("2026-03-02 08:01"))),
    "a run before it is ready": (Rule.RELEASE, lambda: changed(swap(), 1, ready_s=at("2026-03-02 09:01"))),
    "an end after the deadline": (Rule.DEADLINE, lambda: changed(swap(), 4, deadline_s=at("2026-03-02 12:29"))),
    "a frozen setup shifted": (Rule.FROZEN, lambda: changed(swap(), 4, latest_s=at("2026-03-02 10:59"))),
    "a run a minute late": (Rule.EARLIEST, lambda: moved(swap(), 4, "12:01")),
    "a setup an hour late": (
        Rule.EARLIEST, lambda: changed(plan("changeover_in_a_gap.set_up_before_the_material_is_there"), 1,
                                       setup=piece("09:00 / 10:00")),
    ),
    "a box there a day late": (Rule.DELIVERY, lambda: sent(told("SO-3", "2026-03-04 11:59"))),
    "packed after the cut-off": (Rule.DELIVERY, lambda: sent(told("SO-1", "2026-03-03 12:00", 24 * 60 + 1))),
    "goods that leave with the last of their order": (
        Rule.DELIVERY,
        lambda: sent(*(told("SO-1", "2026-03-03 12:00", packing, complete=True) for packing in (0, 1800))),
    ),
    "a receipt that comes after the cut-off": (Rule.DELIVERY, lambda: sent(told("SO-2", "2026-03-03 12:00", 1))),
    "a way that the carrier does not go": (
        Rule.DELIVERY, lambda: sent(told("SO-1", "2026-03-09 12:00", region="south")),
    ),
    "a promise without a carrier": (Rule.DELIVERY, lambda: sent(told("SO-1", "2026-03-02 11:35", carrier_id=""))),
    "a dismounting later than could be": (Rule.EARLIEST, lambda: changed(swap(), 3, dismount=piece("09:01 / 09:31"))),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found_and_named(name: str) -> None:
    """Its rule is among the breaches, each of which says in a sentence what is wrong with whom."""
    rule, planted = PLANTED[name]
    found = [breach for breach in verify(planted()) if breach.rule is rule]
    assert found
    assert all(breach.text and breach.objects for breach in found)


@pytest.mark.parametrize("make", [swap, boxes, crates, weekend, shots, supplied, kept])
def test_the_plans_without_it_hold(make: Plan) -> None:
    """Otherwise the planted violations would prove nothing."""
    assert verify(make()) == []


def test_every_rule_has_a_check_and_a_planted_violation() -> None:
    """A new rule cannot slip through unchecked."""
    of_two_plans = {Rule.MOVED, Rule.PROMISE}
    assert set(CHECKS) == set(Rule) - of_two_plans
    assert {rule for rule, _ in PLANTED.values()} == set(CHECKS)


def test_one_wrong_run_is_said_once() -> None:
    """A run a minute too early: its own breach, and none for the work behind it, which stands where it should."""
    early = changed(crates(), 3, **spread("2026-03-02 08:59 / 09:59"))
    assert verify(early) == [
        Breach(
            Rule.CREW,
            (1, 3),
            ("CREW unit 0", "SO-1", "SO-3"),
            "CREW unit 0 is used twice, 2026-03-02 08:59:00+08:00 to 2026-03-02 09:00:00+08:00: "
            "by operation pack of SO-1/1 (key 1) for its run, by operation pack of SO-3/1 (key 3) for its run",
        ),
        Breach(
            Rule.CREW,
            (1, 2, 3),
            ("CREW", "SO-1", "SO-2", "SO-3"),
            "CREW has 2 units and 3 are in use at 2026-03-02 08:59:00+08:00",
        ),
        Breach(
            Rule.EARLIEST,
            (3,),
            ("SO-3", "L"),
            "operation pack of SO-3/1 (key 3) has its run 2026-03-02 08:59:00+08:00 to 2026-03-02 09:59:00+08:00, "
            "by the sequences 2026-03-02 09:00:00+08:00 to 2026-03-02 10:00:00+08:00",
        ),
        Breach(
            Rule.EARLIEST,
            (4,),
            ("SO-4", "L"),
            "operation pack of SO-4/1 (key 4) has its run 2026-03-02 10:00:00+08:00 to 2026-03-02 11:00:00+08:00, "
            "by the sequences 2026-03-02 09:59:00+08:00 to 2026-03-02 10:59:00+08:00",
        ),
    ]


def test_a_run_that_never_fits_is_said() -> None:
    """Thirteen hours without a pause on a machine that works twelve hours a day."""
    plant = moulding_shop(pause=Pause.NONE)
    x = operation(plant, 1, "cap", 1560, "on-1")
    start_s = at("2026-03-02 08:00")
    snapshot = PlanSnapshot(plant, start_s, start_s, 1, (replace(x, start_s=start_s, end_s=start_s + 46800),))
    assert "never fits" in next(str(b) for b in verify(snapshot) if b.rule is Rule.EARLIEST)
    with pytest.raises(NeverFits, match="operation mould of SO-1/1 never fits into working time"):
        retime(snapshot)


def test_what_is_over_is_history() -> None:
    """A run that overlapped another and took longer than planned is recorded as it was."""
    was = changed(swap(), 2, end_s=at("2026-03-02 08:50"), fixed=True)
    over = replace(changed(was, 1, fixed=True), now_s=at("2026-03-02 09:00"), floor_s=at("2026-03-02 09:00"))
    assert verify(over) == []


def test_a_begun_run_does_not_go_on_over_a_new_downtime() -> None:
    """What is left after now obeys the calendar, even if the run is fixed."""
    plan_ = plan("mould_in_maintenance.run_does_not_pause_over_it")
    now_s = at("2026-03-02 15:00")
    begun = changed(plan_, 2, fixed=True, **spread("2026-03-02 14:00 / 2026-03-04 15:00"))
    begun = replace(changed(begun, 1, fixed=True), now_s=now_s, floor_s=now_s)
    assert [breach.rule for breach in verify(begun)] == [Rule.PAUSE]


def test_a_delta_looks_at_what_follows_and_not_at_the_rest() -> None:
    """A run moved by a minute: its follower is found wrong; an older wrong elsewhere is none of its business."""
    plan_ = moved(changed(crates(), 2, deadline_s=0), 3, "09:01")
    assert {breach.rule for breach in verify(plan_)} == {Rule.DEADLINE, Rule.CREW, Rule.EARLIEST}
    found = verify_delta(plan_, {3})
    assert Rule.DEADLINE not in {breach.rule for breach in found}
    assert {key for breach in found if breach.rule is Rule.EARLIEST for key in breach.keys} == {3, 4}


def fixed(snapshot: PlanSnapshot) -> PlanSnapshot:
    """The plan with its first two operations released and deadlines on the others."""
    operations = (
        replace(x, fixed=x.key <= 2, deadline_s=x.end_s, latest_s=x.visit_start_s) for x in snapshot.operations
    )
    return replace(snapshot, operations=tuple(operations))


MOVED: dict[str, tuple[Rule, PlanSnapshot]] = {
    "a released run shifted": (Rule.MOVED, moved(fixed(swap()), 2, "08:01")),
    "a released setup shifted": (Rule.MOVED, changed(fixed(swap()), 1, setup=piece("08:00 / 08:59"))),
    "a released run on another machine": (Rule.MOVED, changed(fixed(swap()), 2, resource_id="M2", mode_id="on-2")),
    "a released run gone": (Rule.MOVED, without(fixed(swap()), 2)),
    "a released run open again": (Rule.MOVED, changed(fixed(swap()), 2, fixed=False)),
    "a deadline later": (Rule.PROMISE, changed(fixed(swap()), 4, deadline_s=at("2026-03-02 12:31"))),
    "a deadline forgotten": (Rule.PROMISE, changed(fixed(swap()), 4, deadline_s=None)),
    "a frozen start later": (Rule.FROZEN, changed(fixed(swap()), 4, latest_s=at("2026-03-02 11:01"))),
}


@pytest.mark.parametrize("name", MOVED)
def test_fixed_work_and_promises_stay(name: str) -> None:
    """Each change of what may not change is named, once."""
    rule, after = MOVED[name]
    assert [breach.rule for breach in verify_moves(fixed(swap()), after)] == [rule]


def test_open_work_may_move_and_history_may_go() -> None:
    """Unfixed runs move and are cancelled, deadlines get earlier, released ones over by now are put away."""
    before = fixed(swap())
    after = moved(without(without(before, 4), 2), 3, "15:00")
    after = replace(changed(after, 3, deadline_s=at("2026-03-02 09:00")), now_s=at("2026-03-02 08:30"))
    assert verify_moves(before, after) == []
