"""Other plans are offered, applied with what was promised since, or refused with what changed; nothing else moves."""

import os
import signal
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from domain.calendars import Calendar, Shift
from domain.errors import (
    InvalidInput,
    NotFound,
    Overloaded,
    ProposalOutdated,
    ReplanFailed,
    RequestIdReused,
    StaleEtag,
    WrongState,
)
from domain.items import Item, Mode, Pause, Routing, RoutingOperation
from domain.plant import ClockMode, Plant, PlantSettings
from domain.promises import EventKind, PromiseState
from domain.proposals import Cap, ProposalKind, ProposalState, gap_of
from domain.resources import Resource
from domain.trade import CostRate
from domain.values import replace
from promising.disruption_requests import DisruptionAsk, Report
from promising.proposal_requests import Progress, ProposalAsk, ReplanAsk
from promising.replanner import told_again
from promising.requests import ForceDate
from tests.promising.desks import MONDAY, Bench, Call, ask, bench, cancel, change, order
from tests.promising.kept import Kept
from tests.stores import Places

DAYS = frozenset(range(5))


def at(hours):
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def lathe() -> Plant:
    """A lathe that works from 8 to 16 and turns a bolt a minute; overtime costs 100 yuan an hour."""
    step = RoutingOperation("turn", modes=(Mode("turn", "LATHE", per_piece=timedelta(minutes=1), pause=Pause.SHIFT),))
    return Plant(
        PlantSettings("lathe", clock=ClockMode.MANUAL),
        calendars=(Calendar("day", shifts=(Shift(DAYS, time(8), time(16)),)),),
        resources=(Resource("LATHE", calendar_id="day"),),
        items=(Item("bolt", routing_id="bolt"),),
        routings=(Routing("bolt", (step,)),),
        cost_rates=(CostRate("overtime_hour", 10_000), *(CostRate(f"delay_day_{n}", 2400) for n in range(1, 10))),
    )


@pytest.fixture
def desk(tmp_path: Path, process: Kept) -> Iterator[Bench]:
    """Monday at eight: an hour's work for nine o'clock; SO-1 (4 h) and SO-2 (2 h) follow, both promised for Friday."""
    with bench(tmp_path / "lathe.sqlite", plant=lathe()) as made:
        take_orders(made, process)
        yield made


def take_orders(made: Bench, process: Kept) -> None:
    made.desk.proposals.replanner = process
    promise(made, "SO-0", 60, 1)
    promise(made, "SO-1", 240, 96, priority=8)
    promise(made, "SO-2", 120, 96, priority=2)


def promise(bench, order_id, minutes, hours, priority=5):
    made = order(order_id, "bolt", minutes, days=hours / 24)
    return bench.desk.promise(ask(replace(made, priority=priority)))


def force(bench, order_id, hours):
    """A planner promises an order for a time that the plan does not keep."""
    made = change(order_id, ForceDate(1, at(hours)), f"f-{order_id}-{hours}", reason="the customer insists")
    return bench.desk.change(made)


def tight(desk: Bench) -> None:
    """SO-1 has until it is done, and SO-2 is forced to noon: one of them must give way."""
    force(desk, "SO-1", 5)
    force(desk, "SO-2", 4)


def at_risk(desk: Bench) -> None:
    """SO-2 was forced to noon, at risk behind SO-1, which only then was given until Friday."""
    tight(desk)
    force(desk, "SO-1", 96)


def line(bench, order_id):
    found = bench.desk.get(order_id).lines[0]
    return found.state, found.promised_time, found.expected_time


def search(bench, *kinds, effort=20, request_id="plan-1", **fields):
    """Look for other plans, by steps and not by the clock."""
    asked = ReplanAsk(request_id, "planner", kinds or (ProposalKind.RESEQUENCE,), 60, effort, **fields)
    told = []
    return bench.desk.proposals.replan(asked, told.append, lambda: True), told


def decide(proposal_id="P-1", request_id="apply-1", **fields):
    return ProposalAsk(proposal_id, request_id, "planner", **fields)


CONFIRMED, AT_RISK = PromiseState.CONFIRMED, PromiseState.AT_RISK


