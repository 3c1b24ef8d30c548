"""Each family of constraints, both ways: what a tiny plant can do by a second is found, a second less is impossible."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.items import Item, Pause, Routing
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.values import replace
from scheduler.cpsat import Level, Limits, Status, Wish, read, resequenced, solve
from scheduler.cpsat.problem import Held
from scheduler.cpsat.spans import spans
from scheduler.planner import Planner
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from scheduler.verify.hours import WorkingTime
from tests.plants import at, changed, down, job_shop, minutes, moulding_shop, operation, packing_line, timed

MONDAY = at("2026-03-02 08:00")
EFFORT = Limits(effort=3)
Case = Callable[[], tuple[PlanSnapshot, str]]


def plan(plant, *operations: PlacedOperation) -> PlanSnapshot:
    """The operations in the order given, from Monday 08:00 on."""
    return timed(plant, MONDAY, (replace(x, label=rank) for rank, x in enumerate(operations)))


def jobs(**changes) -> Plant:
    """The job shop with `cut` (sawn only) and `cut-shaft` (only milled, as a shaft)."""
    shop = job_shop(**changes)
    shaft = shop.routing_by_id["shaft"]
    alone = {"cut": shaft.operations[0], "cut-shaft": shaft.operations[1]}
    return replace(
        shop,
        items=(*shop.items, *(Item(name, routing_id=name) for name in alone)),
        routings=(*shop.routings, *(Routing(name, (step,)) for name, step in alone.items())),
    )


def only(of: Plant, routing_id: str, mode_id: str) -> Plant:
    """The plant in which the first operation of a routing is done in one mode alone."""
    routing = of.routing_by_id[routing_id]
    first, *others = routing.operations
    first = replace(first, modes=tuple(mode for mode in first.modes if mode.id == mode_id))
    rest = (each for each in of.routings if each.id != routing_id)
    return replace(of, routings=(*rest, replace(routing, operations=(first, *others))))


def chain(plant, item: str, quantity: int, *steps: str, mode: str = "") -> list[PlacedOperation]:
    """All operations of an order."""
    return [
        operation(plant, n, item, quantity, mode if n == 1 else "", order_id="SO", operation_id=step)
        for n, step in enumerate(steps, 1)
    ]


def one_machine() -> tuple[PlanSnapshot, str]:
    """Two runs of 58 minutes on SAW, one after the other."""
    return plan(jobs(), *(operation(jobs(), n, "cut", 16) for n in (1, 2))), "09:56"


def a_chain() -> tuple[PlanSnapshot, str]:
    """A pin of 10 pieces: sawn in 40 minutes from 8:00, milled in 60 until 9:40."""
    return plan(jobs(), *chain(jobs(), "pin", 10, "saw", "mill")), "09:40"


def a_working_lag() -> tuple[PlanSnapshot, str]:
    """A shaft sawn until 16:10 is milled four working hours later, from Tuesday 8:10 to 24:10, and hardened 5 hours."""
    return plan(jobs(), *chain(jobs(), "shaft", 160, "saw", "mill", "harden")), "2026-03-04 17:10"


def a_calendar_lag() -> tuple[PlanSnapshot, str]:
    """A box moulded on M2, LID mounted 8-9, run 9-9:30, cools two hours, is packed by 10 a minute from 11:30."""
    shop = moulding_shop()
    return plan(shop, *chain(shop, "box", 60, "mould", "pack", mode="on-2")), "11:36"


def no_pause() -> tuple[PlanSnapshot, str]:
    """Milling pins takes ten hours and may not pause: after 310 minutes of sawing it waits for Tuesday, 8 to 18."""
    return plan(jobs(), *chain(jobs(), "pin", 100, "saw", "mill")), "2026-03-03 18:00"


def over_the_night() -> tuple[PlanSnapshot, str]:
    """300 cuts take 15 hours 10: twelve on Monday, the rest on Tuesday from 8:00 to 11:10."""
    return plan(jobs(), operation(jobs(), 1, "cut", 300)), "2026-03-03 11:10"


def a_downtime() -> tuple[PlanSnapshot, str]:
    """SAW is down from 8:30 to 10; sawing, 40 minutes, may pause over that: it ends at 10:10."""
    shop = jobs(downtimes=(down("SAW", "2026-03-02 08:30 / 10:00"),))
    return plan(shop, operation(shop, 1, "cut", 10)), "10:10"


def a_downtime_not_paused_over() -> tuple[PlanSnapshot, str]:
    """MILL pauses for shifts only: with a downtime from 8:30 to 10:00 an hour of shaft milling runs from 10 to 11."""
    shop = jobs(downtimes=(down("MILL", "2026-03-02 08:30 / 10:00"),))
    return plan(shop, operation(shop, 1, "cut-shaft", 10)), "11:00"


def units() -> tuple[PlanSnapshot, str]:
    """Line L has three units, but two crews: three crates of an hour end at 10:00."""
    return plan(packing_line(), *(operation(packing_line(), n, "crate", 60) for n in (1, 2, 3))), "10:00"


def several_units() -> tuple[PlanSnapshot, str]:
    """A pallet takes two of three units and both crews: an hour of it and an hour of a crate are two hours."""
    shop = packing_line()
    return plan(shop, operation(shop, 1, "crate", 60), operation(shop, 2, "pallet", 12)), "10:00"


def a_crew() -> tuple[PlanSnapshot, str]:
    """One operator attends sawing, 40 minutes, and milling, 60: one after the other."""
    shop = jobs()
    few = replace(shop, resources=tuple(replace(r, capacity=1) for r in shop.resources))
    return plan(few, operation(few, 1, "cut", 10), operation(few, 2, "cut-shaft", 10)), "09:40"


def one_mould() -> tuple[PlanSnapshot, str]:
    """CAP hangs in M1: two runs of 30 minutes in it follow one another although M2 is free."""
    shop = moulding_shop()
    return plan(shop, *(operation(shop, n, "cap", 60, "on-1") for n in (1, 2))), "09:00"


def a_colour_change() -> tuple[PlanSnapshot, str]:
    """In CAP on M1 black to white takes 40 minutes of the setter, white to black 20: white runs first."""
    shop = moulding_shop()
    return plan(shop, operation(shop, 1, "cap", 60, "on-1"), operation(shop, 2, "cap-white", 60, "on-1")), "09:20"


def one_setter() -> tuple[PlanSnapshot, str]:
    """LID is mounted on M2 from 8 to 9 and white after black (20 minutes) waits for the setter: 8:30-8:50 or 9-9:20."""
    shop = moulding_shop()
    caps = operation(shop, 1, "cap-white", 60, "on-1"), operation(shop, 2, "cap", 60, "on-1")
    lid = operation(shop, 3, "lid", 60, "on-2")
    return plan(shop, lid, *caps), "09:50"


def another_mode() -> tuple[PlanSnapshot, str]:
    """LID on M1, where CAP hangs, takes dismounting and mounting, 90 minutes; on M2 mounting only: 9:00 to 9:30."""
    shop = moulding_shop()
    return plan(shop, operation(shop, 1, "lid", 60, "on-1")), "09:30"


def a_mould_from_another_machine() -> tuple[PlanSnapshot, str]:
    """CAP hangs in M1: half an hour to take it off there, an hour to mount it in M2, and half an hour's run."""
    shop = only(moulding_shop(), "cap", "on-2")
    return plan(shop, operation(shop, 1, "cap", 60, "on-2")), "10:00"


