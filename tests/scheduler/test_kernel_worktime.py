"""Sums of working time against counting seconds one by one, on calendars of a few windows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.items import Pause
from scheduler import arrays as a
from scheduler import worktime
from scheduler.arrays import Arrays
from scheduler.translate import _segments

LAST = 130
"""No window ends later, in seconds from 0."""

windows_of = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=0, max_size=7)


def laid(gaps):
    """Windows from pairs of a gap before and a length."""
    found, t = [], 0
    for gap, length in gaps:
        found.append((t + gap, t + gap + length))
        t += gap + length
    return found


def calendar(windows, downtimes, pause):
    """One calendar as the kernel reads it."""
    table = _segments(windows, downtimes, pause)
    tables = {name: np.zeros((1, 1), np.int64) for name in a.TABLES}
    tables.update(
        win=np.vstack([table, np.zeros((1, a.W_COLUMNS), np.int64)]),
        cal=np.array([[0, len(windows), 0, 0, 1]], np.int64),
        bucket=np.zeros(1, np.int64), colour=np.zeros((1, 1, 1), np.int64), material=np.zeros((1, 1, 1), np.int64),
    )  # fmt: skip
    k = Arrays.build(np.zeros((1, 1), np.int64), np.zeros(a.S_COLUMNS, np.int64), tables)
    return k.ops, k.z


def pieces(windows, downtimes, pause):
    """Stretches of windows that a run may not leave."""
    found = []
    for window in windows:
        held = pause is Pause.NONE or (
            pause is Pause.SHIFT and found and any(s < window[0] and e > found[-1][-1][1] for s, e in downtimes)
        )
        if found and not held:
            found[-1].append(window)
        else:
            found.append([window])
    return found


def slow_end(windows, downtimes, pause, start, duration, chunk):
    """End of a run that starts in the very second `start`, or None if it can't start there."""
    for stretch in pieces(windows, downtimes, pause):
        here = [(s, e) for s, e in stretch if s <= start < e]
        if here and here[0][1] - start >= min(chunk, duration):
            seconds = [t for s, e in stretch for t in range(s, e) if t >= start]
            return seconds[duration - 1] + 1 if len(seconds) >= duration else None
    return None


cases = given(
    windows_of.map(laid),
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 6)), max_size=2),
    st.sampled_from(Pause),
    st.integers(1, 14),
    st.integers(0, 6),
)


def downs(windows, raw):
    """Downtimes that lie outside all windows, as they do in a calendar they were taken from."""
    return sorted((s, s + n) for s, n in raw if all(s + n <= w[0] or s >= w[1] for w in windows))


@cases
def test_forward_finds_the_first_second_from_which_the_work_can_be_done(windows, raw, pause, duration, chunk):
    """Against trying every second, for every first second. Windows shorter than a chunk are in no calendar."""
    windows = [w for w in windows if w[1] - w[0] >= chunk]
    down = downs(windows, raw)
    ops, z = calendar(windows, down, pause)
    ends = [slow_end(windows, down, pause, t, duration, chunk) for t in range(LAST)]
    for t in range(0, LAST, 3):
        start = next((s for s in range(t, LAST) if ends[s] is not None), None)
        wanted = (a.INF, a.INF) if start is None else (start, ends[start])
        assert worktime.forward(ops, z, 0, t, duration, chunk) == wanted


@cases
def test_backward_finds_the_last_second_from_which_forward_ends_in_time(windows, raw, pause, duration, chunk):
    """A start one second later would miss the deadline, or find no working time."""
    windows = [w for w in windows if w[1] - w[0] >= chunk]
    down = downs(windows, raw)
    ops, z = calendar(windows, down, pause)
    ends = [worktime.forward(ops, z, 0, t, duration, chunk)[1] for t in range(-1, LAST + 20)]
    assert ends == sorted(ends)
    for deadline in range(0, LAST + 10, 3):
        in_time = [t for t, end in enumerate(ends, -1) if end <= deadline]
        latest = worktime.backward(ops, z, 0, deadline, duration, chunk)
        assert latest == (in_time[-1] if in_time else -a.INF)


@given(windows_of.map(laid))
def test_the_working_time_before_a_second_is_counted(windows):
    """Second by second; and the first working second from each."""
    ops, z = calendar(windows, [], Pause.DOWNTIME)
    working = [t for s, e in windows for t in range(s, e)]
    for t in range(LAST):
        assert worktime.work_at(ops, z, 0, t) == sum(w < t for w in working)
        assert worktime.align(ops, z, 0, t) == min([w for w in working if w >= t], default=a.INF)