def test_a_promise_at_risk_is_saved_by_another_order_of_the_work(desk: Bench) -> None:
    """SO-2 goes before SO-1, which has until Friday by now; nothing has changed until it is applied."""
    at_risk(desk)
    assert line(desk, "SO-2") == (AT_RISK, at(4), at(7))
    before = desk.desk.status().plan_version
    (made,), told = search(desk)
    assert (made.id, made.kind, made.state) == ("P-1", ProposalKind.RESEQUENCE, ProposalState.OPEN)
    assert (made.before.late, made.after.late, made.saved, made.promises_moved, made.moved) == (1, 0, 1, 0, 1)
    assert (made.before.tardiness, made.after.tardiness) == (((2, timedelta(hours=3)),), ())
    assert (made.before.cost_fen, made.after.cost_fen) == (300, 0)
    assert [(row.order_id, row.expected_before, row.expected_after) for row in made.lines] == [
        ("SO-2", at(7), at(3)),
        ("SO-1", at(5), at(7)),
    ]
    assert (told[0].late, told[0].moved, told[-1].late, told[-1].moved) == (1, 0, 0, 1)
    assert told[-1].objective < told[0].objective
    assert told[0].bound is not None
    assert line(desk, "SO-2") == (AT_RISK, at(4), at(7))
    assert desk.desk.status().plan_version == before
    assert desk.desk.proposals.get("P-1") == made
    assert desk.desk.proposals.all() == [replace(made, lines=())]

    done = desk.desk.proposals.apply(decide(reason="the customer insists"))
    assert done.proposal.state is ProposalState.APPLIED
    assert [(row.order_id, row.saved, row.expected_after) for row in done.told] == [("SO-2", True, at(3))]
    assert line(desk, "SO-2") == (CONFIRMED, at(4), at(3))
    assert line(desk, "SO-1") == (CONFIRMED, at(96), at(7))
    assert desk.kinds()[-3:] == [EventKind.PROPOSED, EventKind.PROPOSAL_APPLIED, EventKind.RECOVERED]
    assert desk.desk.check() == []
    desk.restart()
    assert line(desk, "SO-2") == (CONFIRMED, at(4), at(3))
    assert desk.desk.proposals.get("P-1").decided_by == "planner"


def test_proposals_are_kept_in_either_database(places: Places, process: Kept) -> None:
    """What is read to be searched, what is kept and what is applied is the same in both."""
    with bench(places(), plant=lathe()) as made:
        take_orders(made, process)
        at_risk(made)
        search(made)
        assert made.desk.proposals.apply(decide()).applied
        assert line(made, "SO-2") == (CONFIRMED, at(4), at(3))
        made.restart()
        assert [each.state for each in made.desk.proposals.all()] == [ProposalState.APPLIED]


def test_what_was_promised_since_is_put_between_and_no_promise_breaks(desk: Bench) -> None:
    """SO-3 came after the proposal was made, and is done by Monday evening as it was told."""
    at_risk(desk)
    search(desk)
    promise(desk, "SO-3", 60, 8)
    done = desk.desk.proposals.apply(decide())
    assert (done.added, done.gone) == (1, 0)
    assert [line(desk, f"SO-{n}")[:2] for n in (1, 2, 3)] == [
        (CONFIRMED, at(96)), (CONFIRMED, at(4)), (CONFIRMED, at(8)),
    ]  # fmt: skip
    assert desk.desk.check() == []


def test_a_proposal_that_does_not_fit_any_more_is_refused_with_what_changed(desk: Bench) -> None:
    """SO-1 is wanted by 14:00 after all, and SO-3 came: the list says who would be late and what came since."""
    at_risk(desk)
    search(desk)
    promise(desk, "SO-3", 180, 96)
    force(desk, "SO-1", 6)
    before = [line(desk, f"SO-{n}") for n in (1, 2, 3)]
    with pytest.raises(ProposalOutdated) as refused:
        desk.desk.proposals.apply(decide())
    assert "SO-1 line 1: would end" in refused.value.broken[0]
    assert refused.value.changed == ("promised or free to move since: SO-3",)
    assert [line(desk, f"SO-{n}") for n in (1, 2, 3)] == before
    assert desk.desk.proposals.get("P-1").state is ProposalState.OPEN
    assert desk.desk.check() == []


def test_lower_priorities_give_way_and_are_told_their_new_dates(desk: Bench) -> None:
    """SO-2 (priority 2) is kept at the cost of SO-1 (priority 8), whose date the proposal names and applying moves."""
    tight(desk)
    assert search(desk)[0] == ()
    (made,), _ = search(desk, ProposalKind.PROTECT, request_id="plan-2")
    assert (made.saved, made.promises_moved, made.after.late) == (1, 1, 1)
    moved, saved = made.lines
    assert (moved.order_id, moved.promised_before, moved.promised_after) == ("SO-1", at(5), at(7))
    assert (saved.order_id, saved.promised_after) == ("SO-2", at(4))
    done = desk.desk.proposals.apply(decide(validate_only=True, request_id="dry"))
    assert not done.applied
    assert line(desk, "SO-1") == (CONFIRMED, at(5), at(5))
    done = desk.desk.proposals.apply(decide())
    assert {(row.order_id, row.promised_after) for row in done.told} == {("SO-1", at(7)), ("SO-2", at(4))}
    assert line(desk, "SO-1") == (CONFIRMED, at(7), at(7))
    assert line(desk, "SO-2") == (CONFIRMED, at(4), at(3))
    assert desk.kinds()[-3:] == [EventKind.PROPOSAL_APPLIED, EventKind.DATE_MOVED, EventKind.RECOVERED]
    assert desk.desk.check() == []


