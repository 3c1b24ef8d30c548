"""Warehouse and accounts tell stock, receipts and customers as they come."""

from datetime import UTC, datetime, timedelta

import grpc
import pytest

from client.calls import CallError, JiaoqiClient
from domain.items import Item, Sourcing
from domain.plant import Plant
from domain.supply import OnHand, Receipt
from domain.trade import Customer
from domain.values import replace
from jiaoqi.v1 import plan_pb2
from jiaoqi.v1 import supply_service_pb2 as pb
from promising.plant_files import read_plant
from tests.wire.conftest import MONDAY, shop
from tests.wire.test_plant_service import order
from wire.times import time_to_message

TUESDAY = MONDAY + timedelta(days=1)
NONE_LEFT = pb.SupplyReceipt(receipt_id="R-1", quantity=0)


def stocked() -> Plant:
    """300 jars in stock, 500 to come on Tuesday."""
    plant = shop()
    return replace(
        plant,
        items=(*plant.items, Item("jar", sourcing=Sourcing.STOCK)),
        on_hand=(OnHand("jar", 300, MONDAY - timedelta(days=1)),),
        receipts=(Receipt("R-1", "jar", 500, TUESDAY),),
    )


@pytest.fixture
def client(serve):
    """A client of the shop with jars."""
    with serve(stocked()) as served, served.client(caller="erp") as client:
        yield client


def count(quantity: int, at: datetime = MONDAY) -> pb.StockCount:
    return pb.StockCount(item_id="jar", quantity=quantity, as_of_time=time_to_message(at))


def standing(client: JiaoqiClient) -> Plant:
    return read_plant(client.export_plant())


def test_a_count_is_told_and_exported(client):
    """It was taken at 8:00 and is what can be promised; a retry is answered as before, a check changes nothing."""
    only = client.upsert_supply([count(250)], request_id="f-1", validate_only=True)
    assert standing(client) == stocked()
    answer = client.upsert_supply([count(250)], request_id="f-1")
    said = "stock: ~ jar (quantity: 300 -> 250, as_of: 2026-03-01T08:00 -> 2026-03-02T08:00)"
    assert list(only.changes) == list(answer.changes) == [said]
    client.upsert_supply([count(260)], request_id="f-2")
    assert list(client.upsert_supply([count(250)], request_id="f-1").changes) == [said]
    assert standing(client).on_hand == (OnHand("jar", 260, MONDAY),)


def test_goods_leave_and_arrive(client):
    """240 jars of an order leave, 500 arrive: 560 are there, all free."""
    client.promise(order("PO-1", "jar", 240))
    now = time_to_message(client.set_clock(MONDAY + timedelta(hours=1)).as_of.now_time.ToDatetime(UTC))
    client.upsert_supply(issues=[pb.GoodsIssue(order_id="PO-1", line_no=1, issue_time=now)])
    client.upsert_receipts(arrivals=[pb.ReceiptArrival(receipt_id="R-1", arrival_time=now)])
    plant = standing(client)
    assert (plant.on_hand[0].quantity, plant.receipts) == (560, ())
    assert client.quote(order("Q", "jar", 560)).promise.lines[0].promised_time.seconds


def test_a_receipt_is_added_changed_and_removed(client):
    """What isn't told stays: the date moves, the quantity doesn't."""
    new = pb.SupplyReceipt(receipt_id="R-2", item_id="cap", quantity=10, expected_time=time_to_message(TUESDAY))
    moved = pb.SupplyReceipt(receipt_id="R-1", expected_time=time_to_message(TUESDAY + timedelta(days=1)))
    answer = client.upsert_receipts([new, moved])
    assert list(answer.changes) == ["receipts: + R-2", "receipts: ~ R-1 (time: 2026-03-03T08:00 -> 2026-03-04T08:00)"]
    client.upsert_receipts([pb.SupplyReceipt(receipt_id="R-2", confidence_percent=0)], removed_receipt_ids=["R-1"])
    assert standing(client).receipts == (Receipt("R-2", "cap", 10, TUESDAY, 0),)


def test_a_customer_is_added_and_changed(client):
    """Receivables alone change; zero is told, unset is not."""
    client.upsert_customers([pb.Customer(customer_id="C-1", grade="A", credit_limit_fen=500, receivables_fen=100)])
    answer = client.upsert_customers([pb.Customer(customer_id="C-1", receivables_fen=0)])
    assert list(answer.changes) == ["customers: ~ C-1 (receivables: 1 -> 0)"]
    assert standing(client).customers == (Customer("C-1", grade="A", credit_limit_fen=500),)


def test_less_than_is_reserved_is_refused_with_the_list(client):
    """Every reservation that would break, as a failed precondition."""
    client.promise(order("PO-1", "jar", 600))
    with pytest.raises(CallError) as refused:
        client.upsert_supply([count(299)])
    assert (refused.value.code, refused.value.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "WOULD_BREAK_RESERVATIONS",
    )
    assert [found.problem for found in refused.value.fields] == ["jar on hand: 300 reserved of 299"]
    with pytest.raises(CallError) as refused:
        client.upsert_receipts(removed_receipt_ids=["R-1"])
    assert [found.problem for found in refused.value.fields] == ["jar R-1: 300 reserved of 0"]
    assert standing(client) == stocked()


