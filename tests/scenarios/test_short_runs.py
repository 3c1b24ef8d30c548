"""Golden scenarios of runs that end short: what is missing is planned once more, for the same line."""

from collections.abc import Iterator

import pytest

from domain.orders import Order, OrderLine
from domain.progress import MarkKind
from domain.promises import EventKind, PromiseState
from domain.supply import OnHand
from domain.values import replace
from promising.feed_requests import Feed
from promising.progress_requests import ItemOutcome, ProgressAsk, ProgressItem
from promising.requests import Cancel
from tests.promising.desks import Bench, ask, change
from tests.promising.test_lots import works
from tests.scheduler.test_sourcing import NOW, hours, stocked
from tests.stores import Places


def finished(good, at, request_id="p-1", operation_id="make", **fields):
    item = ProgressItem(
        MarkKind.FINISHED, order_id="SO-1", line_no=1, operation_id=operation_id, time=hours(at), good=good, **fields
    )
    return ProgressAsk((item,), request_id, "floor", "MES")


@pytest.fixture
def vases(places: Places) -> Iterator[Bench]:
    """Twenty vases from eight to ten, promised for noon; others follow to eleven, promised for then."""
    made = Bench(places(), works(on_hand=stocked(resin=100)))
    made.desk.set_clock(NOW, caller="planner")
    for name, quantity, by in (("SO-1", 20, 2), ("SO-2", 10, 3.5)):
        made.desk.promise(ask(Order(name, "C-1", (OrderLine(1, "vase", quantity, hours(by)),))))
    made.desk.set_clock(hours(2))
    yield made
    made.close()


def stands(vases: Bench, order_id: str = "SO-1"):
    line = vases.desk.get(order_id).lines[0]
    return line.state, line.expected_time


def spans(vases: Bench, order_id: str = "SO-1"):
    return [(row.start, row.end, row.quantity) for row in vases.desk.reservations(order_id)]


def test_what_a_run_came_short_of_is_made_once_more(vases: Bench) -> None:
    """Fifteen of twenty are good: five more take half an hour, as soon as no other promise breaks."""
    made = vases.desk.progress(finished(15, 2))
    (answer,) = made.items
    assert (answer.outcome, answer.missing, answer.planned_anew) == (ItemOutcome.RECORDED, 5, 5)
    assert [row.order_id for row in made.at_risk] == ["SO-1"]
    assert stands(vases) == (PromiseState.AT_RISK, hours(2.5))
    assert stands(vases, "SO-2") == (PromiseState.CONFIRMED, hours(3.5))
    assert vases.desk.get("SO-1").lines[0].cause.disruption_id == made.cause_id
    assert vases.kinds()[-2:] == [EventKind.PROGRESS_REPORTED, EventKind.AT_RISK]
    assert len(vases.desk.schedule()) == 3
    assert vases.desk.check() == []
    schedule = vases.desk.schedule()
    vases.crash()
    assert (vases.desk.schedule(), stands(vases)) == (schedule, (PromiseState.AT_RISK, hours(2.5)))
    assert vases.desk.check() == []


def test_scrap_that_a_finished_run_tells_of_is_made_once_more(vases: Bench) -> None:
    """Five of twenty are scrap, and nobody counted the good ones: they are fifteen."""
    made = vases.desk.progress(finished(None, 2, scrapped=5))
    (answer,) = made.items
    assert (answer.missing, answer.planned_anew) == (5, 5)
    assert stands(vases) == (PromiseState.AT_RISK, hours(2.5))
    assert vases.desk.check() == []


def test_the_same_report_again_plans_nothing_more(vases: Bench) -> None:
    """Neither a retry nor a repetition under another id, also after a restart."""
    made = vases.desk.progress(finished(15, 2))
    assert vases.desk.progress(finished(15, 2)) == made
    vases.crash()
    again = vases.desk.progress(finished(15, 2, "p-2"))
    assert [answer.outcome for answer in again.items] == [ItemOutcome.KNOWN]
    assert len(vases.desk.schedule()) == 3


def test_a_second_run_that_ends_short_is_followed_by_a_third(vases: Bench) -> None:
    """Fifteen, then three of five, then two; the first one is corrected to fourteen, and one more is made."""
    vases.desk.progress(finished(15, 2))
    vases.desk.set_clock(hours(2.5))
    second = vases.desk.progress(finished(3, 2.5, "p-2"))
    assert second.items[0].planned_anew == 2
    corrected = vases.desk.progress(finished(14, 2, "p-3", corrects=True))
    assert corrected.items[0].planned_anew == 1
    assert len(vases.desk.schedule()) == 5
    assert vases.desk.check() == []
    vases.crash()
    vases.desk.set_clock(hours(4))
    assert stands(vases)[0] is PromiseState.AT_RISK
    assert vases.desk.check() == []


def test_what_is_in_stock_takes_the_place_of_what_is_missing(vases: Bench) -> None:
    """Ten vases were counted: five of them are reserved, and nothing is made."""
    vases.desk.feed(Feed("f-1", "erp", stock=(OnHand("vase", 10, hours(2)),)))
    made = vases.desk.progress(finished(15, 2))
    assert (made.items[0].planned_anew, made.at_risk) == (5, ())
    assert stands(vases)[0] is PromiseState.CONFIRMED
    assert [(peg.item_id, peg.quantity) for peg in vases.pegs("SO-1") if not peg.lot] == [("vase", 5)]
    assert vases.desk.check() == []
    vases.crash()
    assert vases.desk.check() == []


def test_material_that_nobody_has_leaves_it_told_only(places: Places) -> None:
    """One kilogram of resin makes twenty shades, and no more: five are missing, and none is planned."""
    shop = Bench(places(), works(on_hand=stocked(resin=1)))
    shop.desk.set_clock(NOW, caller="planner")
    shop.desk.promise(ask(Order("SO-1", "C-1", (OrderLine(1, "shade", 20, hours(2)),))))
    shop.desk.set_clock(hours(2))
    made = shop.desk.progress(finished(15, 2))
    assert (made.items[0].missing, made.items[0].planned_anew) == (5, 0)
    assert shop.desk.check() == []
    shop.close()


def test_a_cancelled_order_takes_its_second_lot_along(vases: Bench) -> None:
    """What has not begun is free again."""
    vases.desk.progress(finished(15, 2))
    vases.desk.change(change("SO-1", Cancel()))
    assert [row.order_id for row in vases.desk.schedule() if row.end > hours(2)] == ["SO-2"]
    assert vases.desk.check() == []
    vases.crash()
    assert vases.desk.check() == []


def test_a_dry_run_plans_nothing(vases: Bench) -> None:
    """It tells what would be."""
    told = vases.desk.progress(replace(finished(15, 2), validate_only=True))
    assert (told.items[0].planned_anew, told.applied, len(vases.desk.schedule())) == (5, False, 2)
    assert vases.desk.check() == []
