"""Stock, receipts and customers of the standing plant come in by themselves, and a restart finds them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput, RequestIdReused, WouldBreakReservations
from domain.items import Item, Sourcing
from domain.orders import Order
from domain.plant import Plant
from domain.promises import EventKind, Outcome, Tier
from domain.supply import OnHand, Receipt, Since, counted, moved
from domain.trade import Carrier, Customer
from domain.values import replace
from promising.feed_requests import Arrival, CustomerChange, Feed, Issue, ReceiptChange
from promising.feeds import digest_of
from promising.plant_files import read_plant, write_plant
from promising.ports import CommitFailed
from tests.promising import desks
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel
from tests.promising.desks import shop as shop_plant
from tests.stores import SQLITE, Places

HOUR = timedelta(hours=1)


def stocked_shop() -> Plant:
    """300 jars in stock, 500 to come on Tuesday; ACME and BETA buy."""
    plant = shop_plant()
    return replace(
        plant,
        items=(*plant.items, Item("jar", sourcing=Sourcing.STOCK)),
        on_hand=(OnHand("jar", 300, MONDAY),),
        receipts=(Receipt("R-1", "jar", 500, MONDAY + timedelta(days=1)),),
        customers=(Customer("ACME", credit_limit_fen=100), Customer("BETA")),
    )


@pytest.fixture
def shop(places: Places) -> Iterator[Bench]:
    with bench(places(), plant=stocked_shop()) as made:
        yield made


def order(order_id: str = "SO-1", item_id: str = "jar", quantity: int = 240, **changes: Any) -> Order:
    return desks.order(order_id, item_id, quantity, **changes)


def feed(request_id: str = "f-1", **rows: object) -> Feed:
    return Feed(request_id, "erp", **rows)


def count(quantity: int, item_id: str = "jar", at: datetime = MONDAY) -> tuple[OnHand, ...]:
    return (OnHand(item_id, quantity, at),)


def stock(shop: Bench, item_id: str = "jar") -> int:
    return {row.item_id: row.quantity for row in shop.desk.plant().on_hand}[item_id]


def later(shop: Bench, **delta: float) -> datetime:
    """Set the clock to some time after Monday 8:00."""
    return shop.desk.set_clock(MONDAY + timedelta(**delta))


def test_a_count_is_promised_from_at_once_and_after_a_restart(shop: Bench) -> None:
    """400 jars can be had from stock after the count, and could not before; the export has it."""
    now = later(shop, hours=1)
    before = shop.desk.quote(ask(order(quantity=900), "q-1"))
    assert before.lines[0].tier is not Tier.STOCK
    answer = shop.desk.feed(feed(stock=count(900, at=now)))
    assert answer.applied
    assert answer.changes == ("stock: ~ jar (quantity: 300 -> 900, as_of: 2026-03-02T08:00 -> 2026-03-02T09:00)",)
    for _ in range(2):
        assert shop.desk.quote(ask(order(quantity=900), "q-2")).lines[0].tier is Tier.STOCK
        assert read_plant(shop.desk.export_plant()) == shop.desk.plant()
        assert shop.desk.export_plant()["stock.csv"] == b"item,quantity,as_of\njar,900,2026-03-02T09:00\n"
        shop.restart()
    event = shop.desk.events()[-1]
    assert (event.kind, event.actor, event.detail) == (EventKind.PLANT_FED, "erp f-1", answer.changes[0])


def test_work_stands_as_it_stood_when_stock_changes(shop: Bench) -> None:
    """The places of a made order don't move, and no operation is written again."""
    shop.desk.promise(ask(order("SO-1", "lid", 240)))
    before = shop.desk.schedule()
    shop.desk.feed(feed(stock=count(900)))
    assert shop.desk.schedule() == before
    shop.restart()
    assert shop.desk.schedule() == before
    assert shop.desk.check() == []


