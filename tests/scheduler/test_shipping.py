"""Pick-ups and lead times of carriers: worked out by hand, and a law for both ways."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.calendars import CalendarDay, DayKind, Shift
from domain.plant import Plant, PlantSettings
from domain.trade import Carrier
from scheduler.arrays import INF
from scheduler.shipping import Service, Shipping, earliest, latest
from scheduler.verify.delivery import arrival
from tests.plants import CHINESE, DAY, at

WEEK = frozenset(range(5))
ZONE = ZoneInfo("Asia/Shanghai")


def service(lead=timedelta(days=1), cut_off=time(16), weekdays=WEEK, zone=ZONE, *, working=False, works_on=None):
    carrier = Carrier("sea", "north", lead, cut_off, weekdays, working=working)
    return Service(carrier, zone, works_on or (lambda day: day.weekday() in weekdays))


def test_goods_leave_at_the_next_cut_off():
    """Packed at the very second of it they still go with it, a second later on the day after."""
    sea = service()
    assert sea.collected(at("2026-03-02 08:00")) == at("2026-03-02 16:00")
    assert sea.collected(at("2026-03-02 16:00")) == at("2026-03-02 16:00")
    assert sea.collected(at("2026-03-02 16:00") + 1) == at("2026-03-03 16:00")
    assert sea.delivered(at("2026-03-02 16:00") + 1) == at("2026-03-04 16:00")


def test_a_missed_cut_off_on_friday_waits_until_monday():
    """In calendar time a day later, which is Tuesday."""
    assert service().delivered(at("2026-03-06 16:30")) == at("2026-03-10 16:00")


def test_calendar_time_passes_on_a_weekend_and_working_time_does_not():
    """Two days from Friday 16:00 are Sunday, or Tuesday."""
    friday = at("2026-03-06 09:00")
    assert service(timedelta(days=2)).delivered(friday) == at("2026-03-08 16:00")
    assert service(timedelta(days=2), working=True).delivered(friday) == at("2026-03-10 16:00")


def test_the_latest_time_is_the_last_cut_off_that_still_arrives():
    """A second before Tuesday 16:00 the goods of Friday are too late with a lead of two working days."""
    sea = service(timedelta(days=2), working=True)
    assert sea.latest_packed(at("2026-03-10 16:00")) == at("2026-03-06 16:00")
    assert sea.latest_packed(at("2026-03-10 16:00") - 1) == at("2026-03-05 16:00")
    assert service(timedelta(days=2)).latest_packed(at("2026-03-08 16:00")) == at("2026-03-06 16:00")


def test_a_lead_in_parts_of_a_day_ends_where_the_working_day_ends():
    """Eight hours from Friday 16:00 are midnight; nine end on Monday at one."""
    friday = at("2026-03-06 16:00")
    assert service(timedelta(hours=8), working=True).delivered(friday) == at("2026-03-07 00:00")
    assert service(timedelta(hours=9), working=True).delivered(friday) == at("2026-03-09 01:00")
    assert service(timedelta(0), working=True).delivered(friday) == friday


def test_a_make_up_saturday_is_worked_and_a_holiday_is_not():
    """Around the National Day of 2026: Thursday 1 to Wednesday 7 October are off, Saturday 10 is worked."""
    sea = service(works_on=CHINESE.works_on, working=True)
    assert sea.delivered(at("2026-09-30 16:30")) == at("2026-10-09 16:00")
    assert sea.collected(at("2026-10-09 17:00")) == at("2026-10-10 16:00")


def test_the_days_of_a_calendar_are_those_with_hours():
    """Exceptions count; a day whose shifts don't fall on its weekday has none."""
    off = CalendarDay(date(2026, 3, 3), DayKind.OFF)
    more = CalendarDay(date(2026, 3, 7), DayKind.OVERTIME, time(9), time(12))
    made_up = CalendarDay(date(2026, 3, 8), DayKind.WORK, as_weekday=2)
    calendar = type(DAY)("day", (Shift(frozenset({0, 1, 2}), time(8), time(16)),), (off, more, made_up))
    worked = [day for day in range(2, 16) if calendar.works_on(date(2026, 3, day))]
    assert worked == [2, 4, 7, 8, 9, 10, 11]


