"""A store that is read before its desk asks has what one has that is read when it asks."""

import pytest

from promising.ports import Superseded
from store.ahead import StoreAhead
from store.database import Store
from store.failures import StoreUnreachable
from tests.store import rows


def test_what_was_read_ahead_is_what_is_stored(store: Store, where) -> None:
    """Plan, version, events and orders; asked again, what was committed since."""
    store.commit(rows.promised(1, "SO-1"))
    ahead = StoreAhead(where)
    try:
        ahead.claim()
        read = ahead.load()
        assert read == store.load()
        assert [order.order_id for order in ahead.load_orders()] == ["SO-1"]
        ahead.commit(rows.promised(2, "SO-2"))
        assert ahead.load().last_event == 2
        assert [order.order_id for order in ahead.load_orders()] == ["SO-1", "SO-2"]
    finally:
        ahead.close()


def test_the_plant_is_claimed_before_it_is_read(store: Store, where) -> None:
    """Who had it before can't commit any more to what was read."""
    store.load()
    ahead = StoreAhead(where)
    try:
        assert ahead.load().last_event == 0
        with pytest.raises(Superseded):
            store.commit(rows.promised(1))
        ahead.claim()
        ahead.commit(rows.promised(1))
    finally:
        ahead.close()


def test_what_can_not_be_claimed_is_told_by_the_claim_and_not_read(where, monkeypatch) -> None:
    """And by the reading as well; the store can be closed all the same."""

    def fail(_: Store) -> None:
        raise StoreUnreachable("gone")

    monkeypatch.setattr(Store, "claim", fail)
    monkeypatch.setattr(Store, "load", lambda _: pytest.fail("read"))
    ahead = StoreAhead(where)
    for act in (ahead.claim, ahead.load, ahead.load_orders):
        with pytest.raises(StoreUnreachable):
            act()
    ahead.close()


def test_a_store_that_is_none_is_told_as_ever(tmp_path) -> None:
    """It has not begun to read by then."""
    file = tmp_path / "plant.sqlite"
    file.write_bytes(b"no database at all" * 500)
    with pytest.raises(StoreUnreachable):
        StoreAhead(file)
