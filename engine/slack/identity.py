"""Who asks: somebody at GitHub, or nobody that we know. Nothing is done for those but to offer them the link."""

from sqlalchemy import Connection

from engine.deploy.words import who
from engine.domain.event import Person
from engine.reasons import Reason
from engine.reports.slack_subjects import mark_home
from engine.slack.asked import LINK, Asked, Reply, done, record, refused
from engine.store import asks, slack_people

UNKNOWN = "Slipway doesn't know who you are at GitHub."


def person_of(connection: Connection, asked: Asked) -> Person | None:
    """Who asks, at GitHub; None while nobody has said so."""
    return slack_people.person_of(connection, asked.workspace.id, asked.where.user_id)


def not_linked(connection: Connection, asked: Asked, did: str, now: float) -> Reply:
    """Whoever isn't linked is told how to be, and nothing else."""
    return record(connection, asked, refused(Reason.NOT_LINKED, UNKNOWN, offer=LINK), did, "", now)


def link(connection: Connection, asked: Asked) -> Reply:
    """Offers the link; following it is what links."""
    person = person_of(connection, asked)
    if person is None:
        said = "Link your GitHub account with the button: it leads to GitHub's sign-in, works once, and for 10 minutes."
    else:
        said = f"You are {who(person.login)} at GitHub here. The button links another account in its place."
    return Reply(asks.DONE, said, offer=LINK, login=person.login if person is not None else "")


def unlink(connection: Connection, asked: Asked, now: float) -> Reply:
    """Forgets who they are at GitHub."""
    person = person_of(connection, asked)
    if person is None:
        return done("No GitHub account is linked here.")
    slack_people.unlink(connection, asked.workspace.id, asked.where.user_id)
    mark_home(connection, workspace_id=asked.workspace.id, user_id=asked.where.user_id)
    said = f"You are {who(person.login)} here no more. `/slipway link` links you again."
    return record(connection, asked, done(said, person), "unlink", asked.who, now)
