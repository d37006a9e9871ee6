"""Who asks: somebody at GitHub, or nobody that we know. Nothing is done for those but to offer them the link."""

from sqlalchemy import Connection

from engine.deploy.words import who
from engine.domain.event import Person
from engine.reasons import Reason
from engine.reports.slack_subjects import mark_home
from engine.slack.asked import LINK, Asked, Reply, done, record, refused
from engine.store import asks, slack_people

UNKNOWN = "Slipway doesn't know who you are at GitHub."
FOREIGN = "You are of another workspace than the one that this was asked in, and are nobody here."
AT_HOME = "Ask in your own workspace, where Slipway must be installed too."


def person_of(connection: Connection, asked: Asked) -> Person | None:
    """Who asks, at GitHub; None while nobody has said so. A foreign workspace's user may have the id of one of ours."""
    if asked.where.home:
        return None
    return slack_people.person_of(connection, asked.workspace.id, asked.where.user_id)


def not_linked(connection: Connection, asked: Asked, did: str, now: float) -> Reply:
    """Whoever isn't linked is told how to be, and nothing else."""
    if asked.where.home:
        return record(connection, asked, refused(Reason.NOT_LINKED, FOREIGN, remedy=AT_HOME), did, "", now)
    return record(connection, asked, refused(Reason.NOT_LINKED, UNKNOWN, offer=LINK), did, "", now)


def link(connection: Connection, asked: Asked, now: float) -> Reply:
    """Offers the link; following it is what links."""
    if asked.where.home:
        return not_linked(connection, asked, "link", now)
    person = person_of(connection, asked)
    if person is None:
        said = "Link your GitHub account with the button: it leads to GitHub's sign-in, works once, and for 10 minutes."
    else:
        said = f"You are {who(person.login)} at GitHub here. The button links another account in its place."
    return Reply(asks.DONE, said, offer=LINK, login=person.login if person is not None else "")


def unlink(connection: Connection, asked: Asked, now: float) -> Reply:
    """Forgets who they are at GitHub."""
    if asked.where.home:
        return not_linked(connection, asked, "unlink", now)
    person = person_of(connection, asked)
    if person is None:
        return done("No GitHub account is linked here.")
    slack_people.unlink(connection, asked.workspace.id, asked.where.user_id)
    mark_home(connection, workspace_id=asked.workspace.id, user_id=asked.where.user_id)
    said = f"You are {who(person.login)} here no more. `/slipway link` links you again."
    return record(connection, asked, done(said, person), "unlink", asked.who, now)
