"""A planner's hand: pinned work stays, moved work stands where it was put, what breaks is told before it is done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import (
    CannotMoveWork,
    InvalidInput,
    NotFound,
    PlanChanged,
    RequestIdReused,
    WouldBreakPromises,
    WrongState,
)
from domain.promises import EventKind, PromiseState
from domain.values import replace
from promising.disruption_requests import DisruptionAsk, Report
from promising.hand_requests import HandAsk, MoveWork, PinWork, UnpinWork, Work
from promising.settings import DeskSettings, Redispatch
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, order


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def by_hand(change, order_id="SO-3", request_id="h-1", **fields):
    return HandAsk(Work(order_id=order_id), change, request_id, "planner", **fields)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path / "plant.sqlite") as made:
        yield made


@pytest.fixture
def three(shop: Bench) -> Bench:
    """Caps: SO-1 runs from 8 to 10, SO-2 to noon, both promised so; SO-3 to 14:00, promised for Friday."""
    for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
        shop.desk.promise(ask(order(order_id, days=days)))
    shop.desk.set_clock(at(1))
    return shop


def starts(shop: Bench) -> dict[str, datetime]:
    return {row.order_id: row.start for row in shop.desk.schedule()}


def test_a_pin_is_told_kept_over_a_restart_and_let_go(three: Bench) -> None:
    """SO-3 is pinned at noon: listed with who and why; let go, it is pinned no longer."""
    made = three.desk.handle(by_hand(PinWork(), reason="customer visits"))
    (pin,) = three.desk.pins()
    assert made.pin == pin
    assert (pin.name, pin.start, pin.pinned_by, pin.reason) == ("SO-3/1/mould", at(4), "planner", "customer visits")
    assert (made.at_risk, made.moved, made.applied) == ((), 0, True)
    event = three.desk.events()[-1]
    assert (event.kind, event.order_id, event.actor) == (EventKind.WORK_PINNED, "SO-3", "planner")
    three.crash()
    assert three.desk.pins() == [pin]
    assert three.desk.handle(by_hand(PinWork(), reason="customer visits")) == made
    # Before, that forgot why.
    again = three.desk.handle(by_hand(PinWork(), request_id="h-1b")).pin
    assert (again.name, again.reason) == ("SO-3/1/mould", "customer visits")
    three.desk.handle(by_hand(UnpinWork(), request_id="h-2"))
    assert three.desk.pins() == []
    assert three.kinds()[-1] is EventKind.WORK_UNPINNED
    three.crash()
    assert (three.desk.pins(), three.desk.check()) == ([], [])


def test_pinned_work_stays_where_others_leave_room_and_when_all_is_dispatched_anew(tmp_path: Path) -> None:
    """SO-2 is cancelled: SO-3, pinned at noon, doesn't follow, though the desk re-dispatches after each decision."""
    eager = DeskSettings(redispatch=Redispatch.AFTER_EACH, check_in_background=False)
    with bench(tmp_path / "eager.sqlite", settings=eager) as shop:
        for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
            shop.desk.promise(ask(order(order_id, days=days)))
        shop.desk.handle(by_hand(PinWork()))
        shop.desk.change(cancel("SO-2"))
        shop.desk.promise(ask(order("SO-4", days=4)))
        assert starts(shop)["SO-3"] == at(4)
        assert starts(shop)["SO-4"] == at(2)
        assert shop.desk.check() == []


def test_a_move_is_told_before_it_is_done_and_needs_consent_for_each_promise_that_it_breaks(three: Bench) -> None:
    """SO-3 in front of SO-2, at ten: SO-2 is expected at 14:00, promised for noon."""
    move = MoveWork(start=at(2))
    before = three.desk.schedule()
    trial = three.desk.handle(by_hand(move, request_id="trial", validate_only=True))
    assert [(row.order_id, row.before, row.expected) for row in trial.at_risk] == [("SO-2", at(4), at(6))]
    assert (trial.applied, trial.operation.start, trial.moved, trial.shifted) == (False, at(2), 1, 2)
    with pytest.raises(WouldBreakPromises, match="SO-2 line 1"):
        three.desk.handle(by_hand(move))
    assert (three.desk.schedule(), three.desk.pins(), three.desk.at_risk()) == (before, [], [])
    made = three.desk.handle(by_hand(replace(move, break_most=1), request_id="h-2", reason="boss"))
    assert (made.at_risk, made.pin is not None) == (trial.at_risk, True)
    assert starts(three) == {"SO-1": at(0), "SO-3": at(2), "SO-2": at(4)}
    assert three.desk.get("SO-2").lines[0].state is PromiseState.AT_RISK
    assert three.desk.get("SO-2").lines[0].cause.disruption_id == "by hand: SO-3/1/mould"
    assert three.kinds()[-2:] == [EventKind.WORK_MOVED, EventKind.AT_RISK]
    schedule = three.desk.schedule()
    three.crash()
    assert (three.desk.schedule(), three.desk.check(), three.desk.pins()) == (schedule, [], [made.pin])


