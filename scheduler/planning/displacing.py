"""An order placed in front of others that give way to it, to be kept or undone like any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler import arrays as a
from scheduler import insert
from scheduler.planning.core import INF
from scheduler.planning.decision import Decision
from scheduler.planning.rushing import Rushing
from scheduler.planning.stakes import Places, Repair
from scheduler.planning.way import Passing, Way
from scheduler.records import LineInfo


class Displacing(Rushing):
    """Places an order where lines of others may be later for it."""

    def _place_past(self, decision: Decision, start_s: int) -> list[int]:
        """Place all lines where the others may end as late as the way says; their ends.

        What may end whenever it can is put in again elsewhere where it is late, if that helps; what has to hold its
        promise only moves in time. Every other deadline holds.
        """
        way = decision.way or Way()
        self._settle()
        backup = self._backup()
        stood = Places.of(self._k.ops[: int(self._k.s[a.S_OPS])])
        infos = [
            info
            for infos in self._by_order.values()
            for info in infos
            if info.count and (info.order_id, info.line_no) in way.giving
        ]
        bound = {info.index: int(self._k.lines[info.index, a.N_DEADLINE]) for info in infos}
        until = {info.index: max(bound[info.index], way.giving[info.order_id, info.line_no]) for info in infos}
        self._bind_lines(infos, until)
        ends = self._place_all(decision, start_s)
        self._settle()
        self._bind_own(decision, ends)
        done = Repair()
        self._bind_giving(infos, bound, until)
        out = self._take_out_late(done)
        stakes = self._all_stakes(way.stakes)
        if out:
            self._put_back_best(out, stakes, stood, done, anew=False)
        self._settle()
        self._tell(stood, stakes, done)
        decision.backup, decision.passing = backup, Passing(done)
        return [self._end(info) if info.count else end for info, end in zip(decision.infos, ends, strict=True)]

    def _bind_own(self, decision: Decision, ends: Sequence[int]) -> None:
        """Have the order's own lines end no later than they do, or are wanted, while others are put back."""
        targets, _ = self._targets(decision, list(ends))
        for info, end, target in zip(decision.infos, ends, targets, strict=True):
            if info.count and end < INF:
                self._k.lines[info.index] = (max(end, target), max(end, target), 0)
                insert.set_deadline(self._k.ops, self._k.z, info.x0, info.count, max(end, target))
        self._pass_tails_on()

    def _bind_giving(self, infos: Sequence[LineInfo], bound: Mapping[int, int], until: Mapping[int, int]) -> None:
        """Give those that gave way their deadlines back; of what must hold its promise, as late as it ends now."""
        back = {
            info.index: bound[info.index] if until[info.index] >= INF else max(bound[info.index], self._end(info))
            for info in infos
        }
        self._bind_lines(infos, back)
