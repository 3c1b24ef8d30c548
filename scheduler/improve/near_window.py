"""Some hours of the machines concerned as a problem for CP-SAT: old turns and days again, all else where it is.

Times are working seconds of one calendar that these machines share there: what they come to is timed by the plan.
"""

from __future__ import annotations

import numpy as np

from scheduler import worktime
from scheduler.arrays import C_COLUMNS, C_COUNT, C_FIRST, INF, W_COLUMNS, W_END, W_START, Z_CAL, Z_WIN, Ints
from scheduler.cpsat.problem import Day, Held, Link, Near, Problem, Span, Task, Turn, Way
from scheduler.improve import shop as s
from scheduler.improve.near_shop import Beside, Timed
from scheduler.planning.keeping_days import OPERATIONS_A_DATE

BESIDE_S = 2 * 86400
"""How long before and after a window its machines must keep the same hours, seconds."""


class Clock:
    """Working seconds of one calendar."""

    def __init__(self, ops: Ints, z: Ints, calendar: int) -> None:
        self._ops, self._z, self._calendar = ops, z, calendar

    def worked(self, time_s: int) -> int:
        """Working seconds before a time (Unix seconds)."""
        return int(worktime.work_at(self._ops, self._z, self._calendar, time_s)) if time_s < INF else INF


def bounds_of(z: Ints, calendar: int) -> Ints:
    """When the working times of a calendar begin and end."""
    first, count = (int(z[z[Z_CAL] + calendar * C_COLUMNS + column]) for column in (C_FIRST, C_COUNT))
    rows = z[z[Z_WIN] + first * W_COLUMNS : z[Z_WIN] + (first + count) * W_COLUMNS].reshape(-1, W_COLUMNS)
    return np.unique(rows[:, [W_START, W_END]])


class Hours:
    """Which calendars tell the same hours for a while."""

    def __init__(self, ops: Ints, z: Ints) -> None:
        self._ops, self._z = ops, z
        self._bounds: dict[int, Ints] = {}

    def alike(self, one: int, other: int, from_s: int, until_s: int) -> bool:
        """As much is worked by the one as by the other up to any time from then until then."""
        if one == other:
            return True
        times = [from_s, until_s]
        for calendar in (one, other):
            if calendar not in self._bounds:
                self._bounds[calendar] = bounds_of(self._z, calendar)
            here = self._bounds[calendar]
            times += here[(here > from_s) & (here < until_s)].tolist()
        clocks = [Clock(self._ops, self._z, calendar) for calendar in (one, other)]
        ahead = {clocks[0].worked(t) - clocks[1].worked(t) for t in times}
        return len(ahead) == 1


def around(beside: Beside, plan: Timed, hours: Hours, machines: Ints, x: int, count: int, share: float) -> Ints:
    """About `count` operations of machines that start around one, this `share` of them before it; none between."""
    ops = plan.ops
    here = np.flatnonzero(np.isin(ops[:, s.MACH], machines))
    here = here[np.argsort(ops[here, s.START], kind="stable")]
    at = int(np.searchsorted(ops[here, s.START], ops[x, s.START]))
    first = max(0, at - int(share * count))
    found = here[first : first + count]
    from_s, until_s = int(ops[found, s.START].min()) - BESIDE_S, int(ops[found, s.END].max()) + BESIDE_S
    calendar, known = int(ops[x, s.CAL]), {}
    for other in np.unique(ops[found, s.CAL]).tolist():
        known[other] = hours.alike(calendar, other, max(from_s, int(beside.shop.free.min())), until_s)
    odd = {m for m, c in ops[found][:, [s.MACH, s.CAL]].tolist() if not known[c]}
    chosen: Ints = found[~np.isin(ops[found, s.MACH], list(odd))]
    return chosen


def problem(beside: Beside, plan: Timed, free: Ints, calendar: int) -> Problem:
    """Sequence `free`, on each machine without a gap, anew; what comes before and after stays where it is."""
    return _Window(beside, plan, free, calendar).problem()


