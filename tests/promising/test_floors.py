"""Floors: what is kept of a machine's hours, or of an item's stock, for the highest priorities until it is near."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import WrongState
from domain.floors import Floor
from domain.items import Item, Sourcing
from domain.orders import Order
from domain.plant import Plant
from domain.promises import Outcome, PromiseState, Reason, ReasonKind, Source
from domain.quotas import Quota
from domain.supply import OnHand, Receipt
from domain.trade import Channel
from domain.values import replace
from promising.disruption_requests import DisruptionAsk, Report
from promising.plant_files import read_plant
from promising.ports import Verdict
from promising.requests import Accept, Amend, Confirm
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, change, order, shop
from tests.promising.test_plant_files_mistakes import mistakes
from tests.promising.test_plant_files_mistakes import shop as files_of_shop

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEXT = 7.25
"""Monday week at 14:00 in the shop, in days from now."""
PRESS = Floor("PRESS", 2, "M1", hours=timedelta(hours=56))
"""M1 works 60 hours a week: 4 are left to others, which are 480 caps."""
PELLETS = Floor("PELLETS", 1, item_id="pellet", pieces=100, period_days=1, release_days=2)


def with_floors(*floors: Floor, quotas: tuple[Quota, ...] = ()) -> Plant:
    plant = shop()
    return replace(
        plant,
        channels=(Channel("web"),),
        items=(*plant.items, Item("pellet", sourcing=Sourcing.STOCK)),
        on_hand=(OnHand("pellet", 300, MONDAY),),
        receipts=(Receipt("PO-1", "pellet", 200, MONDAY + 4 * DAY),),
        floors=floors,
        quotas=quotas,
    )


def wanted(name: str, quantity: int, priority: int = 5, days: float = NEXT, item_id: str = "cap") -> Order:
    return replace(order(name, item_id, quantity, days=days), priority=priority, channel_id="web")


def buy(made: Bench, name: str, quantity: int, accept: Accept = Accept.ON_TIME, **what):
    return made.desk.promise(ask(wanted(name, quantity, **what), accept=accept))


@pytest.fixture
def press(tmp_path):
    with bench(tmp_path / "a.sqlite", plant=with_floors(PRESS)) as made:
        yield made


@pytest.fixture
def pellets(tmp_path):
    with bench(tmp_path / "a.sqlite", plant=with_floors(PELLETS)) as made:
        yield made


def test_others_get_what_the_floor_leaves_of_the_hours_and_the_highest_priorities_get_all(press):
    """Beside 56 of 60 hours 4 are left: 480 caps, and not a shot more; priority 2 isn't bound."""
    assert not buy(press, "SO-1", 240).refused
    refused = buy(press, "SO-2", 242)
    assert refused.lines[0].refusal == (
        "保底 PRESS：自 2026-03-09 起 7 天内为优先级 1 至 2 的订单保留 M1 56 小时，其余订单最多可占用 4 小时，"
        "已占用 2 小时，本单需要 2.02 小时；2026-03-16 起有余量"
        " / floor PRESS: in the 7 days from 2026-03-09 56 hours of M1 are kept for priority 1 to 2; others may take 4, "
        "have 2, and this order asks for 2.02; there is room from 2026-03-16 on"
    )
    assert not buy(press, "SO-3", 900, priority=2).refused
    assert not buy(press, "SO-4", 240).refused
    assert buy(press, "SO-5", 2).refused


def test_whoever_takes_a_later_date_gets_the_next_week_that_has_room_and_is_told_why(press):
    """A week later at the same hour, for the floor."""
    buy(press, "SO-1", 480)
    line = buy(press, "SO-2", 240, Accept.LATER).lines[0]
    assert (line.outcome, line.promised_time) == (Outcome.LATER, MONDAY + 14.25 * DAY)
    assert line.reasons[-1] == Reason(ReasonKind.QUOTA, 7 * DAY, "PRESS")


