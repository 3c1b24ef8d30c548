"""All work that may move, as plain arrays for the search; only for plans on machines alone."""

from __future__ import annotations

import numpy as np

from scheduler import arrays as a
from scheduler import dispatch as tier1
from scheduler import worktime
from scheduler.arrays import Ints
from scheduler.improve import shop as s
from scheduler.improve.shop import Shop, Wishes
from scheduler.planning.scrapping import Scrapping
from scheduler.records import Step

NEVER = 1 << 50


class ShopFloor(Scrapping):
    """Shows the work that may move."""

    def shop(
        self, wishes: Wishes, *, bound: bool = True, keep_modes: bool = False, around_pins: bool = False,
        unix: bool = False,
    ) -> Shop | None:  # fmt: skip
        """What the search reads; None when the plan has changeovers, moulds or several machines for an operation.

        With `bound` the deadlines of lines count above all else; lines without a wish cost nothing but that. Work that
        can be done in several ways stays in those it has with `keep_modes`; without, there is None for such a plant.
        `around_pins` shows pinned work too, as work that has to begin when it does; without it is left out. With `unix`
        times are Unix seconds in any case.
        """
        if not self._single or not (keep_modes or self._one_way()):
            return None
        self._settle()
        moving, frozen = self._movable()
        pins = frozen[:0]
        if around_pins:
            frozen, pins = self._pins_between(frozen)
        rows = np.sort(np.concatenate([moving, pins]))
        k = self._k
        ops, links = self._operations(rows)
        free = np.array([self._free_from(lane, frozen) for lane in range(len(k.lanes))], np.int64)
        lines, ends = self._lines_and_pins(rows, moving, pins, ops, wishes, bound)
        calendars = np.unique(ops[:, s.CAL]).tolist()
        z = _calendars(k)
        shop = Shop(ops, links, lines, ends, free, z, k.ops[rows, a.KEY].copy(), int(k.s[a.S_FLOOR]), False, 86400)
        return _in_working_time(shop, calendars) if not unix and self._one_calendar(ops, links, calendars) else shop

    def _one_way(self) -> bool:
        """Every operation has one mode, on one machine."""
        several = any(len(found) > 1 for found in self.layout.mode_variants.values())
        return not several and all(len(step.modes) <= 1 for r in self.plant.routings for step in r.operations)

    def steps_of(self, shop: Shop, order: Ints) -> list[Step]:
        """Sequences as `lay` takes them, from operations in rank order."""
        rows = np.searchsorted(self._k.ops[: int(self._k.s[a.S_OPS]), a.KEY], shop.keys[order])
        names, var = self.layout.modes, self.layout.var
        found = []
        for x in rows.tolist():
            v = int(self._k.ops[x, a.VAR])
            unit = self.layout.lane_owner[int(var[v, a.V_LANES])][1]
            found.append(Step(int(self._k.ops[x, a.KEY]), names[int(var[v, a.V_MODE])][2].id, (unit,), -1, ()))
        return found

    def _operations(self, moving: Ints) -> tuple[Ints, Ints]:
        k = self._k
        rows = k.ops[moving]
        v = k.var[rows[:, a.VAR]]
        ops = np.zeros((len(moving), s.O_COLUMNS), np.int64)
        for column, values in (
            (s.MACH, rows[:, a.PLACES + a.P_LANE]), (s.DUR, rows[:, a.DUR0]), (s.CAL, v[:, a.V_CAL]),
            (s.CALW, v[:, a.V_CALW]), (s.CHUNK, v[:, a.V_CHUNK]), (s.START, rows[:, a.START]), (s.END, rows[:, a.END]),
            (s.READY, np.maximum(np.maximum(rows[:, a.NBV], rows[:, a.NBR]), k.s[a.S_FLOOR])),
        ):  # fmt: skip
            ops[:, column] = values
        ops[:, [s.LINE, s.PRV, s.NXT]] = -1
        slot = np.full(int(k.s[a.S_OPS]), -1, np.int64)
        slot[moving] = np.arange(len(moving))
        edges = k.edges[: int(k.s[a.S_EDGES])]
        live = edges[(slot[edges[:, a.E_TO]] >= 0) & np.isin(k.ops[edges[:, a.E_FROM], a.STATE], (a.OPEN, a.FIXED))]
        inside = live[slot[live[:, a.E_FROM]] >= 0]
        self._wait_for_past(live[slot[live[:, a.E_FROM]] < 0], slot, ops)
        return ops, _links(ops, slot[inside[:, a.E_FROM]], slot[inside[:, a.E_TO]], inside)

    def _wait_for_past(self, edges: Ints, slot: Ints, ops: Ints) -> None:
        """Let nothing start before what has begun lets it."""
        k = self._k
        for edge in edges.tolist():
            i, t = int(slot[edge[a.E_TO]]), int(k.ops[edge[a.E_FROM], a.END]) + edge[a.E_LAG]
            if edge[a.E_WLAG] > 0:
                t = int(worktime.forward(k.ops, k.z, int(ops[i, s.CALW]), t, edge[a.E_WLAG], 0)[1])
            ops[i, s.READY] = max(int(ops[i, s.READY]), t)

    def _free_from(self, lane: int, frozen: Ints) -> int:
        """When a machine is done with begun and frozen work."""
        k = self._k
        ends = k.ops[frozen[k.ops[frozen, a.PLACES + a.P_LANE] == lane], a.END]
        return int(max(tier1.base_end(k.ops, k.z, lane), k.s[a.S_FLOOR], *ends.tolist()))

    def _lines_and_pins(
        self, rows: Ints, moving: Ints, pins: Ints, ops: Ints, wishes: Wishes, bound: bool
    ) -> tuple[Ints, Ints]:
        """Lines with their ends, and each pinned operation as one more, to end when it does."""
        own, held = np.searchsorted(rows, moving), np.searchsorted(rows, pins)
        part = ops[own]
        lines, ends = self._wanted(moving, part, wishes, bound)
        ops[own] = part
        more = np.zeros((len(pins), s.N_COLUMNS), np.int64)
        more[:, s.N_DUE], more[:, s.N_LAST], more[:, s.N_POS] = NEVER, self._k.ops[pins, a.END], -1
        more[:, s.N_END0] = len(ends) + np.arange(len(pins))
        more[:, s.N_END1] = more[:, s.N_END0] + 1
        ops[held, s.LINE] = len(lines) + np.arange(len(pins))
        return np.concatenate([lines, more]), np.concatenate([own[ends], held])

    def _wanted(self, moving: Ints, ops: Ints, wishes: Wishes, bound: bool) -> tuple[Ints, Ints]:
        """Lines with their ends."""
        k = self._k
        ending = np.flatnonzero(k.ops[moving, a.TLAG] >= 0)
        owner = k.ops[moving[ending], a.LINE]
        ending = ending[np.argsort(owner, kind="stable")]
        owner = np.sort(owner)
        numbers, first = np.unique(owner, return_index=True)
        lines = np.zeros((len(numbers), s.N_COLUMNS), np.int64)
        lines[:, s.N_END0], lines[:, s.N_END1] = first, np.append(first[1:], len(owner))
        lines[:, s.N_POS] = -1
        ops[ending, s.LINE] = np.repeat(np.arange(len(numbers)), lines[:, s.N_END1] - lines[:, s.N_END0])
        ops[ending, s.TAIL] = k.ops[moving[ending], a.TLAG]
        for n, number in enumerate(numbers.tolist()):
            info = self._lines[number]
            wish = wishes.get((info.order_id, info.line_no))
            lines[n, [s.N_DUE, s.N_WEIGHT]] = (NEVER, 0) if wish is None else (wish.requested_s, wish.weight)
            deadline = int(k.lines[number, a.N_DEADLINE])
            lines[n, s.N_LAST] = deadline if bound and deadline > 0 else NEVER
        return lines, ending

    def _one_calendar(self, ops: Ints, links: Ints, calendars: list[int]) -> bool:
        """Time can be counted in working seconds: one calendar for all, pausing over everything, no calendar lags."""
        if len(calendars) != 1 or ops[:, [s.CHUNK, s.TAIL]].any() or links[:, [s.K_LAG, s.K_WLAG]].any():
            return False
        k = self._k
        first, count = k.cal[calendars[0], [a.C_FIRST, a.C_COUNT]].tolist()
        return len(np.unique(k.win[first : first + count, a.W_SEG0])) == 1


