"""Two machines swap their moulds: dismounting frees a mould before the other machine is ready for it."""

from tests.plants import Scenario, at, moulding_shop, operation, run


def both_ways() -> Scenario:
    """LID from M2 to M1, CAP from M1 to M2: both come off, then both go on, all by one setter."""
    plant = moulding_shop()
    work = (
        operation(plant, 1, "lid", 60, "on-2"),
        operation(plant, 2, "cap", 60, "on-1"),
        operation(plant, 3, "lid", 60, "on-1"),
        operation(plant, 4, "cap", 60, "on-2"),
    )
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 09:30", setup="2026-03-02 08:00 / 09:00"),
            2: run("2026-03-02 08:00 / 08:30"),
            3: run(
                "2026-03-02 11:00 / 11:30",
                dismount="2026-03-02 09:00 / 09:30 of CAP",
                fetch="2026-03-02 09:30 / 10:00 of M2",
                setup="2026-03-02 10:00 / 11:00",
            ),
            4: run("2026-03-02 12:00 / 12:30", setup="2026-03-02 11:00 / 12:00"),
        },
    )


def fetched_before_its_machine_worked_at_all() -> Scenario:
    """CAP hangs in M1 from the beginning and is wanted on M2; M1 is held while it comes off."""
    plant = moulding_shop()
    work = (operation(plant, 1, "cap", 60, "on-2"), operation(plant, 2, "lid", 60, "on-1"))
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run(
                "2026-03-02 09:30 / 10:00",
                fetch="2026-03-02 08:00 / 08:30 of M1",
                setup="2026-03-02 08:30 / 09:30",
            ),
            2: run("2026-03-02 10:30 / 11:00", setup="2026-03-02 09:30 / 10:30"),
        },
    )
