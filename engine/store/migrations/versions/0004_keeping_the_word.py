"""Adds what recovery, limits, cancelling and reviving remember."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ADDED = (
    ("installations", "paused_until", sa.Float(), "0"),
    ("installations", "paused_why", sa.Text(), ""),
    ("pull_requests", "labels", sa.Text(), "[]"),
    ("previews", "deaths", sa.Integer(), "0"),
    ("previews", "death", sa.Text(), ""),
    ("previews", "revive_at", sa.Float(), "0"),
    ("builds", "end_unproven", sa.Boolean(), sa.text("false")),
)


def upgrade() -> None:
    """Makes the tables and columns."""
    for table, name, kind, default in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    # Deliveries of the same key are compared by their bodies.
    op.drop_column("inbox", "body_sha256")
    _create_creations()
    _create_missed_deliveries()


def downgrade() -> None:
    """Drops them."""
    op.add_column("inbox", sa.Column("body_sha256", sa.String(), nullable=False, server_default=""))
    op.drop_table("missed_deliveries")
    op.drop_table("creations")
    for table, name, _kind, _default in reversed(ADDED):
        op.drop_column(table, name)


def _create_creations() -> None:
    op.create_table(
        "creations",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("installation_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
    )
    op.create_index("creations_installation", "creations", ["installation_id", "at"])


def _create_missed_deliveries() -> None:
    op.create_table(
        "missed_deliveries",
        sa.Column("guid", sa.String(), primary_key=True),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.Float(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.Float(), nullable=False, server_default="0"),
        sa.Column("given_up", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("error", sa.Text(), nullable=False, server_default=""),
    )
