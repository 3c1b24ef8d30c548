"""Quotas of channels: the most of a machine's hours, or of an item's pieces, that they are promised in a week."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import CannotMoveWork, DeskStopped, WrongState
from domain.options import OptionKind, OptionPart
from domain.orders import Order
from domain.plant import Plant
from domain.promises import Outcome, PromiseState, Reason, ReasonKind
from domain.quotas import Quota
from domain.trade import Channel
from domain.values import replace
from promising.plant_files import read_plant, write_plant
from promising.requests import Accept, Amend, Confirm, Release, Split
from promising.rush import RushAsk
from tests.promising.desks import MONDAY, Bench, ask, bench, cancel, change, order, shop
from tests.promising.test_plant_files_mistakes import mistakes
from tests.promising.test_plant_files_mistakes import shop as files_of_shop

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEXT_MONDAY = MONDAY.date() + timedelta(days=7)
CAPS = Quota("CAPS", "web", item_id="cap", pieces=500)
PRESS = Quota("PRESS", "web", resource_id="M1", hours=timedelta(hours=4))
"""Two caps a minute: 480 caps."""


def with_quotas(*quotas: Quota) -> Plant:
    return replace(shop(), channels=(Channel("web"), Channel("dealer")), quotas=quotas)


def bought(order_id: str, quantity: int, channel_id: str = "web", days: float = 3, item_id: str = "cap") -> Order:
    return replace(order(order_id, item_id, quantity, days=days), channel_id=channel_id)


def buy(made: Bench, order_id: str, quantity: int, channel_id: str = "web", days: float = 3, **how):
    """Asked for on time or not at all."""
    return made.desk.promise(ask(bought(order_id, quantity, channel_id, days), accept=Accept.ON_TIME, **how))


def amend(made: Bench, order_id: str, quantity: int, request_id: str, days: float = 3, accept: Accept = Accept.ON_TIME):
    asked = Amend(bought(order_id, quantity, days=days), accept)
    return made.desk.change(change(order_id, asked, request_id, etag=made.desk.get(order_id).etag))


@pytest.fixture
def caps(tmp_path):
    with bench(tmp_path / "a.sqlite", plant=with_quotas(CAPS)) as made:
        yield made


@pytest.fixture
def press(tmp_path):
    with bench(tmp_path / "a.sqlite", plant=with_quotas(PRESS)) as made:
        yield made


def test_an_order_over_the_pieces_of_a_quota_is_refused_with_what_is_used_and_asked(caps):
    """Of 500 a week 300 are promised: 201 are too many, 200 are not, and other channels and weeks have their own."""
    assert not buy(caps, "SO-1", 300).refused
    refused = buy(caps, "SO-2", 201)
    assert refused.lines[0].refusal == (
        "配额 CAPS：渠道 web 自 2026-03-02 起 7 天内最多可占用 cap 500 件，已占用 300 件，本单需要 201 件；"
        "2026-03-09 起有余量"
        " / quota CAPS: channel web may take 500 pieces of cap in the 7 days from 2026-03-02, has 300, "
        "and this order asks for 201; there is room from 2026-03-09 on"
    )
    assert not buy(caps, "SO-3", 200).refused
    assert not buy(caps, "SO-4", 900, "dealer").refused
    assert not buy(caps, "SO-5", 500, days=8).refused


def test_a_quote_is_held_against_the_quota_and_takes_nothing(caps):
    """It tells what a promise would be told."""
    assert not caps.desk.quote(ask(bought("SO-1", 500))).refused
    assert caps.desk.quote(ask(bought("SO-1", 501))).refused
    assert not buy(caps, "SO-1", 500).refused


def test_hours_are_those_of_the_work_on_the_machine(press):
    """480 caps are 4 hours, whichever machine makes them; one shot more is over, and lids on M1 count, too."""
    assert not buy(press, "SO-1", 240).refused
    refused = buy(press, "SO-2", 242)
    assert refused.lines[0].refusal == (
        "配额 PRESS：渠道 web 自 2026-03-02 起 7 天内最多可占用 M1 4 小时，已占用 2 小时，本单需要 2.02 小时；"
        "2026-03-09 起有余量"
        " / quota PRESS: channel web may take 4 hours of M1 in the 7 days from 2026-03-02, has 2, "
        "and this order asks for 2.02; there is room from 2026-03-09 on"
    )
    assert press.desk.promise(ask(bought("SO-3", 242, item_id="box"), accept=Accept.ON_TIME)).refused
    assert not buy(press, "SO-4", 240).refused


def test_it_is_given_back_at_cancel_release_expiry_and_by_a_smaller_amendment(caps):
    """Each gives back to the piece what the order had."""
    buy(caps, "SO-1", 250)
    assert buy(caps, "SO-7", 251).refused
    assert amend(caps, "SO-1", 150, "less").receipt.made
    assert not buy(caps, "SO-8", 50).refused
    buy(caps, "SO-2", 150, hold_until=MONDAY + 2 * HOUR)
    buy(caps, "SO-3", 150, hold_until=MONDAY + 3 * HOUR)
    assert buy(caps, "SO-4", 1).refused
    caps.desk.change(change("SO-3", Release()))
    assert not buy(caps, "SO-5", 150).refused
    caps.desk.set_clock(MONDAY + 2 * HOUR)
    assert caps.desk.get("SO-2").lines[0].state is PromiseState.EXPIRED
    assert not buy(caps, "SO-6", 150).refused
    caps.desk.change(cancel("SO-1"))
    assert not buy(caps, "SO-9", 150).refused
    assert buy(caps, "SO-10", 1).refused


def test_an_amendment_over_the_quota_is_declined_and_leaves_the_order_as_it_was(caps):
    """Its own part isn't in its way: 500 are taken, 501 declined."""
    buy(caps, "SO-1", 300)
    before = caps.desk.get("SO-1")
    declined = amend(caps, "SO-1", 501, "more").receipt
    assert not declined.made
    assert "has 0, and this order asks for 501" in declined.refusal
    assert caps.desk.get("SO-1") == before
    assert amend(caps, "SO-1", 500, "all").receipt.made


