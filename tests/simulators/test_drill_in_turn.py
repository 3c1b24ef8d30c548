"""A day played one thing after the other, and days that are compared by it."""

from datetime import timedelta
from types import SimpleNamespace

from domain.orders import Order, OrderLine
from domain.resources import ResourceKind
from promising.plant_files import write_plant
from simulators.drill import in_turn, runs
from simulators.drill.days import Arrival, Book
from simulators.drill.faults import Breakdown
from simulators.drill.in_turn import play_in_turn
from simulators.drill.scene import Trade
from tests.promising.desks import MONDAY, shop
from wire.orders import order_to_message

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def arrival(number, at, quantity=100, wait=timedelta(days=3)):
    made = Order(f"O-{number}", "K", (OrderLine(1, "lid", quantity, at + wait),))
    return Arrival(at, order_to_message(made))


def book(arrivals):
    plant = shop()
    return Book(write_plant(plant), plant, arrivals)


def broken(subject, start, end):
    return Breakdown(subject, start, end, 0.0, 0.0)


def test_each_order_is_decided_in_the_minute_in_which_it_came(tmp_path):
    """Three within ten minutes, two of them in one minute: the plant's clock is there, whatever the machine's says."""
    times = [MONDAY + timedelta(minutes=1, seconds=10), MONDAY + timedelta(minutes=9), MONDAY + timedelta(minutes=9.5)]
    found = play_in_turn(book([arrival(n, at) for n, at in enumerate(times)]), Trade(), (), tmp_path)
    assert {each.order.id: each.decide_time.seconds for each in found.listed} == {
        "O-0": (MONDAY + MINUTE).timestamp(),
        "O-1": (MONDAY + 9 * MINUTE).timestamp(),
        "O-2": (MONDAY + 9 * MINUTE).timestamp(),
    }
    assert (found.kept_percent, found.violations) == (100.0, [])


def test_what_breaks_between_two_orders_breaks_the_first_and_is_known_to_the_second(tmp_path):
    """All machines are out for two days: one date was told before, the other is told behind it. One of two is kept."""
    day = book([arrival(1, MONDAY, wait=timedelta(days=1)), arrival(2, MONDAY + 2 * HOUR, wait=timedelta(days=1))])
    machines = [each.id for each in day.plant.resources if each.kind is ResourceKind.MACHINE]
    out = [broken(name, MONDAY + MINUTE, MONDAY + 48 * HOUR) for name in machines]
    found = play_in_turn(day, Trade(), out, tmp_path)
    assert {each.order.id: each.lines[0].expected_time.seconds for each in found.listed}["O-1"] > (
        MONDAY + 48 * HOUR
    ).timestamp()
    assert [each.at_risk for each in out].count(1) == 1
    assert (found.kept_percent, found.violations) == (50.0, [])


def test_what_is_over_before_the_last_order_is_closed_and_what_outlasts_it_stays_open(tmp_path, monkeypatch):
    """Of two breakdowns one ends before the last order comes."""
    closed = []
    monkeypatch.setattr(in_turn, "close", lambda _, each: closed.append(each.subject))
    day = book([arrival(1, MONDAY), arrival(2, MONDAY + 3 * HOUR)])
    out = [broken("M1", MONDAY + MINUTE, MONDAY + HOUR), broken("M2", MONDAY + MINUTE, MONDAY + 4 * HOUR)]
    play_in_turn(day, Trade(), out, tmp_path)
    assert closed == ["M1"]


def test_days_that_are_compared_have_the_same_breakdowns(tmp_path, monkeypatch):
    """Six orders on a peak day and two on an ordinary one, whichever these are; all can be kept."""
    played, days = [], []

    def spied(day, trade, breakdowns, scratch):
        played.append((len(day.arrivals), [(each.subject, each.start, each.end) for each in breakdowns]))
        return play_in_turn(day, trade, breakdowns, scratch)

    monkeypatch.setattr(runs, "play_in_turn", spied)
    made = book([arrival(number, MONDAY + number * HOUR) for number in range(6)])
    found = runs.pair(made, Trade(), 1, None, tmp_path, SimpleNamespace(day_over=lambda: days.append(1)))
    assert (found.ordinary, found.peak, found.refused, found.violations, len(days)) == (100.0, 100.0, [], [], 2)
    assert [count for count, _ in played] == [2, 6]
    assert played[0][1] == played[1][1] != []