def _links(ops: Ints, before: Ints, after: Ints, edges: Ints) -> Ints:
    """Links by the later operation, and after those by the earlier one."""
    found: list[Ints] = []
    for mine, other, first, last in ((after, before, s.IN0, s.IN1), (before, after, s.OUT0, s.OUT1)):
        by = np.argsort(mine, kind="stable")
        offset = sum(len(links) for links in found)
        ops[:, first] = offset + np.searchsorted(mine[by], np.arange(len(ops)), side="left")
        ops[:, last] = offset + np.searchsorted(mine[by], np.arange(len(ops)), side="right")
        found.append(np.column_stack([other[by], edges[by, a.E_LAG], edges[by, a.E_WLAG]]))
    return np.vstack([*found, np.zeros((1, s.K_COLUMNS), np.int64)])


def _calendars(k: a.Arrays) -> Ints:
    """The kernel's second array with nothing in it but the calendars."""
    z = np.zeros(a.Z_HEADER + k.win.size + k.cal.size + k.bucket.size, np.int64)
    at = a.Z_HEADER
    z[a.S_FLOOR] = k.s[a.S_FLOOR]
    for place, table in ((a.Z_WIN, k.win), (a.Z_CAL, k.cal), (a.Z_BUCKET, k.bucket)):
        z[place] = at
        z[at : at + table.size] = table.ravel()
        at += table.size
    return z


def _in_working_time(shop: Shop, calendars: list[int]) -> Shop:
    """The same counted in working seconds after the floor."""
    calendar, ops, z = calendars[0], shop.ops, shop.z
    zero = int(worktime.work_at(ops, z, calendar, shop.floor))

    def worked(times: Ints) -> Ints:
        return np.array(
            [int(worktime.work_at(ops, z, calendar, t)) - zero if t < NEVER else NEVER for t in times.tolist()]
        )

    lines, free = shop.lines.copy(), worked(shop.free)
    for column in (s.N_DUE, s.N_LAST):
        lines[:, column] = worked(lines[:, column])
    for column in (s.READY, s.START, s.END):
        ops[:, column] = worked(ops[:, column])
    ops[:, [s.CAL, s.CALW]] = s.PLAIN
    opens = z.copy()
    opens[a.S_FLOOR] = 0
    day = int(worktime.work_at(ops, z, calendar, shop.floor + 7 * 86400)) - zero
    return shop._replace(lines=lines, free=free, z=opens, working=True, day=max(1, day // 7))
