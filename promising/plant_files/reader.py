"""A folder of files into a plant; with any mistake in any file there is none, and all are told at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from domain.calendars import Calendar, CalendarDay, DayKind, Downtime, Shift
from domain.documents import Document, SubjectDocument
from domain.errors import InvalidInput
from domain.floors import Floor
from domain.items import BomRow, Item, Mode, Routing, RoutingLink, RoutingOperation, Substitute
from domain.plant import Plant
from domain.quotas import Quota
from domain.resources import ChangeoverClass, ChangeoverRow, Mould, Resource
from domain.supply import OnHand, Receipt
from domain.trade import Carrier, Channel, CostRate, Customer
from promising.plant_files.references import Names, check_references, mode_resources, names_of
from promising.plant_files.settings import read_settings
from promising.plant_files.sheets import Mistakes, Row, Sheet, nearest, read_sheet
from promising.plant_files.tables import SETTINGS_FILE, TABLES

T = TypeVar("T")


def read_plant(files: Mapping[str, bytes]) -> Plant:
    """Read a plant from `plant.toml` and CSV files, by name.

    Raises InvalidInput with every mistake of every file; its field is file:row:column, the row being the line
    in the file (the header is 1).
    """
    mistakes = Mistakes()
    known = [SETTINGS_FILE, *(table.file for table in TABLES)]
    for file in files:
        if file not in known:
            mistakes.add(file, "unknown file", nearest(file, known))
    settings = read_settings(files.get(SETTINGS_FILE), mistakes)
    zone = ZoneInfo(settings.zone)
    sheets = {table.name: read_sheet(table, files.get(table.file), zone, mistakes) for table in TABLES}
    names = names_of(sheets)
    check_references(sheets, names, mistakes)
    nouns = _Nouns(sheets, names, mistakes).build()
    mistakes.raise_any()
    return Plant(settings, **nouns)


class _Nouns:
    """Builds the domain's objects from rows; what their own checks refuse is noted at its cell."""

    def __init__(self, sheets: Mapping[str, Sheet], names: Names, mistakes: Mistakes) -> None:
        self._sheets, self._names, self._mistakes = sheets, names, mistakes

    def build(self) -> dict[str, Any]:
        """The lists of a Plant, by field name."""
        return {
            "calendars": self._calendars(),
            "resources": self._list("resources", _resource),
            "moulds": self._list("moulds", self._mould),
            "changeovers": self._changeovers(),
            "items": self._list("items", _item),
            "routings": self._routings(),
            "downtimes": self._list("downtimes", _downtime),
            "bom": self._list("bom", lambda v: BomRow(v["item"], v["component"], v["quantity"], v["operation"])),
            "substitutes": self._list("substitutes", _substitute),
            "on_hand": self._list("stock", lambda v: OnHand(v["item"], v["quantity"], v["as_of"])),
            "receipts": self._list("receipts", _receipt),
            "customers": self._list("customers", _customer),
            "channels": self._list("channels", lambda v: Channel(v["channel"], v["name"])),
            "carriers": self._list("carriers", _carrier),
            "cost_rates": self._list("cost_rates", lambda v: CostRate(v["rate"], v["amount"])),
            "documents": self._list("documents", _document),
            "quotas": self._list("quotas", _quota),
            "floors": self._list("floors", _floor),
        }

    def _list(self, name: str, make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
        return tuple(made for row in self._sheets[name].rows for made in self._made(name, row, make))

    def _made(self, name: str, row: Row, make: Callable[[dict[str, Any]], T]) -> list[T]:
        """One object, or none; a refused field is noted and replaced, so that the next one is checked too."""
        sheet, values = self._sheets[name], dict(row.values)
        replaced: set[str] = set()
        while True:
            try:
                return [make(values)]
            except InvalidInput as error:
                columns = [sheet.table.column_of_field(violation.field) for violation in error.violations]
                for violation, column in zip(error.violations, columns, strict=True):
                    if column not in row.wrong:
                        self._mistakes.add(sheet.path(row, column), violation.problem, violation.allowed)
                if replaced.issuperset(columns):
                    return []
                for column in columns:
                    spec = sheet.table.column(column)
                    values[column] = spec.stand_in if spec else None
                replaced.update(columns)

    def _grouped(self, name: str, key: tuple[str, ...], make: Callable[[dict[str, Any]], T]) -> dict[Any, list[T]]:
        groups: dict[Any, list[T]] = defaultdict(list)
        for row in self._sheets[name].rows:
            groups[tuple(row.values[column] for column in key)].extend(self._made(name, row, make))
        return groups

    def _calendars(self) -> tuple[Calendar, ...]:
        shifts = self._grouped("shifts", ("calendar",), _shift)
        days = self._grouped("calendar_days", ("calendar",), _calendar_day)

        def calendar(values: dict[str, Any]) -> Calendar:
            key = (values["calendar"],)
            return Calendar(
                values["calendar"], tuple(shifts.get(key, ())), tuple(days.get(key, ())), values["holidays"]
            )

        return self._list("calendars", calendar)

    def _mould(self, values: dict[str, Any]) -> Mould:
        fits = dict.fromkeys(machine for name in values["fits"] for machine in self._names.machines(name))
        return Mould(
            values["mould"], tuple(fits), values["cavities"], values["cycle"], values["name"],
            values["calendar"], values["maintenance_shots"], values["maintenance"], values["shots"],
            values["mounted_on"],
        )  # fmt: skip

    def _changeovers(self) -> tuple[ChangeoverClass, ...]:
        rows = self._grouped("changeovers", ("changeover_class",), _changeover_row)

        def changeover(values: dict[str, Any]) -> ChangeoverClass:
            name = values["changeover_class"]
            return ChangeoverClass(name, values["setter"], values["combine"], tuple(rows.get((name,), ())))

        return self._list("changeover_classes", changeover)

    def _routings(self) -> tuple[Routing, ...]:
        modes = self._modes()

        def operation(values: dict[str, Any]) -> RoutingOperation:
            key = (values["routing"], values["operation"])
            return RoutingOperation(values["operation"], values["name"], tuple(modes.get(key, ())), values["lag"])

        operations = self._grouped("operations", ("routing",), operation)
        links = self._grouped("links", ("routing",), _link)
        sound = not self._mistakes.any()
        found: list[Routing] = []
        for row in self._sheets["operations"].rows:
            steps = tuple(operations.pop((row.values["routing"],), ()))
            edges = tuple(links.get((row.values["routing"],), ()))
            if not sound:  # The graph's mistakes are noted at their cells already.
                steps, edges = steps and (RoutingOperation("-"),), ()
            if steps:
                found += self._made("operations", row, partial(_routing, steps, edges))
        return tuple(found)

    def _modes(self) -> dict[tuple[str, str], list[Mode]]:
        """The modes of each operation; a row that names several machines makes one of each."""
        found: dict[tuple[str, str], list[Mode]] = defaultdict(list)
        for row in self._sheets["modes"].rows:
            key = (row.values["routing"], row.values["operation"])
            named = row.values["resource"] in self._names.resources
            for machine in mode_resources(row, self._names) or ("-",):
                id_ = mode_id(row.values, machine, named)
                mode = self._made("modes", row, partial(_mode, id_, machine))
                if any(other.id == id_ for other in found[key]):
                    problem = f"mode {id_!r} stands twice in operation {key[1]!r}"
                    self._sheets["modes"].mark(self._mistakes, row, "mode", problem, "unique ids")
                found[key].extend(mode)
        return found


def mode_id(values: dict[str, Any], machine: str, named: bool) -> str:
    """The given id, with the machine's behind it unless the row names one machine; else machine and mould."""
    if values["mode"]:
        return str(values["mode"]) if named else f"{values['mode']}:{machine}"
    return f"{machine}:{values['mould']}" if values["mould"] else machine


def _shift(values: dict[str, Any]) -> Shift:
    return Shift(values["weekdays"], values["start"], values["end"])


def _calendar_day(values: dict[str, Any]) -> CalendarDay:
    overtime = values["kind"] is DayKind.OVERTIME
    return CalendarDay(
        values["day"],
        values["kind"],
        values["start"] if overtime else None,
        values["end"] if overtime else None,
        values["as_weekday"] or 0,
        values["note"],
    )


def _resource(values: dict[str, Any]) -> Resource:
    return Resource(
        values["resource"], values["kind"], values["name"], values["work_centre"], values["capacity"],
        values["calendar"], values["changeover_class"], values["available_from"], values["available_until"],
        values["colour"], values["material"], values["hour_cost"], values["overtime_hour_cost"],
    )  # fmt: skip


def _downtime(values: dict[str, Any]) -> Downtime:
    return Downtime(values["subject"], values["start"], values["end"], values["reason"], planned=values["planned"])


def _changeover_row(values: dict[str, Any]) -> ChangeoverRow:
    return ChangeoverRow(values["part"], values["from"], values["to"], values["duration"])


def _item(values: dict[str, Any]) -> Item:
    return Item(
        values["item"], values["name"], values["family"], values["sourcing"], values["routing"],
        values["unit"], values["lot_minimum"], values["lot_multiple"], values["colour"], values["material"],
        values["price"], values["cost"], values["safety_stock"], values["buy_lead"], values["shipping"],
    )  # fmt: skip


def _mode(id_: str, machine: str, values: dict[str, Any]) -> Mode:
    return Mode(
        id_, machine, values["resource_units"], values["mould"], values["crew"], values["crew_units"],
        values["fixed"], values["per_piece"], values["yield"], values["pause"], values["min_chunk"],
    )  # fmt: skip


def _routing(steps: tuple[RoutingOperation, ...], links: tuple[RoutingLink, ...], values: dict[str, Any]) -> Routing:
    return Routing(values["routing"], steps, links)


def _link(values: dict[str, Any]) -> RoutingLink:
    return RoutingLink(values["from"], values["to"], values["lag"], working=values["working"])


def _substitute(values: dict[str, Any]) -> Substitute:
    return Substitute(
        values["item"], values["substitute"], values["use"], values["goes_into"], values["customer"],
        values["ratio"], values["rank"],
    )  # fmt: skip


def _receipt(values: dict[str, Any]) -> Receipt:
    return Receipt(values["receipt"], values["item"], values["quantity"], values["time"], values["confidence_percent"])


def _customer(values: dict[str, Any]) -> Customer:
    return Customer(
        values["customer"], values["name"], values["region"], values["grade"], values["credit_limit"],
        values["receivables"], values["overdue_count"], values["overdue_days"],
        values["carrier"],
    )  # fmt: skip


def _carrier(values: dict[str, Any]) -> Carrier:
    return Carrier(
        values["carrier"], values["region"], values["lead"], values["cut_off"], values["weekdays"],
        values["calendar"], values["working"],
    )  # fmt: skip


def _document(v: dict[str, Any]) -> SubjectDocument:
    return SubjectDocument(v["subject"], Document(v["document"], v["location"]))


def _quota(values: dict[str, Any]) -> Quota:
    return Quota(
        values["quota"], values["channel"], values["resource"], values["item"], values["hours"], values["pieces"],
        values["period_days"],
    )  # fmt: skip


def _floor(values: dict[str, Any]) -> Floor:
    return Floor(
        values["floor"], values["priority"], values["resource"], values["item"], values["hours"], values["pieces"],
        values["period_days"], values["release_days"],
    )  # fmt: skip
