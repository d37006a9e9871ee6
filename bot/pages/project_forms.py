"""The forms of a project's page: each makes one ask of an environment, which the desk decides."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages import outcomes
from bot.pages.forms import Form, Work, taking
from bot.pages.project_visit import ProjectVisit, visit_named
from bot.pages.reception import Reception
from engine.deploy.asks import Action, DeployAsk, NewVariable
from engine.settings import Secret

PLACE = "/projects/{owner}/{name}/{environment}"


@dataclass(frozen=True)
class ProjectForms:
    """`POST /projects/{owner}/{name}/{environment}/…`."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        asked: dict[str, Callable[[Form, ProjectVisit], DeployAsk]] = {
            "deploy": deploy,
            "promote": lambda form, found: ask_of(form, found, Action.PROMOTE),
            "restart": lambda form, found: ask_of(form, found, Action.RESTART),
            "lock": lock,
            "unlock": unlock,
            "variables": set_variable,
            "unset": lambda form, found: ask_of(form, found, Action.ENV_UNSET, words=(form.text("key"),)),
        }
        return [
            Route(f"{PLACE}/{name}", taking(self.reception, self._work(make), page_of), methods=["POST"])
            for name, make in asked.items()
        ]

    def _work(self, make: Callable[[Form, ProjectVisit], DeployAsk]) -> Work:
        def work(form: Form) -> Response:
            found = visit_named(self.reception, form.request, form.session)
            if isinstance(found, Response):
                return found
            return outcomes.carry_out(self.reception, form, make(form, found), page_of(form.request))

        return work


def page_of(request: Request) -> str:
    """The path of the project's page."""
    return f"/projects/{request.path_params['owner']}/{request.path_params['name']}"


def ask_of(
    form: Form,
    found: ProjectVisit,
    action: Action,
    *,
    ref: str = "",
    reason: str = "",
    force: bool = False,
    words: tuple[str, ...] = (),
    variables: tuple[NewVariable, ...] = (),
) -> DeployAsk:
    """An ask of the environment that the form's address names."""
    return replace(
        found.ask(action, form.ask, form.request.path_params["environment"]),
        words=words,
        ref=ref,
        reason=reason,
        force=force,
        variables=variables,
    )


def deploy(form: Form, found: ProjectVisit) -> DeployAsk:
    """Deploy a branch, tag or commit."""
    return ask_of(form, found, Action.DEPLOY, ref=form.text("ref") or found.repository.default_branch)


def lock(form: Form, found: ProjectVisit) -> DeployAsk:
    """Lock it, or wait in line."""
    return ask_of(form, found, Action.LOCK, reason=form.text("reason"))


def unlock(form: Form, found: ProjectVisit) -> DeployAsk:
    """Unlock it and let automatic deploys go on; by force, what another holds."""
    return ask_of(form, found, Action.UNLOCK, reason=form.text("reason"), force=form.value("force") == "1")


def set_variable(form: Form, found: ProjectVisit) -> DeployAsk:
    """Set one variable. Browsers send a text's line ends as CR LF."""
    value = Secret(form.value("value").replace("\r\n", "\n"))
    new = NewVariable(form.text("key"), value, is_secret=form.value("secret") == "1", guard=form.value("guard") == "1")
    return ask_of(form, found, Action.ENV_SET, variables=(new,))
