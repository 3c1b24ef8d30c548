"""Orders and promises as canonical JSON documents and back: what is stored, and what digests are made of.

Keys and their order are fixed, so equal content gives equal bytes. Times are ISO 8601 in UTC, durations
seconds. Written out by hand because every promise passes here while its caller waits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from domain.calibration import Confidence, LearnedFrom
from domain.checks import to_unix_down
from domain.documents import Document as Paper
from domain.options import OptionKind, OptionSearch, OptionWhy
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import (
    Cause,
    Completed,
    GoodsIssued,
    Hold,
    KitPart,
    LineChange,
    LinePromise,
    LineState,
    Outcome,
    Promise,
    PromiseState,
    Reason,
    ReasonKind,
    Receipt,
    Source,
    Tier,
)
from promising import canonical
from promising.option_documents import option_from_document, option_to_document
from promising.parts import whole_lines
from promising.promotion_documents import granted_from, lost_from, reviews_from, write_promotions
from promising.rescue_documents import rescued_from_document, rescued_to_document

FORMAT = 1
REST = 10
"""Where the document of an order line says of which line it is the rest; most end before."""
DIGEST_BYTES = 16

Document = dict[str, Any]


def digest(*parts: Any) -> bytes:
    """Digest of the canonical JSON of `parts`. Raises UnicodeEncodeError for text that isn't Unicode."""
    return blake2b(canonical.to_bytes(parts), digest_size=DIGEST_BYTES).digest()


def order_to_document(order: Order) -> Document:
    """The document of an order."""
    document: Document = {
        "id": order.id,
        "customer": order.customer_id,
        "channel": order.channel_id,
        "salesperson": order.salesperson,
        "priority": order.priority,
        "attributes": order.attributes,
        "lines": [
            (
                line.line_no,
                line.item_id,
                line.quantity,
                line.requested_time,
                line.latest_time,
                line.unit_price_fen,
                line.discount_fen,
                *_leeway(line),
            )
            for line in order.lines
        ],
    }
    # Only where there are any, so that orders without keep the digests that they had.
    if order.documents:
        document["documents"] = [(each.name, each.location) for each in order.documents]
    # Only what an order has that says how it is to be delivered, so that the others' documents stay as they were.
    if order.region:
        document["region"] = order.region
    if order.carrier_id:
        document["carrier"] = order.carrier_id
    if order.ship is not ShipMode.BY_LINE:
        document["ship"] = order.ship
    return document


def _leeway(line: OrderLine) -> tuple[int, ...]:
    """What else the customer takes, and of what it is the rest.

    Nothing where there is nothing else, so that such documents stay as they were.
    """
    told = (line.least_quantity, line.most_quantity, int(line.allow_substitutes), line.part_of)
    return (told if line.part_of else told[:3]) if any(told) else ()


def _leeway_of(told: list[int]) -> tuple[int, int, bool, int]:
    least, most, substitutes, part_of = (*told, 0, 0, 0, 0)[:4]
    return least, most, bool(substitutes), part_of


def order_from_document(document: Document) -> Order:
    """The order of a document."""
    return Order(
        id=document["id"],
        customer_id=document["customer"],
        lines=tuple(
            OrderLine(
                no, item, quantity, datetime.fromisoformat(asked), _time(latest), price, discount, *_leeway_of(leeway)
            )
            for no, item, quantity, asked, latest, price, discount, *leeway in document["lines"]
        ),
        channel_id=document["channel"],
        salesperson=document["salesperson"],
        priority=document["priority"],
        attributes=tuple((name, value) for name, value in document["attributes"]),
        documents=tuple(Paper(name, location) for name, location in document.get("documents", ())),
        region=document.get("region", ""),
        carrier_id=document.get("carrier", ""),
        ship=ShipMode(document["ship"]) if "ship" in document else ShipMode.BY_LINE,
    )


def promise_to_json(promise: Promise, order: Document | None = None) -> str:
    """The stored text of a promise; `order` is its order's document where the caller has it already."""
    document: Document = {
        "format": FORMAT,
        "order": order_to_document(promise.order) if order is None else order,
        "lines": [_line_to_document(line) for line in promise.lines],
        "decided_at": promise.decided_at,
        "version": promise.version,
        "request_id": promise.request_id,
        "caller": promise.caller,
        "plan_version": promise.plan_version,
        "duplicates": promise.duplicates,
    }
    if promise.hold is not None:
        hold = promise.hold
        more = (hold.handed_to, hold.missing) if hold.handed_to or hold.missing else ()
        document["hold"] = (hold.expires_at, hold.reasons, *more)
    if promise.quote_id:
        document["quote_id"] = promise.quote_id
    if promise.rescued is not None:
        document["rescued"] = rescued_to_document(promise.rescued)
    if promise.derived_priority:
        document["derived_priority"] = promise.derived_priority
    write_promotions(promise, document)
    return canonical.to_text(document)


