"""After a disruption the plan before it is kept, and a proposal comes back as near to it as can be."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import ProposalOutdated, WrongState
from domain.promises import PromiseState
from domain.proposals import Cap, FromBefore, ProposalKind
from domain.resources import Resource
from domain.values import replace
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.plant_files import write_plant
from promising.proposal_documents import proposal_from_json, proposal_to_json
from tests.promising.desks import MONDAY, Bench, bench
from tests.promising.kept import Kept
from tests.promising.test_proposals import at, decide, force, lathe, line, promise, search

CONFIRMED, NEAR = PromiseState.CONFIRMED, ProposalKind.NEAR


@pytest.fixture
def desk(tmp_path: Path, process: Kept) -> Iterator[Bench]:
    """Monday at eight: SO-1 (4 h, promised for Friday) is turned first, then SO-2 (2 h) for four in the afternoon."""
    with bench(tmp_path / "lathe.sqlite", plant=lathe()) as made:
        made.desk.proposals.replanner = process
        promise(made, "SO-1", 240, 4, priority=8)
        promise(made, "SO-2", 120, 8, priority=2)
        force(made, "SO-1", 96)
        yield made


def report(bench, change, request_id):
    return bench.desk.disrupt(DisruptionAsk(change, request_id, "floor"))


def broken_for_half_an_hour(desk):
    """The lathe is out, as it seems until noon: SO-2 goes first. Then it is known to run again at half past eight."""
    report(desk, Report("LATHE", end=at(4)), "d-1")
    assert (line(desk, "SO-2")[2], line(desk, "SO-1")[2]) == (at(6), at(24 + 2))
    report(desk, AmendReport("D-1", end=at(0.5)), "d-2")
    assert (line(desk, "SO-2")[2], line(desk, "SO-1")[2]) == (at(2.5), at(6.5))


def test_the_old_order_comes_back_when_the_break_was_shorter(desk: Bench) -> None:
    """Both in their old turns, told against the plan before the first report and against today's; then it is applied.

    No promise moves, so that a cap on others' promises changes nothing.
    """
    broken_for_half_an_hour(desk)
    (made,), told = search(desk, NEAR, ProposalKind.PROTECT, cap=Cap(0))
    assert (made.kind, made.promises_moved, made.before.late, made.after.late) == (NEAR, 0, 0, 0)
    assert made.from_before == FromBefore("D-1", MONDAY, (0, 0), (1, 0))
    assert (made.moved, made.shifted, made.objective) == (1, 2, 0)
    assert {(row.order_id, row.expected_after) for row in made.lines} == {("SO-1", at(4.5)), ("SO-2", at(6.5))}
    assert [(step.objective, step.moved) for step in told if step.kind is NEAR][-1] == (0, 0)
    assert proposal_from_json(proposal_to_json(made)).from_before == made.from_before
    done = desk.desk.proposals.apply(decide())
    assert (done.applied, done.moved, done.told) == (True, 1, ())
    assert [line(desk, name) for name in ("SO-1", "SO-2")] == [
        (CONFIRMED, at(96), at(4.5)),
        (CONFIRMED, at(8), at(6.5)),
    ]
    # There is nothing left to come back to.
    assert search(desk, NEAR, request_id="plan-2")[0] == ()


def test_what_was_promised_since_is_put_between(desk: Bench) -> None:
    """SO-3, an hour's work promised meanwhile, keeps its place in front; the others come in their old turns."""
    broken_for_half_an_hour(desk)
    search(desk, NEAR)
    promise(desk, "SO-3", 60, 8)
    assert line(desk, "SO-3")[2] == at(1.5)
    done = desk.desk.proposals.apply(decide())
    assert (done.added, [line(desk, name)[2] for name in ("SO-1", "SO-2", "SO-3")]) == (1, [at(5.5), at(7.5), at(1.5)])


def test_who_forced_a_date_meanwhile_keeps_it(desk: Bench) -> None:
    """SO-2 was promised for ten since: in its old turn it would break that."""
    broken_for_half_an_hour(desk)
    search(desk, NEAR)
    force(desk, "SO-2", 3)
    with pytest.raises(ProposalOutdated) as refused:
        desk.desk.proposals.apply(decide())
    assert [told.split(":")[0] for told in refused.value.broken[:1]] == ["SO-2 line 1"]
    assert line(desk, "SO-2") == (CONFIRMED, at(3), at(2.5))


def test_the_plan_before_is_known_after_a_restart_and_not_after_an_import(desk: Bench) -> None:
    """Another plant has other machines and ways: nothing says where its work stood."""
    broken_for_half_an_hour(desk)
    process = desk.desk.proposals.replanner
    desk.restart()
    desk.desk.proposals.replanner = process
    (made,), _ = search(desk, NEAR)
    assert made.from_before == FromBefore("D-1", MONDAY, (0, 0), (1, 0))
    wider = replace(lathe(), resources=(*lathe().resources, Resource("MILL", calendar_id="day")))
    desk.desk.import_plant(write_plant(wider), caller="planner")
    with pytest.raises(WrongState, match="no plan before a disruption is kept"):
        search(desk, NEAR, request_id="plan-2")
    # Beside others it is only not offered.
    found, _ = search(desk, NEAR, ProposalKind.RESEQUENCE, request_id="plan-3")
    assert [(each.kind, each.from_before) for each in found] == [(ProposalKind.RESEQUENCE, None)]


def test_before_any_disruption_there_is_nothing_to_go_back_to(desk: Bench) -> None:
    with pytest.raises(WrongState, match="no plan before a disruption is kept"):
        search(desk, NEAR)


def test_several_breaks_go_back_to_before_the_first_that_is_not_over(desk: Bench) -> None:
    """A second break while the first goes on changes nothing; one after it is over is another beginning."""
    report(desk, Report("LATHE", end=at(4)), "d-1")
    report(desk, Report("LATHE", start=at(24), end=at(25)), "d-2")
    assert desk.store.load().before.disruption_id == "D-1"
    report(desk, CloseReport("D-1", ended=at(0)), "d-3")
    report(desk, Report("LATHE", start=at(1), end=at(2)), "d-4")
    assert desk.store.load().before.disruption_id == "D-3"
    # What only might have been reported leaves nothing behind.
    desk.desk.disrupt(DisruptionAsk(CloseReport("D-3"), "d-5", "floor", validate_only=True))
    assert desk.store.load().before.disruption_id == "D-3"
    assert timedelta(seconds=desk.store.load().before.at_s) == timedelta(seconds=MONDAY.timestamp())
