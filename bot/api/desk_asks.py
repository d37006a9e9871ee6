"""Hands asks to the desk, and answers with what they came to: the deployment or environment as it is then."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from bot.api.call import NO_STORE, Asked
from bot.api.deployment_listing import Deployments
from bot.api.deployment_shown import answered
from bot.api.idempotency import ask_id, made_before
from bot.api.outcomes import carried_out, in_words, obstacles
from bot.api.reach import Found
from engine.deploy.asks import Action, DeployAsk
from engine.deploy.outcome import Started, Told
from engine.store import repositories

SENT_BEFORE = "This request was sent before; here is what it made."


@dataclass(frozen=True)
class DeskAsks:
    """The way of every ask of the API."""

    deployments: Deployments

    def deployment(self, asked: Asked, repository: Found, ask: DeployAsk, *, status: int) -> Response:
        """Asks, and answers with the deployment: `status` where one was made, 200 where it was there."""
        before = self.sent_before(repository, ask)
        if before:
            return self.answer(repository, Started(before, said=SENT_BEFORE), status)
        outcome = self.hand_in(repository, ask)
        return self.answer(repository, outcome, status if isinstance(outcome, Started) else 200)

    def sent_before(self, repository: Found, ask: DeployAsk) -> str:
        """The id of what this very request made before; empty: nothing. Raises Refused: the key was another's."""
        with self.deployments.reach.deps.database.read() as connection:
            return made_before(connection, repository.ref.id, ask.ask)

    def hand_in(self, repository: Found, ask: DeployAsk) -> Started | Told:
        """Hands it to the desk. Raises Refused."""
        deps = self.deployments.reach.deps
        if repository.news is not None:
            # No delivery has named the repository yet, and what is asked for belongs to it.
            with deps.database.write() as connection:
                repositories.record(connection, repository.ref.installation_id, repository.news, deps.clock())
        return carried_out(deps.desk, ask)

    def answer(self, repository: Found, outcome: Started | Told, status: int) -> Response:
        """The deployment as it is now, with what was said of it; where there is none, the words alone."""
        said = said_of(outcome)
        waits = obstacles(outcome.waits) if isinstance(outcome, Started) else ()
        if not outcome.release_id:
            return JSONResponse({"message": in_words(said)}, status, NO_STORE)
        found = self.deployments.by_id(repository, outcome.release_id)
        headers = NO_STORE | ({"Location": f"/api/deployments/{found.id}"} if status == 201 else {})
        return JSONResponse(answered(found, in_words(said) or found.status_message, waits), status, headers)


def ask_for(asked: Asked, repository: Found, action: Action, environment: str) -> DeployAsk:
    """What the caller wants of an environment, as far as every call has it."""
    return DeployAsk(
        action=action,
        repository=repository.ref,
        default_branch=repository.default_branch,
        login=asked.caller.login,
        door=asked.door,
        ask=ask_id(asked),
        environment=environment,
    )


def said_of(outcome: Started | Told) -> str:
    """What was said, in Markdown."""
    return outcome.said if isinstance(outcome, Started) else outcome.markdown
