"""Working time as lists of windows with sums by bisection; in plain Python, straight from the calendars."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.calendars import Windows, intersect, merge
from domain.checks import to_unix_down, to_unix_up
from domain.items import Pause
from domain.plant import Plant
from scheduler.verify.rules import BeyondSpan

DAY_S = 86400
MARGIN_DAYS = 60
"""Days looked at beyond the last known end, to begin with."""
SPAN_DAYS_MAX = 1700
"""Days looked at beyond the last known end before a search is given up."""
EVER = 1 << 50


class WorkingTime:
    """Working windows with their running sum, and the downtimes between them, all in Unix seconds."""

    __slots__ = ("before", "downtime_ends", "downtimes", "ends", "starts", "windows")

    def __init__(self, windows: Windows, downtimes: Windows) -> None:
        self.windows = windows
        self.downtimes = downtimes
        self.starts = [start for start, _ in windows]
        self.ends = [end for _, end in windows]
        self.downtime_ends = [end for _, end in downtimes]
        self.before = [0]
        for start, end in windows:
            self.before.append(self.before[-1] + end - start)

    def _elapsed(self, time: int) -> int:
        """Working seconds before `time`."""
        i = bisect_right(self.starts, time) - 1
        if i < 0:
            return 0
        return self.before[i] + min(time, self.ends[i]) - self.starts[i]

    def worked(self, start: int, end: int) -> int:
        """Working seconds within `[start, end)`."""
        return self._elapsed(end) - self._elapsed(start)

    def holds(self, time: int) -> bool:
        """`time` is a working second."""
        i = bisect_right(self.starts, time) - 1
        return i >= 0 and time < self.ends[i]

    def first(self, time: int) -> int:
        """First working second at or after `time`."""
        i = bisect_right(self.ends, time)
        if i == len(self.ends):
            raise BeyondSpan
        return max(time, self.starts[i])

    def finish(self, start: int, work: int) -> int:
        """When `work` seconds are done that begin at or after `start`, pausing over whatever comes."""
        if work <= 0:
            return start
        target = self._elapsed(start) + work
        i = bisect_left(self.before, target) - 1
        if i >= len(self.starts):
            raise BeyondSpan
        return self.starts[i] + target - self.before[i]

    def left(self, time: int) -> int:
        """Working seconds from `time` to the end of its window; 0 outside of windows."""
        i = bisect_right(self.starts, time) - 1
        return max(0, self.ends[i] - time) if i >= 0 else 0

    def downtime_within(self, start: int, end: int) -> tuple[int, int] | None:
        """The first downtime that has time in common with `[start, end)`."""
        i = bisect_right(self.downtime_ends, start)
        if i < len(self.downtimes) and self.downtimes[i][0] < end:
            return self.downtimes[i]
        return None

    def piece(self, earliest: int, work: int) -> tuple[int, int]:
        """Earliest `[start, end)` of `work` > 0 seconds that may pause over anything."""
        start = self.first(earliest)
        return start, self.finish(start, work)

    def run(self, earliest: int, work: int, pause: Pause, chunk: int) -> tuple[int, int]:
        """Earliest `[start, end)` of `work` seconds that pauses only over what `pause` allows.

        `chunk` is the least that must fit before the first pause.
        """
        start = earliest
        while True:
            start = self.first(start)
            left = self.left(start)
            if left < (work if pause is Pause.NONE else min(chunk, work)):
                start += left
                continue
            end = self.finish(start, work)
            hit = self.downtime_within(start, end) if pause is Pause.SHIFT else None
            if hit is None:
                return start, end
            start = hit[1]


class Hours:
    """Working time of machines, moulds, crews and setters, alone and together, computed once each.

    What `before` says of the same plant is taken over, but for whatever has other downtimes or another calendar now.
    """

    def __init__(self, plant: Plant, first_s: int, last_s: int, before: Hours | None = None) -> None:
        self._plant = plant
        self._first = datetime.fromtimestamp(first_s, UTC).date() - timedelta(days=2)
        self._known_s = last_s
        self._margin_days = MARGIN_DAYS
        self._downtimes: dict[str, list[tuple[int, int]]] = {}
        self._breakdowns: dict[str, list[int]] = {}
        for downtime in plant.downtimes:
            span = (to_unix_down(downtime.start), to_unix_up(downtime.end))
            self._downtimes.setdefault(downtime.subject_id, []).append(span)
            if not downtime.planned:
                self._breakdowns.setdefault(downtime.subject_id, []).append(span[0])
        self._downtimes = {name: merge(spans) for name, spans in self._downtimes.items()}
        self._free_moulds = {
            mould.id for mould in plant.moulds if not mould.calendar_id and mould.id not in self._downtimes
        }
        self._clear()
        if before is not None:
            self._take_over(before)

    def _clear(self) -> None:
        self._calendars: dict[str, Windows] = {}
        self._windows: dict[str, Windows] = {}
        self._together: dict[tuple[str, ...], WorkingTime] = {}
        self._chunked: dict[tuple[tuple[str, ...], int], WorkingTime] = {}

    def _take_over(self, before: Hours) -> None:
        old, new = before._plant, self._plant
        same_days = (before._first, before._known_s) == (self._first, self._known_s)
        if not same_days or old.calendars != new.calendars or old.zone != new.zone:
            return
        self._margin_days = before._margin_days
        self._calendars = dict(before._calendars)
        same = {name for name in before._windows if before._means(name) == self._means(name)}
        self._windows = {name: windows for name, windows in before._windows.items() if name in same}
        self._together = {names: on for names, on in before._together.items() if same.issuperset(names)}
        self._chunked = {key: on for key, on in before._chunked.items() if same.issuperset(key[0])}

    def _means(self, name: str) -> tuple[object, ...]:
        """All that the working time of a resource or mould comes from; nothing where the plant doesn't know it."""
        found = self._plant.resource_by_id.get(name)
        if found is None:
            mould = self._plant.mould_by_id.get(name)
            return (mould.calendar_id, self._downtimes.get(name)) if mould is not None else ()
        return found.calendar_id, found.available_from, found.available_until, self._downtimes.get(name)

    def extend(self) -> bool:
        """Look four times as far ahead from now on; False when that was tried often enough."""
        if self._margin_days > SPAN_DAYS_MAX:
            return False
        self._margin_days *= 4
        self._clear()
        return True

    def broke_down(self, names: Iterable[str], start: int, end: int) -> bool:
        """An unplanned downtime of one of the named begins after `start` and before `end`."""
        return any(start <= begin < end for name in names for begin in self._breakdowns.get(name, []))

    def run(self, machine: str, mould: str, crew: str, chunk: int = 0) -> WorkingTime:
        """Working time of a run, without the windows that are shorter than `chunk` seconds."""
        whole = self.piece(machine, mould, crew)
        if not chunk:
            return whole
        key = (self._bound(machine, mould, crew), chunk)
        found = self._chunked.get(key)
        if found is None:
            windows = [(start, end) for start, end in whole.windows if end - start >= chunk]
            found = self._chunked[key] = WorkingTime(windows, whole.downtimes)
        return found

    def piece(self, *names: str) -> WorkingTime:
        """Time in which all the named resources and moulds (empty: none) work."""
        wanted = self._bound(*names)
        found = self._together.get(wanted)
        if found is None:
            windows = self._of(wanted[0]) if wanted else [(-EVER, EVER)]
            for name in wanted[1:]:
                windows = intersect(windows, self._of(name))
            downtimes = merge(span for name in wanted for span in self._downtimes.get(name, []))
            found = self._together[wanted] = WorkingTime(windows, downtimes)
        return found

    def _bound(self, *names: str) -> tuple[str, ...]:
        """Those of the names that have hours at all."""
        return tuple(name for name in names if name and name not in self._free_moulds)

    def _of(self, name: str) -> Windows:
        if name not in self._windows:
            self._windows[name] = self._find(name)
        return self._windows[name]

    def _find(self, name: str) -> Windows:
        first, last = -EVER, EVER
        resource = self._plant.resource_by_id.get(name)
        if resource is not None:
            calendar_id = resource.calendar_id
            if resource.available_from is not None:
                first = to_unix_up(resource.available_from)
            if resource.available_until is not None:
                last = to_unix_down(resource.available_until)
        else:
            calendar_id = self._plant.mould_by_id[name].calendar_id
        windows = self._of_calendar(calendar_id) if calendar_id else [(-EVER, EVER)]
        if first > -EVER or last < EVER:
            windows = intersect(windows, [(first, last)])
        return intersect(windows, _outside(self._downtimes.get(name, [])))

    def _of_calendar(self, calendar_id: str) -> Windows:
        if calendar_id not in self._calendars:
            last = datetime.fromtimestamp(self._known_s, UTC).date() + timedelta(days=self._margin_days)
            calendar, zone = self._plant.calendar_by_id[calendar_id], self._plant.zone
            # Hours that were added before the first day may go on into it.
            added = [
                change
                for change in calendar.changes
                if change.worked and change.end.astimezone(zone).date() >= self._first
            ]
            first = min([self._first, *(change.start.astimezone(zone).date() for change in added)])
            self._calendars[calendar_id] = calendar.windows(zone, first, last)
        return self._calendars[calendar_id]


def _outside(holes: Windows) -> Windows:
    """All time but that of the merged `holes`."""
    edges = [-EVER, *(edge for hole in holes for edge in hole), EVER]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
