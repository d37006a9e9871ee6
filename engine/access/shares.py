"""Share links: whoever holds one sees one preview, until it expires or is revoked."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from engine.access.hashes import fresh, hash_of
from engine.store import generations
from engine.store.access_schema import share_links


@dataclass(frozen=True)
class ShareLink:
    """A share link that is good now."""

    id: str
    preview_id: str
    created_by: str
    #: Unix seconds.
    expires_at: float


def mint(
    connection: Connection, *, preview_id: str, installation_id: int, created_by: str, seconds: float, now: float
) -> tuple[ShareLink, str]:
    """A new share link and its token, which nothing keeps."""
    token = fresh()
    link = ShareLink(fresh("shr_")[:20], preview_id, created_by, now + seconds)
    connection.execute(
        insert(share_links).values(
            id=link.id,
            token_hash=hash_of(token),
            preview_id=preview_id,
            installation_id=installation_id,
            created_by=created_by,
            created_at=now,
            expires_at=link.expires_at,
        )
    )
    return link, token


def find(connection: Connection, token: str, *, preview_id: str, now: float) -> ShareLink | None:
    """The link of a token, if it is good for that preview now."""
    row = connection.execute(
        select(share_links).where(
            share_links.c.token_hash == hash_of(token),
            share_links.c.preview_id == preview_id,
            share_links.c.expires_at > now,
            share_links.c.revoked_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else ShareLink(row.id, row.preview_id, row.created_by, row.expires_at)


def revoke(connection: Connection, link_id: str, *, preview_id: str, now: float) -> bool:
    """Ends a link at once, for those too who opened it before; False when that preview has no such living link."""
    changed = connection.execute(
        update(share_links)
        .where(share_links.c.id == link_id, share_links.c.preview_id == preview_id, share_links.c.revoked_at.is_(None))
        .values(revoked_at=now)
    ).rowcount
    if changed:
        generations.bump(connection, "access")
    return bool(changed)
