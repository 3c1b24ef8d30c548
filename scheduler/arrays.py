"""The plan as plain integer arrays: what each column means. Times are Unix seconds, indices are -1 for none.

One row of `ops` is an operation. Its first `T_COLUMNS` columns are what re-timing writes (and an undo restores),
then come facts, then for each of its places four columns: lane, previous, next, chunk. A *lane* is one sequence:
a unit of a machine, a mould, a setter, a unit of a crew. A *variant* is a mode with its lanes chosen.
"""

from __future__ import annotations

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

# ops: written by re-timing
START, END, VIS, DIS_S, DIS_E, DISM, FET_S, FET_E, FETL, SET_S, SET_E = range(11)
DISD, FETD, SETD, DUR, NMAINT, CNT, SFREE, MOUNTED, HOLD, COLC, MATC = range(11, 22)
TAIL, VTAIL, STAIL = range(22, 25)
T_HEADS = 22
T_COLUMNS = 25
# ops: facts
(KEY, LABEL, STATE, LINE, VAR, DUR0, SHOTS, NBV, NBR, DEADLINE, LATEST, TLAG) = range(25, 37)
(CAND0, NCAND, COL, MAT, EIN, EOUT, QUEUED, BACKED, BLOCKED, OPNO) = range(37, 47)
# TLAG is -1 where an operation does not end its line; LINE is a row of `lines`
PLACES = 47
"""First column of the places."""
P_LANE, P_PRV, P_NXT, P_CHUNK, P_WIDTH = 0, 1, 2, 3, 4

FREE, OPEN, FIXED, REMOVED = 0, 1, 2, 3

# lanes
(L_HEAD, L_LAST, L_KIND, L_RES, L_FREE0, L_MOUNT0, L_COL0, L_MAT0, L_LOC0, L_SHOTS0, L_NMAX, L_MAINT) = range(12)
(L_CAL, L_CALD, L_CLASS, L_NCH, L_LASTFIX, L_COLUMNS) = range(12, 18)
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
H_FIRST, H_COUNT, H_GAP, H_DIRTY, H_POS, H_LANE, H_COLUMNS = range(7)
N_DEADLINE, N_KEY, N_END, N_NEW, N_COLUMNS = range(5)

# scalars
(S_FLOOR, S_OPS, S_EDGES, S_CANDS, S_UNDO, S_CHUNKS, S_FREECHUNK, S_HEAP, S_BACK, S_CUT) = range(10)
(S_SHIFTED, S_TRIALS, S_EXACT, S_FULL, S_BUDGET, S_RANK, S_FIXRANK, S_COLUMNS) = range(10, 18)


class Arrays(NamedTuple):
    """Everything the kernel reads and writes."""

    ops: Ints
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
    s: Ints
    undo: Ints
    undone: Ints
    heap: Ints
    back: Ints
