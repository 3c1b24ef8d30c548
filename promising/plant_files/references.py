"""What rows say about those of other files: checked on the rows, so that each mistake has its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, field

from domain.calendars import DayKind
from domain.resources import ANY_GROUP, ChangeoverPart, ResourceKind
from promising.plant_files import tables
from promising.plant_files.sheets import Mistakes, Row, Sheet, nearest

Sheets = dict[str, Sheet]

_WORDS = {
    "calendars": "calendar", "resources": "resource", "work_centres": "work centre", "moulds": "mould",
    "changeover_classes": "changeover class", "routings": "routing", "items": "item",
    "carriers": "carrier", "customers": "customer", "channels": "channel",
}  # fmt: skip
_MACHINES = (ResourceKind.MACHINE, ResourceKind.LINE)


class Names(Struct):
    """The ids that the files know, by noun; `open_nouns` are those whose file could not be read in full."""

    known: dict[str, dict[str, None]]
    open_nouns: set[str]
    resources: dict[str, Row] = field(default_factory=dict)
    moulds: dict[str, Row] = field(default_factory=dict)
    centres: dict[str, list[str]] = field(default_factory=dict)
    operations: dict[str, dict[str, int]] = field(default_factory=dict)
    worked: set[str] = field(default_factory=set)
    """Calendars that have a day with hours."""
    served: dict[str, dict[str, None]] = field(default_factory=dict)
    """Carriers by the region that they go to; empty: everywhere else."""
    items: dict[str, Row] = field(default_factory=dict)
    placed: set[tuple[str, str]] = field(default_factory=set)
    """Routing and operation of every mode."""

    def unknown(self, name: str, nouns: tuple[str, ...]) -> bool:
        """Whether surely none of these nouns has the name."""
        return not any(noun in self.open_nouns or name in self.known[noun] for noun in nouns)

    def untold_machines(self) -> bool:
        """Whether there may be resources, or work centres of theirs, that could not be read."""
        return not self.open_nouns.isdisjoint(("resources", "work_centres"))

    def machines(self, name: str) -> tuple[str, ...]:
        """The resource of this id, else the machines and lines of this work centre."""
        return (name,) if name in self.resources else tuple(self.centres.get(name, ()))

    def fits(self, mould: Row) -> tuple[str, ...]:
        """The resources a mould fits, work centres taken apart, each once."""
        return tuple(dict.fromkeys(id_ for name in mould.values["fits"] for id_ in self.machines(name)))


def names_of(sheets: Sheets) -> Names:
    """Collect the ids, those of rows with other mistakes included, so that one mistake is not told twice."""
    texts = {
        "calendars": ("calendars", "calendar"), "resources": ("resources", "resource"),
        "work_centres": ("resources", "work_centre"), "moulds": ("moulds", "mould"),
        "changeover_classes": ("changeover_classes", "changeover_class"),
        "routings": ("operations", "routing"), "items": ("items", "item"),
        "carriers": ("carriers", "carrier"), "customers": ("customers", "customer"),
        "channels": ("channels", "channel"),
    }  # fmt: skip
    names = Names({}, set())
    for noun, (table, column) in texts.items():
        names.known[noun] = {row.texts[column]: None for row in sheets[table].rows if row.texts.get(column)}
        if not sheets[table].complete or column in sheets[table].misnamed:
            names.open_nouns.add(noun)
    for row in sheets["resources"].rows:
        names.resources.setdefault(row.values["resource"], row)
        if row.values["work_centre"] and row.values["kind"] in _MACHINES:
            names.centres.setdefault(row.values["work_centre"], []).append(row.values["resource"])
    for row in sheets["moulds"].rows:
        names.moulds.setdefault(row.values["mould"], row)
    for row in sheets["items"].rows:
        names.items.setdefault(row.values["item"], row)
    names.placed = {(row.values["routing"], row.values["operation"]) for row in sheets["modes"].rows}
    for place, row in enumerate(sheets["operations"].rows):
        names.operations.setdefault(row.values["routing"], {}).setdefault(row.values["operation"], place)
    hours = [*sheets["shifts"].rows, *(row for row in sheets["calendar_days"].rows if row.values["start"])]
    names.worked = {row.values["calendar"] for row in hours}
    for row in sheets["carriers"].rows:
        names.served.setdefault(row.values["region"], {})[row.values["carrier"]] = None
    return names


def check_references(sheets: Sheets, names: Names, mistakes: Mistakes) -> None:
    """Note every reference to something that is not there or cannot serve."""
    for sheet in sheets.values():
        for column in sheet.table.columns:
            if column.refers:
                for row in sheet.rows:
                    if mistakes.full():
                        return
                    _check_cell(sheet, row, column.name, column.refers, names, mistakes)
    for name, check in _CHECKS.items():
        for row in sheets[name].rows:
            if mistakes.full():
                return
            for found in check(row, names):
                sheets[name].mark(mistakes, row, *found)
    _check_mounts(sheets["moulds"], mistakes)


def _check_cell(sheet: Sheet, row: Row, column: str, nouns: tuple[str, ...], names: Names, mistakes: Mistakes) -> None:
    value = row.values[column]
    if not row.good(column) or not value:
        return
    for name in value if isinstance(value, tuple) else (value,):
        if names.unknown(name, nouns):
            what = " or ".join(_WORDS[noun] for noun in nouns)
            allowed = nearest(name, (known for noun in nouns for known in names.known[noun]))
            sheet.mark(mistakes, row, column, f"no {what} {name!r}", allowed or f"no {what} is given")


Found = Iterator[tuple[str, str, str]]


def _check_day(row: Row, _: Names) -> Found:
    if not row.good("kind"):
        return
    kind = row.values["kind"]
    for name in ("start", "end"):
        given = bool(row.texts.get(name))
        if given and kind is not DayKind.OVERTIME:
            yield name, f"hours on a day of kind {kind.value}", "empty; hours belong to overtime"
        elif not given and kind is DayKind.OVERTIME:
            yield name, "the cell is empty", "a time of day: overtime needs hours"
    if row.texts.get("as_weekday") and kind is not DayKind.WORK:
        yield "as_weekday", f"a weekday on a day of kind {kind.value}", "empty; it belongs to kind work"


def _check_resource(row: Row, _: Names) -> Found:
    if ";" in row.values["resource"]:
        yield "resource", f"{row.values['resource']!r} has a ;", "ids without ; as it separates lists"


def _check_mould(row: Row, names: Names) -> Found:
    if row.good("mould") and row.values["mould"] in names.resources:
        yield "mould", f"{row.values['mould']!r} is a resource too", "ids that are not resources"
    if not row.good("fits"):
        return
    for name in row.values["fits"]:
        if name in names.known["work_centres"] and not names.machines(name):
            yield "fits", f"work centre {name!r} has no machine", "a machine, or a work centre that has some"
        for machine in names.machines(name):
            resource = names.resources[machine]
            if resource.good("capacity") and resource.values["capacity"] > 1:
                yield "fits", f"{machine!r} has capacity > 1", "resources of capacity 1"
    mounted, fits = row.values["mounted_on"], names.fits(row)
    if mounted in names.resources and mounted not in fits and not names.untold_machines():
        yield "mounted_on", f"{row.values['mould']!r} does not fit {mounted!r}", ", ".join(fits)


def _check_mounts(sheet: Sheet, mistakes: Mistakes) -> None:
    held: dict[str, str] = {}
    for row in sheet.rows:
        machine, mould = row.values["mounted_on"], row.values["mould"]
        if machine and row.good("mounted_on") and held.setdefault(machine, mould) != mould:
            sheet.mark(mistakes, row, "mounted_on", f"{machine!r} holds {held[machine]!r} already", "a free machine")


def _check_class(row: Row, names: Names) -> Found:
    setter = names.resources.get(row.values["setter"])
    if setter and setter.good("kind") and setter.values["kind"] is not ResourceKind.SETTER:
        yield "setter", f"{row.values['setter']!r} is no setter crew", "a resource of kind setter"


def _check_changeover(row: Row, names: Names) -> Found:
    """A mould's own time names a mould; with a typing error the general time would count in silence."""
    parts = {ChangeoverPart.MOUNT: "to", ChangeoverPart.DISMOUNT: "from"}
    column = parts.get(row.values["part"])
    if column is None or not row.good("part", column):
        return
    name = row.values[column]
    if name != ANY_GROUP and names.unknown(name, ("moulds",)):
        yield column, f"no mould {name!r}", f"{ANY_GROUP}, {nearest(name, names.known['moulds'])}"


