"""What is loaded of the compiled kernel before a server serves."""

from types import SimpleNamespace

import pytest

import server
from scheduler import warm


@pytest.mark.parametrize(("misses", "cached"), [({}, True), ({"signature": 1}, False)])
def test_the_rest_is_left_for_later_only_where_all_is_compiled(monkeypatch, misses, cached) -> None:
    """Nobody's call waits for the compiler."""
    called = []
    monkeypatch.setattr(warm, "insert_line", SimpleNamespace(stats=SimpleNamespace(cache_misses=misses)))
    monkeypatch.setattr(warm, "warm", lambda: called.append("warm"))
    assert server.load_kernel() is cached
    assert called == ([] if cached else ["warm"])
