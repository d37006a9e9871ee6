"""`/api/environments`: what serves and what stands before it; locks, promotion, restart."""

from dataclasses import asdict, dataclass, replace
from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse, Response

from bot.api.call import NO_STORE, Asked, Call
from bot.api.deployment_bodies import EnvironmentName, Why
from bot.api.deployment_shown import AnsweredDeployment
from bot.api.desk_asks import DeskAsks, ask_for, said_of
from bot.api.environment_listing import Environments, FoundEnvironment
from bot.api.environment_shown import AnsweredEnvironment, ShownEnvironment
from bot.api.outcomes import in_words
from bot.api.previews import RepositoryName
from bot.api.reading import Sent
from engine.access.tokens import Scope
from engine.deploy.asks import Action, DeployAsk

ALSO = (400, 403, 404, 409, 422, 503)


class EnvironmentsQuery(Sent):
    """Whose environments."""

    repository: RepositoryName


class NamedEnvironment(Sent):
    """An environment that slipway.yml may name without anybody having used it."""

    repository: RepositoryName
    environment: EnvironmentName


class Locking(Sent):
    """How a lock is taken or given up."""

    reason: Annotated[Why, Field(description="Why, for whoever finds it locked; a takeover needs one.")] = ""
    force: Annotated[bool, Field(description="True: takes over what another person holds, on the record.")] = False


@dataclass(frozen=True)
class EnvironmentsApi:
    """The calls."""

    environments: Environments
    asks: DeskAsks

    def calls(self) -> list[Call]:
        """Their table."""
        one = "/api/environments/{id}"
        return [
            Call("GET", "/api/environments", "The environments of a repository.", self.index, query=EnvironmentsQuery,
                 answer=list[ShownEnvironment], also=(400, 404, 503)),
            Call("POST", "/api/environments", "The environment of that name, read from slipway.yml if need be.",
                 self.read, Scope.WRITE, body=NamedEnvironment, answer=ShownEnvironment, also=ALSO),
            Call("GET", one, "One environment: what serves, what comes, lock and hold.", self.show,
                 answer=ShownEnvironment, also=(404, 503)),
            Call("POST", f"{one}/lock", "Takes its lock, or a place in line for it.", self.lock, Scope.WRITE,
                 body=Locking, answer=AnsweredEnvironment, also=ALSO),
            Call("POST", f"{one}/unlock", "Gives its lock up, and lets automatic deploys go on.", self.unlock,
                 Scope.WRITE, body=Locking, answer=AnsweredEnvironment, also=ALSO),
            Call("POST", f"{one}/promote", "Deploys to it what the environment before it serves.", self.promote,
                 Scope.WRITE, answer=AnsweredDeployment, status=201, also=(200, *ALSO)),
            Call("POST", f"{one}/restart", "Starts its application again.", self.restart, Scope.WRITE,
                 answer=AnsweredEnvironment, also=ALSO),
        ]  # fmt: skip

    def index(self, asked: Asked) -> Response:
        """All of a repository's."""
        wanted = asked.query(EnvironmentsQuery)
        found = self.environments.reach.repository(asked.caller, wanted.repository)
        return JSONResponse([asdict(each) for each in self.environments.of_repository(found)], headers=NO_STORE)

    def read(self, asked: Asked) -> Response:
        """One by its name, made if the default branch names it."""
        named = asked.body(NamedEnvironment)
        repository = self.environments.reach.repository(asked.caller, named.repository)
        ask = ask_for(asked, repository, Action.ENV_LIST, named.environment)
        self.asks.hand_in(repository, ask)
        found = self.environments.named(repository, named.environment)
        return JSONResponse(asdict(self.environments.shown(found)), headers=NO_STORE)

    def show(self, asked: Asked) -> Response:
        """One."""
        found = self.environments.find(asked.caller, asked.name("id"))
        return JSONResponse(asdict(self.environments.shown(found)), headers=NO_STORE)

    def lock(self, asked: Asked) -> Response:
        """Takes its lock."""
        return self._lock(asked, Action.LOCK)

    def unlock(self, asked: Asked) -> Response:
        """Gives its lock up."""
        return self._lock(asked, Action.UNLOCK)

    def promote(self, asked: Asked) -> Response:
        """Deploys to it what serves before it."""
        found = self.environments.find(asked.caller, asked.name("id"))
        return self.asks.deployment(asked, found.repository, ask_of(asked, found, Action.PROMOTE), status=201)

    def restart(self, asked: Asked) -> Response:
        """Starts its application again."""
        found = self.environments.find(asked.caller, asked.name("id"))
        return self._told(found, ask_of(asked, found, Action.RESTART))

    def _lock(self, asked: Asked, action: Action) -> Response:
        found = self.environments.find(asked.caller, asked.name("id"))
        given = asked.body(Locking)
        return self._told(found, replace(ask_of(asked, found, action), reason=given.reason, force=given.force))

    def _told(self, found: FoundEnvironment, ask: DeployAsk) -> Response:
        outcome = self.asks.hand_in(found.repository, ask)
        now = self.environments.shown(found)
        answer = AnsweredEnvironment(**vars(now), message=in_words(said_of(outcome)))
        return JSONResponse(asdict(answer), headers=NO_STORE)


def ask_of(asked: Asked, found: FoundEnvironment, action: Action) -> DeployAsk:
    """An ask about an environment."""
    return ask_for(asked, found.repository, action, found.environment.name)
