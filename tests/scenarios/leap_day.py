"""29 February 2028 is a Tuesday like any other, and March follows."""

from tests.plants import Scenario, at, moulding_shop, operation, run


def worked() -> Scenario:
    """24 hours from Monday 28 February end on the 29th; the next run starts on 1 March."""
    plant = moulding_shop()
    work = (operation(plant, 1, "cap", 2880, "on-1"), operation(plant, 2, "cap", 60, "on-1"))
    return Scenario(
        plant,
        at("2028-02-28 08:00"),
        work,
        {1: run("2028-02-28 08:00 / 2028-02-29 20:00"), 2: run("2028-03-01 08:00 / 08:30")},
    )
