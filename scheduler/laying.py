"""A line laid into the arrays and inserted, and taken out again: one call of compiled code for each."""

from __future__ import annotations

from scheduler.arrays import (
    CAND0,
    E_COLUMNS,
    E_FROM,
    E_NIN,
    E_NOUT,
    E_TO,
    EIN,
    EOUT,
    FREE,
    H_COLUMNS,
    K_COLUMNS,
    KEY,
    L_COLUMNS,
    L_NCH,
    LINE,
    LOT,
    N_COLUMNS,
    NBR,
    NBV,
    REMOVED,
    S_CANDS,
    S_CHUNKS,
    S_EDGES,
    S_OPS,
    STATE,
    Z_CANDS,
    Z_CHUNKS,
    Z_DIRS,
    Z_DIRW,
    Z_EDGES,
    Z_LANES,
    Z_LINES,
    Z_NLANES,
    Z_UNDO,
    Ints,
)
from scheduler.compiled import kernel
from scheduler.insert import requeue, take_back

NO_ROOM = -1
"""What `lay` says where the arrays are too short."""


@kernel
def room(ops: Ints, z: Ints, n: int, edges: int, cands: int, lines: int, places: int) -> bool:
    """Whether the arrays have room for a line's rows, and its places for chunks split by them."""
    if z[S_OPS] + n > ops.shape[0] or z[Z_LINES] + lines * N_COLUMNS > z[Z_UNDO]:
        return False
    if z[Z_EDGES] + (z[S_EDGES] + edges) * E_COLUMNS > z[Z_CANDS]:
        return False
    if z[Z_CANDS] + (z[S_CANDS] + cands) * K_COLUMNS > z[Z_CHUNKS]:
        return False
    if z[Z_CHUNKS] + (z[S_CHUNKS] + (n + 2) * places) * H_COLUMNS > z[Z_DIRS]:
        return False
    for lane in range(z[Z_NLANES]):  # noqa: SIM110 - a generator would not compile
        if z[z[Z_LANES] + lane * L_COLUMNS + L_NCH] + n + 2 > z[Z_DIRW]:
            return False
    return True


@kernel
def lay(
    ops: Ints, z: Ints, rows: Ints, edges: Ints, cands: Ints, places: int, line: int, lots: int, key: int,
    not_before: int, early: int,
) -> int:  # fmt: skip
    """Copy a line's template behind the rows there are; the index of its first, or `NO_ROOM` and nothing is done.

    `line` is its place in `lines`, of which those of its `lots` stand before it; its first operation gets `key`. No
    visit begins before `not_before`, no run before `early`; head lags count from `not_before`.
    """
    n, m, c = rows.shape[0], edges.shape[0], cands.shape[0]
    if not room(ops, z, n, m, c, line + 3, places):
        return NO_ROOM
    x0: int = z[S_OPS]
    e0, c0 = z[S_EDGES], z[S_CANDS]
    for i in range(n):
        x = x0 + i
        for column in range(rows.shape[1]):
            ops[x, column] = rows[i, column]
        ops[x, CAND0] += c0
        ops[x, LINE] = line
        ops[x, LOT] += line - lots
        ops[x, KEY] = key + i
        ops[x, STATE] = REMOVED
        ops[x, NBV] = not_before
        if ops[x, NBR] > 0:
            ops[x, NBR] += not_before
        ops[x, NBR] = max(ops[x, NBR], early)
        if ops[x, EIN] >= 0:
            ops[x, EIN] += e0
        if ops[x, EOUT] >= 0:
            ops[x, EOUT] += e0
    for i in range(m):
        at = z[Z_EDGES] + (e0 + i) * E_COLUMNS
        for column in range(E_COLUMNS):
            z[at + column] = edges[i, column]
        z[at + E_FROM] += x0
        z[at + E_TO] += x0
        if edges[i, E_NIN] >= 0:
            z[at + E_NIN] += e0
        if edges[i, E_NOUT] >= 0:
            z[at + E_NOUT] += e0
    for i in range(c):
        for column in range(K_COLUMNS):
            z[z[Z_CANDS] + (c0 + i) * K_COLUMNS + column] = cands[i, column]
    z[S_OPS], z[S_EDGES], z[S_CANDS] = x0 + n, e0 + m, c0 + c
    return x0


@kernel
def take_out(ops: Ints, z: Ints, x0: int, edges: int, cands: int, pending: Ints) -> None:
    """Take out again all rows from `x0` on, and have re-timed what waited for it before they came."""
    n = z[S_OPS]
    take_back(ops, z, x0, n, 0)
    requeue(ops, z, pending)
    for x in range(x0, n):
        ops[x, STATE] = FREE
    z[S_OPS], z[S_EDGES], z[S_CANDS] = x0, edges, cands
