"""A rush order passes others: each is named with its minutes and whether its promise survives, before it is done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import InvalidInput, NotFound, RequestIdReused, WouldBreakPromises, WrongState
from domain.promises import EventKind, PromiseState
from promising.rush import RushAsk
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, order


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """Caps of priority 5: SO-1 from 8 to 10, SO-2 to noon, promised so; SO-3 for Friday; SO-4 as early as can be."""
    with bench(tmp_path / "plant.sqlite") as made:
        for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4), ("SO-4", 0)):
            made.desk.promise(ask(order(order_id, days=days)))
        made.desk.set_clock(at(1))
        yield made


def rush(order_id: str = "SO-4", priority: int = 1, request_id: str = "r-1", **fields) -> RushAsk:
    return RushAsk(order_id, priority, request_id, "planner", **fields)


def planned(shop: Bench) -> dict[str, tuple[datetime | None, datetime | None]]:
    names = ("SO-1", "SO-2", "SO-3", "SO-4")
    lines = [shop.desk.get(name).lines[0] for name in names]
    return {name: (line.promised_time, line.expected_time) for name, line in zip(names, lines, strict=True)}


def test_whom_it_displaces_is_told_before_it_is_done(shop: Bench) -> None:
    """SO-4 from 16:00 to noon: SO-2 two hours late for it, SO-3 later within its promise, SO-1 has begun."""
    before = planned(shop)
    assert before["SO-4"] == (at(6), at(6)) or before["SO-3"] == (at(96), at(8))
    trial = shop.desk.rush(rush(request_id="trial", validate_only=True))
    told = [(each.order_id, each.delay, each.survives) for each in trial.displaced]
    assert ("SO-2", timedelta(hours=2), False) in told
    assert all(name == "SO-2" or survives for name, _, survives in told)
    assert (planned(shop), trial.applied) == (before, False)
    with pytest.raises(WouldBreakPromises, match="SO-2 line 1"):
        shop.desk.rush(rush())
    assert planned(shop) == before
    made = shop.desk.rush(rush(break_most=1, reason="line down at the customer"))
    assert (made.displaced, made.after.order.priority) == (trial.displaced, 1)
    after = planned(shop)
    assert after["SO-4"] == (at(4), at(4))
    assert after["SO-2"] == (at(4), at(6))
    late = shop.desk.get("SO-2").lines[0]
    assert (late.state, late.cause.disruption_id) == (PromiseState.AT_RISK, "rush: SO-4")
    kinds = [event.kind for event in shop.desk.events()]
    assert kinds[-2:] == [EventKind.RUSHED, EventKind.AT_RISK]
    shop.crash()
    assert (planned(shop), shop.desk.check()) == (after, [])
    again = shop.desk.rush(rush(break_most=1, reason="line down at the customer"))
    assert (again.displaced, again.after) == (made.displaced, made.after)
    with pytest.raises(RequestIdReused):
        shop.desk.rush(rush(priority=2))


def test_what_is_told_is_what_is_planned_where_the_order_was_in_time_anyway(shop: Bench) -> None:
    """SO-3 for Friday comes when it does: before, it was told when it stood until SO-4 had its place again."""
    before = planned(shop)["SO-3"]
    trial = shop.desk.rush(rush("SO-3", request_id="trial", validate_only=True))
    made = shop.desk.rush(rush("SO-3", break_most=9))
    after = planned(shop)["SO-3"]
    assert (made.before.lines[0].promised_time, made.before.lines[0].expected_time) == before
    assert (made.after.lines[0].promised_time, made.after.lines[0].expected_time) == after
    assert trial.after.lines == made.after.lines


def test_nobody_of_the_same_or_a_higher_priority_gives_way(shop: Bench) -> None:
    """SO-2 has priority 1 by a rush of its own; SO-4 with priority 2 passes SO-3 only, in time or not."""
    shop.desk.rush(rush("SO-2", 1, "r-0", break_most=9))
    second = planned(shop)["SO-2"]
    shop.desk.rush(rush(priority=2, break_most=9))
    assert planned(shop)["SO-2"] == second
    assert shop.desk.check() == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (rush("SO-9"), NotFound),
        (rush("SO-1"), WrongState),
        (rush(priority=5), InvalidInput),
        (rush(priority=6), InvalidInput),
        (rush(request_id=""), InvalidInput),
    ],
)
def test_what_cannot_be_rushed_is_refused(shop: Bench, wrong, error) -> None:
    """Unknown, begun, no higher priority, without an id."""
    before = (planned(shop), shop.desk.last_event())
    with pytest.raises(error):
        shop.desk.rush(wrong)
    assert (planned(shop), shop.desk.last_event()) == before
    shop.desk.change(cancel("SO-3"))
    with pytest.raises(WrongState):
        shop.desk.rush(rush("SO-3", request_id="r-9"))
