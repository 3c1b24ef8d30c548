"""Buffers learned from executed work: what dates become by them, and how sure they are told to be."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from domain.calibration import BufferPolicy, Confidence, ExecutedLine, LearnedFrom
from domain.errors import InvalidInput, NotFound, RequestIdReused
from domain.orders import ShipMode
from domain.plant import Plant
from domain.progress import MarkKind
from domain.promises import Completed, EventKind, Outcome, ReasonKind
from domain.values import replace
from promising.calibrating import CalibrateAsk
from promising.plant_files import read_plant, write_plant
from promising.progress_requests import ProgressAsk, ProgressItem
from promising.requests import Close, Confirm, ForceDate
from tests.promising import desks
from tests.promising.desks import MONDAY, Bench, ask, bench, change, order
from tests.stores import Places

HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    """Hours after Monday 8:00."""
    return MONDAY + timedelta(hours=hours)


def with_policy(policy: BufferPolicy, level: int = 80, **changes: object) -> Plant:
    """The shop, with an hour of buffer where none is learned."""
    shop = desks.shop()
    settings = replace(shop.settings, buffer=HOUR, buffer_policy=policy, buffer_level_percent=level, **changes)
    return replace(shop, settings=settings)


def late(share: float, family: str = "caps", routing: str = "cap", waiting: int | None = 0) -> ExecutedLine:
    """A line that came later than planned by a share of its ten hours."""
    planned = MONDAY - 10 * HOUR
    return ExecutedLine(family, routing, planned - 10 * HOUR, planned, planned + share * 10 * HOUR, waiting)


LATER = tuple(late(n / 100) for n in range(1, 100))
"""One to 99 hundredths of the lead time."""


def learn(lines: tuple[ExecutedLine, ...] | None = LATER, request_id: str = "learn", **changes: object) -> CalibrateAsk:
    return CalibrateAsk(request_id, "planner", lines, **changes)


@pytest.fixture
def learning(places: Places) -> Iterator[Bench]:
    """The shop with P80 dates, to which nothing is known yet."""
    with bench(places(), plant=with_policy(BufferPolicy.QUANTILE)) as made:
        yield made


def told(shop: Bench, order_id: str = "SO-1", days: float = 0, **changes: object):
    return shop.desk.promise(ask(order(order_id, days=days, **changes))).lines[0]


@pytest.mark.parametrize(
    ("policy", "promised"), [(BufferPolicy.NONE, at(2)), (BufferPolicy.FIXED, at(3)), (BufferPolicy.QUANTILE, at(3))]
)
def test_the_policy_says_what_stands_behind_a_later_date(places: Places, policy, promised) -> None:
    """Two hours of work: none, the fixed hour, and that same hour where nothing was learned."""
    with bench(places(), plant=with_policy(policy)) as shop:
        line = told(shop)
        assert (line.expected_time, line.promised_time) == (at(2), promised)
        unknown = Confidence(0, 0, LearnedFrom.FIXED, 0)
        assert line.confidence == (unknown if policy is BufferPolicy.QUANTILE else None)


def test_a_learned_buffer_is_what_so_many_lines_did_not_exceed(learning: Bench) -> None:
    """Of 99 lines 80 came to no more than 80 % of their lead time: 96 minutes on two hours, and the date says P80."""
    made = learning.desk.calibrate(learn())
    assert (made.version, made.count, made.learned_at) == (1, 99, MONDAY)
    line = told(learning)
    assert (line.expected_time, line.promised_time) == (at(2), at(3.6))
    assert line.confidence == Confidence(80, 99, LearnedFrom.CELL, 1)
    assert [(reason.kind, reason.duration) for reason in line.reasons] == [
        (ReasonKind.PROCESS, 2 * HOUR), (ReasonKind.BUFFER, 1.6 * HOUR),
    ]  # fmt: skip
    assert line.deadline == at(2)


def test_a_time_that_is_met_is_as_sure_as_what_it_leaves_and_the_plan_keeps_the_buffer(learning: Bench) -> None:
    """Asked for in 2.5 hours of which the work takes two: a quarter is left, P25; asked for in 10 days it is P99."""
    learning.desk.calibrate(learn())
    line = told(learning, days=2.5 / 24)
    assert (line.outcome, line.promised_time) == (Outcome.ON_TIME, at(2.5))
    assert line.confidence == Confidence(25, 99, LearnedFrom.CELL, 1)
    far = told(learning, "SO-2", days=10)
    assert far.confidence is not None
    assert far.confidence.level_percent == 99
    assert far.promised_time is not None
    assert far.expected_time is not None
    assert far.deadline == far.promised_time - 0.8 * (far.expected_time - MONDAY)


def test_what_waits_is_of_another_band_and_thin_history_is_told_by_whom(learning: Bench) -> None:
    """The third waits four of six hours: busy, of which nothing is known, so its family's counts; lids have none."""
    learning.desk.calibrate(learn())
    first, _, third = (told(learning, f"SO-{n}") for n in (1, 2, 3))
    assert first.confidence is not None
    assert first.confidence.learned_from is LearnedFrom.CELL
    assert third.confidence == Confidence(80, 99, LearnedFrom.FAMILY, 1)
    lid = told(learning, "SO-4", item_id="lid")
    assert lid.confidence == Confidence(80, 99, LearnedFrom.PLANT, 1)


