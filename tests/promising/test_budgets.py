"""Budgets and bounds of promotions: taken with the promise, given back with it, exact to the fen, never overdrawn."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DeskStopped
from domain.orders import Order, ShipMode
from domain.plant import Plant
from domain.promises import PromiseState
from domain.promotions import Granted, Lost, Why
from domain.trade import Customer
from domain.values import replace
from promising.admission import RuleAdmission
from promising.desk import Desk
from promising.requests import Amend, Release
from promising.takings import Taken, taken_by
from rulebase.language.checker import read_rules
from rulebase.promotions.table import Gives, Promotion
from tests.promising.carriers import local, shop_with
from tests.promising.carriers import order as carried
from tests.promising.desks import MONDAY, OFF, Bench, Call, FaultyStore, ask, cancel, change, order, shop
from tests.stores import empty_file

HOUR = timedelta(hours=1)
SALE = Promotion("SALE", Gives.PERCENT, rate=100_000, budget_fen=10_000)
"""A tenth off, of 100 yuan in all."""


class Shop(Bench):
    """A desk with promotions, over a shop that knows two customers."""

    def __init__(self, path, *promotions: Promotion, plant: Plant | None = None) -> None:
        self.promotions = promotions
        path.write_bytes(empty_file())
        super().__init__(path, plant or replace(shop(), customers=(Customer("ACME"), Customer("BETA"))))

    def open(self) -> None:
        self.store = FaultyStore(self.path)
        admission = RuleAdmission(read_rules({}), promotions=self.promotions)
        self.desk = Desk(self.store, self.clock, OFF, admission, approve=admission)
        self.desk.start()

    def taken(self) -> list[tuple[str, str, int, int]]:
        """What the store says is taken."""
        rows = sorted(self.store.load().taken, key=lambda row: (row.customer_id, row.promotion))
        return [(row.promotion, row.customer_id, row.times, row.fen) for row in rows]

    def buy(self, order_id: str, yuan: int, customer_id: str = "ACME", **how: object):
        return self.desk.promise(ask(bought(order_id, yuan, customer_id), **how))


def bought(order_id: str, yuan: int, customer_id: str = "ACME", quantity: int = 1) -> Order:
    """Caps that come to so many yuan in all."""
    made = order(order_id, quantity=quantity, days=5, customer_id=customer_id)
    return replace(made, lines=(replace(made.lines[0], unit_price_fen=100 * yuan // quantity),))


@pytest.fixture
def sale(tmp_path):
    made = Shop(tmp_path / "a.sqlite", SALE)
    yield made
    made.close()


def fen(promise) -> int:
    return sum(each.fen for each in promise.granted)


def amend(made: Shop, order_id: str, yuan: int, request_id: str):
    etag = made.desk.get(order_id).etag
    return made.desk.change(change(order_id, Amend(bought(order_id, yuan)), request_id, etag=etag))


def test_a_budget_is_taken_until_an_order_would_overdraw_it(sale):
    """Of 100 yuan 60 and 39 are taken: an order that needs 2 is told so, one that needs 1 has it, then it is over."""
    assert fen(sale.buy("SO-1", 600)) == 6_000
    assert fen(sale.buy("SO-2", 390)) == 3_900
    third = sale.buy("SO-3", 20)
    assert (third.granted, third.lost) == ((), (Lost("SALE", Why.BUDGET, "10100", "10000"),))
    assert fen(sale.buy("SO-4", 10)) == 100
    assert sale.buy("SO-5", 1).lost == (Lost("SALE", Why.BUDGET, "10000", "10000"),)
    assert sale.taken() == [("SALE", "ACME", 3, 10_000)]


def test_it_is_given_back_at_cancel_release_expiry_and_by_a_smaller_amendment(sale):
    """Each gives back to the fen what the order had."""
    sale.buy("SO-1", 200)
    sale.buy("SO-2", 201, hold_until=MONDAY + 2 * HOUR)
    sale.buy("SO-3", 202, "BETA", hold_until=MONDAY + 3 * HOUR)
    assert sale.taken() == [("SALE", "ACME", 2, 4_010), ("SALE", "BETA", 1, 2_020)]
    assert amend(sale, "SO-1", 199, "less").promise.granted == (Granted("SALE", 1_990, ((1, 1_990),)),)
    assert sale.taken()[0] == ("SALE", "ACME", 2, 4_000)
    sale.desk.set_clock(MONDAY + 2 * HOUR)
    assert sale.desk.get("SO-2").lines[0].state is PromiseState.EXPIRED
    assert sale.taken()[0] == ("SALE", "ACME", 1, 1_990)
    sale.desk.change(change("SO-3", Release()))
    assert sale.taken() == [("SALE", "ACME", 1, 1_990)]
    sale.desk.change(cancel("SO-1"))
    assert sale.taken() == []
    assert fen(sale.buy("SO-4", 1_000)) == 10_000


def test_a_larger_amendment_takes_more_or_loses_the_promotion(sale):
    """Its own part isn't in its way: of 100 yuan the order may have all."""
    sale.buy("SO-1", 600)
    assert fen(amend(sale, "SO-1", 1_000, "all").promise) == 10_000
    lost = amend(sale, "SO-1", 1_001, "more").promise
    assert (fen(lost), lost.lost) == (0, (Lost("SALE", Why.BUDGET, "10010", "10000"),))
    assert sale.taken() == []


