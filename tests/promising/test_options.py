"""What else could be had where a line is late or refused: verified, priced, and never in the plan."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars import CalendarDay, DayKind
from domain.errors import InvalidInput, NotFound
from domain.hours import ExtraHours
from domain.options import CostKind, Option, OptionCost, OptionKind, OptionPart, OptionWhy
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import Outcome, Promise, PromiseState, Reservation
from domain.rescues import Rescue
from domain.trade import CostRate
from domain.values import replace
from promising.costs import costs_of
from promising.documents import promise_from_json, promise_to_json
from promising.offers import SEARCHED_MAX, Offers
from promising.options import LINES_TRIED_MAX, Options
from promising.plant_files import write_plant
from promising.requests import Accept, Ask
from promising.ways.terms import Terms
from scheduler.planner import Effort, Planner
from scheduler.rescuing import Found
from tests.plants import DAY, moulding_shop
from tests.promising.desks import MONDAY, Bench, ask, order
from tests.promising.desks import shop as shop_plant
from tests.promising.ways import why
from tests.scheduler.test_sourcing import NOW_S, hours, lamps
from wire.promises import promise_from_message, promise_to_message


def at(count: float) -> datetime:
    """Hours after Monday 8:00 in the shop."""
    return MONDAY + timedelta(hours=count)


def delay(count: float, fen: int | None = None) -> OptionCost:
    return OptionCost(CostKind.DELAY, timedelta(hours=count), 0, fen)


def _finder(planner: Planner, effort: Effort) -> Options:
    return Options(planner.plant, planner, NOW_S, effort, Offers(), "SO-1")


def caps(quantity: int = 2400, **changes) -> Order:
    """By Monday 20:00: 1,440 caps are made by then, 120 an hour."""
    return order(quantity=quantity, days=0.5, **changes)


def rates(bench: Bench, **fen: int) -> None:
    """Give the shop's plant cost rates."""
    plant = replace(shop_plant(), cost_rates=tuple(CostRate(name, amount) for name, amount in fen.items()))
    bench.desk.import_plant(write_plant(plant), request_id="rates", caller="shop")


def test_the_largest_part_on_time_and_the_rest_later_is_offered_beside_the_whole(shop: Bench) -> None:
    """1,440 by Monday 20:00 and 960 by Tuesday 16:00, or all by then; nothing is priced, as there are no rates."""
    told = shop.desk.quote(ask(caps(), options=True)).lines[0]
    assert (told.outcome, told.promised_time) == (Outcome.LATER, at(32))
    assert told.options == (
        Option(OptionKind.SPLIT, (OptionPart(960, at(32)), OptionPart(1440, at(12))), (delay(20),)),
        Option(OptionKind.WHOLE, (OptionPart(2400, at(32)),), (delay(20),)),
    )
    assert shop.desk.schedule() == []


def test_delay_is_priced_by_the_rate_of_the_priority(shop: Bench) -> None:
    """20 hours at 240.00 a day for priority 5, rounded up to the fen; that of priority 1 is not told."""
    rates(shop, delay_day_5=24_001, delay_day_1=1)
    (split, whole) = shop.desk.quote(ask(caps(), options=True)).lines[0].options
    assert split.costs == whole.costs == (delay(20, 20_001),)
    urgent = replace(caps(), priority=3)
    assert shop.desk.quote(ask(urgent, options=True)).lines[0].options[0].costs == (delay(20),)


def test_nothing_is_looked_for_unless_it_is_asked_for(shop: Bench) -> None:
    """And a line that is on time has no options."""
    assert shop.desk.quote(ask(caps())).lines[0].options == ()
    assert shop.desk.quote(ask(caps(240), options=True)).lines[0].options == ()


def test_an_option_that_is_asked_for_is_promised_as_it_was_offered(shop: Bench) -> None:
    """The split as two lines of an order, as they are listed, gets just these dates."""
    (split, _) = shop.desk.quote(ask(caps(), options=True)).lines[0].options
    line = caps().lines[0]
    lines = [replace(line, line_no=number, quantity=part.quantity) for number, part in enumerate(split.parts, 1)]
    told = shop.desk.promise(ask(replace(caps(), lines=tuple(lines))))
    assert [each.promised_time for each in told.lines] == [part.promised_time for part in split.parts]


