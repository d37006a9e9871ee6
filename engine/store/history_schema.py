"""The tables of what was asked, what happened and what programs said. Times are as in schema.py."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from engine.store.schema import metadata

#: What people asked for, with our answer; the sticky comment's last section shows the newest three of a pull request.
asks = Table(
    "asks",
    metadata,
    Column("delivery", String, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("comment_id", BigInteger, nullable=False),
    Column("login", String, nullable=False),
    Column("command", Text, nullable=False),  # as understood: "/preview stop"
    # received | working | done | refused | failed (what it started didn't succeed)
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),  # Markdown of ours, foreign text escaped
    Column("build_id", String, nullable=False, server_default=""),
    # The release that it started or waits for.
    Column("release_id", String, nullable=False, server_default=""),
    # The head that we had received when the command was written (C3).
    Column("sha", String, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    # Which way it came: comment | button | page | api | cli | slack. What didn't come from GitHub isn't answered there.
    Column("door", String, nullable=False, server_default="comment"),
    # The inspection or the fix that it started or waits for.
    Column("inspection_id", String, nullable=False, server_default=""),
    Column("fix_id", String, nullable=False, server_default=""),
)
Index("asks_pull_request", asks.c.repository_id, asks.c.number, asks.c.created_at)

#: Neutral check runs: a sha where we did nothing, and why (C6, B14).
skips = Table(
    "skips",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("sha", String, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),  # every problem of a bad slipway.yml, one a line
    Column("created_at", Float, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", String, nullable=False),  # bld_… | pv_… | dep_… | ins_…
    Column("at", Float, nullable=False),
    Column("kind", String, nullable=False),  # a BuildState, or `iteration_completed`, …
    Column("message", Text, nullable=False),
    Column("seconds", Float),  # how long the stage before took
)
Index("timeline_subject", timeline.c.subject, timeline.c.id)

#: Compressed log lines (zlib of UTF-8, one line each, redacted before they come here).
log_chunks = Table(
    "log_chunks",
    metadata,
    Column("subject", String, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("first_line", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
)
