"""Tier 2: a rearrangement in which one more order is in time and every promise is kept, found, laid, or told of."""

from datetime import timedelta
from random import Random
from time import perf_counter

import numpy as np
import pytest

from domain.checks import from_unix, to_unix_down
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import LinePromise, Outcome, Tier
from domain.rescues import Rescue
from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import Effort, Planner
from scheduler.planning import rescuing
from scheduler.planning.stakes import leavers, longest_rise
from scheduler.processes import Processes, Stop
from scheduler.rescuing import PlanAsk, Searching, ShopAsk, Warming
from scheduler.verify import verify
from tests.scheduler.test_improve import START, plant
from tests.scheduler.test_restoring import image_of

NOW_S = to_unix_down(START)
HOUR = 3600


def wanted(name: str, item: str, hours: float, quantity: int = 1) -> Order:
    """One line, wanted so many hours after six o'clock."""
    line = OrderLine(1, item, quantity, START + timedelta(hours=hours))
    return Order(name, "C", (line,))


def searched(planner: Planner, order: Order, effort: float = 0.3):
    """What the search comes to, in this process and without a clock."""
    ask = planner.rescue_ask(order, planner.now_s)
    assert isinstance(ask, ShopAsk | PlanAsk)
    return Searching(ask, perf_counter, None, effort).run(Stop())


def busy(seed: int = 7) -> tuple[Planner, Random, dict[str, LinePromise]]:
    """A full book on six machines, each order promised by tiers 0 and 1 for the time it asks for or a later one."""
    chance = Random(seed)
    routes = [[(m, 10 * chance.randint(3, 12)) for m in chance.sample("ABCDEF", 4)] for _ in range(8)]
    planner = Planner(plant(*routes), NOW_S)
    promised = {}
    for n in range(60):
        order = wanted(f"SO-{n:03}", f"I{chance.randrange(8)}", chance.uniform(8, 78))
        decision = planner.decide(order, NOW_S)
        planner.keep(decision)
        promised[order.id] = decision.lines[0]
    return planner, chance, promised


def holds(planner: Planner, promised) -> None:
    """The checker finds nothing, and every line ends by its promise."""
    planner.take_delta()
    assert [str(breach) for breach in verify(planner.snapshot())] == []
    for order_id, line in promised.items():
        assert from_unix(planner.expected(order_id, 1)) <= line.promised_time


def test_the_search_keeps_every_promise_and_puts_one_more_order_in_time() -> None:
    """Of a full book some orders that miss their time with tiers 0 and 1 meet it with tier 2, and none breaks."""
    planner, chance, promised = busy()
    found = []
    for n in range(12):
        order = wanted(f"NEW-{n:02}", f"I{chance.randrange(8)}", chance.uniform(6, 40))
        answer = None if planner.rescue_ask(order, NOW_S) is None else searched(planner, order)
        decision = planner.decide(order, NOW_S, found=answer)
        if answer is not None and answer.rescue is Rescue.FOUND:
            assert (decision.lines[0].outcome, decision.lines[0].tier) == (Outcome.ON_TIME, Tier.RESCUE)
            planner.keep(decision)
            promised[order.id] = decision.lines[0]
            found.append(order.id)
            holds(planner, promised)
        else:
            planner.undo(decision)
        if len(found) == 2:
            break
    assert found


def test_what_needs_no_search_is_not_searched() -> None:
    """In time by tier 0, or wanted before anybody could make it: nothing is asked."""
    planner = Planner(plant([("A", 60)], [("A", 120)]), NOW_S)
    planner.keep(planner.decide(wanted("Y", "I1", 2), NOW_S))
    assert planner.rescue_ask(wanted("X", "I0", 3), NOW_S) is None
    assert planner.rescue_ask(wanted("X", "I0", 0.5), NOW_S) is None
    assert planner.rescue_ask(wanted("X", "I0", 2.5), NOW_S) is not None


