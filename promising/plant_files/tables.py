"""The files of a plant folder: their columns, what each holds, and what it refers to.

One list of tables drives the reader, the writer, the comparison of two plants and the documentation.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from domain.calendars import DayKind, Holidays
from domain.items import Pause, Sourcing, Use
from domain.resources import ANY_GROUP, ChangeoverPart, Combine, ResourceKind
from promising.plant_files import cells
from promising.plant_files.cells import Kind

SETTINGS_FILE = "plant.toml"
REQUIRED: Any = object()
"""The default of a column that must be filled."""


class Column(Struct, frozen=True):
    """A column; `default` stands for an empty or left-out cell.

    `refers` names the nouns of which one must have the text as its id. `sample` is a valid value: it takes
    the place of a wrong one, so that the rest of the row is still checked.
    """

    name: str
    kind: Kind
    default: Any = REQUIRED
    sample: Any = None
    refers: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the cell must be filled."""
        return self.default is REQUIRED

    @property
    def stand_in(self) -> Any:
        """A valid value for a wrong cell."""
        return self.default if self.sample is None else self.sample


class Table(Struct, frozen=True):
    """A CSV file. Rows with equal `key` cells are a mistake; `required` files must be there.

    `fields` maps what the domain's errors call a field to the column, where the names differ.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def file(self) -> str:
        """The name of the file in the folder."""
        return f"{self.name}.csv"

    def column(self, name: str) -> Column | None:
        """The column of this name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def column_of_field(self, field: str) -> str:
        """The column that a domain error about `field` belongs to; the key where it is none of them."""
        name = dict(self.fields).get(field, field)
        return name if self.column(name) else self.key[-1]


def _name(name: str, refers: tuple[str, ...] = ()) -> Column:
    return Column(name, cells.TEXT, sample="-", refers=refers)


def _text(name: str, default: str = "", refers: tuple[str, ...] = ()) -> Column:
    return Column(name, cells.TEXT, default, refers=refers)


def _whole(name: str, default: Any = REQUIRED, sample: int = 1) -> Column:
    return Column(name, cells.WHOLE, default, sample)


def _money(name: str, default: Any = 0, kind: Kind = cells.MONEY) -> Column:
    return Column(name, kind, default, 0)


def _duration(name: str, default: Any = timedelta(0)) -> Column:
    return Column(name, cells.DURATION, default, timedelta(0))


def _moment(name: str, default: Any = REQUIRED, year: int = 2000) -> Column:
    sample = datetime(year, 1, 1, tzinfo=UTC) if default is REQUIRED else None
    return Column(name, cells.optional(cells.MOMENT), default, sample)


CALENDARS = Table(
    "calendars", ("calendar",), required=True,
    columns=(_name("calendar"), Column("holidays", cells.choice(Holidays), Holidays.NONE)),
)  # fmt: skip

SHIFTS = Table(
    "shifts", ("calendar", "weekdays", "start", "end"), required=True,
    columns=(
        _name("calendar", refers=("calendars",)),
        Column("weekdays", cells.WEEKDAYS, sample=frozenset({0})),
        Column("start", cells.CLOCK, sample=time(0)),
        Column("end", cells.END, sample=time(0)),
    ),
)  # fmt: skip

CALENDAR_DAYS = Table(
    "calendar_days", ("calendar", "day", "kind", "start"),
    columns=(
        _name("calendar", refers=("calendars",)),
        Column("day", cells.DAY, sample=date(2000, 1, 1)),
        Column("kind", cells.choice(DayKind), sample=DayKind.OFF),
        Column("start", cells.optional(cells.CLOCK), None),
        Column("end", cells.optional(cells.END), None),
        Column("as_weekday", cells.optional(cells.WEEKDAY), None),
        _text("note"),
    ),
)  # fmt: skip

RESOURCES = Table(
    "resources", ("resource",), required=True,
    columns=(
        _name("resource"),
        Column("kind", cells.choice(ResourceKind), ResourceKind.MACHINE),
        _text("name"),
        _text("work_centre"),
        _whole("capacity", 1),
        _name("calendar", refers=("calendars",)),
        _text("changeover_class", refers=("changeover_classes",)),
        _moment("available_from", None),
        _moment("available_until", None),
        _text("colour"),
        _text("material"),
        _money("hour_cost"),
        _money("overtime_hour_cost"),
    ),
)  # fmt: skip

