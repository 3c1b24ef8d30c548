"""Proposals that give work to other firms, and that deliver late lines in parts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.disruptions import DisruptionKind
from domain.errors import ProposalOutdated
from domain.items import Mode, Pause
from domain.orders import ShipMode
from domain.plant import Plant
from domain.promises import EventKind, PromiseState
from domain.proposals import ProposalKind, ProposedLine
from domain.resources import Resource, ResourceKind
from domain.trade import CostRate
from domain.values import replace
from promising.disruption_requests import DisruptionAsk, Report
from tests.promising.desks import Bench, ask, bench, cancel, order
from tests.promising.kept import Kept
from tests.promising.test_proposals import at, decide, force, lathe, line, promise, search

CONFIRMED, AT_RISK = PromiseState.CONFIRMED, PromiseState.AT_RISK


def with_turners() -> Plant:
    """The lathe, and TURNERS who turn a bolt in half a minute, for 300 yuan an hour, with two hours on the way."""
    plant = lathe()
    routing = plant.routings[0]
    out = Mode("out", "TURNERS", fixed=timedelta(hours=2), per_piece=timedelta(seconds=30), pause=Pause.SHIFT)
    step = replace(routing.operations[0], modes=(*routing.operations[0].modes, out))
    return replace(
        plant,
        resources=(*plant.resources, Resource("TURNERS", ResourceKind.OUTSIDE, calendar_id="day")),
        routings=(replace(routing, operations=(step,)),),
        cost_rates=(*plant.cost_rates, CostRate("outside_hour", 30_000)),
    )


@pytest.fixture
def desk(tmp_path: Path, process: Kept) -> Iterator[Bench]:
    """Monday at eight: six hours of SO-1 on the lathe for two o'clock, then two of SO-2, forced to half past eleven."""
    with bench(tmp_path / "lathe.sqlite", plant=with_turners()) as made:
        made.desk.proposals.replanner = process
        promise(made, "SO-1", 360, 6)
        promise(made, "SO-2", 120, 96, priority=2)
        force(made, "SO-2", 3.5)
        yield made


def test_the_work_of_a_late_order_goes_to_another_firm(desk: Bench) -> None:
    """SO-2 waits until four; TURNERS have it back at eleven, for 900 yuan instead of 4.5 hours of delay."""
    assert line(desk, "SO-2") == (AT_RISK, at(3.5), at(8))
    (made,), _ = search(desk, ProposalKind.OUTSIDE)
    assert (made.kind, made.before.late, made.after.late, made.saved, made.promises_moved) == ("outside", 1, 0, 1, 0)
    assert (made.before.outside, made.after.outside) == (timedelta(0), timedelta(hours=3))
    assert (made.before.cost_fen, made.after.cost_fen) == (450, 90_000)
    (work,) = desk.desk.proposals.get("P-1").outside
    assert (work.order_id, work.quantity, work.operation_id, work.resource_id) == ("SO-2", 120, "turn", "TURNERS")
    assert (work.start, work.end, work.fen) == (at(0), at(3), 90_000)
    done = desk.desk.proposals.apply(decide())
    assert done.proposal.outside == (work,)
    assert [(row.order_id, row.expected_after) for row in done.told] == [("SO-2", at(3))]
    assert line(desk, "SO-2") == (CONFIRMED, at(3.5), at(3))
    assert desk.desk.check() == []
    desk.restart()
    assert line(desk, "SO-2") == (CONFIRMED, at(3.5), at(3))


def test_nothing_goes_outside_that_would_not_save_a_promise(desk: Bench) -> None:
    """Without a late order there is nothing to propose; one that TURNERS would bring later still stays, too."""
    force(desk, "SO-2", 96)
    assert search(desk, ProposalKind.OUTSIDE)[0] == ()
    force(desk, "SO-2", 1)
    made = search(desk, ProposalKind.OUTSIDE, request_id="plan-2")[0]
    assert [(each.before.late, each.after.late) for each in made] == [(1, 1)]
    assert made[0].after.tardiness == ((2, timedelta(hours=2)),)


@pytest.fixture
def full(tmp_path: Path, process: Kept) -> Iterator[Bench]:
    """SO-1 (4 h) for noon, then SO-2 (4 h, until four), forced to two o'clock; it is worth 240 fen a day."""
    with bench(tmp_path / "lathe.sqlite", plant=lathe()) as made:
        made.desk.proposals.replanner = process
        promise(made, "SO-1", 240, 4)
        promise(made, "SO-2", 240, 96, priority=2)
        force(made, "SO-2", 6)
        yield made