def test_asking_leaves_nothing_behind() -> None:
    """Operations, deadlines, version and the next key are as before."""
    planner, chance, _ = busy()
    before = planner.snapshot(), planner._next_key, planner._k.lines[: len(planner._lines)].copy()
    for n in range(10):
        planner.rescue_ask(wanted("NEW", f"I{chance.randrange(8)}", 6 + 3 * n), NOW_S)
    after = planner.snapshot(), planner._next_key, planner._k.lines[: len(planner._lines)].copy()
    assert after[:2] == before[:2]
    np.testing.assert_array_equal(after[2], before[2])


def test_a_promise_that_nobody_can_keep_is_proved() -> None:
    """A is Y's from 6:00 to 8:00, when Y is promised: nobody gets an hour of A done by 8:30."""
    planner = Planner(plant([("A", 60)], [("A", 120)]), NOW_S)
    planner.keep(planner.decide(wanted("Y", "I1", 2), NOW_S))
    late = wanted("X", "I0", 2.5)
    answer = searched(planner, late)
    assert (answer.rescue, answer.keys) == (Rescue.NONE, ())
    decision = planner.decide(late, NOW_S, found=answer)
    assert decision.lines[0].outcome is Outcome.LATER
    assert decision.rescued is not None
    assert decision.rescued.rescue is Rescue.NONE


def first_found(planner: Planner, chance: Random):
    """An order that only tier 2 puts in time, with what the search found."""
    for n in range(60):
        order = wanted(f"NEW-{n:02}", f"I{chance.randrange(8)}", chance.uniform(6, 40))
        ask = planner.rescue_ask(order, NOW_S)
        if ask is not None:
            answer = Searching(ask, perf_counter, None, 0.3).run(Stop())
            if answer.rescue is Rescue.FOUND:
                return order, answer
    raise AssertionError("none of sixty orders was rescued")


def test_pinned_work_keeps_its_start_in_a_rearrangement_around_it() -> None:
    """Every ninth operation that is to begin after tonight is pinned; what the search finds is laid, and none moves."""
    planner, chance, promised = busy()
    later = [x for x in planner.snapshot().operations if not x.fixed and x.start_s > NOW_S + 14 * HOUR]
    for x in later[::9]:
        planner.pin(x.key)
    stood = {x.key: (x.resource_id, x.start_s) for x in planner.snapshot().operations if x.key in planner.pinned}
    assert len(stood) >= 8
    order, answer = first_found(planner, chance)
    assert set(stood) <= set(answer.keys)
    decision = planner.decide(order, NOW_S, found=answer)
    assert (decision.lines[0].outcome, decision.lines[0].tier) == (Outcome.ON_TIME, Tier.RESCUE)
    planner.keep(decision)
    promised[order.id] = decision.lines[0]
    assert {x.key: (x.resource_id, x.start_s) for x in planner.snapshot().operations if x.key in stood} == stood
    holds(planner, promised)


def test_moves_are_told_with_where_and_when_they_stood() -> None:
    """What moved stood where it says before, and stands where it says now; shifted is at least that."""
    planner, chance, promised = busy()
    order, answer = first_found(planner, chance)
    stood = {x.key: x for x in planner.snapshot().operations}
    decision = planner.decide(order, NOW_S, found=answer)
    planner.keep(decision)
    stands = {x.key: x for x in planner.snapshot().operations}
    told = decision.rescued
    assert told is not None
    assert told.moved == len(told.moves) <= told.shifted
    for move in told.moves:
        old, new = stood[move.operation_key], stands[move.operation_key]
        assert (move.order_id, move.operation_id) == (old.order_id, old.operation_id)
        assert (move.resource_before, to_unix_down(move.start_before)) == (old.resource_id, old.start_s)
        assert (move.resource_after, to_unix_down(move.start_after)) == (new.resource_id, new.start_s)
    holds(planner, {**promised, order.id: decision.lines[0]})


