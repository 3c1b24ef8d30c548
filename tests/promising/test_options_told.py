"""A late line tells of every kind of option: there is one, there is none, there was no time, or why it can't be."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.options import OptionKind, OptionOutcome, OptionWhy
from domain.orders import Order, OrderLine
from domain.values import replace
from tests.promising.desks import OFF, Bench, ask, bench, order
from tests.promising.test_options_elsewhere import with_firm
from tests.promising.ways import at, told, why

SPLIT, WHOLE, FROZEN, RESEQUENCE, ALTERNATIVE, OVERTIME, OUTSIDE, DISPLACE = OptionKind
LATER = order("N", "bar", 1, days=2 / 24)
"""By 10:00, while X is on A until then: by noon."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    """The works with FIRM, X on A from 8 to 10 and promised so."""
    with bench(tmp_path / "plant.sqlite", plant=with_firm()) as made:
        made.desk.promise(ask(order("X", "bar", 1, days=2 / 24)))
        yield made


def test_each_kind_is_told_of_with_why_there_is_none(shop: Bench) -> None:
    """One bar can't be divided, A is its only machine, FIRM takes until 11, X is as urgent; no time after a shift."""
    told_why = {
        SPLIT: OptionWhy.LOT_SIZE,
        WHOLE: None,
        FROZEN: OptionWhy.NO_FROZEN_ZONE,
        RESEQUENCE: OptionWhy.ALL_TRIED,
        ALTERNATIVE: OptionWhy.NO_OTHER_MODE,
        OUTSIDE: OptionWhy.ALL_TRIED,
        DISPLACE: OptionWhy.NOBODY_BELOW,
        OVERTIME: OptionWhy.NO_HOURS,
    }
    assert why(told(shop, LATER)) == told_why
    promised = shop.desk.promise(ask(replace(LATER, lines=_latest(LATER)), "r-1", options=True))
    assert why(promised.lines[0]) == told_why
    shop.crash()
    assert shop.desk.get("N").lines[0].option_searches == promised.lines[0].option_searches
    again = shop.desk.promise(ask(replace(LATER, lines=_latest(LATER)), "r-1", options=True))
    assert again.lines[0].option_searches == promised.lines[0].option_searches


def _latest(asked: Order) -> tuple[OrderLine, ...]:
    """Not after the time asked for: refused."""
    return tuple(replace(line, latest_time=line.requested_time) for line in asked.lines)


def test_a_line_in_time_and_who_asks_for_none_are_told_nothing(shop: Bench) -> None:
    """There is nothing to look for."""
    assert told(shop, order("N", "bar", 1, days=4 / 24)).option_searches == ()
    assert shop.desk.quote(ask(LATER)).lines[0].option_searches == ()


def test_kinds_without_time_are_told_as_such_and_not_as_missing(tmp_path: Path) -> None:
    """No time at all for what is looked for beside the desk: there may be some."""
    settings = replace(OFF, option_most=timedelta(0))
    with bench(tmp_path / "plant.sqlite", plant=with_firm(), settings=settings) as shop:
        shop.desk.promise(ask(order("X", "bar", 1, days=2 / 24)))
        line = told(shop, LATER)
        late = {kind for kind, each in why(line).items() if each is OptionWhy.TIME}
        assert late == {RESEQUENCE, ALTERNATIVE, OUTSIDE, DISPLACE, OVERTIME}
        outcomes = {search.outcome for search in line.option_searches if search.kind in late}
        assert outcomes == {OptionOutcome.OUT_OF_TIME}


def test_who_does_not_get_a_turn_is_told_that(shop: Bench) -> None:
    """Two others are being looked at, and the caller's deadline comes first."""
    looking = shop.desk._looking
    assert looking._in_hand.acquire()
    assert looking._in_hand.acquire()
    soon = shop.clock.monotonic() + 0.4
    line = shop.desk.quote(replace(ask(LATER, options=True), deadline=soon)).lines[0]
    assert {kind for kind, each in why(line).items() if each is OptionWhy.BUSY} == {
        RESEQUENCE, ALTERNATIVE, OUTSIDE, DISPLACE, OVERTIME,
    }  # fmt: skip


def test_a_held_order_is_told_that_it_is(shop: Bench) -> None:
    """Until tonight, by the caller's wish: nothing is promised that an option could be put for."""
    asked = replace(ask(LATER, "r-1", options=True), hold_until=at(9))
    (line,) = shop.desk.promise(asked).lines
    assert set(why(line).values()) == {OptionWhy.HELD}
    assert set(why(line)) == set(OptionKind)


@pytest.mark.parametrize("reason", list(OptionWhy))
def test_each_reason_belongs_to_one_outcome(reason: OptionWhy) -> None:
    """No reason is one of something found."""
    assert reason.outcome is not OptionOutcome.FOUND
