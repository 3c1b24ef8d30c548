"""The calls that change an order which stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from client.times import timestamp
from jiaoqi.v1 import promise_service_pb2 as desk
from jiaoqi.v1.order_pb2 import Order
from jiaoqi.v1.promise_service_pb2_grpc import PromiseServiceStub


class ChangeCalls:
    """Each with the caller's reason, and on request only if the order still is at an etag.

    With `validate_only` nothing is changed, and the answer tells what would be.
    """

    _desk: PromiseServiceStub
    _call: Callable[..., Any]
    _new_request_id: Callable[[], str]

    def cancel(
        self, order_id: str, *, request_id: str = "", reason: str = "", etag: str = "", validate_only: bool = False
    ) -> desk.CancelResponse:
        """Take an order back."""
        request = desk.CancelRequest(
            request_id=request_id or self._new_request_id(),
            order_id=order_id,
            reason=reason,
            etag=etag,
            validate_only=validate_only,
        )
        answer: desk.CancelResponse = self._call(self._desk.Cancel, request)
        return answer

    def confirm(
        self,
        order_id: str,
        *,
        request_id: str = "",
        reason: str = "",
        etag: str = "",
        validate_only: bool = False,
        quote_id: str = "",
        as_quoted_time: datetime | None = None,
    ) -> desk.ConfirmResponse:
        """Make a promise of a held order; as quoted, or by `as_quoted_time` at the latest."""
        request = desk.ConfirmRequest(
            request_id=request_id or self._new_request_id(),
            order_id=order_id,
            reason=reason,
            etag=etag,
            validate_only=validate_only,
            quote_id=quote_id,
            as_quoted_time=timestamp(as_quoted_time),
        )
        answer: desk.ConfirmResponse = self._call(self._desk.Confirm, request)
        return answer

    def release(
        self, order_id: str, *, request_id: str = "", reason: str = "", etag: str = "", validate_only: bool = False
    ) -> desk.ReleaseResponse:
        """Give a held order up."""
        request = desk.ReleaseRequest(
            request_id=request_id or self._new_request_id(),
            order_id=order_id,
            reason=reason,
            etag=etag,
            validate_only=validate_only,
        )
        answer: desk.ReleaseResponse = self._call(self._desk.Release, request)
        return answer

    def amend(
        self,
        order: Order,
        *,
        on_time_only: bool = False,
        allow_frozen: bool = False,
        request_id: str = "",
        reason: str = "",
        etag: str = "",
        validate_only: bool = False,
    ) -> desk.AmendResponse:
        """Give an order other content; `etag` is needed."""
        request = desk.AmendRequest(
            request_id=request_id or self._new_request_id(),
            order=order,
            acceptance=acceptance(on_time_only),
            allow_frozen=allow_frozen,
            reason=reason,
            etag=etag,
            validate_only=validate_only,
        )
        answer: desk.AmendResponse = self._call(self._desk.Amend, request)
        return answer

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
        request_id: str = "",
        reason: str = "",
        etag: str = "",
        validate_only: bool = False,
    ) -> desk.SplitResponse:
        """Make two lines of one; a `new_line_no` of 0 is the next number."""
        request = desk.SplitRequest(
            request_id=request_id or self._new_request_id(),
            order_id=order_id,
            line_no=line_no,
            new_line_no=new_line_no,
            quantity=quantity,
            requested_time=timestamp(requested_time),
            latest_time=timestamp(latest_time),
            acceptance=acceptance(on_time_only),
            allow_frozen=allow_frozen,
            reason=reason,
            etag=etag,
            validate_only=validate_only,
        )
        answer: desk.SplitResponse = self._call(self._desk.Split, request)
        return answer

    def force_date(
        self,
        order_id: str,
        *,
        line_no: int,
        promised_time: datetime,
        request_id: str = "",
        reason: str = "",
        etag: str = "",
        validate_only: bool = False,
    ) -> desk.ForceDateResponse:
        """Set the promised time of a line, as a planner; a `reason` is needed."""
        request = desk.ForceDateRequest(
            request_id=request_id or self._new_request_id(),
            order_id=order_id,
            line_no=line_no,
            promised_time=timestamp(promised_time),
            reason=reason,
            etag=etag,
            validate_only=validate_only,
        )
        answer: desk.ForceDateResponse = self._call(self._desk.ForceDate, request)
        return answer

    def close_order(
        self,
        order_id: str,
        *,
        request_id: str = "",
        reason: str = "",
        etag: str = "",
        validate_only: bool = False,
    ) -> desk.CloseResponse:
        """End an order that is delivered, or finished short."""
        request = desk.CloseRequest(
            request_id=request_id or self._new_request_id(),
            order_id=order_id,
            reason=reason,
            etag=etag,
            validate_only=validate_only,
        )
        answer: desk.CloseResponse = self._call(self._desk.Close, request)
        return answer


def acceptance(on_time_only: bool) -> desk.Acceptance:
    """Return what a caller accepts."""
    return desk.ACCEPTANCE_ON_TIME if on_time_only else desk.ACCEPTANCE_LATER