def test_a_rescue_undone_leaves_the_plan_as_it_was() -> None:
    """A quote changes nothing."""
    planner, chance, _ = busy()
    order, answer = first_found(planner, chance)
    before = planner.snapshot(), planner._resequenced, planner._next_key
    planner.undo(planner.decide(order, NOW_S, found=answer))
    assert (planner.snapshot(), planner._resequenced, planner._next_key) == before


def test_what_was_promised_since_the_search_is_kept_too() -> None:
    """Orders that came while the search was under way keep their promises, whether the search's order still fits."""
    planner, chance, promised = busy()
    order, answer = first_found(planner, chance)
    for n in range(3):
        other = wanted(f"OTHER-{n}", f"I{chance.randrange(8)}", 30 + 10 * n)
        decision = planner.decide(other, NOW_S)
        planner.keep(decision)
        promised[other.id] = decision.lines[0]
    decision = planner.decide(order, NOW_S, found=answer)
    planner.keep(decision)
    assert decision.rescued is None or decision.rescued.rescue in (Rescue.FOUND, Rescue.OVERTAKEN)
    holds(planner, {**promised, order.id: decision.lines[0]})


@pytest.mark.parametrize("seed", [14, 39])
def test_a_plan_that_no_due_times_lead_to_is_put_in_order_as_far_as_it_allows(seed: int) -> None:
    """The search's order is none by due times; it is re-dispatched all the same, and from the store to the same."""
    planner, chance, promised = busy(seed)
    order, answer = first_found(planner, chance)
    decision = planner.decide(order, NOW_S, found=answer)
    planner.keep(decision)
    holds(planner, {**promised, order.id: decision.lines[0]})
    planner._set_keys()
    assert not planner._dispatch(None)
    image = image_of(planner)
    before = planner.snapshot().operations
    assert planner.redispatch(NOW_S)
    after = planner.snapshot().operations
    assert {x.key: x.start_s for x in after} != {x.key: x.start_s for x in before}
    holds(planner, {**promised, order.id: decision.lines[0]})
    again = Planner.restore(planner.plant, NOW_S, image)
    assert again.redispatch(NOW_S)
    assert again.snapshot().operations == after