def promise_from_json(text: str) -> Promise:
    """The promise of a stored text."""
    document = json.loads(text)
    return Promise(
        order=order_from_document(document["order"]),
        lines=tuple(_line_from_document(line) for line in document["lines"]),
        decided_at=datetime.fromisoformat(document["decided_at"]),
        version=document["version"],
        request_id=document["request_id"],
        caller=document["caller"],
        plan_version=document["plan_version"],
        duplicates=tuple(document["duplicates"]),
        hold=_hold_from_document(document.get("hold")),
        quote_id=document.get("quote_id", ""),
        rescued=rescued_from_document(document.get("rescued")),
        granted=granted_from(document),
        lost=lost_from(document),
        reviews=reviews_from(document),
        derived_priority=document.get("derived_priority", 0),
    )


def _hold_from_document(document: list[Any] | None) -> Hold | None:
    if document is None:
        return None
    expires_at, reasons, *more = document
    handed_to = more[0] if more else ""
    missing = more[1] if len(more) > 1 else ()
    return Hold(datetime.fromisoformat(expires_at), tuple(reasons), handed_to, tuple(missing))


def receipt_to_json(receipt: Receipt) -> str:
    """The stored text of a receipt."""
    lines = [
        (each.line_no, _state_to_document(each.before), _state_to_document(each.after), each.refusal,
         each.offered)
        for each in receipt.lines
    ]  # fmt: skip
    document: dict[str, Any] = {"made": receipt.made, "refusal": receipt.refusal, "lines": lines}
    if receipt.issued:
        document["issued"] = [(each.line_no, each.item_id, each.quantity) for each in receipt.issued]
    return canonical.to_text(document)


def receipt_from_json(text: str) -> Receipt:
    """The receipt of a stored text."""
    document = json.loads(text)
    lines = tuple(
        LineChange(number, _state_from_document(before), _state_from_document(after), refusal, _time(offered))
        for number, before, after, refusal, offered in document["lines"]
    )
    issued = tuple(GoodsIssued(*each) for each in document.get("issued", ()))
    return Receipt(document["made"], lines, document["refusal"], issued)


def _state_to_document(state: LineState | None) -> list[Any] | None:
    if state is None:
        return None
    return [state.quantity, state.promised_time, state.state]


def _state_from_document(document: list[Any] | None) -> LineState | None:
    if document is None:
        return None
    quantity, promised, state = document
    return LineState(quantity, _time(promised), _STATES[state])


class Demand(Struct, frozen=True):
    """What an order asks for: item, quantity and requested time (Unix seconds, rounded down) of each line."""

    order_id: str
    lines: tuple[tuple[str, int, int], ...]


def demand_of(promise: Promise) -> Demand | None:
    """The demand of a promise; None when no line of it is open."""
    if not any(line.state in _OPEN for line in promise.lines):
        return None
    order = promise.order
    return Demand(
        order.id,
        tuple((line.item_id, line.quantity, to_unix_down(line.requested_time)) for line, _ in whole_lines(order)),
    )


def demand_from_json(text: str) -> Demand | None:
    """The demand of a stored promise without building the promise; None when no line of it is open."""
    document = json.loads(text)
    if not any(line["state"] in _OPEN for line in document["lines"]):
        return None
    order = document["order"]
    return Demand(
        order["id"],
        tuple(
            (item, quantity, to_unix_down(datetime.fromisoformat(asked)))
            for item, quantity, asked in _wholes(order["lines"])
        ),
    )


def _wholes(lines: list[list[Any]]) -> Iterator[tuple[str, int, str]]:
    """Item, quantity and requested time of a document's lines, as they were before any was divided."""
    rests: dict[int, int] = {}
    for line in lines:
        if len(line) > REST:
            rests[line[REST]] = rests.get(line[REST], 0) + line[2]
    for line in lines:
        if len(line) <= REST or not line[REST]:
            yield line[1], line[2] + rests.get(line[0], 0), line[3]


