"""`POST /api/commands`: every command of comments, in one line."""

from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse, Response

from bot.api.allowance import Allowance
from bot.api.call import NO_STORE, Asked, Call
from bot.api.command_answers import CommandAnswers, helped
from bot.api.command_bodies import AnsweredCommand, NewCommand
from bot.api.deployment_changes import spend_rollback
from bot.api.heard import Heard, hear
from bot.api.idempotency import ask_id, require_new
from bot.api.outcomes import asked_outside
from bot.api.problem import Problem, Refused
from bot.api.reach import Found, Reach
from engine.access.tokens import Scope
from engine.commands.parse import Command
from engine.commands.places import GITHUB
from engine.commands.table import Verb
from engine.domain.event import Person, Repository
from engine.domain.permission import Role
from engine.intake.counter import Answered, Said
from engine.reasons import Reason
from engine.store import asks, repositories


@dataclass(frozen=True)
class CommandsApi:
    """The call."""

    reach: Reach
    answers: CommandAnswers
    #: Rollbacks of one person, whichever call they come through.
    allowance: Allowance

    def calls(self) -> list[Call]:
        """Its table."""
        does = "Carries a command out, written as in a comment; `Idempotency-Key` makes the same request one."
        return [
            Call("POST", "/api/commands", does, self.carry_out, body=NewCommand, answer=AnsweredCommand,
                 also=(400, 403, 404, 409, 422, 429, 503)),
        ]  # fmt: skip

    def carry_out(self, asked: Asked) -> Response:
        """What the command leads to."""
        github = self.reach.deps.settings.github
        heard = hear(asked.body(NewCommand), github.web_url if github is not None else GITHUB)
        _require_scope(asked, heard)
        if not heard.repository:
            return JSONResponse(asdict(helped()), headers=NO_STORE)
        found = self.reach.repository(asked.caller, heard.repository)
        said = self._said(asked, found, heard)
        with self.reach.deps.database.read() as connection:
            require_new(connection, found.ref.id, said.delivery)
            before = asks.by_delivery(connection, said.delivery)
        if before is None and _goes_back(heard):
            spend_rollback(self.allowance, asked.caller.login)
        answer = self.answers.answer(found, self._handled(said))
        return JSONResponse(asdict(answer), headers=NO_STORE)

    def _said(self, asked: Asked, found: Found, heard: Heard) -> Said:
        return Said(
            delivery=ask_id(asked),
            repository=self._told(found),
            installation_id=found.ref.installation_id,
            person=Person(0, asked.caller.login),
            command=heard.command,
            door=asked.door,
            number=heard.number,
            ref=heard.ref,
            environment=heard.environment,
        )

    def _told(self, found: Found) -> Repository:
        if found.news is not None:
            return found.news
        with self.reach.deps.database.read() as connection:
            stored = repositories.by_id(connection, found.ref.id)
        # Nothing deletes the rows of repositories.
        assert stored is not None
        return stored.told

    def _handled(self, said: Said) -> Answered:
        with asked_outside():
            return self.reach.deps.counter.handle(said)


def _goes_back(heard: Heard) -> bool:
    command = heard.command
    return isinstance(command, Command) and command.entry.verb is Verb.ROLLBACK and "--plan" not in command.flags


def _require_scope(asked: Asked, heard: Heard) -> None:
    """What changes something needs a token that may."""
    changes = isinstance(heard.command, Command) and heard.command.entry.role >= Role.WRITE
    if changes and Scope.WRITE not in asked.caller.scopes:
        fix = f"Use a token with the scope {Scope.WRITE}."
        raise Refused(Problem(403, Reason.NOT_PERMITTED, f"This token may not {Scope.WRITE}.", fix))
