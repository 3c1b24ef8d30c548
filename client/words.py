"""Times, durations, reasons and refusals in words, in the language and the plant's zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from client.catalogue import known, say
from jiaoqi.v1 import promise_pb2 as pb


def local(moment: Timestamp, zone: ZoneInfo) -> datetime:
    """Return a time of the server in the plant's zone."""
    return datetime.fromtimestamp(moment.seconds, UTC).astimezone(zone)


def time_in_words(moment: Timestamp, zone: ZoneInfo) -> str:
    """Return a time in the plant's zone to the minute, and to the second where it has any.

    Midnight is the end of the day before, so that "by the 10th" reads as it was asked.
    """
    if not moment.seconds:
        return ""
    found = local(moment, zone)
    if found.time() == time(0):
        return f"{found - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{found:%Y-%m-%d %H:%M:%S}" if found.second else f"{found:%Y-%m-%d %H:%M}"


def duration_in_words(duration: Duration) -> str:
    """Return a duration in days, hours, minutes and seconds, exact to the second."""
    if duration.seconds < 0:
        return f"-{duration_in_words(Duration(seconds=-duration.seconds))}"
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        say(f"duration.{unit}", n=n) for unit, n in (("d", days), ("h", hours), ("m", minutes), ("s", seconds)) if n
    ]
    return say("duration.join").join(parts) or say("duration.s", n=0)


def reason_in_words(reason: pb.Reason) -> str:
    """Return a share of the lead time as a sentence."""
    return say(
        pb.ReasonKind.Name(reason.kind),
        duration=duration_in_words(reason.share_duration),
        subject=say("reason.subject", subject=reason.subject) if reason.subject else "",
        orders=say("reason.orders", orders=", ".join(reason.order_ids)) if reason.order_ids else "",
    )


BY_HAND = "by hand: "
"""How the server names a move by a planner's hand, in the place of a disruption."""


def cause_in_words(disruption_id: str) -> str:
    """Return the disruption that a line is late for, or which work a planner moved."""
    if disruption_id.startswith(BY_HAND):
        return say("say.cause_by_hand", name=disruption_id.removeprefix(BY_HAND))
    return disruption_id


def reasons_in_words(reasons: Iterable[pb.Reason]) -> str:
    """Return what a lead time is made of."""
    return say("reason.join").join(reason_in_words(reason) for reason in reasons)


def refusal_in_words(line: pb.LinePromise, zone: ZoneInfo) -> str:
    """Return why a line was refused and what could be had instead; empty when it wasn't."""
    if not line.refusal:
        return ""
    text = coded("refusal", line.refusal)
    if line.HasField("earliest_time"):
        return say("refusal.earliest", text=text, earliest=time_in_words(line.earliest_time, zone))
    return text


def notes_in_words(line: pb.LinePromise) -> str:
    """Return the remarks on a line."""
    return say("reason.join").join(coded("note", note) for note in line.notes)


def coded(kind: str, code: str) -> str:
    """Return the catalogue's text of a code; what it doesn't have stands for itself."""
    return say(f"{kind}.{code}") if known(f"{kind}.{code}") else code


def line_in_words(line: pb.LinePromise, zone: ZoneInfo) -> str:
    """Return everything that there is to say on a line: refusal or reasons, then remarks and the date unheld."""
    said = [refusal_in_words(line, zone), reasons_in_words(line.reasons), notes_in_words(line)]
    if line.delivered_item_id or line.delivered_quantity:
        said.append(delivered_in_words(line))
    said.append(carrier_in_words(line))
    if line.kit:
        said.append(say("say.kit", parts=say("reason.join").join(kit_part_in_words(part, zone) for part in line.kit)))
    if line.HasField("confirmable_time"):
        said.append(say("say.confirmable", time=time_in_words(line.confirmable_time, zone)))
    if line.HasField("confidence"):
        said.append(confidence_in_words(line.confidence))
    if line.HasField("complete_time"):
        told = say("say.by_reports" if line.complete_reported else "say.by_leaving")
        said.append(say("say.completed", time=time_in_words(line.complete_time, zone), told=told))
    return say("reason.join").join(text for text in said if text)


def confidence_in_words(sure: pb.Confidence) -> str:
    """Return how sure a date is, by how many lines and which."""
    if not sure.line_count:
        return say("say.confidence_unknown")
    source = say(pb.LearnedFrom.Name(sure.learned_from))
    key = "say.confidence" if sure.level_percent else "say.confidence_low"
    return say(key, level=sure.level_percent, count=sure.line_count, source=source)


