"""What the store must write of the plan, checked before it is taken."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from struct import pack

import numpy as np

from scheduler import arrays as a
from scheduler.arrays import Ints
from scheduler.planning.decision import PlanBroken
from scheduler.planning.facts import HEAD_FORMAT, PERSISTED, SEQUENCE
from scheduler.planning.reading import Reading
from scheduler.records import LineInfo, OperationRow, PlanDelta
from scheduler.translate import day_s
from scheduler.verify import verify
from scheduler.verify.commit import CommitCheck
from scheduler.verify.delivery import late
from scheduler.verify.tables import Variant

KNOWN = (a.STATE, a.LOT, a.KEY, a.OPNO)
"""What must be known of an operation to name it to the store."""


class Storing(Reading):
    """What the store must write of the plan, checked before it is taken."""

    def take_delta(self) -> PlanDelta:
        """What the store must write since the last take. Raises PlanBroken when the plan does not hold."""
        if self._changes or not self._as_read:
            self._verify()
        k = self._k
        delta = PlanDelta(self.version, int(k.s[a.S_FLOOR]), self.now_s)
        delta.whole = self._whole
        placed = list(self._live_lines()) if self._whole else self._placed
        rows = [x for info in placed for x in range(info.x0, info.x0 + info.count)]
        new = len(rows)
        rows += sorted(self._changed.difference(rows))
        for i, info, key, state, step, blob in self._rows_to_store(rows):
            if i >= new:
                delta.changed.append((key, state, blob))
                continue
            name = self.plant.routing_by_id[info.routing_id].operations[step].id
            delta.placed.append(OperationRow(key, info.order_id, info.line_no, name, state, blob))
        delta.removed = [] if self._whole else self._removed
        if self._resequenced:
            delta.sequence = self._sequence()
        delta.material = [p for pegs in self._stock.by_order.values() for p in pegs] if self._whole else self._material
        delta.material_removed = self._material_removed
        self._placed, self._changed, self._removed = [], set(), []
        self._material, self._material_removed, self._resequenced, self._whole = [], [], False, False
        self._freed = []
        return delta

    def check(self) -> None:
        """Let the checker look at a plan that was only read so far, which the first change would else wait for.

        Raises PlanBroken when the plan does not hold.
        """
        if self._as_read:
            try:
                self._verify()
            except PlanBroken:
                # The first change finds it again.
                self._check = self._last_check = None
                raise

    @property
    def as_read(self) -> bool:
        """Whether no checker has looked at the plan since it was read."""
        return self._as_read

    @property
    def _changes(self) -> bool:
        """Whether there is anything to write."""
        material = self._material or self._material_removed or self._freed
        return bool(self._whole or self._resequenced or self._placed or self._changed or self._removed or material)

    def _verify(self) -> None:
        """Let the checker look at all work that is not history, before any of it is stored."""
        check, fresh, self._as_read = self._check, self._check is None, False
        if check is None:
            first_s, last_s = day_s(self.layout.first), day_s(self.layout.last)
            check = CommitCheck(
                self._as_counted(), self.layout.lane_owner, self._variants(), first_s, last_s, self._last_check
            )
            self._check = self._last_check = check
        check.take_in(self._k.ops, int(self._k.s[a.S_OPS]), self._lines, self.now_s)
        if fresh:
            overdrawn = check.peg(peg for pegs in self._stock.by_order.values() for peg in pegs)
        else:
            check.peg(self._freed, -1)
            overdrawn = check.peg(self._material)
        if check.needs_times:
            self._settle()
        s = self._k.s
        settled = not s[a.S_HEAP]
        row, rule = check.walk(self._k.ops, int(s[a.S_OPS]), self._lines, int(s[a.S_FLOOR]), self.now_s, settled)
        promised, self._promised = self._promised, []
        told, packed = [line for line, _ in promised], [at_s for _, at_s in promised]
        behind = [line for line, _ in late(self.plant, told, packed)]
        if behind:
            raise PlanBroken([f"delivery: {line.order_id}/{line.line_no} would arrive too late" for line in behind])
        if overdrawn or row >= 0:
            found = [str(breach) for breach in verify(self.snapshot())]
            where = f"{rule}: row {row} of {self._order_of(row)}" if row >= 0 else f"material: {overdrawn}"
            raise PlanBroken(found or [where])

    def _order_of(self, row: int) -> str:
        return self._lines[int(self._k.ops[row, a.LINE])].order_id

    def _variants(self) -> list[Variant]:
        """What the numbers of variants mean, by name."""
        found = []
        for v in self.layout.var[: len(self.layout.var) if self.layout.modes else 0].tolist():
            routing, number, mode = self.layout.modes[v[a.V_MODE]]
            lanes = v[a.V_LANES : a.V_LANES + v[a.V_NPL]]
            q, m, s = v[a.V_Q], v[a.V_MPL], v[a.V_SPL]
            mould, setter = lanes[m] if m >= 0 else -1, lanes[s] if s >= 0 else -1
            crew = tuple(lanes[max(q, m + 1, s + 1) :])
            step = routing.operations[number].id
            found.append(Variant(routing.id, step, mode.id, tuple(lanes[:q]), mould, setter, crew))
        return found

    def _facts(self, rows: Ints) -> Ints:
        """What is stored of operations; the holder of a mould by its key, since rows are numbered anew by a restart."""
        facts = self._k.ops.take(rows, axis=0).take(PERSISTED, axis=1)
        column = PERSISTED.index(a.HOLD)
        if not self._k.s[a.S_EXACT]:
            held = facts[:, column]
            facts[:, column] = np.where(held >= 0, self._k.ops[held, a.KEY], -1)
        return facts

    def _rows_to_store(self, rows: Sequence[int]) -> Iterator[tuple[int, LineInfo, int, int, int, bytes]]:
        """Number, line, key, state, number in the routing and stored facts of those of the rows that stand."""
        if not rows:
            return
        which = np.array(rows)
        known = self._k.ops.take(which, axis=0).take(KNOWN, axis=1).tolist()
        facts = self._facts(which).tobytes()
        width = len(facts) // len(rows)
        heads: dict[int, bytes] = {}
        for i, (state, line, key, step) in enumerate(known):
            if state not in (a.OPEN, a.FIXED):
                continue
            info = self._lines[line]
            head = heads.get(line)
            if head is None:
                heads[line] = head = self._head(info)
            yield i, info, key, state, step, head + facts[i * width : (i + 1) * width]

    def _head(self, info: LineInfo) -> bytes:
        """What is stored of a line or lot before each of its operations' facts: the columns of `HEAD`."""
        deadline_s = int(self._k.lines[info.index, a.N_DEADLINE])
        number = self._item_number[info.item_id]
        goes = info.into_key(self._lines)
        return pack(HEAD_FORMAT, number, info.quantity, info.shipping_s, deadline_s, info.key0, goes, info.need)

    def _live_lines(self) -> Iterator[LineInfo]:
        return (info for infos in (*self._by_order.values(), self._leftover) for info in infos if info.count)

    def _sequence(self) -> bytes:
        """Key, label, variant, duration, shots and line's advance of every open operation, compressed."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        live = used[used[:, a.STATE] == a.OPEN]
        table = np.vstack([live[:, SEQUENCE].T, k.lines[live[:, a.LINE], a.N_ADVANCE]])
        return zlib.compress(np.ascontiguousarray(table).astype("<i8").tobytes(), 1)
