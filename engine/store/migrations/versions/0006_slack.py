"""Adds Slack: workspaces, who is who there, what channels hear, what was posted and asked; and each ask's door."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "slack_homes",
    "slack_asks",
    "slack_messages",
    "slack_subscriptions",
    "slack_channels",
    "slack_links",
    "slack_people",
    "slack_workspaces",
)


def upgrade() -> None:
    """Makes the tables and the column."""
    op.add_column("asks", sa.Column("door", sa.String(), nullable=False, server_default="comment"))
    _create_workspaces()
    _create_people()
    _create_channels()
    _create_messages()
    _create_asks()


def downgrade() -> None:
    """Drops them."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("asks", "door")


def _text(name: str, *, kind: sa.types.TypeEngine[str] | None = None) -> sa.Column[str]:
    """A text that is empty where nothing is said."""
    return sa.Column(name, kind or sa.String(), server_default="", nullable=False)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=False)


def _workspace() -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column = sa.Column("workspace_id", sa.Integer(), nullable=False)
    return column, sa.ForeignKeyConstraint(["workspace_id"], ["slack_workspaces.id"])


def _create_workspaces() -> None:
    op.create_table(
        "slack_workspaces",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        *(_word(name) for name in ("team_id", "name", "app_id", "bot_user_id")),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=True),
        _text("scopes", kind=sa.Text()),
        _word("installed_by"),
        _moment("installed_at"),
        sa.Column("gone_at", sa.Float(), nullable=True),
        _text("gone_why", kind=sa.Text()),
        sa.Column("paused_until", sa.Float(), server_default="0", nullable=False),
        _text("paused_why", kind=sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id"),
    )


def _create_people() -> None:
    op.create_table(
        "slack_people",
        *_workspace(),
        _word("user_id"),
        sa.Column("github_id", sa.BigInteger(), nullable=False),
        _word("login"),
        _moment("linked_at"),
        sa.PrimaryKeyConstraint("workspace_id", "user_id"),
    )
    op.create_index("slack_people_github", "slack_people", ["github_id"])
    op.create_table(
        "slack_links",
        _word("token_hash"),
        *_workspace(),
        _word("user_id"),
        _text("user_name"),
        _moment("created_at"),
        _moment("expires_at"),
        sa.Column("used_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "slack_homes",
        *_workspace(),
        _word("user_id"),
        _moment("opened_at"),
        sa.PrimaryKeyConstraint("workspace_id", "user_id"),
    )


def _create_channels() -> None:
    op.create_table(
        "slack_channels",
        *_workspace(),
        _word("channel"),
        *(_text(name) for name in ("name", "quiet", "trouble")),
        sa.Column("trouble_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel"),
    )
    op.create_table(
        "slack_subscriptions",
        *_workspace(),
        _word("channel"),
        sa.Column("repository_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(_word(name) for name in ("wants", "by_user", "by_login")),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "repository_id"),
    )
    op.create_index("slack_subscriptions_repository", "slack_subscriptions", ["repository_id"])


def _create_messages() -> None:
    op.create_table(
        "slack_messages",
        *_workspace(),
        *(_word(name) for name in ("channel", "ts", "subject", "about")),
        _moment("posted_at"),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "ts"),
        sa.UniqueConstraint("subject"),
    )
    op.create_index("slack_messages_about", "slack_messages", ["about"])


def _create_asks() -> None:
    op.create_table(
        "slack_asks",
        _word("delivery"),
        *_workspace(),
        *(_word(name) for name in ("user_id", "channel")),
        _text("thread"),
        _text("response_url", kind=sa.Text()),
        _text("written", kind=sa.Text()),
        _text("login"),
        sa.Column("repository_id", sa.BigInteger(), server_default="0", nullable=False),
        _text("about"),
        sa.Column("state", sa.String(), server_default="received", nullable=False),
        _text("reason"),
        _text("answer", kind=sa.Text()),
        _text("offer"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("delivery"),
    )
    known = sa.text("about <> ''")
    op.create_index("slack_asks_user", "slack_asks", ["workspace_id", "user_id", "created_at"])
    op.create_index("slack_asks_about", "slack_asks", ["about"], sqlite_where=known, postgresql_where=known)
