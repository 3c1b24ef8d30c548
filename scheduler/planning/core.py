"""The plan's arrays: room for more, the clock, pending re-timing, and what to go back to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np

from domain.checks import to_unix_up
from domain.plant import Plant
from domain.progress import Progress
from domain.promises import MaterialReservation, Source
from scheduler import advance as clock
from scheduler import arrays as a
from scheduler import explain, insert, laying, propagate
from scheduler.arrays import Arrays, Ints
from scheduler.planning.decision import Backup
from scheduler.records import LineInfo, PinFacts
from scheduler.snapshot import Told
from scheduler.sourcing import Sourcer
from scheduler.stock import Stock
from scheduler.translate import Layout, Template, day_s, seconds
from scheduler.verify.commit import CommitCheck
from scheduler.worktime import forward

INF = a.INF
NOTHING = np.empty(0, np.int64)
CAPACITY = 1024
"""Operations for which an empty plan has room."""
WIDE_MAX = 1 << 20
"""Entries of all directories that are made before they are needed."""


class Core:
    """The plan's arrays: room for more, the clock, pending re-timing, and what to go back to."""

    def __init__(self, plant: Plant, now_s: int) -> None:
        self.plant = plant
        self.version = 0
        self.now_s = now_s
        settings = plant.settings
        self._lead_s = seconds(settings.release_lead)
        self._frozen_s = seconds(settings.frozen_zone)
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
        self._promised: list[tuple[Told, int]] = []
        """Promises with a carrier that were kept since the last take, and until when each is packed at the latest."""
        self._check: CommitCheck | None = None
        self._last_check: CommitCheck | None = None
        """The check as it was made last: what it knows of the plant mostly holds for the next one too."""
        self._as_read = True
        """It is as it began, empty or as the store had it, and no checker has looked at it yet."""
        self._resequenced = False
        self._whole = False
        self._pins: dict[int, PinFacts] = {}
        """Work that a planner has pinned, by key."""
        self.orders_since_dispatch = 0
        self._yields: set[int] = set()
        """Lots of which some is surplus, by their place in `_lines`, until their work is done."""
        self._begun: set[int] = set()
        """Those of them that have begun since the last look."""
        self._ending: list[tuple[int, int]] = []
        """Those whose work is all begun: a heap of when it ends and of their places."""
        self._yielded: dict[str, int] = {}
        """Lots whose surplus is free, by what that goes by."""
        self._reports: dict[int, Progress] = {}
        """What was reported of operations, by key."""
        self._implied: list[int] = []
        """Rows that must be over by the last reports, as what comes after them has begun."""
        self._out = np.empty(0, np.int64)
        self._shares = np.empty((256, 3 + 2 * explain.ORDERS_NAMED), np.int64)
        self._build()

    def _day(self, at_s: int) -> date:
        return datetime.fromtimestamp(at_s, UTC).date()

    def _build(self) -> None:
        layout = self.layout
        lanes, fetch = layout.lanes(), layout.fetches()
        win, cal, bucket = layout.calendar_arrays()
        n, capacity = len(lanes), CAPACITY
        scalars = np.zeros(a.S_COLUMNS, np.int64)
        scalars[a.S_FREECHUNK] = -1
        scalars[a.S_EXACT] = layout.exact
        scalars[a.S_BUDGET] = 400
        tables = {
            "lanes": lanes, "var": layout.var, "win": win, "cal": cal, "bucket": bucket, "mount": layout.mount,
            "dismount": layout.dismount, "colour": layout.colour, "material": layout.material,
            "combine": layout.combine, "edges": _rows(a.E_COLUMNS), "cands": _rows(a.K_COLUMNS),
            "chunks": _rows(a.H_COLUMNS), "dirs": np.zeros((n, 64), np.int64), "lines": _rows(a.N_COLUMNS),
            "undo": _rows(a.T_WIDTH), "undone": NOTHING, "heap": NOTHING, "back": NOTHING, "fetch": fetch,
        }  # fmt: skip
        sizes = dict.fromkeys(a.FILLED, capacity) | {
            "chunks": n + capacity * layout.places // 16 + 16, "undo": 4 * capacity, "undone": 4 * capacity,
        }  # fmt: skip
        self._k = Arrays.build(a.aligned(capacity, layout.width), scalars, tables, sizes)

    def make_room(self, operations: int) -> None:
        """See to it that so many operations can be laid before arrays have to be made longer, which callers wait for.

        What hasn't that much room is given twice as much.
        """
        k, s, sizes = self._k, self._k.s, dict[str, int]()
        for name, filled in (("ops", a.S_OPS), ("edges", a.S_EDGES), ("cands", a.S_CANDS)):
            if len(getattr(k, name)) < s.item(filled) + operations:
                sizes[name] = s.item(filled) + 2 * operations
        if len(k.lines) < len(self._lines) + operations:
            sizes["lines"] = len(self._lines) + 2 * operations
        # Each opens chunks that are half full at least.
        chunks = operations * self.layout.places // (a.CHUNK_MAX // 4)
        if len(k.chunks) < s.item(a.S_CHUNKS) + chunks:
            sizes["chunks"] = s.item(a.S_CHUNKS) + 2 * chunks
        if "ops" in sizes:
            sizes |= logs_for(sizes["ops"])
        # A lane could have all of the chunks.
        wide = operations * self.layout.places // (a.CHUNK_MAX // 2) + 2 * len(k.lanes) + 2
        replaced = {"dirs": self._wider(wide)} if k.dirs.shape[1] < wide <= WIDE_MAX // len(k.lanes) else {}
        if sizes or replaced:
            self._k = k.resized(sizes, **replaced)

    def _wider(self, width: int) -> Ints:
        """The directories of all lanes with so many columns."""
        dirs = self._k.dirs
        wide = np.zeros((len(dirs), width), np.int64)
        wide[:, : dirs.shape[1]] = dirs
        return wide

    def _reserve(self, ops: int, edges: int, cands: int) -> None:
        """Make room for a line, by doubling."""
        k = self._k
        s = k.s
        need = s.item(a.S_OPS) + ops
        sizes: dict[str, int] = {}
        if need > len(k.ops):
            sizes |= {"ops": 2 * need, **logs_for(2 * need)}
        if s.item(a.S_EDGES) + edges > len(k.edges):
            sizes["edges"] = 2 * (len(k.edges) + edges)
        if s.item(a.S_CANDS) + cands > len(k.cands):
            sizes["cands"] = 2 * (len(k.cands) + cands)
        if len(self._lines) + 2 > len(k.lines):
            sizes["lines"] = 2 * len(self._lines) + 2
        chunks = (ops + 2) * self.layout.places
        if s.item(a.S_CHUNKS) + chunks > len(k.chunks):
            sizes["chunks"] = 2 * (len(k.chunks) + chunks)
        replaced: dict[str, Ints] = {}
        if int(k.lanes[:, a.L_NCH].max()) + ops + 2 > k.dirs.shape[1]:
            replaced["dirs"] = self._wider(2 * k.dirs.shape[1])
        if sizes or replaced:
            self._k = k.resized(sizes, **replaced)

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
                if self._yields:
                    self._begun |= self._yields.intersection(self._k.ops[out[:n], a.LOT].tolist())
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
        self._k.chunks[: self._k.s.item(a.S_CHUNKS), [a.H_DIRTY, a.H_WORK]] = 1, a.UNKNOWN
        if self._check is not None:
            self._check.extend(day_s(self.layout.last))

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
        self._k = k.resized({"undo": 2 * len(k.undo), "undone": 2 * len(k.undone)})
        return self._k

    def _pass_tails_on(self) -> None:
        """Finish the tails that the line before left queued: taking this one back must not lose them."""
        k = self._k
        if not k.s[a.S_BACK]:
            return
        propagate.backward_all(k.ops, k.z)
        while k.s[a.S_FULL] == 1:
            k = self._lengthen_log()
            k.s[a.S_FULL] = 0
            propagate.backward_all(k.ops, k.z)

    def _pending(self) -> Ints:
        """Operations queued for re-timing."""
        k = self._k
        queued = k.s.item(a.S_HEAP)
        return k.heap[:queued].copy() if queued else NOTHING

    def _spread_ranks(self, behind: int = 0) -> None:
        """Give open operations new labels in their order, above `behind`; the store gets the sequence as a new one."""
        k = self._k
        used = k.ops[: int(k.s[a.S_OPS])]
        live = np.flatnonzero(used[:, a.STATE] == a.OPEN)
        live = live[np.lexsort((live, used[live, a.LABEL]))]
        near = np.maximum(np.minimum(used[live, a.VIS], INF >> 4) << a.LABEL_SHIFT, behind + 1)
        step = np.arange(len(live), dtype=np.int64) << 16
        used[live, a.LABEL] = np.maximum.accumulate(near - step) + step
        self._resequenced = True

    def _lay(self, template: Template, info: LineInfo, not_before_s: int = 0, early_s: int = 0) -> int:
        """Copy a line's template into the arrays; the index of its first operation."""
        n = len(template.rows)
        x0 = self._laid(template, info, not_before_s, early_s)
        if x0 == laying.NO_ROOM:
            self._reserve(n, len(template.edges), len(template.cands))
            x0 = self._laid(template, info, not_before_s, early_s)
            if x0 == laying.NO_ROOM:
                raise RuntimeError("no room for a line in arrays that were just made longer")
        key0 = self._next_key
        self._next_key += n
        self._found_at(info, x0, template)
        if not info.lots:
            info.key0 = key0
            return x0
        for lot in self._lines[info.index - info.lots : info.index + 1]:
            lot.key0 = key0 + lot.row0 - x0
        return x0

    def _laid(self, template: Template, info: LineInfo, not_before_s: int, early_s: int) -> int:
        k = self._k
        return int(
            laying.lay(
                k.ops, k.z, template.rows, template.edges, template.cands, self.layout.places, info.index, info.lots,
                self._next_key, not_before_s, early_s,
            )
        )  # fmt: skip

    def _found_at(self, info: LineInfo, x0: int, template: Template) -> None:
        """Note where a line and its lots were laid."""
        info.x0 = info.row0 = x0
        if not info.lots:
            return
        ends = (*template.firsts[1:], len(template.rows))
        lots = self._lines[info.index - info.lots : info.index + 1]
        for lot, first, end in zip(lots, template.firsts, ends, strict=True):
            lot.row0 = x0 + first
            if lot is not info:
                lot.x0, lot.count = lot.row0, end - first

    def _end(self, info: LineInfo) -> int:
        """When the last of a line is there, made or from elsewhere, Unix seconds."""
        if not info.count:
            return info.stock_end_s
        made = int(insert.line_end(self._k.ops, self._k.z, info.x0, info.count))
        if self._reports:
            # A step may be told to have ended after the one behind it: what it made isn't there before.
            own = self._k.ops[info.row0 : info.x0 + info.count]
            made = max(made, int(own[own[:, a.STATE] == a.FIXED, a.END].max(initial=made)))
        return max(made, info.stock_end_s)

    def _lag_over(self, e: int, end_s: int) -> int:
        """When the lag of an edge is over behind an end, Unix seconds: by the clock, then in working hours.

        Working hours are those of the machine that what comes after is on.
        """
        k = self._k
        if end_s >= INF:
            return INF
        over, working = end_s + int(k.edges[e, a.E_LAG]), int(k.edges[e, a.E_WLAG])
        if not working:
            return over
        calendar = int(k.var[k.ops[k.edges[e, a.E_TO], a.VAR], a.V_CALW])
        return int(forward(k.ops, k.z, calendar, over, working, 0)[1])

    def _there_s(self, peg: MaterialReservation) -> int:
        """When reserved material is there as far as is known now; a purchase, as it was planned."""
        known_s = 0 if peg.available_time is None else to_unix_up(peg.available_time)
        if peg.source is Source.STOCK:
            return min(known_s, self.now_s)
        if peg.source is Source.BUY:
            return self._sourcer.buying.planned(peg.item_id, known_s)
        found = self._stock.time(peg)
        return known_s if found is None else found

    def _follow_supply(self, order_ids: Iterable[str]) -> None:
        """Work out anew until when lines wait for what is delivered as it is."""
        for order_id in order_ids:
            for info in self._by_order.get(order_id, []):
                pegs = [peg for peg in self._stock.by_order.get(order_id, ()) if peg.line_no == info.line_no]
                times = [self._there_s(peg) for peg in pegs if not peg.lot]
                if times:
                    info.stock_end_s = max(info.held_s, *times)

    def _reserve_chunks(self, ops: int) -> None:
        """Make room for sequences laid anew, in chunks that are not quite full, whatever lane they stand on."""
        k = self._k
        most = 2 * ops * self.layout.places // a.CHUNK_MAX + 2 * len(k.lanes) + 2
        sizes: dict[str, int] = {}
        replaced: dict[str, Ints] = {}
        if int(k.s[a.S_CHUNKS]) + most > len(k.chunks):
            sizes["chunks"] = 2 * (len(k.chunks) + most)
        if most > k.dirs.shape[1]:
            replaced["dirs"] = self._wider(2 * most)
        if sizes or replaced:
            self._k = k.resized(sizes, **replaced)

    def _every_way(self, x: int) -> range:
        """The candidate rows of an operation, those outside among them, which are not taken unasked."""
        first, count = self._k.ops[x, [a.CAND0, a.NCAND]].tolist()
        out, inside, outside = self.layout.ways[self._k.cands[first, a.K_VAR]].tolist()
        if not inside:
            return range(first, first + count)
        first -= out * inside
        return range(first, first + inside + outside)

    def _stay_in_way(self, rows: Ints) -> None:
        """Let operations move only among ways inside, or only among those outside, as they are done now."""
        if not self.layout.has_outside or not len(rows):
            return
        ops, ways = self._k.ops, self.layout.ways
        was, now = ways[self._k.cands[ops[rows, a.CAND0], a.K_VAR]], ways[ops[rows, a.VAR]]
        both = now[:, 1] > 0
        moved = rows[both]
        ops[moved, a.CAND0] += ((now[:, 0] - was[:, 0]) * now[:, 1])[both]
        ops[moved, a.NCAND] = np.where(now[:, 0] > 0, now[:, 2], now[:, 1])[both]

    def _backup(self) -> Backup:
        k = self._k
        s = k.s
        return Backup(
            k.ops[: int(s[a.S_OPS])].copy(), k.lanes.copy(), k.chunks[: int(s[a.S_CHUNKS])].copy(), k.dirs.copy(),
            k.lines[: len(self._lines)].copy(), s.copy(),
        )  # fmt: skip

    def _restore_backup(self, backup: Backup) -> None:
        k = self._k
        k.ops[: len(backup.ops)] = backup.ops
        k.lanes[:] = backup.lanes
        k.chunks[: len(backup.chunks)] = backup.chunks
        k.dirs[:, : backup.dirs.shape[1]] = backup.dirs
        k.lines[: len(backup.lines)] = backup.lines
        k.s[:] = backup.scalars


def _rows(columns: int) -> Ints:
    """A table without rows."""
    return np.empty((0, columns), np.int64)


def logs_for(operations: int) -> dict[str, int]:
    """How long the logs and queues are that belong to so many operations."""
    return {"heap": operations, "back": operations, "undo": 4 * operations, "undone": 4 * operations}
