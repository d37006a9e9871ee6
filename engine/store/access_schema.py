"""The tables of who may: people, their sessions and tokens, share links, hand-overs, and the audit. Times are as in
schema.py.
"""

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table

from engine.store.schema import metadata

people = Table(
    "people",
    metadata,
    Column("github_id", BigInteger, primary_key=True, autoincrement=False),
    Column("login", String, nullable=False),
    Column("seen_at", Float, nullable=False),
)

#: Cookies, by hash. `kind`: bot (pages and API of ours), visit (a person on one preview host), share (whoever holds
#: a link).
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("login", String, nullable=False, server_default=""),
    Column("github_id", BigInteger, nullable=False, server_default="0"),
    Column("label", String, nullable=False, server_default=""),  # the preview host it is good for
    Column("share_id", String, nullable=False, server_default=""),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

share_links = Table(
    "share_links",
    metadata,
    Column("id", String, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("preview_id", String, nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float),
)

#: One-time codes that carry a sign-in to a preview host: 30 s, bound to host and nonce.
handovers = Table(
    "handovers",
    metadata,
    Column("code_hash", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("nonce_hash", String, nullable=False),
    Column("login", String, nullable=False),
    Column("github_id", BigInteger, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("login", String, nullable=False),
    Column("scopes", String, nullable=False),  # space separated: read write
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float),
    # Seconds that each refresh gives it; 0: as long as it was given at first.
    Column("lifetime", Float, nullable=False, server_default="0"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("door", String, nullable=False),  # comment | slack | cli | api | page | push
    Column("did", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("sha", String, nullable=False, server_default=""),
    Column("outcome", String, nullable=False),  # done | refused:<reason>
)
