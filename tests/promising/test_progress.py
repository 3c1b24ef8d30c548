"""The shop floor reports: the plan's present is what was reported, and what it costs is told."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import InvalidInput, RequestIdReused
from domain.progress import MarkKind
from domain.promises import Cause, EventKind, PromiseState
from promising.disruption_requests import CloseReport, DisruptionAsk, Report
from promising.progress_requests import ItemOutcome, ProgressAsk, ProgressItem
from tests.promising.desks import MONDAY, Bench, ask, bench, order

RECORDED, KNOWN, REFUSED = ItemOutcome.RECORDED, ItemOutcome.KNOWN, ItemOutcome.REFUSED


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def item(kind: str, order_id: str, hours: float | None = None, operation_id: str = "mould", **fields) -> ProgressItem:
    time = None if hours is None else at(hours)
    return ProgressItem(MarkKind(kind), order_id, 1, operation_id, time=time, **fields)


def said(*items: ProgressItem, request_id: str = "p-1", **fields) -> ProgressAsk:
    return ProgressAsk(items, request_id, "floor", "MES", **fields)


def outcomes(made) -> list[ItemOutcome]:
    return [each.outcome for each in made.items]


@pytest.fixture
def three(shop: Bench) -> Bench:
    """Caps: SO-1 runs from 8 to 10 and SO-2 follows, both promised so; SO-3, behind them, has until Friday."""
    for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
        shop.desk.promise(ask(order(order_id, days=days)))
    shop.desk.set_clock(at(1))
    return shop


def stands(shop: Bench) -> list[tuple[PromiseState, datetime | None]]:
    lines = (shop.desk.get(f"SO-{n}").lines[0] for n in (1, 2, 3))
    return [(line.state, line.expected_time) for line in lines]


def test_a_late_start_puts_what_hangs_on_it_at_risk_with_the_report_as_the_cause(three: Bench) -> None:
    """SO-1 began at 8:45, not at 8."""
    made = three.desk.progress(said(item("started", "SO-1", 0.75)))
    assert outcomes(made) == [RECORDED]
    assert (made.items[0].start, made.items[0].end) == (at(0.75), at(2.75))
    assert stands(three) == [
        (PromiseState.AT_RISK, at(2.75)), (PromiseState.AT_RISK, at(4.75)), (PromiseState.CONFIRMED, at(6.75)),
    ]  # fmt: skip
    assert [(row.order_id, row.expected, row.before) for row in made.at_risk] == [
        ("SO-1", at(2.75), at(2)), ("SO-2", at(4.75), at(4)),
    ]  # fmt: skip
    assert made.at_risk[1].cause == Cause(made.cause_id, "mould", "M1")
    assert three.desk.check() == []


def test_the_same_again_is_known_and_a_contradiction_is_refused_alone(three: Bench) -> None:
    """A system that repeats itself, and one that says two things."""
    three.desk.progress(said(item("started", "SO-1", 0.75)))
    before = stands(three)
    made = three.desk.progress(
        said(
            item("started", "SO-1", 0.75), item("started", "SO-1", 0.5), item("finished", "SO-9", 1),
            item("produced", "SO-1", 1, good=10), request_id="p-2",
        )
    )  # fmt: skip
    assert outcomes(made) == [KNOWN, REFUSED, REFUSED, RECORDED]
    assert "it was reported: started 2026-03-02T00:45" in made.items[1].wrong[0].problem
    assert stands(three) != before
    assert three.desk.check() == []


def test_a_restart_finds_the_same_plan_and_the_same_reports(three: Bench) -> None:
    """What was told is known again after the desk was opened anew."""
    three.desk.progress(said(item("started", "SO-1", 0.75), item("produced", "SO-1", 1, good=10)))
    before = stands(three), three.desk.schedule()
    three.restart()
    assert (stands(three), three.desk.schedule()) == before
    made = three.desk.progress(said(item("produced", "SO-1", 1, good=10), request_id="p-2"))
    assert outcomes(made) == [KNOWN]


def test_a_retry_is_answered_as_before_and_another_content_is_refused(three: Bench) -> None:
    """Under one request id."""
    made = three.desk.progress(said(item("started", "SO-1", 0.75)))
    assert three.desk.progress(said(item("started", "SO-1", 0.75))).items == made.items
    with pytest.raises(RequestIdReused):
        three.desk.progress(said(item("started", "SO-1", 0.5)))
    assert [event.kind for event in three.desk.events()].count(EventKind.PROGRESS_REPORTED) == 1


def test_a_dry_run_changes_nothing(three: Bench) -> None:
    """The answer tells what would be."""
    before, log = three.desk.schedule(), three.desk.last_event()
    made = three.desk.progress(said(item("started", "SO-1", 0.75), validate_only=True))
    assert (made.applied, len(made.at_risk)) == (False, 2)
    assert (three.desk.schedule(), three.desk.last_event()) == (before, log)


BAD = [
    (item("started", "SO-1", 1.5), "time"),
    (item("started", "SO-1", -100), "time"),
    (item("started", "SO-1", 1, good=3), "good_count"),
    (item("produced", "SO-1", 1), "good_count"),
    (item("produced", "SO-1", 1, good=-1), "good_count"),
    (item("finished", "SO-1", 1, expected=at(3)), "expected_time"),
    (item("paused", "SO-1", 1, expected=at(0)), "expected_time"),
    (item("started", "SO-1", 1, "paint"), "operation_id"),
    (item("started", "SO-1", 1, resource_id="M9"), "resource_id"),
    (item("started", "", 1), "order_id"),
    (ProgressItem(MarkKind.STARTED, operation_key=999), "operation_key"),
]


def test_reports_that_can_not_be_are_refused_with_their_fields(three: Bench) -> None:
    """And the one that can counts."""
    made = three.desk.progress(said(*(bad for bad, _ in BAD), item("finished", "SO-1", 1)))
    assert outcomes(made) == [REFUSED] * len(BAD) + [RECORDED]
    assert [each.wrong[0].field for each in made.items[:-1]] == [field for _, field in BAD]


def test_a_disruption_and_progress_repeated_give_the_same_log_and_the_same_plan(tmp_path: Path) -> None:
    """Two desks are told the same, from the first order to the last report; one of them is restarted on the way."""
    told = []
    for name in ("first", "second"):
        with bench(tmp_path / f"{name}.sqlite") as shop:
            for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
                shop.desk.promise(ask(order(order_id, days=days)))
            shop.desk.set_clock(at(1))
            shop.desk.progress(said(item("started", "SO-1", 0.5), item("produced", "SO-1", 1, good=30)))
            if name == "second":
                shop.crash()
            shop.desk.disrupt(DisruptionAsk(Report("CAP", end=at(6)), "d-1", "floor"))
            shop.desk.set_clock(at(7))
            shop.desk.progress(said(item("paused", "SO-1", 6.5, expected=at(8)), request_id="p-2"))
            shop.desk.disrupt(DisruptionAsk(CloseReport("D-1"), "d-2", "floor"))
            shop.desk.set_clock(at(9))
            shop.desk.progress(said(item("finished", "SO-1", 8.75, good=238, scrapped=4), request_id="p-3"))
            assert shop.desk.check() == []
            told.append((shop.desk.events(), shop.desk.schedule(), stands(shop), shop.desk.at_risk()))
    assert told[0] == told[1]


def test_no_reports_are_refused(three: Bench) -> None:
    """An empty list is a mistake."""
    with pytest.raises(InvalidInput, match="reports"):
        three.desk.progress(said())


def test_goods_are_there_when_all_steps_have_ended_whichever_was_told_to_end_last(shop: Bench) -> None:
    """The packing of the box was told to be over before its moulding was: it leaves on Wednesday, not on Monday."""
    told = shop.desk.promise(ask(order("SO-1", "box", 60, days=1))).lines[0]
    assert told.expected_time is not None
    shop.desk.set_clock(at(50))
    shop.desk.progress(said(item("started", "SO-1", 3, "pack")))
    made = shop.desk.progress(said(item("finished", "SO-1", 50), request_id="p-2"))
    assert outcomes(made) == [RECORDED]
    line = shop.desk.get("SO-1").lines[0]
    assert (line.state, line.expected_time) == (PromiseState.AT_RISK, at(50))
    assert shop.desk.check() == []
