"""A quote id carries what was told, and is of no use for anything else."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.orders import Order
from domain.values import replace
from promising.quote_ids import limits_of, quote_id, quoted_times
from promising.requests import AsQuoted
from tests.promising.desks import MONDAY, order
from tests.promising.test_documents import orders

times = st.none() | st.integers(1, 10**9).map(lambda seconds: MONDAY + timedelta(seconds=seconds))


@given(orders, st.data(), st.integers(0, 2**47))
def test_the_times_told_come_back_under_any_order_id(asked: Order, data: st.DataObject, version: int) -> None:
    """Quoted before there was an order id, or under another."""
    told: list[datetime | None] = data.draw(st.lists(times, min_size=len(asked.lines), max_size=len(asked.lines)))
    name = quote_id("shop", asked, version, told)
    assert quoted_times("shop", replace(asked, id="SO-2"), name) == tuple(told)


@given(orders, st.text(max_size=40))
def test_no_other_text_is_a_quote_id(asked: Order, text: str) -> None:
    """Whatever is sent, it is told as a wrong field."""
    for wrong in (text, f"q1-{text}"):
        with pytest.raises(InvalidInput):
            quoted_times("shop", asked, wrong)


@pytest.mark.parametrize(
    "other", [order(quantity=241), order(item_id="lid"), order(days=3), order(customer_id="B"), order(latest_days=9)]
)
def test_a_quote_is_for_its_own_content_and_plant(other: Order) -> None:
    """Another quantity, item, date or customer is another question."""
    name = quote_id("shop", order(), 7, [MONDAY])
    with pytest.raises(InvalidInput):
        quoted_times("shop", other, name)
    with pytest.raises(InvalidInput):
        quoted_times("elsewhere", order(), name)


def test_a_date_later_than_the_quoted_one_is_taken_where_the_caller_says_so() -> None:
    """The quote's own date, the caller's limit, and never less than was asked for in the first place."""
    asked = order(days=2)
    name = quote_id("shop", asked, 7, [MONDAY + timedelta(days=3)])
    assert limits_of(None, "shop", asked) == {}
    assert limits_of(AsQuoted(name), "shop", asked) == {1: MONDAY + timedelta(days=3)}
    assert limits_of(AsQuoted(name, MONDAY + timedelta(days=4)), "shop", asked) == {1: MONDAY + timedelta(days=4)}
    assert limits_of(AsQuoted("", MONDAY), "shop", asked) == {1: MONDAY + timedelta(days=2)}
