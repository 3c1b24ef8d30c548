"""What is loaded of the compiled kernel before a server serves."""

from types import SimpleNamespace

import pytest

import server
from scheduler import warm
from scheduler.planning.anew_listed import AnewListed

SEARCH = AnewListed.search


@pytest.mark.parametrize(("misses", "cached"), [({}, True), ({"signature": 1}, False)])
def test_the_rest_is_left_for_later_only_where_all_is_compiled(monkeypatch, misses, cached) -> None:
    """Nobody's call waits for the compiler."""
    called = []
    monkeypatch.setattr(warm, "insert_line", SimpleNamespace(stats=SimpleNamespace(cache_misses=misses)))
    monkeypatch.setattr(warm, "warm", lambda: called.append("warm"))
    assert server.load_kernel() is cached
    assert called == ([] if cached else ["warm"])


def test_lists_of_a_repair_are_loaded_too(monkeypatch) -> None:
    """The first repair of a plant with moulds waited seven seconds for the compiler where no search had run before."""
    laid = []
    monkeypatch.setattr(AnewListed, "search", lambda self: laid.append(SEARCH(self)) or laid[-1])
    warm.warm()
    assert any(laid)
