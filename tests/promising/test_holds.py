"""Holds: a date and its place kept until a time, then confirmed, given up, or gone."""

from datetime import datetime, timedelta

import pytest

from domain.errors import InvalidInput, StaleEtag, WrongState
from domain.plant import ClockMode
from domain.promises import EventKind, Outcome, Promise, PromiseState
from domain.supply import OnHand
from domain.values import replace
from promising.ports import Admission, Verdict
from promising.requests import Accept, Amend, AsQuoted, Confirm, ForceDate, Release
from tests.promising.desks import MONDAY, Bench, ask, cancel, change, order, shop


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def at(count: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + hours(count)


def held(bench: Bench, until: float, order_id: str = "SO-1", days: float = 2, **changes: float) -> Promise:
    return bench.desk.promise(ask(order(order_id, days=days, **changes), hold_until=at(until)))


def test_a_held_order_begins_when_the_hold_ends_and_tells_its_date_without_the_hold(shop: Bench) -> None:
    """Two hours of work, held for four: done at 14:00 at the latest, at 10:00 if it is confirmed at once."""
    promise = held(shop, 4, days=0)
    line = promise.lines[0]
    assert (line.state, line.outcome) == (PromiseState.HELD, Outcome.LATER)
    assert (line.promised_time, line.if_confirmed) == (at(6), at(2))
    assert promise.hold is not None
    assert promise.hold.expires_at == at(4)
    assert [(reason.kind.value, reason.duration) for reason in line.reasons] == [
        ("hold", hours(4)),
        ("process", hours(2)),
    ]
    assert [r.start for r in shop.desk.schedule()] == [at(4)]
    assert shop.desk.get("SO-1") == promise
    assert shop.kinds()[-1] is EventKind.HELD


def test_others_may_go_in_front_of_what_is_held(shop: Bench) -> None:
    """The machine is not idle until the hold ends."""
    held(shop, 4, days=0)
    other = shop.desk.promise(ask(order("SO-2", days=0)))
    assert other.lines[0].promised_time == at(2)
    assert shop.desk.get("SO-1").lines[0].promised_time == at(6)


def test_a_confirmed_hold_gets_the_date_that_can_be_had_now(shop: Bench) -> None:
    """Confirmed after an hour: done two hours later, not at the end of the hold; the receipt tells both dates."""
    held(shop, 4, days=0)
    shop.desk.set_clock(at(1))
    changed = shop.desk.change(change("SO-1", Confirm()))
    line = changed.promise.lines[0]
    assert (line.state, line.promised_time) == (PromiseState.CONFIRMED, at(3))
    assert sum((reason.duration for reason in line.reasons), timedelta(0)) == hours(2)
    assert line.decided_at == at(1)
    assert changed.promise.hold is None
    assert changed.receipt.made
    (told,) = changed.receipt.lines
    assert told.before is not None
    assert told.after is not None
    assert (told.before.promised_time, told.after.promised_time) == (at(6), at(3))
    assert (told.before.state, told.after.state) == (PromiseState.HELD, PromiseState.CONFIRMED)
    assert shop.desk.get("SO-1") == changed.promise
    assert shop.kinds()[-1] is EventKind.CONFIRMED
    assert shop.desk.events()[-1].detail == f"1: {at(6).isoformat()}>{at(3).isoformat()}, held>confirmed"
    shop.desk.set_clock(at(5))
    assert shop.desk.get("SO-1").lines[0].state is PromiseState.CONFIRMED
    assert shop.desk.check() == []


def test_a_hold_keeps_its_own_date_when_others_took_the_earlier_one(shop: Bench) -> None:
    """Four hours of another order went in front: the hold's date stands, not the one told for confirming at once."""
    held(shop, 4, days=0)
    shop.desk.promise(ask(order("SO-2", quantity=480, days=0)))
    changed = shop.desk.change(change("SO-1", Confirm()))
    assert changed.promise.lines[0].promised_time == at(6)
    assert changed.promise.lines[0].state is PromiseState.CONFIRMED
    assert shop.desk.check() == []


def test_a_confirmation_as_quoted_that_came_too_late_leaves_the_hold(shop: Bench) -> None:
    """The date told at the hold was taken meanwhile: nothing changes, and the receipt offers what there is."""
    promise = held(shop, 4, days=0)
    assert promise.quote_id
    shop.desk.promise(ask(order("SO-2", quantity=480, days=0)))
    before = shop.desk.schedule()
    asked = change("SO-1", Confirm(AsQuoted(promise.quote_id)))
    changed = shop.desk.change(asked)
    assert not changed.receipt.made
    assert changed.receipt.refusal == "later_than_latest"
    assert [line.offered for line in changed.receipt.lines] == [at(6)]
    assert changed.promise == promise
    assert shop.desk.get("SO-1").version == 1
    assert shop.desk.schedule() == before
    assert shop.desk.change(asked) == changed
    shop.crash()
    assert shop.desk.change(asked) == changed
    later = shop.desk.change(change("SO-1", Confirm(AsQuoted(promise.quote_id, at(7))), "again"))
    assert later.promise.lines[0].promised_time == at(6)


def test_a_hold_is_confirmed_as_quoted(shop: Bench) -> None:
    """Nobody came between: the date that was told at the hold."""
    promise = held(shop, 4, days=0)
    changed = shop.desk.change(change("SO-1", Confirm(AsQuoted(promise.quote_id))))
    assert changed.promise.lines[0].promised_time == promise.lines[0].if_confirmed == at(2)


def test_a_quote_for_something_else_confirms_nothing(shop: Bench) -> None:
    """The id names content, and is read before anything is planned."""
    held(shop, 4)
    other = shop.desk.quote(ask(order("SO-2", quantity=10)))
    for wrong in (other.quote_id, "q1-", "SO-1", other.quote_id[:-3]):
        with pytest.raises(InvalidInput) as refused:
            shop.desk.change(change("SO-1", Confirm(AsQuoted(wrong))))
        assert refused.value.violations[0].field == "quote_id"
    assert shop.desk.get("SO-1").lines[0].state is PromiseState.HELD


def test_a_promise_as_quoted_is_refused_when_the_date_is_gone(shop: Bench) -> None:
    """Quoted for 10:00, then another took it; up to noon it may be later."""
    quoted = shop.desk.quote(ask(order("quote", days=0)))
    assert quoted.lines[0].promised_time == at(2)
    shop.desk.promise(ask(order("SO-2", days=0)))
    refused = shop.desk.promise(ask(order(days=0), as_quoted=AsQuoted(quoted.quote_id)))
    assert (refused.lines[0].refusal, refused.lines[0].earliest_time) == ("later_than_latest", at(4))
    taken = shop.desk.promise(ask(order(days=0), "again", as_quoted=AsQuoted(quoted.quote_id, at(4))))
    assert taken.lines[0].promised_time == at(4)
    assert taken.order == order(days=0)


def test_a_released_hold_frees_its_place(shop: Bench) -> None:
    """Given up by the caller; the reason stands in the log."""
    held(shop, 4)
    changed = shop.desk.change(change("SO-1", Release(), reason="customer hesitates"))
    assert [line.state for line in changed.promise.lines] == [PromiseState.CANCELLED]
    assert changed.promise.hold is None
    assert shop.desk.schedule() == []
    event = shop.desk.events()[-1]
    assert (event.kind, event.reason) == (EventKind.RELEASED, "customer hesitates")
    shop.desk.set_clock(at(5))
    assert EventKind.EXPIRED not in shop.kinds()


def test_only_a_hold_is_confirmed_or_released(shop: Bench) -> None:
    """A promise that stands, and a hold that was confirmed already, are told as what they are."""
    shop.desk.promise(ask(order()))
    for made in (Confirm(), Release()):
        with pytest.raises(WrongState) as refused:
            shop.desk.change(change("SO-1", made))
        assert refused.value.state == "confirmed"
    promise = held(shop, 4, "SO-2")
    with pytest.raises(StaleEtag):
        shop.desk.change(change("SO-2", Confirm(), etag="SO-2:9"))
    shop.desk.change(change("SO-2", Confirm(), etag=promise.etag))
    with pytest.raises(WrongState):
        shop.desk.change(change("SO-2", Confirm(), "another"))


def test_a_hold_runs_out_at_its_time_before_anything_starts(shop: Bench) -> None:
    """Its work would have begun at 12:00 sharp; the clock finds it gone, with an event of that very second."""
    held(shop, 4)
    shop.desk.set_clock(at(4))
    standing = shop.desk.get("SO-1")
    assert [line.state for line in standing.lines] == [PromiseState.EXPIRED]
    assert (standing.version, standing.hold) == (2, None)
    assert shop.desk.schedule() == []
    event = next(event for event in shop.desk.events() if event.kind is EventKind.EXPIRED)
    assert (event.time, event.order_id, event.actor) == (at(4), "SO-1", "desk")
    assert shop.desk.promise(ask(order("SO-2"))).lines[0].expected_time == at(6)


def test_holds_run_out_in_the_order_of_time_when_the_clock_jumps(shop: Bench) -> None:
    """Three holds, one leap over all of them: three events, each of its own time."""
    for name, until in (("SO-1", 9), ("SO-2", 3), ("SO-3", 6)):
        held(shop, until, name)
    shop.desk.set_clock(at(20))
    gone = [(e.order_id, e.time) for e in shop.desk.events() if e.kind is EventKind.EXPIRED]
    assert gone == [("SO-2", at(3)), ("SO-3", at(6)), ("SO-1", at(9))]
    assert shop.kinds()[-1] is EventKind.CLOCK_SET
    assert shop.desk.check() == []


def test_a_hold_that_ran_out_while_the_desk_was_down_is_gone_before_the_first_decision(places) -> None:
    """A clock that runs by itself: back after a night, the desk lets the hold go unasked."""
    bench = Bench(places(), shop(ClockMode.OFFSET))
    try:
        held(bench, 4)
        bench.clock.time += 3 * 3600
        bench.restart()
        assert bench.desk.get("SO-1").lines[0].state is PromiseState.HELD
        bench.clock.time += 9 * 3600
        bench.crash()
        assert bench.desk.wait_events(bench.desk.last_event() - 1, 20)
        for _ in range(200):
            if EventKind.EXPIRED in bench.kinds():
                break
            bench.desk.wait_events(bench.desk.last_event(), 0.1)
        assert bench.desk.get("SO-1").lines[0].state is PromiseState.EXPIRED
        event = next(e for e in bench.desk.events() if e.kind is EventKind.EXPIRED)
        assert event.time == at(4)
    finally:
        bench.close()


def test_a_decision_after_the_end_of_a_hold_finds_its_place_free(places) -> None:
    """The expiry is in the log before the order that came after it, in one commit."""
    bench = Bench(places(), shop(ClockMode.OFFSET))
    try:
        held(bench, 4)
        bench.clock.time += 5 * 3600
        bench.desk.promise(ask(order("SO-2")))
        kinds = bench.kinds()
        assert kinds.index(EventKind.EXPIRED) < kinds.index(EventKind.PROMISED)
    finally:
        bench.close()


def test_a_commit_that_failed_leaves_the_hold_to_run_out_later(shop: Bench) -> None:
    """The disk was full when the clock was set: the hold stands in the store and goes at the next try."""
    held(shop, 4)
    shop.store.faults = ["before"]
    with pytest.raises(Exception, match="disk is full"):
        shop.desk.set_clock(at(5))
    assert shop.desk.get("SO-1").lines[0].state is PromiseState.HELD
    shop.desk.set_clock(at(5))
    assert shop.kinds().count(EventKind.EXPIRED) == 1


@pytest.mark.parametrize("until", [0, -1, 24 * 91])
def test_a_hold_ends_after_now_and_within_ninety_days(shop: Bench, until: float) -> None:
    """Anything else is refused with the field."""
    with pytest.raises(InvalidInput) as refused:
        held(shop, until)
    assert refused.value.violations[0].field == "expire_time"
    assert shop.kinds()[-1] is EventKind.CLOCK_SET


def test_a_line_that_the_hold_makes_too_late_is_refused_and_tells_the_date_without_it(shop: Bench) -> None:
    """Latest at 13:00, held until noon: not with the hold."""
    promise = held(shop, 4, days=0, latest_days=5 / 24)
    line = promise.lines[0]
    assert (line.state, line.refusal, line.earliest_time) == (PromiseState.REFUSED, "later_than_latest", at(6))
    assert promise.hold is None
    assert shop.desk.schedule() == []


def test_an_order_that_rules_hold_is_kept_for_three_days_and_confirmed_with_a_reason(shop: Bench, monkeypatch) -> None:
    """Who confirmed it and why stand in the log; without a reason it stays held."""
    verdict = Verdict(Admission.HOLD, ("credit is to be checked",))
    monkeypatch.setattr(shop.gate, "admit", lambda order, now: verdict)
    quoted = shop.desk.quote(ask(order(days=5)))
    promise = shop.desk.promise(ask(order(days=5)))
    assert promise.lines == quoted.lines
    assert promise.hold is not None
    assert promise.hold.expires_at == MONDAY + timedelta(days=3)
    assert promise.hold.reasons == ("credit is to be checked",)
    assert promise.lines[0].notes == ("credit is to be checked",)
    assert shop.desk.schedule()[0].start == MONDAY + timedelta(days=3)
    with pytest.raises(InvalidInput) as refused:
        shop.desk.change(change("SO-1", Confirm()))
    assert refused.value.violations[0].field == "reason"
    shop.desk.change(change("SO-1", Confirm(), "approved", reason="paid in advance"))
    event = shop.desk.events()[-1]
    assert (event.kind, event.actor, event.reason) == (EventKind.CONFIRMED, "shop", "paid in advance")
    assert shop.desk.get("SO-1").lines[0].notes == ()


def test_a_hold_can_be_checked_only(shop: Bench) -> None:
    """The same answer, and nothing held; the same for confirming."""
    tried = shop.desk.promise(ask(order(days=0), hold_until=at(4), validate_only=True))
    assert tried.lines[0].state is PromiseState.HELD
    assert shop.desk.schedule() == []
    promise = held(shop, 4, days=0)
    before = shop.desk.schedule()
    tried_too = shop.desk.change(change("SO-1", Confirm(), validate_only=True))
    assert tried_too.promise.lines[0].promised_time == at(2)
    assert tried_too.receipt.made
    assert shop.desk.get("SO-1") == promise
    assert shop.desk.schedule() == before
    shop.desk.set_clock(at(4))
    assert shop.desk.get("SO-1").lines[0].state is PromiseState.EXPIRED


def test_a_cancelled_hold_no_longer_runs_out(shop: Bench) -> None:
    """Cancel takes whatever stands."""
    held(shop, 4)
    shop.desk.change(cancel("SO-1"))
    shop.desk.set_clock(at(5))
    assert EventKind.EXPIRED not in shop.kinds()


def test_a_hold_taken_and_confirmed_retried_gets_the_first_answers(shop: Bench) -> None:
    """Also after a crash, and after it was cancelled."""
    asked, confirming = ask(order(days=0), hold_until=at(4)), change("SO-1", Confirm())
    promise = shop.desk.promise(asked)
    changed = shop.desk.change(confirming)
    shop.desk.change(cancel("SO-1"))
    shop.crash()
    assert shop.desk.promise(asked) == promise
    assert shop.desk.change(confirming) == changed


def test_only_the_wanted_date_is_held(shop: Bench) -> None:
    """With the requested time or nothing, a hold that makes it later is refused."""
    refused = shop.desk.promise(ask(order(days=0.1), hold_until=at(4), accept=Accept.ON_TIME))
    assert refused.lines[0].refusal == "later_than_requested"
    kept = shop.desk.promise(ask(order(days=1), "again", hold_until=at(4), accept=Accept.ON_TIME))
    assert (kept.lines[0].state, kept.lines[0].promised_time) == (PromiseState.HELD, at(24))


def test_stock_is_held_confirmed_and_given_back(places) -> None:
    """300 caps lie ready: held until noon nobody else gets them, confirmed they may go at once, also after a crash."""
    plant = replace(shop(), on_hand=(OnHand("cap", 300, MONDAY),))
    bench = Bench(places(), plant)
    try:
        line = held(bench, 4, days=0).lines[0]
        assert (line.promised_time, line.if_confirmed) == (at(4), MONDAY)
        assert [(reason.kind.value, reason.duration) for reason in line.reasons] == [("hold", hours(4))]
        # 60 are left, 180 are made.
        assert bench.desk.promise(ask(order("SO-2", days=0))).lines[0].promised_time == at(1.5)
        bench.crash()
        assert bench.desk.get("SO-1").lines[0].expected_time == at(4)
        confirmed = bench.desk.change(change("SO-1", Confirm())).promise
        assert (confirmed.lines[0].tier.value, confirmed.lines[0].promised_time) == ("stock", MONDAY)
        made = Amend(order(days=0, quantity=100))
        bench.desk.change(change("SO-1", made, etag=confirmed.etag))
        assert bench.desk.promise(ask(order("SO-3", quantity=140, days=0))).lines[0].tier.value == "stock"
        bench.crash()
        forced = bench.desk.change(change("SO-3", ForceDate(1, at(9)), reason="why"))
        assert forced.promise.lines[0].expected_time == MONDAY
        assert bench.desk.check() == []
        assert bench.desk.promise(ask(order("SO-4", quantity=1, days=0))).lines[0].tier.value != "stock"
    finally:
        bench.close()


def test_held_work_is_never_released_to_the_floor_before_its_hold_ends(places) -> None:
    """With two hours of release lead and six of frozen zone it begins at 14:00 at the earliest, and is gone at noon."""
    plant = shop()
    settings = replace(plant.settings, release_lead=hours(2), frozen_zone=hours(6))
    bench = Bench(places(), replace(plant, settings=settings))
    try:
        asked = ask(order(days=0), hold_until=at(4) + timedelta(milliseconds=300), allow_frozen=True)
        promise = bench.desk.promise(asked)
        assert promise.hold is not None
        assert promise.hold.expires_at == at(4)
        assert [(r.start, r.fixed) for r in bench.desk.schedule()] == [(at(6), False)]
        assert [(reason.kind.value, reason.duration) for reason in promise.lines[0].reasons] == [
            ("hold", hours(4)),
            ("frozen_zone", hours(2)),
            ("process", hours(2)),
        ]
        bench.desk.set_clock(at(4) - timedelta(seconds=1))
        assert [r.fixed for r in bench.desk.schedule()] == [False]
        bench.restart()
        bench.desk.set_clock(at(4))
        assert bench.desk.schedule() == []
        assert bench.desk.get("SO-1").lines[0].state is PromiseState.EXPIRED
        bench.desk.promise(ask(order("SO-2", days=0), hold_until=at(8), allow_frozen=True))
        bench.desk.set_clock(at(7))
        confirmed = bench.desk.change(change("SO-2", Confirm())).promise.lines[0]
        assert confirmed.promised_time == at(12)
        assert [r.start for r in bench.desk.schedule()] == [at(9)]
        assert bench.desk.check() == []
    finally:
        bench.close()