@pytest.mark.parametrize(
    ("least", "multiple", "quantity", "parts"),
    [
        (1000, 100, 2400, (1000, 1400)),
        (1000, 1, 2300, (1000, 1300)),
        (700, 250, 2400, (1150, 1250)),
        (1500, 1, 3200, None),
    ],
)
def test_both_parts_are_lots_of_their_own(shop: Bench, least, multiple, quantity, parts) -> None:
    """The part is a multiple, neither is below the minimum; where no such part is on time there is no split."""
    plant = shop_plant()
    items = tuple(
        replace(item, lot_minimum=least, lot_multiple=multiple) if item.id == "cap" else item for item in plant.items
    )
    shop.desk.import_plant(write_plant(replace(plant, items=items)), request_id="lots", caller="shop")
    options = shop.desk.quote(ask(caps(quantity), options=True)).lines[0].options
    found = [tuple(part.quantity for part in each.parts) for each in options if each.kind is OptionKind.SPLIT]
    assert found == ([] if parts is None else [parts])


def test_a_refused_order_carries_its_options_and_so_does_its_retry(shop: Bench) -> None:
    """Too late for Tuesday noon: refused, nothing planned; the options stand in the store and survive a crash."""
    asked = ask(caps(latest_days=28 / 24), "first", options=True)
    told = shop.desk.promise(asked)
    (line,) = told.lines
    assert (line.state, line.refusal) == (PromiseState.REFUSED, "later_than_latest")
    assert [option.kind for option in line.options] == [OptionKind.SPLIT, OptionKind.WHOLE]
    assert shop.desk.schedule() == []
    shop.crash()
    assert shop.desk.get("SO-1") == told
    assert shop.desk.promise(replace(asked, options=False)) == told


def test_a_later_promise_is_kept_as_answered_with_its_options(shop: Bench) -> None:
    """The plan holds the whole, and not the options; the checker finds nothing."""
    told = shop.desk.promise(ask(caps(), options=True))
    assert told.lines[0].promised_time == at(32)
    assert len(told.lines[0].options) == 2
    assert [each.quantity for each in shop.desk.schedule()] == [2400]
    assert shop.desk.check() == []


def test_the_frozen_zone_is_offered_where_it_is_sooner(shop: Bench) -> None:
    """Frozen for eight hours: 240 caps by 18:00, or by 10:00 with work in the zone."""
    plant = shop_plant()
    zone = replace(plant, settings=replace(plant.settings, frozen_zone=timedelta(hours=8)))
    shop.desk.import_plant(write_plant(zone), request_id="zone", caller="shop")
    asked = order(quantity=240, days=2 / 24)
    told = shop.desk.quote(ask(asked, options=True)).lines[0]
    assert told.promised_time == at(10)
    assert told.options == (
        Option(OptionKind.WHOLE, (OptionPart(240, at(10)),), (delay(8),)),
        Option(OptionKind.FROZEN, (OptionPart(240, at(2)),)),
    )
    allowed = shop.desk.quote(ask(asked, allow_frozen=True, options=True)).lines[0]
    assert (allowed.outcome, allowed.options) == (Outcome.ON_TIME, ())


def test_only_on_time_is_taken_and_still_the_later_dates_are_offered(shop: Bench) -> None:
    """Refused for its requested time; the caller may think again."""
    told = shop.desk.quote(ask(caps(), accept=Accept.ON_TIME, options=True)).lines[0]
    assert told.refusal == "later_than_requested"
    assert [option.parts[0].promised_time for option in told.options] == [at(32), at(32)]


def test_only_lines_that_are_delivered_by_themselves_are_offered_in_parts(shop: Bench) -> None:
    """Delivered together, all comes on Tuesday; with the part by its date the answer is what an option would be."""
    together = replace(caps(), ship=ShipMode.COMPLETE)
    told = shop.desk.quote(ask(together, options=True)).lines[0]
    assert [option.kind for option in told.options] == [OptionKind.WHOLE]
    assert why(told)[OptionKind.SPLIT] is OptionWhy.DELIVERED_TOGETHER
    part, rest = shop.desk.quote(ask(replace(caps(), ship=ShipMode.PART_BY_DATE), options=True)).lines
    assert [(line.quantity, line.promised_time) for line in (part, rest)] == [(1440, at(12)), (960, at(32))]
    assert part.options == ()
    assert [option.parts for option in rest.options] == [(OptionPart(960, at(32)),)]
    assert why(rest)[OptionKind.SPLIT] is OptionWhy.DIVIDED


def test_what_is_missing_leaves_the_part_that_is_there(shop: Bench) -> None:
    """A thousand cables and no more in sight can't serve 1,010: ten can't be had, the others are on time."""
    planner = Planner(lamps(), NOW_S)
    line = OrderLine(1, "cable", 1010, hours(1))
    asked = Order("SO-1", "C-1", (line,))
    decision = planner.decide(asked, NOW_S)
    assert decision.lines[0].refusal == "no_supply"
    planner.undo(decision)
    (looked,) = _finder(planner, Effort.INSTANT).find(asked, decision.lines, allow_frozen=False)
    assert looked.options == (Option(OptionKind.SPLIT, (OptionPart(1000, hours(1)), OptionPart(10, None))),)
    assert looked.searches[1].why is OptionWhy.ALL_TRIED


