"""A plan at one moment as names and times: for the checker, the callers and the pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from msgspec import Struct, field

from domain.checks import from_unix
from domain.plant import Plant
from domain.progress import Progress
from domain.promises import MaterialReservation, Reservation
from scheduler import arrays as a
from scheduler.arrays import INF, Ints
from scheduler.records import LineInfo
from scheduler.snapshot import PlacedOperation, PlanSnapshot, Told
from scheduler.translate import Names

_PLACE = [a.KEY, a.VAR, a.START, a.END, *(at + n for at in (a.DIS_S, a.FET_S, a.SET_S) for n in (0, 1))]
"""What makes the place of an operation: what it needs, and when."""
NOTHING: Mapping[int, Progress] = {}


class PlanView(Struct, frozen=True):
    """Rows of a plan, copied; making names of them costs the planner no time."""

    plant: Plant
    names: Names
    rows: Ints
    lines: tuple[LineInfo, ...]
    material: tuple[MaterialReservation, ...]
    now_s: int
    floor_s: int
    version: int
    told: tuple[Told, ...] = ()
    """Promises that it is to be checked against."""
    progress: Mapping[int, Progress] = field(default_factory=dict)
    """What was reported of operations, by key."""

    def snapshot(self) -> PlanSnapshot:
        """The plan as plain data, in rank order."""
        live = self._live()
        live = live[np.lexsort((live, self.rows[live, a.LABEL]))]
        placed = tuple(placed_operation(self.names, self.lines, row, self.progress) for row in self.rows[live].tolist())
        return PlanSnapshot(self.plant, self.now_s, self.floor_s, self.version, placed, self.material, self.told)

    def reservations(self) -> list[Reservation]:
        """Places of all operations with their times, by start."""
        rows = self.rows[self._live()].tolist()
        return by_start(reservation(self.names, self.lines, row, self.progress, self.now_s) for row in rows)

    def unlike(self, other: PlanView, *, changeovers: bool = False) -> list[Reservation]:
        """Places that stand otherwise, or not at all, in another view of the plan or of a copy of it, by start.

        With `changeovers` only those with a changeover before them.
        """
        mine, theirs = self.rows[self._live()], other.rows[other._live()]
        theirs = theirs[np.argsort(theirs[:, a.KEY])]
        same = np.zeros(len(mine), bool)
        if len(theirs):
            at = np.minimum(np.searchsorted(theirs[:, a.KEY], mine[:, a.KEY]), len(theirs) - 1)
            same = (mine[:, _PLACE] == theirs[at][:, _PLACE]).all(axis=1)
        if changeovers:
            same |= (mine[:, [a.DIS_S, a.FET_S, a.SET_S]] < 0).all(axis=1)
        rows = mine[~same].tolist()
        return by_start(reservation(self.names, self.lines, row, self.progress, self.now_s) for row in rows)

    def _live(self) -> Ints:
        return np.flatnonzero((self.rows[:, a.STATE] == a.OPEN) | (self.rows[:, a.STATE] == a.FIXED))


def placed_operation(
    names: Names, lines: Sequence[LineInfo], row: list[int], progress: Mapping[int, Progress] = NOTHING
) -> PlacedOperation:
    """One row with names for numbers."""
    info = lines[row[a.LOT]]
    v = names.var[row[a.VAR]].tolist()
    routing, number, mode = names.modes[v[a.V_MODE]]
    owner = names.lane_owner
    lanes = v[a.V_LANES : a.V_LANES + v[a.V_NPL]]
    q, m, s = v[a.V_Q], v[a.V_MPL], v[a.V_SPL]
    crew = lanes[max(q, m + 1, s + 1) :]
    fixed = row[a.STATE] == a.FIXED
    return PlacedOperation(
        key=row[a.KEY], order_id=info.order_id, line_no=info.line_no, item_id=info.item_id,
        routing_id=routing.id, operation_id=routing.operations[number].id, mode_id=mode.id,
        quantity=info.quantity, resource_id=mode.resource_id, units=tuple(owner[lane][1] for lane in lanes[:q]),
        mould_id=mode.mould_id, setter_id=owner[lanes[s]][0] if s >= 0 else "",
        setter_unit=owner[lanes[s]][1] if s >= 0 else -1, crew_id=mode.crew_id,
        crew_units=tuple(owner[lane][1] for lane in crew), label=row[a.LABEL], not_before_s=row[a.NBV],
        ready_s=row[a.NBR], deadline_s=row[a.DEADLINE] if row[a.DEADLINE] < INF else None,
        latest_s=row[a.LATEST] if row[a.LATEST] < INF else None, fixed=fixed,
        dismount=_piece(row, a.DIS_S), dismounted_mould=owner[row[a.DISM]][0] if row[a.DISM] >= 0 else "",
        fetch=_piece(row, a.FET_S), fetched_from=owner[row[a.FETL]][0] if row[a.FETL] >= 0 else "",
        setup=_piece(row, a.SET_S), start_s=row[a.START], end_s=row[a.END], maintenances=row[a.NMAINT],
        shots=row[a.SHOTS], cancelled=row[a.BLOCKED] == 1, lot=info.key0,
        into=info.into_key(lines), need=info.need,
        reported=row[a.KEY] in progress and progress[row[a.KEY]].begun,
    )  # fmt: skip


def reservation(
    names: Names, lines: Sequence[LineInfo], row: list[int], progress: Mapping[int, Progress], now_s: int
) -> Reservation:
    """One row as its order's place in the sequences, with what was reported of it."""
    p, said = placed_operation(names, lines, row), progress.get(row[a.KEY])
    over = said is not None and (said.finished is not None or (said.begun and p.end_s > now_s))
    return Reservation(
        p.key, p.order_id, p.line_no, p.operation_id, p.mode_id, p.resource_id, p.units, p.mould_id, p.setter_id,
        p.crew_id, p.quantity, from_unix(p.visit_start_s), from_unix(p.start_s), from_unix(p.end_s), p.fixed,
        p.item_id, p.lot, p.into, p.fixed and p.start_s <= now_s and not over,
        None if said is None else said.state, None if said is None else said.count("good"),
        None if said is None else said.count("scrapped"),
    )  # fmt: skip


def by_start(found: Iterable[Reservation]) -> list[Reservation]:
    """In the order of their visits' starts."""
    return sorted(found, key=lambda r: (r.start, r.operation_key))


def _piece(row: list[int], column: int) -> tuple[int, int] | None:
    return (row[column], row[column + 1]) if row[column] >= 0 else None