def test_a_part_split_off_into_a_full_week_is_declined(caps):
    """The next week is taken: nothing goes there."""
    buy(caps, "SO-1", 400)
    buy(caps, "SO-2", 450, days=8)
    split = Split(1, 100, requested_time=MONDAY + 8 * DAY)
    made = caps.desk.change(change("SO-1", split, etag=caps.desk.get("SO-1").etag))
    assert not made.receipt.made
    assert "from 2026-03-09, has 450, and this order asks for 100" in made.receipt.refusal


def test_a_hold_confirmed_keeps_its_own_week_where_the_earlier_one_is_full(caps):
    """Held past the weekend it would be had this week at once, but that week's quota is gone."""
    asked = ask(bought("SO-1", 100, days=1), hold_until=MONDAY + 7 * DAY)
    held = caps.desk.promise(asked)
    assert held.lines[0].promised_time >= MONDAY + 7 * DAY
    buy(caps, "SO-2", 450)
    confirmed = caps.desk.change(change("SO-1", Confirm())).promise
    assert confirmed.lines[0].state is PromiseState.CONFIRMED
    assert confirmed.lines[0].promised_time == held.lines[0].promised_time


def test_a_lower_quota_leaves_promises_and_lets_nothing_more_in(caps):
    """400 stand where 300 may: an order may shrink, not grow, and is counted from the day of the import on."""
    buy(caps, "SO-1", 400)
    less = with_quotas(replace(CAPS, pieces=300))
    caps.desk.import_plant(write_plant(less), caller="planner")
    assert buy(caps, "SO-2", 1).refused
    assert amend(caps, "SO-1", 350, "less").receipt.made
    assert not amend(caps, "SO-1", 351, "more").receipt.made
    caps.desk.import_plant(write_plant(with_quotas()), caller="planner")
    assert not buy(caps, "SO-3", 1000).refused


def test_an_order_over_the_quota_is_promised_in_the_next_week_that_has_room_and_told_why(caps):
    """Of 500 this week 300 are taken, and the next one is full: 201 more come on the Monday after, at the same hour."""
    buy(caps, "SO-1", 300)
    buy(caps, "SO-2", 450, days=8)
    later = caps.desk.promise(ask(bought("SO-3", 201)))
    line = later.lines[0]
    assert (line.outcome, line.state) == (Outcome.LATER, PromiseState.CONFIRMED)
    assert line.requested_time == MONDAY + 3 * DAY
    assert line.promised_time == MONDAY + 14 * DAY
    assert line.reasons[-1] == Reason(ReasonKind.QUOTA, 11 * DAY, "CAPS")
    assert sum((reason.duration for reason in line.reasons), timedelta()) == line.promised_time - MONDAY
    assert buy(caps, "SO-4", 300, days=15).refused
    assert caps.desk.quote(ask(bought("SO-5", 201))).lines[0].promised_time == MONDAY + 14 * DAY


