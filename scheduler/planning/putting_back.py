"""Late lines put back into the plan by insertion, in one order or another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from scheduler import arrays as a
from scheduler import insert
from scheduler.planning.core import INF
from scheduler.planning.counting import Counting
from scheduler.planning.decision import Backup
from scheduler.planning.stakes import Places, Stake


class Try(Struct):
    """A way to put back what was late, and what it costs, the less the better: broken, their weight, moved."""

    cost: tuple[int, int, int]
    arrays: Backup


class PuttingBack(Counting):
    """Inserts lines again that were taken out."""

    def _put_in(self, line: int, rows: Sequence[int]) -> int:
        """Insert the open operations of a line again and bind it; its end, or INF with nothing of them in the plan."""
        info = self._lines[line]
        self._pass_tails_on()
        self._k.ops[rows, a.STATE] = a.REMOVED
        whole = rows[-1] - rows[0] + 1 == len(rows)
        fits = self._put_in_whole(rows) if whole else self._put_in_one_by_one(rows)
        if not fits:
            return INF
        if not self._k.s[a.S_EXACT]:
            self._settle()
        end = self._end(info)
        deadline_s = max(int(self._k.lines[line, a.N_DEADLINE]), end)
        self._k.lines[line, a.N_DEADLINE] = deadline_s
        self._k.s[a.S_UNDO] = 0
        insert.set_deadline(self._k.ops, self._k.z, info.x0, info.count, deadline_s)
        self._bind_pins(range(info.x0, info.x0 + info.count))
        return end

    def _put_in_whole(self, rows: Sequence[int]) -> bool:
        pending = self._pending()
        self._k.s[a.S_UNDO] = self._k.s[a.S_FULL] = 0
        while insert.insert_line(self._k.ops, self._k.z, rows[0], len(rows)) >= INF:
            # Taken back, it has emptied the queue of what the lines before it shift.
            insert.requeue(self._k.ops, self._k.z, pending)
            if not self._made_room():
                return False
        return True

    def _put_in_one_by_one(self, rows: Sequence[int]) -> bool:
        """As `_put_in_whole`, where rows of a line that have begun stand between those that have not."""
        for number, x in enumerate(rows):
            self._settle()
            self._k.s[a.S_UNDO] = self._k.s[a.S_FULL] = 0
            while not insert.insert(self._k.ops, self._k.z, x):
                if not self._made_room():
                    for y in reversed(rows[:number]):
                        insert.remove(self._k.ops, self._k.z, y)
                    return False
        return True

    def _made_room(self) -> bool:
        """Lengthen the log or spread the ranks, whichever an insertion lacked; False when it lacked neither."""
        full = int(self._k.s[a.S_FULL])
        self._k.s[a.S_FULL] = 0
        if full == 1:
            self._lengthen_log()
        elif full == 2:
            self._spread_ranks()
        return full in (1, 2)

    def _put_all(
        self, order: Iterable[int], out: Mapping[int, list[int]], stakes: Sequence[Stake],
        before: Places,
    ) -> Try:  # fmt: skip
        broken = weight = 0
        for line in order:
            if self._put_in(line, out[line]) > stakes[line].by_s:
                broken += 1
                weight += 10 - stakes[line].priority
        return Try((broken, weight, self._moves(before)), self._backup())

    def _moves(self, before: Places) -> int:
        self._settle()
        rows = self._k.ops[before.rows]
        return before.moved(rows[:, a.PLACES + a.P_LANE], rows[:, a.LABEL])

    def _orders(self, out: Mapping[int, list[int]], stakes: Sequence[Stake]) -> Iterable[list[int]]:
        """Late lines by stake, by priority, by slack, by what is left to do, and as they stood."""
        k = self._k
        left = {line: int(k.ops[rows, a.DUR0].sum()) for line, rows in out.items()}
        stood = {line: int(k.ops[rows, a.LABEL].min()) for line, rows in out.items()}
        by = {line: stakes[line].by_s for line in out}
        ranks: list[dict[int, tuple[int, ...]]] = [
            {line: (by[line],) for line in out},
            {line: (by[line] - left[line],) for line in out},
        ]
        if not self._single:
            # Without a dispatch to fall back on, it is worth trying more.
            ranks += [
                {line: (stakes[line].priority, by[line]) for line in out},
                {line: (stood[line],) for line in out},
                {line: (left[line],) for line in out},
            ]
        for rank in ranks:
            yield sorted(out, key=lambda line, rank=rank: (rank[line], line))  # type: ignore[misc]
