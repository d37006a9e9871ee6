"""What `DATABASE_URL` may be. It may hold a password, so no problem shows any of it."""

from urllib.parse import parse_qs, urlsplit


def problems_of(url: str) -> list[str]:
    """What is wrong with the address of a SQLite file or of a database on a PostgreSQL server, with what to do."""
    if url.startswith(("postgres://", "postgresql://")):
        return _of_postgresql(url)
    if url.startswith("sqlite:////"):
        return []
    return [
        "neither a SQLite file's full path nor a PostgreSQL address. "
        "Write sqlite:////path/slipway.sqlite3 or postgresql://user:password@host/database."
    ]


def _of_postgresql(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ["square brackets belong around an IPv6 address only. In a password, write [ as %5B and ] as %5D."]
    if parts.netloc.count("@") > 1 or parts.fragment or "@" in parts.path + parts.query:
        quoted = "@ as %40, : as %3A, / as %2F, # as %23, ? as %3F"
        return [f"a character of the user or password splits the address. Write {quoted}."]
    problems = []
    try:
        _ = parts.port
    except ValueError:
        problems.append("its port is not a number from 1 to 65535. In a password, write : as %3A.")
    if not parts.hostname and "host" not in parse_qs(parts.query):
        problems.append("it names no host. Write postgresql://user:password@host/database, or ?host=/folder/of/socket.")
    if not parts.path.strip("/"):
        problems.append("it names no database. Write postgresql://user:password@host/database.")
    return problems
