"""The methods of `jiaoqi.v1.PromiseService` that change an order which stands."""

from __future__ import annotations

from typing import TypeVar

from domain.checks import check_id
from jiaoqi.v1 import promise_service_pb2 as pb
from promising.desk import Desk
from promising.requests import AsQuoted, Cancel, Change, ChangeAsk, Confirm, Release
from wire.answers import write_as_of
from wire.methods import Call, Handler, Methods
from wire.promises import promise_to_message
from wire.receipts import receipt_to_message
from wire.requests import check_request_id
from wire.times import time_from_message

ChangeRequest = pb.CancelRequest | pb.ConfirmRequest | pb.ReleaseRequest
ChangeResponse = pb.CancelResponse | pb.ConfirmResponse | pb.ReleaseResponse
Response = TypeVar("Response", bound=ChangeResponse)


class ChangeMethods:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handlers(self, methods: Methods, bytes_max: int) -> dict[str, Handler]:
        """Return the handlers by the schema's names."""
        return {
            "Cancel": methods.unary(pb.CancelRequest, self.cancel, bytes_max),
            "Confirm": methods.unary(pb.ConfirmRequest, self.confirm, bytes_max),
            "Release": methods.unary(pb.ReleaseRequest, self.release, bytes_max),
        }

    def cancel(self, request: pb.CancelRequest, call: Call) -> pb.CancelResponse:
        return self._changed(request, call, Cancel(), pb.CancelResponse())

    def confirm(self, request: pb.ConfirmRequest, call: Call) -> pb.ConfirmResponse:
        return self._changed(request, call, Confirm(as_quoted_from(request)), pb.ConfirmResponse())

    def release(self, request: pb.ReleaseRequest, call: Call) -> pb.ReleaseResponse:
        return self._changed(request, call, Release(), pb.ReleaseResponse())

    def _changed(self, request: ChangeRequest, call: Call, change: Change, response: Response) -> Response:
        check_request_id(request.request_id)
        check_id("order_id", request.order_id)
        changed = self._desk.change(
            ChangeAsk(
                order_id=request.order_id,
                change=change,
                request_id=request.request_id,
                caller=call.caller,
                reason=request.reason,
                etag=request.etag,
                validate_only=request.validate_only,
                deadline=call.deadline,
            )
        )
        write_as_of(response.as_of, self._desk)
        promise_to_message(changed.promise, response.promise)
        receipt_to_message(changed.receipt, response.receipt)
        return response


def as_quoted_from(request: pb.PromiseRequest | pb.ConfirmRequest) -> AsQuoted | None:
    """Read which dates the caller takes; None when it says nothing. Raises InvalidInput."""
    latest = None
    if request.HasField("as_quoted_time"):
        latest = time_from_message(request.as_quoted_time, "as_quoted_time")
    if not request.quote_id and latest is None:
        return None
    return AsQuoted(request.quote_id, latest)
