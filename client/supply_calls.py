"""The calls of SupplyService, which the client has beside those of sales and planners."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jiaoqi.v1 import supply_service_pb2 as supply
from jiaoqi.v1.supply_service_pb2_grpc import SupplyServiceStub


class SupplyCalls:
    """Single rows of the standing plant: stock, receipts, customers."""

    _supply: SupplyServiceStub
    _call: Callable[..., Any]
    _new_request_id: Callable[[], str]

    def upsert_supply(
        self,
        stock: Iterable[supply.StockCount] = (),
        issues: Iterable[supply.GoodsIssue] = (),
        *,
        request_id: str = "",
        validate_only: bool = False,
    ) -> supply.UpsertSupplyResponse:
        """Take over stock counts and goods that left; all rows or none."""
        request = supply.UpsertSupplyRequest(
            request_id=request_id or self._new_request_id(), stock=stock, issues=issues, validate_only=validate_only
        )
        answer: supply.UpsertSupplyResponse = self._call(self._supply.UpsertSupply, request)
        return answer

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
            request_id=request_id or self._new_request_id(),
            receipts=receipts,
            arrivals=arrivals,
            removed_receipt_ids=removed_receipt_ids,
            validate_only=validate_only,
        )
        answer: supply.UpsertReceiptsResponse = self._call(self._supply.UpsertReceipts, request)
        return answer

    def upsert_customers(
        self, customers: Iterable[supply.Customer], *, request_id: str = "", validate_only: bool = False
    ) -> supply.UpsertCustomersResponse:
        """Add customers and change them; all rows or none."""
        request = supply.UpsertCustomersRequest(
            request_id=request_id or self._new_request_id(), customers=customers, validate_only=validate_only
        )
        answer: supply.UpsertCustomersResponse = self._call(self._supply.UpsertCustomers, request)
        return answer
