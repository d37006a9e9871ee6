"""What people ask, noted as an ask before anything slow begins."""

from sqlalchemy import Connection

from engine.commands.buttons import command_at
from engine.commands.parse import Command, Help, Mistake, NotACommand, Parsed
from engine.domain.event import ButtonPressed, Commented
from engine.intake.facts import number_of
from engine.planner.plan import command_of
from engine.reports.subjects import mark_reaction
from engine.store import asks, repositories
from engine.store.asks import NO_COMMENT, Ask


def note_ask(connection: Connection, event: Commented | ButtonPressed, sha: str, received_at: float) -> None:
    """Notes the ask, bound to `sha`, and its 👀 as due, with the repository that a delivery told of."""
    repositories.record(connection, event.installation_id, event.repository, received_at)
    receive_ask(connection, event, sha, received_at)


def receive_ask(
    connection: Connection,
    event: Commented | ButtonPressed,
    sha: str,
    received_at: float,
    *,
    command: Command | Help | Mistake | None = None,
) -> None:
    """The same, of a repository that is known; noted again, the first note stays.

    `command`: what was understood, of a door that doesn't hand comments over.
    """
    comment_id = event.comment_id if isinstance(event, Commented) else NO_COMMENT
    ask = Ask(
        delivery=event.delivery,
        installation_id=event.installation_id,
        repository_id=event.repository.id,
        number=number_of(event),
        comment_id=comment_id,
        login=event.sender.login,
        command=_as_understood(event) if command is None else written(command),
        sha=sha,
        created_at=received_at,
        door=event.door,
    )
    asks.receive(connection, ask)
    mark_reaction(
        connection,
        installation_id=event.installation_id,
        repository_id=event.repository.id,
        comment_id=comment_id,
    )


def _as_understood(event: Commented | ButtonPressed) -> str:
    if isinstance(event, ButtonPressed):
        return written(command_at(event.button))
    return written(command_of(event))


def written(parsed: Parsed) -> str:
    """A command as it was understood, such as `/logs build`."""
    match parsed:
        case Command(entry, given, flags, text):
            return f"/{' '.join([*entry.words, *given, *sorted(flags), *([text] if text else [])])}"
        case Help():
            return "/help"
        case Mistake(written=typed):
            return typed
        case NotACommand():
            return ""
