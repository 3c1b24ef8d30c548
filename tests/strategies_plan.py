"""Strategies for plans: random work on the tiny plants, timed so that every rule holds, and changes to it."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.calendars import Downtime
from domain.items import Pause
from domain.plant import Plant
from domain.resources import Combine
from domain.values import replace
from scheduler.snapshot import PlacedOperation, PlanSnapshot
from tests.plants import at, down, job_shop, minutes, moulding_shop, operation, packing_line, timed

MONDAY = at("2026-03-02 08:00")
HOUR = 3600


@st.composite
def downtimes(draw: st.DrawFn, subjects: list[str]) -> tuple[Downtime, ...]:
    """Up to three downtimes of an hour to a day, in the first fortnight."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        day, hours = draw(st.integers(2, 13)), draw(st.sampled_from([1, 3, 24]))
        hour = draw(st.integers(0, 24 - hours))
        text = f"2026-03-{day:02} {hour:02}:00 / 2026-03-{day + (hour + hours) // 24:02}"
        found.append(down(draw(st.sampled_from(subjects)), f"{text} {(hour + hours) % 24:02}:00"))
    return tuple(found)


@st.composite
def tiny_plants(draw: st.DrawFn) -> Plant:
    """One of the tiny plants with some of its switches turned and some downtimes."""
    kind = draw(st.sampled_from(["shop", "shop", "shop", "jobs", "line"]))
    if kind == "jobs":
        return job_shop(downtimes=draw(downtimes(["SAW", "MILL", "OVEN", "OPERATORS"])))
    if kind == "line":
        return packing_line(downtimes=draw(downtimes(["L", "CREW"])))
    return moulding_shop(
        pause=draw(st.sampled_from([Pause.SHIFT, Pause.DOWNTIME])),
        combine=draw(st.sampled_from(list(Combine))),
        min_chunk=draw(st.sampled_from([minutes(0), minutes(30)])),
        downtimes=draw(downtimes(["M1", "M2", "CAP", "LID", "SETTER", "PACKERS"])),
    )


def _some(count: int, capacity: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.permutations(range(capacity)).map(lambda units: tuple(sorted(units[:count])))


@st.composite
def works(draw: st.DrawFn, plant: Plant) -> list[PlacedOperation]:
    """One to eight orders with all their operations, at random ranks that keep each routing's order."""
    found: list[PlacedOperation] = []
    for number in range(draw(st.integers(1, 8))):
        item = draw(st.sampled_from(plant.items))
        quantity = draw(st.sampled_from([2, 30, 60, 80]))
        not_before_s = MONDAY + draw(st.integers(0, 20)) * HOUR
        steps = [step for step in plant.routing_by_id[item.routing_id].operations if step.modes]
        labels = sorted(draw(st.lists(st.integers(0, 9), min_size=len(steps), max_size=len(steps))))
        for step, label in zip(steps, labels, strict=True):
            mode = draw(st.sampled_from(step.modes))
            units = draw(_some(mode.resource_units, plant.resource_by_id[mode.resource_id].capacity))
            crew = None
            if mode.crew_id:
                crew = draw(_some(mode.crew_units, plant.resource_by_id[mode.crew_id].capacity))
            found.append(
                operation(
                    plant, len(found), item.id, quantity, mode.id, operation_id=step.id,
                    order_id=f"SO-{number}", label=label, units=units, crew_units=crew,
                    not_before_s=not_before_s, ready_s=draw(st.sampled_from([0, not_before_s + 5 * HOUR])),
                )
            )  # fmt: skip
    return found


@st.composite
def good_plans(draw: st.DrawFn) -> PlanSnapshot:
    """A plan in which every rule holds; what had begun by a random now is fixed."""
    plant = draw(tiny_plants())
    plan = timed(plant, MONDAY, draw(works(plant)))
    now_s = MONDAY + draw(st.sampled_from([0, 0, 3, 30])) * HOUR
    placed = (replace(x, fixed=x.visit_start_s < now_s, deadline_s=x.end_s) for x in plan.operations)
    return replace(plan, now_s=now_s, floor_s=now_s, operations=tuple(placed))


def next_in_sequences(plan: PlanSnapshot, x: PlacedOperation) -> set[int]:
    """Keys of the operations that come next wherever `x` stands: on machines, of moulds, setter, crew, order."""

    def places(y: PlacedOperation) -> set[tuple[object, ...]]:
        found: set[tuple[object, ...]] = {("on", y.resource_id, unit) for unit in y.units}
        found |= {("crew", y.crew_id, unit) for unit in y.crew_units}
        found |= {("mould", y.mould_id), ("setter", y.setter_id, y.setter_unit)}
        return found | {("line", y.order_id, y.line_no, y.key) for y in [y]}

    left = places(x) | {("on", x.fetched_from, 0), ("mould", x.dismounted_mould)}
    left = {place for place in left if place[1] != ""}
    later = [y for y in plan.operations if (y.label, y.key) > (x.label, x.key)]
    found = {y.key for y in later if y.order_id == x.order_id}
    for place in left:
        found |= {y.key for y in later if place in places(y)} and {next(y.key for y in later if place in places(y))}
    return found
