"""What somebody asks of a pull request, whichever door it came through."""

from dataclasses import dataclass

from engine.commands.buttons import command_at
from engine.commands.parse import Command
from engine.commands.table import Verb
from engine.domain.event import ButtonPressed, Commented
from engine.planner.known import Known
from engine.reasons import Reason


@dataclass(frozen=True)
class Asked:
    """A command, from a comment or a button."""

    verb: Verb
    #: The commit that it means; empty when we knew none.
    sha: str
    #: The words behind the command.
    given: tuple[str, ...] = ()
    #: False when the event itself says that the pull request is closed.
    open: bool = True
    #: False: no pull request was named.
    placed: bool = True
    #: A button is its commit's: it does nothing once there is a newer one.
    button: bool = False

    @property
    def moved(self) -> Reason:
        """Why it is refused when there is a newer commit."""
        return Reason.STALE_BUTTON if self.button else Reason.HEAD_MOVED


def asked_in_comment(event: Commented, command: Command, known: Known) -> Asked:
    """The command of a comment, bound to the head that we had received by then (C3)."""
    where = {"open": event.pull_request_open, "placed": bool(event.number)}
    return Asked(command.entry.verb, known.bound_sha, command.given, **where)


def asked_by_button(event: ButtonPressed) -> Asked:
    """The command behind a button, bound to the commit that it belongs to. Raises KeyError for what is no button."""
    command = command_at(event.button)
    return Asked(command.entry.verb, event.sha, command.given, placed=event.numbers != (0,), button=True)
