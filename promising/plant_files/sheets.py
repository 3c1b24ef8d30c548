"""CSV bytes into rows of checked values, every mistake noted with file, row and column."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from domain.errors import InvalidInput, Violation
from promising.plant_files.cells import CELL_MAX, BadCell
from promising.plant_files.tables import Column, Table

FILE_MAX_BYTES = 64 * 2**20
VIOLATIONS_MAX = 1000


class Mistakes:
    """What is wrong in all files, in the order found; one per cell and problem."""

    def __init__(self) -> None:
        self._found: dict[Violation, None] = {}

    def add(self, path: str, problem: str, allowed: str = "") -> None:
        """Note a mistake at `path`: a file, or file:row:column with the line number in the file."""
        self._found.setdefault(Violation(path, problem, allowed))

    def any(self) -> bool:
        """Whether there is a mistake so far."""
        return bool(self._found)

    def full(self) -> bool:
        """Whether more than enough is wrong: searching for names like the unknown ones would only take time."""
        return len(self._found) > VIOLATIONS_MAX

    def raise_any(self) -> None:
        """Raise InvalidInput with what was found, at most VIOLATIONS_MAX and a count of others."""
        found = list(self._found)
        if len(found) > VIOLATIONS_MAX:
            rest = len(found) - VIOLATIONS_MAX
            found = [*found[:VIOLATIONS_MAX], Violation("", f"and at least {rest} more mistakes", "")]
        if found:
            raise InvalidInput(found)


class Row(Struct):
    """A row of a file: its line number (the header is 1), texts by column, values, columns that are wrong."""

    line: int
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    def good(self, *columns: str) -> bool:
        """Whether all these cells hold what they should."""
        return not self.wrong.intersection(columns)


class Sheet(Struct):
    """The rows of one file; not `complete` when some could not be read: then no name is surely missing.

    `misnamed`: columns that the header doesn't have, where it has one that nobody knows.
    """

    table: Table
    rows: list[Row]
    complete: bool = True
    misnamed: frozenset[str] = frozenset()

    def path(self, row: Row, column: str) -> str:
        """Where a cell stands, as file:row:column."""
        return f"{self.table.file}:{row.line}:{column}"

    def mark(self, mistakes: Mistakes, row: Row, column: str, problem: str, allowed: str = "") -> None:
        """Note a mistake in a cell."""
        row.wrong.add(column)
        mistakes.add(self.path(row, column), problem, allowed)


def read_sheet(table: Table, content: bytes | None, zone: ZoneInfo, mistakes: Mistakes) -> Sheet:
    """Read one CSV file in UTF-8; a missing file has no rows."""
    sheet = Sheet(table, [])
    if content is None:
        if table.required:
            sheet.complete = False
            mistakes.add(table.file, "the file is missing", _header(table.columns))
        return sheet
    records = _records(table, content, mistakes)
    if records is None:
        sheet.complete = False
        return sheet
    header = records[0][1] if records else []
    sheet.complete = _check_header(table, header, mistakes)
    known = frozenset(column.name for column in table.columns)
    if not known.issuperset(header):
        sheet.misnamed = known.difference(header)
    for line, texts in records[1:]:
        if len(texts) != len(header):
            sheet.complete = False
            allowed = f"{len(header)} cells as in the header"
            mistakes.add(f"{table.file}:{line}:{table.columns[0].name}", f"the row has {len(texts)} cells", allowed)
        else:
            sheet.rows.append(Row(line, dict(zip(header, texts, strict=True))))
    _read_rows(sheet, header, zone, mistakes)
    _check_keys(sheet, mistakes)
    return sheet


def _records(table: Table, content: bytes, mistakes: Mistakes) -> list[tuple[int, list[str]]] | None:
    if len(content) > FILE_MAX_BYTES:
        mistakes.add(table.file, f"the file has {len(content)} bytes", f"at most {FILE_MAX_BYTES}")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        mistakes.add(f"{table.file}:{line}:", f"byte {content[error.start]:#04x} is not UTF-8", "UTF-8")
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(_numbered(reader))
    except csv.Error as error:
        mistakes.add(f"{table.file}:{reader.line_num}:", f"not CSV: {error}", "comma-separated cells")
        return None


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Records with the line on which they begin; blank ones, as spreadsheets leave them, are skipped."""
    line = 1
    for record in reader:
        texts = [text.strip() for text in record]
        if any(texts):
            yield line, texts
        line = reader.line_num + 1


def _check_header(table: Table, header: list[str], mistakes: Mistakes) -> bool:
    known = [column.name for column in table.columns]
    missing = [column.name for column in table.columns if column.required and column.name not in header]
    for name in missing:
        mistakes.add(f"{table.file}:1:{name}", "the column is missing", _header(table.columns))
    for name in dict.fromkeys(header):
        if name not in known:
            shown = name if name.isprintable() else ""
            mistakes.add(f"{table.file}:1:{shown}", f"unknown column {name!r}", nearest(name, known))
        elif header.count(name) > 1:
            mistakes.add(f"{table.file}:1:{name}", f"column {name!r} stands twice", "each column once")
    return not missing


def _header(columns: Iterable[Column]) -> str:
    return ",".join(column.name for column in columns)


def nearest(name: str, known: Iterable[str]) -> str:
    """At most twenty of the known names, those most like the unknown one first."""
    names = list(dict.fromkeys(islice(known, 1000)))
    alike = [other for other in names if other[:1] == name[:1] or other[-1:] == name[-1:]]
    close = difflib.get_close_matches(name, alike[:200], 3, 0.5)
    listed = (close + [other for other in names[:40] if other not in close])[:20]
    return ", ".join(listed) + (", …" if len(names) > len(listed) else "")


def _read_rows(sheet: Sheet, header: list[str], zone: ZoneInfo, mistakes: Mistakes) -> None:
    columns = sheet.table.columns
    # What is wrong with the header is said once, of the header.
    unusable = {c.name for c in columns if header.count(c.name) > 1 or (c.required and c.name not in header)}
    values = {c.name: c.stand_in if c.required or c.name in unusable else c.default for c in columns}
    present = [c for c in columns if c.name in header and c.name not in unusable]
    for row in sheet.rows:
        row.values, row.wrong = dict(values), set(unusable)
        for column in present:
            text = row.texts[column.name]
            if text:
                _read_cell(sheet, row, column, text, zone, mistakes)
            elif column.required:
                sheet.mark(mistakes, row, column.name, "the cell is empty", "a value")


def _read_cell(sheet: Sheet, row: Row, column: Column, text: str, zone: ZoneInfo, mistakes: Mistakes) -> None:
    try:
        if len(text) > CELL_MAX:
            raise BadCell(f"{len(text)} characters", f"at most {CELL_MAX}")
        row.values[column.name] = column.kind.read(text, zone)
    except BadCell as error:
        row.values[column.name] = column.stand_in
        sheet.mark(mistakes, row, column.name, error.problem, error.allowed)


def _check_keys(sheet: Sheet, mistakes: Mistakes) -> None:
    key = sheet.table.key
    first: dict[tuple[Any, ...], int] = {}
    for row in sheet.rows:
        if not row.good(*key):
            continue
        values = tuple(row.values[name] for name in key)
        line = first.setdefault(values, row.line)
        if line != row.line:
            texts = ", ".join(row.texts.get(name, "") for name in key if row.texts.get(name))
            # The last column of the key tells rows apart: there the mistake is shown.
            name = next((name for name in reversed(key) if row.texts.get(name)), key[-1])
            mistakes.add(sheet.path(row, name), f"{texts!r} stands in row {line} already", "each once")