@pytest.mark.parametrize(
    ("call", "field", "problem"),
    [
        (lambda c: c.upsert_supply(), "request", "has no rows"),
        (lambda c: c.upsert_supply([count(1)], request_id="\n"), "request_id", "is not a request id"),
        (lambda c: c.upsert_supply([pb.StockCount(item_id="jar")]), "stock[0].as_of_time", "out of range"),
        (lambda c: c.upsert_supply([count(-1)]), "stock[0].quantity", "-1 is out of range"),
        (lambda c: c.upsert_supply([count(1, TUESDAY)]), "stock[0].as_of_time", "is in the plant's future"),
        (lambda c: c.upsert_supply([count(1)] * 2001), "stock", "2001 rows"),
        (lambda c: c.upsert_supply([count(1), count(2)]), "stock[1]", "stands twice in one feed"),
        (
            lambda c: c.upsert_receipts([pb.SupplyReceipt(receipt_id="R-9", item_id="jar", quantity=1)]),
            "receipts[0].expected_time",
            "is missing",
        ),
        (
            lambda c: c.upsert_receipts([pb.SupplyReceipt(receipt_id="R-1", quantity=0)]),
            "receipts[0].quantity",
            "0 is out",
        ),
        (lambda c: c.upsert_receipts(removed_receipt_ids=["R-9"]), "removed_receipt_ids[0]", "no receipt 'R-9'"),
        (lambda c: c.upsert_customers([pb.Customer()]), "customers[0].customer_id", "'' is not an id"),
        (
            lambda c: c.upsert_customers([pb.Customer(customer_id="C", name="a\nb")]),
            "customers[0].name",
            "is not a text",
        ),
    ],
)
def test_what_is_wrong_is_told_by_field(client, call, field, problem):
    """With what is allowed; nothing changes."""
    with pytest.raises(CallError) as refused:
        call(client)
    (found,) = refused.value.fields
    assert (refused.value.code, found.field) == (grpc.StatusCode.INVALID_ARGUMENT, field)
    assert problem in found.problem
    assert standing(client) == stocked()


def test_a_watch_hears_of_a_feed(client):
    """By kind, with what changed and who told it."""
    watch = client.watch()
    next(watch)
    client.upsert_customers([pb.Customer(customer_id="C-9")], request_id="f-9")
    (event,) = next(watch).events
    assert (event.kind, event.actor, event.detail) == (plan_pb2.EVENT_KIND_PLANT_FED, "erp f-9", "customers: + C-9")
    watch.close()


def test_purchases_are_listed_page_by_page_and_covered_by_a_receipt(serve):
    """Three orders want jars that take two days to buy: one receipt takes the places of two."""
    plant = replace(stocked(), on_hand=(), receipts=())
    items = tuple(
        replace(item, sourcing=Sourcing.BUY, buy_lead=timedelta(days=2)) if item.id == "jar" else item
        for item in plant.items
    )
    with serve(replace(plant, items=items)) as served, served.client(caller="erp") as client:
        for name in ("PO-1", "PO-2", "PO-3"):
            client.promise(order(name, "jar", 50))
        found = list(client.list_purchases(page_size=2))
        assert sorted(one.purchase_id for one in found) == ["PO-1/1/jar", "PO-2/1/jar", "PO-3/1/jar"]
        assert {one.quantity for one in found} == {50}
        assert list(client.list_purchases("cap")) == []
        when = found[0].needed_time
        receipt = pb.SupplyReceipt(receipt_id="R-7", item_id="jar", quantity=100, expected_time=found[0].planned_time)
        receipt.purchase_ids.extend(["PO-1/1/jar", "PO-2/1/jar"])
        changes = client.upsert_receipts([receipt], request_id="f-1").changes
        assert "reservations: ~ PO-1 line 1 (50 of jar to be bought are of R-7)" in changes
        assert [one.purchase_id for one in client.list_purchases()] == ["PO-3/1/jar"]
        receipt.receipt_id = "R-8"
        with pytest.raises(CallError) as wrong:
            client.upsert_receipts([receipt])
        assert [error.field for error in wrong.value.fields] == [
            "receipts[0].purchase_ids[0]",
            "receipts[0].purchase_ids[1]",
        ]
        late = pb.SupplyReceipt(receipt_id="R-9", item_id="jar", quantity=50, purchase_ids=["PO-3/1/jar"])
        late.expected_time.FromSeconds(when.seconds + 86400)
        with pytest.raises(CallError, match="PO-3 line 1: R-9 is needed by"):
            client.upsert_receipts([late])
        with pytest.raises(CallError) as wrong:
            client.upsert_receipts(
                [pb.SupplyReceipt(receipt_id="lot:1", item_id="jar", quantity=1, expected_time=when)]
            )
        assert [error.field for error in wrong.value.fields] == ["receipts[0].receipt_id"]
        with pytest.raises(CallError) as wrong:
            client._call(client._supply.ListPurchases, pb.ListPurchasesRequest(page_token="no"))
        assert [error.field for error in wrong.value.fields] == ["page_token"]
