"""An order decided: placed in memory, then kept or undone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from domain.checks import to_unix_down
from domain.errors import InvalidInput
from domain.orders import Order, OrderLine, ShipMode
from domain.promises import LinePromise, Outcome, Tier
from domain.rescues import Rescue
from domain.values import replace
from scheduler import arrays as a
from scheduler import insert, laying
from scheduler.planning.answering import Answering
from scheduler.planning.core import INF
from scheduler.planning.decision import Before, Decision, Effort
from scheduler.planning.way import Way
from scheduler.records import LineInfo
from scheduler.snapshot import Told

if TYPE_CHECKING:
    from scheduler.rescuing.ask import Found


NO_RESTS: frozenset[int] = frozenset()


def rests_of(lines: Sequence[OrderLine]) -> frozenset[int]:
    """Numbers of the last lines, which are the rest of others."""
    if not lines[-1].part_of:
        return NO_RESTS
    return frozenset(line.line_no for line in takewhile(lambda line: line.part_of, reversed(lines)))


def told_of(order: Order, line: LinePromise, info: LineInfo) -> Told:
    """A promise as the checker reads it."""
    assert line.promised_time is not None
    return Told(
        info.order_id, info.line_no, to_unix_down(line.promised_time), line.carrier_id, line.region, info.shipping_s,
        order.ship is ShipMode.COMPLETE,
    )  # fmt: skip


class Deciding(Answering, ABC):
    """An order decided: placed in memory, then kept or undone."""

    def decide(
        self, order: Order, now_s: int, *, allow_frozen: bool = False, effort: Effort = Effort.TIER1,
        accept_later: bool = True, hold_s: int = 0, found: Found | None = None, way: Way | None = None,
    ) -> Decision:  # fmt: skip
        """Place all lines of an order in memory; the caller must then `keep` or `undo` the decision.

        Lines whose date is not accepted (later than requested without `accept_later`, or after their latest time)
        are refused and hold nothing. With `hold_s` (Unix seconds) nothing begins before that time and the release
        lead, so that the dates stay true until then. `found` is what a search for a rearrangement came to, laid where
        the tiers before it miss the time; by `way` it is placed as nobody is unasked. Raises InvalidInput for an
        unknown item.
        """
        for i, line in enumerate(order.lines):
            if line.item_id not in self.plant.item_by_id:
                raise InvalidInput.one(f"lines[{i}].item_id", f"no item {line.item_id!r}", "an item of the plant")
        self.advance(now_s)
        decision = Decision(order, self.now_s, (), pending=self._pending(), rests=rests_of(order.lines), way=way)
        return self._decide(decision, allow_frozen, effort, accept_later, hold_s, found)

    def _decide(
        self, decision: Decision, allow_frozen: bool, effort: Effort, accept_later: bool, hold_s: int,
        found: Found | None = None,
    ) -> Decision:  # fmt: skip
        decision.frozen, decision.hold_s = allow_frozen, hold_s
        self._send(decision)
        start_s = self.now_s + max(self._lead_s, 0 if allow_frozen else self._frozen_s)
        if hold_s:
            start_s = max(start_s, hold_s + self._lead_s)
        self._mark(decision)
        passes = decision.way is not None and bool(decision.way.giving)
        ends = self._place_past(decision, start_s) if passes else self._place_all(decision, start_s)
        if len(ends) > 1:
            self._settle()
        tier = Tier.INSERTION
        if effort is Effort.TIER1 and not passes:
            better = self._redispatch_for(decision, ends)
            if better is not None:
                ends, tier = better, Tier.DISPATCH
        if found is not None and tier is Tier.INSERTION and not passes:
            better = self._rescue_for(decision, ends, found)
            if better is not None:
                ends, tier = better, Tier.RESCUE
        decision.lines = self._answers(decision, ends, start_s, tier, accept_later)
        if decision.rescued is not None and decision.rescued.rescue is Rescue.CUT_OFF:
            decision.lines = tuple(
                line if line.outcome is Outcome.ON_TIME else replace(line, search="cut_off") for line in decision.lines
            )
        if decision.way is not None and decision.way.watch is not None:
            decision.way.watch()
        decision.shifted, decision.candidates = self._k.s.item(a.S_SHIFTED), self._k.s.item(a.S_TRIALS)
        return decision

    @abstractmethod
    def _rescue_for(self, decision: Decision, ends: list[int], found: Found) -> list[int] | None:
        """Tier 2; of the planner that lays sequences."""

    @abstractmethod
    def _place_past(self, decision: Decision, start_s: int) -> list[int]:
        """Place all lines where others give way; of the planner that puts those in elsewhere."""

    def _place_all(self, decision: Decision, start_s: int) -> list[int]:
        """Place all lines; the rests of divided ones last, and so that what is in time by then stays so."""
        lines = decision.order.lines
        ends = [self._place(decision, line, start_s) for line in lines if line.line_no not in decision.rests]
        if decision.rests:
            for line, info, end in zip(lines, decision.infos, ends, strict=False):
                wanted_s = self._wanted_s(decision, line, info.shipping_s)
                if info.count and end <= wanted_s:
                    insert.set_deadline(self._k.ops, self._k.z, info.x0, info.count, wanted_s)
                    self._pass_tails_on()
            ends += [self._place(decision, line, start_s) for line in lines[len(ends) :]]
        return ends

    def _mark(self, decision: Decision) -> None:
        """Note how far the arrays are filled, for an undo."""
        s = self._k.s
        s[a.S_UNDO] = s[a.S_SHIFTED] = s[a.S_TRIALS] = 0
        decision.mark = (
            s.item(a.S_OPS),
            s.item(a.S_EDGES),
            s.item(a.S_CANDS),
            len(self._lines),
            self._next_key,
        )

    def keep(self, decision: Decision) -> None:
        """Make a decision part of the plan: its deadlines bind from now on."""
        self._widen(decision)
        k = self._k
        k.s[a.S_UNDO] = 0
        if not k.s[a.S_EXACT]:
            self._settle()
            k = self._k
        for answer, info in zip(decision.lines, decision.infos, strict=True):
            if answer.deadline is None:
                continue
            deadline_s = to_unix_down(answer.deadline)
            k.lines[info.index, a.N_DEADLINE] = deadline_s
            if info.count:
                k.s[a.S_UNDO] = 0
                insert.set_deadline(k.ops, k.z, info.x0, info.count, deadline_s)
                self._placed.append(info)
                self._expect_surplus(info)
            self._material += [
                peg for peg in self._stock.by_order.get(info.order_id, []) if peg.line_no == info.line_no
            ]
            self._by_order.setdefault(info.order_id, []).append(info)
            if answer.carrier_id:
                self._promised.append((told_of(decision.order, answer, info), deadline_s + info.shipping_s))
        self._keep_blocked(decision)
        if decision.backup is not None or decision.frozen or decision.before is not None:
            self._passed_s = -INF
        if decision.bound and self._check is not None:
            self._check.rebound(decision.bound)
        if decision.backup is not None:
            self._forget_blocked()
            self._resequenced = True
            self.orders_since_dispatch = 0
        if decision.passing is not None:
            # Others have other deadlines.
            self._whole, self._check = True, None
        decision.backup = None
        k.s[a.S_UNDO] = 0
        self.version += 1
        self.orders_since_dispatch += 1

    def undo(self, decision: Decision) -> None:
        """Put the plan back exactly as it was before `decide`."""
        if decision.backup is not None:
            self._restore_backup(decision.backup)
        k = self._k
        first, edges, cands, lines, key = decision.mark
        laying.take_out(k.ops, k.z, first, edges, cands, decision.pending)
        self._stock.give(decision.order.id)
        del self._lines[lines:]
        self._next_key = key
        if decision.before is not None:
            self._put_back(decision.order.id, decision.before)

    def _keep_blocked(self, decision: Decision) -> None:
        gone = {info.index for info in decision.blocked}
        if gone:
            self._placed = [info for info in self._placed if info.index not in gone]
        for info in decision.blocked:
            self._lines[info.index] = info
            for lot in self._lines[info.index - info.lots : info.index]:
                lot.line_no = info.line_no
            self._removed += self._k.ops[info.x0 : info.x0 + info.count, a.KEY].tolist()
        self._placed += decision.blocked
        self._leftover += decision.blocked

    def _put_back(self, order_id: str, before: Before) -> None:
        """The plan and what waits for the store, as they were when a change began."""
        self._restore_backup(before.arrays)
        del self._removed[before.removed :]
        self._changed, self._material = before.changed, before.material
        self._material_removed, self._freed = before.material_removed, before.freed
        self._by_order.pop(order_id, None)
        if before.infos:
            self._by_order[order_id] = before.infos
        self._stock.give(order_id)
        self._stock.take(before.pegs)
