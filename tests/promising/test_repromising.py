"""Re-promising: who must be had as asked, who may only improve, and who gives way, told before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import CannotMoveWork, InvalidInput, NotFound, PlanChanged, RequestIdReused
from domain.orders import ShipMode
from domain.promises import EventKind, Outcome, PromiseState, Source
from domain.quotas import Quota
from domain.repromises import Became, Treatment
from domain.supply import OnHand
from domain.trade import Channel
from domain.values import replace
from promising.disruption_requests import DisruptionAsk, Report
from promising.feed_requests import Feed
from promising.repromise_requests import RepromiseAsk, Repromised, Selection
from promising.requests import order_state
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, order, shop

LOW, HIGH, SOLD = Selection(order_ids=("LOW",)), Selection(priority_to=2), Selection(order_ids=("LOW", "HIGH"))


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def buy(made: Bench, name: str, quantity: int, hours: float, priority: int = 5, **fields) -> None:
    made.desk.promise(ask(replace(order(name, quantity=quantity, days=hours / 24), priority=priority, **fields)))


def anew(request_id: str = "r-1", **fields) -> RepromiseAsk:
    return RepromiseAsk(request_id, "planner", **fields)


def promised(made: Bench) -> dict[str, datetime | None]:
    found = made.desk._stands.book.all()
    return {each.order.id: each.lines[0].promised_time for each in found if each.order.id != "FIRST"}


def became(told: Repromised) -> dict[str, Became]:
    return {row.line.order_id: row.became for row in told.lines}


@pytest.fixture
def caps(tmp_path: Path) -> Iterator[Bench]:
    """LOW has the mould from 9 to 13 for then; HIGH came later, was asked for 13:00 as well, and got 17:00."""
    with bench(tmp_path / "plant.sqlite") as made:
        buy(made, "FIRST", 120, 1, 3)
        buy(made, "LOW", 480, 5, 7)
        buy(made, "HIGH", 480, 5, 1)
        yield made


def test_the_one_is_confirmed_as_asked_and_the_other_gives_way_told_before_it_is_done(caps: Bench) -> None:
    """HIGH at 13:00, LOW at 17:00 for it; both customers are to be told; a retry gets the same receipt."""
    before = promised(caps)
    assert before == {"LOW": at(5), "HIGH": at(9)}
    events = caps.desk.last_event()
    trial = caps.desk.repromise(anew("trial", confirm=(HIGH,), give_way=(LOW,), validate_only=True))
    assert (promised(caps), caps.desk.last_event(), trial.applied) == (before, events, False)
    assert became(trial) == {"HIGH": Became.EARLIER, "LOW": Became.LATER}
    made = caps.desk.repromise(anew(confirm=(HIGH,), give_way=(LOW,), reason="resin came"))
    assert (made.lines, made.told, made.applied) == (trial.lines, trial.told, True)
    assert promised(caps) == {"LOW": at(9), "HIGH": at(5)}
    told = {row.order_id: (row.promised_before, row.promised_after, row.customer_id) for row in made.told}
    assert told == {"HIGH": (at(9), at(5), "ACME"), "LOW": (at(5), at(9), "ACME")}
    low = next(row for row in made.lines if row.line.order_id == "LOW")
    assert any("HIGH" in reason.orders for reason in low.reasons)
    assert sum((reason.duration for reason in low.reasons), timedelta()) == timedelta(hours=9)
    rows = [event for event in caps.desk.events() if event.kind is EventKind.REPROMISED]
    assert {row.order_id: (row.actor, row.reason, row.detail) for row in rows} == {
        "HIGH": ("planner", "resin came", f"1: {at(9).isoformat()}>{at(5).isoformat()}"),
        "LOW": ("planner", "resin came", f"1: {at(5).isoformat()}>{at(9).isoformat()}"),
    }
    lines = [caps.desk.get(name).lines[0] for name in ("LOW", "HIGH")]
    assert [(line.outcome, line.requested_time) for line in lines] == [(Outcome.LATER, at(5)), (Outcome.ON_TIME, at(5))]
    caps.crash()
    assert (promised(caps), caps.desk.check()) == ({"LOW": at(9), "HIGH": at(5)}, [])
    assert caps.desk.repromise(anew(confirm=(HIGH,), give_way=(LOW,), reason="resin came")) == made
    with pytest.raises(RequestIdReused):
        caps.desk.repromise(anew(confirm=(HIGH,)))


def test_what_must_be_had_and_cannot_be_keeps_all_as_it_is(caps: Bench) -> None:
    """LOW keeps its promise, so that HIGH comes at 17:00 at the earliest."""
    before = promised(caps), caps.desk.last_event()
    trial = caps.desk.repromise(anew("trial", confirm=(HIGH,), validate_only=True))
    assert [(row.became, row.earliest, row.treatment) for row in trial.lines] == [
        (Became.MISSED, at(9), Treatment.CONFIRM)
    ]
    with pytest.raises(CannotMoveWork, match="HIGH line 1: 2026-03-02T09:00:00"):
        caps.desk.repromise(anew(confirm=(HIGH,)))
    assert (promised(caps), caps.desk.last_event()) == before
    assert caps.desk.check() == []


def test_who_may_only_improve_takes_what_became_free_and_is_never_later(caps: Bench) -> None:
    """LOW is cancelled: HIGH comes at 13:00, and once more changes nothing."""
    caps.desk.change(cancel("LOW"))
    made = caps.desk.repromise(anew(improve=(SOLD,)))
    assert became(made) == {"HIGH": Became.EARLIER}
    assert promised(caps)["HIGH"] == at(5)
    events = caps.desk.last_event()
    again = caps.desk.repromise(anew("r-2", improve=(SOLD,)))
    assert (became(again), again.told, caps.desk.last_event()) == ({"HIGH": Became.AS_IT_WAS}, (), events)


def test_material_that_came_is_given_to_who_may_improve(tmp_path: Path) -> None:
    """300 caps are counted: what was to be made by 14:00 is there at noon; nobody else is asked."""
    with bench(tmp_path / "plant.sqlite") as made:
        buy(made, "LOW", 480, 4, 7)
        buy(made, "HIGH", 240, 4, 1)
        assert promised(made)["HIGH"] == at(6)
        made.desk.feed(Feed("f-1", "erp", stock=(OnHand("cap", 300, made.desk.now()),)))
        told = made.desk.repromise(anew(improve=(HIGH,)))
        assert became(told) == {"HIGH": Became.EARLIER}
        assert promised(made) == {"LOW": at(4), "HIGH": at(4)}
        assert [(peg.source, peg.quantity) for peg in made.pegs("HIGH")] == [(Source.STOCK, 240)]
        assert made.desk.check() == []


def test_lines_that_a_breakdown_puts_at_risk_give_way_to_dates_that_hold(caps: Bench) -> None:
    """The mould is out until 15:00: LOW, begun, is told when it comes, and HIGH after it; both hold again."""
    caps.desk.set_clock(at(2))
    caps.desk.disrupt(DisruptionAsk(Report("CAP", end=at(7), reason="cracked"), "down", "floor"))
    assert order_state(caps.desk.get("LOW")) is PromiseState.AT_RISK
    made = caps.desk.repromise(anew(give_way=(SOLD,)))
    assert {row.line.order_id: (row.became, row.fixed) for row in made.lines} == {
        "LOW": (Became.LATER, True),
        "HIGH": (Became.LATER, False),
    }
    for name in ("LOW", "HIGH"):
        found = caps.desk.get(name)
        assert order_state(found) is PromiseState.CONFIRMED
        assert found.lines[0].expected_time <= found.lines[0].promised_time
        assert found.lines[0].cause is None
    assert caps.desk.check() == []


def test_an_order_that_is_delivered_complete_moves_as_a_whole(tmp_path: Path) -> None:
    """Two lines, one date: both give way to HIGH."""
    with bench(tmp_path / "plant.sqlite") as made:
        buy(made, "FIRST", 120, 1, 3)
        both = order("LOW", quantity=240, days=5 / 24)
        second = replace(both.lines[0], line_no=2)
        both = replace(both, lines=(*both.lines, second), priority=7, ship=ShipMode.COMPLETE)
        made.desk.promise(ask(both))
        buy(made, "HIGH", 480, 5, 1)
        made.desk.repromise(anew(confirm=(HIGH,), give_way=(LOW,)))
        assert {line.promised_time for line in made.desk.get("LOW").lines} == {at(9)}
        assert promised(made)["HIGH"] == at(5)
        assert made.desk.check() == []


def test_nobody_is_brought_forward_into_a_period_whose_quota_others_have(tmp_path: Path) -> None:
    """The channel's 500 caps of this week are taken: WEB stays in the next one, though the machine is free."""
    quota = Quota("CAPS", "web", item_id="cap", pieces=500)
    plant = replace(shop(), channels=(Channel("web"),), quotas=(quota,))
    with bench(tmp_path / "plant.sqlite", plant=plant) as made:
        buy(made, "FULL", 480, 48, channel_id="web")
        buy(made, "WEB", 100, 48, channel_id="web")
        assert promised(made)["WEB"] == at(7 * 24)
        told = made.desk.repromise(anew(improve=(Selection(order_ids=("WEB",)),)))
        assert became(told) == {"WEB": Became.AS_IT_WAS}
        used = made.desk._stands.book.quotas.used()
        made.desk.repromise(anew("trial", give_way=(Selection(),), validate_only=True))
        assert made.desk._stands.book.quotas.used() == used


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (lambda: anew(""), InvalidInput),
        (lambda: anew(confirm=(HIGH,), plan_version=1), PlanChanged),
        (lambda: RepromiseAsk("r-1"), InvalidInput),
        (lambda: anew(confirm=(Selection(priority_from=3, priority_to=2),)), InvalidInput),
        (lambda: anew(confirm=(Selection(order_ids=("",)),)), InvalidInput),
        (lambda: anew(confirm=(Selection(),) * 101), InvalidInput),
        (lambda: anew(confirm=(HIGH,), give_way=(Selection(order_ids=("SO-1", "SO-404")),)), NotFound),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(caps: Bench, wrong, error) -> None:
    """Without an id or a selection, of another plan, priorities the wrong way round, no id, too many, no such order."""
    before = promised(caps), caps.desk.last_event()
    with pytest.raises(error):
        caps.desk.repromise(wrong())
    assert (promised(caps), caps.desk.last_event()) == before


