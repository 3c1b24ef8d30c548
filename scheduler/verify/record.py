"""What the checker knows of a plan without moulds and changeovers, and how it takes over what changed. Compiled.

The operations that are not history stand twice: their rows in `live`, in the order of the plan's rows, and narrow
entries in `order`, by rank, so that what hasn't changed is passed over where it lies in memory.
"""

from __future__ import annotations

import numpy as np

from scheduler.arrays import (
    DEADLINE,
    DUR0,
    END,
    FIXED,
    INF,
    KEY,
    LABEL,
    LATEST,
    LOT,
    NBR,
    NBV,
    OPEN,
    SHOTS,
    START,
    STATE,
    VAR,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.verify.walk import (
    BAD_DEADLINE,
    BAD_DURATION,
    BAD_PLACE,
    BEYOND,
    FINE,
    N_INTO,
    N_LOT,
    T_VARIANTS,
    T_WIDTH,
    Y_CREWS,
    Y_DEN,
    Y_FIXED_US,
    Y_LANES,
    Y_NUM,
    Y_PER_US,
    Y_UNITS,
)

FACTS = (VAR, LOT, STATE, LABEL, KEY, NBV, NBR, DEADLINE, LATEST, DUR0, SHOTS)
"""Columns of the plan that are taken into a record, in the order of the record's first columns."""
(R_VAR, R_LOT, R_STATE, R_LABEL, R_KEY, R_NBV, R_NBR, R_DEADLINE, R_LATEST, R_WORK) = range(10)
(R_SHOTS, R_EARLIEST, R_START, R_END, R_PAST, R_TURN) = range(10, 16)
R_COLUMNS = 16
"""So that a record is two lines of the processor's cache."""
M_LOT, M_LANE, M_COLUMNS = range(3)
(E_ROW, E_VAR, E_LOT, E_START, E_END, E_LABEL, E_KEY, E_LANE, E_COLUMNS) = range(9)
"""Columns of an entry of `order`: of a place that was left the row is -1; of what is fixed the start is beyond all.

The lane is that of work which has only one, else -1: most are passed over by it alone.
"""
(C_LIVE, C_FIRST, C_ORDER, C_COLUMNS) = range(4)
"""Counts: rows in `live`, and where the entries of `order` begin and end."""


@kernel
def mark_lot(lines: Ints, marks: Ints, lot: int, turn: int) -> None:
    """Have the operations of a lot looked at, and those of the one that it goes into."""
    marks[lot, M_LOT] = turn
    if lines[lot, N_INTO] >= 0:
        marks[lines[lot, N_INTO], M_LOT] = turn


@kernel
def _same(ops: Ints, rec: Ints, x: int) -> bool:
    """All `FACTS` of a row are as they are known; written out without a branch, since nearly all are."""
    other = (rec[x, R_VAR] ^ ops[x, VAR]) | (rec[x, R_LABEL] ^ ops[x, LABEL]) | (rec[x, R_STATE] ^ ops[x, STATE])
    other |= (rec[x, R_LOT] ^ ops[x, LOT]) | (rec[x, R_KEY] ^ ops[x, KEY]) | (rec[x, R_WORK] ^ ops[x, DUR0])
    other |= (rec[x, R_NBV] ^ ops[x, NBV]) | (rec[x, R_NBR] ^ ops[x, NBR]) | (rec[x, R_SHOTS] ^ ops[x, SHOTS])
    other |= (rec[x, R_DEADLINE] ^ ops[x, DEADLINE]) | (rec[x, R_LATEST] ^ ops[x, LATEST])
    return bool(other == 0)


@kernel
def take_over(
    ops: Ints, t: Ints, rec: Ints, lines: Ints, marks: Ints, live: Ints, counts: Ints, delta: bool, turn: int,
    fresh: Ints, gone: Ints, found: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Take what changed in the rows of `live` into the record, and mark it with its line; drop what is history.

    `fresh` gets the rows that came to a place, `gone` label, key and variant of each place that was left; how many
    there are of both is returned. Without `delta` all that stands is fresh. `found` gets the row of the first fact
    that can't be, and what is wrong with it, or `FINE`.
    """
    here = left = kept = 0
    found[0], found[1] = (-1, FINE)
    for i in range(counts[C_LIVE]):
        x = live[i]
        if rec[x, R_PAST]:
            continue
        fixed = ops[x, STATE] == FIXED
        stands = ops[x, STATE] == OPEN or fixed
        if _same(ops, rec, x) and not (fixed and (rec[x, R_START] != ops[x, START] or rec[x, R_END] != ops[x, END])):
            if stands:
                live[kept] = x
                kept += 1
                if not delta:
                    fresh[here] = x
                    here += 1
            continue
        stood = rec[x, R_STATE] == OPEN or rec[x, R_STATE] == FIXED
        moved = rec[x, R_LABEL] != ops[x, LABEL] or rec[x, R_VAR] != ops[x, VAR] or rec[x, R_KEY] != ops[x, KEY]
        moved = moved or rec[x, R_LOT] != ops[x, LOT] or not stood
        if stood:
            mark_lot(lines, marks, rec[x, R_LOT], turn)
            if moved or not stands:
                gone[left, 0], gone[left, 1], gone[left, 2] = (rec[x, R_LABEL], rec[x, R_KEY], rec[x, R_VAR])
                left += 1
        if stands:
            bad = _impossible(ops, t, rec, lines, x)
            if bad != FINE:
                found[0], found[1] = (x, bad)
                for k in range(i, counts[C_LIVE]):
                    live[kept] = live[k]
                    kept += 1
                counts[C_LIVE] = kept
                return here, left
            live[kept] = x
            kept += 1
            if moved or not delta:
                fresh[here] = x
                here += 1
        for c in range(len(FACTS)):
            rec[x, c] = ops[x, FACTS[c]]
        if fixed:
            rec[x, R_START], rec[x, R_END] = (ops[x, START], ops[x, END])
        rec[x, R_TURN] = turn
        mark_lot(lines, marks, ops[x, LOT], turn)
    counts[C_LIVE] = kept
    return here, left


@kernel
def _ranked(labels: Ints, keys: Ints) -> Ints:
    """Places of these labels and keys in rank order."""
    by = np.argsort(labels)
    for i in range(1, len(by)):
        k = i
        while k and labels[by[k - 1]] == labels[by[k]] and keys[by[k - 1]] > keys[by[k]]:
            by[k - 1], by[k] = (by[k], by[k - 1])
            k -= 1
    return by


@kernel
def merge(
    t: Ints, rec: Ints, order: Ints, spare: Ints, counts: Ints, delta: bool, fresh: Ints, gone: Ints
) -> None:  # fmt: skip
    """Write into `spare` the entries of `order` with those of `fresh` rows between, and with the places left empty."""
    labels, keys = np.empty(len(fresh), np.int64), np.empty(len(fresh), np.int64)
    for i in range(len(fresh)):
        labels[i], keys[i] = (rec[fresh[i], R_LABEL], rec[fresh[i], R_KEY])
    coming, going = _ranked(labels, keys), _ranked(gone[:, 0].copy(), gone[:, 1].copy())
    n = f = g = 0
    for i in range(counts[C_FIRST], counts[C_ORDER] if delta else 0):
        if order[i, E_ROW] < 0:
            continue
        label, key = order[i, E_LABEL], order[i, E_KEY]
        while f < len(fresh):
            y = coming[f]
            if labels[y] > label or (labels[y] == label and keys[y] > key):
                break
            _begin(t, rec, spare, n, fresh[y])
            n += 1
            f += 1
        for c in range(E_COLUMNS):
            spare[n, c] = order[i, c]
        while g < len(gone) and (gone[going[g], 0], gone[going[g], 1]) < (label, key):
            g += 1
        if g < len(gone) and gone[going[g], 0] == label and gone[going[g], 1] == key:
            spare[n, E_ROW] = -1
        n += 1
    while f < len(fresh):
        _begin(t, rec, spare, n, fresh[coming[f]])
        n += 1
        f += 1
    counts[C_FIRST], counts[C_ORDER] = (0, n)


@kernel
def _begin(t: Ints, rec: Ints, order: Ints, n: int, x: int) -> None:
    """Make entry `n` that of row `x`."""
    y = t[T_VARIANTS] + rec[x, R_VAR] * t[T_WIDTH]
    order[n, E_LANE] = t[y + Y_LANES] if t[y + Y_UNITS] + t[y + Y_CREWS] == 1 else -1
    order[n, E_ROW], order[n, E_VAR], order[n, E_LOT] = (x, rec[x, R_VAR], rec[x, R_LOT])
    order[n, E_LABEL], order[n, E_KEY] = (rec[x, R_LABEL], rec[x, R_KEY])
    order[n, E_START], order[n, E_END] = (BEYOND if rec[x, R_STATE] == FIXED else rec[x, R_START], rec[x, R_END])


@kernel
def _impossible(ops: Ints, t: Ints, rec: Ints, lines: Ints, x: int) -> int:
    """What is wrong with the facts of one operation, or `FINE`."""
    y = t[T_VARIANTS] + ops[x, VAR] * t[T_WIDTH]
    count = (lines[ops[x, LOT], N_LOT] * t[y + Y_NUM] + t[y + Y_DEN] - 1) // t[y + Y_DEN]
    if ops[x, DUR0] != max(1, (t[y + Y_FIXED_US] + count * t[y + Y_PER_US] + 999_999) // 1_000_000):
        return BAD_DURATION
    if ops[x, SHOTS]:
        return BAD_PLACE
    # A deadline moves later only by a recorded event.
    known = rec[x, R_KEY] == ops[x, KEY] and rec[x, R_DEADLINE] > 0
    if known and rec[x, R_DEADLINE] < ops[x, DEADLINE] and ops[x, DEADLINE] < INF:
        return BAD_DEADLINE
    return FINE
