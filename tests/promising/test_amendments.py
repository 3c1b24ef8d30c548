"""New content for a standing order: all or nothing, and the old promise stands until the new one commits."""

from datetime import datetime, timedelta

import pytest

from domain.errors import InvalidInput, StaleEtag, WrongState
from domain.orders import Order, OrderLine
from domain.promises import EventKind, Outcome, Promise, PromiseState
from domain.values import replace
from promising.ports import Admission, Verdict
from promising.requests import Accept, Amend, ChangeAsk, Confirm
from tests.promising.desks import MONDAY, Bench, ask, change, order


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def amend(standing: Promise, made: Order, request_id: str = "a", **changes) -> ChangeAsk:
    how = {name: changes.pop(name) for name in ("accept", "allow_frozen") if name in changes}
    return change(made.id, Amend(made, **how), request_id, etag=standing.etag, **changes)


def lines(order_id: str = "SO-1", *quantities: int) -> Order:
    """Caps and lids by Tuesday 8:00."""
    numbered = enumerate(quantities, start=1)
    made = (OrderLine(n, ("cap", "lid")[n % 2 - 1], quantity, at(24)) for n, quantity in numbered)
    return Order(order_id, "ACME", tuple(made))


def test_a_larger_quantity_gets_its_own_date_and_the_receipt_tells_both(shop: Bench) -> None:
    """240 caps by 10:00 become 480: two hours more, in one commit with one event."""
    standing = shop.desk.promise(ask(order(days=0)))
    commits = shop.store.commits
    changed = shop.desk.change(amend(standing, order(days=0, quantity=480), reason="customer called"))
    assert shop.store.commits == commits + 1
    (line,) = changed.promise.lines
    assert (line.quantity, line.promised_time, line.state) == (480, at(4), PromiseState.CONFIRMED)
    assert changed.promise.order == order(days=0, quantity=480)
    (told,) = changed.receipt.lines
    assert told.before is not None
    assert told.after is not None
    assert (told.before.quantity, told.before.promised_time) == (240, at(2))
    assert (told.after.quantity, told.after.promised_time) == (480, at(4))
    event = shop.desk.events()[-1]
    assert (event.kind, event.reason) == (EventKind.AMENDED, "customer called")
    assert event.detail == f"1: 240>480, {at(2).isoformat()}>{at(4).isoformat()}"
    assert len(shop.desk.schedule()) == 1
    assert shop.desk.check() == []
    assert shop.desk.get("SO-1") == changed.promise
    shop.crash()
    assert shop.desk.get("SO-1") == changed.promise
    assert [r.quantity for r in shop.desk.schedule()] == [480]


def test_what_cannot_be_had_leaves_the_old_promise_untouched(shop: Bench) -> None:
    """Ten times the quantity for the same date or nothing: declined, with the date that could be had."""
    standing = shop.desk.promise(ask(order(days=0.1)))
    before = shop.desk.schedule()
    asked = amend(standing, order(days=0.1, quantity=2400), accept=Accept.ON_TIME)
    changed = shop.desk.change(asked)
    assert not changed.receipt.made
    assert changed.receipt.refusal == "later_than_requested"
    (told,) = changed.receipt.lines
    assert told.before == told.after
    assert told.offered is not None
    assert told.offered > at(12)
    assert changed.promise == standing
    assert shop.desk.get("SO-1") == standing
    assert shop.desk.schedule() == before
    assert shop.kinds()[-1] is EventKind.PROMISED
    assert shop.desk.change(asked) == changed


def test_lines_come_go_and_stay_in_one_amendment(shop: Bench) -> None:
    """The cap line is left where it is, the lid line goes, a line of boxes comes."""
    standing = shop.desk.promise(ask(lines("SO-1", 60, 60)))
    kept = next(r for r in shop.desk.schedule() if r.line_no == 1)
    boxes = OrderLine(3, "box", 20, at(48))
    made = replace(standing.order, lines=(standing.order.lines[0], boxes))
    changed = shop.desk.change(amend(standing, made))
    assert [line.line_no for line in changed.promise.lines] == [1, 3]
    assert changed.promise.lines[0] == standing.lines[0]
    assert [(c.line_no, c.before is None, c.after is None) for c in changed.receipt.lines] == [
        (2, False, True),
        (3, True, False),
    ]
    assert {r.line_no for r in shop.desk.schedule()} == {1, 3}
    assert next(r for r in shop.desk.schedule() if r.line_no == 1).operation_key == kept.operation_key
    assert shop.desk.check() == []