@pytest.mark.parametrize("cap", [Cap(most=0), Cap(none_within=timedelta(hours=48))])
def test_a_cap_is_obeyed_and_its_price_told(desk: Bench, cap: Cap) -> None:
    """No promise may move, or none that is due within two days: SO-3 on Friday may, SO-1 tonight not."""
    tight(desk)
    made, told = search(desk, ProposalKind.PROTECT, cap=cap)
    assert made == ()
    assert told[-1].late == 1
    free = [step.objective for step in told if step.uncapped]
    assert free[-1] < told[-1].objective


def test_a_cap_of_one_promise_moves_one(desk: Bench) -> None:
    """Of two orders that could give way one does; the same search without the cap comes to no more than that."""
    tight(desk)
    promise(desk, "SO-3", 60, 0.5, priority=9)
    (made,), _ = search(desk, ProposalKind.PROTECT, cap=Cap(most=1))
    assert made.promises_moved <= 1
    assert made.cap == Cap(most=1)
    assert made.uncapped is not None
    assert made.uncapped <= made.objective


def test_overtime_on_named_hours_saves_what_no_order_of_work_does(desk: Bench) -> None:
    """The lathe is down until 13:00: SO-1 and SO-2 need four hours after the shift, which applying has worked."""
    force(desk, "SO-1", 12)
    force(desk, "SO-2", 12)
    desk.desk.disrupt(DisruptionAsk(Report("LATHE", end=at(5)), "d-1", "floor"))
    (made,), _ = search(desk, ProposalKind.OVERTIME)
    # Nothing saves SO-0, which was to be there at nine.
    assert made.before.late > made.after.late == 1
    assert [(row.resource_id, row.start) for row in made.hours] == [("LATHE", at(8))]
    # Four hours at 100 yuan, and five hours' delay at a yuan.
    assert made.after.overtime == timedelta(hours=4)
    assert made.after.cost_fen == 40_500
    desk.desk.proposals.apply(decide())
    assert [line(desk, f"SO-{n}")[0] for n in (1, 2)] == [CONFIRMED, CONFIRMED]
    assert [each.kind for each in desk.desk.disruptions()] == ["machine_down", "shift_added"]
    assert desk.desk.check() == []
    desk.restart()
    assert [line(desk, f"SO-{n}")[0] for n in (1, 2)] == [CONFIRMED, CONFIRMED]


def test_a_proposal_is_decided_once(desk: Bench) -> None:
    """Discarded, it can't be applied; a retry is answered as before; another content under its id is refused."""
    at_risk(desk)
    (made,), _ = search(desk)
    assert search(desk)[0] == (replace(made, lines=()),)
    assert desk.desk.proposals.all() == [replace(made, lines=())]
    with pytest.raises(StaleEtag):
        desk.desk.proposals.discard(decide(etag="P-1:7"))
    with pytest.raises(NotFound):
        desk.desk.proposals.apply(decide("P-2", "other"))
    done = desk.desk.proposals.discard(decide(etag=made.etag))
    assert done.proposal.state is ProposalState.DISCARDED
    assert desk.desk.proposals.discard(decide(etag=made.etag)) == done
    with pytest.raises(RequestIdReused):
        desk.desk.proposals.discard(decide())
    with pytest.raises(WrongState, match="discarded"):
        desk.desk.proposals.apply(decide(request_id="again"))


def test_applied_twice_under_one_id_it_is_applied_once(desk: Bench) -> None:
    """The second answer is the first one, and the plan does not move again."""
    at_risk(desk)
    search(desk)
    first = desk.desk.proposals.apply(decide())
    version = desk.desk.status().plan_version
    assert desk.desk.proposals.apply(decide()) == first
    assert desk.desk.status().plan_version == version


def test_a_failed_commit_leaves_plan_and_proposal_as_they_were(desk: Bench) -> None:
    """The disk is full once; the same request then applies it."""
    at_risk(desk)
    search(desk)
    before = line(desk, "SO-2")
    desk.store.faults = ["before"]
    with pytest.raises(Exception, match="look again"):
        desk.desk.proposals.apply(decide())
    assert line(desk, "SO-2") == before
    assert desk.desk.proposals.apply(decide()).applied
    assert line(desk, "SO-2") == (CONFIRMED, at(4), at(3))


