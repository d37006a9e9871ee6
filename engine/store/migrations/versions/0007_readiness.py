"""Adds readiness: inspections, scans, fixes; and what an ask for one of them follows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables and the columns."""
    op.add_column("asks", _text("inspection_id"))
    op.add_column("asks", _text("fix_id"))
    _create_inspections()
    _create_scans()
    _create_fixes()


def downgrade() -> None:
    """Drops them."""
    for table in ("fixes", "scans", "inspections"):
        op.drop_table(table)
    op.drop_column("asks", "fix_id")
    op.drop_column("asks", "inspection_id")


def _text(name: str, *, kind: sa.types.TypeEngine[str] | None = None) -> sa.Column[str]:
    """A text that is empty where nothing is said."""
    return sa.Column(name, kind or sa.String(), server_default="", nullable=False)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _create_inspections() -> None:
    op.create_table(
        "inspections",
        sa.Column("id", sa.String(), primary_key=True),
        _number("installation_id"),
        _number("repository_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _word("sha"),
        _text("base_sha"),
        _word("state"),
        _text("status_message", kind=sa.Text()),
        _text("inspected", kind=sa.Text()),
        _text("waivers", kind=sa.Text()),
        _text("asked_by"),
        sa.Column("reported", sa.Boolean(), nullable=False),
        _moment("created_at"),
        sa.Column("finished_at", sa.Float()),
        sa.Column("turns_at", sa.Float()),
        sa.UniqueConstraint("repository_id", "number", "sha"),
    )
    op.create_index("inspections_newest", "inspections", ["repository_id", "number", "created_at"])
    op.create_index("inspections_turning", "inspections", ["turns_at"])
    op.create_index("inspections_state", "inspections", ["state", "created_at"])


def _create_scans() -> None:
    op.create_table(
        "scans",
        sa.Column("repository_id", sa.BigInteger(), primary_key=True),
        sa.Column("sha", sa.String(), primary_key=True),
        _number("installation_id"),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("conclusive", sa.Boolean(), nullable=False),
        _moment("made_at"),
    )


def _create_fixes() -> None:
    op.create_table(
        "fixes",
        sa.Column("id", sa.String(), primary_key=True),
        _number("installation_id"),
        _number("repository_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _word("sha"),
        _word("name"),
        _word("login"),
        _number("account"),
        sa.Column("delivery", sa.String(), nullable=False, unique=True),
        _word("state"),
        _text("way"),
        _text("commit_sha"),
        _text("reason"),
        _text("sentence", kind=sa.Text()),
        _moment("created_at"),
        sa.Column("finished_at", sa.Float()),
    )
    op.create_index("fixes_pull_request", "fixes", ["repository_id", "number", "created_at"])
