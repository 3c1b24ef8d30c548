"""The office's purchasing: it orders what the desk plans to buy, and tells it what came, came late, or not in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from client.calls import CallError, JiaoqiClient
from client.times import timestamp
from domain.checks import from_unix
from jiaoqi.v1 import plan_service_pb2 as schema
from jiaoqi.v1 import promise_pb2, supply_service_pb2
from simulators.materials import Delivery, Line, Materials, Need

RESERVED = (promise_pb2.SOURCE_STOCK, promise_pb2.SOURCE_RECEIPT, promise_pb2.SOURCE_BUY)


class Purchasing:
    """Orders and receipts, over the API.

    `failed` is told what the desk refused. What is late, and the rest of what is short, is told to come `guess` later.
    """

    def __init__(self, client: JiaoqiClient, guess: timedelta, failed: Callable[[str, CallError], None]) -> None:
        self._client, self._guess, self._failed = client, guess, failed
        self._open: dict[str, str] = {}
        """Open disruptions by receipt."""
        self._there: dict[str, int] = {}
        """Pieces of a receipt that came so far."""
        self._ordered: dict[str, int] = {}

    def order(self) -> Iterator[supply_service_pb2.PlannedPurchase]:
        """Order all that the desk plans to buy, each by a receipt of the purchase's name; yields what was ordered."""
        for planned in list(self._client.list_purchases(page_size=1000)):
            times = self._ordered[planned.purchase_id] = self._ordered.get(planned.purchase_id, 0) + 1
            name = planned.purchase_id if times == 1 else f"{planned.purchase_id}+{times}"
            receipt = supply_service_pb2.SupplyReceipt(
                receipt_id=name, item_id=planned.item_id, quantity=planned.quantity,
                expected_time=planned.planned_time, purchase_ids=[planned.purchase_id],
            )  # fmt: skip
            try:
                self._client.upsert_receipts([receipt])
            except CallError as error:
                self._failed(f"order {name}", error)
                continue
            planned.purchase_id = name
            yield planned

    def overdue(self, receipt_id: str, now_s: int) -> None:
        """Report a receipt that was to be there by now."""
        self._report(receipt_id, schema.DISRUPTION_KIND_MATERIAL_LATE, now_s)

    def came(self, delivery: Delivery, quantity: int, now_s: int) -> None:
        """Report what came of a receipt, and what is missing of it."""
        name, ordered = delivery.receipt_id, sum(part for _, part in delivery.parts)
        there = self._there[name] = self._there.get(name, 0) + quantity
        disruption_id = self._open.pop(name, "")
        try:
            if disruption_id:
                self._client.close_disruption(disruption_id, ended=from_unix(now_s))
        except CallError as error:
            self._failed(f"there {name}", error)
        if there < ordered:
            self._report(name, schema.DISRUPTION_KIND_MATERIAL_SHORT, now_s, ordered - there)
        arrival = supply_service_pb2.ReceiptArrival(
            receipt_id=name, quantity=quantity, arrival_time=timestamp(from_unix(now_s))
        )
        try:
            self._client.upsert_receipts(arrivals=[arrival])
        except CallError as error:
            self._failed(f"arrival {name}", error)

    def _report(self, receipt_id: str, kind: schema.DisruptionKind, now_s: int, quantity: int = 0) -> None:
        now = from_unix(now_s)
        try:
            answer = self._client.report_disruption(
                receipt_id, kind=kind, start=now, expected_end=now + self._guess, quantity=quantity, source="purchasing"
            )
        except CallError as error:
            self._failed(f"{kind} {receipt_id}", error)
            return
        self._open[receipt_id] = answer.receipt.disruption.disruption_id


def needs_of(line: Line, told: promise_pb2.LinePromise, materials: Materials) -> Iterator[Need]:
    """What is reserved for a line, by what it was told."""
    for part in told.kit:
        if part.source in RESERVED:
            into = "" if part.item_id == part.goes_into_item_id else part.goes_into_item_id
            bought = part.source == promise_pb2.SOURCE_BUY
            receipt_id = purchase_id(line, part.item_id) if bought else part.receipt_id
            yield Need(into, part.item_id, part.quantity, receipt_id, part.stands_for_item_id)
    if told.tier == promise_pb2.TIER_STOCK and not told.kit:
        # A line from one source alone has no kit: the reasons tell what it waits for, if for anything.
        item_id = told.delivered_item_id or told.item_id
        awaited = [why.subject for why in told.reasons if why.kind == promise_pb2.REASON_KIND_MATERIAL]
        receipt_id = next((name for name in awaited if name in materials.coming), "")
        if awaited and not receipt_id:
            receipt_id = purchase_id(line, item_id)
        yield Need("", item_id, told.delivered_quantity or told.quantity, receipt_id)


def purchase_id(line: Line, item_id: str) -> str:
    """By what name a line's purchase of an item goes."""
    return f"{line[0]}/{line[1]}/{item_id}"
