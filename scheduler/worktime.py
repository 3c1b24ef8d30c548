"""Sums of working time on a calendar: forward and its exact inverse, both monotone. Compiled."""

from __future__ import annotations

from scheduler.arrays import (
    BUCKET_S,
    C_BUCKET,
    C_COUNT,
    C_FIRST,
    C_NB,
    C_T0,
    INF,
    W_CUM,
    W_END,
    W_SEG0,
    W_SEG1,
    W_SEGNEXT,
    W_SEGPREV,
    W_START,
    Arrays,
)  # fmt: skip
from scheduler.compiled import kernel


@kernel
def window_at(k: Arrays, c: int, t: int) -> int:
    """Index of the first window of calendar `c` that ends after `t`; one past the last if there is none."""
    stop = k.cal[c, C_FIRST] + k.cal[c, C_COUNT]
    b = (t - k.cal[c, C_T0]) // BUCKET_S
    if b < 0:
        b = 0
    elif b >= k.cal[c, C_NB]:
        b = k.cal[c, C_NB] - 1
    i = k.bucket[k.cal[c, C_BUCKET] + b]
    while i < stop and k.win[i, W_END] <= t:
        i += 1
    return i


@kernel
def align(k: Arrays, c: int, t: int) -> int:
    """First working second of calendar `c` at or after `t`."""
    i = window_at(k, c, t)
    if i >= k.cal[c, C_FIRST] + k.cal[c, C_COUNT]:
        return INF
    return max(t, k.win[i, W_START])


@kernel
def work_at(k: Arrays, c: int, t: int) -> int:
    """Working seconds of calendar `c` before `t`."""
    i = window_at(k, c, t)
    if i >= k.cal[c, C_FIRST] + k.cal[c, C_COUNT]:
        if k.cal[c, C_COUNT] == 0:
            return 0
        return k.win[i - 1, W_CUM] + k.win[i - 1, W_END] - k.win[i - 1, W_START]
    if t <= k.win[i, W_START]:
        return k.win[i, W_CUM]
    return k.win[i, W_CUM] + t - k.win[i, W_START]


@kernel
def forward(k: Arrays, c: int, t: int, duration: int, chunk: int) -> tuple[int, int]:
    """Earliest start at or after `t` and the end of `duration` > 0 working seconds, within one segment."""
    if t >= INF:
        return INF, INF
    stop = k.cal[c, C_FIRST] + k.cal[c, C_COUNT]
    need = min(chunk, duration)
    i = window_at(k, c, t)
    while i < stop:
        start = max(t, k.win[i, W_START])
        if k.win[i, W_END] - start < need:
            i += 1
            continue
        target = k.win[i, W_CUM] + start - k.win[i, W_START] + duration
        if target > k.win[i, W_SEG1]:
            i = k.win[i, W_SEGNEXT]
            continue
        while k.win[i, W_CUM] + k.win[i, W_END] - k.win[i, W_START] < target:
            i += 1
        return start, k.win[i, W_START] + target - k.win[i, W_CUM]
    return INF, INF


@kernel
def backward(k: Arrays, c: int, deadline: int, duration: int, chunk: int) -> int:
    """Latest start from which `forward` ends at or before `deadline`; -INF if there is none."""
    if deadline >= INF:
        return INF
    first = k.cal[c, C_FIRST]
    need = min(chunk, duration)
    i = window_at(k, c, deadline - 1)
    if i >= first + k.cal[c, C_COUNT] or k.win[i, W_START] >= deadline:
        i -= 1
    limit = deadline
    while i >= first:
        done = min(k.win[i, W_CUM] + limit - k.win[i, W_START], k.win[i, W_CUM] + k.win[i, W_END] - k.win[i, W_START])
        target = done - duration
        if target < k.win[i, W_SEG0]:
            i = k.win[i, W_SEGPREV]
            limit = INF
            continue
        while k.win[i, W_CUM] > target:
            i -= 1
        start = k.win[i, W_START] + target - k.win[i, W_CUM]
        return min(start, k.win[i, W_END] - need)
    return -INF
