"""Tier 0: a line placed from its sources, its lots inserted, or taken back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from domain.checks import from_unix
from domain.orders import OrderLine
from domain.promises import MaterialReservation
from domain.values import replace
from scheduler import arrays as a
from scheduler import insert
from scheduler.planning.core import INF
from scheduler.planning.decision import Attempt, Decision
from scheduler.planning.dispatching import Dispatching
from scheduler.records import LineInfo
from scheduler.sourcing import DELIVERED, Kit, Path, Peg


class Placing(Dispatching):
    """Tier 0: a line placed from its sources, its lots inserted, or taken back."""

    def _place(self, decision: Decision, line: OrderLine, start_s: int) -> int:
        """Place one line; its end, or INF.

        Where the item ordered misses its time, and the line allows it, another one is delivered if that is there first.
        """
        best = self._place_item(decision, line, start_s)
        if not line.allow_substitutes or best.end <= self._wanted_s(decision, line, self._shipping_s[line.item_id]):
            return best.end
        for other in self._sourcer.deliverable(line, decision.order):
            before, shipped_s = best, best.end + best.info.shipping_s
            self._withdraw(decision, best)
            best = self._place_item(decision, other, start_s)
            if best.end + best.info.shipping_s >= shipped_s:
                self._withdraw(decision, best)
                best = self._try(decision, before.line, before.kit, start_s)
        return best.end

    def _place_item(self, decision: Decision, line: OrderLine, start_s: int) -> Attempt:
        """Place one line from whatever source ends earliest: stock, receipts, making, buying.

        Ties go to what comes first in this list.
        """
        self._pass_tails_on()
        order, now_s, hold_s = decision.order, self.now_s, decision.hold_s
        item = self.plant.item_by_id[line.item_id]
        wanted_s = self._wanted_s(decision, line, self._shipping_s[line.item_id]) if line.least_quantity else now_s
        whole = self._sourcer.whole(line, order, now_s, wanted_s)
        whole_s = INF if whole is None else max(whole.delivered_s, hold_s)
        if whole is not None and whole_s <= max(now_s, hold_s):
            return self._try(decision, line, whole, start_s)
        best: Attempt | None = None
        if item.routing_id:
            best = self._make(decision, line, start_s)
            if whole is not None and whole_s <= best.end:
                self._withdraw(decision, best)
                best = None
        if best is not None and best.end < INF and best.end <= self._sourcer.buying.arrives(item.id, now_s):
            return best
        bought = self._sourcer.bought(line, order, now_s)
        bought_s = INF if bought is None else max(bought.delivered_s, hold_s)
        if bought is not None and bought_s < min(whole_s, INF if best is None else best.end):
            if best is not None:
                self._withdraw(decision, best)
            return self._try(decision, line, bought, start_s)
        if best is not None:
            return best
        return self._try(decision, line, whole or Kit(), start_s)

    def _make(self, decision: Decision, line: OrderLine, start_s: int) -> Attempt:
        """Make the line, or what stock leaves of it, and look once whether awaiting what could be made is sooner."""
        order, now_s, sourcer = decision.order, self.now_s, self._sourcer
        best = self._try(decision, line, sourcer.made(line, order, now_s, now_s), start_s)
        supplied = frozenset(
            path for path, when in best.kit.otherwise.items() if when <= (self._lot_end(best, path), False)
        )  # fmt: skip
        if supplied:
            best = self._better(decision, line, best, sourcer.made(line, order, now_s, now_s, supplied), start_s)
        if self._stock.knows(line.item_id):
            kit = sourcer.made(line, order, now_s, min(best.end, INF - 1), supplied)
            if kit.delivered_s > best.kit.delivered_s:
                best = self._better(decision, line, best, kit, start_s)
        if best.kit.swaps and best.end > self._wanted_s(decision, line, self._shipping_s[line.item_id]):
            best = self._swap(decision, line, best, supplied, start_s)
        return best

    def _swap(
        self, decision: Decision, line: OrderLine, best: Attempt, supplied: frozenset[Path], start_s: int
    ) -> Attempt:
        """The line made with substitutes where they are there sooner, if that is sooner for the line.

        Of these the ones go again that nothing waits for: whose component is there when it is needed.
        """
        order, now_s, sourcer = decision.order, self.now_s, self._sourcer
        until_s = max(best.kit.delivered_s, now_s)
        made = {part.path for part in best.kit.parts}
        swaps = {
            path: swap for path, swap in best.kit.swaps.items()
            if path not in made or swap.at_s < self._lot_end(best, path)
        }  # fmt: skip
        swapped = {path: swap.substitute for path, swap in swaps.items()}
        original = best
        best = self._better(decision, line, best, sourcer.made(line, order, now_s, until_s, supplied, swapped), start_s)
        if best.kit is original.kit:
            return best
        needed = {path: swap.substitute for path, swap in swaps.items() if swap.original_s > self._needed_s(best, path)}
        if len(needed) < len(swapped):
            kit = sourcer.made(line, order, now_s, until_s, supplied, needed)
            best = self._better(decision, line, best, kit, start_s, or_equal=True)
        return best

    def _needed_s(self, attempt: Attempt, path: Path) -> int:
        """When the component at a place in the bill of material goes into its lot."""
        number = next(i for i, part in enumerate(attempt.kit.parts) if part.path == path[:-1])
        lot = self._lines[len(self._lines) - len(attempt.kit.parts) + number]
        rows = self._k.ops[self._consuming(lot, path[-1])]
        return int(rows[:, a.START].min())

    def _consuming(self, lot: LineInfo, component_id: str) -> list[int]:
        """Rows of the operations of a lot that a component is needed for."""
        number = self.layout.consumer(lot.item_id, component_id)
        return [lot.row0 + row for row in self.layout.entries(lot.routing_id, number)]

    def _better(
        self, decision: Decision, line: OrderLine, best: Attempt, kit: Kit, start_s: int, or_equal: bool = False
    ) -> Attempt:
        """The earlier of the attempt that stands and one with another kit; with `or_equal` the other one in a tie."""
        self._withdraw(decision, best)
        other = self._try(decision, line, kit, start_s)
        if other.end < best.end or (or_equal and other.end == best.end):
            return other
        self._withdraw(decision, other)
        return self._try(decision, line, best.kit, start_s)

    def _lot_end(self, attempt: Attempt, path: Path) -> int:
        """When the lot at a place in the bill of material is done."""
        if attempt.end >= INF:
            return INF
        k = self._k
        first = len(self._lines) - len(attempt.kit.parts)
        number = next(i for i, part in enumerate(attempt.kit.parts) if part.path == path)
        info = self._lines[first + number]
        return int(k.ops[info.row0 : info.row0 + info.count, a.END].max())

    def _try(self, decision: Decision, line: OrderLine, kit: Kit, start_s: int) -> Attempt:
        """Place a line as its kit says: lots into the sequences, material pegged."""
        # Of a kit that lacks something nothing is made.
        lots = () if kit.missing else kit.parts[:-1]
        order, first, index = decision.order, len(self._lines), len(self._lines) + len(lots)
        info = LineInfo(
            order.id, line.line_no, line.item_id, self.plant.item_by_id[line.item_id].routing_id, line.quantity,
            self._k.s.item(a.S_OPS), 0, self._shipping_s[line.item_id], index,
        )  # fmt: skip
        for part in lots:
            lot = LineInfo(
                order.id, line.line_no, part.item.id, part.item.routing_id, part.quantity, info.x0, 0, 0,
                len(self._lines), into=first + part.into, need=part.need, ready_s=part.ready_s,
                waits_for=part.waits_for,
            )  # fmt: skip
            self._lines.append(lot)
        self._lines.append(info)
        if index + 3 > len(self._k.lines):
            self._reserve(0, 0, 0)
        self._k.lines[first : index + 1] = 0
        attempt = Attempt(line, info, kit, INF, self._k.s.item(a.S_UNDO), self._pending())
        decision.infos.append(info)
        decision.kits.append(kit)
        if kit.missing or not (kit.parts or kit.pegs):
            return attempt
        made = -INF
        if kit.parts:
            info.quantity, info.need = kit.parts[-1].quantity, kit.parts[-1].need
            info.ready_s, info.waits_for = kit.parts[-1].ready_s, kit.parts[-1].waits_for
            info.lots = len(lots)
            made = self._insert(decision, attempt, start_s)
            if made >= INF:
                return attempt
        if kit.delivered_s > -INF:
            info.held_s = decision.hold_s or -1
            info.stock_end_s = max(kit.delivered_s, decision.hold_s)
        attempt.end = max(made, info.stock_end_s)
        if kit.pegs:
            ordered = next(each.item_id for each in order.lines if each.line_no == line.line_no)
            self._stock.take([self._peg(info, first, peg, ordered) for peg in kit.pegs])
        return attempt

    def _peg(self, info: LineInfo, first: int, peg: Peg, ordered: str) -> MaterialReservation:
        lot, stands_for = 0, ordered if peg.item_id != ordered else ""
        if peg.part != DELIVERED:
            lot, stands_for = self._lines[first + peg.part].key0, peg.stands_for
        return MaterialReservation(
            info.order_id, info.line_no, peg.item_id, peg.quantity, peg.receipt_id, peg.source, from_unix(peg.at_s),
            lot, stands_for,
        )  # fmt: skip

    def _withdraw(self, decision: Decision, attempt: Attempt) -> None:
        """Take an attempt back, the last one made."""
        k, info = self._k, decision.infos.pop()
        decision.kits.pop()
        if info.count:
            insert.take_back(k.ops, k.z, info.x0, info.x0 + info.count, attempt.mark)
            insert.requeue(k.ops, k.z, attempt.pending)
        if attempt.end < INF:
            self._stock.give(info.order_id, info.line_no)
        del self._lines[info.index - info.lots :]

    def _insert(self, decision: Decision, attempt: Attempt, start_s: int) -> int:
        """Lay a line's lots and insert them; the end, or INF."""
        info, kit, pending = attempt.info, attempt.kit, attempt.pending
        lots = tuple((part.item.id, part.quantity, part.into) for part in kit.parts)
        template = self.layout.template(lots)
        early_s = 0
        if self._early_s is not None:
            early_s = self._asked_for(decision, attempt.line) - info.shipping_s - self._early_s
        x0 = self._lay(template, info, start_s, early_s)
        n = len(template.rows)
        k = self._k
        if decision.way is not None and decision.way.modes:
            self._narrow(decision, range(x0, x0 + n), decision.way.modes)
        for part, lot in zip(kit.parts, self._lines[info.index - info.lots : info.index + 1], strict=True):
            for operation_id, ready_s in part.waits.items():
                if ready_s > self.now_s:
                    number = self.layout.operation_number(lot.routing_id, operation_id)
                    waiting = [lot.row0 + row for row in self.layout.entries(lot.routing_id, number)]
                    k.ops[waiting, a.NBR] = np.maximum(k.ops[waiting, a.NBR], ready_s)
        k.s[a.S_FULL] = 0
        end = int(insert.insert_line(k.ops, k.z, x0, n))
        while self._k.s[a.S_FULL]:
            if end < INF:
                insert.take_back(self._k.ops, self._k.z, x0, x0 + n, attempt.mark)
            insert.requeue(self._k.ops, self._k.z, pending)
            end = self._make_room(x0, n)
        if end < INF:
            info.count = n
        else:
            insert.requeue(self._k.ops, self._k.z, pending)
        return end

    def _narrow(self, decision: Decision, rows: range, modes: Mapping[tuple[str, str], frozenset[str]]) -> None:
        """Leave operations only the modes that they may be done in, until the decision is kept."""
        k = self._k
        for x in rows:
            routing = self.plant.routing_by_id[self._lines[int(k.ops[x, a.LOT])].routing_id]
            only = modes.get((routing.id, routing.operations[int(k.ops[x, a.OPNO])].id))
            if only is None:
                continue
            ways = self._every_way(x)
            whole = k.cands[ways].copy()
            named = [self.layout.modes[int(self.layout.var[v, a.V_MODE])][2].id in only for v in whole[:, a.K_VAR]]
            left = whole[named]
            if len(left):
                decision.narrowed.append((x, ways, whole))
                k.cands[ways.start : ways.start + len(left)] = left
                k.ops[x, [a.CAND0, a.NCAND]] = ways.start, len(left)
                k.ops[x, [a.VAR, a.DUR0, a.SHOTS]] = left[0]

    def _widen(self, decision: Decision) -> None:
        """Give operations all their modes back, those inside or those outside: what is planned may move on."""
        for x, ways, whole in decision.narrowed:
            self._k.cands[ways] = whole
            inside = int(self.layout.ways[whole[0, a.K_VAR], 1])
            self._k.ops[x, [a.CAND0, a.NCAND]] = ways.start, inside or len(whole)
            self._stay_in_way(np.array([x], np.int64))
        decision.narrowed.clear()

    def _make_room(self, x0: int, n: int) -> int:
        """Insert again with a longer undo log, or after the ranks were spread out."""
        k = self._k
        spread = False
        if k.s[a.S_FULL] == 1:
            k = self._lengthen_log()
        else:
            self._spread_ranks()
            spread = True
        k.s[a.S_FULL] = 0
        end = int(insert.insert_line(k.ops, k.z, x0, n))
        if k.s[a.S_FULL] == 2 and spread:
            k.s[a.S_FULL] = 0
        return end

    def _drop(self, decision: Decision, info: LineInfo) -> None:
        """Take a refused line out of the plan again."""
        self._settle()
        rows = range(info.x0 + info.count - 1, info.x0 - 1, -1)
        stay = [x for x in rows if not insert.remove(self._k.ops, self._k.z, x)]
        if stay:
            decision.blocked.append(self._nameless(info))
        self._stock.give(info.order_id, info.line_no)
        info.count = 0

    def _nameless(self, info: LineInfo) -> LineInfo:
        """What has to stay of a line that is gone, under a number of its own: the line's may be promised again."""
        return replace(info, line_no=-int(self._k.ops[info.x0, a.KEY]))
