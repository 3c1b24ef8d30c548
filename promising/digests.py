"""Digests of requests: what makes a retry the same request."""

from __future__ import annotations

from typing import Any

from promising.documents import Document, digest, order_to_document
from promising.requests import (
    Amend,
    Ask,
    AsQuoted,
    Cancel,
    Change,
    ChangeAsk,
    Close,
    Confirm,
    ForceDate,
    HandOver,
    Reject,
    Release,
    SettleReview,
    Split,
)


def ask_digest(ask: Ask, document: Document) -> bytes:
    """Digest of a promise or quote; `document` is that of its order. Raises UnicodeEncodeError."""
    parts: list[Any] = ["promise", document, ask.accept, ask.allow_frozen]
    # Only where they are given, so that requests of older programs are known again.
    if ask.hold_until is not None or ask.as_quoted is not None:
        parts += [ask.hold_until and ask.hold_until.isoformat(), _quoted(ask.as_quoted)]
    return digest(*parts)


def change_digest(ask: ChangeAsk) -> bytes:
    """Digest of a change of a standing order. Raises UnicodeEncodeError."""
    kind, *content = _content(ask.change)
    return digest(kind, ask.order_id, ask.reason, ask.etag, *content)


def _content(change: Change) -> list[Any]:
    match change:
        case Cancel():
            return ["cancel"]
        case Confirm():
            return ["confirm", _quoted(change.as_quoted)]
        case Release():
            return ["release"]
        case Amend():
            return ["amend", order_to_document(change.order), change.accept, change.allow_frozen]
        case Split():
            dates = [change.requested_time.isoformat(), change.latest_time and change.latest_time.isoformat()]
            how = [change.accept, change.allow_frozen]
            return ["split", change.line_no, change.new_line_no, change.quantity, dates, how]
        case ForceDate():
            return ["force", change.line_no, change.promised_time.isoformat()]
        case Reject():
            return ["reject"]
        case HandOver():
            return ["hand_over", change.to, change.expires_at and change.expires_at.isoformat()]
        case SettleReview():
            return ["settle", change.kind, change.accepted]
        case Close():
            if not change.deliveries and change.delivered_at is None:
                return ["close"]
            told = [(delivery.line_no, delivery.quantity) for delivery in change.deliveries]
            return ["close", told, change.delivered_at and change.delivered_at.isoformat()]


def _quoted(as_quoted: AsQuoted | None) -> list[Any] | None:
    if as_quoted is None:
        return None
    return [as_quoted.quote_id, as_quoted.latest and as_quoted.latest.isoformat()]
