"""The front page: what Slipway is, or the dashboard of the repositories that you may read."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.pages import stream
from bot.pages.board import Board, board, list_projects
from bot.pages.overview import Overview, list_previews, readable
from bot.pages.readers import readable_by
from bot.pages.reception import Reception
from bot.pages.stream import Live, Look
from engine.access.sessions import Session

#: Seconds between two looks at most, since builds of previews move no counter, and at least, however much goes on.
EVERY, PAUSE = 3.0, 1.0


@dataclass(frozen=True)
class Home:
    """`/`, its parts, and the stream of them."""

    reception: Reception

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("/", self.page),
            Route("/activity", self.activity),
            Route("/previews", self.previews),
            Route("/live", self.live),
        ]

    def page(self, request: Request) -> Response:
        """The whole page."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.page("welcome.html", session=None)
        values = {"board": self._board(session), "overview": self._overview(session)}
        return self.reception.page("dashboard.html", session=session, here="dashboard", **values)

    def activity(self, request: Request) -> Response:
        """Projects, and what runs and waits."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.signed_out()
        return self.reception.page("activity.html", board=self._board(session))

    def previews(self, request: Request) -> Response:
        """The previews alone."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.signed_out()
        return self.reception.page("previews.html", overview=self._overview(session))

    def live(self, request: Request) -> Response:
        """Both, whenever they change."""
        session = self.reception.signed_in(request)
        if session is None:
            return self.reception.signed_out()
        return stream.answer(self.reception, request, session.login, Live(lambda _: self._look(request), EVERY, PAUSE))

    def _look(self, request: Request) -> Look | None:
        session = self.reception.signed_in(request)
        if session is None:
            return None
        parts = {
            "activity": self.reception.part("activity.html", board=self._board(session)),
            "previews": self.reception.part("previews.html", overview=self._overview(session)),
        }
        return Look(parts)

    def _board(self, session: Session) -> Board:
        with self.reception.database.read() as connection:
            covered = list_projects(connection)
        may = readable_by(self.reception.permissions, session.login, covered)
        with self.reception.database.read() as connection:
            return board(connection, covered, may)

    def _overview(self, session: Session) -> Overview:
        with self.reception.database.read() as connection:
            found = list_previews(connection)
        return readable(found, self.reception.permissions, session.login)
