"""Rows that feeds changed lie over the plant's files, and feeds are remembered."""

import pytest

from promising.plant_files.fed import with_rows
from promising.ports import FeedRecord, PlantRow, RequestKey, Superseded, Writing
from store.database import Store

FILES = {"stock.csv": b"item,quantity,as_of\ncap,1,2026-03-02T08:00\nlid,2,2026-03-02T08:00\n"}
AT = "2026-03-02T09:00"


def row(key: str, quantity: int | None, place: int | None = None) -> PlantRow:
    """A count of an item; None: it is gone."""
    return PlantRow("stock", key, None if quantity is None else (key, str(quantity), AT), place)


def test_rows_lie_over_those_of_the_import(store: Store) -> None:
    """A changed row stays where it stood; one that goes and comes again stands at the end."""
    store.commit(Writing(plant_files=FILES, written_s=1))
    for step in (
        [row("cap", 5), row("box", 1, 0)],
        [row("lid", None), row("box", 7)],
        [row("cup", 3, 1), row("lid", 4, 2)],
        [row("box", None)],
        [row("box", 8, 3), row("cup", 9)],
    ):
        store.commit(Writing(plant_rows=step))
    found = store.load()
    text = with_rows(found.plant_files, found.plant_rows)["stock.csv"].decode()
    assert text.splitlines()[1:] == [f"cap,5,{AT}", f"cup,9,{AT}", f"lid,4,{AT}", f"box,8,{AT}"]


def test_an_import_begins_without_rows_but_its_own(store: Store) -> None:
    """Rows belong to one version of the plant."""
    store.commit(Writing(plant_files=FILES, plant_rows=[row("cap", 5)], written_s=1))
    store.commit(Writing(plant_files=FILES, plant_rows=[row("lid", 6)], written_s=2))
    assert list(store.load().plant_rows) == [row("lid", 6)]


def test_a_feed_is_remembered_until_it_is_forgotten(store: Store) -> None:
    """By caller and request id, with its digest and what it changed, whatever script the words are in."""
    record = FeedRecord(RequestKey("erp", "f-1"), b"\x00digest", ("stock: ~ 瓶盖 (quantity: 1 -> 5)",), 100)
    store.commit(Writing(feeds=[record]))
    assert store.feed(RequestKey("erp", "f-1")) == record
    assert store.feed(RequestKey("shop", "f-1")) is None
    store.commit(Writing(forget_before_s=101))
    assert store.feed(RequestKey("erp", "f-1")) is None


def test_a_desk_that_was_taken_over_feeds_nothing(places) -> None:
    """Neither rows nor the request are written."""
    first, second = Store(places()), Store(places())
    first.claim()
    first.commit(Writing(plant_files=FILES, written_s=1))
    second.claim()
    record = FeedRecord(RequestKey("erp", "f-1"), b"digest", (), 100)
    with pytest.raises(Superseded):
        first.commit(Writing(plant_rows=[row("cap", 5)], feeds=[record]))
    assert (list(second.load().plant_rows), second.feed(record.key)) == ([], None)
    first.close()
    second.close()
