"""What a command that came through the API says, and which repository and pull request it is about."""

from dataclasses import dataclass

from bot.api.command_answers import refusal_of
from bot.api.command_bodies import NewCommand
from bot.api.outcomes import problem_of
from bot.api.problem import Refused, bad_arguments
from engine.commands.parse import Command, Help, Mistake, shown
from engine.commands.spoken import ChatCommand, read_spoken
from engine.commands.table import PREFIX
from engine.planner.comment import mistake
from engine.reasons import Reason

NAME_IT = "Name it in the command, such as status acme/shop, or in `repository`."


@dataclass(frozen=True)
class Heard:
    """A command, and what it is about."""

    command: Command | Help | Mistake
    #: Empty: help was asked for, and no repository was named.
    repository: str
    #: 0: no pull request.
    number: int = 0
    ref: str = ""
    environment: str = ""


def hear(sent: NewCommand, web_url: str) -> Heard:
    """The command with its repository, from its own words or from beside them. Raises Refused."""
    spoken = read_spoken(sent.command, web_url)
    if isinstance(spoken, Help | Mistake):
        return Heard(spoken, _repository(sent, "", spoken), sent.pull_request or 0)
    if isinstance(spoken.command, ChatCommand):
        # Only a chat has channels, and values have a call of their own.
        unknown = Mistake(Reason.UNKNOWN_COMMAND, shown(f"/{PREFIX} {sent.command}"), "")
        return Heard(unknown, _repository(sent, spoken.repository, unknown))
    if spoken.number and sent.pull_request not in (None, spoken.number):
        raise bad_arguments("`pull_request` and `command` name two pull requests.", status=422)
    return Heard(
        spoken.command,
        _repository(sent, spoken.repository, spoken.command),
        spoken.number or sent.pull_request or 0,
        spoken.ref,
        spoken.environment,
    )


def _repository(sent: NewCommand, named: str, command: Command | Help | Mistake) -> str:
    if named and sent.repository and named.lower() != sent.repository.lower():
        raise bad_arguments("`repository` and `command` name two repositories.", status=422)
    found = named or sent.repository
    if not found and isinstance(command, Mistake):
        raise Refused(refusal_of(mistake(command)))
    if not found and not isinstance(command, Help):
        raise Refused(problem_of(Reason.WHICH_REPOSITORY, "No repository was named.", NAME_IT))
    return found
