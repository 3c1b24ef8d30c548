"""Disruptions lie over the plant that was imported."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.calendars import Downtime
from domain.disrupted import in_force, touched
from domain.disruptions import Disruption, DisruptionKind, DisruptionState, kind_of
from domain.errors import InvalidInput
from domain.values import replace
from tests.plants import moulding_shop

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


def at(hour: int, day: int = 2) -> datetime:
    """An hour of a day of March at the shop."""
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def disruption(subject_id, kind, start, end, id_="D-1", **changes):
    return Disruption(id_, kind, subject_id, start, end, at(7), **changes)


def hours(plant, name):
    """Working hours of Monday at a resource, as (from, to)."""
    calendar = plant.calendar_by_id[plant.resource_by_id[name].calendar_id]
    found = calendar.windows(plant.zone, MONDAY, MONDAY)
    return [tuple(datetime.fromtimestamp(s, SHANGHAI).hour for s in window) for window in found]


def test_a_plant_where_nothing_broke_is_the_one_imported():
    """And so it is with what never came, or with what happened to something that is gone."""
    plant = moulding_shop()
    never = disruption("M1", DisruptionKind.MACHINE_DOWN, at(9), at(9), state=DisruptionState.CLOSED)
    gone = disruption("M9", DisruptionKind.MACHINE_DOWN, at(9), at(10))
    assert in_force(plant, []) is plant
    assert in_force(plant, [never, gone]) is plant


def test_what_is_down_is_a_downtime_that_nobody_planned():
    """With its id, and why; of an unknown end until it is expected."""
    plant = moulding_shop()
    broken = disruption("CAP", DisruptionKind.MOULD_IN_REPAIR, at(9), None, expected_end=at(15), reason="crack")
    assert in_force(plant, [broken]).downtimes == (Downtime("CAP", at(9), at(15), "D-1: crack", planned=False),)


def test_shifts_of_a_calendar_change_for_all_that_work_by_it():
    """Both machines stop from 10 to 12 and go on until 22; the setter, by another calendar, does as ever."""
    plant = moulding_shop()
    changes = [
        disruption("long", DisruptionKind.SHIFT_CANCELLED, at(10), at(12)),
        disruption("long", DisruptionKind.SHIFT_ADDED, at(20), at(22), "D-2"),
    ]
    made = in_force(plant, changes)
    assert hours(made, "M1") == hours(made, "M2") == [(8, 10), (12, 22)]
    assert hours(made, "SETTER") == hours(plant, "SETTER") == [(8, 12), (13, 17)]
    # Carriers may go by it, so the calendar itself stays as it is.
    assert made.calendar_by_id["long"] == plant.calendar_by_id["long"]
    assert touched(changes[0], plant) == {"M1", "M2"}


def test_one_machine_may_work_on_alone_and_a_later_word_counts():
    """M2 stays as it is; of the two hours added one is taken back."""
    plant = moulding_shop()
    added = disruption("M1", DisruptionKind.SHIFT_ADDED, at(20), at(22))
    taken = disruption("M1", DisruptionKind.SHIFT_CANCELLED, at(21), at(22), "D-2")
    made = in_force(plant, [added, taken])
    assert (hours(made, "M1"), hours(made, "M2")) == ([(8, 21)], [(8, 20)])
    assert hours(in_force(plant, [taken, added]), "M1") == [(8, 22)]


def test_what_must_have_happened_follows_from_the_subject():
    """A setter crew is a crew."""
    plant = moulding_shop()
    found = [kind_of(name, plant) for name in ("M1", "TABLE", "PACKERS", "SETTER", "LID")]
    assert found == [
        DisruptionKind.MACHINE_DOWN,
        DisruptionKind.MACHINE_DOWN,
        DisruptionKind.CREW_ABSENT,
        DisruptionKind.CREW_ABSENT,
        DisruptionKind.MOULD_IN_REPAIR,
    ]
    with pytest.raises(InvalidInput, match="no resource, mould, receipt or carrier"):
        kind_of("long", plant)


def test_a_disruption_ends_after_its_start():
    """Unless it is over and never came; and nobody knows the end of one that is over."""
    right = disruption("M1", DisruptionKind.MACHINE_DOWN, at(9), at(10))
    for changes, field in (
        ({"end": at(9)}, "end_time"),
        ({"end": None}, "expected_end_time"),
        ({"end": None, "expected_end": at(8)}, "expected_end_time"),
        ({"end": None, "expected_end": at(10), "state": DisruptionState.CLOSED}, "end_time"),
    ):
        with pytest.raises(InvalidInput) as refused:
            replace(right, **changes)
        assert refused.value.violations[0].field == field
    assert replace(right, end=at(9), state=DisruptionState.CLOSED).until == at(9)
