"""Promises and reasons between messages and the domain."""

from __future__ import annotations

from domain.promises import Cause, Completed, Hold, KitPart, LinePromise, Promise, Reason
from jiaoqi.v1 import promise_pb2
from wire.calibrations import confidence_from_message, write_confidence
from wire.enums import OUTCOME, PROMISE_STATE, REASON_KIND, SEARCH, SOURCE, TIER, SearchKind
from wire.options import option_from_message, search_from_message, write_option, write_search
from wire.orders import order_from_message, order_to_message
from wire.promotions import granted_from_message, lost_from_message, review_from_message, write_promotions
from wire.rescues import rescue_from_message, write_rescue
from wire.times import duration_from_message, optional_time, time_from_message, write_duration, write_time


def promise_to_message(
    promise: Promise, message: promise_pb2.Promise | None = None, reasons: bool = True, options: bool = False
) -> promise_pb2.Promise:
    """Write a promise into an empty message, on request without the reasons of its lines, or with their options.

    Parts are filled where they stand: a finished part that is put into a larger one is copied, which costs as
    much as building it.
    """
    message = promise_pb2.Promise() if message is None else message
    order_to_message(promise.order, message.order)
    for line in promise.lines:
        _write_line(line, message, reasons)
        if options:
            for option in line.options:
                write_option(option, message.lines[-1].options.add())
            for search in line.option_searches:
                write_search(search, message.lines[-1].option_searches.add())
    write_time(message.decide_time, promise.decided_at)
    message.etag = promise.etag
    message.version = promise.version
    message.request_id = promise.request_id
    message.caller = promise.caller
    message.plan_version = promise.plan_version
    if promise.duplicates:
        message.duplicate_order_ids.extend(promise.duplicates)
    if promise.hold is not None:
        write_time(message.hold.expire_time, promise.hold.expires_at)
        message.hold.reasons.extend(promise.hold.reasons)
        message.hold.handed_to = promise.hold.handed_to
        message.hold.missing.extend(promise.hold.missing)
    if promise.quote_id:
        message.quote_id = promise.quote_id
    if promise.granted or promise.lost or promise.reviews:
        write_promotions(promise, message)
    if promise.rescued is not None:
        write_rescue(promise.rescued, message.rescue)
    return message


def _write_line(line: LinePromise, promise: promise_pb2.Promise, reasons: bool) -> None:
    message = promise.lines.add(
        line_no=line.line_no,
        item_id=line.item_id,
        quantity=line.quantity,
        outcome=OUTCOME.number[line.outcome],
        state=PROMISE_STATE.number[line.state],
        tier=TIER.number[line.tier],
        search=SEARCH.number[SearchKind(line.search)],
        refusal=line.refusal,
        delivered_item_id=line.delivered_item_id,
        delivered_quantity=line.delivered_quantity,
    )
    write_time(message.requested_time, line.requested_time)
    if line.promised_time is not None:
        write_time(message.promised_time, line.promised_time)
    if line.expected_time is not None:
        write_time(message.expected_time, line.expected_time)
    if line.earliest_time is not None:
        write_time(message.earliest_time, line.earliest_time)
    if line.deadline is not None:
        write_time(message.deadline_time, line.deadline)
    if line.notes:
        message.notes.extend(line.notes)
    if line.decided_at is not None:
        write_time(message.decide_time, line.decided_at)
    if line.if_confirmed is not None:
        write_time(message.confirmable_time, line.if_confirmed)
    if line.carrier_id:
        message.carrier_id, message.region = line.carrier_id, line.region
    for part in line.kit:
        write_kit_part(part, message.kit.add())
    if line.cause is not None:
        write_cause(line.cause, message.cause)
    if line.confidence is not None:
        write_confidence(line.confidence, message.confidence)
    if line.completed is not None:
        write_time(message.complete_time, line.completed.time)
        message.complete_reported = line.completed.reported
    if reasons:
        for reason in line.reasons:
            write_reason(reason, message.reasons.add())


def write_cause(cause: Cause, message: promise_pb2.RiskCause) -> None:
    """Write why a line is late into an empty message."""
    message.disruption_id = cause.disruption_id
    message.operation_id = cause.operation_id
    message.resource_id = cause.resource_id


def cause_from_message(message: promise_pb2.RiskCause) -> Cause:
    """Read why a line is late."""
    return Cause(message.disruption_id, message.operation_id, message.resource_id)


