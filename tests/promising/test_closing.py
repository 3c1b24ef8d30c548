"""Delivered goods leave the stock with the order that is closed: once, as they were delivered, and with counts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from domain.errors import DeskStopped, InvalidInput, StaleEtag, WrongState
from domain.items import Item, Sourcing
from domain.orders import OrderLine
from domain.plant import Plant
from domain.promises import EventKind, GoodsIssued, PromiseState
from domain.supply import OnHand, Receipt
from domain.values import replace
from promising.feed_requests import Arrival, Feed, Issue
from promising.requests import Close, Delivery
from tests.promising import desks
from tests.promising.desks import MONDAY, Bench, ask, bench, change
from tests.promising.test_lots import lamp_order, open_works
from tests.scheduler.test_sourcing import hours, stocked
from tests.stores import Places

HOUR = timedelta(hours=1)

__all__ = ["open_works"]


def jars() -> Plant:
    """300 jars in stock, 500 to come on Tuesday."""
    return replace(
        desks.shop(),
        items=(*desks.shop().items, Item("jar", sourcing=Sourcing.STOCK)),
        on_hand=(OnHand("jar", 300, MONDAY),),
        receipts=(Receipt("R-1", "jar", 500, MONDAY + timedelta(days=1)),),
    )


@pytest.fixture
def shop(places: Places) -> Iterator[Bench]:
    """The jars on Monday, two hours after they were counted."""
    with bench(places(), plant=jars()) as made:
        made.desk.set_clock(MONDAY + 2 * HOUR)
        yield made


def order(order_id: str = "SO-1", quantity: int = 240, **changes: object):
    return desks.order(order_id, "jar", quantity, **changes)


def stock(works: Bench, item_id: str = "jar") -> int:
    return {row.item_id: row.quantity for row in works.desk.plant().on_hand}[item_id]


def close(quantity: int | None = None, request_id: str = "done", at: datetime | None = None, **changes: object):
    told = () if quantity is None else (Delivery(1, quantity),)
    return change("SO-1", Close(told, at), request_id, **changes)


def free(works: Bench, quantity: int) -> bool:
    """Whether so many jars can be had from what lies there; with a receipt there would be a kit."""
    return works.desk.quote(ask(order("SO-Q", quantity))).lines[0].kit == ()


def test_delivered_goods_leave_the_stock_once(shop: Bench) -> None:
    """240 of 300 are gone: the receipt, the log, the next export and a restart know it. They used to stay, free."""
    shop.desk.promise(ask(order()))
    closed = shop.desk.change(close())
    assert [line.state for line in closed.promise.lines] == [PromiseState.FULFILLED]
    assert closed.receipt.issued == (GoodsIssued(1, "jar", 240),)
    for again in range(3):
        assert stock(shop) == 60
        assert (free(shop, 60), free(shop, 61)) == (True, False)
        assert shop.desk.change(close()) == closed
        assert shop.desk.check() == []
        if again == 0:
            shop.crash()
        else:
            shop.restart()
    assert shop.desk.export_plant()["stock.csv"] == b"item,quantity,as_of\njar,60,2026-03-02T10:00\n"
    ended = [(event.kind, event.order_id, event.actor) for event in shop.desk.events()[-2:]]
    assert ended == [(EventKind.CLOSED, "SO-1", "shop"), (EventKind.PLANT_FED, "SO-1", "shop done")]
    assert shop.desk.events()[-2].detail == "1: confirmed>fulfilled; 1: 240 of jar issued"
    with pytest.raises(WrongState):
        shop.desk.change(close(request_id="again"))


@pytest.mark.parametrize(("delivered", "left", "issued"), [(100, 200, 100), (240, 60, 240), (0, 300, 0)])
def test_what_was_delivered_short_leaves_and_the_rest_is_free(shop: Bench, delivered, left, issued) -> None:
    """Of 240 promised."""
    shop.desk.promise(ask(order()))
    closed = shop.desk.change(close(delivered))
    assert sum(goods.quantity for goods in closed.receipt.issued) == issued
    assert stock(shop) == left
    assert free(shop, left)
    assert shop.desk.check() == []


@pytest.mark.parametrize(("delivered", "left"), [(None, 60), (150, 150), (50, 200)])
def test_goods_that_were_reported_before_do_not_leave_again(shop: Bench, delivered, left) -> None:
    """100 were issued in the morning; the quantity delivered counts them."""
    shop.desk.promise(ask(order()))
    shop.desk.feed(Feed("f-1", issues=(Issue("SO-1", 1, MONDAY + HOUR, quantity=100),)))
    shop.desk.change(close(delivered))
    assert stock(shop) == left


def test_a_delivery_that_a_count_has_seen_is_not_taken_off_again(shop: Bench) -> None:
    """The goods left at 7:00, the count of 8:00 is without them."""
    shop.desk.promise(ask(order()))
    shop.desk.change(close(at=MONDAY - HOUR))
    assert stock(shop) == 300
    assert free(shop, 300)


def test_a_later_count_from_before_the_delivery_is_corrected_by_it(shop: Bench) -> None:
    """Delivered at 9:30; the count of 9:00 still had the goods, that of 9:45 had not."""
    shop.desk.promise(ask(order()))
    shop.desk.change(close(at=MONDAY + 1.5 * HOUR))
    shop.restart()
    shop.desk.feed(Feed("f-1", stock=(OnHand("jar", 310, MONDAY + HOUR),)))
    assert stock(shop) == 70
    shop.desk.feed(Feed("f-2", stock=(OnHand("jar", 75, MONDAY + 1.75 * HOUR),)))
    assert stock(shop) == 75


def test_goods_that_never_arrived_cannot_have_been_delivered(shop: Bench) -> None:
    """400 are promised, 100 of them of Tuesday's receipt: refused until it is reported, or 300 are delivered."""
    shop.desk.promise(ask(order(quantity=400)))
    for delivered, rest in ((None, 100), (301, 1)):
        with pytest.raises(WrongState, match=f"{rest} of jar are of receipt R-1, which was not reported") as refused:
            shop.desk.change(close(delivered))
        assert (refused.value.name, refused.value.state) == ("SO-1/1", "waiting")
    assert stock(shop) == 300
    shop.desk.feed(Feed("f-1", arrivals=(Arrival("R-1", MONDAY + HOUR),)))
    assert shop.desk.change(close()).receipt.issued == (GoodsIssued(1, "jar", 400),)
    assert stock(shop) == 400
    assert shop.desk.check() == []


