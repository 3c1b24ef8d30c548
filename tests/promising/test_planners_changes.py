"""What planners do with an order: split a line, force a date, close it."""

from datetime import datetime, timedelta

import pytest

from domain.errors import InvalidInput, WrongState
from domain.promises import EventKind, PromiseState
from domain.values import replace
from promising.requests import Accept, Close, ForceDate, Split
from tests.promising.desks import MONDAY, Bench, ask, cancel, change, order


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def test_a_part_of_a_line_gets_a_date_of_its_own(shop: Bench) -> None:
    """480 caps by 12:00 become 360 by then and 120 by Wednesday; price and discount stay the same in all."""
    asked = order(days=0, quantity=480)
    asked = replace(asked, lines=(replace(asked.lines[0], unit_price_fen=10, discount_fen=101),))
    standing = shop.desk.promise(ask(asked))
    changed = shop.desk.change(change("SO-1", Split(1, 120, at(48)), etag=standing.etag))
    one, two = changed.promise.order.lines
    assert (one.line_no, one.quantity, two.line_no, two.quantity) == (1, 360, 2, 120)
    assert (one.discount_fen, two.discount_fen, two.unit_price_fen) == (76, 25, 10)
    assert changed.promise.order.amount_fen == standing.order.amount_fen
    assert [line.promised_time for line in changed.promise.lines] == [at(4), at(48)]
    assert sum(r.quantity for r in shop.desk.schedule()) == 480
    assert shop.kinds()[-1] is EventKind.SPLIT
    assert [(c.line_no, c.before is None) for c in changed.receipt.lines] == [(1, False), (2, True)]
    assert shop.desk.check() == []


@pytest.mark.parametrize(
    ("split", "field"),
    [
        (Split(9, 120, at(48)), "line_no"),
        (Split(1, 240, at(48)), "quantity"),
        (Split(1, 0, at(48)), "quantity"),
        (Split(1, 120, at(48), new_line_no=1), "new_line_no"),
    ],
)
def test_a_split_that_makes_no_sense_is_told_by_its_field(shop: Bench, split: Split, field: str) -> None:
    """Nothing is changed."""
    standing = shop.desk.promise(ask(order()))
    with pytest.raises(InvalidInput) as refused:
        shop.desk.change(change("SO-1", split))
    assert refused.value.violations[0].field == field
    assert shop.desk.get("SO-1") == standing


def test_a_part_that_cannot_be_had_by_its_date_leaves_the_line_whole(shop: Bench) -> None:
    """The part is wanted within a minute."""
    standing = shop.desk.promise(ask(order(days=1)))
    changed = shop.desk.change(change("SO-1", Split(1, 120, at(0.01), accept=Accept.ON_TIME)))
    assert (changed.receipt.made, changed.receipt.refusal) == (False, "later_than_requested")
    assert [line.line_no for line in changed.receipt.lines] == [2]
    assert shop.desk.get("SO-1") == standing


def test_begun_work_is_not_split(shop: Bench) -> None:
    """The machine makes the whole lot."""
    shop.desk.promise(ask(order(days=0)))
    shop.desk.set_clock(at(1))
    with pytest.raises(WrongState, match="operation mould has begun"):
        shop.desk.change(change("SO-1", Split(1, 120, at(48))))


def test_a_later_date_is_forced_with_a_reason_and_lets_others_in_front(shop: Bench) -> None:
    """Promised for 10:00, forced to Friday: the next order for today shifts it."""
    standing = shop.desk.promise(ask(order(days=0)))
    assert standing.lines[0].promised_time == at(2)
    changed = shop.desk.change(change("SO-1", ForceDate(1, at(96)), reason="mould is on its way"))
    (line,) = changed.promise.lines
    assert (line.state, line.promised_time, line.deadline) == (PromiseState.CONFIRMED, at(96), at(96))
    assert sum((reason.duration for reason in line.reasons), timedelta(0)) == timedelta(hours=96)
    event = shop.desk.events()[-1]
    assert (event.kind, event.reason, event.actor) == (EventKind.DATE_FORCED, "mould is on its way", "shop")
    assert shop.desk.promise(ask(order("SO-2", days=0))).lines[0].promised_time == at(2)
    assert shop.desk.get("SO-1").lines[0].expected_time == at(4)
    assert shop.desk.check() == []
    shop.crash()
    assert shop.desk.check() == []
    assert shop.desk.get("SO-1").lines[0].promised_time == at(96)
    assert shop.desk.promise(ask(order("SO-3", days=0))).lines[0].promised_time == at(4)


