"""A delta check follows what one changed operation leaves behind to the operation that finds it, however far."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.plant import Plant
from domain.values import replace
from scheduler.snapshot import PlanSnapshot
from scheduler.verify import verify, verify_delta
from tests.plants import at, changed, moulding_shop, operation, span, timed
from tests.strategies_plan import next_in_sequences

MONDAY = at("2026-03-02 08:00")


def without_setter() -> Plant:
    """The shop where whoever is there changes moulds, and CAP lies in storage."""
    shop = moulding_shop()
    cap, lid = shop.moulds
    press = replace(shop.changeovers[0], setter_id="")
    return replace(shop, moulds=(replace(cap, mounted_on=""), lid), changeovers=(press,))


def colour_of_the_run_before_the_last() -> PlanSnapshot:
    """1 turns out to leave any colour: 2 is of any colour, so that 3 finds none to change from."""
    shop = without_setter()
    shop = replace(shop, moulds=tuple(replace(mould, maintenance_shots=0) for mould in shop.moulds))
    work = [operation(shop, 1, "lid", 60, "on-2"), operation(shop, 2, "lid-any", 60, "on-2")]
    return changed(timed(shop, MONDAY, [*work, operation(shop, 3, "box", 60, "on-2")]), 1, item_id="lid-any")


def setter_not_needed() -> PlanSnapshot:
    """1 on M2 turns out to need no setter: 2 on M1 needs none, 3 on M1 waited for him."""
    shop = moulding_shop()
    work = [operation(shop, 1, "lid", 60, "on-2"), operation(shop, 2, "cap", 60, "on-1")]
    return changed(timed(shop, MONDAY, [*work, operation(shop, 3, "cap-white", 60, "on-1")]), 1, setup=None)


def shots_counted_on() -> PlanSnapshot:
    """1 makes a shot less: after 2 there are 550 left for 3, which needed maintenance for its last shot."""
    shop = without_setter()
    work = [operation(shop, 1, "lid", 1300, "on-2"), operation(shop, 2, "lid", 2, "on-2")]
    plan = timed(shop, MONDAY, [*work, operation(shop, 3, "lid", 1100, "on-2")])
    return changed(plan, 1, quantity=1298, shots=649)


def shots_counted_on_in_another_machine() -> PlanSnapshot:
    """1 on M2 makes a shot less: LID moves to M1, where 2 and 3 find nothing else of what 1 left."""
    shop = without_setter()
    work = [operation(shop, 1, "lid", 1300, "on-2"), operation(shop, 2, "lid", 2, "on-1")]
    plan = timed(shop, MONDAY, [*work, operation(shop, 3, "lid", 1100, "on-1")])
    return changed(plan, 1, quantity=1298, shots=649)


def mould_taken_off_later() -> PlanSnapshot:
    """1 takes LID off M2 later than it did: 3 waits for LID on the other machine."""
    shop = without_setter()
    work = [operation(shop, 0, "lid", 60, "on-2"), operation(shop, 1, "cap", 60, "on-2")]
    plan = timed(shop, MONDAY, [*work, operation(shop, 3, "lid", 60, "on-1")])
    return changed(plan, 1, dismount=span("2026-03-02 09:30 / 10:30"))


def mould_fetched_later() -> PlanSnapshot:
    """1 takes CAP off M1 later than it did: 3 waits for M1."""
    shop = without_setter()
    work = [operation(shop, 0, "cap", 60, "on-1"), operation(shop, 1, "cap", 60, "on-2")]
    plan = timed(shop, MONDAY, [*work, operation(shop, 3, "lid", 60, "on-1")])
    return changed(plan, 1, fetch=span("2026-03-02 09:30 / 10:30"))


def predecessor_of_the_order_later() -> PlanSnapshot:
    """1 ends later than it did: its box is packed two hours after that, on another table."""
    shop = moulding_shop()
    work = [operation(shop, 1, "box", 60, "on-2", order_id="SO-1"), operation(shop, 2, "lid", 60, "on-2")]
    pack = operation(shop, 3, "box", 60, operation_id="pack", order_id="SO-1")
    return changed(timed(shop, MONDAY, [*work, pack]), 1, end_s=at("2026-03-02 10:00"))


@pytest.mark.parametrize(
    "make",
    [
        colour_of_the_run_before_the_last,
        setter_not_needed,
        shots_counted_on,
        shots_counted_on_in_another_machine,
        mould_taken_off_later,
        mould_fetched_later,
        predecessor_of_the_order_later,
    ],
)
def test_what_a_change_leaves_is_found_by_whom_it_concerns(make: Callable[[], PlanSnapshot]) -> None:
    """Operation 1 changed; operation 3, which did not, no longer stands right: delta and full say the same."""
    plan = make()
    found = verify_delta(plan, {1})
    assert set(found) == set(verify(plan))
    assert any(3 in breach.keys for breach in found)


Change = tuple[PlanSnapshot, PlanSnapshot, set[int]]
"""A plan that holds, the plan after a change, and what a delta is told of it."""


@st.composite
def counted_work(draw: st.DrawFn) -> Change:
    """Work in LID, maintained every 600 shots, and the same with other quantities, or one gone or put elsewhere."""
    shop = without_setter()
    quantities = draw(
        st.lists(st.sampled_from([2, 100, 600, 1100, 1198, 1200, 1202, 1300, 2500]), min_size=3, max_size=7)
    )
    items = st.sampled_from(["lid", "lid", "lid", "lid", "cap"])
    work = [
        operation(shop, 10 * key, draw(items), quantity, draw(st.sampled_from(["on-1", "on-2"])))
        for key, quantity in enumerate(quantities, 1)
    ]
    before = timed(shop, MONDAY, work)
    x = draw(st.sampled_from(before.operations))
    what = draw(st.sampled_from(["quantity", "quantity", "gone", "moved"]))
    left = {} if what == "quantity" else next_in_sequences(before, x)
    rest = tuple(y for y in before.operations if y.key != x.key)
    if what == "gone":
        return before, replace(before, operations=rest), set(left)
    if what == "moved":
        x = replace(x, label=draw(st.integers(0, 80)))
    else:
        quantity = draw(st.sampled_from([x.quantity - 2, x.quantity + 2, x.quantity + 1200, 600]))
        x = replace(x, quantity=max(2, quantity), shots=max(2, quantity) // 2)
    ordered = sorted([*rest, x], key=lambda y: (y.label, y.key))
    return before, replace(before, operations=tuple(ordered)), {x.key, *left}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(counted_work())
def test_shots_are_counted_on_to_whoever_uses_the_mould_later(
    change: tuple[PlanSnapshot, PlanSnapshot, set[int]],
) -> None:
    """However many runs lie between, delta and full find the same, and neither finds anything before the change."""
    before, after, keys = change
    assert verify(before) == []
    assert set(verify_delta(after, keys)) == set(verify(after))