def test_one_line_that_cannot_be_had_declines_all_of_it(shop: Bench) -> None:
    """The caps could be more, the lids not: neither is changed."""
    standing = shop.desk.promise(ask(lines("SO-1", 60, 60)))
    before = shop.desk.schedule()
    changed = shop.desk.change(amend(standing, lines("SO-1", 120, 6000), accept=Accept.ON_TIME))
    assert [(line.line_no, line.refusal) for line in changed.receipt.lines] == [(2, "later_than_requested")]
    assert shop.desk.get("SO-1") == standing
    assert shop.desk.schedule() == before


def test_a_smaller_quantity_is_promised_no_later_than_before(shop: Bench) -> None:
    """Others stand behind; the half of it is still there by the old date."""
    standing = shop.desk.promise(ask(order(days=0, quantity=480)))
    shop.desk.promise(ask(order("SO-2", days=0)))
    changed = shop.desk.change(amend(standing, order(days=0)))
    assert changed.promise.lines[0].promised_time == at(2)
    assert shop.desk.get("SO-2").lines[0].promised_time == at(6)
    assert shop.desk.check() == []


def test_prices_are_amended_without_touching_the_plan(shop: Bench) -> None:
    """The place is the same, to the operation's number."""
    standing = shop.desk.promise(ask(order()))
    before = shop.desk.schedule()
    priced = replace(standing.order, lines=(replace(standing.order.lines[0], unit_price_fen=5),), salesperson="Li")
    changed = shop.desk.change(amend(standing, priced))
    assert changed.promise.order == priced
    assert changed.receipt.lines == ()
    assert changed.promise.lines == standing.lines
    assert shop.desk.schedule() == before


def test_begun_work_keeps_its_item_and_quantity_and_may_get_another_date(shop: Bench) -> None:
    """After an hour of moulding: no more, no fewer, not at all is refused naming the operation; Friday is fine."""
    standing = shop.desk.promise(ask(order(days=0)))
    shop.desk.set_clock(at(1))
    work = shop.desk.schedule()
    for made in (order(days=0, quantity=480), order(days=0, quantity=10), order(days=0, item_id="lid")):
        with pytest.raises(WrongState, match="operation mould has begun"):
            shop.desk.change(amend(standing, made))
    gone = replace(standing.order, lines=(OrderLine(2, "lid", 60, at(24)),))
    with pytest.raises(WrongState, match="operation mould has begun"):
        shop.desk.change(amend(standing, gone))
    changed = shop.desk.change(amend(standing, order(days=4)))
    (line,) = changed.promise.lines
    assert (line.promised_time, line.outcome, line.expected_time) == (at(96), Outcome.ON_TIME, at(2))
    assert sum((reason.duration for reason in line.reasons), timedelta(0)) == timedelta(days=4)
    assert shop.desk.schedule() == work
    assert shop.desk.check() == []
    declined = shop.desk.change(amend(changed.promise, order(days=0.01), "b", accept=Accept.ON_TIME))
    assert not declined.receipt.made
    assert shop.desk.get("SO-1") == changed.promise


def test_an_amended_order_can_be_amended_and_cancelled_in_one_batch(shop: Bench) -> None:
    """Each sees what was decided before it; nothing of the first version comes to the store."""
    standing = shop.desk.promise(ask(order(days=0)))
    for quantity in (480, 120, 300):
        made = order(days=0, quantity=quantity)
        standing = shop.desk.change(amend(standing, made, f"a{quantity}")).promise
    assert standing.version == 4
    assert [r.quantity for r in shop.desk.schedule()] == [300]
    shop.crash()
    assert [r.quantity for r in shop.desk.schedule()] == [300]
    assert shop.desk.check() == []


