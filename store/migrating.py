"""The migrations, run by alembic; imported only for a database that lacks some."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from domain.errors import NewerStore


def migrate(connection: Connection) -> None:
    """Run the migrations that `connection`'s database lacks, in its transaction. Raises NewerStore."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerStore(found, scripts.get_current_head() or "")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