def test_whoever_takes_no_later_date_is_told_it_as_earliest_and_accepts_it_as_an_option(caps):
    """Refused for its latest time, with the date and its price; the option is then promised as it was told."""
    buy(caps, "SO-1", 400)
    asked = bought("SO-2", 150)
    asked = replace(asked, lines=(replace(asked.lines[0], latest_time=MONDAY + 5 * DAY),))
    refused = caps.desk.promise(ask(asked, options=True))
    assert refused.refused
    assert refused.lines[0].earliest_time == MONDAY + 7 * DAY
    option = refused.lines[0].options[0]
    assert (option.kind, option.parts) == (OptionKind.WHOLE, (OptionPart(150, MONDAY + 7 * DAY),))
    accepted = caps.desk.accept(option.id, "take", "shop")
    assert accepted.made
    assert accepted.promise.lines[0].promised_time == MONDAY + 7 * DAY
    assert caps.desk._stands.book.quotas.used() == {("CAPS", MONDAY.date()): 400, ("CAPS", NEXT_MONDAY): 150}


def test_more_than_a_whole_quota_finds_room_in_no_period(caps):
    """501 of 500 a week: never."""
    refused = caps.desk.promise(ask(bought("SO-1", 501)))
    assert refused.refused
    assert refused.lines[0].refusal.endswith("and this order asks for 501; no later period has room for it")
    assert "本单需要 501 件；以后各期亦无余量" in refused.lines[0].refusal


def test_of_two_lines_only_the_one_without_room_comes_later(caps):
    """400 of 500 this week, 200 the next: in the order in which they are asked for."""
    asked = bought("SO-1", 400)
    second = replace(asked.lines[0], line_no=2, quantity=200)
    first, later = caps.desk.promise(ask(replace(asked, lines=(*asked.lines, second)))).lines
    assert (first.outcome, first.promised_time) == (Outcome.ON_TIME, MONDAY + 3 * DAY)
    assert (later.outcome, later.promised_time) == (Outcome.LATER, MONDAY + 7 * DAY)


def test_an_amendment_over_the_quota_moves_to_the_next_week_where_later_is_taken(caps):
    """From 300 to 501 of which the week has 500 less 100 of others: to 400 on Monday week."""
    buy(caps, "SO-1", 300)
    buy(caps, "SO-2", 150)
    made = amend(caps, "SO-1", 400, "more", accept=Accept.LATER)
    assert made.receipt.made
    assert made.promise.lines[0].promised_time == MONDAY + 7 * DAY
    assert made.promise.order.lines[0].requested_time == MONDAY + 3 * DAY
    assert not buy(caps, "SO-3", 350).refused


def test_a_rush_into_a_week_without_room_is_refused(caps):
    """It would be had this week, whose quota others have."""
    late = caps.desk.promise(ask(bought("SO-1", 480)))
    assert late.lines[0].promised_time == MONDAY + 3 * DAY
    held = caps.desk.promise(ask(bought("SO-2", 100, days=1)))
    assert held.lines[0].promised_time == MONDAY + 7 * DAY
    with pytest.raises(CannotMoveWork, match="quota CAPS"):
        caps.desk.rush(RushAsk("SO-2", 1, "rush", "planner"))
    assert caps.desk.get("SO-2") == held


# Old and new text of a row of quotas.csv, the cell at which it is told, and what is wrong with it.
WRONG = {
    "an unknown channel": ("Q1,web", "Q1,wbe", "channel", "no channel 'wbe'"),
    "an unknown resource": ("press", "pres", "resource", "no resource or work centre 'pres'"),
    "both subjects": ("press,,", "press,cup,", "item", "both or neither of resource and item"),
    "no hours": ("40h", "", "hours", "hours go with a resource"),
    "pieces of a machine": ("40h,", "40h,7", "pieces", "pieces go with an item"),
    "a period of no days": (",7\n", ",0\n", "period_days", "0 is out of range"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_quotas_is_told_at_its_cell(case):
    """One wrong text gives one violation."""
    old, new, column, problem = WRONG[case]
    row = "Q1,web,press,,40h,,7\n"
    assert old in row
    found = mistakes(quota_files(row.replace(old, new)))
    assert [(name, text) for name, (text, _) in found.items()] == [(f"quotas.csv:2:{column}", problem)]


def test_mistakes_of_all_rows_are_told_at_once():
    """Two rows, each with one."""
    found = mistakes(quota_files("Q1,wbe,press,,40h,,\nQ1,web,,cap,,9,\n"))
    assert set(found) == {"quotas.csv:2:channel", "quotas.csv:3:quota", "quotas.csv:3:item"}


def test_quotas_are_read_with_a_week_as_their_period():
    """An empty period is seven days."""
    assert read_plant(quota_files("Q1,web,press,,40h,,\n")).quotas == (
        Quota("Q1", "web", "press", hours=timedelta(hours=40), period_days=7),
    )


def quota_files(rows: str) -> dict[str, bytes]:
    header = "quota,channel,resource,item,hours,pieces,period_days\n"
    return files_of_shop(channels="channel\nweb\n", quotas=header + rows)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "buy", "buy", "hold", "confirm", "cancel", "amend", "wait", "crash", "fail", "lose"]),
        st.integers(0, 9),
        st.integers(1, 300),
        st.sampled_from([1.5, 3, 8]),
        st.sampled_from(["web", "web", "dealer"]),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=10, deadline=None)
