"""Alembic's entry: runs migrations over the connection, and inside the transaction, that migrate.py hands over."""

from alembic import context

# Their tables are in the metadata once they are imported.
import engine.store.access_schema
import engine.store.deploy_schema
import engine.store.history_schema
import engine.store.readiness_schema
import engine.store.slack_schema  # noqa: F401
from engine.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a column by making the table anew.
    render_as_batch=True,
)
context.run_migrations()
