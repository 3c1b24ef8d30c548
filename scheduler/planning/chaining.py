"""The chain of an order: its operations as they follow one another, each with what it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import numpy as np

from domain.checks import from_unix
from domain.promises import ChainStep, MaterialReservation, Reason, ReasonKind, Source
from scheduler import arrays as a
from scheduler import explain
from scheduler.planning.answering import REASONS
from scheduler.planning.changing import Changing
from scheduler.planning.decision import reason_of
from scheduler.records import LineInfo
from scheduler.view import reservation


class Chaining(Changing):
    """The chain of an order: its operations as they follow one another, each with what it waits for."""

    def chain(self, order_id: str, decided_s: Mapping[int, int], held_s: int = 0) -> list[ChainStep]:
        """An order's operations, line by line, each after all that it follows.

        `decided_s` is when each line was decided, `held_s` until when the order is held (0: it is not); Unix seconds.
        """
        self._settle()
        steps = []
        for info in sorted(self._by_order.get(order_id, []), key=lambda info: info.line_no):
            rows = range(info.x0, info.x0 + info.count)
            standing = [x for x in rows if self._k.ops[x, a.STATE] in (a.OPEN, a.FIXED)]
            # A line's rows stand in the order of its routings, its lots before what they go into.
            steps += [self._step(x, decided_s.get(info.line_no, self.now_s), held_s) for x in standing]
        return steps

    def _step(self, x: int, since: int, held_s: int) -> ChainStep:
        row = self._k.ops[x]
        before, ready, arrived = self._before(x)
        start = int(row[a.START])
        waits: list[Reason] = []
        if not before:
            ready = min(since, start)
            arrived = min(max(ready, int(row[a.NBV])), start)
            held = max(0, min(held_s, arrived) - ready)
            waits = [reason_of(ReasonKind.HOLD, held), reason_of(ReasonKind.FROZEN, arrived - ready - held)]
        else:
            waits = [reason_of(ReasonKind.LAG, arrived - ready)]
        lot = self._lines[int(row[a.LOT])]
        place = reservation(self.layout.names, self._lines, row.tolist(), self._reports, self.now_s)
        enough = max(arrived, min(int(row[a.NBR]), start))
        there_s, awaited = self._material_of(x, lot)
        if not awaited:
            # It has come meanwhile; what the order was told stands.
            there_s, awaited = lot.ready_s, lot.waits_for
        material = max(0, min(there_s, enough) - arrived)
        other = ReasonKind.NOT_EARLIER if self._early_s is not None else ReasonKind.LAG
        waits += [
            reason_of(ReasonKind.MATERIAL, material, awaited),
            reason_of(other, enough - arrived - material),
            *self._waits(x, enough, place.setter_id),
        ]
        return ChainStep(place, from_unix(ready), tuple(before), tuple(reason for reason in waits if reason.duration))

    def goods_awaited(self, order_id: str, line_no: int) -> tuple[int, str]:
        """When the last of what a line is delivered of as it is comes (Unix seconds), and what: a receipt, or an item.

        0 and nothing where all of that is there.
        """
        pegs = self._stock.by_order.get(order_id, ())
        return self._last_of(peg for peg in pegs if peg.line_no == line_no and not peg.lot)

    def _material_of(self, x: int, lot: LineInfo) -> tuple[int, str]:
        """When the last of the material of an operation is there that was not in stock, and what; 0 without any."""
        return self._last_of(
            peg
            for peg in self._stock.by_order.get(lot.order_id, ())
            if peg.lot == lot.key0 and x in self._consuming(lot, peg.stands_for or peg.item_id)
        )

    def _last_of(self, pegs: Iterable[MaterialReservation]) -> tuple[int, str]:
        times = [(self._there_s(peg), peg.receipt_id or peg.item_id) for peg in pegs if peg.source is not Source.STOCK]
        return max(times, default=(0, ""))

    def _before(self, x: int) -> tuple[list[int], int, int]:
        """Keys of what an operation follows, when the last of it ends, and when that one's lag is over."""
        k = self._k
        keys, ready, arrived = [], 0, -a.INF
        e = int(k.ops[x, a.EIN])
        while e >= 0:
            source = int(k.edges[e, a.E_FROM])
            end = int(k.ops[source, a.END])
            over = self._lag_over(e, end)
            keys.append(int(k.ops[source, a.KEY]))
            if over > arrived:
                ready, arrived = end, over
            e = int(k.edges[e, a.E_NIN])
        start = int(k.ops[x, a.START])
        # Work that was reported is history, whatever it ought to have waited for.
        return keys[::-1], min(ready, start), min(arrived, start)

    def _waits(self, x: int, since: int, setter_id: str) -> list[Reason]:
        """What an operation waits for from `since` to its start."""
        shares = np.empty((256, 3 + 2 * explain.ORDERS_NAMED), np.int64)
        n = int(explain.explain_wait(self._k.ops, self._k.z, x, since, shares, 0))
        found = []
        for kind, lane, duration, *named in shares[:n, : 3 + explain.ORDERS_NAMED].tolist():
            orders = tuple(dict.fromkeys(self._lines[i].order_id for i in named if i >= 0))
            subject = self.layout.lane_owner[lane][0] if lane >= 0 else ""
            if kind == explain.CREW_WAIT and lane == self._k.ops[x, a.PLACES + a.P_LANE]:
                # Nobody has the machine: its changeover waits for the setter.
                subject = setter_id or subject
            found.append(Reason(REASONS[kind], timedelta(seconds=duration), subject, orders))
        return found
