"""Six hours of work on a Friday at 15:00, with five left before the weekend. 2026-03-06 is a Friday."""

from domain.items import Pause
from tests.plants import Scenario, at, down, minutes, moulding_shop, operation, run

FRIDAY = "2026-03-06 15:00"


def allowed() -> Scenario:
    """It pauses on Friday at 20:00 and is done on Monday at 09:00; the next one follows."""
    plant = moulding_shop()
    work = (operation(plant, 1, "cap", 720, "on-1"), operation(plant, 2, "cap", 60, "on-1"))
    expected = {1: run(f"{FRIDAY} / 2026-03-09 09:00"), 2: run("2026-03-09 09:00 / 09:30")}
    return Scenario(plant, at(FRIDAY), work, expected)


def not_allowed() -> Scenario:
    """What may not pause waits for Monday; a shorter run behind it does not overtake."""
    plant = moulding_shop(pause=Pause.NONE)
    work = (operation(plant, 1, "cap", 720, "on-1"), operation(plant, 2, "cap", 60, "on-1"))
    expected = {1: run("2026-03-09 08:00 / 14:00"), 2: run("2026-03-09 14:00 / 14:30")}
    return Scenario(plant, at(FRIDAY), work, expected)


def not_over_a_downtime() -> Scenario:
    """M1 is inspected on Saturday: a run that pauses over shifts only waits until that is over."""
    plant = moulding_shop(downtimes=(down("M1", "2026-03-07 08:00 / 12:00"),))
    work = (operation(plant, 1, "cap", 720, "on-1"),)
    return Scenario(plant, at(FRIDAY), work, {1: run("2026-03-09 08:00 / 14:00")})


def over_a_downtime() -> Scenario:
    """A run that pauses over downtimes too goes on after the inspection."""
    plant = moulding_shop(pause=Pause.DOWNTIME, downtimes=(down("M1", "2026-03-09 08:00 / 10:00"),))
    work = (operation(plant, 1, "cap", 720, "on-1"),)
    return Scenario(plant, at(FRIDAY), work, {1: run(f"{FRIDAY} / 2026-03-09 11:00")})


def with_a_shortest_stretch() -> Scenario:
    """An hour is the least before a pause: with 30 minutes left on Friday the run begins on Monday.

    A run of 30 minutes fits, and the half hour before a downtime on Monday morning is too short to be worked.
    """
    plant = moulding_shop(
        pause=Pause.DOWNTIME, min_chunk=minutes(60), downtimes=(down("M1", "2026-03-09 08:30 / 10:00"),)
    )
    late = at("2026-03-06 19:30")
    work = (
        operation(plant, 1, "cap", 60, "on-1", not_before_s=late),
        operation(plant, 2, "cap", 180, "on-1", not_before_s=late),
    )
    expected = {1: run("2026-03-06 19:30 / 20:00"), 2: run("2026-03-09 10:00 / 11:30")}
    return Scenario(plant, at(FRIDAY), work, expected)
