"""Alembic's entry: runs migrations over the connection, and inside the transaction, that migrate.py hands over."""

from alembic import context

import engine.store.deploy_schema  # noqa: F401 - its tables are in the metadata once it is imported
from engine.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a column by making the table anew.
    render_as_batch=True,
)
context.run_migrations()