def test_a_part_that_got_no_place_has_nothing(tmp_path):
    """Of 1,080 caps 960 come by the date, the rest would come after the latest time: a tenth off the 960."""
    made = Shop(tmp_path / "parts.sqlite", SALE, plant=shop_with())
    asked = carried("SO-1", ("cap", 1080, "2026-03-03 16:00"), ship=ShipMode.PART_BY_DATE)
    line = replace(asked.lines[0], unit_price_fen=10, discount_fen=1_080, latest_time=local("2026-03-03 17:00"))
    promise = made.desk.promise(ask(replace(asked, customer_id="ACME", lines=(line,))))
    assert [(each.quantity, each.state) for each in promise.lines] == [
        (960, PromiseState.CONFIRMED),
        (120, PromiseState.REFUSED),
    ]
    assert promise.granted == (Granted("SALE", 960, ((1, 960),)),)
    assert made.taken() == [("SALE", "ACME", 1, 960)]
    made.close()


def test_a_quote_and_a_refused_order_take_nothing(sale):
    """The quote tells what it would have."""
    assert fen(sale.desk.quote(ask(bought("SO-1", 600)))) == 6_000
    late = replace(bought("SO-2", 600), lines=(replace(order(days=0.01, latest_days=0.02).lines[0], unit_price_fen=1),))
    assert sale.desk.promise(ask(late)).refused
    assert sale.taken() == []


def test_a_line_that_is_refused_takes_nothing_of_what_the_others_have(sale):
    """Of two lines the one of 100 yuan stands: 10 yuan off."""
    both = bought("SO-1", 100)
    never = replace(order(days=0.01, latest_days=0.02).lines[0], line_no=2, unit_price_fen=100_000)
    made = sale.desk.promise(ask(replace(both, lines=(*both.lines, never))))
    assert [line.state for line in made.lines] == [PromiseState.CONFIRMED, PromiseState.REFUSED]
    assert made.granted == (Granted("SALE", 1_000, ((1, 1_000),)),)


def test_what_is_taken_is_the_same_after_a_crash(sale):
    """Another desk on the same store counts on from there."""
    sale.buy("SO-1", 900)
    sale.crash()
    assert fen(sale.buy("SO-2", 101)) == 0
    assert fen(sale.buy("SO-3", 100)) == 1_000
    sale.desk.change(cancel("SO-1"))
    assert sale.taken() == [("SALE", "ACME", 1, 1_000)]