def test_a_late_line_is_delivered_in_parts(full: Bench) -> None:
    """Of SO-2 120 bolts are turned by two o'clock, as promised, and the rest by four."""
    assert line(full, "SO-2") == (AT_RISK, at(6), at(8))
    (made,), told = search(full, ProposalKind.SPLIT, effort=50)
    assert (made.kind, made.saved, made.promises_moved) == ("split", 1, 1)
    assert (made.before.late, made.after.late) == (1, 1)
    assert [step.late for step in told] == [0]
    rows = full.desk.proposals.get("P-1").lines
    assert [parted(row) for row in rows] == [(2, 1, 120, at(6), at(8), at(8)), (1, 0, 120, at(6), at(6), at(6))]
    done = full.desk.proposals.apply(decide())
    assert sorted(parted(row) for row in done.told) == sorted(parted(row) for row in rows)
    found = full.desk.get("SO-2")
    assert [(x.line_no, x.quantity, x.part_of) for x in found.order.lines] == [(1, 120, 0), (2, 120, 1)]
    assert [(x.state, x.promised_time, x.expected_time) for x in found.lines] == [
        (CONFIRMED, at(6), at(6)),
        (CONFIRMED, at(8), at(8)),
    ]
    kinds = [event.kind for event in full.desk.events(limit=1000)]
    assert kinds[-2:] == [EventKind.SPLIT, EventKind.PROPOSAL_APPLIED]
    assert full.desk.check() == []
    assert full.desk.proposals.apply(decide()) == done
    full.restart()
    assert full.desk.get("SO-2") == found


def parted(row: ProposedLine) -> tuple[object, ...]:
    return row.line_no, row.part_of, row.quantity, row.promised_before, row.promised_after, row.expected_after


def test_parts_that_cannot_be_had_any_more_are_refused_and_nothing_is_divided(full: Bench) -> None:
    """The lathe breaks for three hours, so that no bolt of SO-2 is turned by two; then SO-2 is gone altogether."""
    search(full, ProposalKind.SPLIT, effort=50)
    told = full.desk.get("SO-2")
    assert not full.desk.proposals.apply(decide(validate_only=True)).applied
    assert full.desk.get("SO-2") == told
    full.desk.disrupt(DisruptionAsk(Report("LATHE", DisruptionKind.MACHINE_DOWN, end=at(3)), "down", "floor"))
    told = full.desk.get("SO-2")
    with pytest.raises(ProposalOutdated, match="SO-2 line 1: 120 by 2026-03-03T"):
        full.desk.proposals.apply(decide())
    assert full.desk.get("SO-2") == told
    full.desk.change(cancel("SO-2"))
    with pytest.raises(ProposalOutdated, match="SO-2 line 1 can't be divided as it was"):
        full.desk.proposals.apply(decide())
    assert full.desk.check() == []


def test_a_line_that_is_in_time_by_now_is_not_divided(full: Bench) -> None:
    """SO-1 is cancelled, so that all of SO-2 is turned by noon: its rest was told four o'clock all the same."""
    search(full, ProposalKind.SPLIT, effort=50)
    full.desk.change(cancel("SO-1"))
    before = full.desk.get("SO-2")
    assert (before.lines[0].promised_time, before.lines[0].expected_time) == (at(6), at(4))
    with pytest.raises(ProposalOutdated, match="all lines that it divides are in time by now"):
        full.desk.proposals.apply(decide())
    assert full.desk.get("SO-2") == before
    assert full.desk.check() == []


def test_what_is_delivered_complete_is_not_divided(tmp_path: Path, process: Kept) -> None:
    """Nor is what was divided before."""
    with bench(tmp_path / "lathe.sqlite", plant=lathe()) as made:
        made.desk.proposals.replanner = process
        promise(made, "SO-1", 240, 4)
        whole = order("SO-2", "bolt", 240, days=4)
        made.desk.promise(ask(replace(whole, ship=ShipMode.COMPLETE, priority=2)))
        force(made, "SO-2", 6)
        assert search(made, ProposalKind.SPLIT, effort=50)[0] == ()
