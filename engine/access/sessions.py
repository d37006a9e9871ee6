"""Sessions: who holds a cookie. `bot` is good for our pages and API, `visit` for one preview host."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from engine.access.hashes import fresh, hash_of
from engine.domain.event import Person
from engine.store import generations
from engine.store.access_schema import people, sessions
from engine.store.upsert import insert_into


class SessionKind(StrEnum):
    """What a session is good for."""

    BOT = "bot"
    VISIT = "visit"
    #: No session: the mark of a sign-in state that was used, so that it is used once.
    SPENT = "spent"
    #: The right to open one stream, once.
    STREAM = "stream"


#: Seconds after signing in when somebody must sign in anew, however often the session was refreshed.
LONGEST = 7 * 86400.0


@dataclass(frozen=True)
class Renewed:
    """A value that took another's place."""

    token: str
    #: Unix seconds.
    expires_at: float


@dataclass(frozen=True)
class Session:
    """A living session."""

    kind: SessionKind
    login: str
    github_id: int
    #: The preview host it is good for; empty for the bot.
    label: str
    #: Unix seconds.
    expires_at: float
    #: Proof that a form or script is our own page's, made from the cookie; empty proves nothing.
    csrf: str = ""

    @property
    def person(self) -> Person:
        """Who it is."""
        return Person(self.github_id, self.login)


def start(
    connection: Connection, kind: SessionKind, person: Person, *, label: str = "", seconds: float, now: float
) -> str:
    """Opens a session and notes the person; answers the cookie's value, which nothing keeps."""
    token = fresh()
    seen = {"github_id": person.id, "login": person.login, "seen_at": now}
    known = insert_into(connection, people).values(seen)
    connection.execute(known.on_conflict_do_update(index_elements=["github_id"], set_=seen))
    connection.execute(
        insert(sessions).values(
            token_hash=hash_of(token),
            kind=kind,
            login=person.login,
            github_id=person.id,
            label=label,
            created_at=now,
            expires_at=now + seconds,
        )
    )
    return token


def find(connection: Connection, kind: SessionKind, token: str, *, label: str = "", now: float) -> Session | None:
    """The living session of a cookie's value; None when there is none of that kind for that host."""
    row = connection.execute(
        select(sessions.c.login, sessions.c.github_id, sessions.c.expires_at).where(
            sessions.c.token_hash == hash_of(token),
            sessions.c.kind == kind,
            sessions.c.label == label,
            sessions.c.expires_at > now,
        )
    ).one_or_none()
    return None if row is None else Session(kind, row.login, row.github_id, label, row.expires_at, csrf=csrf_of(token))


def refresh(connection: Connection, token: str, *, seconds: float, now: float) -> Renewed | None:
    """A new value for a living session of our pages, good for `seconds` more; the old one is dead at once.

    None for a session that is over, or so old that its person must sign in anew (LONGEST).
    """
    living = (sessions.c.token_hash == hash_of(token), sessions.c.kind == SessionKind.BOT, sessions.c.expires_at > now)
    born = connection.execute(select(sessions.c.created_at).where(*living)).scalar_one_or_none()
    if born is None or now >= born + max(LONGEST, seconds):
        return None
    renewed = Renewed(fresh(), min(now + seconds, born + max(LONGEST, seconds)))
    values = {"token_hash": hash_of(renewed.token), "expires_at": renewed.expires_at}
    changed = connection.execute(update(sessions).where(*living).values(**values)).rowcount
    return renewed if changed else None


def open_stream(connection: Connection, login: str, *, subject: str, seconds: float, now: float) -> str:
    """A token that opens the stream of `subject` once, within `seconds`."""
    token = fresh()
    row = {"token_hash": hash_of(token), "kind": SessionKind.STREAM, "login": login, "label": subject}
    connection.execute(insert(sessions).values(created_at=now, expires_at=now + seconds, **row))
    return token


def enter_stream(connection: Connection, token: str, *, subject: str, now: float) -> str:
    """Uses such a token up and answers whose it is; empty for any other text, or another stream's."""
    spent = (
        delete(sessions)
        .where(
            sessions.c.token_hash == hash_of(token),
            sessions.c.kind == SessionKind.STREAM,
            sessions.c.label == subject,
            sessions.c.expires_at > now,
        )
        .returning(sessions.c.login)
    )
    return str(connection.execute(spent).scalar_one_or_none() or "")


def csrf_of(token: str) -> str:
    """The proof that a form or script is our own page's."""
    return hash_of(f"csrf:{token}")


def end(connection: Connection, token: str) -> None:
    """Ends one session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == hash_of(token)))


def end_visits(connection: Connection, github_id: int) -> None:
    """Ends a person's sessions at all preview hosts, at once."""
    connection.execute(delete(sessions).where(sessions.c.github_id == github_id, sessions.c.kind == SessionKind.VISIT))
    generations.bump(connection, "access")


def spend(connection: Connection, state: str, *, seconds: float, now: float) -> bool:
    """Marks a sign-in state as used, for `seconds`; False when it was used before."""
    mark = {
        "token_hash": hash_of(state),
        "kind": SessionKind.SPENT,
        "created_at": now,
        "expires_at": now + seconds,
    }
    made = insert_into(connection, sessions).values(mark).on_conflict_do_nothing().returning(sessions.c.token_hash)
    return connection.execute(made).first() is not None