def test_what_was_late_by_hand_is_in_time_again_when_it_is_let_go(three: Bench) -> None:
    """SO-2 is moved to 14:00, and begins at ten again: before, it was at risk and expected in time."""
    three.desk.change(cancel("SO-3"))
    late = by_hand(MoveWork(start=at(6), break_most=1), order_id="SO-2")
    assert [row.order_id for row in three.desk.handle(late).at_risk] == ["SO-2"]
    free = three.desk.handle(by_hand(UnpinWork(), request_id="h-2", order_id="SO-2"))
    assert (free.recovered, free.at_risk, free.operation.start) == ((("SO-2", 1),), (), starts(three)["SO-2"])
    line = three.desk.get("SO-2").lines[0]
    assert (line.state, line.expected_time <= line.promised_time) == (PromiseState.CONFIRMED, True)
    assert three.kinds()[-2:] == [EventKind.WORK_UNPINNED, EventKind.RECOVERED]
    assert (three.desk.at_risk(), three.desk.check()) == ([], [])


def test_behind_another_operation_and_to_the_next_shift(three: Bench) -> None:
    """SO-2 behind SO-3: it takes its place, pinned; a time in the night means the next morning."""
    made = three.desk.handle(by_hand(MoveWork(behind=Work(order_id="SO-3"), break_most=1), order_id="SO-2"))
    assert made.operation.start == at(6)
    assert starts(three)["SO-3"] == at(2)
    made = three.desk.handle(by_hand(MoveWork(start=at(14)), request_id="h-3"))
    assert made.operation.start == at(24)
    assert three.desk.check() == []


def test_a_disruption_lifts_the_pin_that_it_breaks_and_says_so(three: Bench) -> None:
    """The mould is away from 9 to 15: SO-3, pinned at noon, may move again."""
    three.desk.handle(by_hand(PinWork()))
    three.desk.disrupt(DisruptionAsk(Report("CAP", end=at(7)), "d-1", "floor"))
    assert three.desk.pins() == []
    told = [event for event in three.desk.events() if event.kind is EventKind.WORK_UNPINNED]
    assert [(event.order_id, event.reason, event.actor) for event in told] == [("SO-3", "D-1", "floor")]
    three.crash()
    assert (three.desk.pins(), three.desk.check()) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "error", "why"),
    [
        (by_hand(PinWork(), "SO-9"), NotFound, "SO-9"),
        (HandAsk(Work(key=99), PinWork(), "h-9"), NotFound, "99"),
        (HandAsk(Work(), PinWork(), "h-9"), InvalidInput, "names no operation"),
        (by_hand(PinWork(), "SO-1"), WrongState, "begun"),
        (by_hand(UnpinWork()), WrongState, "not pinned"),
        (by_hand(MoveWork("M9")), InvalidInput, "no resource 'M9'"),
        (by_hand(MoveWork("SETTER")), CannotMoveWork, "cannot be done on SETTER"),
        (by_hand(MoveWork(start=at(1.5), break_most=9)), CannotMoveWork, "not free"),
        (by_hand(MoveWork(start=at(24 * 4000))), CannotMoveWork, "no working time"),
        (by_hand(MoveWork(start=at(5), behind=Work(order_id="SO-2"))), InvalidInput, "one of the two"),
        (by_hand(MoveWork(behind=Work(order_id="SO-3"))), InvalidInput, "the operation itself"),
        (by_hand(PinWork(), plan_version=1), PlanChanged, "version"),
        (HandAsk(Work(order_id="SO-3"), PinWork(), ""), InvalidInput, "request_id"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(three: Bench, wrong, error, why) -> None:
    """Each with what was wrong."""
    before = (three.desk.schedule(), three.desk.pins(), three.desk.last_event())
    with pytest.raises(error, match=why):
        three.desk.handle(wrong)
    assert (three.desk.schedule(), three.desk.pins(), three.desk.last_event()) == before
    assert three.desk.check() == []


def test_a_request_id_is_for_one_change(three: Bench) -> None:
    """The same id with another content is refused."""
    three.desk.handle(by_hand(PinWork()))
    with pytest.raises(RequestIdReused):
        three.desk.handle(by_hand(UnpinWork()))


def test_held_work_is_confirmed_before_it_is_pinned(shop: Bench) -> None:
    """A hold may still go, and is placed anew when it is confirmed."""
    shop.desk.promise(ask(order("SO-3", days=4), hold_until=at(24)))
    with pytest.raises(WrongState, match="confirm it"):
        shop.desk.handle(by_hand(PinWork()))
