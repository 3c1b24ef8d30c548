"""Streams of demand come from one seed, in order of time, with what goes wrong in them."""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from simulators.chance import Spread, Weights, heavy_tail
from simulators.demand import PROMOTION, Kind, stream
from simulators.demand_file import write_events
from simulators.demand_profile import Burst, Buyer, DemandProfile, Mishaps, Offer, Peak, Product, Wish

FIRST = date(2026, 3, 2)
DAY = 24 * 60
DIGEST = "a1737f73fd82"


def profile(**changes):
    """A small shop with everything that goes wrong."""
    given = {
        "name": "shop", "zone": "Asia/Shanghai", "orders_milli": 60_000,
        "day": Weights((0,) * 16 + (2,) * 8 + (5,) * 12 + (0,) * 12), "week": (1000, 1000, 1000, 1000, 1000, 500, 0),
        "products": tuple(Product(f"I{n}", w, Spread((1, 2, 10)), 5000 + n) for n, w in enumerate(heavy_tail(40, 2))),
        "buyers": tuple(Buyer(f"C{n}", w, "shop", ("Anna", "Bo")) for n, w in enumerate(heavy_tail(9, 1))),
        "wishes": (Wish("usual", 8, Spread((2 * DAY, 9 * DAY))), Wish("at once", 2, Spread((-60, 60)), by_day=False)),
        "channels": ("shop", "web"), "lines": Spread((1, 1, 4)), "offers": (Offer("M1", 300_00, minus_fen=20_00),),
        "mishaps": Mishaps(changed=100, cancelled=80, retyped=60, doubled=60),
    }  # fmt: skip
    return DemandProfile(**{**given, **changes})


def orders(events):
    return [event for event in events if event.kind is Kind.ORDER]


def test_one_seed_gives_one_stream_on_every_machine():
    """The digest of a week of events, written as a file, is known."""
    text = write_events(stream(profile(), FIRST, 7, seed=7))
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == DIGEST


@settings(max_examples=8)
@given(seed=st.integers(0, 2**63), days=st.integers(1, 5))
def test_events_come_in_order_and_longer_streams_only_add(seed, days):
    """What the first days bring does not depend on how many are asked for; every change is of an order that came."""
    short = list(stream(profile(), FIRST, days, seed))
    longer = list(stream(profile(), FIRST, days + 2, seed))
    assert all(before.time <= after.time for before, after in pairwise(longer))
    came = set(short)
    assert [event for event in longer if event in came] == short
    known = set()
    for event in longer:
        assert (event.kind is Kind.ORDER) == (event.order_id not in known)
        known.add(event.order_id)


def test_orders_come_by_the_hour_the_weekday_and_the_peak():
    """None by night or on Sunday, half of them on Saturday, three times as many in the days of the festival."""
    peak = Peak("festival", date(2026, 3, 10), date(2026, 3, 11), 3000)
    placed = list(stream(profile(peaks=(peak,), mishaps=Mishaps()), FIRST, 14, seed=1))
    local = [event.time + timedelta(hours=8) for event in placed]
    assert {at.hour for at in local} == set(range(8, 18))
    days = Counter(at.date() for at in local)
    assert days[date(2026, 3, 8)] == 0
    assert 15 <= days[date(2026, 3, 7)] <= 45
    assert all(140 <= days[date(2026, 3, day)] <= 220 for day in (10, 11))
    assert all(40 <= days[date(2026, 3, day)] <= 85 for day in (2, 3, 4, 5, 6, 9, 12, 13))


def test_a_campaign_bursts_at_its_minute():
    """200 orders for its items within a minute of 10:00, on its channel."""
    burst = Burst("sale", FIRST, time(10), timedelta(minutes=1), Spread((200,)), "web", ("I3", "I4"))
    events = stream(profile(orders_milli=0, bursts=(burst,), mishaps=Mishaps()), FIRST, 1, seed=1)
    placed = [(event.time, event.order.channel_id, event.order.lines[0].item_id) for event in events]
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert len(placed) == 200
    assert all(at <= when < at + timedelta(minutes=1) for when, _, _ in placed)
    assert {(channel, item) for _, channel, item in placed} == {("web", "I3"), ("web", "I4")}


def test_what_goes_wrong_is_told():
    """An order typed again is the same but for id and salesperson; one doubled comes on the other channel in a day."""
    events = list(stream(profile(), FIRST, 12, seed=3))
    by_id = {event.order_id: event for event in reversed(orders(events))}
    again = [event for event in events if event.repeats]
    twice = [event for event in events if event.doubles]
    assert min(len(again), len(twice)) > 10
    for event in again:
        first = by_id[event.repeats].order
        assert (event.order.lines, event.order.customer_id) == (first.lines, first.customer_id)
        assert event.order.id != first.id
        assert {event.order.salesperson, first.salesperson} == {"Anna", "Bo"}
    for event in twice:
        first = by_id[event.doubles]
        assert {event.order.channel_id, first.order.channel_id} == {"shop", "web"}
        assert event.order.lines == first.order.lines
        assert timedelta(0) < event.time - first.time < timedelta(days=1)


def test_shares_of_changes_and_cancellations_are_kept():
    """100 and 80 of 1,000 orders, and a half of what was typed again."""
    events = list(stream(profile(), FIRST, 40, seed=5))
    placed = [event for event in orders(events) if not (event.repeats or event.doubles)]
    counts = Counter(event.kind for event in events)
    repeats = sum(bool(event.repeats) for event in events)
    assert abs(counts[Kind.CHANGE] - 0.1 * len(placed)) < 0.02 * len(placed)
    assert abs(counts[Kind.CANCEL] - 0.08 * len(placed) - repeats / 2) < 0.02 * len(placed)


def test_an_order_has_the_discount_of_the_best_offer():
    """20 yuan off from 300 on, shared over the lines to the fen; less has none."""
    for event in stream(profile(), FIRST, 3, seed=1):
        if event.order is not None:
            full = sum(line.quantity * line.unit_price_fen for line in event.order.lines)
            taken = sum(line.discount_fen for line in event.order.lines)
            assert (taken, (PROMOTION, "M1") in event.order.attributes) == (
                (2000, True) if full >= 300_00 else (0, False)
            )


def test_requested_dates_go_from_realistic_to_absurd():
    """By the end of a day from two days on, or within the hour, even before the order."""
    for event in orders(stream(profile(), FIRST, 5, seed=2)):
        if event.repeats or event.doubles:
            continue
        for line in event.order.lines:
            ahead = line.requested_time - event.time
            if event.wish == "usual":
                assert line.requested_time.hour == 10
                assert timedelta(days=1) < ahead < timedelta(days=10)
            else:
                assert abs(ahead) <= timedelta(minutes=61)


def test_a_bad_profile_is_refused():
    """Half a day's shape, no products, a burst of what isn't sold."""
    burst = Burst("sale", FIRST, time(10), timedelta(minutes=1), Spread((9,)), items=("nothing",))
    for changes in ({"day": Weights((1,) * 24)}, {"products": ()}, {"bursts": (burst,)}, {"orders_milli": -1}):
        with pytest.raises(InvalidInput):
            profile(**changes)
