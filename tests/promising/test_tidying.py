"""The plan is brought into better order while nobody asks: no promise moves, and a search that dies costs itself."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from domain.promises import EventKind, PromiseState
from domain.proposals import ProposalKind, ProposalState
from promising.hand_requests import HandAsk, PinWork, Work
from promising.ports import NoMetrics
from promising.proposal_requests import ReplanAsk
from promising.settings import DeskSettings, Redispatch
from promising.tidying import Tidying
from tests.promising.desks import Bench, bench
from tests.promising.kept import Kept
from tests.promising.test_proposals import at, force, lathe, line, promise, search

CONFIRMED = PromiseState.CONFIRMED


class Told(NoMetrics):
    """What was counted."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def tidied(self, outcome: str) -> None:
        self.outcomes.append(outcome)


@pytest.fixture
def desk(tmp_path: Path, process: Kept) -> Iterator[Bench]:
    """On Monday SO-1 (6 h), which then got until Thursday, stands in front of SO-2 (6 h), for Tuesday at four."""
    settings = DeskSettings(redispatch=Redispatch.OFF)
    with bench(tmp_path / "lathe.sqlite", plant=lathe(), settings=settings) as made:
        made.desk.proposals.replanner = process
        promise(made, "SO-1", 360, 6)
        promise(made, "SO-2", 360, 32)
        force(made, "SO-1", 80)
        assert (line(made, "SO-1"), line(made, "SO-2")) == ((CONFIRMED, at(80), at(6)), (CONFIRMED, at(32), at(28)))
        yield made


def tidying(made: Bench) -> tuple[Tidying, Told]:
    told, desk = Told(), made.desk
    return Tidying(desk._stands, desk.proposals, desk._settings, told, Event()), told


def test_work_for_what_is_due_soonest_comes_first_and_all_of_it_is_told(desk: Bench) -> None:
    """SO-2 goes first, with a day of room instead of four hours; nothing is done again until the plan changes."""
    tidy, told = tidying(desk)
    assert tidy.once(effort=20) == "applied"
    assert (line(desk, "SO-1"), line(desk, "SO-2")) == ((CONFIRMED, at(80), at(28)), (CONFIRMED, at(32), at(6)))
    events = [(event.kind, event.actor) for event in desk.desk.events(limit=100)]
    assert events[-2:] == [(EventKind.PROPOSED, "desk"), (EventKind.PROPOSAL_APPLIED, "desk")]
    (made,) = desk.desk.proposals.all()
    assert (made.kind, made.state, made.promises_moved) == (ProposalKind.ORDER, ProposalState.APPLIED, 0)
    assert tidy.once(effort=20) == ""
    promise(desk, "SO-3", 60, 96)
    assert tidy.once(effort=20) == "nothing"
    assert told.outcomes == ["applied", "nothing"]
    assert desk.desk.check() == []
    stood = line(desk, "SO-1"), line(desk, "SO-2")
    desk.restart()
    assert (line(desk, "SO-1"), line(desk, "SO-2")) == stood


def test_pinned_work_stays_where_it_is(desk: Bench) -> None:
    """SO-1 is pinned to Monday at eight: SO-2 can't pass it."""
    desk.desk.handle(HandAsk(Work(order_id="SO-1"), PinWork(), "pin", "planner"))
    tidy, told = tidying(desk)
    assert tidy.once(effort=20) == "nothing"
    assert line(desk, "SO-1") == (CONFIRMED, at(80), at(6))
    assert told.outcomes == ["nothing"]


def test_a_search_that_dies_costs_that_look(
    desk: Bench, process: Kept, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    """Its process is killed in the middle, which is logged; the next look has a new one. Planners aren't disturbed."""
    search(desk)
    tidy, told = tidying(desk)
    killer = Thread(target=lambda: os.kill(process.pid, signal.SIGKILL))
    replan = desk.desk.proposals.replan

    def killed(asked, tell, still):
        return replan(asked, lambda _: killer.start() if not killer.ident else None, still)

    desk.desk.proposals.replan = killed
    assert tidy.once(effort=10**6) == "failed"
    (record,) = [each for each in caplog.records if each.getMessage() == "tidying_failed"]
    assert record.levelname == "WARNING"
    assert "its process died" in record.problem
    desk.desk.proposals.replan = replan
    assert promise(desk, "SO-3", 60, 96).lines[0].state is CONFIRMED
    busy = []
    asked = ReplanAsk("plan-2", "planner", (ProposalKind.ORDER,), 60, 20)
    desk.desk.proposals.replan(asked, lambda _: busy.append(tidy.once(effort=20)), lambda: True)
    assert set(busy) == {""}
    assert tidy.once(effort=20) == "applied"
    assert told.outcomes == ["failed", "applied"]


def test_what_was_promised_meanwhile_is_put_between_and_all_dates_are_kept(desk: Bench) -> None:
    """SO-3 and SO-4 come while the better order is looked for."""
    tidy, _ = tidying(desk)
    apply = desk.desk.proposals.apply

    def meanwhile(asked):
        promise(desk, "SO-3", 120, 34)
        promise(desk, "SO-4", 120, 8)
        return apply(asked)

    desk.desk.proposals.apply = meanwhile
    assert tidy.once(effort=20) == "applied"
    for name, by in (("SO-1", 80), ("SO-2", 32), ("SO-3", 34), ("SO-4", 8)):
        state, promised, expected = line(desk, name)
        assert (state, promised) == (CONFIRMED, at(by))
        assert expected <= promised
    assert desk.desk.check() == []
