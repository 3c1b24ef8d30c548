"""Days at the desk of small plants with carriers: orders by line, complete, and with rests of divided lines."""

from dataclasses import dataclass
from datetime import time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.orders import Order, ShipMode
from domain.promises import Outcome
from domain.trade import Carrier
from domain.values import replace
from scheduler.snapshot import Told
from scheduler.verify import verify
from scheduler.verify.delivery import arrival
from tests.scheduler.test_planner_days import Desk
from tests.scheduler.test_planner_undo import image_of
from tests.strategies import DAYS, Step, lines_asked, small_plants

carriers = st.builds(
    Carrier,
    st.sampled_from(["sea", "air"]),
    st.just(""),
    st.sampled_from([timedelta(0), timedelta(hours=5), timedelta(days=1)]),
    st.sampled_from([time(9), time(16)]),
    st.sampled_from([DAYS, frozenset({0, 2, 3})]),
    working=st.booleans(),
)


@dataclass(frozen=True)
class Shipped(Step):
    """A step whose order is delivered in some way; with `rest` its second line is the rest of the first."""

    ship: ShipMode = ShipMode.BY_LINE
    rest: bool = False

    def asked(self, plant, number, now_s):
        made = super().asked(plant, number, now_s)
        lines = made.lines
        if self.rest and len(lines) == 2:
            lines = (lines[0], replace(lines[1], item_id=lines[0].item_id, part_of=1))
        return Order(made.id, made.customer_id, lines, ship=self.ship)


steps = st.builds(
    Shipped,
    st.sampled_from([0, 0, 900, 30000]),
    st.sampled_from(["promise"] * 5 + ["quote", "quote", "redispatch", "cancel"]),
    st.integers(0, 9),
    lines_asked,
    st.booleans(),
    latest=st.sampled_from([False, False, True]),
    ship=st.sampled_from([ShipMode.BY_LINE, ShipMode.COMPLETE]),
    rest=st.booleans(),
)


def told_of(desk: Desk, name: str, answers: dict) -> list[Told]:
    """What was told of an order, as the checker reads it."""
    packing = {item.id: item.shipping // timedelta(seconds=1) for item in desk.plant.items}
    return [
        Told(
            name, number, int(line.promised_time.timestamp()), line.carrier_id, line.region, packing[line.item_id],
            len({each.promised_time for each in answers.values()}) == 1 and desk.complete[name],
        )
        for number, line in answers.items()
    ]  # fmt: skip


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    small_plants(), st.lists(carriers, min_size=1, max_size=2, unique_by=lambda c: c.id), st.lists(steps, max_size=8)
)
def test_every_line_arrives_by_its_promise_whatever_comes_after(plant, rows, script):
    """By the checker's own count of days; reasons add up; complete orders have one date; a quote leaves no trace."""
    desk = Desk(replace(plant, carriers=tuple(rows)))
    desk.complete = {}
    for step in script:
        before = image_of(desk.planner) if step.what == "quote" and not step.wait_s else None
        desk.take(step)
        desk.planner.take_delta()
        if before is not None:
            assert image_of(desk.planner) == before
        if step.what in ("promise", "quote"):
            answers = desk.answers[-1]
            desk.complete[f"SO-{desk.count}"] = step.ship is ShipMode.COMPLETE
            check_answers(desk, step, answers)
        told = tuple(line for name, kept in desk.orders.items() for line in told_of(desk, name, kept))
        assert [str(breach) for breach in verify(replace(desk.planner.snapshot(), told=told))] == []


def check_answers(desk, step, answers):
    """What one order was answered, by itself."""
    for line in answers:
        end = line.promised_time or line.earliest_time
        if end is not None and line.reasons and line.refusal != "not_complete":
            assert sum(r.duration.total_seconds() for r in line.reasons) == end.timestamp() - desk.now_s
        if line.outcome is not Outcome.REFUSED:
            assert line.expected_time <= line.promised_time
            assert arrival(desk.plant, line.carrier_id, "", int(line.deadline.timestamp())) is not None
    if step.ship is ShipMode.COMPLETE:
        assert len({(line.promised_time, line.expected_time, line.state) for line in answers}) == 1
