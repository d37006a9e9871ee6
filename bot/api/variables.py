"""`/api/environments/{id}/variables`: set and unset; secrets are never read back."""

from dataclasses import asdict, dataclass, replace

from starlette.responses import JSONResponse, Response

from bot.api.call import NO_STORE, Asked, Call
from bot.api.deployment_bodies import VARIABLES_LIMIT, NewVariables, Value
from bot.api.desk_asks import DeskAsks, said_of
from bot.api.environment_listing import Environments, FoundEnvironment
from bot.api.environments import ALSO, ask_of
from bot.api.outcomes import in_words
from bot.api.problem import NOT_FOUND, Refused
from engine.access.tokens import Scope
from engine.deploy.asks import Action, NewVariable
from engine.domain.permission import Role
from engine.reports.words import iso
from engine.store import environments
from engine.variables.variables import Shown

ALL = "/api/environments/{id}/variables"
ONE = f"{ALL}/{{key}}"


@dataclass(frozen=True)
class ShownVariable:
    """A variable; `value` is null of a secret, always."""

    key: str
    value: str | None
    is_secret: bool
    guard: bool
    set_by: str
    set_at: str
    version: int


@dataclass(frozen=True)
class ShownVariables:
    """The variables of an environment at their newest version, which the next deployment runs with."""

    version: int
    variables: list[ShownVariable]


@dataclass(frozen=True)
class AnsweredVariables(ShownVariables):
    """The same, and how the ask about them went."""

    message: str


@dataclass(frozen=True)
class VariablesApi:
    """The calls. Reading needs write permission too: whoever may read a public repository is everybody."""

    environments: Environments
    asks: DeskAsks

    def calls(self) -> list[Call]:
        """Their table."""
        return [
            Call("GET", ALL, "The variables of an environment; secrets without their value.", self.index,
                 answer=ShownVariables, also=(403, 404, 503)),
            Call("PUT", ALL, "Sets several variables in one version; the others stay.", self.set_all, Scope.WRITE,
                 body=NewVariables, answer=AnsweredVariables, also=ALSO, body_limit=VARIABLES_LIMIT),
            Call("GET", ONE, "One variable.", self.show, answer=ShownVariable, also=(403, 404, 503)),
            Call("PUT", ONE, "Sets one variable.", self.set_one, Scope.WRITE, body=Value, answer=AnsweredVariables,
                 also=ALSO, body_limit=VARIABLES_LIMIT),
            Call("DELETE", ONE, "Takes one variable away.", self.unset, Scope.WRITE, answer=AnsweredVariables,
                 also=ALSO),
        ]  # fmt: skip

    def index(self, asked: Asked) -> Response:
        """All of them."""
        found = self.environments.find(asked.caller, asked.name("id"), Role.WRITE)
        return JSONResponse(asdict(self._read(found)), headers=NO_STORE)

    def show(self, asked: Asked) -> Response:
        """One of them."""
        found = self.environments.find(asked.caller, asked.name("id"), Role.WRITE)
        for each in self._read(found).variables:
            if each.key == asked.name("key"):
                return JSONResponse(asdict(each), headers=NO_STORE)
        raise Refused(NOT_FOUND)

    def set_all(self, asked: Asked) -> Response:
        """Sets several."""
        found = self.environments.find(asked.caller, asked.name("id"))
        return self._set(asked, found, asked.body(NewVariables).named)

    def set_one(self, asked: Asked) -> Response:
        """Sets one."""
        found = self.environments.find(asked.caller, asked.name("id"))
        return self._set(asked, found, (asked.body(Value).named(asked.name("key")),))

    def unset(self, asked: Asked) -> Response:
        """Takes one away."""
        found = self.environments.find(asked.caller, asked.name("id"))
        ask = replace(ask_of(asked, found, Action.ENV_UNSET), words=(asked.name("key"),))
        return self._answer(found, said_of(self.asks.hand_in(found.repository, ask)))

    def _set(self, asked: Asked, found: FoundEnvironment, news: tuple[NewVariable, ...]) -> Response:
        ask = replace(ask_of(asked, found, Action.ENV_SET), variables=news)
        return self._answer(found, said_of(self.asks.hand_in(found.repository, ask)))

    def _answer(self, found: FoundEnvironment, said: str) -> Response:
        answer = AnsweredVariables(**vars(self._read(found)), message=in_words(said))
        return JSONResponse(asdict(answer), headers=NO_STORE)

    def _read(self, found: FoundEnvironment) -> ShownVariables:
        deps = self.environments.reach.deps
        with deps.database.read() as connection:
            now = environments.by_id(connection, found.environment.id) or found.environment
            listed = deps.variables.listing(connection, now.id)
        return ShownVariables(now.variables_version, [_shown(each) for each in listed])


def _shown(each: Shown) -> ShownVariable:
    value = None if each.is_secret or each.problem else each.value
    return ShownVariable(each.key, value, each.is_secret, each.guard, each.set_by, iso(each.set_at), each.version)
