"""The files of a plant with the rows that feeds changed since they were imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from domain.errors import InvalidInput, Violation
from domain.plant import Plant
from domain.supply import OnHand, Since, counted
from promising.plant_files.tables import CUSTOMERS, RECEIPTS, STOCK, Table
from promising.plant_files.writer import table_bytes

FED = {table.name: table for table in (STOCK, RECEIPTS, CUSTOMERS)}
"""The tables that feeds change, by name; the key of each is its first column."""

SINCE = "since"
"""The file, told to nobody, of the rows that say what came and went of an item after its last count."""


class FedRow(Protocol):
    """A row as it is after feeds: gone without `cells`; at the end of its file with a `place`."""

    @property
    def file(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def cells(self) -> tuple[str, ...] | None: ...
    @property
    def place(self) -> int | None: ...


def with_rows(files: Mapping[str, bytes], rows: Iterable[FedRow]) -> dict[str, bytes]:
    """The files with these rows over their own. The files are as `write_plant` writes them: all columns, in order."""
    by_table: dict[str, list[FedRow]] = {}
    for row in rows:
        if row.file in FED:
            by_table.setdefault(row.file, []).append(row)
    found = dict(files)
    for name, changed in by_table.items():
        table = FED[name]
        found[table.file] = table_bytes(table, _merged(table, files.get(table.file), changed))
    return found


def _merged(table: Table, content: bytes | None, changed: list[FedRow]) -> list[tuple[str, ...]]:
    text = "" if content is None else content.decode()
    cells = {row[0]: tuple(row) for row in list(csv.reader(io.StringIO(text, newline="")))[1:]}
    for row in changed:
        if row.place is not None or row.cells is None:
            cells.pop(row.key, None)
        else:
            cells[row.key] = row.cells
    # Rows that were stored before the table had its last columns lack them.
    width = len(table.columns)
    last = sorted((row.place, row.cells) for row in changed if row.place is not None and row.cells is not None)
    rows = [*cells.values(), *(row for _, row in last)]
    return [(*row, *[""] * (width - len(row))) for row in rows]


def since_to_cells(since: Since) -> tuple[str, ...]:
    """The time of the count, then time and quantity of each movement."""
    cells = [since.counted_at.isoformat()]
    for time, quantity in since.movements:
        cells += [time.isoformat(), str(quantity)]
    return tuple(cells)


def since_from_cells(cells: tuple[str, ...]) -> Since:
    """What `since_to_cells` wrote."""
    times, quantities = cells[1::2], cells[2::2]
    movements = [(datetime.fromisoformat(t), int(q)) for t, q in zip(times, quantities, strict=True)]
    return Since(datetime.fromisoformat(cells[0]), tuple(movements))


def since_of(rows: Iterable[FedRow]) -> dict[str, Since]:
    """What came and went of items after their last counts, by item."""
    return {row.key: since_from_cells(row.cells) for row in rows if row.file == SINCE and row.cells is not None}


def imported(plant: Plant, since: Mapping[str, Since]) -> tuple[Plant, dict[str, Since]]:
    """A plant as its files have it, with what came and went after its stock was counted; and what of that stays known.

    Raises InvalidInput for stock that is less than has gone since.
    """
    rows: list[OnHand] = []
    kept: dict[str, Since] = {}
    wrong: list[Violation] = []
    for number, row in enumerate(plant.on_hand, 2):
        known = since.get(row.item_id)
        later = () if known is None else known.after(row.as_of)
        try:
            made, left = counted(row, Since(row.as_of, later))
        except InvalidInput as error:
            wrong += [Violation(f"{STOCK.file}:{number}:{v.field}", v.problem, v.allowed) for v in error.violations]
            continue
        rows.append(made)
        if left is not None:
            kept[row.item_id] = left
    if wrong:
        raise InvalidInput(wrong)
    return (plant.with_supply(tuple(rows)) if kept else plant), kept
