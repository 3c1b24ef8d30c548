"""The plant translated once into integer arrays: calendars, lanes, variants, changeovers, and templates of lines."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from copy import copy
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, islice, product

import numpy as np
from msgspec import Struct

from domain.calendars import Calendar, Windows, intersect, subtract
from domain.checks import to_unix_down, to_unix_up
from domain.items import Item, Mode, Pause, Routing
from domain.plant import Plant
from domain.resources import ChangeoverPart, Combine, ResourceKind
from scheduler import arrays as a
from scheduler.arrays import Ints

VARIANTS_MAX = 64
"""Choices of units and setters tried per mode; beyond it the search is narrower, never wrong."""
TEMPLATES_MAX = 4096
KINDS = {
    ResourceKind.MACHINE: a.MACHINE,
    ResourceKind.LINE: a.MACHINE,
    ResourceKind.CREW: a.CREW,
    ResourceKind.SETTER: a.SETTER,
    ResourceKind.OUTSIDE: a.MACHINE,
}
Content = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]


class Template(Struct, frozen=True):
    """Rows of a line's operations, edges and candidates, with indices relative to the line's first.

    `firsts` are the lots' first rows.
    """

    rows: Ints
    edges: Ints
    cands: Ints
    firsts: tuple[int, ...]


Lot = tuple[str, int, int]
"""An item, the quantity made, and the number of the lot among those of its line that it goes into, -1 for the last."""


class _Link(Struct, frozen=True):
    source: int
    target: int
    lag_s: int
    working_s: int


def seconds(value: timedelta) -> int:
    """Whole seconds, rounded up."""
    return -(-(value // timedelta(microseconds=1)) // 1_000_000)


class Names(Struct, frozen=True):
    """What numbers mean in a plan's rows: of modes, of variants (their rows), and of lanes (owner and unit)."""

    modes: list[tuple[Routing, int, Mode]]
    var: Ints
    lane_owner: list[tuple[str, int]]


