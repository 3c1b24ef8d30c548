"""The calls of ReviewService: what people decide of orders afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Unpack

from client.change_calls import ChangeCalls, Terms
from client.times import timestamp
from jiaoqi.v1 import promotion_pb2
from jiaoqi.v1 import review_service_pb2 as review

PAGE = 100


class ReviewCalls(ChangeCalls):
    """For finance, engineering and marketing; each change needs a `reason`."""

    def reject(self, order_id: str, **terms: Unpack[Terms]) -> review.RejectResponse:
        """Refuse a held order."""
        return self._on_terms(self._reviews.Reject, review.RejectRequest(order_id=order_id), terms)

    def hand_over(
        self, order_id: str, *, to: str = "", expire_time: datetime | None = None, **terms: Unpack[Terms]
    ) -> review.HandOverResponse:
        """Let somebody else decide on a held order, engineering if nobody is named; with a new end of the hold."""
        request = review.HandOverRequest(order_id=order_id, to=to, expire_time=timestamp(expire_time))
        return self._on_terms(self._reviews.HandOver, request, terms)

    def settle_review(
        self, order_id: str, kind: promotion_pb2.ReviewKind, *, accepted: bool, **terms: Unpack[Terms]
    ) -> review.SettleReviewResponse:
        """Answer a question about an order."""
        request = review.SettleReviewRequest(order_id=order_id, kind=kind, accepted=accepted)
        return self._on_terms(self._reviews.SettleReview, request, terms)

    def reviews(
        self,
        kind: promotion_pb2.ReviewKind = promotion_pb2.REVIEW_KIND_UNSPECIFIED,
        state: promotion_pb2.ReviewState = promotion_pb2.REVIEW_STATE_UNSPECIFIED,
    ) -> Iterator[review.ReviewedOrder]:
        """Yield questions that nobody accepted yet, the oldest first."""
        request = review.ListReviewsRequest(kind=kind, state=state, page_size=PAGE)
        for page in self._pages(self._reviews.ListReviews, request):
            yield from page.reviews
