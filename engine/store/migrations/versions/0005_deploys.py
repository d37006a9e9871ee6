"""Adds what deploys remember: where a release came from, who decided, what waits."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NO = sa.text("false")
ADDED: tuple[tuple[str, str, sa.types.TypeEngine[Any], Any], ...] = (
    ("environments", "label", sa.String(), ""),
    ("environments", "access", sa.String(), "public"),
    ("environments", "sandbox_id", sa.String(), ""),
    ("environments", "variables_version", sa.Integer(), "0"),
    ("environments", "hold_by", sa.String(), ""),
    ("environments", "hold_at", sa.Float(), "0"),
    ("environments", "rules", sa.Text(), ""),
    ("environments", "retired", sa.Boolean(), NO),
    ("environments", "deaths", sa.Integer(), "0"),
    ("environments", "death", sa.Text(), ""),
    ("environments", "revive_at", sa.Float(), "0"),
    ("environments", "port", sa.Integer(), "0"),
    ("releases", "repository_id", sa.BigInteger(), "0"),
    ("releases", "kind", sa.String(), "deploy"),
    ("releases", "ref", sa.String(), ""),
    ("releases", "plan", sa.Text(), ""),
    ("releases", "source_id", sa.String(), ""),
    ("releases", "waiting", sa.String(), ""),
    ("releases", "cause_code", sa.String(), ""),
    ("releases", "cause", sa.Text(), ""),
    ("releases", "fix", sa.Text(), ""),
    ("releases", "door", sa.String(), ""),
    ("releases", "number_of_pull_request", sa.Integer(), "0"),
    ("releases", "automatic", sa.Boolean(), NO),
    ("releases", "approvals_needed", sa.Integer(), "0"),
    ("releases", "stop_wanted", sa.String(), ""),
    ("locks", "release_id", sa.String(), ""),
    ("gates", "needed", sa.Integer(), "1"),
    ("secrets", "guard", sa.Boolean(), NO),
    ("asks", "release_id", sa.String(), ""),
    ("api_tokens", "lifetime", sa.Float(), "0"),
)


def upgrade() -> None:
    """Makes the tables and columns."""
    for table, name, kind, default in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("releases", sa.Column("started_at", sa.Float(), nullable=True))
    op.create_index("releases_live", "releases", ["environment_id", "state"])
    op.create_index("releases_sha", "releases", ["repository_id", "sha"])
    _create_votes()
    _create_branches()
    _create_drifts()


def downgrade() -> None:
    """Drops them."""
    for table in ("drifts", "branches", "votes"):
        op.drop_table(table)
    for index in ("releases_sha", "releases_live"):
        op.drop_index(index, table_name="releases")
    op.drop_column("releases", "started_at")
    for table, name, _kind, _default in reversed(ADDED):
        op.drop_column(table, name)


def _create_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("gate_id", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"]),
        sa.PrimaryKeyConstraint("gate_id", "login"),
    )


def _create_branches() -> None:
    op.create_table(
        "branches",
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("before", sa.String(), server_default="", nullable=False),
        sa.Column("pushed_by", sa.String(), server_default="", nullable=False),
        sa.Column("moved_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "ref"),
    )


def _create_drifts() -> None:
    op.create_table(
        "drifts",
        sa.Column("environment_id", sa.String(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("serving_sha", sa.String(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("said_at", sa.Float(), nullable=True),
        sa.Column("over_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["environment_id"], ["environments.id"]),
        sa.PrimaryKeyConstraint("environment_id", "sha"),
    )