class Layout:
    """Numbers for everything in a plant; the same plant always gets the same numbers."""

    def __init__(self, plant: Plant, first: date, last: date) -> None:
        self.plant = plant
        self._lay_lanes()
        self._lay_changeovers()
        self.expand(first, last)
        self._lay_variants()
        self._templates: OrderedDict[tuple[Lot, ...], Template] = OrderedDict()
        self._entries: dict[tuple[str, int], tuple[int, ...]] = {}
        self._consumers = {
            (row.item_id, row.component_id): self.operation_number(
                plant.item_by_id[row.item_id].routing_id, row.operation_id
            )
            for row in plant.bom
            if row.operation_id
        }

    def _lay_lanes(self) -> None:
        plant = self.plant
        self.lane_owner: list[tuple[str, int]] = []
        self.resource_lanes: dict[str, list[int]] = {}
        self.mould_lane: dict[str, int] = {}
        for resource in plant.resources:
            self.resource_lanes[resource.id] = list(
                range(len(self.lane_owner), len(self.lane_owner) + resource.capacity)
            )
            self.lane_owner += [(resource.id, unit) for unit in range(resource.capacity)]
        for mould in plant.moulds:
            self.mould_lane[mould.id] = len(self.lane_owner)
            self.lane_owner.append((mould.id, 0))
        self.moulded = {name for mould in plant.moulds for name in mould.fits}

    def _lay_changeovers(self) -> None:
        plant = self.plant
        colours = {x.colour for x in plant.items} | {r.colour for r in plant.resources}
        materials = {x.material for x in plant.items} | {r.material for r in plant.resources}
        self.colours = {name: i for i, name in enumerate(sorted(colours - {""}))}
        self.materials = {name: i for i, name in enumerate(sorted(materials - {""}))}
        self.klass = {c.id: i for i, c in enumerate(plant.changeovers)}
        classes, lanes = max(1, len(plant.changeovers)), max(1, len(self.lane_owner))
        self.mount = np.zeros((classes, lanes), np.int64)
        self.dismount = np.zeros((classes, lanes), np.int64)
        self.colour = np.zeros((classes, max(1, len(self.colours)), max(1, len(self.colours))), np.int64)
        self.material = np.zeros((classes, max(1, len(self.materials)), max(1, len(self.materials))), np.int64)
        self.combine = np.zeros(classes, np.int64)
        for i, c in enumerate(plant.changeovers):
            self.combine[i] = c.combine is Combine.MAX
            for name, lane in self.mould_lane.items():
                self.mount[i, lane] = seconds(c.duration(ChangeoverPart.MOUNT, "", name))
                self.dismount[i, lane] = seconds(c.duration(ChangeoverPart.DISMOUNT, name, ""))
            for part, groups, table in (
                (ChangeoverPart.COLOUR, self.colours, self.colour),
                (ChangeoverPart.MATERIAL, self.materials, self.material),
            ):
                for (old, m), (new, n) in product(groups.items(), groups.items()):
                    table[i, m, n] = seconds(c.duration(part, old, new))

    def expand(self, first: date, last: date) -> None:
        """(Re)compute working time from `first` to `last`; numbers of calendars stay when nothing else changed."""
        self.first, self.last = first, last
        self._content: dict[str, int] = {}
        self._contents: list[Content] = []
        self._calendars: dict[tuple[object, ...], int] = {}
        self._windows: list[Ints] = []
        plant = self.plant
        downtimes: dict[str, Windows] = {}
        for d in plant.downtimes:
            downtimes.setdefault(d.subject_id, []).append((to_unix_down(d.start), to_unix_up(d.end)))
        whole = [(day_s(first), day_s(last + timedelta(days=1)))]
        base = {c.id: self._hours(c) for c in plant.calendars}
        for r in plant.resources:
            windows = base[r.calendar_id]
            if r.available_from or r.available_until:
                start = to_unix_up(r.available_from) if r.available_from else whole[0][0]
                end = to_unix_down(r.available_until) if r.available_until else whole[0][1]
                windows = intersect(windows, [(start, end)])
            self._add_content(r.id, windows, downtimes.get(r.id, []))
        for m in plant.moulds:
            self._add_content(m.id, base[m.calendar_id] if m.calendar_id else whole, downtimes.get(m.id, []))

    def _hours(self, calendar: Calendar) -> Windows:
        """Working time from the first day on, of hours too that were added before it and go on."""
        zone, begin_s = self.plant.zone, day_s(self.first)
        added = [change.start for change in calendar.changes if change.worked and to_unix_up(change.end) > begin_s]
        first = min([self.first, *(start.astimezone(zone).date() for start in added)])
        found = calendar.windows(zone, first, self.last)
        return found if first == self.first else [(max(begin_s, a), b) for a, b in found if b > begin_s]

    def _add_content(self, name: str, windows: Windows, downtimes: Windows) -> None:
        down = sorted(downtimes)
        content = (tuple(subtract(windows, down)), tuple(down))
        if content not in self._contents:
            self._contents.append(content)
        self._content[name] = self._contents.index(content)

    def calendar(self, names: list[str], pause: Pause = Pause.DOWNTIME, chunk_s: int = 0) -> int:
        """Number of the calendar in which all `names` work, cut into segments that a run may not leave."""
        ids = sorted({self._content[name] for name in names if name})
        contents = [self._contents[i] for i in ids]
        key = (tuple(ids), pause, chunk_s)
        if key in self._calendars:
            return self._calendars[key]
        windows = list(contents[0][0])
        for content in contents[1:]:
            windows = intersect(windows, list(content[0]))
        windows = [w for w in windows if w[1] - w[0] >= chunk_s]
        down = sorted(d for c in contents for d in c[1])
        self._windows.append(_segments(windows, down, pause))
        self._calendars[key] = len(self._windows) - 1
        return len(self._windows) - 1

    def calendar_arrays(self) -> tuple[Ints, Ints, Ints]:
        """All calendars as `win`, `cal`, `bucket`."""
        t0 = day_s(self.first)
        buckets = (day_s(self.last) - t0) // a.BUCKET_S + 8
        cal = np.zeros((max(1, len(self._windows)), a.C_COLUMNS), np.int64)
        bucket = np.zeros(max(1, len(self._windows)) * buckets, np.int64)
        rows, offset = [np.zeros((0, a.W_COLUMNS), np.int64)], 0
        edges = t0 + np.arange(buckets) * a.BUCKET_S
        for i, windows in enumerate(self._windows):
            shifted = windows.copy()
            shifted[:, a.W_SEGNEXT] += offset
            shifted[:, a.W_SEGPREV] += offset
            rows.append(shifted)
            cal[i] = (offset, len(windows), i * buckets, t0, buckets)
            bucket[i * buckets : (i + 1) * buckets] = offset + np.searchsorted(windows[:, a.W_END], edges, side="right")
            offset += len(windows)
        win = np.vstack([*rows, np.zeros((1, a.W_COLUMNS), np.int64)])
        return win, cal, bucket

    def lanes(self) -> Ints:
        """Lanes as at import: no operations, initial mounts and states."""
        plant = self.plant
        lanes = np.full((max(1, len(self.lane_owner)), a.L_COLUMNS), -1, np.int64)
        lanes[:, [a.L_FREE0, a.L_SHOTS0, a.L_NMAX, a.L_MAINT, a.L_NCH]] = 0
        for i, r in enumerate(plant.resources):
            for lane in self.resource_lanes[r.id]:
                lanes[lane, a.L_KIND] = KINDS[r.kind]
                lanes[lane, a.L_RES] = i
                lanes[lane, a.L_CAL] = self.calendar([r.id])
                lanes[lane, a.L_CLASS] = self.klass.get(r.changeover_class, -1)
                lanes[lane, a.L_COL0] = self.colours.get(r.colour, -1)
                lanes[lane, a.L_MAT0] = self.materials.get(r.material, -1)
        for i, m in enumerate(plant.moulds):
            lane = self.mould_lane[m.id]
            lanes[lane, a.L_KIND] = a.MOULD
            lanes[lane, a.L_RES] = i
            lanes[lane, a.L_CAL] = self.calendar([m.id])
            lanes[lane, a.L_SHOTS0] = m.shots
            lanes[lane, a.L_NMAX] = m.maintenance_shots
            lanes[lane, a.L_MAINT] = seconds(m.maintenance)
            if m.mounted_on:
                machine = self.resource_lanes[m.mounted_on][0]
                lanes[lane, a.L_LOC0] = machine
                lanes[machine, a.L_MOUNT0] = lane
        return lanes

    def fetches(self) -> Ints:
        """Calendar in which the setter of each resource (last column: none) takes a mould off each machine."""
        plant = self.plant
        table = np.full((max(1, len(self.lane_owner)), len(plant.resources) + 1), -1, np.int64)
        setters = {self._setter(r.changeover_class) for r in plant.resources}
        columns = [(i, r.id) for i, r in enumerate(plant.resources) if r.id in setters]
        for r in plant.resources:
            if r.id in self.moulded:
                for column, setter in [*columns, (len(plant.resources), "")]:
                    table[self.resource_lanes[r.id][0], column] = self.calendar([r.id, setter])
        return table

    def _setter(self, klass: str) -> str:
        return self.plant.changeover_by_id[klass].setter_id if klass else ""

    def _lay_variants(self) -> None:
        self.modes: list[tuple[Routing, int, Mode]] = []
        self.mode_variants: dict[tuple[str, str, str], list[int]] = {}
        rows: list[list[int]] = []
        for routing in self.plant.routings:
            for number, operation in enumerate(routing.operations):
                for mode in operation.modes:
                    self.modes.append((routing, number, mode))
                    found = self._mode_rows(mode, len(self.modes) - 1)
                    self.mode_variants[routing.id, operation.id, mode.id] = list(
                        range(len(rows), len(rows) + len(found))
                    )
                    rows += found
        self.places = max((row[a.V_NPL] for row in rows), default=1)
        self.width = -(-(a.PLACES + self.places * a.P_WIDTH) // a.ROW) * a.ROW
        self.var = np.full((max(1, len(rows)), a.V_LANES + self.places), -1, np.int64)
        for i, row in enumerate(rows):
            self.var[i, : len(row)] = row
        self._lay_ways()
        self.exact = all(row[a.V_CLASS] == a.PLAIN for row in rows)

    def _lay_ways(self) -> None:
        """Of each variant whether it is outside, and how many its operation has inside and outside.

        Nothing but 0 where the operation has only those or only these.
        """
        self.ways = np.zeros((len(self.var), 3), np.int64)
        for routing in self.plant.routings:
            for operation in routing.operations:
                found: tuple[list[int], list[int]] = [], []
                for mode in operation.modes:
                    found[self.plant.is_outside(mode)].extend(self.mode_variants[routing.id, operation.id, mode.id])
                if all(found):
                    for out, rows in enumerate(found):
                        self.ways[rows] = out, len(found[0]), len(found[1])
        self.has_outside = bool(self.ways.any())

    def _mode_rows(self, mode: Mode, number: int) -> list[list[int]]:
        plant = self.plant
        resource = plant.resource_by_id[mode.resource_id]
        klass = self.klass.get(resource.changeover_class, -1)
        setter = self._setter(resource.changeover_class)
        if klass < 0 and resource.id not in self.moulded and not mode.mould_id:
            klass = a.PLAIN
        chunk = seconds(mode.min_chunk)
        run = [resource.id, mode.mould_id, mode.crew_id]
        cal = self.calendar(run, mode.pause, chunk)
        calw = self.calendar(run)
        cals = self.calendar([resource.id, mode.mould_id, setter])
        cald = self.calendar([resource.id, setter])
        units = combinations(self.resource_lanes[resource.id], mode.resource_units)
        setters = [(lane,) for lane in self.resource_lanes[setter]] if setter else [()]
        crews = (
            list(islice(combinations(self.resource_lanes[mode.crew_id], mode.crew_units), VARIANTS_MAX))
            if mode.crew_id
            else [()]
        )
        mould = (self.mould_lane[mode.mould_id],) if mode.mould_id else ()
        rows = []
        for machine, by, crew in islice(product(units, setters, crews), VARIANTS_MAX):
            lanes = [*machine, *mould, *by, *crew]
            q = len(machine)
            rows.append(
                [plant.resources.index(resource), len(lanes), q, q if mould else -1, q + len(mould) if by else -1,
                 cal, calw, chunk, cals, cald, klass, number, *lanes]
            )  # fmt: skip
        return rows

    def copy(self) -> Layout:
        """The same, for another thread: what is worked out when it is asked for is its own."""
        made = copy(self)
        made._templates, made._entries = OrderedDict(), dict(self._entries)
        return made

    @property
    def names(self) -> Names:
        """The names as they are; they stay so when the layout is expanded."""
        return Names(self.modes, self.var, self.lane_owner)

    def template(self, lots: tuple[Lot, ...]) -> Template:
        """Rows for making all lots of a line, each before the one that it goes into."""
        key = lots
        found = self._templates.get(key)
        if found is None:
            rows = [self._make_template(self.plant.item_by_id[item_id], quantity) for item_id, quantity, _ in lots]
            found = rows[0] if len(lots) == 1 else _joined(lots, rows, [self._goes_to(lots, lot) for lot in lots])
            self._templates[key] = found
            if len(self._templates) > TEMPLATES_MAX:
                self._templates.popitem(last=False)
        else:
            self._templates.move_to_end(key)
        return found

    def consumer(self, item_id: str, component_id: str) -> int:
        """Number of the operation of an item's routing that a component is needed for; -1: the first ones."""
        return self._consumers.get((item_id, component_id), -1)

    def operation_number(self, routing_id: str, operation_id: str) -> int:
        """Number of an operation in its routing; -1 for an empty id."""
        steps = self.plant.routing_by_id[routing_id].operations if operation_id else ()
        return next((number for number, step in enumerate(steps) if step.id == operation_id), -1)

    def entries(self, routing_id: str, number: int) -> tuple[int, ...]:
        """Rows of an operation in a lot of a routing, from the lot's first; of -1, the rows that nothing precedes."""
        key = (routing_id, number)
        if key not in self._entries:
            routing = self.plant.routing_by_id[routing_id]
            placed = [i for i, step in enumerate(routing.operations) if step.modes]
            after = {link.target for link in _fold_lags(routing, set(placed))[0]}
            wanted = [number] if number >= 0 else [i for i in placed if i not in after]
            self._entries[key] = tuple(placed.index(i) for i in wanted)
        return self._entries[key]

    def _goes_to(self, lots: Sequence[Lot], lot: Lot) -> tuple[int, ...]:
        """Rows of the lot that another one goes into that wait for it."""
        item_id, _, into = lot
        if into < 0:
            return ()
        whole = self.plant.item_by_id[lots[into][0]]
        return self.entries(whole.routing_id, self.consumer(whole.id, item_id))

    def _make_template(self, item: Item, quantity: int) -> Template:
        routing = self.plant.routing_by_id[item.routing_id]
        numbers = [i for i, operation in enumerate(routing.operations) if operation.modes]
        at = {number: row for row, number in enumerate(numbers)}
        links, head_s, tail_s = _fold_lags(routing, set(numbers))
        rows = np.full((len(numbers), self.width), -1, np.int64)
        rows[:, [a.TAIL, a.STAIL, a.VTAIL, a.DEADLINE, a.LATEST]] = a.INF
        rows[:, [a.QUEUED, a.BACKED, a.BLOCKED, a.NBV, a.NBR, a.DISD, a.FETD, a.SETD, a.NMAINT, a.CNT]] = 0
        rows[:, [a.SFREE, a.LOT]] = 0
        rows[:, a.COL] = self.colours.get(item.colour, -1)
        rows[:, a.MAT] = self.materials.get(item.material, -1)
        cands: list[tuple[int, int, int]] = []
        for number in numbers:
            row = rows[at[number]]
            row[a.OPNO] = number
            row[a.NBR] = head_s.get(number, 0)
            row[a.TLAG] = tail_s.get(number, -1)
            row[a.CAND0] = len(cands)
            # Behind those that are taken unasked.
            for mode in sorted(routing.operations[number].modes, key=self.plant.is_outside):
                duration, shots = self.run_seconds(mode, quantity)
                for v in self.mode_variants[routing.id, routing.operations[number].id, mode.id]:
                    cands.append((v, duration, shots))
            inside = int(self.ways[cands[row[a.CAND0]][0], 1])
            row[a.NCAND] = inside or len(cands) - row[a.CAND0]
            row[a.VAR], row[a.DUR0], row[a.SHOTS] = cands[row[a.CAND0]]
        edges = np.full((len(links), a.E_COLUMNS), -1, np.int64)
        for i, link in enumerate(links):
            source, target = at[link.source], at[link.target]
            edges[i] = (source, target, link.lag_s, link.working_s, rows[target, a.EIN], rows[source, a.EOUT])
            rows[target, a.EIN] = rows[source, a.EOUT] = i
        table = np.array(cands, np.int64).reshape(-1, a.K_COLUMNS)
        return Template(rows, edges, table, (0,))

    def run_seconds(self, mode: Mode, quantity: int) -> tuple[int, int]:
        """Working seconds of a run without maintenance, and its shots (0 without a mould)."""
        if mode.mould_id:
            mould = self.plant.mould_by_id[mode.mould_id]
            shots = mode.shots(quantity, mould.cavities)
            return max(1, seconds(mode.fixed + shots * mould.cycle)), shots
        return max(1, seconds(mode.fixed + mode.pieces(quantity) * mode.per_piece)), 0


def _joined(lots: Sequence[Lot], templates: Sequence[Template], waiting: Sequence[tuple[int, ...]]) -> Template:
    """All lots' rows as one: what ends a lot precedes what waits for it in the one that it goes into."""
    lengths = [len(template.rows) for template in templates]
    firsts = [sum(lengths[:i]) for i in range(len(lots))]
    rows = np.concatenate([template.rows for template in templates])
    cands = np.concatenate([template.cands for template in templates])
    links: list[tuple[int, int, int, int]] = []
    at_cand = 0
    for number, ((_, _, into), template, first) in enumerate(zip(lots, templates, firsts, strict=True)):
        mine = rows[first : first + lengths[number]]
        mine[:, a.LOT] = number
        mine[:, a.CAND0] += at_cand
        at_cand += len(template.cands)
        links += [
            (source + first, target + first, lag_s, working_s)
            for source, target, lag_s, working_s in template.edges[:, : a.E_WLAG + 1].tolist()
        ]
        if into >= 0:
            ends = np.flatnonzero(mine[:, a.TLAG] >= 0).tolist()
            links += [
                (first + row, firsts[into] + begin, int(mine[row, a.TLAG]), 0)
                for row in ends
                for begin in waiting[number]
            ]
            mine[:, a.TLAG] = -1
    rows[:, [a.EIN, a.EOUT]] = -1
    edges = np.full((len(links), a.E_COLUMNS), -1, np.int64)
    for i, (source, target, lag_s, working_s) in enumerate(links):
        edges[i] = (source, target, lag_s, working_s, rows[target, a.EIN], rows[source, a.EOUT])
        rows[target, a.EIN] = rows[source, a.EOUT] = i
    return Template(rows, edges, cands, tuple(firsts))


def day_s(day: date) -> int:
    """Midnight UTC at the day's beginning, in Unix seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _segments(windows: Windows, downtimes: Windows, pause: Pause) -> Ints:
    """Windows as rows with sums of work, cut into segments where a run may not pause."""
    table = np.zeros((len(windows), a.W_COLUMNS), np.int64)
    total = 0
    begins: list[int] = []
    for i, (start, end) in enumerate(windows):
        table[i, : a.W_CUM + 1] = (start, end, total)
        cut = i == 0 or pause is Pause.NONE
        if not cut and pause is Pause.SHIFT:
            last = windows[i - 1][1]
            cut = any(d[0] < start and d[1] > last for d in downtimes)
        if cut:
            begins.append(i)
        total += end - start
    for b, begin in enumerate(begins):
        stop = begins[b + 1] if b + 1 < len(begins) else len(windows)
        seg1 = table[stop - 1, a.W_CUM] + table[stop - 1, a.W_END] - table[stop - 1, a.W_START]
        table[begin:stop, a.W_SEG0] = table[begin, a.W_CUM]
        table[begin:stop, a.W_SEG1] = seg1
        table[begin:stop, a.W_SEGNEXT] = stop
        table[begin:stop, a.W_SEGPREV] = begin - 1
    return table


def _fold_lags(routing: Routing, placed: set[int]) -> tuple[list[_Link], dict[int, int], dict[int, int]]:
    """Links between placed operations with pure-lag operations folded in; lags before the first and after the last.

    Along a path calendar lags are counted first, then working lags.
    """
    number = {operation.id: i for i, operation in enumerate(routing.operations)}
    out: dict[int, list[tuple[int, int, int]]] = {i: [] for i in range(len(routing.operations))}
    has_in: set[int] = set()
    for link in routing.links:
        lag = seconds(link.lag)
        entry = (number[link.to_id], 0, lag) if link.working else (number[link.to_id], lag, 0)
        out[number[link.from_id]].append(entry)
        has_in.add(number[link.to_id])
    links: dict[tuple[int, int], list[tuple[int, int]]] = {}
    tail_s: dict[int, int] = {}
    head_s: dict[int, int] = {}

    def walk(source: int | None, at: int, lag_s: int, working_s: int) -> None:
        if at in placed and at != source:
            if source is None:
                head_s[at] = max(head_s.get(at, 0), lag_s + working_s)
            else:
                _keep_longest(links.setdefault((source, at), []), (lag_s, working_s))
            return
        own = 0 if at == source else seconds(routing.operations[at].lag)
        if not out[at]:
            if source is not None:
                tail_s[source] = max(tail_s.get(source, 0), lag_s + own + working_s)
            return
        for target, lag, working in out[at]:
            walk(source, target, lag_s + own + lag, working_s + working)

    for i in range(len(routing.operations)):
        if i in placed:
            walk(i, i, 0, 0)
        elif i not in has_in:
            walk(None, i, 0, 0)
    return [_Link(s, t, *lag) for (s, t), lags in sorted(links.items()) for lag in lags], head_s, tail_s


def _keep_longest(lags: list[tuple[int, int]], lag: tuple[int, int]) -> None:
    """Add a pair of calendar and working lag unless another is as long in both; drop those that it makes needless."""
    if not any(one[0] >= lag[0] and one[1] >= lag[1] for one in lags):
        lags[:] = [one for one in lags if one[0] > lag[0] or one[1] > lag[1]]
        lags.append(lag)