class _Window:
    """One window, being put as a problem."""

    def __init__(self, beside: Beside, plan: Timed, free: Ints, calendar: int) -> None:
        self.shop, self.old, self.ops, self.beside, self.plan = beside.shop, beside.old, plan.ops, beside, plan
        self.clock = Clock(plan.ops, beside.shop.z, calendar)
        self.rows: list[int] = free.tolist()
        self.number = {x: i for i, x in enumerate(self.rows)}
        self.start = {x: self.clock.worked(int(plan.ops[x, s.START])) for x in self.rows}
        self.links: list[Link] = []

    def problem(self) -> Problem:
        """All of it."""
        low, high = self._bounds()
        tasks = []
        for x in self.rows:
            length, machine, start = int(self.ops[x, s.DUR]), int(self.ops[x, s.MACH]), self.start[x]
            ready, last = self._between(x)
            # Where a run may not pause, time that is not worked passes before it: it may be where it is in any case.
            first = min(start, max(ready, low[machine]))
            latest = max(start, min(last, high[machine]) - length)
            way = Way("", str(machine), 1, "", "", "", 0, length, 0, (Span(length, ((first, latest),)),))
            tasks.append(Task(x, (way,), 0, first, first, None, "", "", start, start, start + length))
        until = max(way.spans[0].starts[0][1] + way.spans[0].length_s for task in tasks for way in task.ways)
        used = sorted({task.ways[0].resource_id for task in tasks})
        near = Near(tuple(self._turns()), tuple(self._days()), OPERATIONS_A_DATE)
        return Problem(
            min(task.ready_s for task in tasks), until, 0, tuple(tasks), tuple(self.links), (),
            tuple((name, 1) for name in used), (), held=frozenset({Held.OUTSIDE}), near=near,
        )  # fmt: skip

    def _bounds(self) -> tuple[dict[int, int], dict[int, int]]:
        """From when until when the window has each machine."""
        low: dict[int, int] = {}
        high: dict[int, int] = {}
        span = max(self.start.values()) - min(self.start.values())
        for x in self.rows:
            row = self.ops[x]
            machine, before, after = int(row[s.MACH]), int(row[s.PRV]), int(row[s.NXT])
            if before not in self.number:
                at = self.shop.free[machine] if before < 0 else self.ops[before, s.END]
                low[machine] = self.clock.worked(int(at))
            if after not in self.number:
                end = self.start[x] + int(row[s.DUR]) + span
                high[machine] = end if after < 0 else self.clock.worked(int(self.ops[after, s.START]))
        return low, high

    def _between(self, x: int) -> tuple[int, int]:
        """From when until when an operation may run, as far as routings and promises say; its links in the window."""
        ops, links, row = self.ops, self.shop.links, self.ops[x]
        ready, last = int(row[s.READY]), INF
        for e in range(row[s.IN0], row[s.IN1]):
            y, lag = int(links[e, s.K_OP]), int(links[e, s.K_LAG])
            if y in self.number:
                there = int(ops[y, s.END])
                worked = self.clock.worked(there + lag) - self.clock.worked(there) + int(links[e, s.K_WLAG])
                self.links.append(Link(self.number[y], self.number[x], worked))
            else:
                ready = max(ready, int(ops[y, s.END]) + lag)
        for e in range(row[s.OUT0], row[s.OUT1]):
            y, lag = int(links[e, s.K_OP]), int(links[e, s.K_LAG])
            if y not in self.number:
                last = min(last, self.clock.worked(int(ops[y, s.START]) - lag) - int(links[e, s.K_WLAG]))
        if row[s.LINE] >= 0:
            by_s = int(self.shop.lines[row[s.LINE], s.N_LAST]) - int(row[s.TAIL])
            last = min(last, self.clock.worked(min(by_s, INF)))
        return self.clock.worked(ready), last

    def _turns(self) -> list[Turn]:
        """What may keep its turn beside all that is outside of the window."""
        found: list[Turn] = []
        places = self.old.places
        for machine in {int(self.ops[x, s.MACH]) for x in self.rows}:
            row = self.beside.sequence(self.ops, machine)
            gone = {*self.plan.gone[machine]}
            inside = [n for n, x in enumerate(row) if x in self.number]
            before = [int(places[x]) for x in row[: inside[0]] if x not in gone]
            after = [int(places[x]) for x in row[inside[-1] + 1 :] if x not in gone and places[x] >= 0]
            low, high = max(before, default=-1), min(after, default=INF)
            for x in row[inside[0] : inside[-1] + 1]:
                if low < places[x] < high:
                    found.append(Turn(self.number[x], int(places[x])))
        return found

    def _days(self) -> list[Day]:
        """Lines that end in the window, with when their days begin and end."""
        found = []
        lines, mids = self.shop.lines, self.old.midnights
        for n in sorted({int(self.ops[x, s.LINE]) for x in self.rows if self.ops[x, s.LINE] >= 0}):
            ends = self.shop.ends[lines[n, s.N_END0] : lines[n, s.N_END1]].tolist()
            mine = [x for x in ends if x in self.number]
            day = int(np.searchsorted(mids, self.old.ends[n], side="right"))
            if self.old.ends[n] <= 0 or not 0 < day < len(mids):
                continue
            begins, next_day = int(mids[day - 1]), int(mids[day])
            rest = [int(self.ops[x, s.END] + self.ops[x, s.TAIL]) for x in ends if x not in self.number]
            if any(end >= next_day for end in rest):
                continue
            # The last of them first: by that it is told whether the line ends before its day.
            mine.sort(key=lambda x: -int(self.ops[x, s.END] + self.ops[x, s.TAIL]))
            free = any(end >= begins for end in rest)
            tail_s = int(self.ops[mine[0], s.TAIL])
            first = -INF if free else self.clock.worked(begins - 1 - tail_s) + 1
            until = [(self.number[x], self.clock.worked(next_day - 1 - int(self.ops[x, s.TAIL]))) for x in mine]
            found.append(Day(first, tuple(until)))
        return found
