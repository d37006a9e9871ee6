"""The tables: the only truth; those of other subjects are in the files beside this one (*_schema.py).

Times are Unix seconds (REAL) unless the column is a lease or a due time (see `jobs`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.store.packed import Packed

metadata = MetaData()

#: Single values: `instance` (random id of this installation of Slipway), …
meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))

#: Counters that copies in memory watch: `routes`, `access`. Raised in the transaction that changes what they cover.
generations = Table(
    "generations", metadata, Column("name", String, primary_key=True), Column("value", BigInteger, nullable=False)
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", String, primary_key=True),  # gh:<GUID> | slack:<id>
    Column("source", String, nullable=False),  # github | slack
    Column("event", String, nullable=False),  # X-GitHub-Event
    Column("body", Packed, nullable=False),
    Column("received_at", Float, nullable=False),
    # stored | handled | ignored | rejected
    Column("state", String, nullable=False, server_default="stored"),
    Column("note", Text, nullable=False, server_default=""),
    # Deliveries of the same key with another body: kept out, counted.
    Column("conflicts", Integer, nullable=False, server_default="0"),
)
Index("inbox_received", inbox.c.received_at)

#: `lease_until` and `due_at` are seconds on the clock named by `clock`: the database's on PostgreSQL, the machine's
#: boot clock on SQLite. A row of another clock (before a reboot) counts as due and as expired.
jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),  # business key, unique while not over
    Column("installation_id", BigInteger, nullable=False),
    Column("subject", String, nullable=False),
    Column("order_key", String, nullable=False, server_default=""),
    Column("queue", String, nullable=False, server_default="work"),  # work | quick
    Column("state", String, nullable=False, server_default="pending"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("clock", String, nullable=False, server_default=""),
    Column("due_at", Float, nullable=False, server_default="0"),
    Column("lease_until", Float, nullable=False, server_default="0"),
    Column("deadline", Float, nullable=False, server_default="0"),  # same clock; 0: none; set when claimed first
    Column("owner", String, nullable=False, server_default=""),
    Column("stop_wanted", String, nullable=False, server_default=""),  # cancelled | superseded
    Column("poked_at", Float, nullable=False, server_default="0"),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Column("error", Text, nullable=False, server_default=""),
)
LIVE = "state IN ('pending', 'running')"
Index("jobs_key_live", jobs.c.key, unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE))
RUNNING_IN_ORDER = "state = 'running' AND order_key <> ''"
Index(
    "jobs_order_running",
    jobs.c.order_key,
    unique=True,
    sqlite_where=text(RUNNING_IN_ORDER),
    postgresql_where=text(RUNNING_IN_ORDER),
)
Index("jobs_live", jobs.c.state, jobs.c.due_at, sqlite_where=text(LIVE), postgresql_where=text(LIVE))
Index("jobs_installation", jobs.c.installation_id, jobs.c.state)
# Whose turn it is: when each installation was served last.
SERVED = "finished_at IS NOT NULL"
Index(
    "jobs_served",
    jobs.c.installation_id,
    jobs.c.queue,
    jobs.c.finished_at,
    sqlite_where=text(SERVED),
    postgresql_where=text(SERVED),
)

#: One row per subject that is mirrored outside. `version` rises with each mark; the sender posts until `posted`
#: equals it.
outbox = Table(
    "outbox",
    metadata,
    Column(
        "subject", String, primary_key=True
    ),  # e.g. comment:<repo id>:<pr>, check:<repo id>:<sha>, reaction:<comment id>
    Column("reporter", String, nullable=False),  # github_comment | github_check | github_reaction | slack_message | …
    # Whose limits count: an installation; below zero a Slack workspace, by its id.
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("posted", Integer, nullable=False, server_default="0"),
    # Reporter's own notes of what it made there, JSON: {"id": 1234, ...}
    Column("remote", Text, nullable=False, server_default="{}"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("clock", String, nullable=False, server_default=""),
    Column("lease_until", Float, nullable=False, server_default="0"),
    Column("due_at", Float, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("given_up", Boolean, nullable=False, server_default=text("false")),
    Column("error", Text, nullable=False, server_default=""),
    Column("marked_at", Float, nullable=False),
    Column("posted_at", Float),
)
WAITING = "posted < version AND NOT given_up"
Index("outbox_waiting", outbox.c.due_at, sqlite_where=text(WAITING), postgresql_where=text(WAITING))

installations = Table(
    "installations",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("account", String, nullable=False, server_default=""),
    Column("state", String, nullable=False, server_default="active"),  # active | suspended | deleted
    Column("created_at", Float, nullable=False),
    # Unix seconds: GitHub asked us to post nothing for this installation until then, and why.
    Column("paused_until", Float, nullable=False, server_default="0"),
    Column("paused_why", Text, nullable=False, server_default=""),
)

#: Calls that made something at GitHub, so that no installation makes more a minute or an hour than GitHub allows.
creations = Table(
    "creations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("at", Float, nullable=False),
)
Index("creations_installation", creations.c.installation_id, creations.c.at)

#: Deliveries that GitHub couldn't hand over and that we haven't got yet; a row goes once its payload is in the inbox.
missed_deliveries = Table(
    "missed_deliveries",
    metadata,
    Column("guid", String, primary_key=True),
    Column("delivery_id", BigInteger, nullable=False),  # the newest attempt's, by which the payload is read
    Column("event", String, nullable=False),
    Column("delivered_at", Float, nullable=False),  # the first attempt that we saw
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", Float, nullable=False, server_default="0"),
    Column("given_up", Boolean, nullable=False, server_default=text("false")),
    Column("error", Text, nullable=False, server_default=""),
)

repositories = Table(
    "repositories",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("installation_id", BigInteger, ForeignKey("installations.id"), nullable=False),
    Column("full_name", String, nullable=False),
    Column("default_branch", String, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("clone_url", String, nullable=False),
    Column("removed_at", Float),
)
Index("repositories_full_name", repositories.c.full_name)

pull_requests = Table(
    "pull_requests",
    metadata,
    Column("repository_id", BigInteger, ForeignKey("repositories.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("author", String, nullable=False),
    Column("head_sha", String, nullable=False),  # the newest head that *we* received (C3)
    Column("head_ref", String, nullable=False),
    Column("base_ref", String, nullable=False),
    Column("fork", Boolean, nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("head_received_at", Float, nullable=False),
    Column("labels", Text, nullable=False, server_default="[]"),  # JSON list of names
)

#: Every head of a pull request that we received, so that a command can be bound to the one of its moment (C3).
heads = Table(
    "heads",
    metadata,
    Column("repository_id", BigInteger, ForeignKey("repositories.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha", String, primary_key=True),
    Column("received_at", Float, nullable=False),
)

previews = Table(
    "previews",
    metadata,
    Column("id", String, primary_key=True),  # pv_…
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, ForeignKey("repositories.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("label", String, nullable=False, unique=True),
    Column("life", String, nullable=False, server_default="open"),  # open | stopped | removed
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("sandbox_id", String, nullable=False, server_default=""),
    Column("newest_build_id", String, nullable=False, server_default=""),
    Column("serving_build_id", String, nullable=False, server_default=""),
    Column("access", String, nullable=False, server_default="private"),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    # The application that died by itself: how often since it was well, why last, and when it is started again (Unix
    # seconds; 0: nothing is planned).
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("death", Text, nullable=False, server_default=""),
    Column("revive_at", Float, nullable=False, server_default="0"),
    UniqueConstraint("repository_id", "number"),
)

builds = Table(
    "builds",
    metadata,
    Column("id", String, primary_key=True),  # bld_…
    Column("preview_id", String, ForeignKey("previews.id"), nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha", String, nullable=False),
    Column("ask", String, nullable=False, server_default=""),
    Column("requested_by", String, nullable=False, server_default=""),
    Column("state", String, nullable=False),
    Column("status_message", Text, nullable=False, server_default=""),
    Column("cause_code", String, nullable=False, server_default=""),
    Column("cause", Text, nullable=False, server_default=""),
    Column("fix", Text, nullable=False, server_default=""),
    Column("plan", Text, nullable=False, server_default=""),  # JSON of the AppPlan
    Column("port", Integer, nullable=False, server_default="0"),
    Column("stop_wanted", String, nullable=False, server_default=""),
    # Cancelled, but that none of its processes lives isn't proven yet: the reaper goes on.
    Column("end_unproven", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    UniqueConstraint("preview_id", "number"),
)
Index("builds_sha", builds.c.repository_id, builds.c.sha)

#: What the gateway serves under a host label; a row outlives its preview, so that the page can say "removed".
routes = Table(
    "routes",
    metadata,
    Column("label", String, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    # pv_… of a preview, env_… of an environment.
    Column("preview_id", String, nullable=False),
    # waiting | building | serving | restarting | down | failed | stopped | removed: which page answers while there is
    # no upstream
    Column("state", String, nullable=False),
    Column("upstream", Text, nullable=False, server_default=""),  # engine.sandboxes.port.Upstream as text; empty: none
    Column("release", String, nullable=False, server_default=""),  # build or release id that the upstream runs
    Column("access", String, nullable=False, server_default="private"),
    Column("generation", Integer, nullable=False, server_default="0"),  # the preview's
    Column("updated_at", Float, nullable=False),
)
