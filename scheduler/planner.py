"""One plant's plan with its single writer: place an order, keep it or take it back, re-sequence, advance, restore."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import numpy as np

from domain.checks import from_unix, to_unix_down, to_unix_up
from domain.errors import InvalidInput, WouldBreakReservations
from domain.orders import Order, OrderLine
from domain.plant import Plant
from domain.promises import (
    KitPart,
    LinePromise,
    MaterialReservation,
    Outcome,
    PromiseState,
    Reason,
    ReasonKind,
    Reservation,
    Source,
    Tier,
)  # fmt: skip
from scheduler import advance as clock
from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler import explain, insert, propagate
from scheduler.arrays import Arrays, Ints
from scheduler.records import LineInfo, OperationRow, PlanDelta, PlanImage
from scheduler.snapshot import PlanSnapshot
from scheduler.sourcing import DELIVERED, Kit, Path, Peg, Sourcer
from scheduler.stock import Repegged, Stock
from scheduler.translate import Layout, Template, day_s, seconds
from scheduler.verify import verify
from scheduler.verify.commit import CommitCheck, Variant
from scheduler.view import PlanView, by_start, reservation

INF = a.INF
PERSISTED = [
    *range(a.T_TAILS, a.T_COLUMNS), a.KEY, a.LABEL, a.STATE, a.VAR, a.DUR0, a.SHOTS, a.NBV, a.NBR, a.DEADLINE,
    a.LATEST, a.OPNO, a.BLOCKED,
]  # fmt: skip
REASONS = (
    ReasonKind.PROCESS, ReasonKind.CHANGEOVER, ReasonKind.MACHINE, ReasonKind.MOULD, ReasonKind.CREW,
    ReasonKind.NOT_EARLIER, ReasonKind.CALENDAR, ReasonKind.MAINTENANCE, ReasonKind.GAP, ReasonKind.LAG,
)  # fmt: skip
PASSES = 10
"""Repair passes of one re-dispatch, per rule."""
GENERAL_LIMIT = 4000
"""Open operations up to which a plan with moulds or changeovers is re-dispatched at once."""


class PlanBroken(RuntimeError):
    """The plan in memory breaks a rule: a mistake of ours, and nothing of it may be stored."""

    def __init__(self, breaches: Sequence[str]) -> None:
        self.breaches = tuple(breaches)
        more = f", and {len(breaches) - 3} more" if len(breaches) > 3 else ""
        super().__init__("the plan breaks a rule: " + "; ".join(breaches[:3]) + more)


class Effort(StrEnum):
    """How far the desk goes at once."""

    INSTANT = "instant"
    """Tier 0: insertion with shifting."""
    TIER1 = "tier1"
    """Tier 0, and a re-dispatch when it misses the requested time."""


@dataclass(slots=True)
class Decision:
    """An order placed in memory: to be kept or undone before the next one."""

    order: Order
    now_s: int
    lines: tuple[LinePromise, ...]
    shifted: int = 0
    candidates: int = 0
    dispatches: int = 0
    infos: list[LineInfo] = field(default_factory=list)
    kits: list[Kit] = field(default_factory=list)
    """What goes into each line, as placed."""
    mark: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    backup: _Backup | None = None
    pending: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    frozen: bool = False
    """Its work may stand in the frozen zone."""
    hold_s: int = 0
    """Until when it is held, Unix seconds; 0: it is not."""
    blocked: list[LineInfo] = field(default_factory=list)
    """Lines refused or taken out of which something has to stay, because other work would be late without it."""
    before: _Before | None = None
    """What to go back to when a change of a standing order is undone."""
    bound: list[int] = field(default_factory=list)
    """Rows whose deadline was set anew."""


@dataclass(slots=True)
class _Attempt:
    """A line placed from one choice of sources, and how to take it back."""

    info: LineInfo
    kit: Kit
    end: int
    mark: int
    pending: Ints


@dataclass(slots=True)
class _Backup:
    ops: Ints
    lanes: Ints
    chunks: Ints
    dirs: Ints
    lines: Ints
    scalars: Ints


@dataclass(slots=True)
class _Before:
    """A standing order and what waits for the store, as they were before a change."""

    arrays: _Backup
    infos: list[LineInfo]
    pegs: list[MaterialReservation]
    removed: int
    changed: set[int]
    material: list[MaterialReservation]
    material_removed: list[str]
    freed: list[MaterialReservation]


class Planner:
    """The plan of one plant. Not thread-safe: one writer."""

    def __init__(self, plant: Plant, now_s: int) -> None:
        self.plant = plant
        self.version = 0
        self.now_s = now_s
        settings = plant.settings
        self._lead_s = seconds(settings.release_lead)
        self._frozen_s = seconds(settings.frozen_zone)
        self._buffer_s = seconds(settings.buffer)
        self._grid_s = seconds(settings.promise_grid)
        self._early_s = seconds(settings.earliness_limit) if settings.earliness_limit is not None else None
        self._shipping_s = {item.id: seconds(item.shipping) for item in plant.items}
        self.layout = Layout(plant, self._day(now_s - 3 * 86400), self._day(now_s) + settings.horizon)
        self._single = self.layout.exact and self.layout.places == 1
        self._item_number = {item.id: i for i, item in enumerate(plant.items)}
        self._lines: list[LineInfo] = []
        self._by_order: dict[str, list[LineInfo]] = {}
        self._leftover: list[LineInfo] = []
        self._stock = Stock(plant)
        self._sourcer = Sourcer(plant, self._stock)
        self._next_key = 1
        self._placed: list[LineInfo] = []
        self._changed: set[int] = set()
        self._removed: list[int] = []
        self._material: list[MaterialReservation] = []
        self._material_removed: list[str] = []
        self._freed: list[MaterialReservation] = []
        self._passed_s = -INF
        """Up to when the clock has passed, and nothing came since that it would have to look at."""
        self._check: CommitCheck | None = None
        self._resequenced = False
        self._whole = False
        self.orders_since_dispatch = 0
        self._out = np.empty(0, np.int64)
        self._shares = np.empty((256, 3 + 2 * explain.ORDERS_NAMED), np.int64)
        self._build()

    def _day(self, at_s: int) -> date:
        return datetime.fromtimestamp(at_s, UTC).date()

    def _build(self) -> None:
        layout = self.layout
        lanes, fetch = layout.lanes(), layout.fetches()
        win, cal, bucket = layout.calendar_arrays()
        n, capacity = len(lanes), 1024
        scalars = np.zeros(a.S_COLUMNS, np.int64)
        scalars[a.S_FREECHUNK] = -1
        scalars[a.S_EXACT] = layout.exact
        scalars[a.S_BUDGET] = 400
        tables = {
            "lanes": lanes, "var": layout.var, "win": win, "cal": cal, "bucket": bucket, "mount": layout.mount,
            "dismount": layout.dismount, "colour": layout.colour, "material": layout.material,
            "combine": layout.combine, "edges": np.zeros((capacity, a.E_COLUMNS), np.int64),
            "cands": np.zeros((capacity, a.K_COLUMNS), np.int64),
            "chunks": np.zeros((n + capacity * layout.places // 16 + 16, a.H_COLUMNS), np.int64),
            "dirs": np.zeros((n, 64), np.int64), "lines": np.zeros((capacity, a.N_COLUMNS), np.int64),
            "undo": np.zeros((4 * capacity, a.T_COLUMNS), np.int64), "undone": np.zeros(4 * capacity, np.int64),
            "heap": np.zeros(capacity, np.int64), "back": np.zeros(capacity, np.int64),
            "fetch": fetch,
        }  # fmt: skip
        self._k = Arrays.build(np.zeros((capacity, layout.width), np.int64), scalars, tables)

    def _reserve(self, ops: int, edges: int, cands: int) -> None:
        """Make room for a line, by doubling."""
        k = self._k
        s = k.s
        need = int(s[a.S_OPS]) + ops
        grown: dict[str, Ints] = {}
        if need > len(k.ops):
            size = 2 * need
            grown.update(ops=_grow(k.ops, size), heap=_grow(k.heap, size), back=_grow(k.back, size))
            grown.update(undo=_grow(k.undo, 4 * size), undone=_grow(k.undone, 4 * size))
        if int(s[a.S_EDGES]) + edges > len(k.edges):
            grown["edges"] = _grow(k.edges, 2 * (len(k.edges) + edges))
        if int(s[a.S_CANDS]) + cands > len(k.cands):
            grown["cands"] = _grow(k.cands, 2 * (len(k.cands) + cands))
        if len(self._lines) + 2 > len(k.lines):
            grown["lines"] = _grow(k.lines, 2 * len(self._lines) + 2)
        places = self.layout.places
        if int(s[a.S_CHUNKS]) + (ops + 2) * places > len(k.chunks):
            grown["chunks"] = _grow(k.chunks, 2 * (len(k.chunks) + (ops + 2) * places))
        if int(k.lanes[:, a.L_NCH].max()) + ops + 2 > k.dirs.shape[1]:
            wide = np.zeros((len(k.dirs), 2 * k.dirs.shape[1]), np.int64)
            wide[:, : k.dirs.shape[1]] = k.dirs
            grown["dirs"] = wide
        if grown:
            self._k = k.resized(**grown)

    # -- the clock ---------------------------------------------------------------------------------------------

    def advance(self, now_s: int) -> None:
        """Let the clock pass: what begins before now + release lead becomes a fact."""
        if now_s <= self._passed_s:
            return
        self.now_s = self._passed_s = max(self.now_s, now_s)
        if self._day(self.now_s) + self.plant.settings.horizon > self.layout.last + timedelta(days=60):
            self._extend()
        room = 2 * int(self._k.s[a.S_OPS]) + 4096
        if len(self._out) < room:
            self._out = np.empty(2 * room, np.int64)
        out = self._out
        while True:
            n = int(clock.advance(self._k.ops, self._k.z, self.now_s + self._lead_s, self.now_s + self._frozen_s, out))
            if self._k.s[a.S_FULL] == 3:
                raise RuntimeError("operations wait for one another")
            if n:
                self._changed.update(out[:n].tolist())
            if n < len(out) // 2:
                break
        # Only now: what is fixed on the way is re-timed as it stood, all that is left begins later than this.
        self._k.s[a.S_FLOOR] = self.now_s + self._lead_s

    def _extend(self) -> None:
        """Work out calendars further into the future; times and sequences stay."""
        self.layout.expand(self.layout.first, self._day(self.now_s) + self.plant.settings.horizon)
        self.layout._lay_variants()
        fresh, fetch = self.layout.lanes(), self.layout.fetches()
        win, cal, bucket = self.layout.calendar_arrays()
        self._k.lanes[:, a.L_CAL] = fresh[:, a.L_CAL]
        self._k = self._k.resized(var=self.layout.var, win=win, cal=cal, bucket=bucket, fetch=fetch)
        self._k.chunks[:, a.H_DIRTY] = 1
        if self._check is not None:
            self._check.extend(day_s(self.layout.last))

    # -- deciding ----------------------------------------------------------------------------------------------

    def decide(
        self, order: Order, now_s: int, *, allow_frozen: bool = False, effort: Effort = Effort.TIER1,
        accept_later: bool = True, hold_s: int = 0,
    ) -> Decision:  # fmt: skip
        """Place all lines of an order in memory; the caller must then `keep` or `undo` the decision.

        Lines whose date is not accepted (later than requested without `accept_later`, or after their latest time)
        are refused and hold nothing. With `hold_s` (Unix seconds) nothing begins before that time and the release
        lead, so that the dates stay true until then. Raises InvalidInput for an unknown item.
        """
        for i, line in enumerate(order.lines):
            if line.item_id not in self.plant.item_by_id:
                raise InvalidInput.one(f"lines[{i}].item_id", f"no item {line.item_id!r}", "an item of the plant")
        self.advance(now_s)
        decision = Decision(order, self.now_s, (), pending=self._pending())
        return self._decide(decision, allow_frozen, effort, accept_later, hold_s)

    def _decide(
        self, decision: Decision, allow_frozen: bool, effort: Effort, accept_later: bool, hold_s: int
    ) -> Decision:
        order = decision.order
        decision.frozen, decision.hold_s = allow_frozen, hold_s
        start_s = self.now_s + max(self._lead_s, 0 if allow_frozen else self._frozen_s)
        if hold_s:
            start_s = max(start_s, hold_s + self._lead_s)
        self._mark(decision)
        ends = [self._place(decision, line, start_s) for line in order.lines]
        if len(ends) > 1:
            self._settle()
        tier = Tier.INSERTION
        if effort is Effort.TIER1:
            better = self._redispatch_for(decision, ends)
            if better is not None:
                ends, tier = better, Tier.DISPATCH
        decision.lines = self._answers(decision, ends, start_s, tier, accept_later)
        decision.shifted, decision.candidates = int(self._k.s[a.S_SHIFTED]), int(self._k.s[a.S_TRIALS])
        return decision

    def _mark(self, decision: Decision) -> None:
        """Note how far the arrays are filled, for an undo."""
        s = self._k.s
        s[a.S_UNDO] = s[a.S_SHIFTED] = s[a.S_TRIALS] = 0
        decision.mark = (
            int(s[a.S_OPS]),
            int(s[a.S_EDGES]),
            int(s[a.S_CANDS]),
            len(self._lines),
            self._next_key,
        )

    def _answers(
        self, decision: Decision, ends: list[int], start_s: int, tier: Tier, accept_later: bool
    ) -> tuple[LinePromise, ...]:
        """Answer all lines from where they stand now: lines of one order move one another, refused ones go."""
        lines, infos = decision.order.lines, decision.infos
        answers: dict[int, LinePromise] = {}
        waiting = list(range(len(lines)))
        while waiting:
            ends = [self._end(info) if info.count else end for info, end in zip(infos, ends, strict=True)]
            for i in waiting:
                answers[i] = self._answer(decision, i, ends[i], start_s, tier, accept_later)
                if answers[i].outcome is Outcome.REFUSED:
                    self._drop(decision, infos[i])
                    waiting.remove(i)
                    break
            else:
                break
        return tuple(answers[i] for i in range(len(lines)))

    def _settle(self) -> None:
        """Finish the re-timing that insertions left queued.

        Without changeovers a kept promise needs none at once: its tails prove it. What later work it shifts is re-timed
        when somebody looks there, once for all orders since, or not at all when a re-dispatch comes first.
        """
        k = self._k
        while not propagate.settle(k.ops, k.z):
            if k.s[a.S_FULL] != 1:
                raise RuntimeError("an insertion that kept every promise does not keep them when settled")
            k = self._lengthen_log()
            k.s[a.S_FULL] = 0

    def _lengthen_log(self) -> Arrays:
        """Room for twice as many undo entries; the arrays with it."""
        k = self._k
        self._k = k.resized(undo=_grow(k.undo, 2 * len(k.undo)), undone=_grow(k.undone, 2 * len(k.undone)))
        return self._k

    def _pass_tails_on(self) -> None:
        """Finish the tails that the line before left queued: taking this one back must not lose them."""
        k = self._k
        propagate.backward_all(k.ops, k.z)
        while k.s[a.S_FULL] == 1:
            k = self._lengthen_log()
            k.s[a.S_FULL] = 0
            propagate.backward_all(k.ops, k.z)

    def keep(self, decision: Decision) -> None:
        """Make a decision part of the plan: its deadlines bind from now on."""
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
            self._material += [
                peg for peg in self._stock.by_order.get(info.order_id, []) if peg.line_no == info.line_no
            ]
            self._by_order.setdefault(info.order_id, []).append(info)
        self._keep_blocked(decision)
        if decision.backup is not None or decision.frozen or decision.before is not None:
            self._passed_s = -INF
        if decision.bound and self._check is not None:
            self._check.rebound(decision.bound)
        if decision.backup is not None:
            self._forget_blocked()
            self._resequenced = True
            self.orders_since_dispatch = 0
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
        insert.take_back(k.ops, k.z, first, int(k.s[a.S_OPS]), 0)
        insert.requeue(k.ops, k.z, decision.pending)
        k.ops[first : int(k.s[a.S_OPS]), a.STATE] = a.FREE
        k.s[a.S_OPS], k.s[a.S_EDGES], k.s[a.S_CANDS] = first, edges, cands
        self._stock.give(decision.order.id)
        del self._lines[lines:]
        self._next_key = key
        if decision.before is not None:
            self._put_back(decision.order.id, decision.before)

    def _place(self, decision: Decision, line: OrderLine, start_s: int) -> int:
        """Place one line from whatever source ends earliest: stock, receipts, making, buying; its end, or INF.

        Ties go to what comes first in this list.
        """
        self._pass_tails_on()
        order, now_s, hold_s = decision.order, self.now_s, decision.hold_s
        item = self.plant.item_by_id[line.item_id]
        whole = self._sourcer.whole(line, order, now_s)
        whole_s = INF if whole is None else max(whole.delivered_s, hold_s)
        if whole is not None and whole_s <= max(now_s, hold_s):
            return self._try(decision, line, whole, start_s).end
        best: _Attempt | None = None
        if item.routing_id:
            best = self._make(decision, line, start_s)
            if whole is not None and whole_s <= best.end:
                self._withdraw(decision, best)
                best = None
        if best is not None and best.end < INF and best.end <= now_s + seconds(item.buy_lead):
            return best.end
        bought = self._sourcer.bought(line, order, now_s)
        bought_s = INF if bought is None else max(bought.delivered_s, hold_s)
        if bought is not None and bought_s < min(whole_s, INF if best is None else best.end):
            if best is not None:
                self._withdraw(decision, best)
            return self._try(decision, line, bought, start_s).end
        if best is not None:
            return best.end
        return self._try(decision, line, whole or Kit(), start_s).end

    def _make(self, decision: Decision, line: OrderLine, start_s: int) -> _Attempt:
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
        return best

    def _better(self, decision: Decision, line: OrderLine, best: _Attempt, kit: Kit, start_s: int) -> _Attempt:
        """The earlier of the attempt that stands and one with another kit."""
        self._withdraw(decision, best)
        other = self._try(decision, line, kit, start_s)
        if other.end < best.end:
            return other
        self._withdraw(decision, other)
        return self._try(decision, line, best.kit, start_s)

    def _lot_end(self, attempt: _Attempt, path: Path) -> int:
        """When the lot at a place in the bill of material is done."""
        if attempt.end >= INF:
            return INF
        k = self._k
        first = len(self._lines) - len(attempt.kit.parts)
        number = next(i for i, part in enumerate(attempt.kit.parts) if part.path == path)
        info = self._lines[first + number]
        return int(k.ops[info.row0 : info.row0 + info.count, a.END].max())

    def _try(self, decision: Decision, line: OrderLine, kit: Kit, start_s: int) -> _Attempt:
        """Place a line as its kit says: lots into the sequences, material pegged."""
        order, first, index = decision.order, len(self._lines), len(self._lines) + max(0, len(kit.parts) - 1)
        info = LineInfo(
            order.id, line.line_no, line.item_id, self.plant.item_by_id[line.item_id].routing_id, line.quantity,
            int(self._k.s[a.S_OPS]), 0, self._shipping_s[line.item_id], index,
        )  # fmt: skip
        for part in kit.parts[:-1]:
            lot = LineInfo(
                order.id, line.line_no, part.item.id, part.item.routing_id, part.quantity, info.x0, 0, 0,
                len(self._lines), into=first + part.into, need=part.need, ready_s=part.ready_s,
                waits_for=part.waits_for,
            )  # fmt: skip
            self._lines.append(lot)
        self._lines.append(info)
        self._reserve(0, 0, 0)
        self._k.lines[first : index + 1] = 0
        attempt = _Attempt(info, kit, INF, int(self._k.s[a.S_UNDO]), self._pending())
        decision.infos.append(info)
        decision.kits.append(kit)
        if kit.missing or not (kit.parts or kit.pegs):
            return attempt
        made = -INF
        if kit.parts:
            info.quantity, info.need = kit.parts[-1].quantity, kit.parts[-1].need
            info.ready_s, info.waits_for = kit.parts[-1].ready_s, kit.parts[-1].waits_for
            info.lots = len(kit.parts) - 1
            made = self._insert(info, kit, line, start_s)
            if made >= INF:
                return attempt
        if kit.delivered_s > -INF:
            info.stock_end_s = max(kit.delivered_s, decision.hold_s)
        attempt.end = max(made, info.stock_end_s)
        if kit.pegs:
            self._stock.take([self._peg(info, first, peg) for peg in kit.pegs])
        return attempt

    def _peg(self, info: LineInfo, first: int, peg: Peg) -> MaterialReservation:
        lot = self._lines[first + peg.part].key0 if peg.part != DELIVERED else 0
        return MaterialReservation(
            info.order_id, info.line_no, peg.item_id, peg.quantity, peg.receipt_id, peg.source, from_unix(peg.at_s), lot
        )

    def _withdraw(self, decision: Decision, attempt: _Attempt) -> None:
        """Take an attempt back, the last one made."""
        k, info = self._k, decision.infos.pop()
        decision.kits.pop()
        if info.count:
            insert.take_back(k.ops, k.z, info.x0, info.x0 + info.count, attempt.mark)
            insert.requeue(k.ops, k.z, attempt.pending)
        if attempt.end < INF:
            self._stock.give(info.order_id, info.line_no)
        del self._lines[info.index - info.lots :]

    def _insert(self, info: LineInfo, kit: Kit, line: OrderLine, start_s: int) -> int:
        """Lay a line's lots and insert them; the end, or INF."""
        lots = tuple((part.item.id, part.quantity, part.into) for part in kit.parts)
        template = self.layout.template(lots)
        x0 = self._lay(template, info)
        n = len(template.rows)
        k = self._k
        rows = k.ops[x0 : x0 + n]
        rows[:, a.NBV] = start_s
        lagged = rows[:, a.NBR]
        if lagged.any():
            rows[:, a.NBR] = np.where(lagged > 0, lagged + start_s, 0)
        if self._early_s is not None:
            early = to_unix_down(line.requested_time) - info.shipping_s - self._early_s
            rows[:, a.NBR] = np.maximum(rows[:, a.NBR], early)
        for part, begins in zip(kit.parts, template.begins, strict=True):
            if part.ready_s > self.now_s:
                begin = list(begins)
                rows[begin, a.NBR] = np.maximum(rows[begin, a.NBR], part.ready_s)
        pending, mark = self._pending(), int(k.s[a.S_UNDO])
        k.s[a.S_FULL] = 0
        end = int(insert.insert_line(k.ops, k.z, x0, n))
        while self._k.s[a.S_FULL]:
            if end < INF:
                insert.take_back(self._k.ops, self._k.z, x0, x0 + n, mark)
            insert.requeue(self._k.ops, self._k.z, pending)
            end = self._make_room(x0, n)
        if end < INF:
            info.count = n
        else:
            insert.requeue(self._k.ops, self._k.z, pending)
        return end

    def _pending(self) -> Ints:
        """Operations queued for re-timing."""
        k = self._k
        return k.heap[: int(k.s[a.S_HEAP])].copy()

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

    def _spread_ranks(self) -> None:
        """Give open operations new labels in their order; the store gets the sequence as a new one."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        live = np.flatnonzero(used[:, a.STATE] == a.OPEN)
        live = live[np.lexsort((live, used[live, a.LABEL]))]
        near = np.minimum(used[live, a.VIS], INF >> 4) << a.LABEL_SHIFT
        step = np.arange(len(live), dtype=np.int64) << 16
        used[live, a.LABEL] = np.maximum.accumulate(near - step) + step
        self._resequenced = True

    def _lay(self, template: Template, info: LineInfo) -> int:
        """Copy a line's template into the arrays; the index of its first operation."""
        n, m, c = len(template.rows), len(template.edges), len(template.cands)
        self._reserve(n, m, c)
        k = self._k
        s = k.s
        x0, e0, c0 = int(s[a.S_OPS]), int(s[a.S_EDGES]), int(s[a.S_CANDS])
        rows = k.ops[x0 : x0 + n]
        rows[:] = template.rows
        rows[:, a.CAND0] += c0
        rows[:, a.LINE] = info.index
        rows[:, a.LOT] += info.index - info.lots
        rows[:, a.KEY] = range(self._next_key, self._next_key + n)
        rows[:, a.STATE] = a.REMOVED
        self._next_key += n
        if m:
            linked = rows[:, a.EIN : a.EOUT + 1]
            linked[linked >= 0] += e0
            edges = k.edges[e0 : e0 + m]
            edges[:] = template.edges
            edges[:, a.E_FROM : a.E_TO + 1] += x0
            chain = edges[:, a.E_NIN : a.E_NOUT + 1]
            chain[chain >= 0] += e0
        k.cands[c0 : c0 + c] = template.cands
        s[a.S_OPS], s[a.S_EDGES], s[a.S_CANDS] = x0 + n, e0 + m, c0 + c
        self._found_at(info, x0, template)
        for lot in self._lines[info.index - info.lots : info.index + 1]:
            lot.key0 = int(rows[lot.row0 - x0, a.KEY])
        return x0

    def _found_at(self, info: LineInfo, x0: int, template: Template) -> None:
        """Note where a line and its lots were laid."""
        info.x0 = x0
        ends = (*template.firsts[1:], len(template.rows))
        lots = self._lines[info.index - info.lots : info.index + 1]
        for lot, first, end in zip(lots, template.firsts, ends, strict=True):
            lot.row0 = x0 + first
            if lot is not info:
                lot.x0, lot.count = lot.row0, end - first

    def _drop(self, decision: Decision, info: LineInfo) -> None:
        """Take a refused line out of the plan again."""
        self._settle()
        rows = range(info.x0 + info.count - 1, info.x0 - 1, -1)
        stay = [x for x in rows if not insert.remove(self._k.ops, self._k.z, x)]
        if stay:
            decision.blocked.append(self._nameless(info))
        self._stock.give(info.order_id, info.line_no)
        info.count = 0

    # -- answers -----------------------------------------------------------------------------------------------

    def _answer(
        self, decision: Decision, number: int, end: int, start_s: int, tier: Tier, accept_later: bool
    ) -> LinePromise:
        line, info = decision.order.lines[number], decision.infos[number]
        kit = self._told(decision.kits[number])
        refused = LinePromise(
            line.line_no, line.item_id, line.quantity, line.requested_time, Outcome.REFUSED, PromiseState.REFUSED,
            kit=kit,
        )  # fmt: skip
        if end >= INF:
            if any(part.source is Source.MISSING for part in kit):
                return replace(refused, refusal="material_missing")
            makes = bool(self.plant.item_by_id[line.item_id].routing_id)
            return replace(refused, refusal="beyond_horizon" if makes else "no_supply")
        requested_s = to_unix_down(line.requested_time)
        earliest_s = end + info.shipping_s
        reasons = self._reasons(info, end, start_s, decision.hold_s)
        on_time = earliest_s <= requested_s
        if info.shipping_s:
            reasons.append(_reason(ReasonKind.SHIPPING, info.shipping_s))
        if on_time:
            promised_s = requested_s
            reasons.append(_reason(ReasonKind.NOT_EARLIER, requested_s - earliest_s))
        else:
            promised_s = self._round_up(earliest_s + self._buffer_s)
            reasons.append(_reason(ReasonKind.BUFFER, self._buffer_s))
            reasons.append(_reason(ReasonKind.ROUNDING, promised_s - earliest_s - self._buffer_s))
        found = tuple(reason for reason in reasons if reason.duration)
        if not on_time and not accept_later:
            return replace(refused, earliest_time=from_unix(promised_s), reasons=found, refusal="later_than_requested")
        if line.latest_time is not None and promised_s > to_unix_down(line.latest_time) and not on_time:
            return replace(refused, earliest_time=from_unix(promised_s), reasons=found, refusal="later_than_latest")
        single = self._single and info.count == 1
        return LinePromise(
            line.line_no, line.item_id, line.quantity, line.requested_time,
            Outcome.ON_TIME if on_time else Outcome.LATER, PromiseState.CONFIRMED,
            promised_time=from_unix(promised_s), expected_time=from_unix(earliest_s),
            earliest_time=from_unix(promised_s if not on_time else earliest_s),
            deadline=from_unix(max(promised_s - info.shipping_s - self._buffer_s, end)),
            tier=Tier.STOCK if info.count == 0 else tier,
            search="exact" if (single or info.count == 0) and tier is Tier.INSERTION else "heuristic",
            reasons=found, kit=kit,
        )  # fmt: skip

    def _told(self, kit: Kit) -> tuple[KitPart, ...]:
        """A kit as the caller reads it; empty where there is nothing to tell but that the line is made or in stock."""
        if len(kit.parts) + len(kit.pegs) + len(kit.missing) <= 1:
            return ()
        names = [part.item.id for part in kit.parts]
        own = names[-1] if names else kit.pegs[0].item_id

        def into(part: int) -> str:
            return names[part] if part >= 0 else own

        there = [
            KitPart(peg.item_id, peg.quantity, peg.source, into(peg.part), from_unix(peg.at_s), peg.receipt_id)
            for peg in kit.pegs
        ]
        made = [KitPart(part.item.id, part.need, Source.MAKE, into(part.into)) for part in kit.parts]
        missing = [KitPart(item_id, short, Source.MISSING, into(part)) for item_id, short, part in kit.missing]
        return (*there, *made, *missing)

    def _round_up(self, at_s: int) -> int:
        if self._grid_s <= 1:
            return at_s
        offset = self.plant.zone.utcoffset(datetime.fromtimestamp(at_s, self.plant.zone))
        local = int(offset.total_seconds()) if offset is not None else 0
        return -(-(at_s + local) // self._grid_s) * self._grid_s - local

    def _reasons(self, info: LineInfo, end: int, start_s: int, hold_s: int) -> list[Reason]:
        if info.count == 0:
            if end == hold_s:
                return [_reason(ReasonKind.HOLD, end - self.now_s)]
            return [_reason(ReasonKind.MATERIAL, end - self.now_s, self._last_delivered(info))]
        shares = self._shares
        m = int(explain.explain_line(self._k.ops, self._k.z, info.x0, info.count, start_s, shares))
        held_s = max(0, min(hold_s, start_s) - self.now_s)
        reasons = [_reason(ReasonKind.HOLD, held_s), _reason(ReasonKind.FROZEN, start_s - self.now_s - held_s)]
        owners, lines = self.layout.lane_owner, self._lines
        for kind, lane, duration, *named in shares[m - 1 :: -1, : 3 + explain.ORDERS_NAMED].tolist():
            orders = tuple(dict.fromkeys([lines[i].order_id for i in named if i >= 0])) if named[0] >= 0 else ()
            subject = owners[lane][0] if lane >= 0 and kind != explain.NOT_BEFORE else ""
            reason = REASONS[kind]
            if kind == explain.NOT_BEFORE:
                lot = lines[lane]
                waited_s = min(duration, max(0, lot.ready_s - start_s))
                reasons.append(_reason(ReasonKind.MATERIAL, waited_s, lot.waits_for))
                duration -= waited_s
                reason = REASONS[kind] if self._early_s is not None else ReasonKind.LAG
            reasons.append(Reason(reason, timedelta(seconds=duration), subject, orders))
        made = int(insert.line_end(self._k.ops, self._k.z, info.x0, info.count))
        reasons.append(_reason(ReasonKind.MATERIAL, end - made, self._last_delivered(info)))
        return reasons

    def _last_delivered(self, info: LineInfo) -> str:
        """What comes last of the goods that go to the customer as they are: its receipt, or the item bought."""
        pegs = [p for p in self._stock.by_order.get(info.order_id, []) if p.line_no == info.line_no and not p.lot]
        if not pegs:
            return ""
        return pegs[-1].receipt_id or (pegs[-1].item_id if pegs[-1].source is Source.BUY else "")

    # -- tier 1 ------------------------------------------------------------------------------------------------

    def redispatch(self, now_s: int) -> bool:
        """Put all unstarted work into a new order in which every promise holds; False if none was found."""
        self.advance(now_s)
        self._set_keys()
        self._passed_s = -INF
        self.orders_since_dispatch = 0
        if not self._dispatch(self._backup if not self._single else None):
            return False
        self._forget_blocked()
        self._resequenced = True
        self.version += 1
        return True

    def _redispatch_for(self, decision: Decision, ends: list[int]) -> list[int] | None:
        """Tier 1 for an order of which a line missed its time; the new ends, or None with the plan as it was."""
        k = self._k
        targets = []
        missed = False
        for line, info, end in zip(decision.order.lines, decision.infos, ends, strict=True):
            target = to_unix_down(line.requested_time) - info.shipping_s
            if info.count and end > target:
                if max(int(insert.bare_end(k.ops, k.z, info.x0, info.count)), info.stock_end_s) <= target:
                    missed = True
                else:
                    target = end
            targets.append(target)
        if not missed:
            return None
        self._settle()
        k = self._k
        backup = self._backup()
        self._set_keys()
        for info, target in zip(decision.infos, targets, strict=True):
            k.lines[info.index] = (target, target, 0)
            rows = k.ops[info.x0 : info.x0 + info.count]
            rows[:, a.DEADLINE] = np.where(rows[:, a.TLAG] >= 0, target - rows[:, a.TLAG], INF)
        if not self._dispatch(self._backup if not self._single else None):
            self._restore_backup(backup)
            return None
        decision.backup = backup
        return [self._end(info) if info.count else end for info, end in zip(decision.infos, ends, strict=True)]

    def _end(self, info: LineInfo) -> int:
        """When the last of a line is there, made or from elsewhere, Unix seconds."""
        made = int(insert.line_end(self._k.ops, self._k.z, info.x0, info.count)) if info.count else -INF
        return max(made, info.stock_end_s)

    def _dispatch(self, save: Callable[[], _Backup] | None) -> bool:
        """Find and install an order of all movable work that keeps every deadline; `N_KEY` holds the due times."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        is_open = (used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 0)
        moving = np.flatnonzero(is_open & (used[:, a.LATEST] >= INF))
        frozen = np.flatnonzero(is_open & (used[:, a.LATEST] < INF))
        frozen = frozen[np.lexsort((frozen, used[frozen, a.LABEL]))]
        self._reserve_chunks(len(moving) + len(frozen))
        k = self._k
        if save is None:
            if len(frozen) and not propagate.forward_until(k.ops, k.z, int(used[frozen[-1], a.LABEL]) + 1):
                self._settle()
                k = self._k
            lines = k.lines[: len(self._lines)]
            stat = np.zeros(4, np.int64)
            found = bool(tier1.dispatch_single(k.ops, k.z, moving, frozen, PASSES, stat))
            if not found and lines[:, a.N_ADVANCE].any():
                # What helped last time may stand in the way now.
                lines[:, a.N_KEY] = lines[:, a.N_DEADLINE]
                found = bool(tier1.dispatch_single(k.ops, k.z, moving, frozen, PASSES, stat))
            if found:
                lines[:, a.N_ADVANCE] = lines[:, a.N_DEADLINE] - lines[:, a.N_KEY]
            return found
        self._settle()
        k = self._k
        order = np.empty(len(moving), np.int64)
        if len(moving) > GENERAL_LIMIT:
            return False
        return self._dispatch_general(save(), frozen, moving, order)

    def _reserve_chunks(self, ops: int) -> None:
        """Make room for sequences laid anew, in chunks that are not quite full, whatever lane they stand on."""
        k = self._k
        most = 2 * ops * self.layout.places // a.CHUNK_MAX + 2 * len(k.lanes) + 2
        grown: dict[str, Ints] = {}
        if int(k.s[a.S_CHUNKS]) + most > len(k.chunks):
            grown["chunks"] = _grow(k.chunks, 2 * (len(k.chunks) + most))
        if most > k.dirs.shape[1]:
            grown["dirs"] = np.zeros((len(k.dirs), 2 * most), np.int64)
            grown["dirs"][:, : k.dirs.shape[1]] = k.dirs
        if grown:
            self._k = k.resized(**grown)

    def _set_keys(self) -> None:
        """Due times to dispatch by: deadlines, advanced as the last dispatch that kept every promise needed them."""
        lines = self._k.lines[: len(self._lines)]
        lines[:, a.N_KEY] = lines[:, a.N_DEADLINE] - lines[:, a.N_ADVANCE]

    def _forget_blocked(self) -> None:
        """Work of cancelled lines that no other work needs in its place any more is out of the plan: tell the store."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        gone = np.flatnonzero((used[:, a.BLOCKED] == 1) & (used[:, a.STATE] == a.REMOVED))
        used[gone, a.BLOCKED] = 0
        self._removed += used[gone, a.KEY].tolist()

    def _dispatch_general(self, before: _Backup, frozen: Ints, moving: Ints, order: Ints) -> bool:
        k = self._k
        lines = k.ops[moving, a.LINE]
        due = k.lines[:, a.N_KEY].copy()
        used = k.ops[: int(k.s[a.S_OPS])]
        blocked = np.flatnonzero((used[:, a.STATE] == a.OPEN) & (used[:, a.BLOCKED] == 1))
        for patience_s in (0, 4 * 3600):
            keys = due.copy()
            for _ in range(PASSES):
                k.lines[:, a.N_KEY] = keys
                if tier1.dispatch_general(k.ops, k.z, frozen, moving, order, patience_s):
                    used[blocked, a.STATE] = a.REMOVED
                    return True
                late = k.ops[moving, a.END] - k.ops[moving, a.DEADLINE]
                behind = late > 0
                self._restore_backup(before)
                if not behind.any():
                    break
                np.subtract.at(keys, lines[behind], late[behind])
        return False

    def _backup(self) -> _Backup:
        k = self._k
        s = k.s
        return _Backup(
            k.ops[: int(s[a.S_OPS])].copy(), k.lanes.copy(), k.chunks[: int(s[a.S_CHUNKS])].copy(), k.dirs.copy(),
            k.lines[: len(self._lines)].copy(), s.copy(),
        )  # fmt: skip

    def _restore_backup(self, backup: _Backup) -> None:
        k = self._k
        k.ops[: len(backup.ops)] = backup.ops
        k.lanes[:] = backup.lanes
        k.chunks[: len(backup.chunks)] = backup.chunks
        k.dirs[:, : backup.dirs.shape[1]] = backup.dirs
        k.lines[: len(backup.lines)] = backup.lines
        k.s[:] = backup.scalars

    # -- removal -----------------------------------------------------------------------------------------------

    def remove(self, order_id: str, now_s: int) -> None:
        """Take an order's unstarted work and material out; started work stays as it is."""
        self.advance(now_s)
        self._passed_s = -INF
        self._settle()
        k = self._k
        for info in self._by_order.pop(order_id, []):
            self._changed.update(self._lift(info))
            if np.isin(k.ops[info.x0 : info.x0 + info.count, a.STATE], (a.OPEN, a.FIXED)).any():
                self._leftover.append(info)
        self._free_material(order_id, None)
        self.version += 1

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

    # -- changes of a standing order ---------------------------------------------------------------------------

    def begin(self, order: Order, now_s: int) -> Decision:
        """Begin a change of a standing order, in steps that follow one another; `keep` or `undo` it as a whole."""
        self.advance(now_s)
        self._settle()
        decision = Decision(order, self.now_s, (), pending=self._pending())
        decision.before = _Before(
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
    ) -> tuple[LinePromise, ...]:  # fmt: skip
        """Place lines of the order anew, as `decide` does."""
        decision.order = replace(decision.order, lines=tuple(lines))
        return self._decide(decision, allow_frozen, effort, accept_later, hold_s).lines

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
        self._settle()

    def bind(self, decision: Decision, line_no: int, promised_s: int) -> int:
        """Bind a line to another promised time; its deadline, which is no earlier than it ends now."""
        k = self._k
        info = next(info for info in self._by_order[decision.order.id] if info.line_no == line_no)
        end_s = self._end(info)
        deadline_s = max(promised_s - info.shipping_s - self._buffer_s, end_s)
        k.lines[info.index, a.N_DEADLINE] = deadline_s
        if info.count:
            k.s[a.S_UNDO] = 0
            insert.set_deadline(k.ops, k.z, info.x0, info.count, deadline_s)
            self._pass_tails_on()
            rows = range(info.x0, info.x0 + info.count)
            decision.bound += rows
            self._changed.update(rows)
        return deadline_s

    def placed(self, decision: Decision) -> list[Reservation]:
        """Places of what a decision would keep, by start."""
        self._settle()
        rows = [x for info in decision.infos for x in range(info.x0, info.x0 + info.count)]
        return by_start(reservation(self.layout.names, self._lines, row) for row in self._k.ops[rows].tolist())

    def begun(self, order_id: str, line_no: int) -> str:
        """The operation of a line that has begun, or is released to; empty when none has."""
        for info in self._by_order.get(order_id, []):
            if info.line_no == line_no:
                for x in range(info.x0, info.x0 + info.count):
                    if self._k.ops[x, a.STATE] == a.FIXED:
                        lot = self._lines[int(self._k.ops[x, a.LOT])]
                        return self.plant.routing_by_id[lot.routing_id].operations[int(self._k.ops[x, a.OPNO])].id
        return ""

    def _nameless(self, info: LineInfo) -> LineInfo:
        """What has to stay of a line that is gone, under a number of its own: the line's may be promised again."""
        return replace(info, line_no=-int(self._k.ops[info.x0, a.KEY]))

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

    def _put_back(self, order_id: str, before: _Before) -> None:
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

    # -- supply ------------------------------------------------------------------------------------------------

    def pegged(self) -> Iterator[MaterialReservation]:
        """All reserved material."""
        return (peg for pegs in self._stock.by_order.values() for peg in pegs)

    def pegs(self, order_id: str) -> Sequence[MaterialReservation]:
        """Material reserved for one order."""
        return tuple(self._stock.by_order.get(order_id, ()))

    def begins(self, peg: MaterialReservation) -> datetime:
        """When the lot begins that material is reserved for. Raises KeyError for what is delivered as it is."""
        self._settle()
        for info in self._by_order.get(peg.order_id, []):
            for lot in self._lines[info.index - info.lots : info.index + 1]:
                if lot.key0 == peg.lot:
                    rows = self._k.ops[lot.row0 : lot.row0 + lot.own]
                    standing = np.isin(rows[:, a.STATE], (a.OPEN, a.FIXED))
                    if standing.any():
                        return from_unix(int(rows[standing, a.START].min()))
        raise KeyError(peg.lot)

    def overdrawn_by(self, plant: Plant, items: Set[str], repegged: Repegged) -> list[str]:
        """What reservations `replace_supply` would break, one a line."""
        return self._stock.overdrawn_by(plant, items, repegged)

    def replace_supply(self, plant: Plant, items: Set[str], repegged: Repegged) -> None:
        """Take over a plant that differs in the stock and receipts of `items` only; the plan of work stays.

        The orders in `repegged` hold that material from now on, and no other. Raises WouldBreakReservations, and then
        nothing is changed.
        """
        broken = self.overdrawn_by(plant, items, repegged)
        if broken:
            raise WouldBreakReservations(broken)
        for order_id, pegs in repegged.items():
            self._freed += self._stock.by_order.get(order_id, [])
            self._material += pegs
            self._material_removed.append(order_id)
        self._stock.resupply(plant, items, repegged)
        self.plant = plant
        if self._check is not None:
            self._check.supply(plant)
        self.version += 1

    # -- the store's view --------------------------------------------------------------------------------------

    def take_delta(self) -> PlanDelta:
        """What the store must write since the last take. Raises PlanBroken when the plan does not hold."""
        self._verify()
        k = self._k
        delta = PlanDelta(self.version, int(k.s[a.S_FLOOR]), self.now_s)
        delta.whole = self._whole
        placed = list(self._live_lines()) if self._whole else self._placed
        rows = [x for info in placed for x in range(info.x0, info.x0 + info.count)]
        for info, key, state, step, blob in self._rows_to_store(rows):
            name = self.plant.routing_by_id[info.routing_id].operations[step].id
            delta.placed.append(OperationRow(key, info.order_id, info.line_no, name, state, blob))
        for _, key, state, _, blob in self._rows_to_store(sorted(self._changed.difference(rows))):
            delta.changed.append((key, state, blob))
        delta.removed = [] if self._whole else self._removed
        if self._resequenced:
            delta.sequence = self._sequence()
        delta.material = [p for pegs in self._stock.by_order.values() for p in pegs] if self._whole else self._material
        delta.material_removed = self._material_removed
        self._placed, self._changed, self._removed = [], set(), []
        self._material, self._material_removed, self._resequenced, self._whole = [], [], False, False
        self._freed = []
        return delta

    def _verify(self) -> None:
        """Let the checker look at all work that is not history, before any of it is stored."""
        check = self._check
        if check is None:
            first_s, last_s = day_s(self.layout.first), day_s(self.layout.last)
            check = CommitCheck(self.plant, self.layout.lane_owner, self._variants(), first_s, last_s)
            self._check = check
            overdrawn = check.peg(peg for pegs in self._stock.by_order.values() for peg in pegs)
        else:
            check.peg(self._freed, -1)
            overdrawn = check.peg(self._material)
        if not check.plain:
            self._settle()
        s = self._k.s
        settled = not s[a.S_HEAP]
        row, rule = check.walk(self._k.ops, int(s[a.S_OPS]), self._lines, int(s[a.S_FLOOR]), self.now_s, settled)
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
        facts = self._k.ops[rows[:, None], PERSISTED]
        column = PERSISTED.index(a.HOLD)
        held = facts[:, column]
        facts[:, column] = np.where(held >= 0, self._k.ops[held, a.KEY], -1)
        return facts

    def _find_holders(self) -> None:
        """Turn the keys of holders back into rows, for what is fixed; re-timing writes the others."""
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        fixed = np.flatnonzero((used[:, a.STATE] == a.FIXED) & (used[:, a.HOLD] >= 0))
        by_key = np.argsort(used[:, a.KEY], kind="stable")
        at = np.searchsorted(used[:, a.KEY], used[fixed, a.HOLD], sorter=by_key)
        used[fixed, a.HOLD] = by_key[at]

    def _rows_to_store(self, rows: Sequence[int]) -> Iterator[tuple[LineInfo, int, int, int, bytes]]:
        """Line, key, state, number in the routing and stored facts of those of the rows that stand in the plan."""
        if not rows:
            return
        known = self._k.ops[np.array(rows)[:, None], [a.STATE, a.LOT, a.KEY, a.OPNO]].tolist()
        facts = self._facts(np.array(rows)).tobytes()
        width = len(facts) // len(rows)
        heads: dict[int, bytes] = {}
        for i, (state, line, key, step) in enumerate(known):
            if state not in (a.OPEN, a.FIXED):
                continue
            info = self._lines[line]
            head = heads.get(line)
            if head is None:
                heads[line] = head = self._head(info)
            yield info, key, state, step, head + facts[i * width : (i + 1) * width]

    def _head(self, info: LineInfo) -> bytes:
        """What is stored of a line or lot before each of its operations' facts: the columns of `HEAD`."""
        deadline_s = int(self._k.lines[info.index, a.N_DEADLINE])
        number = self._item_number[info.item_id]
        into = self._lines[info.into].key0 if info.into >= 0 else 0
        head = [number, info.quantity, info.shipping_s, deadline_s, info.key0, into, info.need]
        return np.array(head, "<i8").tobytes()

    def _live_lines(self) -> Iterator[LineInfo]:
        return (info for infos in (*self._by_order.values(), self._leftover) for info in infos if info.count)

    def _sequence(self) -> bytes:
        """Key, label, variant, duration, shots and line's advance of every open operation, compressed."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        live = used[used[:, a.STATE] == a.OPEN]
        table = np.vstack([live[:, SEQUENCE].T, k.lines[live[:, a.LINE], a.N_ADVANCE]])
        return zlib.compress(np.ascontiguousarray(table).astype("<i8").tobytes(), 1)

    @classmethod
    def restore(cls, plant: Plant, now_s: int, image: PlanImage) -> Planner:
        """The plan as the store has it: sequences and facts are read, times follow from them."""
        first = min([image.now_s, now_s])
        planner = cls(plant, min(first, image.now_s))
        planner.version, planner.now_s = image.version, image.now_s
        planner._k.s[a.S_FLOOR] = image.floor_s
        planner._load_rows(image)
        planner._stock.take(image.material)
        planner._load_stock_lines(image.material)
        return planner

    def _load_stock_lines(self, material: Sequence[MaterialReservation]) -> None:
        """Lines that no operation is made for, and until when the others wait for what isn't made."""
        for peg in material:
            if peg.lot:
                continue
            infos = self._by_order.setdefault(peg.order_id, [])
            info = next((info for info in infos if info.line_no == peg.line_no), None)
            if info is None:
                info = LineInfo(
                    peg.order_id, peg.line_no, peg.item_id, "", 0, 0, 0, self._shipping_s.get(peg.item_id, 0),
                    len(self._lines),
                )  # fmt: skip
                infos.append(info)
                self._lines.append(info)
            if not info.count:
                info.quantity += peg.quantity
            there_s = to_unix_up(peg.available_time) if peg.available_time is not None else 0
            info.stock_end_s = max(info.stock_end_s, there_s)

    def _load_rows(self, image: PlanImage) -> None:
        rows = image.operations
        if any(before.key >= row.key for before, row in pairwise(rows)):
            rows = sorted(rows, key=lambda row: row.key)
        if rows:
            facts = _table([row.facts for row in rows])
            head, facts = facts[:, :HEAD], facts[:, HEAD:]
            # The rows of a line or lot are neighbours, and all name its first key.
            starts = np.flatnonzero(np.diff(head[:, 4], prepend=head[0, 4] - 1))
            infos = self._lay_all([(rows[x].order_id, rows[x].line_no) for x in starts.tolist()], head[starts])
            places = np.array([info.row0 for info in infos])
            lengths = np.diff(starts, append=len(rows))
            at = np.repeat(places, lengths) + facts[:, PERSISTED.index(a.KEY)] - head[:, 4]
            self._k.ops[at[:, None], PERSISTED] = facts
            self._k.lines[infos[0].index : infos[-1].index + 1, a.N_DEADLINE] = head[starts, 3]
        self._load_sequence(image.sequence)
        # What was stored with an operation that has not begun may be from another machine, before a re-sequencing.
        used = self._k.ops[: int(self._k.s[a.S_OPS])]
        opened = used[:, a.STATE] == a.OPEN
        used[opened, a.T_TAILS : a.T_COLUMNS] = -1
        used[opened, a.NMAINT] = 0
        self._relink()

    def _lay_all(self, owners: Sequence[tuple[str, int]], heads: Ints) -> list[LineInfo]:
        """Lay many lines and lots at once, of which `heads` tells what `HEAD` lists."""
        names = [item.id for item in self.plant.items]
        infos: list[LineInfo] = []
        whole: list[LineInfo] = []
        templates: list[Template] = []
        lots: list[tuple[LineInfo, int]] = []
        for owner, (number, quantity, shipping_s, _, key0, into, need) in zip(owners, heads.tolist(), strict=True):
            item = self.plant.item_by_id[names[number]]
            info = LineInfo(
                *owner, item.id, item.routing_id, quantity, 0, 0, shipping_s, len(self._lines), key0=key0, need=need
            )
            self._lines.append(info)
            infos.append(info)
            if into:
                lots.append((info, into))
                continue
            if lots:
                whole += self._gather(lots, info, templates)
                lots = []
                continue
            self._by_order.setdefault(info.order_id, []).append(info)
            templates.append(self.layout.template(((item.id, quantity, -1),)))
            info.count = len(templates[-1].rows)
            whole.append(info)
        whole += self._gather(lots, None, templates)
        self._lay_templates(templates, whole)
        return infos

    def _gather(
        self, lots: Sequence[tuple[LineInfo, int]], line: LineInfo | None, templates: list[Template]
    ) -> list[LineInfo]:
        """Put lots and the line that they go into together; those whose line is gone stand for themselves."""
        known = {} if line is None else {line.key0: line}
        mine: list[LineInfo] = []
        for lot, goes in reversed(lots):
            if goes in known:
                lot.into = known[goes].index
                known[lot.key0] = lot
                mine.append(lot)
        found = [lot for lot, _ in lots if lot.into < 0]
        if line is not None:
            line.lots = len(mine)
            found.append(line)
        for info in found:
            self._by_order.setdefault(info.order_id, []).append(info)
            first = info.index - info.lots
            parts = [(lot.item_id, lot.quantity, lot.into - first) for lot in self._lines[first : info.index]]
            templates.append(self.layout.template((*parts, (info.item_id, info.quantity, -1))))
            info.count = len(templates[-1].rows)
        return found

    def _lay_templates(self, templates: Sequence[Template], infos: Sequence[LineInfo]) -> None:
        k = self._k
        keys = np.array([self._lines[info.index - info.lots].key0 for info in infos])
        n, m, c = (np.array([len(getattr(t, name)) for t in templates]) for name in ("rows", "edges", "cands"))
        ops, edges, cands = (
            int(k.s[at]) + int(count.sum()) for at, count in ((a.S_OPS, n), (a.S_EDGES, m), (a.S_CANDS, c))
        )
        size = 2 * ops
        self._k = k = k.resized(
            ops=_grow(k.ops, size), heap=_grow(k.heap, size), back=_grow(k.back, size),
            undo=_grow(k.undo, 4 * size), undone=_grow(k.undone, 4 * size), edges=_grow(k.edges, 2 * edges),
            cands=_grow(k.cands, 2 * cands), lines=_grow(k.lines, 2 * len(self._lines) + 2),
            chunks=_grow(k.chunks, ops * self.layout.places // 8 + 2 * len(k.lanes) + 64),
            dirs=np.zeros((len(k.lanes), max(k.dirs.shape[1], ops // 16 + 64)), np.int64),
        )  # fmt: skip
        s = k.s
        x0, e0, c0 = (
            int(s[at]) + np.cumsum(count) - count for at, count in ((a.S_OPS, n), (a.S_EDGES, m), (a.S_CANDS, c))
        )
        rows = k.ops[int(s[a.S_OPS]) : ops]
        np.concatenate([t.rows for t in templates], out=rows)
        rows[:, a.CAND0] += np.repeat(c0, n)
        rows[:, a.LINE] = np.repeat([info.index for info in infos], n)
        rows[:, a.LOT] += np.repeat([info.index - info.lots for info in infos], n)
        rows[:, a.KEY] = np.repeat(keys - x0, n) + np.arange(int(s[a.S_OPS]), ops)
        rows[:, a.STATE] = a.REMOVED
        linked = rows[:, a.EIN : a.EOUT + 1]
        linked += np.where(linked >= 0, np.repeat(e0, n)[:, None], 0)
        if m.any():
            laid = k.edges[int(s[a.S_EDGES]) : edges]
            np.concatenate([t.edges for t in templates], out=laid)
            laid[:, a.E_FROM : a.E_TO + 1] += np.repeat(x0, m)[:, None]
            chain = laid[:, a.E_NIN : a.E_NOUT + 1]
            chain += np.where(chain >= 0, np.repeat(e0, m)[:, None], 0)
        np.concatenate([t.cands for t in templates], out=k.cands[int(s[a.S_CANDS]) : cands])
        s[a.S_OPS], s[a.S_EDGES], s[a.S_CANDS] = ops, edges, cands
        for info, template, x in zip(infos, templates, x0.tolist(), strict=True):
            if info.lots:
                self._found_at(info, x, template)
            else:
                info.x0 = info.row0 = x
            for lot in self._lines[info.index - info.lots : info.index + 1] if info.lots else ():
                own = info.x0 + info.count - lot.row0 if lot is info else lot.count
                k.ops[lot.row0 : lot.row0 + own, a.KEY] = range(lot.key0, lot.key0 + own)
            self._next_key = max(self._next_key, info.key0 + x + info.count - info.row0)

    def _load_sequence(self, blob: bytes | None) -> None:
        if blob is None:
            return
        k = self._k
        table = np.frombuffer(zlib.decompress(blob), "<i8").reshape(len(SEQUENCE) + 1, -1).T
        # It names work that is gone since, too; a key given again would put new work in that one's place.
        self._next_key = max(self._next_key, int(table[:, 0].max(initial=0)) + 1)
        used = k.ops[: int(k.s[a.S_OPS])]
        keys = used[:, a.KEY]
        at = np.searchsorted(keys, table[:, 0])
        at = np.minimum(at, max(0, len(keys) - 1))
        good = (keys[at] == table[:, 0]) & (used[at, a.STATE] == a.OPEN) if len(keys) else np.zeros(len(table), bool)
        used[at[good][:, None], SEQUENCE] = table[good, : len(SEQUENCE)]
        k.lines[used[at[good], a.LINE], a.N_ADVANCE] = table[good, len(SEQUENCE)]

    def _relink(self) -> Ints:
        """Lay all live operations into their lanes in rank order and re-time what is open; the late ones."""
        self._find_holders()
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        width = a.P_WIDTH
        for p in range(self.layout.places):
            used[:, a.PLACES + p * width + a.P_LANE] = self.layout.var[used[:, a.VAR], a.V_LANES + p]
        fixed = np.flatnonzero(used[:, a.STATE] == a.FIXED)
        opened = np.flatnonzero(used[:, a.STATE] == a.OPEN)
        fixed = fixed[np.lexsort((fixed, used[fixed, a.LABEL]))]
        opened = opened[np.lexsort((opened, used[opened, a.LABEL]))]
        if len(fixed):
            k.s[a.S_FIXRANK] = used[fixed[-1], a.LABEL]
        places = int(self.layout.var[used[:, a.VAR], a.V_NPL].sum()) if len(used) else 0
        chunks, wide = places // 8 + 2 * len(k.lanes) + 64, len(used) // 16 + 64
        k.dirs[:] = 0
        if chunks > len(k.chunks) or wide > k.dirs.shape[1]:
            dirs = np.zeros((len(k.lanes), max(k.dirs.shape[1], wide)), np.int64)
            self._k = k = k.resized(chunks=_grow(k.chunks, chunks), dirs=dirs)
        late = np.zeros(len(used), np.int64)
        tier1.load(k.ops, k.z, fixed, opened, late)
        return np.flatnonzero(late)

    def rebuild(self, plant: Plant) -> Planner:
        """The same work in a changed plant; raises WouldBreakReservations with the list when it doesn't stand."""
        fresh = Planner(plant, self.now_s)
        fresh.version, fresh.orders_since_dispatch = self.version + 1, self.orders_since_dispatch
        fresh._k.s[a.S_FLOOR] = self._k.s[a.S_FLOOR]
        broken: list[str] = []
        for order_id, infos in self._by_order.items():
            for info in infos:
                problem = fresh._adopt(self, info)
                if problem:
                    broken.append(f"{order_id} line {info.line_no}: {problem}")
            fresh._stock.take(self._stock.by_order.get(order_id, []))
        for info in self._leftover:
            problem = fresh._adopt(self, info)
            if problem:
                broken.append(f"{info.order_id} line {info.line_no}, cancelled: {problem}")
                continue
            fresh._leftover.append(fresh._by_order[info.order_id].pop())
            if not fresh._by_order[info.order_id]:
                del fresh._by_order[info.order_id]
        broken += fresh._stock.overdrawn()
        if not broken:
            for x in fresh._relink():
                info = fresh._lines[int(fresh._k.ops[x, a.LINE])]
                broken.append(f"{info.order_id} line {info.line_no}: would end after its deadline")
        if broken:
            raise WouldBreakReservations(broken)
        fresh._next_key = self._next_key
        fresh._whole = fresh._resequenced = True
        return fresh

    def _adopt(self, old: Planner, info: LineInfo) -> str:
        """Take over a line from another planner, mode by mode; what is wrong, or nothing."""
        item = self.plant.item_by_id.get(info.item_id)
        if item is None:
            return f"item {info.item_id} is gone"
        shift = len(self._lines) + info.lots - info.index
        old_lots = old._lines[info.index - info.lots : info.index]
        lots = [replace(lot, index=lot.index + shift, into=lot.into + shift) for lot in old_lots]
        mine = replace(info, index=info.index + shift, x0=0)
        self._lines += [*lots, mine]
        self._by_order.setdefault(info.order_id, []).append(mine)
        if not info.count:
            return ""
        for lot in (*lots, mine):
            made = self.plant.item_by_id.get(lot.item_id)
            if made is None:
                return f"item {lot.item_id} is gone"
            if made.routing_id != lot.routing_id or lot.routing_id not in self.plant.routing_by_id:
                return f"item {lot.item_id} has another routing"
        first = mine.index - mine.lots
        described = tuple((lot.item_id, lot.quantity, lot.into - first) for lot in lots)
        template = self.layout.template((*described, (info.item_id, info.quantity, -1)))
        if len(template.rows) != info.count:
            return f"routing {info.routing_id} has other operations"
        self._reserve(0, 0, 0)
        self._next_key = int(old._k.ops[info.x0, a.KEY])
        x0 = self._lay(template, mine)
        k = self._k
        k.lines[mine.index] = old._k.lines[info.index]
        for i in range(info.count):
            source, row = old._k.ops[info.x0 + i], k.ops[x0 + i]
            if int(source[a.STATE]) not in (a.OPEN, a.FIXED):
                continue
            variant = self._same_variant(old, source, x0 + i)
            if variant < 0:
                return f"operation {i + 1} has lost its mode, machine or mould"
            kept = (a.LABEL, a.STATE, a.NBV, a.NBR, a.DEADLINE, a.LATEST, a.BLOCKED)
            row[list(kept)] = source[list(kept)]
            if source[a.STATE] == a.FIXED:
                row[a.T_TAILS : a.T_COLUMNS] = source[a.T_TAILS : a.T_COLUMNS]
                if source[a.HOLD] >= 0:
                    row[a.HOLD] = old._k.ops[int(source[a.HOLD]), a.KEY]
                for c in (a.DISM, a.FETL, a.MOUNTED):
                    row[c] = self._same_lane(old, int(source[c]))
            for column, value in zip((a.VAR, a.DUR0, a.SHOTS), k.cands[variant].tolist(), strict=True):
                row[column] = value
        return ""

    def _same_lane(self, old: Planner, lane: int) -> int:
        if lane < 0:
            return -1
        owner = old.layout.lane_owner[lane]
        return self.layout.lane_owner.index(owner) if owner in self.layout.lane_owner else -1

    def _same_variant(self, old: Planner, source: Ints, x: int) -> int:
        """The candidate row of `x` with the same mode and the same lanes, by name."""
        old_v = old.layout.var[int(source[a.VAR])]
        wanted = [old.layout.lane_owner[lane] for lane in old_v[a.V_LANES :].tolist() if lane >= 0]
        mode = old.layout.modes[int(old_v[a.V_MODE])][2].id
        c0, n = int(self._k.ops[x, a.CAND0]), int(self._k.ops[x, a.NCAND])
        for c in range(c0, c0 + n):
            v = self.layout.var[int(self._k.cands[c, a.K_VAR])]
            names = [self.layout.lane_owner[lane] for lane in v[a.V_LANES :].tolist() if lane >= 0]
            if names == wanted and self.layout.modes[int(v[a.V_MODE])][2].id == mode:
                return c
        return -1

    # -- views -------------------------------------------------------------------------------------------------

    def expected(self, order_id: str, line_no: int) -> int:
        """Planned end of a line, shipping included, in Unix seconds."""
        self._settle()
        for info in self._by_order.get(order_id, []):
            if info.line_no == line_no:
                return self._end(info) + info.shipping_s
        raise KeyError((order_id, line_no))

    @property
    def open_operations(self) -> int:
        """Operations that are placed and not yet begun."""
        used = self._k.ops[: int(self._k.s[a.S_OPS]), a.STATE]
        return int((used == a.OPEN).sum())

    def view(self) -> PlanView:
        """The plan as it stands, copied: to be read while the planner goes on."""
        self._settle()
        k = self._k
        material = tuple(peg for pegs in self._stock.by_order.values() for peg in pegs)
        return PlanView(
            self.plant, self.layout.names, k.ops[: int(k.s[a.S_OPS])].copy(), tuple(self._lines), material, self.now_s,
            int(k.s[a.S_FLOOR]), self.version,
        )  # fmt: skip

    def snapshot(self) -> PlanSnapshot:
        """The plan as plain data, in rank order."""
        return self.view().snapshot()

    def reservations(self, order_id: str) -> list[Reservation]:
        """Places of one order's operations with their times, by start."""
        self._settle()
        infos = self._by_order.get(order_id, [])
        rows = [x for i in infos for x in range(i.x0, i.x0 + i.count) if self._k.ops[x, a.STATE] in (a.OPEN, a.FIXED)]
        return by_start(reservation(self.layout.names, self._lines, row) for row in self._k.ops[rows].tolist())


SEQUENCE = [a.KEY, a.LABEL, a.VAR, a.DUR0, a.SHOTS]
HEAD = 7
"""Item number, quantity, shipping, deadline, first key, first key of what it goes into, quantity needed."""
HEAD_BEFORE = 5
"""How many of them there were before anything went into a line."""


def _reason(kind: ReasonKind, duration_s: int, subject: str = "") -> Reason:
    return Reason(kind, timedelta(seconds=duration_s), subject)


def _table(facts: Sequence[bytes]) -> Ints:
    """Stored facts of rows as one table; those from before anything went into a line get the columns they lack."""
    width = (HEAD + len(PERSISTED)) * 8
    lacking = bytes((HEAD - HEAD_BEFORE) * 8)
    whole = facts
    if set(map(len, facts)) != {width}:
        cut = HEAD_BEFORE * 8
        whole = [blob if len(blob) == width else blob[:cut] + lacking + blob[cut:] for blob in facts]
    return np.frombuffer(b"".join(whole), "<i8").reshape(len(facts), -1)


def _grow(table: Ints, size: int) -> Ints:
    """The same rows in a longer array."""
    if size <= len(table):
        return table
    longer = np.zeros((size, *table.shape[1:]), table.dtype)
    longer[: len(table)] = table
    return longer