def test_a_retry_gets_the_first_answer_whatever_came_since(shop: Bench) -> None:
    """The second count stands; the id with another content is refused, also that of an order."""
    first = shop.desk.feed(feed("f-1", stock=count(400)))
    shop.desk.feed(feed("f-2", stock=count(350)))
    shop.restart()
    events = shop.desk.last_event()
    assert shop.desk.feed(feed("f-1", stock=count(400))) == first
    assert (stock(shop), shop.desk.last_event()) == (350, events)
    shop.desk.promise(replace(ask(order()), caller="erp", request_id="r-9"))
    for request_id in ("f-1", "r-9"):
        with pytest.raises(RequestIdReused):
            shop.desk.feed(feed(request_id, stock=count(401)))
    assert stock(shop) == 350


def test_a_feed_that_changes_nothing_is_remembered_without_an_event(shop: Bench) -> None:
    """A retry after another feed must not bring the old count back."""
    events = shop.desk.last_event()
    assert shop.desk.feed(feed("f-1", stock=count(300))).changes == ()
    assert shop.desk.last_event() == events
    shop.desk.feed(feed("f-2", stock=count(200)))
    assert shop.desk.feed(feed("f-1", stock=count(300))).changes == ()
    assert stock(shop) == 200


def test_less_stock_than_is_reserved_is_refused_with_the_list(shop: Bench) -> None:
    """240 of 300 are promised: 239 can't be the count, nor can 239 with other rows in the feed; nothing changes."""
    shop.desk.promise(ask(order(quantity=240)))
    state = (shop.desk.plant(), shop.desk.last_event())
    rows = {"stock": count(239), "customers": (CustomerChange("ACME", grade="A"),)}
    for validate_only in (True, False):
        with pytest.raises(WouldBreakReservations) as refused:
            shop.desk.feed(feed(validate_only=validate_only, **rows))
        assert refused.value.broken == ("jar on hand: 240 reserved of 239",)
    assert (shop.desk.plant(), shop.desk.last_event()) == state
    assert shop.desk.feed(feed(stock=count(240))).applied


def test_a_check_only_says_what_would_change(shop: Bench) -> None:
    """The same id then makes the change."""
    only = shop.desk.feed(feed(stock=count(200), validate_only=True))
    assert (only.applied, only.changes) == (False, ("stock: ~ jar (quantity: 300 -> 200)",))
    assert stock(shop) == 300
    assert shop.desk.feed(feed(stock=count(200))).changes == only.changes
    assert stock(shop) == 200


def test_everything_wrong_is_told_at_once(shop: Bench) -> None:
    """By the fields of the feed; nothing is changed."""
    wrong = feed(
        stock=(*count(1, "cup"), *count(1), *count(2), *count(3, "lid", MONDAY + HOUR)),
        issues=(Issue("SO-9", 1, MONDAY),),
        receipts=(ReceiptChange("R-2", "jar", 10), ReceiptChange("R-1", quantity=0)),
        arrivals=(Arrival("R-3", MONDAY), Arrival("R-1", MONDAY, 501)),
        removed_receipts=("R-4",),
        customers=(CustomerChange("ACME", credit_limit_fen=-1),),
    )
    with pytest.raises(InvalidInput) as refused:
        shop.desk.feed(wrong)
    assert [(found.field, found.problem) for found in refused.value.violations] == [
        ("stock[0].item_id", "no item 'cup'"),
        ("stock[2]", "stands twice in one feed"),
        ("stock[3].as_of", "2026-03-02T01:00:00+00:00 is in the plant's future"),
        ("issues[0].order_id", "order 'SO-9' line 1 holds nothing that is in stock"),
        ("receipts[0].time", "is missing"),
        ("receipts[1].quantity", "0 is out of range"),
        ("arrivals[0].receipt_id", "no receipt 'R-3'"),
        ("arrivals[1].quantity", "501 is out of range"),
        ("removed_receipt_ids[0]", "no receipt 'R-4'"),
        ("customers[0].credit_limit_fen", "-1 is out of range"),
    ]
    assert shop.desk.plant() == stocked_shop()


