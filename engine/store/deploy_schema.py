"""The tables of deploys: environments, their releases, and what stands before them. Times are as in schema.py."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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

environments = Table(
    "environments",
    metadata,
    Column("id", String, primary_key=True),  # env_…
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, ForeignKey("repositories.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("target", String, nullable=False),
    Column("label", String, nullable=False, server_default=""),
    Column("access", String, nullable=False, server_default="public"),
    Column("release_id", String, nullable=False, server_default=""),  # the pointer: what serves
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("sandbox_id", String, nullable=False, server_default=""),
    Column("variables_version", Integer, nullable=False, server_default="0"),
    Column("hold", Text, nullable=False, server_default=""),  # why automatic deploys wait; empty: they don't
    Column("hold_by", String, nullable=False, server_default=""),
    Column("hold_at", Float, nullable=False, server_default="0"),
    Column("rules", Text, nullable=False, server_default=""),  # JSON, as the default branch had them last
    Column("retired", Boolean, nullable=False, server_default=text("false")),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("death", Text, nullable=False, server_default=""),
    Column("revive_at", Float, nullable=False, server_default="0"),
    Column("port", Integer, nullable=False, server_default="0"),
    UniqueConstraint("repository_id", "name"),
)

#: A release: a numbered, stored bundle. An environment points at one.
releases = Table(
    "releases",
    metadata,
    Column("id", String, primary_key=True),  # dep_…
    Column("environment_id", String, ForeignKey("environments.id"), nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False, server_default="0"),
    Column("number", Integer, nullable=False),
    Column("kind", String, nullable=False, server_default="deploy"),
    Column("sha", String, nullable=False),
    Column("ref", String, nullable=False, server_default=""),
    Column("artifact", Text, nullable=False),  # id of the release that built it, or image digest
    Column("variables_version", Integer, nullable=False),
    Column("configuration", Text, nullable=False),
    # JSON of the AppPlan, as engine.pipeline.kept_plan writes it.
    Column("plan", Text, nullable=False, server_default=""),
    Column("source_id", String, nullable=False, server_default=""),
    Column("state", String, nullable=False),
    Column("waiting", String, nullable=False, server_default=""),
    Column("status_message", Text, nullable=False, server_default=""),
    Column("cause_code", String, nullable=False, server_default=""),
    Column("cause", Text, nullable=False, server_default=""),
    Column("fix", Text, nullable=False, server_default=""),
    Column("ask", String, nullable=False, server_default=""),
    Column("requested_by", String, nullable=False, server_default=""),
    Column("door", String, nullable=False, server_default=""),
    Column("number_of_pull_request", Integer, nullable=False, server_default="0"),
    Column("automatic", Boolean, nullable=False, server_default=text("false")),
    Column("approvals_needed", Integer, nullable=False, server_default="0"),
    Column("stop_wanted", String, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    UniqueConstraint("environment_id", "number"),
)
Index("releases_live", releases.c.environment_id, releases.c.state)
Index("releases_sha", releases.c.repository_id, releases.c.sha)

#: Place 0 holds the lock; a person's lease is in Unix seconds (clock `wall`), a deploy's is on the clock of leases.
locks = Table(
    "locks",
    metadata,
    Column("id", String, primary_key=True),
    Column("environment_id", String, ForeignKey("environments.id"), nullable=False),
    Column("holder", String, nullable=False),
    Column("release_id", String, nullable=False, server_default=""),
    Column("reason", Text, nullable=False),
    Column("since", Float, nullable=False),
    Column("place", Integer, nullable=False),
    Column("clock", String, nullable=False, server_default=""),
    Column("lease_until", Float, nullable=False, server_default="0"),
    UniqueConstraint("environment_id", "place"),
)

#: What a person must open before something goes on, bound to one sha.
gates = Table(
    "gates",
    metadata,
    Column("id", String, primary_key=True),  # gate_…
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("kind", String, nullable=False),  # fork | deploy
    Column("subject", String, nullable=False),
    Column("sha", String, nullable=False),
    Column("state", String, nullable=False),  # waiting | approved | rejected | void
    Column("asked_by", String, nullable=False),
    Column("needed", Integer, nullable=False, server_default="1"),
    Column("decided_by", String, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    Column("decided_at", Float),
    UniqueConstraint("kind", "subject", "sha"),
)

#: Who decided what at a gate; one vote a person, the last counts.
votes = Table(
    "votes",
    metadata,
    Column("gate_id", String, ForeignKey("gates.id"), primary_key=True),
    Column("login", String, primary_key=True),
    Column("approves", Boolean, nullable=False),
    Column("at", Float, nullable=False),
)

#: Where branches were last known to be, so that drift is seen and approvals become void.
branches = Table(
    "branches",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("ref", String, primary_key=True),  # full: refs/heads/main
    Column("sha", String, nullable=False),
    Column("before", String, nullable=False, server_default=""),  # where it was until then
    Column("pushed_by", String, nullable=False, server_default=""),
    Column("moved_at", Float, nullable=False),  # when we learned of it
)

#: Branch heads that an environment should serve and doesn't, each said once.
drifts = Table(
    "drifts",
    metadata,
    Column("environment_id", String, ForeignKey("environments.id"), primary_key=True),
    Column("sha", String, primary_key=True),
    Column("serving_sha", String, nullable=False),
    Column("since", Float, nullable=False),
    Column("said_at", Float),
    Column("over_at", Float),
)

#: Sealed values (MultiFernet); the row's identity is inside the sealed text. Plain ones are sealed too.
secrets = Table(
    "secrets",
    metadata,
    Column("environment_id", String, ForeignKey("environments.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sealed", LargeBinary),  # null: unset in this version
    Column("is_secret", Boolean, nullable=False),
    # True: a preview that would get this very value refuses to start.
    Column("guard", Boolean, nullable=False, server_default=text("false")),
    Column("set_by", String, nullable=False),
    Column("set_at", Float, nullable=False),
)
