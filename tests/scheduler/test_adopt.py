"""Sequences made earlier, adopted: the same give the same plan, others hold every rule; no promise breaks unsaid."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from domain.checks import to_unix_down, to_unix_up
from domain.orders import Order, OrderLine
from domain.values import replace
from scheduler import arrays as a
from scheduler.improve.search import open_search
from scheduler.improve.shop import Wish
from scheduler.planner import Effort, Planner, Sequences, SequencesDontFit, SequencesRefused
from scheduler.planning.stakes import Slip
from scheduler.verify import retime, verify
from simulators.orderbooks import Lead, book_file, read_book
from tests.plants import at, at_times
from tests.promising.test_proposals import lathe
from tests.scheduler.test_improve import Steps
from tests.scheduler.test_planner_days import Desk
from tests.scheduler.test_planner_rebuild import MONDAY, planned, promised, where
from tests.strategies import days, small_plants


def desk_after(plant, script):
    """A desk after some days."""
    desk = Desk(plant)
    for step in script:
        desk.take(step)
    return desk


def holds(planner):
    """The plan obeys every rule, by both checkers, and stands where its sequences put it."""
    planner.take_delta()
    after = planner.snapshot()
    assert [str(breach) for breach in verify(after)] == []
    again = retime(after)
    assert [x for x in after.operations if at_times(x, again[x.key]) != x] == []


def times(planner):
    """When and where everything is done."""
    return {x.key: replace(x, label=0) for x in planner.snapshot().operations if not x.cancelled}


def shuffled(planner, chance):
    """The sequences in another order in which nothing stands before what it follows."""
    found = planner.sequences()
    edges = planner._k.edges[: int(planner._k.s[a.S_EDGES])]
    keys = planner._k.ops[:, a.KEY]
    after = {}
    for edge in edges.tolist():
        after.setdefault(int(keys[edge[a.E_TO]]), set()).add(int(keys[edge[a.E_FROM]]))
    left, order = {step.key: step for step in found.steps}, []
    while left:
        free = [key for key in left if not after.get(key, set()) & left.keys()]
        # Mostly what stood first: else hardly any order keeps every promise.
        chosen = free[0] if chance.random() < 0.7 else chance.choice(free)
        order.append(left.pop(chosen))
    return found._replace(steps=tuple(order))


@seed(20260302)
@settings(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
@given(small_plants(), days(3, 8))
def test_to_adopt_the_sequences_of_the_plan_changes_nothing_but_its_version(plant, script):
    """Every operation stays where and when it is."""
    desk = desk_after(plant, script)
    desk.planner.take_delta()
    before, version = times(desk.planner), desk.planner.version
    done = desk.planner.adopt(desk.planner.sequences(), desk.now_s)
    assert (done.added, done.gone, done.moved, done.shifted, done.later) == ((), (), 0, 0, ())
    assert done.version == desk.planner.version == version + 1
    assert times(desk.planner) == before
    holds(desk.planner)


@seed(20260302)
@settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
@given(small_plants(), days(4, 9), st.integers(1, 4), st.integers(0, 1 << 16), st.booleans())
def test_sequences_are_adopted_whole_with_what_came_since_or_nothing_is_changed(plant, script, since, chance, told):
    """In any order, with orders promised, cancelled and begun since: every promise holds, or all is as it was."""
    desk = desk_after(plant, script[:-since])
    found = shuffled(desk.planner, Random(chance))
    before = {x.key for x in desk.planner.snapshot().operations}
    for step in script[-since:]:
        desk.take(step)
    desk.planner.advance(desk.now_s)
    desk.planner.take_delta()
    stood = times(desk.planner)
    until = {(name, number): desk.now_s + 10**7 for name, lines in desk.orders.items() for number in lines}
    done = None
    with suppress(SequencesRefused):
        done = desk.planner.adopt(found, desk.now_s, until if told else {})
    if done is None:
        assert times(desk.planner) == stood
    else:
        assert set(done.added).isdisjoint(before)
        assert set(done.gone) <= {step.key for step in found.steps}
        assert {x.key for x in desk.planner.snapshot().operations} == set(stood)
        later = {(slip.order_id, slip.line_no) for slip in done.later}
        assert not later or told
        for name, lines in desk.orders.items():
            for number, line in lines.items():
                if (name, number) not in later:
                    assert desk.planner.expected(name, number) <= line.promised_time.timestamp()
    holds(desk.planner)
    # What stands is bound as it stands, and goes on from there.
    desk.planner.redispatch(desk.now_s)
    holds(desk.planner)


def test_work_promised_since_is_put_between_and_keeps_its_date():
    """The lids before the caps on their machines, made before the boxes came: all three keep their dates."""
    planner = planned()
    found = planner.sequences()
    promised(planner, "MORE", "cap", 100, "2026-03-05 12:00")
    done = planner.adopt(found, planner.now_s)
    assert len(done.added) == 1
    assert {name for name, *_ in where(planner)} == {"CAPS", "LIDS", "MORE"}
    holds(planner)


@pytest.mark.parametrize("number", [24, 25, 31, 41])
def test_what_a_line_put_between_shifts_is_timed_though_the_next_one_fills_the_log(number):
    """Twelve orders between thirty on one machine, with room to note two changes: the machine was used twice."""
    chance = Random(number)
    planner = Planner(lathe(), MONDAY)
    names = [f"A{n}" for n in range(30)] + [f"B{n}" for n in range(12)]
    for name in names:
        quantity, hours = chance.randint(5, 40), chance.uniform(1, 200)
        line = OrderLine(1, "bolt", quantity, datetime.fromtimestamp(MONDAY, UTC) + timedelta(hours=hours))
        planner.keep(planner.decide(Order(name, "C", (line,)), MONDAY, effort=Effort.INSTANT))
        if name == "A29":
            found = planner.sequences()
    planner.take_delta()
    planner._k = planner._k.resized(undo=planner._k.undo[:2].copy(), undone=planner._k.undone[:2].copy())
    planner.adopt(found, MONDAY)
    holds(planner)


def test_a_promise_breaks_only_when_the_sequences_say_which_may():
    """On one machine the caps, promised for 13:00, behind ten hours of other caps: refused, and allowed when told."""
    planner = Planner(planned().plant, MONDAY)
    promised(planner, "CAPS", "cap", 300, "2026-03-02 13:00")
    promised(planner, "REST", "cap", 600, "2026-03-09 12:00")
    found = planner.sequences()
    assert len(found.steps) == 2
    units = found.steps[0]
    other = Sequences(
        found.version, (found.steps[1]._replace(mode_id=units.mode_id, units=units.units), found.steps[0])
    )
    before = where(planner)
    with pytest.raises(SequencesRefused, match="CAPS line 1 would end after its deadline") as refused:
        planner.adopt(other, planner.now_s)
    assert where(planner) == before
    (slip,) = refused.value.slips
    assert slip.by_s == at("2026-03-02 13:00") < slip.end_s
    with pytest.raises(SequencesRefused):
        planner.adopt(other, planner.now_s, {("CAPS", 1): slip.end_s - 1})
    done = planner.adopt(other, planner.now_s, {("CAPS", 1): slip.end_s})
    assert done.later == (Slip("CAPS", 1, slip.by_s, slip.end_s),)
    assert planner.expected("CAPS", 1) == slip.end_s
    holds(planner)
    assert planner.deadline("CAPS", 1) == slip.end_s


def test_work_named_twice_or_before_what_it_follows_is_refused():
    """Neither is an order of the work; boxes are moulded before they are packed."""
    planner = planned()
    promised(planner, "BOXES", "box", 600, "2026-03-06 12:00")
    found, before = planner.sequences(), where(planner)
    assert len(found.steps) == 4
    for steps in ((*found.steps, found.steps[0]), found.steps[::-1]):
        with pytest.raises(SequencesDontFit, match="may not move"):
            planner.adopt(found._replace(steps=steps), planner.now_s)
    assert where(planner) == before


def test_a_proposal_is_merged_with_a_hundred_orders_promised_since():
    """Where the orders since are in its way, lines stay as they stood; before, 120 lines would have been late."""
    book = read_book(book_file("3000-85"), Lead.MID)
    planner = Planner(book.plant, to_unix_down(book.start))
    for number, (arrival, order) in enumerate(book.arrivals[:1300]):
        now_s = max(planner.now_s, to_unix_up(arrival))
        if number == 1200:
            wishes = {(o.id, 1): Wish(to_unix_down(o.lines[0].requested_time), 1) for _, o in book.arrivals[:1200]}
            work = planner.work(wishes)
            search = open_search(work, Steps())
            list(search.run(40))
            proposed = Sequences(planner.version, tuple(planner.steps(work, search.best)))
        planner.keep(planner.decide(order, now_s, effort=Effort.INSTANT))
        if number % 20 == 19:
            planner.redispatch(now_s)
    adopted = planner.adopt(proposed, planner.now_s)
    assert len(adopted.added) > 300
    assert adopted.moved > 100
    assert adopted.later == ()
    holds(planner)
