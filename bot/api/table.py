"""The table of the API's calls, and the routes made of it."""

from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.api.allowance import Allowance
from bot.api.call import Call
from bot.api.command_answers import CommandAnswers
from bot.api.commands import CommandsApi
from bot.api.deployment_changes import ROLLBACKS, DeploymentChangesApi
from bot.api.deployment_listing import Deployments
from bot.api.deployments import DeploymentsApi
from bot.api.desk_asks import DeskAsks
from bot.api.environment_listing import Environments
from bot.api.environments import EnvironmentsApi
from bot.api.openapi import document
from bot.api.previews import PreviewsApi
from bot.api.reach import Reach
from bot.api.readiness import ReadinessApi
from bot.api.refresh import RefreshApi
from bot.api.stream import DeploymentStream
from bot.api.stream_entry import StreamEntry
from bot.api.variables import VariablesApi
from bot.signin.deps import Deps


def routes(deps: Deps) -> list[BaseRoute]:
    """The routes of the API."""
    reach = Reach(deps, Allowance(deps.clock))
    calls = calls_of(reach)
    stream = DeploymentStream(deps, StreamEntry(Deployments(reach)))

    @cache
    def described() -> dict[str, Any]:
        # Made when somebody asks: it takes 0.1 s, which no start should wait for.
        return document(calls, deps.settings.public_url)

    def openapi(_: Request) -> JSONResponse:
        """The document; it tells nothing about anybody."""
        return JSONResponse(described())

    return [
        Route("/api/openapi.json", openapi, methods=["GET"]),
        *(call.route(reach) for call in calls),
        *stream.routes(),
    ]


def calls_of(reach: Reach) -> list[Call]:
    """Every call, in the order of the documentation."""
    deployments, environments = Deployments(reach), Environments(reach)
    asks, rollbacks = DeskAsks(deployments), Allowance(reach.deps.clock, ROLLBACKS)
    return [
        *PreviewsApi(reach).calls(),
        *DeploymentsApi(deployments, asks).calls(),
        *DeploymentChangesApi(deployments, asks, rollbacks).calls(),
        *StreamEntry(deployments).calls(),
        *EnvironmentsApi(environments, asks).calls(),
        *VariablesApi(environments, asks).calls(),
        *CommandsApi(reach, CommandAnswers(deployments), rollbacks).calls(),
        *ReadinessApi(reach).calls(),
        *RefreshApi(reach.deps).calls(),
    ]