def test_the_change_of_the_clocks_does_not_move_a_cut_off():
    """Berlin, 29 March 2026: 16:00 is an hour sooner in UTC."""
    berlin = ZoneInfo("Europe/Berlin")
    sea = service(weekdays=frozenset(range(7)), zone=berlin)
    saturday, sunday = (at(f"2026-03-{day} 16:00", "Europe/Berlin") for day in (28, 29))
    assert sunday - saturday == 23 * 3600
    assert sea.collected(saturday + 1) == sunday
    assert sea.latest_packed(sunday + 86_400 - 1) == saturday


def test_a_carrier_that_never_works_again_never_delivers():
    """Neither forward nor back, and without an end to the search."""
    gone = service(works_on=lambda day: False)
    assert gone.delivered(at("2026-03-02 08:00")) == INF
    assert gone.latest_packed(at("2026-03-02 08:00")) == -INF
    left = service(timedelta(days=2), working=True, works_on=lambda day: day == date(2026, 3, 2))
    assert left.collected(at("2026-03-02 08:00")) == at("2026-03-02 16:00")
    assert left.delivered(at("2026-03-02 08:00")) == INF
    assert left.latest_packed(at("2026-03-12 08:00")) == -INF


def test_the_earliest_carrier_wins_and_then_the_first_by_name():
    """Which one that is depends on when the goods are packed."""
    rows = (
        Carrier("sea", "north", timedelta(hours=20), time(18), WEEK),
        Carrier("air", "north", timedelta(hours=12), time(9), WEEK),
        Carrier("bus", "north", timedelta(hours=20), time(18), WEEK),
        Carrier("air", "", timedelta(days=9), time(9), calendar_id="day"),
    )
    shipping = Shipping(Plant(PlantSettings("p"), calendars=(DAY,), carriers=rows))
    north = shipping.to("north")
    assert [each.carrier.id for each in north] == ["air", "bus", "sea"]
    arrives, by = earliest(north, at("2026-03-02 08:00"))
    assert (arrives, by.carrier.id) == (at("2026-03-02 21:00"), "air")
    arrives, by = earliest(north, at("2026-03-02 10:00"))
    assert (arrives, by.carrier.id) == (at("2026-03-03 14:00"), "bus")
    assert latest(north, at("2026-03-03 14:00")) == at("2026-03-02 18:00")
    assert [each.carrier for each in shipping.to("south")] == [rows[3]]
    assert (shipping.to("south", "sea"), shipping.by("sea", "south")) == ((), None)
    assert shipping.by("air", "north") is north[0]


def test_the_checker_counts_the_same_way_by_itself():
    """Two carriers through a year around holidays and changes of the clocks, every five hours."""
    zone = "Europe/Berlin"
    rows = (
        Carrier("sea", "", timedelta(days=2, hours=7), time(2, 30), frozenset({0, 3, 6}), working=True),
        Carrier("air", "", timedelta(hours=30), time(16), calendar_id="chinese", working=True),
    )
    plant = Plant(PlantSettings("p", zone=zone), calendars=(CHINESE,), carriers=rows)
    shipping = Shipping(plant)
    for at_s in range(at("2026-01-01 00:00", zone), at("2027-01-01 00:00", zone), 5 * 3600):
        for row in rows:
            found = shipping.by(row.id, "north")
            assert found.delivered(at_s) == arrival(plant, row.id, "north", at_s)


times = st.integers(at("2025-12-01 00:00"), at("2026-12-01 00:00"))
services = st.builds(
    service,
    st.sampled_from([timedelta(0), timedelta(hours=7), timedelta(days=1), timedelta(days=1, hours=9)])
    | st.timedeltas(timedelta(0), timedelta(days=30)),
    st.times().map(lambda clock: clock.replace(microsecond=0)) | st.sampled_from([time(0), time(2, 30), time(16)]),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from([ZONE, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Santiago")]),
    working=st.booleans(),
    works_on=st.sampled_from([None, None, CHINESE.works_on]),
)


@given(st.lists(services, min_size=1, max_size=3), times, times)
def test_the_latest_time_is_the_inverse_of_the_delivery(found, packed_s, by_s):
    """Both monotone, for one carrier and for the best of several."""
    there_s, by = earliest(found, packed_s)
    assert latest(found, there_s) >= packed_s
    assert by.latest_packed(there_s) >= by.collected(packed_s) >= packed_s
    until_s = latest(found, by_s)
    assert earliest(found, until_s)[0] <= by_s
    assert earliest(found, until_s + 1)[0] > by_s
    assert earliest(found, packed_s + 1)[0] >= there_s
    assert latest(found, by_s + 1) >= until_s