def test_a_customer_keeps_what_the_feed_does_not_tell(shop: Bench) -> None:
    """New receivables leave the limit as it was; a new customer may order at once."""
    answer = shop.desk.feed(
        feed(customers=(CustomerChange("ACME", receivables_fen=5000), CustomerChange("GAMMA", region="north")))
    )
    assert answer.changes == ("customers: ~ ACME (receivables: 0 -> 50)", "customers: + GAMMA")
    for _ in range(2):
        acme, _, gamma = shop.desk.plant().customers
        assert (acme.credit_limit_fen, acme.receivables_fen, gamma.region) == (100, 5000, "north")
        assert shop.desk.quote(ask(order("Q", customer_id="GAMMA"), "q")).lines[0].outcome is Outcome.ON_TIME
        shop.restart()


def test_a_customer_is_fed_with_a_carrier_that_goes_to_its_region(shop: Bench) -> None:
    """Where the plant has carriers; what no carrier serves is refused, as the files would be at the next start."""
    carriers = (
        Carrier("air", "north", HOUR, time(16), frozenset(range(5))),
        Carrier("sea", "south", HOUR, time(16), frozenset(range(5))),
    )
    shop.desk.import_plant(write_plant(replace(stocked_shop(), carriers=carriers)))
    wrong = (
        CustomerChange("ACME", region="east"),
        CustomerChange("BETA", region="north", carrier_id="rail"),
        CustomerChange("NEW", region="north", carrier_id="sea"),
    )
    with pytest.raises(InvalidInput) as refused:
        shop.desk.feed(feed(customers=wrong))
    assert [(found.field, found.problem, found.allowed) for found in refused.value.violations] == [
        ("customers[0].region", "no carrier goes to 'east'", "north, south"),
        ("customers[1].carrier_id", "no carrier 'rail'", "air, sea"),
        ("customers[2].carrier_id", "'sea' does not go to 'north'", "air"),
    ]
    shop.desk.feed(feed(customers=(CustomerChange("BETA", region="south", carrier_id="sea"),)))
    shop.restart()
    assert shop.desk.plant().customer_by_id["BETA"] == Customer("BETA", region="south", carrier_id="sea")


def test_a_feed_sent_again_after_customers_got_carriers_counts_once() -> None:
    """Its content is the same as before, so its digest is too."""
    change = feed(customers=(CustomerChange("ACME", grade="A"),))
    assert digest_of(change).hex() == "c1a8d6d24a8c1d07f1228a6b140a85c3"


def test_a_receipt_may_move_within_what_was_promised_from_it(shop: Bench) -> None:
    """Promised for Wednesday from Tuesday's receipt: Wednesday 8:00 is as late as it may come."""
    promise = shop.desk.promise(ask(order(quantity=600)))
    assert promise.lines[0].tier is Tier.STOCK
    assert promise.lines[0].expected_time == MONDAY + timedelta(days=1)
    for request_id, hours in (("f-1", 47), ("f-2", 20)):
        shop.desk.feed(feed(request_id, receipts=(ReceiptChange("R-1", time=MONDAY + hours * HOUR),)))
        assert shop.desk.get("SO-1").lines[0].expected_time == MONDAY + hours * HOUR
    shop.restart()
    assert shop.desk.get("SO-1").lines[0].expected_time == MONDAY + 20 * HOUR
    with pytest.raises(WouldBreakReservations) as refused:
        shop.desk.feed(feed("f-3", receipts=(ReceiptChange("R-1", time=MONDAY + 49 * HOUR),)))
    assert refused.value.broken == ("SO-1 line 1: R-1 is needed by 2026-03-04T00:00:00+00:00",)
    for change in (
        {"receipts": (ReceiptChange("R-1", quantity=299),)},  # 300 of it are promised.
        {"receipts": (ReceiptChange("R-1", item_id="lid"),)},  # The jars would come from nowhere.
        {"removed_receipts": ("R-1",)},
    ):
        with pytest.raises(WouldBreakReservations):
            shop.desk.feed(feed("f-3", **change))
    assert shop.desk.feed(feed("f-4", receipts=(ReceiptChange("R-1", quantity=300),))).applied