def test_what_is_in_stock_was_delivered_though_the_rest_has_not_come(shop: Bench) -> None:
    """300 of 400; the receipt is free for others."""
    shop.desk.promise(ask(order(quantity=400)))
    shop.desk.change(close(300))
    assert stock(shop) == 0
    (line,) = shop.desk.promise(ask(order("SO-2", 500))).lines
    assert line.promised_time == MONDAY + timedelta(days=2)


def test_a_rehearsal_tells_and_changes_nothing(shop: Bench) -> None:
    """With `validate_only`."""
    standing = shop.desk.promise(ask(order()))
    told = shop.desk.change(close(validate_only=True))
    assert told.receipt.issued == (GoodsIssued(1, "jar", 240),)
    assert shop.desk.get("SO-1") == standing
    assert (stock(shop), shop.kinds()[-1]) == (300, EventKind.PROMISED)


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (Close((Delivery(1, 241),)), "deliveries[0].quantity"),
        (Close((Delivery(1, -1),)), "deliveries[0].quantity"),
        (Close((Delivery(2, 1),)), "deliveries[0].line_no"),
        (Close((Delivery(1, 1), Delivery(1, 2))), "deliveries[1].line_no"),
        (Close(delivered_at=MONDAY + 3 * HOUR), "delivered_time"),
    ],
)
def test_a_delivery_that_cannot_be_is_told_by_its_field(shop: Bench, made, field) -> None:
    """More than was promised, a line that isn't there or stands twice, a time that is to come: nothing changes."""
    standing = shop.desk.promise(ask(order()))
    with pytest.raises(InvalidInput) as refused:
        shop.desk.change(change("SO-1", made))
    assert [violation.field for violation in refused.value.violations] == [field]
    with pytest.raises(StaleEtag):
        shop.desk.change(close(etag="SO-1:7"))
    assert shop.desk.get("SO-1") == standing
    assert stock(shop) == 300


@pytest.mark.parametrize(("fault", "left"), [("before", 300), ("lost", 300), ("after", 60)])
def test_a_commit_that_fails_leaves_all_of_it_or_nothing(shop: Bench, fault, left) -> None:
    """Order and stock together; the retry closes it once, whatever became of the first try."""
    shop.desk.promise(ask(order()))
    shop.store.faults = [fault]
    with pytest.raises(DeskStopped):
        shop.desk.change(close())
    assert stock(shop) == left
    assert (shop.desk.get("SO-1").lines[0].state is PromiseState.FULFILLED) == (left == 60)
    assert shop.desk.change(close()).receipt.issued == (GoodsIssued(1, "jar", 240),)
    assert stock(shop) == 60
    assert shop.desk.check() == []


def test_lines_are_delivered_each_by_its_own_quantity(shop: Bench) -> None:
    """Two lines of jars, one short; what isn't named was delivered whole."""
    lines = (*order(quantity=100).lines, OrderLine(2, "jar", 150, MONDAY + timedelta(days=2)))
    shop.desk.promise(ask(replace(order(), lines=lines)))
    closed = shop.desk.change(change("SO-1", Close((Delivery(2, 30),))))
    assert closed.receipt.issued == (GoodsIssued(1, "jar", 100), GoodsIssued(2, "jar", 30))
    assert stock(shop) == 170


def components(works: Bench) -> dict[str, int]:
    return {row.item_id: row.quantity for row in works.desk.plant().on_hand}


def test_what_went_into_delivered_goods_leaves_with_them(open_works) -> None:
    """Twenty lamps take forty screws, twenty cables and their resin."""
    works = open_works(stocked(resin=100, screw=50, cable=30))
    works.desk.promise(ask(lamp_order()))
    before = components(works)
    held = {peg.item_id: peg.quantity for peg in works.desk._stands.plan.pegs("SO-1")}
    works.desk.set_clock(hours(24))
    closed = works.desk.change(change("SO-1", Close()))
    assert {goods.item_id: goods.quantity for goods in closed.receipt.issued} == held
    assert {item: before[item] - left for item, left in components(works).items() if before[item] != left} == held
    assert (held["screw"], held["cable"]) == (40, 20)
    works.crash()
    assert works.desk.check() == []


@pytest.mark.parametrize(("when", "gone"), [(0, {"resin"}), (24, {"resin", "screw", "cable"})])
def test_components_of_a_line_finished_short_leave_with_the_lots_that_were_begun(open_works, when, gone) -> None:
    """At eight that of the shades has; a day later all have."""
    works = open_works(stocked(resin=100, screw=50, cable=30))
    works.desk.promise(ask(lamp_order()))
    if when:
        works.desk.set_clock(hours(when))
    closed = works.desk.change(change("SO-1", Close((Delivery(1, 3),))))
    assert {goods.item_id for goods in closed.receipt.issued} == gone
    assert works.desk.check() == []
