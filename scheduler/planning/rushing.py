"""An order put in front of work of lower priority, whose promises may give way to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from domain.orders import Order, OrderLine
from domain.promises import LinePromise, PromiseState
from scheduler import arrays as a
from scheduler import propagate
from scheduler.planning.core import INF
from scheduler.planning.decision import Effort
from scheduler.planning.least import Least
from scheduler.planning.moving import CannotMove
from scheduler.planning.stakes import Places, Repair, Stake
from scheduler.records import LineInfo

Line = tuple[str, int]
"""Order id and line number."""


class Rushing(Least):
    """Lets an order pass others."""

    def rush(
        self, order: Order, asked: Sequence[OrderLine], now_s: int, giving: Collection[Line],
        stakes: Mapping[Line, Stake],
    ) -> tuple[tuple[LinePromise, ...], Repair]:  # fmt: skip
        """Place lines of a standing order anew, as early as can be where the lines in `giving` may be late for it.

        All other promises hold. What then is late of `giving` is put in again elsewhere, if that helps. The caller
        stores the plan at once. `stakes` as in `repair`. Raises CannotMove where a line would have no place; then
        nothing but the clock is changed.
        """
        step = self.begin(order, now_s)
        before = Places.of(self._k.ops[: int(self._k.s[a.S_OPS])])
        self.take_out(step, [line.line_no for line in asked])
        infos = [
            info
            for infos in self._by_order.values()
            for info in infos
            if info.count and (info.order_id, info.line_no) in giving
        ]
        bound = {info.index: int(self._k.lines[info.index, a.N_DEADLINE]) for info in infos}
        self._bind_lines(infos, dict.fromkeys(bound, INF))
        lines = self.place(step, asked, effort=Effort.INSTANT)
        if any(line.state is PromiseState.REFUSED for line in lines):
            self.undo(step)
            raise CannotMove("it would have no place")
        self.keep(step)
        self._settle()
        self._bind_lines(infos, bound)
        done = Repair()
        at_stake = self._all_stakes(stakes)
        out = self._take_out_late(done)
        if out:
            # A dispatch of everything would ask for the fewest broken, and might break the one in a hurry.
            self._put_back_best(out, at_stake, before, done, anew=False)
        self._settle()
        self._tell(before, at_stake, done)
        self._resequenced = self._whole = True
        self._check = None
        self._passed_s = -INF
        return lines, done

    def _bind_lines(self, infos: Sequence[LineInfo], until: Mapping[int, int]) -> None:
        """Give lines other deadlines, INF for none; what is late by them stays where it is."""
        k = self._k
        for info in infos:
            deadline_s = until[info.index]
            k.lines[info.index, a.N_DEADLINE] = deadline_s
            for x in range(info.x0, info.x0 + info.count):
                tail = int(k.ops[x, a.TLAG])
                k.ops[x, a.DEADLINE] = deadline_s - tail if tail >= 0 and deadline_s < INF else INF
                propagate.push_back(k.ops, k.z, x)
        self._pass_tails_on()
        for info in infos:
            self._bind_pins(range(info.x0, info.x0 + info.count))