def test_what_is_kept_is_free_for_all_from_the_first_day_on_or_days_before(tmp_path):
    """Nothing is kept of a week that has begun; the next one is until Friday midnight where two days are given."""
    floor = replace(PRESS, release_days=2)
    with bench(tmp_path / "a.sqlite", plant=with_floors(floor)) as made:
        assert not buy(made, "SO-1", 960, days=4).refused
        made.desk.set_clock(MONDAY + 4.5 * DAY)
        assert buy(made, "SO-2", 700).refused
        made.desk.set_clock(MONDAY + 5 * DAY - 8 * HOUR)
        assert not buy(made, "SO-3", 700).refused


def test_the_priority_that_rules_derive_counts_after_a_restart_too(press):
    """Rules make it priority 1: it takes nothing of what is left to others."""
    press.gate.admit = lambda order, now: Verdict(priority=1)
    assert not buy(press, "SO-1", 960).refused
    del press.gate.admit
    press.crash()
    assert not buy(press, "SO-2", 480).refused
    assert buy(press, "SO-3", 2).refused
    # An order that claims to be of priority 1 and is not.
    press.gate.admit = lambda order, now: Verdict(priority=5)
    assert buy(press, "SO-4", 2, priority=1).refused


def test_a_machine_that_stands_still_leaves_others_less(press):
    """Two days of the week without M1: of 36 hours 56 are kept, so that nothing is left."""
    start = MONDAY + 7 * DAY - 8 * HOUR
    press.desk.disrupt(
        DisruptionAsk(Report("M1", start=start, end=start + 2 * DAY, reason="gearbox"), "down", "planner")
    )
    refused = buy(press, "SO-1", 2)
    assert "others may take 0, have 0" in refused.lines[0].refusal


def test_hours_are_given_back_at_cancel_expiry_and_by_a_smaller_amendment(press):
    """Each to the second."""
    buy(press, "SO-1", 480)
    less = Amend(wanted("SO-1", 240), Accept.ON_TIME)
    assert press.desk.change(change("SO-1", less, "less", etag=press.desk.get("SO-1").etag)).receipt.made
    held = press.desk.promise(ask(wanted("SO-2", 240), hold_until=MONDAY + 2 * HOUR))
    assert held.lines[0].state is PromiseState.HELD
    assert buy(press, "SO-3", 2).refused
    press.desk.set_clock(MONDAY + 2 * HOUR)
    assert not buy(press, "SO-4", 240).refused
    press.desk.change(cancel("SO-1"))
    assert not buy(press, "SO-5", 240).refused
    assert buy(press, "SO-6", 2).refused


def test_stock_is_kept_for_dates_further_off_than_the_release(pellets):
    """Of 300 on hand 200 may be taken: for Thursday 100 are kept for priority 1, and on Friday 200 more come."""
    took = buy(pellets, "SO-1", 250, Accept.LATER, days=1, item_id="pellet").lines[0]
    assert took.outcome is Outcome.LATER
    assert [(part.source, part.quantity) for part in took.kit] in ([], [(Source.STOCK, 200), (Source.RECEIPT, 50)])
    assert took.promised_time == MONDAY + 4 * DAY
    assert not buy(pellets, "SO-2", 100, priority=1, days=3.5, item_id="pellet").refused
    assert buy(pellets, "SO-3", 1, days=1, item_id="pellet").refused


def test_what_the_highest_priority_has_of_the_stock_counts_as_kept(pellets):
    """It took its 100 for Thursday, and for Friday there is enough: others may have all that is left."""
    assert not buy(pellets, "SO-1", 100, priority=1, days=3, item_id="pellet").refused
    assert buy(pellets, "SO-2", 201, days=1, item_id="pellet").refused
    assert not buy(pellets, "SO-3", 200, days=1, item_id="pellet").refused


