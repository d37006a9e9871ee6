"""The deploy wizard: a repository, an environment with its target, settings and variables, a review, Deploy Now."""

import secrets
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages import outcomes
from bot.pages.before_it import before_it
from bot.pages.board import list_projects
from bot.pages.choice import Choice, choice_of
from bot.pages.forms import Form, taking
from bot.pages.project_visit import ProjectVisit, visit
from bot.pages.readers import readable_by
from bot.pages.reception import Reception
from bot.pages.unseen import look_up, news_of, remember
from bot.pages.wizard_facts import Offered, offered
from engine.access.sessions import Session
from engine.deploy.asks import Action, DeployAsk, NewVariable
from engine.domain.permission import Role
from engine.errors import OutsideError
from engine.settings import Secret

STEPS = ("Repository", "Environment", "Settings", "Review")


@dataclass(frozen=True)
class Wizard:
    """`/deploy/new`: each step is an address of its own; only the last one and a variable change anything."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/deploy/new", self.page, methods=["GET"]),
            Route("/deploy/new/review", self.review, methods=["GET"]),
            Route("/deploy/new", taking(self.reception, self.deploy, _begin), methods=["POST"]),
            Route("/deploy/new/variables", taking(self.reception, self.set_variable, _begin), methods=["POST"]),
        ]

    def page(self, request: Request) -> Response:
        """The first thing that isn't chosen yet."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        choice = choice_of(request.query_params)
        if not choice.repository:
            return self._repositories(session, request.query_params.get("find", "").strip()[:100])
        found = self._visit(choice, session)
        if isinstance(found, Response):
            return found
        try:
            given = offered(self.reception, found)
        except OutsideError as error:
            return self.reception.page("away.html", 503, session=session, why=str(error))
        return self._environments(found, choice, given)

    def _repositories(self, session: Session, find: str) -> Response:
        with self.reception.database.read() as connection:
            covered = list_projects(connection, find)
        try:
            named = look_up(self.reception, find)
        except OutsideError as error:
            return self.reception.page("away.html", 503, session=session, why=str(error))
        if named is not None and named.covered and all(each.id != named.id for each in covered):
            covered = [named.ref, *covered]
        may = readable_by(self.reception.permissions, session.login, covered)
        shown = [each for each in covered if may.roles.get(each.id, Role.NONE) >= Role.WRITE]
        return self._step(0, session, Choice(), "wizard_repository.html", repositories=shown, find=find)

    def _environments(self, found: ProjectVisit, choice: Choice, given: Offered) -> Response:
        rules = given.named(choice.environment)
        values: dict[str, object] = {"project": found, "offered": given}
        if rules is None:
            return self._step(1, found.session, choice, "wizard_environment.html", **values)
        shown = given.shown(rules.name)
        values |= {"rules": rules, "shown": shown, "ticket": secrets.token_urlsafe(12)}
        return self._step(2, found.session, choice, "wizard_settings.html", **values)

    def review(self, request: Request) -> Response:
        """Everything that was chosen, and all that stands in the way, before anything is done."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        choice = choice_of(request.query_params)
        found = self._visit(choice, session)
        if isinstance(found, Response):
            return found
        if choice.problem:
            return self._unreadable(session, choice)
        try:
            given = offered(self.reception, found)
            ask = _ask(found, choice, f"page:review:{secrets.token_hex(8)}")
            outcome = self.reception.rehearse(ask, news_of(self.reception, found.repository))
        except OutsideError as error:
            return self.reception.page("away.html", 503, session=session, why=str(error))
        return self._step(
            3,
            session,
            choice,
            "wizard_review.html",
            project=found,
            rules=given.named(choice.environment),
            shown=given.shown(choice.environment),
            before=before_it(outcome),
            ticket=secrets.token_urlsafe(12),
        )

    def deploy(self, form: Form) -> Response:
        """Deploy Now."""
        choice = choice_of({name: values[0] for name, values in form.fields.items()})
        found = self._chosen(form, choice)
        if isinstance(found, Response):
            return found
        back = f"/deploy/new?{choice.query}"
        return outcomes.carry_out(self.reception, form, _ask(found, choice, form.ask), back)

    def set_variable(self, form: Form) -> Response:
        """Keeps a variable, at once, and comes back to the settings."""
        choice = choice_of({name: values[0] for name, values in form.fields.items()})
        found = self._chosen(form, choice)
        if isinstance(found, Response):
            return found
        value = Secret(form.value("value").replace("\r\n", "\n"))
        new = NewVariable(form.text("key"), value, is_secret=form.value("secret") == "1")
        ask = replace(_ask(found, choice, form.ask), action=Action.ENV_SET, ref="", variables=(new,))
        return outcomes.carry_out(self.reception, form, ask, f"/deploy/new?{choice.query}#variables")

    def _chosen(self, form: Form, choice: Choice) -> ProjectVisit | Response:
        found = self._visit(choice, form.session)
        if isinstance(found, Response):
            return found
        if choice.problem:
            return self._unreadable(form.session, choice)
        if found.may_write:
            remember(self.reception, found.repository)
        return found

    def _unreadable(self, session: Session, choice: Choice) -> Response:
        values = {"detail": choice.problem, "code": "bad_arguments", "back": f"/deploy/new?{choice.query}"}
        return self.reception.page("refused.html", 422, session=session, **values)

    def _visit(self, choice: Choice, session: Session) -> ProjectVisit | Response:
        try:
            return visit(self.reception, look_up(self.reception, choice.repository), session)
        except OutsideError as error:
            return self.reception.page("away.html", 503, session=session, why=str(error))

    def _step(self, number: int, session: Session, choice: Choice, name: str, **values: object) -> Response:
        always = {"session": session, "choice": choice, "steps": STEPS, "at": number, "here": "wizard"}
        return self.reception.page(name, **always, **values)


def _begin(_request: Request) -> str:
    return "/deploy/new"


def _ask(found: ProjectVisit, choice: Choice, ask: str) -> DeployAsk:
    return replace(
        found.ask(Action.DEPLOY, ask, choice.environment),
        ref=choice.ref or found.repository.default_branch,
        overrides=choice.overrides,
    )