def _line_to_document(line: LinePromise) -> Document:
    document: Document = {
        "line": line.line_no,
        "item": line.item_id,
        "quantity": line.quantity,
        "requested": line.requested_time,
        "outcome": line.outcome,
        "state": line.state,
        "promised": line.promised_time,
        "expected": line.expected_time,
        "earliest": line.earliest_time,
        "deadline": line.deadline,
        "tier": line.tier,
        "search": line.search,
        "reasons": [(reason.kind, _seconds(reason.duration), reason.subject, reason.orders) for reason in line.reasons],
        "refusal": line.refusal,
        "notes": line.notes,
    }
    # Only what an order that is promised at once has not, so that its document stays as it was.
    if line.decided_at is not None:
        document["decided"] = line.decided_at
    if line.if_confirmed is not None:
        document["if_confirmed"] = line.if_confirmed
    if line.carrier_id:
        document["carrier"], document["region"] = line.carrier_id, line.region
    if line.kit:
        document["kit"] = [
            (p.item_id, p.quantity, p.source, p.goes_into, _text(p.available_time), p.receipt_id)
            + ((p.stands_for,) if p.stands_for else ())
            for p in line.kit
        ]
    if line.delivered_item_id or line.delivered_quantity:
        document["delivers"] = (line.delivered_item_id, line.delivered_quantity)
    if line.options:
        document["options"] = [option_to_document(option) for option in line.options]
    if line.option_searches:
        document["looked"] = [(each.kind, each.why or "") for each in line.option_searches]
    if line.cause is not None:
        document["cause"] = (line.cause.disruption_id, line.cause.operation_id, line.cause.resource_id)
    if line.confidence is not None:
        sure = line.confidence
        document["confidence"] = (sure.level_percent, sure.count, sure.learned_from, sure.version)
    if line.completed is not None:
        document["completed"] = (line.completed.time, line.completed.reported)
    return document


def _line_from_document(document: Document) -> LinePromise:
    item_id, quantity = document.get("delivers", ("", 0))
    return LinePromise(
        line_no=document["line"],
        item_id=document["item"],
        quantity=document["quantity"],
        requested_time=datetime.fromisoformat(document["requested"]),
        outcome=_OUTCOMES[document["outcome"]],
        state=_STATES[document["state"]],
        promised_time=_time(document["promised"]),
        expected_time=_time(document["expected"]),
        earliest_time=_time(document["earliest"]),
        deadline=_time(document["deadline"]),
        tier=_TIERS[document["tier"]],
        search=document["search"],
        reasons=tuple(
            Reason(_KINDS[kind], timedelta(seconds=seconds), subject, tuple(orders))
            for kind, seconds, subject, orders in document["reasons"]
        ),
        refusal=document["refusal"],
        notes=tuple(document["notes"]),
        decided_at=_time(document.get("decided")),
        if_confirmed=_time(document.get("if_confirmed")),
        carrier_id=document.get("carrier", ""),
        region=document.get("region", ""),
        options=tuple(option_from_document(option) for option in document.get("options", ())),
        option_searches=tuple(
            OptionSearch(OptionKind(kind), OptionWhy(why) if why else None) for kind, why in document.get("looked", ())
        ),
        kit=tuple(
            KitPart(item, quantity, Source(source), into, _time(there), receipt, *stands_for)
            for item, quantity, source, into, there, receipt, *stands_for in document.get("kit", ())
        ),
        delivered_item_id=item_id,
        delivered_quantity=quantity,
        cause=Cause(*document["cause"]) if "cause" in document else None,
        confidence=_confidence(document.get("confidence")),
        completed=_completed(document.get("completed")),
    )


def _confidence(document: list[Any] | None) -> Confidence | None:
    if document is None:
        return None
    level, count, learned_from, version = document
    return Confidence(level, count, LearnedFrom(learned_from), version)


def _completed(document: list[Any] | None) -> Completed | None:
    return None if document is None else Completed(datetime.fromisoformat(document[0]), document[1])


_OPEN = frozenset({PromiseState.HELD, PromiseState.CONFIRMED, PromiseState.AT_RISK, PromiseState.BROKEN})
# A look-up costs a tenth of what the enum's constructor costs.
_OUTCOMES = {member.value: member for member in Outcome}
_STATES = {member.value: member for member in PromiseState}
_TIERS = {member.value: member for member in Tier}
_KINDS = {member.value: member for member in ReasonKind}


def _text(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _seconds(duration: timedelta) -> int | float:
    """Whole seconds as an integer; fractions as a float, exact to the microsecond for 285 years."""
    if duration.microseconds:
        return duration.total_seconds()
    return duration.days * 86400 + duration.seconds
