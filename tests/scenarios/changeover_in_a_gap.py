"""Changeovers go where machine, mould, setter and working time allow, before the run needs them."""

from domain.resources import Combine
from tests.plants import Scenario, at, moulding_shop, operation, run


def set_up_before_the_material_is_there() -> Scenario:
    """The setter mounts in the morning, the run waits until the resin comes at 14:00."""
    plant = moulding_shop()
    work = (operation(plant, 1, "lid", 60, "on-2", ready_s=at("2026-03-02 14:00")),)
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {1: run("2026-03-02 14:00 / 14:30", setup="2026-03-02 08:00 / 09:00")},
    )


def parts_add_up_and_pause_over_lunch() -> Scenario:
    """LID off M2, CAP off M1, mounting (60) and black to white (40): 90 minutes before lunch, 10 after."""
    plant = moulding_shop()
    work = (operation(plant, 1, "lid", 60, "on-2"), operation(plant, 2, "cap-white", 60, "on-2"))
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 09:30", setup="2026-03-02 08:00 / 09:00"),
            2: run(
                "2026-03-02 13:10 / 13:40",
                dismount="2026-03-02 09:30 / 10:00 of LID",
                fetch="2026-03-02 10:00 / 10:30 of M1",
                setup="2026-03-02 10:30 / 13:10",
            ),
        },
    )


def parts_at_once() -> Scenario:
    """Where parts are done at once, the longest of mounting (60) and colour (40) counts."""
    plant = moulding_shop(combine=Combine.MAX)
    work = (operation(plant, 1, "lid", 60, "on-2"), operation(plant, 2, "cap-white", 60, "on-2"))
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 09:30", setup="2026-03-02 08:00 / 09:00"),
            2: run(
                "2026-03-02 11:30 / 12:00",
                dismount="2026-03-02 09:30 / 10:00 of LID",
                fetch="2026-03-02 10:00 / 10:30 of M1",
                setup="2026-03-02 10:30 / 11:30",
            ),
        },
    )


def colour_unknown_or_indifferent() -> Scenario:
    """No colour change before the first operation, nor for an item of any colour, which leaves the state."""
    plant = moulding_shop()
    work = (
        operation(plant, 1, "lid", 60, "on-2"),
        operation(plant, 2, "lid-any", 60, "on-2"),
        operation(plant, 3, "cap", 60, "on-1"),
        operation(plant, 4, "cap-white", 60, "on-1"),
    )
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 09:30", setup="2026-03-02 08:00 / 09:00"),
            2: run("2026-03-02 09:30 / 10:00"),
            3: run("2026-03-02 08:00 / 08:30"),
            4: run("2026-03-02 09:40 / 10:10", setup="2026-03-02 09:00 / 09:40"),
        },
    )