def test_what_was_learned_and_told_stands_after_a_restart_and_an_import(learning: Bench) -> None:
    """The same confidence of the old order, the same buffer for the next one, another level by another file."""
    learning.desk.calibrate(learn())
    line = told(learning)
    learning.restart()
    assert learning.desk.get("SO-1").lines[0] == line
    quoted = learning.desk.quote(ask(order("SO-2", days=0))).lines[0]
    assert quoted.confidence == Confidence(80, 99, LearnedFrom.FAMILY, 1)
    learning.crash()
    assert learning.desk.quote(ask(order("SO-2", days=0))).lines[0] == quoted
    learning.desk.import_plant(write_plant(with_policy(BufferPolicy.QUANTILE, 95)))
    assert learning.desk.quote(ask(order("SO-2", days=0))).lines[0].confidence.level_percent == 95
    assert learning.desk.check() == []


def test_learning_is_one_request_in_the_log_and_versions_are_kept(learning: Bench) -> None:
    """Tried, done, sent again, done anew with other lines."""
    trial = learning.desk.calibrate(learn(validate_only=True))
    assert (trial.version, learning.desk.calibrations()) == (0, [])
    first = learning.desk.calibrate(learn(reason="first quarter"))
    assert learning.desk.calibrate(learn(reason="first quarter")) == first
    with pytest.raises(RequestIdReused):
        learning.desk.calibrate(learn(LATER[:40], reason="first quarter"))
    second = learning.desk.calibrate(learn(LATER[:40], "again"))
    assert learning.desk.calibrations() == [second, first]
    assert learning.desk.calibrations(1) == [first]
    with pytest.raises(NotFound):
        learning.desk.calibrations(3)
    events = [event for event in learning.desk.events() if event.kind is EventKind.CALIBRATED]
    assert [(event.actor, event.reason, event.detail) for event in events] == [
        ("planner learn", "first quarter", "version 1 of 99 lines"), ("planner again", "", "version 2 of 40 lines"),
    ]  # fmt: skip


