"""Rows written by hand: what a desk would commit."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.orders import Order, OrderLine
from domain.promises import (
    Event,
    EventKind,
    LinePromise,
    Outcome,
    Promise,
    PromiseState,
    Reason,
    ReasonKind,
)
from domain.values import replace
from promising.documents import promise_to_json
from promising.ports import PromiseRow, RequestKey, RequestRecord, Writing
from scheduler.records import OperationRow, PlanDelta

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


def promise(order_id: str = "SO-1", version: int = 1, state: PromiseState = PromiseState.CONFIRMED) -> Promise:
    line = LinePromise(
        line_no=1,
        item_id="cup",
        quantity=500,
        requested_time=MONDAY + timedelta(days=3),
        outcome=Outcome.LATER,
        state=state,
        promised_time=MONDAY + timedelta(days=4),
        expected_time=MONDAY + timedelta(days=4),
        reasons=(Reason(ReasonKind.MACHINE, timedelta(days=1), "M1", ("SO-0",)),),
    )
    order = Order(order_id, "ACME", (OrderLine(1, "cup", 500, line.requested_time),))
    return Promise(order, (line,), MONDAY, version=version, request_id="r-1", caller="shop")


def event(sequence: int, order_id: str = "SO-1", kind: EventKind = EventKind.PROMISED) -> Event:
    return Event(sequence, kind, MONDAY, "shop", order_id, "because", 7, "later")


def operation(key: int, order_id: str = "SO-1", facts: bytes = b"\x00placed", state: int = 1) -> OperationRow:
    return OperationRow(key, order_id, 1, "mould", state, facts)


def delta(version: int = 7, **changes: Any) -> PlanDelta:
    return replace(PlanDelta(version, floor_s=100, now_s=200), **changes)


def promised(sequence: int, order_id: str = "SO-1", version: int = 1, **changes: Any) -> Writing:
    """One order, its event, its request and one operation."""
    made = promise(order_id, version)
    writing = Writing(
        promises=[PromiseRow(made, sequence, promise_to_json(made))],
        events=[event(sequence, order_id)],
        requests=[RequestRecord(RequestKey("shop", f"r-{sequence}"), b"digest", order_id, version, 1000 + sequence)],
        delta=delta(sequence, placed=[operation(sequence, order_id)]),
    )
    return replace(writing, **changes)


def changed(sequence: int, order_id: str, state: PromiseState, version: int = 2) -> Writing:
    """A later version of an order, with its event."""
    made = promise(order_id, version, state)
    return Writing(
        promises=[PromiseRow(made, sequence, promise_to_json(made))],
        events=[event(sequence, order_id, EventKind.AMENDED)],
        delta=delta(sequence),
    )
