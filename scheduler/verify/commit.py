"""The check of every commit: all work that is not history, re-timed by the checker's compiled walk.

`verify` says the same in plain Python over plain data, and names what is wrong; this only says whether something is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Protocol

import numpy as np
from msgspec import Struct

from domain.plant import Plant
from domain.promises import MaterialReservation, Source, surplus_id
from scheduler.arrays import END, FIXED, KEY, LABEL, NBR, OPEN, START, STATE, Ints, aligned
from scheduler.verify import record
from scheduler.verify import walk as w
from scheduler.verify.hours import Hours
from scheduler.verify.tables import Tables, Variant
from scheduler.verify.trail import Trail

NAMES = {
    w.BAD_PLACE: "place", w.BAD_DURATION: "duration", w.BAD_RANK: "rank", w.BAD_CHANGEOVER: "changeover",
    w.BAD_MOUNTED: "mounted", w.BAD_TIMES: "earliest", w.BAD_DEADLINE: "deadline", w.BAD_FROZEN: "frozen",
    w.BAD_USE: "unit", w.BAD_MAINTENANCE: "maintenance", w.TOO_FAR: "working_time",
}  # fmt: skip
"""Which rule of the full check each code of the walk stands for."""


class Line(Protocol):
    """What the check must know of a lot: its rows, its item, the pieces made, the lot it goes into (-1: none)."""

    @property
    def row0(self) -> int: ...
    @property
    def own(self) -> int: ...
    @property
    def into(self) -> int: ...
    @property
    def key0(self) -> int: ...
    @property
    def need(self) -> int: ...
    @property
    def item_id(self) -> str: ...
    @property
    def quantity(self) -> int: ...


class Feed(Struct, frozen=True):
    """A lot that an operation in the midst of another waits for: the row of that, the lot's rows and their lags."""

    row: int
    first: int
    tails: Ints


