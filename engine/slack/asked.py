"""One ask in Slack, from its note to its answer. Whatever comes of it is written with the end of the intake job."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.domain.event import Person
from engine.reasons import REMEDY, Reason
from engine.reports.escape import one_line
from engine.reports.slack_marks import mark_about
from engine.reports.slack_subjects import mark_home, mark_reply
from engine.slack import submissions
from engine.slack.at_web import without_values
from engine.slack.events import Pressed, Submitted, Typed, Where
from engine.store import asks, audit, repositories, slack_asks, slack_workspaces
from engine.store.audit import Entry
from engine.store.repositories import StoredRepository
from engine.store.slack_asks import SlackAsk
from engine.store.slack_workspaces import Workspace

Asking = Typed | Pressed | Submitted

DOOR = "slack"
#: What is offered beside an answer: the link to GitHub.
LINK = "link"
#: Seconds after which an App Home that was opened is no longer kept up to date.
LOOKED_AT = 3600.0
#: Characters of what was typed that are kept.
LONGEST_WRITTEN = 200


@dataclass(frozen=True)
class Asked:
    """What somebody asks, and where."""

    event: Asking
    workspace: Workspace
    #: As it is noted before anything slow begins.
    ask: SlackAsk

    @property
    def where(self) -> Where:
        """Who asks, and where in Slack."""
        return self.event.where

    @property
    def who(self) -> str:
        """Whoever asks, for the audit, while nobody knows them at GitHub."""
        return f"slack:{self.where.home or self.workspace.team_id}:{self.where.user_id}"


@dataclass(frozen=True)
class Reply:
    """How an ask went. Fields are those of SlackAsk."""

    state: str
    #: Markdown of ours; foreign text in it is escaped.
    answer: str
    reason: str = ""
    offer: str = ""
    login: str = ""
    repository_id: int = 0
    about: str = ""
    #: The release or preview whose messages should be shown anew all the same; not stored.
    shown: str = ""


#: Decides on fresh rows, and writes what it decides; called in the transaction that ends the job.
Finish = Callable[[Connection], Reply]


def asked_by(connection: Connection, event: Asking, received_at: float) -> Asked | None:
    """The ask; None when Slipway isn't installed in its workspace."""
    workspace = here(connection, event.where.team_id)
    if workspace is None:
        return None
    place = submissions.noted(event.metadata) if isinstance(event, Submitted) else event.where
    ask = SlackAsk(
        delivery=event.delivery,
        workspace_id=workspace.id,
        user_id=event.where.user_id,
        channel=place.channel,
        thread=place.thread,
        response_url="" if isinstance(event, Submitted) else event.response_url,
        written=_written(event),
        created_at=received_at,
    )
    return Asked(event, workspace, ask)


def here(connection: Connection, team_id: str) -> Workspace | None:
    """The workspace of that id while Slipway is installed in it."""
    found = slack_workspaces.by_team(connection, team_id)
    return found if found is not None and found.here else None


def _written(event: Asking) -> str:
    match event:
        case Typed(text=text):
            return one_line(without_values(text), LONGEST_WRITTEN)
        case Pressed(action=action):
            return one_line(action, LONGEST_WRITTEN)
        case Submitted():
            # Without the name that the id stands for: nobody knows yet whether they may read it.
            return one_line(submissions.written(event, ""), LONGEST_WRITTEN)


def settle(connection: Connection, asked: Asked, reply: Reply, now: float) -> str:
    """Writes how it went, and marks everything in Slack that shows it; a note for the operator."""
    stored = {name: value for name, value in vars(reply).items() if name != "shown"}
    slack_asks.settle(connection, replace(asked.ask, **stored))
    mark_reply(connection, workspace_id=asked.workspace.id, delivery=asked.ask.delivery)
    for about in sorted({reply.about, reply.shown} - {""}):
        mark_about(connection, reply.repository_id, about)
    user = asked.workspace.id, asked.where.user_id
    if user in slack_asks.homes_since(connection, now - LOOKED_AT):
        mark_home(connection, workspace_id=user[0], user_id=user[1])
    return f"refused: {reply.reason}" if reply.reason else f"{reply.state} {reply.about}".rstrip()


def done(said: str, person: Person | None = None, repository: StoredRepository | None = None) -> Reply:
    """It was done, or told."""
    login = person.login if person is not None else ""
    return Reply(asks.DONE, said, login=login, repository_id=repository.id if repository is not None else 0)


def refused(reason: Reason, said: str = "", *, remedy: str = "", offer: str = "") -> Reply:
    """No, why, and what changes it."""
    sentence = " ".join(filter(None, [said, remedy or REMEDY[reason]]))
    return Reply(asks.REFUSED, f"{sentence}\n\n`{reason}`", reason=reason, offer=offer)


def record(connection: Connection, asked: Asked, reply: Reply, did: str, subject: str, now: float) -> Reply:
    """Writes a line of the audit about what neither the planner nor the desk decided; answers with the reply."""
    repository = repositories.by_id(connection, reply.repository_id)
    entry = Entry(
        at=now,
        installation_id=repository.installation_id if repository is not None else asked.workspace.lane,
        who=reply.login or asked.who,
        door=DOOR,
        did=did,
        subject=subject or f"slack:{asked.workspace.team_id}:{asked.ask.channel}",
        sha="",
        outcome=f"refused:{reply.reason}" if reply.reason else "done",
    )
    audit.record(connection, entry)
    return reply
