"""The plan as plain integer arrays: what each column means. Times are Unix seconds, indices are -1 for none.

One row of `ops` is an operation: facts, then the columns `T_FIRST … T_END - 1` that re-timing writes (and an undo
restores), then for each of its places four columns: lane, previous, next, chunk. A *lane* is one sequence: a unit of a
machine, a mould, a setter, a unit of a crew. A *variant* is a mode with its lanes chosen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

INF = 1 << 60
LABEL_SHIFT = 24
"""A rank label is the visit's start shifted by this many bits, so that labels between two can be had."""
LABEL_MAX = 1 << 62
CHUNK_MAX = 64
"""Operations in one chunk of a lane's index before it is split."""
BUCKET_S = 21600
"""Seconds covered by one entry of a calendar's look-up table."""

# A row is read a cache line (eight columns) at a time, and a walk along a sequence waits for each: what a plain
# operation needs stands in the first two lines and in the last two: each is a pair, and so fetched together.
# ops: facts. TLAG is -1 where an operation does not end its line; LINE is a row of `lines`, LOT what is made by it: the
# line itself, or a lot that goes into it
EIN, EOUT, QUEUED, BACKED, DUR0, NBV, NBR, DEADLINE = range(8)
LATEST, BLOCKED, TLAG, KEY, LOT, CAND0, NCAND, SHOTS = range(8, 16)
COL, MAT, OPNO = range(16, 19)
# ops: written by re-timing
T_FIRST = 31
DIS_S, DIS_E, DISM, FET_S, FET_E, FETL, SET_S, SET_E = range(T_FIRST, 39)
DISD, FETD, SETD, NMAINT, CNT, MOUNTED, HOLD, COLC, MATC = range(39, 48)
START, END, VIS, DUR, SFREE, TAIL, STAIL, VTAIL = range(48, 56)
T_TAILS = TAIL
"""Columns from here to `T_END` are tails, those from `T_FIRST` to here heads."""
T_END = 56
T_WIDTH = T_END - T_FIRST
# ops: where it stands
LABEL, STATE, VAR, LINE = range(56, 60)
PLACES = 60
"""First column of the places."""
ROW = 16
"""Rows are a multiple of this long: pairs of cache lines, which begin where the row does."""
P_LANE, P_PRV, P_NXT, P_CHUNK, P_WIDTH = 0, 1, 2, 3, 4

FREE, OPEN, FIXED, REMOVED = 0, 1, 2, 3

# lanes
(L_HEAD, L_LAST, L_KIND, L_RES, L_FREE0, L_MOUNT0, L_COL0, L_MAT0, L_LOC0, L_SHOTS0, L_NMAX, L_MAINT) = range(12)
(L_CAL, L_CLASS, L_NCH, L_LASTFIX, L_COLUMNS) = range(12, 17)
MACHINE, MOULD, SETTER, CREW = 0, 1, 2, 3
PLAIN = -2
"""`V_CLASS` of a variant on a machine that knows neither changeovers nor moulds."""

# variants
(V_RES, V_NPL, V_Q, V_MPL, V_SPL, V_CAL, V_CALW, V_CHUNK, V_CALS, V_CALD, V_CLASS, V_MODE, V_LANES) = range(13)

# windows, calendars
(W_START, W_END, W_CUM, W_SEG0, W_SEG1, W_SEGNEXT, W_SEGPREV, W_COLUMNS) = range(8)
C_FIRST, C_COUNT, C_BUCKET, C_T0, C_NB, C_COLUMNS = range(6)

# edges of the routing graph, candidates, chunks, lines
E_FROM, E_TO, E_LAG, E_WLAG, E_NIN, E_NOUT, E_COLUMNS = range(7)
K_VAR, K_DUR, K_SHOTS, K_COLUMNS = range(4)
# a chunk's operations stand in it one behind the other, from H_FIRST on: a walk along them needs not wait for each row
# to come before it knows the next
H_COUNT, H_GAP, H_DIRTY, H_POS, H_LANE, H_WORK, H_LONGEST, H_FIRST = range(8)
H_COLUMNS = H_FIRST + CHUNK_MAX + 1
UNKNOWN, MIXED = -1, -2
"""`H_WORK` of a chunk that was not added up since something came or went, and of one that can't be."""
N_DEADLINE, N_KEY, N_ADVANCE, N_COLUMNS = range(4)

# scalars
(S_FLOOR, S_OPS, S_EDGES, S_CANDS, S_UNDO, S_CHUNKS, S_FREECHUNK, S_HEAP, S_BACK, S_CUT) = range(10)
(S_SHIFTED, S_TRIALS, S_EXACT, S_FULL, S_BUDGET, S_FIXRANK, S_COLUMNS) = range(10, 17)


# places of the tables in `z`, behind the scalars, and their widths where they are not constants
(Z_LANES, Z_VAR, Z_WIN, Z_CAL, Z_BUCKET, Z_MOUNT, Z_DISMOUNT, Z_COLOUR, Z_MATERIAL, Z_COMBINE) = range(18, 28)
assert S_COLUMNS <= Z_LANES
(Z_EDGES, Z_CANDS, Z_CHUNKS, Z_DIRS, Z_LINES, Z_UNDO, Z_UNDONE, Z_HEAP, Z_BACK, Z_FETCH) = range(28, 38)
(Z_NLANES, Z_VARW, Z_COLOURS, Z_MATERIALS, Z_DIRW, Z_UNDOCAP, Z_FETCHW, Z_HEADER) = range(38, 46)

