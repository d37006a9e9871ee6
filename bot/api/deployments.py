"""`/api/deployments`: asking for deployments, looking at them, and their logs."""

from dataclasses import asdict, dataclass, replace

from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.api.call import NO_STORE, Asked, Call
from bot.api.deployment_bodies import VARIABLES_LIMIT, DeploymentsQuery, LogQuery, NewDeployment
from bot.api.deployment_listing import Deployments
from bot.api.deployment_shown import AnsweredDeployment, DeploymentPage, LogPage, ShownDeployment
from bot.api.desk_asks import DeskAsks, ask_for
from bot.api.problem import bad_arguments
from engine.access.tokens import Scope
from engine.deploy.asks import Action
from engine.domain.release import DeployState, deploy_state
from engine.store import logs

ONE = "/api/deployments/{id}"


@dataclass(frozen=True)
class DeploymentsApi:
    """The calls."""

    deployments: Deployments
    asks: DeskAsks

    def calls(self) -> list[Call]:
        """Their table."""
        return [
            Call("POST", "/api/deployments", "Asks for a deployment; `Idempotency-Key` makes the same request one.",
                 self.create, Scope.WRITE, body=NewDeployment, answer=AnsweredDeployment, status=201,
                 also=(200, 400, 403, 404, 409, 422, 503), body_limit=VARIABLES_LIMIT),
            Call("GET", "/api/deployments", "The deployments of a repository, newest first, in pages.", self.index,
                 query=DeploymentsQuery, answer=DeploymentPage, also=(400, 404, 503)),
            Call("GET", ONE, "One deployment, with its timeline and approvals.", self.show, answer=ShownDeployment,
                 also=(404, 503)),
            Call("GET", f"{ONE}/logs", "Lines of its log, from line `from` on.", self.log, query=LogQuery,
                 answer=LogPage, also=(400, 404, 503)),
        ]  # fmt: skip

    def create(self, asked: Asked) -> Response:
        """A new deployment."""
        new = asked.body(NewDeployment)
        found = self.deployments.reach.repository(asked.caller, new.repository)
        ask = replace(
            ask_for(asked, found, Action.DEPLOY, new.environment),
            ref=new.ref,
            variables=new.variables,
            overrides=new.overrides,
        )
        return self.asks.deployment(asked, found, ask, status=201)

    def index(self, asked: Asked) -> Response:
        """The deployments of a repository."""
        wanted = asked.query(DeploymentsQuery)
        state = _state(wanted.state)
        found = self.deployments.reach.repository(asked.caller, wanted.repository)
        page = self.deployments.page(found, wanted, state)
        return JSONResponse(asdict(page), headers=NO_STORE)

    def show(self, asked: Asked) -> Response:
        """One deployment."""
        found = self.deployments.find(asked.caller, asked.name("id"))
        return JSONResponse(asdict(self.deployments.shown(found)), headers=NO_STORE)

    def log(self, asked: Asked) -> Response:
        """Lines of its log."""
        found = self.deployments.find(asked.caller, asked.name("id"))
        wanted = asked.query(LogQuery)
        first = int(wanted.start)
        with self.deployments.reach.deps.database.read() as connection:
            lines = logs.read(connection, found.release.id, first, min(int(wanted.limit), logs.READ_LIMIT))
            whole = first + len(lines) >= logs.count(connection, found.release.id)
        if wanted.format == "text":
            return PlainTextResponse("".join(f"{line}\n" for line in lines), headers=NO_STORE)
        page = LogPage(lines, first, first + len(lines), over=whole and found.release.state.terminal)
        return JSONResponse(asdict(page), headers=NO_STORE)


def _state(text: str | None) -> DeployState | None:
    """The state that a list is narrowed to. Raises Refused for an unknown one."""
    if text is None:
        return None
    try:
        return deploy_state(text)
    except ValueError as error:
        known = ", ".join(DeployState)
        raise bad_arguments(f"`state` is unknown; known are {known}.") from error
