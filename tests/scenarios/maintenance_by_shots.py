"""LID is maintained for 45 minutes every 600 shots, inside the run in which they are used up."""

from tests.plants import Scenario, at, moulding_shop, operation, run


def inside_a_run() -> Scenario:
    """650 shots take one maintenance and leave 50 counted; 550 more just fit; the next shot does not."""
    plant = moulding_shop()
    work = (
        operation(plant, 1, "lid", 1300, "on-2"),
        operation(plant, 2, "lid", 1100, "on-2"),
        operation(plant, 3, "lid", 2, "on-2"),
    )
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 2026-03-03 08:35", maintenances=1, setup="2026-03-02 08:00 / 09:00"),
            2: run("2026-03-03 08:35 / 17:45"),
            3: run("2026-03-03 17:45 / 18:31", maintenances=1),
        },
    )
