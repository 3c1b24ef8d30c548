"""Whatever options are told, and whichever is taken: no promise breaks that it did not name."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.options import OptionKind
from domain.orders import Order, OrderLine
from domain.promises import Outcome, PromiseState
from domain.values import replace
from promising.requests import order_state
from tests.promising.desks import ask, bench
from tests.promising.test_options_elsewhere import with_firm
from tests.promising.ways import at, why

lines = st.builds(
    OrderLine,
    line_no=st.just(1),
    item_id=st.sampled_from(["bar", "long", "pair"]),
    quantity=st.just(1),
    requested_time=st.integers(1, 14).map(at),
)
orders = st.builds(
    Order, st.just("ASKED"), st.just("C"), lines.map(lambda line: (line,)), priority=st.integers(1, 9)
)  # fmt: skip


@settings(max_examples=15)
@given(st.lists(orders, max_size=4), orders, st.none() | orders, st.randoms(use_true_random=False))
def test_an_option_taken_breaks_no_promise_that_it_did_not_name(standing, asked, between, chance) -> None:
    """Of all kinds; with another order between it is made as told or not at all; the checker finds nothing."""
    with TemporaryDirectory() as folder, bench(Path(folder) / "plant.sqlite", plant=with_firm()) as shop:
        for number, each in enumerate(standing):
            shop.desk.promise(ask(replace(each, id=f"SO-{number}")))
        line = shop.desk.quote(ask(asked, options=True)).lines[0]
        assert (line.options == ()) is (line.outcome is Outcome.ON_TIME)
        assert set(why(line)) == (set() if line.outcome is Outcome.ON_TIME else set(OptionKind))
        for option in line.options:
            if option.kind not in (OptionKind.SPLIT, OptionKind.WHOLE, OptionKind.FROZEN):
                assert [part.promised_time for part in option.parts] == [line.requested_time]
        if not line.options:
            return
        option = chance.choice(line.options)
        if between is not None:
            shop.desk.promise(ask(replace(between, id="BETWEEN")))
        names = [promise.order.id for promise in shop.desk.list_orders(100)[0]]
        fine = {name for name in names if order_state(shop.desk.get(name)) is PromiseState.CONFIRMED}
        before = shop.desk.schedule(), shop.desk.last_event(), shop.desk.disruptions()
        made = shop.desk.accept(option.id, "a-1", "planner")
        assert made.made or between is not None
        if not made.made:
            assert (shop.desk.schedule(), shop.desk.last_event(), shop.desk.disruptions()) == before
        named = {each.order_id: each.after for each in option.breaks}
        for name in fine:
            late = shop.desk.get(name).lines[0]
            assert late.expected_time <= named.get(name, late.promised_time)
        if made.made:
            (promised,) = shop.desk.get("ASKED").lines
            assert promised.promised_time == option.parts[0].promised_time
        assert shop.desk.check() == []