def material() -> tuple[PlanSnapshot, str]:
    """Material is there at 10:00: sawing 40 minutes ends at 10:40."""
    return plan(jobs(), operation(jobs(), 1, "cut", 10, ready_s=MONDAY + 7200)), "10:40"


def release() -> tuple[PlanSnapshot, str]:
    """Released at 9:00, mounting included: LID on M2 is mounted from 9 to 10 and runs to 10:30."""
    shop = moulding_shop()
    return plan(shop, operation(shop, 1, "lid", 60, "on-2", not_before_s=MONDAY + 3600)), "10:30"


def begun() -> tuple[PlanSnapshot, str]:
    """SAW is taken by begun work until 8:40; 40 minutes more end at 9:20."""
    first = plan(jobs(), *(operation(jobs(), n, "cut", 10) for n in (1, 2)))
    return changed(first, 1, fixed=True), "09:20"


def frozen() -> tuple[PlanSnapshot, str]:
    """What is frozen stays in front: the other 40 minutes on SAW end at 9:20."""
    first = plan(jobs(), *(operation(jobs(), n, "cut", 10) for n in (1, 2)))
    return changed(first, 1, latest_s=MONDAY), "09:20"


def a_component() -> tuple[PlanSnapshot, str]:
    """A lot of cuts, 40 minutes on SAW, goes into a lot milled for an hour on MILL: from 8:40 to 9:40."""
    shop = jobs()
    part = replace(operation(shop, 1, "cut", 10, order_id="SO"), lot=1, into=2)
    return plan(shop, part, replace(operation(shop, 2, "cut-shaft", 10, order_id="SO"), lot=2)), "09:40"