def delivered_in_words(line: pb.LinePromise) -> str:
    """Return what will be delivered where that isn't what was ordered."""
    quantity = f"{line.delivered_quantity:,}"
    if line.delivered_item_id:
        return say("say.delivers_item", item=line.delivered_item_id, quantity=quantity)
    return say("say.delivers", quantity=quantity)


def carrier_in_words(line: pb.LinePromise) -> str:
    """Return who brings a line and where; empty when nobody is known."""
    if line.carrier_id and line.region:
        return say("say.carrier", carrier=line.carrier_id, region=line.region)
    return say("say.carrier_anywhere", carrier=line.carrier_id) if line.carrier_id else ""


def option_in_words(option: pb.Option, zone: ZoneInfo) -> str:
    """Return what else could be had, and what it costs."""
    # What can't be had comes last.
    parts = sorted(option.parts, key=lambda part: (not part.HasField("promised_time"), part.promised_time.seconds))
    text = say(
        pb.OptionKind.Name(option.kind),
        parts=say("option.join").join(_option_part_in_words(part, zone) for part in parts),
    )
    costs = say("reason.join").join(cost_in_words(cost) for cost in option.costs)
    text = say("option.costs", text=text, costs=costs) if costs else text
    return say("option.named", text=text, option=option.option_id) if option.option_id else text


def missing_option_in_words(search: pb.OptionSearch) -> str:
    """Which kind of option there is none of, and why."""
    return say(
        "option.missing", kind=say(f"option.{pb.OptionKind.Name(search.kind)}"), why=say(pb.OptionWhy.Name(search.why)),
    )  # fmt: skip


def option_details(option: pb.Option, zone: ZoneInfo) -> Iterator[str]:
    """What an option does besides, a line each: who is later for it, what is worked, where, and what moves."""
    for row in option.displaced:
        yield say("option.detail", text=displaced_in_words(row, zone))
    if option.displaced_count > len(option.displaced):
        more = option.displaced_count - len(option.displaced)
        yield say("option.detail", text=say("option.displaced_more", count=more))
    for hours in option.hours:
        start, end = time_in_words(hours.start_time, zone), time_in_words(hours.end_time, zone)
        yield say("option.detail", text=say("option.hours", resource=hours.resource_id, start=start, end=end))
    for mode in option.modes:
        mould = say("option.mould", mould=mode.mould_id) if mode.mould_id else ""
        said = say(
            "option.mode", operation=mode.operation_id, resource=mode.resource_id, mould=mould, mode=mode.mode_id
        )  # fmt: skip
        yield say("option.detail", text=said)
    for move in option.moves:
        yield "  " + move_in_words(move, zone)


def displaced_in_words(row: pb.DisplacedLine, zone: ZoneInfo) -> str:
    """Return a line of another order that is later, and whether its promise survives."""
    return say(
        "option.displaced", order=row.order_id, line=row.line_no, customer=row.customer_id, priority=row.priority,
        before=time_in_words(row.expected_before_time, zone), after=time_in_words(row.expected_time, zone),
        promised=time_in_words(row.promised_time, zone),
        survives=say("say.survives") if row.survives else say("say.breaks"),
    )  # fmt: skip


def _option_part_in_words(part: pb.OptionPart, zone: ZoneInfo) -> str:
    quantity = f"{part.quantity:,}"
    if not part.HasField("promised_time"):
        return say("option.no_part", quantity=quantity)
    return say("option.part", quantity=quantity, time=time_in_words(part.promised_time, zone))


def cost_in_words(cost: pb.OptionCost) -> str:
    """Return what something costs, and for what."""
    what = say(pb.CostKind.Name(cost.kind), duration=duration_in_words(cost.duration), count=cost.count)
    if not cost.HasField("cost_fen"):
        return say("option.unpriced", what=what)
    return say("option.priced", what=what, amount=f"{cost.cost_fen / 100:,.2f}")


def rescue_in_words(rescue: pb.Rescue) -> str:
    """Return what a search for a rearrangement came to."""
    held = say("reason.join").join(say(f"held.{name}") for name in rescue.held)
    text = say(
        pb.RescueOutcome.Name(rescue.outcome), moved=rescue.moved_count, shifted=rescue.shifted_count,
        seconds=f"{rescue.search_duration.ToMilliseconds() / 1000:.1f}",
    )  # fmt: skip
    return say("rescue.held", text=text, held=held) if held else text


