"""What happened to an order, and its chain, on both stores."""

from datetime import timedelta

import pytest

from domain.errors import NotFound
from domain.orders import Order, OrderLine
from domain.promises import EventKind, PromiseState, ReasonKind
from promising.requests import Close, Delivery
from tests.promising.desks import MONDAY, Bench, ask, cancel, change, order
from tests.promising.test_lots import works
from tests.scheduler.test_sourcing import NOW, hours, stocked


def test_a_refused_order_that_is_asked_again_has_both_answers_in_its_history(shop: Bench) -> None:
    """Refused for noon, promised for Tuesday under the same id, cancelled, and the same after a crash."""
    shop.desk.promise(ask(order(days=0, latest_days=0), "first"))
    shop.desk.promise(ask(order(days=1), "again"))
    shop.desk.promise(ask(order("SO-2")))
    shop.desk.change(cancel("SO-1", reason="typed twice"))
    found = shop.desk.history("SO-1")
    assert [(entry.version, entry.event.kind) for entry in found] == [
        (1, EventKind.REFUSED),
        (2, EventKind.PROMISED),
        (3, EventKind.CANCELLED),
    ]
    assert found[0].event.reason == "later_than_latest"
    again = found[1]
    assert [(line.before.state, line.after.state) for line in again.lines if line.before and line.after] == [
        (PromiseState.REFUSED, PromiseState.CONFIRMED)
    ]
    assert [content.field for content in again.contents] == ["requested_time", "latest_time"]
    assert (again.contents[1].before, again.contents[1].after) == (MONDAY.isoformat(), "")
    assert (found[2].event.actor, found[2].event.reason) == ("shop", "typed twice")
    shop.crash()
    assert shop.desk.history("SO-1") == found
    assert shop.desk.history("SO-1", after=found[0].event.sequence, limit=1) == [again]


def test_an_order_that_nobody_asked_for_has_no_history(shop: Bench) -> None:
    """It is not found."""
    with pytest.raises(NotFound):
        shop.desk.history("SO-1")


def test_a_held_order_waits_for_the_decision_first(shop: Bench) -> None:
    """Until noon it is held; the chain says so, before and after a crash. A closed order has no chain left."""
    noon = MONDAY + timedelta(hours=4)
    shop.desk.promise(ask(order(), hold_until=noon))
    (step,) = shop.desk.chain("SO-1")
    assert [(reason.kind, reason.duration) for reason in step.waits] == [(ReasonKind.HOLD, timedelta(hours=4))]
    assert (step.ready, step.reservation.start, step.after) == (MONDAY, noon, ())
    shop.crash()
    assert shop.desk.chain("SO-1") == [step]
    shop.desk.promise(ask(order("SO-2")))
    shop.desk.change(change("SO-2", Close()))
    assert shop.desk.chain("SO-2") == []


def test_goods_that_left_with_the_closed_order_are_told(places) -> None:
    """The cables are off the stock with the close, in one commit and two events; both are the order's."""
    made = Bench(places(), works(on_hand=stocked(cable=1000)))
    try:
        made.desk.set_clock(NOW, caller="planner")
        made.desk.promise(ask(Order("SO-1", "C-1", (OrderLine(1, "cable", 5, hours(1)),))))
        made.desk.change(change("SO-1", Close((Delivery(1, 5),)), reason="fetched"))
        made.desk.promise(ask(Order("SO-2", "C-1", (OrderLine(1, "cable", 5, hours(1)),))))
        found = made.desk.history("SO-1")
        assert [(entry.event.kind, entry.version) for entry in found] == [
            (EventKind.PROMISED, 1),
            (EventKind.CLOSED, 2),
            (EventKind.PLANT_FED, 2),
        ]
        assert (found[2].lines, found[2].contents) == ((), ())
        pages = [made.desk.history("SO-1", after, 1) for after in (0, *(entry.event.sequence for entry in found))]
        assert [entry for page in pages for entry in page] == found
        assert [entry.event.kind for entry in made.desk.history("SO-2")] == [EventKind.PROMISED]
    finally:
        made.close()