CASES: tuple[Case, ...] = (
    one_machine, a_chain, a_working_lag, a_calendar_lag, no_pause, over_the_night, a_downtime,
    a_downtime_not_paused_over, units, several_units, a_crew, one_mould, a_colour_change, one_setter, another_mode,
    a_mould_from_another_machine, material, release, begun, frozen, a_component,
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_can_be_done_is_found_and_a_second_less_is_impossible(case: Case) -> None:
    """The least makespan is the one worked out by hand, the checker agrees, and nothing ends a second sooner."""
    before, text = case()
    end_s = at(text if " " in text else f"2026-03-02 {text}")
    problem = read(before, {}, until_s=end_s)
    found = solve(problem, [Level.MAKESPAN], EFFORT)
    assert found.status is Status.OPTIMAL
    after = resequenced(before, problem, found).plan
    assert max(x.end_s for x in after.operations) == end_s
    assert found.levels[0].value == end_s - before.floor_s
    assert solve(read(before, {}, until_s=end_s - 1), [Level.MAKESPAN], EFFORT).status is Status.INFEASIBLE


def test_a_deadline_holds_and_one_that_nobody_can_keep_is_infeasible() -> None:
    """Three crates, two crews: two end by 9:00, never all three."""
    shop = packing_line()
    crates = plan(shop, *(operation(shop, n, "crate", 60) for n in (1, 2, 3)))
    bound = changed(crates, 3, deadline_s=MONDAY + 3600)
    late = replace(bound, operations=tuple(replace(x, deadline_s=MONDAY + 3600) for x in bound.operations))
    problem = read(bound, {})
    found = resequenced(bound, problem, solve(problem, [Level.MAKESPAN], EFFORT)).plan
    assert next(x.end_s for x in found.operations if x.key == 3) == MONDAY + 3600
    assert solve(read(late, {}), [Level.MAKESPAN], EFFORT).status is Status.INFEASIBLE


def test_what_is_shipped_has_to_be_done_sooner_by_as_much() -> None:
    """Wanted by 11:00 with two hours of shipping, 40 minutes on SAW have to end by 9:00: from 8:20, no second later."""
    shop = jobs()
    items = tuple(replace(item, shipping=minutes(120)) if item.id == "cut" else item for item in shop.items)
    planner = Planner(replace(shop, items=items), MONDAY)
    line = OrderLine(1, "cut", 10, datetime.fromtimestamp(at("2026-03-02 11:00"), UTC))
    planner.keep(planner.decide(Order("SO", "C", (line,)), MONDAY))
    (x,) = planner.snapshot().operations
    assert x.deadline_s == at("2026-03-02 09:00")
    for start, status in (("08:20:00", Status.OPTIMAL), ("08:20:01", Status.INFEASIBLE)):
        before = changed(planner.snapshot(), x.key, not_before_s=at(f"2026-03-02 {start}"))
        assert solve(read(before, {}), [Level.ANY], EFFORT).status is status


def test_pinned_work_stays_and_the_rest_goes_round_it() -> None:
    """The second pin is pinned at 8:40 on SAW: the first and the third change places at most with one another."""
    shop = jobs()
    pins = plan(shop, *(operation(shop, n, "cut", 10) for n in (1, 2, 3)))
    problem = read(pins, {("SO-3", 1): Wish(MONDAY + 2400)}, pinned=[2])
    assert Held.PINNED in problem.held
    found = resequenced(pins, problem, solve(problem, [Level.TARDINESS], EFFORT)).plan
    assert [(x.key, x.start_s - MONDAY) for x in found.operations] == [(3, 0), (2, 2400), (1, 4800)]


def test_work_outside_the_neighbourhood_stays() -> None:
    """With the first and second pin free, the third stays third, whatever it would gain; the answer says so."""
    shop = jobs()
    pins = plan(shop, *(operation(shop, n, "cut", 10) for n in (1, 2, 3)))
    wishes = {("SO-3", 1): Wish(MONDAY, 9), ("SO-2", 1): Wish(MONDAY + 2400, 1)}
    problem = read(pins, wishes, free=[1, 2])
    assert problem.held == {Held.OUTSIDE}
    found = resequenced(pins, problem, solve(problem, [Level.TARDINESS], EFFORT))
    assert [x.key for x in found.plan.operations] == [2, 1, 3]
    assert set(found.moved) == {1, 2}


def test_runs_of_a_mould_maintained_by_shots_keep_their_order() -> None:
    """LID: 550 shots, then 100 with a maintenance. The second would rather be first, and is not."""
    shop = moulding_shop()
    runs = plan(shop, operation(shop, 1, "lid", 1100, "on-2"), operation(shop, 2, "lid", 200, "on-2"))
    problem = read(runs, {("SO-2", 1): Wish(MONDAY)})
    assert Held.MAINTENANCE in problem.held
    found = solve(problem, [Level.TARDINESS], EFFORT)
    assert found.levels[0].bound is None
    assert [(x.key, x.maintenances) for x in resequenced(runs, problem, found).plan.operations] == [(1, 0), (2, 1)]


windows = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=6)


