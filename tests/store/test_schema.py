"""Opening a store: an empty one, an old one, a newer one."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from domain.errors import NewerStore
from domain.promises import MaterialReservation, Source
from domain.values import replace
from promising.ports import PlantRow, Writing
from scheduler.records import PlanDelta
from store import schema, tables
from store.database import Store
from store.engines import database_url, writing_engine
from store.statements import Statements
from tests.store.rows import promised


def test_the_migrations_make_the_tables_that_the_program_uses(where: Path | str) -> None:
    """No difference between the migrated schema and `store.tables`, indexes and keys included."""
    Store(where).close()
    engine = create_engine(database_url(where))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_a_store_of_a_newer_program_is_refused_and_left_alone(where: Path | str) -> None:
    """The error names both revisions; the store stays as it was."""
    Store(where).close()
    engine = writing_engine(database_url(where))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerStore) as refused:
        Store(where)
    assert (refused.value.found, refused.value.known) == ("9999", schema.HEAD)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "9999"
    engine.dispose()


def taken_back(where: Path | str, revision: str) -> None:
    """Bring a store back to an older revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = writing_engine(database_url(where))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def test_a_store_from_before_lots_is_opened_with_the_material_it_holds(where: Path | str) -> None:
    """What an order held of stock and receipts was delivered as it is; when it came was not kept."""
    first = Store(where)
    first.claim()
    held = [MaterialReservation("SO-1", 1, "cup", 40), MaterialReservation("SO-1", 1, "cup", 2, "PO-9", Source.RECEIPT)]
    delta = PlanDelta(1, 0, 0, material=held)
    first.commit(replace(promised(1), delta=delta))
    first.close()
    taken_back(where, "0003")
    store = Store(where)
    store.claim()
    assert store.load().image.material == held
    store.close()


def test_a_store_from_before_substitutes_is_opened_with_the_material_it_holds(where: Path | str) -> None:
    """What stands there is what the bill of material says; of one item held twice the sum goes back."""
    first = Store(where)
    first.claim()
    own = MaterialReservation("SO-1", 1, "bolt", 40, lot=7)
    instead = replace(own, quantity=2, stands_for="screw")
    first.commit(replace(promised(1), delta=PlanDelta(1, 0, 0, material=[own, instead])))
    assert first.load().image.material == [own, instead]
    first.close()
    taken_back(where, "0004")
    store = Store(where)
    store.claim()
    assert store.load().image.material == [replace(own, quantity=42)]
    store.close()


def test_a_store_from_before_feeds_is_opened_with_all_it_holds(where: Path | str) -> None:
    """Its order stands, and feeds can be written from now on."""
    first = Store(where)
    first.claim()
    first.commit(replace(promised(1), plant_files={"stock.csv": b"item\n"}))
    first.close()
    taken_back(where, "0002")
    store = Store(where)
    store.claim()
    assert [order.order_id for order in store.load_orders()] == ["SO-1"]
    store.commit(Writing(plant_rows=[PlantRow("stock", "cap", ("cap",), 0)]))
    assert list(store.load().plant_rows) == [PlantRow("stock", "cap", ("cap",), 0)]
    store.close()


def test_the_program_knows_the_last_migration() -> None:
    """`schema.HEAD` stands for it, so that a start needs no alembic."""
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"), version_locations=None)
    assert scripts.get_current_head() == schema.HEAD


def test_a_store_up_to_date_is_opened_without_alembic(where: Path | str) -> None:
    """Importing it would take a large part of a server's start."""
    Store(where).close()
    program = (
        "import sys; from store.database import Store; Store(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )
    opened = subprocess.run([sys.executable, "-c", program, str(where)], capture_output=True, text=True, check=True)
    assert opened.stdout == "False\n"


def test_opening_twice_migrates_once(where: Path | str) -> None:
    """The rows that the migration made are not made again."""
    Store(where).close()
    store = Store(where)
    store.claim()
    assert store.load().plant_version == 0
    store.close()


def test_sqlite_writes_ahead_and_waits_for_the_disk(path: Path) -> None:
    """WAL, synchronous FULL (2) and foreign keys, as DESIGN 8 promises durability."""
    store = Store(path)
    with store._connection() as connection, connection.begin():
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]
    store.close()


@pytest.mark.parametrize("url", ["sqlite:///plant.sqlite", "postgresql://nowhere/plant"])
def test_every_bulk_statement_compiles_for_sqlite_and_postgresql(url: str) -> None:
    """Nothing in the hot path is SQLite's own."""
    engine = writing_engine(database_url(url))
    statements = Statements(engine.dialect)
    assert "INSERT INTO promise" in statements.promise._sql
    assert statements.head_planned._positional
