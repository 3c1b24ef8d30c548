"""What an order has of promotions, and what is to be looked at, as parts of its canonical JSON document and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.promises import Promise
from domain.promotions import Granted, Lost, Review, ReviewKind, Why


def write_promotions(promise: Promise, document: dict[str, Any]) -> None:
    """Write into an order's document what there is of these, so that those without stay as they were."""
    if promise.granted:
        document["granted"] = [
            (each.promotion, each.fen, each.by_line, each.free, each.gift_item_id, each.gift_quantity, each.points)
            for each in promise.granted
        ]
    if promise.lost:
        document["lost"] = [(each.promotion, each.why, each.seen, each.needed) for each in promise.lost]
    if promise.reviews:
        document["reviews"] = [_review_to_document(review) for review in promise.reviews]


def granted_from(document: dict[str, Any]) -> tuple[Granted, ...]:
    """What the order of a document has of promotions."""
    return tuple(
        Granted(promotion, fen, _pairs(by_line), _pairs(free), gift, quantity, points)
        for promotion, fen, by_line, free, gift, quantity, points in document.get("granted", ())
    )


def lost_from(document: dict[str, Any]) -> tuple[Lost, ...]:
    """Which promotions the order of a document lost."""
    return tuple(Lost(promotion, Why(why), seen, needed) for promotion, why, seen, needed in document.get("lost", ()))


def reviews_from(document: dict[str, Any]) -> tuple[Review, ...]:
    """What is to be looked at in the order of a document."""
    return tuple(_review_from_document(each) for each in document.get("reviews", ()))


def _review_to_document(review: Review) -> list[Any]:
    settled = review.settled_at and review.settled_at.isoformat()
    return [
        review.kind, review.opened_at.isoformat(), review.given_fen, review.due_fen, review.item_ids, review.order_ids,
        review.accepted, settled, review.settled_by, review.reason,
    ]  # fmt: skip


def _review_from_document(document: list[Any]) -> Review:
    kind, opened, given, due, items, orders, accepted, settled, by, reason = document
    return Review(
        ReviewKind(kind), datetime.fromisoformat(opened), given, due, tuple(items), tuple(orders), accepted,
        None if settled is None else datetime.fromisoformat(settled), by, reason,
    )  # fmt: skip


def _pairs(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((line_no, number) for line_no, number in pairs)
