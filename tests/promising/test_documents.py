"""Orders and promises survive their documents."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.orders import Order, OrderLine
from domain.promises import (
    Hold,
    LineChange,
    LinePromise,
    LineState,
    Outcome,
    Promise,
    PromiseState,
    Reason,
    ReasonKind,
    Receipt,
    Tier,
)
from domain.values import replace
from promising import canonical
from promising.documents import (
    demand_from_json,
    demand_of,
    digest,
    order_from_document,
    order_to_document,
    promise_from_json,
    promise_to_json,
    receipt_from_json,
    receipt_to_json,
)

letters = st.sampled_from([*"abcxyz019-_", "é", "交", "期", "😀", '"', "\\", "/", ","])
ids = st.text(letters, min_size=1, max_size=8)
words = st.text(letters | st.sampled_from([" ", "\n", "\x00", "\u2028"]), max_size=8)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
maybe_moments = st.none() | moments
durations = st.timedeltas(timedelta(0), timedelta(days=3650))
lines = st.builds(
    lambda item, quantity, asked, later, price: OrderLine(
        1, item, quantity, asked, None if later is None else asked + later, price, price // 2
    ),
    ids,
    st.integers(1, 10**9),
    moments,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
    st.integers(0, 10**12),
)
orders = st.builds(
    Order,
    id=ids,
    customer_id=ids,
    lines=st.lists(lines, min_size=1, max_size=3).map(
        lambda found: tuple(replace(line, line_no=index + 1) for index, line in enumerate(found))
    ),
    channel_id=words,
    salesperson=words,
    priority=st.integers(1, 9),
    attributes=st.lists(st.tuples(words, words), max_size=2).map(tuple),
)
reasons = st.builds(Reason, st.sampled_from(ReasonKind), durations, words, st.lists(ids, max_size=5).map(tuple))
line_promises = st.builds(
    LinePromise,
    line_no=st.integers(1, 10**6),
    item_id=ids,
    quantity=st.integers(1, 10**9),
    requested_time=moments,
    outcome=st.sampled_from(Outcome),
    state=st.sampled_from(PromiseState),
    promised_time=maybe_moments,
    expected_time=maybe_moments,
    earliest_time=maybe_moments,
    deadline=maybe_moments,
    tier=st.sampled_from(Tier),
    search=st.sampled_from(["exact", "heuristic"]),
    reasons=st.lists(reasons, max_size=4).map(tuple),
    refusal=words,
    notes=st.lists(words, max_size=2).map(tuple),
    decided_at=maybe_moments,
    if_confirmed=maybe_moments,
)
promises = st.builds(
    Promise,
    order=orders,
    lines=st.lists(line_promises, min_size=1, max_size=3).map(tuple),
    decided_at=moments,
    version=st.integers(0, 10**6),
    request_id=words,
    caller=words,
    plan_version=st.integers(0, 2**62),
    hold=st.none() | st.builds(Hold, moments, st.lists(words, max_size=2).map(tuple)),
    quote_id=words,
    duplicates=st.lists(ids, max_size=3).map(tuple),
)


@given(promises)
def test_a_promise_reads_back_as_it_was_written(promise: Promise) -> None:
    """The document holds every field, to the microsecond, in any script."""
    text = promise_to_json(promise)
    assert promise_from_json(text) == promise
    assert promise_to_json(promise_from_json(text)) == text


@given(orders)
def test_an_order_reads_back_as_it_was_written(order: Order) -> None:
    """Also on its own, and an order's document may be lent to its promise's."""
    assert order_from_document(json.loads(canonical.to_text(order_to_document(order)))) == order


@given(promises)
def test_the_demand_of_a_stored_promise_is_the_demand_of_the_promise(promise: Promise) -> None:
    """The short way around the whole promise tells the same."""
    assert demand_from_json(promise_to_json(promise)) == demand_of(promise)


def test_two_orders_that_differ_only_in_one_quantity_have_different_digests() -> None:
    """And equal ones the same, whatever object they are."""
    asked = datetime(2026, 3, 2, tzinfo=UTC)
    first, again, other = (
        Order("SO-1", "ACME", (OrderLine(1, "cup", quantity, asked),)) for quantity in (500, 500, 501)
    )
    assert digest("promise", order_to_document(first)) == digest("promise", order_to_document(again))
    assert digest("promise", order_to_document(first)) != digest("promise", order_to_document(other))


states = st.none() | st.builds(LineState, st.integers(1, 10**9), maybe_moments, st.sampled_from(PromiseState))
changes = st.builds(LineChange, st.integers(1, 10**6), states, states, words, maybe_moments)


@given(st.builds(Receipt, st.booleans(), st.lists(changes, max_size=3).map(tuple), words))
def test_a_receipt_survives_its_document(receipt: Receipt) -> None:
    """Quantities, dates, states and what was offered, to the microsecond."""
    assert receipt_from_json(receipt_to_json(receipt)) == receipt