def _check_item(row: Row, _: Names) -> Found:
    if row.good("sourcing", "routing") and row.values["sourcing"] == "make" and not row.values["routing"]:
        yield "routing", f"make item {row.values['item']!r} has none", "the id of a routing"


def _check_mode(row: Row, names: Names) -> Found:
    operations = names.operations.get(row.values["routing"], {})
    operation = row.values["operation"]
    if row.good("routing", "operation") and "routings" not in names.open_nouns and operation not in operations:
        problem = f"no operation {operation!r} in routing {row.values['routing']!r}"
        yield "operation", problem, nearest(operation, operations)
    if row.values["mould"] and row.values["per_piece"]:
        yield "per_piece", "a time per piece beside a mould", "empty: the mould's cycle counts"
    if row.good("crew") and row.values["crew"] in names.resources:
        crew = names.resources[row.values["crew"]]
        if crew.good("kind") and crew.values["kind"] is not ResourceKind.CREW:
            yield "crew", f"{row.values['crew']!r} is no crew", "a resource of kind crew"
        elif row.good("crew_units") and crew.good("capacity") and row.values["crew_units"] > crew.values["capacity"]:
            yield (
                "crew_units",
                f"{row.values['crew_units']} of {crew.values['capacity']}",
                "at most its capacity",
            )
    if row.good("resource", "mould"):
        yield from _check_mode_resource(row, names)


