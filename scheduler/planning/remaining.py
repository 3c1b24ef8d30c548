"""What is left of a run that has begun, by what was reported of it."""

from __future__ import annotations

from domain.checks import from_unix, to_unix_down, to_unix_up
from domain.items import Mode
from domain.progress import Mark, Progress
from scheduler import arrays as a
from scheduler.planning.leaving import Leaving
from scheduler.translate import seconds


class Remaining(Leaving):
    """Works out when begun runs will end."""

    def _expected_end(self, x: int, said: Progress, start_s: int) -> int:
        """When a run that has begun and not ended will, Unix seconds: from the last count, or else from its start."""
        mark = said.counted
        if mark is None:
            since, left = from_unix(start_s), self._length(x, 0)
        else:
            since, left = mark.at, self._left(x, mark, said.missing)
        left += self._again(x, said)
        end = start_s
        for from_, to in said.spans(since):
            from_s = to_unix_down(from_)
            if to is not None:
                left = max(0, left - self._worked_in(x, from_s, to_unix_down(to)))
                end = to_unix_down(to)
            else:
                end = self._end_from(x, from_s, left)
        return max([end, *(to_unix_up(known.at) for known in said.marks)])

    def _worked_in(self, x: int, from_s: int, to_s: int) -> int:
        return self._worked(x, from_s, max(from_s, to_s))

    def _length(self, x: int, made: int) -> int:
        """Working seconds from the shot or piece after `made` to the end, with the maintenance that falls into it."""
        if made == 0:
            return int(self._k.ops[x, a.DUR])
        count = max(0, self._job(x)[2] - made)
        return self._work(x, count) + self._maintenance(x, made, count)

    def _job(self, x: int) -> tuple[Mode, int, int]:
        """Mode, cavities (1 without a mould), and shots or pieces of all of the run."""
        k = self._k
        mode = self.layout.modes[int(self.layout.var[k.ops[x, a.VAR], a.V_MODE])][2]
        quantity = self._lines[int(k.ops[x, a.LOT])].quantity
        if not mode.mould_id:
            return mode, 1, mode.pieces(quantity)
        cavities = self.plant.mould_by_id[mode.mould_id].cavities
        return mode, cavities, mode.shots(quantity, cavities)

    def _work(self, x: int, count: int) -> int:
        mode, _, _ = self._job(x)
        each = self.plant.mould_by_id[mode.mould_id].cycle if mode.mould_id else mode.per_piece
        return seconds(each * count)

    def _left(self, x: int, mark: Mark, lost: int) -> int:
        """Working seconds that are left when a mark is made, by its counts; `lost` pieces are made by other work."""
        mode, cavities, total = self._job(x)
        quantity = self._lines[int(self._k.ops[x, a.LOT])].quantity
        good = mark.good
        if good is None and mark.scrapped is not None:
            assert mark.shots is not None
            good = max(0, mark.shots * cavities - mark.scrapped)
        if good is None:
            assert mark.shots is not None
            return self._length(x, min(mark.shots, total)) if mark.shots else int(self._k.ops[x, a.DUR])
        lacking = max(0, quantity - lost - good)
        count = mode.shots(lacking, cavities) if mode.mould_id else mode.pieces(lacking)
        if count == 0:
            return 0
        if good == 0:
            return int(self._k.ops[x, a.DUR])
        made = mark.shots if mark.shots is not None else max(0, total - count)
        return self._work(x, count) + self._maintenance(x, made, count)

    def _again(self, x: int, said: Progress) -> int:
        """Working seconds to make again what is told as scrap beyond what the yield allows, where no count has it."""
        mark, scrapped = said.counted, said.count("scrapped")
        if scrapped is None or (mark is not None and (mark.good is not None or mark.scrapped is not None)):
            return 0
        mode, cavities, total = self._job(x)
        quantity = self._lines[int(self._k.ops[x, a.LOT])].quantity
        lacking = max(0, scrapped - said.missing - (total * cavities - quantity))
        return self._work(x, mode.shots(lacking, cavities) if mode.mould_id else mode.pieces(lacking))

    def _maintenance(self, x: int, made: int, count: int) -> int:
        """Seconds of the mould's maintenance by shots that falls into `count` shots after `made`."""
        k = self._k
        v = self.layout.var[k.ops[x, a.VAR]]
        if v[a.V_MPL] < 0:
            return 0
        lane = k.lanes[v[a.V_LANES + v[a.V_MPL]]]
        most = int(lane[a.L_NMAX])
        if most <= 0 or not count:
            return 0
        row = k.ops[x]
        began = int(row[a.CNT]) - int(row[a.SHOTS]) + int(row[a.NMAINT]) * most
        done = max(0, (began + made - 1) // most)
        return max(0, (began + made + count - 1) // most - done) * int(lane[a.L_MAINT])