def test_changeovers_and_overtime_are_priced_where_there_are_rates() -> None:
    """Mounting for an hour, then three hours of which two are overtime; a machine's own rate goes first."""
    calendar = replace(DAY, days=(CalendarDay(date(2026, 3, 2), DayKind.OVERTIME, time(17), time(20)),))
    plant = moulding_shop(calendar=replace(calendar, id="late"))
    run = Reservation(
        1, "SO-1", 1, "mould", "on-1", "M1", (0,), "CAP", "SETTER", "", 240,
        datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 11, tzinfo=UTC),
    )  # fmt: skip
    hour = timedelta(hours=1)
    assert costs_of(plant, 5, timedelta(0), [run]) == (
        OptionCost(CostKind.CHANGEOVER, hour, 1),
        OptionCost(CostKind.OVERTIME, 2 * hour),
    )
    priced = replace(plant, cost_rates=(CostRate("changeover", 5000), CostRate("overtime_hour", 9000)))
    assert [cost.fen for cost in costs_of(priced, 5, timedelta(0), [run])] == [5000, 18_000]
    own = tuple(replace(r, overtime_hour_cost_fen=7000) if r.id == "M1" else r for r in plant.resources)
    assert [cost.fen for cost in costs_of(replace(priced, resources=own), 5, timedelta(0), [run])] == [5000, 14_000]


@st.composite
def demands(draw):
    """A few standing orders, and one that is asked for: lamps, vases and cables, some of them too early."""
    lines = st.builds(
        OrderLine,
        line_no=st.just(1),
        item_id=st.sampled_from(["lamp", "vase", "shade", "cable"]),
        quantity=st.integers(1, 120),
        requested_time=st.integers(0, 60).map(hours),
    )
    standing = draw(st.lists(lines, max_size=4))
    asked = draw(st.lists(lines, min_size=1, max_size=3))
    return (
        [Order(f"SO-{number}", "C-1", (line,)) for number, line in enumerate(standing)],
        Order("ASKED", "C-1", tuple(replace(line, line_no=number) for number, line in enumerate(asked, 1))),
    )


@settings(max_examples=40)
@given(demands())
def test_every_option_can_be_had_and_the_plan_stays_as_it_was(drawn) -> None:
    """Asked for as it is offered each gets its dates, no other line later; the arrays are the same to the last bit."""
    standing, asked = drawn
    planner = Planner(lamps(), NOW_S)
    for each in standing:
        planner.keep(planner.decide(each, NOW_S))
    base = planner.decide(asked, NOW_S)
    planner.undo(base)
    before = planner.snapshot()
    finder = _finder(planner, Effort.TIER1)
    found = finder.find(asked, base.lines, allow_frozen=False)
    assert planner.snapshot() == before
    assert finder._left >= 0
    assert finder._left <= LINES_TRIED_MAX
    for place, looked in enumerate(found):
        kinds = [option.kind for option in looked.options]
        assert [search.kind for search in looked.searches if search.why is None] == kinds
        for option in looked.options:
            assert sum(part.quantity for part in option.parts) == asked.lines[place].quantity
            line = asked.lines[place]
            numbers = [line.line_no, 9][: len(option.parts)]
            parts = [
                replace(line, quantity=part.quantity, line_no=number)
                for number, part in zip(numbers, option.parts, strict=True)
            ]
            again = planner.decide(
                replace(asked, lines=(*asked.lines[:place], *parts, *asked.lines[place + 1 :])), NOW_S
            )
            told = {answer.line_no: answer.promised_time for answer in again.lines}
            planner.undo(again)
            assert [told[number] for number in numbers] == [part.promised_time for part in option.parts]
            if option.kind is OptionKind.SPLIT:
                assert line.requested_time in [part.promised_time for part in option.parts]
            for answer in base.lines:
                if answer.line_no != line.line_no and answer.promised_time is not None:
                    assert told[answer.line_no] <= answer.promised_time


def test_an_option_is_accepted_by_its_id(shop: Bench) -> None:
    """The split of a quote: 960 by Tuesday 16:00 and 1,440 by Monday 20:00 are promised, and a retry gets the same."""
    split = shop.desk.quote(ask(caps(), options=True)).lines[0].options[0]
    tried = shop.desk.accept(split.id, "a-0", "shop", validate_only=True)
    assert (tried.made, tried.promise.version, shop.desk.schedule()) == (True, 0, [])
    made = shop.desk.accept(split.id, "a-1", "shop")
    assert (made.made, made.moved_on) == (True, False)
    assert [(each.quantity, each.promised_time) for each in made.promise.lines] == [(960, at(32)), (1440, at(12))]
    assert shop.desk.get("SO-1") == made.promise
    assert shop.desk.accept(split.id, "a-1", "shop").promise == made.promise


