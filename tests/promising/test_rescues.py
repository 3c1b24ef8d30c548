"""Tier 2 at the desk: searched for in a process of its own, decided and committed by the writer, told and stored."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.options import OptionKind, OptionWhy
from domain.orders import Order, OrderLine
from domain.plant import ClockMode, Plant
from domain.promises import EventKind, Outcome, Tier
from domain.rescues import Rescue
from domain.values import replace
from promising.requests import Accept
from tests.promising.desks import OFF, Bench, ask, cancel
from tests.promising.ways import why
from tests.scheduler.test_improve import START, plant
from tests.scheduler.test_rescue import two_ways


def twins() -> Plant:
    """Machine A and its twin, 6 to 22 o'clock; `I0` takes an hour of one of them, `I1` two."""
    made = two_ways(plant([("A", 60)], [("A", 120)]))
    return replace(made, settings=replace(made.settings, clock=ClockMode.MANUAL))


PATIENT = replace(OFF, rescue_most=timedelta(minutes=2), option_search=timedelta(minutes=2))
"""A busy machine may need long to start the process."""


def wanted(own: str, name: str, item: str, hours: float) -> Order:
    return Order(f"{name}-{own}", "C", (OrderLine(1, item, 1, START + timedelta(hours=hours)),))


@pytest.fixture(scope="module")
def desks(tmp_path_factory) -> Iterator[Bench]:
    """One desk for all tests here, since its process takes seconds to start; each test clears its orders away."""
    made = Bench(tmp_path_factory.mktemp("rescues") / "plant.sqlite", twins(), PATIENT)
    yield made
    made.close()


@pytest.fixture
def own(request) -> str:
    """Of this test alone: a request that comes again gets the first answer."""
    return str(abs(hash(request.node.name)))[:8]


@pytest.fixture
def bench(desks: Bench, own: str) -> Iterator[Bench]:
    """With an hour of each machine promised by 8:00: two hours fit on neither, but would if both stood on one."""
    for name in "YZ":
        desks.desk.promise(ask(wanted(own, name, "I0", 2)))
    yield desks
    for promise in desks.desk.list_orders(100)[0]:
        if promise.lines[0].promised_time is not None:
            desks.desk.change(cancel(promise.order.id))


def test_an_order_that_misses_its_time_meets_it_and_the_answer_says_what_moved(bench: Bench, own: str) -> None:
    """Instant, X ends at 9:00; until the deadline, at 8:00, and one of Y and Z goes to the other's machine for it."""
    x = wanted(own, "X", "I1", 2)
    assert bench.desk.quote(ask(x)).lines[0].outcome is Outcome.LATER
    told = bench.desk.promise(ask(x, until_deadline=True))
    line, rescued = told.lines[0], told.rescued
    assert (line.outcome, line.tier, line.promised_time) == (Outcome.ON_TIME, Tier.RESCUE, START + timedelta(hours=2))
    assert rescued is not None
    assert (rescued.rescue, rescued.moved, rescued.shifted) == (Rescue.FOUND, 1, 1)
    (move,) = rescued.moves
    assert (move.order_id[0] in "YZ", move.resource_before != move.resource_after) == (True, True)
    assert move.start_before == START
    assert EventKind.RESEQUENCED in bench.kinds()
    for name in "XYZ":
        stands = bench.desk.get(f"{name}-{own}").lines[0]
        assert stands.expected_time is not None
        assert stands.promised_time is not None
        assert stands.expected_time <= stands.promised_time <= START + timedelta(hours=2)
    assert bench.desk.promise(ask(x, until_deadline=True)) == told
    assert bench.store.real.promise_at(x.id, 1) == told


def test_a_quote_until_the_deadline_changes_nothing(bench: Bench, own: str) -> None:
    """The plan, its version and the log are as before."""
    before = bench.desk.schedule(), bench.desk.status().plan_version, len(bench.desk.events())
    told = bench.desk.quote(ask(wanted(own, "X", "I1", 2), until_deadline=True))
    assert told.lines[0].outcome is Outcome.ON_TIME
    assert (bench.desk.schedule(), bench.desk.status().plan_version, len(bench.desk.events())) == before


def test_what_is_in_time_anyway_is_not_searched_for(bench: Bench, own: str) -> None:
    """By 9:00 there is room; a hold is not searched for either."""
    assert bench.desk.quote(ask(wanted(own, "X", "I1", 4), until_deadline=True)).rescued is None
    held = ask(wanted(own, "X", "I1", 2), until_deadline=True, hold_until=START + timedelta(minutes=-30))
    assert bench.desk.quote(held).rescued is None


