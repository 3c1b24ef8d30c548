"""Sequences made at an earlier version of the plan, adopted into the plan as it is, or refused with what is late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import numpy as np
from msgspec import Struct

from scheduler import arrays as a
from scheduler import propagate
from scheduler.arrays import Ints
from scheduler.planning.core import INF
from scheduler.planning.resequencing import SequencesDontFit
from scheduler.planning.shopfloor import ShopFloor
from scheduler.planning.stakes import Places, Slip
from scheduler.records import LineInfo, Sequences, Step

MERGES, MERGED = 12, 60_000
"""How often sequences and what was promised since are laid by their starts at most, three times at least; else as often
as lays about so many operations in all."""
Line = tuple[str, int]
"""Order id and line number."""
NONE_MAY_MOVE: Mapping[Line, int] = {}
"""No line may end after its deadline."""


class SequencesRefused(SequencesDontFit):
    """A plan in which lines would end too late, each with until when it may and when it would; nothing is changed."""

    def __init__(self, missing: Sequence[int], gone: Sequence[int], slips: Sequence[Slip]) -> None:
        self.slips = tuple(slips)
        super().__init__(missing, gone, [(slip.order_id, slip.line_no) for slip in slips])


class Adopted(Struct, frozen=True):
    """What sequences did to the plan.

    `added` are keys of work promised since they were made, which was put between; `gone` keys that they name and that
    may not move any more. `moved` operations left their order on a machine, or the machine; `shifted` start at another
    time, the moved among them. `later` are lines that end after their deadline, as they were allowed to.
    """

    version: int
    added: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    moved: int = 0
    shifted: int = 0
    later: tuple[Slip, ...] = ()


class LateSequences(Exception):
    """One way of laying the sequences, in which these lines are late."""

    def __init__(self, slips: Sequence[Slip]) -> None:
        self.slips = tuple(slips)
        super().__init__()


class Adopting(ShopFloor):
    """Adopts sequences."""

    def sequences(self) -> Sequences:
        """How all work that may move is to be done as the plan stands."""
        self._settle()
        moving, _ = self._movable()
        labels = self._k.ops[moving, a.LABEL]
        ranked = moving[np.lexsort((moving, labels))]
        return Sequences(self.version, tuple(self._step_of(x) for x in ranked.tolist()))

    def adopt(self, sequences: Sequences, now_s: int, until: Mapping[Line, int] = NONE_MAY_MOVE) -> Adopted:
        """Make these the sequences of all work that may move, with what was promised since put between.

        What has begun, is frozen or was cancelled since stays as it is. `until` names lines that may end after their
        deadline, and when they must have ended (Unix seconds): their end is their deadline then. Others keep theirs.

        Raises SequencesRefused when a line would be late, however that is tried, and SequencesDontFit when the
        sequences name work twice or put it before what it follows. Then nothing but the clock is changed.
        """
        self.advance(now_s)
        self._settle()
        before = Places.of(self._k.ops[: int(self._k.s[a.S_OPS])])
        moving, frozen = self._movable()
        rows, steps, gone = self._named(sequences.steps, moving)
        self._check_order(rows)
        missing = np.setdiff1d(moving, rows)
        self._reserve_chunks(len(moving) + len(frozen) + len(self._pins))
        self._reserve(len(missing), 0, 0)
        # What is queued is not part of a backup.
        self._pass_tails_on()
        backup = self._backup()
        worst: LateSequences | None = None
        for way in self._ways(missing):
            try:
                self._lay_with(rows, steps, frozen, way, until)
                self._settle()
                self._check_ends()
                break
            except LateSequences as late:
                worst = worst or late
                self._restore_backup(backup)
        else:
            assert worst is not None
            raise SequencesRefused(self._keys(missing), gone, worst.slips)
        later = self._bind_moved(until, backup.lines)
        return self._adopted(before, self._keys(missing), gone, later)

    def _adopted(self, before: Places, added: tuple[int, ...], gone: tuple[int, ...], later: list[Slip]) -> Adopted:
        """Make it the plan's next version."""
        ops = self._k.ops
        shifted = int((ops[before.rows, a.START] != before.starts).sum())
        moved = self._moves(before)
        self._spread_ranks()
        self._forget_blocked()
        self._passed_s = -INF
        self.orders_since_dispatch = 0
        self.version += 1
        return Adopted(self.version, added, gone, moved, shifted, tuple(later))

    # -- what the sequences name -------------------------------------------------------------------------------

    def _step_of(self, x: int) -> Step:
        v = self.layout.var[int(self._k.ops[x, a.VAR])].tolist()
        units = [self.layout.lane_owner[lane][1] for lane in v[a.V_LANES : a.V_LANES + v[a.V_NPL]]]
        q, m, s = v[a.V_Q], v[a.V_MPL], v[a.V_SPL]
        return Step(
            int(self._k.ops[x, a.KEY]), self.layout.modes[v[a.V_MODE]][2].id, tuple(units[:q]),
            units[s] if s >= 0 else -1, tuple(units[max(q, m + 1, s + 1) :]),
        )  # fmt: skip

    def _named(self, steps: Sequence[Step], moving: Ints) -> tuple[list[int], list[Step], tuple[int, ...]]:
        """Rows of what may still move, with their steps, and the keys of what may not."""
        held = np.concatenate([moving, np.array(self._pinned_rows(), np.int64)])
        row_of = dict(zip(self._k.ops[held, a.KEY].tolist(), held.tolist(), strict=True))
        if len({step.key for step in steps}) != len(steps):
            raise SequencesDontFit((), [step.key for step in steps], ())
        kept = [
            self._step_of(row_of[step.key]) if step.key in self._pins else step for step in steps if step.key in row_of
        ]
        gone = tuple(step.key for step in steps if step.key not in row_of)
        return [row_of[step.key] for step in kept], kept, gone

    def _check_order(self, rows: Sequence[int]) -> None:
        """Raise SequencesDontFit where work stands before what it follows."""
        place = np.full(int(self._k.s[a.S_OPS]), -1, np.int64)
        place[list(rows)] = np.arange(len(rows))
        edges = self._k.edges[: int(self._k.s[a.S_EDGES])]
        before, after = place[edges[:, a.E_FROM]], place[edges[:, a.E_TO]]
        wrong = np.flatnonzero((before >= 0) & (after >= 0) & (before > after))
        if len(wrong):
            raise SequencesDontFit((), self._keys(np.unique(edges[wrong, a.E_TO])), ())

    def _keys(self, rows: Ints) -> tuple[int, ...]:
        return tuple(self._k.ops[rows, a.KEY].tolist())

    # -- laying them -------------------------------------------------------------------------------------------

    def _ways(self, missing: Ints) -> Iterator[list[list[int]] | None]:
        """Orders in which to put what was promised since between, line by line; None: where it stands in time."""
        by_line: dict[int, list[int]] = {}
        for x in missing.tolist():
            by_line.setdefault(int(self._k.ops[x, a.LINE]), []).append(x)
        deadline = self._k.lines[:, a.N_DEADLINE].copy()
        yield [by_line[line] for line in sorted(by_line, key=lambda line: (int(deadline[line]), line))]
        if len(by_line) > 1:
            yield [by_line[line] for line in sorted(by_line)]
        if by_line:
            yield None

    def _lay_with(
        self, rows: list[int], steps: list[Step], frozen: Ints, way: list[list[int]] | None, until: Mapping[Line, int]
    ) -> None:
        """Lay the sequences, and the rest between. Raises LateSequences."""
        k = self._k
        self._allow(until)
        stood = k.ops[: int(k.s[a.S_OPS]), a.START].copy()
        movable, _ = self._movable()
        missing = np.setdiff1d(movable, rows)
        own = {x: self._step_of(x) for x in movable.tolist()} if way is None else {}
        k.ops[missing, a.STATE] = a.REMOVED
        propagate.clear_queues(k.ops, k.z)
        if way is None:
            before = self._backup()
            # Late or not, this tells about when the work is to be done.
            with suppress(LateSequences):
                self._lay_around_pins(rows, frozen, steps)
            start = stood.copy()
            start[rows] = self._k.ops[rows, a.START]
            self._restore_backup(before)
            self._merge(dict(zip(rows, steps, strict=True)), own, frozen, start, stood)
            return
        self._lay_around_pins(rows, frozen, steps)
        for mine in way:
            line = int(k.ops[mine[0], a.LINE])
            by_s = int(self._k.lines[line, a.N_DEADLINE])
            end = self._put_in(line, mine)
            if end > by_s:
                info = self._lines[line]
                raise LateSequences([Slip(info.order_id, info.line_no, by_s, end if end < INF else None)])

    def _merge(
        self, named: Mapping[int, Step], own: Mapping[int, Step], frozen: Ints, start: Ints, stood: Ints
    ) -> None:
        """Lay all by their starts: those of the sequences as they are timed alone, the others as they stood.

        Lines that are late so, and what is in their way, stay where and how they stood; not all may.
        """
        k = self._k
        rows = np.array(list(named), np.int64)
        everything = np.union1d(rows, np.array(list(own), np.int64))
        missing = np.setdiff1d(everything, rows)
        k.ops[missing, a.STATE] = a.OPEN
        kept = np.zeros(len(k.lines), bool)
        kept[k.ops[missing, a.LINE]] = True
        backup = self._backup()
        for tries in range(min(MERGES, max(3, MERGED // len(everything))), 0, -1):
            stays = kept[k.ops[everything, a.LINE]]
            keys = np.where(stays, stood[everything], start[everything])
            order = everything[np.lexsort((everything, keys))].tolist()
            by = [own.get(x) if kept[self._k.ops[x, a.LINE]] else named[x] for x in order]
            laid = [step or named[x] for x, step in zip(order, by, strict=True)]
            propagate.clear_queues(k.ops, k.z)
            try:
                self._lay_around_pins(order, frozen, laid)
                self._settle()
                self._check_ends()
                return
            except LateSequences as late:
                more = self._in_the_way(late, everything, kept)
                kept[more] = True
                if tries == 1 or not len(more) or kept[self._k.ops[rows, a.LINE]].all():
                    raise
                self._restore_backup(backup)

    def _in_the_way(self, late: LateSequences, rows: Ints, kept: Ints) -> Ints:
        """Late lines that are not kept where they stood yet; or half of the lines on their machines before they end."""
        names = {(slip.order_id, slip.line_no) for slip in late.slips}
        behind = np.array([info.index for info in self._infos(dict.fromkeys(names, 0))], np.int64)
        new = behind[~kept[behind]]
        if len(new):
            return new
        ops = self._k.ops
        mine = np.isin(ops[rows, a.LINE], behind)
        until = np.zeros(len(self._k.lanes), np.int64)
        lanes = ops[rows, a.PLACES + a.P_LANE]
        np.maximum.at(until, lanes[mine], ops[rows[mine], a.END])
        near = rows[(ops[rows, a.START] < until[lanes]) & ~kept[ops[rows, a.LINE]]]
        if not len(near):
            near = rows[~kept[ops[rows, a.LINE]]]
        lines = np.unique(ops[near, a.LINE])
        return lines[: max(8, len(lines) // 2)]

    def _lay_around_pins(self, rows: list[int], frozen: Ints, steps: Sequence[Step]) -> None:
        """Lay what may move, and the pinned work at its rank, or else back at its start. Raises LateSequences."""
        pins = self._pinned_rows()
        if pins and self._lay_with_pins(rows, frozen, steps):
            return
        kept = [(x, step) for x, step in zip(rows, steps, strict=True) if step.key not in self._pins]
        rows, steps = [x for x, _ in kept], [step for _, step in kept]
        ends = self._set_aside(pins)
        late = self._lay_ranked(rows, frozen, steps)
        self._k.ops[list(ends), a.DEADLINE] = list(ends.values())
        if len(late):
            raise self._late(late)
        for x in pins:
            if not self._put_pin_back(x):
                raise self._late(np.array([x]))

    def _lay_with_pins(self, rows: Sequence[int], frozen: Ints, steps: Sequence[Step]) -> bool:
        """Lay what is pinned at the rank that the sequences give it; False, and all as it was, if it can't begin so."""
        held, behind = self._pins_between(frozen)
        if not {*behind.tolist()} <= {*rows} or {*rows}.intersection(held.tolist()):
            return False
        backup = self._backup()
        self._reserve_chunks(len(rows) + len(held))
        if not len(self._lay_ranked(rows, held, steps)):
            return True
        self._restore_backup(backup)
        return False

    # -- deadlines ---------------------------------------------------------------------------------------------

    def _allow(self, until: Mapping[Line, int]) -> None:
        """Let lines end as late as they may."""
        k = self._k
        for info in self._infos(until):
            by_s = max(until[info.order_id, info.line_no], int(k.lines[info.index, a.N_DEADLINE]))
            k.lines[info.index, a.N_DEADLINE] = by_s
            rows = k.ops[info.x0 : info.x0 + info.count]
            rows[:, a.DEADLINE] = np.where(rows[:, a.TLAG] >= 0, by_s - rows[:, a.TLAG], INF)
            self._bind_pins(range(info.x0, info.x0 + info.count))

    def _infos(self, lines: Mapping[Line, int]) -> Iterator[LineInfo]:
        for order_id in dict.fromkeys(order_id for order_id, _ in lines):
            for info in self._by_order.get(order_id, []):
                if info.count and (order_id, info.line_no) in lines:
                    yield info

    def _check_ends(self) -> None:
        """Raise LateSequences where work is after its line's deadline or the horizon, or after its frozen start."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        late = (used[:, a.END] > used[:, a.DEADLINE]) | (used[:, a.END] >= INF) | (used[:, a.VIS] > used[:, a.LATEST])
        rows = np.flatnonzero((used[:, a.STATE] == a.OPEN) & late)
        if len(rows):
            raise self._late(rows)

    def _bind_moved(self, until: Mapping[Line, int], lines: Ints) -> list[Slip]:
        """Bind the lines that might move where they stand, or as they were if that is later."""
        found = []
        for info in self._infos(until):
            end, deadline_s = self._end(info), int(lines[info.index, a.N_DEADLINE])
            self._set_deadline(info, max(end, deadline_s))
            rows = range(info.x0, info.x0 + info.count)
            self._changed.update(rows)
            if self._check is not None:
                self._check.rebound(rows)
            if end > deadline_s:
                found.append(Slip(info.order_id, info.line_no, deadline_s, end))
        return found

    def _late(self, rows: Ints) -> LateSequences:
        """What is told of lines of which these rows are late."""
        found = []
        for line in np.unique(self._k.ops[rows, a.LINE]).tolist():
            info, end = self._lines[line], self._end(self._lines[line])
            by_s = int(self._k.lines[line, a.N_DEADLINE])
            found.append(Slip(info.order_id, info.line_no, by_s, end if end < INF else None))
        return LateSequences(found)

    # -- trying things out on a copy of the plan ---------------------------------------------------------------

    def loosen(self, until: Mapping[Line, int]) -> None:
        """Let lines end later than they are bound to, on a copy of the plan that is only to be looked at."""
        self._settle()
        self._allow(until)

    def stand(self) -> Places:
        """Where all open operations stand now."""
        self._settle()
        return Places.of(self._k.ops[: int(self._k.s[a.S_OPS])])

    def since(self, before: Places) -> tuple[int, int, int]:
        """Operations that left their order or their machine, those that start at another time, and by how much (s).

        What is no longer planned counts for nothing.
        """
        before = before.only(np.flatnonzero(self._k.ops[before.rows, a.STATE] == a.OPEN))
        moved = self._moves(before)
        apart = np.abs(self._k.ops[before.rows, a.START] - before.starts)
        return moved, int((apart != 0).sum()), int(apart.sum())
