"""The servicer of `jiaoqi.v1.ReviewService`."""

from __future__ import annotations

from typing import TypeVar

from domain.checks import check_id
from domain.errors import InvalidInput
from domain.promotions import ReviewKind
from jiaoqi.v1 import promotion_pb2
from jiaoqi.v1 import review_service_pb2 as pb
from promising.desk import Desk
from promising.requests import Change, ChangeAsk, HandOver, Reject, SettleReview
from promising.reviewing import OpenReview
from wire.answers import write_as_of
from wire.enums import REVIEW_KIND
from wire.methods import Call, Handler, Methods
from wire.promises import promise_to_message
from wire.promotions import write_review
from wire.receipts import receipt_to_message
from wire.requests import check_deadline, check_request_id, page_of
from wire.times import optional_time

REQUEST_BYTES_MAX = 1 << 16
ENGINEERING = "engineering"

Request = pb.RejectRequest | pb.HandOverRequest | pb.SettleReviewRequest
Response = TypeVar("Response", pb.RejectResponse, pb.HandOverResponse, pb.SettleReviewResponse)


class ReviewServicer:
    """Converts, calls the desk, converts back."""

    def __init__(self, desk: Desk, methods: Methods) -> None:
        self._desk = desk
        size = REQUEST_BYTES_MAX
        self.handlers: dict[str, Handler] = {
            "Reject": methods.unary(pb.RejectRequest, self.reject, size),
            "HandOver": methods.unary(pb.HandOverRequest, self.hand_over, size),
            "SettleReview": methods.unary(pb.SettleReviewRequest, self.settle, size),
            "ListReviews": methods.unary(pb.ListReviewsRequest, self.list_reviews, size),
        }

    def reject(self, request: pb.RejectRequest, call: Call) -> pb.RejectResponse:
        return self._changed(request, call, Reject(), pb.RejectResponse())

    def hand_over(self, request: pb.HandOverRequest, call: Call) -> pb.HandOverResponse:
        change = HandOver(request.to or ENGINEERING, optional_time(request, "expire_time"))
        return self._changed(request, call, change, pb.HandOverResponse())

    def settle(self, request: pb.SettleReviewRequest, call: Call) -> pb.SettleReviewResponse:
        change = SettleReview(REVIEW_KIND.read(request.kind, "kind"), request.accepted)
        return self._changed(request, call, change, pb.SettleReviewResponse())

    def _changed(self, request: Request, call: Call, change: Change, response: Response) -> Response:
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
        promise_to_message(changed.promise, response.promise, options=True)
        receipt_to_message(changed.receipt, response.receipt)
        return response

    def list_reviews(self, request: pb.ListReviewsRequest, call: Call) -> pb.ListReviewsResponse:
        check_deadline(call)
        _check_state(request.state)
        kind: ReviewKind | None = REVIEW_KIND.read(request.kind, "kind") if request.kind else None
        found = [each for each in self._desk.reviews(kind, rejected=True) if _in_state(each, request.state)]
        response = pb.ListReviewsResponse()
        page, response.next_page_token = page_of(found, request.page_size, request.page_token)
        for each in page:
            self._write(each, response.reviews.add())
        write_as_of(response.as_of, self._desk)
        return response

    def _write(self, found: OpenReview, message: pb.ReviewedOrder) -> None:
        write_review(found.review, message.review)
        promise_to_message(found.promise, message.promise, reasons=False)
        for order_id in found.review.order_ids:
            promise_to_message(self._desk.get(order_id), message.others.add(), reasons=False)


def _check_state(state: int) -> None:
    if state not in (0, promotion_pb2.REVIEW_STATE_OPEN, promotion_pb2.REVIEW_STATE_REJECTED):
        raise InvalidInput.one("state", f"{state} is no state to list", "REVIEW_STATE_OPEN, REVIEW_STATE_REJECTED")


def _in_state(found: OpenReview, state: int) -> bool:
    return not state or found.review.open == (state == promotion_pb2.REVIEW_STATE_OPEN)