@pytest.mark.parametrize(("seed", "taken"), [(7, False), (14, True)])
def test_what_is_wanted_in_some_days_is_rescued_only_if_re_dispatches_go_on(
    seed: int, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the order weren't wanted soon: a plan that no re-dispatch keeps isn't taken, and the plan is as before."""
    planner, chance, promised = busy(seed)
    order, answer = first_found(planner, chance)
    before = planner.snapshot().operations
    monkeypatch.setattr(rescuing, "SOON_S", 0)
    decision = planner.decide(order, NOW_S, found=answer)
    assert decision.rescued is not None
    if not taken:
        assert decision.rescued.rescue is Rescue.OVERTAKEN
        assert decision.lines[0].outcome is Outcome.LATER
        planner.undo(decision)
        assert planner.snapshot().operations == before
        return
    assert (decision.rescued.rescue, decision.lines[0].tier) == (Rescue.FOUND, Tier.RESCUE)
    planner.keep(decision)
    holds(planner, {**promised, order.id: decision.lines[0]})
    assert planner.redispatch(NOW_S)
    holds(planner, {**promised, order.id: decision.lines[0]})


def hours(planner: Planner) -> dict[str, float]:
    """How many hours after six each order begins."""
    return {x.order_id: (x.start_s - NOW_S) / HOUR for x in planner.snapshot().operations}


def test_pinned_work_stays_where_a_re_dispatch_leans_on_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Last in comes first: Z, X, Y. Then Y, due at ten, goes before X, due at six in the evening; Z stays at six."""
    planner = Planner(plant([("A", 60)]), NOW_S)
    for name, by in (("Y", 4), ("X", 12), ("Z", 9)):
        planner.keep(planner.decide(wanted(name, "I0", by), NOW_S))
    planner.pin(next(x.key for x in planner.snapshot().operations if x.order_id == "Z"))
    assert hours(planner) == {"Z": 0, "X": 1, "Y": 2}
    monkeypatch.setattr(planner, "_dispatch", lambda save: False)
    assert planner.redispatch(NOW_S)
    assert hours(planner) == {"Z": 0, "Y": 1, "X": 2}
    planner.take_delta()
    assert [str(breach) for breach in verify(planner.snapshot())] == []


def two_ways(of: Plant) -> Plant:
    """The same with a slower twin `A2` of machine A, for every step that is done on it."""
    twin = replace(next(r for r in of.resources if r.id == "A"), id="A2")
    routings = []
    for routing in of.routings:
        steps = [
            replace(step, modes=(*step.modes, replace(step.modes[0], id="twin", resource_id="A2")))
            if step.modes[0].resource_id == "A"
            else step
            for step in routing.operations
        ]
        routings.append(replace(routing, operations=tuple(steps)))
    return replace(of, resources=(*of.resources, twin), routings=tuple(routings))


def test_another_machine_is_a_way_out() -> None:
    """Y and Z hold an hour of A and of its twin by 8:00; two hours of X by then fit when Z goes to A after Y."""
    planner = Planner(two_ways(plant([("A", 60)], [("A", 120)])), NOW_S)
    for name in "YZ":
        planner.keep(planner.decide(wanted(name, "I0", 2), NOW_S))
    x = wanted("X", "I1", 2)
    late = planner.decide(x, NOW_S)
    assert late.lines[0].outcome is Outcome.LATER
    planner.undo(late)
    ask = planner.rescue_ask(x, NOW_S)
    assert isinstance(ask, PlanAsk)
    decision = planner.decide(x, NOW_S, found=Searching(ask, perf_counter, None, 1.0).run(Stop()))
    planner.keep(decision)
    assert decision.rescued is not None
    assert decision.rescued.moved == 1
    assert decision.lines[0].promised_time == START + timedelta(hours=2)
    holds(planner, {"X": decision.lines[0]})


def test_another_process_finds_the_same_and_loads_the_solver_alone() -> None:
    """The answer of a warm process is that of this one; its seconds are bounded."""
    planner, chance, _ = busy()
    order, answer = first_found(planner, chance)
    with Processes(1, first=Warming()) as processes:
        ask = planner.rescue_ask(order, NOW_S)
        assert ask is not None
        there = processes.do(Searching(ask, perf_counter, None, 0.3), 60)
    assert replace(there, seconds=0.0) == replace(answer, seconds=0.0)


@pytest.mark.parametrize(
    ("values", "leaving"), [([], []), ([1, 2, 3], []), ([3, 1, 2], [0]), ([1, 5, 2, 3], [1]), ([2, 1], [0])]
)
def test_the_fewest_that_left_their_order(values, leaving) -> None:
    """Those without whom the others stand as before."""
    assert leavers(values) == leaving
    assert len(values) - len(leaving) == longest_rise(values)


def test_a_long_history_is_laid_with_the_rest() -> None:
    """After 3,500 runs on one machine that are done, sequences are still laid without leaving the arrays."""
    planner = Planner(plant([("A", 1)]), NOW_S)
    for n in range(3500):
        planner.keep(planner.decide(wanted(f"SO-{n}", "I0", 24 * 30), NOW_S + 60 * n, effort=Effort.INSTANT))
        if n % 50 == 0:
            planner.redispatch(NOW_S + 60 * n)
    planner.adopt(planner.sequences(), planner.now_s)
    chunks = int(planner._k.lanes[:, a.L_NCH].max())
    assert chunks <= planner._k.dirs.shape[1]
    assert [str(breach) for breach in verify(planner.snapshot())] == []