def test_what_arrived_is_stock_and_its_reservations_go_with_it(shop: Bench) -> None:
    """200 of Tuesday's 500 come early, then the rest; a receipt that has arrived is gone."""
    shop.desk.promise(ask(order(quantity=600)))
    now = later(shop, hours=1)
    answer = shop.desk.feed(feed("f-1", arrivals=(Arrival("R-1", now, 200),)))
    assert answer.changes == (
        "stock: ~ jar (quantity: 300 -> 500, as_of: 2026-03-02T08:00 -> 2026-03-02T09:00)",
        "receipts: ~ R-1 (quantity: 500 -> 300)",
        "reservations: ~ SO-1 line 1 (200 of jar from R-1 to stock)",
    )
    shop.restart()
    with pytest.raises(WouldBreakReservations):
        shop.desk.feed(feed("f-2", stock=count(499, at=now)))
    shop.desk.feed(feed("f-3", arrivals=(Arrival("R-1", now),)))
    assert (stock(shop), shop.desk.plant().receipts) == (800, ())
    assert shop.desk.quote(ask(order("Q", quantity=200), "q-1")).lines[0].tier is Tier.STOCK
    assert shop.desk.quote(ask(order("Q", quantity=201), "q-2")).lines[0].tier is not Tier.STOCK
    shop.restart()
    assert (stock(shop), shop.desk.plant().receipts, shop.desk.check()) == (800, (), [])
    assert shop.desk.quote(ask(order("Q", quantity=201), "q-3")).lines[0].tier is not Tier.STOCK


def test_goods_that_left_free_their_reservation_and_lower_the_stock(shop: Bench) -> None:
    """After 240 of 300 left, 60 can be counted; 100 of another order leave in two steps."""
    shop.desk.promise(ask(order("SO-1", quantity=240)))
    now = later(shop, hours=2)
    shop.desk.feed(feed("f-1", issues=(Issue("SO-1", 1, now),)))
    assert stock(shop) == 60
    assert shop.desk.feed(feed("f-2", stock=count(60, at=now))).applied
    shop.desk.promise(ask(order("SO-2", quantity=50)))
    shop.desk.feed(feed("f-3", issues=(Issue("SO-2", 1, now, quantity=20),)))
    shop.restart()
    with pytest.raises(InvalidInput, match="31 is out of range"):
        shop.desk.feed(feed("f-4", issues=(Issue("SO-2", 1, now, quantity=31),)))
    shop.desk.feed(feed("f-4", issues=(Issue("SO-2", 1, now),)))
    with pytest.raises(InvalidInput, match="holds nothing that is in stock"):
        shop.desk.feed(feed("f-5", issues=(Issue("SO-1", 1, now),)))
    shop.restart()
    assert shop.desk.get("SO-1").lines[0].outcome is Outcome.ON_TIME
    assert shop.desk.check() == []
    shop.desk.change(cancel("SO-2"))


def test_what_waits_for_a_receipt_cannot_leave_before_it(shop: Bench) -> None:
    """The 300 from stock may go, the 300 from R-1 may not; the message names it."""
    shop.desk.promise(ask(order(quantity=600)))
    shop.desk.feed(feed("f-1", issues=(Issue("SO-1", 1, MONDAY),)))
    with pytest.raises(InvalidInput, match="after R-1 has arrived"):
        shop.desk.feed(feed("f-2", issues=(Issue("SO-1", 1, MONDAY),)))


def test_a_late_count_is_corrected_by_what_left_after_it(shop: Bench) -> None:
    """Counted 290 at 9:00, told at 11:00; 240 left at 10:00, so 50 are there. What left at 8:30 it knew."""
    shop.desk.promise(ask(order("SO-1", quantity=240)))
    shop.desk.promise(ask(order("SO-2", quantity=10)))
    now = later(shop, hours=3)
    early, late = Issue("SO-2", 1, now - 2.5 * HOUR), Issue("SO-1", 1, now - HOUR)
    shop.desk.feed(feed("f-1", issues=(early, late)))
    assert stock(shop) == 50
    shop.restart()
    answer = shop.desk.feed(feed("f-2", stock=count(280, at=now - 2 * HOUR)))
    assert answer.changes == ("stock: ~ jar (quantity: 50 -> 40)",)
    with pytest.raises(InvalidInput, match="is before the last count"):
        shop.desk.feed(feed("f-3", stock=count(300, at=now - 2.5 * HOUR)))
    shop.desk.feed(feed("f-4", stock=count(45, at=now)))
    shop.restart()
    assert stock(shop) == 45


