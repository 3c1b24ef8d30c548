"""How full each resource is, day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile

from msgspec import Struct, field

from domain.calendars import Windows, intersect, merge, subtract
from domain.checks import from_unix, to_unix_down, to_unix_up
from domain.errors import InvalidInput
from domain.plant import Plant
from promising.requests import LoadDay
from scheduler.snapshot import PlacedOperation, PlanSnapshot

DAYS_MAX = 400


def load_by_day(
    snapshot: PlanSnapshot, start: datetime, end: datetime, resource_ids: Sequence[str] = ()
) -> list[LoadDay]:
    """Load of resources (none named: all) on the days of the plant's zone that overlap [start, end).

    Raises InvalidInput for more than 400 days, KeyError for an unknown resource.
    """
    plant = snapshot.plant
    if not start < end or end - start > timedelta(days=DAYS_MAX):
        raise InvalidInput.one("end", f"{end - start} after start", f"above 0, at most {DAYS_MAX} days")
    hours = _Hours(plant, start, end)
    names = list(resource_ids) or list(plant.resource_by_id)
    books = {name: _Occupied() for name in names}
    for operation in snapshot.operations:
        if operation.end_s > hours.start_s and operation.visit_start_s < hours.end_s:
            _occupy(books, hours, operation)
    return [day for name in names for day in hours.days(name, books[name])]


def load_hours(plant: Plant, start: datetime, end: datetime, resource_ids: Iterable[str]) -> int:
    """Working time of resources on the days of the plant's zone that overlap [start, end), over all their units."""
    hours = _Hours(plant, start, end)
    return sum(
        plant.resource_by_id[name].capacity * _length(hours.working(name), hours.start_s, hours.end_s)
        for name in resource_ids
    )


def changeover_time(plant: Plant, operations: Iterable[PlacedOperation]) -> timedelta:
    """Working time of all changeovers of these operations; what they pause over is not in it."""
    pieces = [(piece, where, x.setter_id) for x in operations for piece, where in _pieces(x)]
    if not pieces:
        return timedelta()
    start_s, end_s = min(start for (start, _), _, _ in pieces), max(end for (_, end), _, _ in pieces)
    hours = _Hours(plant, from_unix(start_s), from_unix(end_s))
    return timedelta(seconds=sum(_worked(hours.working(where, setter), *piece) for piece, where, setter in pieces))


class _Occupied(Struct):
    """What a resource does, as windows of worked time, one list entry per unit and visit."""

    runs: Windows = field(default_factory=list)
    changeovers: Windows = field(default_factory=list)


class _Hours:
    """Working hours of a plant's resources and moulds within a span."""

    def __init__(self, plant: Plant, start: datetime, end: datetime) -> None:
        self._plant = plant
        self._first = start.astimezone(plant.zone).date()
        self._last = (end - timedelta(microseconds=1)).astimezone(plant.zone).date()
        self.start_s, self.end_s = self._midnight(self._first), self._midnight(self._last + timedelta(days=1))
        self._open: dict[str, Windows] = {}
        self._working: dict[tuple[str, ...], Windows] = {}
        self._closed: dict[str, Windows] = {}
        for downtime in plant.downtimes:
            holes = self._closed.setdefault(downtime.subject_id, [])
            holes.append((to_unix_down(downtime.start), to_unix_up(downtime.end)))
        self._closed = {name: merge(holes) for name, holes in self._closed.items()}

    def working(self, *names: str) -> Windows:
        """When all of these resources and moulds (empty names apart) work."""
        key = tuple(name for name in names if name)
        if key not in self._working:
            found: Windows = [(self.start_s, self.end_s)]
            for name in key:
                found = intersect(found, subtract(self._hours_of(name), self._closed.get(name, [])))
            self._working[key] = found
        return self._working[key]

    def days(self, name: str, occupied: _Occupied) -> Iterable[LoadDay]:
        """One row for each day."""
        units = self._plant.resource_by_id[name].capacity
        working, open_hours = self.working(name), self._hours_of(name)
        day = self._first
        while day <= self._last:
            low, high = self._midnight(day), self._midnight(day + timedelta(days=1))
            within = _length(working, low, high)
            yield LoadDay(
                resource_id=name,
                day=datetime.fromtimestamp(low, UTC),
                working=within * units,
                busy=_length(occupied.runs, low, high),
                changeover=_length(occupied.changeovers, low, high),
                downtime=(_length(open_hours, low, high) - within) * units,
            )
            day += timedelta(days=1)

    def _hours_of(self, name: str) -> Windows:
        """Calendar and availability of a resource or mould, downtimes not yet taken out."""
        if name not in self._open:
            resource = self._plant.resource_by_id.get(name)
            calendar_id = resource.calendar_id if resource is not None else self._plant.mould_by_id[name].calendar_id
            windows: Windows = [(self.start_s, self.end_s)]
            if calendar_id:
                calendar = self._plant.calendar_by_id[calendar_id]
                before = self._first - timedelta(days=1)
                windows = intersect(windows, calendar.windows(self._plant.zone, before, self._last))
            if resource is not None and resource.available_from is not None:
                windows = intersect(windows, [(to_unix_up(resource.available_from), self.end_s)])
            if resource is not None and resource.available_until is not None:
                windows = intersect(windows, [(self.start_s, to_unix_down(resource.available_until))])
            self._open[name] = windows
        return self._open[name]

    def _midnight(self, day: date) -> int:
        return int(datetime.combine(day, time(), self._plant.zone).timestamp())


def _occupy(books: dict[str, _Occupied], hours: _Hours, operation: PlacedOperation) -> None:
    """Enter an operation's run and changeover pieces with all that they occupy."""
    machine, mould, crew = operation.resource_id, operation.mould_id, operation.crew_id
    run = intersect(hours.working(machine, mould, crew), [(operation.start_s, operation.end_s)])
    for name, units in ((machine, len(operation.units)), (crew, len(operation.crew_units))):
        if name in books:
            books[name].runs.extend(run * units)
    for piece, where in _pieces(operation):
        worked = intersect(hours.working(where, operation.setter_id), [piece])
        for name in (where, operation.setter_id):
            if name in books:
                books[name].changeovers.extend(worked)


def _pieces(operation: PlacedOperation) -> Iterator[tuple[tuple[int, int], str]]:
    """The pieces of a changeover and the machine of each."""
    machine = operation.resource_id
    for piece, where in (
        (operation.dismount, machine),
        (operation.fetch, operation.fetched_from),
        (operation.setup, machine),
    ):
        if piece is not None:
            yield piece, where


def _length(windows: Windows, low: int, high: int) -> int:
    """Seconds of the windows inside [low, high)."""
    return sum(max(0, min(end, high) - max(start, low)) for start, end in windows)


def _worked(hours: Windows, low: int, high: int) -> int:
    """The same of hours that follow one another: of few in the midst of many."""
    first = max(0, bisect_right(hours, low, key=lambda window: window[0]) - 1)
    return _length(list(takewhile(lambda window: window[0] < high, islice(hours, first, None))), low, high)
