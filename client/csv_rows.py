"""Rows of a CSV file as people keep them: headers in Chinese or English, UTF-8 or GB18030."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from client.catalogue import say
from client.words import read_time

ID_MAX, TEXT_MAX = 64, 1000
QUANTITY_MAX = 10**9
FEN = 100
YEARS = range(1971, 2200)
ROWS_MAX = 200_000
_DAY = re.compile(r"(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?(?:[ T](\d{1,2}):(\d\d)(?::(\d\d))?)?(.*)")
_TOLERANCE = re.compile(r"([0-9]{1,10})|([0-9]{1,2}(?:\.[0-9]{1,3})?)[%％]")
_YES, _NO = ("yes", "y", "true", "1", "是"), ("no", "n", "false", "0", "否")
_MONEY = re.compile(r"-?\d{1,13}(\.\d{1,2})?")


class BadFile(Exception):
    """A file that is no table at all; the message says why."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A cell that is wrong: its row (the header is 1), column, text, and what is allowed there."""

    row: int
    column: str
    value: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, and its names in Chinese; `read` raises ValueError for what it does not take."""

    name: str
    others: tuple[str, ...]
    read: Callable[[str], Any]
    allowed: Callable[[], str]
    """Says what is allowed."""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells are right, by the columns' names; empty cells are left out."""

    number: int
    cells: dict[str, Any]
    texts: dict[str, str]
    """The cells as they stand in the file."""


@dataclass(slots=True)
class Rows:
    """The rows of a file that are right, the rows that are not, and all that is wrong in them."""

    good: list[Row]
    bad: list[Row]
    errors: list[RowError]


def read_rows(path: Path, columns: Sequence[Column]) -> Rows:
    """Read a file. Raises BadFile when it can't be read as a table at all."""
    lines = _lines(path)
    if not lines:
        raise BadFile(say("error.file", file=path, problem=say("error.empty")))
    header, errors = _header(lines[0], columns)
    found = Rows([], [], errors)
    if errors:
        return found
    for number, cells in enumerate(lines[1:], 2):
        if any(cell.strip() for cell in cells):
            _read_row(found, number, cells, header)
    return found


def _lines(path: Path) -> list[list[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadFile(say("error.file", file=path, problem=error.strerror)) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error as error:
            raise BadFile(say("error.file", file=path, problem=error)) from error
        if len(lines) > ROWS_MAX:
            raise BadFile(say("error.file", file=path, problem=say("error.rows", count=ROWS_MAX)))
        return lines
    raise BadFile(say("error.file", file=path, problem=say("error.encoding")))


def _header(cells: list[str], columns: Sequence[Column]) -> tuple[list[Column], list[RowError]]:
    """The columns in the order of the file, and what is wrong with its header."""
    by_name = {name.lower(): column for column in columns for name in (column.name, *column.others)}
    known = say("row.join").join("/".join((column.name, *column.others[:1])) for column in columns)
    found: list[Column] = []
    errors: list[RowError] = []
    for cell in cells:
        column = by_name.get(cell.strip().lower())
        if column is None:
            errors.append(RowError(1, cell, cell, known))
        elif column in found:
            errors.append(RowError(1, column.name, cell, say("allowed.once")))
        else:
            found.append(column)
    for column in columns:
        if column.required and column not in found:
            errors.append(RowError(1, column.name, "", say("allowed.column")))
    return found, errors


def _read_row(found: Rows, number: int, cells: list[str], header: list[Column]) -> None:
    row = Row(number, {}, {})
    before = len(found.errors)
    if len(cells) > len(header):
        found.errors.append(RowError(number, "", cells[len(header)], say("allowed.cells", count=len(header))))
    for column, cell in zip(header, [*cells, *[""] * len(header)], strict=False):
        text = cell.strip()
        row.texts[column.name] = text
        if not text and not column.required:
            continue
        try:
            row.cells[column.name] = column.read(text)
        except (ValueError, OverflowError):
            found.errors.append(RowError(number, column.name, text, column.allowed()))
    (found.good if len(found.errors) == before else found.bad).append(row)


# Kinds of columns.


def id_column(name: str, *others: str, required: bool = False) -> Column:
    """An id of at most 64 printable characters."""
    return Column(name, others, lambda text: _text(text, ID_MAX), lambda: say("allowed.id"), required)


def text_column(name: str, *others: str) -> Column:
    """A text of one line."""
    return Column(name, others, lambda text: _text(text, TEXT_MAX), lambda: say("allowed.text"))


def whole_column(name: str, *others: str, low: int, high: int = QUANTITY_MAX, required: bool = False) -> Column:
    """A whole number."""

    def read(text: str) -> int:
        if not text.isascii() or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return Column(name, others, read, lambda: say("allowed.whole", low=low, high=high), required)


def choice_column(name: str, *others: str, values: Mapping[str, Any], allowed: Callable[[], str]) -> Column:
    """One of some words, whatever their case."""

    def read(text: str) -> Any:
        if text.lower() not in values:
            raise ValueError(text)
        return values[text.lower()]

    return Column(name, others, read, allowed)


def money_column(name: str, *others: str) -> Column:
    """Money in units of the currency, read as fen."""

    def read(text: str) -> int:
        if not _MONEY.fullmatch(text):
            raise ValueError(text)
        return int(Decimal(text) * FEN)

    return Column(name, others, read, lambda: say("allowed.money"))


def tolerance_column(name: str, *others: str) -> Column:
    """How much a quantity may be off, in pieces or per cent of it: read as a function from the quantity to pieces."""
    return Column(name, others, read_tolerance, lambda: say("allowed.tolerance"))


def read_tolerance(text: str) -> Callable[[int], int]:
    """Read pieces or per cent; of a piece nothing is left over. Raises ValueError."""
    matched = _TOLERANCE.fullmatch(text.strip())
    if matched is None:
        raise ValueError(text)
    pieces, share = matched.groups()
    if pieces is not None:
        return lambda quantity: int(pieces)
    return lambda quantity: int(quantity * Decimal(share) / 100)


def yes_no_column(name: str, *others: str) -> Column:
    """Yes or no."""

    def read(text: str) -> bool:
        if text.lower() not in (*_YES, *_NO):
            raise ValueError(text)
        return text.lower() in _YES

    return Column(name, others, read, lambda: say("allowed.yes_no"))


def time_column(name: str, *others: str, zone: ZoneInfo, required: bool = False) -> Column:
    """A time of the plant; a day alone is its end. Days may be written as spreadsheets do, 2026/3/10."""
    return Column(name, others, lambda text: read_cell_time(text, zone), lambda: say("allowed.time"), required)


def read_cell_time(text: str, zone: ZoneInfo) -> datetime:
    """Read a time of a cell. Raises ValueError."""
    found = _read_time(text, zone)
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def _read_time(text: str, zone: ZoneInfo) -> datetime:
    matched = _DAY.fullmatch(text)
    if matched is None:
        return read_time(text, zone)
    year, month, day, hour, minute, second, rest = matched.groups()
    written = f"{year}-{int(month):02}-{int(day):02}"
    if hour is None:
        return read_time(written + rest, zone)
    return read_time(f"{written}T{int(hour):02}:{minute}:{second or '00'}{rest}", zone)


def _text(text: str, most: int) -> str:
    if not text or len(text) > most or not text.isprintable():
        raise ValueError(text)
    return text
