"""Shots counted anew when cavities of a mould go out of service or come back."""

from __future__ import annotations

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.planning.supplying import Supplying
from scheduler.translate import day_s
from scheduler.worktime import work_at


class Counting(Supplying):
    """Lets operations take the shots and the time that their moulds need."""

    def _count_shots(self, work: dict[int, int]) -> None:
        """Let all operations take the shots that their moulds need now; `work` of begun runs grows with what is left.

        What is over keeps its times: its shots are told by the cavities of today all the same, as after an import.
        """
        k = self._k
        for info in (*(info for infos in self._by_order.values() for info in infos), *self._leftover):
            if not info.count:
                continue
            first = info.index - info.lots
            lots = [(lot.item_id, lot.quantity, lot.into - first) for lot in self._lines[first : info.index]]
            template = self.layout.template((*lots, (info.item_id, info.quantity, -1)))
            c0 = int(k.ops[info.x0, a.CAND0] - template.rows[0, a.CAND0])
            k.cands[c0 : c0 + len(template.cands)] = template.cands
            for x in range(info.x0, info.x0 + info.count):
                self._count_again(x, k.cands[c0 : c0 + len(template.cands)], work)
        k.chunks[:, a.H_WORK] = a.UNKNOWN
        self._count_reported()
        self._count_history()

    def _count_again(self, x: int, cands: Ints, work: dict[int, int]) -> None:
        row = self._k.ops[x]
        known = cands[cands[:, a.K_VAR] == row[a.VAR]][0]
        more = int(known[a.K_DUR] - row[a.DUR0])
        row[[a.DUR0, a.SHOTS]] = known[[a.K_DUR, a.K_SHOTS]]
        if not more or row[a.STATE] not in (a.OPEN, a.FIXED):
            return
        lasted = max(1, int(row[a.DUR]))
        row[a.DUR] += more
        self._changed.add(x)
        if x in work:
            done = self._worked(x, self._known_s(x), self.now_s)
            left = max(0, work[x] - done)
            work[x] = done + -(-left * (lasted + more) // lasted)

    def _known_s(self, x: int) -> int:
        """Where a run began, or where the calendars do."""
        return max(int(self._k.ops[x, a.START]), day_s(self.layout.first))

    def _worked(self, x: int, start: int, end: int) -> int:
        """Working seconds of machine, mould and crew of a run in `[start, end)`."""
        k = self._k
        cal = int(self.layout.var[k.ops[x, a.VAR], a.V_CALW])
        return int(work_at(k.ops, k.z, cal, end) - work_at(k.ops, k.z, cal, start))