def _completed(message: promise_pb2.LinePromise) -> Completed | None:
    time = optional_time(message, "complete_time")
    return None if time is None else Completed(time, message.complete_reported)


def write_reason(reason: Reason, message: promise_pb2.Reason) -> None:
    """Write a share of a time into an empty message."""
    message.kind = REASON_KIND.number[reason.kind]
    message.subject = reason.subject
    write_duration(message.share_duration, reason.duration)
    if reason.orders:
        message.order_ids.extend(reason.orders)


def write_kit_part(part: KitPart, message: promise_pb2.KitPart) -> None:
    """Write a quantity and where it comes from into an empty message."""
    message.item_id, message.quantity, message.source = part.item_id, part.quantity, SOURCE.number[part.source]
    message.goes_into_item_id, message.receipt_id = part.goes_into, part.receipt_id
    message.stands_for_item_id = part.stands_for
    if part.available_time is not None:
        write_time(message.available_time, part.available_time)


def _kit_part_from_message(message: promise_pb2.KitPart) -> KitPart:
    there = time_from_message(message.available_time, "available_time") if message.HasField("available_time") else None
    source = SOURCE.read(message.source, "source")
    return KitPart(
        message.item_id, message.quantity, source, message.goes_into_item_id, there, message.receipt_id,
        message.stands_for_item_id,
    )  # fmt: skip


def promise_from_message(message: promise_pb2.Promise) -> Promise:
    """Read a promise that a server wrote."""
    return Promise(
        order=order_from_message(message.order),
        lines=tuple(_line_from_message(line) for line in message.lines),
        decided_at=time_from_message(message.decide_time, "decide_time"),
        version=message.version,
        request_id=message.request_id,
        caller=message.caller,
        plan_version=message.plan_version,
        duplicates=tuple(message.duplicate_order_ids),
        hold=_hold_from_message(message.hold) if message.HasField("hold") else None,
        quote_id=message.quote_id,
        granted=tuple(granted_from_message(each) for each in message.granted_promotions),
        lost=tuple(lost_from_message(each) for each in message.lost_promotions),
        reviews=tuple(review_from_message(each) for each in message.reviews),
        rescued=rescue_from_message(message.rescue) if message.HasField("rescue") else None,
    )


def _hold_from_message(message: promise_pb2.Hold) -> Hold:
    expires_at = time_from_message(message.expire_time, "expire_time")
    return Hold(expires_at, tuple(message.reasons), message.handed_to, tuple(message.missing))


def _line_from_message(message: promise_pb2.LinePromise) -> LinePromise:
    return LinePromise(
        line_no=message.line_no,
        item_id=message.item_id,
        quantity=message.quantity,
        requested_time=time_from_message(message.requested_time, "requested_time"),
        outcome=OUTCOME.read(message.outcome, "outcome"),
        state=PROMISE_STATE.read(message.state, "state"),
        promised_time=optional_time(message, "promised_time"),
        expected_time=optional_time(message, "expected_time"),
        earliest_time=optional_time(message, "earliest_time"),
        deadline=optional_time(message, "deadline_time"),
        tier=TIER.read(message.tier, "tier"),
        search=SEARCH.read(message.search, "search").value,
        reasons=tuple(reason_from_message(reason) for reason in message.reasons),
        refusal=message.refusal,
        notes=tuple(message.notes),
        kit=tuple(_kit_part_from_message(part) for part in message.kit),
        decided_at=optional_time(message, "decide_time"),
        if_confirmed=optional_time(message, "confirmable_time"),
        options=tuple(option_from_message(option) for option in message.options),
        option_searches=tuple(search_from_message(search) for search in message.option_searches),
        delivered_item_id=message.delivered_item_id,
        delivered_quantity=message.delivered_quantity,
        carrier_id=message.carrier_id,
        region=message.region,
        cause=cause_from_message(message.cause) if message.HasField("cause") else None,
        confidence=confidence_from_message(message.confidence) if message.HasField("confidence") else None,
        completed=_completed(message),
    )


def reason_from_message(message: promise_pb2.Reason) -> Reason:
    """Read a share of a time."""
    return Reason(
        kind=REASON_KIND.read(message.kind, "kind"),
        duration=duration_from_message(message.share_duration),
        subject=message.subject,
        orders=tuple(message.order_ids),
    )
