"""What orders have of promotions, what they lost, and what is to be looked at, in words."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from client.catalogue import say
from client.words import time_in_words
from jiaoqi.v1 import promise_pb2
from jiaoqi.v1 import promotion_pb2 as pb

_GONE = (
    promise_pb2.PROMISE_STATE_CANCELLED,
    promise_pb2.PROMISE_STATE_EXPIRED,
    promise_pb2.PROMISE_STATE_REFUSED,
)
_IN_FEN = (pb.PROMOTION_LOSS_AMOUNT, pb.PROMOTION_LOSS_BUDGET)


def promotions_in_words(promise: promise_pb2.Promise, zone: ZoneInfo) -> Iterator[str]:
    """Yield what an order has of each promotion, why others lost, and what is to be looked at."""
    gone = bool(promise.lines) and all(line.state in _GONE for line in promise.lines)
    for granted in promise.granted_promotions:
        what = "say.given_back" if gone else "say.granted"
        yield say(what, promotion=granted.promotion_id, text=_granted_in_words(granted))
    for lost in promise.lost_promotions:
        yield say("say.lost", promotion=lost.promotion_id, text=lost_in_words(lost))
    for review in promise.reviews:
        yield review_in_words(review, zone)


def _granted_in_words(granted: pb.GrantedPromotion) -> str:
    said = []
    if granted.discount_fen:
        said.append(say("grant.discount", amount=yuan(granted.discount_fen)))
    said += [say("grant.free", line=line.line_no, count=line.free_count) for line in granted.lines if line.free_count]
    if granted.gift_quantity:
        said.append(say("grant.gift", item=granted.gift_item_id, quantity=f"{granted.gift_quantity:,}"))
    if granted.points:
        said.append(say("grant.points", points=f"{granted.points:,}"))
    return say("reason.join").join(said)


def lost_in_words(lost: pb.LostPromotion) -> str:
    """Return why a promotion did not win, with the values."""
    in_fen = lost.loss in _IN_FEN
    seen, needed = (yuan(int(text)) if in_fen and text else text for text in (lost.seen, lost.needed))
    return say(pb.PromotionLoss.Name(lost.loss), seen=seen, needed=needed)


def review_in_words(review: pb.Review, zone: ZoneInfo) -> str:
    """Return a question about an order, and how it was answered."""
    text = say(
        pb.ReviewKind.Name(review.kind),
        given=yuan(review.given_fen),
        due=yuan(review.due_fen),
        items=", ".join(review.item_ids),
        orders=", ".join(review.order_ids),
    )
    state = say(pb.ReviewState.Name(review.state))
    if review.state == pb.REVIEW_STATE_OPEN:
        return say("say.review", text=text, state=state)
    at = time_in_words(review.settle_time, zone)
    return say("say.review_settled", text=text, state=state, at=at, by=review.settled_by, reason=review.reason)


def yuan(fen: int) -> str:
    """Return an amount without its unit, which is the plant's."""
    return f"{fen // 100:,}.{fen % 100:02}"
