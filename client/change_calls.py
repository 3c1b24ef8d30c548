"""The calls that change an order which stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from client.times import timestamp
from jiaoqi.v1 import promise_service_pb2 as desk
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