@given(windows, st.sets(st.integers(0, 4)), st.integers(1, 20), st.sampled_from(Pause), st.integers(0, 5))
def test_spans_are_what_the_checker_counts_from_every_start(gaps, down_after, work, pause, chunk) -> None:
    """From each second at which a run can start it has just one length, the checker's; from others none."""
    at_s, open_, down_ = 0, [], []
    for number, (gap, length) in enumerate(gaps):
        if number - 1 in down_after:
            down_.append((at_s, at_s + gap))
        open_.append((at_s + gap, at_s + gap + length))
        at_s += gap + length
    on = WorkingTime([w for w in open_ if w[1] - w[0] >= chunk], down_)
    found = {s: span.length_s for span in spans(on, work, pause, chunk, 0, at_s) for a, b in span.starts
             for s in range(a, b + 1)}  # fmt: skip
    told = {}
    on_and_on = WorkingTime([*on.windows, (at_s + 1000, at_s + 2000)], [*down_, (at_s, at_s + 1000)])
    for start in range(at_s):
        begins, ends = on_and_on.run(start, work, pause, chunk)
        if begins == start and ends <= at_s:
            told[start] = ends - begins
    assert found == told


def test_levels_are_strict() -> None:
    """Of the plans with least tardiness the one that moves least: the two pins that are in time anyway stay."""
    shop = jobs()
    pins = plan(shop, *(operation(shop, n, "cut", 10) for n in (1, 2, 3, 4)))
    wishes = {(f"SO-{n}", 1): Wish(MONDAY + 2400 * due) for n, due in ((1, 4), (2, 4), (3, 4), (4, 3))}
    problem = read(pins, wishes)
    found = solve(problem, [Level.TARDINESS, Level.MOVED], EFFORT)
    after = resequenced(pins, problem, found)
    assert [x.key for x in after.plan.operations] == [1, 2, 4, 3]
    assert (found.levels[0].level, found.levels[0].value) == (Level.TARDINESS, 0)
    assert found.moved == 2


