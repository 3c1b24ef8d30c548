"""What becomes of a change of an order: made, or declined with what could be had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from domain.promises import EventKind, GoodsIssued, LineChange, LinePromise, LineState, Promise, Receipt
from scheduler.planner import Decision

LATER = "later_than_latest"
ON_TIME = "later_than_requested"


class Made(Struct, frozen=True):
    """A change as decided: the order after it, and the step of the plan, to be kept or undone.

    Without a step the whole order leaves the plan. Where `declined` is given, nothing may change. `issued` is what
    leaves the stock with it.
    """

    promise: Promise
    kind: EventKind
    step: Decision | None = None
    declined: Receipt | None = None
    issued: tuple[GoodsIssued, ...] = ()


def declined(standing: Promise, offered: Sequence[LinePromise], refusal: str = LATER) -> Receipt:
    """The receipt of a change that was not made, with what could be had."""
    stood = {line.line_no: LineState(line.quantity, line.promised_time, line.state) for line in standing.lines}
    lines = tuple(
        LineChange(
            line.line_no, stood.get(line.line_no), stood.get(line.line_no), line.refusal or refusal,
            line.promised_time or line.earliest_time,
        )
        for line in offered
    )  # fmt: skip
    return Receipt(False, lines, refusal)


def in_short(receipt: Receipt) -> str:
    """A receipt as a text for the log: `1: 240>300, 2026-03-04T00:00:00+00:00>2026-03-05T00:00:00+00:00`."""
    said = [f"{each.line_no}: {_in_short(each)}" for each in receipt.lines]
    return "; ".join([*said, *(f"{each.line_no}: {each.quantity} of {each.item_id} issued" for each in receipt.issued)])


def _in_short(change: LineChange) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return "new" if before is None else "gone"
    pairs = (
        (str(before.quantity), str(after.quantity)),
        (_time(before.promised_time), _time(after.promised_time)),
        (before.state.value, after.state.value),
    )
    return ", ".join(f"{old}>{new}" for old, new in pairs if old != new)


def _time(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
