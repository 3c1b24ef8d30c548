"""A whole book at a desk with nothing else to do: brought into better order, no promise later, and nothing fails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from promising.desk import Desk, DeskSettings, Redispatch
from promising.plant_files import write_plant
from promising.ports import NoMetrics
from promising.requests import Ask
from promising.tidying import Tidying
from simulators.orderbooks import Lead, book_file, read_book
from store.clock import SystemClock
from store.database import Store

pytestmark = pytest.mark.soak
SETTINGS = DeskSettings(redispatch=Redispatch.OFF, check_in_background=False, tidy_for=timedelta(seconds=20))


def test_a_plan_of_fifteen_thousand_operations_is_tidied_and_keeps_its_promises(tmp_path: Path) -> None:
    """Promised one by one and never dispatched again: the search finds better, is applied, and survives a restart."""
    book = read_book(book_file("3000-85"), Lead.MID)
    store = Store(tmp_path / "desk.sqlite")
    desk = Desk(store, SystemClock(), SETTINGS)
    desk.start()
    try:
        desk.import_plant(write_plant(book.plant))
        desk.set_clock(book.start)
        for _, order in book.arrivals:
            desk.promise(Ask(order, f"r-{order.id}"))
        names = [order.id for _, order in book.arrivals]
        before = {name: desk.get(name) for name in names}
        tidying = Tidying(desk._stands, desk.proposals, SETTINGS, NoMetrics(), Event())
        assert tidying.once() == "applied"
        assert tidying.once() in ("", "nothing")
        assert desk.check() == []
        for name in names:
            (line,), (was,) = desk.get(name).lines, before[name].lines
            assert line.promised_time == was.promised_time
            assert line.promised_time is None or line.expected_time <= line.promised_time
        told = {name: desk.get(name) for name in names}
        desk.stop()
        desk = Desk(store, SystemClock(), SETTINGS)
        desk.start()
        assert {name: desk.get(name) for name in names} == told
    finally:
        desk.stop()
        store.close()
