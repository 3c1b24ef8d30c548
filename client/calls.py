"""The typed client: deadlines, retries under the same request id, errors with their details."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import grpc
from google.protobuf.field_mask_pb2 import FieldMask

from client.change_calls import acceptance
from client.errors import CallError, FieldError
from client.frame import BACKOFF_S, DEFAULT_ADDRESS, TIMEOUT_S
from client.import_calls import ImportCalls
from client.plan_calls import PlanCalls
from client.planner_calls import PlannerCalls
from client.plant_calls import PlantCalls
from client.proposal_calls import ProposalCalls
from client.review_calls import ReviewCalls
from client.rule_calls import RuleCalls
from client.supply_calls import SupplyCalls
from client.times import timestamp
from jiaoqi.v1 import order_pb2 as order_schema
from jiaoqi.v1 import promise_pb2
from jiaoqi.v1 import promise_service_pb2 as desk

__all__ = ["DEFAULT_ADDRESS", "TIMEOUT_S", "CallError", "FieldError", "JiaoqiClient", "line"]


class JiaoqiClient(
    ReviewCalls, PlantCalls, SupplyCalls, ImportCalls, PlanCalls, PlannerCalls, ProposalCalls, RuleCalls
):
    """One connection to a server; may be used from many threads. Times are aware datetimes.

    Calls raise CallError. A call that changes something carries a request id, made here unless given; when the
    server can't be reached, the call is repeated under the same id until its deadline, so that it counts once.
    """

    def __enter__(self) -> JiaoqiClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Sales.

    def quote(
        self,
        order: order_schema.Order,
        *,
        on_time_only: bool = False,
        allow_frozen: bool = False,
        until_deadline: bool = False,
        parts: Sequence[str] = (),
    ) -> desk.QuoteResponse:
        """Ask when an order could be had. `parts` are paths of the field mask; none stands for `reasons`.

        With `until_deadline` the solver searches where the time asked for is missed, until shortly before the timeout.
        """
        request = desk.QuoteRequest(
            order=order,
            acceptance=acceptance(on_time_only),
            allow_frozen=allow_frozen,
            effort=_effort(until_deadline),
            field_mask=_mask(parts),
        )
        return self._call(self._desk.Quote, request)

    def promise(
        self,
        order: order_schema.Order,
        *,
        request_id: str = "",
        on_time_only: bool = False,
        allow_frozen: bool = False,
        validate_only: bool = False,
        expire_time: datetime | None = None,
        quote_id: str = "",
        as_quoted_time: datetime | None = None,
        until_deadline: bool = False,
        parts: Sequence[str] = (),
    ) -> desk.PromiseResponse:
        """Have an order promised, or with `expire_time` held; the date stands on disk when this returns.

        `until_deadline` as for a quote.
        """
        request = desk.PromiseRequest(
            order=order,
            acceptance=acceptance(on_time_only),
            allow_frozen=allow_frozen,
            validate_only=validate_only,
            expire_time=timestamp(expire_time),
            quote_id=quote_id,
            as_quoted_time=timestamp(as_quoted_time),
            effort=_effort(until_deadline),
            field_mask=_mask(parts),
        )
        return self._change(self._desk.Promise, request, request_id)

    def accept_option(
        self, option_id: str, *, request_id: str = "", validate_only: bool = False
    ) -> desk.AcceptOptionResponse:
        """Take an option that a quote or an answer told."""
        request = desk.AcceptOptionRequest(option_id=option_id, validate_only=validate_only)
        return self._change(self._desk.AcceptOption, request, request_id)

    def get_order(self, order_id: str, *, parts: Sequence[str] = ()) -> desk.GetOrderResponse:
        """Find one order."""
        return self._call(self._desk.GetOrder, desk.GetOrderRequest(order_id=order_id, field_mask=_mask(parts)))

    def task_package(self, order_id: str) -> desk.GetTaskPackageResponse:
        """Return all that the shop floor needs to carry an order out."""
        return self._call(self._desk.GetTaskPackage, desk.GetTaskPackageRequest(order_id=order_id))

    def history(self, order_id: str, *, page_size: int = 0) -> Iterator[promise_pb2.HistoryEntry]:
        """Yield what happened to an order, the oldest first, page after page."""
        for page in self._pages(
            self._desk.ListHistory, desk.ListHistoryRequest(order_id=order_id, page_size=page_size)
        ):
            yield from page.entries

    def list_orders(
        self,
        *,
        states: Iterable[promise_pb2.PromiseState | str] = (),
        customer_id: str = "",
        parts: Sequence[str] = (),
        page_size: int = 0,
    ) -> Iterator[promise_pb2.Promise]:
        """Yield orders in the order of their first answer, page after page."""
        request = desk.ListOrdersRequest(
            page_size=page_size, states=states, customer_id=customer_id, field_mask=_mask(parts)
        )
        for page in self._pages(self._desk.ListOrders, request):
            yield from page.promises

    def watch(
        self, *, after_sequence: int | None = None, order_id: str = "", timeout_s: float | None = None
    ) -> Iterator[desk.WatchResponse]:
        """Yield groups of events as they are committed, first at once an empty one that tells the place in the log.

        A watch that loses the server goes on from its place once the server is back, for as long as `timeout_s`
        of silence allows (None: the client's timeout).
        """
        request = desk.WatchRequest(after_sequence=after_sequence, order_id=order_id)
        silence_s = self.timeout_s if timeout_s is None else timeout_s
        heard = time.monotonic()
        while True:
            try:
                for answer in self._desk.Watch(request, metadata=self._metadata):
                    request.after_sequence = answer.sequence
                    heard = time.monotonic()
                    yield answer
            except grpc.RpcError as error:
                failure = CallError(error)
                if failure.code is not grpc.StatusCode.UNAVAILABLE or time.monotonic() - heard > silence_s:
                    raise failure from None
            time.sleep(BACKOFF_S)


def line(
    line_no: int,
    item_id: str,
    quantity: int,
    requested_time: datetime,
    latest_time: datetime | None = None,
    unit_price_fen: int = 0,
    discount_fen: int = 0,
    *,
    least_quantity: int = 0,
    most_quantity: int = 0,
    allow_substitutes: bool = False,
) -> order_schema.OrderLine:
    """Build an order line; times are aware, and 0 for the least and the most quantity is the quantity itself."""
    return order_schema.OrderLine(
        line_no=line_no,
        item_id=item_id,
        quantity=quantity,
        requested_time=timestamp(requested_time),
        latest_time=timestamp(latest_time),
        unit_price_fen=unit_price_fen,
        discount_fen=discount_fen,
        least_quantity=least_quantity,
        most_quantity=most_quantity,
        allow_substitutes=allow_substitutes,
    )


def _effort(until_deadline: bool) -> desk.Effort:
    return desk.EFFORT_UNTIL_DEADLINE if until_deadline else desk.EFFORT_INSTANT


def _mask(parts: Sequence[str]) -> FieldMask | None:
    return FieldMask(paths=parts) if parts else None
