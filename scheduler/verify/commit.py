"""The check of every commit: all work that is not history, re-timed by the checker's compiled walk.

`verify` says the same in plain Python over plain data, and names what is wrong; this only says whether something is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import numpy as np

from domain.calendars import Windows
from domain.items import Mode, Pause
from domain.plant import Plant
from domain.promises import MaterialReservation, Source, surplus_id
from domain.resources import ChangeoverPart, Combine
from scheduler.arrays import END, FIXED, KEY, LABEL, NBR, OPEN, START, STATE, Ints
from scheduler.verify import trace
from scheduler.verify import walk as w
from scheduler.verify.hours import Hours
from scheduler.verify.recipe import Recipe, seconds_up

NAMES = {
    w.BAD_PLACE: "place", w.BAD_DURATION: "duration", w.BAD_RANK: "rank", w.BAD_CHANGEOVER: "changeover",
    w.BAD_MOUNTED: "mounted", w.BAD_TIMES: "earliest", w.BAD_DEADLINE: "deadline", w.BAD_FROZEN: "frozen",
    w.BAD_USE: "unit", w.BAD_MAINTENANCE: "maintenance", w.TOO_FAR: "working_time",
}  # fmt: skip
"""Which rule of the full check each code of the walk stands for."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A mode with its lanes chosen: units of the machine, mould, setter and units of the crew, by lane number."""

    routing_id: str
    operation_id: str
    mode_id: str
    units: tuple[int, ...]
    mould: int
    setter: int
    crew: tuple[int, ...]


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


@dataclass(frozen=True, slots=True)
class Feed:
    """A lot that an operation in the midst of another waits for: the row of that, the lot's rows and their lags."""

    row: int
    first: int
    tails: Ints