DOWNTIMES = Table(
    "downtimes", ("subject", "start"), fields=(("subject_id", "subject"),),
    columns=(
        _name("subject", refers=("resources", "moulds")),
        _moment("start", year=1970),
        _moment("end", year=2200),
        _text("reason"),
        Column("planned", cells.YES_NO, True),
    ),
)  # fmt: skip

MOULDS = Table(
    "moulds", ("mould",),
    columns=(
        _name("mould"),
        _text("name"),
        Column("fits", cells.LIST, sample=(), refers=("resources", "work_centres")),
        _whole("cavities"),
        Column("cycle", cells.DURATION, sample=timedelta(seconds=1)),
        _text("calendar", refers=("calendars",)),
        _whole("maintenance_shots", 0),
        _duration("maintenance"),
        _whole("shots", 0),
        _text("mounted_on", refers=("resources",)),
    ),
)  # fmt: skip

CHANGEOVER_CLASSES = Table(
    "changeover_classes", ("changeover_class",), fields=(("changeover class", "changeover_class"),),
    columns=(
        _name("changeover_class"),
        _text("setter", refers=("resources",)),
        Column("combine", cells.choice(Combine), Combine.SUM),
    ),
)  # fmt: skip

CHANGEOVERS = Table(
    "changeovers", ("changeover_class", "part", "from", "to"),
    columns=(
        _name("changeover_class", refers=("changeover_classes",)),
        Column("part", cells.choice(ChangeoverPart), sample=ChangeoverPart.COLOUR),
        _text("from", ANY_GROUP),
        _text("to", ANY_GROUP),
        _duration("duration", REQUIRED),
    ),
)  # fmt: skip

ITEMS = Table(
    "items", ("item",), fields=(("price_fen", "price"),),
    columns=(
        _name("item"),
        _text("name"),
        _text("family"),
        Column("sourcing", cells.choice(Sourcing), Sourcing.MAKE, Sourcing.BUY),
        _text("routing", refers=("routings",)),
        _text("unit", "pcs"),
        _whole("lot_minimum", 1),
        _whole("lot_multiple", 1),
        _text("colour"),
        _text("material"),
        _money("price"),
        _money("cost"),
        _whole("safety_stock", 0),
        _duration("buy_lead"),
        _duration("shipping"),
    ),
)  # fmt: skip

OPERATIONS = Table(
    "operations", ("routing", "operation"),
    columns=(_name("routing"), _name("operation"), _text("name"), _duration("lag")),
)  # fmt: skip

MODES = Table(
    "modes", ("routing", "operation", "mode", "resource", "mould"),
    fields=(("resource_id", "resource"), ("mould_id", "mould"), ("crew_id", "crew")),
    columns=(
        _name("routing", refers=("routings",)),
        _name("operation"),
        _text("mode"),
        _text("resource", refers=("resources", "work_centres")),
        _whole("resource_units", 1),
        _text("mould", refers=("moulds",)),
        _text("crew", refers=("resources",)),
        _whole("crew_units", 1),
        _duration("fixed"),
        _duration("per_piece"),
        Column("yield", cells.DECIMAL, Decimal(1)),
        Column("pause", cells.choice(Pause), Pause.NONE),
        _duration("min_chunk"),
    ),
)  # fmt: skip

LINKS = Table(
    "links", ("routing", "from", "to"),
    columns=(
        _name("routing", refers=("routings",)),
        _name("from"),
        _name("to"),
        _duration("lag"),
        Column("working", cells.YES_NO, False),
    ),
)  # fmt: skip

BOM = Table(
    "bom", ("item", "component"),
    columns=(
        _name("item", refers=("items",)),
        _name("component", refers=("items",)),
        Column("quantity", cells.QUANTITY, sample=0),
        _text("operation"),
    ),
)  # fmt: skip