def test_an_option_whose_dates_are_gone_is_not_made_and_nothing_changes(shop: Bench) -> None:
    """Another order takes M1 meanwhile: the split's Monday can't be had, and the caller is told what can."""
    split = shop.desk.quote(ask(caps(), options=True)).lines[0].options[0]
    shop.desk.promise(ask(caps(1440, order_id="OTHER")))
    before = shop.desk.schedule()
    told = shop.desk.accept(split.id, "a-1", "shop")
    assert (told.made, told.moved_on, told.promise.version) == (False, True, 0)
    assert shop.desk.schedule() == before


def test_nothing_comes_between_a_look_at_an_option_and_its_promise(shop: Bench, monkeypatch) -> None:
    """An order that came after the look took M1, and half of the split was promised, told as not accepted: no more."""
    split = shop.desk.quote(ask(caps(), options=True)).lines[0].options[0]
    quote = shop.desk.quote

    def overtaken(asked: Ask) -> Promise:
        told = quote(asked)
        shop.desk.promise(ask(caps(1440, order_id="OTHER")))
        return told

    monkeypatch.setattr(shop.desk, "quote", overtaken)
    commits = shop.store.commits
    told = shop.desk.accept(split.id, "a-1", "shop")
    assert (told.made, shop.store.commits) == (True, commits + 1)
    assert [line.promised_time for line in told.promise.lines] == [at(32), at(12)]
    assert shop.desk.check() == []


def test_an_option_of_an_order_that_stands_amends_it(shop: Bench) -> None:
    """All caps are promised by Tuesday 16:00; the split of that answer brings 1,440 of them on Monday."""
    stands = shop.desk.promise(ask(caps(), options=True))
    split = next(option for option in stands.lines[0].options if option.kind is OptionKind.SPLIT)
    made = shop.desk.accept(split.id, "a-1", "shop")
    assert made.made
    assert made.promise.version == 2
    assert sorted(each.promised_time for each in made.promise.lines) == [at(12), at(32)]


def test_an_option_that_nobody_told_is_not_found(shop: Bench) -> None:
    """Of another form it is no id at all."""
    with pytest.raises(NotFound):
        shop.desk.accept("o1-" + 24 * "0", "a-1", "shop")
    with pytest.raises(InvalidInput, match="option"):
        shop.desk.accept("whatever", "a-1", "shop")


def test_ids_go_over_the_wire_and_into_the_store(shop: Bench) -> None:
    """An id is not part of what an option is compared by, so it is looked at here."""
    stands = shop.desk.promise(ask(caps(), options=True))
    names = [option.id for option in stands.lines[0].options]
    assert len(set(names)) == len(names) == 2
    again = promise_from_message(promise_to_message(stands, options=True))
    assert [option.id for option in again.lines[0].options] == names
    stored = promise_from_json(promise_to_json(stands))
    assert [option.id for option in stored.lines[0].options] == names


def test_options_of_searches_are_kept_up_to_their_own_limit() -> None:
    """Of 65 with sequences the first is forgotten; one without is kept beside them."""
    offers, names = Offers(), []
    plain = offers.add(caps(), OptionKind.WHOLE, (), 0, frozen=False)
    terms = Terms(found=Found(Rescue.FOUND, 1, {}))
    for version in range(SEARCHED_MAX + 1):
        names.append(offers.add(caps(), OptionKind.RESEQUENCE, (), version, frozen=False, terms=terms))
    with pytest.raises(NotFound):
        offers.find(names[0])
    assert [offers.find(name).terms for name in (plain, names[1], names[-1])] == [None, terms, terms]


def test_options_on_other_terms_have_other_ids() -> None:
    """Two hours on Monday or on Tuesday for the same date: who was told the first gets the first."""
    offers, days = Offers(), (at(10), at(34))
    told = [Terms(hours=(ExtraHours("M1", day, day + timedelta(hours=2)),)) for day in days]
    told.append(Terms(modes={("cap", "mould"): frozenset({"on-2"})}))
    names = [offers.add(caps(), OptionKind.OVERTIME, (), 1, frozen=False, terms=terms) for terms in told]
    assert len(set(names)) == 3
    assert [offers.find(name).terms for name in names] == told
    assert offers.add(caps(), OptionKind.OVERTIME, (), 1, frozen=False, terms=told[0]) == names[0]