class CommitCheck:
    """The checker's own record of one plan: what history left, what stood right at the last commit.

    `lanes` names each lane's resource or mould and its unit, `variants` what the numbers in the plan's rows mean.
    """

    def __init__(
        self, plant: Plant, lanes: Sequence[tuple[str, int]], variants: Sequence[Variant], first_s: int, last_s: int
    ) -> None:
        self._plant = plant
        self._lanes = list(lanes)
        self._variants = list(variants)
        self._recipe = Recipe(plant)
        self._first_s = first_s
        self._hours = Hours(plant, first_s, last_s)
        groups = {item.id: (item.colour, item.material) for item in plant.items}
        self._colours = _numbers([*(c for c, _ in groups.values()), *(r.colour for r in plant.resources)])
        self._materials = _numbers([*(m for _, m in groups.values()), *(r.material for r in plant.resources)])
        self._groups = {
            name: (self._colours.get(colour, -1), self._materials.get(material, -1))
            for name, (colour, material) in groups.items()
        }
        self._tables = self._lay()
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
        assert w.K_COLUMNS == trace.R_COLUMNS
        self._seen = np.zeros((0, w.K_COLUMNS), np.int64)
        self._marks = np.zeros((len(self._lanes), trace.M_COLUMNS), np.int64)
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
        rows = np.array([row for row, _ in waits], np.int64)
        ready = ops[rows, NBR]
        for row, over_s in waits:
            ops[row, NBR] = max(int(ops[row, NBR]), over_s)
        try:
            if self.plain:
                self._trace(ops, floor_s, now_s, settled)
            else:
                self._walk(ops, floor_s, now_s)
        finally:
            ops[rows, NBR] = ready
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
        rec, found, turn = self._seen, self._found, self._turn
        gone = np.empty((len(self._live), 2), np.int64)
        gone = gone[: trace.take_over(ops, self._live, self._tables, rec, self._lines, self._marks, turn, gone, found)]
        if found[1] != w.FINE:
            return
        live = self._standing(rec[self._live, trace.R_STATE])
        # The places that rows have left stand before and behind all of the same label.
        left = ~np.arange(len(gone))
        entries = np.concatenate([left, live, left])
        order = entries[np.argsort(np.concatenate([gone[:, 0], rec[live, trace.R_LABEL], gone[:, 0]]), kind="stable")]
        delta = True
        while True:
            base = self._base.copy()
            history = trace.trace(
                order, gone, self._tables, base, rec, self._lines, self._marks, delta, turn, floor_s, now_s, found
            )
            if int(found[1]) != w.TOO_FAR or not self._hours.extend():
                break
            self._tables, delta = self._lay(), False
        if found[1] == w.FINE and settled:
            trace.compare(ops, order, rec, found)
        self._base = base
        later = order[history:]
        self._live = later[later >= 0]

    def _standing(self, state: Ints) -> Ints:
        live: Ints = self._live[(state == OPEN) | (state == FIXED)]
        return live

    def take_in(self, ops: Ints, count: int, lines: Sequence[Line], now_s: int) -> None:
        """Add the rows and lines that came since the last walk."""
        self._ops, self._infos, self._now_s = ops, lines, now_s
        if count > len(self._seen):
            self._seen = _longer(self._seen, self._rows, 2 * count + 256)
        self._seen[self._rows : count] = 0
        self._live = np.concatenate([self._live, np.arange(self._rows, count)])
        self._rows = count
        if len(lines) > len(self._lines):
            self._lines = _longer(self._lines, self._known_lines, 2 * len(lines) + 64)
            self._marks = np.zeros((max(len(self._lines), len(self._lanes)), trace.M_COLUMNS), np.int64)
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

    def rebound(self, rows: Sequence[int]) -> None:
        """A recorded event moved the deadline of these rows."""
        known = [row for row in rows if row < self._rows]
        self._seen[known, trace.R_DEADLINE if self.plain else w.K_DEADLINE] = 0

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

    # -- the tables --------------------------------------------------------------------------------------------

    def _lay(self) -> Ints:
        """All tables one after the other, for the walk."""
        self._calendars: dict[tuple[str, str, str, int], int] = {}
        self._calendar_rows: list[tuple[Windows, Windows]] = []
        paths: list[tuple[int, int, int]] = []
        self._path_at: dict[tuple[str, str], tuple[int, int]] = {}
        width = w.Y_LANES + max((len(v.units) + len(v.crew) for v in self._variants), default=1)
        variants = np.full((len(self._variants), width), -1, np.int64)
        for i, variant in enumerate(self._variants):
            row = self._variant_row(variant, paths)
            variants[i, : len(row)] = row
        tables = [variants, np.array(paths, np.int64).reshape(-1, w.G_COLUMNS), *self._changes(), self._fetches()]
        names = [w.T_VARIANTS, w.T_PATHS, w.T_MOUNT, w.T_DISMOUNT, w.T_COLOUR, w.T_MATERIAL, w.T_FETCH]
        head = np.zeros(w.T_HEADER, np.int64)
        head[w.T_WIDTH] = width
        head[w.T_LANES] = len(self._lanes)
        head[w.T_COLOURS], head[w.T_MATERIALS] = max(1, len(self._colours)), max(1, len(self._materials))
        head[w.T_SETTERS] = len(self._plant.resources) + 1
        at = w.T_HEADER + sum(table.size for table in tables)
        calendars, places = self._calendar_tables(at)
        variants[:, w.Y_RUN : w.Y_SETUP + 1] = places[variants[:, w.Y_RUN : w.Y_SETUP + 1]]
        tables[-1][...] = np.where(tables[-1] < 0, -1, places[tables[-1]])
        at = w.T_HEADER
        for name, table in zip(names, tables, strict=True):
            head[name] = at
            at += table.size
        return np.concatenate([head, *(table.reshape(-1) for table in tables), calendars])

    def _calendar_tables(self, at: int) -> tuple[Ints, Ints]:
        """The calendars as they will lie from `at` on, and the place of each."""
        flat: list[Ints] = []
        places = []
        for windows, downtimes in self._calendar_rows:
            spans = np.array(windows, np.int64).reshape(-1, 2)
            before = np.cumsum(spans[:, 1] - spans[:, 0]) - (spans[:, 1] - spans[:, 0])
            down = np.array(downtimes, np.int64).reshape(-1)
            first_s = int(spans[0, 0]) if len(spans) else 0
            steps = np.arange(first_s, (int(spans[-1, 0]) if len(spans) else 0) + w.BUCKET_S, w.BUCKET_S)
            buckets = np.searchsorted(spans[:, 0], steps, side="right") - 1
            window_at = at + w.Q_COLUMNS
            down_at = window_at + 3 * len(spans)
            bucket_at = down_at + len(down)
            row = (window_at, len(spans), down_at, len(down) // 2, bucket_at, len(buckets), first_s)
            places.append(at)
            flat += [np.array(row, np.int64), np.column_stack([spans, before]).reshape(-1), down, buckets]
            at = bucket_at + len(buckets)
        return np.concatenate([np.empty(0, np.int64), *flat]), np.array([*places, 0], np.int64)

    def _variant_row(self, variant: Variant, paths: list[tuple[int, int, int]]) -> list[int]:
        plant, recipe = self._plant, self._recipe
        routing = plant.routing_by_id[variant.routing_id]
        operation = next(step for step in routing.operations if step.id == variant.operation_id)
        mode = next(mode for mode in operation.modes if mode.id == variant.mode_id)
        self._check_lanes(variant, mode)
        machine, setter_id = mode.resource_id, recipe.setter(mode.resource_id)
        chunk_s = seconds_up(mode.min_chunk)
        klass = plant.resource_by_id[machine].changeover_class
        numerator, denominator = mode.yield_rate.as_integer_ratio()
        per = mode.per_piece
        if mode.mould_id:
            mould = plant.mould_by_id[mode.mould_id]
            numerator, per = numerator * mould.cavities, mould.cycle
        placed = list(recipe.paths(routing.id))
        key = (routing.id, operation.id)
        if key not in self._path_at:
            own = recipe.paths(routing.id)[operation.id]
            self._path_at[key] = (len(paths), len(own))
            paths += [(placed.index(name), lag, working) for name, lag, working in own]
        return [
            len(variant.units), variant.mould, variant.setter, len(variant.crew),
            self._calendar(machine, mode.mould_id, mode.crew_id, chunk_s),
            self._calendar(machine, mode.mould_id, mode.crew_id), self._calendar(machine, setter_id),
            self._calendar(machine, setter_id, mode.mould_id), mode.pause is Pause.NONE, mode.pause is Pause.SHIFT,
            chunk_s, _micro(mode.fixed), _micro(per), denominator, numerator, variant.units[0],
            bool(klass) and plant.changeover_by_id[klass].combine is Combine.MAX, *self._path_at[key],
            recipe.tails(routing.id)[operation.id], self._resource_number(setter_id), *variant.units, *variant.crew,
        ]  # fmt: skip

    def _check_lanes(self, variant: Variant, mode: Mode) -> None:
        """The lanes are those that the mode asks for. Raises ValueError."""
        units, crew = [self._lanes[i] for i in variant.units], [self._lanes[i] for i in variant.crew]
        mould = self._lanes[variant.mould][0] if variant.mould >= 0 else ""
        setter = self._lanes[variant.setter][0] if variant.setter >= 0 else ""
        wanted = [mode.resource_id] * mode.resource_units
        attended = [mode.crew_id] * mode.crew_units if mode.crew_id else []
        if (
            [name for name, _ in units] != wanted or [name for name, _ in crew] != attended
            or len(set(units)) != len(units) or len(set(crew)) != len(crew)
            or mould != mode.mould_id or setter != self._recipe.setter(mode.resource_id)
        ):  # fmt: skip
            raise ValueError(f"a variant of {mode.id} stands on {units}, {mould}, {setter}, {crew}")

    def _resource_number(self, name: str) -> int:
        names = [resource.id for resource in self._plant.resources]
        return names.index(name) if name else len(names)

    def _calendar(self, first: str, second: str = "", third: str = "", chunk_s: int = 0) -> int:
        key = (first, second, third, chunk_s)
        if key not in self._calendars:
            on = self._hours.run(first, second, third, chunk_s)
            self._calendars[key] = len(self._calendar_rows)
            self._calendar_rows.append((on.windows, on.downtimes))
        return self._calendars[key]

    def _changes(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Seconds of mounting, dismounting, changing colour and material, by lane."""
        n, recipe = len(self._lanes), self._recipe
        colours, materials = max(1, len(self._colours)), max(1, len(self._materials))
        mount, dismount = np.zeros((n, n), np.int64), np.zeros((n, n), np.int64)
        colour, material = np.zeros((n, colours, colours), np.int64), np.zeros((n, materials, materials), np.int64)
        moulds = self._plant.mould_by_id
        for i, (name, _) in enumerate(self._lanes):
            if name in moulds or not self._plant.resource_by_id[name].changeover_class:
                continue
            for k, (mould, _) in enumerate(self._lanes):
                if mould in moulds:
                    mount[i, k] = recipe.change(name, ChangeoverPart.MOUNT, "", mould)
                    dismount[i, k] = recipe.change(name, ChangeoverPart.DISMOUNT, mould, "")
            for part, groups, table in (
                (ChangeoverPart.COLOUR, self._colours, colour),
                (ChangeoverPart.MATERIAL, self._materials, material),
            ):
                for old, a in groups.items():
                    for new, b in groups.items():
                        table[i, a, b] = recipe.change(name, part, old, new)
        return mount, dismount, colour, material

    def _fetches(self) -> Ints:
        """Calendar in which each setter takes a mould off each machine; the last column is for no setter."""
        setters = {self._recipe.setter(resource.id) for resource in self._plant.resources}
        table = np.full((len(self._lanes), len(self._plant.resources) + 1), -1, np.int64)
        fitting = {name for mould in self._plant.moulds for name in (*mould.fits, mould.mounted_on)}
        for i, (name, unit) in enumerate(self._lanes):
            if name in fitting and unit == 0:
                for setter in sorted(setters):
                    table[i, self._resource_number(setter)] = self._calendar(name, setter)
        return table

    def _floor(self) -> Ints:
        """The state of each lane as the plant's files give it."""
        table = np.full((len(self._lanes), w.F_COLUMNS), -1, np.int64)
        table[:, w.F_FREE] = w.DAWN
        table[:, [w.F_SHOTS, w.F_LIMIT, w.F_MAINTENANCE]] = 0
        at = {name: i for i, (name, unit) in enumerate(self._lanes) if unit == 0}
        for i, (name, _) in enumerate(self._lanes):
            mould = self._plant.mould_by_id.get(name)
            if mould is None:
                resource = self._plant.resource_by_id[name]
                table[i, w.F_COLOUR] = self._colours.get(resource.colour, -1)
                table[i, w.F_MATERIAL] = self._materials.get(resource.material, -1)
                continue
            limit = mould.maintenance_shots
            table[i, [w.F_SHOTS, w.F_LIMIT, w.F_MAINTENANCE]] = (mould.shots, limit, seconds_up(mould.maintenance))
            if mould.mounted_on:
                table[i, w.F_HANGS] = at[mould.mounted_on]
                table[at[mould.mounted_on], w.F_MOUNTED] = i
        return table


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(sorted(set(names) - {""}))}


def _longer(table: Ints, used: int, rows: int) -> Ints:
    longer = np.zeros((rows, table.shape[1]), np.int64)
    longer[:used] = table[:used]
    return longer


def _micro(value: timedelta) -> int:
    return value // timedelta(microseconds=1)


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
