"""Who somebody in a workspace is at GitHub, and the links by which they say so."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from engine.access.hashes import fresh, hash_of
from engine.domain.event import Person
from engine.store.slack_schema import slack_links, slack_people
from engine.store.upsert import insert_into

#: Seconds in which a link must be followed.
LIFETIME = 600.0


@dataclass(frozen=True)
class OfferedLink:
    """A link that is good for one linking."""

    workspace_id: int
    user_id: str
    #: As Slack shows them; foreign text.
    user_name: str


def person_of(connection: Connection, workspace_id: int, user_id: str) -> Person | None:
    """Who the Slack user is at GitHub; None: nobody has said so."""
    row = connection.execute(
        select(slack_people.c.github_id, slack_people.c.login).where(
            slack_people.c.workspace_id == workspace_id, slack_people.c.user_id == user_id
        )
    ).one_or_none()
    return None if row is None else Person(row.github_id, row.login)


def users_of(connection: Connection, workspace_id: int, login: str) -> list[str]:
    """The Slack users of a workspace who are that person at GitHub."""
    mine = slack_people.c.workspace_id == workspace_id, func.lower(slack_people.c.login) == login.lower()
    return list(connection.execute(select(slack_people.c.user_id).where(*mine)).scalars())


def offer(connection: Connection, workspace_id: int, user_id: str, user_name: str, now: float) -> str:
    """A fresh token for a link that this Slack user alone is shown; nothing keeps the token itself."""
    token = fresh()
    row = {"token_hash": hash_of(token), "workspace_id": workspace_id, "user_id": user_id, "user_name": user_name}
    made = insert_into(connection, slack_links).values(**row, created_at=now, expires_at=now + LIFETIME)
    connection.execute(made)
    return token


def offered(connection: Connection, token: str, now: float) -> OfferedLink | None:
    """What the token was offered for; None once it was used or is too old."""
    row = connection.execute(
        select(slack_links).where(
            slack_links.c.token_hash == hash_of(token), slack_links.c.used_at.is_(None), slack_links.c.expires_at > now
        )
    ).one_or_none()
    return None if row is None else OfferedLink(row.workspace_id, row.user_id, row.user_name)


def link(connection: Connection, token: str, person: Person, now: float) -> OfferedLink | None:
    """Uses the token up: its Slack user is this person from now on. None when it is no good any more."""
    found = offered(connection, token, now)
    mine = slack_links.c.token_hash == hash_of(token), slack_links.c.used_at.is_(None)
    if found is None or connection.execute(update(slack_links).where(*mine).values(used_at=now)).rowcount != 1:
        return None
    says = {"github_id": person.id, "login": person.login, "linked_at": now}
    made = insert_into(connection, slack_people).values(workspace_id=found.workspace_id, user_id=found.user_id, **says)
    connection.execute(made.on_conflict_do_update(index_elements=["workspace_id", "user_id"], set_=says))
    return found


def unlink(connection: Connection, workspace_id: int, user_id: str) -> bool:
    """Forgets who the Slack user is; False when nobody knew."""
    mine = slack_people.c.workspace_id == workspace_id, slack_people.c.user_id == user_id
    return connection.execute(delete(slack_people).where(*mine)).rowcount == 1


def prune_links(connection: Connection, now: float) -> int:
    """Deletes links that are too old; how many."""
    return connection.execute(delete(slack_links).where(slack_links.c.expires_at <= now)).rowcount