def test_the_desk_learns_from_its_own_orders_and_tells_what_teaches_nothing(learning: Bench) -> None:
    """One was reported late, one left later than asked for; one may have waited for its date, which nobody can tell."""
    desk = learning.desk
    for order_id, days in (("SO-1", 0), ("SO-2", 0), ("SO-3", 5)):
        desk.promise(ask(order(order_id, days=days)))
    desk.set_clock(at(5))
    reports = [
        ProgressItem(MarkKind.STARTED, "SO-1", 1, "mould", time=at(0.5)),
        ProgressItem(MarkKind.FINISHED, "SO-1", 1, "mould", time=at(2.5)),
    ]
    desk.progress(ProgressAsk(tuple(reports), "p-1", "floor", "MES"))
    for number, left in ((1, 5), (2, 4.5), (3, 5)):
        desk.change(change(f"SO-{number}", Close((), at(left))))
    assert desk.get("SO-1").lines[0].completed == Completed(at(2.5), True)
    assert desk.get("SO-2").lines[0].completed == Completed(at(4.5), False)
    learning.restart()
    made = learning.desk.calibrate(learn(None))
    assert (made.count, made.left_out) == (2, (("not_reported", 1),))
    plant = made.cells[0]
    assert (plant.whole, plant.count) == (LearnedFrom.PLANT, 2)
    assert plant.slips == (125_000,) * 6 + (250_000,) * 7


def test_without_anything_to_learn_from_nothing_is_learned(learning: Bench) -> None:
    """No closed order, no line, no request id."""
    for wrong in (learn(None), learn(request_id="")):
        with pytest.raises(InvalidInput):
            learning.desk.calibrate(wrong)
    with pytest.raises(InvalidInput):
        learn(())
    assert learning.desk.calibrations() == []


def test_a_date_that_somebody_set_is_as_sure_as_he_is(learning: Bench) -> None:
    """A forced date says nothing of how sure it is."""
    learning.desk.calibrate(learn())
    told(learning)
    forced = learning.desk.change(change("SO-1", ForceDate(1, at(9)), reason="visit"))
    assert forced.promise.lines[0].confidence is None


def test_a_hold_that_is_confirmed_has_the_confidence_of_its_new_date(learning: Bench) -> None:
    """Held for four hours it would be done at 14:00; confirmed at once it is that of two hours and their buffer."""
    learning.desk.calibrate(learn())
    learning.desk.promise(ask(order(days=0), hold_until=at(4)))
    line = learning.desk.change(change("SO-1", Confirm())).promise.lines[0]
    assert (line.promised_time, line.confidence) == (at(3.6), Confidence(80, 99, LearnedFrom.CELL, 1))


def test_lines_that_go_together_have_the_largest_of_their_buffers(learning: Bench) -> None:
    """Caps and lids in one delivery: lids come to twice what caps do, and both are told for the same date."""
    lids = tuple(late(n / 50, "lids", "lid") for n in range(1, 100))
    learning.desk.calibrate(learn(LATER + lids))
    both = order("SO-1", days=0)
    both = replace(both, ship=ShipMode.COMPLETE, lines=(*both.lines, replace(both.lines[0], line_no=2, item_id="lid")))
    cap, lid = learning.desk.promise(ask(both)).lines
    assert cap.expected_time is not None
    assert (cap.promised_time, lid.promised_time) == (MONDAY + 2.6 * (cap.expected_time - MONDAY),) * 2
    assert (cap.confidence, lid.confidence) == (
        Confidence(99, 99, LearnedFrom.CELL, 1), Confidence(80, 99, LearnedFrom.CELL, 1),
    )  # fmt: skip


def test_plant_files_say_the_policy_and_the_level() -> None:
    """Where they differ from what older files mean; a word or level that isn't known is refused with its line."""
    plant = with_policy(BufferPolicy.QUANTILE, 95)
    files = write_plant(plant)
    assert read_plant(files) == plant
    assert b'buffer_policy = "quantile"\nbuffer_level_percent = 95\n' in files["plant.toml"]
    assert b"buffer_policy" not in write_plant(desks.shop())["plant.toml"]
    files["plant.toml"] = files["plant.toml"].replace(b'"quantile"', b'"median"').replace(b"95", b"96")
    with pytest.raises(InvalidInput) as caught:
        read_plant(files)
    wrong = [(each.field.split(":")[2], each.allowed[:11]) for each in caught.value.violations]
    assert wrong == [("buffer_policy", "none, fixed"), ("buffer_level_percent", "5, 10, 15, ")]
