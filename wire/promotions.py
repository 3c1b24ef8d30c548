"""What orders have of promotions, and what is to be looked at, between messages and the domain."""

from __future__ import annotations

from domain.promises import Promise
from domain.promotions import Granted, Lost, Review
from jiaoqi.v1 import promise_pb2, promotion_pb2
from wire.enums import PROMOTION_LOSS, REVIEW_KIND
from wire.times import time_from_message, write_time


def write_promotions(promise: Promise, message: promise_pb2.Promise) -> None:
    """Write what there is of these into the message of an order."""
    for granted in promise.granted:
        write_granted(granted, message.granted_promotions.add())
    for lost in promise.lost:
        write_lost(lost, message.lost_promotions.add())
    for review in promise.reviews:
        write_review(review, message.reviews.add())
    message.payment_held = promise.payment_held


def write_granted(granted: Granted, message: promotion_pb2.GrantedPromotion) -> None:
    """Write what an order has of a promotion into an empty message."""
    message.promotion_id, message.discount_fen = granted.promotion, granted.fen
    free = dict(granted.free)
    for line_no, fen in granted.by_line:
        message.lines.add(line_no=line_no, discount_fen=fen, free_count=free.pop(line_no, 0))
    for line_no, count in free.items():
        message.lines.add(line_no=line_no, free_count=count)
    message.gift_item_id, message.gift_quantity = granted.gift_item_id, granted.gift_quantity
    message.points = granted.points


def write_lost(lost: Lost, message: promotion_pb2.LostPromotion) -> None:
    """Write why a promotion did not win into an empty message."""
    message.promotion_id, message.loss = lost.promotion, PROMOTION_LOSS.number[lost.why]
    message.seen, message.needed = lost.seen, lost.needed


def granted_from_message(message: promotion_pb2.GrantedPromotion) -> Granted:
    """Read what an order has of a promotion."""
    return Granted(
        message.promotion_id,
        message.discount_fen,
        tuple((line.line_no, line.discount_fen) for line in message.lines if line.discount_fen),
        tuple((line.line_no, line.free_count) for line in message.lines if line.free_count),
        message.gift_item_id,
        message.gift_quantity,
        message.points,
    )


def lost_from_message(message: promotion_pb2.LostPromotion) -> Lost:
    """Read why a promotion did not win."""
    return Lost(message.promotion_id, PROMOTION_LOSS.read(message.loss, "loss"), message.seen, message.needed)


def write_review(review: Review, message: promotion_pb2.Review) -> None:
    """Write a question about an order into an empty message."""
    message.kind = REVIEW_KIND.number[review.kind]
    write_time(message.open_time, review.opened_at)
    message.given_fen, message.due_fen = review.given_fen, review.due_fen
    message.item_ids.extend(review.item_ids)
    message.order_ids.extend(review.order_ids)
    message.state = _STATES[review.accepted]
    if review.settled_at is not None:
        write_time(message.settle_time, review.settled_at)
    message.settled_by, message.reason = review.settled_by, review.reason


def review_from_message(message: promotion_pb2.Review) -> Review:
    """Read a question about an order."""
    settled = time_from_message(message.settle_time, "settle_time") if message.HasField("settle_time") else None
    accepted = {state: answer for answer, state in _STATES.items()}[message.state]
    return Review(
        REVIEW_KIND.read(message.kind, "kind"), time_from_message(message.open_time, "open_time"), message.given_fen,
        message.due_fen, tuple(message.item_ids), tuple(message.order_ids), accepted, settled, message.settled_by,
        message.reason,
    )  # fmt: skip


_STATES = {
    None: promotion_pb2.REVIEW_STATE_OPEN,
    True: promotion_pb2.REVIEW_STATE_ACCEPTED,
    False: promotion_pb2.REVIEW_STATE_REJECTED,
}