def test_a_commit_that_fails_gives_it_back(sale):
    """The disk is full twice, so that the batch and the order by itself fail: all is there for the next."""
    sale.store.faults += ["before", "before"]
    with pytest.raises(DeskStopped):
        sale.buy("SO-1", 1_000)
    assert sale.taken() == []
    assert fen(sale.buy("SO-2", 1_000)) == 10_000


def test_a_commit_of_unknown_outcome_counts_what_was_written(sale):
    """The answer was lost, the order wasn't."""
    sale.store.faults.append("after")
    assert fen(sale.buy("SO-1", 700)) == 7_000
    assert fen(sale.buy("SO-2", 301)) == 0
    assert sale.taken() == [("SALE", "ACME", 1, 7_000)]


def test_many_callers_at_once_never_overdraw_it(sale):
    """Twenty orders of 15 yuan off each: six fit into 100."""
    calls = [Call(lambda n=n: sale.buy(f"SO-{n}", 150)) for n in range(20)]
    granted = [fen(call.result()) for call in calls]
    assert Counter(granted) == {1_500: 6, 0: 14}
    assert sale.taken() == [("SALE", "ACME", 6, 9_000)]


def test_a_retry_takes_nothing_more(sale):
    """The same request twice is one order."""
    sale.buy("SO-1", 100)
    sale.buy("SO-1", 100)
    sale.desk.promise(ask(bought("SO-1", 100), "another request"))
    assert sale.taken() == [("SALE", "ACME", 1, 1_000)]


def test_a_customer_and_a_campaign_have_it_as_often_as_the_table_says(tmp_path):
    """Twice for one customer, three times in all; who comes next is told which bound, and how often it was had."""
    once = Promotion("CUP", Gives.MINUS, fen=500, customer_cap=2, campaign_cap=3)
    made = Shop(tmp_path / "a.sqlite", once)
    assert [fen(made.buy(f"SO-{n}", 100)) for n in (1, 2, 3)] == [500, 500, 0]
    assert made.desk.get("SO-3").lost == (Lost("CUP", Why.CUSTOMER_CAP, "2", "2"),)
    assert fen(made.buy("SO-4", 100, "BETA")) == 500
    assert made.buy("SO-5", 100, "BETA").lost == (Lost("CUP", Why.CAMPAIGN_CAP, "3", "3"),)
    made.desk.change(cancel("SO-1"))
    assert fen(made.buy("SO-6", 100, "BETA")) == 500
    made.close()


def test_gifts_points_and_free_pieces_are_told_and_kept(tmp_path):
    """Nine caps at a yuan: one of each four is free, a lid comes with each 3 yuan, and there are 20 points."""
    table = (
        Promotion("3+1", Gives.BUY_GET, buy=3, get=1),
        Promotion("LID", Gives.GIFT, gift="lid", get=1, least_fen=300, every=True),
        Promotion("POINTS", Gives.POINTS, get=20),
    )
    made = Shop(tmp_path / "a.sqlite", *table)
    promised = made.desk.promise(ask(bought("SO-1", 9, quantity=9)))
    assert promised.granted == (
        Granted("3+1", 200, ((1, 200),), ((1, 2),)),
        Granted("LID", gift_item_id="lid", gift_quantity=3),
        Granted("POINTS", points=20),
    )
    assert [row[:3] for row in made.taken()] == [(name, "ACME", 1) for name in ("3+1", "LID", "POINTS")]
    made.restart()
    assert made.desk.get("SO-1") == promised
    made.close()


