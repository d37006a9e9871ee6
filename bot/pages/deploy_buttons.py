"""The buttons of a deploy's page: approve, reject, cancel, and going back to it. The desk decides about each."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages import outcomes
from bot.pages.deploy_visit import DeployVisit, visit_release
from bot.pages.forms import Form, Work, taking
from bot.pages.reception import Reception
from engine.deploy.asks import Action, DeployAsk


@dataclass(frozen=True)
class DeployButtons:
    """`POST /deploys/{release id}/…`."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        pressed = {
            "approve": Action.APPROVE,
            "reject": Action.REJECT,
            "cancel": Action.CANCEL,
            "rollback": Action.ROLLBACK,
        }
        return [
            Route(f"/deploys/{{release_id}}/{name}", taking(self.reception, self._work(action), back), methods=["POST"])
            for name, action in pressed.items()
        ]

    def _work(self, action: Action) -> Work:
        def work(form: Form) -> Response:
            found = visit_release(self.reception, form.request, form.session)
            if isinstance(found, Response):
                return found
            return outcomes.carry_out(self.reception, form, ask_of(form, found, action), back(form.request))

        return work


def back(request: Request) -> str:
    """The path of the deploy's page."""
    return f"/deploys/{request.path_params['release_id']}"


def ask_of(form: Form, found: DeployVisit, action: Action) -> DeployAsk:
    """An ask about the release, bound to the commit that the page showed."""
    return about(found, action, ask=form.ask, sha=form.text("sha", 64), reason=form.text("reason"))


def about(
    found: DeployVisit,
    action: Action,
    *,
    ask: str,
    sha: str = "",
    reason: str = "",
    plan_only: bool = False,
) -> DeployAsk:
    """An ask about the release of a visit."""
    return replace(
        found.project.ask(action, ask, found.environment.name),
        release=found.release.id,
        sha=sha,
        reason=reason,
        plan_only=plan_only,
    )
