"""Holidays in China: Saturday 14 February 2026 is worked for the Spring Festival from 15 to 23 February."""

from tests.plants import CHINESE, Scenario, at, moulding_shop, operation, run


def worked_before_the_festival() -> Scenario:
    """24 hours from Friday: 12 on Friday, 12 on the make-up Saturday; what follows waits for the 24th."""
    plant = moulding_shop(calendar=CHINESE)
    work = (operation(plant, 1, "cap", 2880, "on-1"), operation(plant, 2, "cap", 60, "on-1"))
    return Scenario(
        plant,
        at("2026-02-13 08:00"),
        work,
        {1: run("2026-02-13 08:00 / 2026-02-14 20:00"), 2: run("2026-02-24 08:00 / 08:30")},
    )


def the_setter_stays_at_home() -> Scenario:
    """The setter keeps to plain weekdays: a change to white on the make-up Saturday waits, a run does not."""
    plant = moulding_shop(calendar=CHINESE)
    work = (operation(plant, 1, "cap", 60, "on-1"), operation(plant, 2, "cap-white", 60, "on-1"))
    return Scenario(
        plant,
        at("2026-02-14 08:00"),
        work,
        {
            1: run("2026-02-14 08:00 / 08:30"),
            2: run("2026-02-24 08:40 / 09:10", setup="2026-02-24 08:00 / 08:40"),
        },
    )
