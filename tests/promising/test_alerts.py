"""Alerts: who needs looking after, why, and each change told once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alerts import CALM, IN_HAND, AlertChange, AlertLevel, level_of
from domain.promises import ReasonKind
from promising.disruption_requests import AmendReport, CloseReport, DisruptionAsk, Report
from promising.hand_requests import HandAsk, MoveWork, Work
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, order


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """Caps: SO-1 from 8 to 10 and SO-2 to noon, promised so; SO-3 until Friday eight o'clock."""
    with bench(tmp_path / "plant.sqlite") as made:
        for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
            made.desk.promise(ask(order(order_id, days=days)))
        yield made


def levels(shop: Bench) -> dict[str, AlertLevel]:
    return {alert.order_id: alert.level for alert in shop.desk.alerts()[1]}


def told(shop: Bench, after: int) -> list[tuple[AlertChange, str]]:
    return [(each.change, each.alert.order_id) for each in shop.desk.wait_alerts(after, 0) or ()]


def test_little_time_in_hand_is_an_alert_with_what_it_waits_for(shop: Bench) -> None:
    """SO-2 could be done at ten if SO-1 were not before it: two hours in hand. SO-3 has four days, less two hours."""
    _, (first, second) = shop.desk.alerts()
    assert (first.order_id, first.slack, first.causes) == ("SO-1", timedelta(0), ())
    assert (second.order_id, second.level, second.slack) == ("SO-2", AlertLevel.HOURS_24, timedelta(hours=2))
    (cause, *_) = second.causes
    assert (cause.kind, cause.duration, cause.orders) == (ReasonKind.MOULD, timedelta(hours=2), ("SO-1",))
    assert second.concerns("SO-1")
    assert not second.concerns("SO-3")


def test_an_alert_opens_changes_and_closes_and_says_nothing_twice(shop: Bench) -> None:
    """The mould away makes SO-2 late; back again it is in time; cancelled it needs nobody."""
    sequence, _ = shop.desk.alerts()
    assert told(shop, 0) == [(AlertChange.OPENED, "SO-1"), (AlertChange.OPENED, "SO-2")]
    assert shop.desk.alerts()[0] == sequence
    shop.desk.disrupt(DisruptionAsk(Report("CAP", start=at(2), end=at(7)), "d-1", "floor"))
    assert levels(shop)["SO-2"] is AlertLevel.LATE
    assert told(shop, sequence) == [(AlertChange.CHANGED, "SO-2")]
    (late,) = [alert for alert in shop.desk.alerts()[1] if alert.order_id == "SO-2"]
    assert (late.disruption_id, late.expected, late.concerns("D-1")) == ("D-1", at(9), True)
    shop.desk.disrupt(DisruptionAsk(CloseReport("D-1"), "c-1", "floor"))
    assert levels(shop)["SO-2"] is AlertLevel.HOURS_24
    shop.desk.change(cancel("SO-2"))
    assert levels(shop) == {"SO-1": AlertLevel.HOURS_24}
    assert told(shop, sequence)[-1] == (AlertChange.CLOSED, "SO-2")
    sequence, _ = shop.desk.alerts()
    assert shop.desk.wait_alerts(sequence, 0) == []


def test_time_that_passes_raises_the_level_step_by_step(shop: Bench) -> None:
    """SO-3, two hours for Friday eight o'clock, is put off to Thursday by hand: its time in hand runs down."""
    shop.desk.handle(HandAsk(Work(order_id="SO-3"), MoveWork(start=at(72)), "h-1"))
    found = []
    for hours in (0.5, 24.5, 48.5, 70):
        shop.desk.set_clock(at(hours))
        found.append(levels(shop).get("SO-3"))
    assert found == [None, AlertLevel.HOURS_72, AlertLevel.HOURS_48, AlertLevel.HOURS_24]
    shop.desk.set_clock(at(75))
    assert shop.desk.alerts()[1] == []


def test_a_restart_tells_nothing_anew_and_goes_on_from_what_was_told(places) -> None:
    """What stood stands since then; what came while nobody looked is told, once."""
    with bench(places()) as shop:
        for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 4)):
            shop.desk.promise(ask(order(order_id, days=days)))
        _, before = shop.desk.alerts()
        shop.desk.set_clock(at(1))
        shop.restart()
        _, after = shop.desk.alerts()
        assert [(each.name, each.opened, each.changed) for each in after] == [
            (each.name, at(0), at(0)) for each in before
        ]
        assert told(shop, 0) == []
        shop.desk.disrupt(DisruptionAsk(Report("CAP", start=at(2), end=at(7)), "d-1", "floor"))
        shop.restart()
        assert levels(shop)["SO-2"] is AlertLevel.LATE
        assert told(shop, 0) == [(AlertChange.CHANGED, "SO-2")]
        shop.restart()
        shop.desk.alerts()
        assert told(shop, 0) == []
        shop.desk.change(cancel("SO-2"))
        shop.desk.alerts()
        shop.restart()
        assert "SO-2" not in levels(shop)
        assert told(shop, 0) == []


def test_small_changes_of_what_is_late_are_no_news_until_they_add_up(shop: Bench) -> None:
    """SO-2 is late; twice 40 minutes more: the second time it is more than an hour off what was told."""
    shop.desk.disrupt(DisruptionAsk(Report("CAP", start=at(2), end=at(7)), "d-1", "floor"))
    sequence, _ = shop.desk.alerts()
    for minutes, news in ((40, []), (80, [(AlertChange.CHANGED, "SO-2")]), (100, [])):
        end = at(7) + timedelta(minutes=minutes)
        shop.desk.disrupt(DisruptionAsk(AmendReport("D-1", end=end), f"a-{minutes}", "floor"))
        (late,) = [alert for alert in shop.desk.alerts()[1] if alert.order_id == "SO-2"]
        assert late.expected == at(9) + timedelta(minutes=minutes)
        assert told(shop, sequence) == news
        sequence += len(news)


@given(st.lists(st.integers(-10, 100), min_size=1, max_size=30))
def test_a_level_never_goes_down_and_up_again_within_the_margin(hours: list[int]) -> None:
    """However the time in hand moves: at least as grave as it is, and calmer only by more than the margin."""
    order_of = [AlertLevel.LATE, *(level for level, _ in IN_HAND), None]
    was = None
    for each in hours:
        slack = timedelta(hours=each)
        plain = level_of(False, slack)
        now = level_of(False, slack, was)
        assert order_of.index(now) <= order_of.index(plain)
        if was is not None and order_of.index(now) > order_of.index(was):
            assert slack - CALM >= dict(IN_HAND)[was]
        was = now