def _check_mode_resource(row: Row, names: Names) -> Found:
    name, mould_id = row.values["resource"], row.values["mould"]
    if not name and not mould_id:
        yield "resource", "the cell is empty", "a resource or work centre, or a mould: then all that it fits"
        return
    mould = names.moulds.get(mould_id)
    if mould is not None and not mould.good("fits"):
        return
    for machine in mode_resources(row, names):
        resource = names.resources[machine]
        if resource.good("kind") and resource.values["kind"] is ResourceKind.SETTER:
            yield "resource", f"{machine!r} is a setter crew", "a machine, line or crew"
        elif row.good("resource_units") and resource.good("capacity"):
            units, capacity = row.values["resource_units"], resource.values["capacity"]
            if units > capacity:
                yield "resource_units", f"{units} of {capacity} of {machine!r}", "at most its capacity"
    if names.untold_machines() or mode_resources(row, names):
        return
    if mould is None and name in names.known["work_centres"]:
        yield "resource", f"work centre {name!r} has no machine", "a machine, or a work centre that has some"
    elif mould is not None and name:
        yield "resource", f"{mould_id!r} does not fit {name!r}", ", ".join(names.fits(mould))


def mode_resources(row: Row, names: Names) -> tuple[str, ...]:
    """The resources of a row of modes: the one named, those of the work centre, or all if the cell is empty.

    With a mould only those that it fits.
    """
    name, mould = row.values["resource"], names.moulds.get(row.values["mould"])
    fits = names.fits(mould) if mould is not None else ()
    if not name:
        return fits
    machines = names.machines(name)
    return machines if mould is None else tuple(machine for machine in machines if machine in fits)


def _check_link(row: Row, names: Names) -> Found:
    if not row.good("routing") or "routings" in names.open_nouns:
        return
    operations: dict[str, int] = names.operations.get(row.values["routing"], {})
    for column in ("from", "to"):
        name = row.values[column]
        if row.good(column) and operations and name not in operations:
            yield (
                column,
                f"no operation {name!r} in routing {row.values['routing']!r}",
                nearest(name, operations),
            )
    start, end = (operations.get(row.values[column]) for column in ("from", "to"))
    if start is not None and end is not None and start >= end:
        yield "to", "the link runs backwards", "an operation that stands after `from` in operations.csv"


def _check_carrier(row: Row, names: Names) -> Found:
    days, calendar = row.values["weekdays"], row.values["calendar"]
    if days and calendar:
        yield "weekdays", "weekdays beside a calendar", "empty: the calendar tells the days"
    elif not days and not calendar and row.good("weekdays"):
        yield "weekdays", "the cell is empty", "weekdays like 1-5, or a calendar"
    elif calendar and not names.unknown(calendar, ("calendars",)) and calendar not in names.worked:
        yield "calendar", f"calendar {calendar!r} has no working day", "a calendar with shifts"


def _check_customer(row: Row, names: Names) -> Found:
    """Where a plant has carriers, a typing error would let goods travel as if there were none."""
    region, carrier = row.values["region"], row.values["carrier"]
    if not names.served or "carriers" in names.open_nouns:
        return
    going = names.served.get(region, {}) | names.served.get("", {})
    if region and not going:
        yield "region", f"no carrier goes to {region!r}", nearest(region, names.served)
    elif carrier and row.good("carrier") and carrier not in going:
        yield "carrier", f"{carrier!r} does not go to {region!r}", nearest(carrier, going)


def _check_bom(row: Row, names: Names) -> Found:
    """The operation that consumes a component is one of the item's routing, and has a place in the plan."""
    name, item = row.values["operation"], names.items.get(row.values["item"])
    if not name or item is None or not item.good("routing") or names.open_nouns & {"routings", "items"}:
        return
    routing = item.values["routing"]
    known = [step for step in names.operations.get(routing, {}) if (routing, step) in names.placed]
    if name not in known:
        problem = f"no operation {name!r} with a mode in routing {routing!r} of {row.values['item']!r}"
        yield "operation", problem, nearest(name, known) or "empty: the item has no routing"


def _check_substitute(row: Row, names: Names) -> Found:
    name, known = row.values["customer"], names.known["customers"]
    if row.good("customer") and name and known and names.unknown(name, ("customers",)):
        yield "customer", f"no customer {name!r}", nearest(name, known)


_CHECKS: dict[str, Callable[[Row, Names], Iterable[tuple[str, str, str]]]] = {
    tables.CALENDAR_DAYS.name: _check_day,
    tables.RESOURCES.name: _check_resource,
    tables.MOULDS.name: _check_mould,
    tables.CHANGEOVER_CLASSES.name: _check_class,
    tables.CHANGEOVERS.name: _check_changeover,
    tables.ITEMS.name: _check_item,
    tables.MODES.name: _check_mode,
    tables.LINKS.name: _check_link,
    tables.CARRIERS.name: _check_carrier,
    tables.CUSTOMERS.name: _check_customer,
    tables.BOM.name: _check_bom,
    tables.SUBSTITUTES.name: _check_substitute,
}
