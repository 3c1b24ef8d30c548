"""Orders that stand: taken out, placed anew, eased, bound to another date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from domain.checks import to_unix_down
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import LinePromise, Reservation
from domain.values import replace
from scheduler import arrays as a
from scheduler import insert, propagate
from scheduler.planning.core import INF
from scheduler.planning.deciding import Deciding, rests_of
from scheduler.planning.decision import Before, Decision, Effort
from scheduler.planning.delivering import Date
from scheduler.planning.way import Run, Way
from scheduler.records import LineInfo
from scheduler.view import by_start, reservation

if TYPE_CHECKING:
    from scheduler.rescuing.ask import Found


class Changing(Deciding):
    """Orders that stand: taken out, placed anew, eased, bound to another date."""

    def remove(self, order_id: str, now_s: int) -> None:
        """Take an order's unstarted work and material out; started work stays as it is."""
        self.advance(now_s)
        self._passed_s = -INF
        self._settle()
        k = self._k
        for info in self._by_order.pop(order_id, []):
            self._changed.update(self._lift(info))
            self._orphan(info)
            if np.isin(k.ops[info.x0 : info.x0 + info.count, a.STATE], (a.OPEN, a.FIXED)).any():
                self._leftover.append(info)
        self._free_material(order_id, None)
        self.version += 1

    def _orphan(self, info: LineInfo) -> None:
        """Lots that stay, of which what they go into was taken out, go into nothing."""
        for lot in self._lines[info.index - info.lots : info.index]:
            goal = self._lines[lot.into]
            end = info.x0 + info.count if goal is info else self._lines[goal.index + 1].row0
            lot.gone = not np.isin(self._k.ops[goal.row0 : end, a.STATE], (a.OPEN, a.FIXED)).any()

    def _lift(self, info: LineInfo) -> list[int]:
        """Take a line's open operations out of the sequences; the rows that have to stay, blocked."""
        k = self._k
        stay = []
        for x in range(info.x0 + info.count - 1, info.x0 - 1, -1):
            if k.ops[x, a.STATE] != a.OPEN:
                continue
            k.s[a.S_UNDO] = 0
            if insert.remove(k.ops, k.z, x):
                self._removed.append(int(k.ops[x, a.KEY]))
            else:
                stay.append(x)
        return stay

    def _free_material(self, order_id: str, line_nos: Collection[int] | None) -> None:
        """Free what an order holds, or some of its lines; the store writes anew what the others go on holding."""
        pegs = self._stock.by_order.get(order_id)
        if not pegs:
            return
        unwritten = [peg for peg in self._material if peg.order_id == order_id]
        self._material = [peg for peg in self._material if peg.order_id != order_id]
        self._material_removed.append(order_id)
        self._freed += [peg for peg in pegs if peg not in unwritten]
        if line_nos is None:
            self._stock.give(order_id)
            return
        for line_no in line_nos:
            self._stock.give(order_id, line_no)
        self._material += self._stock.by_order.get(order_id, [])

    def begin(self, order: Order, now_s: int) -> Decision:
        """Begin a change of a standing order, in steps that follow one another; `keep` or `undo` it as a whole."""
        self.advance(now_s)
        self._settle()
        decision = Decision(order, self.now_s, (), pending=self._pending())
        decision.before = Before(
            self._backup(), list(self._by_order.get(order.id, [])), list(self._stock.by_order.get(order.id, [])),
            len(self._removed), set(self._changed), list(self._material), list(self._material_removed),
            list(self._freed),
        )  # fmt: skip
        self._mark(decision)
        return decision

    def take_out(self, decision: Decision, line_nos: Collection[int]) -> None:
        """Take lines of which nothing has begun out of the plan, with their material."""
        order_id = decision.order.id
        infos = self._by_order.get(order_id, [])
        for info in infos:
            if info.line_no in line_nos and self._lift(info):
                decision.blocked.append(self._nameless(info))
        self._by_order[order_id] = [info for info in infos if info.line_no not in line_nos]
        if not self._by_order[order_id]:
            del self._by_order[order_id]
        self._free_material(order_id, line_nos)

    def place(
        self, decision: Decision, lines: Sequence[OrderLine], *, allow_frozen: bool = False,
        effort: Effort = Effort.TIER1, accept_later: bool = True, hold_s: int = 0,
        beside: Sequence[OrderLine] = (), found: Found | None = None, way: Way | None = None,
    ) -> tuple[LinePromise, ...]:  # fmt: skip
        """Place lines of the order anew, as `decide` does, those last that are the rest of others.

        Of an order that is delivered complete those `beside` stay. `found` and `way` as in `decide`.
        """
        # Alone, the rest of a line may stand without the line that it is the rest of.
        ordered = sorted(lines, key=lambda line: bool(line.part_of))
        decision.rests = rests_of(ordered)
        alone = tuple(replace(line, part_of=0) if line.part_of else line for line in ordered)
        decision.order, decision.beside = replace(decision.order, lines=alone), tuple(beside)
        decision.way = way
        return self._decide(decision, allow_frozen, effort, accept_later, hold_s, found).lines

    def ease(self, decision: Decision) -> None:
        """Let the order's work begin as early as its places allow, no longer bound to the end of a hold."""
        k = self._k
        least_s = self.now_s + self._lead_s
        for info in self._by_order.get(decision.order.id, []):
            for x in range(info.x0, info.x0 + info.count):
                if k.ops[x, a.STATE] == a.OPEN and k.ops[x, a.NBV] > least_s:
                    k.ops[x, a.NBV] = least_s
                    propagate.push(k.ops, k.z, x)
                    self._changed.add(x)
            info.held_s = -1
        self._follow_supply([decision.order.id])
        self._settle()

    def bind(self, decision: Decision, line_no: int, promised_s: int, carrier_id: str = "", region: str = "") -> int:
        """Bind a line to another promised time, with the carrier told; its deadline, no earlier than it ends now."""
        by_s, last_s = self.packed_by(carrier_id, region, promised_s), 0
        # Of one that came short there are more lots than one.
        for info in self._all_of(decision.order.id, line_no):
            deadline_s = self._deadline(info, self._end(info), by_s)
            self._set_deadline(info, deadline_s)
            rows = range(info.x0, info.x0 + info.count)
            decision.bound += rows
            self._changed.update(rows)
            last_s = max(last_s, deadline_s)
        return last_s

    def tighten(self, order_id: str, line_no: int, promised_s: int, carrier_id: str, region: str) -> None:
        """Bind a line no longer than its carrier, which changed, allows for its promised time."""
        by_s = self.packed_by(carrier_id, region, promised_s)
        for info in self._all_of(order_id, line_no):
            deadline_s = self._deadline(info, self._end(info), by_s)
            if deadline_s < int(self._k.lines[info.index, a.N_DEADLINE]):
                self._set_deadline(info, deadline_s)

    def rebind(self, order_id: str, line_no: int, promised_s: int, carrier_id: str, region: str) -> None:
        """Bind a line as its carrier, which stands still or no longer does, allows for its promised time."""
        by_s = self.packed_by(carrier_id, region, promised_s)
        for info in self._all_of(order_id, line_no):
            self._set_deadline(info, self._deadline(info, self._end(info), by_s))
            self._changed.update(range(info.x0, info.x0 + info.count))

    def _all_of(self, order_id: str, line_no: int) -> list[LineInfo]:
        """What is made for a line: once more where a run came short."""
        return [info for info in self._by_order[order_id] if info.line_no == line_no]

    def _set_deadline(self, info: LineInfo, deadline_s: int) -> None:
        k = self._k
        k.lines[info.index, a.N_DEADLINE] = deadline_s
        if info.count:
            k.s[a.S_UNDO] = 0
            insert.set_deadline(k.ops, k.z, info.x0, info.count, deadline_s)
            self._pass_tails_on()
            self._bind_pins(range(info.x0, info.x0 + info.count))

    def dates(self, decision: Decision, lines: Sequence[OrderLine]) -> list[Date | None]:
        """What lines of the order are promised for where they stand, together if it is delivered complete."""
        self._send(decision)
        order_id = decision.order.id
        packed = [
            max(self._end(info) + info.shipping_s for info in self._all_of(order_id, line.line_no)) for line in lines
        ]
        asked = [to_unix_down(line.requested_time) for line in lines]
        margins = [self._margin(self._all_of(order_id, line.line_no)[-1]) for line in lines]
        if decision.order.ship is ShipMode.COMPLETE:
            return [self._date(decision.services, max(packed), asked, margins)] * len(lines)
        return [
            self._date(decision.services, at_s, (by_s,), (margin,))
            for at_s, by_s, margin in zip(packed, asked, margins, strict=True)
        ]

    def placed(self, decision: Decision) -> list[Reservation]:
        """Places of what a decision would keep, by start."""
        self._settle()
        rows = [x for info in decision.infos for x in range(info.x0, info.x0 + info.count)]
        return by_start(
            reservation(self.layout.names, self._lines, row, self._reports, self.now_s)
            for row in self._k.ops[rows].tolist()
        )

    def runs(self, decision: Decision) -> list[Run]:
        """How the operations of what a decision would keep are done."""
        found = []
        for info in decision.infos:
            for x in range(info.x0, info.x0 + info.count):
                row = self._k.ops[x]
                routing, number, mode = self.layout.modes[int(self.layout.var[int(row[a.VAR]), a.V_MODE])]
                step = routing.operations[number].id
                found.append(Run(info.line_no, routing.id, step, mode, int(row[a.DUR0])))
        return found

    def begun(self, order_id: str, line_no: int) -> str:
        """The operation of a line that has begun, or is released to; empty when none has."""
        for info in self._by_order.get(order_id, []):
            if info.line_no == line_no:
                for x in range(info.x0, info.x0 + info.count):
                    if self._k.ops[x, a.STATE] == a.FIXED:
                        lot = self._lines[int(self._k.ops[x, a.LOT])]
                        return self.plant.routing_by_id[lot.routing_id].operations[int(self._k.ops[x, a.OPNO])].id
        return ""

    def movable(self, order_id: str, line_no: int) -> bool:
        """True when nothing of a line has begun, is frozen or pinned."""
        k = self._k
        rows = (
            k.ops[x]
            for info in self._by_order.get(order_id, [])
            if info.line_no == line_no
            for x in range(info.x0, info.x0 + info.count)
        )
        return all(row[a.STATE] != a.FIXED and not (row[a.STATE] == a.OPEN and row[a.LATEST] < INF) for row in rows)
