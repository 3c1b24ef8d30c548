"""Where Alembic starts: `store.schema` hands over its connection, a developer says `alembic -x url=...`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from store.tables import metadata


def run(connection: Connection) -> None:
    """Bring the schema of `connection` to the revision asked for, in its transaction."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect() as opened:
        run(opened)
