"""Steps of a routing wait: by the clock, through steps without machines, or in working time."""

from tests.plants import Scenario, at, job_shop, moulding_shop, operation, run


def through_a_step_without_a_machine() -> Scenario:
    """A box cools for 30 + 90 minutes by the clock, over the packers' lunch too, and is then packed."""
    plant = moulding_shop()
    work = (
        operation(plant, 1, "box", 60, "on-2", order_id="SO-1"),
        operation(plant, 2, "box", 60, operation_id="pack", order_id="SO-1"),
        operation(plant, 3, "box", 300, "on-2", order_id="SO-3"),
        operation(plant, 4, "box", 300, operation_id="pack", order_id="SO-3"),
    )
    return Scenario(
        plant,
        at("2026-03-02 08:00"),
        work,
        {
            1: run("2026-03-02 09:00 / 09:30", setup="2026-03-02 08:00 / 09:00"),
            2: run("2026-03-02 11:30 / 11:36"),
            3: run("2026-03-02 09:30 / 12:00"),
            4: run("2026-03-02 14:00 / 14:30"),
        },
    )


def in_working_time() -> Scenario:
    """Sawn at 18:40; four working hours are over at 10:40 the next day; the oven waits for the mill."""
    plant = job_shop()
    work = (
        operation(plant, 1, "shaft", 10, order_id="SO-1"),
        operation(plant, 2, "shaft", 10, order_id="SO-1", operation_id="mill"),
        operation(plant, 3, "shaft", 10, order_id="SO-1", operation_id="harden"),
    )
    return Scenario(
        plant,
        at("2026-03-02 18:00"),
        work,
        {
            1: run("2026-03-02 18:00 / 18:40"),
            2: run("2026-03-03 10:40 / 11:40"),
            3: run("2026-03-03 11:40 / 16:40"),
        },
    )
