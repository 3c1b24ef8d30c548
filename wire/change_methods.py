"""The methods of `jiaoqi.v1.PromiseService` that change an order which stands."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from google.protobuf.message import Message

from domain.checks import check_id
from domain.errors import InvalidInput
from domain.orders import LINES_MAX
from jiaoqi.v1 import promise_service_pb2 as pb
from promising.desk import Desk
from promising.requests import (
    Accept,
    Amend,
    AsQuoted,
    Cancel,
    Change,
    ChangeAsk,
    Close,
    Confirm,
    Delivery,
    ForceDate,
    Release,
    Split,
)
from wire.answers import write_as_of
from wire.enums import ACCEPTANCE
from wire.methods import Call, Handler, Methods
from wire.orders import in_request, order_from_message
from wire.promises import promise_to_message
from wire.receipts import receipt_to_message
from wire.requests import check_request_id
from wire.times import time_from_message

ChangeRequest = (
    pb.CancelRequest
    | pb.ConfirmRequest
    | pb.ReleaseRequest
    | pb.AmendRequest
    | pb.SplitRequest
    | pb.ForceDateRequest
    | pb.CloseRequest
)
ChangeResponse = (
    pb.CancelResponse
    | pb.ConfirmResponse
    | pb.ReleaseResponse
    | pb.AmendResponse
    | pb.SplitResponse
    | pb.ForceDateResponse
    | pb.CloseResponse
)
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
            "Amend": methods.unary(pb.AmendRequest, self.amend, bytes_max),
            "Split": methods.unary(pb.SplitRequest, self.split, bytes_max),
            "ForceDate": methods.unary(pb.ForceDateRequest, self.force_date, bytes_max),
            "Close": methods.unary(pb.CloseRequest, self.close, bytes_max),
        }

    def cancel(self, request: pb.CancelRequest, call: Call) -> pb.CancelResponse:
        return self._changed(request, call, Cancel(), pb.CancelResponse())

    def confirm(self, request: pb.ConfirmRequest, call: Call) -> pb.ConfirmResponse:
        return self._changed(request, call, Confirm(as_quoted_from(request)), pb.ConfirmResponse())

    def release(self, request: pb.ReleaseRequest, call: Call) -> pb.ReleaseResponse:
        return self._changed(request, call, Release(), pb.ReleaseResponse())

    def amend(self, request: pb.AmendRequest, call: Call) -> pb.AmendResponse:
        order = order_from_message(request.order)
        change = Amend(order, _acceptance(request.acceptance), request.allow_frozen)
        try:
            return self._changed(request, call, change, pb.AmendResponse())
        except InvalidInput as error:
            raise InvalidInput(in_request(error)) from None

    def split(self, request: pb.SplitRequest, call: Call) -> pb.SplitResponse:
        change = Split(
            line_no=request.line_no,
            quantity=request.quantity,
            requested_time=_required_time(request, "requested_time"),
            latest_time=_time(request, "latest_time"),
            new_line_no=request.new_line_no,
            accept=_acceptance(request.acceptance),
            allow_frozen=request.allow_frozen,
        )
        return self._changed(request, call, change, pb.SplitResponse())

    def force_date(self, request: pb.ForceDateRequest, call: Call) -> pb.ForceDateResponse:
        change = ForceDate(request.line_no, _required_time(request, "promised_time"))
        return self._changed(request, call, change, pb.ForceDateResponse())

    def close(self, request: pb.CloseRequest, call: Call) -> pb.CloseResponse:
        if len(request.deliveries) > LINES_MAX:
            raise InvalidInput.one("deliveries", f"{len(request.deliveries)} rows", f"0 to {LINES_MAX}")
        told = tuple(Delivery(delivery.line_no, delivery.quantity) for delivery in request.deliveries)
        return self._changed(request, call, Close(told, _time(request, "delivered_time")), pb.CloseResponse())

    def _changed(self, request: ChangeRequest, call: Call, change: Change, response: Response) -> Response:
        order_id = request.order.id if isinstance(request, pb.AmendRequest) else request.order_id
        check_request_id(request.request_id)
        check_id("order_id", order_id)
        changed = self._desk.change(
            ChangeAsk(
                order_id=order_id,
                change=change,
                request_id=request.request_id,
                caller=call.caller,
                reason=request.reason,
                etag=request.etag,
                validate_only=request.validate_only,
                deadline=call.deadline,
                # Who may refuse what is held for a decision may also let it pass.
                reviewers=call.lacks_for("Reject"),
            )
        )
        write_as_of(response.as_of, self._desk)
        promise_to_message(changed.promise, response.promise)
        receipt_to_message(changed.receipt, response.receipt)
        return response


def as_quoted_from(request: pb.PromiseRequest | pb.ConfirmRequest) -> AsQuoted | None:
    """Read which dates the caller takes; None when it says nothing. Raises InvalidInput."""
    latest = _time(request, "as_quoted_time")
    if not request.quote_id and latest is None:
        return None
    return AsQuoted(request.quote_id, latest)


def _acceptance(number: int) -> Accept:
    return ACCEPTANCE.read(number, "acceptance", Accept.LATER)


def _time(request: Message, field: str) -> datetime | None:
    return time_from_message(getattr(request, field), field) if request.HasField(field) else None


def _required_time(request: Message, field: str) -> datetime:
    found = _time(request, field)
    if found is None:
        raise InvalidInput.one(field, "is missing", "a time in the years 1971 to 2199")
    return found