def test_a_time_that_nobody_can_keep_is_refused_with_the_proof(bench: Bench, own: str) -> None:
    """Four hours are left by 8:00, two of them Y's and Z's: X fits, and after X nothing does."""
    bench.desk.promise(ask(wanted(own, "X", "I1", 2), until_deadline=True))
    told = bench.desk.quote(ask(wanted(own, "V", "I0", 2), accept=Accept.ON_TIME, until_deadline=True))
    assert told.lines[0].outcome is Outcome.REFUSED
    assert told.rescued is not None
    assert told.rescued.rescue is Rescue.NONE


def test_an_order_that_came_during_the_search_keeps_its_promise(bench: Bench, own: str) -> None:
    """W takes an hour by 8:00 while X is searched for: X can't have two any more, and is told so, late."""
    others = []

    def meanwhile(_: object) -> None:
        others.append(bench.desk.promise(ask(wanted(own, "W", "I0", 2))))

    told = bench.desk.promise(ask(wanted(own, "X", "I1", 2), until_deadline=True), meanwhile)
    assert told.lines[0].outcome is Outcome.LATER
    assert told.rescued is not None
    assert told.rescued.rescue is Rescue.OVERTAKEN
    assert others[0].lines[0].outcome is Outcome.ON_TIME
    stands = bench.desk.get(others[0].order.id).lines[0]
    assert stands.expected_time is not None
    assert stands.expected_time <= START + timedelta(hours=2)


def test_a_search_given_up_leaves_the_answer_of_the_tiers_before(bench: Bench, own: str) -> None:
    """Cancelled before it begins: later, as an instant answer, and the search is told to be cut off."""
    told = bench.desk.quote(ask(wanted(own, "X", "I1", 2), until_deadline=True), lambda ticket: ticket.cancel())
    assert told.lines[0].outcome is Outcome.LATER
    assert told.lines[0].search == "cut_off"
    assert told.rescued is not None
    assert told.rescued.rescue is Rescue.CUT_OFF


def test_without_a_process_the_answer_is_that_of_the_tiers_before(tmp_path, own: str) -> None:
    """A desk told to have none says that nothing was searched for."""
    bench = Bench(tmp_path / "plant.sqlite", twins(), replace(OFF, rescuers=0))
    try:
        for name in "YZ":
            bench.desk.promise(ask(wanted(own, name, "I0", 2)))
        told = bench.desk.promise(ask(wanted(own, "X", "I1", 2), until_deadline=True))
    finally:
        bench.close()
    assert told.lines[0].outcome is Outcome.LATER
    assert told.rescued is not None
    assert told.rescued.rescue is Rescue.UNAVAILABLE


def test_what_only_the_solver_finds_is_an_option_of_an_instant_answer(bench: Bench, own: str) -> None:
    """X ends at 9:00 at once; the option has it by 8:00, with one of Y and Z moved, and is laid when it is taken."""
    told = bench.desk.quote(ask(wanted(own, "X", "I1", 2), options=True)).lines[0]
    option = next(each for each in told.options if each.kind is OptionKind.RESEQUENCE)
    assert (option.parts[0].promised_time, option.moved, option.costs) == (START + timedelta(hours=2), 1, ())
    assert option.moves[0].order_id[0] in "YZ"
    made = bench.desk.accept(option.id, f"a-{own}", "sales")
    assert (made.made, made.promise.lines[0].tier) == (True, Tier.RESCUE)
    assert bench.desk.check() == []
    none = bench.desk.quote(ask(wanted(own, "V", "I0", 2), options=True)).lines[0]
    assert why(none)[OptionKind.RESEQUENCE] is OptionWhy.PROVED


def test_the_first_who_asks_for_options_waits_for_the_process_to_start(tmp_path, own: str) -> None:
    """Not before other options are looked for, and then as long as there is time: the solver's is among them."""
    settings = replace(PATIENT, option_search=timedelta(milliseconds=500), option_most=timedelta(minutes=2))
    bench = Bench(tmp_path / "plant.sqlite", twins(), settings)
    try:
        for name in "YZ":
            bench.desk.promise(ask(wanted(own, name, "I0", 2)))
        told = bench.desk.quote(ask(wanted(own, "X", "I1", 2), options=True)).lines[0]
    finally:
        bench.close()
    assert OptionKind.RESEQUENCE in [option.kind for option in told.options]