def test_an_order_keeps_the_promotions_of_the_day_on_which_it_was_placed(tmp_path):
    """Amended a day after the sale, it is still a tenth cheaper; a new order isn't."""
    made = Shop(tmp_path / "a.sqlite", replace(SALE, last=MONDAY.date()))
    made.buy("SO-1", 200)
    made.desk.set_clock(MONDAY + timedelta(days=1))
    assert fen(amend(made, "SO-1", 100, "less").promise) == 1_000
    assert fen(made.buy("SO-2", 100)) == 0
    made.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "buy", "buy", "hold", "cancel", "amend", "wait", "crash", "fail", "lose"]),
        st.integers(0, 9),
        st.integers(1, 400),
        st.sampled_from(["ACME", "BETA"]),
    ),
    min_size=4,
    max_size=14,
)
DAY = (
    replace(SALE, budget_fen=5_000),
    Promotion("CUP", Gives.MINUS, fen=333, least_fen=5_000, customer_cap=2, budget_fen=1_400),
    Promotion("LID", Gives.GIFT, gift="lid", get=1, campaign_cap=3),
)


@settings(max_examples=10, deadline=None)
@given(STEPS)
def test_on_any_day_what_is_taken_is_what_standing_orders_have(tmp_path_factory, steps):
    """Whatever is promised, held, cancelled, amended, runs out, crashes or fails: to the fen, and within all bounds."""
    live(tmp_path_factory, steps)


@pytest.mark.soak
@settings(max_examples=500, deadline=None)
@given(STEPS)
def test_on_five_hundred_days_too(tmp_path_factory, steps):
    """The same, for longer."""
    live(tmp_path_factory, steps)


def live(tmp_path_factory, steps) -> None:
    """A day of these steps, the sums checked after each."""
    made = Shop(tmp_path_factory.mktemp("day") / "a.sqlite", *DAY)
    try:
        for number, (what, which, yuan, customer_id) in enumerate(steps):
            take(made, number, what, f"SO-{which}", yuan, customer_id)
            check(made)
    finally:
        made.close()


def take(made: Shop, number: int, what: str, order_id: str, yuan: int, customer_id: str) -> None:
    """One step of a day; what can't be done is refused."""
    known = {promise.order.id: promise for promise in made.desk.list_orders(100, "")[0]}
    stands = order_id in known and known[order_id].lines[0].state in (PromiseState.CONFIRMED, PromiseState.HELD)
    match what:
        case "buy" | "hold" | "fail" | "lose":
            until = made.desk.now() + HOUR if what == "hold" else None
            made.store.faults += {"fail": ["before", "before"], "lose": ["after"]}.get(what, [])
            try:
                made.buy(f"N-{number}" if order_id in known else order_id, yuan, customer_id, hold_until=until)
            except DeskStopped:
                assert what == "fail"
        case "cancel" if stands:
            made.desk.change(cancel(order_id))
        case "amend" if stands:
            buyer = known[order_id].order.customer_id
            asked = Amend(bought(order_id, yuan, buyer))
            made.desk.change(change(order_id, asked, f"a-{number}", etag=known[order_id].etag))
        case "wait":
            made.desk.set_clock(made.desk.now() + HOUR)
        case "crash":
            made.crash()


def check(made: Shop) -> None:
    """The store's rows are the sum of what standing orders have, and within the table's bounds."""
    rows: Counter[tuple[str, str]] = Counter()
    money: Counter[tuple[str, str]] = Counter()
    for promise in made.desk.list_orders(100, "")[0]:
        for each in taken_by(promise):
            rows[each.promotion, promise.order.customer_id] += 1
            money[each.promotion, promise.order.customer_id] += each.fen
    assert set(made.store.load().taken) == {Taken(*pair, times, money[pair]) for pair, times in rows.items()}
    for promotion in made.promotions:
        times = [count for (name, _), count in rows.items() if name == promotion.id]
        assert promotion.customer_cap is None or max(times, default=0) <= promotion.customer_cap
        assert promotion.campaign_cap is None or sum(times) <= promotion.campaign_cap
        spent = sum(sum_ for (name, _), sum_ in money.items() if name == promotion.id)
        assert promotion.budget_fen is None or spent <= promotion.budget_fen