def test_an_earlier_date_that_the_plan_keeps_is_bound(shop: Bench) -> None:
    """Promised for Wednesday, needed today at noon: nobody may push it behind noon from now on."""
    shop.desk.promise(ask(order(days=2)))
    changed = shop.desk.change(change("SO-1", ForceDate(1, at(4)), reason="truck leaves early"))
    (line,) = changed.promise.lines
    assert (line.state, line.promised_time, line.deadline) == (PromiseState.CONFIRMED, at(4), at(4))
    big = shop.desk.promise(ask(order("SO-2", quantity=600, days=0)))
    assert big.lines[0].promised_time == at(7)
    assert shop.desk.get("SO-1").lines[0].expected_time == at(2)
    assert shop.desk.check() == []


def test_a_date_that_needs_another_place_gets_it(shop: Bench) -> None:
    """Behind an order with time to spare; forced to 11:00 it goes in front, and nobody's promise breaks."""
    shop.desk.promise(ask(order(days=3)))
    shop.desk.promise(ask(order("SO-2", days=2)))
    assert shop.desk.get("SO-1").lines[0].expected_time == at(4)
    date = at(3)
    changed = shop.desk.change(change("SO-1", ForceDate(1, date), reason="important"))
    (line,) = changed.promise.lines
    assert (line.state, line.promised_time) == (PromiseState.CONFIRMED, date)
    assert line.expected_time is not None
    assert line.expected_time <= date
    other = shop.desk.get("SO-2").lines[0]
    assert other.expected_time is not None
    assert other.promised_time is not None
    assert other.expected_time <= other.promised_time
    assert shop.desk.check() == []


def test_a_date_that_the_plan_cannot_keep_is_at_risk_with_its_cause(shop: Bench) -> None:
    """Two hours of work forced into one: told as it is, bound to its planned end, and put right by a later date."""
    shop.desk.promise(ask(order(days=0)))
    changed = shop.desk.change(change("SO-1", ForceDate(1, at(1)), reason="promised by phone"))
    (line,) = changed.promise.lines
    assert (line.state, line.promised_time, line.expected_time) == (PromiseState.AT_RISK, at(1), at(2))
    assert (line.notes, line.deadline, line.reasons) == (("forced_date",), at(2), ())
    assert shop.desk.promise(ask(order("SO-2", days=0))).lines[0].promised_time == at(4)
    assert shop.desk.check() == []
    shop.crash()
    assert shop.desk.get("SO-1") == changed.promise
    again = shop.desk.change(change("SO-1", ForceDate(1, at(3)), "later", reason="told the customer"))
    assert (again.promise.lines[0].state, again.promise.lines[0].notes) == (PromiseState.CONFIRMED, ())


def test_a_forced_date_needs_a_reason_and_lies_ahead(shop: Bench) -> None:
    """And a hold is confirmed first."""
    standing = shop.desk.promise(ask(order()))
    for date, reason, field in ((at(9), "", "reason"), (at(0), "why", "promised_time")):
        with pytest.raises(InvalidInput) as refused:
            shop.desk.change(change("SO-1", ForceDate(1, date), reason=reason))
        assert refused.value.violations[0].field == field
    assert shop.desk.get("SO-1") == standing
    shop.desk.promise(ask(order("SO-2"), hold_until=at(4)))
    with pytest.raises(WrongState):
        shop.desk.change(change("SO-2", ForceDate(1, at(9)), reason="why"))


def test_an_order_finished_short_is_closed_and_frees_what_was_not_begun(shop: Bench) -> None:
    """The caps are made, the lids are not needed any more."""
    asked = order(days=0)
    asked = replace(asked, lines=(*asked.lines, replace(order(item_id="lid", days=3).lines[0], line_no=2)))
    shop.desk.promise(ask(asked))
    shop.desk.promise(ask(order("SO-2", item_id="lid", days=5)))
    shop.desk.set_clock(at(0.5))
    changed = shop.desk.change(change("SO-1", Close(), reason="lids no longer wanted"))
    assert [line.state for line in changed.promise.lines] == [PromiseState.FULFILLED] * 2
    assert shop.kinds()[-1] is EventKind.CLOSED
    assert {r.line_no for r in shop.desk.schedule() if r.order_id == "SO-1" and r.line_no > 0 and r.fixed} >= {1}
    shop.crash()
    assert shop.desk.get("SO-1") == changed.promise
    assert shop.desk.check() == []
    for again in (change("SO-1", Close(), "again"), cancel("SO-1"), change("SO-1", Split(1, 1, at(48)))):
        with pytest.raises(WrongState):
            shop.desk.change(again)


def test_a_hold_is_not_closed(shop: Bench) -> None:
    """It was never promised."""
    shop.desk.promise(ask(order(), hold_until=at(4)))
    with pytest.raises(WrongState):
        shop.desk.change(change("SO-1", Close()))
