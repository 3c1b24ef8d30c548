"""Many operations are read in one row: byte for byte what was written, and by rows where they cannot be."""

import pytest

from scheduler.records import PackedOperations
from store.database import Store
from store.image import packed_operations
from tests.store import rows

FACTS = bytes(range(256))


def found(store: Store, least: int = 1) -> PackedOperations | None:
    with store._reading.connect() as connection:
        return packed_operations(connection, least)


def write(store: Store, *placed) -> None:
    store.commit(rows.promised(1, delta=rows.delta(1, placed=list(placed))))


def test_facts_and_owners_are_packed_as_they_were_written(store: Store) -> None:
    """Zero bytes and bytes that are no text, an id with blanks and one in Chinese."""
    assert found(store) is None
    write(
        store, rows.operation(1, "SO 1", FACTS), rows.operation(2, "订单-2", bytes(256)),
        rows.operation(10, "SO-3", FACTS[::-1]),
    )  # fmt: skip
    read = found(store)
    assert read is not None
    parts = [read.facts[at : at + 256] for at in range(0, 768, 256)]
    owners = read.owners.split("\n")
    assert (read.count, len(read.facts)) == (3, 768)
    # SQLite does not promise the order, but that both columns have the same.
    assert dict(zip(owners, parts, strict=True)) == {"1 SO 1": FACTS, "1 订单-2": bytes(256), "1 SO-3": FACTS[::-1]}
    assert found(store, least=4) is None


@pytest.mark.parametrize("other", [rows.operation(2, facts=FACTS[:8]), rows.operation(2, "SO\n2", FACTS)])
def test_what_cannot_be_told_apart_again_is_read_by_rows(store: Store, other) -> None:
    """Facts of two lengths, and an id of two lines."""
    write(store, rows.operation(1, facts=FACTS), other)
    assert found(store) is None
    assert list(store.load().image.operations) == [rows.operation(1, facts=FACTS), other]