def test_an_import_is_corrected_by_what_left_after_its_count(shop: Bench) -> None:
    """Monday's files come again at 11:00: of the 300 counted at 8:00, 240 left at 10:00."""
    shop.desk.promise(ask(order("SO-1", quantity=240)))
    now = later(shop, hours=3)
    shop.desk.feed(feed("f-1", issues=(Issue("SO-1", 1, now - HOUR),), customers=(CustomerChange("NEW"),)))
    for _ in range(2):
        shop.desk.import_plant(write_plant(stocked_shop()))
        assert stock(shop) == 60
        assert [row.id for row in shop.desk.plant().customers] == ["ACME", "BETA"]
        shop.restart()
    exported = shop.desk.export_plant()
    assert shop.desk.import_plant(exported).changes == ()
    shop.desk.feed(feed("f-2", stock=count(290, at=now - 2 * HOUR)))
    assert stock(shop) == 50


def test_a_feed_whose_commit_fails_changes_nothing(shop: Bench) -> None:
    """The desk reads the store again and goes on; the retry makes the change."""
    shop.desk.promise(ask(order("SO-1", quantity=240)))
    issue = feed(issues=(Issue("SO-1", 1, later(shop, hours=1)),))
    shop.store.faults = ["before"]
    with pytest.raises(Exception, match="look again") as failed:
        shop.desk.feed(issue)
    assert not isinstance(failed.value, CommitFailed)
    assert stock(shop) == 300
    shop.store.faults = ["after"]
    with pytest.raises(Exception, match="look again"):
        shop.desk.feed(issue)
    events = shop.desk.last_event()
    assert shop.desk.feed(issue).changes[0].startswith("stock: ~ jar")
    assert (stock(shop), shop.desk.last_event()) == (60, events)


times = st.integers(0, 20).map(lambda hours: MONDAY + hours * HOUR)


@given(st.lists(st.tuples(times, st.integers(-40, 60)), max_size=8), times, st.integers(0, 500), st.booleans())
def test_reports_and_a_count_agree_in_whatever_order_they_come(
    movements: list[tuple[datetime, int]], counted_at: datetime, quantity: int, count_first: bool
) -> None:
    """The stock after a count is the count and all that moved later, whether it was told before or after."""
    expected = quantity + sum(moved_by for at, moved_by in movements if at > counted_at)
    row, since = OnHand("jar", 10_000, MONDAY - HOUR), Since(MONDAY - HOUR)
    told = OnHand("jar", quantity, counted_at)
    try:
        if count_first:
            row, since = counted(told, since)
        for at, moved_by in movements:
            row, since = moved(row, since or Since(row.as_of), moved_by, at)
        if not count_first:
            row, since = counted(told, since)
    except InvalidInput:
        # More would have gone than was ever there.
        assert any(moved_by < 0 for at, moved_by in movements if at > counted_at)
        return
    assert row.quantity == expected


rows = st.tuples(st.sampled_from(["R-1", "R-2", "R-3"]), st.sampled_from(["jar", "lid"]), st.integers(0, 3))


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=12))
def test_a_restart_finds_every_row_where_it_stood(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]]
) -> None:
    """Receipts and customers come, change, go (0) and come again: same plant, same order of rows, same export."""
    with bench(Places(SQLITE, tmp_path_factory.mktemp("rows"))(), plant=stocked_shop()) as shop:
        for number, (name, item_id, quantity) in enumerate(steps):
            if quantity:
                change = ReceiptChange(name, item_id, quantity, MONDAY + quantity * HOUR)
                shop.desk.feed(feed(f"f-{number}", receipts=(change,), customers=(CustomerChange(f"C-{quantity}"),)))
            elif name in {receipt.id for receipt in shop.desk.plant().receipts}:
                shop.desk.feed(feed(f"f-{number}", removed_receipts=(name,)))
        before, files = shop.desk.plant(), shop.desk.export_plant()
        shop.restart()
        assert shop.desk.plant() == before
        assert shop.desk.export_plant() == files
