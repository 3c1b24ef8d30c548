"""The calls of SupplyService, which the client has beside those of sales and planners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from client.frame import Frame
from jiaoqi.v1 import supply_service_pb2 as supply


class SupplyCalls(Frame):
    """Single rows of the standing plant: stock, receipts, customers."""

    def upsert_supply(
        self,
        stock: Iterable[supply.StockCount] = (),
        issues: Iterable[supply.GoodsIssue] = (),
        *,
        request_id: str = "",
        validate_only: bool = False,
    ) -> supply.UpsertSupplyResponse:
        """Take over stock counts and goods that left; all rows or none."""
        request = supply.UpsertSupplyRequest(stock=stock, issues=issues, validate_only=validate_only)
        return self._change(self._supply.UpsertSupply, request, request_id)

    def upsert_receipts(
        self,
        receipts: Iterable[supply.SupplyReceipt] = (),
        arrivals: Iterable[supply.ReceiptArrival] = (),
        removed_receipt_ids: Iterable[str] = (),
        *,
        request_id: str = "",
        validate_only: bool = False,
    ) -> supply.UpsertReceiptsResponse:
        """Add, change and remove receipts, and take what arrived into the stock; all rows or none."""
        request = supply.UpsertReceiptsRequest(
            receipts=receipts,
            arrivals=arrivals,
            removed_receipt_ids=removed_receipt_ids,
            validate_only=validate_only,
        )
        return self._change(self._supply.UpsertReceipts, request, request_id)

    def list_purchases(self, item_id: str = "", page_size: int = 0) -> Iterator[supply.PlannedPurchase]:
        """Yield what is planned to be bought, the first to come in front, page by page."""
        request = supply.ListPurchasesRequest(item_id=item_id, page_size=page_size)
        for page in self._pages(self._supply.ListPurchases, request):
            yield from page.purchases

    def upsert_customers(
        self, customers: Iterable[supply.Customer], *, request_id: str = "", validate_only: bool = False
    ) -> supply.UpsertCustomersResponse:
        """Add customers and change them; all rows or none."""
        request = supply.UpsertCustomersRequest(customers=customers, validate_only=validate_only)
        return self._change(self._supply.UpsertCustomers, request, request_id)
