"""A night shift in Berlin, 22:00 to 06:00, over the change of the clocks. No changeovers: CAP hangs in M1."""

from datetime import time

from domain.calendars import Calendar, Shift
from domain.items import Pause
from tests.plants import ALL_DAYS, Scenario, at, moulding_shop, operation, run

BERLIN = "Europe/Berlin"
NIGHT = Calendar("night", (Shift(ALL_DAYS, time(22), time(6)),))


def nine_hours_in_autumn() -> Scenario:
    """Nine hours without a pause fit into one night of the year, that from 24 to 25 October 2026."""
    plant = moulding_shop(calendar=NIGHT, zone=BERLIN, pause=Pause.NONE)
    work = (operation(plant, 1, "cap", 1080, "on-1"),)
    expected = {1: run("2026-10-24 22:00 / 2026-10-25 06:00", BERLIN)}
    assert expected[1].end_s - expected[1].start_s == 9 * 3600
    return Scenario(plant, at("2026-10-20 12:00", BERLIN), work, expected)


def seven_hours_in_spring() -> Scenario:
    """Eight hours from Saturday 28 March 2026: the night has seven, the last hour comes on Sunday night."""
    plant = moulding_shop(calendar=NIGHT, zone=BERLIN)
    work = (operation(plant, 1, "cap", 960, "on-1"),)
    expected = {1: run("2026-03-28 22:00 / 2026-03-29 23:00", BERLIN)}
    return Scenario(plant, at("2026-03-28 12:00", BERLIN), work, expected)
