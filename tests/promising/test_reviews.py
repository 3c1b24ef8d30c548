"""What people decide of orders afterwards: holds refused or handed over, discounts and double orders settled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import InvalidInput, NotFound, WrongState
from domain.options import OptionKind
from domain.orders import Order
from domain.promises import EventKind, Outcome, PromiseState
from domain.promotions import Review, ReviewKind
from domain.values import replace
from promising.admission import RuleAdmission
from promising.desk import Desk
from promising.requests import Amend, Close, Confirm, HandOver, Reject, SettleReview
from promising.reviewing import OpenReview
from rulebase.language.checker import read_rules
from rulebase.promotions.table import Gives, Promotion
from tests.promising.desks import MONDAY, OFF, FaultyStore, ask, cancel, change
from tests.promising.test_budgets import HOUR, Shop, bought

SALE = Promotion("SALE", Gives.MINUS, fen=1_000, budget_fen=1_000)
BIG = '规则 "大额": 当 订单.金额 > 1000元 则 转审 "财务" 因为 "大额" / "large"'


class RuledShop(Shop):
    """A shop whose rules hold large orders, with one promotion that one order may have."""

    def __init__(self, path) -> None:
        super().__init__(path, SALE)

    def open(self) -> None:
        self.store = FaultyStore(self.path)
        admission = RuleAdmission(read_rules({"f": BIG}), promotions=self.promotions)
        self.desk = Desk(self.store, self.clock, OFF, admission, approve=admission)
        self.desk.start()


@pytest.fixture
def shop(tmp_path):
    made = RuledShop(tmp_path / "a.sqlite")
    yield made
    assert made.desk.check() == []
    made.close()


def given(order_id: str, discount_yuan: int, channel_id: str = "", **changes: object) -> Order:
    """Caps for 500 yuan less a discount."""
    made = bought(order_id, 500)
    line = replace(made.lines[0], discount_fen=100 * discount_yuan)
    return replace(made, lines=(line,), channel_id=channel_id, **changes)


def settle(made: Shop, kind: ReviewKind, order_id: str = "SO-1", *, accepted: bool = True, **how: str):
    asked = SettleReview(kind, accepted)
    return made.desk.change(change(order_id, asked, how.pop("request_id", ""), **{"reason": "agreed", **how}))


def test_a_reviewer_refuses_a_held_order_and_all_that_it_held_is_free(shop):
    """Place and budget go to the next; the reason is told, and kept in the log."""
    held = shop.buy("SO-1", 2_000)
    assert held.lines[0].state is PromiseState.HELD
    assert [row[3] for row in shop.taken()] == [1_000]
    refused = shop.desk.change(change("SO-1", Reject(), reason="no more credit"))
    assert refused.receipt.made
    line = refused.promise.lines[0]
    assert (line.state, line.outcome, line.refusal) == (PromiseState.REFUSED, Outcome.REFUSED, "no more credit")
    assert (line.promised_time, refused.promise.hold) == (None, None)
    assert (shop.desk.schedule(), shop.taken()) == ([], [])
    event = shop.desk.events()[-1]
    assert (event.kind, event.actor, event.reason) == (EventKind.REFUSED, "shop", "no more credit")
    assert shop.buy("SO-1", 900, request_id="again").lines[0].state is PromiseState.CONFIRMED


def test_only_a_held_order_is_refused_and_only_for_a_reason(shop):
    """Refused calls change nothing."""
    shop.buy("SO-1", 900)
    with pytest.raises(WrongState):
        shop.desk.change(change("SO-1", Reject(), reason="late thought"))
    held = shop.buy("SO-2", 2_000)
    with pytest.raises(InvalidInput, match="reason"):
        shop.desk.change(change("SO-2", Reject()))
    assert shop.desk.get("SO-2") == held


def test_an_order_handed_to_engineering_keeps_its_place_and_tells_what_else_could_be_had(shop):
    """480 caps, four hours of work, wanted in three: half of them in time, or all an hour late; and confirmed then."""
    big = bought("SO-1", 2_400, quantity=480)
    wanted = replace(big.lines[0], requested_time=MONDAY + 3 * HOUR)
    held = shop.desk.promise(ask(replace(big, lines=(wanted,))))
    plan = shop.desk.schedule()
    handed = shop.desk.change(change("SO-1", HandOver("engineering"), reason="can it be made faster?"))
    assert handed.promise.hold.handed_to == "engineering"
    assert handed.promise.hold.reasons == (*held.hold.reasons, "can it be made faster?")
    assert handed.promise.hold.expires_at == held.hold.expires_at
    split, whole = handed.promise.lines[0].options
    assert (split.kind, whole.kind) == (OptionKind.SPLIT, OptionKind.WHOLE)
    assert min(part.promised_time for part in split.parts) <= MONDAY + 3 * HOUR < whole.parts[0].promised_time
    assert whole.parts[0].promised_time == held.lines[0].if_confirmed
    assert shop.desk.schedule() == plan
    shop.restart()
    assert shop.desk.get("SO-1").lines[0].options == (split, whole)
    confirmed = shop.desk.change(change("SO-1", Confirm(), reason="made as it is")).promise
    assert confirmed.lines[0].promised_time == held.lines[0].if_confirmed
    assert [event.kind for event in shop.desk.events()][-2:] == [EventKind.HANDED_OVER, EventKind.CONFIRMED]


def test_a_longer_hold_is_placed_so_that_its_dates_stay_true(shop):
    """From three days to four: nothing of it begins before, and it runs out then."""
    shop.buy("SO-1", 2_000)
    until = MONDAY + timedelta(days=4)
    handed = shop.desk.change(change("SO-1", HandOver("lab", until), reason="a sample")).promise
    assert handed.hold.expires_at == until
    assert shop.desk.schedule()[0].start >= until
    for end in (MONDAY, MONDAY + timedelta(days=91)):
        with pytest.raises(InvalidInput, match="expire_time"):
            shop.desk.change(change("SO-1", HandOver("lab", end), f"at {end}", reason="a sample"))
    shop.desk.set_clock(MONDAY + timedelta(days=3, hours=1))
    assert shop.desk.get("SO-1").lines[0].state is PromiseState.HELD
    shop.desk.set_clock(until)
    assert shop.desk.get("SO-1").lines[0].state is PromiseState.EXPIRED


def test_a_payment_is_held_until_somebody_accepts_the_discount(shop):
    """20 yuan were given, 10 are due: asked, rejected, accepted, and not asked again while the sums are the same."""
    promised = shop.desk.promise(ask(given("SO-1", 20)))
    asked = Review(ReviewKind.DISCOUNT, MONDAY, 2_000, 1_000)
    assert (promised.payment_held, promised.reviews) == (True, (asked,))
    assert shop.desk.reviews() == [OpenReview(promised, asked)]
    rejected = settle(shop, ReviewKind.DISCOUNT, accepted=False, request_id="no").promise
    assert rejected.payment_held
    assert shop.desk.reviews() == []
    assert [each.review.accepted for each in shop.desk.reviews(rejected=True)] == [False]
    shop.restart()
    assert [each.review.accepted for each in shop.desk.reviews(rejected=True)] == [False]
    settled = settle(shop, ReviewKind.DISCOUNT, request_id="yes").promise
    assert not settled.payment_held
    review = settled.reviews[0]
    assert (review.accepted, review.settled_at, review.settled_by, review.reason) == (True, MONDAY, "shop", "agreed")
    assert shop.desk.reviews(rejected=True) == []
    with pytest.raises(WrongState):
        settle(shop, ReviewKind.DISCOUNT, request_id="again")
    later = replace(given("SO-1", 20), salesperson="Li")
    same = shop.desk.change(change("SO-1", Amend(later), "same", etag=settled.etag)).promise
    assert same.reviews == settled.reviews
    other = shop.desk.change(change("SO-1", Amend(given("SO-1", 21)), "other", etag=same.etag)).promise
    assert (other.payment_held, other.reviews[0].accepted) == (True, None)
    right = shop.desk.change(change("SO-1", Amend(given("SO-1", 10)), "right", etag=other.etag)).promise
    assert (right.payment_held, right.reviews) == (False, ())


def test_a_retry_is_settled_once_and_a_check_settles_nothing(shop):
    """With validate_only the answer tells what would be."""
    shop.desk.promise(ask(given("SO-1", 20)))
    only = settle(shop, ReviewKind.DISCOUNT, validate_only=True, request_id="only").promise
    assert not only.payment_held
    assert shop.desk.get("SO-1").payment_held
    first = settle(shop, ReviewKind.DISCOUNT, request_id="yes")
    assert settle(shop, ReviewKind.DISCOUNT, request_id="yes") == first
    assert shop.kinds().count(EventKind.REVIEW_SETTLED) == 1


def test_what_was_never_asked_cannot_be_settled(shop):
    """Nor without a reason."""
    shop.desk.promise(ask(given("SO-1", 10)))
    with pytest.raises(NotFound, match="SO-1/discount"):
        settle(shop, ReviewKind.DISCOUNT)
    shop.desk.promise(ask(given("SO-2", 20)))
    with pytest.raises(InvalidInput, match="reason"):
        settle(shop, ReviewKind.DISCOUNT, "SO-2", reason="")


def test_the_same_item_by_two_channels_is_asked_about_with_both_orders(shop):
    """Online at noon, in the shop within 24 hours; a second later, by no channel or by the same it is no matter."""
    shop.desk.promise(ask(given("SO-1", 10, "web")))
    shop.desk.promise(ask(given("SO-2", 0, "web")))
    shop.desk.promise(ask(given("SO-3", 0)))
    assert shop.desk.reviews() == []
    shop.desk.set_clock(MONDAY + timedelta(hours=24))
    double = shop.desk.promise(ask(given("SO-4", 0, "store")))
    asked = Review(ReviewKind.TWO_CHANNELS, MONDAY + 24 * HOUR, item_ids=("cap",), order_ids=("SO-1", "SO-2"))
    assert double.reviews == (asked,)
    assert not double.payment_held
    assert shop.desk.reviews() == [OpenReview(double, asked)]
    shop.desk.set_clock(MONDAY + timedelta(hours=24, seconds=1))
    assert shop.desk.promise(ask(given("SO-5", 0, "phone"))).reviews[0].order_ids == ("SO-4",)


def test_the_window_is_read_from_the_store_and_knows_what_was_delivered(shop):
    """What was delivered was bought, also for a desk that was just started; what was cancelled wasn't."""
    shop.desk.promise(ask(given("SO-1", 10, "web")))
    shop.desk.promise(ask(given("SO-2", 0, "web")))
    shop.desk.set_clock(MONDAY + timedelta(hours=20))
    shop.desk.change(change("SO-1", Close()))
    shop.desk.change(cancel("SO-2"))
    shop.crash()
    assert shop.desk.promise(ask(given("SO-3", 0, "store"))).reviews[0].order_ids == ("SO-1",)


def test_what_is_settled_leaves_the_queue_and_so_does_an_order_that_is_cancelled(shop):
    """Two demands, accepted; a third is cancelled."""
    shop.desk.promise(ask(given("SO-1", 10, "web")))
    shop.desk.promise(ask(given("SO-2", 0, "store")))
    shop.desk.promise(ask(given("SO-3", 0, "phone")))
    assert [each.promise.order.id for each in shop.desk.reviews(ReviewKind.TWO_CHANNELS)] == ["SO-2", "SO-3"]
    assert settle(shop, ReviewKind.TWO_CHANNELS, "SO-2").promise.reviews[0].accepted
    shop.desk.change(cancel("SO-3"))
    assert shop.desk.reviews() == []
