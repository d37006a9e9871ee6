"""The page of a deploy: how far it is, what it waits for, why it failed, what it changed, and its log."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.pages import stream
from bot.pages.deploy_buttons import DeployButtons
from bot.pages.deploy_view import LINES, DeployView, deploy_view, lines_from
from bot.pages.deploy_visit import DeployVisit, visit_release
from bot.pages.project import ticket_of
from bot.pages.reception import Reception
from bot.pages.stream import Live, Look
from bot.pages.whole_log import whole_log
from engine.store import logs

#: Seconds between two looks when nothing is heard.
EVERY = 5.0


@dataclass(frozen=True)
class DeployPage:
    """`/deploys/{release id}`, its parts, its log, and the stream of them."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/deploys/{release_id}", self.page),
            Route("/deploys/{release_id}/summary", self.summary),
            Route("/deploys/{release_id}/log", self.lines),
            Route("/deploys/{release_id}/log.txt", self.text),
            Route("/deploys/{release_id}/live", self.live),
            *DeployButtons(self.reception).routes(),
        ]

    def page(self, request: Request) -> Response:
        """The whole page; strangers are asked to sign in first."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.ask_to_sign_in(request)
        found = visit_release(self.reception, request, session)
        if isinstance(found, Response):
            return found
        view = self._view(found)
        with self.reception.database.read() as connection:
            first = max(0, logs.count(connection, found.release.id) - LINES)
            lines = lines_from(connection, found.release.id, first)
        values = {"deploy": view, "first_line": first, "lines": lines, "ticket": secrets.token_urlsafe(12)}
        return self.reception.page("deploy.html", session=session, **values)

    def summary(self, request: Request) -> Response:
        """Everything but the log."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        return self.reception.page("deploy_summary.html", deploy=self._view(found), ticket=ticket_of(request))

    def lines(self, request: Request) -> Response:
        """Log lines from `from` on (0 is the first), and whether more may come."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        start = stream.first_line(request)
        with self.reception.database.read() as connection:
            lines = lines_from(connection, found.release.id, start)
        # The release was read first: lines that come between the two reads are asked for again.
        over = found.release.state.terminal and not lines
        answer = {"lines": lines, "next": start + len(lines), "over": over}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def text(self, request: Request) -> Response:
        """The whole log as text."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        return whole_log(self.reception.database, found.release.id)

    def live(self, request: Request) -> Response:
        """The summary whenever it changes, and the log as it grows."""
        found = self._for_script(request)
        if isinstance(found, Response):
            return found
        live = Live(lambda line: self._look(request, line), EVERY, subject=found.release.id)
        return stream.answer(self.reception, request, found.project.session.login, live)

    def _look(self, request: Request, line: int) -> Look | None:
        found = self._for_script(request)
        if isinstance(found, Response):
            return None
        with self.reception.database.read() as connection:
            view = deploy_view(connection, found, self.reception.settings.intervals)
            lines = lines_from(connection, found.release.id, line)
        html = self.reception.part("deploy_summary.html", deploy=view, ticket=ticket_of(request))
        return Look({"summary": html}, tuple(lines), view.release.state.terminal)

    def _view(self, found: DeployVisit) -> DeployView:
        with self.reception.database.read() as connection:
            return deploy_view(connection, found, self.reception.settings.intervals)

    def _for_script(self, request: Request) -> DeployVisit | Response:
        session = self.reception.signed_in(request)
        return self.reception.signed_out() if session is None else visit_release(self.reception, request, session)