def test_an_amendment_needs_the_etag_it_was_made_for(shop: Bench) -> None:
    """Two people at one order: the second is told to read it again."""
    standing = shop.desk.promise(ask(order()))
    with pytest.raises(InvalidInput) as missing:
        shop.desk.change(change("SO-1", Amend(order(quantity=300))))
    assert missing.value.violations[0].field == "etag"
    shop.desk.change(amend(standing, order(quantity=300)))
    with pytest.raises(StaleEtag):
        shop.desk.change(amend(standing, order(quantity=360), "b"))
    assert shop.desk.get("SO-1").order.lines[0].quantity == 300


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (order(item_id="spoon"), "lines[0].item_id"),
        (order(customer_id="B"), "customer_id"),
    ],
)
def test_wrong_content_is_told_and_changes_nothing(shop: Bench, made: Order, field: str) -> None:
    """An item the plant hasn't, and another customer's name."""
    standing = shop.desk.promise(ask(order()))
    with pytest.raises(InvalidInput) as refused:
        shop.desk.change(amend(standing, made))
    assert refused.value.violations[0].field == field
    assert shop.desk.get("SO-1") == standing


def test_a_held_order_is_amended_and_stays_held(shop: Bench) -> None:
    """The new content begins when the hold ends, too, and is confirmed like any other."""
    standing = shop.desk.promise(ask(order(days=0), hold_until=at(4)))
    changed = shop.desk.change(amend(standing, order(days=0, quantity=480)))
    assert changed.promise.hold == standing.hold
    (line,) = changed.promise.lines
    assert (line.state, line.promised_time) == (PromiseState.HELD, at(8))
    assert shop.desk.schedule()[0].start == at(4)
    confirmed = shop.desk.change(change("SO-1", Confirm()))
    assert confirmed.promise.lines[0].promised_time == at(4)
    assert shop.desk.check() == []


def test_what_the_rules_do_not_pass_declines_the_amendment(shop: Bench, monkeypatch) -> None:
    """Held or refused, the old promise is not put at stake for it."""
    standing = shop.desk.promise(ask(order()))
    for admission in (Admission.HOLD, Admission.REFUSE):
        verdict = Verdict(admission, ("over the limit",))
        monkeypatch.setattr(shop.gate, "admit", lambda made, now, verdict=verdict: verdict)
        changed = shop.desk.change(amend(standing, order(quantity=480), admission))
        assert (changed.receipt.made, changed.receipt.refusal) == (False, "over the limit")
        assert shop.desk.get("SO-1") == standing


def test_a_commit_that_failed_leaves_the_old_promise(shop: Bench) -> None:
    """The disk was full: nothing of the amendment is there, and the retry makes it."""
    standing = shop.desk.promise(ask(order(days=0)))
    before = shop.desk.schedule()
    shop.store.faults = ["before", "before"]
    asked = amend(standing, order(days=0, quantity=480))
    with pytest.raises(Exception, match="disk is full"):
        shop.desk.change(asked)
    assert shop.desk.get("SO-1") == standing
    assert shop.desk.schedule() == before
    assert shop.desk.change(asked).receipt.made
    assert shop.desk.check() == []


def test_an_amendment_that_was_written_before_the_line_broke_is_answered_with_its_receipt(shop: Bench) -> None:
    """The outcome was unknown; the store knows it."""
    standing = shop.desk.promise(ask(order(days=0)))
    shop.store.faults = ["after"]
    changed = shop.desk.change(amend(standing, order(days=0, quantity=480)))
    assert changed.receipt.made
    assert [line.line_no for line in changed.receipt.lines] == [1]
    assert shop.desk.get("SO-1") == changed.promise


def test_an_amended_order_is_compared_by_what_it_asks_for_now(shop: Bench) -> None:
    """The old quantity is no longer suspected to be the same demand typed twice, the new one is."""
    standing = shop.desk.promise(ask(order()))
    shop.desk.change(amend(standing, order(quantity=480)))
    assert shop.desk.promise(ask(order("SO-2"))).duplicates == ()
    assert shop.desk.promise(ask(order("SO-3", quantity=480))).duplicates == ("SO-1",)
