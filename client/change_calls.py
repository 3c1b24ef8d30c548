"""The calls that change an order which stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from client.frame import Answer, Frame
from client.times import timestamp
from jiaoqi.v1 import promise_service_pb2 as desk
from jiaoqi.v1.order_pb2 import Order


class Terms(TypedDict, total=False):
    """What every change may carry.

    `request_id` is made where it is missing; `reason` is the caller's; with `etag` the order must still be at it; with
    `validate_only` nothing is changed, and the answer tells what would be.
    """

    request_id: str
    reason: str
    etag: str
    validate_only: bool


class ChangeCalls(Frame):
    """Each on the caller's terms."""

    def cancel(self, order_id: str, **terms: Unpack[Terms]) -> desk.CancelResponse:
        """Take an order back."""
        return self._on_terms(self._desk.Cancel, desk.CancelRequest(order_id=order_id), terms)

    def confirm(
        self, order_id: str, *, quote_id: str = "", as_quoted_time: datetime | None = None, **terms: Unpack[Terms]
    ) -> desk.ConfirmResponse:
        """Make a promise of a held order; as quoted, or by `as_quoted_time` at the latest."""
        request = desk.ConfirmRequest(order_id=order_id, quote_id=quote_id, as_quoted_time=timestamp(as_quoted_time))
        return self._on_terms(self._desk.Confirm, request, terms)

    def release(self, order_id: str, **terms: Unpack[Terms]) -> desk.ReleaseResponse:
        """Give a held order up."""
        return self._on_terms(self._desk.Release, desk.ReleaseRequest(order_id=order_id), terms)

    def amend(
        self, order: Order, *, on_time_only: bool = False, allow_frozen: bool = False, **terms: Unpack[Terms]
    ) -> desk.AmendResponse:
        """Give an order other content; `etag` is needed."""
        request = desk.AmendRequest(order=order, acceptance=acceptance(on_time_only), allow_frozen=allow_frozen)
        return self._on_terms(self._desk.Amend, request, terms)

    def split(
        self,
        order_id: str,
        *,
        line_no: int,
        quantity: int,
        requested_time: datetime,
        latest_time: datetime | None = None,
        new_line_no: int = 0,
        on_time_only: bool = False,
        allow_frozen: bool = False,
        **terms: Unpack[Terms],
    ) -> desk.SplitResponse:
        """Make two lines of one; a `new_line_no` of 0 is the next number."""
        request = desk.SplitRequest(
            order_id=order_id,
            line_no=line_no,
            new_line_no=new_line_no,
            quantity=quantity,
            requested_time=timestamp(requested_time),
            latest_time=timestamp(latest_time),
            acceptance=acceptance(on_time_only),
            allow_frozen=allow_frozen,
        )
        return self._on_terms(self._desk.Split, request, terms)

    def force_date(
        self, order_id: str, *, line_no: int, promised_time: datetime, **terms: Unpack[Terms]
    ) -> desk.ForceDateResponse:
        """Set the promised time of a line, as a planner; a `reason` is needed."""
        request = desk.ForceDateRequest(order_id=order_id, line_no=line_no, promised_time=timestamp(promised_time))
        return self._on_terms(self._desk.ForceDate, request, terms)

    def close_order(
        self,
        order_id: str,
        *,
        delivered: Mapping[int, int] | None = None,
        delivered_time: datetime | None = None,
        **terms: Unpack[Terms],
    ) -> desk.CloseResponse:
        """End an order that is delivered, or finished short: `delivered` has what left of lines, by number."""
        request = desk.CloseRequest(order_id=order_id, delivered_time=timestamp(delivered_time))
        for line_no, quantity in (delivered or {}).items():
            request.deliveries.add(line_no=line_no, quantity=quantity)
        return self._on_terms(self._desk.Close, request, terms)

    def _on_terms(self, method: Callable[..., Answer], request: Any, terms: Terms) -> Answer:
        request.reason, request.etag = terms.get("reason", ""), terms.get("etag", "")
        request.validate_only = terms.get("validate_only", False)
        return self._change(method, request, terms.get("request_id", ""))


def acceptance(on_time_only: bool) -> desk.Acceptance:
    """Return what a caller accepts."""
    return desk.ACCEPTANCE_ON_TIME if on_time_only else desk.ACCEPTANCE_LATER
