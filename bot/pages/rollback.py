"""Going back to an older release, confirmed: what it takes back is told before anything is done."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages.before_it import before_it
from bot.pages.deploy_buttons import about
from bot.pages.deploy_visit import DeployVisit, visit_release
from bot.pages.reception import Reception
from engine.deploy.asks import Action, DeployAsk
from engine.deploy.outcome import Outcome, Refused, Told
from engine.errors import OutsideError


@dataclass(frozen=True)
class RollbackPage:
    """`GET /deploys/{release id}/rollback`: the plan. Its form goes to the same address."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [Route("/deploys/{release_id}/rollback", self.page, methods=["GET"])]

    def page(self, request: Request) -> Response:
        """The plan, or all that stands in the way."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        found = visit_release(self.reception, request, session)
        if isinstance(found, Response):
            return found
        try:
            plan = self.reception.rehearse(_ask(found, plan_only=True))
            outcome = self.reception.rehearse(_ask(found, plan_only=False))
        except OutsideError as error:
            return self.reception.page("away.html", 503, session=session, why=str(error))
        return self._show(found, plan, outcome)

    def _show(self, found: DeployVisit, plan: Outcome, outcome: Outcome) -> Response:
        back = f"/projects/{found.project.repository.full_name}#{found.environment.name}"
        values = {"session": found.project.session, "visit": found, "back": back}
        if isinstance(plan, Refused):
            return self.reception.page("obstacles.html", 409, obstacles=plan.obstacles, **values)
        told = plan.markdown if isinstance(plan, Told) else plan.said
        ticket = secrets.token_urlsafe(12)
        return self.reception.page("rollback.html", plan=told, before=before_it(outcome), ticket=ticket, **values)


def _ask(found: DeployVisit, *, plan_only: bool) -> DeployAsk:
    ask = f"page:plan:{secrets.token_hex(8)}"
    return about(found, Action.ROLLBACK, ask=ask, plan_only=plan_only)
