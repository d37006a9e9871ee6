"""Hand-overs: one-time codes that carry a sign-in from the bot to a preview host."""

from sqlalchemy import Connection, insert, update

from engine.access.hashes import fresh, hash_of
from engine.domain.event import Person
from engine.store.access_schema import handovers

#: Seconds between the bot's redirect and the preview host's answer to it.
LIFETIME = 30.0


def issue(connection: Connection, person: Person, *, label: str, nonce_hash: str, now: float) -> str:
    """A code for `person`, good once, at that host, from the browser that holds the nonce. Only its hash came here."""
    code = fresh()
    connection.execute(
        insert(handovers).values(
            code_hash=hash_of(code),
            label=label,
            nonce_hash=nonce_hash,
            login=person.login,
            github_id=person.id,
            expires_at=now + LIFETIME,
        )
    )
    return code


def redeem(connection: Connection, code: str, *, label: str, nonce: str, now: float) -> Person | None:
    """Uses up a code; None when it is used, too old, or of another host or browser."""
    row = connection.execute(
        update(handovers)
        .where(
            handovers.c.code_hash == hash_of(code),
            handovers.c.label == label,
            handovers.c.nonce_hash == hash_of(nonce),
            handovers.c.used_at.is_(None),
            handovers.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(handovers.c.github_id, handovers.c.login)
    ).one_or_none()
    return None if row is None else Person(row.github_id, row.login)
