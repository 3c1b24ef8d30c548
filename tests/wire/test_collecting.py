"""Garbage in circles is collected while nobody asks, and only then where it is old."""

import gc
import time
import weakref
from itertools import count

import pytest

from wire.collecting import YOUNG, Collecting


class Circle:
    """An object that holds itself."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def collector():
    """Python's collector as it was, afterwards."""
    thresholds, on = gc.get_threshold(), gc.isenabled()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    (gc.enable if on else gc.disable)()


def old_garbage():
    """A circle that has outlived a look at the young ones."""
    circle = Circle()
    gc.collect(0)
    return weakref.ref(circle)


def gone(found, seconds=30.0):
    until = time.monotonic() + seconds
    while found() is not None and time.monotonic() < until:
        time.sleep(0.005)
    return found() is None


def test_old_garbage_goes_once_nothing_changes(collector):
    collecting = Collecting(lambda: 7, every_s=0.01, quiet_s=0.01)
    collecting.start()
    try:
        assert gone(old_garbage())
    finally:
        collecting.stop()


def test_nobody_who_asks_waits_for_a_look_at_old_objects(collector):
    versions = count()
    asked = []
    collecting = Collecting(lambda: asked.append(1) or next(versions), every_s=0.001, quiet_s=0.001)
    collecting.start()
    try:
        found = old_garbage()
        first = len(asked)
        until = time.monotonic() + 30
        while len(asked) < first + 20 and time.monotonic() < until:
            time.sleep(0.001)
        assert len(asked) >= first + 20
        assert found() is not None
    finally:
        collecting.stop()


def test_young_garbage_goes_by_itself(collector):
    collecting = Collecting(lambda: 7, every_s=1000)
    collecting.start()
    try:
        found = weakref.ref(Circle())
        kept = [[] for _ in range(2 * YOUNG)]
        assert found() is None
        assert len(kept) == 2 * YOUNG
    finally:
        collecting.stop()