def test_changeover_time_and_earliness_are_levels() -> None:
    """Black, white, black costs 40 + 20 minutes; black twice, then white 40, or white first: 20."""
    shop = moulding_shop()
    work = [operation(shop, n, item, 60, "on-1") for n, item in ((1, "cap"), (2, "cap-white"), (3, "cap"))]
    before = plan(shop, *work)
    problem = read(before, {})
    found = solve(problem, [Level.CHANGEOVER], EFFORT)
    assert found.levels[0].value == minutes(20).total_seconds()
    assert resequenced(before, problem, found).plan.operations[0].key == 2
    one = plan(shop, operation(shop, 1, "cap", 60, "on-1"))
    early = solve(read(one, {("SO-1", 1): Wish(MONDAY + 3600)}), [Level.EARLINESS], EFFORT)
    assert early.levels[0].value == 0


def test_the_fewest_lines_are_late_where_that_is_the_level() -> None:
    """An hour each, wanted by 9:00, 9:30 and 10:30: two half an hour late come to less than one 1.5 hours late."""
    shop = jobs()
    before = plan(shop, *(operation(shop, n, "cut-shaft", 10) for n in (1, 2, 3)))
    wanted = {1: "09:00", 2: "09:30", 3: "10:30"}
    problem = read(before, {(f"SO-{n}", 1): Wish(at(f"2026-03-02 {by}")) for n, by in wanted.items()})
    assert solve(problem, [Level.TARDINESS], EFFORT).levels[0].value == 3600
    found = solve(problem, [Level.LATE, Level.TARDINESS], EFFORT)
    assert [each.value for each in found.levels] == [1, 5400]
    assert [x.key for x in resequenced(before, problem, found).plan.operations] == [1, 3, 2]
    assert solve(problem, [Level.LATE], EFFORT, below=1).status is Status.INFEASIBLE


def test_moving_what_begins_soon_weighs_most() -> None:
    """Both stood 1,000 s sooner than they may: what begins tomorrow counts eight times, in three weeks once."""
    shop = jobs()
    work = [operation(shop, n, "cut", 10, not_before_s=MONDAY + days * 86400) for n, days in ((1, 1), (2, 21))]
    problem = read(plan(shop, *work), {})
    sooner = tuple(replace(task, start_s=task.start_s - 1000) for task in problem.tasks)
    found = solve(replace(problem, tasks=sooner), [Level.MOVED], EFFORT)
    assert [place.start_s - MONDAY for place in found.places] == [86400, 21 * 86400]
    assert found.levels[0].value == 8 * 1000 + 1000


def test_earliness_counts_each_second_before_the_wish() -> None:
    """Two of 40 minutes wanted by 9:20: the one in front is done 40 minutes early, the other in time."""
    shop = jobs()
    pins = plan(shop, *(operation(shop, n, "cut", 10) for n in (1, 2)))
    wishes = {(f"SO-{n}", 1): Wish(MONDAY + 4800) for n in (1, 2)}
    found = solve(read(pins, wishes), [Level.TARDINESS, Level.EARLINESS], EFFORT)
    assert [each.value for each in found.levels] == [0, 2400]
