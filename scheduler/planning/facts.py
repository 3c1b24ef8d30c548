"""What is stored of operations and lines, column by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.records import PlanImage

PERSISTED = [
    a.START, a.END, a.VIS, a.DUR, a.SFREE, a.DIS_S, a.DIS_E, a.DISM, a.FET_S, a.FET_E, a.FETL, a.SET_S, a.SET_E,
    a.DISD, a.FETD, a.SETD, a.NMAINT, a.CNT, a.MOUNTED, a.HOLD, a.COLC, a.MATC, a.KEY, a.LABEL, a.STATE, a.VAR, a.DUR0,
    a.SHOTS, a.NBV, a.NBR, a.DEADLINE, a.LATEST, a.OPNO, a.BLOCKED,
]  # fmt: skip
"""In the order of the first version: what is stored doesn't move when the columns of a plan do."""
SEQUENCE = [a.KEY, a.LABEL, a.VAR, a.DUR0, a.SHOTS]
HEAD = 7
"""Item number, quantity, shipping, deadline, first key, first key of what it goes into, quantity needed."""
HEAD_FORMAT = "<7q"
HEAD_BEFORE = 5
"""How many of them there were before anything went into a line."""


def table_of(facts: Sequence[bytes]) -> Ints:
    """Stored facts of rows as one table; those from before anything went into a line get the columns they lack."""
    width = (HEAD + len(PERSISTED)) * 8
    lacking = bytes((HEAD - HEAD_BEFORE) * 8)
    whole = facts
    if set(map(len, facts)) != {width}:
        cut = HEAD_BEFORE * 8
        whole = [blob if len(blob) == width else blob[:cut] + lacking + blob[cut:] for blob in facts]
    return np.frombuffer(b"".join(whole), "<i8").reshape(len(facts), -1)


def table_and_owners(image: PlanImage) -> tuple[Ints, Callable[[Ints], list[tuple[str, int]]]]:
    """Stored facts as one table, and what tells of rows of it which order and line they are of."""
    packed = image.packed
    if packed is None:
        rows = image.operations
        return table_of([row[-1] for row in rows]), lambda at: [rows[x][1:3] for x in at.tolist()]
    width = len(packed.facts) // packed.count
    if width == (HEAD + len(PERSISTED)) * 8:
        table: Ints = np.frombuffer(packed.facts, "<i8").reshape(packed.count, -1)
    else:
        table = table_of([packed.facts[at : at + width] for at in range(0, len(packed.facts), width)])
    lines = packed.owners.split("\n")

    def owners(at: Ints) -> list[tuple[str, int]]:
        parted = (lines[x].partition(" ") for x in at.tolist())
        return [(order_id, int(number)) for number, _, order_id in parted]

    return table, owners
