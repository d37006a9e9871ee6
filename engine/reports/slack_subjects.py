"""The subjects that are mirrored in Slack, and how their keys are written."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.store import outbox

#: Reporters.
MESSAGE = "slack_message"
REPLY = "slack_reply"
HOME = "slack_home"

#: Parts of what is said about a release, preview or inspection: its one message in the channel, and what stands in
#: its thread.
ROOT, DETAILS, FAILURE, APPROVAL = "root", "details", "failure", "approval"


@dataclass(frozen=True)
class Place:
    """One message of ours: where it stands and what it is about."""

    repository_id: int
    workspace_id: int
    channel: str
    #: `dep_…`, `pv_…` or `ins_…`.
    about: str
    #: ROOT, or what it is within the root's thread; FAILURE and APPROVAL carry what they tell of behind a dot.
    part: str = ROOT

    @property
    def key(self) -> str:
        """The subject's key in the outbox."""
        return f"slack:{self.repository_id}:{self.workspace_id}:{self.channel}:{self.about}:{self.part}"


def place_of(key: str) -> Place:
    """The place that such a key is of."""
    _, repository_id, workspace_id, channel, about, part = key.split(":", 5)
    return Place(int(repository_id), int(workspace_id), channel, about, part)


def mark_messages(connection: Connection, places: Iterable[Place]) -> None:
    """The messages should show the state of now."""
    marks = [outbox.Mark(each.key, MESSAGE, -each.workspace_id, each.repository_id) for each in places]
    outbox.mark_all(connection, marks)


def mark_reply(connection: Connection, *, workspace_id: int, delivery: str) -> None:
    """Whoever asked should be answered, as `slack_asks` has it."""
    outbox.mark(connection, f"slack_reply:{delivery}", REPLY, installation_id=-workspace_id, repository_id=0)


def mark_home(connection: Connection, *, workspace_id: int, user_id: str) -> None:
    """Somebody's App Home should show the state of now."""
    key = f"slack_home:{workspace_id}:{user_id}"
    outbox.mark(connection, key, HOME, installation_id=-workspace_id, repository_id=0)
