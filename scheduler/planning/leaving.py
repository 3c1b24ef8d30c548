"""What fixed work leaves behind: mould in the machine, colour, material, shots, and when the setter is free."""

from __future__ import annotations

import numpy as np

from scheduler import arrays as a
from scheduler.planning.reported import Reported


class Leaving(Reported):
    """Works out anew what fixed operations leave, in the order in which they rank."""

    def _leave_again(self) -> None:
        """Go through all that is fixed: reports have put some of it into another order, or between."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        fixed = np.flatnonzero(used[:, a.STATE] == a.FIXED)
        fixed = fixed[np.lexsort((fixed, used[fixed, a.LABEL]))]
        start = k.lanes
        hangs = {lane: int(start[lane, a.L_LOC0]) for lane in np.flatnonzero(start[:, a.L_KIND] == a.MOULD).tolist()}
        shots = {lane: int(start[lane, a.L_SHOTS0]) for lane in hangs}
        machines: dict[int, tuple[int, int, int, int]] = {}
        setters: dict[int, int] = {}
        left = (a.MOUNTED, a.HOLD, a.COLC, a.MATC)
        for x in fixed.tolist():
            row, variant = used[x], self.layout.var[used[x, a.VAR]].tolist()
            lanes = variant[a.V_LANES : a.V_LANES + variant[a.V_NPL]]
            if variant[a.V_CLASS] == a.PLAIN:
                continue
            stood = row[[*left, a.CNT, a.SFREE]].tolist()
            lane = lanes[0]
            first = start[lane]
            known = (int(first[a.L_MOUNT0]), -1, int(first[a.L_COL0]), int(first[a.L_MAT0]))
            mounted, holder, colour, material = machines.get(lane, known)
            if mounted >= 0 and hangs[mounted] != lane:
                mounted = holder = -1
            if variant[a.V_MPL] >= 0:
                mounted, holder = lanes[variant[a.V_MPL]], x
                hangs[mounted] = lane
                row[a.CNT] = shots[mounted] = self._counted(mounted, shots[mounted], int(row[a.SHOTS]))
            colour = int(row[a.COL]) if row[a.COL] >= 0 else colour
            material = int(row[a.MAT]) if row[a.MAT] >= 0 else material
            machines[lane] = mounted, holder, colour, material
            row[list(left)] = machines[lane]
            if variant[a.V_SPL] >= 0:
                setter = lanes[variant[a.V_SPL]]
                pieces = [int(row[at + 1]) for at in (a.DIS_S, a.FET_S, a.SET_S) if row[at] >= 0]
                free = setters.get(setter, int(start[setter, a.L_FREE0]))
                # What ranks by when it ends may have been set up before what ranks in front of it.
                row[a.SFREE] = setters[setter] = max([free, *pieces])
            if stood != row[[*left, a.CNT, a.SFREE]].tolist():
                self._changed.add(x)

    def _counted(self, mould: int, shots: int, more: int) -> int:
        """Shots of a mould since its last maintenance, after some more."""
        most = int(self._k.lanes[mould, a.L_NMAX])
        if most <= 0:
            return 0
        return shots + more - max(0, (shots + more - 1) // most) * most
