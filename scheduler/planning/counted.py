"""Shots of moulds since their last maintenance: what was reported counts, else what was planned."""

from __future__ import annotations

import numpy as np

from domain.plant import Plant
from domain.values import replace
from scheduler import arrays as a
from scheduler.planning.chaining import Chaining


class Counted(Chaining):
    """Counts along each mould's sequence from where the reports say that the count began.

    What was done keeps the shots that it was planned with; what was reported beside them moves the count at the start
    of the sequence, which comes to the same for all that is yet to be done.
    """

    _starts: dict[str, int]

    def __init__(self, plant: Plant, now_s: int) -> None:
        super().__init__(plant, now_s)
        self._starts = {}
        """Moulds of which reports tell another count than the plant's files."""

    def _as_counted(self) -> Plant:
        """The plant with its moulds' shots at the start as the reports have them."""
        if not self._starts:
            return self.plant
        moulds = (replace(row, shots=self._starts.get(row.id, row.shots)) for row in self.plant.moulds)
        return replace(self.plant, moulds=tuple(moulds))

    def _count_reported(self) -> bool:
        """Take over what was reported of shots; False if the counts are as before."""
        k, more = self._k, self._more_shots()
        changed, self._starts = False, {}
        for lane in np.flatnonzero((k.lanes[:, a.L_KIND] == a.MOULD) & (k.lanes[:, a.L_NMAX] > 0)).tolist():
            mould = self.plant.mould_by_id[self.layout.lane_owner[lane][0]]
            limit = mould.maintenance_shots
            start = mould.shots + more.get(lane, 0)
            if not 0 <= start <= limit:
                # The count at the start is one of many that lead to the same count behind what was done.
                start = start % limit or limit
            changed |= int(k.lanes[lane, a.L_SHOTS0]) != start
            k.lanes[lane, a.L_SHOTS0] = start
            if start != mould.shots:
                self._starts[mould.id] = start
        if changed:
            self._check = None
        return changed

    def _more_shots(self) -> dict[int, int]:
        """Shots that were reported beyond those planned (below 0: fewer), by the moulds' lanes.

        Of a run that goes on only those beyond the plan count: the others are yet to come.
        """
        if not self._reports:
            return {}
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        known = np.isin(used[:, a.KEY], list(self._reports)) & (used[:, a.STATE] == a.FIXED) & (used[:, a.SHOTS] > 0)
        found: dict[int, int] = {}
        for x in np.flatnonzero(known).tolist():
            said = self._reports[int(used[x, a.KEY])]
            shots = said.count("shots")
            if shots is not None:
                more = shots - int(used[x, a.SHOTS])
                lane = self._mould_lane(x)
                found[lane] = found.get(lane, 0) + (more if said.finished is not None else max(0, more))
        return found

    def _mould_lane(self, x: int) -> int:
        variant = self.layout.var[self._k.ops[x, a.VAR]]
        return int(variant[a.V_LANES + variant[a.V_MPL]])

    def _count_history(self) -> list[int]:
        """Count along what is fixed; the rows that have not begun and would need other maintenance."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        fixed = np.flatnonzero((used[:, a.STATE] == a.FIXED) & (used[:, a.SHOTS] > 0))
        counts: dict[int, int] = {}
        stale = []
        for x in fixed[np.lexsort((fixed, used[fixed, a.LABEL]))].tolist():
            row, lane = used[x], self._mould_lane(x)
            limit = int(k.lanes[lane, a.L_NMAX])
            if limit <= 0:
                continue
            count = counts.get(lane, int(k.lanes[lane, a.L_SHOTS0])) + int(row[a.SHOTS])
            due = max(0, (count - 1) // limit)
            counts[lane] = count - due * limit
            if row[a.CNT] != counts[lane]:
                row[a.CNT] = counts[lane]
                self._changed.add(x)
            if row[a.NMAINT] != due and row[a.END] > self.now_s:
                row[a.DUR] += (due - int(row[a.NMAINT])) * int(k.lanes[lane, a.L_MAINT])
                row[a.NMAINT] = due
                self._changed.add(x)
                if row[a.VIS] >= self.now_s:
                    stale.append(x)
        return stale