def test_the_same_plan_and_steps_give_the_same_proposal(desk: Bench) -> None:
    """Sequences, figures and objective are equal, only how long it took is not."""
    at_risk(desk)
    (one,), _ = search(desk)
    (two,), _ = search(desk, request_id="plan-2")
    assert replace(two, id=one.id, seconds=one.seconds, plan_version=one.plan_version) == one
    contents = [desk.store.proposal(name).content for name in ("P-1", "P-2")]
    assert contents[0] is not None
    assert len(contents[0]) > 0


def test_a_search_that_dies_costs_that_search(desk: Bench, process: Kept) -> None:
    """Its process is killed in the middle: promises go on, and the next search has a new one."""
    tight(desk)
    search(desk)

    def kill(_):
        os.kill(process.pid, signal.SIGKILL)

    asked = ReplanAsk("plan-2", "planner", seconds=60, effort=10**6)
    with pytest.raises(ReplanFailed):
        desk.desk.proposals.replan(asked, kill, lambda: True)
    assert promise(desk, "SO-3", 60, 96).lines[0].state is CONFIRMED
    assert search(desk, ProposalKind.PROTECT, request_id="plan-3")[0]


def test_a_second_search_waits_for_its_turn_and_a_cancelled_one_keeps_nothing(desk: Bench) -> None:
    """One search at a time; who leaves ends it."""
    tight(desk)
    begun, stay = [], [True]
    asked = ReplanAsk("plan-1", "planner", seconds=600)
    first = Call(lambda: desk.desk.proposals.replan(asked, begun.append, lambda: stay[0]))
    while not begun:
        pass
    with pytest.raises(Overloaded):
        search(desk, request_id="plan-2")
    stay[0] = False
    assert first.result() == ()
    assert desk.desk.proposals.all() == []


def test_a_search_that_finds_nothing_better_is_told_again_each_second() -> None:
    """A step of the fifth second that came at 100: nothing at 100.5, then the same with the time that has passed."""
    told: list[Progress] = []
    step = Progress(ProposalKind.RESEQUENCE, 5.0, 7200, 3600, 1, 2)
    assert told_again(None, 99.0, told.append) is None
    last = told_again((step, 100.0, 100.0), 100.5, told.append)
    for now in (101.0, 101.5, 102.5):
        last = told_again(last, now, told.append)
    assert told == [replace(step, seconds=6.0), replace(step, seconds=7.5)]


def test_the_gap_is_a_share_of_the_objective() -> None:
    """Ten hours late where eight are proven: a fifth; nothing late has no gap, and what has no bound none to tell."""
    assert [gap_of(10, 8), gap_of(0, 0), gap_of(10, None)] == [0.2, 0.0, None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"request_id": ""}, {"seconds": 0}, {"seconds": 4000}, {"kinds": ()}, {"effort": -1}, {"protect": 0},
        {"kinds": (ProposalKind.OVERTIME, ProposalKind.OVERTIME)}, {"cap": Cap(3)}, {"reason": "x" * 1001},
    ],
)  # fmt: skip
def test_a_search_that_makes_no_sense_is_refused(desk: Bench, wrong) -> None:
    """Each field has its range, and a cap is for promises that may move."""
    with pytest.raises(InvalidInput):
        desk.desk.proposals.replan(ReplanAsk(**{"request_id": "plan-1", **wrong}), print, lambda: True)


def test_cancelled_and_begun_work_is_left_out_of_what_is_applied(desk: Bench) -> None:
    """SO-1 is cancelled since, and SO-2 begins: nothing is left to move, and nothing breaks."""
    at_risk(desk)
    search(desk)
    desk.desk.change(cancel("SO-1"))
    done = desk.desk.proposals.apply(decide())
    assert done.gone == 1
    assert line(desk, "SO-2") == (CONFIRMED, at(4), at(3))
    assert desk.desk.check() == []


def test_a_search_that_hangs_costs_that_search(desk: Bench, process: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process does not answer: it is given up after its time and some grace, and promises go on."""
    tight(desk)
    search(desk)
    hung = process.pid
    os.kill(hung, signal.SIGSTOP)
    monkeypatch.setattr(process, "_grace_s", 0.5)
    with pytest.raises(ReplanFailed, match="did not answer in time"):
        desk.desk.proposals.replan(ReplanAsk("plan-2", "planner", seconds=0.5), print, lambda: True)
    assert process.pid != hung
    assert promise(desk, "SO-3", 60, 96).lines[0].state is CONFIRMED
    assert desk.desk.proposals.all() == []