TABLES = {
    "lanes": Z_LANES, "var": Z_VAR, "win": Z_WIN, "cal": Z_CAL, "bucket": Z_BUCKET, "mount": Z_MOUNT,
    "dismount": Z_DISMOUNT, "colour": Z_COLOUR, "material": Z_MATERIAL, "combine": Z_COMBINE, "edges": Z_EDGES,
    "cands": Z_CANDS, "chunks": Z_CHUNKS, "dirs": Z_DIRS, "lines": Z_LINES, "undo": Z_UNDO, "undone": Z_UNDONE,
    "heap": Z_HEAP, "back": Z_BACK, "fetch": Z_FETCH,
}  # fmt: skip


FILLED = ("edges", "cands", "chunks", "lines", "undo", "undone", "heap", "back")
"""Tables that are filled row by row, and made longer when they are full."""
NO_SIZES: Mapping[str, int] = {}


def aligned(*shape: int) -> Ints:
    """Zeros in an array that begins where a pair of cache lines does."""
    size = math.prod(shape)
    longer = np.zeros(size + ROW, np.int64)
    skipped = -(longer.ctypes.data // longer.itemsize) % ROW
    return longer[skipped : skipped + size].reshape(shape)


class Arrays(NamedTuple):
    """Everything the kernel reads and writes: `ops` and `z`; the other fields are views into `z`.

    Two arrays, because a compiled function hands every array that it passes on by value and counts the reference:
    with one array per table that cost more than the work itself.
    """

    ops: Ints
    z: Ints
    s: Ints
    lanes: Ints
    var: Ints
    win: Ints
    cal: Ints
    bucket: Ints
    mount: Ints
    dismount: Ints
    colour: Ints
    material: Ints
    combine: Ints
    edges: Ints
    cands: Ints
    chunks: Ints
    dirs: Ints
    lines: Ints
    undo: Ints
    undone: Ints
    heap: Ints
    back: Ints
    fetch: Ints

    @classmethod
    def build(cls, ops: Ints, scalars: Ints, tables: dict[str, Ints], sizes: Mapping[str, int] = NO_SIZES) -> Arrays:
        """Lay the tables behind the scalars in one array, those in `sizes` with so many rows: zeros behind."""
        rows = {name: sizes.get(name, len(table)) for name, table in tables.items()}
        shapes = {name: (rows[name], *tables[name].shape[1:]) for name in TABLES}
        z = aligned(Z_HEADER + sum(math.prod(shape) for shape in shapes.values()))
        z[:S_COLUMNS] = scalars[:S_COLUMNS]
        views: dict[str, Ints] = {}
        at = Z_HEADER
        for name, base in TABLES.items():
            table, size = tables[name], math.prod(shapes[name])
            z[base] = at
            views[name] = z[at : at + size].reshape(shapes[name])
            # Pages that nobody has written to take no memory, and a caller no time.
            views[name][: len(table)] = table
            at += size
        z[Z_NLANES], z[Z_VARW], z[Z_DIRW] = rows["lanes"], shapes["var"][1], shapes["dirs"][1]
        z[Z_COLOURS], z[Z_MATERIALS] = shapes["colour"][2], shapes["material"][2]
        z[Z_UNDOCAP] = rows["undone"]
        z[Z_FETCHW] = shapes["fetch"][1]
        return cls(ops, z, z[:S_COLUMNS], **views)

    def used(self) -> dict[str, Ints]:
        """Those rows of all tables that hold anything."""
        s = self.s
        undo = s.item(S_UNDO)
        rows = {
            "edges": s.item(S_EDGES), "cands": s.item(S_CANDS), "chunks": s.item(S_CHUNKS),
            "undo": undo, "undone": undo, "heap": s.item(S_HEAP), "back": s.item(S_BACK),
        }  # fmt: skip
        return {name: getattr(self, name)[: rows.get(name)] for name in TABLES}

    def resized(self, sizes: Mapping[str, int] = NO_SIZES, **replaced: Ints) -> Arrays:
        """The same with some tables replaced, and those in `sizes`, `ops` too, at least so many rows long."""
        ops = lengthened(self.ops, self.s.item(S_OPS), sizes.get("ops", 0))
        longer = {name: max(len(getattr(self, name)), sizes.get(name, 0)) for name in FILLED}
        return Arrays.build(ops, self.s, self.used() | replaced, longer)

    def copied(self, spare: int) -> Arrays:
        """The same in arrays of its own, each table that is filled row by row with so many rows to spare."""
        ops = aligned(self.s.item(S_OPS) + spare, self.ops.shape[1])
        ops[: len(ops) - spare] = self.ops[: len(ops) - spare]
        used = self.used()
        return Arrays.build(ops, self.s, used, {name: len(used[name]) + spare for name in FILLED})


def lengthened(table: Ints, used: int, size: int) -> Ints:
    """A table of which `used` rows hold anything, at least `size` rows long."""
    if size <= len(table):
        return table
    longer = aligned(size, *table.shape[1:])
    longer[:used] = table[:used]
    return longer
