"""A plant laid into one table of numbers for the compiled walks: variants, routings, changeovers, working time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
from msgspec import Struct

from domain.items import Mode, Pause
from domain.plant import Plant
from domain.resources import ChangeoverPart, Combine
from domain.values import replace
from scheduler.arrays import Ints
from scheduler.verify import walk as w
from scheduler.verify.hours import Hours, WorkingTime
from scheduler.verify.recipe import Recipe, seconds_up


class Variant(Struct, frozen=True):
    """A mode with its lanes chosen: units of the machine, mould, setter and units of the crew, by lane number."""

    routing_id: str
    operation_id: str
    mode_id: str
    units: tuple[int, ...]
    mould: int
    setter: int
    crew: tuple[int, ...]


class _Fixed(Struct, frozen=True):
    """What hangs neither on hours nor on counted shots: variants, paths, changeovers, and whose hours are asked for.

    `asked` are machine, second and third name and least seconds of each working time; `hours` has their numbers for
    each variant, `fetches` for each lane and setter (-1: none).
    """

    recipe: Recipe
    variants: Ints
    paths: Ints
    changes: tuple[Ints, Ints, Ints, Ints]
    asked: tuple[tuple[str, str, str, int], ...]
    hours: Ints
    fetches: Ints


class Tables:
    """What the walks read of a plant: `lanes` are its resources and moulds by unit, `variants` its modes on them.

    What still holds of the tables from `before` is taken over: all but the hours that changed, as a rule.
    """

    def __init__(
        self, plant: Plant, lanes: Sequence[tuple[str, int]], variants: Sequence[Variant], first_s: int, last_s: int,
        before: Tables | None = None,
    ) -> None:  # fmt: skip
        self._plant = plant
        self._lanes = list(lanes)
        self._variants = list(variants)
        self._first_s = first_s
        self._hours: Hours = Hours(plant, first_s, last_s, None if before is None else before._hours)
        groups = {item.id: (item.colour, item.material) for item in plant.items}
        self._colours = _numbers([*(c for c, _ in groups.values()), *(r.colour for r in plant.resources)])
        self._materials = _numbers([*(m for _, m in groups.values()), *(r.material for r in plant.resources)])
        self._groups = {
            name: (self._colours.get(colour, -1), self._materials.get(material, -1))
            for name, (colour, material) in groups.items()
        }
        self._pieces: dict[WorkingTime, Ints] = {} if before is None else before._pieces
        like = before if before is not None and self._is_like(before) else None
        self._fixed: _Fixed = self._lay_fixed(Recipe(plant)) if like is None else like._fixed
        self._recipe = self._fixed.recipe
        self._tables = self._lay()

    def _is_like(self, before: Tables) -> bool:
        """Whether all but hours and counted shots is as it was."""
        old, new = before._plant, self._plant
        return (
            (self._lanes, self._variants) == (before._lanes, before._variants)
            and (old.routings, old.resources, old.changeovers) == (new.routings, new.resources, new.changeovers)
            and (old.items, old.bom) == (new.items, new.bom)
            and [replace(mould, shots=0) for mould in old.moulds] == [replace(mould, shots=0) for mould in new.moulds]
        )

    def _lay_fixed(self, recipe: Recipe) -> _Fixed:
        self._recipe = recipe
        self._asked: dict[tuple[str, str, str, int], int] = {}
        self._setters = {resource.id: i for i, resource in enumerate(self._plant.resources)}
        paths: list[tuple[int, int, int]] = []
        self._path_at: dict[tuple[str, str], tuple[int, int]] = {}
        width = w.Y_LANES + max((len(v.units) + len(v.crew) for v in self._variants), default=1)
        variants = np.full((len(self._variants), width), -1, np.int64)
        for i, variant in enumerate(self._variants):
            row = self._variant_row(variant, paths)
            variants[i, : len(row)] = row
        hours = variants[:, w.Y_RUN : w.Y_SETUP + 1].copy()
        fetches = self._fetches()
        laid = np.array(paths, np.int64).reshape(-1, w.G_COLUMNS)
        return _Fixed(recipe, variants, laid, self._changes(), tuple(self._asked), hours, fetches)

    def _lay(self) -> Ints:
        """All tables one after the other, for the walk."""
        fixed = self._fixed
        numbers: dict[WorkingTime, int] = {}
        which = np.array([numbers.setdefault(self._hours.run(*one), len(numbers)) for one in fixed.asked], np.int64)
        variants = fixed.variants.copy()
        tables = [variants, fixed.paths, *fixed.changes, fixed.fetches.copy()]
        names = [w.T_VARIANTS, w.T_PATHS, w.T_MOUNT, w.T_DISMOUNT, w.T_COLOUR, w.T_MATERIAL, w.T_FETCH]
        head = np.zeros(w.T_HEADER, np.int64)
        head[w.T_WIDTH] = variants.shape[1]
        head[w.T_LANES] = len(self._lanes)
        head[w.T_COLOURS], head[w.T_MATERIALS] = max(1, len(self._colours)), max(1, len(self._materials))
        head[w.T_SETTERS] = len(self._plant.resources) + 1
        at = w.T_HEADER + sum(table.size for table in tables)
        calendars, places = self._calendar_tables(list(numbers), at)
        # The last place is for what asks for no hours.
        places = np.append(places[which], 0)
        variants[:, w.Y_RUN : w.Y_SETUP + 1] = places[fixed.hours]
        tables[-1][...] = np.where(fixed.fetches < 0, -1, places[fixed.fetches])
        at = w.T_HEADER
        for name, table in zip(names, tables, strict=True):
            head[name] = at
            at += table.size
        return np.concatenate([head, *(table.reshape(-1) for table in tables), calendars])

    def _calendar_tables(self, calendars: Sequence[WorkingTime], at: int) -> tuple[Ints, Ints]:
        """The calendars as they will lie from `at` on, and the place of each."""
        self._pieces = {on: self._pieces[on] if on in self._pieces else _calendar_piece(on) for on in calendars}
        flat, places = [np.empty(0, np.int64)], []
        for piece in self._pieces.values():
            placed = piece.copy()
            placed[[w.Q_WINDOW, w.Q_DOWN, w.Q_BUCKET]] += at
            flat.append(placed)
            places.append(at)
            at += len(piece)
        return np.concatenate(flat), np.array(places, np.int64)

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
        return self._setters[name] if name else len(self._setters)

    def _calendar(self, first: str, second: str = "", third: str = "", chunk_s: int = 0) -> int:
        return self._asked.setdefault((first, second, third, chunk_s), len(self._asked))

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


def _calendar_piece(on: WorkingTime) -> Ints:
    """A calendar as it lies, with its parts counted from its own begin."""
    spans = np.array(on.windows, np.int64).reshape(-1, 2)
    before = np.cumsum(spans[:, 1] - spans[:, 0]) - (spans[:, 1] - spans[:, 0])
    down = np.array(on.downtimes, np.int64).reshape(-1)
    first_s = int(spans[0, 0]) if len(spans) else 0
    steps = np.arange(first_s, (int(spans[-1, 0]) if len(spans) else 0) + w.BUCKET_S, w.BUCKET_S)
    buckets = np.searchsorted(spans[:, 0], steps, side="right") - 1
    window_at = w.Q_COLUMNS
    down_at = window_at + 3 * len(spans)
    bucket_at = down_at + len(down)
    row = (window_at, len(spans), down_at, len(down) // 2, bucket_at, len(buckets), first_s)
    parts = [np.array(row, np.int64), np.column_stack([spans, before]).reshape(-1), down, buckets]
    return np.concatenate(parts)


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(sorted(set(names) - {""}))}


def _micro(value: timedelta) -> int:
    return value // timedelta(microseconds=1)
