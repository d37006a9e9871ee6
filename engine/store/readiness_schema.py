"""The tables of readiness: what was seen of commits, what scans found, which fixes were asked for. Times are as in
schema.py.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from engine.store.schema import metadata

#: One look at one commit: of a pull request, or (number 0) of a commit by itself, such as the default branch's head.
inspections = Table(
    "inspections",
    metadata,
    Column("id", String, primary_key=True),  # ins_…
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha", String, nullable=False),
    # The commit of the base branch that it is compared with; empty: with none.
    Column("base_sha", String, nullable=False, server_default=""),
    Column("state", String, nullable=False),  # waiting | looking | done | failed
    Column("status_message", Text, nullable=False, server_default=""),
    # engine.readiness.inspected as JSON; empty until it is done. A later look at the same commit writes over it.
    Column("inspected", Text, nullable=False, server_default=""),
    # The waivers of the default branch's slipway.yml at that time, as JSON.
    Column("waivers", Text, nullable=False, server_default=""),
    # Whoever asked; empty: it came by itself, and only as somebody else's base when `reported` is false.
    Column("asked_by", String, nullable=False, server_default=""),
    Column("reported", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    # When the report changes by itself next, since a waiver ends; null: it doesn't.
    Column("turns_at", Float),
    UniqueConstraint("repository_id", "number", "sha"),
)
Index("inspections_newest", inspections.c.repository_id, inspections.c.number, inspections.c.created_at)
Index("inspections_turning", inspections.c.turns_at)
# The reaper looks every few seconds for those that are under way and have no job.
Index("inspections_state", inspections.c.state, inspections.c.created_at)

#: What the scan of a commit found, so that a deploy and an inspection of the same commit scan once.
scans = Table(
    "scans",
    metadata,
    Column("repository_id", BigInteger, primary_key=True),
    Column("sha", String, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("result", Text, nullable=False),  # engine.scan.result as JSON
    # False: a part could not say all, so that another try may say more.
    Column("conclusive", Boolean, nullable=False),
    Column("made_at", Float, nullable=False),
)

fixes = Table(
    "fixes",
    metadata,
    Column("id", String, primary_key=True),  # fix_…
    Column("installation_id", BigInteger, nullable=False),
    Column("repository_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    # The head that it is bound to: written on nothing else.
    Column("sha", String, nullable=False),
    Column("name", String, nullable=False),
    # Whoever asked, the commit's co-author: login and the account's id at GitHub.
    Column("login", String, nullable=False),
    Column("account", BigInteger, nullable=False),
    Column("delivery", String, nullable=False, unique=True),
    Column("state", String, nullable=False),  # waiting | done | refused | failed
    # How it was made: commit | suggestion | patch; empty: it wasn't yet.
    Column("way", String, nullable=False, server_default=""),
    Column("commit_sha", String, nullable=False, server_default=""),
    Column("reason", String, nullable=False, server_default=""),
    Column("sentence", Text, nullable=False, server_default=""),  # Markdown of ours
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
)
Index("fixes_pull_request", fixes.c.repository_id, fixes.c.number, fixes.c.created_at)