class CommitCheck(Tables):
    """The checker's own record of one plan: what history left, what stood right at the last commit.

    `lanes` names each lane's resource or mould and its unit, `variants` what the numbers in the plan's rows mean.
    """

    def __init__(
        self, plant: Plant, lanes: Sequence[tuple[str, int]], variants: Sequence[Variant], first_s: int, last_s: int,
        before: Tables | None = None,
    ) -> None:  # fmt: skip
        super().__init__(plant, lanes, variants, first_s, last_s, before)
        self._base = self._floor()
        self._lines = np.zeros((0, w.N_COLUMNS), np.int64)
        self._known_lines = 0
        self._feeds: list[Feed] = []
        self._ops: Ints = np.empty((0, 0), np.int64)
        self._infos: Sequence[Line] = ()
        self._now_s = 0
        self._surplus: dict[str, int] = {}
        """Lots that make more than is needed, by what that goes by."""
        self.plain = not plant.moulds and not any(resource.changeover_class for resource in plant.resources)
        """True when nothing but its lanes and its line ties an operation: then only what changed is looked at."""
        assert w.K_COLUMNS == record.R_COLUMNS
        self._trail = Trail()
        self._seen = np.zeros((0, w.K_COLUMNS), np.int64)
        self._marks = np.zeros((len(self._lanes), record.M_COLUMNS), np.int64)
        self._rows = 0
        self._live = np.empty(0, np.int64)
        self._turn = 0
        self._found = np.zeros(2, np.int64)
        self._pegged: dict[tuple[str, str], int] = {}
        self._supply = _supply(plant)

    # -- asking ------------------------------------------------------------------------------------------------

    def walk(
        self, ops: Ints, count: int, lines: Sequence[Line], floor_s: int, now_s: int, settled: bool = True
    ) -> tuple[int, str]:
        """The first of the plan's `count` rows that is not right, with the rule it breaks; (-1, "") if all are.

        What the plan says of its times is looked at only when it is `settled`: until then the checker's own count,
        for which the plan must be `plain`.
        """
        self.take_in(ops, count, lines, now_s)
        self._turn += 1
        waits, bad = self._waits(ops, now_s)
        if bad is not None:
            return bad
        ready = [(row, int(ops[row, NBR])) for row, _ in waits]
        for row, over_s in waits:
            ops[row, NBR] = max(int(ops[row, NBR]), over_s)
        try:
            if self.plain:
                self._trace(ops, floor_s, now_s, settled)
            else:
                self._walk(ops, floor_s, now_s)
        finally:
            for row, ready_s in ready:
                ops[row, NBR] = ready_s
        row, rule = self._found.tolist()
        return (row, NAMES[rule]) if rule != w.FINE else (-1, "")

    @property
    def needs_times(self) -> bool:
        """Whether the plan must be settled before a walk."""
        return not self.plain or bool(self._feeds)

    def _waits(self, ops: Ints, now_s: int) -> tuple[list[tuple[int, int]], tuple[int, str] | None]:
        """Rows that wait for a lot, and until when by the times of that, which the walk holds against the rules.

        The walk itself lets lots be awaited by the first operations of another one only: for it these are bounds.
        """
        waits: list[tuple[int, int]] = []
        kept: list[Feed] = []
        for feed in self._feeds:
            x, lot = ops[feed.row], ops[feed.first : feed.first + len(feed.tails)]
            stands = (lot[:, STATE] == OPEN) | (lot[:, STATE] == FIXED)
            if x[STATE] not in (OPEN, FIXED) or not stands.any():
                continue
            over_s = int((lot[:, END] + feed.tails)[stands].max())
            if x[STATE] == FIXED:
                if now_s <= x[START] < over_s:
                    return waits, (feed.row, NAMES[w.BAD_TIMES])
                continue
            later = (lot[:, LABEL] > x[LABEL]) | ((lot[:, LABEL] == x[LABEL]) & (lot[:, KEY] > x[KEY]))
            if (later & (lot[:, STATE] == OPEN)).any():
                return waits, (feed.row, NAMES[w.BAD_RANK])
            kept.append(feed)
            waits.append((feed.row, over_s))
        self._feeds = kept
        return waits, None

    def _walk(self, ops: Ints, floor_s: int, now_s: int) -> None:
        live = self._standing(ops[self._live, STATE])
        order = live[np.argsort(ops[live, LABEL])]
        while True:
            base = self._base.copy()
            history = w.walk(
                ops, order, self._tables, base, self._seen, self._lines, floor_s, now_s, self._turn, self._found
            )
            if int(self._found[1]) != w.TOO_FAR or not self._hours.extend():
                break
            self._tables = self._lay()
        self._base = base
        self._live = order[history:]

    def _trace(self, ops: Ints, floor_s: int, now_s: int, settled: bool) -> None:
        delta = True
        while True:
            self._trail.follow(
                ops, self._tables, self._base, self._seen, self._lines, self._marks, self._turn, delta, floor_s, now_s,
                settled, self._found,
            )  # fmt: skip
            if self._found[1] != w.TOO_FAR or not self._hours.extend():
                return
            self._tables, delta = self._lay(), False

    def _standing(self, state: Ints) -> Ints:
        live: Ints = self._live[(state == OPEN) | (state == FIXED)]
        return live

    def take_in(self, ops: Ints, count: int, lines: Sequence[Line], now_s: int) -> None:
        """Add the rows and lines that came since the last walk."""
        self._ops, self._infos, self._now_s = ops, lines, now_s
        if count > self._rows:
            if count > len(self._seen):
                self._seen = _longer(self._seen, self._rows, 2 * count + 256)
            self._seen[self._rows : count] = 0
            if self.plain:
                self._trail.add(self._rows, count)
            else:
                self._live = np.concatenate([self._live, np.arange(self._rows, count)])
            self._rows = count
        if len(lines) > len(self._lines):
            self._lines = _longer(self._lines, self._known_lines, 2 * len(lines) + 64)
            self._marks = np.zeros((max(len(self._lines), len(self._lanes)), record.M_COLUMNS), np.int64)
        for i in range(self._known_lines, len(lines)):
            line = lines[i]
            groups = self._groups.get(line.item_id, (-1, -1))
            self._lines[i] = (line.row0, line.quantity, *groups, line.own, line.into, -1, -1)
            if 0 < line.need < line.quantity:
                self._surplus[surplus_id(line.key0)] = i
        for i in range(self._known_lines, len(lines)):
            into = lines[i].into
            step = self._recipe.consumer(lines[into].item_id, lines[i].item_id) if into >= 0 else ""
            if step:
                self._feeds.append(self._feed(lines[i], lines[into], step))
            elif into >= 0:
                self._lines[i, w.N_NEXT], self._lines[into, w.N_FED] = self._lines[into, w.N_FED], i
        self._known_lines = len(lines)

    def _feed(self, lot: Line, whole: Line, step: str) -> Feed:
        items, recipe = self._plant.item_by_id, self._recipe
        routing_id = items[lot.item_id].routing_id
        tails = [recipe.tails(routing_id)[name] for name in recipe.paths(routing_id)]
        place = list(recipe.paths(items[whole.item_id].routing_id)).index(step)
        return Feed(whole.row0 + place, lot.row0, np.array(tails, np.int64))

    def renew(self) -> None:
        """History is another one since the last walk, by what was reported of it: look at everything again."""
        self._base = self._floor()
        self._live = np.empty(0, np.int64)
        self._trail.forget()
        self._rows = self._known_lines = 0
        self._feeds = []

    def rebound(self, rows: Sequence[int]) -> None:
        """A recorded event moved the deadline of these rows."""
        known = [row for row in rows if row < self._rows]
        self._seen[known, record.R_DEADLINE if self.plain else w.K_DEADLINE] = 0

    def extend(self, last_s: int) -> None:
        """Know working time up to `last_s`, and some days more."""
        self._hours = Hours(self._plant, self._first_s, last_s)
        self._tables = self._lay()

    def peg(self, rows: Iterable[MaterialReservation], sign: int = 1) -> str:
        """Add reserved material (or, with `sign` -1, free it); what is reserved beyond the supply, or nothing."""
        touched = set()
        for row in rows:
            if row.source is Source.BUY:
                continue
            key = ("", row.receipt_id) if row.receipt_id else (row.item_id, "")
            self._pegged[key] = self._pegged.get(key, 0) + sign * row.quantity
            touched.add(key)
        for key in sorted(touched):
            item_id, name = key
            there = self._free(name) if name in self._surplus else self._supply.get(key, 0)
            if self._pegged[key] > there:
                return f"{item_id or name}: {self._pegged[key]} reserved of {there}"
        return ""

    def _free(self, name: str) -> int:
        """Pieces of a surplus: none before all operations of its lot are done."""
        lot = self._infos[self._surplus[name]]
        rows = self._ops[lot.row0 : lot.row0 + lot.own]
        done = bool(((rows[:, STATE] == FIXED) & (rows[:, END] <= self._now_s)).all())
        return lot.quantity - lot.need if done else 0

    def supply(self, plant: Plant, items: Set[str]) -> None:
        """Know the stock and receipts of a plant that differs in those of some items only."""
        for key in _supply(self._plant, items):
            del self._supply[key]
        self._supply.update(_supply(plant, items))
        self._plant = plant


def _longer(table: Ints, used: int, rows: int) -> Ints:
    longer = aligned(rows, table.shape[1])
    longer[:used] = table[:used]
    return longer


def _supply(plant: Plant, items: Set[str] | None = None) -> dict[tuple[str, str], int]:
    """Pieces by item on hand, and by receipt where its confidence counts; of all items or of some."""
    found: dict[tuple[str, str], int] = {}
    for stock in plant.on_hand:
        if items is None or stock.item_id in items:
            found[stock.item_id, ""] = found.get((stock.item_id, ""), 0) + stock.quantity
    for receipt in plant.receipts:
        if items is not None and receipt.item_id not in items:
            continue
        sure = receipt.confidence_percent >= plant.settings.receipt_confidence_percent
        found["", receipt.id] = receipt.quantity if sure else 0
    return found
