"""A plan that is read from the store: by rows or packed it is the same, and the checker looks at it before a change."""

import numpy as np
import pytest

from domain.values import replace
from scheduler import arrays as a
from scheduler.planner import Planner
from scheduler.planning.decision import PlanBroken
from scheduler.planning.facts import HEAD, HEAD_BEFORE, PERSISTED
from scheduler.records import PackedOperations, PlanImage
from tests.scheduler.test_planner_rebuild import planned, promised


def image_of(planner: Planner) -> PlanImage:
    """All of the plan as the store has it."""
    planner._whole = planner._resequenced = True
    delta = planner.take_delta()
    return PlanImage(delta.version, delta.floor_s, delta.now_s, delta.placed, delta.sequence, delta.material)


def packed(image: PlanImage, facts: list[bytes] | None = None) -> PlanImage:
    """The same, read in one row."""
    owners = "\n".join(f"{row.line_no} {row.order_id}" for row in image.operations)
    whole = b"".join(facts or [row.facts for row in image.operations])
    return replace(image, operations=[], packed=PackedOperations(len(image.operations), owners, whole))


def many() -> PlanImage:
    """The planned lids and caps, and an order whose id has blanks."""
    planner = planned()
    promised(planner, "SO 7 b", "lid", 60, "2026-03-06 12:00")
    return image_of(planner)


def restored(image: PlanImage) -> Planner:
    plant = planned().plant
    return Planner.restore(plant, image.now_s, image)


def test_a_plan_read_packed_is_the_one_read_by_rows() -> None:
    """Owners, times and ranks are the same, in whichever order the database packed them."""
    image = many()
    by_rows = restored(image)
    assert {x.order_id for x in by_rows.snapshot().operations} > {"SO 7 b"}
    assert restored(packed(image)).snapshot().operations == by_rows.snapshot().operations
    backwards = replace(image, operations=list(reversed(image.operations)))
    assert restored(backwards).snapshot().operations == by_rows.snapshot().operations
    assert restored(packed(backwards)).snapshot().operations == by_rows.snapshot().operations


def test_facts_from_before_anything_went_into_a_line_are_read_packed_too() -> None:
    """They are shorter by the columns that came since."""
    image = many()
    short = [row.facts[: HEAD_BEFORE * 8] + row.facts[HEAD * 8 :] for row in image.operations]
    by_rows = replace(
        image, operations=[row._replace(facts=facts) for row, facts in zip(image.operations, short, strict=True)]
    )
    found = restored(packed(image, short)).snapshot().operations
    assert found == restored(by_rows).snapshot().operations != ()


def test_a_plan_as_it_was_read_is_checked_with_its_first_change() -> None:
    """Nothing to write, nothing to check; and who checks it before takes that off the first promise."""
    read = restored(many())
    assert not read.take_delta().placed
    assert read.as_read
    promised(read, "SO-9", "lid", 60, "2026-03-06 12:00")
    assert [row.order_id for row in read.take_delta().placed] == ["SO-9"]
    assert not read.as_read
    looked_at = restored(many())
    looked_at.check()
    assert not looked_at.as_read


def test_a_plan_that_does_not_hold_is_found_before_and_with_its_first_change() -> None:
    """Work stored as begun before the calendars open: the check says so each time, and so does the first promise."""
    image = many()
    start = HEAD + PERSISTED.index(a.START)
    rows = list(image.operations)
    facts = np.frombuffer(rows[0].facts, "<i8").copy()
    facts[HEAD + PERSISTED.index(a.STATE)] = a.FIXED
    facts[start] += 6 * 3600
    rows[0] = rows[0]._replace(facts=facts.tobytes())
    broken = restored(replace(image, operations=rows))
    with pytest.raises(PlanBroken):
        broken.check()
    with pytest.raises(PlanBroken):
        broken.take_delta()
