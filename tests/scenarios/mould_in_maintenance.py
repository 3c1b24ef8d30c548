"""A mould is away for maintenance: its machine may work, but not with it."""

from tests.plants import Scenario, at, down, moulding_shop, operation, run


def run_does_not_pause_over_it() -> Scenario:
    """LID goes away on Monday at 16:00: what would not be done by then waits until it is back."""
    plant = moulding_shop(downtimes=(down("LID", "2026-03-02 16:00 / 2026-03-04 12:00"),))
    work = (operation(plant, 1, "lid", 600, "on-2"), operation(plant, 2, "lid", 600, "on-2"))
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 14:00", setup="2026-03-02 08:00 / 09:00"),
            2: run("2026-03-04 12:00 / 17:00"),
        },
    )


def mounting_waits_for_the_mould() -> Scenario:
    """A mould in maintenance cannot be mounted; another machine goes on."""
    plant = moulding_shop(downtimes=(down("LID", "2026-03-02 08:00 / 10:30"),))
    work = (operation(plant, 1, "lid", 60, "on-2"), operation(plant, 2, "cap", 60, "on-1"))
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 11:30 / 12:00", setup="2026-03-02 10:30 / 11:30"),
            2: run("2026-03-02 08:00 / 08:30"),
        },
    )