SUBSTITUTES = Table(
    "substitutes", ("item", "substitute", "use", "goes_into", "customer"),
    fields=(
        ("item_id", "item"), ("substitute_id", "substitute"), ("goes_into_id", "goes_into"),
        ("customer_id", "customer"), ("quantity_micro", "ratio"),
    ),
    columns=(
        _name("item", refers=("items",)),
        _name("substitute", refers=("items",)),
        Column("use", cells.choice(Use), sample=Use.MATERIAL),
        _text("goes_into", refers=("items",)),
        _text("customer"),
        Column("ratio", cells.QUANTITY, 1_000_000),
        _whole("rank", 1),
    ),
)  # fmt: skip

STOCK = Table(
    "stock", ("item",),
    columns=(_name("item", refers=("items",)), _whole("quantity"), _moment("as_of")),
)  # fmt: skip

RECEIPTS = Table(
    "receipts", ("receipt",),
    columns=(
        _name("receipt"),
        _name("item", refers=("items",)),
        _whole("quantity"),
        _moment("time"),
        _whole("confidence_percent", 100),
    ),
)  # fmt: skip

CUSTOMERS = Table(
    "customers", ("customer",), fields=(("credit_limit_fen", "credit_limit"), ("carrier_id", "carrier")),
    columns=(
        _name("customer"),
        _text("name"),
        _text("region"),
        _text("grade"),
        _money("credit_limit"),
        _money("receivables", kind=cells.BALANCE),
        _whole("overdue_count", 0),
        _whole("overdue_days", 0),
        _text("carrier", refers=("carriers",)),
    ),
)  # fmt: skip

CHANNELS = Table("channels", ("channel",), columns=(_name("channel"), _text("name")))

CARRIERS = Table(
    "carriers", ("carrier", "region"), fields=(("calendar_id", "calendar"),),
    columns=(
        _name("carrier"),
        _text("region"),
        _duration("lead", REQUIRED),
        Column("cut_off", cells.CLOCK, sample=time(0)),
        Column("weekdays", cells.WEEKDAYS, frozenset()),
        _text("calendar", refers=("calendars",)),
        Column("working", cells.YES_NO, False),
    ),
)  # fmt: skip

COST_RATES = Table(
    "cost_rates", ("rate",), fields=(("cost rate", "rate"), ("fen", "amount")),
    columns=(_name("rate"), _money("amount", REQUIRED)),
)  # fmt: skip

DOCUMENTS = Table(
    "documents", ("subject", "document"), fields=(("name", "document"),),
    columns=(
        _name("subject", refers=("items", "routings", "moulds", "resources")), _name("document"), _name("location"),
    ),
)  # fmt: skip

QUOTAS = Table(
    "quotas", ("quota",), fields=(("channel_id", "channel"), ("resource_id", "resource"), ("item_id", "item")),
    columns=(
        _name("quota"),
        _name("channel", refers=("channels",)),
        _text("resource", refers=("resources", "work_centres")),
        _text("item", refers=("items",)),
        Column("hours", cells.optional(cells.DURATION), None),
        Column("pieces", cells.optional(cells.WHOLE), None),
        _whole("period_days", 7),
    ),
)  # fmt: skip

FLOORS = Table(
    "floors", ("floor",), fields=(("resource_id", "resource"), ("item_id", "item")),
    columns=(
        _name("floor"),
        _whole("priority", 1),
        _text("resource", refers=("resources", "work_centres")),
        _text("item", refers=("items",)),
        Column("hours", cells.optional(cells.DURATION), None),
        Column("pieces", cells.optional(cells.WHOLE), None),
        _whole("period_days", 7),
        _whole("release_days", 0),
    ),
)  # fmt: skip

TABLES = (
    CALENDARS, SHIFTS, CALENDAR_DAYS, RESOURCES, DOWNTIMES, MOULDS, CHANGEOVER_CLASSES, CHANGEOVERS, ITEMS,
    OPERATIONS, MODES, LINKS, BOM, SUBSTITUTES, STOCK, RECEIPTS, CUSTOMERS, CHANNELS, CARRIERS, COST_RATES, DOCUMENTS,
    QUOTAS, FLOORS,
)  # fmt: skip
