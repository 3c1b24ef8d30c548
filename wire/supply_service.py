"""The servicer of `jiaoqi.v1.SupplyService`."""

from __future__ import annotations

from typing import TypeVar

from domain.checks import check_id
from domain.errors import InvalidInput
from domain.values import replace
from jiaoqi.v1 import supply_service_pb2 as pb
from promising.desk import Desk
from promising.feed_requests import Feed
from wire import supply
from wire.answers import write_as_of
from wire.methods import Call, Handler, Methods
from wire.page_tokens import read_place, write_place
from wire.requests import check_deadline, check_page_token, check_request_id, page_size

REQUEST_BYTES_MAX = 1 << 20
PAGE_SIZE, PAGE_SIZE_MAX = 100, 1000

Answer = TypeVar("Answer", pb.UpsertSupplyResponse, pb.UpsertReceiptsResponse, pb.UpsertCustomersResponse)


class SupplyServicer:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods) -> None:
        self._desk = desk
        size = REQUEST_BYTES_MAX
        self.handlers: dict[str, Handler] = {
            "UpsertSupply": methods.unary(pb.UpsertSupplyRequest, self.upsert_supply, size),
            "UpsertReceipts": methods.unary(pb.UpsertReceiptsRequest, self.upsert_receipts, size),
            "ListPurchases": methods.unary(pb.ListPurchasesRequest, self.list_purchases, size),
            "UpsertCustomers": methods.unary(pb.UpsertCustomersRequest, self.upsert_customers, size),
        }

    def upsert_supply(self, request: pb.UpsertSupplyRequest, call: Call) -> pb.UpsertSupplyResponse:
        feed = replace(
            _feed(request, call),
            stock=supply.rows_from_messages("stock", request.stock, supply.count_from_message),
            issues=supply.rows_from_messages("issues", request.issues, supply.issue_from_message),
        )
        return self._fed(feed, pb.UpsertSupplyResponse())

    def upsert_receipts(self, request: pb.UpsertReceiptsRequest, call: Call) -> pb.UpsertReceiptsResponse:
        if len(request.removed_receipt_ids) > supply.ROWS_MAX:
            found = f"{len(request.removed_receipt_ids)} rows"
            raise InvalidInput.one("removed_receipt_ids", found, f"0 to {supply.ROWS_MAX}")
        feed = replace(
            _feed(request, call),
            receipts=supply.rows_from_messages("receipts", request.receipts, supply.receipt_from_message),
            arrivals=supply.rows_from_messages("arrivals", request.arrivals, supply.arrival_from_message),
            removed_receipts=tuple(request.removed_receipt_ids),
        )
        return self._fed(feed, pb.UpsertReceiptsResponse())

    def list_purchases(self, request: pb.ListPurchasesRequest, call: Call) -> pb.ListPurchasesResponse:
        size = page_size(request.page_size, PAGE_SIZE, PAGE_SIZE_MAX)
        check_page_token(request.page_token)
        if request.item_id:
            check_id("item_id", request.item_id)
        after = read_place(request.page_token) if request.page_token else ()
        check_deadline(call)
        found = [each for each in self._desk.purchases(request.item_id) if each.place > after]
        response = pb.ListPurchasesResponse(next_page_token=write_place(found[size - 1].place) if found[size:] else "")
        for purchase in found[:size]:
            supply.purchase_to_message(purchase, response.purchases.add())
        write_as_of(response.as_of, self._desk)
        return response

    def upsert_customers(self, request: pb.UpsertCustomersRequest, call: Call) -> pb.UpsertCustomersResponse:
        feed = replace(
            _feed(request, call),
            customers=supply.rows_from_messages("customers", request.customers, supply.customer_from_message),
        )
        return self._fed(feed, pb.UpsertCustomersResponse())

    def _fed(self, feed: Feed, response: Answer) -> Answer:
        if not (feed.stock or feed.issues or feed.receipts or feed.arrivals or feed.removed_receipts or feed.customers):
            raise InvalidInput.one("request", "has no rows", "one row or more")
        with supply.in_schema():
            response.changes.extend(self._desk.feed(feed).changes)
        write_as_of(response.as_of, self._desk)
        return response


def _feed(request: pb.UpsertSupplyRequest | pb.UpsertReceiptsRequest | pb.UpsertCustomersRequest, call: Call) -> Feed:
    check_request_id(request.request_id)
    return Feed(request.request_id, call.caller, validate_only=request.validate_only, deadline=call.deadline)
