"""Golden scenarios of a mould's counter: maintenance is due by the shots that were made, not by those planned."""

from collections.abc import Iterator

import pytest

from domain.progress import MarkKind
from domain.promises import PromiseState
from promising.plant_files import write_plant
from promising.progress_requests import ProgressAsk, ProgressItem
from tests.promising.carriers import local
from tests.promising.desks import Bench, ask, bench, order, shop
from tests.stores import Places


def finished(shots, request_id="p-1", **fields):
    item = ProgressItem(
        MarkKind.FINISHED, order_id="SO-1", line_no=1, operation_id="mould", time=local("2026-03-02 16:30"),
        shots=shots, **fields,
    )  # fmt: skip
    return ProgressAsk((item,), request_id, "floor", "MES")


@pytest.fixture
def lids(places: Places) -> Iterator[Bench]:
    """900 lids take 450 shots from nine to 16:30; 320 more take 160, ten too many for 600 without maintenance."""
    with bench(places()) as made:
        for name, quantity, days in (("SO-1", 900, 8.5 / 24), ("SO-2", 320, 0.5)):
            made.desk.promise(ask(order(name, "lid", quantity, days=days)))
        assert span(made) == (local("2026-03-02 16:30"), local("2026-03-02 19:55"))
        made.desk.set_clock(local("2026-03-02 16:30"))
        yield made


def span(lids: Bench, order_id: str = "SO-2"):
    (row,) = [row for row in lids.desk.schedule() if row.order_id == order_id]
    return row.start, row.end


def test_fewer_shots_than_planned_put_maintenance_off(lids: Bench) -> None:
    """430 were made: with 160 more the mould stays below 600, and the next order ends 45 minutes sooner."""
    lids.desk.progress(finished(430))
    assert span(lids) == (local("2026-03-02 16:30"), local("2026-03-02 19:10"))
    assert lids.desk.get("SO-2").lines[0].state is PromiseState.CONFIRMED
    assert lids.desk.check() == []
    schedule = lids.desk.schedule()
    lids.crash()
    assert lids.desk.schedule() == schedule
    assert lids.desk.check() == []
    lids.desk.import_plant(write_plant(shop()))
    assert lids.desk.schedule() == schedule
    assert lids.desk.check() == []


def test_what_was_reported_wrongly_is_counted_anew(lids: Bench) -> None:
    """The 430 were 455 in fact: maintenance is due again."""
    lids.desk.progress(finished(430))
    lids.desk.progress(finished(455, "p-2", corrects=True))
    assert span(lids) == (local("2026-03-02 16:30"), local("2026-03-02 19:55"))
    assert lids.desk.check() == []


def test_more_shots_than_planned_count_too(lids: Bench) -> None:
    """Scrap took the mould to 1,210 shots: it was maintained twice on the way, and has made ten since."""
    lids.desk.progress(finished(1210))
    assert span(lids) == (local("2026-03-02 16:30"), local("2026-03-02 19:10"))
    (line,) = lids.desk.promise(ask(order("SO-3", "lid", 900))).lines
    assert line.promised_time is not None
    assert lids.desk.check() == []
    lids.crash()
    assert lids.desk.check() == []
