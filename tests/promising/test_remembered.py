"""The store is asked only for requests that may be remembered, and for all of those."""

import time

import pytest

from domain.errors import DeskStopped, RequestIdReused
from promising.ports import RequestKey
from promising.remembered import PAGE, Remembered
from tests.promising.desks import Bench, ask, order


class Keys:
    """A store that remembers these requests."""

    def __init__(self, count):
        self.keys = [RequestKey(f"caller-{n % 3}", f"r-{n:06}") for n in range(count)]
        self.keys.sort(key=lambda key: (key.caller, key.request_id))

    def request_keys(self, after, limit):
        first = 0 if after is None else self.keys.index(after) + 1
        return self.keys[first : first + limit]


def test_all_may_be_remembered_until_the_store_is_read_whole():
    remembered = Remembered(Keys(2 * PAGE))
    new = RequestKey("caller-0", "new")
    turns = 0
    while not remembered.whole:
        assert new in remembered
        remembered.read_on()
        turns += 1
    assert turns == 3
    assert new not in remembered
    assert all(key in remembered for key in Keys(2 * PAGE).keys)


def test_few_new_requests_are_taken_for_remembered_ones():
    remembered = Remembered(Keys(0))
    remembered.read_on()
    remembered.add(RequestKey("shop", f"r-{n}") for n in range(100_000))
    found = sum(RequestKey("shop", f"new-{n}") in remembered for n in range(20_000))
    assert found <= 5


def test_nothing_is_known_any_more_once_the_store_is_read_anew():
    remembered = Remembered(Keys(10))
    remembered.read_on()
    assert RequestKey("shop", "r-1") not in remembered
    remembered.forget()
    assert RequestKey("shop", "r-1") in remembered


def test_a_store_that_cant_be_read_on_is_asked_for_every_request(shop: Bench, monkeypatch) -> None:
    def away(*_):
        raise OSError("the disk is away")

    first = shop.desk.promise(ask(order()))
    monkeypatch.setattr(type(shop.store), "request_keys", away)
    shop.restart()
    until = time.monotonic() + 30
    while shop.desk._book.remembered.reading:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert shop.desk.promise(ask(order())) == first
    assert shop.desk.status().running


def looked_up(shop: Bench, monkeypatch) -> list[RequestKey]:
    """What the store is asked for from now on, once all that it remembers is read."""
    asked: list[RequestKey] = []
    requests = shop.store.requests

    def noting(keys):
        asked.extend(keys)
        return requests(keys)

    monkeypatch.setattr(shop.store, "requests", noting)
    until = time.monotonic() + 30
    while not shop.desk._book.remembered.whole:
        assert time.monotonic() < until
        time.sleep(0.01)
    return asked


def test_of_requests_before_a_restart_the_store_is_asked_and_of_new_ones_it_is_not(shop: Bench, monkeypatch) -> None:
    first = shop.desk.promise(ask(order()))
    shop.restart()
    asked = looked_up(shop, monkeypatch)
    shop.desk.promise(ask(order("SO-2")))
    assert asked == []
    assert shop.desk.promise(ask(order())) == first
    assert [key.request_id for key in asked] == ["r-SO-1"]
    with pytest.raises(RequestIdReused):
        shop.desk.promise(ask(order(quantity=241), "r-SO-1"))


@pytest.mark.parametrize("fault", ["lost", "after"])
def test_a_request_whose_commit_had_no_known_end_is_looked_up(shop: Bench, monkeypatch, fault) -> None:
    looked_up(shop, monkeypatch)
    shop.store.faults.append(fault)
    try:
        answer = shop.desk.promise(ask(order()))
    except DeskStopped:
        answer = None
    again = shop.desk.promise(ask(order()))
    assert answer is None or again == answer
    assert shop.desk.get("SO-1") == again