def move_in_words(move: pb.Move, zone: ZoneInfo) -> str:
    """Return where an operation stood and where it stands."""
    return say(
        "rescue.move", order=move.order_id, line=move.line_no, operation=move.operation_id,
        before=move.resource_before_id, stood=time_in_words(move.start_before_time, zone),
        after=move.resource_after_id, stands=time_in_words(move.start_after_time, zone),
    )  # fmt: skip


def kit_part_in_words(part: pb.KitPart, zone: ZoneInfo) -> str:
    """Return what goes into a line and where it comes from."""
    text = say(
        pb.Source.Name(part.source),
        item=part.item_id,
        quantity=f"{part.quantity:,}",
        receipt=part.receipt_id,
        time=time_in_words(part.available_time, zone),
    )
    return say("kit.stands_for", part=text, item=part.stands_for_item_id) if part.stands_for_item_id else text


def hold_in_words(promise: pb.Promise, zone: ZoneInfo) -> str:
    """Return until when an order is held, and for which decision."""
    reasons = say("reason.join").join(coded("note", reason) for reason in promise.hold.reasons)
    return say(
        "say.held",
        until=time_in_words(promise.hold.expire_time, zone),
        reasons=say("reason.subject", subject=reasons) if reasons else "",
    ) + (say("say.handed_to", to=promise.hold.handed_to) if promise.hold.handed_to else "")


def receipt_in_words(receipt: pb.Receipt, zone: ZoneInfo) -> list[str]:
    """Return what a change did, a sentence for each line it changed, or why it was declined."""
    if receipt.made:
        said = [say("say.line", line=line.line_no, text=_change_in_words(line, zone)) for line in receipt.lines]
        issued = (
            (each, say("say.issued", item=each.item_id, quantity=f"{each.quantity:,}")) for each in receipt.issued
        )
        return [*said, *(say("say.line", line=each.line_no, text=text) for each, text in issued)]
    said = [say("say.declined", text=coded("refusal", receipt.refusal))]
    for line in receipt.lines:
        text = coded("refusal", line.refusal or receipt.refusal)
        if line.HasField("offered_time"):
            text = say("refusal.earliest", text=text, earliest=time_in_words(line.offered_time, zone))
        said.append(say("say.line", line=line.line_no, text=text))
    return said


def _change_in_words(line: pb.LineChange, zone: ZoneInfo) -> str:
    if not line.HasField("before"):
        return say("say.line_new") if not line.after.quantity else _new_in_words(line.after, zone)
    if not line.HasField("after"):
        return say("say.line_gone")
    pairs = (
        ("column.quantity", f"{line.before.quantity:,}", f"{line.after.quantity:,}"),
        ("column.promised", *(time_in_words(state.promised_time, zone) for state in (line.before, line.after))),
        ("column.state", *(say(pb.PromiseState.Name(state.state)) for state in (line.before, line.after))),
    )
    return say("reason.join").join(
        say("say.changed", what=say(what), before=before or "-", after=after or "-")
        for what, before, after in pairs
        if before != after
    )


def _new_in_words(state: pb.LineState, zone: ZoneInfo) -> str:
    said = [say("say.line_new"), f"{state.quantity:,}", say(pb.PromiseState.Name(state.state))]
    if state.HasField("promised_time"):
        said.append(f"{say('column.promised')} {time_in_words(state.promised_time, zone)}")
    return " ".join(said)


def changes_in_words(entry: pb.HistoryEntry, zone: ZoneInfo) -> str:
    """Return what an event changed of an order, line by line."""
    said = [say("say.line", line=line.line_no, text=_change_in_words(line, zone)) for line in entry.line_changes]
    for content in entry.content_changes:
        before, after = (_value_in_words(content.field, text, zone) for text in (content.before, content.after))
        text = say("say.changed", what=coded("field", content.field), before=before, after=after)
        said.append(say("say.line", line=content.line_no, text=text) if content.line_no else text)
    return say("reason.join").join(said)


def _value_in_words(field: str, text: str, zone: ZoneInfo) -> str:
    if not text:
        return "-"
    if field.endswith("_time"):
        moment = Timestamp()
        moment.FromDatetime(datetime.fromisoformat(text))
        return time_in_words(moment, zone)
    return f"{int(text) / 100:,.2f}" if field.endswith("_fen") else text


def read_time(text: str, zone: ZoneInfo) -> datetime:
    """Read a time in the plant's zone; a date alone is its end. Raises ValueError."""
    if len(text) == 10:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
        return day + timedelta(days=1)
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=zone) if found.tzinfo is None else found
