"""What was reported of operations, beside their rows in the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from msgspec import Struct, field

from domain.checks import to_unix_down
from domain.progress import MarkKind, Progress, ProgressState
from domain.promises import surplus_id
from scheduler import arrays as a
from scheduler.planning.core import INF
from scheduler.planning.repairing import Repairing
from scheduler.planning.stakes import Repair
from scheduler.worktime import forward


class Moved(Struct):
    """What reports made of the plan; operations are told by their keys."""

    repair: Repair = field(default_factory=Repair)
    assumed: list[int] = field(default_factory=list)
    """Nobody reported them, and what was reported of others says that they began at another time, or are over."""
    clashes: list[tuple[str, int, int]] = field(default_factory=list)
    """Machine, mould or crew that two operations use at a time by what was reported, from now on."""


class Reported(Repairing):
    """Reads what was reported, and lets operations run at other times."""

    def _rows_by_key(self, keys: Iterable[int]) -> dict[int, int]:
        """Rows of the operations that stand in the plan, by key."""
        wanted = np.array(sorted(set(keys)), np.int64)
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        live = np.flatnonzero(np.isin(used[:, a.KEY], wanted) & np.isin(used[:, a.STATE], (a.OPEN, a.FIXED)))
        return {int(used[x, a.KEY]): x for x in live.tolist()}

    def _span(self, x: int) -> tuple[int, int]:
        return int(self._k.ops[x, a.START]), int(self._k.ops[x, a.END])

    def _of(self, x: int) -> Progress | None:
        return self._reports.get(int(self._k.ops[x, a.KEY]))

    def _has_begun(self, x: int) -> bool:
        """Somebody said that the operation has begun."""
        said = self._of(x)
        return said is not None and said.state is not ProgressState.WAITING

    def _is_told_of(self, x: int) -> bool:
        """Somebody reported something of the operation, or that what comes after it has begun."""
        return super()._is_told_of(x) or self.known_by(x) is not None

    def known_by(self, x: int) -> int | None:
        """When work that comes after `x` has begun, by what was reported, the first of it; None: nobody said so."""
        found: int | None = None
        ahead, seen = list(self._successors(x)), set[int]()
        while ahead:
            y = ahead.pop()
            if y in seen:
                continue
            seen.add(y)
            if self._has_begun(y):
                start = self._span(y)[0]
                found = start if found is None else min(found, start)
            else:
                ahead += self._successors(y)
        return found

    def is_counted(self, x: int) -> bool:
        """Pieces that its lot made beyond the need are free already, or somebody's: it is over."""
        return surplus_id(self._lines[int(self._k.ops[x, a.LOT])].key0) in self._yielded

    def _told_at(self, x: int) -> int | None:
        """When an operation that has not begun is expected to, by what was said; None: nothing was."""
        said = self._of(x)
        if said is None or not said.marks or said.state is not ProgressState.WAITING:
            return None
        last = said.marks[-1]
        return to_unix_down(last.until or last.at)

    def _predecessors(self, x: int) -> Iterator[int]:
        """Operations that `x` waits for by its routing, or as parts of it, that stand in the plan."""
        ops = self._k.ops
        return (y for y in self._ahead_of(x) if ops[y, a.STATE] in (a.OPEN, a.FIXED))

    def _successors(self, x: int) -> Iterator[int]:
        k = self._k
        e = int(k.ops[x, a.EOUT])
        while e >= 0:
            y = int(k.edges[e, a.E_TO])
            if k.ops[y, a.STATE] in (a.OPEN, a.FIXED):
                yield y
            e = int(k.edges[e, a.E_NOUT])

    def _first_s(self, x: int) -> int:
        """When an operation that has begun did, as far as is known."""
        said = self._of(x)
        assert said is not None
        if said.started is not None:
            return to_unix_down(said.started)
        mark = next((mark for mark in said.marks if mark.kind is not MarkKind.NOT_STARTED), None)
        first = self.now_s if mark is None else to_unix_down(mark.at)
        planned = int(self._k.ops[x, a.START])
        if planned < first:
            return planned
        return first - int(self._k.ops[x, a.DUR]) if mark is not None and mark.kind is MarkKind.FINISHED else first

    def _shift(self, x: int, start: int, end: int) -> None:
        """Let an operation run at another time, with its changeover before it."""
        row = self._k.ops[x]
        by = min(0, start - int(row[a.START]))
        last = 0
        for at in (a.DIS_S, a.FET_S, a.SET_S):
            if row[at] >= 0:
                row[at] += by
                row[at + 1] += by
                last = max(last, int(row[at + 1]))
        row[a.START], row[a.END] = start, max(end, start)
        pieces = [int(row[at]) for at in (a.DIS_S, a.FET_S, a.SET_S) if row[at] >= 0]
        row[a.VIS] = min([start, *pieces])
        if last:
            row[a.SFREE] = last

    def _lanes(self, x: int) -> list[int]:
        """Units of the machine, mould and crew of an operation; its setter serves others between."""
        variant = self.layout.var[self._k.ops[x, a.VAR]].tolist()
        setter = variant[a.V_SPL]
        lanes = variant[a.V_LANES : a.V_LANES + variant[a.V_NPL]]
        return [lane for place, lane in enumerate(lanes) if place != setter]

    def _end_from(self, x: int, from_s: int, left: int) -> int:
        """When `left` seconds of work are done that go on at or after a time, pausing over whatever comes."""
        if left <= 0:
            return from_s
        if from_s >= INF:
            return INF
        k = self._k
        return int(forward(k.ops, k.z, int(self.layout.var[k.ops[x, a.VAR], a.V_CALW]), from_s, left, 0)[1])

    def run_from(self, x: int, from_s: int) -> tuple[int, int]:
        """Start and end of the whole run at or after a time, as it would be planned."""
        k = self._k
        if from_s >= INF:
            return INF, INF
        v = self.layout.var[k.ops[x, a.VAR]]
        start, end = forward(k.ops, k.z, int(v[a.V_CAL]), from_s, int(k.ops[x, a.DUR]), int(v[a.V_CHUNK]))
        return int(start), int(end)
