"""Progress: what was reported of the work moves the plan's present; what nobody reports counts as done as planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from domain.checks import from_unix, to_unix_down
from domain.progress import Progress
from scheduler import arrays as a
from scheduler.planning.assumed import Assumed
from scheduler.planning.core import INF
from scheduler.planning.forwarding import bring_forward
from scheduler.planning.remaining import Remaining
from scheduler.planning.reported import Moved
from scheduler.planning.stakes import Places, Stake


class Place(Struct, frozen=True):
    """An operation as the shop floor names it."""

    key: int
    order_id: str
    line_no: int
    operation_id: str
    item_id: str
    quantity: int
    resources: tuple[str, ...]
    """The machine that it is planned on, and the others that can do it."""


class Progressing(Remaining):
    """Takes reports over into the plan."""

    def recall(self, known: Iterable[Progress]) -> None:
        """Know again what was reported before a restart; the plan has its times already."""
        self._reports = {each.key: each for each in known}
        self._count_reported()

    def told(self, key: int) -> Progress | None:
        """What was reported of an operation."""
        return self._reports.get(key)

    def forget_gone(self) -> list[int]:
        """Forget what was reported of operations that are no longer in the plan; their keys."""
        if not self._reports:
            return []
        standing = self._rows_by_key(self._reports)
        gone = [key for key in self._reports if key not in standing]
        for key in gone:
            del self._reports[key]
        return gone

    def operations(self, order_id: str) -> list[Place]:
        """The operations of an order that stand in the plan, by key."""
        k = self._k
        infos = [*self._by_order.get(order_id, ()), *(info for info in self._leftover if info.order_id == order_id)]
        found = []
        for info in infos:
            for x in range(info.x0, info.x0 + info.count):
                if k.ops[x, a.STATE] in (a.OPEN, a.FIXED):
                    lot = self._lines[int(k.ops[x, a.LOT])]
                    routing, number, mode = self.layout.modes[int(k.var[k.ops[x, a.VAR], a.V_MODE])]
                    step = routing.operations[number]
                    names = dict.fromkeys([mode.resource_id, *(way.resource_id for way in step.modes)])
                    found.append(
                        Place(
                            int(k.ops[x, a.KEY]), order_id, info.line_no, step.id, lot.item_id, lot.quantity,
                            tuple(names),
                        )
                    )  # fmt: skip
        return sorted(found, key=lambda place: place.key)

    def operation(self, key: int) -> Place | None:
        """The operation of a key, if it stands in the plan."""
        x = self._rows_by_key([key]).get(key)
        if x is None:
            return None
        return next(
            place for place in self.operations(self._lines[int(self._k.ops[x, a.LINE])].order_id) if place.key == key
        )

    def times_of(self, keys: Iterable[int]) -> dict[int, tuple[datetime, datetime]]:
        """Start and end of operations as the plan has them, by key."""
        self._settle()
        spans = {key: self._span(x) for key, x in self._rows_by_key(keys).items()}
        return {key: (from_unix(start), from_unix(end)) for key, (start, end) in spans.items()}

    def objection(self, key: int, said: Progress, beside: Mapping[int, Progress]) -> str:
        """Why what is reported of an operation can't be, beside what was reported of others; empty: it can."""
        x = self._rows_by_key([key])[key]
        if said.finished is None and self.is_counted(x):
            return "it is over, what was made beyond the need is counted already"
        if said.begun:
            return ""
        ahead, seen = list(self._successors(x)), set[int]()
        while ahead:
            y = ahead.pop()
            name = int(self._k.ops[y, a.KEY])
            other = beside.get(name) or self._reports.get(name)
            if other is not None and other.begun:
                return f"{other.operation_id}, which comes after it, has begun"
            ahead += [z for z in self._successors(y) if z not in seen]
            seen.update(ahead)
        return ""

    def report(self, said: Sequence[Progress], now_s: int, stakes: Mapping[tuple[str, int], Stake]) -> Moved:
        """Take over what was reported of operations up to now, and put the work that is left right.

        Work that was reported stands as it was reported. Work that nobody reported and that can't be as it was planned
        beside it began later, or was over earlier, or may move again. The rest is as in `repair`.
        """
        self.advance(now_s)
        self._settle()
        self._passed_s = -INF
        before = Places.of(self._k.ops[: int(self._k.s[a.S_OPS])])
        at_stake = self._all_stakes(stakes)
        moved = Moved()
        rows = self._rows_by_key(each.key for each in said)
        spans = {x: self._span(x) for x in rows.values()}
        self._reports.update((each.key, each) for each in said)
        anew = self._begin([x for x in rows.values() if self._has_begun(x)], moved)
        changed = [x for x in rows.values() if self._put_in_time(x)]
        late = [x for x in rows.values() if not self._has_begun(x) and self._told_at(x) is not None]
        counts = self._count_reported()
        if anew or changed or late or counts:
            since = min(min(self._span(x)[0], spans.get(x, (INF, INF))[0]) for x in (*rows.values(), *self._implied))
            self._open_again(self._disprove(since, late, anew, moved), moved.repair)
            if not self._k.s[a.S_EXACT]:
                self._leave_again()
                self._open_again(self._count_history(), moved.repair)
            sooner = any(self._span(x)[1] < end for x, (_, end) in spans.items())
            self._make_good(before, at_stake, sooner, moved)
        self._changed.update(rows.values())
        return moved

    # -- what has begun becomes a fact -------------------------------------------------------------------------

    def _begin(self, rows: Sequence[int], moved: Moved) -> bool:
        """Make facts of open operations that have begun, and of those that must be over by then, in order of time.

        False where there are none.
        """
        k = self._k
        self._implied = []
        firsts = {x: self._first_s(x) for x in rows}
        opened = sorted((x for x in rows if k.ops[x, a.STATE] == a.OPEN), key=lambda x: (firsts[x], k.ops[x, a.LABEL]))
        order: dict[int, int] = {}
        for x in opened:
            self._with_before(x, firsts[x], order)
        if not order:
            return False
        rank = int(k.s[a.S_FIXRANK])
        for x in order:
            rank += 1
            k.ops[x, a.LABEL] = rank
            k.ops[x, [a.NBV, a.NBR]] = 0
            k.ops[x, a.LATEST] = INF
        # What hangs where, and in what colour, follows from the sequences.
        self._lay_again()
        k = self._k
        k.s[a.S_FIXRANK] = rank
        for x, over_s in order.items():
            row = k.ops[x]
            row[a.STATE] = a.FIXED
            if x in firsts:
                self._shift(x, min(over_s, self.now_s - 1), max(over_s, int(row[a.END] - row[a.START]) + over_s))
            else:
                end = min(over_s, self.now_s - 1)
                self._shift(x, end - min(int(row[a.DUR]), 1), end)
                self._implied.append(x)
                moved.assumed.append(int(row[a.KEY]))
            self._changed.add(x)
        return True

    def _with_before(self, x: int, by_s: int, order: dict[int, int]) -> None:
        """Put an open operation and the open ones that it waits for into `order`, those first."""
        if x in order:
            return
        for y in self._predecessors(x):
            if self._k.ops[y, a.STATE] == a.OPEN:
                self._with_before(y, min(by_s, self._first_s(y)) if self._has_begun(y) else by_s, order)
        order[x] = by_s

    def _put_in_time(self, x: int) -> bool:
        """Let an operation that has begun run as was reported; False when it does already."""
        said = self._of(x)
        if said is None or not self._has_begun(x):
            return False
        stood = self._span(x)
        start = min(self._first_s(x), self.now_s - 1)
        if said.finished is not None:
            end = to_unix_down(said.finished)
        else:
            end = self._expected_end(x, said, self._first_s(x))
        if (start, max(start, end)) == stood:
            return False
        self._shift(x, start, end)
        return True

    # -- what nobody reported ----------------------------------------------------------------------------------

    def _disprove(self, since: int, late: Sequence[int], anew: bool, moved: Moved) -> list[int]:
        """Re-time what is only assumed to have run after `since`, where others were there; what is to be open again."""
        for x in late:
            self._hold_until(x)
        return Assumed(self, set(late), moved).opened(since, anew)

    def _hold_until(self, x: int) -> None:
        told = self._told_at(x)
        self._k.ops[x, a.NBV] = max(int(self._k.ops[x, a.NBV]), told or 0)
        self._k.ops[x, a.LATEST] = INF
        self._changed.add(x)

    # -- the rest of the plan ----------------------------------------------------------------------------------

    def _make_good(self, before: Places, at_stake: Sequence[Stake], sooner: bool, moved: Moved) -> None:
        """Re-time what is open, and put back what would be late, as a repair does; `sooner`: some work is."""
        reopened = len(moved.repair.reopened)
        out = self._take_out_late(moved.repair)
        if out:
            self._put_back_best(out, at_stake, before, moved.repair)
            self._whole = True
        self._settle()
        if sooner and bring_forward(self, at_stake, out):
            self._whole = self._resequenced = True
        self._tell(before, at_stake, moved.repair)
        if out or moved.repair.reopened:
            self._resequenced = True
        if len(moved.repair.reopened) > reopened:
            self._whole = True
        self._look_again()
        self.version += 1

    def _look_again(self) -> None:
        """History is another one: let checker and surplus look at all of it again."""
        if self._check is not None:
            self._check.renew()
        self._ending, self._begun = [], set()
        for index in sorted(self._yields):
            self._yield(index)

    def clashes(self) -> list[tuple[str, int, int]]:
        """What two operations use at a time by what was reported, from now on: resource or mould, and their keys."""
        k = self._k
        rows = [
            x for x in self._rows_by_key(self._reports).values() if self._has_begun(x) and k.ops[x, a.END] > self.now_s
        ]
        by_lane: dict[int, list[int]] = {}
        for x in rows:
            for lane in self._lanes(x):
                by_lane.setdefault(lane, []).append(x)
        found = []
        for lane, users in sorted(by_lane.items()):
            users.sort(key=lambda x: self._span(x))
            for x, y in pairwise(users):
                if self._span(y)[0] < self._span(x)[1]:
                    found.append((self.layout.lane_owner[lane][0], int(k.ops[x, a.KEY]), int(k.ops[y, a.KEY])))
        return found
