"""Sums of working time on a calendar: forward and its exact inverse, both monotone. Compiled."""

from __future__ import annotations

from scheduler.arrays import (
    BUCKET_S,
    C_BUCKET,
    C_COLUMNS,
    C_COUNT,
    C_FIRST,
    C_NB,
    C_T0,
    INF,
    W_COLUMNS,
    W_CUM,
    W_END,
    W_SEG0,
    W_SEG1,
    W_SEGNEXT,
    W_SEGPREV,
    W_START,
    Z_BUCKET,
    Z_CAL,
    Z_WIN,
    Ints,
)
from scheduler.compiled import kernel


@kernel
def window_at(ops: Ints, z: Ints, c: int, t: int) -> int:
    """Index of the first window of calendar `c` that ends after `t`; one past the last if there is none."""
    stop = z[z[Z_CAL] + c * C_COLUMNS + C_FIRST] + z[z[Z_CAL] + c * C_COLUMNS + C_COUNT]
    b = (t - z[z[Z_CAL] + c * C_COLUMNS + C_T0]) // BUCKET_S
    if b < 0:
        b = 0
    elif b >= z[z[Z_CAL] + c * C_COLUMNS + C_NB]:
        b = z[z[Z_CAL] + c * C_COLUMNS + C_NB] - 1
    i = z[z[Z_BUCKET] + (z[z[Z_CAL] + c * C_COLUMNS + C_BUCKET] + b)]
    while i < stop and z[z[Z_WIN] + i * W_COLUMNS + W_END] <= t:
        i += 1
    return i


@kernel
def align(ops: Ints, z: Ints, c: int, t: int) -> int:
    """First working second of calendar `c` at or after `t`."""
    i = window_at(ops, z, c, t)
    if i >= z[z[Z_CAL] + c * C_COLUMNS + C_FIRST] + z[z[Z_CAL] + c * C_COLUMNS + C_COUNT]:
        return INF
    return max(t, z[z[Z_WIN] + i * W_COLUMNS + W_START])


@kernel
def work_at(ops: Ints, z: Ints, c: int, t: int) -> int:
    """Working seconds of calendar `c` before `t`."""
    i = window_at(ops, z, c, t)
    if i >= z[z[Z_CAL] + c * C_COLUMNS + C_FIRST] + z[z[Z_CAL] + c * C_COLUMNS + C_COUNT]:
        if z[z[Z_CAL] + c * C_COLUMNS + C_COUNT] == 0:
            return 0
        return (
            z[z[Z_WIN] + (i - 1) * W_COLUMNS + W_CUM]
            + z[z[Z_WIN] + (i - 1) * W_COLUMNS + W_END]
            - z[z[Z_WIN] + (i - 1) * W_COLUMNS + W_START]
        )
    if t <= z[z[Z_WIN] + i * W_COLUMNS + W_START]:
        return z[z[Z_WIN] + i * W_COLUMNS + W_CUM]
    return z[z[Z_WIN] + i * W_COLUMNS + W_CUM] + t - z[z[Z_WIN] + i * W_COLUMNS + W_START]


@kernel
def forward(ops: Ints, z: Ints, c: int, t: int, duration: int, chunk: int) -> tuple[int, int]:
    """Earliest start at or after `t` and the end of `duration` > 0 working seconds, within one segment."""
    if t >= INF:
        return (INF, INF)
    stop = z[z[Z_CAL] + c * C_COLUMNS + C_FIRST] + z[z[Z_CAL] + c * C_COLUMNS + C_COUNT]
    need = min(chunk, duration)
    i = window_at(ops, z, c, t)
    while i < stop:
        start = max(t, z[z[Z_WIN] + i * W_COLUMNS + W_START])
        if z[z[Z_WIN] + i * W_COLUMNS + W_END] - start < need:
            i += 1
            continue
        target = z[z[Z_WIN] + i * W_COLUMNS + W_CUM] + start - z[z[Z_WIN] + i * W_COLUMNS + W_START] + duration
        if target > z[z[Z_WIN] + i * W_COLUMNS + W_SEG1]:
            i = z[z[Z_WIN] + i * W_COLUMNS + W_SEGNEXT]
            continue
        while (
            z[z[Z_WIN] + i * W_COLUMNS + W_CUM]
            + z[z[Z_WIN] + i * W_COLUMNS + W_END]
            - z[z[Z_WIN] + i * W_COLUMNS + W_START]
            < target
        ):
            i += 1
        return (start, z[z[Z_WIN] + i * W_COLUMNS + W_START] + target - z[z[Z_WIN] + i * W_COLUMNS + W_CUM])
    return (INF, INF)


@kernel
def backward(ops: Ints, z: Ints, c: int, deadline: int, duration: int, chunk: int) -> int:
    """Latest start from which `forward` ends at or before `deadline`; -INF if there is none."""
    if deadline >= INF:
        return INF
    first = z[z[Z_CAL] + c * C_COLUMNS + C_FIRST]
    need = min(chunk, duration)
    i = window_at(ops, z, c, deadline - 1)
    if i >= first + z[z[Z_CAL] + c * C_COLUMNS + C_COUNT] or z[z[Z_WIN] + i * W_COLUMNS + W_START] >= deadline:
        i -= 1
    limit = deadline
    while i >= first:
        done = min(
            z[z[Z_WIN] + i * W_COLUMNS + W_CUM] + limit - z[z[Z_WIN] + i * W_COLUMNS + W_START],
            z[z[Z_WIN] + i * W_COLUMNS + W_CUM]
            + z[z[Z_WIN] + i * W_COLUMNS + W_END]
            - z[z[Z_WIN] + i * W_COLUMNS + W_START],
        )
        target = done - duration
        if target < z[z[Z_WIN] + i * W_COLUMNS + W_SEG0]:
            i = z[z[Z_WIN] + i * W_COLUMNS + W_SEGPREV]
            limit = INF
            continue
        while z[z[Z_WIN] + i * W_COLUMNS + W_CUM] > target:
            i -= 1
        start = z[z[Z_WIN] + i * W_COLUMNS + W_START] + target - z[z[Z_WIN] + i * W_COLUMNS + W_CUM]
        return min(start, z[z[Z_WIN] + i * W_COLUMNS + W_END] - need)
    return -INF
