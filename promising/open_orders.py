"""What rules know of other orders of a customer: what they come to while they are open, and what was bought where."""

from __future__ import annotations

import json
from datetime import datetime

from msgspec import Struct

from domain.checks import to_unix_down
from domain.promises import Promise, PromiseState

_OPEN = frozenset({PromiseState.HELD, PromiseState.CONFIRMED, PromiseState.AT_RISK, PromiseState.BROKEN})
_BOUGHT = _OPEN | {PromiseState.FULFILLED}


class OpenOrder(Struct, frozen=True):
    """An order that stands: what its open lines come to in fen, the items bought, when it was decided.

    `open`: some line of it isn't delivered.
    """

    order_id: str
    fen: int
    channel_id: str
    decided_s: int
    items: frozenset[str]
    open: bool = True


def open_order(promise: Promise) -> OpenOrder | None:
    """What stands of an order; None when nothing of it does."""
    order = promise.order
    decided_s = to_unix_down(promise.decided_at)
    if not [1 for line in promise.lines if line.state is not PromiseState.CONFIRMED]:
        # Most orders when they are decided.
        items = frozenset([line.item_id for line in order.lines])
        return OpenOrder(order.id, order.amount_fen, order.channel_id, decided_s, items)
    bought = {line.line_no: line.state in _OPEN for line in promise.lines if line.state in _BOUGHT}
    if not bought:
        return None
    fen = sum(
        line.quantity * line.unit_price_fen - line.discount_fen for line in order.lines if bought.get(line.line_no)
    )
    items = frozenset(line.item_id for line in order.lines if line.line_no in bought)
    return OpenOrder(order.id, fen, order.channel_id, decided_s, items, any(bought.values()))


def open_order_from_json(text: str) -> OpenOrder | None:
    """What stands of a stored promise, without building the promise; None when nothing of it does."""
    document = json.loads(text)
    bought = {line["line"]: line["state"] in _OPEN for line in document["lines"] if line["state"] in _BOUGHT}
    if not bought:
        return None
    order = document["order"]
    fen = sum(
        quantity * price - discount
        for line_no, _, quantity, _, _, price, discount, *_ in order["lines"]
        if bought.get(line_no)
    )
    items = frozenset(line[1] for line in order["lines"] if line[0] in bought)
    decided_s = to_unix_down(datetime.fromisoformat(document["decided_at"]))
    return OpenOrder(order["id"], fen, order["channel"], decided_s, items, any(bought.values()))