# Old and new text of a row of floors.csv, the cell at which it is told, and what is wrong with it.
WRONG = {
    "an unknown resource": ("press", "pres", "resource", "no resource or work centre 'pres'"),
    "both subjects": ("press,,", "press,cup,", "item", "both or neither of resource and item"),
    "no hours": ("40h", "", "hours", "hours go with a resource"),
    "a floor for all": ("F1,1,", "F1,9,", "priority", "9 is out of range"),
    "a release after the day": (",2\n", ",-2\n", "release_days", "-2"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_floors_is_told_at_its_cell(case):
    """One wrong text gives one violation."""
    old, new, column, problem = WRONG[case]
    row = "F1,1,press,,40h,,7,2\n"
    assert old in row
    found = mistakes(floor_files(row.replace(old, new)))
    assert list(found) == [f"floors.csv:2:{column}"]
    assert next(iter(found.values()))[0].startswith(problem)


def test_floors_are_read_for_priority_1_by_the_week():
    """Empty cells: the highest priority, seven days, until the first day."""
    assert read_plant(floor_files("F1,,press,,40h,,,\n")).floors == (
        Floor("F1", 1, "press", hours=timedelta(hours=40), period_days=7, release_days=0),
    )


def floor_files(rows: str) -> dict[str, bytes]:
    header = "floor,priority,resource,item,hours,pieces,period_days,release_days\n"
    return files_of_shop(floors=header + rows)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "buy", "buy", "hold", "confirm", "cancel", "amend", "wait", "crash"]),
        st.integers(0, 9),
        st.integers(1, 250),
        st.sampled_from([1.0, 3.25, NEXT, 8.25, 15]),
        st.sampled_from([1, 2, 5, 9]),
        st.sampled_from(["cap", "cap", "pellet"]),
    ),
    min_size=4,
    max_size=12,
)


@settings(max_examples=8, deadline=None)
@given(STEPS)
def test_no_commit_leaves_less_than_the_floor_to_the_highest_priorities(tmp_path_factory, steps):
    """Whatever is promised, held, confirmed, cancelled, amended, runs out or crashes."""
    live(tmp_path_factory, steps)


@pytest.mark.soak
@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_on_three_hundred_days_too(tmp_path_factory, steps):
    """The same, for longer."""
    live(tmp_path_factory, steps)


def live(tmp_path_factory, steps) -> None:
    """A day of these steps, what is left counted by hand after each."""
    plant = with_floors(PRESS, PELLETS, quotas=(Quota("CAPS", "web", item_id="cap", pieces=600),))
    with bench(tmp_path_factory.mktemp("day") / "a.sqlite", plant=plant) as made:
        for number, step in enumerate(steps):
            take(made, number, *step)
            weeks: dict[int, list[tuple[int, int]]] = {}
            for promise in made.desk._stands.book.all():
                for line in promise.lines:
                    if line.item_id == "cap" and line.state in (PromiseState.HELD, PromiseState.CONFIRMED):
                        week = (line.promised_time - MONDAY + 8 * HOUR) // timedelta(days=7)
                        weeks.setdefault(week, []).append((promise.order.priority, line.quantity))
            for week, caps in weeks.items():
                assert sum(pieces for _, pieces in caps) <= 600
                # Nothing is kept of the week that has begun.
                assert week == 0 or sum(pieces for priority, pieces in caps if priority > 2) <= 480
            pegs = [peg for peg in made.store.load().image.material if not peg.receipt_id]
            low = [peg.quantity for peg in pegs if made.desk.get(peg.order_id).order.priority > 1]
            assert sum(low) <= 200


def take(made: Bench, number: int, what: str, which: int, quantity: int, days: float, priority: int, item: str) -> None:
    """One step; orders that aren't there, or are over, are left alone."""
    name = f"SO-{which}"
    known = {promise.order.id: promise for promise in made.desk._stands.book.all()}
    states = {line.state for line in known[name].lines} if name in known else set()
    open_ = bool(states) and states <= {PromiseState.HELD, PromiseState.CONFIRMED}
    if what in ("buy", "hold"):
        until = made.desk.now() + 2 * HOUR if what == "hold" else None
        asked = wanted(f"{name}-{number}" if name in known else name, quantity, priority, days, item)
        made.desk.promise(ask(asked, f"r{number}", hold_until=until))
    elif what == "wait":
        made.desk.set_clock(made.desk.now() + HOUR)
    elif what == "crash":
        made.crash()
    elif open_ and what == "confirm" and PromiseState.HELD in states:
        made.desk.change(change(name, Confirm(), f"r{number}"))
    elif open_ and what == "cancel":
        made.desk.change(cancel(name, f"r{number}"))
    elif open_ and what == "amend":
        old = known[name].order
        asked = wanted(name, quantity, old.priority, days, old.lines[0].item_id)
        with suppress(WrongState):  # Its work may have begun.
            made.desk.change(change(name, Amend(asked), f"r{number}", etag=known[name].etag))