ORDERS = st.lists(
    st.tuples(
        st.sampled_from(["cap", "lid", "box"]), st.integers(1, 400), st.sampled_from([2, 4, 8, 30]), st.integers(1, 9)
    ),
    min_size=2,
    max_size=7,
)
WAYS = st.lists(st.sampled_from([None, *Treatment]), min_size=7, max_size=7)


BROKEN = st.sampled_from(["", "M1", "CAP"])


@settings(max_examples=8, deadline=None)
@given(ORDERS, WAYS, BROKEN, st.booleans())
def test_nobody_gets_what_his_treatment_does_not_allow(tmp_path_factory, orders, ways, broken, late) -> None:
    """As asked, never later, as it was: whatever is promised, breaks and is selected; and a restart tells the same."""
    live(tmp_path_factory, orders, ways, broken, late=late)


@pytest.mark.soak
@settings(max_examples=300, deadline=None)
@given(ORDERS, WAYS, BROKEN, st.booleans())
def test_on_three_hundred_days_too(tmp_path_factory, orders, ways, broken, late) -> None:
    """The same, for longer."""
    live(tmp_path_factory, orders, ways, broken, late=late)


def live(tmp_path_factory, orders, ways, broken, *, late: bool) -> None:
    """A day of these orders, promised anew."""
    with bench(tmp_path_factory.mktemp("day") / "a.sqlite") as made:
        for number, (item, quantity, hours, priority) in enumerate(orders):
            asked = replace(order(f"SO-{number}", item, quantity, days=hours / 24), priority=priority)
            made.desk.promise(ask(asked))
        if late:
            made.desk.set_clock(at(1.5))
        if broken:
            made.desk.disrupt(DisruptionAsk(Report(broken, end=at(9)), "down", "floor"))
        before = {each.order.id: each.lines[0] for each in made.desk._stands.book.all()}
        chosen = {f"SO-{n}": way for n, way in enumerate(ways[: len(orders)]) if way is not None}
        if not chosen:
            return
        of = {way: tuple(name for name, each in chosen.items() if each is way) for way in Treatment}
        fields = {way.value: (Selection(order_ids=names),) for way, names in of.items() if names}
        trial = made.desk.repromise(anew("trial", validate_only=True, **fields))
        assert {each.order.id: each.lines[0] for each in made.desk._stands.book.all()} == before
        if trial.missed:
            with pytest.raises(CannotMoveWork):
                made.desk.repromise(anew(**fields))
            assert made.desk.check() == []
            return
        done = made.desk.repromise(anew(**fields))
        assert done.lines == trial.lines
        after = {each.order.id: each.lines[0] for each in made.desk._stands.book.all()}
        for name, line in after.items():
            way, was = chosen.get(name), before[name]
            if way is Treatment.CONFIRM:
                assert line.promised_time <= line.requested_time
            elif way is Treatment.IMPROVE:
                assert line.promised_time <= was.promised_time
            elif way is None:
                assert line.promised_time == was.promised_time
            assert line.state is not PromiseState.AT_RISK or was.state is PromiseState.AT_RISK
        assert made.desk.check() == []
        made.crash()
        assert {each.order.id: each.lines[0] for each in made.desk._stands.book.all()} == after
        assert made.desk.check() == []
