"""What is chosen in a form so far: in its fields, or by what it was opened with."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.commands.chat import ChatVerb
from engine.commands.spoken import Spoken, read_spoken
from engine.domain.environment import NAME
from engine.slack.events import Pressed, Typed
from engine.slack.submissions import ENVIRONMENT, KEY, PROJECT, REF, Values, block_of, is_id, said
from engine.store import repositories, slack_channels
from engine.store.slack_workspaces import Workspace


@dataclass(frozen=True)
class Choice:
    """As it was written or chosen; empty and 0: nothing."""

    repository_id: int = 0
    environment: str = ""
    ref: str = ""
    key: str = ""
    #: True when somebody named the project, or chose it; else it is only where they are.
    named: bool = False


def choice_of(connection: Connection, workspace: Workspace, event: Typed | Pressed, web_url: str) -> Choice:
    """What the event says; without a repository, the only one that the channel has subscribed to."""
    if isinstance(event, Pressed) and event.values:
        return _filled_in(event.values)
    spoken = read_spoken(event.text, web_url) if isinstance(event, Typed) else None
    if not isinstance(spoken, Spoken):
        return Choice(_only_one(connection, workspace, event.where.channel))
    if not spoken.repository:
        repository_id = _only_one(connection, workspace, event.where.channel)
    else:
        named = repositories.by_full_name(connection, spoken.repository)
        repository_id = named.id if named is not None else 0
    return _worded(Choice(repository_id, named=bool(spoken.repository)), spoken)


def _filled_in(values: Values) -> Choice:
    """What the fields say; those of another project than the chosen one say nothing."""
    project = said(values, PROJECT)
    chosen = Choice(int(project) if is_id(project) else 0, key=said(values, KEY), named=bool(project))
    if block_of(ENVIRONMENT, project) not in values:
        return chosen
    return replace(chosen, environment=said(values, ENVIRONMENT), ref=said(values, REF).strip())


def _worded(choice: Choice, spoken: Spoken) -> Choice:
    if spoken.command.entry.verb is not ChatVerb.ENV_SET:
        return replace(choice, environment=spoken.environment, ref=spoken.ref)
    words = spoken.command.given
    environment = words[0] if words and NAME.fullmatch(words[0]) else ""
    return replace(choice, environment=environment, key=" ".join(words[bool(environment) :]))


def _only_one(connection: Connection, workspace: Workspace, channel: str) -> int:
    heard = {each.repository_id for each in slack_channels.of_channel(connection, workspace.id, channel)}
    return heard.pop() if len(heard) == 1 else 0
