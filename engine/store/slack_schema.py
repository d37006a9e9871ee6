"""The tables of Slack: workspaces, who is who there, what channels hear, and what was asked. Times are Unix seconds."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.schema import metadata

#: A workspace that has installed the app. Its marks in the outbox carry `-id` in the place of an installation.
slack_workspaces = Table(
    "slack_workspaces",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("team_id", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("app_id", String, nullable=False),
    Column("bot_user_id", String, nullable=False),
    # The bot's token (MultiFernet; engine/slack/bot_token.py); null: the app was uninstalled, or the token revoked.
    Column("sealed_token", LargeBinary),
    Column("scopes", Text, nullable=False, server_default=""),
    Column("installed_by", String, nullable=False),
    Column("installed_at", Float, nullable=False),
    Column("gone_at", Float),
    Column("gone_why", Text, nullable=False, server_default=""),
    # Slack asked us to post nothing there until then, and why.
    Column("paused_until", Float, nullable=False, server_default="0"),
    Column("paused_why", Text, nullable=False, server_default=""),
)

#: Who somebody in a workspace is at GitHub; linked by signing in there.
slack_people = Table(
    "slack_people",
    metadata,
    Column("workspace_id", Integer, ForeignKey("slack_workspaces.id"), primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("github_id", BigInteger, nullable=False),
    Column("login", String, nullable=False),
    Column("linked_at", Float, nullable=False),
)
Index("slack_people_github", slack_people.c.github_id)

#: Links that were offered for that, by hash; each works once.
slack_links = Table(
    "slack_links",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("workspace_id", Integer, ForeignKey("slack_workspaces.id"), nullable=False),
    Column("user_id", String, nullable=False),
    Column("user_name", String, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

#: A channel as far as we know it.
slack_channels = Table(
    "slack_channels",
    metadata,
    Column("workspace_id", Integer, ForeignKey("slack_workspaces.id"), primary_key=True),
    Column("channel", String, primary_key=True),
    Column("name", String, nullable=False, server_default=""),
    # Such as `22:00-07:00 Europe/Berlin`; empty: none.
    Column("quiet", String, nullable=False, server_default=""),
    # Slack's word for why nothing can be posted there (`is_archived`, …); empty: it can.
    Column("trouble", String, nullable=False, server_default=""),
    Column("trouble_at", Float, nullable=False, server_default="0"),
)

#: What a channel hears of a repository.
slack_subscriptions = Table(
    "slack_subscriptions",
    metadata,
    Column("workspace_id", Integer, ForeignKey("slack_workspaces.id"), primary_key=True),
    Column("channel", String, primary_key=True),
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("wants", String, nullable=False),  # space separated: approvals deploys failures previews
    Column("by_user", String, nullable=False),
    Column("by_login", String, nullable=False),
    Column("created_at", Float, nullable=False),
)
Index("slack_subscriptions_repository", slack_subscriptions.c.repository_id)

#: The messages that we have posted in channels: which message is about what.
slack_messages = Table(
    "slack_messages",
    metadata,
    Column("workspace_id", Integer, ForeignKey("slack_workspaces.id"), primary_key=True),
    Column("channel", String, primary_key=True),
    Column("ts", String, primary_key=True),
    Column("subject", String, nullable=False),  # its key in the outbox
    Column("about", String, nullable=False),  # dep_… | pv_… | ins_…
    Column("posted_at", Float, nullable=False),
    UniqueConstraint("subject"),
)
Index("slack_messages_about", slack_messages.c.about)

#: What somebody asked in Slack, and where its answer goes. What it came to is in `asks` once a repository is known.
slack_asks = Table(
    "slack_asks",
    metadata,
    Column("delivery", String, primary_key=True),
    Column("workspace_id", Integer, ForeignKey("slack_workspaces.id"), nullable=False),
    Column("user_id", String, nullable=False),
    Column("channel", String, nullable=False),  # empty: asked in App Home
    Column("thread", String, nullable=False, server_default=""),  # ts of its root; empty: none
    Column("response_url", Text, nullable=False, server_default=""),  # good for 30 minutes and 5 uses
    Column("written", Text, nullable=False, server_default=""),  # as understood, without values
    Column("login", String, nullable=False, server_default=""),
    Column("repository_id", BigInteger, nullable=False, server_default="0"),
    Column("about", String, nullable=False, server_default=""),  # dep_… | pv_… | ins_… that it started or follows
    Column("state", String, nullable=False, server_default="received"),  # as in asks
    Column("reason", String, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),  # Markdown of ours
    Column("offer", String, nullable=False, server_default=""),  # link | invite: the button beside the answer
    Column("created_at", Float, nullable=False),
)
Index("slack_asks_about", slack_asks.c.about, sqlite_where=text("about <> ''"), postgresql_where=text("about <> ''"))
Index("slack_asks_user", slack_asks.c.workspace_id, slack_asks.c.user_id, slack_asks.c.created_at)

#: Whose App Home was opened, and when last.
slack_homes = Table(
    "slack_homes",
    metadata,
    Column("workspace_id", Integer, ForeignKey("slack_workspaces.id"), primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("opened_at", Float, nullable=False),
)
