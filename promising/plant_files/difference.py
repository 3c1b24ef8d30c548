"""What an import changes, row by row, in the words of the files."""

from __future__ import annotations

from collections.abc import Iterator

from domain.plant import Plant
from promising.plant_files.settings import KEYS, setting_text
from promising.plant_files.tables import TABLES, Table
from promising.plant_files.writer import rows_of


def describe_change(old: Plant | None, new: Plant) -> list[str]:
    """One line per row that came (+), went (-) or changed (~, with old and new cells); none if nothing did.

    Without an old plant: how many rows each file brings.
    """
    if old is None:
        counts = ((table.name, len(rows_of(new, table))) for table in TABLES)
        return [f"plant: + {new.settings.id}", *(f"{name}: + {count}" for name, count in counts if count)]
    return [*_settings(old, new), *(line for table in TABLES for line in _table(table, old, new))]


def describe_row(table: Table, name: str, before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> str:
    """The line of one row that came (None before), went (None after) or changed."""
    if before is None:
        return f"{table.name}: + {name}"
    if after is None:
        return f"{table.name}: - {name}"
    return f"{table.name}: ~ {name} ({_cells(table, before, after)})"


def _settings(old: Plant, new: Plant) -> Iterator[str]:
    for key in KEYS:
        before, after = setting_text(old.settings, key), setting_text(new.settings, key)
        if before != after:
            yield f"plant: ~ {key}: {before or 'none'} -> {after or 'none'}"


def _table(table: Table, old: Plant, new: Plant) -> Iterator[str]:
    before, after = _keyed(table, old), _keyed(table, new)
    for key, row in after.items():
        if before.get(key) != row:
            yield describe_row(table, _name(key), before.get(key), row)
    for key, row in before.items():
        if key not in after:
            yield describe_row(table, _name(key), row, None)
    # The order of rows breaks ties in the plan, so it is a change too.
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield f"{table.name}: rows in another order"


def _keyed(table: Table, plant: Plant) -> dict[tuple[str, ...], tuple[str, ...]]:
    places = [index for index, column in enumerate(table.columns) if column.name in table.key]
    return {tuple(row[place] for place in places): row for row in rows_of(plant, table)}


def _name(key: tuple[str, ...]) -> str:
    return " ".join(text for text in key if text)


def _cells(table: Table, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    return ", ".join(
        f"{column.name}: {old or 'none'} -> {new or 'none'}"
        for column, old, new in zip(table.columns, before, after, strict=True)
        if old != new
    )
