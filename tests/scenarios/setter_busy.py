"""One setter for two machines: changeovers wait for each other, and for the setter's hours."""

from tests.plants import Scenario, at, moulding_shop, operation, run


def at_the_other_machine() -> Scenario:
    """M1 stands ready for white at 08:30, the setter mounts on M2 until 09:00."""
    plant = moulding_shop()
    work = (
        operation(plant, 1, "lid", 60, "on-2"),
        operation(plant, 2, "cap", 60, "on-1"),
        operation(plant, 3, "cap-white", 60, "on-1"),
    )
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 09:30", setup="2026-03-02 08:00 / 09:00"),
            2: run("2026-03-02 08:00 / 08:30"),
            3: run("2026-03-02 09:40 / 10:10", setup="2026-03-02 09:00 / 09:40"),
        },
    )


def gone_home() -> Scenario:
    """M1 is done at 18:00 and works until 20:00, but the setter left at 17:00."""
    plant = moulding_shop()
    work = (operation(plant, 1, "cap", 1200, "on-1"), operation(plant, 2, "cap-white", 60, "on-1"))
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 08:00 / 18:00"),
            2: run("2026-03-03 08:40 / 09:10", setup="2026-03-03 08:00 / 08:40"),
        },
    )
