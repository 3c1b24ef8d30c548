"""A line with three units and two crews: what runs at once is bounded by both."""

from tests.plants import Scenario, at, down, operation, packing_line, run


def crews_bind_before_units() -> Scenario:
    """Two crates run at once, a third unit stands without a crew; a pallet waits for both crews."""
    plant = packing_line()
    work = (
        operation(plant, 1, "crate", 60, units=(0,), crew_units=(0,)),
        operation(plant, 2, "crate", 90, units=(1,), crew_units=(1,)),
        operation(plant, 3, "crate", 60, units=(2,), crew_units=(0,)),
        operation(plant, 4, "pallet", 12, units=(0, 1), crew_units=(0, 1)),
    )
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 08:00 / 09:00"),
            2: run("2026-03-02 08:00 / 09:30"),
            3: run("2026-03-02 09:00 / 10:00"),
            4: run("2026-03-02 10:00 / 11:00"),
        },
    )


def crew_in_training() -> Scenario:
    """The crews are away from 09:00 to 11:00: a crate waits, a pallet pauses."""
    plant = packing_line(downtimes=(down("CREW", "2026-03-02 09:00 / 11:00"),))
    work = (
        operation(plant, 1, "pallet", 24, units=(0, 1), crew_units=(0, 1)),
        operation(plant, 2, "crate", 60, units=(2,), crew_units=(0,)),
    )
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {1: run("2026-03-02 08:00 / 12:00"), 2: run("2026-03-02 12:00 / 13:00")},
    )