@given(STEPS)
def test_on_no_day_a_channel_has_more_than_its_quota(tmp_path_factory, steps):
    """Whatever is promised, held, confirmed, cancelled, amended, runs out, crashes or fails."""
    live(tmp_path_factory, steps)


@pytest.mark.soak
@settings(max_examples=500, deadline=None)
@given(STEPS)
def test_on_five_hundred_days_too(tmp_path_factory, steps):
    """The same, for longer."""
    live(tmp_path_factory, steps)


def live(tmp_path_factory, steps) -> None:
    """A day of these steps, what is used counted by hand after each."""
    quotas = (replace(CAPS, pieces=450), replace(PRESS, hours=timedelta(hours=3)))
    with bench(tmp_path_factory.mktemp("day") / "a.sqlite", plant=with_quotas(*quotas)) as made:
        for number, step in enumerate(steps):
            take(made, number, *step)
            used = taken(made)
            assert all(pieces <= 360 for pieces in used.values())
            before = made.desk._stands.book.quotas.used()
            assert {day: n for (name, day), n in before.items() if name == "CAPS"} == used


def taken(made: Bench) -> dict[object, int]:
    """Caps promised to the channel, by the Monday of the week, as the standing orders tell; 360 fill three hours."""
    found: dict[object, int] = {}
    gone = (PromiseState.REFUSED, PromiseState.CANCELLED, PromiseState.EXPIRED)
    for promise in made.desk._stands.book.all():
        for line in promise.lines:
            if promise.order.channel_id == "web" and line.state not in gone:
                week = (line.promised_time - MONDAY.replace(hour=0) + 8 * HOUR) // timedelta(days=7)
                monday = MONDAY.date() + timedelta(days=7 * week)
                found[monday] = found.get(monday, 0) + line.quantity
    return found


def take(made: Bench, number: int, what: str, which: int, quantity: int, days: float, channel_id: str) -> None:
    """One step; orders that aren't there, or are over, are left alone."""
    name = f"SO-{which}"
    known = {promise.order.id: promise for promise in made.desk._stands.book.all()}
    states = {line.state for line in known[name].lines} if name in known else set()
    open_ = bool(states) and states <= {PromiseState.HELD, PromiseState.CONFIRMED}
    if what in ("buy", "hold", "fail", "lose"):
        made.store.faults += {"fail": ["before", "before"], "lose": ["after"]}.get(what, [])
        until = made.desk.now() + 2 * HOUR if what == "hold" else None
        asked = ask(bought(f"{name}-{number}" if name in known else name, quantity, channel_id, days), f"r{number}")
        try:
            made.desk.promise(replace(asked, hold_until=until))
        except DeskStopped:
            assert what == "fail"
            # Answered before the plan is read again: whoever comes next waits for that.
            made.desk.quote(ask(bought("SO-?", 1)))
        made.store.faults.clear()
    elif what == "wait":
        made.desk.set_clock(made.desk.now() + HOUR)
    elif what == "crash":
        made.crash()
    elif open_ and what == "confirm" and PromiseState.HELD in states:
        made.desk.change(change(name, Confirm(), f"r{number}"))
    elif open_ and what == "cancel":
        made.desk.change(cancel(name, f"r{number}"))
    elif open_ and what == "amend":
        asked = replace(bought(name, quantity, days=days), channel_id=known[name].order.channel_id)
        with suppress(WrongState):  # Its work may have begun.
            made.desk.change(change(name, Amend(asked), f"r{number}", etag=known[name].etag))
