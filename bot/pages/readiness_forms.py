"""The forms of a readiness page: look again, and let Slipway write a fix. Each is the command of the same name."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.pages.forms import Form, taking
from bot.pages.markdown import as_words
from bot.pages.problems import wants_page
from bot.pages.project_visit import visit_named
from bot.pages.reception import Reception
from engine.commands.parse import Command, NotACommand, parse
from engine.domain.event import Person
from engine.errors import OutsideError
from engine.intake.counter import Said
from engine.reasons import REMEDY, Reason
from engine.reports.links import readiness_path
from engine.store import asks

NAME = re.compile(r"[a-z-]{1,32}")
SHA = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True)
class ReadinessForms:
    """`POST …/readiness/look` and `…/readiness/fixes/{fix}`."""

    reception: Reception
    place: str

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route(f"{self.place}/look", taking(self.reception, self._look, page_of), methods=["POST"]),
            Route(f"{self.place}/fixes/{{fix}}", taking(self.reception, self._fix, page_of), methods=["POST"]),
        ]

    def _look(self, form: Form) -> Response:
        return self._carry_out(form, "/readiness")

    def _fix(self, form: Form) -> Response:
        name = form.request.path_params["fix"]
        return self._carry_out(form, f"/fix {name if NAME.fullmatch(name) else '?'}")

    def _carry_out(self, form: Form, words: str) -> Response:
        found = visit_named(self.reception, form.request, form.session)
        if isinstance(found, Response):
            return found
        command = parse(words)
        if not isinstance(command, Command):
            # A name that is no fix's, which only a form of somebody's own making can send.
            assert not isinstance(command, NotACommand)
            return _refused(self.reception, form, Reason.NO_SUCH_FIX, "There is no such fix.")
        sha = form.text("sha")
        said = Said(
            delivery=form.ask,
            repository=found.repository.told,
            installation_id=found.repository.installation_id,
            person=Person(form.session.github_id, form.session.login),
            command=command,
            door="page",
            number=number_of(form.request),
            # A fix is of the commit whose report was on the page.
            sha=sha if SHA.fullmatch(sha) else "",
        )
        try:
            ask = self.reception.counter.handle(said).ask
        except OutsideError as error:
            return self.reception.page("away.html", 503, session=form.session, why=str(error))
        if ask.state == asks.REFUSED:
            return _refused(self.reception, form, Reason(ask.reason), as_words(ask.answer))
        return RedirectResponse(page_of(form.request), 303)


def number_of(request: Request) -> int:
    """The pull request of the page; 0: the default branch."""
    return int(request.path_params.get("number", 0))


def page_of(request: Request) -> str:
    """The path of the page that the form was on."""
    return readiness_path(f"{request.path_params['owner']}/{request.path_params['name']}", number_of(request))


def _refused(reception: Reception, form: Form, reason: Reason, sentence: str) -> Response:
    status = 403 if reason is Reason.NOT_PERMITTED else 409
    if not wants_page(form.request):
        return JSONResponse({"error": {"code": reason, "message": sentence, "fix": REMEDY[reason]}}, status)
    back = page_of(form.request)
    return reception.page("refused.html", status, session=form.session, detail=sentence, code=reason, back=back)
